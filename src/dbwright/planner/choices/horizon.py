"""A design as it will be on the day of its horizon: that day is its first one, with the rows that there are then.

Partitions are laid from a design's first day. Only where that is the day on which plans are judged do they reach as far
as the rows do, and windows of time meet as many of them as they will.
"""

from __future__ import annotations

from datetime import date, timedelta

from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design
from dbwright.model.entity import Column, Entity, Values
from dbwright.model.quantities import Count, Duration
from dbwright.model.shape import Text
from dbwright.planner.choices.upkeep import leaving_column
from dbwright.records import replace
from dbwright.sql.types import bare_type


def at_horizon(design: Design, blueprint: Blueprint) -> Design:
    """Return the design that begins on the day of its horizon; `blueprint` is what the design compiles to."""
    day = date.fromisoformat(str(design.start)) + timedelta(seconds=design.horizon.seconds)
    entities = tuple(_entity(e, blueprint, day) for e in design.entities)
    return replace(design, start=Text(day.isoformat()), horizon=Duration("1s", 1.0), entities=entities)


def _entity(entity: Entity, blueprint: Blueprint, day: date) -> Entity:
    table = blueprint.table(entity.name)
    if entity.rows is None or table is None or table.size is None:
        return entity
    rows = table.size.rows_horizon
    name = leaving_column(table, entity.retention)
    growth = entity.rows.growth
    if name is not None and growth is not None and growth.rows and entity.retention is not None:
        seconds = min(entity.retention.keep.seconds or 0.0, rows * growth.seconds / growth.rows)
        columns = tuple(_since(c, day, seconds) if c.name == name else c for c in entity.columns)
        entity = replace(entity, columns=columns)
    assert entity.rows is not None
    return replace(entity, rows=replace(entity.rows, now=Count(str(rows), rows)))


def _since(column: Column, day: date, seconds: float) -> Column:
    """The column that tells a row's age, from when the oldest row that is there is."""
    values = column.values or Values()
    zone = " 00:00:00+00" if bare_type(column.definition.type) == "timestamp with time zone" else ""
    zone = zone or ("" if bare_type(column.definition.type) == "date" else " 00:00:00")
    first = day - timedelta(seconds=seconds)
    return replace(column, values=replace(values, range=Text(f"{first}{zone} to {day}{zone}")))
