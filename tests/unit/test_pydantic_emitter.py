"""Pydantic models: valid for every design, formatted, typed, and as strict as the server."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from dbwright.emit import pydantic as emitter
from dbwright.emit.identifiers import RESERVED
from dbwright.model.table import Check
from model_designs import DESIGNS, ROOT, blueprint_of, emitted, import_text, run_tool

PATH = "models/pydantic_models.py"
IDENTIFIER = "018f2a5e-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModuleType]:
    """The models of each design, imported."""
    folder = tmp_path_factory.mktemp("pydantic")
    return {d: import_text(emitted("pydantic", d)[PATH], folder / f"pydantic_{d}.py") for d in DESIGNS}


def refusals(model: type[BaseModel], **values: Any) -> list[str]:
    """Return the kinds of errors by which a model refuses values; none where it takes them."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        return [e["type"] for e in error.errors()]
    return []


@pytest.mark.parametrize("design", DESIGNS)
def test_models_are_the_same_each_time(design: str) -> None:
    assert emitter.emit(blueprint_of(design)) == emitted("pydantic", design)
    assert list(emitted("pydantic", design)) == [PATH]


@pytest.mark.parametrize("design", DESIGNS)
def test_models_load_without_a_warning(design: str, tmp_path: Path) -> None:
    (tmp_path / "pydantic_models.py").write_text(emitted("pydantic", design)[PATH], encoding="utf-8")
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nimport pydantic_models as models\n"
    script += "for parent in (models.ReadModel, models.WriteModel):\n"
    script += "    [model.model_json_schema() for model in parent.__subclasses__()]"
    assert run_tool("-W", "error", "-c", script) == (0, "")


def test_models_are_formatted_and_clean_and_typed(tmp_path: Path) -> None:
    paths = [tmp_path / f"{design}_api.py" for design in DESIGNS]
    for path, design in zip(paths, DESIGNS, strict=True):
        path.write_text(emitted("pydantic", design)[PATH], encoding="utf-8")
    settings = ("--no-cache", "--config", ROOT / "pyproject.toml")
    for arguments in (("format", "--diff"), ("check",)):
        code, said = run_tool("-m", "ruff", *arguments, *settings, *paths)
        assert code == 0, said
    configuration = tmp_path / "mypy.ini"
    configuration.write_text("[mypy]\nstrict = true\n", encoding="utf-8")
    code, said = run_tool("-m", "mypy", "--config-file", configuration, "--cache-dir", tmp_path / "cache", *paths)
    assert code == 0, said


def test_no_field_hides_what_every_model_has() -> None:
    public = {*dir(BaseModel), *inspect.get_annotations(BaseModel)}
    assert sorted(n for n in public if not n.startswith("_") and n not in RESERVED) == []


def test_a_client_sends_what_the_server_does_not_set(models: dict[str, ModuleType]) -> None:
    fields = models["fediflow"].UserCreate.model_fields
    assert "user_id" in fields
    assert {"tenant_id", "created_at", "updated_at", "created_by", "updated_by"} & set(fields) == set()
    assert {n for n, f in fields.items() if f.is_required()} == {"username", "email", "display_name"}
    assert refusals(models["fediflow"].UserCreate, username="ada", email="a@b", display_name="A") == []
    assert refusals(models["fediflow"].UserCreate, username="ada", email="a@b", display_name="A", x=1) == [
        "extra_forbidden"
    ]


def test_a_change_leaves_out_the_key_and_what_is_not_sent(models: dict[str, ModuleType]) -> None:
    update = models["fediflow"].UserUpdate
    assert "user_id" not in update.model_fields
    assert not any(f.is_required() for f in update.model_fields.values())
    changed = update.model_validate({"display_name": "Ada", "advisor_id": None})
    assert changed.model_dump(exclude_unset=True) == {"display_name": "Ada", "advisor_id": None}


def test_a_value_that_may_not_be_null_is_left_out_or_given(models: dict[str, ModuleType]) -> None:
    assert refusals(models["fediflow"].UserUpdate) == []
    assert refusals(models["fediflow"].UserUpdate, username=None) == ["string_type"]
    assert refusals(models["fediflow"].UserCreate, username="ada", email="a", display_name="A", status=None) == [
        "literal_error"
    ]


def test_a_table_of_keys_alone_has_nothing_to_change(models: dict[str, ModuleType]) -> None:
    assert hasattr(models["fediflow"], "FollowCreate")
    assert not hasattr(models["fediflow"], "FollowUpdate")


@pytest.mark.parametrize(
    ("field", "value", "refused"),
    [
        ("small", 4, []),
        ("small", 5, ["less_than_equal"]),
        ("small", -5, ["greater_than_equal"]),
        ("whole", 3, []),
        ("whole", 4, ["literal_error"]),
        ("large", 2**63 - 1, []),
        ("large", 2**63, ["less_than_equal"]),
        ("large", -1, ["greater_than_equal"]),
        ("price", "0.01", []),
        ("price", "0", ["greater_than_equal"]),
        ("price", "0.015", ["decimal_max_places"]),
        ("price", "99999999999.00", ["decimal_whole_digits"]),
        ("hundreds", "9999900", []),
        ("note", "x" * 41, ["string_too_long"]),
        ("code", "ab12", []),
        ("code", "ab", ["string_pattern_mismatch"]),
        ("code", "ab1234567", ["string_too_long"]),
        ("mood", 'so "so"', []),
        ("mood", "bad", ["literal_error"]),
        ("moods", ["fine", "it's bad"], []),
        ("grade", "D", ["literal_error"]),
        ("score", 5, ["greater_than_equal"]),
        ("score", 100, []),
        ("score", None, ["int_type"]),
        ("document", [], ["dict_type"]),
        ("document", {"a": 1}, []),
        ("items", [1], []),
        ("moment", "2026-01-01T00:00:00Z", []),
        ("moment", "2026-01-01T00:00:00", ["timezone_aware"]),
        ("local", "2026-01-01T00:00:00Z", ["timezone_naive"]),
        ("key", "no uuid", ["uuid_parsing"]),
        ("address", "10.0.0.1/8", []),
        ("network", "10.0.0.1/8", ["ip_any_network"]),
        ("grid", [[1, 2], [3, 4]], []),
        ("tags", ["a"], []),
        ("days", "[2026-01-01,2026-02-01)", []),
    ],
)
def test_values_are_judged_as_the_server_does(
    models: dict[str, ModuleType], field: str, value: object, refused: list[str]
) -> None:
    assert refusals(models["every_type"].SampleUpdate, **{field: value}) == refused


def test_all_patterns_of_a_column_must_be_found(tmp_path: Path) -> None:
    blueprint = blueprint_of("every_type")
    profiles = blueprint.table("profiles")
    assert profiles is not None
    checks = (Check("a", "child ~ '^a'"), Check("z", "child ~ 'z$'"))
    text = emitter.emit(replace(blueprint, tables=(replace(profiles, checks=checks),)))[PATH]
    found = import_text(text, tmp_path / "two_patterns.py")
    refused = [refusals(found.ProfileUpdate, child=v) for v in ("abcz", "abc", "bcz")]
    assert refused == [[], ["value_error"], ["string_pattern_mismatch"]]
    (tmp_path / "sample.py").write_text(text, encoding="utf-8")
    assert run_tool("-m", "ruff", "format", "--check", "-q", "--no-cache", tmp_path / "sample.py") == (0, "")


def test_rows_of_the_sqlalchemy_models_are_read(models: dict[str, ModuleType], tmp_path: Path) -> None:
    rows = import_text(emitted("sqlalchemy", "hostile")["models/sqlalchemy_models.py"], tmp_path / "hostile_rows.py")
    values: dict[str, Any] = dict.fromkeys(models["hostile"].Select.model_fields)
    values |= {"class_": "x", "metadata_": {"a": 1}, "tenant_id": IDENTIFIER, "created_at": "2026-01-01T00:00:00Z"}
    row = rows.Select(**values | {"updated_at": "2026-01-01T00:00:00Z", "list_": ["a"]})
    read = models["hostile"].Select.model_validate(row)
    assert (read.metadata_, read.class_, read.list_) == ({"a": 1}, "x", ["a"])
    shown = json.loads(read.model_dump_json())
    assert (shown["metadata"], shown["class"], shown["None"]) == ({"a": 1}, "x", None)


def test_odd_names_are_taken_and_shown_as_the_server_has_them(models: dict[str, ModuleType]) -> None:
    update = models["hostile"].WeirdTableUpdate
    sent = {"a'b": "x", 'say "hi"': 5, "100%": "12.5", "größe": 3, "ｗｉｄｅ": "w", "wide": "n", "!!!": "?"}
    assert update.model_validate(sent).model_dump(mode="json", exclude_unset=True) == sent
    assert refusals(update, **{'say "hi"': 6}) == ["less_than_equal"]
    assert refusals(update, **{"with:colon": "a:c12."}) == []
    assert refusals(update, **{"with:colon": "c:c12."}) == ["string_pattern_mismatch"]


def test_personal_data_is_marked(models: dict[str, ModuleType]) -> None:
    properties = models["fediflow"].User.model_json_schema()["properties"]
    assert {n: p["personal"] for n, p in properties.items() if "personal" in p} == {
        "username": "name",
        "email": "contact",
        "display_name": "name",
        "profile_data": "profile",
    }
    assert properties["email"]["encrypted"] is True


def test_words_of_full_text_search_are_taken_and_not_shown(models: dict[str, ModuleType]) -> None:
    read = models["every_type"].Sample
    assert read.model_fields["words"].exclude is True
    assert "words" not in models["every_type"].SampleCreate.model_fields


def test_bytes_are_base64_in_json(models: dict[str, ModuleType]) -> None:
    update = models["every_type"].SampleUpdate
    sent = update.model_validate_json('{"bytes": "AP8="}')
    assert sent.bytes_ == b"\x00\xff"
    assert sent.model_dump_json(exclude_unset=True) == '{"bytes":"AP8="}'
