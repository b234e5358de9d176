"""A design whose rows are there already: what a live server knows of its tables, taken to another number of rows.

The access patterns, roles and growth are the design's; the schema, the statistics and the settings of the planner are
those of the server, of which nothing but its catalogs is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dbwright.model.blueprint import Blueprint
from dbwright.planner.advisor.live import DUMP, open_live_laboratory, read_live, told_of
from dbwright.planner.scaling import Relations, elements, read_relations, scale
from dbwright.planner.statistics import ColumnStatistics, Statistics, TableStatistics
from dbwright.records import record, replace
from dbwright.server import Database, ServerError, open_server
from dbwright.sizing.facts import ColumnFacts, TableFacts
from dbwright.sizing.tables import Facts, facts_at

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from dbwright.planner.laboratory import Laboratory

PARENTS = """
select c.relname, p.relname from pg_catalog.pg_inherits i
join pg_catalog.pg_class c on c.oid = i.inhrelid join pg_catalog.pg_class p on p.oid = i.inhparent
where c.relnamespace = %s::pg_catalog.regnamespace and c.relkind in ('r', 'p')
"""


class TablesMissing(ServerError):  # noqa: N818 - named after what was found, as the errors of the server room are
    """The server has not the tables of the design."""


@record(frozen=True)
class Measured:
    """What a server knows today: statistics, what they do not tell of columns, which partition belongs to which table.

    `settings` are those of its planner; `notes` say what of it is unknown or cannot be had here.
    """

    statistics: Statistics
    relations: Relations
    parents: Mapping[str, str]
    settings: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def rows(self) -> dict[str, float]:
        """Rows of each table, those of partitions together where nobody analysed the whole."""
        known = {t.name: max(0.0, t.rows) for t in self.statistics.tables}
        for part, whole in self.parents.items():
            if known.get(whole) == 0 or f"{whole} in parts" in known:
                known[f"{whole} in parts"] = known.get(f"{whole} in parts", 0.0) + known.get(part, 0.0)
        return {name: known.get(f"{name} in parts", number) for name, number in known.items()}

    def rows_after(self, blueprint: Blueprint, age: float) -> dict[str, float]:
        """Return the rows of each table so many seconds from today, grown as the design says."""
        first, later = facts_at(blueprint, 0.0).tables, facts_at(blueprint, age).tables
        today = self.rows
        return {n: max(1.0, today.get(n, 0.0) * later[n].rows / max(1.0, first[n].rows)) for n in later}

    def taken_to(self, facts: Facts) -> tuple[Facts, Statistics]:
        """Return the facts with the values that the server has, and its statistics, at the rows of the facts."""
        today = self.rows
        factors = {n: t.rows / today[n] for n, t in facts.tables.items() if today.get(n)}
        factors |= {part: factors[whole] for part, whole in self.parents.items() if whole in factors}
        scaled = scale(self.statistics, self.relations, factors)
        known = {t.name: t for t in scaled.tables}
        tables = {n: _as_measured(t, known[n]) if n in known else t for n, t in facts.tables.items()}
        return replace(facts, tables=tables, assumptions=()), scaled


@contextmanager
def open_measured(address: str, blueprint: Blueprint) -> Iterator[tuple[Laboratory, Measured]]:
    """Read what a server knows of the tables of a blueprint; yield a laboratory with its schema, and what was read.

    Nothing but the catalogs is read. Raise TablesMissing, ServerError, psycopg.Error.
    """
    with open_server(address) as server:
        database = Database(server, server.maintenance_database)
        with database.connect() as connection:
            _look_for_tables(connection, blueprint, database.name)
            relations = read_relations(connection, blueprint.schema)
            parents: dict[str, str] = dict(connection.execute(PARENTS, [blueprint.schema]).fetchall())
        live = read_live(database, blueprint.schema, tuple(option for option in DUMP if option != "--no-privileges"))
    with open_live_laboratory(live) as (laboratory, statistics, notes):
        told = [*notes, *told_of(live)]
        told += ["a login with BYPASSRLS sees those of tables with row-level security"] if live.hidden else []
        told += ["partitions grow in proportion, and no new ones are made"] if parents else []
        yield laboratory, Measured(statistics[0], relations, parents, live.settings, tuple(told))


def _look_for_tables(connection: Connection[TupleRow], blueprint: Blueprint, database: str) -> None:
    found = connection.execute(
        "select relname from pg_catalog.pg_class where relkind in ('r', 'p')"
        " and relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %s)",
        [blueprint.schema],
    ).fetchall()
    missing = [t.name for t in blueprint.tables if t.name not in {name for (name,) in found}]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing[:5]) + (" …" if len(missing) > 5 else "")
        raise TablesMissing(
            f"the schema `{blueprint.schema}` of the database `{database}` has no table {names} of the design",
            help="name the database that was made from this design, or leave --server out",
        )


def _as_measured(facts: TableFacts, known: TableStatistics) -> TableFacts:
    told = {c.column: c for c in sorted(known.columns, key=lambda c: c.inherited)}
    return replace(facts, columns=tuple(_column(c, told.get(c.name), known) for c in facts.columns))


def _column(facts: ColumnFacts, told: ColumnStatistics | None, table: TableStatistics) -> ColumnFacts:
    """A column with the values that the server knows of it, so that a question names some that there are."""
    if told is None:
        return facts
    values = told.values
    common = [*elements(values.get("most_common_vals", ""))]
    shares = [float(share) for share in elements(values.get("most_common_freqs", ""))]
    histogram = tuple(elements(values.get("histogram_bounds", "")))
    number = float(values.get("n_distinct", "0"))
    ends = [*histogram[:1], *histogram[-1:]] or [*common[:1], *common[-1:]]
    return replace(
        facts,
        value=facts.value._replace(nulls=float(values.get("null_frac", "0"))),
        distinct=max(1.0, -number * max(0.0, table.rows) if number < 0 else number),
        common=tuple(zip(common, shares, strict=False)),
        histogram=histogram,
        lowest=table.lowest.get(facts.name) or (ends[0] if ends else facts.lowest),
        highest=table.highest.get(facts.name) or (ends[-1] if ends else facts.highest),
        correlation=float(values.get("correlation", "0")),
    )
