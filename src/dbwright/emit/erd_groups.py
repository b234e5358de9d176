"""Which boxes stand together: those of an area, and where tables name no area, those that references hold together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dbwright.emit.erd_blocks import Group
from dbwright.emit.erd_boxes import Box
from dbwright.emit.erd_columns import Links

_LARGEST_WHOLE = 24
"""Tables without an area that still make one group."""
_LARGEST_PART = 14


def gather(boxes: Sequence[Box], links: Links) -> list[Group]:
    """Return the groups in the order in which their first box comes; boxes without an area come last.

    Where these are many, each part of them gets a colour of its own, as areas have.
    """
    named: dict[str, list[Box]] = {}
    for box in boxes:
        named.setdefault(box.table.area if box.table else "", []).append(box)
    loose = named.pop("", [])
    groups = [Group(area, inside[0].hue, inside) for area, inside in named.items()]
    if len(loose) <= _LARGEST_WHOLE:
        return [*groups, Group("", -1, loose)] if loose else groups
    parts = enumerate(_communities(loose, links), start=len(groups))
    return groups + [Group("", hue, [replace(box, hue=hue) for box in part]) for hue, part in parts]


def _communities(boxes: Sequence[Box], links: Links) -> list[list[Box]]:
    """Merge tables along references, those of the least connected tables first; what is left goes by its name."""
    names = {box.name for box in boxes}
    inner = sorted({(a, b) for a, b in links if a in names and b in names and a != b})
    degree: dict[str, int] = {}
    for link in inner:
        for name in link:
            degree[name] = degree.get(name, 0) + 1
    part = {name: [name] for name in names}
    for source, target in sorted(inner, key=lambda link: (degree[link[0]] * degree[link[1]], link)):
        first, second = part[source], part[target]
        if first is not second and len(first) + len(second) <= _LARGEST_PART:
            first += second
            part.update(dict.fromkeys(second, first))
    single = [name for name in sorted(names) if len(part[name]) == 1]
    parts = _distinct(part[box.name] for box in boxes if len(part[box.name]) > 1)
    parts += [single[start : start + _LARGEST_PART] for start in range(0, len(single), _LARGEST_PART)]
    order = {box.name: (number, box) for number, box in enumerate(boxes)}
    return [[order[name][1] for name in sorted(inside, key=lambda name: order[name][0])] for inside in parts]


def _distinct(parts: Iterable[list[str]]) -> list[list[str]]:
    return list({id(inside): inside for inside in parts}.values())
