"""From a character of a scalar's value back to its place in the file, whatever YAML style it was written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from dbwright.diagnostics import Span
from dbwright.frontends.yaml_library import yaml

_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.|$)")
_BLANK_ESCAPES = frozenset(["\\t", "\\\t", "\\n", "\\r", "\\ ", "\\_", "\\N", "\\L", "\\P", "\\v", "\\f", "\\"])


def locate(node: yaml.ScalarNode, lines: list[str], offset: int) -> Span:
    """Return the span of the character at an offset in the scalar's value.

    Quoting and folding only add or join white space, quotes and escapes, so the visible characters of the value and of
    the file are the same ones in the same order; white space counts to the character before it.
    """
    wanted = sum(not c.isspace() for c in node.value[: offset + 1])
    passed = list(islice(_visible(node, lines), wanted))
    line, column = passed[-1] if passed else (node.start_mark.line, node.start_mark.column)
    return Span(node.start_mark.name, line + 1, column + 1)


def _visible(node: yaml.ScalarNode, lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield line and column (from 0) of each visible character of the value, in the file."""
    first, last = node.start_mark.line, node.end_mark.line
    start = node.start_mark.column + (node.style in ("'", '"'))
    if node.style in ("|", ">"):
        first, start = first + 1, 0
    for number in range(first, min(last + 1, len(lines))):
        line = lines[number]
        column = start if number == first else 0
        while column < len(line):
            length, visible = _character(line, column, node.style)
            if visible:
                yield number, column
            column += length


def _character(line: str, column: int, style: str | None) -> tuple[int, bool]:
    """Return how many characters of the file make the character of the value here, and whether it is visible."""
    here = line[column]
    if style == "'" and line.startswith("''", column):
        return 2, True
    if style == '"' and here == "\\":
        found = _ESCAPE.match(line, column)
        text = found[0] if found else here
        return len(text), text not in _BLANK_ESCAPES and not _is_blank_code(text)
    return 1, not here.isspace()


def _is_blank_code(escape: str) -> bool:
    return len(escape) > 2 and chr(int(escape[2:], 16)).isspace()
