"""Rules about keys and references."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint, Table, TableColumn
from dbwright.rules.registry import rule, warning
from dbwright.sql.types import canonical_type


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
        if table.primary_key is None:
            message = f"`{table.name}` has no primary key: two equal rows cannot be told apart"
            yield warning("missing_primary_key", message, table.span, "name the columns that identify a row")


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

    What it does: finds columns named like the key of another table (`user_id` for `users.user_id` or `users.id`), of
    the same type, without a foreign key and without a description.
    Why it matters: rows that lead nowhere are found years later, by a customer.
    Instead of: user_id: uuid not null
    Write: user_id: uuid not null references users, or say in `about:` why it is none
    """
    keys = blueprint.once(_names_of_keys)
    for table in blueprint.tables:
        known = {*table.logical_key, table.tenant_column, *(c for key in table.foreign_keys for c in key.columns)}
        for column in table.columns:
            found = keys.get(column.name)
            if found is None or found[0].name == table.name or column.name in known or column.about:
                continue
            target, key = found
            if canonical_type(key.type) == canonical_type(column.type):
                message = (
                    f"`{table.name}.{column.name}` is named like the key of `{target.name}` and references nothing"
                )
                span = column.source.name.span if column.source else table.span
                help_text = f"write `references {target.name}`, or say in `about:` why it is no reference"
                yield warning("likely_reference", message, span, help_text)


def _names_of_keys(blueprint: Blueprint) -> dict[str, tuple[Table, TableColumn]]:
    """What a reference to each table would be called: its key, or its name in the singular and `_id`."""
    found: dict[str, tuple[Table, TableColumn]] = {}
    for table in blueprint.tables:
        column = table.column(table.logical_key[-1]) if table.logical_key else None
        if column is None:
            continue
        name = table.name.rpartition(".")[2]
        singular = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
        for called in (column.name, f"{singular}_id", f"{name}_id"):
            if called != "id":
                found.setdefault(called, (table, column))
    return found


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
