"""Bytes of every file of a table: its rows, what moved out of them, its indexes, partition by partition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dbwright.model.capacity import PartKind
from dbwright.model.table import Table
from dbwright.sizing.facts import TableFacts
from dbwright.sizing.indexes import index_size
from dbwright.sizing.layout import PAGE, heap_pages, toast_pages
from dbwright.sizing.partitions import partition_facts
from dbwright.sizing.trees import Filling

Bytes = dict[tuple[str, PartKind], int]


def table_bytes(
    table: Table, facts: TableFacts, filling: Filling | None = None, parts: Mapping[str, TableFacts] | None = None
) -> Bytes:
    """Return the bytes of each file by its name and kind; partitions are summed up under the names of their table.

    `filling` says how the indexes came to be, by default by rows that came one by one; `parts` are the facts of the
    partitions where they are known better than from those of the table.
    """
    found: Bytes = {}
    pieces = parts or partition_facts(table, facts, counted=_indexed(table, facts)) or {table.name: facts}
    for piece in pieces.values():
        for name, kind, pages in _files(table, piece, filling):
            found[(name, kind)] = found.get((name, kind), 0) + pages * PAGE
    return found


def _indexed(table: Table, facts: TableFacts) -> frozenset[str]:
    """The columns that some index names, and the key of the partitions: no other's values change a size."""
    if table.partitioning is None:
        return frozenset()
    texts = [*table.partitioning.columns]
    for index in (*table.key_indexes, *table.indexes):
        texts += [index.definition, index.where, *index.include, *(k.expression for k in index.keys)]
    return frozenset(c.name for c in facts.columns if any(c.name in text for text in texts))


def _files(table: Table, facts: TableFacts, filling: Filling | None) -> Iterator[tuple[str, PartKind, int]]:
    row, moved = facts.row()
    yield table.name, "heap", heap_pages(facts.rows, row)
    toast, toast_index = toast_pages(facts.rows, moved)
    if toast:
        yield table.name, "toast", toast + toast_index
    for number, index in enumerate((*table.key_indexes, *table.indexes)):
        yield index.name, "index", index_size(facts, index, number < len(table.key_indexes), filling).pages
