"""Transactions of several steps in the design file: names that lead nowhere, levels and roles that do not agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.api import check
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design
from dbwright.theory.programs import units

DESIGN = """
design: bank
roles:
  teller: {about: The teller}
  auditor: {about: The auditor}
entities:
  accounts:
    about: What a customer has.
    columns: {account_id: integer primary key, amount: integer not null}
    rows: 40
access:
  look: {by: [teller, auditor], sql: select amount from accounts where account_id = :account for update}
  book: {by: teller, sql: update accounts set amount = amount + :sum where account_id = :account}
  list: {by: auditor, sql: select account_id from accounts order by account_id limit 10}
transactions:
  transfer: TRANSFER
"""


def errors_of(folder: Path, transfer: str, text: str = DESIGN) -> list[tuple[str, str]]:
    """The errors of the design with this transaction: code and message."""
    path = folder / "bank.design.yaml"
    path.write_text(text.replace("TRANSFER", transfer), encoding="utf-8")
    return [(d.code, d.message) for d in check(path).diagnostics if d.severity == "error"]


@pytest.mark.parametrize(
    ("transfer", "code", "message"),
    [
        ("{steps: [look, bok]}", "unknown-pattern", "there is no pattern `bok`"),
        ("{steps: [look, book], by: tellr}", "unknown-role", "there is no role `tellr`"),
        ("{steps: [look]}", "steps-missing", "`transfer` has 1 step; a pattern is a transaction by itself"),
        ("{steps: [book, list]}", "step-of-others", "no role runs all steps of `transfer`"),
        (
            "{steps: [look, book], by: auditor}",
            "step-of-others",
            "`auditor` runs `transfer` and may not run its step `book`",
        ),
    ],
)
def test_mistakes_are_told(tmp_path: Path, transfer: str, code: str, message: str) -> None:
    assert (code, message) in errors_of(tmp_path, transfer)


def test_a_step_has_no_level_of_its_own(tmp_path: Path) -> None:
    text = DESIGN.replace("where account_id = :account}", "where account_id = :account, isolation: serializable}")
    found = errors_of(tmp_path, "{steps: [look, book]}", text)
    assert ("isolation-of-step", "`book` runs in `transfer`, which is read committed") in found


def test_steps_run_in_no_transaction_of_their_own(tmp_path: Path) -> None:
    assert errors_of(tmp_path, "{steps: [look, book], isolation: repeatable read}") == []
    blueprint = compile_design(load_design(tmp_path / "bank.design.yaml"))
    assert [(u.name, u.isolation) for u in units(blueprint)] == [
        ("transfer", "repeatable read"),
        ("list", "read committed"),
    ]
    decision = next(d for d in blueprint.decisions if d.code == "concurrency/transactions.transfer")
    assert "`look`, `book` are one transaction" in decision.what
