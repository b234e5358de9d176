"""Summaries in the shape of tables, for whoever asks of columns, keys and indexes and not of how rows come."""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.model.blueprint import Blueprint, StoredSummary
from dbwright.model.table import Index, Key, Table, TableColumn

_AGE = TableColumn("as_of", "timestamptz", True, about="How old the row is: when its computation began.")


def summary_table(made: StoredSummary, indexes: tuple[Index, ...] = ()) -> Table:
    """Return a summary as readers see it: its columns, its key, its age."""
    key = Key(f"{made.stored}_key", made.key)
    columns = (*made.columns, _AGE)
    return Table(
        made.name, made.about, made.area, columns, key, made.key, indexes=indexes, tenant_column=made.tenant_column
    )


def summary_tables(blueprint: Blueprint) -> Mapping[str, Table]:
    """Return each summary by the name of its view, and by that of its stored rows, which no tenant limits."""
    return blueprint.once(_tables) if blueprint.summaries else {}


def _tables(blueprint: Blueprint) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for made in blueprint.summaries:
        indexes = next(v.indexes for v in blueprint.views if v.name == made.stored)
        shown = summary_table(made, tuple(i for i in indexes if not i.unique))
        stored = Table(
            made.stored, shown.about, shown.area, made.columns, shown.primary_key, made.key, indexes=shown.indexes
        )
        found |= {made.name: shown, made.stored: stored}
    return found
