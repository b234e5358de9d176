"""Rules about indexes that cost more than they give."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Index, Table
from dbwright.rules.registry import note, rule, warning
from dbwright.sql.patterns import queries
from dbwright.sql.types import bare_type

MOST_INDEXES = 12
"""Indexes of one table from which on each write is mostly index."""
MOST_INDEX_WRITES = 50_000.0
"""Index entries a second that one table may write at peak before it is told."""
FEWEST_VALUES = 4
"""Different values up to which an index over them alone finds a large part of the table."""


@rule
def duplicate_index(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An index is there once.

    What it does: finds indexes with the same method, keys, classes, order, included columns and predicate.
    Why it matters: each write maintains both, and the planner uses one.
    Instead of: two indexes on (user_id)
    Write: one of them
    """
    for table in blueprint.tables:
        seen: dict[tuple[object, ...], Index] = {}
        for index in [i for i in table.indexes if not i.of_partition and i.keys] if table.indexes[1:] else ():
            same = (index.method, index.keys, frozenset(index.include), index.where, index.unique)
            first = seen.setdefault(same, index)
            if first is not index:
                message = f"`{index.name}` of `{table.name}` is `{first.name}` once more"
                yield warning("duplicate_index", message, index.span, f"drop `{index.name}`")


@rule
def too_many_indexes(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A table has the indexes that it needs.

    What it does: finds tables with more than twelve indexes, those of keys counted in.
    Why it matters: each row that comes writes all of them, and an update of an indexed column loses the cheap way.
    Instead of: an index for each column, to be safe
    Write: indexes that lead with what the access patterns compare
    """
    for table in blueprint.tables:
        count = len(table.indexes) + len(table.uniques) + (table.primary_key is not None)
        if count > MOST_INDEXES:
            message = f"`{table.name}` has {count} indexes: each new row writes all of them"
            yield warning("too_many_indexes", message, table.span, "drop those that no access pattern needs")


@rule
def index_on_few_values(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An index tells rows apart.

    What it does: finds indexes over one column alone that is a boolean or has up to four allowed values.
    Why it matters: it finds a quarter of the table, which a scan does faster; each write pays for it.
    Instead of: an index on (status)
    Write: an index on (created_at) where status = 'new', or on (status, created_at)
    """
    for table in blueprint.tables:
        for index in table.indexes:
            column = table.column(index.keys[0].expression) if len(index.keys) == 1 else None
            if column is None or index.where or index.method != "btree":
                continue
            values = len(column.source.one_of) if column.source else 0
            if bare_type(column.type) == "boolean" or 0 < values <= FEWEST_VALUES:
                message = f"`{index.name}` of `{table.name}` finds a large part of the table: a scan does it faster"
                yield note("index_on_few_values", message, index.span, "make it partial, or put another column behind")


@rule
def predicate_that_excludes_nothing(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A partial index leaves something out.

    What it does: finds indexes `where c is not null` on a column that is never null.
    Why it matters: the index holds every row, and queries that do not repeat the predicate cannot use it.
    Instead of: create index … (user_id) where user_id is not null, on user_id uuid not null
    Write: the index without the predicate
    """
    for table in blueprint.tables:
        for index in table.indexes:
            words = index.where.replace("(", " ").replace(")", " ").replace('"', "").lower().split()
            column = table.column(words[0]) if words[1:] == ["is", "not", "null"] else None
            if column is not None and column.not_null:
                message = f"the predicate of `{index.name}` of `{table.name}` leaves nothing out"
                yield warning("predicate_that_excludes_nothing", message, index.span, "drop the predicate")


@rule
def btree_on_document(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A document is indexed by what it holds.

    What it does: finds B-trees on jsonb, arrays and text search vectors.
    Why it matters: a B-tree compares the whole value; it serves neither `@>` nor `?` nor `@@`.
    Instead of: create index … using btree (tags)
    Write: create index … using gin (tags)
    """
    for table in blueprint.tables:
        documents = {c.name for c in table.columns if c.type.endswith("]") or c.type in ("jsonb", "tsvector")}
        for index in table.indexes if documents else ():
            for key in index.keys if index.method == "btree" else ():
                if key.expression in documents:
                    message = f"`{index.name}` of `{table.name}` compares whole documents: no search by content uses it"
                    yield warning("btree_on_document", message, index.span, f"write `using gin ({key.expression})`")


@rule
def time_before_equality(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What is compared for equality comes first in an index.

    What it does: finds indexes that begin with a time and go on with a key.
    Why it matters: a range over the first column leaves the second to be looked at entry by entry.
    Instead of: an index on (created_at, user_id)
    Write: an index on (user_id, created_at)
    """
    for table in blueprint.tables:
        for index in table.indexes:
            first = table.column(index.keys[0].expression) if len(index.keys) > 1 else None
            second = table.column(index.keys[1].expression) if first is not None else None
            if index.method != "btree" or first is None or second is None:
                continue
            if bare_type(first.type).startswith(("timestamp", "date")) and second.name.endswith("_id"):
                begins = f"`{index.name}` of `{table.name}` begins with `{first.name}`"
                message = f"{begins}: `{second.name}` is looked at entry by entry"
                help_text = f"put `{second.name}` first where it is compared by `=`"
                yield note("time_before_equality", message, index.span, help_text)


@rule
def index_for_nobody(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An index that the designer fixes serves somebody.

    What it does: finds entries of `indexes:` whose columns no access pattern compares or sorts by, and that say nothing
    about what they are for.
    Why it matters: each write pays for it, and nobody dares to drop it later.
    Instead of: indexes: {by_note: using btree (note)}
    Write: the access pattern that needs it, or about: what it is for
    """
    asked = queries(blueprint)
    if not asked:
        return
    used: dict[str, set[str]] = {}
    for _, query in asked.values():
        for use in query.uses:
            names = [*(c.column for c in use.conditions), *(o.column for o in use.orders)]
            used.setdefault(use.table, set()).update(names)
    for entity in blueprint.design.entities:
        for index in entity.indexes:
            mentioned = [n for n in used.get(str(entity.name), ()) if n in index.sql]
            told = index.about or index.serves
            if not mentioned and not told and "unique" not in index.sql.lower():
                message = f"no access pattern compares or sorts what `{index.name}` of `{entity.name}` holds"
                yield note("index_for_nobody", message, index.sql.span, "drop it, or say under `about:` whom it serves")


@rule
def index_writes(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Writes leave time for their rows.

    What it does: multiplies, for each table, the rate of inserts with the number of its indexes.
    Why it matters: from about 50,000 index entries a second on a server does little else.
    Instead of: nine indexes on a table that takes 8,000 rows a second
    Write: fewer indexes here, and the searches on a copy that follows
    """
    rates: dict[str, float] = {}
    for pattern, query in queries(blueprint).values():
        for verb, name in query.writes:
            if verb == "insert" and pattern.rate is not None:
                rates[name] = rates.get(name, 0.0) + pattern.rate.per_second
    for table in blueprint.tables:
        written = rates.get(table.name, 0.0) * _index_count(table)
        if written > MOST_INDEX_WRITES:
            message = f"`{table.name}` writes {written:,.0f} index entries a second at peak"
            yield warning("index_writes", message, table.span, "drop indexes, or search a copy that follows")


def _index_count(table: Table) -> int:
    return len(table.indexes) + len(table.uniques) + (table.primary_key is not None)
