"""Check constraints read as limits of a value: bounds, lengths, patterns and lists that other languages know too.

What is no simple condition on one column says nothing here: the limits are never narrower than the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from dbwright.sql.grammar import GrammarError, kind, parse, strings, tree

Bound = TypeVar("Bound", int, Decimal)


@dataclass(frozen=True)
class Limits:
    """What a value must keep: `above` and `below` exclude their number, the others include it; lengths in characters.

    `patterns` are PostgreSQL regular expressions that must be found, `shape` is what `jsonb_typeof` must be.
    """

    minimum: Decimal | None = None
    above: Decimal | None = None
    maximum: Decimal | None = None
    below: Decimal | None = None
    shortest: int | None = None
    longest: int | None = None
    patterns: tuple[str, ...] = ()
    values: tuple[str | int, ...] | None = None
    shape: str = ""

    def narrowed(self, other: Limits) -> Limits:
        """Return the limits that keep both."""
        return Limits(
            _tighter(max, self.minimum, other.minimum),
            _tighter(max, self.above, other.above),
            _tighter(min, self.maximum, other.maximum),
            _tighter(min, self.below, other.below),
            _tighter(max, self.shortest, other.shortest),
            _tighter(min, self.longest, other.longest),
            tuple(dict.fromkeys(self.patterns + other.patterns)),
            _shared(self.values, other.values),
            other.shape or self.shape,
        )

    @property
    def empty(self) -> bool:
        """Whether nothing is limited."""
        return all(getattr(self, f.name) == f.default for f in fields(self))


def _tighter(choose: Callable[[Bound, Bound], Bound], one: Bound | None, other: Bound | None) -> Bound | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)


def _shared(one: tuple[str | int, ...] | None, other: tuple[str | int, ...] | None) -> tuple[str | int, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    return tuple(v for v in one if v in other)


_LENGTHS = {"length", "char_length", "character_length"}
_SHAPES = {"jsonb_typeof", "json_typeof"}
_TEXT_TYPES = {"text", "varchar", "bpchar"}
_NUMBER_TYPES = {"int2", "int4", "int8", "numeric", "float4", "float8"}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}
_PLAIN = tree.A_Expr_Kind.AEXPR_OP
_LISTS = (tree.A_Expr_Kind.AEXPR_IN, tree.A_Expr_Kind.AEXPR_OP_ANY)

Constant = str | Decimal


def read_limits(expression: str) -> dict[str, Limits]:
    """Return the limits that a check sets, by column name; nothing for what is not simple or no SQL."""
    try:
        statement = parse(f"select {expression}")[0]
    except GrammarError:
        return {}
    found: dict[str, Limits] = {}
    for column, limits in _conjuncts(statement.select_stmt.target_list[0].res_target.val):
        found[column] = found.get(column, Limits()).narrowed(limits)
    return found


def _conjuncts(node: Any) -> Iterator[tuple[str, Limits]]:
    if kind(node) == "a_expr":
        found = _comparison(node.a_expr)
        if found is not None:
            yield found
    if kind(node) != "bool_expr":
        return
    expression = node.bool_expr
    if expression.boolop == tree.BoolExprType.AND_EXPR:
        for argument in expression.args:
            yield from _conjuncts(argument)
    elif expression.boolop == tree.BoolExprType.OR_EXPR:
        yield from _unless_null(list(expression.args))


def _unless_null(arguments: list[Any]) -> Iterator[tuple[str, Limits]]:
    """`x is null or x > 0` says what `x > 0` says, because a check that is unknown holds."""
    nulls = [a.null_test for a in arguments if kind(a) == "null_test"]
    rest = [a for a in arguments if kind(a) != "null_test"]
    if len(nulls) != 1 or len(rest) != 1 or nulls[0].nulltesttype != tree.NullTestType.IS_NULL:
        return
    side = _side(nulls[0].arg)
    said = list(_conjuncts(rest[0]))
    if side is not None and side[0] == "value" and {column for column, _ in said} == {side[1]}:
        yield from said


def _comparison(expression: Any) -> tuple[str, Limits] | None:
    operator = strings(expression.name)[-1] if expression.name else ""
    left = _side(expression.lexpr)
    if left is None:
        right, constant = _side(expression.rexpr), _constant(expression.lexpr)
        if right is None or constant is None or operator not in _MIRRORED or expression.kind != _PLAIN:
            return None
        return _said(right, _limited(right[0], _MIRRORED[operator], constant))
    if expression.kind in _LISTS and operator == "=":
        return _said(left, _one_of(left[0], expression.rexpr))
    if expression.kind == tree.A_Expr_Kind.AEXPR_BETWEEN:
        low, high = (_constant(n) for n in expression.rexpr.list.items)
        if low is None or high is None:
            return None
        return _said(left, _limited(left[0], ">=", low).narrowed(_limited(left[0], "<=", high)))
    constant = _constant(expression.rexpr)
    if expression.kind != _PLAIN or constant is None:
        return None
    return _said(left, _limited(left[0], operator, constant))


def _said(side: tuple[str, str], limits: Limits) -> tuple[str, Limits] | None:
    return None if limits.empty else (side[1], limits)


def _side(node: Any) -> tuple[str, str] | None:
    """Return (what is compared, column): the value itself, its length, or the shape of a document."""
    if kind(node) == "type_cast" and strings(node.type_cast.type_name.names)[-1] in _TEXT_TYPES:
        return _side(node.type_cast.arg)
    if kind(node) == "column_ref":
        names = strings(node.column_ref.fields)
        return ("value", names[-1]) if names else None
    if kind(node) != "func_call" or len(node.func_call.args) != 1:
        return None
    name, inner = strings(node.func_call.funcname)[-1], _side(node.func_call.args[0])
    if inner is None or inner[0] != "value":
        return None
    what = "length" if name in _LENGTHS else "shape" if name in _SHAPES else ""
    return (what, inner[1]) if what else None


def _constant(node: Any) -> Constant | None:
    if kind(node) == "type_cast":
        inner, name = _constant(node.type_cast.arg), strings(node.type_cast.type_name.names)[-1]
        if isinstance(inner, str) and name in _NUMBER_TYPES:
            return _number(inner)
        return inner if name in _TEXT_TYPES | _NUMBER_TYPES else None
    if kind(node) == "a_expr" and strings(node.a_expr.name) == ["-"] and not kind(node.a_expr.lexpr):
        inner = _constant(node.a_expr.rexpr)
        return -inner if isinstance(inner, Decimal) else None
    if kind(node) != "a_const" or node.a_const.isnull:
        return None
    match node.a_const.WhichOneof("val"):
        case "ival":
            return Decimal(node.a_const.ival.ival)
        case "fval":
            return _number(node.a_const.fval.fval)
        case "sval":
            return str(node.a_const.sval.sval)
    return None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().replace("_", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _one_of(what: str, node: Any) -> Limits:
    items = _items(node)
    constants = [_constant(i) for i in items]
    values = tuple(v for c in constants if (v := _listed(c)) is not None)
    # A null among the items makes every other value unknown, and unknown passes.
    if what != "value" or not items or len(values) != len(items):
        return Limits()
    return Limits(values=values)


def _items(node: Any) -> list[Any]:
    if kind(node) == "type_cast":
        return _items(node.type_cast.arg)
    if kind(node) == "list":
        return list(node.list.items)
    return list(node.a_array_expr.elements) if kind(node) == "a_array_expr" else []


def _listed(constant: Constant | None) -> str | int | None:
    if isinstance(constant, Decimal):
        return int(constant) if constant == constant.to_integral_value() else None
    return constant


def _limited(what: str, operator: str, constant: Constant) -> Limits:
    if what == "shape":
        return Limits(shape=constant) if operator == "=" and isinstance(constant, str) else Limits()
    if what == "length":
        return _length(operator, constant) if isinstance(constant, Decimal) else Limits()
    if isinstance(constant, str):
        return _text(operator, constant)
    match operator:
        case ">=":
            return Limits(minimum=constant)
        case ">":
            return Limits(above=constant)
        case "<=":
            return Limits(maximum=constant)
        case "<":
            return Limits(below=constant)
        case "=":
            return Limits(minimum=constant, maximum=constant)
    return Limits()


def _text(operator: str, constant: str) -> Limits:
    match operator:
        case "~":
            return Limits(patterns=(constant,))
        case "=":
            return Limits(values=(constant,))
        case "<>" if not constant:
            return Limits(shortest=1)
    return Limits()


def _length(operator: str, number: Decimal) -> Limits:
    whole = number.to_integral_value(rounding="ROUND_FLOOR")
    exact = whole == number
    match operator:
        case ">=":
            return Limits(shortest=max(0, int(whole) + (not exact)))
        case ">":
            return Limits(shortest=max(0, int(whole) + 1))
        case "<=":
            return Limits(longest=int(whole)) if whole >= 0 else Limits()
        case "<":
            longest = int(whole) - exact
            return Limits(longest=longest) if longest >= 0 else Limits()
        case "=" if exact and number >= 0:
            return Limits(shortest=int(whole), longest=int(whole))
        case "<>" if number == 0:
            return Limits(shortest=1)
    return Limits()
