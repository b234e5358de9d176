"""`dbwright plan`: the plan of an access pattern at the horizon, and the assumptions that it hangs on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbwright import plan
from dbwright.cli import main
from dbwright.planner.leaning import told_once
from dbwright.planner.limits import RelationOutgrown

FEDIFLOW = Path(__file__).parents[2] / "examples" / "fediflow"
DESIGN = """\
design: ledger
about: Bills that are paid.
horizon: 3y
roles:
  clerk: {about: Works with bills}
entities:
  bills:
    about: One bill.
    columns:
      bill_id: bigint primary key
      payer: {sql: text not null, values: {distinct: 300k}}
      state: {sql: text not null, one of: [open, paid]}
      due: date not null
      total: numeric(12,2) not null
    rows: {now: 1M, growth: 10M/month}
access:
  one-bill:
    why: The page of a bill.
    by: clerk
    sql: select * from bills where bill_id = :bill
    rate: 10/s
    latency: {p95: 10ms}
  count-of-payer:
    why: The badge in the list of payers.
    by: clerk
    sql: select count(*) from bills where payer = :payer
    rate: 10/s
    latency: {p95: 50ms}
  paid-total:
    why: The figure of the month.
    by: clerk
    sql: select sum(total) from bills where due >= :since and due < :until
    rate: 1/min
    latency: {p95: 5s}
"""


@pytest.fixture
def design(tmp_path: Path) -> Path:
    """A ledger that grows by ten million bills a month."""
    path = tmp_path / "ledger.design.yaml"
    path.write_text(DESIGN)
    return path


def test_a_key_hangs_on_nothing(design: Path) -> None:
    found = plan(design, "one-bill")
    assert found.rows["bills"] == pytest.approx(361e6, rel=0.02)
    assert "bills_pkey" in found.answer.shape
    assert found.hangs_on == ()
    assert {"no page visible", "ten times the different values"} <= {lean.doubt for lean in found.leans}


def test_a_count_by_an_index_hangs_on_what_vacuum_has_seen(design: Path) -> None:
    found = plan(design, "count-of-payer")
    assert "Index Only Scan" in found.answer.shape
    doubts = {lean.doubt: lean for lean in found.hangs_on}
    assert doubts["no page visible"].cost > 10 * found.answer.cost
    assert doubts["a tenth of the different values"].rows == pytest.approx(10 * found.answer.rows, rel=0.02)
    assert "ten times the different values" not in doubts
    assert any(a.subject == "bills.payer" for a in found.assumptions)
    assert all(a.subject in ("bills", "bills.payer") for a in found.assumptions)


def test_the_plan_follows_age_and_rows(design: Path) -> None:
    young, old = (plan(design, "paid-total", age=days * 86_400.0) for days in (1, 3650))
    assert old.rows["bills"] > 100 * young.rows["bills"]
    assert old.answer.cost > young.answer.cost
    assert plan(design, "paid-total", rows=5e9).rows["bills"] == pytest.approx(5e9)


def test_scans_of_many_partitions_are_told_once() -> None:
    shape = "Sort → Index Scan points_2026_01_at_idx → Index Scan points_2026_02_at_idx → Seq Scan users2"
    assert told_once(shape) == "Sort → Index Scan points_*_at_idx → Seq Scan users2"


def test_a_window_lies_in_the_partitions_that_there_are() -> None:
    found = plan(FEDIFLOW, "metric-window")
    assert found.rows["metric_points"] > 5e8
    assert "metric_points_*" in told_once(found.answer.shape)
    assert found.answer.rows > 0


def test_a_table_that_outgrows_a_relation_is_named_with_its_day(design: Path) -> None:
    design.write_text(DESIGN.replace("growth: 10M/month", "growth: 10G/month"))
    with pytest.raises(RelationOutgrown, match="the table `bills` would have") as told:
        plan(design, "one-bill")
    day = told.value.help.removeprefix("partition `bills` before ")
    assert "2026-06-01" < day < "2028-12-31"
    first = told.value.outgrown[0]
    assert first.most_rows < first.rows


def test_the_command_shows_it(design: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(design), "count-of-payer", "--rows", "2G"]) == 0
    shown = capsys.readouterr().out
    assert "as clerk, 3 years old: rows bills 2 G" in shown
    assert "Index Only Scan using" in shown
    assert "hangs on" in shown
    assert "declare it: entities.bills.columns.payer" in shown


def test_the_command_speaks_json(design: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(design), "one-bill", "--at", "1y", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pattern"] == "one-bill"
    assert told["rows"]["bills"] == pytest.approx(121e6, rel=0.02)
    assert {lean["doubt"] for lean in told["leans"]} >= {"half of the pages visible", "rows in no order"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing"], "no access pattern `nothing`"),
        (["one-bill", "--at", "soon"], "--at"),
        (["one-bill", "--at", "3000y"], "at most 100 years"),
        (["one-bill", "--rows", "many"], "--rows"),
        (["one-bill", "--rows", "900T"], "plans are true up to 16 TiB"),
    ],
)
def test_what_cannot_be_planned_is_told(
    design: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(["plan", str(design), *words]) in (2, 3)
    assert told in capsys.readouterr().err
