"""Which shape a diagram has before any line is drawn: of all ways to arrange its areas, the one that looks best."""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.emit.erd_blocks import Band, Block, Group, Room, Shape, Shelf, band_height
from dbwright.emit.erd_columns import Links, arrange, in_layers
from dbwright.emit.erd_shelves import Option, Row, distance, fitting, length_between, outline, stack_up, ways_to_shelve

ASPECT = 1.25
"""Width by height that a whole diagram aims at: a little wider than high, as screens and pages on their side are."""

_MOST_COLUMNS = 16
_HEIGHTS_TRIED = 28

_Weights = dict[tuple[str, str], float]


class Planner:
    """Every group in one column, in two, and so on; from these it chooses one each and puts them on shelves."""

    def __init__(self, groups: Sequence[Group], links: Links, room: Room) -> None:
        weights = _weigh(links)
        ordered = _in_company(groups, weights)
        self.room = room
        self.options = [_options(number, group, weights, room) for number, group in enumerate(ordered)]
        self.between = _between(ordered, weights)

    def plan(self, stretch: Shape = (1.0, 1.0)) -> tuple[list[Shelf], Shape]:
        """Return the shelves with a small outline near to ASPECT and short lines, and that outline as estimated.

        `stretch` tells how much wider and higher than estimated a drawing turned out once its lines had their room.
        """
        best: tuple[float, list[Row], Shape] | None = None
        for height in self._heights():
            chosen = [fitting(found, height) for found in self.options]
            inside = sum(option.length for option in chosen)
            for rows in ways_to_shelve(stack_up(chosen, height, self.room)):
                width, total = outline(rows, self.room)
                cost = max(width * stretch[0] / ASPECT, total * stretch[1]) + inside
                if best is None or cost < best[0]:
                    cost += length_between(rows, self.between, self.room)
                if best is None or cost < best[0] - 0.5:
                    best = (cost, rows, (width, total))
        assert best is not None
        return [[Block([option.band for option in stack.options]) for stack in row] for row in best[1]], best[2]

    def _heights(self) -> list[float]:
        """Return heights of shelves to try, among those that some option has."""
        heights = sorted({option.height for found in self.options for option in found})
        step = max(1, len(heights) // _HEIGHTS_TRIED)
        return [*heights[::step], heights[-1]]


def _weigh(links: Links) -> _Weights:
    """Return what each line counts, 1 in all: those to one target run together, so that each counts less."""
    arriving: dict[str, int] = {}
    for _, target in links:
        arriving[target] = arriving.get(target, 0) + 1
    weights = {link: float(arriving[link[1]] ** -0.5) for link in links}
    whole = sum(weights.values()) or 1.0
    return {link: weight / whole for link, weight in weights.items()}


def _between(groups: Sequence[Group], weights: _Weights) -> dict[tuple[int, int], float]:
    """Return what the lines between two groups count, for each pair (lower number, higher number)."""
    home = {box.name: number for number, group in enumerate(groups) for box in group.boxes}
    found: dict[tuple[int, int], float] = {}
    for (source, target), weight in weights.items():
        pair = (min(home[source], home[target]), max(home[source], home[target]))
        if pair[0] != pair[1]:
            found[pair] = found.get(pair, 0.0) + weight
    return found


def _in_company(groups: Sequence[Group], weights: _Weights) -> list[Group]:
    """Return groups so that each comes as soon as what it is most connected with stands, else in their own order."""
    between = _between(groups, weights)
    placed: list[int] = []
    waiting = list(range(len(groups)))
    while waiting:
        chosen = max(waiting, key=lambda n: (sum(between.get((min(n, o), max(n, o)), 0.0) for o in placed[-3:]), -n))
        placed.append(chosen)
        waiting.remove(chosen)
    return [groups[number] for number in placed]


def _options(number: int, group: Group, weights: _Weights, room: Room) -> list[Option]:
    """Return the group in one column, in two, and so on, as long as more columns make it lower."""
    found: list[Option] = []
    names = {box.name for box in group.boxes}
    inner = {link: weight for link, weight in weights.items() if link[0] in names and link[1] in names}
    layered = in_layers(group.boxes, list(inner))
    for count in range(1, min(len(group.boxes), _MOST_COLUMNS) + 1):
        columns = arrange(layered, count, room.gap)
        band = Band(group.label, group.hue, columns)
        height = band_height(band, room)
        if len(columns) == count and (not found or height < found[-1].height):
            widths = [max(box.width for box in column) + room.gutter for column in columns]
            found.append(Option(number, band, widths, height, _length_inside(band, widths, inner, room.gap)))
    return found


def _length_inside(band: Band, widths: Sequence[int], inner: _Weights, gap: int) -> float:
    """Return what lines inside a band take, by the weight of each."""
    at: dict[str, Shape] = {}
    x = 0.0
    for column, width in zip(band.columns, widths, strict=True):
        y = 0.0
        for box in column:
            at[box.name] = (x, y + box.height / 2)
            y += box.height + gap
        x += width
    return sum(distance(at[source], at[target]) * weight for (source, target), weight in inner.items())
