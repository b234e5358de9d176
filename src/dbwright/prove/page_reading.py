"""HTML as a parser reads it: whether elements close, what would be loaded, and what stands under which heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = set("area base br col embed hr img input link meta source track wbr".split())
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LOADING = {"src", "srcset", "poster", "data", "background", "action", "formaction", "manifest", "ping"}
_LOADED_BY_CSS = re.compile(r"@import\s+(?:url\()?[\"']?([^\"')\s;]+)|url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)

Attributes = list[tuple[str, str | None]]


@dataclass
class Section:
    """A heading with its level, the code in it, and the first column of the first grid down to the next heading."""

    level: int
    title: str = ""
    code: str = ""
    cells: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """What a page holds. `problems` are elements that do not close as they opened, `loads` addresses it would load.

    `scripts` are the scripts as (type, text); `main` is the text of the main element; `policy` what may be loaded.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.loads: list[str] = []
        self.scripts: list[tuple[str, str]] = []
        self.sections: list[Section] = []
        self.main = ""
        self.policy = ""
        self._open: list[str] = []
        self._grids = 0
        self._cell = 0
        self._doctype = False
        self.feed(text)
        self.close()
        self.problems += [] if self._doctype else ["the page does not begin with <!doctype html>"]
        self.problems += [f"<{tag}> never closes" for tag in self._open]

    def handle_decl(self, decl: str) -> None:
        """Note the document type."""
        self._doctype = self._doctype or (decl.lower() == "doctype html" and self.getpos()[0] == 1)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Note what the element loads, and where in the outline it stands."""
        self.loads += _loads(tag, attrs)
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = values.get("content", "")
        if tag == "script":
            self.scripts.append((values.get("type", ""), ""))
        self._enter(tag)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Take `<path/>` inside an SVG for an element that opens and closes."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def _enter(self, tag: str) -> None:
        if tag in _HEADINGS:
            self.sections.append(Section(int(tag[1])))
            self._grids = 0
        elif tag == "table":
            self._grids += 1
        elif tag == "tr":
            self._cell = 0
        elif tag == "td":
            self._cell += 1
            if self._in_first_column():
                self.sections[-1].cells.append("")

    def handle_endtag(self, tag: str) -> None:
        """Close the element; one that is not the last opened is a problem."""
        if not self._open or self._open[-1] != tag:
            self.problems.append(f"line {self.getpos()[0]}: </{tag}> closes what is not open")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Put the text to the heading, the cell, the script or the main element that it is part of."""
        if self._open[-1:] == ["script"]:
            kind, text = self.scripts[-1]
            self.scripts[-1] = (kind, text + data)
            return
        if self._open[-1:] == ["style"]:
            self.loads += _css_loads(data)
            return
        if "main" in self._open:
            self.main += data
        if any(tag in _HEADINGS for tag in self._open):
            self.sections[-1].title += data
            self.sections[-1].code += data if "code" in self._open else ""
        elif "td" in self._open and self._in_first_column():
            self.sections[-1].cells[-1] += data

    def _in_first_column(self) -> bool:
        return bool(self.sections) and self._grids == 1 and self._cell == 1


def _loads(tag: str, attrs: Attributes) -> Iterator[str]:
    """Yield the addresses that an element loads or sends to; those of links that a person follows are none."""
    values = {name: (value or "").strip() for name, value in attrs}
    for name, value in values.items():
        local = name.rpartition(":")[2]
        loads = local in _LOADING or (local == "href" and tag != "a")
        if loads and value and not value.startswith(("#", "data:")):
            yield value
    if values.get("http-equiv", "").lower() == "refresh":
        yield values.get("content", "")
    yield from _css_loads(values.get("style", ""))


def _css_loads(text: str) -> Iterator[str]:
    for found in _LOADED_BY_CSS.finditer(text):
        address = found[1] or found[2]
        if not address.startswith(("#", "data:")):
            yield address
