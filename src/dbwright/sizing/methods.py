"""Sizes of indexes that are no B-trees: first formulas, in pages of 8 KiB.

Source: PostgreSQL 18, src/backend/access/{hash,gin,gist,brin}; pgvector, src/hnsw.h and src/ivfflat.h.
"""

from __future__ import annotations

import math

from dbwright.records import record
from dbwright.sizing.layout import INDEX_HEADER, LINE_POINTER, PAGE, PAGE_HEADER, Packed

_ROOM = PAGE - PAGE_HEADER - 16
_HASH_ENTRY = 16
_HASH_TARGET = PAGE * 75 // 100 // (_HASH_ENTRY + LINE_POINTER)
_RANGES = 128
_RANGE_MAP = 1360
_POSTING_TREE = 384
_RANDOM_FILL = math.log(2)


def hash_pages(rows: float) -> int:
    """Return the pages of a hash index: buckets in quarters of powers of two, and the pages that overflow."""
    wanted = max(2, math.ceil(rows / _HASH_TARGET))
    power: int = 2 ** math.floor(math.log2(wanted))
    step = max(1, power // 4)
    buckets = power if wanted == power else power + step * math.ceil((wanted - power) / step)
    crowded = rows / buckets / (_ROOM / (_HASH_ENTRY + LINE_POINTER))
    return buckets + math.ceil(buckets * max(0.0, crowded - 0.75) * 0.5) + 2


@record(frozen=True)
class Inverted:
    """A GIN index: pages in all, pages of entries, pages of posting trees, different entries."""

    pages: int
    entry_pages: int
    data_pages: int
    entries: int


def gin(rows: float, elements: float, distinct: float, key_bytes: float) -> Inverted:
    """Return a GIN index of `elements` keys a row, `distinct` different ones of `key_bytes` with their header.

    Row pointers of a key are stored as differences: the rarer a key, the longer each. Lists above 384 bytes become
    trees of their own. The pending list is taken to be empty.
    """
    pairs = rows * elements
    if not pairs or not distinct:
        return Inverted(2, 1, 0, 0)
    each = pairs / distinct
    pointer = max(1.0, math.log2(max(2.0, rows / each * 2)) / 7)
    postings = each * min(pointer, 6.0)
    key = INDEX_HEADER + key_bytes + LINE_POINTER
    if postings > _POSTING_TREE * 7:
        data = distinct * math.ceil(postings / (_ROOM * 0.9))
        entry = key
    else:
        data, entry = 0, key + postings
    entry_pages = math.ceil(distinct * entry / (_ROOM * _RANDOM_FILL))
    return Inverted(math.ceil(entry_pages + data) + 1, entry_pages, math.ceil(data), round(distinct))


def gist_pages(rows: float, entry: Packed) -> int:
    """Return the pages of a GiST or SP-GiST index: pages split in halves, also in a build."""
    slot = (entry.bytes + LINE_POINTER) / (_ROOM * _RANDOM_FILL)
    leaves = max(1, math.ceil(rows * slot))
    return leaves + math.ceil(leaves * slot) + (leaves > 1)


def brin_pages(heap_pages: int, summary_bytes: float, pages_per_range: int = _RANGES) -> int:
    """Return the pages of a BRIN index: metapage, range map, one summary for each range of the heap."""
    ranges = math.ceil(heap_pages / pages_per_range)
    summaries = math.ceil(ranges * (8 + summary_bytes + LINE_POINTER) / _ROOM)
    return 1 + max(1, math.ceil(ranges / _RANGE_MAP)) + summaries


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
