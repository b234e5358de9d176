"""Texts as wide as a design declares, with the words that it declares: a plausible text, lengthened or cut.

What is added follows from the number of the text, so that a number spells the same text in every portion.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from dbwright.data import vocabulary as words
from dbwright.data.choosing import Flags, Integers
from dbwright.data.spelling import Piece, Plain, Spelling
from dbwright.model.entity import Values

_STEPS = tuple(prime**0.5 % 1 for prime in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47))
"""Irrational steps, one a word: multiples of each lie evenly between whole numbers (Weyl), and words fall together by
chance only."""
SPREAD = 0.25
"""Standard deviation of the length of texts, as a share of the declared width."""
_MASK = 2**64 - 1
_FILLER = " ".join(words.SHORT_WORDS)


@dataclass(frozen=True)
class Shaped:
    """Texts of another spelling, `width` characters long on average (0: as they are), some of them with words.

    `told_apart` texts end with their number, so that two are never alike.
    """

    below: Spelling
    width: int
    words: tuple[tuple[str, float], ...]
    longest: int | None
    told_apart: bool

    def value(self, number: int) -> str:
        """Return the text of a number."""
        steps = zip(self.words, cycle(_STEPS), strict=False)
        held = "".join(f" {word}" for (word, share), step in steps if number * step % 1 < share)
        base = str(self.below.value(number))
        if not self.width:
            return base + held
        size = self.width * (1 + 2 * SPREAD * (sum(_unit(number, 100 + k) for k in range(3)) - 1.5))
        size = round(size) if self.longest is None else min(round(size), self.longest)
        tag = f"-{number:x}" if self.told_apart or len(base) > size else ""
        room = max(0, size - len(held) - len(tag))
        if len(base) < room:
            turn = number % len(_FILLER)
            more = room // len(_FILLER) + 2
            base = f"{base} {(_FILLER[turn:] + ' ' + _FILLER * more)[: room - len(base) - 1]}"
        return base[:room] + held + tag

    def pieces(self, numbers: Integers, nulls: Flags | None, encode: Callable[[Any], bytes]) -> list[Piece]:
        """Return one piece."""
        return Plain(self.value).pieces(numbers, nulls, encode)


def _unit(number: int, purpose: int) -> float:
    """A number from 0 to 1 that looks random, the same for a number and a purpose each time (splitmix64)."""
    bits = (number * 1_000 + purpose + 1) * 0x9E3779B97F4A7C15 & _MASK
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB & _MASK
    return (bits ^ (bits >> 31)) / 2**64


def shape_of(
    values: Values, width: int, longest: int | None, told_apart: bool
) -> Callable[[Spelling], Spelling] | None:
    """Return what gives texts a width in characters (0 for any) and the declared words; None where there is neither."""
    held = tuple((str(word), share.value) for word, share in values.words.items())
    if not width and not held:
        return None
    return lambda below: Shaped(below, width, held, longest, told_apart)
