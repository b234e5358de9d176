"""What a document is made of before it is Markdown or HTML: blocks, and the inline pieces in them.

Writers of documents never escape anything; the two renderers (`markdown`, `html_page`) do, each for its own format.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")


@dataclass(frozen=True)
class Code:
    """A name or a stretch of SQL, shown letter by letter."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Emphasised text."""

    label: Inline


@dataclass(frozen=True)
class Link:
    """A link to an anchor (`#…`) or to another file of the output."""

    label: Inline
    target: str


@dataclass(frozen=True)
class Mark:
    """A place that links lead to, inside a line."""

    anchor: str


Inline: TypeAlias = "str | Code | Strong | Link | Mark | tuple[Inline, ...]"
"""A piece of a line. A `str` is prose: what stands between two backticks in it is shown as code."""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6 that links may lead to."""

    level: int
    title: Inline
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: Inline


@dataclass(frozen=True)
class Bullets:
    """A list; `ordered` where one comes after the other."""

    items: tuple[Inline, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: one header, and rows of as many cells; `anchors` are places in the first cell of each row."""

    header: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fence:
    """Text shown as it is: SQL, a diagram, a shell line."""

    language: str
    text: str


@dataclass(frozen=True)
class Fold:
    """Blocks that stay closed until a reader opens them."""

    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Unsaid:
    """A question that the design leaves open, and the key that would answer it."""

    question: Inline
    add: str
    anchor: str = ""


Block: TypeAlias = "Heading | Paragraph | Bullets | Grid | Fence | Fold | Unsaid"


def anchor(kind: str, *names: str) -> str:
    """Return the place of an object: `table.orders`; a name with other letters gets a hash, so that none collide."""
    return ".".join([kind, *(_slug(n) for n in names)])


def _slug(name: str) -> str:
    if _PLAIN_NAME.match(name):
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    kept = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:40]
    return f"{kept}-{digest}" if kept else digest


def codes(names: Iterable[str], separator: str = ", ") -> Inline:
    """Return names as code, one after the other."""
    return listing((Code(n) for n in names), separator)


def listing(items: Iterable[Inline], separator: str = ", ") -> Inline:
    """Return items with a separator between them."""
    pieces: list[Inline] = []
    for item in items:
        pieces += [separator, item] if pieces else [item]
    return tuple(pieces)


def labelled(*facts: tuple[str, Inline]) -> Bullets:
    """Return a list of `label: value` lines."""
    return Bullets(tuple((Strong(f"{label}:"), " ", value) for label, value in facts))


def plain(piece: Inline) -> str:
    """Return the letters of an inline piece, without any markup."""
    match piece:
        case str():
            return piece
        case Code():
            return piece.text
        case Strong() | Link():
            return plain(piece.label)
        case Mark():
            return ""
    return "".join(plain(p) for p in piece)


def all_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks and the blocks inside folds, in the order in which they are read."""
    for block in blocks:
        yield block
        if isinstance(block, Fold):
            yield from all_blocks(block.blocks)
