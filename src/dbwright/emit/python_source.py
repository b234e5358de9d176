"""Python source as `ruff format` would leave it: literals, docstrings, and calls that break where a line is full."""

from __future__ import annotations

import ast
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

LINE_LENGTH = 120
"""Columns of a line; wide characters take two."""

INDENT = "    "

_WORD = re.compile(r"\w+")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True)
class Call:
    """Something in brackets: `head` up to the opening one, items, and the closing one."""

    head: str
    items: tuple[Piece, ...]
    tail: str = ")"
    is_tuple: bool = False


Piece: TypeAlias = "str | Call"
"""A part of an expression: text that never breaks, or a call."""


def call(head: str, items: Iterable[Piece]) -> Call:
    """Return `head(items)`."""
    return Call(f"{head}(", tuple(items))


def listing(head: str, items: Iterable[Piece]) -> Call:
    """Return `head[items]`; an empty head makes it a list."""
    return Call(f"{head}[", tuple(items), "]")


def keyword(name: str, value: Piece) -> Piece:
    """Return the argument `name=value`."""
    return f"{name}={value}" if isinstance(value, str) else replace(value, head=f"{name}={value.head}")


def pair(*items: Piece) -> Call:
    """Return a tuple."""
    return Call("(", items, is_tuple=True)


def strings(texts: Iterable[str]) -> Call:
    """Return a list of string literals."""
    return listing("", [string_literal(t) for t in texts])


def mapping(entries: Iterable[tuple[str, Piece]]) -> Call:
    """Return a dictionary with string keys."""
    return Call("{", tuple(_entry(string_literal(k), v) for k, v in entries), "}")


def _entry(key: str, value: Piece) -> Piece:
    return f"{key}: {value}" if isinstance(value, str) else replace(value, head=f"{key}: {value.head}")


def render(piece: Piece, indent: str = "", lead: str = "", trail: str = "") -> list[str]:
    """Return the lines of `lead piece trail`: one line if it fits, else one line an item, each with a comma."""
    line = f"{indent}{lead}{flat(piece)}{trail}"
    if isinstance(piece, str) or not piece.items or width(line) <= LINE_LENGTH:
        return [line]
    lines = [f"{indent}{lead}{piece.head}"]
    for item in piece.items:
        lines += render(item, indent + INDENT, trail=",")
    return [*lines, f"{indent}{piece.tail}{trail}"]


def flat(piece: Piece) -> str:
    """Return a piece on one line; a tuple of one item keeps the comma that makes it one."""
    if isinstance(piece, str):
        return piece
    inner = ", ".join(flat(i) for i in piece.items)
    comma = "," if piece.is_tuple and len(piece.items) == 1 else ""
    return f"{piece.head}{inner}{comma}{piece.tail}"


def width(text: str) -> int:
    """Return the columns a line takes: full-width characters take two, marks that combine none."""
    if text.isascii():
        return len(text)
    return sum(_columns(c) for c in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def string_literal(text: str) -> str:
    """Return a string literal: double quotes, or single ones where that takes fewer backslashes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = _escaped(text).replace(quote, f"\\{quote}")
    return f"{quote}{body}{quote}"


def _escaped(text: str) -> str:
    """The text as it may stand in a literal, but for quotes; most texts as they are."""
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(_escape(c) for c in text)


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def docstring(paragraphs: Sequence[str], indent: str = "") -> list[str]:
    """Return the lines of a docstring: each paragraph wrapped, with nothing in it that could end it early."""
    texts = [t for p in paragraphs if (t := " ".join(p.split()))]
    lines: list[str] = []
    for number, text in enumerate(texts):
        body = _quotable(text, first=number == 0, last=number == len(texts) - 1)
        wrapped = textwrap.wrap(body, LINE_LENGTH - 8 - len(indent), break_long_words=False, break_on_hyphens=False)
        lines += [*([""] if lines else []), *wrapped]
    head, *rest = lines
    opened = f'{indent}"""{head}'
    if not rest:
        return [f'{opened}"""']
    return [opened, *(f"{indent}{line}" if line else "" for line in rest), f'{indent}"""']


def _quotable(text: str, first: bool, last: bool) -> str:
    """Return a text as it may stand between three double quotes."""
    parts = [_escape(c) for c in text]
    if first and parts[0] == '"':
        parts[0] = '\\"'
    if last and parts[-1] == '"':
        parts[-1] = '\\"'
    return "".join(parts).replace('"""', '\\"\\"\\"')


def has_long_lines(sources: Iterable[str]) -> bool:
    """Return whether a line is wider than LINE_LENGTH."""
    return any(width(line) > LINE_LENGTH for source in sources for line in source.splitlines())


def used_names(sources: Iterable[str], wanted: Iterable[str]) -> set[str]:
    """Return those of the wanted names that the code refers to: what its imports must bring.

    Each source is a run of whole statements. One is parsed only where it holds, be it in a string, a name that no
    other has shown to be used yet.
    """
    used: set[str] = set()
    missing = set(wanted)
    for source in sources:
        if missing.isdisjoint(_WORD.findall(source)):
            continue
        found = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)} & missing
        used |= found
        missing -= found
    return used
