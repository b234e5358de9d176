"""Rows of the bench as JSON that the server writes, for tools that judge a row."""

from __future__ import annotations

from dbwright.model.table import Table
from dbwright.prove.bench import Bench
from dbwright.prove.document_tools import ToolMissing
from dbwright.sql.names import literal, qualify, quote
from dbwright.sql.types import bare_type, canonical_type

MOST_ROWS = 20
"""Rows of a table that are tried."""


def json_rows(bench: Bench, portable: bool = False) -> dict[str, list[str]]:
    """Return the JSON texts of some rows of each table: `to_jsonb(row)`.

    `portable` writes intervals as ISO 8601 and bytes as base64, as JSON outside of PostgreSQL has them. Raise
    ToolMissing where a table has no row, so that nothing can be said of it.
    """
    found: dict[str, list[str]] = {}
    with bench.transaction() as connection:
        connection.execute("set local row_security = off")
        if portable:
            connection.execute("set local intervalstyle = iso_8601")
        for table in bench.blueprint.tables:
            overlay = _portable_bytes(table) if portable else ""
            source = qualify(bench.blueprint.schema, table.name)
            query = f"select (to_jsonb(r){overlay})::text from {source} r limit {MOST_ROWS}"
            found[table.name] = [str(row[0]) for row in connection.execute(query.encode())]
    empty = [name for name, rows in found.items() if not rows]
    if empty:
        raise ToolMissing(f"there is no row of `{empty[0]}` to try; give it `rows:` in the design")
    return found


def _portable_bytes(table: Table) -> str:
    """Return what to add to `to_jsonb(r)`, so that bytes stand in base64 on one line."""
    parts = ""
    for column in table.columns:
        if bare_type(column.type) != "bytea":
            continue
        value, encoded = f"r.{quote(column.name)}", "translate(encode({}, 'base64'), chr(10), '')"
        shown = f"to_jsonb({encoded.format(value)})"
        if canonical_type(column.type).endswith("[]"):
            shown = f"(select jsonb_agg({encoded.format('v')}) from unnest({value}) v)"
        parts += f" || jsonb_build_object({literal(column.name)}, {shown})"
    return parts
