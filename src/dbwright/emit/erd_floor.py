"""The floor of a drawing: where boxes stand, and the channels between them in which lines run.

Every shelf is a row of columns. Left and right of each column runs a gutter, open from the top of the shelf to its
bottom; under each box lies a gap, through which a line crosses the column; above each shelf and under the last lies a
corridor. A line that keeps to gutters, gaps and corridors cannot cross a box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dbwright.emit.erd_blocks import Band, Block, Room, Shelf, snap
from dbwright.emit.erd_boxes import Box

Gutter = tuple[int, int]
"""(shelf, number of the column to its right)."""
Gap = tuple[int, int, int]
"""(shelf, column, number of the box under it; past the last, the space down to the end of the shelf)."""

TRACK = 8
"""Pixels between lines side by side in one channel."""
_GAP_MARGIN = 12


@dataclass(frozen=True)
class Place:
    """Where a box stands: its shelf, column and number in that column, from 0."""

    shelf: int
    column: int
    number: int


@dataclass(frozen=True)
class BandPlace:
    """Where a band stands: its columns on the shelf, its outline from top to bottom in pixels from the shelf's top."""

    shelf: int
    band: Band
    first: int
    last: int
    top: int
    bottom: int


class Floor:
    """Boxes in columns on shelves; heights settle once it is known how many lines run through each gap."""

    def __init__(self, shelves: Sequence[Shelf], room: Room, centred: bool = False) -> None:
        self.shelves = shelves
        self.room = room
        self.centred = centred
        self.columns: list[list[list[Box]]] = []
        self.places: dict[str, Place] = {}
        for number, shelf in enumerate(shelves):
            self.columns.append(self._flatten(number, shelf))
        self.tops: dict[str, int] = {}
        self.spans: dict[Gap, tuple[int, int]] = {}
        self.bands: list[BandPlace] = []
        self.heights: list[int] = []
        self.ends: dict[Gap, int] = {}
        self.settle({})

    def _flatten(self, number: int, shelf: Shelf) -> list[list[Box]]:
        columns: list[list[Box]] = []
        for block in shelf:
            for position in range(block.width):
                column = [box for band in block.bands if position < len(band.columns) for box in band.columns[position]]
                for row, box in enumerate(column):
                    self.places[box.name] = Place(number, len(columns), row)
                columns.append(column)
        return columns

    def widths(self, shelf: int) -> list[int]:
        """Return the width of each column of a shelf."""
        return [max(box.width for box in column) for column in self.columns[shelf]]

    def settle(self, lines: Mapping[Gap, int]) -> None:
        """Place every box from top to bottom so that each gap has room for its number of lines."""
        self.tops, self.spans, self.bands, self.heights = {}, {}, [], []
        for number, shelf in enumerate(self.shelves):
            first, height = 0, 0
            self.ends = {}
            for block in shelf:
                height = max(height, self._settle_block(number, first, block, lines))
                first += block.width
            self.heights.append(snap(height))
            for gap, end in self.ends.items():
                self.spans[gap] = (end, self.heights[-1])

    def _settle_block(self, shelf: int, first: int, block: Block, lines: Mapping[Gap, int]) -> int:
        """Place the boxes of a block and return how high it is."""
        ends, rows = [0] * block.width, [0] * block.width
        for number, band in enumerate(block.bands):
            top = self._top_of_band(shelf, first, band, ends, rows, lines) if number else 0
            settled = self._settle_band(shelf, first, band, top, rows, lines)
            bottom = max(settled) + self.room.pad
            ends[: len(settled)] = [self._open_from(end, bottom) for end in settled]
            rows[: len(settled)] = [row + len(c) for row, c in zip(rows, band.columns, strict=False)]
            self.bands.append(BandPlace(shelf, band, first, first + len(settled) - 1, top, bottom))
        self.ends.update(
            {(shelf, first + column, row): end for column, (row, end) in enumerate(zip(rows, ends, strict=True))}
        )
        under = [lines.get((shelf, first + c, row), 0) for c, row in enumerate(rows)]
        free = [end + self._needed(count) for end, count in zip(ends, under, strict=True) if count]
        return max(self.bands[-1].bottom, *ends, *free)

    def _top_of_band(
        self, shelf: int, first: int, band: Band, ends: Sequence[int], rows: Sequence[int], lines: Mapping[Gap, int]
    ) -> int:
        """Return where a band starts that stands under others, and record the gaps above it."""
        gaps = [(shelf, first + column, rows[column]) for column in range(len(band.columns))]
        wanted = [end + self._needed(lines.get(gap, 0)) for end, gap in zip(ends, gaps, strict=False)]
        top = snap(max(self.bands[-1].bottom + self.room.gap, *wanted))
        self.spans.update({gap: (end, top) for end, gap in zip(ends, gaps, strict=False)})
        return top

    def _settle_band(
        self, shelf: int, first: int, band: Band, top: int, rows: Sequence[int], lines: Mapping[Gap, int]
    ) -> list[int]:
        """Place the boxes of a band and return where each column ends."""
        start = snap(top + self.room.pad + (self.room.label if band.label else 0))
        columns: list[list[tuple[Box, int]]] = []
        for position, column in enumerate(band.columns):
            y, tops = start, []
            for number, box in enumerate(column):
                if number:
                    gap = (shelf, first + position, rows[position] + number)
                    y = snap(y + self._needed(lines.get(gap, 0)))
                tops.append((box, y))
                y += box.height
            columns.append(tops)
        ends = [tops[-1][1] + tops[-1][0].height for tops in columns]
        for position, tops in enumerate(columns):
            shift = snap((max(ends) - ends[position]) / 2) if self.centred else 0
            self._record(shelf, first + position, rows[position], [(box, y + shift) for box, y in tops])
        return [self.tops[column[-1].name] + column[-1].height for column in band.columns]

    def _record(self, shelf: int, column: int, row: int, tops: Sequence[tuple[Box, int]]) -> None:
        end = 0
        for number, (box, y) in enumerate(tops):
            self.tops[box.name] = y
            if number:
                self.spans[shelf, column, row + number] = (end, y)
            end = y + box.height

    def _open_from(self, end: int, bottom: int) -> int:
        """Return where the space under a column begins: not on the edge of its band, which looks like a line."""
        return bottom if bottom - end < self.room.pad + 2 * TRACK else end

    def _needed(self, lines: int) -> int:
        return max(self.room.gap, 2 * _GAP_MARGIN + TRACK * (lines - 1))
