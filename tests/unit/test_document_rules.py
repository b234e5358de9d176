"""Checklists name the rules that judge each line, and what they found."""

from __future__ import annotations

from pathlib import Path

from dbwright.api import build
from dbwright.emit.document_rules import RULES
from dbwright.rules.registry import all_rules

DESIGN = """
design: shop
entities:
  orders:
    about: One checkout.
    columns: {order_no: bigint generated always as identity primary key, total: text not null, photo: bytea}
    accept: [{rule: file-in-table, why: A scan of the paper that we must keep}]
  lines:
    columns: {total: integer}
"""


def test_every_rule_of_a_checklist_exists() -> None:
    assert {code for codes in RULES.values() for code in codes} <= all_rules().keys()


def test_a_line_says_what_its_rules_found_and_what_is_accepted(tmp_path: Path) -> None:
    design = tmp_path / "shop.design.yaml"
    design.write_text(DESIGN, encoding="utf-8")
    build(design, tmp_path / "built", ["document"])
    lines = (tmp_path / "built/design.md").read_text(encoding="utf-8").splitlines()
    storage = next(line for line in lines if line.startswith("| Choose the right storage engine"))
    described = next(line for line in lines if line.startswith("| Document all data models"))
    assert "`file-in-table`, `several-large-values`: no finding, 1 accepted with a reason" in storage
    assert "`missing-description`, `entity-without-area`: 1 finding" in described
