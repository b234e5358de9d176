"""`dbwright plan` and `dbwright growth` with --server: statistics of a running database, which is only looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from dbwright import generate, growth, plan
from dbwright.cli import main
from dbwright.server import Database, Server, open_server

DESIGN = """\
design: ledger
about: Bills that are paid.
horizon: 3y
roles:
  clerk: {about: Works with bills}
entities:
  payers:
    about: Who pays.
    columns:
      payer_id: bigint primary key
      name: text not null
    rows: {now: 2k}
  bills:
    about: One bill.
    columns:
      bill_id: bigint primary key
      payer_id: bigint not null references payers
      state: {sql: text not null, one of: [open, paid]}
      issued_at: timestamptz not null default now()
      mark: text generated always as (upper(state)) stored
    partition: {by: hash(bill_id), count: 4, why: One server will not do}
    rows: {now: 20k, growth: 20k/year}
access:
  one-bill:
    why: The page of a bill.
    by: clerk
    sql: select * from bills where bill_id = :bill
    rate: 10/s
    latency: {p95: 10ms}
  bills-of-payer:
    why: The page of a payer.
    by: clerk
    sql: select * from bills where payer_id = :payer order by issued_at desc limit 20
    rate: 10/s
    latency: {p95: 50ms}
  open-bills:
    why: The figure of the day.
    by: clerk
    sql: select count(*) from bills where state = 'open'
    rate: 1/min
    latency: {p95: 5s}
    growth: linear in the table
"""
PLAIN = DESIGN.replace("    partition: {by: hash(bill_id), count: 4, why: One server will not do}\n", "")


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger as a file."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.design.yaml"
    path.write_text(PLAIN)
    return path


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server of its own: other tests drop the roles of the designs they load."""
    with open_server() as server:
        yield server


@pytest.fixture(scope="module")
def ledger(own: Server, design: Path) -> Iterator[Database]:
    """The ledger with twenty thousand bills, all of them open, and a login that may only read."""
    with own.scratch() as database:
        generate(design, database.dsn, tables={"payers": 2_000, "bills": 20_000})
        database.run_sql(
            "update ledger.bills set state = 'open'; vacuum analyze ledger.bills;"
            f"create role looker login; grant connect on database {database.name} to looker;"
            "grant usage on schema ledger to looker;"
            "grant select on all tables in schema ledger to looker"
        )
        yield database
        database.run_sql("drop owned by looker; drop role looker")


@pytest.fixture
def looking(ledger: Database) -> str:
    """The address of the ledger for the login that may only read."""
    return make_conninfo(ledger.dsn, user="looker")


def test_a_plan_counts_with_the_values_that_are_there(looking: str, design: Path) -> None:
    here = plan(design, "open-bills", age=0, server=looking)
    assert here.measured
    assert here.rows["bills"] == 20_000
    assert here.answer.rows == pytest.approx(20_000, rel=0.05)
    declared = plan(design, "open-bills", age=0)
    assert not declared.measured


def test_rows_grow_from_those_of_today_as_the_design_says(looking: str, design: Path) -> None:
    assert plan(design, "one-bill", age=365.25 * 86_400, server=looking).rows["bills"] == pytest.approx(
        40_000, rel=0.01
    )
    assert plan(design, "one-bill", rows=5e9, server=looking).rows["bills"] == pytest.approx(5e9)


def test_times_do_not_move_out_beyond_the_last_year(looking: str, design: Path) -> None:
    assert plan(design, "bills-of-payer", rows=1e9, server=looking).rows["bills"] == pytest.approx(1e9)


def test_the_schema_is_that_of_the_server(ledger: Database, looking: str, design: Path) -> None:
    assert "bills_payer_id_issued_at_idx" in str(plan(design, "bills-of-payer", rows=1e8, server=looking).answer.shape)
    with ledger.connect() as connection:
        found = connection.execute(
            "select indexname from pg_indexes where schemaname = 'ledger' and indexname like 'bills_payer%'"
        ).fetchone()
    assert found is not None
    kept = ledger.dump()
    ledger.run_sql(f"drop index ledger.{found[0]}")
    try:
        without = plan(design, "bills-of-payer", rows=1e8, server=looking)
        assert "Seq Scan bills" in without.answer.shape
        report = growth(design, ["bills-of-payer"], [10**n for n in range(4, 9)], server=looking)
        assert report.patterns[0].fails
    finally:
        definition = next(line for line in kept.splitlines() if f"INDEX {found[0]}" in line)
        ledger.run_sql(definition)


def test_growth_keeps_the_proportions_of_today(looking: str, design: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["growth", str(design), "--server", looking, "--most", "10M", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["largest"] == "bills"
    assert {p["pattern"]: p["class"] for p in told["patterns"]}["open-bills"] == "linear in the table"


def test_nothing_is_left_on_the_server(ledger: Database, looking: str, design: Path) -> None:
    before = ledger.dump()
    assert main(["plan", str(design), "one-bill", "--server", looking, "--format", "json"]) == 0
    assert ledger.dump() == before


def test_json_says_what_was_measured(looking: str, design: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(design), "one-bill", "--server", looking, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["measured"] is True
    assert told["assumptions"] == []


def test_partitions_are_taken_together(own: Server, tmp_path: Path) -> None:
    path = tmp_path / "parts.design.yaml"
    path.write_text(DESIGN)
    with own.scratch() as database:
        generate(path, database.dsn, tables={"payers": 2_000, "bills": 20_000})
        found = plan(path, "open-bills", age=0, server=database.dsn)
    assert found.rows["bills"] == 20_000
    assert "partitions grow in proportion, and no new ones are made" in found.notes


def test_a_database_without_the_tables_is_refused(
    own: Server, design: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with own.scratch() as database:
        assert main(["plan", str(design), "one-bill", "--server", database.dsn]) == 3
    told = capsys.readouterr().err
    assert "has no table `payers`, `bills` of the design" in told
    assert "made from this design" in told


def test_tables_that_nobody_analysed_are_named(own: Server, design: Path, tmp_path: Path) -> None:
    from dbwright.emit.postgresql import script
    from dbwright.frontends.design_file import load_design
    from dbwright.pipeline import compile_design

    with own.scratch() as database:
        database.run_sql(script(compile_design(load_design(design))))
        found = plan(design, "one-bill", server=database.dsn)
    assert any("never analysed" in note and "bills" in note for note in found.notes)


def test_a_server_that_does_not_answer_is_one_message(design: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["growth", str(design), "--server", "host=127.0.0.1 port=1 connect_timeout=2"]) == 3
    told = capsys.readouterr().err
    assert told.count("error:") == 1
    assert "Traceback" not in told
