"""Rules about keys and references."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.model.table import Table, TableColumn
from dbwright.rules.bystanders import without_prefix
from dbwright.rules.registry import rule, warning
from dbwright.sql.types import canonical_type

_OWN_KEYS = ("uuid", "smallint", "integer", "bigint")
"""Types of keys that one database gives; a text may be the key of another system."""


@rule
def missing_primary_key(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Every table has a primary key.

    What it does: finds tables without one.
    Why it matters: no row can be told from its twin, so none can be corrected alone; logical replication refuses.
    Instead of: columns: {name: text, amount: integer}
    Write: columns: {entry_id: uuid primary key default uuidv7(), name: text, amount: integer}
    """
    for table in blueprint.tables:
        if table.primary_key is not None:
            continue
        unique = next((u for u in table.unique_sets() if all((c := table.column(n)) and c.not_null for n in u)), None)
        message = f"`{table.name}` has no primary key: two equal rows cannot be told apart"
        help_text = "name the columns that identify a row"
        if unique:
            message = f"`{table.name}` has no primary key: logical replication refuses to change its rows"
            help_text = f"make ({', '.join(unique)}) the primary key, which is unique already"
        yield warning("missing_primary_key", message, table.span, help_text)


@rule
def reference_of_another_type(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A reference has the type of the key it leads to.

    What it does: compares the types on both sides of each foreign key.
    Why it matters: every join casts one side, and its index may go unused.
    Instead of: user_id: integer references users (whose key is bigint)
    Write: user_id: bigint references users
    """
    for table in blueprint.tables:
        for key in table.foreign_keys:
            target = blueprint.table(key.target)
            if target is None:
                continue
            for name, wanted in zip(key.columns, key.target_columns, strict=False):
                here, there = table.column(name), target.column(wanted)
                if here and there and canonical_type(here.type) != canonical_type(there.type):
                    message = f"`{table.name}.{name}` is {here.type}, but `{target.name}.{wanted}` is {there.type}"
                    yield warning("reference_of_another_type", message, key.span, f"write `{there.type}`")


@rule
def likely_reference(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A column that looks like a reference is one, or says why not.

    What it does: finds columns named like the key of another table (`user_id` for `users.user_id` or `users.id`), or
    whose name ends so (`manager_staff_id`), of the same type, without a foreign key and without a description.
    Why it matters: rows that lead nowhere are found years later, by a customer.
    Instead of: user_id: uuid not null
    Write: user_id: uuid not null references users, or say in `about:` why it is none
    """
    keys = blueprint.once(_names_of_keys)
    parents = {c.table: c.parent for c in blueprint.live.children} if blueprint.live else {}
    below = _referenced_below(blueprint)
    for table in blueprint.tables:
        own = table.logical_key if len(table.logical_key) == 1 else ()
        known = {*own, table.tenant_column, *(c for key in table.foreign_keys for c in key.columns)}
        for column in table.columns:
            if column.name in known or column.about:
                continue
            found = keys.get(column.name) or _named_at_the_end(keys, column)
            if found is None or found[0].name in (table.name, parents.get(table.name)):
                continue
            target, key = found
            if table.name in parents and column.name not in below[parents[table.name]]:
                continue  # a partition is as its parent is, unless other partitions have references of their own
            if canonical_type(key.type) == canonical_type(column.type):
                message = (
                    f"`{table.name}.{column.name}` is named like the key of `{target.name}` and references nothing"
                )
                span = column.source.name.span if column.source else table.span
                help_text = f"write `references {target.name}`, or describe it (`about:`, `comment on column`) as none"
                yield warning("likely_reference", message, span, help_text)


def _referenced_below(blueprint: Blueprint) -> dict[str, set[str]]:
    """The columns by which some partition of a table references something, by table."""
    children = blueprint.live.children if blueprint.live else ()
    below = grouped((c.parent, blueprint.table(c.table)) for c in children)
    return {
        parent: {column for part in parts if part for key in part.foreign_keys for column in key.columns}
        for parent, parts in below.items()
    }


def _names_of_keys(blueprint: Blueprint) -> dict[str, tuple[Table, TableColumn]]:
    """What a reference to each table would be called: its key, or its name in the singular and `_id`."""
    found: dict[str, tuple[Table, TableColumn]] = {}
    for table in sorted(blueprint.tables, key=lambda t: len(t.logical_key) > 1):
        column = table.column(table.logical_key[-1]) if table.logical_key else None
        referenced = {c for key in table.foreign_keys for c in key.columns}
        part = len(table.logical_key) > 1 and column is not None and not column.name.endswith("_id")
        if column is None or column.name in referenced or part:
            continue
        name = without_prefix(blueprint, table)
        singular = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
        for called in (column.name, f"{singular}_id", f"{name}_id"):
            if called != "id":
                found.setdefault(called, (table, column))
    return found


def _named_at_the_end(
    keys: dict[str, tuple[Table, TableColumn]], column: TableColumn
) -> tuple[Table, TableColumn] | None:
    """The key that a name ends with (`manager_staff_id`), where its type is none that keys of other systems have."""
    words = column.name.split("_")
    for start in range(1, len(words) - 1):
        found = keys.get("_".join(words[start:]))
        if found is not None:
            return found if canonical_type(found[1].type) in _OWN_KEYS else None
    return None


@rule
def reference_to_itself(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A row does not reference itself by its own key.

    What it does: finds foreign keys from columns to the same columns of the same table.
    Why it matters: the reference is always true, so it keeps nothing, and it costs a look-up at each write.
    Instead of: person_id: uuid primary key references people (person_id)
    Write: parent_id: uuid references people
    """
    for table in blueprint.tables:
        for key in table.foreign_keys:
            if key.target == table.name and key.columns == key.target_columns:
                message = (
                    f"`{key.name}` of `{table.name}` leads from ({', '.join(key.columns)}) to itself: it keeps nothing"
                )
                yield warning("reference_to_itself", message, key.span, "reference another column, or remove it")


@rule
def repeated_reference(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A reference is declared once.

    What it does: finds two foreign keys from the same columns to the same table.
    Why it matters: each write is checked twice, and two delete rules contradict each other.
    Instead of: two constraints on (user_id) that lead to users
    Write: one of them
    """
    for table in blueprint.tables:
        seen: dict[tuple[tuple[str, ...], str], str] = {}
        for key in table.foreign_keys:
            first = seen.setdefault((key.columns, key.target), key.name)
            if first != key.name:
                message = f"`{key.name}` of `{table.name}` says what `{first}` says: each write is checked twice"
                yield warning("repeated_reference", message, key.span, f"drop `{key.name}`")


@rule
def unchecked_partial_reference(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A reference over several columns is there as a whole or not at all.

    What it does: finds foreign keys of which more than one column may be null, without a check that ties them.
    Why it matters: with one column null the server checks none of the others (`match simple`): they hold anything.
    Instead of: region: text, branch_no: integer, foreign key (region, branch_no) references branches
    Write: both not null, or check ((region is null) = (branch_no is null))
    """
    for table in blueprint.tables:
        for key in table.foreign_keys:
            loose = [name for name in key.columns if (c := table.column(name)) is not None and not c.not_null]
            if len(loose) < 2 or any(all(name in check.expression for name in loose) for check in table.checks):
                continue
            message = f"`{table.name}` ({', '.join(key.columns)}) is not checked where only some of it is null"
            tied = f"check (num_nulls({', '.join(loose)}) in (0, {len(loose)}))"
            yield warning("unchecked_partial_reference", message, key.span, f"make them `not null`, or add {tied}")
