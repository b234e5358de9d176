"""The names of the common values of a loaded database, in statistics that were made without it."""

from __future__ import annotations

from dbwright.planner.statistics import ColumnStatistics, Statistics
from dbwright.planner.synthesis import array
from dbwright.records import replace


def with_names(made: Statistics, loaded: Statistics) -> Statistics:
    """Return the statistics with the common values that were invented named as those of the loaded database.

    The most common one gets the name of the most common one, and so on. Shares and numbers stay as they were made.
    """
    there = {(t.name, c.column, c.inherited): c for t in loaded.tables for c in t.columns}
    tables = tuple(
        replace(t, columns=tuple(_named(c, there.get((t.name, c.column, c.inherited))) for c in t.columns))
        for t in made.tables
    )
    return replace(made, tables=tables)


def _named(made: ColumnStatistics, loaded: ColumnStatistics | None) -> ColumnStatistics:
    mine = items(made.values.get("most_common_vals", "{}"))
    real = items(loaded.values.get("most_common_vals", "{}")) if loaded is not None else []
    if not mine or not real or set(mine) & set(real):
        return made
    return replace(made, values={**made.values, "most_common_vals": array([*real[: len(mine)], *mine[len(real) :]])})


def items(text: str) -> list[str]:
    """Return the items of an array literal of one dimension without nulls."""
    found: list[str] = []
    item, quoted, escaped = "", False, False
    for letter in text[1:-1]:
        if escaped or (letter not in '\\",' or (letter == "," and quoted)):
            item, escaped = item + letter, False
        elif letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        else:
            found.append(item)
            item = ""
    return [*found, item] if text != "{}" else []
