"""Tables as CSV that PostgreSQL's `COPY … WITH (FORMAT csv, HEADER)` reads: null is nothing, an empty text is `""`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dbwright.data.dataset import Column, Rows
from dbwright.data.encoding import texts_of
from dbwright.data.kinds import ORDERED, Family

PORTION = 5_000
"""Rows that are written at once."""
_PLAIN = ORDERED | {Family.UUID}
"""Families whose texts never hold a comma, a quote or the end of a line."""


def csv_lines(rows: Rows) -> Iterator[bytes]:
    """Yield the names of the columns, then the rows, some thousand at a time."""
    yield (",".join(_quoted(name) for name in rows.columns) + "\n").encode()
    for start in range(0, rows.count, PORTION):
        stop = min(start + PORTION, rows.count)
        fields = [_fields(column) for column in rows.part(start, stop).values()]
        yield ("\n".join(map(",".join, zip(*fields, strict=True))) + "\n").encode()


def _fields(column: Column) -> list[str]:
    texts = texts_of(column.kind, np.ascontiguousarray(column.spelt))
    if column.kind.family not in _PLAIN:
        texts = [_quoted(text) for text in texts]
    if column.nulls is None:
        return texts
    return ["" if gone else text for gone, text in zip(column.nulls.tolist(), texts, strict=True)]


def _quoted(text: str) -> str:
    """A text in quotes, so that an empty one is no null and a line `\\.` no end of the data."""
    return '"' + text.replace('"', '""') + '"'
