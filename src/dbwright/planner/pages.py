"""Relation files of a throw-away cluster: extended without writing, trees given the height they will have, counts set.

The bytes follow access/nbtree.h, gin_private.h, brin_page.h and storage/bufpage.h of PostgreSQL 18, little-endian,
8 KiB pages, and a cluster without checksums. Nothing here knows a server: `premises` decides what may be touched. A
file is named by the descriptor of its directory and its name in it, so that no path can lead elsewhere.
"""

from __future__ import annotations

import os
import stat
import struct

from dbwright.planner.statistics import GinCounters
from dbwright.sizing.methods import range_map_pages

PAGE = 8192
"""Bytes of a page."""
SEGMENT_PAGES = 131_072
"""Pages of one file of a relation; the next ones are called `file.1`, `file.2` and so on."""
MOST_PAGES = 2**31 - 1
"""The most pages a relation's size can be told with: `relpages` is an int4, so 16 TiB."""

_SPECIAL = PAGE - 16
_META_FIELDS = 32
_ROOT, _LEAF = 2, 1
_PIVOT = _SPECIAL - 8
_MINUS_INFINITY = 8 | 0x2000
_CONTENTS = 24
_NO_BLOCK = 0xFFFFFFFF
_GIN_COUNTS = struct.Struct("<IIIIqIIIxxxxq")
_BRIN_META = struct.Struct("<IIII")
BRIN_MAGIC = 0xA8109CFA
"""What the metapage of a BRIN index begins with."""


def resize(directory: int, name: str, pages: int, segments: int = 1) -> int:
    """Give a relation of so many segments at least so many pages; return how many segments it has now. Raise OSError.

    New pages are holes in the file and cost no disk. Of the segments that are there, all between the first and the
    last are full; those that are not needed are removed. So growing from size to size costs what is added.
    """
    needed = max(1, -(-pages // SEGMENT_PAGES))
    for number in (0, *range(max(1, segments - 1), needed)):
        wanted = min(SEGMENT_PAGES, pages - number * SEGMENT_PAGES) * PAGE
        _stretch(directory, name, number, wanted, made=number >= segments)
    for number in range(needed, segments):
        os.unlink(f"{name}.{number}", dir_fd=directory)
    if 1 < needed <= segments:
        _stretch(directory, name, needed - 1, (pages - (needed - 1) * SEGMENT_PAGES) * PAGE, made=False, cut=True)
    return needed


def _stretch(directory: int, name: str, number: int, wanted: int, made: bool, cut: bool = False) -> None:
    descriptor = open_segment(directory, name if number == 0 else f"{name}.{number}", create=made)
    try:
        if cut or os.fstat(descriptor).st_size < wanted:
            os.ftruncate(descriptor, wanted)
        if made and os.geteuid() == 0:
            owner = os.fstat(directory)
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
    finally:
        os.close(descriptor)


def open_segment(directory: int, name: str, create: bool = False) -> int:
    """Open one file of a relation to write in it. Raise OSError, also where it is a link or has a second name."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | (os.O_CREAT | os.O_EXCL if create else 0)
    descriptor = os.open(name, flags, 0o600, dir_fd=directory)
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_dev != os.fstat(directory).st_dev:
        os.close(descriptor)
        raise PermissionError(f"{name} is no file of this server alone, so it is not written to")
    return descriptor


def write_page(descriptor: int, block: int, content: bytes) -> None:
    """Write one page of the first segment. Raise OSError."""
    _write(descriptor, block * PAGE, content)


def raise_tree(descriptor: int, height: int) -> None:
    """Give a B-tree of at least `height` + 2 pages a root `height` levels above its leaves. Raise OSError.

    Block 1 stays the leaf that holds the rows there are; one page a level leads to it. A tree can be raised again.
    """
    root = struct.unpack("<I", os.pread(descriptor, 4, _META_FIELDS))[0]
    _write(descriptor, _META_FIELDS, struct.pack("<4I", height + 1, height, height + 1, height))
    _mark_leaf(descriptor, height, empty=root == 0)
    for level in range(1, height + 1):
        write_page(descriptor, level + 1, _inner_page(level, top=level == height))


def count_gin(descriptor: int, pages: int, counters: GinCounters | None) -> None:
    """Let the metapage of a GIN index count what it would in so many pages; nothing waits to be sorted in.

    Without counters the planner keeps to its own assumptions: nine pages of ten hold keys, a hundred each.
    """
    counted = os.pread(descriptor, _GIN_COUNTS.size, _CONTENTS)
    if len(counted) < _GIN_COUNTS.size:
        return
    told = (pages, counters.entry_pages, counters.data_pages, counters.entries) if counters else (0, 0, 0, 0)
    _write(descriptor, _CONTENTS, _GIN_COUNTS.pack(_NO_BLOCK, _NO_BLOCK, 0, 0, 0, *told))


def count_brin(descriptor: int, heap_pages: int) -> None:
    """Let the metapage of a BRIN index count the pages that a table of so many pages needs to find its summaries."""
    magic, version, pages_per_range, _ = _BRIN_META.unpack(os.pread(descriptor, _BRIN_META.size, _CONTENTS))
    if magic == BRIN_MAGIC:
        last = range_map_pages(heap_pages, pages_per_range)
        _write(descriptor, _CONTENTS, _BRIN_META.pack(magic, version, pages_per_range, last))


def _write(descriptor: int, offset: int, content: bytes) -> None:
    if os.pwrite(descriptor, content, offset) != len(content):
        raise OSError("a page could be written only in part")


def _mark_leaf(descriptor: int, height: int, empty: bool) -> None:
    """Block 1 stops being the root of a higher tree; where no row has made it yet, it becomes an empty leaf."""
    flags = _LEAF if height else _LEAF | _ROOT
    if empty:
        write_page(descriptor, 1, _page(24, _SPECIAL, b"", b"", 0, flags))
        return
    _write(descriptor, 2 * PAGE - 4, struct.pack("<H", flags))


def _inner_page(level: int, top: bool) -> bytes:
    """A page with one child, the block before it, whose key is minus infinity."""
    pointer = struct.pack("<I", _PIVOT | 1 << 15 | 8 << 17)
    child = level
    pivot = struct.pack("<4H", child >> 16, child & 0xFFFF, 0, _MINUS_INFINITY)
    return _page(28, _PIVOT, pointer, pivot, level, _ROOT if top else 0)


def _page(lower: int, upper: int, pointers: bytes, tuples: bytes, level: int, flags: int) -> bytes:
    header = struct.pack("<QHHHHHHI", 0, 0, 0, lower, upper, _SPECIAL, PAGE | 4, 0)
    body = (header + pointers).ljust(_SPECIAL - len(tuples), b"\0") + tuples
    return body + struct.pack("<3I2H", 0, 0, level, flags, 0)
