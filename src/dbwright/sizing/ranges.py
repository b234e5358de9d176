"""What checks say about the least and the greatest value of a number."""

from __future__ import annotations

import re
from functools import cache

from dbwright.model.table import Table, TableColumn

_NUMBER = r"(-?\d+(?:\.\d+)?)"


def checked_range(table: Table, column: TableColumn) -> tuple[float | None, float | None] | None:
    """Return the bounds that checks set to a column, None where no check compares it with a number."""
    low: float | None = None
    high: float | None = None
    for check in table.checks:
        if column.name not in check.expression:
            continue
        found = bounds_in(check.expression, column.name)
        low = found[0] if found[0] is not None else low
        high = found[1] if found[1] is not None else high
    return None if low is None and high is None else (low, high)


@cache
def bounds_in(expression: str, name: str) -> tuple[float | None, float | None]:
    """Return the bounds that a conjunction of comparisons sets; nothing where it has alternatives."""
    if re.search(r"\b(or|not)\b", expression, re.IGNORECASE):
        return None, None
    low: float | None = None
    high: float | None = None
    word = rf"(?<![\w.]){re.escape(name)}(?!\w)"
    between = re.search(rf"{word}\s+between\s+{_NUMBER}\s+and\s+{_NUMBER}", expression, re.IGNORECASE)
    if between:
        return _number(between[1]), _number(between[2])
    for sign, text in re.findall(rf"{word}\s*(<=|>=|<|>)\s*{_NUMBER}", expression):
        number = _number(text)
        if sign.startswith(">"):
            low = number if sign == ">=" or isinstance(number, float) else number + 1
        else:
            high = number if sign == "<=" or isinstance(number, float) else number - 1
    return low, high


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)
