"""The designs that the documents are tested with, compiled once: the examples, a hostile one, one that says nothing."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt

from dbwright.emit import emit
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design

ROOT = Path(__file__).resolve().parents[2]
DESIGNS = {
    "fediflow": ROOT / "examples" / "fediflow" / "fediflow.design.yaml",
    "adflow": ROOT / "examples" / "adflow",
    "academy": ROOT / "examples" / "academy",
    "shop": ROOT / "examples" / "shop" / "shop.design.yaml",
    "hostile": Path(__file__).parent / "designs" / "hostile_documents.design.yaml",
    "bare": Path(__file__).parent / "designs" / "bare_documents.design.yaml",
}
# What our Markdown is made of; anything else came out of a name or a text.
TAGS = {
    *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "blockquote"),
    *("a", "code", "pre", "strong", "details", "summary"),
}


@cache
def blueprint_of(name: str) -> Blueprint:
    """Return the compiled design of that name."""
    return compile_design(load_design(DESIGNS[name]))


@cache
def files_of(target: str, name: str) -> dict[str, str]:
    """Return what a target writes for a design."""
    return emit(blueprint_of(name), target)


@cache
def to_html(markdown: str) -> str:
    """Return Markdown as an independent parser renders it: CommonMark with tables and strikethrough, raw HTML on."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    return str(parser.render(markdown))


class Outline(HTMLParser):
    """What stands in a page: tags, attributes, links, places, and the text of cells and headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.places: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.text = ""
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its attributes."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.places += [value or "" for name, value in attrs if name == "id"]
        if re.fullmatch("h[1-6]", tag):
            self._open = tag
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a heading."""
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data
        if self._open:
            tag, before = self.headings[-1]
            self.headings[-1] = (tag, before + data)


def rows_of(html: str) -> list[tuple[int, int]]:
    """Return for each row of each table how many cells it has, and how many its header has."""
    found = []
    for table in re.findall(r"<table>.*?</table>", html, re.DOTALL):
        header = len(re.findall(r"<th\b", table.partition("</thead>")[0]))
        rows = re.findall(r"<tr\b[^>]*>(.*?)</tr>", table, re.DOTALL)
        found += [(len(re.findall(r"<t[dh]\b", row)), header) for row in rows]
    return found


def uneven_rows(markdown: str) -> list[str]:
    """Return rows of Markdown tables that have more or fewer cells than their header; a parser would cut them."""
    found: list[str] = []
    width = 0
    for line in markdown.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("| ") else 0
        width = width or cells
        found += [line] if cells and cells != width else []
        width = width if cells else 0
    return found
