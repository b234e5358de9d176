"""Step 8 of the process: foreign keys that name exactly the key they lead to."""

from __future__ import annotations

from dbwright.diagnostics import Diagnostic, nearest
from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design
from dbwright.model.table import ForeignKey, Table
from dbwright.records import replace


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Fill in the target columns of every foreign key, and report lists that name columns a table lacks.

    Reads: tables. Decides: nothing. Writes: foreign keys, diagnostics.
    Source: PostgreSQL manual, CREATE TABLE: a foreign key needs a unique constraint on exactly its target columns.
    """
    tables: list[Table] = []
    found: list[Diagnostic] = []
    for table in blueprint.tables:
        found += _missing_columns(table)
        keys = []
        for key in table.foreign_keys:
            target = blueprint.table(key.target)
            assert target is not None
            resolved = key if key.target_columns else replace(key, target_columns=target.logical_key)
            keys.append(resolved)
            found += _mismatch(table, resolved, target)
        tables.append(replace(table, foreign_keys=tuple(keys)))
    return blueprint.put(*tables).report(*found)


def _missing_columns(table: Table) -> list[Diagnostic]:
    known = [c.name for c in table.columns]
    keys = [*([table.primary_key] if table.primary_key else []), *table.uniques]
    named = [(c, key.span) for key in keys for c in key.columns]
    named += [(c, key.span) for key in table.foreign_keys for c in key.columns]
    return [
        Diagnostic("unknown-column", f"`{table.name}` has no column `{name}`", span, nearest(name, known))
        for name, span in named
        if name not in known
    ]


def _mismatch(table: Table, key: ForeignKey, target: Table) -> list[Diagnostic]:
    if len(key.columns) != len(key.target_columns):
        message = (
            f"`{table.name}` references `{target.name}` by ({', '.join(key.columns)}), "
            f"but its key is ({', '.join(key.target_columns)})"
        )
        help_text = "name the columns of both sides under `references:`"
        return [Diagnostic("reference-mismatch", message, key.span, help_text)]
    if set(key.target_columns) not in [set(u) for u in target.unique_sets()]:
        columns = ", ".join(key.target_columns)
        message = f"`{table.name}` references `{target.name}` ({columns}), which is not unique"
        return [Diagnostic("reference-not-unique", message, key.span, f"add `unique: [[{columns}]]` to it")]
    return []
