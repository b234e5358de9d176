"""Markdown as a reader sees it: headings with what stands under them, outside of fenced code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

_HEADING = re.compile(r"(#{1,6}) +(.*?)\s*\Z")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_ANCHOR = re.compile(r'<a id="[^"]*"></a>')
_CODE = re.compile(r"`([^`]+)`|<code>(.*?)</code>")


@dataclass
class MarkdownSection:
    """A heading with its level, the lines down to the next heading, and the first column of the first grid there."""

    level: int
    title: str
    code: str
    lines: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        """Whether there is more than blank lines, anchors and rules."""
        return any(line.strip(" -*_\t") for line in (_ANCHOR.sub("", line) for line in self.lines))


def read_markdown(text: str) -> list[MarkdownSection]:
    """Return the sections of a text in order; what stands before the first heading is left out."""
    sections: list[MarkdownSection] = []
    for line, is_code in _lines(text):
        heading = None if is_code else _HEADING.match(line)
        if heading is not None:
            title = _ANCHOR.sub("", heading[2])
            sections.append(MarkdownSection(len(heading[1]), _plain(title), _code_of(title)))
        elif sections:
            sections[-1].lines.append(line)
    for section in sections:
        section.cells = [_code_of(cell) or _plain(cell) for cell in _first_column(section.lines)]
    return sections


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line and whether it is part of fenced code."""
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            yield line, True
            if mark is not None and mark[1].startswith(fence) and line.strip() == mark[1]:
                fence = ""
            continue
        fence = mark[1] if mark is not None else ""
        yield line, bool(fence)


def _first_column(lines: list[str]) -> Iterator[str]:
    """Yield the first cells of the first grid, without its two lines of header."""
    inside = 0
    for line in lines:
        if not line.startswith("| "):
            if inside:
                return
            continue
        inside += 1
        if inside > 2:
            yield _ANCHOR.sub("", line[2:].split(" | ")[0])


def _code_of(text: str) -> str:
    """Return the code in a text, as it reads."""
    found = _CODE.search(text)
    if found is None:
        return ""
    return found[1] if found[1] is not None else unescape(found[2])


def _plain(text: str) -> str:
    return unescape(re.sub(r"\\([^\w\s])", r"\1", text)).strip()
