"""JSON Schemas: valid themselves, they accept the rows that the server has and refuse those with one thing wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dbwright.model.table import Table
from dbwright.prove.bench import Bench
from dbwright.prove.document_tools import NotBuilt, ToolRefused, built, built_like, need_library
from dbwright.prove.outcome import Outcome, broken, held
from dbwright.prove.sample_rows import json_rows
from dbwright.sql.types import bare_type, canonical_type

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

FOLDER = "models/json-schema"
INDEX = f"{FOLDER}/index.json"

_TEXTS = """
text; character varying; character; uuid; date; interval; bytea; inet; timestamp with time zone;
timestamp without time zone; time without time zone
"""
_WRONG: Mapping[str, tuple[object, ...]] = {
    **{name.strip(): (7, {"wrong": True}) for name in _TEXTS.split(";")},
    **dict.fromkeys(("smallint", "integer", "bigint"), ("seven", 0.5, {})),
    **dict.fromkeys(("numeric", "real", "double precision"), ("seven", {})),
    "boolean": (1, "true"),
}
"""Values that are none of the type, where JSON shows the type as text, number or truth value."""


def check_json_schema(bench: Bench) -> Outcome:
    """Check the schemas, validate rows of each table through the index, and see broken rows refused."""
    built(bench, INDEX)
    need_library("jsonschema", (4, 18))
    schemas = {path: _parsed(text, path) for path, text in built_like(bench, FOLDER, ".json").items()}
    _check_schemas(schemas)
    judge = _validator(schemas)
    rows, refused = json_rows(bench), 0
    for table in bench.blueprint.tables:
        if table.name not in schemas[INDEX].get("properties", {}):
            raise NotBuilt(f"a schema of `{table.name}` was not built: {INDEX} does not name it")
        parsed = [json.loads(row) for row in rows[table.name]]
        for row in parsed:
            complaint = _complaint(judge, table, row)
            if complaint:
                return broken(f"the schema of `{table.name}` refuses a row of it: {complaint}")
        for what, row in _wrong_rows(table, parsed[0]):
            if not _complaint(judge, table, row):
                return broken(f"the schema of `{table.name}` accepts {what}")
            refused += 1
    return held(schemas=len(schemas), rows=sum(map(len, rows.values())), refused=refused, judged_by="jsonschema")


def _parsed(text: str, path: str) -> dict[str, Any]:
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise ToolRefused(f"{path} is no JSON: {error}") from error
    if not isinstance(schema, dict):
        raise ToolRefused(f"{path} is no JSON object")
    return schema


def _check_schemas(schemas: Mapping[str, dict[str, Any]]) -> None:
    from jsonschema import Draft202012Validator, SchemaError

    for path, schema in schemas.items():
        if schema.get("$schema") != Draft202012Validator.META_SCHEMA["$schema"]:
            raise ToolRefused(f"{path} does not say that it is JSON Schema, draft 2020-12")
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            raise ToolRefused(f"{path} is no JSON Schema: {error.json_path}: {error.message}") from error


def _validator(schemas: Mapping[str, dict[str, Any]]) -> Validator:
    """Return a validator of the index, which finds the other schemas by the names they give themselves."""
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    resources = [Resource.from_contents(schema) for schema in schemas.values()]
    registry: Registry[Any] = Registry().with_resources([(r.id() or "", r) for r in resources])
    return Draft202012Validator(schemas[INDEX], registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _complaint(judge: Validator, table: Table, row: Mapping[str, Any]) -> str:
    """Return what is wrong with a row, empty where nothing is."""
    from referencing.exceptions import Unresolvable

    try:
        error = next(judge.iter_errors({table.name: [dict(row)]}), None)
    except Unresolvable as error_:
        raise ToolRefused(f"{INDEX} refers to `{error_.ref}`, which is no schema") from error_
    if error is None:
        return ""
    return f"{'.'.join(str(p) for p in list(error.path)[2:])}: {error.message}".removeprefix(": ")


def _wrong_rows(table: Table, row: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield copies of a row with one thing wrong, each with its name."""
    yield "a row with a column that the table has not", {**row, "no such column": 1}
    for column in table.columns:
        place = f"`{column.name}`"
        yield f"a row without {place}", {k: v for k, v in row.items() if k != column.name}
        wrong = _wrong_values(column.type)
        # A column of JSON that is not null may hold JSON's own null.
        for value in (*wrong, None) if column.not_null and wrong else wrong:
            yield f"{json.dumps(value)} in {place}", {**row, column.name: value}


def _wrong_values(type_name: str) -> tuple[object, ...]:
    if canonical_type(type_name).endswith("[]"):
        return (7, "{}", {"wrong": True})
    return _WRONG.get(bare_type(type_name), ())
