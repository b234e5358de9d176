"""Blocks as one HTML page that needs no other file: readable on paper, on a telephone, by day and by night."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

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
from dbwright.emit.html import Html, element, escape, together
from dbwright.emit.html_style import STYLE

_SPAN = re.compile(r"`([^`]+)`")


def page(title: str, blocks: Sequence[Block]) -> str:
    """Return a whole page; on a wide screen its headings of level 2 and 3 stand beside the text as links."""
    head = element(
        "head",
        {},
        element("meta", {"charset": "utf-8"}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("title", {}, title),
        element("style", {}, Html(STYLE)),
    )
    body = element("body", {}, _navigation(blocks), element("main", {}, *_lines(blocks)))
    return f"<!doctype html>\n{element('html', {'lang': 'en'}, Html(chr(10)), head, Html(chr(10)), body)}\n"


def _lines(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        yield Html("\n")
        yield render(block)


def _navigation(blocks: Sequence[Block]) -> Html:
    headings = [b for b in blocks if isinstance(b, Heading) and b.anchor and b.level in (2, 3)]
    items = [
        element("li", {"class": f"level{h.level}"}, element("a", {"href": f"#{h.anchor}"}, inline(h.title)))
        for h in headings
    ]
    return element("nav", {"aria-label": "Contents"}, element("ul", {}, *items))


def render(block: Block) -> Html:
    """Return one block as HTML."""
    match block:
        case Heading():
            return _heading(block)
        case Paragraph():
            return element("p", {}, inline(block.text))
        case Bullets():
            return element("ol" if block.ordered else "ul", {}, *(element("li", {}, inline(i)) for i in block.items))
        case Grid():
            return _grid(block)
        case Fence():
            return element("pre", {}, element("code", {}, block.text))
        case Fold():
            return element("details", {}, element("summary", {}, block.summary), *_lines(block.blocks))
        case Unsaid():
            question = together("The design does not say ", inline(block.question), ". Add ")
            place = {"id": block.anchor} if block.anchor else {}
            return element("p", {"class": "unsaid", **place}, question, element("code", {}, block.add), ".")


def _heading(block: Heading) -> Html:
    if not block.anchor:
        return element(f"h{block.level}", {}, inline(block.title))
    here = element("a", {"class": "here", "href": f"#{block.anchor}", "aria-label": "Link to this place"}, "#")
    return element(f"h{block.level}", {"id": block.anchor}, inline(block.title), " ", here)


def _grid(grid: Grid) -> Html:
    header = element("tr", {}, *(element("th", {"scope": "col"}, h) for h in grid.header))
    rows = [
        element("tr", {"id": grid.anchors[n]} if grid.anchors else {}, *(element("td", {}, inline(c)) for c in cells))
        for n, cells in enumerate(grid.rows)
    ]
    body = together(*(together(Html("\n"), row) for row in rows))
    return element(
        "div",
        {"class": "wide", "tabindex": "0"},
        element("table", {}, element("thead", {}, header), element("tbody", {}, body)),
    )


def inline(piece: Inline) -> Html:
    """Return an inline piece as HTML."""
    match piece:
        case str():
            return _prose(piece)
        case Code():
            return element("code", {}, piece.text)
        case Strong():
            return element("strong", {}, inline(piece.label))
        case Link():
            return element("a", {"href": piece.target}, inline(piece.label))
        case Mark():
            return element("a", {"id": piece.anchor})
    return together(*(inline(p) for p in piece))


def _prose(text: str) -> Html:
    if "`" not in text:
        return escape(text)
    pieces: list[str] = []
    done = 0
    for span in _SPAN.finditer(text):
        pieces += [escape(text[done : span.start()]), element("code", {}, span[1])]
        done = span.end()
    return together(*pieces, escape(text[done:]))
