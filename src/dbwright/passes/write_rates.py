"""How often rows of each table are written: from the access patterns at peak, and from how the table grows."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Entity
from dbwright.model.quantities import DAY
from dbwright.records import record, replace
from dbwright.sql.patterns import queries

PEAK = 3.0
"""How much busier the peak, of which rates are told, is than the average of a day."""


@record(frozen=True)
class WriteRates:
    """Rows a day, on average: inserted, updated, deleted; `indexed` tells whether updates change an indexed column."""

    inserted: float = 0.0
    updated: float = 0.0
    deleted: float = 0.0
    indexed: bool = False

    @property
    def dead(self) -> float:
        """Row versions that die in a day and wait for vacuum."""
        return self.updated + self.deleted


def write_rates(blueprint: Blueprint) -> dict[str, WriteRates]:
    """Return the writes of each table that has any."""
    return blueprint.once(_write_rates)


def _write_rates(blueprint: Blueprint) -> dict[str, WriteRates]:
    found: dict[str, WriteRates] = {}
    for pattern, query in queries(blueprint).values():
        if pattern.rate is None:
            continue
        for (verb, name), columns in query.writes.items():
            table = blueprint.table(name)
            if table is None:
                continue
            daily = pattern.rate.per_second * DAY / PEAK * (pattern.rows.value if pattern.rows else 1)
            now = found.get(name, WriteRates())
            if verb == "insert":
                now = replace(now, inserted=now.inserted + daily)
            elif verb == "update":
                indexed = {c for i in (*table.key_indexes, *table.indexes) for c in (*i.columns, *i.include)}
                now = replace(now, updated=now.updated + daily, indexed=now.indexed or bool(indexed & set(columns)))
            elif verb == "delete":
                now = replace(now, deleted=now.deleted + daily)
            found[name] = now
    for entity in blueprint.design.entities:
        grown = _growth(entity)
        if grown and blueprint.table(entity.name) is not None:
            now = found.get(str(entity.name), WriteRates())
            # How a table grows is known better than how often at peak it is written.
            found[str(entity.name)] = replace(now, inserted=grown + now.deleted)
    return found


def _growth(entity: Entity) -> float:
    """Rows a day that come, on average over the first year."""
    if entity.rows is None or entity.rows.growth is None:
        return 0.0
    growth, now = entity.rows.growth, entity.rows.now.value
    return (growth.after(now, 365 * DAY) - now) / 365
