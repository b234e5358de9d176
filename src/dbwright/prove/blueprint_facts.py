"""What was decided, as facts: read from the blueprint's values, not from the DDL that was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbwright.model.blueprint import Blueprint, Policy
from dbwright.model.table import ForeignKey, Index, Table, TableColumn
from dbwright.prove.dump_details import function_fact, object_name, view_options
from dbwright.prove.facts import AS_WRITTEN, Subject, listing
from dbwright.sql.grammar import kind, parse
from dbwright.sql.normal_forms import normal_expression
from dbwright.sql.types import canonical_type


def blueprint_facts(blueprint: Blueprint) -> dict[Subject, str]:
    """Return every fact that the blueprint decides."""
    facts: dict[Subject, str] = {}
    for table in blueprint.tables:
        facts |= dict(_table(blueprint, table))
    for policy in blueprint.policies:
        facts[Subject(policy.table, "policy", policy.name)] = _policy(policy)
    for trigger in blueprint.triggers:
        facts[Subject(trigger.table, "trigger", trigger.name)] = "enabled"
    facts |= dict(_schema(blueprint))
    facts |= dict(_grants(blueprint))
    return facts


def _table(blueprint: Blueprint, table: Table) -> Iterator[tuple[Subject, str]]:
    partitioning = table.partitioning
    how = f"partitioned by {partitioning.strategy} ({', '.join(partitioning.columns)})" if partitioning else "plain"
    yield Subject(table.name, "table", table.name), listing([how, f"owned by {blueprint.owner}"])
    for column in table.columns:
        yield Subject(table.name, "column", f"{table.name}.{column.name}"), _column(blueprint, column)
    yield from _constraints(table)
    for index in table.indexes:
        yield Subject(table.name, "index", index.name), _index(index)
    if table.tenant_column:
        yield Subject(table.name, "row security", table.name), "enabled forced"
    own = [s.text for s in table.settings if s.on_parent or not partitioning]
    theirs = [s.text for s in table.settings if partitioning and not s.on_parent]
    if own:
        yield Subject(table.name, "settings", table.name), " ".join(sorted(own))
    for partition in partitioning.partitions if partitioning else ():
        secured = "enabled forced" if table.tenant_column else ""
        fact = listing([_bound(partition.bound), secured, *sorted(theirs)])
        yield Subject(table.name, "partition", partition.name), fact


def _bound(text: str) -> str:
    return " ".join(text.lower().replace("+00'", "'").replace(" 00:00:00'", "'").split())


def _column(blueprint: Blueprint, column: TableColumn) -> str:
    stored = "stored" if column.stored or blueprint.version < 18 else "virtual"
    return listing(
        [
            canonical_type(column.type),
            f"collate {column.collation.strip(chr(34))}" if column.collation else "",
            "not null" if column.not_null else "",
            f"default {normal_expression(column.default)}" if column.default else "",
            f"generated {normal_expression(column.generated)} {stored}" if column.generated else "",
            f"identity {column.identity}" if column.identity else "",
        ]
    )


def _constraints(table: Table) -> Iterator[tuple[Subject, str]]:
    def subject(name: str) -> Subject:
        return Subject(table.name, "constraint", name)

    if table.primary_key is not None:
        yield subject(table.primary_key.name), f"primary key ({', '.join(table.primary_key.columns)})"
    for unique in table.uniques:
        nulls = "nulls not distinct" if unique.nulls_not_distinct else ""
        yield subject(unique.name), listing([f"unique ({', '.join(unique.columns)})", nulls])
    for check in table.checks:
        yield subject(check.name), f"check {normal_expression(check.expression)}"
    for exclusion in table.exclusions:
        elements = " ".join(exclusion.elements.lower().split())
        yield subject(exclusion.name), f"exclude {exclusion.method} ({elements})"
    for key in table.foreign_keys:
        yield subject(key.name), _foreign_key(key)


def _foreign_key(key: ForeignKey) -> str:
    return listing(
        [
            f"foreign key ({', '.join(key.columns)}) references {key.target} ({', '.join(key.target_columns)})",
            f"on delete {key.on_delete}",
            f"({', '.join(key.set_columns)})" if key.set_columns else "",
            f"on update {key.on_update}",
            "deferrable" if key.deferrable else "",
        ]
    )


def _index(index: Index) -> str:
    if index.definition:
        return AS_WRITTEN
    keys = [
        listing(
            [
                normal_expression(k.expression) if k.is_expression else k.expression,
                k.operator_class,
                "desc" if k.descending else "",
            ]
        )
        for k in index.keys
    ]
    return listing(
        [
            f"{'unique ' if index.unique else ''}{index.method} ({', '.join(keys)})",
            f"include ({', '.join(index.include)})" if index.include else "",
            f"where {normal_expression(index.where)}" if index.where else "",
        ]
    )


def _policy(policy: Policy) -> str:
    return listing(
        [
            "permissive" if policy.permissive else "restrictive",
            f"for {policy.command} to {', '.join(sorted(policy.roles))}",
            f"using {normal_expression(policy.using)}" if policy.using else "",
            f"check {normal_expression(policy.check)}" if policy.check else "",
        ]
    )


def _schema(blueprint: Blueprint) -> Iterator[tuple[Subject, str]]:
    yield Subject("", "schema", blueprint.schema), f"owned by {blueprint.owner}"
    if blueprint.extensions:
        yield Subject("", "schema", "extensions"), ""
    for extension in blueprint.extensions:
        yield Subject("", "extension", extension), "in extensions"
    masker = next((r.name for r in blueprint.roles if r.purpose == "masker"), "")
    for view in blueprint.views:
        owner = view.owner or (masker if view.masked else blueprint.owner)
        options = "stored" if view.stored else view_options(parse(view.statement)[0].view_stmt)
        yield Subject("", "view", view.name), listing([f"({', '.join(view.columns)})", options, f"owned by {owner}"])
        for index in view.indexes:
            yield Subject("", "index", index.name), _index(index)
    for function in blueprint.functions:
        owner = function.owner or blueprint.owner
        fact = function_fact(parse(function.statement)[0].create_function_stmt)
        yield Subject("", "function", function.name), listing([fact, f"owned by {owner}"])
    for script in blueprint.scripts:
        yield _verbatim(blueprint, parse(script.statement)[0])


def _verbatim(blueprint: Blueprint, node: Any) -> tuple[Subject, str]:
    match kind(node):
        case "create_function_stmt":
            fact = listing([function_fact(node.create_function_stmt), f"owned by {blueprint.owner}"])
            return Subject("", "function", object_name(node)), fact
        case "create_trig_stmt":
            table = node.create_trig_stmt.relation.relname
            return Subject(table, "trigger", object_name(node)), "enabled"
    return Subject("", "verbatim", f"{kind(node)} {object_name(node)}"), ""


def _grants(blueprint: Blueprint) -> Iterator[tuple[Subject, str]]:
    tables = {t.name for t in blueprint.tables}
    cells: dict[tuple[str, str], set[str]] = {}
    for grant in blueprint.grants:
        columns = [f"{grant.privilege} {c}" for c in grant.columns] or [grant.privilege]
        cells.setdefault((grant.object, grant.role), set()).update(columns)
    for (name, role), privileges in cells.items():
        table = name if name in tables else ""
        yield Subject(table, "grant", f"{name} to {role}"), ", ".join(sorted(privileges))
