"""A statement changed by tree, never by text: what a definer function runs for its caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbwright.sql.grammar import find, inside, kind, parse, statement_text, tree
from dbwright.sql.types import canonical_type

RESULTS = {
    "ts_rank": "real",
    "ts_rank_cd": "real",
    "count": "bigint",
    "metres": "double precision",
    "ts_headline": "text",
    "lower": "text",
    "upper": "text",
    "now": "timestamp with time zone",
    "length": "integer",
    "similarity": "real",
}
"""Result types of the functions that searches return; any other output needs a cast."""


def plain_sources(node: Any) -> dict[str, str] | None:
    """Return {alias: table} of a parsed select whose from clause holds only tables and inner joins, else None."""
    if kind(node) != "select_stmt" or node.select_stmt.op != tree.SetOperation.SETOP_NONE:
        return None
    if node.select_stmt.HasField("with_clause"):
        return None
    found: dict[str, str] = {}
    for item in node.select_stmt.from_clause:
        if not _gather(item, found):
            return None
    return found


def _gather(item: Any, found: dict[str, str]) -> bool:
    if kind(item) == "range_var":
        table = item.range_var
        found[table.alias.aliasname if table.HasField("alias") else table.relname] = table.relname
        return True
    if kind(item) == "join_expr" and item.join_expr.jointype == tree.JoinType.JOIN_INNER:
        return _gather(item.join_expr.larg, found) and _gather(item.join_expr.rarg, found)
    return False


def with_predicates(node: Any, predicates: list[str]) -> str:
    """Return a parsed select as SQL with more conditions, joined to its own by `and`; the tree gets them, too."""
    select = node.select_stmt
    joined = tree.Node()
    joined.bool_expr.boolop = tree.BoolExprType.AND_EXPR
    for predicate in predicates:
        joined.bool_expr.args.add().MergeFrom(parse(f"select 1 where {predicate}")[0].select_stmt.where_clause)
    if select.HasField("where_clause"):
        joined.bool_expr.args.add().MergeFrom(select.where_clause)
    select.ClearField("where_clause")
    select.where_clause.MergeFrom(joined)
    return statement_text(node)


def output_types(
    node: Any, sources: Mapping[str, str], columns: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]] | None:
    """Return (name, type) of each output of a parsed select over plain tables, None where a type cannot be told."""
    outputs = []
    for target in node.select_stmt.target_list:
        value = target.res_target.val
        name, type_name = _typed(value, sources, columns)
        if not type_name:
            return None
        outputs.append((target.res_target.name or name, type_name))
    return outputs


def _typed(value: Any, sources: Mapping[str, str], columns: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    if kind(value) == "column_ref":
        names = [f.string.sval for f in value.column_ref.fields if kind(f) == "string"]
        if kind(value.column_ref.fields[-1]) == "a_star":
            return "*", ""
        tables = [sources.get(names[0], "")] if len(names) > 1 else list(sources.values())
        types = [columns[t][names[-1]] for t in tables if names and t in columns and names[-1] in columns[t]]
        return names[-1], types[0] if types else ""
    if kind(value) == "func_call":
        name = value.func_call.funcname[-1].string.sval
        return name, RESULTS.get(name, "")
    if kind(value) == "type_cast":
        return "?column?", cast_type(value)
    return "?column?", ""


def cast_type(node: Any) -> str:
    """Return the type that a cast names, or nothing for another node."""
    if kind(node) != "type_cast":
        return ""
    names = [n.string.sval for n in node.type_cast.type_name.names if n.string.sval != "pg_catalog"]
    return canonical_type(" ".join(names))


def literal_type(expression: str) -> str:
    """Return the type of a sample value: what it is cast to, else the type of the literal; text where unknown."""
    node = parse(f"select {expression}")[0].select_stmt.target_list[0].res_target.val
    if kind(node) == "type_cast":
        return cast_type(node)
    if kind(node) == "a_const":
        if node.a_const.HasField("ival"):
            return "integer"
        if node.a_const.HasField("fval"):
            return "double precision"
        if node.a_const.HasField("boolval"):
            return "boolean"
    return "text"


def cast_parameters(sql: str) -> dict[int, str]:
    """Return the types that a numbered statement casts its parameters to."""
    if "::" not in sql and "cast" not in sql.lower():
        return {}
    found = {}
    for cast in find(inside(parse(sql)[0]), tree.TypeCast):
        if kind(cast.arg) == "param_ref":
            found[cast.arg.param_ref.number] = cast_type(tree.Node(type_cast=cast))
    return found
