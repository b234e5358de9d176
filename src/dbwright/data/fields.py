"""Spelt values as the bytes of a field of binary COPY: texts, documents, addresses, arrays.

The layouts are those of the types' receive functions in PostgreSQL's sources and in those of its extensions.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from dbwright.data.binary import fixed_bytes
from dbwright.data.encoding import PAIRS, raw_value
from dbwright.data.kinds import Family, Kind
from dbwright.data.spelling import Encode, as_field
from dbwright.data.written import written_type

BUILT_IN = {
    "bool": 16,
    "bytea": 17,
    "int8": 20,
    "int2": 21,
    "int4": 23,
    "text": 25,
    "json": 114,
    "point": 600,
    "float4": 700,
    "float8": 701,
    "inet": 869,
    "bpchar": 1042,
    "varchar": 1043,
    "date": 1082,
    "time": 1083,
    "timestamp": 1114,
    "timestamptz": 1184,
    "interval": 1186,
    "numeric": 1700,
    "uuid": 2950,
    "jsonb": 3802,
}
"""Object identifiers of types, which an array names its elements with; the same in every PostgreSQL (`pg_type.dat`)."""


OBJECTS = {"integer": 23, "text": 25, "uuid": 2950, "pg_class": 1259, "pg_type": 1247}
"""Identifiers of objects that values of `regtype` and `regclass` name; the same in every PostgreSQL."""
BOUNDS = re.compile(r"\[([^,]+),([^)]+)\)")


@dataclass(frozen=True)
class Identifiers:
    """Identifiers of objects of one database: elements of array columns by (table, column), search configurations."""

    elements: Mapping[tuple[str, str], int] = field(default_factory=dict)
    configurations: Mapping[str, int] = field(default_factory=dict)


def encoder_of(kind: Kind, identifiers: Identifiers, place: tuple[str, str]) -> Encode:
    """Return what turns a spelt value of a column into its bytes; `place` is the table and the column."""
    match kind.family:
        case Family.TEXT:
            return str.encode
        case Family.JSON:
            return _jsonb if kind.storage == "jsonb" else str.encode
        case Family.BYTES:
            return bytes
        case Family.LIST:
            assert kind.item is not None
            element = identifiers.elements.get(place) or BUILT_IN.get(kind.item.storage, 0)
            return partial(_array, kind.item, element)
    return _written_encoder(kind, identifiers) if kind.family is Family.WRITTEN else str.encode


def _written_encoder(kind: Kind, identifiers: Identifiers) -> Encode:
    if kind.labels:
        return partial(_object, identifiers.configurations if kind.storage == "regconfig" else OBJECTS)
    return partial(_multirange, kind.item) if kind.item is not None else written_type(kind.storage, kind.longest).encode


def _jsonb(text: str) -> bytes:
    return b"\x01" + text.encode()


def _array(item: Kind, element: int, values: tuple[Any, ...]) -> bytes:
    if not values:
        return struct.pack("!iiI", 0, 0, element)
    head = struct.pack("!iiIii", 1, 0, element, len(values), 1)
    return head + b"".join(as_field(encoded) for encoded in _elements(item, values))


def _elements(item: Kind, values: tuple[Any, ...]) -> list[bytes]:
    """The bytes of each element; those of fixed size are made together."""
    fixed = None
    if item.family not in (Family.TEXT, Family.JSON):
        raw = [value if item.family in PAIRS else raw_value(item, value) for value in values]
        fixed = fixed_bytes(item, np.asarray(raw, "S16") if item.family is Family.UUID else np.asarray(raw))
    if fixed is not None:
        return [bytes(row) for row in fixed]
    encode = encoder_of(item, Identifiers(), ("", ""))
    return [encode(value) for value in values]


def _object(known: Mapping[str, int], name: str) -> bytes:
    return struct.pack("!I", known[name])


def _multirange(item: Kind, text: str) -> bytes:
    """The number of ranges, then each as a field."""
    assert item.item is not None
    bounds = [[raw_value(item.item, bound) for bound in pair] for pair in BOUNDS.findall(text)]
    ranges = fixed_bytes(item, np.asarray(bounds, np.int64).reshape(-1, 2))
    assert ranges is not None
    return struct.pack("!i", len(bounds)) + b"".join(as_field(bytes(one)) for one in ranges)
