"""Generated rows as values: columns, tables, the dataset, and a row that breaks one rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np

from dbwright.data.choosing import Array, Flags, Integers
from dbwright.data.encoding import copy_texts, python_value
from dbwright.data.kinds import Family, Kind
from dbwright.data.spelling import Spelling, objects, values_of

if TYPE_CHECKING:
    from dbwright.data.hints import Hints
    from dbwright.data.judging import Judge
    from dbwright.data.plans import TablePlan


class GenerationError(Exception):
    """A table for which no rows can be made; the message says which column or reference, and what to change."""


@dataclass(frozen=True, eq=False)
class Column(Sequence[Any]):
    """The values of one column: an array, and which of them are null. As a sequence it yields Python objects.

    `data` holds ticks (int64) for ordered families, 16 bytes for a uuid, two numbers for ranges and positions, else
    whole numbers and the `spelling` that says which value each of them stands for.
    """

    kind: Kind
    data: Array
    nulls: Flags | None = None
    spelling: Spelling | None = None

    def __len__(self) -> int:
        return len(self.data)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if self.nulls is not None and self.nulls[index]:
            return None
        return self.python(self.data[index])

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def take(self, rows: Integers | Flags | slice) -> Column:
        """Return the column with these rows only, in this order."""
        return replace(self, data=self.data[rows], nulls=None if self.nulls is None else self.nulls[rows])

    def part(self, start: int, stop: int) -> Column:
        """Return the rows from `start` up to `stop`; nothing is copied."""
        nulls = None if self.nulls is None else self.nulls[start:stop]
        return replace(self, data=self.data[start:stop], nulls=nulls if nulls is not None and nulls.any() else None)

    def python(self, element: Any) -> Any:
        """Return an element of `data` as a Python object."""
        return python_value(self.kind, element if self.spelling is None else self.spelling.value(int(element)))

    @cached_property
    def spelt(self) -> Array:
        """The data with every number spelt: what tells values of different columns apart."""
        return self.data if self.spelling is None else objects(values_of(self.spelling, self.data))

    def counted(self) -> Iterator[tuple[Any, int]]:
        """Yield each different value of a column of one dimension as a Python object, and how many rows have it."""
        for element, count in zip(*np.unique(self.data[~self.missing()], return_counts=True), strict=True):
            yield self.python(element), int(count)

    def rows_like(self, text: str) -> list[int]:
        """Return the numbers of the rows of a column of one dimension whose value reads like a text."""
        alike = [element for element in np.unique(self.data) if str(self.python(element)) == text]
        return np.flatnonzero(np.isin(self.data, alike) & ~self.missing()).tolist()

    def missing(self) -> Flags:
        """Return for each row whether it is null."""
        return np.zeros(len(self.data), np.bool_) if self.nulls is None else self.nulls

    def parts(self) -> list[Array]:
        """Return one-dimensional arrays that together tell values apart."""
        if self.data.ndim == 1:
            return [self.data]
        return [np.ascontiguousarray(self.data[:, i]) for i in range(self.data.shape[1])]

    def fields(self, start: int, stop: int) -> list[str]:
        """Return the rows from `start` up to `stop` as fields of COPY's text format."""
        part = self.part(start, stop)
        return copy_texts(self.kind, np.ascontiguousarray(part.spelt), part.nulls)


def empty_data(kind: Kind, count: int) -> Array:
    """Return an array for `count` values of a kind: ticks, numbers to spell, bytes or pairs."""
    match kind.family:
        case Family.UUID:
            return np.zeros(count, "S16")
        case Family.RANGE:
            return np.zeros((count, 2), np.int64)
        case Family.POSITION:
            return np.zeros((count, 2), np.float64)
    return np.zeros(count, np.int64)


class Maker(Protocol):
    """Makes columns for any rows of a table, the same values whichever rows are made together."""

    def part(self, start: int, stop: int) -> Mapping[str, Column]:
        """Return the columns for the rows from `start` up to `stop`."""
        ...

    def outline(self, name: str) -> Column:
        """Return a column without rows: its kind, its spelling, and `nulls` where there may be any."""
        ...


class Columns(Mapping[str, Column]):
    """Columns by name, in the order of the table; some are made when they are asked for."""

    def __init__(
        self, names: Sequence[str], ready: Mapping[str, Column], later: Mapping[str, Maker], count: int
    ) -> None:
        self._names, self._ready, self._later, self._count = tuple(names), dict(ready), later, count

    def __getitem__(self, name: str) -> Column:
        if name not in self._ready:
            self._ready = {**self._later[name].part(0, self._count), **self._ready}
        return self._ready[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The columns that nobody has asked for as a whole."""
        return tuple(name for name in self._names if name not in self._ready)

    def part(self, start: int, stop: int) -> dict[str, Column]:
        """Return all columns for some rows; what is made for them is not kept."""
        found = {n: c.part(start, stop) for n, c in self._ready.items()}
        for name in self._names:
            if name not in found:
                found = {**self._later[name].part(start, stop), **found}
        return {name: found[name] for name in self._names}

    def replaced(self, name: str, column: Column) -> Columns:
        """Return the columns with another one in the place of one of them."""
        later = {n: maker for n, maker in self._later.items() if n != name}
        return Columns(self._names, {**self._ready, name: column}, later, self._count)

    def outline(self, name: str) -> Column:
        """Return what is known of a column before it is made: kind and spelling, `nulls` where there may be any."""
        return self._ready[name].take(slice(0, 0)) if name in self._ready else self._later[name].outline(name)


@dataclass(frozen=True)
class Rows:
    """The rows of one table: every column that is written, in the order of the table.

    A column that nothing else in the database depends on is made when it is asked for, and not kept where only some
    rows are wanted (`part`): so a table may be larger than the memory that would hold it.
    """

    columns: Columns
    count: int

    def row(self, index: int) -> dict[str, Any]:
        """Return one row as Python objects by column."""
        return {name: column[index] for name, column in self.columns.items()}

    def part(self, start: int, stop: int) -> dict[str, Column]:
        """Return the columns for the rows from `start` up to `stop`, the same whatever portions rows are taken in."""
        return self.columns.part(start, min(stop, self.count))


@dataclass(frozen=True)
class Note:
    """What a person should know about the generated rows of a table: a rule that could not be read, fewer rows."""

    table: str
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.table}: {self.message}"


@dataclass(frozen=True)
class Dataset:
    """Rows for every table of a blueprint. `notes` tell what could not be read or reached.

    `groups` are tables in the order of loading, those together that reference each other. `planned` are the rows that
    were asked for, `plans`, `hints` and `late` what was read about tables, access patterns and references.
    """

    schema: str
    tables: Mapping[str, Rows]
    seed: int
    notes: tuple[Note, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    plans: Mapping[str, TablePlan] = field(default_factory=dict, repr=False, compare=False)
    planned: Mapping[str, int] = field(default_factory=dict, repr=False)
    hints: Hints | None = field(default=None, repr=False, compare=False)
    late: frozenset[str] = frozenset()
    tenants: tuple[Any, ...] = ()
    judges: dict[str, Judge] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Violation:
    """A row that breaks exactly one rule, or None and the `reason` why there is none.

    Write it with `insert into <into> (…) overriding system value values (…)`: `into` is the table, or one of its
    partitions where the table itself would refuse to route the row before it looks at the rule. `sqlstate` is what the
    server answers. `without` are constraints that refuse the row too, because they imply the rule: to see that the rule
    itself is kept, drop them (cascade) in the same transaction before, and roll back.
    """

    row: dict[str, Any] | None
    reason: str = ""
    into: str = ""
    sqlstate: str = ""
    without: tuple[str, ...] = ()
