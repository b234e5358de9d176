"""Tables of sums that might pay: rows that only ever come are added up once, window by window, and read from there.

A summary counts everything again at each refresh; a table of sums looks at each row once. It needs rows that are never
changed, a time that tells when each came, and a job that adds the last window up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dbwright.model.access import AccessPattern, Parameter
from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Column, Entity, Rows
from dbwright.model.growth import Meaning
from dbwright.model.quantities import MONTH, Count, Growth, Rate, allowed_age
from dbwright.model.shape import Text
from dbwright.model.table import Table
from dbwright.planner.choices.aggregates import (
    Aggregated,
    Dimension,
    NotAdditive,
    take_apart,
    unqualified_text,
    written_small,
)
from dbwright.planner.choices.candidate import Candidate
from dbwright.planner.choices.stored import Part, groups, unit_of
from dbwright.planner.choices.summaries import query_of, statement_over, stored_dimensions, with_tenant
from dbwright.sizing.axes import axis_of
from dbwright.sizing.facts import TableFacts
from dbwright.sql.grammar import GrammarError
from dbwright.sql.names import fit, quote
from dbwright.sql.outputs import Output, outputs_of
from dbwright.sql.patterns import queries
from dbwright.sql.types import bare_type
from dbwright.theory.volumes import volumes_of

LEAST_ROWS = 1_000_000
"""Rows at the horizon from which to add them up once is worth a job."""


def rollup_candidates(blueprint: Blueprint, facts: Mapping[str, TableFacts]) -> Iterator[Candidate]:
    """Yield a table of sums for each pattern that counts or adds up rows that only ever come.

    Patterns that add up the same by the same share one; it is kept as young as the strictest of them asks.
    """
    columns = {t.name: t.column_names for t in blueprint.tables}
    for pattern in blueprint.design.access:
        try:
            taken = with_tenant(blueprint, take_apart(str(pattern.sql), columns))
        except (NotAdditive, GrammarError):
            continue
        table = blueprint.table(next(iter(taken.sources.values())))
        stale = allowed_age(str(pattern.freshness)) if pattern.freshness.startswith("stale up to ") else 0.0
        if table is None or not stale or len(taken.sources) != 1 or facts[table.name].rows < LEAST_ROWS:
            continue
        time = _time(blueprint, table, facts[table.name])
        if time and all(s.function in ("count", "sum") for s in taken.sums):
            yield from _of_pattern(blueprint, pattern, taken, table, time, stale, facts)


def _time(blueprint: Blueprint, table: Table, facts: TableFacts) -> str:
    """The column that tells when a row came, of a table whose rows are never changed; nothing for another one."""
    for _, query in queries(blueprint).values():
        if ("update", table.name) in query.writes or ("delete", table.name) in query.writes:
            return ""
    for column in table.columns:
        own = facts.column(column.name)
        if column.not_null and bare_type(column.type).startswith("timestamp") and own is not None and own.rising:
            return column.name
    return ""


def _of_pattern(
    blueprint: Blueprint,
    pattern: AccessPattern,
    taken: Aggregated,
    table: Table,
    time: str,
    stale: float,
    facts: Mapping[str, TableFacts],
) -> Iterator[Candidate]:
    dimensions, cuts = stored_dimensions(blueprint, pattern, taken)
    parts = [p for d in dimensions if (p := _part(table, d)) is not None]
    role = _keeper(blueprint, table)
    required = all((c := table.column(p.column)) is not None and c.not_null for p in parts)
    if not role or not dimensions or len(parts) != len(dimensions) or not required:
        return
    types = {t.name: {c.name: c.type for c in t.columns} for t in blueprint.tables}
    outputs = {o.name: o for o in outputs_of(query_of(taken, dimensions), types)}
    if any(not o.type for o in outputs.values()):
        return
    tenants = {table.name: table.tenant_column} if table.tenant_column else {}
    rows = groups(parts, facts, tenants)
    named = [d.name for d in dimensions if d.name != table.tenant_column]
    name = fit(table.name, "sums_by", *named)
    cautions = [f"the ends of the range of `{pattern.name}` must fall on a full {c.unit}" for c in cuts]
    cautions += [
        f"a row of {table.name} whose {time} lies before the last window is missed",
        "a window that is added twice counts twice: keep a mark of each in the same transaction",
    ]
    yield Candidate(
        "rollup",
        name,
        f"the sums that `{pattern.name}` asks for, by {', '.join(d.name for d in dimensions)}, added up as rows come",
        (table.name,),
        statements={str(pattern.name): statement_over(blueprint, taken, name, cuts)},
        cautions=tuple(cautions),
        made=_entity(name, pattern, table, dimensions, parts, outputs, rows, facts),
        job=_job(blueprint, name, role, taken, table, dimensions, time, stale, rows),
    )


def _part(table: Table, dimension: Dimension) -> Part | None:
    text = unqualified_text(dimension.text)
    if table.column(text.strip('"')) is not None:
        return Part(table.name, text.strip('"'))
    named = [c.name for c in table.columns if quote(c.name) in text]
    return Part(table.name, named[0], unit_of(text)) if len(named) == 1 and unit_of(text) else None


def _keeper(blueprint: Blueprint, table: Table) -> str:
    """The role that adds up: it sees all tenants where there are any, and has little else to do."""
    busy = [str(r) for p in blueprint.design.access for r in p.by]
    roles = [r for r in blueprint.design.roles if not table.tenant_column or r.tenants == "all"]
    ranked = sorted(roles, key=lambda r: (not r.maintains, busy.count(str(r.name)), r.name))
    return str(ranked[0].name) if ranked else ""


def _entity(
    name: str,
    pattern: AccessPattern,
    table: Table,
    dimensions: Sequence[Dimension],
    parts: Sequence[Part],
    outputs: Mapping[str, Output],
    rows: float,
    facts: Mapping[str, TableFacts],
) -> Entity:
    columns = []
    keys = {d.name: p for d, p in zip(dimensions, parts, strict=True)}
    for output in outputs.values():
        part = keys.get(output.name)
        source = table.column(part.column) if part is not None and not part.unit else None
        columns.append(
            Column(
                name=Text(output.name),
                sql=Text(f"{output.type} not null" + ("" if part is not None else " default 0")),
                values=source.source.values if source is not None and source.source is not None else None,
                one_of=source.source.one_of if source is not None and source.source is not None else (),
            )
        )
    months = max(1.0, _span(facts[table.name], [p for p in parts if p.unit]) / MONTH)
    monthly = max(1, round(rows / months))
    return Entity(
        name=Text(name),
        about=Text(f"What `{pattern.name}` asks for, added up as rows of {table.name} come."),
        columns=tuple(columns),
        key_columns=tuple(Text(d.name) for d in dimensions),
        rows=Rows(now=Count(str(round(rows)), round(rows)), growth=Growth.parse(f"{monthly}/month")),
        tenant="own" if table.tenant_column else None,
        audit="none",
    )


def _span(facts: TableFacts, timed: Sequence[Part]) -> float:
    """The seconds over which the groups of a table are spread; no time where they have none."""
    for part in timed:
        column = facts.column(part.column)
        axis = axis_of(column.type) if column is not None else None
        if column is not None and axis is not None and column.lowest and column.highest:
            return float(axis.read(column.highest)) - float(axis.read(column.lowest))
    return 0.0


def _job(
    blueprint: Blueprint,
    name: str,
    role: str,
    taken: Aggregated,
    table: Table,
    dimensions: Sequence[Dimension],
    time: str,
    stale: float,
    rows: float,
) -> AccessPattern:
    """The pattern that adds the last window up; it runs twice in the time that an answer may be old."""
    every = max(1, int(stale / 2))
    keys = ", ".join(quote(d.name) for d in dimensions)
    sums = [quote(s.name) for s in taken.sums]
    chosen = [unqualified_text(t) for t in (*(d.text for d in dimensions), *(s.text for s in taken.sums))]
    kept = "".join(f" and {unqualified_text(k)}" for k in taken.kept)
    added = ", ".join(f"{s} = {quote(name)}.{s} + excluded.{s}" for s in sums)
    sql = (
        f"insert into {quote(name)} ({keys}, {', '.join(sums)}) select {', '.join(chosen)} from {quote(table.name)} "
        f"where {quote(time)} >= :start and {quote(time)} < :stop{kept} "
        f"group by {', '.join(map(str, range(1, len(dimensions) + 1)))} on conflict ({keys}) do update set {added}"
    )
    met = min(rows, max(1.0, volumes_of(blueprint).per_second(table) * every))
    window = Meaning.parse(f"window of {every}s")
    return AccessPattern(
        name=Text(f"roll-up-{name.replace('_', '-')}"),
        why=Text("The sums move on by a window."),
        by=(Text(role),),
        sql=Text(written_small(sql)),
        parameters=(Parameter(name=Text("start"), means=window), Parameter(name=Text("stop"))),
        rate=Rate(f"{86_400 / every:.4g}/day", 1.0 / every),
        rows=Count(str(round(met)), round(met)),
    )
