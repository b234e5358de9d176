"""Rules about columns and their types."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic, Fix
from dbwright.model.blueprint import Blueprint, Table, TableColumn
from dbwright.rules.fixing import fix_in_line
from dbwright.rules.places import line_of_column, name_of_column
from dbwright.rules.registry import rule, warning
from dbwright.sql.types import bare_type, canonical_type

_SERIAL = {"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"}
_APPROXIMATE = {"double precision", "real", "money"}
_ZONELESS = r"\btimestamp(\(\d\))?(?! with time)( without time zone)?(?!\w|\()"
_MONEY = frozenset(("price", "amount", "total", "cost", "fee", "balance", "budget", "spend"))


def _columns(blueprint: Blueprint) -> Iterator[tuple[Table, TableColumn]]:
    """Columns that a person wrote, with their tables; in a database that nobody designed, all of them."""
    designed = bool(blueprint.design.entities)
    for table in blueprint.tables:
        for column in table.columns:
            if column.source is not None or not designed:
                yield table, column


@rule
def timestamp_without_zone(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An instant is stored with its zone.

    What it does: finds columns of type `timestamp` and `time with time zone`.
    Why it matters: the same value means another instant in each session's zone, and an hour is lost or doubled when
    clocks change.
    Instead of: created_at: timestamp not null
    Write: created_at: timestamptz not null
    """
    for table, column in _columns(blueprint):
        if bare_type(column.type) in ("timestamp without time zone", "time with time zone"):
            message = f"`{table.name}.{column.name}` loses its zone: the same value means another instant elsewhere"
            fix = fix_in_line(column, _ZONELESS, r"timestamptz\1")
            yield warning("timestamp_without_zone", message, line_of_column(table, column), "write `timestamptz`", fix)


@rule
def length_without_reason(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A string has a limit only where the business knows one.

    What it does: finds `varchar(n)` and `char(n)`.
    Why it matters: PostgreSQL stores them like text; the limit breaks a client later, and char pads with blanks.
    Instead of: name: varchar(255)
    Write: name: text, or name: text check (length(name) <= 255) where 255 is a rule of the business
    """
    for table, column in _columns(blueprint):
        if canonical_type(column.type).startswith(("character(", "character varying(")):
            message = f"`{table.name}.{column.name}` refuses longer values for no stated reason"
            help_text = "write `text`, with a check where the business knows the limit"
            yield warning("length_without_reason", message, line_of_column(table, column), help_text)


@rule
def approximate_money(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An amount of money is exact.

    What it does: finds columns named like an amount whose type rounds (`double precision`, `real`) or follows the
    server's locale (`money`).
    Why it matters: 0.1 + 0.2 is not 0.3; sums differ from what was charged.
    Instead of: total: double precision
    Write: total: numeric(12,2)
    """
    for table, column in _columns(blueprint):
        named = not _MONEY.isdisjoint(column.name.lower().split("_"))
        if named and bare_type(column.type) in _APPROXIMATE:
            message = f"`{table.name}.{column.name}` rounds: sums will differ from what was charged"
            yield warning("approximate_money", message, line_of_column(table, column), "write `numeric(12,2)`")


@rule
def readable_password(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A password is never stored.

    What it does: finds columns called `password` or `passwd` that are not a hash.
    Why it matters: whoever reads the table, a backup or a log can sign in as everybody.
    Instead of: password: text
    Write: password_hash: text, filled with argon2id by the application
    """
    for table, column in _columns(blueprint):
        if column.name.lower() in ("password", "passwd", "passphrase", "pin_code"):
            message = f"`{table.name}.{column.name}` lets everybody who reads a backup sign in"
            help_text = "store a hash: `password_hash: text not null`"
            yield warning("readable_password", message, name_of_column(table, column), help_text)


@rule
def json_as_text(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A document is stored parsed.

    What it does: finds columns of type `json`.
    Why it matters: the text is parsed again at each read, keeps duplicate keys, and cannot be indexed by what it holds.
    Instead of: settings: json
    Write: settings: jsonb
    """
    for table, column in _columns(blueprint):
        if bare_type(column.type) == "json":
            message = f"`{table.name}.{column.name}` is parsed at each read and cannot be indexed"
            fix = fix_in_line(column, r"\bjson\b", "jsonb")
            yield warning("json_as_text", message, line_of_column(table, column), "write `jsonb`", fix)


@rule
def serial_column(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A number that the server gives is an identity column.

    What it does: finds columns whose default takes the next number of a sequence (`serial`).
    Why it matters: the sequence has an owner and privileges of its own, and a client may write the column unnoticed.
    Instead of: order_no: bigserial
    Write: order_no: bigint generated always as identity
    """
    for table, column in _columns(blueprint):
        if column.default.lower().startswith("nextval(") or bare_type(column.type) in _SERIAL:
            message = f"`{table.name}.{column.name}` takes numbers from a sequence that is granted and dumped apart"
            help_text = "write `generated always as identity`"
            fix = _identity(column)
            yield warning("serial_column", message, line_of_column(table, column), help_text, fix)


def _identity(column: TableColumn) -> Fix | None:
    kind = {"smallserial": "smallint", "serial2": "smallint", "bigserial": "bigint", "serial8": "bigint"}
    written = column.source.sql.split()[0].lower() if column.source and column.source.sql else ""
    if written not in _SERIAL:
        return None
    return fix_in_line(column, rf"\b{written}\b", f"{kind.get(written, 'integer')} generated always as identity")


@rule
def quoted_null(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Nothing is null, not the word for it.

    What it does: finds defaults that are the text 'NULL'.
    Why it matters: rows hold a word of four letters, which is neither missing nor found by `is null`.
    Instead of: note: text default 'NULL'
    Write: note: text
    """
    for table, column in _columns(blueprint):
        if column.default.lower().partition("::")[0].strip() == "'null'":
            message = f"`{table.name}.{column.name}` is filled with the word NULL, which `is null` does not find"
            fix = fix_in_line(column, r"(\S+)\s+default 'null'(::\w+)?", r"\1")
            yield warning("quoted_null", message, line_of_column(table, column), "leave the default out", fix)
