"""Advising a running server: what is chosen, what it rests on, and that a workload is never executed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dbwright.cli import main
from dbwright.planner.statistics import Statistics
from dbwright.server import Database, Server

TABLES = """
create table customers (id bigint primary key, email text not null, name text, city text not null);
create table orders (
  id bigint primary key, customer_id bigint not null references customers, status text not null,
  total numeric(12,2) not null check (total >= 0), created_at timestamptz not null, facts jsonb);
create index orders_total on orders (total);
create index orders_customer on orders (customer_id);
insert into customers
select i, 'u' || i || '@example.org', 'person ' || i, 'city ' || i % 100 from generate_series(1, 20000) i;
insert into orders
select i, i * 7919 % 20000 + 1, case when i % 50 = 0 then 'open' else 'paid' end, i % 1000,
       '2024-01-01'::timestamptz + i * interval '1 min', jsonb_build_object('k', i % 50)
from generate_series(1, 60000) i;
"""
WORKLOAD = {
    "mail": "select id from customers where lower(email) = lower(:mail)",
    "find": "select id from customers where name like '%son 77%'",
    "tags": "select count(*) from orders where facts @> '{\"k\": 3}'",
    "recent": "select id, created_at from orders order by created_at desc limit 20;",
    "city": "select c.name, o.total from customers c join orders o on o.customer_id = c.id where c.city = $1",
    "pay": "update orders set status = 'paid' where id = :id",
}


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[Database]:
    """A running database with rows and statistics."""
    with server.scratch("shop") as database:
        database.run_sql(TABLES)
        database.run_sql("vacuum analyze")
        yield database


@pytest.fixture(scope="module")
def shop15(server15: Server) -> Iterator[Database]:
    """The same on PostgreSQL 15."""
    with server15.scratch("shop") as database:
        database.run_sql(TABLES)
        database.run_sql("vacuum analyze")
        yield database


@pytest.fixture
def workload(tmp_path: Path) -> Path:
    """A directory of statements."""
    return write(tmp_path / "queries", WORKLOAD)


def write(folder: Path, statements: dict[str, str]) -> Path:
    """Write a statement a file."""
    folder.mkdir()
    for name, text in statements.items():
        (folder / f"{name}.sql").write_text(text)
    return folder


def advise(database: Database, workload: Path, capfd: Any, *options: str) -> Any:
    """Return what the command says as JSON."""
    words = ["advise", "--server", database.dsn, "--workload", str(workload), "--format", "json", *options]
    assert main(words) == 0
    return json.loads(capfd.readouterr().out)


def statements_of(advice: Any) -> str:
    """All DDL that was advised."""
    return "\n".join(index["ddl"] for index in advice["indexes"])


def test_each_kind_of_condition_gets_its_kind_of_index(shop: Database, workload: Path, capfd: Any) -> None:
    advice = advise(shop, workload, capfd, "--budget", "50MB")
    ddl = statements_of(advice)
    assert "((lower(email)))" in ddl
    assert "using gin (name gin_trgm_ops)" in ddl and advice["extensions"] == ["pg_trgm"]
    assert "using gin (facts jsonb_path_ops)" in ddl
    assert "on public.orders (created_at" in ddl
    assert advice["cost"]["floor"] <= advice["cost"]["after"] + 100 < advice["cost"]["before"]
    assert 0 <= advice["gap"] <= 0.01
    assert advice["unused"] == ["orders_total"]


def test_what_is_advised_is_what_the_server_then_does(
    server: Server, shop: Database, workload: Path, capfd: Any
) -> None:
    advice = advise(shop, workload, capfd, "--budget", "50MB")
    with server.scratch("shop") as built:
        built.run_sql(TABLES)
        built.run_sql("create extension pg_trgm;" + ";".join(index["ddl"] for index in advice["indexes"]))
        built.run_sql("vacuum analyze")
        sizes = "select relname, pg_relation_size(oid) from pg_class where relname = any(%s)"
        with built.connect() as connection:
            found: dict[str, int] = dict(connection.execute(sizes, [[i["name"] for i in advice["indexes"]]]).fetchall())
            plan = connection.execute("explain select id from customers where lower(email) = 'a'").fetchall()
    assert "Index" in str(plan)
    for index in advice["indexes"]:
        if "gin" not in index["ddl"]:
            assert index["bytes"] == pytest.approx(found[index["name"]], rel=0.25)


def test_a_budget_holds_and_more_of_it_never_hurts(shop: Database, workload: Path, capfd: Any) -> None:
    costs = []
    for budget in (0, 1_000_000, 3_000_000, 50_000_000):
        advice = advise(shop, workload, capfd, "--budget", str(budget))
        assert sum(index["bytes"] for index in advice["indexes"]) <= budget
        costs.append(advice["cost"]["after"])
    assert costs == sorted(costs, reverse=True) and costs[0] > costs[-1]
    assert costs[0] == pytest.approx(advice["cost"]["before"])


def test_weights_decide_what_a_small_budget_is_spent_on(
    shop: Database, workload: Path, tmp_path: Path, capfd: Any
) -> None:
    weights = tmp_path / "weights"
    chosen = {}
    for name in ("mail", "recent"):
        weights.write_text(f"# a day\n{name}.sql 100000\ntags 0\n")
        advice = advise(shop, workload, capfd, "--budget", "1400000", "--weights", str(weights))
        assert "tags" not in {s["name"] for s in advice["statements"]}
        chosen[name] = {s["name"] for i in advice["indexes"] for s in i["statements"]}
    assert "mail" in chosen["mail"] - chosen["recent"] and "recent" in chosen["recent"] - chosen["mail"]


def test_an_index_that_may_go_goes_where_nothing_needs_it(shop: Database, workload: Path, capfd: Any) -> None:
    advice = advise(shop, workload, capfd, "--budget", "50MB", "--replace")
    assert advice["drop"] == ["orders_total"]  # that of the reference stays


def test_an_old_server_is_advised_without_a_trace(shop15: Database, workload: Path, capfd: Any) -> None:
    before = shop15.dump()
    advice = advise(shop15, workload, capfd, "--budget", "50MB")
    assert "((lower(email)))" in statements_of(advice)
    assert any("PostgreSQL 18" in note for note in advice["notes"])
    assert shop15.dump() == before


def test_an_index_that_only_a_newer_server_could_skip_in_is_not_advised(
    shop15: Database, tmp_path: Path, capfd: Any
) -> None:
    both, one = (
        "select id, total from orders where status = $1 and total = $2",
        "select id from orders where total = $1",
    )
    folder = write(tmp_path / "queries", {"both": both, "one": one})
    (index,) = advise(shop15, folder, capfd, "--budget", "1200000", "--replace")["indexes"]
    assert "(total, status)" in index["ddl"]


def test_every_write_makes_an_index_dearer(shop: Database, tmp_path: Path, capfd: Any) -> None:
    read = "select id from orders where status = 'open' and total = 7"
    write_often = "insert into orders values (:a, :b, 'open', 7, now())"
    quiet = write(tmp_path / "quiet", {"read": read})
    busy = write(tmp_path / "busy", {"read": read, "add": write_often})
    (tmp_path / "weights").write_text("add 100000")
    assert advise(shop, quiet, capfd, "--budget", "50MB")["indexes"]
    advice = advise(shop, busy, capfd, "--budget", "50MB", "--weights", str(tmp_path / "weights"))
    assert advice["indexes"] == [] and "upkeep" in json.dumps(advice["rejected"])


HOSTILE = {
    "drop": (b"drop table orders", "not a statement that is planned"),
    "two": (b"select 1;\ndelete from orders;", "2 statements"),
    "explain": (b"explain analyze delete from orders", "not a statement that is planned"),
    "meta": (b"\\i /etc/passwd", "cannot read it"),
    "shell": (b"select 1 \\! touch /tmp/owned", "cannot read it"),
    "syntax": (b"select\nfrom from orders", "cannot read it"),
    "empty": (b"", "no statement"),
    "comment": (b"-- nothing", "no statement"),
    "latin": (b"select '\xe9'", "UTF-8"),
    "nul": (b"select 1\0", "zero byte"),
    "into": (b"select * into stolen from orders", "not a statement that is planned"),
    "do": (b"do $$ begin delete from orders; end $$", "not a statement that is planned"),
    "call": (b"call anything()", "not a statement that is planned"),
    "copy": (b"copy orders to program 'touch /tmp/owned'", "not a statement that is planned"),
    "commit": (b"commit", "not a statement that is planned"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_statement_is_one_message_with_its_place(
    shop: Database, tmp_path: Path, capfd: Any, name: str
) -> None:
    folder = write(tmp_path / "queries", {"good": "select 1"})
    content, expected = HOSTILE[name]
    (folder / f"{name}.sql").write_bytes(content)
    before = shop.dump("--inserts", schema_only=False)
    assert main(["advise", "--server", shop.dsn, "--workload", str(folder), "--budget", "1MB"]) == 2
    told = capfd.readouterr().err
    assert f"queries/{name}.sql:" in told and expected in told and told.count("error[") == 1
    assert shop.dump("--inserts", schema_only=False) == before


def test_a_statement_that_cannot_be_planned_is_told_at_its_place(shop: Database, tmp_path: Path, capfd: Any) -> None:
    folder = write(
        tmp_path / "queries", {"wrong": "select id\nfrom orders\nwhere colour = :c", "type": "select :x + :y"}
    )
    assert main(["advise", "--server", shop.dsn, "--workload", str(folder), "--budget", "1MB"]) == 2
    told = capfd.readouterr().err
    assert 'column "colour" does not exist' in told and "wrong.sql:3:7" in told
    assert "type.sql:1:11" in told and told.count("error[") == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--budget", "lots"], "--budget cannot be `lots`"),
        (["--budget", "1MB", "--schema", "nowhere"], "no schema `nowhere`"),
        (["--budget", "1MB", "--weights", "/nowhere/file"], "no regular file"),
        ([], "it takes a budget"),
    ],
)
def test_words_that_are_wrong_are_told(
    shop: Database, workload: Path, capfd: Any, words: list[str], expected: str
) -> None:
    assert main(["advise", "--server", shop.dsn, "--workload", str(workload), *words]) == 2
    assert expected in capfd.readouterr().err


def test_a_table_that_was_never_analysed_is_told(server: Server, workload: Path, capfd: Any) -> None:
    with server.scratch("new") as database:
        database.run_sql(TABLES)
        advice = advise(database, workload, capfd, "--budget", "1MB")
    assert any("never analysed" in note for note in advice["notes"])


def test_statistics_of_a_live_server_are_read_without_reading_its_tables(shop: Database) -> None:
    from dbwright.planner.advisor.live import read_planner_statistics
    from dbwright.planner.transplant import read_statistics

    with shop.connect() as connection:
        connection.execute("select pg_stat_force_next_flush()")
        reads = "select sum(seq_scan + coalesce(idx_scan, 0)) from pg_stat_user_tables"
        before = connection.execute(reads).fetchone()
        found: Statistics = read_planner_statistics(connection, "public")
        connection.execute("select pg_stat_force_next_flush()")
        assert connection.execute(reads).fetchone() == before
        exact = read_statistics(connection, "public")
    for table, same in zip(found.tables, exact.tables, strict=True):
        assert (table.pages, table.rows, table.columns) == (same.pages, same.rows, same.columns)
        assert int(table.lowest["id"] or 0) < 50 and int(table.highest["id"] or 0) > 19_950
