"""What a delivery of rows took: rows, bytes and seconds of each table, told while it goes on and when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

from dbwright.data.dataset import Dataset

Tell = Callable[[str, int, int], None]
"""Is told what is done now: the name of a table or a step, rows that are written, rows that it will have."""


@dataclass(frozen=True)
class Delivered:
    """One table: its rows, the bytes that were sent or written for it, and the seconds it took."""

    table: str
    rows: int
    bytes: int
    seconds: float


@dataclass(frozen=True)
class Delivery:
    """All tables in the order of loading; the seconds that constraints and indexes took, and all of it together."""

    tables: tuple[Delivered, ...]
    constraint_seconds: float
    seconds: float

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """Bytes of all tables."""
        return sum(table.bytes for table in self.tables)


class Portions:
    """Counts the portions of a table as they pass, and tells of it."""

    def __init__(self, table: str, rows: int, tell: Tell) -> None:
        self.table, self.rows, self.tell = table, rows, tell
        self.bytes = 0
        self.started = perf_counter()

    def of(self, portions: Iterable[bytes], size: int) -> Iterator[bytes]:
        """Yield the portions of `size` rows each, a head before them and a tail after them."""
        for number, portion in enumerate(portions):
            self.bytes += len(portion)
            self.tell(self.table, min(number * size, self.rows), self.rows)
            yield portion

    def delivered(self) -> Delivered:
        """Return what has passed."""
        return Delivered(self.table, self.rows, self.bytes, perf_counter() - self.started)


def in_load_order(dataset: Dataset) -> list[str]:
    """Return the names of the tables, each after those that it references; tables of a circle stand together."""
    return [name for group in dataset.groups for name in group]
