"""Relation files of a throw-away cluster: extended without writing, and B-trees given the height they will have.

The bytes follow src/include/access/nbtree.h and storage/bufpage.h of PostgreSQL 18, little-endian, 8 KiB pages, and a
cluster without checksums. Nothing here knows a server: `laboratory` decides what may be touched.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import IO

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


def extend(path: Path, pages: int) -> None:
    """Make a relation at least `pages` long; the new pages are holes in the file and cost no disk. Raise OSError."""
    owner = path.stat()
    for number in range(-(-pages // SEGMENT_PAGES)):
        segment = path if number == 0 else path.with_name(f"{path.name}.{number}")
        wanted = min(SEGMENT_PAGES, pages - number * SEGMENT_PAGES) * PAGE
        descriptor = os.open(segment, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < wanted:
                os.ftruncate(descriptor, wanted)
            if number and os.geteuid() == 0:
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
        finally:
            os.close(descriptor)


def write_page(path: Path, block: int, content: bytes) -> None:
    """Write one page of the first segment. Raise OSError."""
    with path.open("r+b") as file:
        file.seek(block * PAGE)
        file.write(content)


def raise_tree(path: Path, height: int) -> None:
    """Give a B-tree of at least `height` + 2 pages a root `height` levels above its leaves.

    Block 1 stays the leaf that holds the rows there are; one page a level leads to it. A tree can be raised again.
    """
    with path.open("r+b") as file:
        file.seek(_META_FIELDS)
        root = struct.unpack("<I", file.read(4))[0]
        file.seek(_META_FIELDS)
        file.write(struct.pack("<4I", height + 1, height, height + 1, height))
        _mark_leaf(file, height, empty=root == 0)
        for level in range(1, height + 1):
            file.seek((level + 1) * PAGE)
            file.write(_inner_page(level, top=level == height))


def _mark_leaf(file: IO[bytes], height: int, empty: bool) -> None:
    """Block 1 stops being the root of a higher tree; where no row has made it yet, it becomes an empty leaf."""
    flags = _LEAF if height else _LEAF | _ROOT
    if empty:
        file.seek(PAGE)
        file.write(_page(24, _SPECIAL, b"", b"", 0, flags))
        return
    file.seek(2 * PAGE - 4)
    file.write(struct.pack("<H", flags))


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
