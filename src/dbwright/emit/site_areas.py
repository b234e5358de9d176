"""The areas of a design, each with a diagram of its tables."""

from __future__ import annotations

from dbwright.emit.areas import areas
from dbwright.emit.erd import draw
from dbwright.emit.site_links import table_address
from dbwright.model.blueprint import Blueprint
from dbwright.model.written import trim

MOST_WITH_KEYS = 16
"""Tables of an area up to which its diagram shows their keys; beyond, names say more."""


def describe_areas(blueprint: Blueprint) -> list[dict[str, object]]:
    """Return every area with its tables and their diagram as SVG, in order; tables without an area come last."""
    found = []
    for area in areas(blueprint):
        names = [table.name for table in area.tables]
        drawing = draw(blueprint, names, "keys" if len(names) <= MOST_WITH_KEYS else "names", table_address)
        found.append(trim({"name": area.name, "tables": names, "drawing": drawing if len(names) > 1 else ""}))
    return found
