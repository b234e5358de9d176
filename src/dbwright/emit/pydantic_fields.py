"""Fields of Pydantic models: annotation, limits, default, other names, and what is known of the value."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from dbwright.emit.api_fields import ApiField, Kind
from dbwright.emit.python_source import (
    INDENT,
    Piece,
    call,
    flat,
    keyword,
    listing,
    mapping,
    render,
    string_literal,
)


class Purpose(Enum):
    """What a model is for."""

    READ = auto()
    CREATE = auto()
    UPDATE = auto()


_ANNOTATIONS = {
    Kind.TEXT: "str",
    Kind.DECIMAL: "Decimal",
    Kind.FLOAT: "float",
    Kind.BOOLEAN: "bool",
    Kind.UUID: "UUID",
    Kind.INSTANT: "AwareDatetime",
    Kind.LOCAL_INSTANT: "NaiveDatetime",
    Kind.DATE: "dt.date",
    Kind.TIME: "dt.time",
    Kind.INTERVAL: "dt.timedelta",
    Kind.BYTES: "bytes",
    Kind.TEXT_MAP: "dict[str, str | None]",
    Kind.ADDRESS: "IPvAnyInterface",
    Kind.NETWORK: "IPvAnyNetwork",
    Kind.SERVER_TEXT: "ServerText",
    Kind.UNKNOWN: "Any",
}
_INTEGERS = {15: "SmallInt", 31: "Integer", 63: "BigInt"}
_SHAPES = {"object": "dict[str, Any]", "array": "list[Any]"}


def choices(name: str, values: Iterable[str | int]) -> list[str]:
    """Return the lines of a list of allowed values as a type of its own."""
    written = [string_literal(v) if isinstance(v, str) else str(v) for v in values]
    if len(written) == 1:
        # With a comma behind it a single value would be a tuple.
        return [f"{name} = Literal[{written[0]}]"]
    return render(listing("Literal", written), lead=f"{name} = ")


def field_lines(field: ApiField, attribute: str, values: str, purpose: Purpose) -> list[str]:
    """Return the lines of a field; `values` names the type of its allowed values, where it has some."""
    hidden = purpose is Purpose.READ and field.internal
    default = _default(field, purpose, hidden)
    arguments: list[Piece] = [keyword("default", default)] if default else []
    arguments += ["exclude=True", "repr=False"] if hidden else []
    if attribute != field.name:
        name = string_literal(field.name)
        arguments.append(keyword("validation_alias", call("AliasChoices", [string_literal(attribute), name])))
        arguments.append(keyword("serialization_alias", name))
    arguments += [] if values or field.dimensions else _limits(field)
    arguments += _description(field)
    lead = f"{attribute}: {_annotation(field, values, hidden)}"
    if not arguments:
        return [f"{INDENT}{lead}"]
    if arguments == [f"default={default}"]:
        return [f"{INDENT}{lead} = {default}"]
    return render(call("Field", arguments), INDENT, lead=f"{lead} = ")


def _default(field: ApiField, purpose: Purpose, hidden: bool) -> str:
    """Return the default's source, empty for a field that must be there."""
    if hidden:
        return "None"
    if purpose is Purpose.READ or (purpose is Purpose.CREATE and not (field.optional or field.nullable)):
        return ""
    return "None" if field.nullable else "UNCHANGED"


def _annotation(field: ApiField, values: str, hidden: bool) -> str:
    text = values or _ANNOTATIONS.get(field.kind, "")
    if field.kind is Kind.INTEGER and not values:
        text = "int" if _is_narrowed(field) else _INTEGERS[field.bits]
    if field.kind is Kind.DOCUMENT:
        text = _SHAPES.get(field.limits.shape, "Any")
    further = [flat(call("matching", [string_literal(p)])) for p in field.limits.patterns[1:]]
    if further and not values:
        text = f"Annotated[{text}, {', '.join(further)}]"
    for _ in range(field.dimensions):
        text = f"list[{text}]"
    return f"{text} | None" if (field.nullable or hidden) and text != "Any" else text


def _is_narrowed(field: ApiField) -> bool:
    """Whether a check says more of an integer than its type; Pydantic takes each kind of bound only once."""
    bound = Decimal(2**field.bits)
    return not field.dimensions and (field.limits.minimum, field.limits.maximum) != (-bound, bound - 1)


def _limits(field: ApiField) -> list[Piece]:
    if field.kind is Kind.INTEGER and not _is_narrowed(field):
        return []
    limits = field.limits
    found: list[tuple[str, Decimal | int | None]] = [("ge", limits.minimum), ("gt", limits.above)]
    found += [("le", limits.maximum), ("lt", limits.below)]
    found += [("min_length", limits.shortest), ("max_length", limits.longest)]
    if field.precision is not None and field.scale is not None and 0 <= field.scale <= field.precision:
        found += [("max_digits", field.precision), ("decimal_places", field.scale)]
    arguments: list[Piece] = [keyword(name, _number(field, value)) for name, value in found if value is not None]
    return arguments + [keyword("pattern", string_literal(p)) for p in limits.patterns[:1]]


def _number(field: ApiField, value: Decimal | int) -> str:
    if value == int(value):
        return str(int(value))
    return flat(call("Decimal", [string_literal(str(value))])) if field.kind is Kind.DECIMAL else repr(float(value))


def _description(field: ApiField) -> list[Piece]:
    arguments: list[Piece] = []
    if field.description:
        arguments.append(keyword("description", string_literal(field.description)))
    if field.examples:
        arguments.append(keyword("examples", _value(field.examples)))
    extra = [("personal", string_literal(field.personal))] if field.personal else []
    extra += [("encrypted", "True")] if field.encrypted else []
    if extra:
        arguments.append(keyword("json_schema_extra", mapping(extra)))
    return arguments


def _value(value: Any) -> Piece:
    """Return a JSON value as Python source."""
    if isinstance(value, str):
        return string_literal(value)
    if isinstance(value, list):
        return listing("", [_value(v) for v in value])
    if isinstance(value, dict):
        return mapping([(k, _value(v)) for k, v in value.items()])
    return repr(value)
