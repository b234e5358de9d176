"""What a plan is made of: shelves of blocks, blocks of bands, bands of columns, columns of boxes.

An area is a band: its boxes in columns, referenced tables to the left of those that refer to them. Bands may stand on
top of one another in a block, none with more columns than the first; blocks stand beside one another on a shelf.
"""

from __future__ import annotations

from dataclasses import dataclass

from dbwright.emit.erd_boxes import GRID, Box

Shape = tuple[float, float]
"""Width and height in pixels, or x and y."""


@dataclass(frozen=True)
class Room:
    """Pixels kept free: beside columns, between boxes of a column, around bands and between shelves."""

    gutter: int = 56
    gap: int = 30
    label: int = 30
    pad: int = 16
    corridor: int = 40


@dataclass(frozen=True)
class Band:
    """An area, or a part of one without a label of its own."""

    label: str
    hue: int
    columns: list[list[Box]]


@dataclass(frozen=True)
class Block:
    """Bands on top of one another, none with more columns than the first."""

    bands: list[Band]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.bands[0].columns)


Shelf = list[Block]


@dataclass(frozen=True)
class Group:
    """Boxes that belong together, before they have columns."""

    label: str
    hue: int
    boxes: list[Box]


def band_height(band: Band, room: Room) -> float:
    """Return how high a band is, before lines ask for more room."""
    boxes = max(sum(snap(box.height + room.gap) for box in column) - room.gap for column in band.columns)
    return boxes + 2 * room.pad + (room.label if band.label else 0)


def snap(value: float) -> int:
    """Return the next multiple of GRID."""
    return -int(-value // GRID) * GRID
