"""Sizes of indexes that are no B-trees: first formulas, in pages of 8 KiB.

Source: PostgreSQL 18, src/backend/access/{hash,gin,gist,brin}; pgvector, src/hnsw.h and src/ivfflat.h.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from dbwright.records import record
from dbwright.sizing.layout import INDEX_HEADER, LINE_POINTER, PAGE, PAGE_HEADER, Packed

_ROOM = PAGE - PAGE_HEADER - 16
_HASH_ENTRY = 16
_HASH_TARGET = PAGE * 75 // 100 // (_HASH_ENTRY + LINE_POINTER)
_RANGES = 128
_RANGE_MAP = 1360
_LONGEST_LIST = 2_704
_TREE_FILL = 0.75
_PENDING = 512
_OVERFLOWN = 0.25
_HASH_MOST = 407
_RANDOM_FILL = math.log(2)


def hash_pages(rows: float, built: bool = True, distinct: float | None = None) -> int:
    """Return the pages of a hash index of `distinct` values, one a row where left out.

    Buckets double up to 512, then grow by quarters; those that were not split yet, and values that many rows share,
    overflow.
    """
    wanted = max(2, math.ceil(rows / _HASH_TARGET))
    power: int = 2 ** math.floor(math.log2(wanted))
    step = power if power < 512 else power // 4
    buckets = power if wanted == power else power + step * math.ceil((wanted - power) / step)
    values = max(1.0, distinct if distinct is not None else rows)
    if rows / values > _HASH_MOST / 4:
        return buckets + 2 + round(values * math.ceil(max(0.0, rows / values - _HASH_MOST) / _HASH_MOST))
    if not built:
        return buckets + 2 + round(buckets * _OVERFLOWN)
    half: int = 2 ** math.floor(math.log2(buckets))
    unsplit = 0 if half == buckets else 2 * half - buckets
    return buckets + 2 + round(unsplit * _share_above(_HASH_MOST, rows / half))


def _share_above(limit: float, mean: float) -> float:
    """How often a count that is `mean` on average passes the limit: the normal law in place of Poisson's."""
    return 0.5 * math.erfc((limit + 0.5 - mean) / math.sqrt(2 * max(mean, 1e-9)))


@record(frozen=True)
class Inverted:
    """A GIN index: pages in all, pages of entries, pages of posting trees, different entries."""

    pages: int
    entry_pages: int
    data_pages: int
    entries: int


def gin(
    rows: float, counts: Sequence[tuple[float, float]], key_bytes: float, heap_pages: float, built: bool = True
) -> Inverted:
    """Return a GIN index over `counts`: numbers of keys of `key_bytes` on average, each with the rows that have them.

    Row pointers of a key are stored as differences of block and line: the rarer a key, the longer each. Lists that are
    too long for an entry become trees of their own. Pages of entries split in halves, and a build fills them from left
    to right. An index that grew keeps the pages of its pending list (gin_pending_list_limit).
    """
    entry_bytes, data, distinct = 0.0, 0.0, 0.0
    for keys, each in counts:
        distinct += keys
        length = INDEX_HEADER + key_bytes
        postings = 8 + (each - 1) * _pointer(each, heap_pages)
        if postings > _LONGEST_LIST:
            data += keys * _posting_pages(postings)
            postings = 0
        entry_bytes += keys * (_aligned(length + postings) + LINE_POINTER)
    entry_pages = max(1, math.ceil(entry_bytes / (_ROOM * (0.5 if built else _RANDOM_FILL))))
    inner = math.ceil(entry_pages * (INDEX_HEADER + key_bytes + 4) / (_ROOM * 0.5)) if entry_pages > 1 else 0
    pending = 0 if built else min(_PENDING, math.ceil(rows / 40))
    return Inverted(math.ceil(entry_pages + inner + data) + 1 + pending, entry_pages, math.ceil(data), round(distinct))


def _posting_pages(postings: float) -> int:
    """Leaves of one posting tree, and its root where it has several."""
    if postings <= _ROOM:
        return 1
    return math.ceil(postings / (_ROOM * _TREE_FILL)) + 1


def _pointer(each: float, heap_pages: float) -> float:
    """Average bytes of the difference between two rows of a key: seven bits a byte, eleven of them for the line."""
    gap = max(heap_pages / each, 1e-9) if each > 0 else 1e-9
    same_page = 1 / (1 + gap)
    further = 2 + math.exp(-8 / gap) + math.exp(-1024 / gap) + math.exp(-131_072 / gap)
    return same_page + (1 - same_page) * further


def gist_pages(rows: float, entry: Packed) -> int:
    """Return the pages of a GiST or SP-GiST index: pages split in halves, also in a build."""
    slot = (entry.bytes + LINE_POINTER) / (_ROOM * _RANDOM_FILL)
    leaves = max(1, math.ceil(rows * slot))
    return leaves + math.ceil(leaves * slot) + (leaves > 1)


def brin_pages(heap_pages: int, summary_bytes: float, pages_per_range: int = _RANGES) -> int:
    """Return the pages of a BRIN index: metapage, range map, one summary for each range of the heap."""
    ranges = math.ceil(heap_pages / pages_per_range)
    summaries = math.ceil(ranges * (8 + summary_bytes + LINE_POINTER) / _ROOM)
    return 1 + range_map_pages(heap_pages, pages_per_range) + summaries


def range_map_pages(heap_pages: int, pages_per_range: int) -> int:
    """Return how many pages of a BRIN index only tell where the summary of a range lies; its metapage counts them."""
    return max(1, math.ceil(math.ceil(heap_pages / pages_per_range) / _RANGE_MAP))


def hnsw_pages(rows: float, dimensions: int, links: int = 16, element_bytes: int = 4) -> int:
    """Return the pages of an HNSW index of pgvector: an element and its neighbours for each row, never split."""
    element = _aligned(72 + 8 + element_bytes * dimensions) + LINE_POINTER
    neighbours = _aligned(4 + 6 * links * 2) + 6 * links / (links - 1) + LINE_POINTER
    room = PAGE - PAGE_HEADER - 8
    together = element + neighbours
    each = 1 / int(room // together) if together <= room else 1 + 1 / int(room // neighbours)
    return 1 + math.ceil(rows * each)


def ivfflat_pages(rows: float, dimensions: int, lists: int, element_bytes: int = 4) -> int:
    """Return the pages of an IVFFlat index of pgvector: centres, and the rows of each list on pages of their own."""
    vector = _aligned(8 + element_bytes * dimensions)
    room = PAGE - PAGE_HEADER - 8
    centres = math.ceil(lists / max(1, int(room // (vector + 8 + LINE_POINTER))))
    on_page = max(1, int(room // (INDEX_HEADER + vector + LINE_POINTER)))
    return 1 + centres + round(lists * (rows / lists / on_page + 0.5))


def _aligned(length: float) -> int:
    return math.ceil(length / 8) * 8
