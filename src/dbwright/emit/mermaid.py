"""Entity relationship diagrams for Mermaid, as GitHub renders them inside Markdown.

Only syntax that Mermaid has had for years: no optional types, no quoted attribute names, so that an older renderer
reads them too. What such syntax cannot hold (a column name with spaces, `null`) stands in the attribute's comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence

from dbwright.emit.areas import areas
from dbwright.emit.cardinality import Reference, is_nullable, key_marks, references
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table, TableColumn

PATH = "diagrams/erd.mmd"

LONGEST = 50_000
"""Characters that Mermaid accepts unless told otherwise (`maxTextSize` in its configuration schema)."""

# Letters as Mermaid's lexer knows them: of those beyond ASCII, none before U+00C0 and none beyond U+FFFF.
_FORBIDDEN_IN_NAME = re.compile(r"[^A-Za-z0-9_\u00c0-\uffff]+|[^\w]+")
_FORBIDDEN_IN_TYPE = re.compile(r"[^A-Za-z0-9_()\[\]]+")
_STARTS_WORD = re.compile(r"[A-Za-z_\u00c0-\uffff]")
_KEYWORDS = {"pk", "fk", "uk"}
# Mermaid looks for these anywhere in a line before it looks at quotes; one letter of each is written as its number.
_SWALLOWED = re.compile(r"direction|style|classdef", re.IGNORECASE)
_UNSAFE = re.compile(r'["%\\~#<>&*`]|\A_|_\Z')

_Shows = Callable[[Table, TableColumn], bool]
# From all columns to none: the first that fits in LONGEST is written.
_DETAILS: tuple[tuple[str, _Shows], ...] = (
    ("", lambda table, column: True),
    ("Only key columns: the whole would not render.", lambda table, column: bool(key_marks(table, column.name))),
    ("Only names: the columns would not render.", lambda table, column: False),
)


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return `diagrams/erd.mmd`, and `diagrams/erd-<area>.mmd` for each area where there are several."""
    title = str(blueprint.design.design)
    files = {PATH: _diagram(blueprint, title, blueprint.tables)}
    found = areas(blueprint)
    if len(found) > 1:
        for area in found:
            path = f"diagrams/erd-{area.slug}.mmd"
            files[path] = _diagram(blueprint, f"{title}: {area.name or 'other tables'}", area.tables)
    return files


def _diagram(blueprint: Blueprint, title: str, tables: Sequence[Table]) -> str:
    related = references(blueprint, tables)
    head = ["---", f"title: {json.dumps(_one_line(title), ensure_ascii=False)}", "---", "erDiagram"]
    links = [f"    {_relationship(reference)}" for reference in related]
    text = ""
    for remark, shows in _DETAILS:
        notes = [f"    %% {remark}"] if remark else []
        entities = [line for table in tables for line in _entity(table, shows)]
        text = "\n".join([*head, *notes, *entities, *links, ""])
        if len(text) <= LONGEST:
            break
    return text


def _entity(table: Table, shows: _Shows) -> Iterator[str]:
    shown = [column for column in table.columns if shows(table, column)]
    if not shown:
        yield f"    {_quoted(table.name)}"
        return
    yield f"    {_quoted(table.name)} {{"
    for column in shown:
        yield f"        {_attribute(table, column)}"
    yield "    }"


def _attribute(table: Table, column: TableColumn) -> str:
    name = _word(column.name)
    parts = [_word(column.type, _FORBIDDEN_IN_TYPE), name]
    marks = key_marks(table, column.name)
    if marks:
        parts.append(", ".join(marks))
    remarks = [column.name] if name != column.name else []
    remarks += ["null"] if is_nullable(table, column.name) else []
    remarks += [column.about] if column.about else []
    if remarks:
        parts.append(_quoted("; ".join(remarks)))
    return " ".join(parts)


def _relationship(reference: Reference) -> str:
    left = "|o" if reference.optional else "||"
    right = "o|" if reference.single else "o{"
    line = "--" if reference.identifying else ".."
    label = _quoted(", ".join(reference.key.columns))
    return f"{_quoted(reference.target.name)} {left}{line}{right} {_quoted(reference.table.name)} : {label}"


def _word(text: str, forbidden: re.Pattern[str] = _FORBIDDEN_IN_NAME) -> str:
    """Return the text as a word that Mermaid takes for a type or an attribute's name."""
    word = forbidden.sub("_", text)
    return word if _STARTS_WORD.match(word) and word.lower() not in _KEYWORDS else f"_{word}"


def _quoted(text: str) -> str:
    """Return the text in double quotes; whatever Mermaid or its Markdown would read as syntax becomes a number."""
    safe = _UNSAFE.sub(lambda found: "".join(f"#{ord(c)};" for c in found[0]), _one_line(text))
    safe = _SWALLOWED.sub(lambda found: f"{found[0][:-1]}#{ord(found[0][-1])};", safe)
    return f'"{safe}"'


def _one_line(text: str) -> str:
    """Return the text with every run of white space and control characters as one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
