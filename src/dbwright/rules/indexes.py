"""Rules about indexes: those that are missing, and those that another one makes superfluous."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.model.table import ForeignKey, Index, Table
from dbwright.rules.registry import rule, warning
from dbwright.sql.grammar import GrammarError, inside, kind, parse, strings, tree
from dbwright.theory.strict_keys import strict_keys


@rule
def unindexed_reference(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A reference has an index that finds its rows.

    What it does: finds foreign keys whose columns lead no index that can be used: a partial index counts only where its
    predicate follows from the columns being there (`where user_id is not null`).
    Why it matters: each delete of the referenced row, and each join from it, reads the whole referencing table.
    Instead of: user_id: uuid references users, and no index, or one `where deleted_at is null`
    Write: indexes: {orders_of_user: using btree (user_id)}
    """
    for table in blueprint.tables:
        for reference in table.foreign_keys:
            if not _is_served(blueprint, table, reference):
                listed = ", ".join(reference.columns)
                message = (
                    f"`{table.name}` ({listed}) references `{reference.target}` without an index: "
                    f"each delete there reads all of `{table.name}`"
                )
                yield warning("unindexed_reference", message, reference.span, f"add an index on ({listed})")


def _is_served(blueprint: Blueprint, table: Table, reference: ForeignKey) -> bool:
    """Whether an index finds the rows of a reference; one on every partition does as well as one on their parent."""
    found = _all_indexes(blueprint, table)
    present = set(reference.columns)
    if any(_serves(index, [present], present) for index in found):
        return True
    keys = _keys_there(blueprint, reference)
    if any(_serves(index, keys, present) for index in found):
        return True
    parts = [t for t in blueprint.once(_partitions).get(table.name, ()) if t is not None]
    return bool(parts) and all(_is_served(blueprint, part, reference) for part in parts)


def _partitions(blueprint: Blueprint) -> dict[str, list[Table | None]]:
    children = blueprint.live.children if blueprint.live else ()
    return grouped((c.parent, blueprint.table(c.table)) for c in children if c.partition)


def serves_reference(blueprint: Blueprint, table: Table, index: Index) -> bool:
    """Return whether an index finds the rows of one of its table's foreign keys."""
    for reference in table.foreign_keys:
        present = set(reference.columns)
        if _serves(index, [present, *_keys_there(blueprint, reference)], present):
            return True
    return False


@rule
def redundant_index(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    No index repeats the beginning of another.

    What it does: finds B-trees whose keys, operator classes, collations, order (nulls, too) and predicate are those
    with which another one begins, and which include nothing that it lacks; an index that keeps rows unique is never
    superfluous.
    Why it matters: every write maintains both, and the cache holds both.
    Instead of: indexes on (user_id) and on (user_id, created_at)
    Write: the index on (user_id, created_at) alone
    """
    for table in blueprint.tables:
        found = _all_indexes(blueprint, table)
        for index in [i for i in table.indexes if not i.of_partition and not i.unique]:
            other = next((o for o in found if o is not index and _contains(o, index, found)), None)
            if other is not None:
                message = f"`{index.name}` of `{table.name}` is how `{other.name}` begins: each write maintains both"
                yield warning("redundant_index", message, index.span, f"drop `{index.name}`")


def _all_indexes(blueprint: Blueprint, table: Table) -> list[Index]:
    """The indexes of a table, with those that keep its keys."""
    return blueprint.once(_indexes_by_table)[table.name]


def _indexes_by_table(blueprint: Blueprint) -> dict[str, list[Index]]:
    return {table.name: [*table.key_indexes, *table.indexes] for table in blueprint.tables}


def _serves(index: Index, wanted: list[set[str]], present: set[str]) -> bool:
    """Whether an index leads with one of the wanted column sets, and holds every row that has the columns present."""
    if index.method not in ("btree", "hash"):
        return False
    leading: set[str] = set()
    for key in index.keys:
        if key.is_expression or key.expression not in present:
            break
        leading.add(key.expression)
    found = any(columns <= leading for columns in wanted)
    return found and (not index.where or _holds_where_present(index.where, present))


def _keys_there(blueprint: Blueprint, reference: ForeignKey) -> list[set[str]]:
    """The parts of a reference that are a key where it leads: they find its rows as well as all of it."""
    here = dict(zip(reference.target_columns, reference.columns, strict=True))
    target = blueprint.table(reference.target)
    keys = [set(key) for key in strict_keys(blueprint, target)] if target else []
    return [{here[name] for name in key} for key in keys if key <= here.keys()]


def _holds_where_present(predicate: str, columns: set[str]) -> bool:
    """Whether a predicate is true of every row that has all of the columns."""
    try:
        condition = parse(f"select 1 where {predicate}")[0].select_stmt.where_clause
    except GrammarError:
        return False
    parts = list(inside(condition).args) if _is_and(condition) else [condition]
    return all(_is_presence_of(part, columns) for part in parts)


def _is_and(node: object) -> bool:
    return kind(node) == "bool_expr" and inside(node).boolop == tree.BoolExprType.AND_EXPR


def _is_presence_of(node: object, columns: set[str]) -> bool:
    if kind(node) != "null_test":
        return False
    test = inside(node)
    if test.nulltesttype != tree.NullTestType.IS_NOT_NULL or kind(test.arg) != "column_ref":
        return False
    return bool(columns.intersection(strings(test.arg.column_ref.fields)[-1:]))


def _contains(other: Index, index: Index, found: list[Index]) -> bool:
    """Whether another index can do all that this one does; of two equal ones the later is superfluous."""
    if index.method != "btree" or other.method != "btree" or other.where != index.where or not index.keys:
        return False
    if other.keys[: len(index.keys)] != index.keys or not {*index.include} <= {*other.columns, *other.include}:
        return False
    if len(other.keys) > len(index.keys) or other.unique or {*other.include} > {*index.include}:
        return True
    return not other.definition and found.index(other) < found.index(index)
