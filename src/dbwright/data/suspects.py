"""Values at the edges of a check and outside: what a row is changed to so that the check fails."""

from __future__ import annotations

import math
from typing import Any

from dbwright.data.constants import UnreadableError, columns_in, constant, exact_ticks, span_ticks
from dbwright.data.encoding import python_value
from dbwright.data.kinds import Family, Kind
from dbwright.data.plans import TablePlan
from dbwright.sql.grammar import find, tree

LONG = 5_000
"""Characters of a text that no length limit of a check allows."""
_TEXTS = ("", " ", "!", "no such value", "A", "a", "0", "-1", "Ä b\tc", "\n", "x" * LONG)


def suspects(plan: TablePlan, name: str, check: Any, row: dict[str, Any]) -> list[Any]:
    """Return values to try in a column, as Python objects, the least strange first."""
    kind, value = plan.kinds[name], row.get(name)
    found: list[Any] = []
    match kind.family:
        case Family.BOOLEAN:
            found = [True, False]
        case Family.TEXT:
            found = list(kind.labels) or _texts(kind, value)
        case Family.JSON:
            found = [{}, [], "text", 1, {"x": 1}]
        case Family.BYTES:
            found = [b"", (value or b"") + b"\0", b"\0" * 40]
        case Family.LIST:
            found = _lists(value)
        case Family.RANGE:
            found = ["empty"]
        case family if family.is_ordered:
            found = _edges(plan, name, check, row)
    if not plan.is_required(name):
        found.append(None)
    return [v for v in found if v != value or type(v) is not type(value)]


def _texts(kind: Kind, value: Any) -> list[str]:
    current = str(value or "")
    found = [*_TEXTS[3:4], current + " ", current.upper(), current.swapcase(), *_TEXTS, current + "!", current * 2]
    limit = kind.longest
    return [t for t in found if limit is None or len(t) <= limit] or ["!"]


def _lists(value: Any) -> list[Any]:
    items = list(value or [])
    found: list[Any] = [[], items * 20, items[:1] * 100]
    if not items or isinstance(items[0], str):
        found += [["no such value"], ["x"] * 100]
    return found


def _edges(plan: TablePlan, name: str, check: Any, row: dict[str, Any]) -> list[Any]:
    """Ticks next to every constant of the check and to the row's other values, and the ends of the type."""
    kind = plan.kinds[name]
    ticks: dict[int, None] = {}
    for base in [*_constants(kind, check), *_neighbours(plan, name, check, row)]:
        for step in (-1, 1, 0):
            ticks.setdefault(base + step)
    spans = _spans(kind, check)
    for base in list(ticks):
        for span in spans:
            ticks.setdefault(base + span)
            ticks.setdefault(base - span)
    for far in (0, -1, 10**6 * 10**kind.decimals, -(10**6) * 10**kind.decimals):
        ticks.setdefault(far)
    inside = [t for t in ticks if (kind.low is None or t >= kind.low) and (kind.high is None or t <= kind.high)]
    found = [v for t in inside if (v := _python(kind, t)) is not None]
    return [*found, "infinity"] if kind.family in (Family.DAY, Family.INSTANT) else found


def _python(kind: Kind, ticks: int) -> Any:
    try:
        return python_value(kind, ticks)
    except (OverflowError, ValueError):
        return None


def _constants(kind: Kind, check: Any) -> list[int]:
    found = []
    for node in find(check, tree.A_Const):
        try:
            ticks = exact_ticks(kind, constant(tree.Node(a_const=node)))
        except UnreadableError:
            continue
        found += [math.floor(ticks), math.ceil(ticks)]
    return found


def _neighbours(plan: TablePlan, name: str, check: Any, row: dict[str, Any]) -> list[int]:
    found = []
    for other in columns_in(check):
        if other not in plan.kinds or row.get(other) is None:
            continue
        try:
            found.append(math.floor(exact_ticks(plan.kinds[name], row[other])))
        except UnreadableError:
            continue
    return found


def _spans(kind: Kind, check: Any) -> list[int]:
    """Intervals that the check adds, in ticks of a time, and one unit more."""
    if kind.family not in (Family.INSTANT, Family.DAY):
        return []
    unit = 86_400_000_000 if kind.family is Family.DAY else 1
    found = []
    for node in find(check, tree.A_Const):
        try:
            found.append(span_ticks(str(constant(tree.Node(a_const=node)))) // unit)
        except UnreadableError:
            continue
    return [s + 1 for s in found]
