"""Counters that might pay: a count or a sum of the rows that lead to one row, kept there by triggers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Column
from dbwright.model.shape import Text
from dbwright.model.table import ForeignKey, Table
from dbwright.planner.choices.aggregates import Aggregated, NotAdditive, Sum, conjuncts, take_apart, written_small
from dbwright.planner.choices.candidate import Candidate
from dbwright.sql.grammar import GrammarError, expression_text, kind, parse
from dbwright.sql.names import fit, quote
from dbwright.sql.types import bare_type

_SUMS = {"smallint": "bigint", "integer": "bigint", "real": "double precision", "double precision": "double precision"}


def counter_candidates(blueprint: Blueprint) -> Iterator[Candidate]:
    """Yield a column for each pattern that counts or adds up the rows that lead to one row."""
    columns = {t.name: t.column_names for t in blueprint.tables}
    for pattern in blueprint.design.access:
        try:
            taken = take_apart(str(pattern.sql), columns)
        except (NotAdditive, GrammarError):
            continue
        if taken.grouped or taken.kept or len(taken.sources) != 1 or len(taken.sums) != 1:
            continue
        child = blueprint.table(next(iter(taken.sources.values())))
        if child is not None:
            yield from _of_pattern(blueprint, pattern, taken, child)


def _of_pattern(blueprint: Blueprint, pattern: AccessPattern, taken: Aggregated, child: Table) -> Iterator[Candidate]:
    alias = next(iter(taken.sources))
    equal = {d.text.removeprefix(f"{quote(alias)}."): d for d in taken.dimensions}
    for key in child.foreign_keys:
        parent = blueprint.table(key.target)
        own = tuple(c for c in key.columns if c != child.tenant_column)
        named = {quote(c) for c in own}
        if parent is None or parent.name == child.name or not named or not all(d.equal for d in equal.values()):
            continue
        if set(equal) - {quote(child.tenant_column)} != named or blueprint.design.entity(parent.name) is None:
            continue
        found = _added(child, taken.sums[0], alias)
        if found is not None:
            yield _candidate(pattern, taken, child, parent, key, found)


def _added(child: Table, summed: Sum, alias: str) -> str | None:
    """The column that is added up; nothing for a plain count, None where neither keeps the answer."""
    if summed.function == "count":
        name = summed.text.removeprefix("count(").removesuffix(")").removeprefix(f"{quote(alias)}.")
        column = child.column(name.strip('"'))
        return "" if name == "*" or (column is not None and column.not_null) else None
    name = summed.text.removeprefix("sum(").removesuffix(")").removeprefix(f"{quote(alias)}.").strip('"')
    return name if summed.function == "sum" and child.column(name) is not None else None


def _candidate(
    pattern: AccessPattern, taken: Aggregated, child: Table, parent: Table, key: ForeignKey, added: str
) -> Candidate:
    name = fit(child.name, added, "sum") if added else fit(child.name, "count")
    column = child.column(added) if added else None
    type_name = _SUMS.get(bare_type(column.type), "numeric") if column is not None else "bigint"
    what = f"the sum of {child.name}.{added}" if added else f"the number of {child.name}"
    made = Column(
        name=Text(name),
        sql=Text(f"{type_name} not null default 0"),
        about=Text(f"Kept with the rows of {child.name}."),
        counts=Text("" if added else child.name),
        sums=Text(f"{child.name}.{added}" if added else ""),
    )
    return Candidate(
        "counter",
        f"{parent.name}.{name}",
        f"{what} that lead to a row of {parent.name}",
        (child.name, parent.name),
        columns=(made,),
        statements={str(pattern.name): _statement(taken, parent, key, name)},
        cautions=(f"writers of {child.name} that lead to the same row of {parent.name} wait for each other",),
    )


def _statement(taken: Aggregated, parent: Table, key: ForeignKey, name: str) -> str:
    """The pattern as it would read the counter: none where there is no row, and one row in any case."""
    alias = quote(next(iter(taken.sources)))
    where = " and ".join(expression_text(c) for c in conjuncts(taken.node.select_stmt))
    for here, there in zip(key.columns, key.target_columns, strict=True):
        where = re.sub(rf"(?<![\w.]){re.escape(alias)}\.{re.escape(quote(here))}(?!\w)", quote(there), where)
    target = taken.node.select_stmt.target_list[0].res_target
    output = target.name or taken.sums[0].function
    cast = f"::{expression_text(target.val).rpartition('::')[2]}" if kind(target.val) == "type_cast" else ""
    text = (
        f"select coalesce((select {quote(name)} from {quote(parent.name)} where {where}), 0){cast} as {quote(output)}"
    )
    parse(text)
    return written_small(text, taken.numbered.names)
