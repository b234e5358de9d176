"""How long a plan takes at least on stated hardware: pages from memory or from disk, and rows."""

from __future__ import annotations

from collections.abc import Iterable

from dbwright.planner.asking import Answer
from dbwright.planner.work import Touched
from dbwright.records import record


@record(frozen=True)
class Storage:
    """Speeds in seconds a page of 8 KiB or a row, and the bytes of memory that hold the pages read most.

    The defaults are those of a local NVMe disk (10,000 pages a second one after the other at any place, 1 GB/s in
    sequence) and 32 GB of memory; nothing else runs, so they are the least that a call can take.
    """

    random: float = 100e-6
    sequential: float = 8e-6
    cached: float = 1e-6
    row: float = 0.1e-6
    memory: float = 32e9

    def seconds(self, answer: Answer, total_bytes: float) -> float:
        """Return the least time of a plan in a database of `total_bytes`, of which memory holds its share."""
        return self.least_seconds(answer.touched, total_bytes)

    def least_seconds(self, touched: Iterable[Touched], total_bytes: float) -> float:
        """Return the same of what the scans of a plan touch."""
        hit = min(1.0, self.memory / total_bytes) if total_bytes else 1.0
        miss = 1.0 - hit
        found = 0.0
        for part in touched:
            found += part.random * (hit * self.cached + miss * self.random)
            found += part.sequential * (hit * self.cached + miss * self.sequential)
            found += part.rows * self.row
        return found

    @property
    def text(self) -> str:
        """The assumption in words."""
        return (
            f"a page from disk takes {self.random * 1e6:g} µs, in sequence {self.sequential * 1e6:g} µs, from memory "
            f"{self.cached * 1e6:g} µs, a row {self.row * 1e6:g} µs; {self.memory / 1e9:g} GB of memory; "
            "nothing else runs"
        )
