"""Values that a table seems to repeat from one that it leads to: likely by name, and no more than likely."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.dependency import declared_dependencies
from dbwright.model.table import ForeignKey, Table, TableColumn
from dbwright.rules.registry import note, rule
from dbwright.sql.types import bare_type

_OF_EVERY_THING = frozenset(
    "about amount body code comment content count currency date description duration email format key kind label"
    " language level locale location message method mode name note notes number order payload position priority"
    " quantity rank reason region role score size slug sort source state status summary symbol tags text time timezone"
    " title total type unit url value version visibility weight".split()
)
"""Words that tables of all kinds use for something of their own."""
_OWN_TYPES = ("boolean", "timestamp", "date", "jsonb", "json", "tsvector", "bytea")
"""Types whose values are rarely looked up elsewhere: times, flags, documents."""


@rule
def likely_copy(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A value that stands in the table a row leads to is not written again without saying so.

    What it does: finds columns with the name and type of a column in a table that a reference leads to, where neither
    `copy of:`, `as of:` nor `depends:` says what they are. Names that every table uses (`name`, `status`) do not count.
    Why it matters: if it is that value, a change there leaves the old one here, and no one knows which is right.
    Instead of: orders with customer_id and shipping_city, and customers with shipping_city
    Write: shipping_city: {copy of: customers.shipping_city}, or {as of: order time}, or read it by a join
    """
    said = declared_dependencies(blueprint.design)
    for table in blueprint.tables:
        entity = blueprint.design.entity(table.name)
        if entity is None:
            continue
        depends = {name for d in said.get(table.name, ()) for name in (*d.determinant, *d.dependent)}
        for key in table.foreign_keys:
            target = blueprint.table(key.target)
            for column in _repeated(table, key, target) if target and target.name != table.name else ():
                if column.name in depends or column.source is None:
                    continue
                message = (
                    f"`{table.name}.{column.name}` may repeat `{key.target}.{column.name}`, to which `{key.name}` leads"
                )
                help_text = (
                    f"write `copy of: {key.target}.{column.name}`, `as of: …` where it is history, or another name"
                )
                yield note("likely_copy", message, column.source.place.span, help_text)


def _repeated(table: Table, key: ForeignKey, target: Table) -> Iterator[TableColumn]:
    """Columns of the same name and type in both, that neither identify, nor lead on, nor are said to be something."""
    common = [n for n in set(table.column_names).intersection(target.column_names) if n not in _OF_EVERY_THING]
    if not common:
        return
    leading = {name for t in (table, target) for k in t.foreign_keys for name in k.columns}
    leading |= {name for t in (table, target) for names in t.unique_sets() for name in names}
    for name in sorted(set(common) - leading, key=table.column_names.index):
        column, there = table.column(name), target.column(name)
        if column is None or there is None or column.source is None or there.source is None:
            continue
        source = column.source
        if source.copy_of or source.as_of or column.generated or source.counts or source.sums:
            continue
        if column.name.lower() in _OF_EVERY_THING or bare_type(column.type).startswith(_OWN_TYPES):
            continue
        grouped = source.place.span == there.source.place.span
        if column.type == there.type and source.one_of == there.source.one_of and not grouped:
            yield column
