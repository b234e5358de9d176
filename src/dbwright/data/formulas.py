"""Checks read into what a generator can obey: alternatives, each a list of conditions on columns.

A check holds unless it is false (PostgreSQL manual, "Check Constraints": null counts as true), so a null never needs to
be thought of except where the check itself says `is null` or `is not null`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from dbwright.data.constants import UnreadableError, column_of, columns_in, constant
from dbwright.sql.grammar import kind, strings, tree

INVERSE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "~": "!~", "!~": "~", "~*": "!~*"}
INVERSE |= {"!~*": "~*", "~~": "!~~", "!~~": "~~", "~~*": "!~~*", "!~~*": "~~*", "in": "not in", "not in": "in"}
INVERSE |= {"null": "not null", "not null": "null", "empty": "not empty", "not empty": "empty"}
MIRROR = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_LENGTHS = ("length", "char_length", "character_length", "octet_length", "cardinality", "array_length")
MOST_ALTERNATIVES = 64


@dataclass(frozen=True)
class Condition:
    """One condition on `column`: `operator` and the constant `value`, or the `other` column plus `value`.

    Operators are PostgreSQL's comparisons and matches, and `in`, `not in`, `null`, `not null`, `empty`, `not empty`,
    `within` (an array of listed elements), `size <` … (its length), `json` (the type of a document), `bound <` … (the
    column against the expression `value`), `sum <` … (the column and the other one together), `test` (the
    expression `value` must not be false).
    """

    column: str
    operator: str
    value: Any = None
    other: str = ""


Alternatives = list[tuple[Condition, ...]]
"""A check in disjunctive normal form: it holds where all conditions of one alternative hold."""


def read_formula(node: Any, negated: bool = False) -> Alternatives:
    """Return a boolean expression as alternatives. What is not understood becomes a `test` of the whole expression."""
    try:
        found = _read(node, negated)
    except UnreadableError:
        found = [(_test(node, negated),)]
    return found[:MOST_ALTERNATIVES]


def _test(node: Any, negated: bool) -> Condition:
    if negated:
        node = tree.Node(bool_expr=tree.BoolExpr(boolop=tree.BoolExprType.NOT_EXPR, args=[node]))
    names = columns_in(node)
    return Condition(names[0] if len(names) == 1 else "", "test", node)


def _read(node: Any, negated: bool) -> Alternatives:
    readers: dict[str, Callable[[Any, bool], Alternatives]] = {
        "bool_expr": _boolean,
        "a_expr": _expression,
        "null_test": _null_test,
        "boolean_test": _boolean_test,
        "case_expr": _case,
        "a_const": _constant,
        "func_call": _function,
        "column_ref": _flag,
    }
    if kind(node) not in readers:
        raise UnreadableError(kind(node))
    return readers[kind(node)](node, negated)


def all_of(parts: list[Alternatives]) -> Alternatives:
    """Return the alternatives under which every part holds."""
    return [sum(chosen, ()) for chosen in _some_products(parts)]


def _some_products(parts: list[Alternatives]) -> list[tuple[tuple[Condition, ...], ...]]:
    total = 1
    for part in parts:
        total *= max(1, len(part))
    if total <= MOST_ALTERNATIVES:
        return list(product(*parts))
    # Too many to list: every alternative of every part occurs at least once.
    longest = max(len(p) for p in parts)
    return [tuple(p[i % len(p)] for p in parts) for i in range(longest)]


def _any_of(parts: list[Alternatives]) -> Alternatives:
    return [alternative for part in parts for alternative in part]


def _boolean(node: Any, negated: bool) -> Alternatives:
    expression = node.bool_expr
    if expression.boolop == tree.BoolExprType.NOT_EXPR:
        return read_formula(expression.args[0], not negated)
    parts = [read_formula(a, negated) for a in expression.args]
    conjunction = (expression.boolop == tree.BoolExprType.AND_EXPR) != negated
    return all_of(parts) if conjunction else _any_of(parts)


def _constant(node: Any, negated: bool) -> Alternatives:
    return [()] if bool(constant(node)) != negated else []


def _flag(node: Any, negated: bool) -> Alternatives:
    return [(Condition(column_of(node), "=", not negated),)]


def _null_test(node: Any, negated: bool) -> Alternatives:
    test = node.null_test
    wants_null = (test.nulltesttype == tree.NullTestType.IS_NULL) != negated
    if kind(test.arg) == "coalesce_expr":
        names = [column_of(a) for a in test.arg.coalesce_expr.args]
        return _nulls(names, range(len(names), len(names) + 1) if wants_null else range(len(names)))
    return _nulls([column_of(test.arg)], range(1, 2) if wants_null else range(1))


def _nulls(names: list[str], allowed: range) -> Alternatives:
    """The alternatives in which the number of nulls among the columns is allowed."""
    if not all(names):
        raise UnreadableError("is null")
    found: Alternatives = []
    for count in range(len(names) + 1):
        if count in allowed:
            found += [
                tuple(Condition(n, "null" if n in gone else "not null") for n in names)
                for gone in combinations(names, count)
            ]
    return found


def _boolean_test(node: Any, negated: bool) -> Alternatives:
    kinds = tree.BoolTestType
    wanted = {kinds.IS_TRUE: True, kinds.IS_NOT_FALSE: True, kinds.IS_FALSE: False, kinds.IS_NOT_TRUE: False}
    test = node.boolean_test
    if test.booltesttype not in wanted:
        raise UnreadableError("is unknown")
    truth = wanted[test.booltesttype] != negated
    inner = read_formula(test.arg, not truth)
    needed = tuple(Condition(n, "not null") for n in columns_in(test.arg))
    return [a + needed for a in inner]


def _case(node: Any, negated: bool) -> Alternatives:
    case = node.case_expr
    if case.HasField("arg"):
        raise UnreadableError("case x when")
    found: Alternatives = []
    before: list[Alternatives] = []
    for arm in case.args:
        when = arm.case_when
        # Unlike a check, an arm is taken only where its condition is true; null goes on to the next.
        met = [(*a, *(Condition(n, "not null") for n in columns_in(when.expr))) for a in read_formula(when.expr)]
        found += all_of([*before, met, read_formula(when.result, negated)])
        before.append(read_formula(when.expr, True))
    last: Alternatives = read_formula(case.defresult, negated) if case.HasField("defresult") else [()]
    return found + all_of([*before, last])


def _function(node: Any, negated: bool) -> Alternatives:
    call = node.func_call
    if strings(call.funcname)[-1] == "isempty" and (name := column_of(call.args[0])):
        return [(Condition(name, "not empty" if negated else "empty"),)]
    if strings(call.funcname)[-1] == "isfinite" and not negated:
        return [()]  # no infinite time is ever made
    raise UnreadableError("function")


def _expression(node: Any, negated: bool) -> Alternatives:
    expression = node.a_expr
    kinds = tree.A_Expr_Kind
    match expression.kind:
        case kinds.AEXPR_OP:
            return _comparison(expression.lexpr, strings(expression.name)[-1], expression.rexpr, negated)
        case kinds.AEXPR_IN:
            inside = (strings(expression.name)[-1] == "=") != negated
            return [(Condition(_column(expression.lexpr), "in" if inside else "not in", constant(expression.rexpr)),)]
        case kinds.AEXPR_OP_ANY | kinds.AEXPR_OP_ALL:
            return _quantified(expression, negated)
        case kinds.AEXPR_BETWEEN | kinds.AEXPR_NOT_BETWEEN:
            return _between(expression, (expression.kind == kinds.AEXPR_NOT_BETWEEN) != negated)
        case kinds.AEXPR_DISTINCT | kinds.AEXPR_NOT_DISTINCT:
            return _distinct(expression, (expression.kind == kinds.AEXPR_NOT_DISTINCT) != negated)
        case kinds.AEXPR_LIKE | kinds.AEXPR_ILIKE:
            operator = strings(expression.name)[-1]
            operator = INVERSE[operator] if negated else operator
            return [(Condition(_column(expression.lexpr), operator, constant(expression.rexpr)),)]
    raise UnreadableError("operator")


def _column(node: Any) -> str:
    name = column_of(node)
    if not name:
        raise UnreadableError("column")
    return name


def _quantified(expression: Any, negated: bool) -> Alternatives:
    values = constant(expression.rexpr)
    pair = (expression.kind, strings(expression.name)[-1])
    meant = {(tree.A_Expr_Kind.AEXPR_OP_ANY, "="): "in", (tree.A_Expr_Kind.AEXPR_OP_ALL, "<>"): "not in"}
    if pair not in meant or not isinstance(values, tuple):
        raise UnreadableError("any")
    operator = INVERSE[meant[pair]] if negated else meant[pair]
    return [(Condition(_column(expression.lexpr), operator, values),)]


def _between(expression: Any, outside: bool) -> Alternatives:
    low, high = expression.rexpr.list.items
    below = _comparison(expression.lexpr, ">=", low, outside)
    above = _comparison(expression.lexpr, "<=", high, outside)
    return _any_of([below, above]) if outside else all_of([below, above])


def _distinct(expression: Any, equal: bool) -> Alternatives:
    found = _comparison(expression.lexpr, "=" if equal else "<>", expression.rexpr, False)
    # `distinct` counts two nulls as equal, so one side must be there.
    return [(*a, Condition(_column(expression.lexpr), "not null")) for a in found]


def _comparison(left: Any, operator: str, right: Any, negated: bool) -> Alternatives:
    if negated and operator not in INVERSE:
        raise UnreadableError(operator)
    operator = INVERSE[operator] if negated else operator
    if operator in ("=", "<>") and _is_truth(left) and _is_truth(right):
        return _same_truth(left, right, operator == "=")
    if not column_of(left) and (column_of(right) or _is_plain(left)) and operator in MIRROR:
        left, operator, right = right, MIRROR[operator], left
    if name := column_of(left):
        return _against(name, operator, right)
    if (solved := _solved(left, operator, right)) is not None:
        return [(solved,)]
    if kind(left) == "func_call":
        return _measured(left.func_call, operator, right)
    if kind(left) == "coalesce_expr":
        return _coalesced(left.coalesce_expr, operator, right)
    if kind(left) == "a_expr" and strings(left.a_expr.name) == ["-"] and operator in MIRROR:
        first, second = column_of(left.a_expr.lexpr), column_of(left.a_expr.rexpr)
        if first and second:
            return [(Condition(first, operator, constant(right), second),)]
    if kind(left) == "a_expr" and strings(left.a_expr.name) == ["+"] and operator in MIRROR and operator != "<>":
        first, second = column_of(left.a_expr.lexpr), column_of(left.a_expr.rexpr)
        if first and second and first != second:
            return [(Condition(first, f"sum {operator}", constant(right), second),)]
    raise UnreadableError("comparison")


def _solved(left: Any, operator: str, right: Any) -> Condition | None:
    """`column + 1 > 5` and `column * 2 > 6` as what they say of the column alone; None for anything else."""
    if kind(left) != "a_expr" or operator not in MIRROR or not _is_plain(right) or not _is_plain(left.a_expr.rexpr):
        return None
    name, sign = column_of(left.a_expr.lexpr), strings(left.a_expr.name)[-1]
    limit, other = constant(right), constant(left.a_expr.rexpr)
    if not name or not all(isinstance(v, int | Decimal) and not isinstance(v, bool) for v in (limit, other)):
        return None
    if sign in ("+", "-"):
        return Condition(name, operator, limit - other if sign == "+" else limit + other)
    alone = Decimal(limit) / other if sign == "*" and other > 0 else None
    return Condition(name, operator, alone) if alone is not None and alone * other == limit else None


def _is_plain(node: Any) -> bool:
    try:
        constant(node)
    except UnreadableError:
        return False
    return True


def _is_truth(node: Any) -> bool:
    """Whether a node is a condition by its form, so that `=` between two means equivalence."""
    if kind(node) in ("null_test", "bool_expr", "boolean_test"):
        return True
    comparisons = {*MIRROR, "~", "!~", "~*", "!~*"}
    return kind(node) == "a_expr" and (strings(node.a_expr.name)[-1] in comparisons)


def _same_truth(left: Any, right: Any, same: bool) -> Alternatives:
    return _any_of(
        [
            all_of([read_formula(left), read_formula(right, not same)]),
            all_of([read_formula(left, True), read_formula(right, same)]),
        ]
    )


def _against(name: str, operator: str, right: Any) -> Alternatives:
    if _is_plain(right):
        value = constant(right)
        if operator == "<@" and isinstance(value, tuple):
            return [(Condition(name, "within", value),)]
        if operator not in INVERSE or value is None:
            raise UnreadableError(operator)
        return [(Condition(name, operator, value),)]
    if operator not in MIRROR:
        raise UnreadableError(operator)
    other, offset = _shifted(right)
    if other:
        return [(Condition(name, operator, offset, other),)]
    if name in columns_in(right):
        raise UnreadableError("itself")
    return [(Condition(name, f"bound {operator}", right),)]


def _shifted(node: Any) -> tuple[str, Any]:
    """Return (column, constant) for `column`, `column + constant` and `column - constant`."""
    if name := column_of(node):
        return name, 0
    if kind(node) == "a_expr" and strings(node.a_expr.name) in (["+"], ["-"]) and column_of(node.a_expr.lexpr):
        if not _is_plain(node.a_expr.rexpr):
            return "", 0
        sign = "-" if strings(node.a_expr.name) == ["-"] else ""
        value = constant(node.a_expr.rexpr)
        return column_of(node.a_expr.lexpr), (
            f"{sign}{value}" if isinstance(value, str) else (-value if sign else value)
        )
    return "", 0


def _measured(call: Any, operator: str, right: Any) -> Alternatives:
    """Compare what a function says of a column with a constant: its length, its elements, its nulls, its JSON type."""
    function, value = strings(call.funcname)[-1], constant(right)
    if function in ("num_nulls", "num_nonnulls"):
        return _counted(call, function, operator, value)
    if function in ("jsonb_typeof", "json_typeof") and operator == "=":
        return [(Condition(_column(call.args[0]), "json", value),)]
    inner = call.args[0] if call.args else tree.Node()
    while kind(inner) == "func_call" and strings(inner.func_call.funcname)[-1] in ("trim", "btrim", "ltrim", "rtrim"):
        inner = inner.func_call.args[0]
    if function in ("btrim", "ltrim", "rtrim") and operator == "<>" and value == "":
        return [(Condition(_column(call.args[0]), "size >=", 1),)]
    if function in _LENGTHS and operator in MIRROR and isinstance(value, int):
        return [(Condition(_column(inner), f"size {operator}", value),)]
    raise UnreadableError(function)


def _counted(call: Any, function: str, operator: str, value: Any) -> Alternatives:
    names = [column_of(a) for a in call.args]
    fulfils = {"=": int.__eq__, "<>": int.__ne__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}
    if operator not in fulfils or not isinstance(value, int):
        raise UnreadableError(operator)
    found: Alternatives = []
    for nulls in range(len(names) + 1):
        counted = nulls if function == "num_nulls" else len(names) - nulls
        if fulfils[operator](counted, value):
            found += _nulls(names, range(nulls, nulls + 1))
    return found


def _coalesced(expression: Any, operator: str, right: Any) -> Alternatives:
    """`coalesce(column, constant) op value` holds where the column does; a null is avoided, whatever it would give."""
    name = column_of(expression.args[0])
    if not name or len(expression.args) != 2 or not _is_plain(expression.args[1]):
        raise UnreadableError("coalesce")
    return [(*a, Condition(name, "not null")) for a in _against(name, operator, right)]
