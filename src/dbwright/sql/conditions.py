"""Conjuncts and sort keys of one level, told apart by table: what an index could serve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbwright.sql.grammar import expression_text, find, kind, strings, tree
from dbwright.sql.queries import Condition, Ordering
from dbwright.sql.scopes import Scope

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>", "<@": "@>", "@>": "<@", "&&": "&&"}
_NULLS = {tree.SortByNulls.SORTBY_NULLS_FIRST: "first", tree.SortByNulls.SORTBY_NULLS_LAST: "last"}
_OPERATORS = {
    tree.A_Expr_Kind.AEXPR_OP_ANY: "in",
    tree.A_Expr_Kind.AEXPR_IN: "in",
    tree.A_Expr_Kind.AEXPR_BETWEEN: "between",
}


def conditions_of(node: Any, scope: Scope, parameters: tuple[str, ...], outer: bool) -> Iterator[tuple[str, Condition]]:
    """Yield (alias, condition) for each conjunct of an expression that compares a column or expression of one table."""
    match kind(node):
        case "bool_expr":
            yield from _boolean(node, scope, parameters, outer)
        case "a_expr":
            yield from _comparison(node.a_expr, scope, parameters, outer)
        case "null_test":
            test = node.null_test
            operator = "is null" if test.nulltesttype == tree.NullTestType.IS_NULL else "is not null"
            yield from _unary(test.arg, operator, scope, outer)
        case "column_ref":
            yield from _unary(node, "is true", scope, outer)


def _boolean(node: Any, scope: Scope, parameters: tuple[str, ...], outer: bool) -> Iterator[tuple[str, Condition]]:
    expression = node.bool_expr
    if expression.boolop == tree.BoolExprType.AND_EXPR:
        for argument in expression.args:
            yield from conditions_of(argument, scope, parameters, outer)
    elif expression.boolop == tree.BoolExprType.NOT_EXPR and kind(expression.args[0]) == "column_ref":
        yield from _unary(expression.args[0], "is false", scope, outer)


def _unary(node: Any, operator: str, scope: Scope, outer: bool) -> Iterator[tuple[str, Condition]]:
    side = _side(node, scope)
    if side is not None:
        alias, column, is_expression = side
        yield alias, Condition(column, operator, is_expression=is_expression, from_outer_join=outer)


def _comparison(
    expression: Any, scope: Scope, parameters: tuple[str, ...], outer: bool
) -> Iterator[tuple[str, Condition]]:
    operator = _OPERATORS.get(expression.kind) or strings(expression.name)[-1]
    if operator == "in" and strings(expression.name)[-1] == "<>":
        return
    left, right = _side(expression.lexpr, scope), _side(expression.rexpr, scope)
    if left and right:
        if left[0] != right[0] and operator == "=":
            yield left[0], Condition(left[1], "=", "", (), right[:2], left[2], outer)
            yield right[0], Condition(right[1], "=", "", (), left[:2], right[2], outer)
        return
    if left and not _mentions(expression.rexpr, scope):
        yield left[0], _against(left, operator, expression.rexpr, scope, parameters, outer)
    elif right and operator in _MIRRORED and not _mentions(expression.lexpr, scope):
        yield right[0], _against(right, _MIRRORED[operator], expression.lexpr, scope, parameters, outer)


def _against(
    side: tuple[str, str, bool], operator: str, value: Any, scope: Scope, parameters: tuple[str, ...], outer: bool
) -> Condition:
    if kind(value) == "param_ref" and value.param_ref.number:
        # Most comparisons are with a parameter alone, which holds nothing to look for.
        return Condition(side[1], operator, "", (parameters[value.param_ref.number - 1],), None, side[2], outer)
    names = tuple(parameters[p.number - 1] for p in find(value, tree.ParamRef) if p.number)
    outside = next(iter(find(value, tree.ColumnRef)), None)
    other = ("", strings(outside.fields)[-1]) if outside is not None and strings(outside.fields) else None
    text = "" if names or other else _value_text(value)
    computed = "" if text or other or kind(value) != "a_expr" else expression_text(value)
    return Condition(side[1], operator, text, names, other, side[2], outer, computed)


def _value_text(node: Any) -> str:
    """The other side as SQL where it is a literal or a list of literals, else nothing."""
    if kind(node) == "list":
        items = [_value_text(item) for item in node.list.items]
        return "(" + ", ".join(items) + ")" if all(items) else ""
    bare = node.type_cast.arg if kind(node) == "type_cast" else node
    return expression_text(node) if kind(bare) == "a_const" else ""


def _side(node: Any, scope: Scope) -> tuple[str, str, bool] | None:
    """Return (alias, column or expression, is expression) for a side that reads columns of exactly one table."""
    if kind(node) == "column_ref":
        found = scope.here(*_names(node.column_ref))
        return (found[1], found[2], False) if found and found[0] else None
    if kind(node) not in ("func_call", "a_expr", "type_cast", "coalesce_expr"):
        return None
    if any(True for _ in find(node, tree.ParamRef)) or any(True for _ in find(node, tree.SubLink)):
        return None
    aliases = {f[1] for r in find(node, tree.ColumnRef) if (f := scope.here(*_names(r))) and f[0]}
    if len(aliases) != 1 or any(scope.here(*_names(r)) is None for r in find(node, tree.ColumnRef)):
        return None
    return aliases.pop(), unqualified(node), True


def unqualified(node: Any) -> str:
    """Return an expression as SQL with bare column names, as an index definition wants it."""
    copy = tree.Node()
    copy.MergeFrom(node)
    for reference in find(copy, tree.ColumnRef):
        del reference.fields[:-1]
    return expression_text(copy)


def _names(reference: Any) -> tuple[str, str]:
    names = strings(reference.fields)
    if kind(reference.fields[-1]) == "a_star" or not names:
        return "", ""
    return (names[-2] if len(names) > 1 else ""), names[-1]


def _mentions(node: Any, scope: Scope) -> bool:
    if kind(node) in ("param_ref", "a_const"):
        return False
    return any(scope.here(*_names(r)) is not None for r in find(node, tree.ColumnRef))


def orderings_of(sort: Any, scope: Scope) -> tuple[str, tuple[Ordering, ...]]:
    """Return (alias, sort keys) where every sort key belongs to one table, else nothing."""
    keys: list[tuple[str, Ordering]] = []
    for item in sort:
        key = _ordering(item.sort_by, scope)
        if key is None:
            return "", ()
        keys.append(key)
    aliases = {alias for alias, _ in keys}
    return (aliases.pop(), tuple(o for _, o in keys)) if len(aliases) == 1 else ("", ())


def _ordering(item: Any, scope: Scope) -> tuple[str, Ordering] | None:
    descending = item.sortby_dir == tree.SortByDir.SORTBY_DESC
    node = item.node
    if kind(node) == "column_ref":
        names = _names(node.column_ref)
        node = scope.outputs.get(names[1], node) if not names[0] else node
    side = _side(node, scope)
    if side:
        return side[0], Ordering(side[1], descending, side[2], nulls=_NULLS.get(item.sortby_nulls, ""))
    if kind(node) != "a_expr" or strings(node.a_expr.name)[-1:] != ["<->"]:
        return None
    near = _side(node.a_expr.lexpr, scope) or _side(node.a_expr.rexpr, scope)
    return (near[0], Ordering(near[1], descending, near[2], "<->")) if near else None
