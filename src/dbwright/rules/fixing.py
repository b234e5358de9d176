"""Safe edits of a design file: made by rules, applied by `dbwright check --fix`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dbwright.diagnostics import Diagnostic, Fix
from dbwright.model.table import TableColumn


def fix_in_line(column: TableColumn, pattern: str, text: str) -> Fix | None:
    """Return an edit of what matches in a column's definition (`text` may name groups of the pattern).

    None where it is not written in one piece.
    """
    if column.source is None:
        return None
    line = column.source.sql
    found = re.search(pattern, line, re.IGNORECASE)
    if found is None:
        return None
    first, last = line.at(found.start()), line.at(found.end() - 1)
    length = found.end() - found.start()
    in_one_piece = first.line == last.line and last.column - first.column + 1 == length
    return Fix(first._replace(length=length), found.expand(text)) if in_one_piece else None


def apply_fixes(sources: Mapping[str, str], diagnostics: Iterable[Diagnostic]) -> dict[str, tuple[str, int]]:
    """Return each file that the fixes change: its new text, and how many edits went into it."""
    fixes = {d.fix.span: d.fix for d in diagnostics if d.fix is not None and d.fix.span.file in sources}
    changed: dict[str, tuple[str, int]] = {}
    for fix in sorted(fixes.values(), key=lambda f: f.span, reverse=True):
        file, line, column, length = fix.span
        text, count = changed.get(file, (sources[file], 0))
        lines = text.split("\n")
        before = lines[line - 1]
        lines[line - 1] = before[: column - 1] + fix.text + before[column - 1 + length :]
        changed[file] = "\n".join(lines), count + 1
    return changed
