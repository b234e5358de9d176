"""Rows of the system catalogs to the tables of a blueprint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dbwright.catalog.house_rules import ask_rules
from dbwright.catalog.queries import COLUMNS, CONSTRAINTS, INDEXES
from dbwright.catalog.state import read_state
from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design, Target
from dbwright.model.grouping import grouped
from dbwright.model.house import House
from dbwright.model.shape import Text
from dbwright.model.table import Check, Exclusion, ForeignKey, Index, IndexKey, Key, Table, TableColumn

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

DEFAULT_SCHEMA = "public"
"""Tables of this schema are called by their name alone, all others with their schema."""
_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
Row = tuple[Any, ...]


def read_catalog(
    connection: Connection[TupleRow], name: str = "database", house: House | None = None, running: bool = False
) -> Blueprint:
    """Return the tables of a database as a blueprint without a design behind it; raise psycopg.Error, DesignError.

    All is read in one transaction that sees one moment and changes nothing. What the rules of a house find there stands
    in the blueprint's diagnostics; `running` is for a server that serves somebody.
    """
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        columns, constraints, indexes = ([*connection.execute(q)] for q in (COLUMNS, CONSTRAINTS, INDEXES))
        state = read_state(connection, running)
        found = ask_rules(connection, house.rules) if house and house.rules else ()
    version = connection.info.server_version // 10_000
    design = Design(design=Text(name), target=Target(version=version))
    tables = tuple(_tables(columns, constraints, indexes))
    return Blueprint(
        design,
        name=name,
        schema=DEFAULT_SCHEMA,
        version=version,
        tables=tables,
        live=state,
        house=house,
        diagnostics=tuple(found),
    )


def _tables(columns: list[Row], constraints: list[Row], indexes: list[Row]) -> Iterator[Table]:
    names = {row[0]: row[2] if row[1] == DEFAULT_SCHEMA else f"{row[1]}.{row[2]}" for row in columns}
    rules, found = grouped((r[0], r) for r in constraints), grouped((r[0], r) for r in indexes)
    for oid, rows in groupby(columns, key=lambda row: row[0]):
        lines = list(rows)
        own = rules.get(oid, [])
        primary = next((Key(r[1], tuple(r[3])) for r in own if r[2] == "p"), None)
        yield Table(
            name=names[oid],
            about=lines[0][3],
            columns=tuple(_column(r) for r in lines if r[4] is not None),
            primary_key=primary,
            logical_key=primary.columns if primary else (),
            uniques=tuple(Key(r[1], tuple(r[3]), r[10] == "true") for r in own if r[2] == "u"),
            checks=tuple(Check(r[1], r[9]) for r in own if r[2] == "c"),
            exclusions=tuple(Exclusion(r[1], r[9]) for r in own if r[2] == "x"),
            foreign_keys=tuple(_foreign_keys(own, names)),
            indexes=tuple(_index(r, names[oid]) for r in found.get(oid, [])),
        )


def _column(row: Row) -> TableColumn:
    default, generated = (row[7], "") if not row[9] else ("", row[7])
    identity = {"a": "always", "d": "by default"}.get(row[8], "")
    return TableColumn(row[4], row[5], row[6], default, generated, row[9] != "v", identity, about=row[10])


def _foreign_keys(rows: Iterable[Row], names: dict[int, str]) -> Iterator[ForeignKey]:
    for row in rows:
        if row[2] == "f" and row[4] in names:
            target = names[row[4]]
            actions = (_ACTIONS[row[6]], _ACTIONS[row[7]])
            yield ForeignKey(row[1], tuple(row[3]), target, tuple(row[5]), *actions, deferrable=row[8])


def _index(row: Row, table: str) -> Index:
    keys = tuple(IndexKey(*parts) for parts in zip(row[4], row[7], row[6], row[5], row[12], row[13], strict=True))
    return Index(
        row[1],
        table,
        keys,
        row[2],
        tuple(row[8] or ()),
        row[9],
        definition=row[10],
        of_partition=row[11],
        unique=row[3],
    )
