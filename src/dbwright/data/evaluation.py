"""The value of a check's expression for one row, in Python: what a made value is tested with before it is used.

Only what means the same in Python and PostgreSQL is here; the rest raises UnreadableError, and the server decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dbwright.data.constants import NOW, UnreadableError, constant, span_ticks
from dbwright.data.operators import apply_operator
from dbwright.sql.grammar import kind, strings, tree

Row = Mapping[str, Any]


def holds(node: Any, row: Row) -> bool:
    """Return whether a check holds: whether it is not false. Raise UnreadableError where it cannot be told."""
    return evaluate(node, row) is not False


def evaluate(node: Any, row: Row) -> Any:
    """Return the value of an expression, None for null; raise UnreadableError where it cannot be told."""
    evaluators: dict[str, Callable[[Any, Row], Any]] = {
        "column_ref": _reference,
        "bool_expr": _boolean,
        "a_expr": _expression,
        "null_test": _null_test,
        "boolean_test": _boolean_test,
        "func_call": _function,
        "type_cast": _cast,
        "coalesce_expr": lambda n, r: _first(n.coalesce_expr.args, r),
        "case_expr": _case,
        "min_max_expr": _extreme,
    }
    if kind(node) in evaluators:
        return evaluators[kind(node)](node, row)
    value = constant(node)
    if value is NOW:
        raise UnreadableError("now()")
    return value


def _reference(node: Any, row: Row) -> Any:
    name = strings(node.column_ref.fields)[-1]
    if name not in row:
        raise UnreadableError(name)
    return row[name]


def _boolean(node: Any, row: Row) -> Any:
    expression = node.bool_expr
    if expression.boolop == tree.BoolExprType.NOT_EXPR:
        value = evaluate(expression.args[0], row)
        return None if value is None else not value
    decisive = expression.boolop == tree.BoolExprType.OR_EXPR
    values, unread = [], None
    for argument in expression.args:
        try:
            values.append(evaluate(argument, row))
        except UnreadableError as error:
            unread = error
    # One true arm decides an `or` and one false arm an `and`, whatever the unread arms say.
    if decisive in values:
        return decisive
    if unread is not None:
        raise unread
    return None if None in values else not decisive


def _expression(node: Any, row: Row) -> Any:
    expression = node.a_expr
    kinds = tree.A_Expr_Kind
    sign = strings(expression.name)[-1] if len(expression.name) else ""
    match expression.kind:
        case kinds.AEXPR_OP:
            if not expression.HasField("lexpr"):
                value = evaluate(expression.rexpr, row)
                if sign != "-":
                    raise UnreadableError(sign)
                return None if value is None else -value
            return apply_operator(sign, evaluate(expression.lexpr, row), evaluate(expression.rexpr, row))
        case kinds.AEXPR_LIKE | kinds.AEXPR_ILIKE:
            return apply_operator(sign, evaluate(expression.lexpr, row), evaluate(expression.rexpr, row))
        case kinds.AEXPR_IN | kinds.AEXPR_OP_ANY | kinds.AEXPR_OP_ALL:
            return _listed(expression, sign, row)
        case kinds.AEXPR_BETWEEN | kinds.AEXPR_NOT_BETWEEN:
            value = evaluate(expression.lexpr, row)
            low, high = (evaluate(i, row) for i in expression.rexpr.list.items)
            inside = _both(apply_operator(">=", value, low), apply_operator("<=", value, high))
            return inside if expression.kind == kinds.AEXPR_BETWEEN or inside is None else not inside
        case kinds.AEXPR_DISTINCT | kinds.AEXPR_NOT_DISTINCT:
            left, right = evaluate(expression.lexpr, row), evaluate(expression.rexpr, row)
            equal = left is right if left is None or right is None else apply_operator("=", left, right)
            return equal == (expression.kind == kinds.AEXPR_NOT_DISTINCT)
    raise UnreadableError(sign)


def _both(left: Any, right: Any) -> Any:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _listed(expression: Any, sign: str, row: Row) -> Any:
    value = evaluate(expression.lexpr, row)
    items = constant(expression.rexpr)
    if not isinstance(items, tuple):
        raise UnreadableError("any")
    if value is None:
        return None
    every = expression.kind == tree.A_Expr_Kind.AEXPR_OP_ALL or (
        expression.kind == tree.A_Expr_Kind.AEXPR_IN and sign == "<>"
    )
    found = [apply_operator(sign, value, item) for item in items]
    return all(found) if every else any(found)


def _null_test(node: Any, row: Row) -> bool:
    test = node.null_test
    return bool((evaluate(test.arg, row) is None) == (test.nulltesttype == tree.NullTestType.IS_NULL))


def _boolean_test(node: Any, row: Row) -> bool:
    kinds = tree.BoolTestType
    value = evaluate(node.boolean_test.arg, row)
    answers = {
        kinds.IS_TRUE: value is True,
        kinds.IS_NOT_TRUE: value is not True,
        kinds.IS_FALSE: value is False,
        kinds.IS_NOT_FALSE: value is not False,
        kinds.IS_UNKNOWN: value is None,
        kinds.IS_NOT_UNKNOWN: value is not None,
    }
    return bool(answers[node.boolean_test.booltesttype])


def _case(node: Any, row: Row) -> Any:
    case = node.case_expr
    if case.HasField("arg"):
        raise UnreadableError("case x when")
    for arm in case.args:
        if evaluate(arm.case_when.expr, row) is True:
            return evaluate(arm.case_when.result, row)
    return evaluate(case.defresult, row) if case.HasField("defresult") else None


def _first(arguments: Any, row: Row) -> Any:
    return next((v for v in (evaluate(a, row) for a in arguments) if v is not None), None)


def _extreme(node: Any, row: Row) -> Any:
    values = [v for v in (evaluate(a, row) for a in node.min_max_expr.args) if v is not None]
    choose = max if node.min_max_expr.op == tree.MinMaxOp.IS_GREATEST else min
    try:
        return choose(values, default=None)
    except TypeError as error:
        raise UnreadableError("greatest") from error


_TEXT_CASTS = ("text", "varchar", "bpchar", "citext")
_NUMBER_CASTS = ("numeric", "int8", "int4", "int2", "float8")


def _cast(node: Any, row: Row) -> Any:
    value = evaluate(node.type_cast.arg, row)
    name = strings(node.type_cast.type_name.names)[-1]
    if value is None or (name in _TEXT_CASTS and isinstance(value, str)):
        return value
    if name == "interval" and isinstance(value, str):
        return timedelta(microseconds=span_ticks(value))
    if name == "date" and isinstance(value, datetime):
        return value.date()
    if name in _NUMBER_CASTS and isinstance(value, int | Decimal):
        return value
    if name in ("date", "timestamptz", "timestamp", "uuid") and not isinstance(value, int | Decimal):
        return value
    raise UnreadableError(name)


def _function(node: Any, row: Row) -> Any:
    name = strings(node.func_call.funcname)[-1]
    arguments = [evaluate(a, row) for a in node.func_call.args]
    if name in ("num_nulls", "num_nonnulls"):
        nulls = sum(a is None for a in arguments)
        return nulls if name == "num_nulls" else len(arguments) - nulls
    if name not in _FUNCTIONS:
        raise UnreadableError(name)
    if None in arguments:
        return None
    try:
        return _FUNCTIONS[name](*arguments)
    except (TypeError, AttributeError, KeyError) as error:
        raise UnreadableError(name) from error


def _length(value: Any) -> int:
    if not isinstance(value, str | bytes):
        raise UnreadableError("length")
    return len(value)


def _is_empty(value: Any) -> bool:
    return bool(value == "empty")


def _folded(change: Callable[[str], str]) -> Callable[[Any], str]:
    def fold(value: Any) -> str:
        # lower() and upper() of a range are its bounds; a range is a text here that begins with a bracket.
        if not isinstance(value, str) or value[:1] in ("[", "("):
            raise UnreadableError("lower")
        return change(value)

    return fold


_JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "length": _length,
    "char_length": _length,
    "character_length": _length,
    "octet_length": lambda v: len(v.encode()) if isinstance(v, str) else _length(v),
    "lower": _folded(str.lower),
    "upper": _folded(str.upper),
    "btrim": lambda v, c=" ": v.strip(c),
    "ltrim": lambda v, c=" ": v.lstrip(c),
    "rtrim": lambda v, c=" ": v.rstrip(c),
    "abs": abs,
    "isempty": _is_empty,
    "isfinite": lambda v: v != "infinity",
    "position": lambda text, part: text.find(part) + 1,
    "strpos": lambda text, part: text.find(part) + 1,
    "starts_with": lambda text, part: text.startswith(part),
    "left": lambda text, count: text[:count],
    "right": lambda text, count: text[-count:] if count else "",
    "substring": lambda text, start, count=None: text[start - 1 : None if count is None else start - 1 + count],
    "replace": lambda text, old, new: text.replace(old, new),
    "cardinality": lambda v: len(v) if isinstance(v, list) else _length(None),
    "array_length": lambda v, _dimension: (len(v) or None) if isinstance(v, list) else _length(None),
    "jsonb_typeof": lambda v: _JSON_TYPES[type(v)],
    "json_typeof": lambda v: _JSON_TYPES[type(v)],
    "mod": lambda a, b: a - b * int(a / b),
}
