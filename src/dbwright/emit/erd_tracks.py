"""Which track of a channel each run takes, so that runs cross least and never lie on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dbwright.emit.erd_runs import Run

CLEAR = 8.0
"""Pixels that two runs on one track stay apart."""


@dataclass(frozen=True)
class Span:
    """A run along its channel: where it starts and ends, and where lines join it from either side.

    `near` joins from the left of a gutter or from above a corridor, `far` from the other side.
    """

    run: Run
    low: float
    high: float
    near: tuple[float, ...]
    far: tuple[float, ...]


def span(run: Run, near: Sequence[float], far: Sequence[float], ends: Sequence[float] = ()) -> Span:
    """Return the span of a run; `ends` are points it reaches without a line that joins from a side."""
    points = [*near, *far, *ends]
    return Span(run, min(points), max(points), tuple(near), tuple(far))


def assign_tracks(spans: Sequence[Span]) -> list[tuple[Run, int]]:
    """Return each run with its track, from 0; runs that overlap have different ones, in an order with few crossings."""
    tracks: list[tuple[Span, int]] = []
    for item in _ordered(spans):
        taken = [track for other, track in tracks if _overlap(item, other)]
        tracks.append((item, max(taken, default=-1) + 1))
    return [(item.run, track) for item, track in tracks]


def _overlap(first: Span, second: Span) -> bool:
    return first.low < second.high + CLEAR and second.low < first.high + CLEAR


def _ordered(spans: Sequence[Span]) -> list[Span]:
    """Return spans from near to far; neighbours change places as long as that saves crossings."""
    ordered = sorted(spans, key=lambda s: (_lean(s), s.high - s.low, s.run.number))
    for _ in range(len(ordered)):
        moved = False
        for index in range(len(ordered) - 1):
            first, second = ordered[index], ordered[index + 1]
            if crossings(second, first) < crossings(first, second):
                ordered[index], ordered[index + 1] = second, first
                moved = True
        if not moved:
            break
    return ordered


def _lean(item: Span) -> float:
    """Return how far a run belongs to the far side: -1 where all lines join from near, 1 where all from far."""
    total = len(item.near) + len(item.far)
    return (len(item.far) - len(item.near)) / total if total else 0.0


def crossings(near: Span, far: Span) -> int:
    """Return how often two runs cross where the first lies on the near side of the second."""
    through_far = sum(far.low < point < far.high for point in near.far)
    return through_far + sum(near.low < point < near.high for point in far.near)
