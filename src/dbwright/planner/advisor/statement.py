"""What a statement asks of its tables, as far as candidates are made of it: conditions, orders, columns, constants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dbwright.planner.advisor.definition import Definition
from dbwright.records import record
from dbwright.sql.analysis import analyse
from dbwright.sql.conditions import unqualified
from dbwright.sql.grammar import GrammarError, find, kind, parse, scan, strings, tree
from dbwright.sql.queries import Columns, Query


@record(frozen=True)
class Constant:
    """A condition on one table that is the same in every call: its SQL, and the columns it reads."""

    table: str
    text: str
    columns: tuple[str, ...]
    has_literal: bool


@record(frozen=True)
class Analysed:
    """A statement with what it asks, and the conditions that are constants of it."""

    query: Query
    constants: tuple[Constant, ...]
    grouped: Mapping[str, tuple[tuple[str, ...], ...]]


def analyse_statement(sql: str, columns: Columns) -> Analysed | None:
    """Return what a statement with parameters as `$1` asks, None for one that our reading of SQL cannot follow."""
    try:
        query = analyse(named_parameters(sql), columns)
        node = parse(sql)[0]
    except (GrammarError, IndexError, KeyError):
        return None
    constants: dict[Constant, None] = {}
    grouped: dict[str, dict[tuple[str, ...], None]] = {}
    for level in _levels(node):
        sources = _sources(level, columns)
        for conjunct in _conjuncts(level):
            constant = _constant(conjunct, sources, columns)
            if constant is not None:
                constants[constant] = None
        for table, names in _grouped(level, sources, columns).items():
            grouped.setdefault(table, {})[names] = None
    return Analysed(query, tuple(constants), {t: tuple(g) for t, g in grouped.items()})


def named_parameters(sql: str) -> str:
    """Return the statement with `:p1` in place of `$1`, as our reading of SQL wants it."""
    for token in reversed(scan(sql)):
        if token.name == "PARAM":
            sql = f"{sql[: token.start]}:p{sql[token.start + 1 : token.end]}{sql[token.end :]}"
    return sql


def _levels(node: Any) -> Iterator[Any]:
    for message in (tree.SelectStmt, tree.UpdateStmt, tree.DeleteStmt):
        yield from find(node, message)


def _sources(level: Any, columns: Columns) -> dict[str, str]:
    """The tables of one level by their alias; those of subqueries are levels of their own."""
    found: dict[str, str] = {}
    items = list(getattr(level, "from_clause", ())) + list(getattr(level, "using_clause", ()))
    if hasattr(level, "relation"):
        items.append(tree.Node(range_var=level.relation))
    while items:
        item = items.pop()
        if kind(item) == "join_expr":
            items += [item.join_expr.larg, item.join_expr.rarg]
        elif kind(item) == "range_var" and item.range_var.relname in columns:
            own = item.range_var
            found[own.alias.aliasname if own.HasField("alias") else own.relname] = own.relname
    return found


def _conjuncts(level: Any) -> Iterator[Any]:
    ahead = [level.where_clause] if level.HasField("where_clause") else []
    while ahead:
        node = ahead.pop()
        if kind(node) == "bool_expr" and node.bool_expr.boolop == tree.BoolExprType.AND_EXPR:
            ahead += list(node.bool_expr.args)
        else:
            yield node


def _constant(node: Any, sources: Mapping[str, str], columns: Columns) -> Constant | None:
    if any(True for _ in find(node, tree.ParamRef)) or any(True for _ in find(node, tree.SubLink)):
        return None
    aliases: set[str] = set()
    names: dict[str, None] = {}
    for reference in find(node, tree.ColumnRef):
        found = _resolve(strings(reference.fields), sources, columns)
        if found is None:
            return None
        aliases.add(found[0])
        names[found[1]] = None
    if len(aliases) != 1:
        return None
    literal = any(True for _ in find(node, tree.A_Const))
    return Constant(sources[aliases.pop()], unqualified(node), tuple(names), literal)


def _resolve(names: list[str], sources: Mapping[str, str], columns: Columns) -> tuple[str, str] | None:
    if len(names) == 2:
        return (names[0], names[1]) if names[0] in sources else None
    if len(names) != 1:
        return None
    owners = [alias for alias, table in sources.items() if names[0] in columns[table]]
    return (owners[0], names[0]) if len(owners) == 1 else None


def _grouped(level: Any, sources: Mapping[str, str], columns: Columns) -> dict[str, tuple[str, ...]]:
    """The columns of each table that one level groups by, in order."""
    found: dict[str, list[str]] = {}
    for item in getattr(level, "group_clause", ()):
        if kind(item) != "column_ref":
            continue
        owner = _resolve(strings(item.column_ref.fields), sources, columns)
        if owner is not None:
            found.setdefault(sources[owner[0]], []).append(owner[1])
    return {table: tuple(dict.fromkeys(names)) for table, names in found.items()}


_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_RANGE = re.compile(r"[<>]|\bbetween\b", re.IGNORECASE)


def lasting(constant: Constant, sql: str, source: str) -> bool:
    """Return whether a condition is the same tomorrow: no constant of it was put into the source, such as a clock's."""
    return not any(literal in sql and literal not in source for literal in _LITERAL.findall(constant.text))


def could_use(sql: str, reads: Sequence[str], definition: Definition) -> bool:
    """Return whether an index is of any use to a statement that reads these columns of its table.

    It names a key, or all that is read stands in the index. A partial index serves only who asks for its rows: unless
    its predicate is a range, which a narrower one implies, its constants stand in the statement.
    """
    named = any(key in sql or key in reads or not key.isidentifier() for key in definition.columns)
    if not named and not {*definition.columns, *definition.include}.issuperset(reads):
        return False
    ranged = _RANGE.search(definition.where) is not None
    return ranged or all(literal in sql for literal in _LITERAL.findall(definition.where))
