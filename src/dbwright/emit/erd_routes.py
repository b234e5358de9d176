"""Which way each line takes: the cheapest one through gutters, gaps and corridors.

References to one port of a table make a net. The ways of a net are one tree of shortest paths (E. W. Dijkstra, "A Note
on Two Problems in Connexion with Graphs", 1959), so that lines to the same target run together as far as they can.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from dbwright.emit.cardinality import Reference
from dbwright.emit.erd_boxes import Box, Port, Side, in_port, out_port
from dbwright.emit.erd_floor import Floor, Gap, Gutter

Net = tuple[str, Port]
"""The target's name and its port."""
Channel = tuple[str, tuple[int, ...]]
"""("gutter", Gutter), ("gap", Gap) or ("corridor", (number,))."""

_BEND = 14.0
_THROUGH_GAP = 30.0
_CROWD = 14.0
"""Extra cost of a gap or corridor for each net that is there already."""

SIDES: tuple[Side, Side] = ("left", "right")


@dataclass(frozen=True)
class Route:
    """The way of one reference from its own table to the target: gutters, and between them gaps or corridors."""

    reference: Reference
    net: Net
    leaves: Side
    arrives: Side
    channels: tuple[Channel, ...]


def find_routes(floor: Floor, boxes: dict[str, Box], references: Iterable[Reference]) -> list[Route]:
    """Return one route for each reference whose two tables stand on the floor, in the order given."""
    drawn = [r for r in references if r.table.name in floor.places and r.target.name in floor.places]
    nets: dict[Net, list[Reference]] = {}
    for reference in drawn:
        nets.setdefault((reference.target.name, in_port(reference)), []).append(reference)
    streets = _Streets(floor)
    found: dict[int, Route] = {}
    for net, members in nets.items():
        for member, route in zip(members, streets.route(net, members, boxes), strict=True):
            found[id(member)] = route
    return [found[id(reference)] for reference in drawn]


_Edge = tuple[int, float, Channel | None]
"""(stop, cost, the gap or corridor that is crossed or entered)."""


@dataclass(frozen=True)
class _Tree:
    """The ways to one port: for each stop the cost, the edge towards the port, and the side of the box it ends at."""

    costs: dict[int, float]
    edges: dict[int, _Edge]
    sides: dict[int, Side]


class _Streets:
    """The floor as a graph, at the coordinates that boxes have before lines ask for room.

    Its nodes are stops: where a gap or a corridor opens to a gutter, and where a gutter opens to a corridor.
    """

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.stops: list[Channel] = []
        self.edges: list[list[_Edge]] = []
        self.gutters: dict[Gutter, tuple[list[float], list[int]]] = {}
        self.doors: dict[tuple[Gutter, Channel], int] = {}
        self.crowd: dict[Channel, int] = {}
        for gutter, opens in self._openings().items():
            self._lay_gutter(gutter, sorted(opens))
        for gap in floor.spans:
            self._lay_gap(gap)
        for number in range(len(floor.columns) + 1):
            self._lay_corridor(number)

    def _openings(self) -> dict[Gutter, list[tuple[float, Channel]]]:
        """Return where each gutter meets gaps and corridors."""
        opens: dict[Gutter, list[tuple[float, Channel]]] = {}
        for shelf, columns in enumerate(self.floor.columns):
            bottom = float(self.floor.heights[shelf])
            for gutter in range(len(columns) + 1):
                opens[shelf, gutter] = [(0.0, ("corridor", (shelf,))), (bottom, ("corridor", (shelf + 1,)))]
        for (shelf, column, number), (top, end) in self.floor.spans.items():
            for gutter in (column, column + 1):
                opens[shelf, gutter].append(((top + end) / 2, ("gap", (shelf, column, number))))
        return opens

    def _lay_gutter(self, gutter: Gutter, opens: Sequence[tuple[float, Channel]]) -> None:
        numbers = [self._add(("gutter", gutter)) for _ in opens]
        for (_, channel), number in zip(opens, numbers, strict=True):
            self.doors[gutter, channel] = number
        for (upper, lower), first in zip(pairwise(y for y, _ in opens), numbers, strict=False):
            self._connect(first, first + 1, lower - upper, None)
        self.gutters[gutter] = ([y for y, _ in opens], numbers)

    def _lay_gap(self, gap: Gap) -> None:
        shelf, column, _ = gap
        channel: Channel = ("gap", gap)
        cost = self.floor.widths(shelf)[column] + self.floor.room.gutter + _THROUGH_GAP
        self._connect(self.doors[(shelf, column), channel], self.doors[(shelf, column + 1), channel], cost, channel)

    def _lay_corridor(self, number: int) -> None:
        channel: Channel = ("corridor", (number,))
        shelves = [shelf for shelf in (number - 1, number) if 0 <= shelf < len(self.floor.columns)]
        doors = sorted((x, (shelf, g)) for shelf in shelves for g, x in enumerate(self._gutter_x(shelf)))
        stops = [self._add(channel) for _ in doors]
        for (_, gutter), stop in zip(doors, stops, strict=True):
            self._connect(self.doors[gutter, channel], stop, _BEND + self.floor.room.corridor / 2, channel)
        for (left, right), first in zip(pairwise(x for x, _ in doors), stops, strict=False):
            self._connect(first, first + 1, right - left, None)

    def _gutter_x(self, shelf: int) -> list[float]:
        x, found = 0.0, [0.0]
        for width in self.floor.widths(shelf):
            x += width + self.floor.room.gutter
            found.append(x)
        return found

    def _add(self, channel: Channel) -> int:
        self.stops.append(channel)
        self.edges.append([])
        return len(self.stops) - 1

    def _connect(self, first: int, second: int, cost: float, channel: Channel | None) -> None:
        self.edges[first].append((second, cost, channel))
        self.edges[second].append((first, cost, channel))

    def route(self, net: Net, members: Sequence[Reference], boxes: dict[str, Box]) -> list[Route]:
        """Return the routes of one net and let later nets see where it runs."""
        sources = [(boxes[member.table.name], out_port(member)) for member in members]
        wanted = {stop for box, port in sources for side in SIDES for stop, _ in self._beside(box, port, side)}
        tree = self._grow(boxes[net[0]], net[1], wanted)
        routes = [self._leave(net, member, boxes, tree) for member in members]
        for channel in sorted({channel for route in routes for channel in route.channels}):
            self.crowd[channel] = self.crowd.get(channel, 0) + 1
        return routes

    def _leave(self, net: Net, member: Reference, boxes: dict[str, Box], tree: _Tree) -> Route:
        source, target = boxes[member.table.name], boxes[net[0]]
        _, leaves, stop, arrives = min(self._departures(source, out_port(member), target, net[1], tree))
        channels: list[Channel] = [("gutter", self._gutter(source, leaves))]
        if stop >= 0:
            channels += self._follow(stop, tree)
        return Route(member, net, leaves, arrives, tuple(channels))

    def _gutter(self, box: Box, side: Side) -> Gutter:
        place = self.floor.places[box.name]
        return (place.shelf, place.column + (side == "right"))

    def _y(self, box: Box, port: Port, side: Side) -> float:
        return self.floor.tops[box.name] + box.port_y(port, side)

    def _beside(self, box: Box, port: Port, side: Side) -> Iterator[tuple[int, float]]:
        """Yield (stop, distance) for the stops above and below a port, in the gutter on that side."""
        y = self._y(box, port, side)
        heights, numbers = self.gutters[self._gutter(box, side)]
        below = bisect_left(heights, y)
        for index in (below - 1, below):
            if 0 <= index < len(numbers):
                yield numbers[index], abs(heights[index] - y)

    def _grow(self, target: Box, port: Port, wanted: set[int]) -> _Tree:
        """Return the shortest ways to a port from every stop that is wanted."""
        tree = _Tree({}, {}, {})
        heap: list[tuple[float, int, int, Side]] = []
        through: dict[tuple[int, int], Channel | None] = {}
        for side in SIDES:
            for stop, distance in self._beside(target, port, side):
                heappush(heap, (distance + _BEND, stop, -1, side))
        missing = set(wanted)
        while heap and missing:
            cost, stop, previous, side = heappop(heap)
            if stop in tree.costs:
                continue
            tree.costs[stop], tree.sides[stop] = cost, side
            tree.edges[stop] = (previous, cost, through.get((previous, stop)))
            missing.discard(stop)
            for other, step, channel in self.edges[stop]:
                if other not in tree.costs:
                    crowd = _CROWD * self.crowd.get(channel, 0) if channel is not None else 0.0
                    through[stop, other] = channel
                    heappush(heap, (cost + step + crowd, other, stop, side))
        return tree

    def _departures(
        self, source: Box, port: Port, target: Box, there: Port, tree: _Tree
    ) -> Iterator[tuple[float, Side, int, Side]]:
        """Yield (cost, side, first stop, side of arrival); stop -1 is straight along the gutter to the target."""
        for side in SIDES:
            y = self._y(source, port, side)
            for other in SIDES:
                if self._gutter(target, other) == self._gutter(source, side):
                    yield abs(y - self._y(target, there, other)) + 2 * _BEND, side, -1, other
            for stop, distance in self._beside(source, port, side):
                yield tree.costs[stop] + distance + _BEND, side, stop, tree.sides[stop]

    def _follow(self, stop: int, tree: _Tree) -> Iterator[Channel]:
        """Yield the channels from a stop back to the target, gaps or corridors and gutters by turns."""
        previous, _, through = tree.edges[stop]
        while previous >= 0:
            if through is not None and through[0] == "gap":
                yield through
            if through is not None:
                yield self.stops[previous]
            previous, _, through = tree.edges[previous]
