"""How many bytes a column's value takes on disk: from its type where that tells, else as declared or typical."""

from __future__ import annotations

import math
import re

from dbwright.model.table import TableColumn
from dbwright.sizing.facts import Assumption
from dbwright.sizing.layout import Value, stored
from dbwright.sizing.sites import Site, assumption, declared
from dbwright.sizing.text_kinds import TEXTS, presumed_text
from dbwright.sql.types import bare_type, canonical_type, is_array, width


def stored_value(
    site: Site, column: TableColumn, nulls: float, common: tuple[tuple[str, float], ...], assumed: list[Assumption]
) -> Value:
    """Return how a column's value stands on disk."""
    known = declared(column)
    size, _ = width(column.type)
    fixed = _fixed(column.type)
    if fixed is not None:
        return Value(fixed[0], fixed[1], nulls=nulls)
    padded = re.fullmatch(r"character\((\d+)\)", canonical_type(column.type))
    if padded:
        return stored(int(padded[1]), 0.0, nulls)
    if known.width is not None:
        return stored(known.width.value, known.width.value / 4, nulls)
    if bare_type(column.type) == "numeric":
        return _numeric(column.type, str(known.range), nulls)
    if common and sum(share for _, share in common) > 0.99 * (1 - nulls):
        lengths = [(len(v.encode()) + 1, share) for v, share in common]
        average = sum(n * s for n, s in lengths) / (1 - nulls)
        return Value(average, 1, 0.0, nulls, variable=True, lengths=tuple(lengths))
    if bare_type(column.type) in TEXTS and not is_array(column.type):
        size = round(min(presumed_text(site.table, column).bytes, _longest(column.type))) + 1
    declare = f"width: {size - 1}B"
    assumed.append(assumption(site, column, "width", f"{size - 1} B", "its name and type are all that tells", declare))
    return stored(size - 1, size / 4, nulls)


def _longest(type_text: str) -> float:
    """Return how many characters a text may have."""
    found = re.search(r"\((\d+)\)", canonical_type(type_text))
    return float(found[1]) if found else math.inf


def _fixed(type_text: str) -> tuple[int, int] | None:
    """Return (bytes, alignment) of a type whose values all have the same length."""
    if is_array(type_text):
        return None
    name = bare_type(type_text)
    if name in ("serial", "bigserial", "smallserial"):
        return {"serial": (4, 4), "bigserial": (8, 8), "smallserial": (2, 2)}[name]
    if name in ("regconfig", "regclass", "oid"):
        return 4, 4
    if name in _FIXED_TYPES:
        return width(type_text)
    return None


_FIXED_TYPES = frozenset(
    {
        "smallint",
        "integer",
        "bigint",
        "real",
        "double precision",
        "boolean",
        "date",
        "timestamp with time zone",
        "timestamp without time zone",
        "time without time zone",
        "interval",
        "uuid",
        "point",
    }
)


def _numeric(type_text: str, span: str, nulls: float) -> Value:
    """A decimal number: two bytes, and two for each four digits before and after the point."""
    found = re.search(r"\((\d+)(?:,(\d+))?\)", canonical_type(type_text))
    precision, scale = (int(found[1]), int(found[2] or 0)) if found else (10, 2)
    whole = max(1, (precision - scale) // 2)
    if " to " in span:
        whole = max(len(end.strip().lstrip("-").partition(".")[0]) for end in span.split(" to "))
    return Value(1 + 2 + 2 * (-(-whole // 4) + -(-scale // 4)), 1, 1.0, nulls, variable=True)
