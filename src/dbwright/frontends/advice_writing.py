"""Writes what was advised into the design file, beside what stands there: comments and layout stay.

An earlier advice is taken out first. Only mappings that are written one key a line can be added to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap

from dbwright.diagnostics import DesignError, Diagnostic, Span
from dbwright.model.advice import WrittenIndex
from dbwright.model.design import Design

_WIDTH = 120
"""Columns of a line that is not broken."""


def write_advice(
    design: Design, indexes: Sequence[WrittenIndex], patterns: Sequence[str], budget: str = ""
) -> dict[str, str]:
    """Return the files of a design with these indexes at their entities, and the patterns that were weighed.

    Raise DesignError where an entity is written in brackets, into which no line can be put.
    """
    files = {name: text.splitlines(keepends=True) for name, text in design.sources.items()}
    edits: list[tuple[str, int, int, list[str]]] = []
    edits += _without_earlier(design, files)
    by_entity: dict[str, list[WrittenIndex]] = {}
    for index in indexes:
        by_entity.setdefault(index.entity, []).append(index)
    for entity, own in by_entity.items():
        edits.append(_at_entity(design, files, entity, own))
    place = design.place.of("design")
    last = len(files[place.file])
    edits.append((place.file, last, last, _record(patterns, budget)))
    for file, start, end, lines in sorted(edits, key=lambda e: (e[0], e[1], e[2]), reverse=True):
        files[file][start:end] = lines
    whole = {name: "".join(lines) for name, lines in files.items()}
    return {name: text for name, text in whole.items() if text != design.sources[name]}


def _without_earlier(design: Design, files: Mapping[str, list[str]]) -> list[tuple[str, int, int, list[str]]]:
    found: list[tuple[str, int, int, list[str]]] = []
    if design.advice is not None:
        span = design.place.of("advice")
        found.append((span.file, *block_of(files[span.file], span), []))
    for entity in design.entities:
        advised = [item.place.span for item in entity.indexes if item.evidence]
        if advised and len(advised) == len(entity.indexes):
            span = entity.place.of("indexes")
            found.append((span.file, *block_of(files[span.file], span), []))
            continue
        found += [(span.file, *block_of(files[span.file], span), []) for span in advised]
    return found


def block_of(lines: Sequence[str], span: Span) -> tuple[int, int]:
    """Return where the lines of a key and of all that stands below it begin and end."""
    start = span.line - 1
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and _deeper(lines[end], indent):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return start, end


def _deeper(line: str, indent: int) -> bool:
    return not line.strip() or len(line) - len(line.lstrip()) > indent


def _at_entity(
    design: Design, files: Mapping[str, list[str]], name: str, indexes: Sequence[WrittenIndex]
) -> tuple[str, int, int, list[str]]:
    entity = design.entity(name)
    if entity is None:
        raise DesignError([Diagnostic("advice-not-written", f"`{name}` stands in no file of the design")])
    kept = [item for item in entity.indexes if not item.evidence]
    first = min((span for span in entity.place.keys.values() if span.line), key=lambda s: (s.line, s.column))
    lines = files[first.file]
    if kept:
        anchor = entity.place.of("indexes")
        opened = lines[anchor.line - 1].split("#")[0].rstrip()
        if not opened.endswith("indexes:"):
            raise in_brackets(anchor, "indexes")
        indent = " " * (len(lines[anchor.line]) - len(lines[anchor.line].lstrip()))
        return anchor.file, anchor.line, anchor.line, [_entry(i, indent) for i in indexes]
    if lines[first.line - 1][: first.column - 1].strip():
        raise in_brackets(first, name)
    indent = " " * (first.column - 1)
    made = [f"{indent}indexes:\n", *(_entry(i, indent + "  ") for i in indexes)]
    # Indexes come last: what an entity is stands before what it is read by.
    said = [span for key, span in entity.place.keys.items() if span.line and key != "indexes"]
    last = max((span for span in said if span.file == first.file), key=lambda s: s.line)
    end = block_of(lines, last)[1]
    return first.file, end, end, made


def in_brackets(span: Span, what: str) -> DesignError:
    """Return the error that something is written in brackets, so that no line can be added to it."""
    message = f"`{what}` is written in brackets, into which nothing that was advised can be put"
    return DesignError(
        [Diagnostic("advice-not-written", message, span, "write it with one key a line, then try again")]
    )


def _entry(index: WrittenIndex, indent: str) -> str:
    serves = ", ".join(map(plain, index.serves))
    said = [f"sql: {quoted(index.sql)}", f"serves: [{serves}]", f"evidence: {quoted(index.evidence)}"]
    line = f"{indent}{plain(index.name)}: {{{', '.join(said)}}}\n"
    if len(line) <= _WIDTH:
        return line
    return f"{indent}{plain(index.name)}:\n" + "".join(f"{indent}  {one}\n" for one in said)


def _record(patterns: Sequence[str], budget: str) -> list[str]:
    lines = ["advice:\n"]
    if budget:
        lines.append(f"  budget: {budget}\n")
    words = ", ".join(map(plain, patterns))
    wrapped = wrap(f"patterns: [{words}]", _WIDTH - 4, break_on_hyphens=False, break_long_words=False)
    return [*lines, *(f"{'    ' if number else '  '}{line}\n" for number, line in enumerate(wrapped))]


def plain(text: str) -> str:
    """Return a YAML scalar, in quotes unless it is one plain word."""
    return text if re.fullmatch(r"[A-Za-z][\w-]*", text) else quoted(text)


def quoted(text: str) -> str:
    """Return a YAML scalar in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
