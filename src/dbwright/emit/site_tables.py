"""Tables, views and functions as data of the site."""

from __future__ import annotations

from dbwright.emit.cardinality import Reference, references
from dbwright.emit.ddl_tables import create_index, create_table
from dbwright.emit.site_json import records
from dbwright.emit.site_places import Places
from dbwright.model.blueprint import Blueprint, Function, View
from dbwright.model.entity import Column, Entity
from dbwright.model.table import Index, Key, Partitioning, Table, TableColumn
from dbwright.model.written import trim, written

_ENTITY_KEYS = ("why", "retention", "storage", "lifecycle", "depends", "accept", "rows", "search")


def describe_tables(blueprint: Blueprint, places: Places) -> list[dict[str, object]]:
    """Return every table with its columns, constraints, indexes, partitions and policies."""
    names = {t.name for t in blueprint.tables}
    return [_table(blueprint, table, names, places) for table in blueprint.tables]


def _table(blueprint: Blueprint, table: Table, names: set[str], places: Places) -> dict[str, object]:
    return trim(
        {
            "name": table.name,
            "about": table.about,
            "area": table.area,
            "derived": table.derived,
            "tenant": table.tenant_column,
            "entity": _entity(blueprint.design.entity(table.name)),
            "columns": records([_column(c) for c in table.columns]),
            "key": _key(table.primary_key) if table.primary_key else {},
            "uniques": [_key(u) for u in table.uniques],
            "checks": [{"name": c.name, "expression": c.expression} for c in table.checks],
            "exclusions": [
                trim({"name": e.name, "elements": e.elements, "method": e.method, "where": e.where})
                for e in table.exclusions
            ],
            "references": [_reference(r) for r in references(blueprint, [table])],
            "indexes": [_index(blueprint, i) for i in table.indexes],
            "partitions": _partitions(table.partitioning) if table.partitioning else {},
            "size": _size(table),
            "policies": _policies(blueprint, table),
            "triggers": [t.statement for t in blueprint.triggers_on(table.name)],
            "ddl": create_table(blueprint, table, names),
            "at": places.of(table.span),
        }
    )


def _entity(entity: Entity | None) -> dict[str, object]:
    """What the design says about the entity; that it is relational and in PostgreSQL goes without saying."""
    if entity is None:
        return {}
    said = written(entity)
    found = {name: said[name] for name in _ENTITY_KEYS if name in said}
    if entity.storage.kind == "relational" and not entity.storage.because:
        found.pop("storage")
    return found | {"audit": entity.audit}


def _column(column: TableColumn) -> dict[str, object]:
    generated = f"{column.generated} {'stored' if column.stored else 'virtual'}" if column.generated else ""
    return trim(
        {
            "name": column.name,
            "type": column.type,
            "required": column.not_null,
            "default": column.default,
            "generated": generated,
            "identity": column.identity,
            "collation": column.collation,
            "about": column.about,
        }
        | _column_marks(column.source)
    )


def _column_marks(source: Column | None) -> dict[str, object]:
    if source is None:
        return {}
    return {
        "values": [str(v) for v in source.one_of],
        "personal": str(source.personal),
        "mask": source.mask or "",
        "encrypted": source.encrypt is not None,
        "copy": str(source.as_of),
        "example": str(source.example),
        "unit": str(source.unit),
    }


def _key(key: Key) -> dict[str, object]:
    return trim({"name": key.name, "columns": list(key.columns), "nulls": key.nulls_not_distinct})


def _reference(reference: Reference) -> dict[str, object]:
    """A foreign key with both ends; `own` is the column that tells it from the table's others."""
    key = reference.key
    return trim(
        {
            "name": key.name,
            "columns": list(key.columns),
            "own": reference.own_column,
            "target": key.target,
            "to": list(key.target_columns),
            "toOwn": reference.target_column,
            "delete": "" if key.on_delete == "no action" else key.on_delete,
            "update": "" if key.on_update == "no action" else key.on_update,
            "clears": list(key.set_columns),
            "deferrable": key.deferrable,
            "about": key.about,
            "optional": reference.optional,
            "single": reference.single,
        }
    )


def _index(blueprint: Blueprint, index: Index) -> dict[str, object]:
    return trim({"name": index.name, "ddl": create_index(blueprint, index), "serves": list(index.serves)})


def _partitions(partitioning: Partitioning) -> dict[str, object]:
    return trim(
        {
            "strategy": partitioning.strategy,
            "columns": list(partitioning.columns),
            "every": partitioning.every,
            "keep": partitioning.keep_months,
            "list": [[p.name, p.bound] for p in partitioning.partitions],
        }
    )


def _size(table: Table) -> dict[str, object]:
    size = table.size
    if size is None:
        return {}
    return {
        "now": size.rows_now,
        "later": size.rows_horizon,
        "row": size.row_bytes,
        "index": size.index_bytes,
        "nowBytes": size.bytes_now,
        "laterBytes": size.bytes_horizon,
    }


def _policies(blueprint: Blueprint, table: Table) -> list[dict[str, object]]:
    return [
        trim(
            {
                "name": p.name,
                "roles": list(p.roles),
                "command": p.command,
                "permissive": p.permissive,
                "using": p.using,
                "check": p.check,
            }
        )
        for p in blueprint.policies_on(table.name)
    ]


def describe_views(blueprint: Blueprint, places: Places) -> list[dict[str, object]]:
    """Return every view."""
    return [_view(view, places) for view in blueprint.views]


def _view(view: View, places: Places) -> dict[str, object]:
    return trim(
        {
            "name": view.name,
            "about": view.about,
            "masked": view.masked,
            "stored": view.stored,
            "owner": view.owner,
            "reads": list(view.reads),
            "columns": list(view.columns),
            "statement": view.statement,
            "at": places.of(view.span),
        }
    )


def describe_functions(blueprint: Blueprint, places: Places) -> list[dict[str, object]]:
    """Return every function, and what the design says verbatim besides."""
    functions = [_function(f, places) for f in blueprint.functions]
    scripts = [
        trim({"name": s.name, "statement": s.statement, "verbatim": True, "at": places.of(s.span)})
        for s in blueprint.scripts
    ]
    return functions + scripts


def _function(function: Function, places: Places) -> dict[str, object]:
    return trim(
        {
            "name": function.name,
            "arguments": function.arguments,
            "about": function.about,
            "owner": function.owner,
            "statement": function.statement,
            "at": places.of(function.span),
        }
    )
