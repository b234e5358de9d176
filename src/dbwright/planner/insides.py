"""What stands inside a loaded server's indexes: the height of B-trees and the metapages of others, only read.

Three ways, the first that the login may go: the extension pageinspect, the file of the index, or the number of pages.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from dbwright.planner.pages import PAGE

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

WAYS = """
select (select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
        where e.extname = 'pageinspect'),
       current_setting('is_superuser') = 'on',
       pg_catalog.has_function_privilege('pg_catalog.pg_read_binary_file(text, bigint, bigint)', 'execute')
"""
NO_METAPAGE = frozenset({"gist", "spgist"})
"""Access methods whose costs depend on nothing that stands in a metapage."""
TREE_FANOUT = 280
"""How many pages one inner page of a B-tree leads to, with keys of usual width."""

MOST_FANOUT = 408
"""The most that fit on one: a pointer of 4 bytes and a pivot of 16 for each."""


class InsideReader:
    """Reads metapages in the way that this login may; `exact` tells whether there is one."""

    def __init__(self, connection: Connection[TupleRow]) -> None:
        self._connection = connection
        row = connection.execute(WAYS).fetchone()
        assert row is not None
        schema, superuser, reads_files = row
        self._query = ""
        if schema is not None and superuser:
            self._query = f"select \"{schema}\".get_raw_page(%s::regclass::text, 'main', 0)"
        elif reads_files:
            self._query = f"select pg_catalog.pg_read_binary_file(pg_catalog.pg_relation_filepath(%s), 0, {PAGE})"

    @property
    def exact(self) -> bool:
        """Whether metapages can be read; otherwise heights follow from pages, and other counts are unknown."""
        return bool(self._query)

    def read(self, index: int, method: str, pages: int) -> tuple[int | None, bytes]:
        """Return the height of a B-tree, or the metapage of another index. Raise psycopg.Error."""
        if method in NO_METAPAGE:
            return None, b""
        if not self._query:
            return (estimate_height(pages) if method == "btree" else None), b""
        row = self._connection.execute(self._query.encode(), [index]).fetchone()
        page = bytes(row[0]) if row and row[0] else b""
        if method != "btree":
            return None, page
        height = struct.unpack_from("<I", page, 36)[0] if len(page) >= 40 else 0
        # A page that was not written out yet tells of a smaller tree in its file.
        most_leaves = MOST_FANOUT**height if height else 1
        return (height if pages <= 2 + 1.01 * most_leaves else estimate_height(pages)), b""


def estimate_height(pages: int) -> int:
    """Return the height of a B-tree of so many pages whose keys have usual width."""
    height, left = 0, float(pages - 1)
    while left > 1.5:
        left /= TREE_FANOUT
        height += 1
    return height
