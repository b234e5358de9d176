"""Summaries that might pay: the answer of a pattern that adds up rows, stored for all values of its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.quantities import DAY, allowed_age
from dbwright.model.shape import Text
from dbwright.model.summary import Summary
from dbwright.planner.choices.aggregates import (
    AGAIN,
    Aggregated,
    Dimension,
    NotAdditive,
    conjuncts,
    substitute,
    take_apart,
    unqualified_text,
    written_small,
)
from dbwright.planner.choices.candidate import Candidate, Dismissed
from dbwright.planner.choices.stored import unit_of
from dbwright.records import record, replace
from dbwright.sql.grammar import GrammarError, expression_text, kind, parse, statement_text, strings, tree
from dbwright.sql.names import fit, quote
from dbwright.sql.outputs import outputs_of
from dbwright.sql.types import bare_type

LEAST_ROWS = 100_000
"""Rows at the horizon from which adding them up is worth a thought."""
_TIMES = ("timestamp with time zone", "timestamp without time zone")


@record(frozen=True)
class Cut:
    """A time that is compared with parameters and stored cut off: its text, the dimension for it, the unit's name."""

    text: str
    dimension: Dimension
    unit: str


def summary_candidates(blueprint: Blueprint, samples: bool = False) -> Iterator[Candidate | Dismissed]:
    """Yield a summary for each pattern that adds up rows of a large table, and those that must not be old.

    Patterns that add up the same by the same share a summary; its age is what the strictest of them allows. With
    `samples` a literal stands for others of its kind.
    """
    columns = {t.name: t.column_names for t in blueprint.tables}
    shared: dict[object, Candidate] = {}
    for pattern in blueprint.design.access:
        try:
            taken = take_apart(str(pattern.sql), columns, samples)
        except (NotAdditive, GrammarError):
            continue
        taken = with_tenant(blueprint, taken)
        if max(_rows(blueprint, t) for t in taken.sources.values()) < LEAST_ROWS or not taken.dimensions:
            continue
        dimensions, cuts = stored_dimensions(blueprint, pattern, taken)
        name = _name(blueprint, taken, dimensions)
        what = f"the answer of `{pattern.name}`, stored by {', '.join(d.name for d in dimensions)}"
        if not pattern.freshness.startswith("stale up to ") or not allowed_age(str(pattern.freshness)):
            why = f"`{pattern.name}` says that its answer is {pattern.freshness}, and what is stored is older than that"
            yield Dismissed("summary", name, what, why)
            continue
        key = (taken.origin, frozenset(taken.kept), frozenset((d.text, d.name) for d in dimensions),
               frozenset(taken.sums))  # fmt: skip
        first = shared.get(key)
        made = _candidate(blueprint, pattern, taken, dimensions, cuts, first.subject if first else name, what)
        shared[key] = _together(first, made) if first else made
    yield from shared.values()


def _candidate(
    blueprint: Blueprint,
    pattern: AccessPattern,
    taken: Aggregated,
    dimensions: Sequence[Dimension],
    cuts: Sequence[Cut],
    name: str,
    what: str,
) -> Candidate:
    summary = Summary(
        name=Text(name),
        about=Text(f"What `{pattern.name}` asks for, computed ahead."),
        why=Text("The same rows would be added up at each call."),
        sql=Text(query_of(taken, dimensions)),
        key_columns=tuple(Text(d.name) for d in dimensions),
        freshness=Text(str(pattern.freshness)),
    )
    cautions = tuple(f"the ends of the range of `{pattern.name}` must fall on a full {c.unit}" for c in cuts)
    tables = tuple(dict.fromkeys(taken.sources.values()))
    said = {str(pattern.name): statement_over(blueprint, taken, _source(blueprint, pattern, taken, name), cuts)}
    return Candidate("summary", name, what, tables, summary=summary, statements=said, cautions=cautions)


def _together(first: Candidate, other: Candidate) -> Candidate:
    """One summary for the patterns of both."""
    assert first.summary is not None and other.summary is not None
    statements = {**first.statements, **other.statements}
    names = " and ".join(f"`{n}`" for n in statements)
    youngest = min((first.summary, other.summary), key=lambda s: allowed_age(str(s.freshness)))
    about = Text(f"What {names} ask for, computed ahead.")
    what = f"the answer of {names}, stored by {', '.join(first.summary.key_columns)}"
    summary = replace(first.summary, freshness=youngest.freshness, about=about)
    cautions = tuple(dict.fromkeys((*first.cautions, *other.cautions)))
    return replace(first, what=what, summary=summary, statements=statements, cautions=cautions)


def _rows(blueprint: Blueprint, name: str) -> float:
    table = blueprint.table(name)
    return float(table.size.rows_horizon) if table is not None and table.size is not None else float(LEAST_ROWS)


def with_tenant(blueprint: Blueprint, taken: Aggregated) -> Aggregated:
    """Return it with the tenant among what rows are stored by: no policy binds what is stored."""
    owned = [(a, t.tenant_column) for a, n in taken.sources.items() if (t := blueprint.table(n)) and t.tenant_column]
    if not owned:
        return replace(taken, dimensions=tuple(sorted(taken.dimensions, key=lambda d: (not d.equal, d.ranged))))
    (alias, column), *others = owned
    text = expression_text(tree.Node(column_ref=tree.ColumnRef(fields=[_string(alias), _string(column)])))
    joined = [f"{quote(a)}.{quote(c)} = {text}" for a, c in others]
    said = " ".join(taken.origin.split())
    joined = [j for j in joined if j not in said and " = ".join(reversed(j.split(" = "))) not in said]
    kept = [*taken.kept, *joined]
    rest = sorted((d for d in taken.dimensions if d.text != text), key=lambda d: (not d.equal, d.ranged))
    return replace(taken, kept=tuple(kept), dimensions=(Dimension(text, column, equal=True), *rest))


def _string(text: str) -> Any:
    return tree.Node(string=tree.String(sval=text))


def stored_dimensions(
    blueprint: Blueprint, pattern: AccessPattern, taken: Aggregated
) -> tuple[list[Dimension], list[Cut]]:
    """Return what a row is stored by; a time that bounds a range is cut off, to the unit of the groups if any."""
    dimensions: list[Dimension] = []
    cuts: list[Cut] = []
    for dimension in taken.dimensions:
        if not dimension.ranged or _type(blueprint, taken, dimension.text) not in _TIMES:
            dimensions.append(dimension)
            continue
        group = next((d for d in taken.dimensions if d is not dimension and dimension.text in d.text), None)
        if group is None or not unit_of(group.text):
            unit = "day" if _window(pattern) >= 7 * DAY else "hour"
            group = Dimension(f"date_trunc('{unit}', {dimension.text})", unit)
            dimensions.append(group)
        cuts.append(Cut(dimension.text, group, _unit(group.text)))
    return dimensions, cuts


def _window(pattern: AccessPattern) -> float:
    """The seconds of the window that a parameter stands for."""
    return max((p.means.amount for p in pattern.parameters if p.means and p.means.kind == "window"), default=0.0)


def _unit(text: str) -> str:
    return text.partition("'")[2].partition("'")[0] if text.lower().startswith("date_trunc") else "day"


def _type(blueprint: Blueprint, taken: Aggregated, text: str) -> str:
    alias, _, name = text.replace('"', "").partition(".")
    table = blueprint.table(taken.sources.get(alias, ""))
    column = table.column(name) if table is not None else None
    return bare_type(column.type) if column is not None else ""


def _name(blueprint: Blueprint, taken: Aggregated, dimensions: Sequence[Dimension]) -> str:
    tenants = {t.tenant_column for t in blueprint.tables}
    by = [d.name for d in dimensions if d.name not in tenants] or [d.name for d in dimensions]
    first = next(iter(taken.sources.values()))
    name = fit(first, "by", *by)
    there = {*(t.name for t in blueprint.tables), *(v.name for v in blueprint.views)}
    return name if name not in there else fit(name, "sums")


def query_of(taken: Aggregated, dimensions: Sequence[Dimension]) -> str:
    """Return the select that computes what is stored."""
    alone = len(taken.sources) == 1
    show = unqualified_text if alone else str

    def named(text: str, name: str) -> str:
        shown = show(text)
        return shown if shown == quote(name) or shown.endswith(f".{quote(name)}") else f"{shown} as {quote(name)}"

    kept = dict.fromkeys(taken.kept)
    outputs = [named(d.text, d.name) for d in dimensions] + [f"{show(s.text)} as {quote(s.name)}" for s in taken.sums]
    text = f"select {', '.join(outputs)} from {taken.origin}"
    if kept:
        text += f" where {' and '.join(show(k) for k in kept)}"
    return written_small(f"{text} group by {', '.join(show(d.text) for d in dimensions)}")


def statement_over(blueprint: Blueprint, taken: Aggregated, source: str, cuts: Sequence[Cut]) -> str:
    """Return the pattern as it would read what is stored: groups by their names, sums added up again."""
    node = tree.Node()
    node.CopyFrom(taken.node)
    select = node.select_stmt
    types = {t.name: {c.name: c.type for c in t.columns} for t in blueprint.tables}
    stored = {o.name: o.type for o in outputs_of(query_of(taken, taken.dimensions), types)}
    for target in select.target_list:
        target.res_target.name = target.res_target.name or _default_name(target.res_target.val)
    kept = [c for c in conjuncts(select) if taken.asks(c)]
    where = tree.Node(bool_expr=tree.BoolExpr(boolop=tree.BoolExprType.AND_EXPR, args=kept)) if len(kept) > 1 else None
    if kept:
        select.where_clause.CopyFrom(where if where is not None else kept[0])
    else:
        select.ClearField("where_clause")
    names = {d.text: d.name for d in taken.dimensions} | {c.text: c.dimension.name for c in cuts}
    again = {s.text: _again(s.function, s.name, stored.get(s.name, ""), taken.grouped) for s in taken.sums}

    def change(below: Any) -> Any:
        if kind(below) not in ("column_ref", "func_call", "type_cast", "a_expr", "coalesce_expr"):
            return None
        text = expression_text(below)
        if text in names:
            return tree.Node(column_ref=tree.ColumnRef(fields=[_string(names[text])]))
        return parse(f"select {again[text]}")[0].select_stmt.target_list[0].res_target.val if text in again else None

    del select.from_clause[:]
    substitute(select, change)
    for target in select.target_list:
        if (
            kind(target.res_target.val) == "column_ref"
            and _default_name(target.res_target.val) == target.res_target.name
        ):
            target.res_target.ClearField("name")
    select.from_clause.append(tree.Node(range_var=_range(source)))
    return written_small(statement_text(node), taken.numbered.names)


def _range(name: str) -> Any:
    return parse(f"select from {quote(name)}")[0].select_stmt.from_clause[0].range_var


def _source(blueprint: Blueprint, pattern: AccessPattern, taken: Aggregated, name: str) -> str:
    """A role that sees all tenants reads the stored rows, which no view narrows to one of them."""
    owned = any((t := blueprint.table(n)) is not None and t.tenant_column for n in taken.sources.values())
    role = blueprint.design.role(str(pattern.by[0])) if pattern.by else None
    return fit(name, "stored") if owned and role is not None and role.tenants == "all" else name


def _default_name(value: Any) -> str:
    """The name that the server gives an output without one."""
    while kind(value) == "type_cast":
        value = value.type_cast.arg
    if kind(value) == "column_ref":
        return strings(value.column_ref.fields)[-1]
    return strings(value.func_call.funcname)[-1] if kind(value) == "func_call" else ""


def _again(function: str, name: str, stored: str, grouped: bool) -> str:
    text = f"{AGAIN[function]}({quote(name)})"
    if function == "count":
        return f"{text}::bigint" if grouped else f"coalesce({text}, 0)::bigint"
    return f"{text}::bigint" if function == "sum" and stored == "bigint" else text
