"""The partitions themselves: names and bounds, computed from the design's first day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import ceil

from dbwright.model.design import Design
from dbwright.model.entity import Entity
from dbwright.model.quantities import MONTH
from dbwright.model.table import Partition, Partitioning, Table
from dbwright.sql.names import fit, literal
from dbwright.sql.types import bare_type

AHEAD = 12
"""Months for which partitions stand ready on the first day; a function makes more."""
MOST = 60
"""Partitions of one table; more cost planning time at each statement."""


def period_months(entity: Entity) -> int:
    """Return the width of a range in months: fine enough to drop little by little, coarse enough to stay few."""
    keep = _keep_months(entity)
    for months in (1, 3, 12):
        if (keep + AHEAD) / months <= MOST:
            return months
    return 12


def _keep_months(entity: Entity) -> int:
    retention = entity.retention
    if retention is None or not retention.keep.by_age or retention.keep.seconds is None:
        return 0
    return max(1, round(retention.keep.seconds / MONTH))


def range_partitions(design: Design, entity: Entity, table: Table, column: str, months: int) -> Partitioning:
    """Return monthly (or wider) partitions from the oldest kept row to a year after the first day."""
    keep = _keep_months(entity)
    past = min(keep, _months_behind(entity))
    first = _month_number(date.fromisoformat(str(design.start)))
    start = (first - past) // months * months
    zone = " 00:00:00+00" if bare_type(_type_of(table, column)) == "timestamp with time zone" else ""
    partitions = []
    while start < first + AHEAD:
        low, high = _day(start), _day(start + months)
        bound = f"for values from ('{low}{zone}') to ('{high}{zone}')"
        name = fit(table.name, _suffix(start, months))
        partitions.append(Partition(name, bound, low, high))
        start += months
    then = entity.retention.then if entity.retention else "nothing"
    leaving = keep if then in ("delete", "archive") else 0
    return Partitioning("range", (column,), tuple(partitions), months, leaving, then == "archive")


def _months_behind(entity: Entity) -> int:
    """How far back the rows of the first day reach, by their number and growth."""
    if entity.rows is None or not entity.rows.now.value:
        return 0
    growth = entity.rows.growth
    if growth is None or not growth.rows:
        return _keep_months(entity)
    return ceil(entity.rows.now.value / (growth.rows * MONTH / growth.seconds))


def _type_of(table: Table, name: str) -> str:
    column = table.column(name)
    return column.type if column else ""


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _day(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}-01"


def _suffix(month: int, months: int) -> str:
    if months == 12:
        return f"{month // 12}"
    if months == 3:
        return f"{month // 12}_q{month % 12 // 3 + 1}"
    return f"{month // 12}_{month % 12 + 1:02}"


def list_partitions(table: Table, columns: tuple[str, ...], values: Mapping[str, tuple[str, ...]]) -> Partitioning:
    """Return one partition for each named list of values."""
    partitions = tuple(
        Partition(
            fit(table.name, str(name)),
            f"for values in ({', '.join(literal(str(v)) for v in items)})",
            values=tuple(str(v) for v in items),
        )
        for name, items in values.items()
    )
    return Partitioning("list", columns, partitions)


def hash_partitions(table: Table, columns: tuple[str, ...], count: int) -> Partitioning:
    """Return `count` partitions by hash."""
    digits = len(str(count - 1))
    partitions = tuple(
        Partition(fit(table.name, f"p{number:0{digits}}"), f"for values with (modulus {count}, remainder {number})")
        for number in range(count)
    )
    return Partitioning("hash", columns, partitions)
