"""The schema as DBML, for tools that draw or document from it.

DBML has no place for partitions, exclusions, partial or covering indexes: what it cannot say stands in a note.
Syntax: the pages "Core Database Markup" and "Enrichment" of the DBML documentation, as @dbml/core 10 reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dbwright.emit.areas import areas
from dbwright.emit.cardinality import Reference, references
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Check, Index, IndexKey, Key, Table, TableColumn

PATH = "diagrams/schema.dbml"

_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
_PLAIN_STRING = re.compile(r"'([^'\\]*)'\Z")


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return `diagrams/schema.dbml`."""
    parts = [_project(blueprint)]
    parts += [_table(blueprint, table) for table in blueprint.tables]
    parts += ["\n".join(_references(blueprint))]
    parts += list(_groups(blueprint))
    return {PATH: "\n\n".join(part for part in parts if part) + "\n"}


def _project(blueprint: Blueprint) -> str:
    lines = [f"Project {_name(str(blueprint.design.design))} {{", "  database_type: 'PostgreSQL'"]
    if blueprint.design.about:
        lines.append(f"  Note: {_string(str(blueprint.design.about))}")
    return "\n".join([*lines, "}"])


def _table(blueprint: Blueprint, table: Table) -> str:
    lines = [f"Table {_qualified(blueprint, table.name)} {{"]
    lines += [f"  {_column(table, column)}" for column in table.columns]
    lines += _block("indexes", _indexes(table))
    lines += _block("checks", [_check(check) for check in table.checks if _fits(check.expression)])
    note = "\n".join(_table_note(table))
    if note:
        lines += ["", f"  Note: {_string(note)}"]
    return "\n".join([*lines, "}"])


def _block(title: str, lines: Iterable[str]) -> list[str]:
    inside = [f"    {line}" for line in lines]
    return ["", f"  {title} {{", *inside, "  }"] if inside else []


def _column(table: Table, column: TableColumn) -> str:
    settings = []
    if table.primary_key is not None and table.primary_key.columns == (column.name,):
        settings.append("pk")
    if any(key.columns == (column.name,) for key in table.uniques):
        settings.append("unique")
    settings.append("not null" if column.not_null else "null")
    if column.identity:
        settings.append("increment")
    if column.default and _fits(column.default):
        settings.append(f"default: {_value(column.default)}")
    note = "\n".join(_column_note(column))
    if note:
        settings.append(f"note: {_string(note)}")
    return f"{_name(column.name)} {_type(column.type)} [{', '.join(settings)}]"


def _column_note(column: TableColumn) -> Iterator[str]:
    if column.about:
        yield column.about
    if column.generated:
        yield f"Generated as {column.generated}"
    if column.default and not _fits(column.default):
        yield f"Default: {column.default}"


def _table_note(table: Table) -> Iterator[str]:
    if table.about:
        yield table.about
    if table.partitioning is not None:
        columns = ", ".join(table.partitioning.columns)
        yield f"Partitioned by {table.partitioning.strategy} ({columns})."
    for check in table.checks:
        if not _fits(check.expression):
            yield f"Check {check.name}: {check.expression}"
    for exclusion in table.exclusions:
        where = f" where ({exclusion.where})" if exclusion.where else ""
        yield f"Exclusion {exclusion.name}: using {exclusion.method} ({exclusion.elements}){where}"


def _indexes(table: Table) -> Iterator[str]:
    """Yield keys over several columns and indexes; DBML writes both in the same block."""
    if table.primary_key is not None and len(table.primary_key.columns) != 1:
        yield f"{_listed(table.primary_key.columns)} [pk, name: {_string(table.primary_key.name)}]"
    for key in table.uniques:
        if len(key.columns) != 1:
            yield _unique(key)
    for index in table.indexes:
        yield _index(index)


def _unique(key: Key) -> str:
    note = f", note: {_string('Nulls are not distinct.')}" if key.nulls_not_distinct else ""
    return f"{_listed(key.columns)} [unique, name: {_string(key.name)}{note}]"


def _index(index: Index) -> str:
    keys = [_index_key(key) for key in index.keys]
    if not keys or index.definition:
        keys = [f"`{_without_ticks(index.definition)}`"]
    settings = [f"name: {_string(index.name)}", f"type: {index.method}"]
    note = " ".join(_index_note(index))
    if note:
        settings.append(f"note: {_string(note)}")
    return f"({', '.join(keys)}) [{', '.join(settings)}]"


def _index_key(key: IndexKey) -> str:
    return f"`{_without_ticks(key.expression)}`" if key.is_expression else _name(key.expression)


def _index_note(index: Index) -> Iterator[str]:
    if index.serves:
        yield f"Serves {', '.join(index.serves)}."
    order = [f"{key.expression} desc" for key in index.keys if key.descending]
    if order:
        yield f"Order: {', '.join(order)}."
    if index.include:
        yield f"Includes {', '.join(index.include)}."
    if index.where:
        yield f"Only where {index.where}."


def _check(check: Check) -> str:
    return f"`{check.expression}` [name: {_string(check.name)}]"


def _references(blueprint: Blueprint) -> Iterator[str]:
    """Yield one line a reference; one that repeats another's ends becomes a comment, for DBML refuses it."""
    seen: set[frozenset[tuple[str, frozenset[str]]]] = set()
    for reference in references(blueprint):
        key = reference.key
        ends = frozenset({(reference.table.name, frozenset(key.columns)), (key.target, frozenset(key.target_columns))})
        refused = ends in seen or len(ends) == 1
        seen.add(ends)
        yield ("// DBML takes no second reference between the same columns: " if refused else "") + _reference(
            blueprint, reference
        )


def _reference(blueprint: Blueprint, reference: Reference) -> str:
    key = reference.key
    own = f"{_qualified(blueprint, reference.table.name)}.{_end(key.columns)}"
    there = f"{_qualified(blueprint, key.target)}.{_end(key.target_columns)}"
    # Of a one-to-one reference DBML takes the second end for the one that holds the foreign key.
    ends = f"{there} - {own}" if reference.single else f"{own} > {there}"
    return f"Ref {_name(key.name)}: {ends} [delete: {key.on_delete}, update: {key.on_update}]"


def _end(columns: tuple[str, ...]) -> str:
    return _name(columns[0]) if len(columns) == 1 else _listed(columns)


def _groups(blueprint: Blueprint) -> Iterator[str]:
    for area in areas(blueprint):
        if area.name:
            names = [f"  {_qualified(blueprint, table.name)}" for table in area.tables]
            yield "\n".join([f"TableGroup {_name(area.name)} {{", *names, "}"])


def _qualified(blueprint: Blueprint, name: str) -> str:
    return f"{_name(blueprint.schema)}.{_name(name)}"


def _listed(names: Iterable[str]) -> str:
    return f"({', '.join(_name(name) for name in names)})"


def _name(text: str) -> str:
    return '"' + _escaped(text).replace('"', '\\"') + '"'


def _string(text: str) -> str:
    return "'" + _escaped(text).replace("'", "\\'") + "'"


def _escaped(text: str) -> str:
    for plain, escape in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, escape)
    return text


def _type(text: str) -> str:
    return text if re.fullmatch(r"[a-z_][a-z0-9_]*(\(\d+(,\s*\d+)?\))?", text) else _name(text)


def _value(default: str) -> str:
    """Return a default as a number, a truth value or a string where it plainly is one, else as an expression."""
    if _NUMBER.match(default) or default in ("true", "false", "null"):
        return default
    plain = _PLAIN_STRING.match(default)
    return _string(plain[1]) if plain else f"`{default}`"


def _fits(expression: str) -> bool:
    """Return whether DBML can hold the expression: it stands between backticks, which nothing escapes."""
    return "`" not in expression


def _without_ticks(expression: str) -> str:
    return expression.replace("`", "'")
