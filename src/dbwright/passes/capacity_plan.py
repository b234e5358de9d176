"""The capacity plan: bytes of every file year by year, the machine that holds them, settings and limits."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dbwright.model.blueprint import Blueprint
from dbwright.model.capacity import Capacity, Machine, Part, Year
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.quantities import DAY, YEAR, show_bytes, show_count
from dbwright.model.table import Size
from dbwright.passes.limits import limits_of
from dbwright.passes.log_volume import log_bytes_a_day
from dbwright.passes.server_settings import server_settings
from dbwright.passes.write_rates import PEAK
from dbwright.records import replace
from dbwright.sizing.tables import Facts, facts_at
from dbwright.sizing.totals import Bytes, table_bytes

LEAST_MEMORY, MOST_MEMORY = 4 * 2**30, 512 * 2**30
HOT_DAYS = 60
"""Days whose rows are asked for again and again, in tables that are written in order of time."""
MILLISECONDS_A_CALL = 0.5
"""Processor time of an indexed statement with its protocol, on one core."""
UTILISATION = 0.5
"""How busy cores may be at peak before statements queue (M/M/c)."""


def plan_capacity(design: Design, blueprint: Blueprint) -> Blueprint:
    """Return a blueprint with counted sizes, a capacity plan and the decisions that lead to it."""
    sized = [t for t in blueprint.tables if t.size is not None]
    ages = _ages(design)
    facts = {age: facts_at(blueprint, age * YEAR) for age in ages}
    bytes_at = {age: {t.name: table_bytes(t, facts[age].tables[t.name]) for t in blueprint.tables} for age in ages}
    now, later = bytes_at[ages[0]], bytes_at[ages[-1]]
    tables = [
        replace(t, size=_size(t.size, now[t.name], later[t.name], facts[ages[-1]], t.name))
        for t in sized
        if t.size is not None
    ]
    blueprint = blueprint.put(*tables)
    years = tuple(_year(blueprint, age, bytes_at[age], facts[age]) for age in ages)
    machine = _machine(blueprint, facts[ages[-1]], bytes_at[ages[-1]], years)
    settings = server_settings(blueprint, machine, years[-1])
    plan = Capacity(years, machine, settings, limits_of(blueprint, facts))
    blueprint = replace(blueprint, capacity=plan).knowing(facts_at, facts[ages[-1]])
    return blueprint.decide(_total(blueprint, plan), _machine_decision(blueprint, plan), *_setting_decisions(plan))


def _ages(design: Design) -> list[float]:
    """The ages at which sizes are told: each whole year and the horizon."""
    horizon = design.horizon.seconds / YEAR
    whole = [float(y) for y in range(math.ceil(horizon))]
    step = max(1, len(whole) // 10)
    return [*whole[::step], horizon]


def _size(size: Size, now: Bytes, later: Bytes, facts: Facts, name: str) -> Size:
    row, _ = facts.tables[name].row()
    parts = tuple(Part(file, kind, now.get((file, kind), 0), later[(file, kind)]) for file, kind in later)
    indexes = sum(p.horizon for p in parts if p.kind == "index")
    each = round(indexes / size.rows_horizon) if size.rows_horizon else size.index_bytes
    return replace(size, row_bytes=round(row.bytes + 4), index_bytes=each, parts=parts)


def _year(blueprint: Blueprint, age: float, found: Mapping[str, Bytes], facts: Facts) -> Year:
    sums = {"heap": 0, "toast": 0, "index": 0}
    for files in found.values():
        for (_, kind), size in files.items():
            sums[kind] += size
    return Year(age, sums["heap"], sums["toast"], sums["index"], round(log_bytes_a_day(blueprint, facts, found)))


def _machine(blueprint: Blueprint, facts: Facts, found: Mapping[str, Bytes], years: tuple[Year, ...]) -> Machine:
    design = blueprint.design
    given = design.target.machine
    hot = round(sum(_hot_bytes(blueprint, name, files) for name, files in found.items()))
    memory = 2 ** math.ceil(math.log2(max(1, hot * 1.25)))
    memory = min(MOST_MEMORY, max(LEAST_MEMORY, memory))
    calls = sum(p.rate.per_second for p in design.access if p.rate is not None)
    cores = max(2, 2 ** math.ceil(math.log2(max(1.0, calls * MILLISECONDS_A_CALL / 1000 / UTILISATION))))
    last = years[-1]
    keep = design.backup.keep.seconds / DAY if design.backup is not None and design.backup.keep else 14.0
    fulls = max(1, math.ceil(keep / 7))
    disk = round(last.bytes * 1.3 + 3 * last.log_a_day)
    return Machine(
        memory=given.memory.value if given is not None and given.memory is not None else memory,
        cores=given.cores if given is not None and given.cores else cores,
        disk=disk,
        backup=round(fulls * last.bytes * 0.5 + keep * last.log_a_day * 0.5),
        hot=hot,
        given=given is not None and given.memory is not None,
    )


def _hot_bytes(blueprint: Blueprint, name: str, files: Bytes) -> float:
    """Bytes that patterns come back to: all of a table, or the last weeks of one that is written in order of time."""
    table = blueprint.table(name)
    total = sum(files.values())
    entity = blueprint.design.entity(name)
    if table is None or entity is None or entity.rows is None or entity.rows.growth is None:
        return total
    by_time = table.partitioning is not None and table.partitioning.strategy == "range"
    aging = by_time or any(c.name == "created_at" for c in table.columns)
    if not aging or total < 2**30:
        return total
    kept = entity.retention.keep.seconds if entity.retention is not None and entity.retention.keep.by_age else None
    age = (kept or blueprint.design.horizon.seconds + 365 * DAY) / DAY
    return total * min(1.0, HOT_DAYS / age)


def _total(blueprint: Blueprint, plan: Capacity) -> Decision:
    sized = [t for t in blueprint.tables if t.size is not None]
    largest = max(sized, key=lambda t: t.size.bytes_horizon if t.size else 0)
    assert largest.size is not None
    first, last = plan.years[0], plan.years[-1]
    return Decision(
        code="capacity/total",
        what=f"{show_bytes(first.bytes)} on the first day, {show_bytes(last.bytes)} after {blueprint.design.horizon}",
        why=f"largest is `{largest.name}` with {show_count(largest.size.rows_horizon)} rows "
        f"and {show_bytes(largest.size.bytes_horizon)}",
        serves=("horizon", *(f"entities.{t.name}.rows" for t in sized)),
        subjects=tuple(t.name for t in sized),
        evidence="pages counted from the layout of rows and index entries; see the size of each table",
    )


def _machine_decision(blueprint: Blueprint, plan: Capacity) -> Decision:
    machine, last = plan.machine, plan.years[-1]
    calls = sum(p.rate.per_second for p in blueprint.design.access if p.rate is not None)
    source = "as the design says" if machine.given else f"{show_bytes(machine.hot)} are asked for again and again"
    return Decision(
        code="capacity/machine",
        what=f"a server needs {show_bytes(machine.memory)} of memory, {machine.cores} cores, "
        f"{show_bytes(machine.disk)} of disk; its backups {show_bytes(machine.backup)}",
        why=f"{source}; {calls:.0f} calls a second at peak; {show_bytes(last.bytes)} of tables and indexes and "
        f"{show_bytes(last.log_a_day)} of log a day after {blueprint.design.horizon}, a third of free space on top",
        serves=("horizon", "target"),
        alternatives=(
            Alternative("less memory", "what patterns come back to is read from disk each time"),
            Alternative("smaller disks", "a table cannot be rewritten, nor an index built, without room beside it"),
        ),
        evidence=f"{MILLISECONDS_A_CALL} ms of a core for a call, {UTILISATION:.0%} busy at peak, which is {PEAK:g} "
        f"times the average; rows of the last {HOT_DAYS} days are hot in tables that are written in order of time",
    )


def _setting_decisions(plan: Capacity) -> list[Decision]:
    return [
        Decision(
            code=f"capacity/{setting.name}",
            what=f"`{setting.name}` is {setting.value}" + (f", once {setting.waits_for}" if setting.waits_for else ""),
            why=setting.why,
            serves=("target",),
        )
        for setting in plan.settings
    ]
