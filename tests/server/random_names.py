"""Hostile names for a design: quotes, keywords, letters of other alphabets, names as long as they may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dbwright.sql.names import quote

TABLES = ('weird "table"', "select", "größe", "dotted.table", "Base", "100%", "a\\b", "表", "it's")
COLUMNS = (
    *('say "hi"', "a'b", "order", "User", "with:colon", "50%", "ｗｉｄｅ", "tab\there", "b\\c", "ref.one", "!!!", "$1"),
    *("a column whose name takes all the sixty three bytes there are..", "null", "{braces}", "new\nline", "%s"),
)
WORD = re.compile(r"[a-z_][a-z0-9_]*")
SQL = frozenset({"sql", "check", "exclude"})
"""Keys under which SQL stands; columns, whose values are SQL too, are met by their own rule."""
BARE = frozenset({"by", "copy of"})
"""Keys whose texts hold names as they are."""


def renamed(design: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the design with other names of tables and columns, quoted where they stand in SQL."""
    entities = {names.get(n, n): _entity(entity, names) for n, entity in design["entities"].items()}
    scripts = {n: _in_sql(text, names) for n, text in design["sql"].items()}
    return {**design, "entities": entities, "sql": scripts}


def _entity(entity: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    made = {key: _part(key, value, names) for key, value in entity.items() if key != "columns"}
    made["columns"] = {names.get(n, n): _column(line, names) for n, line in entity["columns"].items()}
    return made


def _column(line: Any, names: Mapping[str, str]) -> Any:
    if isinstance(line, str):
        return _in_sql(line, names)
    return {key: _part(key, value, names) for key, value in line.items()}


def _part(key: str, value: Any, names: Mapping[str, str]) -> Any:
    """A part of an entity: SQL quoted, lists of names and targets as they are; what is no name stays."""
    if isinstance(value, Mapping):
        return {n: _part(key if key in SQL else n, inner, names) for n, inner in value.items()}
    if key == "one of":
        return value
    if isinstance(value, list):
        return [_part(key, inner, names) for inner in value]
    if not isinstance(value, str):
        return value
    if key in BARE:
        return WORD.sub(lambda m: names.get(m[0], m[0]), value)
    return _in_sql(value, names) if key in SQL else names.get(value, value)


def _in_sql(text: str, names: Mapping[str, str]) -> str:
    """Words that are names are quoted, outside of strings."""
    parts = re.split(r"('(?:[^']|'')*')", text)
    plain = [WORD.sub(lambda m: quote(names[m[0]]) if m[0] in names else m[0], p) for p in parts]
    return "".join(part if place % 2 else plain[place] for place, part in enumerate(parts))
