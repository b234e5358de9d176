"""Rules about columns and their types."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic, Fix
from dbwright.model.blueprint import Blueprint
from dbwright.model.house import RequiredColumn
from dbwright.model.table import Table, TableColumn
from dbwright.rules.fixing import fix_in_line
from dbwright.rules.made_types import types_inside
from dbwright.rules.places import line_of_column, lines_of, lines_of_types
from dbwright.rules.registry import rule, warning
from dbwright.sql.types import canonical_type

_SERIAL = {"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"}
_PASSWORDS = {("password",), ("passwd",), ("passphrase",), ("pin", "code")}
_TIMESTAMP = "timestamp without time zone"
_ZONELESS = r"\btimestamp(\(\d\))?(?! with time)( without time zone)?(?!\w|\()"
_MONEY = frozenset(("price", "amount", "total", "cost", "fee", "balance", "budget", "spend"))


@rule
def timestamp_without_zone(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An instant is stored with its zone.

    What it does: finds columns of type `timestamp`, arrays of it, and columns of a domain or composite type that holds
    one.
    Why it matters: the same value means another instant in each session's zone, and an hour is lost or doubled when
    clocks change.
    Instead of: created_at: timestamp not null
    Write: created_at: timestamptz not null
    """
    for line in lines_of_types(blueprint, _TIMESTAMP, f"{_TIMESTAMP}[]"):
        message = f"`{line.name}` loses its zone: the same value means another instant elsewhere"
        fix = fix_in_line(line.column, _ZONELESS, r"timestamptz\1")
        yield warning("timestamp_without_zone", message, line.here, "write `timestamptz`", fix)
    for line, path in types_inside(blueprint, _TIMESTAMP):
        message = f"`{line.name}` loses its zone, by its type {path}: the same value means another instant elsewhere"
        yield warning("timestamp_without_zone", message, line.here, f"make {path} a `timestamptz`")


@rule
def length_without_reason(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A string has a limit only where the business knows one.

    What it does: finds `varchar(n)` and `char(n)`.
    Why it matters: PostgreSQL stores them like text; the limit breaks a client later, and char pads with blanks.
    Instead of: name: varchar(255)
    Write: name: text, or name: text check (length(name) <= 255) where 255 is a rule of the business
    """
    for line in lines_of_types(blueprint, "character", "character varying"):
        if "(" in canonical_type(line.column.type):
            message = f"`{line.name}` refuses longer values for no stated reason"
            help_text = "write `text`, with a check where the business knows the limit"
            yield warning("length_without_reason", message, line.here, help_text)


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
    for line in lines_of_types(blueprint, "double precision", "real", "money"):
        if not _MONEY.isdisjoint(line.words):
            message = f"`{line.name}` rounds: sums will differ from what was charged"
            yield warning("approximate_money", message, line.here, "write `numeric(12,2)`")


@rule
def readable_password(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A password is never stored.

    What it does: finds columns called `password` or `passwd` that are not a hash.
    Why it matters: whoever reads the table, a backup or a log can sign in as everybody.
    Instead of: password: text
    Write: password_hash: text, filled with argon2id by the application
    """
    for line in lines_of(blueprint):
        if line.words in _PASSWORDS:
            message = f"`{line.name}` lets everybody who reads a backup sign in"
            yield warning("readable_password", message, line.title, "store a hash: `password_hash: text not null`")


@rule
def json_as_text(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A document is stored parsed.

    What it does: finds columns of type `json`.
    Why it matters: the text is parsed again at each read, keeps duplicate keys, and cannot be indexed by what it holds.
    Instead of: settings: json
    Write: settings: jsonb
    """
    for line in lines_of_types(blueprint, "json"):
        message = f"`{line.name}` is parsed at each read and cannot be indexed"
        yield warning(
            "json_as_text", message, line.here, "write `jsonb`", fix_in_line(line.column, r"\bjson\b", "jsonb")
        )


@rule
def serial_column(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A number that the server gives is an identity column.

    What it does: finds columns whose default takes the next number of a sequence (`serial`).
    Why it matters: the sequence has an owner and privileges of its own, and a client may write the column unnoticed.
    Instead of: order_no: bigserial
    Write: order_no: bigint generated always as identity
    """
    for line in lines_of(blueprint):
        if line.column.default.startswith("nextval(") or line.kind in _SERIAL:
            message = f"`{line.name}` takes numbers from a sequence that is granted and dumped apart"
            help_text = "write `generated always as identity`"
            yield warning("serial_column", message, line.here, help_text, _identity(line.column))


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
    for line in lines_of(blueprint):
        if line.column.default and line.column.default.lower().partition("::")[0].strip() == "'null'":
            message = f"`{line.name}` is filled with the word NULL, which `is null` does not find"
            fix = fix_in_line(line.column, r"(\S+)\s+default 'null'(::\w+)?", r"\1")
            yield warning("quoted_null", message, line.here, "leave the default out", fix)


@rule
def required_column(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Every table has what the house wants every table to have.

    What it does: finds tables without a column that the policy file lists under `[required-columns]`, or with one of
    another type, or one that may be null and should not.
    Why it matters: what copies, audits or deletes by that column passes over the table, and nobody notices.
    Instead of: a table without created_at, with [required-columns] created_at = "timestamptz not null"
    Write: created_at: timestamptz not null default now()
    """
    for wanted in blueprint.house.required if blueprint.house else ():
        for table in blueprint.tables:
            if table.derived or not wanted.concerns(table.name):
                continue
            column = table.column(wanted.name)
            span = line_of_column(table, column) if column else table.span
            fault = _fault_of(table, column, wanted)
            if fault:
                null = {None: "", True: " not null", False: " null"}[wanted.not_null]
                yield warning("required_column", fault, span, f"write `{wanted.name} {wanted.type}{null}`")


def _fault_of(table: Table, column: TableColumn | None, wanted: RequiredColumn) -> str:
    if column is None:
        return f"`{table.name}` has no `{wanted.name}`, which every table here has"
    name = f"`{table.name}.{column.name}`"
    if canonical_type(column.type) != canonical_type(wanted.type):
        return f"{name} is {canonical_type(column.type)}, which should be {wanted.type} in every table"
    if wanted.not_null is not None and column.not_null != wanted.not_null:
        return (
            f"{name} may be null, which it must never be"
            if wanted.not_null
            else f"{name} may not be null, which it must"
        )
    return ""
