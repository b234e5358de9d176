"""The walls ahead: keys that overflow, relations that grow too large, transaction numbers, partitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from dbwright.model.blueprint import Blueprint
from dbwright.model.capacity import Limit
from dbwright.model.table import Table
from dbwright.passes.write_rates import write_rates
from dbwright.sizing.layout import PAGE, heap_pages
from dbwright.sizing.tables import Facts
from dbwright.sql.types import bare_type

RELATION_PAGES = 2**31 - 1
"""Pages that the planner can count in one relation (relpages is an int4): 16 TiB."""
WRAPAROUND = 200_000_000
"""Transactions after which a table must be frozen (autovacuum_freeze_max_age)."""
FAR = 100.0
"""Years beyond which nobody plans."""
_KEYS = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "smallserial": 2**15 - 1, "serial": 2**31 - 1}


def limits_of(blueprint: Blueprint, facts: Mapping[float, Facts]) -> tuple[Limit, ...]:
    """Return the limits that are met within a hundred years, the nearest first."""
    found = [
        *_keys(blueprint),
        *(limit for t in blueprint.tables for limit in _relation(blueprint, t, facts)),
        *_transactions(blueprint),
        *_partitions(blueprint),
    ]
    near = [limit for limit in found if limit.years < FAR]
    return tuple(sorted(near, key=lambda limit: (limit.years, limit.subject, limit.what)))


def _keys(blueprint: Blueprint) -> Iterator[Limit]:
    """Numbers that identities and serials run out of: every insert takes one, also of rows that are gone."""
    rates = write_rates(blueprint)
    for table in blueprint.tables:
        rate = rates.get(table.name)
        for column in table.columns:
            most = _KEYS.get(bare_type(column.type))
            counted = column.identity or "serial" in column.type or "nextval" in column.default
            if most is None or not counted or rate is None or not rate.inserted:
                continue
            now = table.size.rows_now if table.size is not None else 0
            years = (most - now) / rate.inserted / 365.25
            yield _limit(blueprint, f"{table.name}.{column.name}", f"{most:,} numbers", years, "inserts fail")


def _relation(blueprint: Blueprint, table: Table, facts: Mapping[float, Facts]) -> Iterator[Limit]:
    """The largest file of a table that is not cut into partitions by time."""
    if table.partitioning is not None and table.partitioning.strategy == "range":
        return
    pieces = len(table.partitioning.partitions) if table.partitioning is not None else 1
    ages = sorted(facts)
    pages = []
    for age in (ages[0], ages[-1]):
        row, _ = facts[age].tables[table.name].row()
        pages.append(heap_pages(facts[age].tables[table.name].rows / pieces, row))
    growth = (pages[-1] - pages[0]) / max(ages[-1], 1e-9)
    if growth <= 0:
        return
    years = (RELATION_PAGES - pages[0]) / growth
    what = f"{RELATION_PAGES * PAGE // 2**40 + 1} TiB in one relation"
    yield _limit(blueprint, table.name, what, years, "the planner counts no further; cut it into partitions before")


def _transactions(blueprint: Blueprint) -> Iterator[Limit]:
    """How soon transaction numbers force every table to be frozen."""
    a_day = sum(r.inserted + r.updated + r.deleted for r in write_rates(blueprint).values())
    if a_day:
        years = WRAPAROUND / a_day / 365.25
        what = f"{WRAPAROUND // 10**6} million transactions since a table was frozen"
        yield _limit(blueprint, "all tables", what, years, "vacuum reads whole tables to freeze them, and comes again")


def _partitions(blueprint: Blueprint) -> Iterator[Limit]:
    """Partitions that are kept for ever become too many to plan with."""
    for table in blueprint.tables:
        scheme = table.partitioning
        if scheme is None or scheme.strategy != "range" or scheme.keep_months or not scheme.every:
            continue
        years = (1_000 - len(scheme.partitions)) * scheme.every / 12
        yield _limit(blueprint, table.name, "1,000 partitions", years, "each statement without a bound locks them all")


def _limit(blueprint: Blueprint, subject: str, what: str, years: float, then: str) -> Limit:
    first = date.fromisoformat(str(blueprint.design.start))
    years = min(max(0.0, years), FAR)
    return Limit(subject, what, f"{first + timedelta(days=years * 365.25):%Y-%m-%d}", years, then)
