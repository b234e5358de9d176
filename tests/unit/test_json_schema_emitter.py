"""JSON Schema: valid by its own meta-schema for every design, and as wide as the table, no wider."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from dbwright.emit import json_schema as emitter
from dbwright.emit.identifiers import file_names
from dbwright.model.table import Check
from model_designs import DESIGNS, blueprint_of, emitted

FOLDER = "models/json-schema"


def schemas_of(design: str) -> dict[str, dict[str, Any]]:
    """Return the schemas of a design by file name."""
    return {PurePosixPath(path).name: json.loads(text) for path, text in emitted("json_schema", design).items()}


def property_of(design: str, table: str, column: str) -> dict[str, Any]:
    """Return what a table's schema says of a column."""
    found: dict[str, Any] = schemas_of(design)[f"{table}.json"]["properties"][column]
    return found


@pytest.mark.parametrize("design", DESIGNS)
def test_schemas_are_the_same_each_time(design: str) -> None:
    assert emitter.emit(blueprint_of(design)) == emitted("json_schema", design)


@pytest.mark.parametrize("design", DESIGNS)
def test_schemas_are_valid_and_end_in_one_newline(design: str) -> None:
    for schema in schemas_of(design).values():
        Draft202012Validator.check_schema(schema)
    assert [p for p, text in emitted("json_schema", design).items() if text[-2:] != "}\n"] == []


@pytest.mark.parametrize("design", DESIGNS)
def test_each_table_has_a_file_with_a_safe_name(design: str) -> None:
    paths = list(emitted("json_schema", design))
    assert len({p.casefold() for p in paths}) == len(paths) == len(blueprint_of(design).tables) + 1
    assert [p for p in paths if PurePosixPath(p).parent != PurePosixPath(FOLDER)] == []
    assert [p for p in paths if set(PurePosixPath(p).name) & set("\"'\\/:*?<>| ")] == []
    titles = [s["title"] for s in schemas_of(design).values()][1:]
    assert titles == [t.name for t in blueprint_of(design).tables]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_index_leads_to_every_table(design: str) -> None:
    schemas = schemas_of(design)
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    assert [unquote(s["$id"]) for s in schemas.values()] == list(schemas)
    validator = Draft202012Validator(schemas["index.json"], registry=registry)
    tables = [t.name for t in blueprint_of(design).tables]
    assert validator.is_valid({name: [] for name in tables})
    assert not validator.is_valid({tables[0]: [{}]})
    assert not validator.is_valid({"no table of ours": []})


def test_file_names_are_safe_and_unique_without_capitals() -> None:
    names = ["a/b", "a\\b", "..", "A_B", "index", "größe", "x" * 200, ""]
    found = dict(file_names(names, taken=["index"]))
    assert list(found.values()) == ["a_b", "a_b_2", "__", "A_B_3", "index_2", "größe", "x" * 80, "_"]


def test_every_column_of_a_row_is_there() -> None:
    schema = schemas_of("fediflow")["users.json"]
    columns = [c.name for t in blueprint_of("fediflow").tables if t.name == "users" for c in t.columns]
    assert (list(schema["properties"]), schema["required"]) == (columns, columns)
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("design", "table", "column", "expected"),
    [
        ("fediflow", "users", "user_id", {"type": "string", "format": "uuid"}),
        ("fediflow", "users", "status", {"type": "string", "enum": ["active", "suspended", "closed"]}),
        (
            "fediflow",
            "users",
            "username",
            {"type": "string", "pattern": "^[a-z0-9_]{2,40}$", "x-personal": "name"},
        ),
        ("fediflow", "users", "email", {"type": "string", "x-personal": "contact", "x-encrypted": True}),
        ("fediflow", "deliveries", "attempts", {"type": "integer", "minimum": 0, "maximum": 20}),
        (
            "fediflow",
            "media",
            "bytes",
            {"type": "integer", "minimum": 0, "maximum": 9223372036854775807, "x-unit": "bytes"},
        ),
        ("fediflow", "deliveries", "next_try_at", {"type": ["string", "null"], "format": "date-time"}),
        ("every_type", "samples", "whole", {"enum": [1, 2, 3, None]}),
        ("every_type", "samples", "exact", {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}),
        ("every_type", "samples", "double", {"anyOf": [{"type": "number", "maximum": 1.5}, {"enum": ["-Infinity"]}]}),
        ("every_type", "samples", "document", {"type": "object"}),
        ("every_type", "samples", "items", {"examples": [[1, 2]]}),
        ("every_type", "samples", "doubled", {"type": ["integer", "null"], "readOnly": True}),
        ("every_type", "samples", "padded", {"type": ["string", "null"], "maxLength": 4}),
        ("every_type", "samples", "days", {"type": ["string", "null"]}),
        ("every_type", "samples", "tags", {"type": "array", "items": {"type": ["string", "null"]}}),
        ("every_type", "samples", "mood", {"type": "string", "enum": ["fine", 'so "so"', "it's bad"]}),
        ("every_type", "samples", "score", {"type": "integer", "minimum": 6, "maximum": 100}),
        ("every_type", "samples", "shape", {}),
        ("hostile", "weird__table_", "100%", {"type": ["number", "null"], "minimum": 0, "maximum": 100}),
    ],
)
def test_columns_are_described(design: str, table: str, column: str, expected: dict[str, Any]) -> None:
    found = property_of(design, table, column)
    if "anyOf" in expected and "anyOf" in found:
        assert found["anyOf"][: len(expected["anyOf"])] == expected["anyOf"]
    else:
        assert {k: v for k, v in found.items() if k in expected} == expected


def test_several_patterns_are_all_kept() -> None:
    blueprint = blueprint_of("every_type")
    profiles = blueprint.table("profiles")
    assert profiles is not None
    checks = (Check("a", "child ~ '^a'"), Check("z", "child ~ 'z$'"))
    files = emitter.emit(replace(blueprint, tables=(replace(profiles, checks=checks),)))
    assert json.loads(files[f"{FOLDER}/profiles.json"])["properties"]["child"] == {
        "type": "string",
        "allOf": [{"pattern": "^a"}, {"pattern": "z$"}],
    }


def test_texts_of_the_design_stay_data() -> None:
    schema = schemas_of("hostile")["weird__table_.json"]
    assert schema["title"] == 'weird "table"'
    assert schema["properties"]['say "hi"']["description"] == '</script> | ` */ $$ """'
