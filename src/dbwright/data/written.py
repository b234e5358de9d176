"""Types whose values are only written: for each how the k-th value is spelt, and its bytes in binary COPY.

The layouts are those of the types' receive functions in PostgreSQL's sources (`network_recv`, `tsqueryrecv`,
`multirange_recv`, …) and in those of its extensions.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_interface

from dbwright.data import vocabulary as words
from dbwright.data.spelling import as_field


@dataclass(frozen=True)
class Written:
    """A type: from a number to the text of a value, different for different numbers, and from the text to its bytes."""

    spell: Callable[[int], str]
    encode: Callable[[str], bytes]


def written_type(name: str, size: int | None) -> Written:
    """Return how values of a type are made; `size` is the one in its parentheses."""
    if name == "vector":
        return Written(lambda k: _vector(size or 3, k), _vector_bytes)
    if name == "bit":
        return Written(lambda k: _bits(k, size or 1), _bits_bytes)
    if name == "varbit":
        return Written(lambda k: _bits(k, size or 32), _bits_bytes)
    return WRITTEN[name]


def _network(text: str, exact: bool) -> bytes:
    """Family (2, or 3 for version 6), bits, whether it is a cidr, length, address."""
    found = ip_interface(text)
    packed = found.ip.packed
    return bytes([2 if found.version == 4 else 3, found.network.prefixlen, exact, len(packed)]) + packed


def _hstore(text: str) -> bytes:
    pairs = re.findall(r'"([^"]*)"=>"([^"]*)"', text)
    return struct.pack("!i", len(pairs)) + b"".join(as_field(part.encode()) for pair in pairs for part in pair)


def _vector(size: int, number: int) -> str:
    return "[" + ",".join(f"{(number * 31 + i * 17) % 199 / 100 - 1:.2f}" for i in range(size)) + "]"


def _vector_bytes(text: str) -> bytes:
    numbers = [float(part) for part in text.strip("[]").split(",")]
    return struct.pack(f"!hh{len(numbers)}f", len(numbers), 0, *numbers)


def _words(text: str) -> bytes:
    """The number of lexemes, then each as a C string and the number of its positions."""
    lexemes = sorted(set(text.split()), key=lambda word: (len(word.encode()), word.encode()))
    return struct.pack("!i", len(lexemes)) + b"".join(word.encode() + b"\0\0\0" for word in lexemes)


def _query(text: str) -> bytes:
    """One operand: its kind, weights, whether it is a prefix, and the lexeme."""
    return struct.pack("!iBBB", 1, 1, 0, 0) + text.strip("'").encode() + b"\0"


def _clock_with_zone(text: str) -> bytes:
    hour, minute, second = (int(part) for part in text.partition("+")[0].split(":"))
    return struct.pack("!qi", ((hour * 60 + minute) * 60 + second) * 1_000_000, 0)


def _versioned(text: str) -> bytes:
    return b"\x01" + text.encode()


def _hexadecimal(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _bits(number: int, size: int) -> str:
    return f"{number % 2 ** min(size, 62):0{size}b}"


def _bits_bytes(text: str) -> bytes:
    """The number of bits, then the bits from the left, the last byte filled up with zeros."""
    length = -(-len(text) // 8)
    return struct.pack("!i", len(text)) + int(text.ljust(length * 8, "0"), 2).to_bytes(length, "big")


def _lsn(text: str) -> bytes:
    high, low = (int(part, 16) for part in text.split("/"))
    return struct.pack("!II", high, low)


def _snapshot(text: str) -> bytes:
    least, most = (int(part) for part in text.split(":")[:2])
    return struct.pack("!iqq", 0, least, most)


def _numbers(text: str) -> bytes:
    """Every number of a shape, one after the other."""
    found = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", text)]
    return struct.pack(f"!{len(found)}d", *found)


def _corners(text: str) -> bytes:
    """A polygon: the number of its points, then they."""
    points = _numbers(text)
    return struct.pack("!i", len(points) // 16) + points


def _path(text: str) -> bytes:
    """A path: whether it is closed, the number of its points, then they."""
    return bytes([text.startswith("(")]) + _corners(text)


def _cube(text: str) -> bytes:
    """A point of some dimensions: the highest bit says that it is no box."""
    numbers = _numbers(text)
    return struct.pack("!I", 0x80000000 | len(numbers) // 8) + numbers


WRITTEN: dict[str, Written] = {
    "inet": Written(
        lambda k: f"192.0.2.{k % 254 + 1}" if k < 254 else f"2001:db8::{k >> 16 & 0xFFFF:x}:{k & 0xFFFF:x}",
        lambda text: _network(text, False),
    ),
    "cidr": Written(lambda k: f"10.{k >> 8 & 255}.{k & 255}.0/24", lambda text: _network(text, True)),
    "macaddr": Written(
        lambda k: f"02:00:{k >> 24 & 255:02x}:{k >> 16 & 255:02x}:{k >> 8 & 255:02x}:{k & 255:02x}", _hexadecimal
    ),
    "macaddr8": Written(
        lambda k: f"02:00:00:ff:{k >> 24 & 255:02x}:{k >> 16 & 255:02x}:{k >> 8 & 255:02x}:{k & 255:02x}", _hexadecimal
    ),
    "ltree": Written(lambda k: f"{words.TOPICS[k % len(words.TOPICS)]}.n{k}", _versioned),
    "lquery": Written(lambda k: f"{words.TOPICS[k % len(words.TOPICS)]}.*.n{k}", _versioned),
    "ltxtquery": Written(lambda k: f"{words.TOPICS[k % len(words.TOPICS)]} & n{k}", _versioned),
    "hstore": Written(lambda k: f'"number"=>"{k}"', _hstore),
    "xml": Written(lambda k: f"<item>{k}</item>", str.encode),
    "tsvector": Written(
        lambda k: f"{words.NOUNS[k % len(words.NOUNS)]} {words.TOPICS[k % len(words.TOPICS)]} n{k}", _words
    ),
    "tsquery": Written(lambda k: f"'n{k}'", _query),
    "money": Written(lambda k: f"{k}.00", lambda text: struct.pack("!q", int(Decimal(text) * 100))),
    "timetz": Written(lambda k: f"{8 + k % 12:02}:{k // 60 % 60:02}:{k % 60:02}+00", _clock_with_zone),
    "jsonpath": Written(lambda k: f'$."n{k}"', _versioned),
    "pg_lsn": Written(lambda k: f"{k >> 32:X}/{k & 0xFFFFFFFF:X}", _lsn),
    "xid8": Written(str, lambda text: struct.pack("!Q", int(text))),
    "pg_snapshot": Written(lambda k: f"{k + 3}:{k + 3}:", _snapshot),
    "txid_snapshot": Written(lambda k: f"{k + 3}:{k + 3}:", _snapshot),
    "line": Written(lambda k: f"{{1,-1,{k}}}", _numbers),
    "lseg": Written(lambda k: f"[({k},0),({k + 1},1)]", _numbers),
    "box": Written(lambda k: f"({k + 1},1),({k},0)", _numbers),
    "path": Written(lambda k: f"(({k},0),({k + 1},0),({k},1))", _path),
    "polygon": Written(lambda k: f"(({k},0),({k + 1},0),({k},1))", _corners),
    "circle": Written(lambda k: f"<({k},0),1>", _numbers),
    "cube": Written(lambda k: f"({k}, 0, 1)", _cube),
}
"""The types that need no number in parentheses."""
SIZED = frozenset({"vector", "bit", "varbit"})
