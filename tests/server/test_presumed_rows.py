"""Where a design says nothing, generated rows and statistics without rows presume the same: ANALYZE finds it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbwright.data import generate, load
from dbwright.data.plans import DAYS_AFTER
from dbwright.emit.postgresql import emit
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.planner.statistics import ColumnStatistics
from dbwright.planner.synthesis import synthesize
from dbwright.planner.transplant import read_statistics
from dbwright.server import Server

ROWS = {"shops": 12, "people": 4_000, "orders": 9_000, "products": 1_500, "items": 20_000}
"""So few that ANALYZE looks at all of them."""
DESIGN = """
design: market
start: 2026-01-01
tenancy: {by: shops.shop_id, isolation: row}
roles:
  web: {}
entities:
  shops:
    columns:
      shop_id: uuid primary key default uuidv7()
    rows: 12
  people:
    columns:
      person_id: uuid primary key default uuidv7()
      shop_id: uuid not null references shops
      email: text not null
      nickname: text
      city: text not null
      blocked: boolean not null default false
      bio: text not null
      details: jsonb not null
      created_at: timestamptz not null default now()
      closed_at: timestamptz
    audit: none
    rows: {now: 4k, skew: {shop_id: zipf(1.2)}}
  products:
    columns:
      product_id: uuid primary key default uuidv7()
      shop_id: uuid not null references shops
      price: {sql: "numeric(10,2) not null check (price >= 0)"}
      body: text not null
      search: {sql: "tsvector generated always as (to_tsvector('english', body)) stored"}
    row size: 900B
    audit: none
    rows: 1.5k
  orders:
    columns:
      order_id: uuid primary key default uuidv7()
      shop_id: uuid not null references shops
      person_id: uuid not null references people
      helper_id: uuid references people (person_id)
      state: {sql: text not null, one of: [new, paid, sent, lost]}
      placed_at: timestamptz not null default now()
    audit: none
    rows: {now: 9k, skew: {person_id: zipf(1.1)}}
    retention: {keep: 90 days, then: delete}
  items:
    columns:
      order_id: uuid not null references orders
      product_id: uuid not null references products
      quantity: int not null check (quantity > 0)
    key: [order_id, product_id]
    audit: none
    rows: {now: 20k, skew: {product_id: zipf(1.1)}}
"""
Columns = dict[str, ColumnStatistics]


@pytest.fixture(scope="module")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    """The design, compiled."""
    path = tmp_path_factory.mktemp("design") / "market.design.yaml"
    path.write_text(DESIGN)
    return compile_design(load_design(path))


@pytest.fixture(scope="module")
def found(server: Server, blueprint: Blueprint) -> Iterator[Columns]:
    """What ANALYZE says of the generated rows."""
    with server.scratch() as database:
        database.run_sql(emit(blueprint)["ddl/schema.sql"])
        with database.connect() as connection:
            load(generate(blueprint, ROWS), connection)
        with database.connect() as connection:
            tables = read_statistics(connection, "market").tables
        yield {f"{t.name}.{c.column}": c for t in tables for c in t.columns}
    server.drop_roles([r.name for r in blueprint.roles])


@pytest.fixture(scope="module")
def presumed(blueprint: Blueprint) -> Columns:
    """What is synthesized from the design alone, for the day up to which rows are generated."""
    rows = {n: float(k) for n, k in ROWS.items()}
    tables = synthesize(blueprint, rows, DAYS_AFTER * 86_400.0).statistics.tables
    return {f"{t.name}.{c.column}": c for t in tables for c in t.columns}


def number(columns: Columns, name: str, what: str) -> float:
    """A number of a column's statistics; different values as a count."""
    value = float(columns[name].values[what])
    return -value * ROWS[name.split(".")[0]] if what == "n_distinct" and value < 0 else value


def largest(columns: Columns, name: str, count: int) -> list[float]:
    """The shares of the most common values."""
    text = columns[name].values.get("most_common_freqs", "{}").strip("{}").replace('"', "")
    return [float(share) for share in text.split(",")][:count]


@pytest.mark.parametrize(
    "name",
    "people.shop_id people.email people.nickname people.city people.bio people.created_at orders.person_id "
    "orders.helper_id orders.state products.price items.order_id items.product_id items.quantity".split(),
)
def test_there_are_as_many_different_values(found: Columns, presumed: Columns, name: str) -> None:
    assert number(found, name, "n_distinct") == pytest.approx(number(presumed, name, "n_distinct"), rel=0.06)


@pytest.mark.parametrize("name", ["people.nickname", "people.closed_at", "orders.helper_id"])
def test_as_many_rows_are_without_a_value(found: Columns, presumed: Columns, name: str) -> None:
    assert number(found, name, "null_frac") == pytest.approx(number(presumed, name, "null_frac"), abs=0.02)


@pytest.mark.parametrize(
    "name", "people.email people.city people.bio people.details products.body products.search".split()
)
def test_values_are_as_wide(found: Columns, presumed: Columns, name: str) -> None:
    assert number(found, name, "avg_width") == pytest.approx(number(presumed, name, "avg_width"), rel=0.12)


@pytest.mark.parametrize(
    "name",
    "people.shop_id orders.shop_id items.shop_id products.shop_id people.blocked orders.state orders.person_id "
    "items.product_id".split(),
)
def test_common_values_are_as_common(found: Columns, presumed: Columns, name: str) -> None:
    there, wanted = largest(found, name, 2), largest(presumed, name, 2)
    assert there == pytest.approx(wanted, rel=0.1, abs=0.01)


def test_items_have_the_tenants_of_their_orders_and_people(presumed: Columns) -> None:
    assert largest(presumed, "items.shop_id", 3) == pytest.approx(largest(presumed, "people.shop_id", 3))
    assert largest(presumed, "products.shop_id", 1)[0] < largest(presumed, "people.shop_id", 1)[0]


@pytest.mark.parametrize(
    "name", "people.created_at orders.placed_at people.shop_id orders.state people.blocked orders.person_id".split()
)
def test_values_come_in_the_same_order(found: Columns, presumed: Columns, name: str) -> None:
    assert number(found, name, "correlation") == pytest.approx(number(presumed, name, "correlation"), abs=0.04)


@pytest.mark.parametrize("name", ["people.created_at", "orders.placed_at", "products.price"])
def test_values_lie_between_the_same_ends(found: Columns, presumed: Columns, name: str) -> None:
    there, wanted = (
        c[name].values["histogram_bounds"].strip("{}").replace('"', "").split(",") for c in (found, presumed)
    )
    assert len(there) == len(wanted)
    assert there[0][:7] == wanted[0][:7] or float(there[0]) == pytest.approx(float(wanted[0]), abs=20)
    assert there[-1][:7] == wanted[-1][:7] or float(there[-1]) == pytest.approx(float(wanted[-1]), abs=20)
