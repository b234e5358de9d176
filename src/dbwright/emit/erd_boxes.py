"""Tables as boxes: what a box shows at each level of detail, how large it is, where references meet it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from dbwright.emit.cardinality import Reference, is_nullable, key_marks
from dbwright.emit.erd_text import shorten, text_width
from dbwright.model.table import Table

Detail = Literal["names", "keys", "columns"]
Side = Literal["left", "right"]
Port = tuple[str, str, str]
"""("out", name of the foreign key, "") or ("in", column, "optional" or "required")."""

GRID = 10
"""Boxes start at multiples of this, so that lines from the left and from the right never lie on one another."""
HEADER = 30
ROW = 20
TITLE_SIZE = 13
NAME_SIZE = 12
TYPE_SIZE = 11
MARK_SIZE = 9
INSET = 12
"""Pixels between the edge of a box and its text."""
SIDE_SHIFT = 2.5
"""How far below its row a line leaves to the left; one to the right leaves at the middle of the row."""

_LONGEST_TITLE = 300.0
_LONGEST_NAME = 220.0
_LONGEST_TYPE = 150.0
_PORT_STEP = 5.0
_NAME_PORT_STEP = 10.0


@dataclass(frozen=True)
class Row:
    """One line of a box: a column with its key marks and type, shortened where the full text would not fit."""

    column: str
    name: str
    type: str
    marks: str
    nullable: bool
    about: str


@dataclass(frozen=True)
class Box:
    """A table in a diagram; sizes in pixels. `quiet` boxes stand beside what the diagram is about."""

    name: str
    title: str
    table: Table | None
    rows: tuple[Row, ...] = ()
    footer: str = ""
    hue: int = -1
    quiet: bool = False
    width: int = 0
    height: int = 0
    marks_width: float = 0
    ports: dict[Port, float] = field(default_factory=dict, compare=False)

    def port_y(self, port: Port, side: Side) -> float:
        """Return how far below the top of the box a line leaves on that side."""
        return self.ports[port] + (SIDE_SHIFT if side == "left" else 0.0)


def out_port(reference: Reference) -> Port:
    """Return where a reference leaves its table."""
    return ("out", reference.key.name, "")


def in_port(reference: Reference) -> Port:
    """Return where a reference reaches its target; those of one column and one optionality share a port."""
    return ("in", reference.target_column, "optional" if reference.optional else "required")


def table_box(
    table: Table,
    detail: Detail,
    drawn: Iterable[Reference],
    hue: int,
    quiet: bool = False,
    only: set[str] | None = None,
    remark: str = "",
) -> Box:
    """Return the box of a table; `drawn` are the references that meet it, `only` the columns to show at most.

    A `remark` stands below the columns.
    """
    placed = list(_ports(table, drawn))
    rows = tuple(_row(table, name) for name in _shown(table, detail, only))
    hidden = len(table.columns) - len(rows)
    footer = f"+ {hidden} more column{'s' if hidden > 1 else ''}" if rows and hidden and not quiet else ""
    footer = shorten(remark, _LONGEST_TITLE, TYPE_SIZE) if rows and remark else footer
    title = shorten(table.name, _LONGEST_TITLE, TITLE_SIZE, bold=True)
    marks = max((text_width(row.marks, MARK_SIZE, bold=True) for row in rows), default=0.0)
    ports = _by_row(placed, rows) if rows else _spread(placed)
    height = HEADER + ROW * (len(rows) + bool(footer)) + (4 if rows else 0)
    if not rows:
        height = max(HEADER, round(_NAME_PORT_STEP * (len(placed) + 1)))
    return Box(
        table.name,
        title,
        table,
        rows,
        footer,
        hue,
        quiet,
        _round_up(_width(title, rows, marks, footer), 8),
        height,
        marks,
        ports,
    )


def more_box(names: list[str]) -> Box:
    """Return the box that stands for tables that a diagram leaves out."""
    title = f"+ {len(names)} more"
    width = _round_up(text_width(title, TITLE_SIZE) + 2 * INSET, 8)
    return Box(", ".join(names), title, None, width=width, height=HEADER, quiet=True)


def _ports(table: Table, drawn: Iterable[Reference]) -> Iterator[tuple[Port, str]]:
    """Yield (port, column) once for each port."""
    seen: set[Port] = set()
    for reference in drawn:
        ends = []
        if reference.target.name == table.name:
            ends.append((in_port(reference), reference.target_column))
        if reference.table.name == table.name:
            ends.append((out_port(reference), reference.own_column))
        for port, column in ends:
            if port not in seen:
                seen.add(port)
                yield port, column


def _shown(table: Table, detail: Detail, only: set[str] | None) -> list[str]:
    names = [column.name for column in table.columns]
    if only is not None:
        return [name for name in names if name in only]
    if detail == "names":
        return []
    return names if detail == "columns" else [name for name in names if key_marks(table, name)]


def _row(table: Table, name: str) -> Row:
    column = table.column(name)
    kind, about = (column.type, column.about) if column else ("", "")
    return Row(
        column=name,
        name=shorten(name, _LONGEST_NAME, NAME_SIZE, bold=True),
        type=shorten(kind, _LONGEST_TYPE, TYPE_SIZE),
        marks=_marks(key_marks(table, name)),
        nullable=is_nullable(table, name),
        about=about,
    )


def _marks(marks: tuple[str, ...]) -> str:
    """Return the marks of a row; that a part of the primary key is also part of a unique set says little."""
    return " ".join(mark for mark in marks if mark != "UK" or "PK" not in marks)


def _width(title: str, rows: tuple[Row, ...], marks: float, footer: str) -> float:
    indent = marks + 8 if marks else 0
    widths = [text_width(title, TITLE_SIZE, bold=True), indent + text_width(footer, TYPE_SIZE)]
    for row in rows:
        kind = text_width(row.type + (" null" if row.nullable else ""), TYPE_SIZE)
        widths.append(indent + text_width(row.name, NAME_SIZE, bold=True) + 16 + kind)
    return max(widths) + 2 * INSET


def _by_row(placed: list[tuple[Port, str]], rows: tuple[Row, ...]) -> dict[Port, float]:
    """Return the ports at the rows of their columns."""
    at = {row.column: HEADER + ROW * number + ROW / 2 for number, row in enumerate(rows)}
    crowds: dict[str, list[Port]] = {}
    for port, column in placed:
        crowds.setdefault(column, []).append(port)
    ports: dict[Port, float] = {}
    for column, crowd in crowds.items():
        middle = at.get(column, HEADER / 2)
        # Two stand as far apart as their marks are high; more share the height of the row.
        step = 2 * _PORT_STEP if len(crowd) == 2 else _PORT_STEP
        for number, port in enumerate(crowd):
            ports[port] = middle + (number - (len(crowd) - 1) // 2) * step - (step / 2 if len(crowd) == 2 else 0)
    return ports


def _spread(placed: list[tuple[Port, str]]) -> dict[Port, float]:
    """Return the ports of a box without rows, from top to bottom; lines stay as far apart as a crow's foot is wide."""
    height = max(HEADER, round(_NAME_PORT_STEP * (len(placed) + 1)))
    first = height / 2 - _NAME_PORT_STEP * (len(placed) - 1) / 2
    return {port: first + _NAME_PORT_STEP * number for number, (port, _) in enumerate(placed)}


def _round_up(value: float, step: int) -> int:
    return -int(-value // step) * step
