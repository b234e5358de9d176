"""Regular expressions as numbered languages: the k-th text that a pattern takes, without search or retry.

The pattern is parsed by Python's own parser. Its size is a product of choices, so a number is written in the mixed
radix of these choices; different numbers give different texts unless the pattern itself is ambiguous (`a*a*`).
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from dbwright.data.constants import UnreadableError

REPEATS = ((0, 10), (0, 4), (0, 1), (0, 0), (10, 20), (30, 40), (90, 100))
"""Repeats beyond the least number that `*`, `+` and `{n,m}` are given: from, up to; the first that fits a length."""
_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\s",
    "xdigit": "0-9a-fA-F",
    "punct": r"!-/:-@\[-`{-~",
    "blank": r" \t",
    "word": r"\w",
}
_PRINTABLE = string.ascii_lowercase + string.digits + string.ascii_uppercase + "_-"
_WIDE = _PRINTABLE + " .,:;!?+*/()[]{}<>=@#$%&'\"~^|`\\"


@cache
def python_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern of PostgreSQL's regular expressions for Python; raise UnreadableError where they differ.

    Source: PostgreSQL manual, "POSIX Regular Expressions": bracket classes, `\\m` and `\\M` at word
    ends, `$` only at the end.
    """
    text = re.sub(r"\[:(\w+):\]", lambda m: _CLASSES.get(m[1], m[0]), pattern)
    if "[:" in text or text.startswith("***") or re.match(r"\(\?[a-z]+\)", text):
        raise UnreadableError(pattern)
    text = re.sub(r"\\[mMyY]", lambda m: r"\B" if m[0] == r"\Y" else r"\b", text)
    text = re.sub(r"(?<!\\)((?:\\\\)*)\$", r"\1\\Z", text) if "[" not in text else _end_of_text(text)
    try:
        return re.compile(text, flags | re.DOTALL)
    except re.error as error:
        raise UnreadableError(pattern) from error


def like_pattern(text: str) -> str:
    """Return a LIKE pattern as a regular expression for the whole text."""
    parts, escaped = [], False
    for character in text:
        if escaped or character not in "\\%_":
            parts.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            parts.append(".*" if character == "%" else ".")
    return f"^{''.join(parts)}$"


def _end_of_text(text: str) -> str:
    r"""Write `$` outside brackets as `\Z`: Python's `$` also stands before a last newline."""
    parts, inside, i = [], False, 0
    while i < len(text):
        character = text[i]
        if character == "\\":
            parts.append(text[i : i + 2])
            i += 2
            continue
        if character == "[" and not inside:
            # A closing bracket right after the opening one is a member.
            inside, width = True, 2 if text[i + 1 : i + 2] == "]" else 3 if text[i + 1 : i + 3] == "^]" else 1
            parts.append(text[i : i + width])
            i += width
            continue
        inside = inside and character != "]"
        parts.append(r"\Z" if character == "$" and not inside else character)
        i += 1
    return "".join(parts)


@dataclass(frozen=True)
class Language:
    """The texts of a pattern: `size` of them, `text(k)` is the k-th; `open_end` where anything may follow."""

    choices: Node
    open_end: bool

    def fits(self, shortest: int, longest: int | None) -> bool:
        """Return whether the length of every text lies between two bounds."""
        least, most = self.choices.lengths
        return least >= shortest and (longest is None or most <= longest)

    @property
    def size(self) -> int:
        """How many texts there are."""
        return self.choices.size

    def text(self, number: int) -> str:
        """Return the text of a number from 0 up to, not including, the size."""
        return self.choices.text(number)


def language_of(pattern: str, shortest: int = 0, longest: int | None = None) -> Language:
    """Return the language of a pattern, its repeats chosen so that lengths fit where they can.

    Raise UnreadableError for look-around and back references.
    """
    found = [_language(pattern, *repeats) for repeats in REPEATS]
    return next((language for language in found if language.fits(shortest, longest)), found[0])


@cache
def _language(pattern: str, least: int, most: int) -> Language:
    parsed = import_module("re._parser").parse(python_pattern(pattern).pattern)
    ends = any("AT_END_STRING" in str(item[1]) for item in parsed)
    return Language(_Reader(least, most).sequence(parsed), not ends)


class Node(Protocol):
    """One part of a pattern: how many texts it takes, and the k-th of them."""

    @property
    def size(self) -> int:
        """How many texts there are."""
        ...

    @property
    def lengths(self) -> tuple[int, int]:
        """The shortest and the longest text, in characters."""
        ...

    def text(self, number: int) -> str:
        """Return the text of a number below the size."""
        ...


@dataclass(frozen=True)
class _Letters:
    letters: str

    @property
    def size(self) -> int:
        return len(self.letters)

    @property
    def lengths(self) -> tuple[int, int]:
        return 1, 1

    def text(self, number: int) -> str:
        return self.letters[number]


@dataclass(frozen=True)
class _Sequence:
    parts: tuple[Node, ...]

    @property
    def size(self) -> int:
        product = 1
        for part in self.parts:
            product *= part.size
        return product

    @property
    def lengths(self) -> tuple[int, int]:
        return sum(p.lengths[0] for p in self.parts), sum(p.lengths[1] for p in self.parts)

    def text(self, number: int) -> str:
        found = []
        for part in reversed(self.parts):
            number, digit = divmod(number, part.size)
            found.append(part.text(digit))
        return "".join(reversed(found))


@dataclass(frozen=True)
class _Either:
    arms: tuple[Node, ...]

    @property
    def size(self) -> int:
        return sum(arm.size for arm in self.arms)

    @property
    def lengths(self) -> tuple[int, int]:
        return min(a.lengths[0] for a in self.arms), max(a.lengths[1] for a in self.arms)

    def text(self, number: int) -> str:
        for arm in self.arms:
            if number < arm.size:
                return arm.text(number)
            number -= arm.size
        raise IndexError(number)


@dataclass(frozen=True)
class _Reader:
    """Reads Python's parse of a pattern; repeats are taken from `least` up to `most` beyond their least number."""

    least: int
    most: int

    def sequence(self, items: Any) -> Node:
        return _Sequence(tuple(self._node(str(name), value) for name, value in items))

    def _node(self, name: str, value: Any) -> Node:
        match name:
            case "LITERAL":
                return _Letters(chr(value))
            case "NOT_LITERAL":
                return _Letters(_WIDE.replace(chr(value), ""))
            case "ANY":
                return _Letters(_PRINTABLE)
            case "IN":
                return _Letters(_members(value))
            case "AT":
                return _Sequence(())
            case "SUBPATTERN":
                return self.sequence(value[-1])
            case "BRANCH":
                return _Either(tuple(self.sequence(arm) for arm in value[1]))
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self._repeated(*value)
        raise UnreadableError(name)

    def _repeated(self, fewest: int, limit: int, items: Any) -> Node:
        part = self.sequence(items)
        most = min(int(limit), fewest + self.most)
        least = min(most, fewest + self.least)
        # Longer texts first: numbers are many there, and short ones look like accidents.
        return _Either(tuple(_Sequence((part,) * n) for n in range(most, least - 1, -1)))


def _members(items: Sequence[tuple[Any, Any]]) -> str:
    negated = bool(items) and str(items[0][0]) == "NEGATE"
    found: dict[str, None] = {}
    for name, value in items[1:] if negated else items:
        found.update(dict.fromkeys(_member(str(name), value)))
    letters = [c for c in _WIDE if c not in found] if negated else list(found)
    if not letters:
        raise UnreadableError("[]")
    # Letters before the rest, so that what is made first reads like a word.
    return "".join(sorted(letters, key=lambda c: (not c.isalnum(), not c.isalpha(), c)))


def _member(name: str, value: Any) -> str:
    match name:
        case "LITERAL":
            return chr(value)
        case "RANGE":
            return "".join(chr(c) for c in range(value[0], min(value[1], value[0] + 200) + 1))
        case "CATEGORY":
            return {
                "CATEGORY_DIGIT": string.digits,
                "CATEGORY_WORD": string.ascii_lowercase + string.digits + string.ascii_uppercase + "_",
                "CATEGORY_SPACE": " ",
                "CATEGORY_NOT_SPACE": _PRINTABLE,
                "CATEGORY_NOT_DIGIT": string.ascii_letters,
                "CATEGORY_NOT_WORD": " .,:;",
            }[str(value)]
    raise UnreadableError(name)
