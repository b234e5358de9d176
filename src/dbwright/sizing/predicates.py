"""Which share of the rows a constant condition keeps: the predicate of a partial index."""

from __future__ import annotations

from typing import Any

from dbwright.sizing.axes import axis_of
from dbwright.sizing.facts import TableFacts
from dbwright.sql.grammar import GrammarError, kind, parse, strings, tree
from dbwright.sql.normal_forms import normal_node

UNREAD = 0.5
"""Share of a condition that cannot be read."""
RANGE = 1 / 3
"""Share of a comparison with a constant where the values' distribution does not tell (as PostgreSQL assumes)."""


def share_of(facts: TableFacts, where: str) -> float:
    """Return the share of rows that a condition keeps, 1 for none. Conditions on several columns are independent."""
    if not where.strip():
        return 1.0
    try:
        node = parse(f"select 1 where {where}")[0].select_stmt.where_clause
    except GrammarError:
        return UNREAD
    return _share(facts, node)


def _share(facts: TableFacts, node: Any) -> float:
    if facts.conditions and (told := facts.conditions.get(normal_node(node))) is not None:
        return told
    match kind(node):
        case "bool_expr":
            return _combined(facts, node.bool_expr)
        case "null_test":
            nulls = _nulls(facts, node.null_test.arg)
            return nulls if node.null_test.nulltesttype == tree.NullTestType.IS_NULL else 1 - nulls
        case "column_ref":
            return _common(facts, _column(node), ("t", "true"))
        case "a_expr":
            return _comparison(facts, node.a_expr)
    return UNREAD


def _combined(facts: TableFacts, expression: Any) -> float:
    shares = [_share(facts, argument) for argument in expression.args]
    if expression.boolop == tree.BoolExprType.NOT_EXPR:
        return 1 - shares[0]
    result = 1.0
    for share in shares:
        result *= share if expression.boolop == tree.BoolExprType.AND_EXPR else 1 - share
    return result if expression.boolop == tree.BoolExprType.AND_EXPR else 1 - result


def _comparison(facts: TableFacts, expression: Any) -> float:
    column = _column(expression.lexpr)
    operator = strings(expression.name)[-1]
    if not column:
        return UNREAD
    if expression.kind in (tree.A_Expr_Kind.AEXPR_IN, tree.A_Expr_Kind.AEXPR_OP_ANY):
        items = expression.rexpr.list.items if kind(expression.rexpr) == "list" else ()
        share = min(1.0, sum(_common(facts, column, (_constant(i),)) for i in items)) if items else UNREAD
        return 1 - share if operator == "<>" else share
    if operator in ("=", "<>"):
        share = _common(facts, column, (_constant(expression.rexpr),))
        return share if operator == "=" else 1 - share - _null_share(facts, column)
    return _beyond(facts, column, operator, _constant(expression.rexpr)) if operator in _ORDERED else UNREAD


_ORDERED = ("<", "<=", ">", ">=")


def _beyond(facts: TableFacts, name: str, operator: str, text: str) -> float:
    """The share of the rows on one side of a constant, as far as the least and the greatest value tell."""
    column = facts.column(name)
    axis = axis_of(column.type) if column is not None else None
    if column is None or axis is None or not text or column.lowest is None or column.highest is None:
        return RANGE
    try:
        low, high, at = axis.read(column.lowest), axis.read(column.highest), axis.read(text)
    except ValueError:
        return RANGE
    below = min(1.0, max(0.0, (at - low) / (high - low))) if high > low else 0.5
    return (below if operator.startswith("<") else 1 - below) * (1 - column.value.nulls)


def _common(facts: TableFacts, name: str, texts: tuple[str, ...]) -> float:
    column = facts.column(name)
    if column is None:
        return UNREAD
    for value, share in column.common:
        if value in texts:
            return share
    rest = 1 - column.value.nulls - sum(share for _, share in column.common)
    return max(0.0, rest) / max(1.0, column.distinct - len(column.common))


def _nulls(facts: TableFacts, node: Any) -> float:
    return _null_share(facts, _column(node))


def _null_share(facts: TableFacts, name: str) -> float:
    column = facts.column(name)
    return column.value.nulls if column is not None else 0.0


def _column(node: Any) -> str:
    if kind(node) == "type_cast":
        return _column(node.type_cast.arg)
    names = strings(node.column_ref.fields) if kind(node) == "column_ref" else []
    return names[-1] if names else ""


def _constant(node: Any) -> str:
    if kind(node) == "type_cast":
        return _constant(node.type_cast.arg)
    if kind(node) != "a_const":
        return ""
    match node.a_const.WhichOneof("val"):
        case "sval":
            return str(node.a_const.sval.sval)
        case "ival":
            return str(node.a_const.ival.ival)
        case "fval":
            return str(node.a_const.fval.fval)
        case "boolval":
            return "t" if node.a_const.boolval.boolval else "f"
    return ""
