"""One spelling for SQL expressions, so that what was written and what a server prints can be compared.

The server adds casts and parentheses, spells `in` as `= any (array …)` and `between` as two comparisons, and qualifies
names. Both sides are brought to one form on libpg_query's tree.
"""

from __future__ import annotations

from typing import Any

from dbwright.sql.grammar import GrammarError, expression_text, kind, parse, tree

_LIKE = {tree.A_Expr_Kind.AEXPR_LIKE, tree.A_Expr_Kind.AEXPR_ILIKE}


def normal_expression(text: str) -> str:
    """Return an SQL expression in its normal form; the text itself where it is no expression."""
    try:
        node = parse(f"select {text}")[0].select_stmt.target_list[0].res_target.val
    except (GrammarError, IndexError):
        return " ".join(text.split())
    return normal_node(node)


def normal_node(node: Any) -> str:
    """Return an expression node as SQL in its normal form."""
    copy = tree.Node()
    copy.CopyFrom(node)
    _simplify(copy)
    return expression_text(copy)


def _simplify(node: Any) -> None:
    """Rewrite a node in place, children first."""
    for child in _node_children(node):
        _simplify(child)
    match kind(node):
        case "type_cast":
            _replace(node, node.type_cast.arg)
        case "a_expr":
            _simplify_comparison(node)
        case "func_call":
            _drop_qualifier(node.func_call.funcname)
        case "column_ref":
            _drop_qualifier(node.column_ref.fields)
        case "bool_expr":
            _flatten(node)
        case "res_target":
            node.res_target.ClearField("name")


def _node_children(node: Any) -> list[Any]:
    """Every `Node` below, nearest first, each met once."""
    found: list[Any] = []
    waiting = [getattr(node, node.WhichOneof("node"))] if node.WhichOneof("node") else []
    while waiting:
        message = waiting.pop()
        for descriptor, value in message.ListFields():
            if descriptor.message_type is None:
                continue
            children = value if not hasattr(value, "ListFields") else (value,)
            for child in children:
                (found if isinstance(child, tree.Node) else waiting).append(child)
    return found


def _replace(node: Any, other: Any) -> None:
    copy = tree.Node()
    copy.CopyFrom(other)
    node.CopyFrom(copy)


def _drop_qualifier(names: Any) -> None:
    while len(names) > 1:
        del names[0]


def _simplify_comparison(node: Any) -> None:
    expression = node.a_expr
    if expression.kind == tree.A_Expr_Kind.AEXPR_IN and expression.name[-1].string.sval == "=":
        elements = list(expression.rexpr.list.items)
        array = tree.Node(a_array_expr=tree.A_ArrayExpr(elements=elements))
        expression.rexpr.CopyFrom(array)
        expression.kind = tree.A_Expr_Kind.AEXPR_OP_ANY
    elif expression.kind == tree.A_Expr_Kind.AEXPR_BETWEEN:
        low, high = list(expression.rexpr.list.items)
        sides = [_compare(">=", expression.lexpr, low), _compare("<=", expression.lexpr, high)]
        joined = tree.Node(bool_expr=tree.BoolExpr(boolop=tree.BoolExprType.AND_EXPR, args=sides))
        node.CopyFrom(joined)
    elif expression.kind in _LIKE:
        expression.kind = tree.A_Expr_Kind.AEXPR_OP


def _compare(operator: str, left: Any, right: Any) -> Any:
    name = tree.Node(string=tree.String(sval=operator))
    return tree.Node(a_expr=tree.A_Expr(kind=tree.A_Expr_Kind.AEXPR_OP, name=[name], lexpr=left, rexpr=right))


def _flatten(node: Any) -> None:
    """`(a and b) and c` is `a and b and c`."""
    operator = node.bool_expr.boolop
    if operator == tree.BoolExprType.NOT_EXPR:
        return
    flat: list[Any] = []
    for argument in node.bool_expr.args:
        nested = kind(argument) == "bool_expr" and argument.bool_expr.boolop == operator
        flat += list(argument.bool_expr.args) if nested else [argument]
    joined = tree.Node(bool_expr=tree.BoolExpr(boolop=operator, args=flat))
    node.CopyFrom(joined)
