"""Rules about names: what a reader expects behind them, and what tools do to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.rules.bystanders import own_tables
from dbwright.rules.places import Line, lines_of
from dbwright.rules.registry import note, rule, warning
from dbwright.sql.names import LONGEST_NAME, quote

_CAMEL = re.compile(r"[a-z][A-Z]")


@rule
def name_needs_quotes(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A name can be typed without quotes.

    What it does: finds tables and columns with capitals, blanks or signs in their names, or reserved words.
    Why it matters: each statement must quote it, and the one that forgets it fails, or finds another table.
    Instead of: entities: {Order: …}, columns: {user: …}
    Write: entities: {orders: …}, columns: {user_id: …}
    """
    for table in blueprint.tables:
        bare = table.name.rpartition(".")[2]
        if quote(bare) != bare:
            message = f"the table `{bare}` must be quoted in each statement"
            yield note("name_needs_quotes", message, table.span, "use lower case and underscores, and no reserved word")
    for line in lines_of(blueprint):
        if quote(line.column.name) != line.column.name:
            message = f"the column `{line.name}` must be quoted in each statement"
            yield note("name_needs_quotes", message, line.title, "use lower case and underscores, and no reserved word")


@rule
def name_too_long(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A name fits into 63 bytes.

    What it does: finds names of tables and columns with more bytes than PostgreSQL keeps.
    Why it matters: the server cuts the rest off without an error, and two long names become one.
    Instead of: a column whose name is a sentence
    Write: a short name, and the sentence under `about:`
    """
    for table in blueprint.tables:
        if len(table.name.rpartition(".")[2].encode()) > LONGEST_NAME:
            message = f"the server cuts the name of `{table.name}` after {LONGEST_NAME} bytes"
            yield warning("name_too_long", message, table.span, "shorten it")
    for line in lines_of(blueprint):
        if len(line.column.name.encode()) > LONGEST_NAME:
            message = f"the server cuts the name of `{line.name}` after {LONGEST_NAME} bytes"
            yield warning("name_too_long", message, line.title, "shorten it")


@rule
def bare_id(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A key says whose it is.

    What it does: finds columns that are called just `id`, where most keys carry the name of their table.
    Why it matters: `a.id = b.id` joins two things that have nothing to do with each other, and nothing looks wrong.
    Instead of: id: uuid primary key beside order_id: uuid primary key
    Write: user_id: uuid primary key
    """
    keys = [t.logical_key[0] for t in blueprint.tables if len(t.logical_key) == 1]
    spoken = [k for k in keys if k.endswith("_id")]
    if len(spoken) < keys.count("id") or not spoken:
        return  # where most keys are an `id`, that is how keys are called
    for line in lines_of(blueprint):
        if line.column.name == "id" and line.table.logical_key == ("id",):
            others = "another key does" if len(spoken) == 1 else f"{len(spoken)} other keys do"
            message = f"`{line.name}` does not say whose it is, and {others}"
            yield note("bare_id", message, line.title, "name it after its table, as the other keys are")


@rule
def name_against_type(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A name keeps what it promises.

    What it does: finds columns that end in `_at` and are no time, and booleans that end in `_at`, `_id` or `_count`.
    Why it matters: whoever reads the name writes the wrong comparison.
    Instead of: deleted_at: boolean
    Write: deleted: boolean not null, or deleted_at: timestamptz
    """
    for line in lines_of(blueprint):
        last = line.words[-1]
        if len(line.words) < 2:
            continue
        no_time = last == "at" and line.kind in ("boolean", "numeric", "uuid", "interval", "jsonb")
        no_flag = last in ("id", "count") and line.kind == "boolean"
        no_day = (
            last == "on"
            and line.kind in ("boolean", "uuid", "numeric", "jsonb")
            and line.words[-2:] != ("turned", "on")
        )
        if no_time or no_flag or no_day:
            message = f"`{line.name}` is {line.column.type}, which its name does not say"
            yield note("name_against_type", message, line.title, "rename it, or give it the type of its name")


@rule
def mixed_case(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Names are written in one way.

    What it does: finds names in camel case where most names of the design have underscores.
    Why it matters: each writer guesses, and half of the guesses are wrong.
    Instead of: createdAt beside updated_at
    Write: created_at and updated_at
    """
    lines = lines_of(blueprint)
    camel = [line for line in lines if not line.column.name.islower() and _CAMEL.search(line.column.name)]
    if not camel or len(camel) * 2 > sum("_" in line.column.name for line in lines):
        return
    for line in camel:
        message = f"`{line.name}` is written in camel case, unlike most names here"
        yield note("mixed_case", message, line.title, f"write `{_snake(line.column.name)}`")


def _snake(name: str) -> str:
    return _CAMEL.sub(lambda m: f"{m[0][0]}_{m[0][1]}", name).lower()


@rule
def mixed_number(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Tables are named in one number.

    What it does: finds tables named in the singular where most are named in the plural, or the reverse.
    Why it matters: nobody can guess a table's name, and each join begins with a look into the dictionary.
    Instead of: user beside orders and products
    Write: users, orders and products
    """
    names = [t.name.rpartition(".")[2] for t in own_tables(blueprint)]
    if len(names) < 4:
        return
    plural = [n for n in names if n.endswith("s") and not n.endswith(("ss", "us", "is"))]
    few = plural if len(plural) * 2 < len(names) else [n for n in names if n not in plural]
    if len(few) * 5 > len(names):
        return
    usual = "plural" if few is not plural else "singular"
    for table in own_tables(blueprint):
        name = table.name.rpartition(".")[2]
        if name in few and not name.endswith(_UNCOUNTED) and not table.derived:
            message = f"`{table.name}` is not in the {usual}, as most tables here are"
            yield note("mixed_number", message, table.span, "name it as the others are named")


_UNCOUNTED = (
    "data",
    "media",
    "content",
    "people",
    "progress",
    "audit",
    "history",
    "info",
    "news",
    "staff",
    "stock",
    "per_day",
)
"""Endings of names that have no other number, or say how the rows are cut."""


@rule
def table_in_column_name(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A column does not repeat its table.

    What it does: finds tables of which half of the columns or more begin with the table's own name.
    Why it matters: `orders.order_status` says `order` twice in each statement, and hides the word that matters.
    Instead of: orders: {order_status: …, order_total: …, order_note: …}
    Write: orders: {status: …, total: …, note: …}
    """
    by_table: dict[str, list[Line]] = {}
    for line in lines_of(blueprint):
        by_table.setdefault(line.table.name, []).append(line)
    for name, lines in by_table.items():
        stem = name.rpartition(".")[2].removesuffix("s")
        others = [line for line in lines if line.column.name not in line.table.logical_key]
        repeated = [line for line in others if line.column.name.startswith(f"{stem}_") and line.words[-1] != "id"]
        if len(repeated) >= 3 and len(repeated) * 2 >= len(others):
            message = f"{len(repeated)} columns of `{name}` begin with `{stem}_`, which the table says already"
            yield note("table_in_column_name", message, repeated[0].title, "leave the prefix out")


@rule
def name_reserved_elsewhere(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A name passes on every engine that it must run on.

    What it does: finds tables and columns named by a word that is reserved on an engine which the policy file lists
    under `portable-to` (mysql, mariadb, sqlserver, oracle, sqlite).
    Why it matters: the same statement fails there until each mention is quoted, by quotes that differ between engines.
    Instead of: rank: integer, with portable-to = ["mysql"]
    Write: position: integer
    """
    engines = blueprint.house.engines if blueprint.house else ()
    if not engines:
        return
    for table in blueprint.tables:
        where = _reserved_on(table.name.rpartition(".")[2], engines)
        if where:
            message = f"the table `{table.name}` has a name that is reserved on {where}"
            yield warning("name_reserved_elsewhere", message, table.span, "take another word, or two")
    for line in lines_of(blueprint):
        where = _reserved_on(line.column.name, engines)
        if where:
            message = f"the column `{line.name}` has a name that is reserved on {where}"
            yield warning("name_reserved_elsewhere", message, line.title, "take another word, or two")


def _reserved_on(name: str, engines: tuple[str, ...]) -> str:
    from dbwright.sql.keywords_elsewhere import RESERVED_ELSEWHERE

    return " and ".join(e for e in engines if name.lower() in RESERVED_ELSEWHERE[e])
