"""Opens a laboratory in which every candidate of a workload stands ready, switched off, with the size it would have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dbwright.planner.advisor import candidates as candidate_rules
from dbwright.planner.advisor.candidates import Space
from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.footprint import PAGE, index_statistics
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.planner.advisor.statement import Analysed, analyse_statement, could_use, lasting
from dbwright.planner.advisor.tables import Standing, TableFacts, read_families, read_standing, read_tables
from dbwright.planner.advisor.trials import Option, Trials, explain, relation_names
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.writes import Written, definition_of_standing
from dbwright.planner.laboratory import Laboratory
from dbwright.planner.statistics import ColumnStatistics, IndexStatistics, Statistics
from dbwright.records import record, replace
from dbwright.sql.names import quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

PREFIX = "dbwright_candidate_"
TWINS = """
with known as (
  select c.relname, x.indrelid, concat_ws('|', c.relam, x.indnkeyatts, x.indkey, x.indclass, x.indcollation,
    x.indoption, pg_catalog.pg_get_expr(x.indexprs, x.indrelid), '|',
    pg_catalog.pg_get_expr(x.indpred, x.indrelid)) as what
  from pg_catalog.pg_index x join pg_catalog.pg_class c on c.oid = x.indexrelid
  where c.relnamespace = %s::pg_catalog.regnamespace)
select a.relname from known a where a.relname = any(%s) and exists (
  select from known b where b.indrelid = a.indrelid and b.what = a.what and b.relname <> all(%s))
"""
"""Candidates that stand already, by the catalog, in which directions, classes and predicates are spelled alike."""

Sized = Callable[[Definition], Mapping[str, IndexStatistics]]
"""How large an index would be in each table that holds rows, where more is known than statistics tell."""


@record(frozen=True)
class Setup:
    """A workload in a laboratory without candidates: what was learnt before any is made.

    `refused` holds the statements that cannot be planned, with the reason; `touched` the tables of each other one;
    `written` what the statements write, rows times weight. `sized` tells sizes of indexes, by statistics where nobody
    knows better.
    """

    statements: tuple[Asked, ...]
    analysed: tuple[Analysed | None, ...]
    touched: tuple[frozenset[str], ...]
    tables: Mapping[str, TableFacts]
    standing: tuple[Standing, ...]
    refused: tuple[tuple[Asked, PlanningRefused], ...]
    written: tuple[Written, ...]
    questions: int
    sized: Sized | None = None


def set_up(connection: Connection[TupleRow], statistics: Statistics, workload: Sequence[Asked]) -> Setup:
    """Plan every statement once as things stand, and read what candidates are made from; raise psycopg.Error."""
    tables = read_tables(connection, statistics)
    standing = tuple(read_standing(connection, statistics.schema))
    families = read_families(connection, statistics.schema)
    columns = {t.name: tuple(c.name for c in t.columns) for t in tables.values()}
    planned: list[Asked] = []
    analysed: list[Analysed | None] = []
    touched: list[frozenset[str]] = []
    refused: list[tuple[Asked, PlanningRefused]] = []
    written: list[Written] = []
    for asked in workload:
        connection.rollback()
        connection.execute("set transaction read only")
        try:
            plan = explain(connection, asked)
        except PlanningRefused as error:
            refused.append((asked, error))
            continue
        read = analyse_statement(asked.sql, columns)
        if read is not None and asked.source:
            lasts = tuple(c for c in read.constants if lasting(c, asked.sql, asked.source))
            read = replace(read, constants=lasts)
        named = set(read.query.tables) if read else set()
        names = {families.get(n, n) for n in relation_names(plan)} | named
        written += _written(len(planned), asked, read, plan, families)
        planned.append(asked)
        analysed.append(read)
        touched.append(frozenset(names & tables.keys()))
    connection.rollback()
    return Setup(tuple(planned), tuple(analysed), tuple(touched), tables, standing, tuple(refused),
                 tuple(written), len(workload))  # fmt: skip


def _written(
    number: int, asked: Asked, read: Analysed | None, plan: Any, families: Mapping[str, str]
) -> Iterator[Written]:
    """What a statement writes: as many rows as the plan below the write yields."""
    if read is None or not read.query.writes:
        return
    rows = sum(float(child.get("Plan Rows", 0)) for child in plan.get("Plans", ())) or 1.0
    for (verb, table), columns in read.query.writes.items():
        if table in families.values():
            yield Written(number, verb, table, frozenset(columns), max(1.0, rows) * asked.weight)


def propose(setup: Setup, space: Space, tenants: Mapping[str, str] | None = None) -> list[Definition]:
    """Return the candidates of all statements, each once; those that a standing index already is are left out.

    `tenants` names for a table the column that a policy compares with the session's tenant, in every statement.
    """
    found: dict[Definition, None] = {}
    for asked, analysed, touched in zip(setup.statements, setup.analysed, setup.touched, strict=True):
        if space.plain:
            own = [setup.tables[name] for name in sorted(touched)]
            found |= dict.fromkeys(candidate_rules.plain_candidates(asked.sql.lower(), own, space.width))
        elif analysed is not None:
            own_ones = candidate_rules.candidates(analysed, setup.tables, space)
            found |= dict.fromkeys(made for d in own_ones for made in _for_tenants(d, tenants or {}))
    there = {(s.table, s.method, s.keys, s.include, s.where) for s in setup.standing}
    return [d for d in found if (d.table, d.method, tuple(map(str, d.keys)), d.include, d.where) not in there]


def _for_tenants(definition: Definition, tenants: Mapping[str, str]) -> Iterator[Definition]:
    """The index led by the tenant, then as it is."""
    tenant = tenants.get(definition.table, "")
    if tenant and tenant not in definition.columns and definition.method in ("btree", "gin", "gist"):
        include = tuple(c for c in definition.include if c != tenant)
        yield replace(definition, keys=(KeyPart(tenant), *definition.keys), include=include)
    yield definition


@contextmanager
def open_trials(
    laboratory: Laboratory,
    statistics: Sequence[Statistics],
    setup: Setup,
    definitions: Sequence[Definition],
    shares: Mapping[tuple[str, str], float],
    settings: Mapping[str, str],
    skips: bool = True,
) -> Iterator[tuple[Trials, dict[Definition, str]]]:
    """Yield the questions one may ask, and why some candidates cannot be: the server refuses them.

    The tables of the first statistics get candidates.

    `shares` are those of the predicates, by table and text. The indexes that stand already and keep no constraint are
    options, too, after the candidates. `skips`: see Trials.
    """
    names = {PREFIX + str(number): d for number, d in enumerate(definitions)}
    refused = laboratory.attempt({name: d.ddl(statistics[0].schema, name) for name, d in names.items()})
    schema = quote(statistics[0].schema)
    made = {name: d for name, d in names.items() if name not in refused}
    try:
        with laboratory.connect() as connection:
            found = connection.execute(TWINS, [schema, list(made), list(made)]).fetchall()
        twins = [name for (name,) in found]
        laboratory.attempt({name: f"drop index {schema}.{name}" for name in twins})
        made = {name: d for name, d in made.items() if name not in twins}
        with laboratory.connect() as connection:
            parts = _parts(connection, statistics[0].schema, made)
        planted = _with_candidates(statistics[0], setup, made, parts, shares)
        with laboratory.at(planted, *statistics[1:]) as lab:
            apply_settings(lab.connection, settings)
            options = _options(lab.connection, planted, made, parts)
            options += _standing_options(lab.connection, setup, statistics[0])
            relevant = [_relevant(options, setup, number) for number in range(len(setup.statements))]
            trials = Trials(lab.connection, setup.statements, options, relevant, skips)
            yield trials, {names[n]: r for n, r in refused.items()}
    finally:
        laboratory.attempt({name: f"drop index {schema}.{name}" for name in made})


def predicate_shares(
    connection: Connection[TupleRow], setup: Setup, definitions: Iterable[Definition]
) -> dict[tuple[str, str], float]:
    """Ask which share of its table each predicate leaves; one the server cannot plan is left out."""
    found = {}
    for table, where in dict.fromkeys((d.table, d.where) for d in definitions if d.where):
        try:
            plan = explain(connection, Asked("", f"select from {quote(table)} where {where}"))
        except PlanningRefused:
            connection.rollback()
            continue
        rows = setup.tables[table].rows
        found[table, where] = min(1.0, float(plan["Plan Rows"]) / rows) if rows else 1.0
    return found


def apply_settings(connection: Connection[TupleRow], settings: Mapping[str, str]) -> None:
    """Let the session plan with the settings of production, as far as this server knows them."""
    for name, value in settings.items():
        connection.execute(
            "select set_config(name, %s, false) from pg_catalog.pg_settings where name = %s", [value, name]
        )
    connection.commit()


def _parts(connection: Connection[TupleRow], schema: str, made: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """The indexes that hold entries for each candidate, each with its table: several where it is partitioned."""
    rows = connection.execute(
        "select f.root, f.name, t.relname from ("
        "  with recursive family as ("
        "    select oid, relname as root, relname as name, relkind from pg_catalog.pg_class"
        "    where relnamespace = %s::pg_catalog.regnamespace and relname = any(%s)"
        "    union all select c.oid, f.root, c.relname, c.relkind from pg_catalog.pg_inherits i"
        "    join family f on f.oid = i.inhparent join pg_catalog.pg_class c on c.oid = i.inhrelid)"
        "  select * from family) f join pg_catalog.pg_index x on x.indexrelid = f.oid "
        "join pg_catalog.pg_class t on t.oid = x.indrelid",
        [quote(schema), list(made)],
    ).fetchall()
    found: dict[str, list[tuple[str, str]]] = {}
    for root, name, table in rows:
        found.setdefault(root, []).append((name, table))
    return found


def _with_candidates(
    statistics: Statistics,
    setup: Setup,
    made: Mapping[str, Definition],
    parts: Mapping[str, Sequence[tuple[str, str]]],
    shares: Mapping[tuple[str, str], float],
) -> Statistics:
    more: dict[str, list[IndexStatistics]] = {}
    rows = {t.name: (max(0.0, t.rows), t.pages) for t in statistics.tables}
    for name, definition in made.items():
        whole = setup.tables[definition.table]
        known = setup.sized(definition) if setup.sized is not None else {}
        share = shares.get((definition.table, definition.where), 0.5) if definition.where else 1.0
        for index, leaf in parts[name]:
            if leaf not in rows or leaf not in whole.leaves:
                continue
            if leaf in known:
                more.setdefault(leaf, []).append(replace(known[leaf], name=index))
                continue
            part = replace(whole, rows=rows[leaf][0], pages=rows[leaf][1])
            size = index_statistics(definition, part, share)
            columns = tuple(_expression_statistics(definition, whole))
            more.setdefault(leaf, []).append(replace(size, name=index, columns=columns))
    grown = tuple(replace(t, indexes=t.indexes + tuple(more.get(t.name, ()))) for t in statistics.tables)
    return replace(statistics, tables=grown)


_SAME_VALUES = ("lower", "upper", "btrim", "ltrim", "rtrim")
"""Functions whose results are about as many as the values they are made from."""


def _expression_statistics(definition: Definition, table: TableFacts) -> Iterator[ColumnStatistics]:
    """What is known of the expressions of an index: PostgreSQL calls one after its function."""
    for key in definition.keys:
        function = key.text.split("(")[0]
        column = table.column(key.text[len(function) + 1 : -1]) if key.is_expression else None
        if column is not None and function in _SAME_VALUES:
            kept = {n: v for n, v in column.statistics.items() if n in ("null_frac", "avg_width", "n_distinct")}
            yield ColumnStatistics(function, kept)


def _options(
    connection: Connection[TupleRow],
    planted: Statistics,
    made: Mapping[str, Definition],
    parts: Mapping[str, Sequence[tuple[str, str]]],
) -> list[Option]:
    pages = {i.name: i.pages for t in planted.tables for i in t.indexes}
    rows = connection.execute(
        "select relname, oid::bigint from pg_catalog.pg_class where relnamespace = %s::pg_catalog.regnamespace "
        "and relkind in ('i', 'I')",
        [quote(planted.schema)],
    ).fetchall()
    oids: dict[str, int] = dict(rows)
    found = []
    for name, definition in made.items():
        size = sum(pages.get(index, 0) for index, _ in parts[name]) * PAGE
        found.append(Option(definition, size, tuple(oids[index] for index, _ in parts[name])))
    return found


def _standing_options(connection: Connection[TupleRow], setup: Setup, statistics: Statistics) -> Iterator[Option]:
    """What stands and keeps no constraint; this database is a copy, so its numbers are read anew."""
    pages = {i.name: i.pages for t in statistics.tables for i in t.indexes}
    parts = _parts(connection, statistics.schema, [s.name for s in setup.standing])
    oids = {s.name: s.oids for s in read_standing(connection, statistics.schema)}
    for standing in setup.standing:
        if standing.required or standing.name not in oids:
            continue
        definition = definition_of_standing(standing)
        size = sum(max(0, pages.get(name, 0)) for name, _ in parts.get(standing.name, ())) * PAGE
        yield Option(definition, size, oids[standing.name], standing.name)


def _relevant(options: Sequence[Option], setup: Setup, statement: int) -> int:
    """The options on the tables of a statement; of a table whose columns it names itself, those that it could use."""
    asked, touched, analysed = setup.statements[statement], setup.touched[statement], setup.analysed[statement]
    # A policy or a view asks for columns that do not stand in the statement.
    reads = {} if analysed is None or asked.role else analysed.query.reads
    found = 0
    for number, option in enumerate(options):
        own = reads.get(option.definition.table)
        if option.definition.table in touched and (
            option.exists or not own or could_use(asked.sql, own, option.definition)
        ):
            found |= 1 << number
    return found
