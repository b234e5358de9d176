"""Rows of one table while they are being made."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dbwright.data.choosing import Flags, Integers, Stream
from dbwright.data.dataset import Column, Columns, Maker, Note, Rows
from dbwright.data.plans import TablePlan
from dbwright.data.scenarios import Scenario


@dataclass
class Draft:
    """The columns that are filled so far, and how many rows were `planned` for the table.

    For a new row in a filled table `existing` are its rows, and `salt` tells new ones apart.
    `scenario` says for each row which alternative of the checks it fulfils; `distinct` columns never repeat a value in
    their keys; `later` are columns that are made when they are asked for, none where all are made `at_once`. In a
    circle of tables `wanted` are the rows to which others lead already.
    """

    plan: TablePlan
    seed: int
    planned: int
    count: int
    existing: Rows | None = None
    salt: int = 0
    at_once: bool = False
    wanted: Flags | None = None
    columns: dict[str, Column] = field(default_factory=dict)
    later: dict[str, Maker] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    distinct: set[str] = field(default_factory=set)
    scenario: Integers = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def first(self) -> int:
        """The number of the first row; rows never share one, so what is made of it differs."""
        # Rows that were planned and then left out have had their numbers, and those that stayed keep theirs.
        return max(self.existing.count, self.planned) + self.salt if self.existing is not None else 0

    @property
    def total(self) -> int:
        """How many rows the table has before new ones."""
        return self.existing.count if self.existing is not None else self.count

    def stream(self, *names: object) -> Stream:
        """Return the random numbers of one purpose in this table."""
        return Stream(self.seed, self.first, self.plan.table.name, *names)

    def put(self, name: str, column: Column) -> None:
        """Fill a column."""
        self.columns[name] = column

    def shrink_to(self, count: int, reason: str) -> None:
        """Make fewer rows, before any column is filled."""
        self._tell(count, f"no more room under `{reason}`")
        self.count = count

    def drop(self, kept: Flags, reason: str) -> None:
        """Keep only some rows: what was planned is more than the keys and parents have room for."""
        count = int(kept.sum())
        if count == self.count:
            return
        self._tell(count, reason)
        self.columns = {n: c.take(kept) for n, c in self.columns.items()}
        self.count = count

    def _tell(self, count: int, reason: str) -> None:
        if count < self.count:
            name = self.plan.table.name
            self.notes.append(Note(name, name, f"{count} rows instead of {self.count}: {reason}"))

    def scenarios(self) -> list[tuple[Scenario, Integers]]:
        """Return each alternative of the checks with the rows that follow it."""
        found = [(s, np.flatnonzero(self.scenario == i)) for i, s in enumerate(self.plan.scenarios)]
        return [(s, rows) for s, rows in found if len(rows)]

    def finish(self) -> Rows:
        """Return the rows with their columns in the order of the table."""
        names = [c.name for c in self.plan.table.columns if c.name in self.columns or c.name in self.later]
        return Rows(Columns(names, self.columns, self.later, self.count), self.count)
