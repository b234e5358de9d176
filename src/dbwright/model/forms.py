"""Which form a value takes in the design file: one answer for the reader, the JSON Schema and the formatter.

`shape` says what the keys of a class are; this module says, for the type of a key, whether it is written as a mapping,
a list or one scalar.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from dbwright.model.entity import FixedIndex, NamedSql, Reference
from dbwright.model.operations import Comment
from dbwright.model.relationship import Relationship
from dbwright.model.shape import Key, Text, is_model, keys_of, name_of, shorthand_of
from dbwright.records import record


class Form(Enum):
    """The forms of a value: four that hold others, and five that stand as one scalar."""

    MODEL = "a mapping of the keys of a class"
    NAMED = "a mapping of names to a class"
    ITEMS = "a list, or one item alone"
    MAPPING = "a mapping of names to values of one type"
    TEXT = "text"
    FLAG = "true or false"
    CHOICE = "one of some words"
    WHOLE = "a whole number"
    QUANTITY = "a number with its unit"


@record(frozen=True)
class Written:
    """How a type is written: its form, and the class, item type or words that go with the form."""

    form: Form
    of: Any = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of a choice."""
        return tuple(get_args(self.of)) if self.form is Form.CHOICE else ()


@record(frozen=True)
class Outline:
    """A model class at a glance: its keys, the attribute that takes the name, the key of a bare scalar."""

    keys: Mapping[str, Key]
    name: str
    shorthand: str
    required: tuple[Key, ...]


_NAMELESS = (NamedSql, FixedIndex, Reference, Relationship, Comment)
"""Classes whose elements may stand in a list, because a name for them follows from what they say."""


def may_lack_a_name(model: type) -> bool:
    """Return whether elements of the class may stand in a list instead of under a name each."""
    return model in _NAMELESS


@cache
def outline_of(model: type) -> Outline:
    """Return the outline of a model class."""
    keys = keys_of(model)
    required = tuple(k for k in keys.values() if k.required)
    return Outline(keys, name_of(model), shorthand_of(model), required)


@cache
def written_as(kind: Any) -> Written:
    """Return how a value of a type is written; an optional type is written like the type itself."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return written_as(next(a for a in get_args(kind) if a is not type(None)))
    if origin is Literal:
        return Written(Form.CHOICE, kind)
    if origin is tuple:
        item = get_args(kind)[0]
        return Written(Form.NAMED if _is_named(item) else Form.ITEMS, item)
    if origin in (Mapping, dict):
        return Written(Form.MAPPING, get_args(kind)[1])
    return _written_as_class(kind)


def _written_as_class(kind: type) -> Written:
    if kind in (str, Text):
        return Written(Form.TEXT, kind)
    if kind is bool:
        return Written(Form.FLAG, kind)
    if kind is int:
        return Written(Form.WHOLE, kind)
    return Written(Form.MODEL if is_model(kind) else Form.QUANTITY, kind)


def _is_named(item: Any) -> bool:
    return isinstance(item, type) and is_model(item) and bool(name_of(item))
