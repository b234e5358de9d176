"""B-trees: entries on leaves, posting lists where keys repeat, levels above them.

Source: PostgreSQL 18, src/backend/access/nbtree/nbtsort.c (what CREATE INDEX packs), nbtsplitloc.c (where pages split
when rows come one by one), nbtdedup.c (posting lists).
"""

from __future__ import annotations

import math
from typing import Literal

from dbwright.records import record
from dbwright.sizing.layout import LINE_POINTER, PAGE, PAGE_HEADER, Packed

Filling = Literal["built", "rising", "random"]
"""How the entries came: by CREATE INDEX over the rows, one by one in order of the key, one by one in any order."""

_SPECIAL = 16
_ROOM = PAGE - PAGE_HEADER - _SPECIAL - LINE_POINTER
_BUILT_POSTING, _GROWN_POSTING = 812, 1352
_ROW_POINTER = 6
_RANDOM_FILL = math.log(2)
_SINGLE_FILL = 0.96
_INNER_FILL = 0.7


@record(frozen=True)
class Tree:
    """Pages of 8 KiB in all, those that are leaves, and the levels above them (0 is a lone leaf)."""

    pages: int
    leaves: int
    height: int


def tree(
    rows: float, entry: Packed, *, distinct: float = 0.0, filling: Filling = "built", fill: int = 90, inner: float = 0.0
) -> Tree:
    """Return the size of a B-tree with an entry for each of `rows` rows.

    `distinct` is the number of different keys where equal ones share posting lists; 0 where they never do: unique
    indexes, INCLUDE columns, types that are equal without being the same (numeric, float, jsonb). `fill` is the fill
    factor in percent; `inner` the bytes of a key above the leaves, where that is shorter than an entry.
    """
    if rows <= 0:
        return Tree(1, 0, 0)
    entries, each = rows, entry.bytes
    full = False
    if distinct and rows / distinct > 1:
        entries, each = _posting(rows, entry, distinct, filling)
        full = entries > 2 * distinct
    if full and filling != "built":
        leaves = math.ceil(entries * (each + LINE_POINTER) / (_ROOM * _SINGLE_FILL))
    else:
        leaves = math.ceil(entries / _per_leaf(each, filling, fill))
    pages, height, level = leaves, 0, leaves
    inner_fill = _INNER_FILL if filling != "random" else _RANDOM_FILL
    children = max(2, int(_ROOM * inner_fill / ((inner or entry.bytes) + LINE_POINTER)))
    # The root splits when it is full, so until then it holds more than pages that came of a split; CREATE INDEX goes on
    # with another page where the fill factor ends.
    most = children if filling == "built" else max(children, int(_ROOM / ((inner or entry.bytes) + LINE_POINTER)))
    while level > 1:
        level = 1 if level <= most else math.ceil(level / children)
        pages += level
        height += 1
    return Tree(pages + 1, leaves, height)


def _posting(rows: float, entry: Packed, distinct: float, filling: Filling) -> tuple[float, float]:
    """Return (entries, average bytes) where the rows of a key share entries.

    Keys differ in how many rows they have: as chance has it (a Poisson distribution without zero), unless they all have
    the same whole number.
    """
    each = rows / distinct
    most = _BUILT_POSTING if filling == "built" else _GROWN_POSTING
    capacity = max(1, int((most - entry.bytes) // _ROW_POINTER))
    if each > capacity / 2:
        lists = max(1.0, each / capacity if each == int(each) else each / capacity + 0.5)
        length = entry.bytes + _ROW_POINTER * each / lists + 3.5
        return distinct * lists, min(length, most)
    if each == int(each):
        return distinct, _list_bytes(entry.bytes, int(each))
    rate = rate_without_zero(each)
    chance, total = rate / math.expm1(rate), 0.0
    for number in range(1, int(each + 10 * math.sqrt(each)) + 10):
        total += chance * _list_bytes(entry.bytes, number)
        chance *= rate / (number + 1)
    return distinct, total


def _list_bytes(entry: float, number: int) -> float:
    """Bytes of an entry with `number` rows; a posting list has an aligned end."""
    if number == 1:
        return entry
    length = entry + _ROW_POINTER * number
    return length + -length % 8


def rate_without_zero(average: float) -> float:
    """Return the rate of a Poisson distribution whose average is `average` when zero is left out."""
    rate = max(1e-9, 2 * (average - 1) if average < 1.5 else average)
    for _ in range(30):
        rate = average * -math.expm1(-rate)
    return max(1e-9, rate)


def _per_leaf(each: float, filling: Filling, fill: int) -> float:
    """Return the entries of a leaf; CREATE INDEX stops at the fill factor, and the last entry moves on."""
    slot = each + LINE_POINTER
    if filling == "random":
        return max(1.0, _RANDOM_FILL * ((_ROOM - slot) / slot))
    room = _ROOM - LINE_POINTER - PAGE * (100 - fill) // 100
    return max(1, int(room // slot)) if each == int(each) else max(1.0, room / slot)
