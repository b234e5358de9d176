"""The entity relationship diagram as SVG, laid out here: it opens anywhere, in light and in dark, and never changes
by itself. One for the whole, one for each area, and on demand one for a table with its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dbwright.emit.areas import areas
from dbwright.emit.cardinality import Reference, references
from dbwright.emit.erd_blocks import Band, Block, Room
from dbwright.emit.erd_boxes import Box, Detail, more_box, table_box
from dbwright.emit.erd_groups import gather
from dbwright.emit.erd_layout import Drawing, lay_out
from dbwright.emit.erd_plan import ASPECT, Planner
from dbwright.emit.erd_style import STYLE
from dbwright.emit.erd_svg import LONGEST, render
from dbwright.emit.stored_answers import origin
from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.model.summary_tables import summary_table
from dbwright.model.table import Table

PATH = "diagrams/erd.svg"

MOST_NEIGHBOURS = 12
"""Tables on either side of a neighbourhood; the rest becomes one box that counts them."""

__all__ = ["STYLE", "detail_for", "draw", "emit"]

_ATTEMPTS = 6
_GOOD_ASPECT = 1.12
"""A drawing whose aspect is off ASPECT by less than this factor is good enough."""


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return `diagrams/erd.svg`, and `diagrams/erd-<area>.svg` for each area where there are several."""
    title = str(blueprint.design.design)
    names, known = [table.name for table in blueprint.tables], references(blueprint)
    names += [summary.name for summary in blueprint.summaries]
    files = {PATH: _whole(blueprint, known, names, detail_for(len(names)), title, style=STYLE)}
    found = areas(blueprint)
    if len(found) > 1:
        for area in found:
            names = [table.name for table in area.tables]
            names += [summary.name for summary in blueprint.summaries if summary.area == area.name]
            heading = f"{title}: {area.name or 'other tables'}"
            files[f"diagrams/erd-{area.slug}.svg"] = _whole(
                blueprint, known, names, detail_for(len(names)), heading, style=STYLE, beyond=True
            )
    return files


def draw(
    blueprint: Blueprint,
    tables: Sequence[str] | None = None,
    detail: Detail = "columns",
    link: Callable[[str], str] | None = None,
    neighbours_of: str | None = None,
) -> str:
    """Return a diagram as an `svg` element without style rules: a page includes `STYLE` once for all of them.

    `tables` limits it to these tables and the references between them; `neighbours_of` draws that table between what
    it references (left) and what references it (right). `link` gives the address of a table's page.
    Raise KeyError for a table that does not exist.
    """
    known = {table.name for table in blueprint.tables}
    asked = [neighbours_of] if neighbours_of is not None else list(tables or [])
    for name in asked:
        if name not in known:
            raise KeyError(name)
    if neighbours_of is not None:
        return _neighbourhood(blueprint, neighbours_of, detail, link)
    names = [t.name for t in blueprint.tables if tables is None or t.name in set(tables)]
    return _whole(blueprint, references(blueprint), names, detail, str(blueprint.design.design), link=link)


def detail_for(count: int) -> Detail:
    """Return how much a diagram of so many tables shows: all columns up to 40 tables, only names from 151 on."""
    if count > 150:
        return "names"
    return "keys" if count > 40 else "columns"


def _whole(
    blueprint: Blueprint,
    known: Sequence[Reference],
    names: Sequence[str],
    detail: Detail,
    title: str,
    style: str = "",
    link: Callable[[str], str] | None = None,
    beyond: bool = False,
) -> str:
    """Return the diagram of these tables, area by area; `beyond` adds the tables outside that they reference."""
    inside = set(names)
    related = [r for r in known if r.table.name in inside and (beyond or r.target.name in inside)]
    touching = grouped((name, r) for r in related for name in {r.table.name, r.target.name})
    outside = {reference.target.name for reference in related} - inside
    hues = _hues(blueprint)
    boxes = [
        table_box(
            table,
            "names" if table.name in outside else detail,
            touching.get(table.name, ()),
            hues[table.name],
            quiet=table.name in outside,
        )
        for table in blueprint.tables
        if table.name in inside or table.name in outside
    ]
    boxes += _summaries(blueprint, inside, detail)
    return render(_balanced(boxes, related, _room(detail)), title, style=style, link=link, bounded=True)


def _summaries(blueprint: Blueprint, inside: set[str], detail: Detail) -> list[Box]:
    """Return a box for each summary of a whole diagram or of its area; it has no lines: no reference leads to it."""
    hues = {area.name: number for number, area in enumerate(areas(blueprint)) if area.name}
    shown = [s for s in blueprint.summaries if s.name in inside]
    return [table_box(summary_table(s), detail, (), hues.get(s.area, -1), remark=origin(s)) for s in shown]


def _hues(blueprint: Blueprint) -> dict[str, int]:
    """Return the number of each table's area; -1 without an area."""
    found = enumerate(areas(blueprint))
    return {table.name: number if area.name else -1 for number, area in found for table in area.tables}


def _room(detail: Detail) -> Room:
    return Room(gutter=48, gap=16, corridor=32) if detail == "names" else Room(gutter=64)


def _balanced(boxes: Sequence[Box], related: Sequence[Reference], room: Room) -> Drawing:
    """Return a drawing near to ASPECT; what room its lines took, and on which side it erred, teach the next attempt."""
    links = list(dict.fromkeys((reference.table.name, reference.target.name) for reference in related))
    groups = gather(boxes, links)
    planner = Planner(groups, links, room)
    stretch, lean = (1.0, 1.0), 1.0
    found: list[Drawing] = []
    for _ in range(_ATTEMPTS if groups else 0):
        shelves, (width, height) = planner.plan(stretch)
        drawing = lay_out(shelves, related, room)
        found.append(drawing)
        off = drawing.width / drawing.height / ASPECT
        if max(off, 1 / off) < _GOOD_ASPECT:
            break
        lean *= off**0.5
        stretch = (drawing.width / width * lean, drawing.height / height)
    return min(found, key=_ungainliness) if found else Drawing(0, 0, (), (), ())


def _ungainliness(drawing: Drawing) -> tuple[bool, float]:
    """Return whether a drawing is longer than LONGEST allows, and the side of the page of ASPECT that holds it."""
    width, height = drawing.width, drawing.height
    return max(width / height, height / width) > LONGEST, max(width / ASPECT, height)


def _neighbourhood(blueprint: Blueprint, name: str, detail: Detail, link: Callable[[str], str] | None) -> str:
    """Return one table with what it references to its left and what references it to its right."""
    related = [r for r in references(blueprint) if name in (r.table.name, r.target.name)]
    lefts = _distinct(r.target.name for r in related if r.target.name != name)
    rights = [other for other in _distinct(r.table.name for r in related if r.table.name != name) if other not in lefts]
    shown = {name, *lefts[:MOST_NEIGHBOURS], *rights[:MOST_NEIGHBOURS]}
    drawn = [r for r in related if r.table.name in shown and r.target.name in shown]
    hues = _hues(blueprint)
    tables = {table.name: table for table in blueprint.tables}
    centre = table_box(tables[name], detail, drawn, hues[name])
    sides = []
    for others in (lefts, rights):
        boxes = [_neighbour(tables[other], drawn, hues[other], detail) for other in others[:MOST_NEIGHBOURS]]
        hidden = others[MOST_NEIGHBOURS:]
        sides.append([*boxes, more_box(hidden)] if hidden else boxes)
    columns = [column for column in (sides[0], [centre], sides[1]) if column]
    drawing = lay_out([[Block([Band("", -1, columns)])]], drawn, Room(gutter=80, gap=20, pad=8), centred=True)
    return render(drawing, f"{name} and its neighbours", link=link, focus=name)


def _neighbour(table: Table, drawn: Sequence[Reference], hue: int, detail: Detail) -> Box:
    """Return the box of a neighbour: only the columns by which it is one."""
    columns = {c for r in drawn if r.table.name == table.name for c in r.key.columns}
    columns |= {c for r in drawn if r.target.name == table.name for c in r.key.target_columns}
    only = columns if detail != "names" else set()
    return table_box(table, detail, drawn, hue, quiet=True, only=only)


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
