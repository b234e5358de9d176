"""A drawing as SVG: frames of areas, then lines, then boxes, then the areas' names over all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from dbwright.emit.cardinality import Reference
from dbwright.emit.erd_boxes import (
    HEADER,
    INSET,
    ROW,
    TITLE_SIZE,
    Box,
    Row,
    Side,
)
from dbwright.emit.erd_layout import Drawing, Frame, PlacedBox, Point, Wire
from dbwright.emit.erd_style import HUES
from dbwright.emit.erd_text import shorten

Link = Callable[[str], str]
"""The address of a table's page."""

MARGIN = 16
LONGEST = 1.5
"""How many times as long as the other side a side of a bounded drawing is at most."""
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RADIUS = 6.0
_CORNER = 6
_FOOT = 4.5
_CROWD = 24
"""Lines to one table from which on they stand back."""


def render(
    drawing: Drawing, title: str, style: str = "", link: Link | None = None, focus: str = "", bounded: bool = False
) -> str:
    """Return the drawing as an `svg` element.

    `focus` is the table that it is about, if it is about one; `bounded` adds space where the drawing is longer than
    one and a half times its other side.
    """
    width, height = drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN
    across, down = (max(width, height / LONGEST), max(height, width / LONGEST)) if bounded else (width, height)
    size = f"{_number(across)} {_number(down)}"
    start = f"{_number(MARGIN + (across - width) / 2)} {_number(MARGIN + (down - height) / 2)}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="erd" role="img" aria-label={_attribute(title)} '
        f'width="{_number(across)}" height="{_number(down)}" viewBox="0 0 {size}">',
        f"<title>{_text(title)}</title>",
    ]
    if style:
        lines.append(f"<style>\n{style}</style>")
    lines.append('<rect class="erd-paper" width="100%" height="100%"/>')
    lines.append(f'<g transform="translate({start})">')
    lines += [_frame(frame) for frame in drawing.frames]
    lines += _wires(drawing)
    for placed in drawing.boxes:
        lines += _box(placed, link, focus)
    lines += [_label(frame) for frame in drawing.frames if frame.label]
    return "\n".join([*lines, "</g>", "</svg>", ""])


def _frame(frame: Frame) -> str:
    place = f'x="{_number(frame.x)}" y="{_number(frame.y)}"'
    size = f'width="{_number(frame.width)}" height="{_number(frame.height)}"'
    return f'<rect class="erd-area {_hue(frame.hue)}" {place} {size} rx="10"/>'


def _label(frame: Frame) -> str:
    text = _text(shorten(_one_line(frame.label), frame.width - 24, TITLE_SIZE, bold=True))
    x, y = _number(frame.x + 14), _number(frame.y + 22)
    return f'<text class="erd-label {_hue(frame.hue)}" x="{x}" y="{y}">{text}</text>'


def _hue(hue: int) -> str:
    return "erd-plain" if hue < 0 else f"erd-hue-{hue % len(HUES)}"


# Lines -----------------------------------------------------------------------------------------------------------


def _wires(drawing: Drawing) -> Iterator[str]:
    """Yield the references, and after all lines the marks at their targets, one where several arrive alike."""
    hues = {placed.box.name: placed.box.hue for placed in drawing.boxes}
    arriving: dict[str, int] = {}
    marks: dict[str, None] = {}
    for wire in drawing.wires:
        target = wire.reference.target.name
        arriving[target] = arriving.get(target, 0) + 1
        marks[f'<path class="erd-end {_hue(hues[target])}" d="{_target_end(wire)}"/>'] = None
    for wire in drawing.wires:
        target = wire.reference.target.name
        looks = f"erd-reference {_hue(hues[target])}{' erd-crowd' if arriving[target] > _CROWD else ''}"
        names = f"data-from={_attribute(wire.reference.table.name)} data-to={_attribute(target)}"
        yield (
            f'<g class="{looks}" {names}><title>{_text(_tooltip(wire.reference))}</title>'
            f'<path class="erd-line" d="{_path(wire.points)}"/><path class="erd-end" d="{_source_end(wire)}"/></g>'
        )
    yield from marks


def _tooltip(reference: Reference) -> str:
    own, there = reference.table.name, reference.target.name
    lines = [
        reference.label,
        f"{own}: {'at most one row' if reference.single else 'any number of rows'} for each row of {there}.",
        f"{there}: {'at most one row' if reference.optional else 'exactly one row'} for each row of {own}.",
    ]
    if reference.key.on_delete != "no action":
        lines.append(f"On delete: {reference.key.on_delete}.")
    return "\n".join([*lines, reference.key.about] if reference.key.about else lines)


def _path(points: Sequence[Point]) -> str:
    """Return the polyline with rounded corners."""
    parts = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_RADIUS, _distance(before, corner) / 2, _distance(corner, after) / 2)
        parts.append(f"L{_at(_towards(corner, before, radius))}")
        parts.append(f"Q{_at(corner)} {_at(_towards(corner, after, radius))}")
    parts.append(f"L{_at(points[-1])}")
    return "".join(parts)


def _distance(first: Point, second: Point) -> float:
    return abs(first[0] - second[0]) + abs(first[1] - second[1])


def _towards(start: Point, end: Point, length: float) -> Point:
    whole = _distance(start, end) or 1.0
    share = length / whole
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _source_end(wire: Wire) -> str:
    """Return the mark at the table that refers: any number of rows, or at most one."""
    x, y = wire.points[0]
    out = _outward(wire.leaves)
    if wire.reference.single:
        return f"{_bar(x + 6 * out, y)} {_ring(x + 13 * out, y)}"
    tip = _number(x + 11 * out)
    foot = f"M{_at((x, y - _FOOT))}L{tip} {_number(y)}L{_at((x, y + _FOOT))}"
    return f"{foot} {_ring(x + 14.5 * out, y)}"


def _target_end(wire: Wire) -> str:
    """Return the mark at the table that is referred to: exactly one row, or at most one."""
    x, y = wire.points[-1]
    out = _outward(wire.arrives)
    second = _ring(x + 13 * out, y) if wire.reference.optional else _bar(x + 10 * out, y)
    return f"{_bar(x + 6 * out, y)} {second}"


def _outward(side: Side) -> int:
    return -1 if side == "left" else 1


def _bar(x: float, y: float) -> str:
    return f"M{_at((x, y - _FOOT))}V{_number(y + _FOOT)}"


def _ring(x: float, y: float) -> str:
    return f"M{_at((x - 3.5, y))}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0"


# Boxes -----------------------------------------------------------------------------------------------------------


def _box(placed: PlacedBox, link: Link | None, focus: str) -> Iterator[str]:
    box = placed.box
    looks = ["erd-table", _hue(box.hue)]
    looks += ["erd-quiet"] if box.quiet else []
    looks += ["erd-focus"] if focus and box.name == focus else []
    linked = link is not None and box.table is not None
    if linked and link is not None:
        yield f"<a href={_attribute(link(box.name))}>"
    place = f'transform="translate({_number(placed.x)} {_number(placed.y)})"'
    name = f" data-table={_attribute(box.name)}" if box.table is not None else ""
    yield f'<g class="{" ".join(looks)}"{name} {place}>'
    yield f"<title>{_text(_box_tooltip(box))}</title>"
    yield from _outline(box)
    for number, row in enumerate(box.rows):
        yield from _row(box, row, HEADER + ROW * number)
    if box.footer:
        y = HEADER + ROW * len(box.rows) + 15
        yield f'<text class="erd-more" x="{_number(INSET + _indent(box))}" y="{y}">{_text(box.footer)}</text>'
    yield "</g>"
    if linked:
        yield "</a>"


def _box_tooltip(box: Box) -> str:
    if box.table is None or not box.table.about:
        return box.name
    return f"{box.name}: {box.table.about}"


def _outline(box: Box) -> Iterator[str]:
    yield f'<rect class="erd-body" width="{box.width}" height="{box.height}" rx="{_CORNER}"/>'
    if box.table is None:
        yield f'<text class="erd-more" x="{INSET}" y="{HEADER / 2 + 4:g}">{_text(box.title)}</text>'
        return
    inner, c = box.width - 1, _CORNER - 0.5
    bottom = box.height - 0.5 - c
    rounded = f"V{bottom:g}a{c} {c} 0 0 1 -{c} {c}H{_CORNER}a{c} {c} 0 0 1 -{c} -{c}"
    end = f"V{HEADER}H.5" if box.rows else rounded
    shape = f"M.5 {_CORNER}a{c} {c} 0 0 1 {c} -{c}H{inner - c + 0.5:g}a{c} {c} 0 0 1 {c} {c}{end}z"
    yield f'<path class="erd-head" d="{shape}"/>'
    y = (HEADER if box.rows else box.height) / 2 + 4.5
    yield f'<text class="erd-title" x="{INSET}" y="{y:g}">{_text(box.title)}</text>'
    if box.rows:
        yield f'<path class="erd-rule" d="M0 {HEADER}H{box.width}"/>'


def _row(box: Box, row: Row, top: int) -> Iterator[str]:
    y = top + 14
    if row.marks:
        yield f'<text class="erd-mark" x="{INSET}" y="{y}">{row.marks}</text>'
    key = " erd-key" if "PK" in row.marks.split() else ""
    told = f"{row.column}: {row.about}" if row.about else row.column
    about = f"<title>{_text(told)}</title>" if told != row.name else ""
    x = _number(INSET + _indent(box))
    yield f'<text class="erd-name{key}" x="{x}" y="{y}">{about}{_text(row.name)}</text>'
    null = '<tspan class="erd-null"> null</tspan>' if row.nullable else ""
    yield f'<text class="erd-type" x="{box.width - INSET}" y="{y}" text-anchor="end">{_text(row.type)}{null}</text>'


def _indent(box: Box) -> float:
    return box.marks_width + 8 if box.marks_width else 0.0


# Text ------------------------------------------------------------------------------------------------------------


def _text(text: str) -> str:
    return escape(_legal(text))


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    """Return the text without the control characters that XML 1.0 forbids (section 2.2, "Characters")."""
    return "".join(
        c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c not in "\ufffe\uffff" else "\ufffd" for c in text
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _at(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    return f"{round(value, 2):g}" if abs(value) < 1000 else f"{round(value, 1):.1f}".removesuffix(".0")
