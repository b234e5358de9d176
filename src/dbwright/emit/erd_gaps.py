"""How high each line runs that crosses a column between two boxes: beside the others, not on one that faces it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dbwright.emit.erd_boxes import Side
from dbwright.emit.erd_floor import TRACK, Gap, Gutter
from dbwright.emit.erd_routes import Net
from dbwright.emit.erd_runs import Run, Stub

_CLOSE = 3.0
"""Lines of different nets that come closer look like one."""
_ROOMY = 80
"""Height of a gap from which on its lines keep to its top, close to the box above."""
_FAR = 1e6
"""Beyond every shelf: where a line goes that leaves a gutter for a corridor."""
_STEPS = 24
"""Half pixels up and down in which a free height is looked for."""

Line = tuple[float, Net]
"""A horizontal line that ends in a gutter: its y, and whose it is."""
Joins = dict[tuple[Gutter, Side], list[Line]]
"""The lines that end in each gutter, from its left and from its right."""
Spans = Mapping[Gap, tuple[int, int]]
"""Top and bottom of each gap."""


def place_in_gaps(
    inside: Mapping[Gap, Sequence[Run]], spans: Spans, gutters: Iterable[Run], heights: Mapping[Stub, float]
) -> None:
    """Set the position of every run in a gap; `heights` tells where lines leave boxes for the runs in gutters."""
    joins: Joins = {}
    for run in gutters:
        shelf, number = run.channel[1]
        for stub in run.stubs:
            side: Side = "left" if stub[2] == "right" else "right"
            joins.setdefault(((shelf, number), side), []).append((heights[stub], run.net))
    for gap in sorted(inside):
        runs = sorted(inside[gap], key=lambda run: (_wish(run, spans, heights), run.number))
        _place(gap, runs, spans[gap], joins)


def _wish(run: Run, spans: Spans, heights: Mapping[Stub, float]) -> float:
    """Return the mean height of what a run leads to."""
    ends = [heights[stub] for gutter in run.meets for stub in gutter.stubs]
    for gutter in run.meets:
        ends += [_rough_height(other, gutter, spans) for other in gutter.meets if other is not run]
    return sum(ends) / len(ends) if ends else 0.0


def _rough_height(run: Run, gutter: Run, spans: Spans) -> float:
    if run.channel[0] == "gap":
        shelf, column, number = run.channel[1]
        return sum(spans[shelf, column, number]) / 2
    return _FAR if run.channel[1][0] > gutter.channel[1][0] else -_FAR


def _place(gap: Gap, runs: Sequence[Run], span: tuple[int, int], joins: Joins) -> None:
    """Spread the runs of one gap over its height, from top to bottom."""
    shelf, column, _ = gap
    top, bottom = span
    facing = joins.get(((shelf, column), "left"), []) + joins.get(((shelf, column + 1), "right"), [])
    spread = (len(runs) - 1) * TRACK
    first = top + TRACK + 4 if bottom - top > _ROOMY else (top + bottom - spread) / 2
    lowest = top + TRACK / 2
    for number, run in enumerate(runs):
        highest = bottom - TRACK / 2 - (len(runs) - 1 - number) * TRACK / 2
        run.position = _free_height(first + number * TRACK, lowest, highest, run.net, facing)
        lowest = run.position + TRACK / 2
        joins.setdefault(((shelf, column), "right"), []).append((run.position, run.net))
        joins.setdefault(((shelf, column + 1), "left"), []).append((run.position, run.net))


def _free_height(even: float, lowest: float, highest: float, net: Net, facing: Sequence[Line]) -> float:
    """Return the height nearest to `even` that no line of another net has; the same as one of its own net is best."""
    near = [(y, other) for y, other in facing if lowest - _CLOSE <= y <= highest + _CLOSE]
    tried = [y for y, other in near if other == net] + [even + step / 2 for step in range(-_STEPS, _STEPS + 1)]
    allowed = [y for y in tried if lowest <= y <= highest] or [min(max(even, lowest), highest)]

    def cost(y: float) -> tuple[int, float, float]:
        clashes = sum(abs(y - height) < _CLOSE for height, other in near if other != net)
        straight = any(y == height for height, other in near if other == net)
        return clashes, abs(y - even) - (TRACK if straight else 0), y

    return min(allowed, key=cost)
