"""Dependencies that nobody declares: which are certain, and which only look so."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design
from dbwright.theory.derived import derived_dependencies

DESIGN = """
design: derived
{tenancy}
entities:
  tenants:
    about: A company.
    columns: {{tenant_id: uuid primary key}}
  shops:
    about: A shop.
    columns: {{shop_id: uuid primary key, tenant_id: uuid not null references tenants, country: text not null}}
    unique: [[shop_id, country]]
  bills:
    about: A bill.
    columns: {{bill_id: uuid primary key, shop_id: uuid not null, country: {country}}}
    references:
      shop: {{columns: {columns}, to: shops, to columns: {columns}}}
"""


def dependencies(folder: Path, tenancy: str = "", country: str = "text not null", columns: str = "") -> list[str]:
    """Return what is certain about `bills`."""
    path = folder / "derived.design.yaml"
    text = DESIGN.format(tenancy=tenancy, country=country, columns=columns or "[shop_id, country]")
    path.write_text(text, encoding="utf-8")
    blueprint = compile_design(load_design(path))
    table = blueprint.table("bills")
    assert table is not None
    return [str(d) for d in derived_dependencies(blueprint, table)]


def test_a_reference_over_more_than_a_key_says_what_follows(tmp_path: Path) -> None:
    assert dependencies(tmp_path) == ["shop_id -> country"]


@pytest.mark.parametrize("tenancy", ["", "tenancy: tenants.tenant_id"])
def test_the_tenant_that_references_carry_is_no_finding(tmp_path: Path, tenancy: str) -> None:
    assert dependencies(tmp_path, tenancy) == ["shop_id -> country"]
    assert dependencies(tmp_path, tenancy, columns="[shop_id]") == []


def test_a_reference_that_may_be_null_says_nothing_about_what_it_carries(tmp_path: Path) -> None:
    assert dependencies(tmp_path, country="text") == []
