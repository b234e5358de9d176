"""Advising a running database beyond indexes: what is told as DDL works there, and patterns over it answer the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dbwright.cli import main
from dbwright.server import Database, Server

TABLES = """
create table customers (id bigint primary key, name text not null, city text not null);
create table orders (
  id bigint primary key, customer_id bigint not null references customers, status text not null,
  total numeric(12,2) not null, created_at timestamptz not null);
create index on orders (customer_id);
insert into customers select i, 'person ' || i, 'city ' || i % 100 from generate_series(1, 20000) i;
insert into orders
select i, i::bigint * 7919 % 20000 + 1, case when i % 50 = 0 then 'open' else 'paid' end, i % 1000,
       '2024-01-01'::timestamptz + i * interval '1 min' from generate_series(1, 100000) i;
"""
WORKLOAD = {
    "city": "select o.id, o.total from orders o join customers c on c.id = o.customer_id "
    "where c.city = 'city 7' order by o.created_at desc, o.id limit 20;",
    "day": "select created_at::date as day, status, count(*), sum(total) from orders "
    "where created_at >= '2024-02-01' and created_at < '2024-03-01' group by 1, 2 order by 1, 2",
}
CHANGES = """
insert into orders values (200001, 8, 'open', 7, '2024-02-11 12:00+00');
update customers set city = 'city 7' where id in (500, 501);
update orders set customer_id = 500 where id in (90001, 90002);
"""


@pytest.fixture
def shop(server: Server) -> Iterator[Database]:
    """A running database with rows and statistics."""
    with server.scratch("shop") as database:
        database.run_sql(TABLES)
        database.run_sql("vacuum analyze")
        yield database


def advise(database: Database, folder: Path, capfd: Any, *options: str) -> Any:
    """What the command says as JSON."""
    folder.mkdir(exist_ok=True)
    for name, text in WORKLOAD.items():
        (folder / f"{name}.sql").write_text(text)
    words = ["advise", "--server", database.dsn, "--workload", str(folder), "--budget", "1GB", "--format", "json"]
    assert main([*words, *options]) == 0
    return json.loads(capfd.readouterr().out)


def test_what_is_told_works_on_the_server_and_answers_the_same(shop: Database, tmp_path: Path, capfd: Any) -> None:
    told = advise(shop, tmp_path / "queries", capfd, "--only", "summaries,copies")["choices"]
    assert [c["kind"] for c in told["chosen"]] == ["copy", "summary"] or [c["kind"] for c in told["chosen"]] == [
        "summary",
        "copy",
    ]
    for choice in told["chosen"]:
        assert choice["saved"] > 0 and choice["bytes"] > 0
        for statement in choice["ddl"]:
            if not statement.startswith("refresh"):
                shop.run_sql(f"{statement};")
    shop.run_sql(CHANGES)
    shop.run_sql("refresh materialized view concurrently orders_by_day_status")
    write = {name: sql for choice in told["chosen"] for name, sql in choice["write"].items()}
    assert sorted(write) == ["city", "day"]
    with shop.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for name, statement in write.items():
            before = connection.execute(WORKLOAD[name].encode()).fetchall()
            assert before and before == connection.execute(statement.encode()).fetchall()


def test_nothing_but_indexes_is_advised_unless_it_is_asked_for(shop: Database, tmp_path: Path, capfd: Any) -> None:
    assert "choices" not in advise(shop, tmp_path / "queries", capfd)


def test_parameters_that_are_numbers_stay_numbers(shop: Database, tmp_path: Path, capfd: Any) -> None:
    folder = tmp_path / "queries"
    folder.mkdir()
    sql = WORKLOAD["city"].rstrip(";").replace("'city 7'", "$1")
    (folder / "place.sql").write_text(sql)
    told = advise(shop, folder, capfd, "--only", "copies")["choices"]["chosen"]
    assert "$1" in told[0]["write"]["place"] and ":p1" not in told[0]["write"]["place"]


def test_a_copy_pays_for_the_writes_that_keep_it_true(shop: Database, tmp_path: Path, capfd: Any) -> None:
    folder = tmp_path / "queries"
    folder.mkdir()
    (folder / "move.sql").write_text("update customers set city = :city where id = :id")
    (folder / "order.sql").write_text("insert into orders values (:id, :customer, 'open', :total, now())")
    (tmp_path / "weights").write_text("move 0.01\norder 0.01\n")
    words = ("--only", "copies", "--weights", str(tmp_path / "weights"))
    seldom = advise(shop, folder, capfd, *words)
    (copy,) = seldom["choices"]["chosen"]
    assert copy["upkeep"] == copy["writing"] > 0
    assert seldom["writing"]["added"] == pytest.approx(copy["writing"], abs=0.01)
    bound = advise(shop, folder, capfd, *words, "--write-budget", f"{copy['writing'] / 2:.3f}")
    assert bound["choices"]["chosen"] == [] and bound["writing"]["added"] == 0
    assert "over their budget" in next(c["why"] for c in bound["choices"]["turned_down"] if c["kind"] == "copy")
    (tmp_path / "weights").write_text("move 100000\norder 1\n")
    often = advise(shop, folder, capfd, *words)
    assert often["choices"]["chosen"] == []
    assert "of upkeep" in next(c["why"] for c in often["choices"]["turned_down"] if c["kind"] == "copy")


def test_what_cannot_be_advised_for_a_server_is_refused(tmp_path: Path, capfd: Any) -> None:
    words = ["advise", "--server", "host=nowhere", "--workload", str(tmp_path), "--budget", "1GB"]
    assert main([*words, "--only", "partitions"]) == 2
    assert "--only cannot be `partitions` for a running database" in capfd.readouterr().err
