"""Types whose values lie on a line: from text to a number and back, so that ranges and histograms can be written.

Numbers are themselves, days count from 2000-01-01, instants are seconds since then in UTC, a uuid is its 128 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

from dbwright.records import record
from dbwright.sql.types import bare_type, canonical_type, is_array

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
FLOAT_DECIMALS = {"real": 2, "double precision": 3}
"""Decimals in which floating point numbers are taken to be measured."""


@record(frozen=True)
class Axis:
    """How values of a type are read and written, and their `step`; `whole` where only whole numbers are values."""

    read: Callable[[str], float | int]
    show: Callable[[float | int], str]
    whole: bool = False
    step: float = 1.0

    def steps(self, lowest: str, highest: str) -> float:
        """Return how many different values there can be from the lowest to the highest."""
        return max(1.0, (self.read(highest) - self.read(lowest)) / self.step + 1)

    def between(self, low: float | int, high: float | int, part: int, parts: int) -> str:
        """Return the value at `part` of `parts` equal steps from low to high."""
        if isinstance(low, int) and isinstance(high, int):
            return self.show(low + (high - low) * part // parts)
        return self.show(low + (high - low) * part / parts)


@cache
def axis_of(type_text: str) -> Axis | None:
    """Return the axis of a type, None where values have no measure (texts, documents, lists)."""
    if is_array(type_text):
        return None
    name = bare_type(type_text)
    if name in ("smallint", "integer", "bigint", "smallserial", "serial", "bigserial"):
        return Axis(
            lambda t: round(float(t)) if "e" in t.lower() or "." in t else int(t), lambda n: str(round(n)), True
        )
    if name in ("real", "double precision"):
        return Axis(float, lambda n: repr(float(n)), step=10.0 ** -FLOAT_DECIMALS[name])
    if name == "numeric":
        decimals = _decimals(type_text)
        return Axis(float, lambda n: f"{n:.{decimals}f}", step=10.0**-decimals)
    if name == "uuid":
        return _axis_of_uuids()
    if name == "date":
        return Axis(lambda t: (date.fromisoformat(t[:10]) - EPOCH.date()).days, _show_day, True)
    if name in ("timestamp with time zone", "timestamp without time zone"):
        zone = "+00" if "with time zone" in name else ""
        return Axis(_seconds, lambda n: f"{EPOCH + timedelta(seconds=n):%Y-%m-%d %H:%M:%S}{zone}", step=1e-6)
    return None


def _axis_of_uuids() -> Axis:
    from uuid import UUID  # asks what system this is, for which a check has no time

    # The ends of random ones and those of a parent's key are asked for again and again.
    read = lru_cache(maxsize=4096)(lambda t: UUID(t).int)
    show = lru_cache(maxsize=4096)(lambda n: str(UUID(int=min(max(0, int(n)), 2**128 - 1))))
    return Axis(read, show, True)


def _decimals(type_text: str) -> int:
    modifier = canonical_type(type_text).partition("(")[2].rstrip(")")
    scale = modifier.partition(",")[2]
    return int(scale) if scale.isdigit() else 2 if not modifier else 0


def _show_day(number: float | int) -> str:
    return f"{EPOCH.date() + timedelta(days=round(number)):%Y-%m-%d}"


def _seconds(text: str) -> float:
    instant = datetime.fromisoformat(text)
    return ((instant if instant.tzinfo else instant.replace(tzinfo=UTC)) - EPOCH).total_seconds()
