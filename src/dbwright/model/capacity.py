"""What the database will need: bytes year by year, machines, server settings, and the limits that come nearer."""

from __future__ import annotations

from typing import Literal

from dbwright.records import record

PartKind = Literal["heap", "toast", "index"]


@record(frozen=True)
class Part:
    """One file of a table: its rows, the values that moved out of them, or an index; bytes now and at the horizon."""

    relation: str
    kind: PartKind
    now: int
    horizon: int


@record(frozen=True)
class Year:
    """The whole database at an age in years: bytes of heaps, TOAST and indexes, and the log written in a day."""

    age: float
    heap: int
    toast: int
    index: int
    log_a_day: int

    @property
    def bytes(self) -> int:
        """Everything that is on disk for good."""
        return self.heap + self.toast + self.index


@record(frozen=True)
class ServerSetting:
    """A line of postgresql.conf and its reason; with a `waits_for` it is written as a comment until that is there."""

    name: str
    value: str
    why: str
    waits_for: str = ""


@record(frozen=True)
class Limit:
    """A wall that the database runs against: of what, which, when, what then."""

    subject: str
    what: str
    day: str
    years: float
    then: str


@record(frozen=True)
class Machine:
    """What one server needs: bytes of memory, cores, bytes of disk and of backups; `given` where the design says so."""

    memory: int
    cores: int
    disk: int
    backup: int
    hot: int
    given: bool = False


@record(frozen=True)
class Capacity:
    """The capacity plan of a design."""

    years: tuple[Year, ...]
    machine: Machine
    settings: tuple[ServerSetting, ...] = ()
    limits: tuple[Limit, ...] = ()
