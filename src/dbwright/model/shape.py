"""How a model class stands in the design file.

Every class that a person writes is a frozen dataclass whose fields carry their key, their manual line and an example.
The reader (`frontends.binding`) and the JSON Schema (`emit.design_schema`) both follow these, so they cannot disagree.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from dbwright.diagnostics import NOWHERE, Span
from dbwright.records import MISSING, Field, field, fields, is_record, record

T = TypeVar("T")


class Text(str):
    """A string that knows where it stands in the design file, to the character.

    `locate` gives the place of the character at an offset, or of the whole text; most are never asked for.
    """

    __slots__ = ("locate",)
    locate: Callable[[int | None], Span] | None

    def __new__(cls, text: str, locate: Callable[[int | None], Span] | None = None) -> Text:
        made = str.__new__(cls, text)
        made.locate = locate
        return made

    @property
    def span(self) -> Span:
        """The place of the whole text."""
        return self.locate(None) if self.locate else NOWHERE

    def at(self, offset: int) -> Span:
        """Return the place of the character at `offset` (0-based, in characters)."""
        return self.locate(offset) if self.locate else NOWHERE


def span_of(text: str) -> Span:
    """Return where `text` stands in the design file, or nowhere for a text that was derived."""
    return text.span if isinstance(text, Text) else NOWHERE


@record(frozen=True)
class Place:
    """Where an element stands: its own span, and the span of each of its keys."""

    span: Span = NOWHERE
    keys: Mapping[str, Span] = field(default_factory=dict)

    def of(self, key: str) -> Span:
        """Return the span of `key`, or of the whole element where the key is absent."""
        return self.keys.get(key, self.span)


def key(
    about: str,
    default: Any = MISSING,
    *,
    name: str = "",
    example: str = "",
    factory: Any = MISSING,
) -> Any:
    """Declare a field that a person writes: its manual line, its key (`name`, where it differs) and an example."""
    metadata = {"about": about, "name": name, "example": example}
    if factory is not MISSING:
        return field(default_factory=factory, metadata=metadata)
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def named(about: str) -> Any:
    """Declare the field that takes an element's name: the key under which it stands in a mapping."""
    return field(metadata={"named": about})


def place() -> Any:
    """Declare the field that holds an element's place; it takes no part in comparison."""
    return field(default=Place(), compare=False, repr=False)


@record(frozen=True)
class Key:
    """One key of a model class: its name in the file, the attribute it fills, its type, manual line and example."""

    name: str
    attribute: str
    type: Any
    about: str
    example: str
    required: bool


@cache
def keys_of(model: type) -> Mapping[str, Key]:
    """Return the keys of a model class by their name in the file, in the order of the class."""
    return MappingProxyType({k.name: k for k in _keys(model)})


def _keys(model: type) -> Iterator[Key]:
    modules = {
        name: base.__module__ for base in reversed(model.__mro__) for name in vars(base).get("__annotations__", ())
    }
    for item in fields(model):
        if "about" not in item.metadata:
            continue
        yield Key(
            name=item.metadata["name"] or item.name.replace("_", " "),
            attribute=item.name,
            type=_type_written(str(item.type), modules[item.name]),
            about=item.metadata["about"],
            example=item.metadata["example"],
            required=_is_required(item),
        )


@cache
def _type_written(annotation: str, module: str) -> Any:
    """Return what an annotation of a module means, as `typing.get_type_hints` does at three times the cost."""
    return eval(annotation, vars(sys.modules[module]))


def is_model(kind: type) -> bool:
    """Return whether a class stands in the file as a mapping of keys (a quantity stands as one scalar)."""
    return is_record(kind) and not hasattr(kind, "PATTERN")


def name_of(model: type) -> str:
    """Return the attribute that takes the element's name, or nothing where elements have none."""
    return next((f.name for f in fields(model) if "named" in f.metadata), "")


def shorthand_of(model: type) -> str:
    """Return the key that a bare scalar fills (`SHORTHAND` of the class), or nothing."""
    return str(getattr(model, "SHORTHAND", ""))


def _is_required(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING
