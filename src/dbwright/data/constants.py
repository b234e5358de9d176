"""Constants of a check: read from the syntax tree, and counted in the ticks of the column they are compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from dbwright.data.kinds import NUMBERS, Family, Kind
from dbwright.sql.grammar import find, kind, parse, strings, tree


class UnreadableError(Exception):
    """An expression that this reader does not understand; the server still does."""


class Now:
    """The moment of the insert, which a check may name; no constant of ours is on both sides of it."""

    def __repr__(self) -> str:
        return "now()"


NOW = Now()
LONG_AGO, FAR_AHEAD = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Moments that are surely before and after `now()`, whenever a test runs."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NAMED = re.compile(rb'(?:(?:"(?:[^"]|"")*"|[^\s"().,+*/<>=!~^&|%:;\'\[\]-]+)\.?)+')
_SPAN_PART = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([a-z]+)")
_SPAN_UNITS = {
    "microsecond": 1,
    "millisecond": 1_000,
    "second": 1_000_000,
    "sec": 1_000_000,
    "s": 1_000_000,
    "minute": 60_000_000,
    "min": 60_000_000,
    "m": 60_000_000,
    "hour": 3_600_000_000,
    "h": 3_600_000_000,
    "day": 86_400_000_000,
    "d": 86_400_000_000,
    "week": 604_800_000_000,
    "month": 30 * 86_400_000_000,
    "mon": 30 * 86_400_000_000,
    "year": 360 * 86_400_000_000,
    "y": 360 * 86_400_000_000,
}


def expression(text: str) -> Any:
    """Return an SQL expression as a syntax tree; raise GrammarError."""
    return parse(f"select {text}\n")[0].select_stmt.target_list[0].res_target.val


def constant(node: Any) -> Any:
    """Return the Python value of a constant: int, Decimal, str, bool, None, NOW, or a tuple for an array.

    Raise UnreadableError for anything else.
    """
    match kind(node):
        case "a_const":
            return _plain(node.a_const)
        case "type_cast":
            return constant(node.type_cast.arg)
        case "a_array_expr":
            return tuple(constant(e) for e in node.a_array_expr.elements)
        case "list":
            return tuple(constant(e) for e in node.list.items)
        case "sqlvalue_function":
            return NOW
        case "func_call" if strings(node.func_call.funcname)[-1] in ("now", "clock_timestamp", "statement_timestamp"):
            return NOW
        case "a_expr" if strings(node.a_expr.name) == ["-"] and not node.a_expr.HasField("lexpr"):
            value = constant(node.a_expr.rexpr)
            if isinstance(value, int | Decimal):
                return -value
    raise UnreadableError(kind(node))


def _plain(value: Any) -> Any:
    match value.WhichOneof("val"):
        case "ival":
            return int(value.ival.ival)
        case "fval":
            return Decimal(value.fval.fval)
        case "sval":
            return str(value.sval.sval)
        case "boolval":
            return bool(value.boolval.boolval)
    if value.isnull:
        return None
    raise UnreadableError("a_const")


def column_of(node: Any) -> str:
    """Return the column that a reference names, looking through casts between texts or numbers, else nothing."""
    if kind(node) == "type_cast" and strings(node.type_cast.type_name.names)[-1] in _HARMLESS:
        return column_of(node.type_cast.arg)
    if kind(node) != "column_ref" or kind(node.column_ref.fields[-1]) != "string":
        return ""
    return strings(node.column_ref.fields)[-1]


_HARMLESS = ("text", "varchar", "bpchar", "citext", "int8", "numeric", "float8")


def columns_in(node: Any) -> list[str]:
    """Return every column that an expression names, each once, in order."""
    names = [strings(r.fields)[-1] for r in find(node, tree.ColumnRef) if strings(r.fields)]
    return list(dict.fromkeys(names))


def spelt_out(text: str, computed: Mapping[str, str]) -> str:
    """Return an expression with the columns that the server computes replaced by what they are computed from."""
    if not computed:
        return text
    start = len("select ")
    found = [
        r for r in find(expression(text), tree.ColumnRef) if strings(r.fields) and strings(r.fields)[-1] in computed
    ]
    written = text.encode()
    for reference in sorted(found, key=lambda r: -int(r.location)):
        place = int(reference.location) - start
        named = _NAMED.match(written, place)
        if named:
            made = f"({computed[strings(reference.fields)[-1]]})".encode()
            written = written[:place] + made + written[named.end() :]
    return written.decode()


def exact_ticks(column: Kind, value: Any) -> Fraction:
    """Return a constant in ticks of a column, as an exact fraction; raise UnreadableError."""
    if column.family in NUMBERS:
        return _number(value) * int(10**column.decimals)
    if column.family is Family.BOOLEAN:
        return Fraction(_truth(value))
    if isinstance(value, timedelta):
        return Fraction(value // timedelta(microseconds=1))
    try:
        return Fraction(_time_ticks(column.family, value))
    except (ValueError, TypeError) as error:
        raise UnreadableError(str(value)) from error


def _number(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str | float):
        raise UnreadableError(str(value))
    try:
        # The shortest decimal that reads back as the float, which is how the server shows it too.
        return Fraction(Decimal(repr(value) if isinstance(value, float) else value))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise UnreadableError(str(value)) from error


def _truth(value: Any) -> int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.lower() in ("t", "true", "f", "false", "on", "off", "yes", "no"):
        return int(value.lower() in ("t", "true", "on", "yes"))
    raise UnreadableError(str(value))


def _time_ticks(family: Family, value: Any) -> int:
    if family is Family.DAY:
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
        return day.toordinal() - EPOCH.toordinal()
    if family is Family.INSTANT:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (aware - EPOCH) // timedelta(microseconds=1)
    if family is Family.CLOCK:
        clock = value if isinstance(value, time) else time.fromisoformat(str(value))
        return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond
    if family is Family.SPAN:
        return span_ticks(str(value))
    raise UnreadableError(str(value))


def span_ticks(text: str) -> int:
    """Return an interval such as `90 minutes` in microseconds; a month has 30 days. Raise UnreadableError."""
    text = text.strip().lower()
    if re.fullmatch(r"[+-]?0(\s*[a-z]*)?", text):
        return 0
    if clock := re.fullmatch(r"(\d+):(\d\d)(?::(\d\d))?", text):
        return (int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)) * 1_000_000
    total, place = Fraction(0), 0
    for part in _SPAN_PART.finditer(text):
        unit = part[2] if part[2] in _SPAN_UNITS else part[2].removesuffix("s")
        if part.start() != place or unit not in _SPAN_UNITS:
            raise UnreadableError(text)
        total, place = total + Fraction(part[1]) * _SPAN_UNITS[unit], part.end()
    if place != len(text) or not place:
        raise UnreadableError(text)
    return int(total)
