"""Step 8 of the process: rules that the server keeps for every row."""

from __future__ import annotations

from dbwright.diagnostics import Diagnostic, Severity
from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.entity import Column
from dbwright.model.table import Check, Exclusion, ForeignKey, Key, Table, TableColumn
from dbwright.records import replace
from dbwright.sql.names import fit, literal, quote


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Turn lists of allowed values into checks, drop what is said twice, and account for the constraints of each table.

    Reads: columns, constraints. Decides: one check a list. Writes: checks, unique sets, decisions, diagnostics.
    Source: seed 002, step 8; PostgreSQL keeps one index for two keys over the same columns (parse_utilcmd.c,
    transformIndexConstraints).
    """
    tables, decisions = [], []
    blueprint = blueprint.report(*(d for table in blueprint.tables for d in _repeated(table)))
    for table in blueprint.tables:
        table = replace(table, uniques=tuple(_distinct(table)))
        listed = tuple(_list_check(table, c, c.source) for c in table.columns if c.source and c.source.one_of)
        table = replace(table, checks=(*table.checks, *listed))
        tables.append(table)
        decisions += _account(table)
    blueprint = blueprint.put(*tables).decide(*decisions)
    if any(t.exclusions for t in blueprint.tables):
        extensions = tuple(dict.fromkeys([*blueprint.extensions, "btree_gist"]))
        blueprint = replace(blueprint, extensions=extensions)
    return blueprint


def _distinct(table: Table) -> list[Key]:
    """The unique sets of a table without those that are its primary key, or another set, once more."""
    keys = {k.columns: k for k in reversed((*([table.primary_key] if table.primary_key else []), *table.uniques))}
    return [u for u in table.uniques if keys[u.columns] is u]


def _repeated(table: Table) -> list[Diagnostic]:
    kept = {id(u) for u in _distinct(table)}
    return [
        Diagnostic(
            "repeated-key",
            f"`{table.name}` keeps ({', '.join(u.columns)}) unique twice; the server makes one index of both",
            u.span,
            "remove one of them",
            Severity.WARNING,
        )
        for u in table.uniques
        if id(u) not in kept
    ]


def _list_check(table: Table, column: TableColumn, source: Column) -> Check:
    values = tuple(str(v) for v in source.one_of)
    expression = f"{quote(column.name)} in ({', '.join(literal(v) for v in values)})"
    taken = {c.name for c in table.checks}
    name = fit(table.name, column.name, "check")
    if name in taken:
        name = fit(table.name, column.name, "values", "check")
    return Check(name, expression, column.name, values, source.place.of("one of"))


def _account(table: Table) -> list[Decision]:
    rules: list[Check | Exclusion | Key | ForeignKey] = [*table.checks, *table.exclusions, *table.uniques]
    rules += table.foreign_keys
    if not rules:
        return []
    counts = (
        (len(table.foreign_keys), "foreign key"),
        (len(table.uniques), "unique set"),
        (len(table.checks), "check"),
        (len(table.exclusions), "exclusion"),
    )
    parts = [f"{n} {what}{'' if n == 1 else 's'}" for n, what in counts if n]
    decision = Decision(
        code=f"constraints/{table.name}",
        what=f"the server keeps {', '.join(parts)} of `{table.name}`",
        why="a rule in the database holds for every client, also for the one that is written next year",
        serves=(f"entities.{table.name}",),
        subjects=(table.name, *(k.name for k in [table.primary_key] if k), *(r.name for r in rules)),
        alternatives=(Alternative("rules in the application", "two clients, two versions of the rule, and races"),),
        span=table.span,
    )
    return [decision]
