"""Between which values a column lies: as declared, as checked, since when rows come."""

from __future__ import annotations

from dbwright.model.table import TableColumn
from dbwright.sizing.axes import Axis
from dbwright.sizing.facts import Assumption
from dbwright.sizing.ranges import checked_range
from dbwright.sizing.sites import Site, assumption, declared, is_rising
from dbwright.sql.types import bare_type

_PAST_DAYS = 365.0


def ends_of(
    site: Site, column: TableColumn, axis: Axis, distinct: float, assumed: list[Assumption]
) -> tuple[str | None, str | None]:
    """The least and the greatest value of a column on an axis."""
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
    start = least if least is not None else 0
    limit = {"smallint": 2**15 - 1, "integer": 2**31 - 1}.get(name, 2**62)
    end = greatest if greatest is not None else min(limit, start + max(1.0, distinct - 1))
    value = f"{axis.show(start)} to {axis.show(end)}"
    assumed.append(assumption(site, column, "range", value, "nothing says how large it gets", f"range: {value}"))
    return axis.show(start), axis.show(end)


def _uuid_ends(site: Site, column: TableColumn, axis: Axis) -> tuple[str, str]:
    """Version 7 begins with the milliseconds since 1970, all others are anything."""
    if not is_rising(site, column):
        return axis.show(0), axis.show(2**128 - 1)
    unix = 946_684_800
    low, high = (int((t + unix) * 1000) << 80 for t in _span(site))
    return axis.show(low), axis.show(high)


def _time_ends(site: Site, column: TableColumn, axis: Axis) -> tuple[str, str]:
    low, high = _span(site)
    if bare_type(column.type) == "date":
        return axis.show(low // 86_400), axis.show(high // 86_400)
    return axis.show(low), axis.show(high)


def _span(site: Site) -> tuple[float, float]:
    """From when the rows are: as long as retention keeps them, else a year before the first day."""
    entity = site.blueprint.design.entity(site.table.name)
    keep = entity.retention.keep if entity is not None and entity.retention is not None else None
    end = site.day() + site.age
    if keep is not None and keep.by_age and keep.seconds is not None:
        return end - keep.seconds, end
    return site.day() - _PAST_DAYS * 86_400, end
