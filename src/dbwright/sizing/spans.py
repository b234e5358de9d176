"""Between which values a column lies: as declared, as checked, since when rows come."""

from __future__ import annotations

from dbwright.model.table import TableColumn
from dbwright.sizing.axes import Axis
from dbwright.sizing.facts import Assumption
from dbwright.sizing.presumed import AHEAD, DAYS_AHEAD, fit, presumed_numbers, presumed_span, words_of
from dbwright.sizing.ranges import checked_range
from dbwright.sizing.sites import Site, assumption, declared, is_rising
from dbwright.sql.types import bare_type


def ends_of(
    site: Site, column: TableColumn, axis: Axis, distinct: float | None, assumed: list[Assumption]
) -> tuple[str | None, str | None]:
    """The least and the greatest value of a column on an axis; `distinct` is how many different ones are declared."""
    written = str(declared(column).range)
    if " to " in written:
        low, _, high = written.partition(" to ")
        return low.strip(), high.strip()
    name = bare_type(column.type)
    if name == "uuid":
        return _uuid_ends(site, column, axis)
    if name == "date" or name.startswith("timestamp"):
        return _time_ends(site, column, axis)
    if column.identity or "serial" in name:
        return "1", axis.show(max(1, round(site.rows)))
    least, greatest = checked_range(site.table, column) or (None, None)
    if least is not None and greatest is not None:
        return axis.show(least), axis.show(greatest)
    start: float
    end: float
    limit = {"smallint": 2**15 - 1, "integer": 2**31 - 1}.get(name, 2**62)
    if any(set(u) == {column.name} for u in site.table.unique_sets()):
        # Keys are counted from one on.
        start = max(1.0, least or 1.0)
        end = greatest if greatest is not None else min(limit, start + max(1.0, site.rows) - 1)
    elif distinct is not None:
        # Numbers of which only the different ones are declared count up.
        start = least if least is not None else 0
        end = greatest if greatest is not None else min(limit, start + max(1.0, distinct - 1))
    else:
        start, end = fit(*presumed_numbers(column.name), least, greatest)
    value = f"{axis.show(start)} to {axis.show(end)}"
    assumed.append(assumption(site, column, "range", value, "its name is all that tells", f"range: {value}"))
    return axis.show(start), axis.show(end)


def _uuid_ends(site: Site, column: TableColumn, axis: Axis) -> tuple[str, str]:
    """Version 7 begins with the milliseconds since 1970, all others are anything."""
    if not is_rising(site.table, column):
        return axis.show(0), axis.show(2**128 - 1)
    unix = 946_684_800
    low, high = (int((t + unix) * 1000) << 80 for t in _span(site))
    return axis.show(low), axis.show(high)


def _time_ends(site: Site, column: TableColumn, axis: Axis) -> tuple[str, str]:
    low, high = _span(site)
    scheme = site.table.partitioning
    if scheme is not None and scheme.strategy == "range" and column.name in scheme.columns and scheme.partitions:
        # There is no partition for what is older.
        start = scheme.partitions[0].start
        first = float(axis.read(start)) if start else low
        low = min(high, max(low, first * 86_400 if bare_type(column.type) == "date" else first))
    if bare_type(column.type) == "date":
        return axis.show(low // 86_400), axis.show(high // 86_400)
    if AHEAD & words_of(column.name):
        high = max(high, low + DAYS_AHEAD * 86_400)
    return axis.show(low), axis.show(high)


def _span(site: Site) -> tuple[float, float]:
    """From when to when the rows are."""
    return presumed_span(site.blueprint, site.table.name, site.day(), site.day() + site.age)
