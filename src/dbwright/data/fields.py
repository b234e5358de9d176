"""Spelt values as the bytes of a field of binary COPY: texts, documents, addresses, arrays.

The layouts are those of the types' receive functions in PostgreSQL's sources and in those of its extensions.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from ipaddress import ip_interface
from typing import Any

import numpy as np

from dbwright.data.binary import fixed_bytes
from dbwright.data.encoding import raw_value
from dbwright.data.kinds import Family, Kind
from dbwright.data.spelling import Encode, as_field

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
    if kind.storage == "regconfig":
        return partial(_configuration, identifiers.configurations)
    return _WRITTEN.get(kind.storage, str.encode)


def _jsonb(text: str) -> bytes:
    return b"\x01" + text.encode()


def _array(item: Kind, element: int, values: tuple[Any, ...]) -> bytes:
    if not values:
        return struct.pack("!iiI", 0, 0, element)
    head = struct.pack("!iiIii", 1, 0, element, len(values), 1)
    return head + b"".join(as_field(_element(item, v)) for v in values)


def _element(item: Kind, value: Any) -> bytes:
    if item.family is Family.TEXT:
        return str(value).encode()
    raw = raw_value(item, value)
    data = np.asarray([raw], "S16") if item.family is Family.UUID else np.asarray([raw])
    fixed = fixed_bytes(item, data)
    return bytes(fixed[0]) if fixed is not None else encoder_of(item, Identifiers(), ("", ""))(value)


def _configuration(known: Mapping[str, int], name: str) -> bytes:
    return struct.pack("!I", known[name])


def _network(text: str, exact: bool) -> bytes:
    """Family (2, or 3 for version 6), bits, whether it is a cidr, length, address (`network_recv`)."""
    found = ip_interface(text)
    packed = found.ip.packed
    return bytes([2 if found.version == 4 else 3, found.network.prefixlen, exact, len(packed)]) + packed


def _hstore(text: str) -> bytes:
    pairs = re.findall(r'"([^"]*)"=>"([^"]*)"', text)
    return struct.pack("!i", len(pairs)) + b"".join(as_field(part.encode()) for pair in pairs for part in pair)


def _vector(text: str) -> bytes:
    numbers = [float(part) for part in text.strip("[]").split(",")]
    return struct.pack(f"!hh{len(numbers)}f", len(numbers), 0, *numbers)


def _words(text: str) -> bytes:
    """The number of lexemes, then each as a C string and the number of its positions (`tsvectorrecv`)."""
    lexemes = sorted(set(text.split()), key=lambda word: (len(word.encode()), word.encode()))
    return struct.pack("!i", len(lexemes)) + b"".join(word.encode() + b"\0\0\0" for word in lexemes)


def _clock_with_zone(text: str) -> bytes:
    hour, minute, second = (int(part) for part in text.partition("+")[0].split(":"))
    return struct.pack("!qi", ((hour * 60 + minute) * 60 + second) * 1_000_000, 0)


def _versioned(text: str) -> bytes:
    return b"\x01" + text.encode()


_WRITTEN: dict[str, Callable[[str], bytes]] = {
    "inet": lambda text: _network(text, False),
    "cidr": lambda text: _network(text, True),
    "macaddr": lambda text: bytes.fromhex(text.replace(":", "")),
    "ltree": _versioned,
    "hstore": _hstore,
    "tsvector": _words,
    "money": lambda text: struct.pack("!q", int(Decimal(text) * 100)),
    "vector": _vector,
    "timetz": _clock_with_zone,
}
