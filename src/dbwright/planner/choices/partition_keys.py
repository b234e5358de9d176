"""Partition keys that might pay: by the time that rows leave or windows are read by, by tenant, by a short list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Entity, PartitionChoice
from dbwright.model.shape import Text
from dbwright.model.table import Table
from dbwright.planner.choices.candidate import Candidate
from dbwright.planner.choices.pricing import rate_of
from dbwright.planner.choices.upkeep import leaving_column
from dbwright.records import replace
from dbwright.sizing.facts import TableFacts
from dbwright.sql.patterns import queries
from dbwright.sql.queries import TableUse
from dbwright.sql.types import bare_type
from dbwright.theory.partitioning import lost_key
from dbwright.theory.volumes import volumes_of

LEAST_ROWS = 5_000_000
"""Rows at the horizon below which no partition is looked at: all of it fits the memory of any server."""
ROWS_EACH = 50_000_000
"""Rows of a hash partition from which it is worth to be one: a rebuild or a vacuum of it fits a quiet hour."""
FEWEST, MOST = 8, 64
"""Hash partitions: fewer change little, more cost planning time at each statement that needs all of them."""
LONGEST_LIST = 8
"""Values of a column that may have a partition each."""
_TIMES = ("date", "timestamp with time zone", "timestamp without time zone")
_RANGE = (">", ">=", "<", "<=", "between")


def partition_candidates(blueprint: Blueprint, facts: Mapping[str, TableFacts]) -> Iterator[Candidate]:
    """Yield each way to cut a large table that no designer has decided about, and to leave whole what a rule cut.

    What a rule cut by age is tried as a whole, to learn what that is worth, and in no other way: rows leave by it.
    """
    for entity in blueprint.design.entities:
        table = blueprint.table(entity.name)
        if table is None or entity.partition is not None or not _is_large(table):
            continue
        if table.partitioning is not None:
            yield _candidate(table, PartitionChoice(by=Text("none")), "one table", stands=True)
            continue
        for column, choice, what in _ways(blueprint, entity, table, facts[table.name]):
            yield replace(_candidate(table, choice, what), obstacle=_obstacle(blueprint, table, column))


def _is_large(table: Table) -> bool:
    return table.size is not None and table.size.rows_horizon >= LEAST_ROWS


def _candidate(table: Table, choice: PartitionChoice, what: str, stands: bool = False) -> Candidate:
    return Candidate("partition", table.name, what, (table.name,), partition=choice, stands=stands)


def _obstacle(blueprint: Blueprint, table: Table, column: str) -> str:
    """Why a table cannot be cut by a column, or nothing: what every key must hold, and what must not move rows."""
    for other in blueprint.tables:
        for key in other.foreign_keys:
            if key.target == table.name and column not in key.target_columns:
                return (
                    f"`{other.name}` references it by ({', '.join(key.target_columns)}), which would be unique no more"
                )
    if lost := lost_key(table, column):
        return lost
    for name, (_, query) in queries(blueprint).items():
        if column in query.writes.get(("update", table.name), ()):
            return f"`{name}` changes {column}, and each change would move the row to another partition"
    return ""


def _ways(
    blueprint: Blueprint, entity: Entity, table: Table, facts: TableFacts
) -> Iterator[tuple[str, PartitionChoice, str]]:
    """Each column by which it could be cut, how, and the same in words.

    Of times only those will do that tell when a row came: of others nobody knows between which days they lie.
    """
    compared = _compared(blueprint, table)
    age = leaving_column(table, entity.retention)
    windows = [name for name, operators in compared.items() if operators & set(_RANGE)]
    for name in dict.fromkeys([*([age] if age else []), *windows]):
        column, own = table.column(name), facts.column(name)
        rises = name == age or (own is not None and own.rising)
        if column is not None and column.not_null and bare_type(column.type) in _TIMES and rises:
            yield name, PartitionChoice(by=Text(f"range({name})")), f"range of {name}"
    equal = [n for n, operators in compared.items() if operators & {"=", "in"}]
    hashed = [table.tenant_column] if table.tenant_column else []
    few = volumes_of(blueprint).few
    hashed += [n for n in equal if n not in hashed and (c := table.column(n)) and c.not_null and not few(table, n)]
    for name in hashed[:2]:
        count = _count(table)
        yield name, PartitionChoice(by=Text(f"hash({name})"), count=count), f"hash of {name}, {count} partitions"
    for name in equal:
        values = _listed(table, name)
        if values:
            yield name, PartitionChoice(by=Text(f"list({name})"), values=values), f"list of {name}"


def _listed(table: Table, name: str) -> Mapping[str, tuple[Text, ...]]:
    """A partition for each value of a column that may have few."""
    column = table.column(name)
    said = column.source.one_of if column is not None and column.source is not None and column.not_null else ()
    if not 2 <= len(said) <= LONGEST_LIST:
        return {}
    return {"".join(c if c.isalnum() else "_" for c in value.lower()): (value,) for value in said}


def _count(table: Table) -> int:
    rows = table.size.rows_horizon if table.size else 0
    count = FEWEST
    while count < MOST and rows / count > ROWS_EACH:
        count *= 2
    return count


def _compared(blueprint: Blueprint, table: Table) -> Mapping[str, set[str]]:
    """The columns that patterns compare with a value, each with its operators, those of the busiest pattern first."""
    found: dict[str, set[str]] = {}
    ordered = sorted(queries(blueprint).values(), key=lambda p: -rate_of(p[0]))
    for use in (u for _, query in ordered for u in query.uses if u.table == table.name):
        for name, operator in _conditions(use):
            found.setdefault(name, set()).add(operator)
    return found


def _conditions(use: TableUse) -> Iterator[tuple[str, str]]:
    for condition in use.conditions:
        if not condition.is_expression and condition.other is None:
            yield condition.column, condition.operator
