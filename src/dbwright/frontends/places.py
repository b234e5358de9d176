"""From a character of a scalar's value back to its place in the file, whatever YAML style it was written in."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from dbwright.diagnostics import Span


def locator(node: yaml.ScalarNode, lines: list[str], shown: str) -> Callable[[int], Span]:
    """Return a function from an offset in the scalar's value to the span of that character.

    Quoting and folding only add or join white space and quotes, so both texts are walked together by their visible
    characters. An escape in a double-quoted scalar is taken for the character it begins with.
    """

    def locate(offset: int) -> Span:
        line, column = node.start_mark.line, node.start_mark.column
        if node.style in ("|", ">"):
            line, column = line + 1, 0
        elif node.style in ("'", '"'):
            column += 1
        for wanted in node.value[: offset + 1]:
            if wanted.isspace():
                continue
            line, column = _next_visible(lines, line, column, wanted)
            column += 1
        return Span(shown, line + 1, max(1, column))

    return locate


def _next_visible(lines: list[str], line: int, column: int, wanted: str) -> tuple[int, int]:
    start = (line, column)
    while line < len(lines):
        found = lines[line].find(wanted, column)
        if found >= 0:
            return line, found
        line, column = line + 1, 0
    return start
