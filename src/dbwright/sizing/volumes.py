"""How many rows each table has at an age: what was written, less what retention took."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Entity
from dbwright.model.table import Table
from dbwright.sizing.facts import Assumption

UNKNOWN = 1_000.0
"""Rows of a table of which nothing is declared and that references nothing."""


def rows_at(entity: Entity, seconds: float) -> int:
    """Return how many rows an entity with a declared volume has `seconds` after the first day."""
    assert entity.rows is not None
    now, growth = entity.rows.now.value, entity.rows.growth
    if growth is None:
        return now
    keep = entity.retention.keep if entity.retention and entity.retention.then != "nothing" else None
    if keep is None or not keep.by_age or keep.seconds is None or keep.seconds >= seconds:
        return growth.after(now, seconds)
    return growth.within(now, seconds, keep.seconds)


def table_rows(blueprint: Blueprint, seconds: float) -> tuple[dict[str, float], list[Assumption]]:
    """Return the rows of every table at an age. A table without a volume has as many as its largest parent."""
    found: dict[str, float] = {}
    for entity in blueprint.design.entities:
        if entity.rows is not None:
            found[str(entity.name)] = float(rows_at(entity, seconds))
    assumed: list[Assumption] = []
    waiting = [t for t in blueprint.tables if t.name not in found]
    while waiting:
        known = [t for t in waiting if any(k.target in found for k in t.foreign_keys)]
        for table in known:
            parents = {k.target for k in table.foreign_keys} & found.keys()
            largest = max(sorted(parents), key=lambda p: found[p])
            found[table.name] = found[largest]
            assumed.append(_assumed(table, found[largest], f"as many as `{largest}`, to which it belongs"))
        if not known:
            break
        waiting = [t for t in waiting if t.name not in found]
    for table in waiting:
        found[table.name] = UNKNOWN
        assumed.append(_assumed(table, UNKNOWN, "nothing says how many there will be"))
    return found, assumed


def _assumed(table: Table, rows: float, why: str) -> Assumption:
    declare = f"entities.{table.name}.rows: {{now: 2M, growth: 5%/month}}"
    return Assumption(table.name, "rows", f"{rows:.0f}", why, declare)
