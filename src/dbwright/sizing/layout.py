"""Rows on pages: headers, null bitmaps, alignment, short headers of variable values, what moves out to TOAST.

The average of a row whose values vary is exact where it matters: padding depends on where the value before it ended, so
the length is carried with its distribution over the eight places within an alignment. Source: PostgreSQL manual,
"Database Page Layout" and "TOAST"; src/include/access/htup_details.h, heaptoast.h.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from dbwright.records import record

PAGE = 8192
"""Bytes of a page."""
PAGE_HEADER = 24
"""Bytes of a page before its first line pointer."""
LINE_POINTER = 4
"""Bytes of a line pointer."""
HEAP_HEADER = 23
"""Bytes of a heap row before its null bitmap."""
INDEX_HEADER = 8
"""Bytes of an index entry before its keys; one with a null has a bitmap of 8 more."""
SHORT = 127
"""Bytes up to which a variable value has a header of one byte and stands unaligned."""
TOAST_THRESHOLD = 2032
"""Bytes of a row above which its variable values are compressed and then moved out."""
TOAST_POINTER = 18
"""Bytes that stay in the row for a value that moved out."""
TOAST_CHUNK = 1996
"""Bytes of one piece of a value that moved out."""
MANY_ROWS = 2
"""Deviations of a page's content, in rows, from which the rest that stays free is as good as random."""


class Value(NamedTuple):
    """A column's value on disk: average bytes (with its header where the length varies), alignment of the type.

    `spread` is the standard deviation of the bytes, 0 for a fixed length; `nulls` the share of rows without a value;
    `variable` tells types that have a length header, which can be compressed and moved out. `lengths` are the whole
    bytes of the values with their shares, where they are known better than by average and deviation.
    """

    bytes: float
    alignment: int = 1
    spread: float = 0.0
    nulls: float = 0.0
    variable: bool = False
    lengths: tuple[tuple[int, float], ...] = ()


@record(frozen=True)
class Packed:
    """An average row or entry: bytes with headers and padding, without its line pointer, and their deviation."""

    bytes: float
    spread: float = 0.0


def stored(content: float, spread: float = 0.0, nulls: float = 0.0) -> Value:
    """Return a variable value of `content` bytes: one byte of header up to 126 bytes, else four and aligned."""
    if content + 1 <= SHORT:
        return Value(content + 1, 1, spread, nulls, variable=True)
    return Value(content + 4, 4, spread, nulls, variable=True)


def heap_row(values: Sequence[Value]) -> Packed:
    """Return the average heap row; values that make it too long are expected to be taken out by `move_out` before."""
    some_null = 1 - math.prod(1 - v.nulls for v in values)
    without, with_bitmap = _aligned(HEAP_HEADER), _aligned(HEAP_HEADER + (len(values) + 7) // 8)
    header = without + some_null * (with_bitmap - without)
    packed = _pack(values)
    return Packed(header + packed.bytes, packed.spread)


def index_entry(values: Sequence[Value]) -> Packed:
    """Return the average entry of a B-tree or GiST index, INCLUDE columns among the values."""
    some_null = 1 - math.prod(1 - v.nulls for v in values)
    packed = _pack(values)
    return Packed(INDEX_HEADER + 8 * some_null + packed.bytes, packed.spread)


def move_out(values: Sequence[Value], compression: float = 1.0) -> tuple[tuple[Value, ...], float]:
    """Return the values as they stay in an average row, and the bytes of a row that went out to TOAST.

    The longest variable value is compressed to `compression` of its bytes first, and moved out if the row is still too
    long, then the next. A value whose average is short stays, although some of its values may not.
    """
    kept = list(values)
    if heap_row(kept).bytes <= TOAST_THRESHOLD:
        return tuple(kept), 0.0  # most rows are short, and the search below packs the row again for each column
    for compress in (True, False):
        for at in sorted(range(len(kept)), key=lambda i: -kept[i].bytes):
            if heap_row(kept).bytes <= TOAST_THRESHOLD or not kept[at].variable:
                continue
            if compress and compression < 1:
                kept[at] = kept[at]._replace(bytes=kept[at].bytes * compression)
            elif not compress and kept[at].bytes > TOAST_POINTER:
                kept[at] = Value(TOAST_POINTER, 1, 0.0, kept[at].nulls, variable=True)
    moved = sum(
        (1 - new.nulls) * old.bytes * (compression if compression < 1 else 1.0)
        for old, new in zip(values, kept, strict=True)
        if new.bytes == TOAST_POINTER != old.bytes
    )
    return tuple(kept), moved


def rows_per_page(row: Packed, fill: int = 100) -> float:
    """Return how many rows stand on a page of a heap, on average; the fill factor in percent."""
    room = PAGE - PAGE_HEADER - PAGE * (100 - fill) // 100
    each = row.bytes + LINE_POINTER
    if not row.spread:
        return max(1, room // each)
    certain = max(1.0, room // each)
    random = max(1.0, room / each - 0.5 + row.spread**2 / (2 * each**2))
    doubt = min(1.0, row.spread * math.sqrt(room / each) * MANY_ROWS / each)
    return certain + doubt * (random - certain)


def heap_pages(rows: float, row: Packed, fill: int = 100) -> int:
    """Return the pages of a heap that was filled once and not changed since."""
    return math.ceil(rows / rows_per_page(row, fill)) if rows > 0 else 0


def toast_pages(rows: float, moved: float) -> tuple[int, int]:
    """Return the pages of the TOAST table and of its index for `moved` bytes a row."""
    if rows <= 0 or moved <= 0:
        return 0, 0
    whole, rest = divmod(moved, TOAST_CHUNK)
    chunk = rows_per_page(heap_row([Value(4, 4), Value(4, 4), stored(TOAST_CHUNK - 4)]))
    tail = (rest + 12 + 24 + LINE_POINTER) / (PAGE - PAGE_HEADER) if rest else 0.0
    chunks = rows * math.ceil(moved / TOAST_CHUNK)
    return math.ceil(rows * (whole / chunk + tail)), math.ceil(chunks / 366) + 2


def _pack(values: Sequence[Value]) -> Packed:
    return _packed(tuple(values))


@lru_cache(maxsize=4096)
def _packed(values: tuple[Value, ...]) -> Packed:
    """Lay values one after the other and align the end; the distribution over the 8 residues is carried along.

    The same rows are packed at every age of a design, so what was packed is remembered.
    """
    chances = [1.0, *[0.0] * 7]
    length, variance = 0.0, 0.0
    for value in values:
        here = 1 - value.nulls
        if not here:
            continue
        padding, moved = _step(chances, value)
        length += here * (padding + value.bytes)
        variance += here * value.spread**2 + here * value.nulls * value.bytes**2
        chances = [value.nulls * c + here * m for c, m in zip(chances, moved, strict=True)]
    length += sum(chance * (-at % 8) for at, chance in enumerate(chances))
    return Packed(length, math.sqrt(variance))


def _step(chances: Sequence[float], value: Value) -> tuple[float, list[float]]:
    """Return the average padding before a value, and where it ends among the 8 residues."""
    padding, aligned = 0.0, list(chances)
    if value.alignment > 1:
        aligned = [0.0] * 8
        for at, chance in enumerate(chances):
            gap = -at % value.alignment
            padding += chance * gap
            aligned[(at + gap) % 8] += chance
    if value.lengths or value.spread:
        return padding, _spread_ends(aligned, value)
    if value.bytes == int(value.bytes):
        over = int(value.bytes) % 8
        return padding, aligned[-over:] + aligned[:-over] if over else aligned
    return padding, [1 / 8] * 8


def _spread_ends(aligned: Sequence[float], value: Value) -> list[float]:
    """Ends of a value whose length varies: as known, else a normal distribution over whole bytes."""
    if not value.lengths and value.spread >= 4:
        return [1 / 8] * 8
    lengths = value.lengths or _bell(value.bytes, value.spread)
    total = sum(weight for _, weight in lengths)
    ends = [0.0] * 8
    for length, weight in lengths:
        for at in range(8):
            ends[(at + length) % 8] += aligned[at] * weight / total
    return ends


def _bell(average: float, spread: float) -> tuple[tuple[int, float], ...]:
    numbers = range(max(1, int(average - 4 * spread)), int(average + 4 * spread) + 2)
    return tuple((n, math.exp(-(((n - average) / spread) ** 2) / 2)) for n in numbers)


def _aligned(length: int) -> int:
    return length + -length % 8
