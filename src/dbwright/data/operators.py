"""PostgreSQL's operators in Python: comparisons, matches and arithmetic over values as psycopg gives them."""

from __future__ import annotations

import operator as python_operator
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from dbwright.data.constants import UnreadableError, span_ticks
from dbwright.data.patterns import like_pattern, python_pattern

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": python_operator.eq,
    "<>": python_operator.ne,
    "<": python_operator.lt,
    "<=": python_operator.le,
    ">": python_operator.gt,
    ">=": python_operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": python_operator.add,
    "-": python_operator.sub,
    "*": python_operator.mul,
}


def apply_operator(sign: str, left: Any, right: Any) -> Any:
    """Return `left sign right` as PostgreSQL would; null where either is null. Raise UnreadableError."""
    if left is None or right is None:
        return None
    if sign in ("~", "~*", "!~", "!~*"):
        pattern = python_pattern(str(right), re.IGNORECASE if "*" in sign else 0)
        return (pattern.search(str(left)) is not None) != sign.startswith("!")
    if sign in ("~~", "~~*", "!~~", "!~~*"):
        pattern = python_pattern(like_pattern(str(right)), re.IGNORECASE if "*" in sign else 0)
        return (pattern.search(str(left)) is not None) != sign.startswith("!")
    if sign in ("<@", "@>") and isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return set(left) <= set(right) if sign == "<@" else set(left) >= set(right)
    if sign == "||":
        return str(left) + str(right)
    left, right = _alike(left, right)
    try:
        if sign in _COMPARE:
            return _COMPARE[sign](left, right)
        if sign in _ARITHMETIC:
            return _ARITHMETIC[sign](left, right)
        if sign == "%":
            return left - right * int(left / right)
        if sign == "/" and not (isinstance(left, int) and isinstance(right, int)):
            return left / right
    except (TypeError, ArithmeticError) as error:
        raise UnreadableError(sign) from error
    raise UnreadableError(sign)


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Bring a constant and a value to one Python type, as the server coerces an untyped literal."""
    if isinstance(left, str) and not isinstance(right, str):
        converted = _as(right, left)
        return converted, _naive_pair(right, converted)
    if isinstance(right, str) and not isinstance(left, str):
        converted = _as(left, right)
        return _naive_pair(left, converted), converted
    if isinstance(left, float) or isinstance(right, float):
        if isinstance(left, int | float | Decimal) and isinstance(right, int | float | Decimal):
            return float(left), float(right)
        raise UnreadableError("float")
    if isinstance(left, datetime) != isinstance(right, datetime) and isinstance(left, date) and isinstance(right, date):
        return _moment(left), _moment(right)
    return left, right


def _moment(value: date) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def _naive_pair(value: Any, other: Any) -> Any:
    return _moment(value) if isinstance(value, datetime) and isinstance(other, datetime) and other.tzinfo else value


def _as(pattern: Any, text: str) -> Any:
    """Read a text as a value of the same type as `pattern`."""
    try:
        match pattern:
            case bool():
                return text.lower() in ("t", "true", "on", "yes")
            case int() | Decimal() | float():
                return Decimal(text)
            case datetime():
                moment = datetime.fromisoformat(text)
                return moment if pattern.tzinfo is None or moment.tzinfo else moment.replace(tzinfo=UTC)
            case date():
                try:
                    return date.fromisoformat(text)
                except ValueError:
                    return timedelta(microseconds=span_ticks(text))
            case time():
                return time.fromisoformat(text)
            case timedelta():
                return timedelta(microseconds=span_ticks(text))
            case UUID():
                return UUID(text)
    except (ValueError, ArithmeticError) as error:
        raise UnreadableError(text) from error
    raise UnreadableError(text)
