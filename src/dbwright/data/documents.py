"""JSON documents for a column: small objects whose keys follow from the column's name, and those that patterns seek."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from dbwright.data import vocabulary as words
from dbwright.data.spelling import Listed
from dbwright.model.quantities import Count

POOL = 240
"""Different documents of a column."""
EACH = 3
"""Documents of the pool that contain what one pattern seeks: about one in a hundred."""


@lru_cache(maxsize=256)
def make_documents(
    name: str, wanted: tuple[str, ...], json_type: str, default: str, width: int, items: Count | None = None
) -> Listed:
    """Return the documents of a column as JSON texts, objects of some `width` in bytes as they are stored.

    They are made once for a column, however many rows ask for them one by one.
    `json_type` is what `jsonb_typeof` must say, empty for any; `items` how many elements an array has on average.
    """
    shape = json_type or ("array" if default.lstrip("'").startswith("[") else "object")
    most = 2 * round(items.value) if items is not None else 4
    pool = [json.dumps(_shaped(shape, name, k, most, width), separators=(", ", ": ")) for k in range(POOL)]
    if shape == "object":
        for number, text in enumerate(wanted):
            sought = json.loads(text)
            for turn in range(EACH):
                place = (number * 11 + turn * (POOL // EACH) + 5) % POOL
                pool[place] = json.dumps(_merged(json.loads(pool[place]), sought))
    return Listed(tuple(pool))


def _shaped(shape: str, name: str, number: int, most: int, width: int) -> Any:
    """The document of a number, of the type that `jsonb_typeof` calls by that name; an array of `most` at most."""
    match shape:
        case "array":
            return [words.TOPICS[(number + i) % len(words.TOPICS)] for i in range(number % (most + 1))]
        case "string":
            return words.NOUNS[number % len(words.NOUNS)]
        case "number":
            return number * 37 % 1000
        case "boolean":
            return number % 2 == 0
    return _filled(_object(name, number), number, width)


def _filled(document: dict[str, Any], number: int, width: int) -> dict[str, Any]:
    """The document with a note that makes it as wide as it should be."""
    room = width - stored_bytes({**document, "note": ""})
    if room <= 0:
        return document
    text = " ".join(words.SHORT_WORDS[(number + k) % len(words.SHORT_WORDS)] for k in range(room // 4 + 1))
    return {**document, "note": text[:room].rstrip()}


def stored_bytes(value: Any) -> int:
    """Return about how many bytes a part of a jsonb document takes (src/include/utils/jsonb.h)."""
    if isinstance(value, dict):
        return 4 + sum(8 + len(k) + stored_bytes(v) for k, v in value.items())
    if isinstance(value, list):
        return 4 + sum(4 + stored_bytes(v) for v in value)
    if isinstance(value, str):
        return len(value.encode())
    return 0 if isinstance(value, bool) or value is None else 8


def _merged(document: Any, sought: Any) -> Any:
    if isinstance(document, dict) and isinstance(sought, dict):
        return {**document, **sought}
    return sought


def _object(name: str, number: int) -> dict[str, Any]:
    noun = words.NOUNS[number * 11 % len(words.NOUNS)]
    document: dict[str, Any] = {"kind": words.SHORT_WORDS[number * 7 % len(words.SHORT_WORDS)], "label": noun}
    if number % 2:
        document["count"] = number * 37 % 500
    if number % 3 == 0:
        document["tags"] = [words.TOPICS[(number + i) % len(words.TOPICS)] for i in range(number % 4)]
    if number % 5 == 0:
        document["options"] = {"notify": number % 2 == 0, "language": words.LANGUAGES[number % len(words.LANGUAGES)]}
    if "object" in name or "payload" in name or "event" in name:
        document["id"] = f"https://{noun}.example/{number}"
    return document
