"""Values as fields of binary COPY, a whole column at once: matrices of bytes for what has a fixed size.

The layouts are those of the types' receive functions in PostgreSQL's sources (`int8recv`, `numeric_recv`, …; a field
is its length in four bytes and then its bytes). A numeric may have zero digits before and after (`make_result` strips
them), so that it has a fixed size, too.
"""

from __future__ import annotations

import numpy as np

from dbwright.data.choosing import Array
from dbwright.data.encoding import on_globe
from dbwright.data.kinds import DAY_TICKS, Family, Kind

DAYS_TO_2000 = 10_957
"""Days from 1970, our epoch, to 2000, PostgreSQL's."""
NUMERIC_BASE = 10_000
"""Base of the digits of a numeric."""
NUMERIC_GROUPS = 5
"""Digits of base 10,000 that hold every tick: 10^20 is more than 64 bits."""
LOWER_INCLUSIVE = 2
"""Flag of a range `[a,b)`."""
WIDTHS = {"int2": 2, "int4": 4, "int8": 8, "smallserial": 2, "serial": 4, "bigserial": 8, "oid": 4}

Matrix = Array
"""Bytes, a row of them for each value."""


def fixed_bytes(kind: Kind, data: Array) -> Matrix | None:
    """Return the values of a kind of fixed size as rows of bytes, without their lengths; None for other kinds."""
    match kind.family:
        case Family.WHOLE:
            return _integers(data, WIDTHS[kind.storage])
        case Family.DECIMAL:
            return _numerics(kind, data)
        case Family.FLOAT:
            return _big_endian(data / 10**kind.decimals, ">f4" if kind.storage == "float4" else ">f8")
        case Family.BOOLEAN:
            return _big_endian(data, ">u1")
        case Family.DAY:
            return _integers(data - DAYS_TO_2000, 4)
        case Family.INSTANT:
            return _integers(data - DAYS_TO_2000 * DAY_TICKS, 8)
        case Family.CLOCK:
            return _integers(data, 8)
        case Family.SPAN:
            return np.hstack([_integers(data, 8), np.zeros((len(data), 8), np.uint8)])
        case Family.UUID:
            return np.ascontiguousarray(data).view(np.uint8).reshape(-1, 16)
        case Family.RANGE:
            return _ranges(kind, data)
        case Family.POSITION:
            return _positions(kind, data)
    return None


def _big_endian(data: Array, dtype: str) -> Matrix:
    packed = np.ascontiguousarray(data.astype(dtype))
    return packed.view(np.uint8).reshape(len(data), packed.itemsize)


def _integers(data: Array, width: int) -> Matrix:
    return _big_endian(data, f">i{width}")


def _numerics(kind: Kind, data: Array) -> Matrix:
    """Number of digits, weight, sign and scale, then the digits: those before the point, then those after it."""
    after = -(-kind.decimals // 4)
    before = _groups_before(kind)
    ticks = np.abs(data) if (data < 0).any() else data
    whole, fraction = np.divmod(ticks, 10**kind.decimals)
    fraction = fraction * 10 ** (after * 4 - kind.decimals)
    made = np.empty((len(data), 4 + before + after), ">i2")
    made[:, 0], made[:, 1], made[:, 3] = before + after, before - 1, kind.decimals
    made[:, 2] = np.where(data < 0, 0x4000, 0)
    for part, groups, first in ((whole, before, 4), (fraction, after, 4 + before)):
        rest = part
        for place in range(first + groups - 1, first, -1):
            rest, made[:, place] = np.divmod(rest, NUMERIC_BASE)
        if groups:
            made[:, first] = rest
    return made.view(np.uint8).reshape(len(data), -1)


def _groups_before(kind: Kind) -> int:
    """Digits of base 10,000 that stand before the point, the same for every value of a type."""
    if kind.low is None or kind.high is None:
        return NUMERIC_GROUPS
    most = max(abs(kind.low), abs(kind.high)) // 10**kind.decimals
    return max(1, -(-len(str(most)) // 4))


def _ranges(kind: Kind, data: Array) -> Matrix:
    assert kind.item is not None
    parts = [np.full((len(data), 1), LOWER_INCLUSIVE, np.uint8)]
    for bound in range(2):
        value = fixed_bytes(kind.item, np.ascontiguousarray(data[:, bound]))
        assert value is not None
        parts += [_lengths(len(data), value.shape[1]), value]
    return np.hstack(parts)


def _lengths(count: int, length: int) -> Matrix:
    return np.broadcast_to(np.frombuffer(length.to_bytes(4, "big"), np.uint8), (count, 4))


def _positions(kind: Kind, data: Array) -> Matrix:
    """A point of the plane; one of PostGIS as EWKB with its SRID; one on the globe as a cube of three dimensions."""
    if kind.storage == "point":
        return _big_endian(data.reshape(-1), ">f8").reshape(len(data), 16)
    if kind.storage in ("geography", "geometry"):
        head = b"\x01" + (0x20000001).to_bytes(4, "little") + (4326).to_bytes(4, "little")
        plain = np.ascontiguousarray(data.astype("<f8")).view(np.uint8).reshape(len(data), 16)
        return np.hstack([np.broadcast_to(np.frombuffer(head, np.uint8), (len(data), len(head))), plain])
    # The header of a cube: its dimensions, and the highest bit for a single point.
    point = np.frombuffer((0x80000003).to_bytes(4, "big"), np.uint8)
    values = _big_endian(on_globe(data).reshape(-1), ">f8").reshape(len(data), 24)
    return np.hstack([np.broadcast_to(point, (len(data), 4)), values])
