"""Transactions of several steps, and cycles of more than two: what is found on paper happens, what is mended not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benches import assert_breaks, claim_of, judge, open_design
from dbwright.api import check
from dbwright.model.claim import Claim, Finding, Verdict
from dbwright.prove.bench import Bench
from dbwright.prove.run import test_claims as findings_of
from dbwright.server import Server

DESIGN = """
design: NAME
target: {extensions: [btree_gist]}
roles:
  NAME_clerk: {about: The clerk}
entities:
  checking:
    about: Money to spend.
    columns: {account_id: integer primary key, amount: integer not null}
    rows: 40
  savings:
    about: Money put aside.
    columns: {account_id: integer primary key, amount: integer not null}
    rows: 40
  shelves:
    about: Goods in a shop.
    columns: {shelf_id: integer primary key, pieces: integer not null}
    rows: 40
  bookings:
    about: A room in use.
    columns: {booking_id: uuid primary key default uuidv7(), room: integer not null, during: tstzrange not null}
    exclude: {one_at_a_time: "room with =, during with &&"}
    rows: 40
access:
  # the anomaly that only a reader sees: the fee of a withdrawal depends on what is put aside
  withdraw:
    by: NAME_clerk
    sql: >-
      update checking set amount = amount / 2 - (select s.amount % 7 from savings s where s.account_id = :account)
      where account_id = :account
    isolation: LEVEL
  deposit:
    by: NAME_clerk
    sql: update savings set amount = amount / 2 + 1 where account_id = :account
    isolation: LEVEL
  balance:
    by: NAME_clerk
    sql: >-
      select c.amount, s.amount from checking c join savings s on s.account_id = c.account_id
      where c.account_id = :account
    isolation: LEVEL
  # a transaction that reads in one step what the next one writes
  count-pieces: {by: NAME_clerk, sql: select pieces from shelves where shelf_id = :shelf LOCK}
  note-sale:
    by: NAME_clerk
    sql: update shelves set pieces = :left where shelf_id = :shelf
    parameters: {left: "(random() * 1000)::integer"}
  # a transaction that asks before it adds, where an exclusion refuses the second
  is-free: {by: NAME_clerk, sql: select count(*) from bookings where room = 77}
  book: {by: NAME_clerk, sql: "insert into bookings (room, during) values (77, '[2030-01-01, 2030-01-02)')"}
transactions:
  sell: {steps: [count-pieces, note-sale], isolation: LEVEL}
  reserve: {steps: [is-free, book]}
"""
CYCLE = "concurrency/cycle.withdraw.deposit.balance"


def write_design(folder: Path, name: str, level: str, lock: str = "") -> Path:
    """The design as a file; a server holds each role once, so each has a name."""
    path = folder / f"{name}.design.yaml"
    path.write_text(DESIGN.replace("NAME", name).replace("LEVEL", level).replace("LOCK", lock), encoding="utf-8")
    return path


@contextmanager
def open_bank(server: Server, folder: Path, name: str, level: str, lock: str = "") -> Iterator[Bench]:
    """A bench of the design at one isolation level."""
    with open_design(write_design(folder, name, level, lock), server, 300) as bench:
        yield bench


@pytest.fixture(scope="module")
def weak(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench at read committed."""
    with open_bank(server, tmp_path_factory.mktemp("weak"), "weak", "read committed") as bench:
        yield bench


@pytest.fixture(scope="module")
def strong(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench at serializable."""
    with open_bank(server, tmp_path_factory.mktemp("strong"), "strong", "serializable") as bench:
        yield bench


def found_by_rule(path: Path) -> list[str]:
    """The messages of the rule."""
    return [d.message for d in check(path).diagnostics if d.code == "dangerous-cycle"]


def judge_there(bench: Bench, claim: Claim) -> Finding:
    """The finding on a claim of another bench."""
    return next(iter(findings_of(bench, [claim])))


def test_paper_tells_the_schedule(tmp_path: Path) -> None:
    overtaken, lost = sorted(found_by_rule(write_design(tmp_path, "a", "read committed")), reverse=True)
    assert overtaken == (
        "`withdraw` reads `savings`, then `deposit` changes it and commits, then `balance` meets that in `savings` and "
        "commits, but `balance` has not seen what `withdraw` writes to `checking`: no order of the three explains what "
        "comes out"
    )
    assert lost.startswith("`sell` reads `shelves` (in `count-pieces`), then another `sell` changes it and commits")


def test_paper_knows_what_each_level_and_a_lock_prevent(tmp_path: Path) -> None:
    snapshot = found_by_rule(write_design(tmp_path, "b", "repeatable read"))
    assert [m.split()[0] for m in snapshot] == ["`withdraw`"], "the first to write a row wins, a reader still wonders"
    assert found_by_rule(write_design(tmp_path, "c", "serializable")) == []
    locked = found_by_rule(write_design(tmp_path, "d", "read committed", "for update"))
    assert [m.split()[0] for m in locked] == ["`withdraw`"]


def test_a_reader_is_told_what_no_order_tells(weak: Bench) -> None:
    finding = judge(weak, CYCLE)
    assert (finding.verdict, finding.reason) == (Verdict.BROKEN, "at once they are told what no order of them tells")
    assert len(finding.evidence["schedule"]) == 3


def test_at_repeatable_read_too(server: Server, tmp_path: Path) -> None:
    with open_bank(server, tmp_path, "snap", "repeatable read") as bench:
        assert judge(bench, CYCLE).verdict is Verdict.BROKEN
        sold = judge(bench, "concurrency/transactions.sell")
    assert sold.verdict is Verdict.HELD, sold.evidence
    assert "is refused and repeated, then 1 row, 1 row" in sold.evidence["schedule"][0]


def test_serializable_sessions_show_an_order(weak: Bench, strong: Bench) -> None:
    assert CYCLE not in {c.id for c in strong.blueprint.claims}
    finding = judge_there(strong, claim_of(weak, CYCLE))
    assert finding.verdict is Verdict.HELD, (finding.reason, finding.evidence)
    assert any("is refused and repeated" in line for line in finding.evidence["schedule"])


def test_a_sale_between_two_steps_is_lost(weak: Bench) -> None:
    finding = judge(weak, "concurrency/transactions.sell")
    assert finding.verdict is Verdict.BROKEN
    assert finding.evidence["stops after"] == "count-pieces"


def test_a_lock_in_the_first_step_keeps_sales_apart(server: Server, tmp_path: Path) -> None:
    with open_bank(server, tmp_path, "locked", "read committed", "for update") as bench:
        finding = judge(bench, "concurrency/transactions.sell")
    assert finding.verdict is Verdict.HELD, finding.evidence
    assert finding.evidence["schedule"][1].startswith("sell (read committed): waits, then ")


def test_an_exclusion_settles_who_asks_before_adding_and_without_it_both_add(weak: Bench) -> None:
    assert not any("`reserve`" in m for m in map(str, weak.blueprint.diagnostics))
    constraint = "alter table weak.bookings drop constraint bookings_one_at_a_time"
    assert_breaks(weak, "concurrency/transactions.reserve", constraint)
