"""How many bytes of the write-ahead log a day writes: records, and the whole pages after each checkpoint."""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.model.blueprint import Blueprint
from dbwright.model.quantities import DAY
from dbwright.model.table import Table
from dbwright.passes.write_rates import WriteRates, write_rates
from dbwright.sizing.facts import TableFacts, met
from dbwright.sizing.indexes import index_size, indexed_rows
from dbwright.sizing.layout import PAGE, heap_pages
from dbwright.sizing.tables import Facts
from dbwright.sizing.totals import Bytes

CHECKPOINT = 15 * 60.0
"""Seconds between checkpoints; the first change of a page after each writes the whole page."""
RECORD = 46
"""Bytes of a log record around the row or entry that it carries."""
PAGE_IMAGE = 0.6
"""Share of a page that an image takes without its hole, compressed (wal_compression)."""


def log_bytes_a_day(blueprint: Blueprint, facts: Facts, files: Mapping[str, Bytes]) -> float:
    """Return the bytes of log that an average day writes at the age of the facts; `files` are those of each table."""
    rates = write_rates(blueprint)
    return sum(
        _table(table, facts.tables[table.name], rates[table.name], files[table.name])
        for table in blueprint.tables
        if table.name in rates
    )


def _table(table: Table, facts: TableFacts, rates: WriteRates, files: Bytes) -> float:
    row, _ = facts.row()
    changed = rates.inserted + rates.updated
    records = changed * (row.bytes + RECORD) + rates.deleted * RECORD
    images = (
        DAY / CHECKPOINT * _images(heap_pages(facts.rows, row), changed + rates.deleted, changed * row.bytes / PAGE)
    )
    entries = rates.inserted + (rates.updated if rates.indexed else 0.0)
    for number, index in enumerate((*table.key_indexes, *table.indexes)):
        if table.partitioning is None:
            pages, held = files[(index.name, "index")] // PAGE, indexed_rows(facts, index)
        else:
            # As if it were whole: what is written at once goes into one partition.
            size = index_size(facts, index, unique=number < len(table.key_indexes))
            pages, held = size.pages, size.rows
        each = pages * PAGE / held if held else 0.0
        share = held / facts.rows if facts.rows else 0.0
        records += entries * share * (each + RECORD)
        first = facts.column(index.columns[0]) if index.columns else None
        touched = entries * share
        new_pages = touched * each / PAGE if first is not None and first.rising else touched
        images += DAY / CHECKPOINT * _images(pages, touched, new_pages)
    return records + images * PAGE * PAGE_IMAGE


def _images(pages: float, changes_a_day: float, spread_a_day: float) -> float:
    """Pages that are first changed between two checkpoints."""
    changes = min(changes_a_day, spread_a_day) * CHECKPOINT / DAY
    return met(pages, changes) if pages >= 1 else 0.0
