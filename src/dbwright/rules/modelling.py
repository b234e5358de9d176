"""Rules about what a table should have been: a child table, a supertype, several tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table, TableColumn
from dbwright.rules.bystanders import bare_name
from dbwright.rules.places import name_of_column
from dbwright.rules.registry import note, rule, warning
from dbwright.sql.types import canonical_type

MOST_COLUMNS = 30
"""Columns above which a table usually holds several things."""
_NUMBERED = re.compile(r"(.*?[a-z])_?(\d{1,2})")

_EVIDENCE = {"audit", "log", "logs", "history", "trail", "audits"}
"""Words of tables that tell what happened."""


@rule
def numbered_columns(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A list is rows, not numbered columns.

    What it does: finds two or more columns of one type whose names differ only in a number at the end.
    Why it matters: the next value needs a new column, and every search must name them all (first normal form).
    Instead of: phone1: text, phone2: text
    Write: an entity `phones` with a row a number
    """
    for table in blueprint.tables:
        for stem, columns in _siblings(table).items():
            if len(columns) > 1:
                names = ", ".join(f"`{c.name}`" for c in columns)
                message = f"`{table.name}` holds a list in {names}: one more value needs one more column"
                help_text = f"make an entity of `{stem}` that references `{table.name}`"
                yield warning("numbered_columns", message, name_of_column(table, columns[1]), help_text)


def _siblings(table: Table) -> dict[str, list[TableColumn]]:
    found: dict[tuple[str, str], list[TableColumn]] = {}
    for column in table.columns:
        numbered = _NUMBERED.fullmatch(column.name) if column.name[-1].isdigit() else None
        if numbered:
            found.setdefault((numbered[1], canonical_type(column.type)), []).append(column)
    return {stem: columns for (stem, _), columns in found.items()}


@rule
def polymorphic_reference(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A reference leads to one table.

    What it does: finds pairs of columns `x_type` and `x_id` of which the second references nothing.
    Why it matters: no server can keep such a reference, so rows lead nowhere and nothing cascades.
    Instead of: item_type: text, item_id: uuid
    Write: a column a target with a check that exactly one is there, or a common supertype that both reference
    """
    for table in blueprint.tables:
        typed = [c for c in table.columns if c.name.endswith("_type")]
        if not typed or _EVIDENCE.intersection(bare_name(table).lower().split("_")):
            continue  # what happened is kept when its row is gone
        known = {*table.logical_key, *(name for key in table.foreign_keys for name in key.columns)}
        for column in typed:
            stem = column.name.removesuffix("_type")
            if f"{stem}_id" in known or table.column(f"{stem}_id") is None:
                continue
            message = f"`{table.name}.{stem}_id` leads elsewhere for each `{column.name}`: no server can keep that"
            help_text = "write one reference for each target and a check that exactly one is there"
            yield warning("polymorphic_reference", message, name_of_column(table, column), help_text)


@rule
def too_many_columns(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A table is about one thing.

    What it does: finds tables with more than 30 columns.
    Why it matters: several things share a row, so each change rewrites all of them, and most are empty.
    Instead of: one entity `customers` with everything that was ever known of them
    Write: `customers`, `customer_addresses`, `customer_preferences`
    """
    for table in blueprint.tables:
        if len(table.columns) > MOST_COLUMNS:
            message = f"`{table.name}` has {len(table.columns)} columns: it is about several things"
            yield note("too_many_columns", message, table.span, "split off what is read and written by itself")
