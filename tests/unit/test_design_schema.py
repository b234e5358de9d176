"""The published JSON Schema: valid, up to date, in agreement with the examples and with the manual of each key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from dbwright.emit.design_schema import design_schema, render_design_schema
from dbwright.model.design import Design
from dbwright.model.forms import Form, outline_of, written_as

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "docs" / "design.schema.json"
EXAMPLES = sorted((ROOT / "examples").glob("*/*.design.yaml"))
VALIDATOR = Draft202012Validator(design_schema())
SHOP = """
design: shop
target: {version: 18, extensions: postgis}
tenancy: tenants.tenant_id
roles: {web: , support: {sees: masked}}
groups: {stamps: {columns: {created_at: timestamptz not null}}}
entities:
  tenants:
  orders:
    columns:
      order_id: uuid primary key
      status: {sql: text, one of: [new, 404, true], mask: empty}
      x-note: anything
    groups: stamps
    unique: [[status, order_id], status]
    check: [order_id is not null]
    exclude: {once: room with =}
    accept: {rule: wide, why: measured}
    rows: 300
    retention: 36 months
    storage: {kind: relational}
    partition: {by: list(status), values: {old: paid, new: [new, 404]}}
    search: {columns: {status: A}}
relationships: [tenants 1-n orders]
access:
  find:
    by: web
    sql: select 1
    parameters: {n: 3, m: {example: null}}
    latency: 15ms
    rows: 1.5
x-anything: {goes: here}
"""


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: only null, true, false, whole and decimal numbers have types of their own."""

    yaml_implicit_resolvers: dict[str, Any] = {}


for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), first)


def problems(text: str) -> list[str]:
    """Return where and how a YAML text breaks the schema."""
    data = yaml.load(text, CoreLoader)
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)]


def examples_of(schema: Any, path: str = "$") -> list[tuple[str, dict[str, Any]]]:
    """Return every schema below `schema` that gives examples or a default, with its path."""
    if isinstance(schema, list):
        return [found for n, part in enumerate(schema) for found in examples_of(part, f"{path}[{n}]")]
    if not isinstance(schema, dict):
        return []
    here = [(path, schema)] if isinstance(schema.get("examples"), list) or "default" in schema else []
    below = [found for name, part in schema.items() for found in examples_of(part, f"{path}.{name}")]
    return here + [(p, s) for p, s in below if not p.endswith(".examples")]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(design_schema())


def test_the_published_file_is_up_to_date() -> None:
    stored = PUBLISHED.read_text(encoding="utf-8")
    assert stored == render_design_schema(), "type: dbwright schema > docs/design.schema.json"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_is_valid(path: Path) -> None:
    assert problems(path.read_text(encoding="utf-8")) == []


def test_every_short_way_to_write_is_valid() -> None:
    assert problems(SHOP) == []


@pytest.mark.parametrize("before, after", [("web: ,", "web: {logn: true},"), ("masked", "mask"), ("300", "many")])
def test_a_mistake_is_found(before: str, after: str) -> None:
    assert before in SHOP
    assert problems(SHOP.replace(before, after)) != []


def test_examples_and_defaults_fit_their_keys() -> None:
    found = examples_of(design_schema())
    assert len(found) > 50
    for path, schema in found:
        reader = Draft202012Validator({**schema, "$defs": design_schema()["$defs"]})
        values = [*schema.get("examples", []), *([schema["default"]] if "default" in schema else [])]
        assert [f"{path}: {value}" for value in values if not reader.is_valid(value)] == []


def test_every_key_of_the_model_is_described() -> None:
    shown = design_schema()
    assert list(shown["properties"]) == list(outline_of(Design).keys)
    for name, key in outline_of(Design).keys.items():
        assert shown["properties"][name]["description"] == key.about


def test_a_choice_offers_its_words() -> None:
    sees = design_schema()["$defs"]["Role"]["anyOf"][0]["properties"]["sees"]
    assert (sees["enum"], sees["default"]) == (["clear", "masked"], "clear")


def test_a_type_takes_the_form_that_the_reader_expects() -> None:
    forms = {name: written_as(key.type).form for name, key in outline_of(Design).keys.items()}
    assert forms["entities"] is Form.NAMED
    assert forms["include"] is Form.ITEMS
    assert forms["tenancy"] is Form.MODEL
    assert forms["horizon"] is Form.QUANTITY
    assert forms["about"] is Form.TEXT
