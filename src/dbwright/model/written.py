"""Elements of the design as plain values, under the keys that their author writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbwright.model.shape import is_model, keys_of, name_of
from dbwright.records import is_record


def trim(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values that say something: neither empty, nor zero, nor false."""
    return {name: value for name, value in values.items() if value}


def written(model: Any) -> dict[str, object]:
    """Return an element of the design under the keys that its author writes, without those that say nothing."""
    kind: Any = type(model)
    values = {name: _written_value(getattr(model, item.attribute)) for name, item in keys_of(kind).items()}
    title = name_of(kind)
    return trim({"name": str(getattr(model, title))} | values if title else values)


def _written_value(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return [_written_value(item) for item in value]
    if is_record(value) and not isinstance(value, type) and is_model(type(value)):
        return written(value)
    if isinstance(value, Mapping):
        return {str(name): _written_value(item) for name, item in value.items()}
    return "" if value is None else str(value)
