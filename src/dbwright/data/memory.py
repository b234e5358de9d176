"""What making rows takes of memory: keys and references of all tables are held, all else is made as it is written.

So 10^8 rows take some GB and no more; whoever asks for more than the machine has is told before anything is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dbwright.data.dataset import GenerationError
from dbwright.model.blueprint import Blueprint
from dbwright.model.quantities import show_bytes, show_count
from dbwright.model.table import Table

HELD = 32
"""Bytes that a value of a key or reference takes, with the work on it: measured 24 to 31 at five million rows."""
KEPT = 0.9
"""Share of the free memory that may be taken."""
MEMORY = Path("/proc/meminfo")
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where the system says what is free, and what a container may take."""


class TooManyRows(GenerationError):  # noqa: N818 - named after what is asked for
    """The keys and references of so many rows do not fit into memory."""


def refuse_too_many(blueprint: Blueprint, rows: Mapping[str, int], free: int | None = None) -> None:
    """Raise TooManyRows where the rows of all tables take more memory than is `free`, by default than the system says.

    A system that does not say it lets everything pass.
    """
    room = free_bytes() if free is None else free
    needed = bytes_needed(blueprint, rows)
    if room is not None and needed > KEPT * room:
        raise TooManyRows(
            f"the keys and references of {show_count(sum(rows.values()))} rows take about {show_bytes(needed)} of"
            f" memory, and {show_bytes(room)} are free: ask for fewer rows, or for fewer of the largest tables"
        )


def bytes_needed(blueprint: Blueprint, rows: Mapping[str, int]) -> int:
    """Return the bytes that are held while so many rows are made."""
    return sum(HELD * len(_held(blueprint, table)) * rows.get(table.name, 0) for table in blueprint.tables)


def _held(blueprint: Blueprint, table: Table) -> set[str]:
    """The columns that other rows depend on: of the tenant, of references here and to here."""
    own = {column for key in table.foreign_keys for column in key.columns}
    there = {c for t in blueprint.tables for k in t.foreign_keys if k.target == table.name for c in k.target_columns}
    return (own | there | {table.tenant_column}) - {""}


def free_bytes() -> int | None:
    """Return the bytes of memory that are free, as far as the system tells; no more than a container may take."""
    found = []
    try:
        told = next(line for line in MEMORY.read_text().splitlines() if line.startswith("MemAvailable:"))
        found.append(int(told.split()[1]) * 1024)
    except (OSError, StopIteration, ValueError):
        return None
    for path in LIMITS:
        try:
            found.append(int(path.read_text()))
        except (OSError, ValueError):
            continue  # no container, or one without a limit (`max`)
    return min(found)
