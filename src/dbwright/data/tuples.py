"""Rows as the tuples of binary COPY: columns of fixed size as one matrix, all else as pieces, joined at once.

Source: PostgreSQL manual, COPY, "Binary Format". No row is touched by itself: what stays the same is encoded once, and
`bytes.join` puts the parts of some thousand rows together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from dbwright.data.binary import fixed_bytes
from dbwright.data.choosing import Array
from dbwright.data.fields import Identifiers, encoder_of
from dbwright.data.spelling import Encode, Listed, Piece, objects, rows_piece

if TYPE_CHECKING:
    from dbwright.data.dataset import Column, Rows

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""Signature, flags, and the length of a header extension that is not there."""
TAIL = b"\xff\xff"
"""What follows the last tuple."""
MOST_PRODUCT = 16_384
"""Entries of a pool that is made of two, so that their columns cost one look-up."""


class TupleWriter:
    """Writes the rows of a table; `names` are its columns in the order in which they are written.

    Columns of fixed size that are never null come first, then those that choose from a list, then the others.
    """

    def __init__(self, table: str, rows: Rows, identifiers: Identifiers) -> None:
        self.rows = rows
        outlines = {name: rows.columns.outline(name) for name in rows.columns}
        self.names = tuple(sorted(outlines, key=lambda name: _rank(outlines[name])))
        self._solid = [name for name in self.names if _rank(outlines[name]) == 0]
        self._encoders = {n: encoder_of(c.kind, identifiers, (table, n)) for n, c in outlines.items()}
        self._products: dict[tuple[int, int], tuple[Array, Array, Array]] = {}
        self._template = np.zeros((0, 0), np.uint8)

    def portion(self, start: int, stop: int) -> bytes:
        """Return the tuples of the rows from `start` up to `stop`."""
        columns = self.rows.part(start, stop)
        pieces = [rows_piece(self._matrix([_fixed(columns[name]) for name in self._solid], stop - start), None)]
        for name in self.names[len(self._solid) :]:
            pieces += _pieces(columns[name], self._encoders[name])
        return _joined(list(self._merged(pieces)), stop - start)

    def portions(self, size: int) -> Iterator[bytes]:
        """Yield the whole of binary COPY, `size` rows at a time; joined they are the same bytes for every size."""
        yield HEAD
        for start in range(0, self.rows.count, size):
            yield self.portion(start, min(start + size, self.rows.count))
        yield TAIL

    def _matrix(self, values: list[Array], count: int) -> Array:
        """The number of fields, then each field of fixed size with its length."""
        if len(self._template) != count:
            # What does not change from portion to portion is written once.
            constant = len(self.names).to_bytes(2, "big")
            for value in values:
                constant += value.shape[1].to_bytes(4, "big") + bytes(value.shape[1])
            self._template = np.tile(np.frombuffer(constant, np.uint8), (count, 1))
        place = 2
        for value in values:
            self._template[:, place + 4 : place + 4 + value.shape[1]] = value
            place += 4 + value.shape[1]
        return self._template

    def _merged(self, pieces: list[Piece]) -> Iterator[Piece]:
        """The pieces, neighbours from short lists taken together."""
        held = pieces[0]
        for piece in pieces[1:]:
            small = len(held.pool) * len(piece.pool) <= MOST_PRODUCT
            if small and held.places is not None and piece.places is not None:
                pool = self._product(held.pool, piece.pool)
                held = Piece(pool, held.places * len(piece.pool) + piece.places)
            else:
                yield held
                held = piece
        yield held

    def _product(self, left: Array, right: Array) -> Array:
        known = self._products.get((id(left), id(right)))
        # The arrays are kept beside their product, so that no other one can get their identity.
        if known is None:
            known = left, right, objects([a + b for a in left for b in right])
            self._products[id(left), id(right)] = known
        return known[2]


def _rank(column: Column) -> int:
    if column.spelling is None and column.nulls is None:
        return 0
    return 1 if isinstance(column.spelling, Listed) else 2


def _pieces(column: Column, encode: Encode) -> list[Piece]:
    if column.spelling is not None:
        return column.spelling.pieces(column.data, column.nulls, encode)
    value = _fixed(column)
    return [rows_piece(np.hstack([_constant(value.shape[1].to_bytes(4, "big"), len(value)), value]), column.nulls)]


def _fixed(column: Column) -> Array:
    value = fixed_bytes(column.kind, np.ascontiguousarray(column.data))
    assert value is not None
    return value


def _constant(text: bytes, count: int) -> Array:
    return np.broadcast_to(np.frombuffer(text, np.uint8), (count, len(text)))


def _joined(pieces: list[Piece], count: int) -> bytes:
    width = len(pieces)
    parts: list[bytes] = [b""] * (count * width)
    for place, piece in enumerate(pieces):
        parts[place::width] = piece.strings()
    return b"".join(parts)
