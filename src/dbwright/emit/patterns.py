"""PostgreSQL regular expressions as ones that Python, Rust and ECMAScript read alike, where that can be had.

Source: PostgreSQL manual, section 9.7.3 (advanced regular expressions), against ECMA-262 section 22.2 with the `u` flag
and the syntax page of Rust's regex crate.
"""

from __future__ import annotations

from collections.abc import Iterator

_SYNTAX = "^$\\.*+?()[]{}|"
_SAME_LETTERS = "dDwWsSnrtfv"
"""Letters after a backslash that mean the same everywhere (beyond ASCII each engine has its own tables)."""
_SAME_IN_BRACKETS = "dwsnrtfv"
_DIGITS = frozenset("0123456789")


class _NotPortableError(Exception):
    """The expression means something that the other engines do not know."""


def portable_pattern(pattern: str) -> str | None:
    """Return an expression that finds what `pattern` finds, for Python's re, Rust's regex and ECMAScript; else None."""
    # *** and a leading (?letters) switch PostgreSQL to other rules.
    if pattern.startswith("***"):
        return None
    try:
        return "".join(_atoms(pattern))
    except (_NotPortableError, IndexError):
        return None


def _atoms(pattern: str) -> Iterator[str]:
    position = 0
    while position < len(pattern):
        piece, position = _atom(pattern, position)
        yield piece


def _atom(pattern: str, at: int) -> tuple[str, int]:
    character = pattern[at]
    if character == "\\":
        return _escape(pattern[at + 1], _SAME_LETTERS), at + 2
    if character == "[":
        return _bracket(pattern, at + 1)
    if character == "(":
        return _group(pattern, at)
    if character == "{":
        return _bound(pattern, at)
    if character == ".":
        return "[\\s\\S]", at + 1  # PostgreSQL's dot takes newlines too
    if character in "]}":
        return f"\\{character}", at + 1
    return character, at + 1


def _escape(character: str, letters: str) -> str:
    if character in letters:
        return f"\\{character}"
    if character.isalnum() or not character.isascii():
        raise _NotPortableError
    return f"\\{character}" if character in _SYNTAX else character


def _group(pattern: str, at: int) -> tuple[str, int]:
    if pattern.startswith("(?:", at):
        return "(?:", at + 3
    if pattern[at + 1] in "?*":
        raise _NotPortableError
    return "(", at + 1


def _bound(pattern: str, at: int) -> tuple[str, int]:
    """`{2,3}` as it is; a brace that no digit follows is itself."""
    if pattern[at + 1 : at + 2] not in _DIGITS:
        return "\\{", at + 1
    inside, closed, _ = pattern[at + 1 :].partition("}")
    low, _, high = inside.partition(",")
    if not closed or not set(low + high) <= _DIGITS:
        raise _NotPortableError
    return f"{{{inside}}}", at + len(inside) + 2


def _bracket(pattern: str, at: int) -> tuple[str, int]:
    """A bracket expression, with all that another engine could take for an operator behind a backslash."""
    parts = ["["]
    if pattern[at] == "^":
        parts, at = ["[^"], at + 1
    first = at
    while pattern[at] != "]" or at == first:
        if pattern[at] == "[" and pattern[at + 1] in ".:=":
            raise _NotPortableError
        if pattern[at] == "\\":
            parts.append(_bracketed_escape(pattern[at + 1]))
            at += 2
            continue
        parts.append(_bracketed(pattern, at, first))
        at += 1
    return "".join([*parts, "]"]), at + 1


def _bracketed_escape(character: str) -> str:
    return "\\-" if character == "-" else _escape(character, _SAME_IN_BRACKETS)


def _bracketed(pattern: str, at: int, first: int) -> str:
    character = pattern[at]
    if character == "-" and (at == first or pattern[at + 1] == "]"):
        return "\\-"
    if character in "[]^&~" or (character == "-" and pattern[at + 1] == "-"):
        return f"\\{character}" if character in "[]^" else _doubled(pattern, at)
    return character


def _doubled(pattern: str, at: int) -> str:
    """`&&`, `~~` and `--` are operators in Rust's brackets."""
    if pattern[at + 1] == pattern[at] or pattern[at - 1] == pattern[at]:
        raise _NotPortableError
    return pattern[at]
