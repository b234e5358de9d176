"""Generated rows are as the design declares: ANALYZE finds in them what statistics are made of without rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbwright.data import generate, load
from dbwright.data.fields import Identifiers
from dbwright.data.tuples import TupleWriter
from dbwright.emit.postgresql import emit
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.planner.statistics import ColumnStatistics
from dbwright.planner.synthesis import synthesize
from dbwright.planner.transplant import read_statistics
from dbwright.server import Server
from dbwright.sizing.tables import facts_at

ROWS = {"makers": 3_000, "things": 24_000}
"""So few that ANALYZE looks at all of them."""
DESIGN = """
design: wares
entities:
  makers:
    columns:
      maker_id: int primary key
      land: {sql: char(2) not null, values: {distinct: 25, hot: {DE: 40%, FR: 12%}}}
    audit: none
    rows: 3k
  things:
    columns:
      thing_id: bigint generated always as identity primary key
      few: {sql: int not null, values: {distinct: 40}}
      share: {sql: int not null, values: {distinct: 25%}}
      own: {sql: text not null, values: {distinct: 100%}}
      span: {sql: int not null, values: {range: 10 to 500}}
      price: {sql: "numeric(8,2) not null", values: {range: 1.00 to 90.00, distinct: 2000}}
      day: {sql: date not null, values: {range: 2024-03-01 to 2026-05-31}}
      moment: {sql: timestamptz not null, values: {order: rising}}
      step: {sql: int not null, values: {order: rising, distinct: 800}}
      town: {sql: text not null, values: {hot: {Rome: 30%, Oslo: 5%}, distinct: 300}}
      state: {sql: text not null, one of: [new, paid, lost], values: {hot: {paid: 90%, lost: 1%}}}
      code: {sql: int not null, values: {hot: {7: 50%, 9: 20%}, distinct: 120}}
      open: {sql: boolean not null, values: {hot: {true: 3%}}}
      note: {sql: text, values: {nulls: 45%, width: 90B, words: {broken: 12%, blue: 3%}}}
      tag: {sql: varchar(12), values: {nulls: 5%, width: 8B, distinct: 1500}}
      box: {sql: uuid, values: {distinct: 700, nulls: 30%}}
      blob: {sql: bytea not null, values: {width: 70B}}
      maker_id: {sql: int references makers, values: {nulls: 10%, distinct: 400}}
      first_maker: {sql: int not null references makers (maker_id), values: {order: rising}}
      level: {sql: smallint check (level between 1 and 9), values: {nulls: 20%, hot: {5: 40%}}}
    audit: none
    rows: 24k
"""
Columns = dict[str, ColumnStatistics]


@pytest.fixture(scope="module")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    """The design, compiled."""
    path = tmp_path_factory.mktemp("design") / "wares.design.yaml"
    path.write_text(DESIGN)
    return compile_design(load_design(path))


@pytest.fixture(scope="module")
def found(server: Server, blueprint: Blueprint) -> Iterator[Columns]:
    """What ANALYZE says of the generated rows."""
    with server.scratch() as database:
        database.run_sql(emit(blueprint)["ddl/schema.sql"])
        with database.connect() as connection:
            load(generate(blueprint, ROWS), connection)
            row = connection.execute(
                "select avg((note ~ 'broken')::int) filter (where note is not null), "
                "avg((note ~ 'blue')::int) filter (where note is not null) from wares.things"
            ).fetchone()
            assert row is not None
            assert float(row[0]) == pytest.approx(0.12, abs=0.01)
            assert float(row[1]) == pytest.approx(0.03, abs=0.006)
            connection.execute("analyze")
        with database.connect() as connection:
            tables = read_statistics(connection, "wares").tables
        yield {f"{t.name}.{c.column}": c for t in tables for c in t.columns}
    server.drop_roles([r.name for r in blueprint.roles])


@pytest.fixture(scope="module")
def declared(blueprint: Blueprint) -> Columns:
    """What is synthesized from the design alone."""
    tables = synthesize(blueprint, {n: float(k) for n, k in ROWS.items()}).statistics.tables
    return {f"{t.name}.{c.column}": c for t in tables for c in t.columns}


def number(columns: Columns, name: str, what: str) -> float:
    """A number of a column's statistics; different values as a count."""
    value = float(columns[name].values[what])
    return -value * ROWS[name.split(".")[0]] if what == "n_distinct" and value < 0 else value


@pytest.mark.parametrize(
    "name",
    "makers.land things.few things.share things.own things.span things.price things.day things.step things.town "
    "things.state things.code things.open things.tag things.box things.maker_id things.level".split(),
)
def test_there_are_as_many_different_values(found: Columns, declared: Columns, name: str) -> None:
    assert number(found, name, "n_distinct") == pytest.approx(number(declared, name, "n_distinct"), rel=0.05)


@pytest.mark.parametrize("name", ["things.note", "things.tag", "things.box", "things.maker_id", "things.level"])
def test_as_many_rows_are_without_a_value(found: Columns, declared: Columns, name: str) -> None:
    assert number(found, name, "null_frac") == pytest.approx(number(declared, name, "null_frac"), abs=0.015)


@pytest.mark.parametrize("name", ["things.note", "things.tag", "things.blob"])
def test_values_are_as_wide(found: Columns, declared: Columns, name: str) -> None:
    assert number(found, name, "avg_width") == pytest.approx(number(declared, name, "avg_width"), rel=0.06)


@pytest.mark.parametrize(
    "name", ["makers.land", "things.town", "things.state", "things.code", "things.open", "things.level"]
)
def test_hot_values_are_as_hot(found: Columns, declared: Columns, name: str) -> None:
    there, wanted = common(found[name]), common(declared[name])
    for value, share in list(wanted.items())[:2]:
        assert there.get(value, 0.0) == pytest.approx(share, abs=0.025), (value, there)


def common(column: ColumnStatistics) -> dict[str, float]:
    """The common values of a column with their shares."""
    values = column.values["most_common_vals"].strip("{}").replace('"', "").split(",")
    shares = column.values["most_common_freqs"].strip("{}").replace('"', "").split(",")
    return dict(zip(values, map(float, shares), strict=True))


@pytest.mark.parametrize("name", ["span", "price", "day", "step", "level"])
def test_values_lie_where_they_are_declared(blueprint: Blueprint, name: str) -> None:
    column = generate(blueprint, ROWS).tables["things"].columns[name]
    facts = facts_at(blueprint, rows={n: float(k) for n, k in ROWS.items()}).tables["things"].column(name)
    assert facts is not None
    present = [value for value in column if value is not None]
    assert (str(min(present)), str(max(present))) == (facts.lowest, facts.highest)


@pytest.mark.parametrize("name", ["things.moment", "things.step", "things.first_maker", "things.span", "things.share"])
def test_values_come_in_the_declared_order(found: Columns, declared: Columns, name: str) -> None:
    assert number(found, name, "correlation") == pytest.approx(number(declared, name, "correlation"), abs=0.05)


def test_portions_do_not_change_a_byte(blueprint: Blueprint) -> None:
    rows = generate(blueprint, ROWS).tables["things"]
    written = {b"".join(TupleWriter("things", rows, Identifiers()).portions(size)) for size in (777, 5_000, 10**9)}
    assert len(written) == 1
