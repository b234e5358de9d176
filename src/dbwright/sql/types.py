"""Types: one spelling for each, and how many bytes a value takes."""

from __future__ import annotations

import re
from functools import cache

_CANONICAL = {
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "float8": "double precision",
    "float": "double precision",
    "float4": "real",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "decimal": "numeric",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
    "varbit": "bit varying",
}

# Bytes on disk and alignment, from the type pages of the PostgreSQL manual (chapter 8, "Data Types") and pg_type.
_WIDTH = {
    "smallint": (2, 2),
    "integer": (4, 4),
    "bigint": (8, 8),
    "real": (4, 4),
    "double precision": (8, 8),
    "boolean": (1, 1),
    "date": (4, 4),
    "timestamp with time zone": (8, 8),
    "timestamp without time zone": (8, 8),
    "time without time zone": (8, 8),
    "interval": (16, 8),
    "uuid": (16, 1),
    "numeric": (8, 1),
    "inet": (10, 1),
    "point": (16, 8),
    "jsonb": (200, 1),
    "tsvector": (180, 1),
    "bytea": (64, 1),
    "text": (32, 1),
    "tstzrange": (22, 1),
}


@cache
def canonical_type(text: str) -> str:
    """Return the spelling that PostgreSQL itself uses: `timestamptz(3)` is `timestamp(3) with time zone`."""
    found = re.fullmatch(r"\s*([^(\[]+?)\s*(\([^)]*\))?\s*(with(?:out)? time zone)?\s*((?:\[\d*\])*)\s*", text.lower())
    if found is None:
        return text.strip()
    name, modifier, zone, array = found[1], (found[2] or "").replace(" ", ""), found[3], found[4] or ""
    name = _CANONICAL.get(f"{name} {zone}" if zone else name, f"{name} {zone}" if zone else name)
    head, _, tail = name.partition(" with")
    with_modifier = f"{head}{modifier} with{tail}" if tail else f"{name}{modifier}"
    return with_modifier + re.sub(r"\d", "", array)


@cache
def bare_type(text: str) -> str:
    """Return the canonical type without modifier or array brackets: `numeric(12,2)` is `numeric`."""
    return re.sub(r"\([^)]*\)|\[\]", "", canonical_type(text)).strip()


def is_array(text: str) -> bool:
    """Return whether the type is an array."""
    return canonical_type(text).endswith("[]")


@cache
def width(text: str) -> tuple[int, int]:
    """Return (bytes, alignment) of a typical value on disk; a guess of 32 bytes where the type does not tell."""
    limit = re.search(r"character(?: varying)?\((\d+)\)", canonical_type(text))
    if limit:
        return min(int(limit[1]) // 2 + 1, 128), 1
    if is_array(text):
        return 24 + 4 * _WIDTH.get(bare_type(text), (8, 4))[0], 4
    return _WIDTH.get(bare_type(text), (32, 1))
