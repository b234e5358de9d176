"""The boxes of one area in columns: layered by reference, cut to even heights, ordered so that lines cross less.

Layers are longest paths and orders are barycenters, after K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual
Understanding of Hierarchical System Structures", IEEE Transactions on Systems, Man, and Cybernetics 11 (1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dbwright.emit.erd_boxes import Box

Links = Sequence[tuple[str, str]]
"""(table, table that it references), once each."""

_SWEEPS = 6
_SPLIT_LAYER = 0.15
"""What it costs to cut a column inside a layer, as a share of the squared height of an even column."""


@dataclass(frozen=True)
class Layered:
    """Boxes before they stand in columns: connected ones by layer, the others the highest first, and their links."""

    connected: Sequence[Box]
    alone: Sequence[Box]
    layer: dict[str, int]
    links: Links


def in_layers(boxes: Sequence[Box], links: Links) -> Layered:
    """Return the boxes in the order in which columns take them, referenced ones first."""
    names = {box.name for box in boxes}
    inner = [(source, target) for source, target in links if source in names and target in names and source != target]
    connected = {name for link in inner for name in link}
    layer = layers([box.name for box in boxes], inner)
    ordered = sorted((box for box in boxes if box.name in connected), key=lambda box: layer[box.name])
    alone = sorted((box for box in boxes if box.name not in connected), key=lambda box: -box.height)
    return Layered(ordered, alone, layer, inner)


def arrange(layered: Layered, count: int, gap: int) -> list[list[Box]]:
    """Return the boxes in at most `count` columns of even height, referenced ones first."""
    columns = _cut(layered.connected, layered.layer, count, gap)
    columns += [[] for _ in range(count - len(columns))]
    heights = [_height(column, gap) for column in columns]
    for box in layered.alone:
        lowest = heights.index(min(heights))
        columns[lowest].append(box)
        heights[lowest] += box.height + gap
    columns = [column for column in columns if column]
    _untangle(columns, layered.links, gap)
    return columns


def layers(names: Sequence[str], links: Links) -> dict[str, int]:
    """Return for each table the length of the longest way of references out of it; a way ends where it would turn."""
    targets: dict[str, list[str]] = {name: [] for name in names}
    for source, target in links:
        targets[source].append(target)
    found: dict[str, int] = {}
    entered: set[str] = set()
    waiting = list(reversed(names))
    while waiting:
        name = waiting[-1]
        if name not in entered:
            entered.add(name)
            waiting += [target for target in reversed(targets[name]) if target not in entered]
            continue
        waiting.pop()
        if name not in found:
            found[name] = max((found[target] + 1 for target in targets[name] if target in found), default=0)
    return found


def _cut(ordered: Sequence[Box], layer: dict[str, int], count: int, gap: int) -> list[list[Box]]:
    """Cut the sequence into `count` columns so that their heights differ least, rather between layers than inside."""
    count = min(count, len(ordered))
    if count <= 1:
        return [list(ordered)] if ordered else []
    sums = [0]
    for box in ordered:
        sums.append(sums[-1] + box.height + gap)
    even = sums[-1] / count
    splits = [0.0] * len(sums)
    for end in range(1, len(ordered)):
        if layer[ordered[end - 1].name] == layer[ordered[end].name]:
            splits[end] = even * even * _SPLIT_LAYER
    costs: list[float] = [0.0] + [float("inf")] * len(ordered)
    cuts: list[list[int]] = []
    for _ in range(count):
        costs, starts = _extend(costs, sums, even, splits)
        cuts.append(starts)
    columns: list[list[Box]] = []
    end = len(ordered)
    for starts in reversed(cuts):
        columns.append(list(ordered[starts[end] : end]))
        end = starts[end]
    return columns[::-1]


def _extend(costs: list[float], sums: list[int], even: float, splits: list[float]) -> tuple[list[float], list[int]]:
    """Return the least cost of each prefix with one column more, and where that last column starts.

    `sums` are the heights of the prefixes, `splits` what it costs to end a column after them.
    """
    best = [float("inf")] * len(costs)
    starts = [0] * len(costs)
    for start, cost in enumerate(costs):
        if cost == float("inf"):
            continue
        top = sums[start]
        for end in range(start + 1, len(costs)):
            off = sums[end] - top - even
            total = cost + off * off + splits[end]
            if total < best[end]:
                best[end], starts[end] = total, start
            if off > even:
                break
    return best, starts


def _untangle(columns: list[list[Box]], links: Links, gap: int) -> None:
    """Sort each column by the mean height of what its boxes are linked with, several times over."""
    near: dict[str, list[str]] = {}
    for source, target in links:
        near.setdefault(source, []).append(target)
        near.setdefault(target, []).append(source)
    for sweep in range(_SWEEPS):
        middle = {name: y for column in columns for name, y in _middles(column, gap)}
        for column in columns if sweep % 2 else columns[::-1]:
            inside = {box.name for box in column}
            for name in inside:
                others = [middle[other] for other in near.get(name, []) if other not in inside]
                middle[name] = sum(others) / len(others) if others else middle[name]
            column.sort(key=lambda box: middle[box.name])
            middle.update(_middles(column, gap))


def _middles(column: Sequence[Box], gap: int) -> list[tuple[str, float]]:
    found, y = [], 0.0
    for box in column:
        found.append((box.name, y + box.height / 2))
        y += box.height + gap
    return found


def _height(column: Sequence[Box], gap: int) -> int:
    return sum(box.height + gap for box in column)
