"""Values of the model as JSON that is safe inside an HTML page and reads well in a diff."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence

_UNSAFE = re.compile("[<\u2028\u2029\ud800-\udfff]")


AS_BEFORE = -1
"""Stands for the value that the row before has in a column; no column has it as a value of its own."""


def records(items: Sequence[Mapping[str, object]], repeating: Sequence[str] = ()) -> list[list[object]]:
    """Return items as rows of values under a first row of keys; null where an item lacks one, none at a row's end.

    What stands in one of the `repeating` columns as in the row before is written as AS_BEFORE.
    """
    keys = list(dict.fromkeys(key for item in items for key in item))
    before: Sequence[Mapping[str, object]] = [{}, *items]
    return [[*keys], *(_row(item, above, keys, repeating) for item, above in zip(items, before, strict=False))]


def _row(
    item: Mapping[str, object], above: Mapping[str, object], keys: list[str], repeating: Sequence[str]
) -> list[object]:
    last = max((position for position, key in enumerate(keys) if key in item), default=-1)
    same = {key for key in repeating if key in item and key in above and item[key] == above[key]}
    return [AS_BEFORE if key in same else item.get(key) for key in keys[: last + 1]]


def embed(data: Mapping[str, object]) -> str:
    """Return `data` as JSON for a script element: nothing in it can end the element, one line an item of a list."""
    parts = [f"{_dump(name)}:{_lines(value)}" for name, value in data.items()]
    return "{\n" + ",\n".join(parts) + "\n}"


def _lines(value: object) -> str:
    if not isinstance(value, list) or not value:
        return _dump(value)
    return "[\n" + ",\n".join(_dump(item) for item in value) + "\n]"


def _dump(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    """Half a surrogate pair is no character, and no file could hold it."""
    return "\\ufffd" if "\ud800" <= found[0] <= "\udfff" else f"\\u{ord(found[0]):04x}"


def plain(value: object) -> object:
    """Return any value as JSON has it: sets sorted, numbers that JSON lacks and everything unknown as text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    return str(value)
