"""Pydantic 2 models for an API: for each table what is read, what a client sends to make a row, what it may change.

The text of a model is all that is written here; Pydantic itself is never imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from dbwright.emit.api_fields import ApiField, api_fields
from dbwright.emit.identifiers import RESERVED, Names, free_class_name, model_names
from dbwright.emit.pydantic_fields import Purpose, choices, field_lines
from dbwright.emit.python_source import LINE_LENGTH, docstring, has_long_lines, used_names, width
from dbwright.emit.server_types import own_types
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table

PATH = "models/pydantic_models.py"

_STANDARD_IMPORTS = (
    (("dt",), "import datetime as dt"),
    (("re",), "import re"),
    (("Decimal",), "from decimal import Decimal"),
    (("Annotated", "Any", "Literal"), "from typing import {}"),
    (("UUID",), "from uuid import UUID"),
)
_PYDANTIC_NAMES = """
    AfterValidator AliasChoices AwareDatetime BaseModel BeforeValidator ConfigDict Field IPvAnyInterface IPvAnyNetwork
    NaiveDatetime
""".split()

_ALIASES = {
    "UNCHANGED": (
        "UNCHANGED: Any = None",
        "Stands where a client sent nothing: the server's default, or the value that is there.",
    ),
    "SmallInt": ("SmallInt = Annotated[int, Field(ge=-(2**15), lt=2**15)]", "A whole number of 2 bytes."),
    "Integer": ("Integer = Annotated[int, Field(ge=-(2**31), lt=2**31)]", "A whole number of 4 bytes."),
    "BigInt": ("BigInt = Annotated[int, Field(ge=-(2**63), lt=2**63)]", "A whole number of 8 bytes."),
    "ServerText": (
        "ServerText = Annotated[str, BeforeValidator(str)]",
        "A value in PostgreSQL's own notation, such as a range or a position.",
    ),
}

_MATCHING = '''

def matching(pattern: str) -> AfterValidator:
    """Return what looks for one more pattern in a text; a field itself takes only one."""

    def look(value: str) -> str:
        if re.search(pattern, value) is None:
            raise ValueError(f"does not match {pattern}")
        return value

    return AfterValidator(look)
'''

_PARENTS = '''
class ReadModel(BaseModel):
    """The parent of what is read: made from a mapping, JSON or an object of the SQLAlchemy models."""

    model_config = ConfigDict(
        extra="forbid",
        from_attributes=True,
        protected_namespaces=(),
        serialize_by_alias=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class WriteModel(BaseModel):
    """The parent of what a client sends; hand on what is set: `model_dump(exclude_unset=True)`."""

    model_config = ConfigDict(
        extra="forbid",
        protected_namespaces=(),
        serialize_by_alias=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )
'''


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return `models/pydantic_models.py`."""
    names = model_names(blueprint)
    taken = {*names.classes.values(), *RESERVED}
    own = own_types(blueprint)
    found = ((t, api_fields(blueprint, t, own)) for t in blueprint.tables)
    classes = list(chain.from_iterable(_table(t, fields, names, taken) for t, fields in found))
    used = used_names(classes, [*_ALIASES, "matching"])
    aliases = [lines for name, lines in _ALIASES.items() if name in used]
    parts = [f'\n{line}\n"""{about}"""\n' for line, about in aliases]
    parts += [_MATCHING] if "matching" in used else []
    parts += ["\n"] if parts else []
    parts += [_PARENTS, *classes]
    return {PATH: "".join([_head(blueprint, parts), *parts])}


def _head(blueprint: Blueprint, parts: Sequence[str]) -> str:
    title = f"{blueprint.design.design}: Pydantic models of its API, compiled by dbwright."
    note = (
        "Of each table there is a model of a row as it is read, one (`…Create`) of what a client may send for a new "
        "row, and one (`…Update`) of what it may change. The tenant, audit columns and generated values are the "
        "server's. Numbers are finite, as in JSON."
    )
    used = used_names(parts, [*(n for names, _ in _STANDARD_IMPORTS for n in names), *_PYDANTIC_NAMES])
    long = ["", "# ruff: noqa: E501"] if has_long_lines(parts) else []
    lines = [*docstring([title, note]), *long, "", "from __future__ import annotations", ""]
    standard = []
    for names, line in _STANDARD_IMPORTS:
        wanted = [n for n in names if n in used]
        standard += [line.format(", ".join(wanted))] if wanted else []
    lines += [*standard, ""] if standard else []
    wanted = [n for n in _PYDANTIC_NAMES if n in used]
    return "\n".join([*lines, *_import(wanted), ""])


def _import(names: list[str]) -> list[str]:
    line = f"from pydantic import {', '.join(names)}"
    if width(line) <= LINE_LENGTH:
        return [line]
    return ["from pydantic import (", *(f"    {n}," for n in names), ")"]


def _table(table: Table, fields: list[ApiField], names: Names, taken: set[str]) -> Iterator[str]:
    """Yield the source of a table's lists of values and models; put their names into `taken`."""
    name = names.classes[table.name]
    attributes = names.attributes[table.name]
    types = {}
    for field in fields:
        if field.limits.values:
            types[field.name] = _free(name + _capital_words(attributes[field.name]), taken)
            yield "\n\n" + "\n".join(choices(types[field.name], field.limits.values)) + "\n"
    about = table.about or f"One row of {table.name}."
    yield _class(name, "ReadModel", about, fields, attributes, types, Purpose.READ)
    sent = [f for f in fields if not f.from_server]
    about = f"What a client may send for a new row of {table.name}."
    yield _class(_free(f"{name}Create", taken), "WriteModel", about, sent, attributes, types, Purpose.CREATE)
    changed = [f for f in sent if not f.in_key]
    if changed:
        about = f"What a client may change in a row of {table.name}."
        yield _class(_free(f"{name}Update", taken), "WriteModel", about, changed, attributes, types, Purpose.UPDATE)


def _free(wanted: str, taken: set[str]) -> str:
    name = free_class_name(wanted, taken)
    taken.add(name)
    return name


def _capital_words(attribute: str) -> str:
    return "".join(w[:1].upper() + w[1:] for w in attribute.split("_"))


def _class(
    name: str,
    parent: str,
    about: str,
    fields: list[ApiField],
    attributes: Mapping[str, str],
    types: Mapping[str, str],
    purpose: Purpose,
) -> str:
    lines = ["", "", f"class {name}({parent}):", *docstring([about], "    ")]
    lines += [""] if fields else []
    for field in fields:
        lines += field_lines(field, attributes[field.name], types.get(field.name, ""), purpose)
    return "\n".join(lines) + "\n"
