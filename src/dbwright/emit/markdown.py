"""Blocks as Markdown (CommonMark with tables, as code hosts show it); nothing in a name or text becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape as escape_html
from urllib.parse import quote as percent_encode

from dbwright.emit.blocks import (
    Block,
    Bullets,
    Code,
    Fence,
    Fold,
    Grid,
    Heading,
    Inline,
    Link,
    Mark,
    Paragraph,
    Strong,
    Unsaid,
)

_SPAN = re.compile(r"`([^`]+)`")
_PUNCTUATION = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])|!\Z|&(?=[#A-Za-z])|<")
_REFERENCES = {"<": "&lt;", "&": "&amp;"}
_BLOCK_START = re.compile(r"\A(?:[#+=>-]|\d+(?=[.)]))")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_BARE_CODE = re.compile(r"(?! )[^`|\n\t]+(?<! )\Z")
_TAG = re.compile(r"<[A-Za-z/!?]")


def render(blocks: Iterable[Block]) -> str:
    """Return the blocks as one Markdown text that ends in a newline."""
    return "\n\n".join(_block(b) for b in blocks) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            place = f'<a id="{block.anchor}"></a>\n\n' if block.anchor else ""
            title = re.sub(r"#(?=#*\Z)", r"\#", inline(block.title).strip())  # else they would close the heading
            return f"{place}{'#' * block.level} {title}"
        case Paragraph():
            return first_in_line(inline(block.text))
        case Bullets():
            return "\n".join(
                f"{f'{n}.' if block.ordered else '-'} {first_in_line(inline(i))}" for n, i in enumerate(block.items, 1)
            )
        case Grid():
            return table(block)
        case Fence():
            return fenced(block.language, block.text)
        case Fold():
            inside = "\n\n".join(_block(b) for b in block.blocks)
            return f"<details><summary>{escape_html(_one_line(block.summary))}</summary>\n\n{inside}\n\n</details>"
        case Unsaid():
            place = inline(Mark(block.anchor)) if block.anchor else ""
            return f"> {place}**The design does not say** {inline(block.question)}. Add {code(block.add)}."


def table(grid: Grid) -> str:
    """Return a table; a cell may hold any inline piece."""
    lines = [_row([prose(h) for h in grid.header]), _row(["---"] * len(grid.header))]
    for number, cells in enumerate(grid.rows):
        texts = [inline(c).strip() for c in cells]
        if grid.anchors:
            texts[0] = f'<a id="{grid.anchors[number]}"></a>{texts[0]}'
        lines.append(_row(texts))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def inline(piece: Inline) -> str:
    """Return an inline piece as Markdown on one line."""
    match piece:
        case str():
            return prose(piece)
        case Code():
            return code(piece.text)
        case Strong():
            return f"**{inline(piece.label)}**"
        case Link():
            return f"[{inline(piece.label)}]({percent_encode(piece.target, safe='/#.:?=&~-_')})"
        case Mark():
            return f'<a id="{piece.anchor}"></a>'
    return "".join(inline(p) for p in piece)


@lru_cache(maxsize=8192)
def prose(text: str) -> str:
    """Return text in which nothing is markup but code between two backticks."""
    text = _one_line(text)
    if "`" not in text:
        return escape(text)
    pieces = []
    done = 0
    for span in _SPAN.finditer(text):
        pieces += [escape(text[done : span.start()]), code(span[1])]
        done = span.end()
    return "".join([*pieces, escape(text[done:])])


def escape(text: str) -> str:
    """Return one line of text with every character escaped that Markdown would take as markup."""
    return _PUNCTUATION.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return _REFERENCES.get(found[0]) or f"\\{found[0]}"


def code(text: str) -> str:
    """Return text as inline code; what backticks cannot hold in a table becomes `<code>` with character references."""
    text = _CONTROL.sub("\ufffd", text)
    if _BARE_CODE.match(text) and not _TAG.search(text):
        return f"`{text}`"
    letters = (c if c.isalnum() or c == " " else _reference(c) for c in text)
    return f"<code>{''.join(letters)}</code>"


def _reference(character: str) -> str:
    return "&#8629;" if character == "\n" else f"&#{ord(character)};"


def fenced(language: str, text: str) -> str:
    """Return text in a fence that is longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    shown = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n")).strip("\n")
    return f"{fence}{language}\n{shown}\n{fence}"


def first_in_line(text: str) -> str:
    """Return a line that begins no heading, list or quotation by accident."""
    text = text.strip()
    found = _BLOCK_START.match(text)
    if found is None:
        return text
    return f"{found[0]}\\{text[found.end() :]}" if found[0].isdigit() else "\\" + text


def _one_line(text: str) -> str:
    if text.isprintable() and "  " not in text:
        return text
    return _CONTROL.sub("\ufffd", re.sub(r"\s+", " ", text))
