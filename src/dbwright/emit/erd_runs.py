"""Routes as runs: the straight pieces of a net, one in each channel it uses, however many references share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dbwright.emit.erd_boxes import Port, Side, in_port, out_port
from dbwright.emit.erd_routes import Channel, Net, Route

Stub = tuple[str, Port, Side]
"""Where a line meets a box: name of the table, port, side."""


@dataclass(eq=False)
class Run:
    """A straight piece of a net in one channel; `position` is its x in a gutter, its y in a gap or corridor."""

    channel: Channel
    net: Net
    number: int
    stubs: list[Stub] = field(default_factory=list)
    meets: list[Run] = field(default_factory=list)
    position: float = 0.0


@dataclass(frozen=True)
class Way:
    """A route as the runs it follows, from the stub at its own table to the stub at the target."""

    route: Route
    start: Stub
    runs: tuple[Run, ...]
    end: Stub


_Corner = tuple[Net, Channel, Channel | Stub]
"""A channel of a net, and what it meets there."""


def find_runs(routes: Iterable[Route]) -> tuple[list[Run], list[Way]]:
    """Return all runs, and every route as the runs it follows.

    Two routes of a net share a run where they meet the same gap, corridor or port in the same gutter.
    """
    routes = list(routes)
    joined = _Joined()
    for route in routes:
        for channel, before, after in _passages(route):
            joined.join((route.net, channel, before), (route.net, channel, after))
    runs: dict[_Corner, Run] = {}
    ways = [_way(route, joined, runs) for route in routes]
    for way in ways:
        _connect(way)
    return list(dict.fromkeys(runs.values())), ways


def _ends(route: Route) -> tuple[Stub, Stub]:
    reference = route.reference
    start: Stub = (reference.table.name, out_port(reference), route.leaves)
    return start, (reference.target.name, in_port(reference), route.arrives)


def _passages(route: Route) -> Iterator[tuple[Channel, Channel | Stub, Channel | Stub]]:
    """Yield (channel, what lies before it, what lies after it) along a route."""
    start, end = _ends(route)
    line: list[Channel | Stub] = [start, *route.channels, end]
    for number, channel in enumerate(route.channels, start=1):
        yield channel, line[number - 1], line[number + 1]


def _way(route: Route, joined: _Joined, runs: dict[_Corner, Run]) -> Way:
    start, end = _ends(route)
    followed = []
    for channel, before, _ in _passages(route):
        root = joined.root((route.net, channel, before))
        if root not in runs:
            runs[root] = Run(channel, route.net, len(runs))
        followed.append(runs[root])
    return Way(route, start, tuple(followed), end)


def _connect(way: Way) -> None:
    for run, stub in ((way.runs[0], way.start), (way.runs[-1], way.end)):
        if stub not in run.stubs:
            run.stubs.append(stub)
    for first, second in zip(way.runs, way.runs[1:], strict=False):
        if second not in first.meets:
            first.meets.append(second)
            second.meets.append(first)


class _Joined:
    """Corners that lie on one run, as a disjoint-set forest."""

    def __init__(self) -> None:
        self.parents: dict[_Corner, _Corner] = {}

    def root(self, corner: _Corner) -> _Corner:
        """Return the corner that stands for all that are joined with this one."""
        parent = self.parents.setdefault(corner, corner)
        while parent != corner:
            corner, parent = parent, self.parents.setdefault(parent, parent)
        return corner

    def join(self, first: _Corner, second: _Corner) -> None:
        """Put two corners on one run."""
        self.parents[self.root(second)] = self.root(first)
