"""Which rules of a table a row would break next to the dataset, told without a server.

Used to choose a row that breaks exactly one rule; whether it does, the server says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dbwright.data.constants import UnreadableError, columns_in, exact_ticks, expression
from dbwright.data.dataset import Dataset, Rows
from dbwright.data.encoding import raw_value
from dbwright.data.evaluation import evaluate
from dbwright.data.exclusions import Separation
from dbwright.data.kinds import Kind
from dbwright.data.plans import TablePlan
from dbwright.model.table import Exclusion, ForeignKey, Partition
from dbwright.sql.grammar import GrammarError

Row = Mapping[str, Any]
Periods = dict[tuple[Any, ...], list[tuple[Any, Any]]]
PARTITION = "partition"
"""Stands for the server's refusal to route a row that no partition takes."""


@dataclass(frozen=True)
class Rule:
    """One rule: its name as the claims call it, its kind, and the columns that it is about."""

    name: str
    kind: str
    columns: tuple[str, ...]


def rules_of(plan: TablePlan) -> list[Rule]:
    """Return the rules of a table in the order in which the server looks at them."""
    table = plan.table
    found = [Rule(f"{c.name}.not_null", "not null", (c.name,)) for c in table.columns if c.not_null and not c.generated]
    found += [Rule(c.name, "check", _columns_of(c.expression)) for c in table.checks]
    keys = [*([table.primary_key] if table.primary_key else []), *table.uniques]
    found += [Rule(k.name, "unique", k.columns) for k in keys]
    found += [Rule(e.name, "exclusion", ()) for e in table.exclusions]
    found += [Rule(f.name, "foreign key", f.columns) for f in table.foreign_keys]
    return found


def _columns_of(text: str) -> tuple[str, ...]:
    try:
        return tuple(columns_in(expression(text)))
    except GrammarError:
        return ()


class Judge:
    """Judges rows of one table against its rules and the rows that are there."""

    def __init__(self, dataset: Dataset, table: str) -> None:
        self.dataset = dataset
        self.plan = dataset.plans[table]
        self.rows = dataset.tables[table]
        self._keys: dict[tuple[str, tuple[str, ...]], set[tuple[Any, ...]]] = {}
        self._taken: dict[str, Periods] = {}

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules of the table."""
        return rules_of(self.plan)

    def broken(self, row: Row) -> list[str]:
        """Return the names of the rules that a row breaks, as far as they can be told, in the server's order."""
        plain = unwrapped(row)
        found = [r.name for r in self.rules if self._breaks(r, plain)]
        return [PARTITION, *found] if self.partition_of(plain) is None and self._is_cut() else found

    def _breaks(self, rule: Rule, row: Row) -> bool:
        match rule.kind:
            case "not null":
                return rule.columns[0] in row and row[rule.columns[0]] is None
            case "check":
                return self.check(rule.name, row) is False
            case "unique":
                values = self._values(row, rule.columns)
                return values is not None and values in self.keys(self.plan.table.name, rule.columns)
            case "foreign key":
                return self._leads_nowhere(rule.name, row)
        return self._overlaps(rule.name, row)

    def check(self, name: str, row: Row) -> Any:
        """Return the value of a check for a row: None for null or where it cannot be told."""
        check = next(c for c in self.plan.table.checks if c.name == name)
        try:
            return evaluate(expression(check.expression), row)
        except (UnreadableError, GrammarError):
            return None

    def _values(self, row: Row, columns: Sequence[str]) -> tuple[Any, ...] | None:
        """The row's values in some columns, as the dataset has them; None where one is null or cannot be there."""
        known = self.rows.columns
        try:
            values = tuple(raw_value(known[c].kind, row.get(c)) if c in known else None for c in columns)
        except (UnreadableError, ValueError):
            return None
        return None if any(v is None for v in values) else values

    def keys(self, table: str, columns: tuple[str, ...]) -> set[tuple[Any, ...]]:
        """Return the values of some columns in all rows of a table, rows with a null left out."""
        if (table, columns) not in self._keys:
            rows = self.dataset.tables[table]
            there = np.ones(rows.count, np.bool_)
            for name in columns:
                there &= ~rows.columns[name].missing()
            self._keys[table, columns] = set(
                zip(*(rows.columns[n].spelt[there].tolist() for n in columns), strict=True)
            )
        return self._keys[table, columns]

    def foreign_key(self, name: str) -> ForeignKey:
        """Return the foreign key of a name."""
        return next(f for f in self.plan.table.foreign_keys if f.name == name)

    def _leads_nowhere(self, name: str, row: Row) -> bool:
        key = self.foreign_key(name)
        values = self._values(row, key.columns)
        if values is None or (key.target == self.plan.table.name and values == self._values(row, key.target_columns)):
            return False
        return values not in self.keys(key.target, key.target_columns)

    def separation(self, name: str) -> Separation | None:
        """Return what an exclusion keeps apart, None where it cannot be read."""
        return next((s for s in self.plan.separations if s.name == name), None)

    def exclusion(self, name: str) -> Exclusion:
        """Return the exclusion of a name."""
        return next(e for e in self.plan.table.exclusions if e.name == name)

    def is_guarded(self, name: str, row: Row) -> bool:
        """Return whether the condition of an exclusion takes a row in."""
        where = self.exclusion(name).where
        try:
            return not where or evaluate(expression(where), row) is True
        except (UnreadableError, GrammarError):
            return True

    def _overlaps(self, name: str, row: Row) -> bool:
        separation = self.separation(name)
        if separation is None or not self.is_guarded(name, row):
            return False
        try:
            mine = self._period(separation, row)
        except UnreadableError:
            return False
        values = self._values(row, separation.equal)
        if mine is None or (values is None and separation.equal):
            return False
        return any(
            other[0] <= mine[1] and mine[0] <= other[1] for other in self._periods(separation).get(values or (), ())
        )

    def _period(self, separation: Separation, row: Row) -> tuple[Any, Any] | None:
        """First and last tick of a row's period, both inside."""
        kinds = self.plan.kinds
        if len(separation.period) == 2:
            bounds = [row.get(c) for c in separation.period]
            if None in bounds:
                return None
            low, high = (exact_ticks(kinds[c], v) for c, v in zip(separation.period, bounds, strict=True))
            return low, high
        return range_ticks(kinds[separation.period[0]], row.get(separation.period[0]))

    def _periods(self, separation: Separation) -> Periods:
        """The periods that are taken, by the columns that must be equal for a conflict."""
        if separation.name in self._taken:
            return self._taken[separation.name]
        found: Periods = {}
        for row in guarded_rows(self, separation):
            period = self._period(separation, row)
            if period is not None:
                values = self._values(row, separation.equal)
                found.setdefault(values or (), []).append(period)
        self._taken[separation.name] = found
        return found

    def _is_cut(self) -> bool:
        partitioning = self.plan.table.partitioning
        return partitioning is not None and partitioning.strategy in ("list", "range")

    def partition_of(self, row: Row) -> Partition | None:
        """Return the partition by list or range that takes a row; None for no partition, or none that can be told."""
        partitioning = self.plan.table.partitioning
        if partitioning is None or not self._is_cut():
            return None
        value = row.get(partitioning.columns[0])
        if value is None:
            return None
        if partitioning.strategy == "list":
            return next((p for p in partitioning.partitions if str(value) in p.values), None)
        kind = self.plan.kinds[partitioning.columns[0]]
        try:
            ticks = exact_ticks(kind, value)
        except UnreadableError:
            return None
        bounds = ((p, exact_ticks(kind, p.start), exact_ticks(kind, p.end)) for p in partitioning.partitions)
        return next((p for p, low, high in bounds if low <= ticks < high), None)


def judge_of(dataset: Dataset, table: str) -> Judge:
    """Return the judge of a table; a dataset keeps its judges, because they keep its keys."""
    if table not in dataset.judges:
        dataset.judges[table] = Judge(dataset, table)
    return dataset.judges[table]


def guarded_rows(judge: Judge, separation: Separation) -> Iterator[dict[str, Any]]:
    """Yield the rows that an exclusion takes in."""
    where = judge.exclusion(separation.name).where
    names = [*separation.equal, *separation.period, *(_columns_of(where) if where else ())]
    columns = {n: judge.rows.columns[n] for n in dict.fromkeys(names) if n in judge.rows.columns}
    for place in range(judge.rows.count):
        row = {n: c[place] for n, c in columns.items()}
        if judge.is_guarded(separation.name, row):
            yield row


def range_ticks(kind: Kind, text: Any) -> tuple[Any, Any] | None:
    """Return the first and last tick inside a range such as `[a,b)`; None for an empty one."""
    if not isinstance(text, str) or text == "empty" or kind.item is None:
        return None
    low, high = (part.strip('"') for part in text[1:-1].split(","))
    first, last = exact_ticks(kind.item, low), exact_ticks(kind.item, high)
    return first + (text[0] == "("), last - (text[-1] == ")")


def unwrapped(row: Row) -> dict[str, Any]:
    """Return a row with documents as plain Python values."""
    return {n: getattr(v, "obj", v) for n, v in row.items()}


def sample_rows(rows: Rows, tenant_column: str, tenant: Any, most: int = 5) -> Iterator[dict[str, Any]]:
    """Yield a few rows of a table, those of one tenant where it has any."""
    column = rows.columns.get(tenant_column)
    places = np.arange(rows.count)
    if column is not None and tenant is not None:
        mine = np.flatnonzero(column.spelt == raw_value(column.kind, tenant))
        places = mine if len(mine) else places
    for place in places[:most].tolist():
        yield rows.row(place)
