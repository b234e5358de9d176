"""Copied columns that might pay: a column of a parent, by which a pattern filters or sorts, repeated in its children.

No index of one table serves a condition on another. Repeated in the child, the column can lead an index there; what
keeps the copy true (triggers) is the compiler's to build.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Column
from dbwright.model.shape import Text
from dbwright.model.table import ForeignKey, Table
from dbwright.planner.choices.aggregates import NotAdditive, conjuncts, qualify_columns, substitute, written_small
from dbwright.planner.choices.candidate import Candidate
from dbwright.planner.choices.upkeep import reference_between
from dbwright.records import replace
from dbwright.sql.grammar import GrammarError, expression_text, find, kind, parse, statement_text, strings, tree
from dbwright.sql.names import fit, quote
from dbwright.sql.parameters import number_parameters
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Query
from dbwright.sql.rewriting import plain_sources

LEAST_ROWS = 100_000
"""Rows of the child at the horizon from which a join is worth to be avoided."""


def copy_candidates(blueprint: Blueprint) -> Iterator[Candidate]:
    """Yield the columns of a parent that a pattern joins it for, as copies in the child."""
    found: dict[str, Candidate] = {}
    for pattern, query in queries(blueprint).values():
        for child, parent, key, names in _joined_for(blueprint, query):
            try:
                statement = _statement(blueprint, pattern, child, parent, key, names)
            except (NotAdditive, GrammarError):
                continue
            made = _candidate(pattern, child, parent, names, statement)
            there = found.get(made.subject)
            found[made.subject] = made if there is None else _together(there, made)
    yield from found.values()


def _together(first: Candidate, other: Candidate) -> Candidate:
    return replace(first, statements={**first.statements, **other.statements})


def _joined_for(blueprint: Blueprint, query: Query) -> Iterator[tuple[Table, Table, ForeignKey, tuple[str, ...]]]:
    """Each child and parent that a statement joins, with the columns of the parent that it filters and sorts by."""
    if query.verb != "select":
        return
    for use in query.uses:
        parent = blueprint.table(use.table)
        asked = [c.column for c in use.conditions if c.other is None and not c.is_expression]
        asked += [o.column for o in use.orders if not o.is_expression]
        if parent is None or not asked or not _may_change(blueprint, parent):
            continue
        own = {parent.tenant_column, *(parent.primary_key.columns if parent.primary_key else ())}
        names = tuple(dict.fromkeys(n for n in asked if n not in own and parent.column(n) is not None))
        for other in query.uses:
            child = blueprint.table(other.table)
            if child is None or other.alias == use.alias or child.name == parent.name or not names:
                continue
            key = reference_between(child, parent.name)
            joined = {c.column for c in other.conditions if c.other is not None and c.other[0] == use.alias}
            if key is None or not set(key.columns) - {child.tenant_column} <= joined or not _is_large(child):
                continue
            if _may_change(blueprint, child):
                yield child, parent, key, names


def _may_change(blueprint: Blueprint, table: Table) -> bool:
    """Whether somebody wrote the table: one that a relationship made has no place in a design."""
    return not blueprint.design.entities or blueprint.design.entity(table.name) is not None


def _is_large(table: Table) -> bool:
    return table.size is not None and table.size.rows_horizon >= LEAST_ROWS


def copied_name(child: Table, parent: Table, name: str) -> str:
    """Return what the copy is called: as the original, with its table's name before it where that is taken."""
    return name if child.column(name) is None else fit(parent.name, name)


def _candidate(pattern: AccessPattern, child: Table, parent: Table, names: Sequence[str], statement: str) -> Candidate:
    made = []
    for name in names:
        column = parent.column(name)
        assert column is not None
        required = " not null" if column.not_null else ""
        made.append(
            Column(
                name=Text(copied_name(child, parent, name)),
                sql=Text(f"{column.type}{required}"),
                about=Text(f"Repeated so that {child.name} is found by it without a join."),
                one_of=column.source.one_of if column.source is not None else (),
                values=column.source.values if column.source is not None else None,
                copy_of=Text(f"{parent.name}.{name}"),
                kept_by="trigger",
            )
        )
    called = ", ".join(f"{parent.name}.{n}" for n in names)
    return Candidate(
        "copy",
        f"{child.name}.{'+'.join(str(c.name) for c in made)}",
        f"{called} repeated in {child.name}",
        (child.name, parent.name),
        columns=tuple(made),
        statements={str(pattern.name): statement},
    )


def _statement(
    blueprint: Blueprint, pattern: AccessPattern, child: Table, parent: Table, key: ForeignKey, names: Sequence[str]
) -> str:
    """The pattern with the copies in place of the originals, and without the join where nothing else needs it."""
    numbered = number_parameters(str(pattern.sql))
    node = parse(numbered.sql)[0]
    sources = plain_sources(node)
    if not sources or list(sources.values()).count(child.name) != 1 or list(sources.values()).count(parent.name) != 1:
        raise NotAdditive("it is more than one select over tables")
    select = node.select_stmt
    qualify_columns(select, sources, {t.name: t.column_names for t in blueprint.tables})
    here = next(alias for alias, table in sources.items() if table == child.name)
    there = next(alias for alias, table in sources.items() if table == parent.name)
    renamed: dict[tuple[str, ...], tuple[str, str]] = {(there, n): (here, copied_name(child, parent, n)) for n in names}
    for target in select.target_list:
        value = target.res_target.val
        names = tuple(strings(value.column_ref.fields)) if kind(value) == "column_ref" else ()
        if names in renamed and renamed[names][1] != names[-1]:
            target.res_target.name = target.res_target.name or strings(value.column_ref.fields)[-1]

    def change(below: Any) -> Any:
        if kind(below) != "column_ref" or tuple(strings(below.column_ref.fields)) not in renamed:
            return None
        pair = renamed[tuple(strings(below.column_ref.fields))]
        return tree.Node(column_ref=tree.ColumnRef(fields=[_string(p) for p in pair]))

    substitute(select, change)
    _leave_out(select, child, here, there, key)
    return written_small(statement_text(node), numbered.names)


def _string(text: str) -> Any:
    return tree.Node(string=tree.String(sval=text))


def _leave_out(select: Any, child: Table, here: str, there: str, key: ForeignKey) -> None:
    """Take the parent out of a join that needs it for nothing else: the reference says that there is one such row."""
    pairs = {frozenset((f"{quote(here)}.{quote(a)}", f"{quote(there)}.{quote(b)}"))
             for a, b in zip(key.columns, key.target_columns, strict=True)}  # fmt: skip
    required = all((c := child.column(n)) is not None and c.not_null for n in key.columns)
    if not required or len(select.from_clause) != 1 or kind(select.from_clause[0]) != "join_expr":
        return
    join = select.from_clause[0].join_expr
    sides = {_alias(side): side for side in (join.larg, join.rarg)}
    if set(sides) != {here, there} or not _is_only(join.quals, pairs):
        return
    uses = sum(strings(r.fields)[0] == there for r in find(select, tree.ColumnRef))
    if uses != sum(strings(r.fields)[0] == there for r in find(join.quals, tree.ColumnRef)):
        return
    kept = tree.Node()
    kept.CopyFrom(sides[here])
    select.from_clause[0].CopyFrom(kept)


def _alias(side: Any) -> str:
    if kind(side) != "range_var":
        return ""
    return str(side.range_var.alias.aliasname if side.range_var.HasField("alias") else side.range_var.relname)


def _is_only(quals: Any, pairs: set[frozenset[str]]) -> bool:
    """Whether a condition of a join says nothing but that the reference leads there."""
    select = tree.SelectStmt()
    select.where_clause.CopyFrom(quals)
    for condition in conjuncts(select):
        if kind(condition) != "a_expr" or strings(condition.a_expr.name) != ["="]:
            return False
        if frozenset(map(expression_text, (condition.a_expr.lexpr, condition.a_expr.rexpr))) not in pairs:
            return False
    return True
