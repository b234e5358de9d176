"""How large an index other than a B-tree will be, and what its metapage will count, worked out before there is a row.

Each formula follows the tuple layout in PostgreSQL 18's sources (`access/gin*.h`, `brin_page.h`, `hash.h`, pgvector's
`hnsw.h` and `ivfflat.h`) and the fill that a build leaves; tests/server/test_access_methods.py measures them against
indexes that were built. Pages have 8 KiB. Planners forgive 30 % here; what they do not forgive is a missing count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from dbwright.planner.statistics import GinCounters

_PAGE = 8192
_LINE_POINTER = 4
_TUPLE_HEADER = 8
# A page without its header and without the eight bytes that most access methods keep at its end.
_ROOM = _PAGE - 24 - 8

# GIN: posting lists longer than this leave the tree of keys for a tree of their own; a page of keys splits in the
# middle even when keys come in order, so it stays half full; a posting page is left 90 % full.
_LONGEST_INLINE = 2704
_KEY_FILL = 0.5
_POSTING_ROOM = 8152
_POSTING_FILL = 0.9
_OFFSETS_A_PAGE = 2048

_REVMAP_ENTRIES = 1360

_HASH_BUCKET_AIM = 307
_HASH_BUCKET_MOST = 407
_HASH_FIRST_PHASED_GROUP = 10


def size_gin(
    groups: Iterable[tuple[float, float]], rows: float, heap_pages: float, key_bytes: float
) -> tuple[int, GinCounters]:
    """Return the pages of a GIN index as CREATE INDEX leaves it, and the counters of its metapage.

    `groups` are (keys, rows that hold each of them): common elements one by one, the rest as one group. `key_bytes`
    is the width of a key with its own header, such as 4 for int, 1 + length for short text. A key's rows are stored
    as differences of one to five bytes; keys that very many rows hold have posting trees.
    """
    leaf_bytes = posting_pages = entries = 0.0
    for keys, held_by in groups:
        if keys <= 0 or held_by <= 0:
            continue
        entries += keys
        posting = 8 + max(held_by - 1, 0) * _bytes_a_posting(rows, heap_pages, held_by)
        tuple_bytes = _aligned(_TUPLE_HEADER + key_bytes + posting) + _LINE_POINTER
        if _TUPLE_HEADER + key_bytes + posting > _LONGEST_INLINE:
            posting_pages += keys * _posting_pages(posting)
            tuple_bytes = _aligned(_TUPLE_HEADER + key_bytes) + _LINE_POINTER
        leaf_bytes += keys * tuple_bytes
    leaves = max(1, math.ceil(leaf_bytes / (_ROOM * _KEY_FILL))) if leaf_bytes > _ROOM else 1
    inner = _inner_pages(leaves, _aligned(_TUPLE_HEADER + key_bytes) + _LINE_POINTER, _KEY_FILL)
    counters = GinCounters(round(entries), leaves + inner, round(posting_pages))
    return 1 + counters.entry_pages + counters.data_pages, counters


def _bytes_a_posting(rows: float, heap_pages: float, held_by: float) -> float:
    """The width of the difference between one row of a key and the next, when they lie at random."""
    rows_a_page = max(rows / max(heap_pages, 1), 1.0)
    gap = max(rows / held_by, 1.0)
    same_page = 1 - gap / rows_a_page * (1 - math.exp(-rows_a_page / gap))
    units = gap / rows_a_page * _OFFSETS_A_PAGE
    apart = 2.0 + sum(math.exp(-(2.0**bits) / units) for bits in (14, 21, 28))
    return max(same_page, 0.0) + (1 - max(same_page, 0.0)) * apart


def _posting_pages(posting: float) -> int:
    """Leaves of one posting tree, and its root where it has several."""
    framed = posting * (1 + 8 / 256)
    if framed <= _POSTING_ROOM:
        return 1
    return math.ceil(framed / (_POSTING_ROOM * _POSTING_FILL)) + 1


def size_brin(heap_pages: float, pages_per_range: int = 128, summary_bytes: float = 16) -> int:
    """Return the pages of a BRIN index; `summary_bytes` are those of what it keeps of a range (two values of 8)."""
    ranges = max(1, math.ceil(heap_pages / pages_per_range))
    regular = math.ceil(ranges * (_aligned(8 + summary_bytes) + _LINE_POINTER) / _ROOM)
    return 1 + revmap_pages(heap_pages, pages_per_range) + regular


def revmap_pages(heap_pages: float, pages_per_range: int) -> int:
    """Return how many pages of a BRIN index only tell where the summary of a range lies; its metapage counts them."""
    return max(1, math.ceil(max(1, math.ceil(heap_pages / pages_per_range)) / _REVMAP_ENTRIES))


def size_hash(rows: float, distinct: float | None = None) -> int:
    """Return the pages of a hash index that was built over the rows; `distinct` values, one a row where left out.

    Buckets come in groups that double, each group in four phases; values that many rows share overflow.
    """
    aimed = max(2.0, rows / _HASH_BUCKET_AIM)
    buckets = _allocated_buckets(aimed)
    each = rows / max(distinct or rows, 1)
    if each > _HASH_BUCKET_MOST / 4:
        overflow = max(distinct or rows, 1) * math.ceil(max(each - _HASH_BUCKET_MOST, 0) / _HASH_BUCKET_MOST)
    else:
        half = 2 ** math.floor(math.log2(buckets))
        unsplit = 0 if half == buckets else 2 * half - buckets
        overflow = unsplit * _share_above(_HASH_BUCKET_MOST, rows / half) + (buckets - unsplit) * _share_above(
            _HASH_BUCKET_MOST, rows / (half if half == buckets else 2 * half)
        )
    return round(2 + buckets + overflow + buckets / 65536)


def _allocated_buckets(aimed: float) -> int:
    group = math.ceil(math.log2(aimed))
    if group < _HASH_FIRST_PHASED_GROUP:
        return int(2**group)
    phase = 2 ** (group - 1) // 4
    return int(2 ** (group - 1) + math.ceil((aimed - 2 ** (group - 1)) / phase) * phase)


def _share_above(limit: float, mean: float) -> float:
    """How often a count that is `mean` on average passes the limit: the normal law in place of Poisson's."""
    return 0.5 * math.erfc((limit + 0.5 - mean) / math.sqrt(2 * max(mean, 1e-9)))


def size_ivfflat(rows: float, dimensions: int, lists: int = 100) -> int:
    """Return the pages of pgvector's ivfflat: every list starts on a page of its own."""
    vector = 8 + 4 * dimensions
    entries_a_page = max(1, _ROOM // (_aligned(_TUPLE_HEADER + vector) + _LINE_POINTER))
    centres_a_page = max(1, _ROOM // (_aligned(8 + vector) + _LINE_POINTER))
    a_list = rows / lists / entries_a_page
    return round(1 + math.ceil(lists / centres_a_page) + lists * (a_list + 0.5 if a_list > 1 else 1))


def size_hnsw(rows: float, dimensions: int, m: int = 16) -> int:
    """Return the pages of pgvector's hnsw: for each row the vector and its neighbours, together on a page."""
    element = _aligned(72 + 8 + 4 * dimensions)
    neighbours = _aligned(4 + (2 + 1 / (m - 1)) * m * 6)
    together = element + neighbours + 2 * _LINE_POINTER
    if together > _ROOM:
        return round(1 + rows * (1 + neighbours / _ROOM))
    return 1 + math.ceil(rows / (_ROOM // together))


def size_gist(rows: float, key_bytes: float, fill: float = 0.66) -> int:
    """Return the pages of a GiST index with keys of so many bytes (a box 32, a range of int 14), filled at random."""
    a_tuple = _aligned(_TUPLE_HEADER + key_bytes) + _LINE_POINTER
    leaves = max(1, math.ceil(rows * a_tuple / (_ROOM * fill)))
    return leaves + _inner_pages(leaves, a_tuple, fill)


def size_spgist(rows: float, value_bytes: float) -> int:
    """Return the pages of an SP-GiST index with values of so many bytes in its leaves."""
    return 3 + math.ceil(rows * (_aligned(16 + value_bytes) + _LINE_POINTER) / (_ROOM * 0.8))


def _inner_pages(leaves: int, tuple_bytes: float, fill: float) -> int:
    """The pages above the leaves of a tree."""
    inner = 0
    while leaves > 1:
        leaves = math.ceil(leaves * tuple_bytes / (_ROOM * fill))
        inner += leaves
    return inner


def _aligned(size: float) -> int:
    return math.ceil(size / 8) * 8
