"""JSON Schema (draft 2020-12): one a table, of a row as `to_jsonb(row)` shows it, and one of all tables together.

The words are those of JSON Schema; what it has no word for stands under `x-personal`, `x-encrypted` and `x-unit`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote as percent_encode

from dbwright.emit.api_fields import ApiField, Kind, api_fields
from dbwright.emit.identifiers import file_names
from dbwright.emit.server_types import own_types
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table

FOLDER = "models/json-schema"
INDEX = "index"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_BYTES = r"^\\x([0-9a-f]{2})*$"
_SPECIAL = ("NaN", "Infinity", "-Infinity")

_FORMATS = {
    Kind.UUID: "uuid",
    Kind.INSTANT: "date-time",
    Kind.DATE: "date",
}

_SHAPES = ("object", "array", "string", "number", "boolean", "null")


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return a schema of each table's rows, and `index.json`: a schema of an object that holds rows by table."""
    places = dict(file_names((t.name for t in blueprint.tables), taken=[INDEX]))
    files = {f"{FOLDER}/{INDEX}.json": _written(_index(blueprint, places))}
    own = own_types(blueprint)
    for table in blueprint.tables:
        place = places[table.name]
        files[f"{FOLDER}/{place}.json"] = _written(row_schema(table, api_fields(blueprint, table, own), place))
    return files


def _written(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _address(place: str) -> str:
    return percent_encode(f"{place}.json")


def _index(blueprint: Blueprint, places: dict[str, str]) -> dict[str, Any]:
    rows = {t.name: {"type": "array", "items": {"$ref": _address(places[t.name])}} for t in blueprint.tables}
    return {
        "$schema": DIALECT,
        "$id": _address(INDEX),
        "title": str(blueprint.design.design),
        **_about(str(blueprint.design.about) or "Rows by table."),
        "type": "object",
        "properties": rows,
        "additionalProperties": False,
    }


def _about(text: str) -> dict[str, str]:
    words = " ".join(text.split())
    return {"description": words} if words else {}


def row_schema(table: Table, fields: list[ApiField], place: str) -> dict[str, Any]:
    """Return the schema of one row of a table; every column is there, a null where it has none."""
    return {
        "$schema": DIALECT,
        "$id": _address(place),
        "title": table.name,
        **_about(table.about),
        "type": "object",
        "properties": {f.name: _property(f) for f in fields},
        "required": [f.name for f in fields],
        "additionalProperties": False,
    }


def _property(field: ApiField) -> dict[str, Any]:
    source = field.column.source
    schema: dict[str, Any] = _about(field.column.about)
    element = _element(field)
    for _ in range(field.dimensions):
        element = {"type": "array", "items": _or_null(element)}
    schema |= _or_null(element) if field.nullable else element
    if field.examples:
        schema["examples"] = field.examples
    if not field.column.written:
        schema["readOnly"] = True
    schema |= {"x-personal": field.personal} if field.personal else {}
    schema |= {"x-encrypted": True} if field.encrypted else {}
    return schema | ({"x-unit": str(source.unit)} if source and source.unit else {})


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema that also takes null, in the shortest words."""
    if not schema:
        return schema
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    found = schema | {"type": [schema["type"], "null"]}
    return found | {"enum": [*schema["enum"], None]} if "enum" in schema else found


def _element(field: ApiField) -> dict[str, Any]:
    """Return the schema of a value that is not null, without what only arrays say."""
    match field.kind:
        case Kind.TEXT:
            return _text(field)
        case Kind.INTEGER:
            return {"type": "integer", **_values(field), **_bounds(field)}
        case Kind.DECIMAL | Kind.FLOAT:
            return _number(field)
        case Kind.BOOLEAN:
            return {"type": "boolean"}
        case Kind.BYTES:
            return {"type": "string", "pattern": _BYTES}
        case Kind.TEXT_MAP:
            return {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
        case Kind.DOCUMENT:
            return {"type": field.limits.shape} if field.limits.shape in _SHAPES else {}
        case Kind.UNKNOWN:
            return {}
    return {"type": "string", "format": _FORMATS[field.kind]} if field.kind in _FORMATS else {"type": "string"}


def _values(field: ApiField) -> dict[str, Any]:
    return {"enum": list(field.limits.values)} if field.limits.values is not None else {}


def _text(field: ApiField) -> dict[str, Any]:
    limits = field.limits
    schema: dict[str, Any] = {"type": "string", **_values(field)}
    if limits.shortest is not None:
        schema["minLength"] = limits.shortest
    if limits.longest is not None:
        schema["maxLength"] = limits.longest
    if len(limits.patterns) == 1:
        schema["pattern"] = limits.patterns[0]
    elif limits.patterns:
        schema["allOf"] = [{"pattern": p} for p in limits.patterns]
    return schema


def _number(field: ApiField) -> dict[str, Any]:
    """A number, or the text that `to_jsonb` writes for one that JSON does not have."""
    number = {"type": "number", **_bounds(field)}
    special = [s for s in _SPECIAL if _is_possible(field, s)]
    return {"anyOf": [number, {"enum": special}]} if special else number


def _is_possible(field: ApiField, special: str) -> bool:
    finite = field.precision is not None and special != "NaN"
    if special == "-Infinity":
        return not finite and field.limits.minimum is None and field.limits.above is None
    return not finite and field.unbounded_above


def _bounds(field: ApiField) -> dict[str, Any]:
    limits = field.limits
    found = {
        "minimum": limits.minimum,
        "exclusiveMinimum": limits.above,
        "maximum": limits.maximum,
        "exclusiveMaximum": limits.below,
    }
    if field.precision is not None:
        whole = Decimal(10) ** (field.precision - (field.scale or 0))
        found |= {"exclusiveMinimum": -whole} if limits.minimum is None and limits.above is None else {}
        found |= {"exclusiveMaximum": whole} if limits.maximum is None and limits.below is None else {}
    return {word: _json_number(value) for word, value in found.items() if value is not None}


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
