"""The setting that names the tenant is one that the server takes, whatever the column is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.api import prove
from dbwright.model.design import Tenancy
from dbwright.model.shape import Text
from dbwright.prove.bench import Budget

DESIGN = """\
design: notes
tenancy: {by: 'teams.team;id'}
roles: {web: {about: The application}}
entities:
  teams: {about: Who writes., columns: {'team;id': uuid primary key}, rows: 10, audit: none}
  notes:
    about: What a team wrote down.
    columns: {note_id: uuid primary key, text: text not null}
    rows: 200
    audit: none
access:
  read-note: {by: web, why: Its page., sql: select text from notes where note_id = :note, rate: 1/s}
"""


@pytest.mark.parametrize(
    ("column", "setting"),
    [("tenant_id", "app.tenant_id"), ("Tenant;Id", "app.Tenant_Id"), ("größe", "app.größe"), ("a.b", "app.a_b")],
)
def test_it_is_spelled_in_letters(column: str, setting: str) -> None:
    assert Tenancy(by=Text(f"tenants.{column}")).setting == setting


def test_tenants_are_kept_apart_by_a_column_of_any_name(tmp_path: Path) -> None:
    path = tmp_path / "notes.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    case = prove(path, families=["isolation", "access"], budget=Budget(1.0, 10**7))
    assert case.broken == []
    assert {f.claim.family for f in case.findings} == {"isolation", "access"}
