"""Tables as DDL: columns, constraints, partitions, indexes, comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import ForeignKey, Index, IndexKey, Table, TableColumn, TableSetting
from dbwright.sql.names import listed, literal, qualify, quote


def create_table(blueprint: Blueprint, table: Table, done: set[str]) -> str:
    """Return `create table` with every constraint that only needs tables in `done`."""
    lines = [_column(blueprint, c) for c in _aligned(table)]
    lines += list(_constraints(blueprint, table, done))
    tail = ""
    if table.partitioning is not None:
        tail = f"\npartition by {table.partitioning.strategy} ({listed(table.partitioning.columns)})"
    body = ",\n".join(f"  {line}" for line in lines)
    return f"create table {qualify(blueprint.schema, table.name)} (\n{body}\n){tail};"


def _aligned(table: Table) -> list[tuple[TableColumn, int]]:
    longest = max((len(quote(c.name)) for c in table.columns), default=0)
    return [(c, min(longest, 32)) for c in table.columns]


def _column(blueprint: Blueprint, item: tuple[TableColumn, int]) -> str:
    column, indent = item
    parts = [quote(column.name).ljust(indent), column.type]
    if column.collation:
        parts.append(f"collate {column.collation}")
    if column.generated:
        stored = "stored" if column.stored or blueprint.version < 18 else "virtual"
        parts.append(f"generated always as ({column.generated}) {stored}")
    if column.identity:
        parts.append(f"generated {column.identity} as identity")
    if column.not_null:
        parts.append("not null")
    if column.default:
        parts.append(f"default {column.default}")
    return " ".join(parts)


def _constraints(blueprint: Blueprint, table: Table, done: set[str]) -> Iterator[str]:
    if table.primary_key is not None:
        yield f"constraint {quote(table.primary_key.name)} primary key ({listed(table.primary_key.columns)})"
    for unique in table.uniques:
        nulls = "nulls not distinct " if unique.nulls_not_distinct else ""
        yield f"constraint {quote(unique.name)} unique {nulls}({listed(unique.columns)})"
    for check in table.checks:
        yield f"constraint {quote(check.name)} check ({check.expression})"
    for exclusion in table.exclusions:
        where = f" where ({exclusion.where})" if exclusion.where else ""
        name = quote(exclusion.name)
        yield f"constraint {name} exclude using {exclusion.method} ({exclusion.elements}){where}"
    for key in table.foreign_keys:
        if key.target in done:
            yield _foreign_key(blueprint, key)


def _foreign_key(blueprint: Blueprint, key: ForeignKey) -> str:
    target = f"{qualify(blueprint.schema, key.target)} ({listed(key.target_columns)})"
    parts = [f"constraint {quote(key.name)} foreign key ({listed(key.columns)})\n    references {target}"]
    if key.on_delete != "no action":
        columns = f" ({listed(key.set_columns)})" if key.set_columns else ""
        parts.append(f"on delete {key.on_delete}{columns}")
    if key.on_update != "no action":
        parts.append(f"on update {key.on_update}")
    if key.deferrable:
        parts.append("deferrable initially deferred")
    return " ".join(parts)


def foreign_keys_later(blueprint: Blueprint, ordered: list[Table]) -> Iterator[str]:
    """Yield the references whose target is created after the table."""
    done: set[str] = set()
    for table in ordered:
        done.add(table.name)
        for key in table.foreign_keys:
            if key.target not in done:
                name = qualify(blueprint.schema, table.name)
                yield f"alter table {name} add {_foreign_key(blueprint, key)};"


def partitions(blueprint: Blueprint, table: Table) -> Iterator[str]:
    """Yield one statement for all partitions of a table."""
    if table.partitioning is None:
        return
    parent = qualify(blueprint.schema, table.name)
    yield "\n".join(
        f"create table {qualify(blueprint.schema, p.name)} partition of {parent} {p.bound};"
        for p in table.partitioning.partitions
    )


def settings(blueprint: Blueprint, table: Table) -> Iterator[str]:
    """Yield one statement for all storage parameters and pinned statistics of a table and of its partitions."""
    if not table.settings:
        return
    lines = []
    for relation, chosen in settings_by_relation(table).items():
        lines += [f"alter table {qualify(blueprint.schema, relation)} {clause};" for clause in setting_clauses(chosen)]
    yield "\n".join(lines)


def settings_by_relation(table: Table) -> dict[str, list[TableSetting]]:
    """Return the settings of a table and of each of its partitions, those that have any."""
    if table.partitioning is None:
        return {table.name: list(table.settings)}
    own = [s for s in table.settings if s.on_parent]
    theirs = [s for s in table.settings if not s.on_parent]
    found = {table.name: own} | {p.name: theirs for p in table.partitioning.partitions}
    return {relation: chosen for relation, chosen in found.items() if chosen}


def setting_clauses(chosen: Iterable[TableSetting]) -> Iterator[str]:
    """Yield the clauses of `alter table` that make settings."""
    by_column: dict[str, list[str]] = {}
    for setting in chosen:
        by_column.setdefault(setting.column, []).append(f"{setting.name} = {setting.value}")
    for column, values in by_column.items():
        target = f"alter column {quote(column)} set" if column else "set"
        yield f"{target} ({', '.join(values)})"


def indexes(blueprint: Blueprint, table: Table) -> Iterator[str]:
    """Yield one statement for all indexes of a table."""
    if table.indexes:
        yield "\n".join(create_index(blueprint, i) for i in table.indexes)


def create_index(blueprint: Blueprint, index: Index) -> str:
    """Return `create index`."""
    what = "unique index" if index.unique else "index"
    head = f"create {what} {quote(index.name)} on {qualify(blueprint.schema, index.table)}"
    if index.definition:
        return f"{head} {index.definition};"
    keys = ", ".join(_key(k) for k in index.keys)
    method = "" if index.method == "btree" else f" using {index.method}"
    include = f" include ({listed(index.include)})" if index.include else ""
    where = f" where {index.where}" if index.where else ""
    return f"{head}{method} ({keys}){include}{where};"


def _key(key: IndexKey) -> str:
    text = f"({key.expression})" if key.is_expression else quote(key.expression)
    if key.collation:
        text += f" collate {key.collation}"
    if key.operator_class:
        text += f" {key.operator_class}"
    if key.descending:
        text += " desc"
    return f"{text} nulls {key.nulls}" if key.nulls else text


def comments(blueprint: Blueprint) -> Iterator[str]:
    """Yield comments on tables, columns, views, functions and indexes, so that the server tells them too."""
    for table in blueprint.tables:
        name = qualify(blueprint.schema, table.name)
        lines = [f"comment on table {name} is {literal(table.about)};"] if table.about else []
        lines += [f"comment on column {name}.{quote(c.name)} is {literal(c.about)};" for c in table.columns if c.about]
        lines += [_index_comment(blueprint, i) for i in table.indexes if i.serves]
        if lines:
            yield "\n".join(lines)
    for view in blueprint.views:
        if view.about:
            kind = "materialized view" if view.stored else "view"
            yield f"comment on {kind} {qualify(blueprint.schema, view.name)} is {literal(view.about)};"
    for function in blueprint.functions:
        if function.about:
            name = f"{qualify(blueprint.schema, function.name)}({function.arguments})"
            yield f"comment on function {name} is {literal(function.about)};"


def _index_comment(blueprint: Blueprint, index: Index) -> str:
    purpose = f"Serves {', '.join(index.serves)}."
    return f"comment on index {qualify(blueprint.schema, index.name)} is {literal(purpose)};"
