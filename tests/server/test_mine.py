"""Mining a live database: what was declared is asked of all rows, the rest is sought, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbwright.api import mine
from dbwright.cli import main
from dbwright.mining.report import Mined
from dbwright.server import Database, Server

TABLES = """
create table orders (
  order_id integer primary key, customer_id integer, city text, total numeric(12,2),
  tags text, extras jsonb, parts bigint[]
);
insert into orders
select n, n % 500, 'city ' || n % 500 % 40, n / 7.0, ('{"red,blue", blue, "green,red"}'::text[])[n % 3 + 1],
       '{"color": "red", "size": 3}', array[n, n + 1]
  from generate_series(1, 4000) n;
update orders set city = 'elsewhere' where order_id = 1003;
create table speaks (person integer, language text, sport text, primary key (person, language, sport));
insert into speaks
select p, l, s from generate_series(1, 30) p, unnest('{de,en,fr}'::text[]) l, unnest('{chess,golf}'::text[]) s;
create table "o""dd; drop" ("a, b" integer, "C" integer);
insert into "o""dd; drop" select n % 5, n % 5 * 2 from generate_series(1, 100) n;
create table none ();
"""
DESIGN = """
design: shop
entities:
  orders:
    columns: {order_id: integer primary key, customer_id: integer, city: text, total: numeric}
    depends: [customer_id -> city, "order_id -> total"]
  speaks:
    columns: {person: integer, language: text, sport: text}
    key: [person, language, sport]
    depends: [person ->> language]
"""


@pytest.fixture(scope="module")
def database(server: Server) -> Iterator[Database]:
    """A database with rows that say something."""
    with server.scratch() as database:
        database.run_sql(TABLES)
        yield database


@pytest.fixture
def address(database: Database) -> str:
    """The address of the database."""
    with database.connect() as connection:
        return f"host={connection.info.host} port={connection.info.port} user=postgres dbname={connection.info.dbname}"


@pytest.fixture
def found(address: str) -> dict[str, Mined]:
    """What mining finds in each table."""
    return {m.table: m for m in mine(address)}


def test_a_dependency_of_almost_all_rows_is_told_with_two_that_break_it(found: dict[str, Mined]) -> None:
    (nearly,) = found["orders"].nearly
    assert (str(nearly.dependency), nearly.broken) == ("customer_id -> city", 1)
    assert nearly.counterexample is not None
    assert ("1003", "3", "elsewhere") in nearly.counterexample.rows
    assert len({row[2] for row in nearly.counterexample.rows}) == 2


def test_lists_inside_values_are_found(found: dict[str, Mined]) -> None:
    assert [h.column for h in found["orders"].hidden] == ["tags", "extras", "parts"]


def test_lists_that_are_combined_for_no_reason_are_found(found: dict[str, Mined]) -> None:
    assert [str(d) for d in found["speaks"].independent] == ["person ->> language"]
    assert found["speaks"].unique == (("person", "language", "sport"),)


def test_hostile_names_and_tables_without_columns_are_read(found: dict[str, Mined]) -> None:
    suggested = [str(s.dependency) for s in found['o"dd; drop'].suggested]
    assert suggested == ['"a, b" -> C', 'C -> "a, b"']
    assert found["none"].total == 0


def test_a_sample_says_that_it_is_one(address: str) -> None:
    (mined,) = mine(address, ["orders"], most_rows=1000)
    assert mined.total == 4000 and 700 < mined.read < 1300


def test_what_a_design_declares_is_refuted_or_held(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "shop.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    assert main(["mine", address, "orders", "speaks", "--design", str(path), "--format", "json"]) == 1
    orders, speaks = json.loads(capsys.readouterr().out)
    assert [r["dependency"] for r in orders["refuted"]] == ["customer_id -> city"]
    assert (orders["held"], speaks["held"]) == (["order_id -> total"], ["person ->> language"])


def test_a_list_that_is_not_combined_with_the_other_refutes(database: Database, address: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    database.run_sql("delete from speaks where person = 7 and language = 'de' and sport = 'golf'")
    (mined,) = mine(address, ["speaks"], design=path)
    database.run_sql("insert into speaks values (7, 'de', 'golf')")
    assert [r.rows[0] for r in mined.refuted] == [("7", "5", "3", "2")]


def test_a_table_that_is_not_there_is_an_error_with_the_nearest_name(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mine", address, "oders"]) == 2
    assert "did you mean `orders`" in capsys.readouterr().err


def test_the_text_shows_each_finding(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mine", address, "orders"]) == 0
    shown = capsys.readouterr().out
    for piece in ("4,000 rows", "never twice order_id", "nearly", "1 row against it", "list        tags: 67%"):
        assert piece in shown
