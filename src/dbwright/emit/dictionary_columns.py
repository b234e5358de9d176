"""The columns of one table in the data dictionary, with what the system must know about each value."""

from __future__ import annotations

from dbwright.emit.blocks import Block, Code, Grid, Heading, Inline, Paragraph, anchor, codes, listing
from dbwright.emit.material import Material
from dbwright.emit.wording import NOT_SAID, encryption_state, table_link
from dbwright.model.table import ForeignKey, Table, TableColumn

_ALWAYS = ("Column", "Type", "Nullable", "Default", "Meaning", "Key")
_PERSONAL = ("Personal", "Mask", "Encrypted")


def column_blocks(material: Material, table: Table) -> list[Block]:
    """Return the grid of columns; unit and personal data have cells only where a column of the table has them."""
    units = any(c.source is not None and c.source.unit for c in table.columns)
    personal = any(_sensitive(c) for c in table.columns)
    header = (*_ALWAYS, *(("Unit",) if units else ()), *(_PERSONAL if personal else ()))
    rows = []
    for column in table.columns:
        cells = [*_cells(table, column)]
        cells += [_unit(column)] if units else []
        cells += _privacy(column) if personal else []
        rows.append(tuple(cells))
    anchors = tuple(anchor("column", table.name, c.name) for c in table.columns)
    blocks: list[Block] = [Heading(4, "Columns"), Grid(header, tuple(rows), anchors)]
    if not personal:
        blocks.append(Paragraph("No column of this table is declared as personal data."))
    if any(c.source is not None and c.source.encrypt for c in table.columns):
        blocks.append(Paragraph(f"Encryption is {encryption_state()}."))
    return blocks


def _sensitive(column: TableColumn) -> bool:
    source = column.source
    return source is not None and bool(source.personal or source.mask or source.encrypt)


def _cells(table: Table, column: TableColumn) -> tuple[Inline, ...]:
    return (
        Code(column.name),
        Code(column.type),
        "no" if column.not_null else "yes",
        _default(column),
        meaning(table, column),
        _key(table, column),
    )


def _default(column: TableColumn) -> Inline:
    if column.generated:
        return ("computed: ", Code(column.generated))
    if column.identity:
        return f"numbered by the server ({column.identity})"
    return Code(column.default) if column.default else "none"


def meaning(table: Table, column: TableColumn) -> Inline:
    """Return what a value of the column means, with its allowed values and a sample."""
    parts: list[Inline] = [column.about or _derived_meaning(table, column)]
    source = column.source
    if source is None:
        return parts[0]
    if source.one_of:
        parts.append(("One of ", codes(str(v) for v in source.one_of), "."))
    if source.as_of:
        parts.append(f"A copy of the value as of {source.as_of}.")
    if source.example:
        parts.append(("Example: ", Code(str(source.example)), "."))
    return listing((_sentence(p) for p in parts), " ")


def _sentence(piece: Inline) -> Inline:
    return piece if not isinstance(piece, str) or piece.endswith((".", "!", "?")) else f"{piece}."


def _derived_meaning(table: Table, column: TableColumn) -> str:
    if [name for name in table.logical_key if name != table.tenant_column] == [column.name]:
        return "Identifies the row"
    if column.name == table.tenant_column:
        return "The tenant that owns the row"
    target = next((k.target for k in table.foreign_keys if column.name in k.columns), "")
    return f"The row of `{target}` it belongs to" if target else NOT_SAID


def _key(table: Table, column: TableColumn) -> Inline:
    parts: list[Inline] = []
    if table.primary_key is not None and column.name in table.primary_key.columns:
        parts.append("primary key")
    if any(column.name in u.columns for u in table.uniques):
        parts.append("unique")
    targets = dict.fromkeys(
        k.target for k in table.foreign_keys if column.name in k.columns and _leads(table, k, column)
    )
    parts += [("leads to ", table_link(t)) for t in targets]
    return listing(parts)


def _leads(table: Table, key: ForeignKey, column: TableColumn) -> bool:
    """Whether a column is what a reference is about, not only the tenant that it carries along."""
    return column.name != table.tenant_column or len(key.columns) == 1


def _unit(column: TableColumn) -> Inline:
    return str(column.source.unit) if column.source is not None else ""


def _privacy(column: TableColumn) -> list[Inline]:
    source = column.source
    if source is None:
        return ["", "", ""]
    encryption = f"yes, lookup: {source.encrypt.lookup}" if source.encrypt else ""
    return [str(source.personal), source.mask or "", encryption]
