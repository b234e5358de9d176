"""Any text comes out of our Markdown and our HTML as it went in, as an independent parser reads them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dbwright.emit import html_page, markdown
from dbwright.emit.blocks import Block, Bullets, Code, Fence, Fold, Grid, Heading, Inline, Link, Paragraph, Strong
from dbwright.emit.html import element, escape

# Pieces that mean something to Markdown or HTML, so that chance meets them.
_MARKS = [
    "`",
    "``",
    "|",
    "\\",
    "\\|",
    "*",
    "**",
    "_",
    "~~",
    "<",
    "</script>",
    "<!--",
    "&amp;",
    "&",
    "[a](b)",
    "![",
    "]",
]
_MARKS += [
    "\n",
    "\n\n",
    "# ",
    "- ",
    "1. ",
    "> ",
    "| - |",
    "$$",
    "http://x.example/a_b",
    "\t",
    " ",
    "a",
    "ß",
    "\u2028",
    "\x00",
]
ANYTHING = st.lists(st.sampled_from(_MARKS) | st.text(max_size=4), max_size=12).map("".join).filter(str.strip)
PROSE = ANYTHING.map(lambda text: text.replace("`", "'")).filter(str.strip)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Shape(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.code: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        if tag == "code":
            self.code.append("")

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data
        if self.code:
            self.code[-1] += data


def through_markdown(*blocks: Block) -> Shape:
    """Return the blocks as a parser of CommonMark with tables and strikethrough reads their Markdown."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    return Shape(str(parser.render(markdown.render(blocks))))


def through_html(block: Block) -> Shape:
    """Return a block as a parser of HTML reads it."""
    return Shape(html_page.render(block))


def words(text: str) -> list[str]:
    """Return the words of a text; white space and control characters may change on the way."""
    return CONTROL.sub(
        " ", text.replace("\ufffd", " ").replace("\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}", " ")
    ).split()


@settings(deadline=None)
@given(PROSE)
def test_prose_stays_text(text: str) -> None:
    found = through_markdown(Paragraph(text))
    assert found.tags == ["p"]
    assert words(found.text) == words(text)


@settings(deadline=None)
@given(PROSE)
def test_prose_between_other_pieces_stays_text(text: str) -> None:
    found = through_markdown(Paragraph(("a", Link(text, "#x"), text, Code("c"), text, Strong("d"))))
    assert sorted(found.tags) == ["a", "code", "p", "strong"]
    assert words(found.text.replace("c", "")) == words(f"a{text}{text}{text}d".replace("c", ""))


@settings(deadline=None)
@given(PROSE)
def test_a_heading_an_item_and_a_summary_stay_one(text: str) -> None:
    found = through_markdown(Heading(2, text), Bullets((text,)), Fold(text, (Paragraph("x"),)))
    assert found.tags == ["h2", "ul", "li", "details", "summary", "p"]
    assert words(found.text) == [*words(text) * 3, "x"]


@settings(deadline=None)
@given(ANYTHING)
def test_code_stays_code(text: str) -> None:
    found = through_markdown(Paragraph(("a ", Code(text), " b")))
    assert found.tags == ["p", "code"]
    assert words(found.text) == words(f"a {text} b")


@settings(deadline=None)
@given(st.lists(st.tuples(PROSE, ANYTHING.map(Code), PROSE), min_size=1, max_size=3))
def test_cells_stay_in_their_cells(rows: list[tuple[Inline, Code, Inline]]) -> None:
    found = through_markdown(Grid(("x", "y", "z"), tuple(rows)))
    assert found.tags.count("tr") == len(rows) + 1
    assert found.tags.count("td") == 3 * len(rows)
    assert set(found.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    lines = markdown.render([Grid(("x", "y", "z"), tuple(rows))]).splitlines()
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in lines] == [4] * (len(rows) + 2)


@settings(deadline=None)
@given(ANYTHING)
def test_what_is_fenced_stays_fenced(text: str) -> None:
    found = through_markdown(Fence("sql", text), Paragraph("after"))
    assert found.tags == ["pre", "code", "p"]
    assert words(found.text) == [*words(text), "after"]


@settings(deadline=None)
@given(ANYTHING)
def test_html_keeps_text_as_text(text: str) -> None:
    for block in (Paragraph(Code(text)), Fence("sql", text), Grid(("",), ((Code(text),),))):
        found = through_html(block)
        assert set(found.tags) <= {"p", "code", "pre", "div", "table", "thead", "tbody", "tr", "th", "td"}
        assert words(found.text) == words(text)


@settings(deadline=None)
@given(ANYTHING)
def test_an_attribute_stays_an_attribute(text: str) -> None:
    class Attributes(HTMLParser):
        found: list[tuple[str, str | None]] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            """Keep the attributes."""
            self.found = attrs

    reader = Attributes()
    reader.feed(element("a", {"href": text}, "x"))
    ((name, value),) = reader.found
    assert name == "href"
    assert words(value or "") == words(text)


@settings(deadline=None)
@given(ANYTHING)
def test_escaping_twice_is_escaping_once(text: str) -> None:
    assert escape(escape(text)) == escape(text)
