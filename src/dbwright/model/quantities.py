"""Quantities with units as a person writes them: `2M`, `15ms`, `900/s`, `5%/month`, `36 months`, `20GB`.

Each class keeps the text as written, so that documents quote the design, and its value in one unit.
"""

from __future__ import annotations

import re
from typing import ClassVar, Protocol, Self, runtime_checkable

from dbwright.records import record

SECOND = 1.0
DAY = 86_400.0
YEAR = 365.25 * DAY
MONTH = YEAR / 12

_SUFFIX = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
_BYTES = {"B": 1, "kB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
_UNITS = {
    "us": 1e-6,
    "ms": 1e-3,
    "s": SECOND,
    "second": SECOND,
    "min": 60.0,
    "m": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "d": DAY,
    "day": DAY,
    "w": 7 * DAY,
    "week": 7 * DAY,
    "month": MONTH,
    "y": YEAR,
    "year": YEAR,
}
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_UNIT = "|".join(sorted((u + "s?" if len(u) > 2 else u for u in _UNITS), key=len, reverse=True))


@runtime_checkable
class Quantity(Protocol):
    """What every quantity class offers: how it is written, examples, and a parser that raises ValueError."""

    PATTERN: ClassVar[str]
    EXAMPLES: ClassVar[tuple[str, ...]]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text; raise ValueError with what is expected."""
        ...


def _match(kind: type[Quantity], text: str) -> re.Match[str]:
    found = re.fullmatch(kind.PATTERN, text.strip())
    if found is None:
        examples = ", ".join(f"`{e}`" for e in kind.EXAMPLES)
        raise ValueError(f"`{text}` is not written like {examples}")
    return found


def _seconds(unit: str) -> float:
    return _UNITS[unit] if unit in _UNITS else _UNITS[unit.removesuffix("s")]


@record(frozen=True)
class Count:
    """A number of rows or things: `300`, `40k`, `2M`, `1.5G`."""

    text: str
    value: int

    PATTERN: ClassVar[str] = rf"({_NUMBER})([kMGBT]?)"
    EXAMPLES: ClassVar[tuple[str, ...]] = ("300", "40k", "2M", "1.5G")

    @classmethod
    def parse(cls, text: str) -> Count:
        """Read a count; raise ValueError for anything else."""
        found = _match(cls, text)
        return cls(text.strip(), round(float(found[1]) * _SUFFIX[found[2]]))

    def __str__(self) -> str:
        return self.text


@record(frozen=True)
class Duration:
    """A stretch of time: `15ms`, `5m`, `30 days`, `36 months`, `3y`; the value is in seconds, a month is 1/12 year."""

    text: str
    seconds: float

    PATTERN: ClassVar[str] = rf"({_NUMBER}) ?({_UNIT})"
    EXAMPLES: ClassVar[tuple[str, ...]] = ("15ms", "5m", "30 days", "36 months", "3y")

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read a duration; raise ValueError for anything else."""
        found = _match(cls, text)
        return cls(text.strip(), float(found[1]) * _seconds(found[2]))

    @property
    def months(self) -> float:
        """The duration in months of 1/12 year."""
        return self.seconds / MONTH

    def __str__(self) -> str:
        return self.text


def allowed_age(freshness: str) -> float:
    """Return how many seconds old an answer may be (`stale up to 5m`); words that are no bound allow nothing."""
    try:
        return Duration.parse(freshness.removeprefix("stale up to ")).seconds
    except ValueError:
        return 0.0


@record(frozen=True)
class Rate:
    """How often something happens: `900/s`, `5/min`, `2k/hour`; the value is per second."""

    text: str
    per_second: float

    PATTERN: ClassVar[str] = rf"({_NUMBER})([kM]?)/({_UNIT})"
    EXAMPLES: ClassVar[tuple[str, ...]] = ("900/s", "5/min", "2k/hour", "1/day")

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read a rate; raise ValueError for anything else."""
        found = _match(cls, text)
        return cls(text.strip(), float(found[1]) * _SUFFIX[found[2]] / _seconds(found[3]))

    def __str__(self) -> str:
        return self.text


@record(frozen=True)
class Growth:
    """How a number of rows grows: `2M/month` (linear) or `5%/month` (compound)."""

    text: str
    rows: int
    percent: float
    seconds: float

    PATTERN: ClassVar[str] = rf"({_NUMBER})([kMGBT%]?)/({_UNIT})"
    EXAMPLES: ClassVar[tuple[str, ...]] = ("5%/month", "2M/month", "10k/day")

    @classmethod
    def parse(cls, text: str) -> Growth:
        """Read a growth; raise ValueError for anything else."""
        found = _match(cls, text)
        amount, suffix, seconds = float(found[1]), found[2], _seconds(found[3])
        if suffix == "%":
            return cls(text.strip(), 0, amount, seconds)
        return cls(text.strip(), round(amount * _SUFFIX[suffix]), 0.0, seconds)

    def after(self, now: int, seconds: float) -> int:
        """Return how many rows were ever written after `seconds`, starting from `now` rows."""
        periods = seconds / self.seconds
        factor: float = (1 + self.percent / 100) ** periods
        return round(now * factor + self.rows * periods)

    def within(self, now: int, seconds: float, window: float) -> int:
        """Return how many rows the last `window` seconds before `seconds` added."""
        start = max(0.0, seconds - window)
        return self.after(now, seconds) - self.after(now, start)

    def __str__(self) -> str:
        return self.text


@record(frozen=True)
class Bytes:
    """A size: `300B`, `2kB`, `20GB`; the value is in bytes, units are powers of 1024 as PostgreSQL counts."""

    text: str
    value: int

    PATTERN: ClassVar[str] = rf"({_NUMBER}) ?(B|kB|MB|GB|TB)"
    EXAMPLES: ClassVar[tuple[str, ...]] = ("300B", "2kB", "20GB")

    @classmethod
    def parse(cls, text: str) -> Bytes:
        """Read a size; raise ValueError for anything else."""
        found = _match(cls, text)
        return cls(text.strip(), round(float(found[1]) * _BYTES[found[2]]))

    def __str__(self) -> str:
        return self.text


@record(frozen=True)
class Share:
    """A part of all rows: `40%`, `0.5%`; the value runs from 0 to 1."""

    text: str
    value: float

    PATTERN: ClassVar[str] = rf"({_NUMBER})%"
    EXAMPLES: ClassVar[tuple[str, ...]] = ("40%", "0.5%")

    @classmethod
    def parse(cls, text: str) -> Share:
        """Read a share; raise ValueError for anything else, and above 100%."""
        found = _match(cls, text)
        if float(found[1]) > 100:
            raise ValueError(f"`{text}` is more than all rows")
        return cls(text.strip(), float(found[1]) / 100)

    def __str__(self) -> str:
        return self.text


@record(frozen=True)
class Distinct:
    """How many different values: `40k` for ever, or `25%` of the rows, which grow."""

    text: str
    count: int
    share: float

    PATTERN: ClassVar[str] = rf"({_NUMBER})([kMGBT%]?)"
    EXAMPLES: ClassVar[tuple[str, ...]] = ("40k", "25%")

    @classmethod
    def parse(cls, text: str) -> Distinct:
        """Read a number of values; raise ValueError for anything else, for none at all, and above 100%."""
        found = _match(cls, text)
        number, suffix = float(found[1]), found[2]
        if not number:
            raise ValueError(f"`{text}` leaves no value at all")
        if suffix != "%":
            return cls(text.strip(), round(number * _SUFFIX[suffix]), 0.0)
        if number > 100:
            raise ValueError(f"`{text}` is more than all rows")
        return cls(text.strip(), 0, number / 100)

    def among(self, rows: float) -> float:
        """Return how many different values there are in `rows` rows, at most one for each."""
        return min(rows, rows * self.share if self.share else float(self.count))

    def __str__(self) -> str:
        return self.text


@record(frozen=True)
class Keep:
    """How long rows stay: `36 months`, `forever`, `account life`, `account life + 30 days`.

    `event` is what the time counts from: empty for the row's own age; `seconds` is None for ever.
    """

    text: str
    event: str
    seconds: float | None

    PATTERN: ClassVar[str] = rf"forever|({_NUMBER}) ?({_UNIT})|([a-z][a-z -]*life)(?: \+ ({_NUMBER}) ?({_UNIT}))?"
    EXAMPLES: ClassVar[tuple[str, ...]] = ("36 months", "forever", "account life + 30 days")

    @classmethod
    def parse(cls, text: str) -> Keep:
        """Read a retention period; raise ValueError for anything else."""
        found = _match(cls, text)
        if found[1]:
            return cls(text.strip(), "", float(found[1]) * _seconds(found[2]))
        if found[3]:
            extra = float(found[4]) * _seconds(found[5]) if found[4] else 0.0
            return cls(text.strip(), found[3], extra)
        return cls(text.strip(), "", None)

    @property
    def by_age(self) -> bool:
        """Whether a row leaves when it is old enough, whatever else happens."""
        return not self.event and self.seconds is not None

    def __str__(self) -> str:
        return self.text


def uncaptured(pattern: str) -> str:
    """Return the pattern of a quantity without groups of its own, to stand inside another one."""
    return re.sub(r"\((?!\?)", "(?:", pattern)


def show_count(value: float) -> str:
    """Return a count for people: 1.2 k, 40 M, 3 G."""
    for suffix, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.3g} {suffix}"
    return f"{value:.0f}"


def show_bytes(value: float) -> str:
    """Return a size for people: 512 B, 3.2 MB, 1.1 TB (powers of 1024)."""
    for suffix, size in (("TB", 2**40), ("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if value >= size:
            return f"{value / size:.3g} {suffix}"
    return f"{value:.0f} B"


def show_time(seconds: float) -> str:
    """Return how long something takes, for people: `3.2 ms`, `1.5 s`."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def show_seconds(seconds: float) -> str:
    """Return a number of seconds as a person says it: `150 seconds`, `5 minutes`."""
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit and seconds % unit == 0:
            return f"{seconds / unit:g} {name}"
    return f"{seconds:g} second{'s' * (seconds != 1)}"
