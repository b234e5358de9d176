"""Tables as Parquet, typed as the database has them: decimals, instants with their zone, uuids, lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dbwright.data.binary import fixed_bytes
from dbwright.data.dataset import Column, Rows
from dbwright.data.encoding import texts_of
from dbwright.data.kinds import Family, Kind

if TYPE_CHECKING:
    import pyarrow as pa

PORTION = 100_000
"""Rows of a row group."""
MOST_DIGITS = 38
"""Digits of Parquet's decimal of 16 bytes."""


class ParquetMissing(Exception):  # noqa: N818 - named after what was found
    """pyarrow is not installed; `help` says how to have it."""

    help = "pip install 'dbwright[parquet]', or write --to csv:DIR"

    def __init__(self) -> None:
        super().__init__("Parquet is written by pyarrow, which is not installed")


def require_pyarrow() -> None:
    """Raise ParquetMissing where pyarrow cannot be imported."""
    try:
        import pyarrow
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise ParquetMissing from error


def write_parquet(path: Path, rows: Rows, tell: Callable[[int], None]) -> None:
    """Write a table to a file; `tell` hears how many rows are written."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    outlines = [(name, rows.columns.outline(name)) for name in rows.columns]
    schema = pa.schema([pa.field(n, arrow_type(c.kind), c.nulls is not None) for n, c in outlines])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, rows.count, PORTION):
            stop = min(start + PORTION, rows.count)
            arrays = [arrow_array(column) for column in rows.part(start, stop).values()]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            tell(stop)


def arrow_type(kind: Kind) -> Any:
    """Return the Arrow type of a kind; what Arrow does not know is the text that PostgreSQL reads."""
    import pyarrow as pa

    match kind.family:
        case Family.WHOLE:
            return {"int2": pa.int16(), "smallserial": pa.int16(), "int4": pa.int32(), "serial": pa.int32()}.get(
                kind.storage, pa.int64()
            )
        case Family.DECIMAL:
            return pa.decimal128(MOST_DIGITS, kind.decimals)
        case Family.FLOAT:
            return pa.float32() if kind.storage == "float4" else pa.float64()
        case Family.BOOLEAN:
            return pa.bool_()
        case Family.DAY:
            return pa.date32()
        case Family.INSTANT:
            return pa.timestamp("us", tz="UTC" if kind.storage == "timestamptz" else None)
        case Family.CLOCK:
            return pa.time64("us")
        case Family.UUID:
            return pa.uuid()
        case Family.BYTES:
            return pa.binary()
        case Family.LIST:
            assert kind.item is not None
            return pa.list_(arrow_type(kind.item))
    return pa.string()


def arrow_array(column: Column) -> pa.Array:
    """Return a column as an Arrow array."""
    import pyarrow as pa

    kind, data = column.kind, np.ascontiguousarray(column.data)
    made = arrow_type(kind)
    match kind.family:
        case Family.WHOLE | Family.BOOLEAN:
            return pa.array(data, mask=column.nulls).cast(made)
        case Family.FLOAT:
            return pa.array(data / 10**kind.decimals, mask=column.nulls).cast(made)
        case Family.DAY:
            return pa.array(data.astype("datetime64[D]"), mask=column.nulls, type=made)
        case Family.INSTANT:
            return pa.array(data, mask=column.nulls, type=pa.int64()).cast(pa.timestamp("us")).cast(made)
        case Family.CLOCK:
            return pa.array(data, mask=column.nulls, type=pa.int64()).cast(made)
        case Family.UUID:
            packed = fixed_bytes(kind, data)
            assert packed is not None
            values = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(data), [None, pa.py_buffer(packed)])
            if column.nulls is not None:
                values = pa.array(
                    [None if n else v for n, v in zip(column.nulls, values.to_pylist(), strict=True)], pa.binary(16)
                )
            return pa.ExtensionArray.from_storage(made, values)
        case Family.DECIMAL | Family.LIST | Family.BYTES:
            return pa.array(list(column), type=made)
    texts = texts_of(kind, np.ascontiguousarray(column.spelt))
    return pa.array(texts, type=made, mask=column.nulls)
