"""Diagnostics as a compiler prints them, with colours where the stream has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from dbwright.cli.screen import Stream
from dbwright.diagnostics import Diagnostic, render_text

_HEADLINE = re.compile(r"^(error|warning|note)(\[.*?\]): ")
_MARKS = re.compile(r"^( +\| +)(\^+)$")


def paint_diagnostics(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], stream: Stream) -> str:
    """Return the text of diagnostics; without colours it is that of `render_text`."""
    text = render_text(diagnostics, sources)
    if not stream.is_colored:
        return text
    return "\n".join(_paint_line(line, stream) for line in text.split("\n"))


def _paint_line(line: str, stream: Stream) -> str:
    headline = _HEADLINE.match(line)
    if headline is not None:
        kind = headline[1]
        return stream.paint(headline[1] + headline[2], kind) + stream.paint(f": {line[headline.end() :]}", "strong")
    if line.startswith(" --> "):
        return stream.paint(line, "place")
    marks = _MARKS.match(line)
    return marks[1] + stream.paint(marks[2], "error") if marks else line


def read_sources(diagnostics: Sequence[Diagnostic]) -> dict[str, str]:
    """Return the text of each file that a diagnostic points at, as far as it can be read."""
    names = sorted({d.span.file for d in diagnostics if d.span.line})
    return {name: text for name in names if (text := _read(name))}


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return ""
