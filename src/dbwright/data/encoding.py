"""Values as COPY text and as Python objects: the two ways out of a column.

COPY text follows the PostgreSQL manual, COPY, "Text Format"; every spelling here is one that the type's input function
takes under any setting of DateStyle, IntervalStyle and TimeZone.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from dbwright.data.choosing import Array
from dbwright.data.constants import exact_ticks
from dbwright.data.kinds import Family, Kind

EARTH_RADIUS = 6378168.0
"""Metres; the sphere of contrib/earthdistance (function `earth()`)."""
PAIRS = frozenset({Family.RANGE, Family.POSITION})
"""Families whose values are pairs; as Python objects they are text."""
EPOCH = datetime(1970, 1, 1)
FIRST_DAY = date(1970, 1, 1).toordinal()


def texts_of(kind: Kind, data: Array) -> list[str]:
    """Return the values as the text that the type's input function takes."""
    match kind.family:
        case Family.WHOLE:
            return list(map(str, data.tolist()))
        case Family.DECIMAL | Family.FLOAT:
            return _decimals(data, kind.decimals)
        case Family.BOOLEAN:
            return ["t" if tick else "f" for tick in data.tolist()]
        case Family.DAY:
            return [str(t) for t in data.astype("datetime64[D]").tolist()]
        case Family.INSTANT:
            return _instants(kind, data)
        case Family.CLOCK:
            return [text[11:] for text in np.datetime_as_string(data.view("datetime64[us]")).tolist()]
        case Family.SPAN:
            return [f"{tick} microseconds" for tick in data.tolist()]
        case Family.UUID:
            packed = data.tobytes().hex()
            return [
                f"{packed[i : i + 8]}-{packed[i + 8 : i + 12]}-{packed[i + 12 : i + 16]}-"
                f"{packed[i + 16 : i + 20]}-{packed[i + 20 : i + 32]}"
                for i in range(0, len(packed), 32)
            ]
        case Family.BYTES:
            return ["\\x" + value.hex() for value in data.tolist()]
        case Family.RANGE:
            return _ranges(kind, data)
        case Family.LIST:
            return [_list(kind, value) for value in data.tolist()]
        case Family.POSITION:
            return _positions(kind, data)
    return [str(value) for value in data.tolist()]


def _decimals(data: Array, decimals: int) -> list[str]:
    if not decimals:
        return list(map(str, data.tolist()))
    whole, fraction = np.divmod(np.abs(data), 10**decimals)
    signs = ["-" if negative else "" for negative in (data < 0).tolist()]
    parts = zip(signs, whole.tolist(), fraction.tolist(), strict=True)
    return [f"{sign}{a}.{b:0{decimals}}" for sign, a, b in parts]


def _instants(kind: Kind, data: Array) -> list[str]:
    shown: list[str] = np.datetime_as_string(data.view("datetime64[us]")).tolist()
    return [f"{text}Z" for text in shown] if kind.name == "timestamptz" else shown


def _ranges(kind: Kind, data: Array) -> list[str]:
    assert kind.item is not None
    low = texts_of(kind.item, np.ascontiguousarray(data[:, 0]))
    high = texts_of(kind.item, np.ascontiguousarray(data[:, 1]))
    return [f"[{a},{b})" for a, b in zip(low, high, strict=True)]


def _positions(kind: Kind, data: Array) -> list[str]:
    if kind.name == "point":
        return [f"({x!r},{y!r})" for x, y in data.tolist()]
    if kind.name in ("geography", "geometry"):
        return [f"SRID=4326;POINT({x!r} {y!r})" for x, y in data.tolist()]
    return [f"({a!r}, {b!r}, {c!r})" for a, b, c in on_globe(data).tolist()]


def on_globe(data: Array) -> Array:
    """Return longitudes and latitudes in degrees as points on the sphere, in metres from its centre."""
    longitude, latitude = np.radians(data[:, 0]), np.radians(data[:, 1])
    x = EARTH_RADIUS * np.cos(latitude) * np.cos(longitude)
    y = EARTH_RADIUS * np.cos(latitude) * np.sin(longitude)
    return np.stack([x, y, EARTH_RADIUS * np.sin(latitude)], axis=1)


def _list(kind: Kind, values: tuple[Any, ...]) -> str:
    quoted = ['"' + _item(kind, v).replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values]
    return "{" + ",".join(quoted) + "}"


def _item(kind: Kind, value: Any) -> str:
    """An element of an array as text: pairs of bounds or coordinates and bytes have to be spelt."""
    if kind.item is not None and kind.item.family in PAIRS:
        return texts_of(kind.item, np.asarray([value]))[0]
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)


_SPECIAL = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_NEEDS_ESCAPE = frozenset({Family.TEXT, Family.JSON, Family.BYTES, Family.LIST, Family.WRITTEN})


def copy_texts(kind: Kind, data: Array, nulls: Array | None) -> list[str]:
    r"""Return the values as fields of COPY's text format, `\N` for null."""
    fields = texts_of(kind, data)
    if kind.family in _NEEDS_ESCAPE:
        fields = [f.translate(_SPECIAL) for f in fields]
    if nulls is None:
        return fields
    return ["\\N" if gone else f for gone, f in zip(nulls.tolist(), fields, strict=True)]


def python_value(kind: Kind, value: Any) -> Any:
    """Return one value as a Python object; a range, a position and what is only written stay text."""
    match kind.family:
        case Family.WHOLE:
            return int(value)
        case Family.DECIMAL:
            return Decimal(int(value)).scaleb(-kind.decimals)
        case Family.FLOAT:
            return int(value) / 10**kind.decimals
        case Family.BOOLEAN:
            return bool(value)
        case Family.DAY:
            return date.fromordinal(FIRST_DAY + int(value))
        case Family.INSTANT:
            moment = EPOCH + timedelta(microseconds=int(value))
            return moment.replace(tzinfo=UTC) if kind.name == "timestamptz" else moment
        case Family.CLOCK:
            return (EPOCH + timedelta(microseconds=int(value))).time()
        case Family.SPAN:
            return timedelta(microseconds=int(value))
        case Family.UUID:
            return UUID(bytes=bytes(value).ljust(16, b"\0"))
        case Family.BYTES:
            return bytes(value)
        case Family.JSON:
            return json.loads(value)
        case Family.LIST:
            return [_item(kind, v) if kind.item is not None and kind.item.family in PAIRS else v for v in value]
        case Family.RANGE | Family.POSITION:
            return texts_of(kind, np.asarray([value]))[0]
    return str(value)


def raw_value(kind: Kind, value: Any) -> Any:
    """Return a Python object as the element that `Column.data.tolist()` has for it; raise UnreadableError."""
    if value is None:
        return None
    if kind.family.is_ordered:
        ticks = exact_ticks(kind, value)
        return int(ticks) if ticks.denominator == 1 else ticks
    if kind.family is Family.UUID:
        # numpy drops the zeros at the end of fixed-width bytes.
        return (value if isinstance(value, UUID) else UUID(str(value))).bytes.rstrip(b"\0")
    if kind.family is Family.LIST:
        return tuple(value)
    return value
