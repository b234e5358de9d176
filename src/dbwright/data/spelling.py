"""What the numbers of a column spell: texts, documents, byte strings and arrays are made when they are written.

A column of texts is an array of whole numbers and a spelling. So a million e-mail addresses cost eight bytes each until
they leave, and are then put together from pieces that were encoded once: no text is made row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Protocol

import numpy as np

from dbwright.data.choosing import Array, Flags, Integers, mix
from dbwright.data.styles import MARK, Style

Encode = Callable[[Any], bytes]
"""From a value, as a spelling gives it, to the bytes of a field."""
NULL = b"\xff\xff\xff\xff"
"""A null field of binary COPY: the length -1 and nothing after it."""


@dataclass(frozen=True)
class Piece:
    """A part of each row's field: the entry of `pool`, an array of byte strings, at the row's place.

    Without places the pool has one entry for each row.
    """

    pool: Array
    places: Integers | None

    def strings(self) -> list[bytes]:
        """Return the part of each row."""
        found: list[bytes] = (self.pool if self.places is None else self.pool[self.places]).tolist()
        return found


class Spelling(Protocol):
    """From numbers to values; different numbers of one column spell different values where a key needs it."""

    def value(self, number: int) -> Any:
        """Return the value of a number: str, bytes, or a tuple for an array."""
        ...

    def pieces(self, numbers: Integers, nulls: Flags | None, encode: Encode) -> list[Piece]:
        """Return pieces that joined are the fields of binary COPY, each its length and its bytes."""
        ...


def values_of(spelling: Spelling, numbers: Integers) -> list[Any]:
    """Return the values of numbers, each different one spelt once."""
    different, places = np.unique(numbers, return_inverse=True)
    spelt = objects([spelling.value(k) for k in different.tolist()])
    found: list[Any] = spelt[places.reshape(-1)].tolist()
    return found


def objects(values: Sequence[Any]) -> Array:
    """Return values as an array of objects, tuples not looked into."""
    made = np.empty(len(values), object)
    made[:] = values if not values or not isinstance(values[0], tuple) else None
    if values and isinstance(values[0], tuple):
        for place, value in enumerate(values):
            made[place] = value
    return made


def as_field(encoded: bytes) -> bytes:
    """Return a field of binary COPY: the length in four bytes, then the bytes."""
    return len(encoded).to_bytes(4, "big") + encoded


def pooled(pool: Sequence[bytes], places: Integers, nulls: Flags | None) -> Piece:
    """Return a piece of whole fields, with one more for null where there are any."""
    if nulls is None:
        return Piece(objects(pool), places)
    return Piece(objects([*pool, NULL]), np.where(nulls, len(pool), places))


@dataclass(frozen=True)
class Plain:
    """Spells number by number; what is written is made once for each different number of a portion."""

    spell: Callable[[int], Any]

    def value(self, number: int) -> Any:
        """Return the value of a number."""
        return self.spell(number)

    def pieces(self, numbers: Integers, nulls: Flags | None, encode: Encode) -> list[Piece]:
        """Return one piece."""
        different, places = np.unique(numbers, return_inverse=True)
        return [pooled([as_field(encode(self.spell(k))) for k in different.tolist()], places.reshape(-1), nulls)]


@dataclass(frozen=True)
class Listed:
    """Numbers are places in a list of values."""

    pool: tuple[Any, ...]
    _encoded: dict[Any, Array] = field(default_factory=dict, compare=False, repr=False)

    def value(self, number: int) -> Any:
        """Return the value at a place."""
        return self.pool[number]

    def pieces(self, numbers: Integers, nulls: Flags | None, encode: Encode) -> list[Piece]:
        """Return one piece: the whole list, encoded once."""
        if encode not in self._encoded:
            self._encoded[encode] = objects([*(as_field(encode(v)) for v in self.pool), NULL])
        pool = self._encoded[encode]
        return [Piece(pool, numbers if nulls is None else np.where(nulls, len(self.pool), numbers))]


@dataclass(frozen=True)
class Styled:
    """Texts of a style: a base, and from its second round on the number of the round."""

    style: Style

    def value(self, number: int) -> str:
        """Return the text of a number."""
        return self.style.text(number)

    def pieces(self, numbers: Integers, nulls: Flags | None, encode: Encode) -> list[Piece]:
        """Return the length with what stands before the number, the number's digits, and what stands after it."""
        style, bases = self.style, self._bases
        if style.start >= 0:
            turn, place, least = numbers + style.start, np.zeros_like(numbers), style.digits
        else:
            turn, place = np.divmod(numbers, len(style.bases))
            least = 0
        width = digits_of(turn, least)
        if nulls is not None:
            place, width = np.where(nulls, len(bases), place), np.where(nulls, 0, width)
        most = int(width.max(initial=0))
        found = [Piece(self._heads(most), place * (most + 1) + width), *number_pieces(turn, width)]
        if self._rests is not None:
            found.append(Piece(self._rests, place))
        return found

    @cached_property
    def _bases(self) -> list[tuple[bytes, bytes]]:
        """What stands before and after the number in each base."""
        parts = [base.partition(MARK) for base in self.style.bases]
        return [(before.encode(), after.encode()) for before, _, after in parts]

    @cached_property
    def _rests(self) -> Array | None:
        rests = [after for _, after in self._bases]
        return objects([*rests, b""]) if any(rests) else None

    def _heads(self, most: int) -> Array:
        """For each base and each number of digits the length of the whole field and what stands before the digits."""
        if most not in self._made:
            separator = self.style.separator.encode()
            heads = []
            for before, after in self._bases:
                for width in range(most + 1):
                    tail = separator if width and self.style.start < 0 else b""
                    size = len(before) + len(tail) + width + len(after)
                    heads.append(size.to_bytes(4, "big") + before + tail)
            self._made[most] = objects([*heads, *[NULL] * (most + 1)])
        return self._made[most]

    @cached_property
    def _made(self) -> dict[int, Array]:
        return {}


@dataclass(frozen=True)
class Digits:
    """Numbers as texts of at least so many digits."""

    width: int

    def value(self, number: int) -> str:
        """Return the digits, zeros before them."""
        return f"{number:0{self.width}}"

    def pieces(self, numbers: Integers, nulls: Flags | None, encode: Encode) -> list[Piece]:
        """Return the length, and the digits in groups."""
        width = digits_of(np.maximum(numbers, 1), self.width)
        lengths = objects([*(k.to_bytes(4, "big") for k in range(64)), NULL])
        if nulls is None:
            return [Piece(lengths, width), *number_pieces(numbers, width)]
        shown = np.where(nulls, 0, width)
        return [Piece(lengths, np.where(nulls, 64, width)), *number_pieces(numbers, shown)]


@dataclass(frozen=True)
class Noise:
    """Byte strings of one size: the number first, then noise made of it."""

    size: int

    def value(self, number: int) -> bytes:
        """Return the bytes of a number."""
        return bytes(self._matrix(np.asarray([number]))[0])

    def pieces(self, numbers: Integers, nulls: Flags | None, encode: Encode) -> list[Piece]:
        """Return one piece."""
        length = np.frombuffer(self.size.to_bytes(4, "big"), np.uint8)
        matrix = np.hstack([np.broadcast_to(length, (len(numbers), 4)), self._matrix(numbers)])
        return [rows_piece(matrix, nulls)]

    def _matrix(self, numbers: Integers) -> Array:
        head = min(self.size, 6)
        number = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - head :]
        noise = mix(numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)).astype(">u8")
        noise = np.tile(noise.view(np.uint8).reshape(-1, 8), (1, self.size // 8 + 1))
        return np.ascontiguousarray(np.hstack([number, noise])[:, : self.size])


def rows_piece(matrix: Array, nulls: Flags | None) -> Piece:
    """Return a piece that is different in every row: the rows of a matrix of bytes."""
    pool = objects(np.ascontiguousarray(matrix).view(f"V{matrix.shape[1]}").reshape(-1).tolist())
    if nulls is not None:
        pool[nulls] = NULL
    return Piece(pool, None)


@dataclass(frozen=True)
class Overlaid:
    """A spelling in which -1, -2 and so on are values that access patterns ask for."""

    below: Spelling
    values: tuple[str, ...]

    def value(self, number: int) -> Any:
        """Return the value of a number."""
        return self.below.value(number) if number >= 0 else self.values[-1 - number]

    def pieces(self, numbers: Integers, nulls: Flags | None, encode: Encode) -> list[Piece]:
        """Return the pieces below, with one more entry for each value that lies over them."""
        over = numbers < 0
        found = self.below.pieces(np.maximum(numbers, 0), nulls, encode)
        if not over.any():
            return found
        if nulls is not None:
            over &= ~nulls
        first, rest = found[0], found[1:]
        fields = [as_field(encode(v)) for v in self.values]
        changed = [_laid_over(first, over, len(first.pool) - 1 - numbers, fields)]
        return changed + [_laid_over(piece, over, np.full_like(numbers, len(piece.pool)), [b""]) for piece in rest]


def _laid_over(piece: Piece, over: Flags, places: Integers, more: Sequence[bytes]) -> Piece:
    below = np.arange(len(over)) if piece.places is None else piece.places
    return Piece(np.concatenate([piece.pool, objects(more)]), np.where(over, places, below))


@dataclass(frozen=True)
class Chosen:
    """Several spellings: the remainder of a number says which one, the quotient is the number there."""

    spellings: tuple[Spelling, ...]

    def value(self, number: int) -> Any:
        """Return the value of a number."""
        inner, which = divmod(number, len(self.spellings))
        return self.spellings[which].value(inner)

    def pieces(self, numbers: Integers, nulls: Flags | None, encode: Encode) -> list[Piece]:
        """Return one piece; each spelling makes the values of its own rows."""
        return Plain(self.value).pieces(numbers, nulls, encode)


def digits_of(numbers: Integers, least: int = 0) -> Integers:
    """Return how many digits each number is written with; 0 has none of its own."""
    powers = 10 ** np.arange(19, dtype=np.int64)
    return np.maximum(np.searchsorted(powers, numbers, "right"), least)


GROUP = 4
"""Digits that are looked up at once."""


def number_pieces(numbers: Integers, width: Integers) -> list[Piece]:
    """Return the digits of numbers in groups, each number with its own width; width 0 writes nothing."""
    found: list[Piece] = []
    rest = numbers
    for done in range(0, int(width.max(initial=0)), GROUP):
        rest, group = np.divmod(rest, 10**GROUP)
        own = np.clip(width - done, 0, GROUP)
        found.insert(0, Piece(_groups(), own * 10**GROUP + group))
    return found


@cache
def _groups() -> Array:
    """Every group of digits at every width; where a width is too small, the last digits of it."""
    return objects(
        [(f"{k:0{GROUP}}"[GROUP - w :] if w else "").encode() for w in range(GROUP + 1) for k in range(10_000)]
    )
