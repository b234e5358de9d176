"""The JSON Schema of the design file, by which editors complete and check what a person types.

It is made from the model classes by the same forms that the reader follows. Where the two differ, the reader decides:
it also takes `"true"` and `"3"` in quotes, and it alone knows names that lead nowhere and SQL that does not parse.
Source: JSON Schema draft 2020-12, core and validation.
"""

from __future__ import annotations

import json
import re
from typing import Any

from dbwright.frontends.yaml_library import yaml
from dbwright.model.design import Design
from dbwright.model.forms import Form, Outline, Written, may_lack_a_name, outline_of, written_as
from dbwright.model.quantities import Quantity
from dbwright.model.shape import Key, Text, is_model
from dbwright.records import fields

Schema = dict[str, Any]

IDENTIFIER = "https://dbwright.dev/design.schema.json"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {
    "description": "Text; YAML's own types of `5`, `true` and `null` do not matter where text is asked for.",
    "type": ["string", "number", "boolean", "null"],
}
_PASSED_THROUGH: Schema = {"^x-": True}


def render_design_schema() -> str:
    """Return the JSON Schema as the text of its file."""
    return json.dumps(design_schema(), indent=2, ensure_ascii=False) + "\n"


def design_schema() -> Schema:
    """Return the JSON Schema of a design file, with one definition a class of the model."""
    definitions: dict[str, Schema] = {"Text": _TEXT}
    root = _object(Design, outline_of(Design), definitions)
    del root["required"]  # of a design in several files, one says its name
    return {
        "$schema": _DRAFT,
        "$id": IDENTIFIER,
        "title": "dbwright design",
        "description": _first_line(Design),
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _value(written: Written, definitions: dict[str, Schema]) -> Schema:
    """The schema of a value; classes and quantities go to `definitions` and are referred to."""
    match written.form:
        case Form.MODEL | Form.QUANTITY:
            return _reference(written.of, definitions)
        case Form.NAMED:
            return _named(written.of, definitions)
        case Form.ITEMS:
            item = _value(written_as(written.of), definitions)
            nothing: list[Schema] = [] if written_as(written.of).form is Form.TEXT else [{"type": "null"}]
            return {"anyOf": [{"type": "array", "items": item}, item, *nothing]}
        case Form.MAPPING:
            return {"type": "object", "additionalProperties": _value(written_as(written.of), definitions)}
        case Form.TEXT:
            return {"$ref": "#/$defs/Text"}
        case Form.FLAG:
            return {"type": "boolean"}
        case Form.WHOLE:
            return {"type": "integer"}
    return {"enum": [*written.words, *(None for word in written.words if word == "null")]}


def _reference(kind: type, definitions: dict[str, Schema]) -> Schema:
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}  # a class that holds itself finds its name taken
        definitions[name] = _class(kind, definitions) if is_model(kind) else _quantity(kind)
    return {"$ref": f"#/$defs/{name}"}


def _named(item: type, definitions: dict[str, Schema]) -> Schema:
    reference = _reference(item, definitions)
    names: Schema = {
        "type": "object",
        "propertyNames": {"minLength": 1},
        "patternProperties": _PASSED_THROUGH,
        "additionalProperties": reference,
    }
    listed: list[Schema] = [{"type": "array", "items": reference}] if may_lack_a_name(item) else []
    return {"anyOf": [names, *listed, {"type": "null"}]}


def _class(kind: type, definitions: dict[str, Schema]) -> Schema:
    """A class: its mapping, the scalar that stands for it, or nothing where its name alone says enough."""
    outline = outline_of(kind)
    ways = [_object(kind, outline, definitions)]
    if outline.shorthand:
        ways.append(_property(outline.keys[outline.shorthand], None, definitions))
    elif outline.name and not outline.required:
        ways.append({"type": "null"})
    about = {"description": _first_line(kind)}
    return {**about, **ways[0]} if len(ways) == 1 else {**about, "anyOf": ways}


def _object(kind: type, outline: Outline, definitions: dict[str, Schema]) -> Schema:
    defaults = {f.name: f.default for f in fields(kind)}
    schema: Schema = {
        "type": "object",
        "properties": {n: _property(k, defaults[k.attribute], definitions) for n, k in outline.keys.items()},
        "patternProperties": _PASSED_THROUGH,
        "additionalProperties": False,
    }
    if outline.required:
        schema["required"] = [k.name for k in outline.required]
    return schema


def _property(key: Key, default: Any, definitions: dict[str, Schema]) -> Schema:
    written = written_as(key.type)
    schema = {**_value(written, definitions), **_manual(key, written)}
    if key.required and written.form is Form.TEXT:
        schema["minLength"] = 1
    shown = str(default) if isinstance(default, Text | Quantity) else default
    if shown and isinstance(shown, str | bool | int):
        schema["default"] = shown
    return schema


def _manual(key: Key, written: Written) -> Schema:
    manual: Schema = {"description": key.about}
    if key.example:
        manual["examples"] = [_example(key.example, written)]
    return manual


def _example(text: str, written: Written) -> Any:
    """An example as data; all scalars as text, which every form of a scalar that has an example takes."""
    if written.form in (Form.TEXT, Form.QUANTITY):
        return text
    return yaml.load(text, Loader=yaml.BaseLoader)


def _quantity(kind: Any) -> Schema:
    schema: Schema = {
        "description": _first_line(kind),
        "type": "string",
        "pattern": f"^(?:{kind.PATTERN})$",
        "examples": list(kind.EXAMPLES),
    }
    if re.fullmatch(kind.PATTERN, "1.5"):
        schema |= {"type": ["string", "number"], "minimum": 0}
    return schema


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]
