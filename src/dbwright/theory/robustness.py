"""Robustness: whether a set of transactions leaves what some serial order leaves, below the isolation serializable.

A set is robust if each schedule that its isolation levels allow is serializable. Where it is not, one schedule of a
simple form shows it: a transaction stops in the middle, others run one after the other and commit, and it goes on. Such
a split schedule is looked for: a cycle of conflicts of any length that begins with a read which the second transaction
overwrites. At snapshot isolation this is a cycle in the static dependency graph with two consecutive vulnerable edges
(Fekete and others, "Making Snapshot Isolation Serializable", TODS 2005); the anomaly that only a reader sees is one of
them (Fekete, O'Neil, O'Neil, "A Read-Only Transaction Anomaly under Snapshot Isolation", SIGMOD Record 2004). The form
for read committed and for mixed levels is that of Vandevoort, Ketsman, Koch, Neven, "Robustness against Read Committed
for Transaction Templates" (VLDB 2021) and "Allocating Isolation Levels to Transactions in a Multiversion Setting" (PODS
2023). PostgreSQL's repeatable read is snapshot isolation; its serializable refuses a pivot among serializable ones.

Time: for each transaction that may stop, one search over the graph of conflicts, so polynomial.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise

from dbwright.records import cached_property, record

NOTHING: frozenset[str] = frozenset()
Items = frozenset[str]


@record(frozen=True)
class Action:
    """What happens at once in a transaction: items read, items written, and items read while their row is held.

    What is `guarded` is read and held until the commit (the row that an update changes, a locked row): nobody changes
    it in between.
    """

    reads: Items = NOTHING
    writes: Items = NOTHING
    guarded: Items = NOTHING


@record(frozen=True)
class Program:
    """A transaction: its isolation level and its actions in order.

    Two writes of an item in `certain` are of the same row, so that the server keeps them apart; other items stand for
    many rows, of which two writers may hit different ones. What two programs have both `settled` is refused by a key.
    New rows (`fresh`) concern who looks for them, and not who else adds some.
    """

    name: str
    level: str
    actions: tuple[Action, ...]
    certain: Items = NOTHING
    settled: Items = NOTHING
    fresh: Items = NOTHING

    @cached_property
    def reads(self) -> Items:
        """Items that are read and not held."""
        return NOTHING.union(*(a.reads for a in self.actions))

    @cached_property
    def writes(self) -> Items:
        """Items that are written."""
        return NOTHING.union(*(a.writes for a in self.actions))

    @cached_property
    def touched(self) -> Items:
        """Items that are read or written."""
        return NOTHING.union(*(a.reads | a.writes | a.guarded for a in self.actions))

    @property
    def is_serializable(self) -> bool:
        """Whether the server watches it for dangerous structures."""
        return self.level == "serializable"

    @property
    def has_snapshot(self) -> bool:
        """Whether all of it reads from one snapshot, and a write of what has changed since is refused."""
        return self.level != "read committed"


@record(frozen=True)
class Cycle:
    """A split schedule: the first program stops after its action number `cut`, the others run in order and commit.

    `items` has for each program the item that it hands on to the next one, the last one's to the first.
    """

    programs: tuple[Program, ...]
    cut: int
    items: tuple[str, ...]


class Conflicts:
    """The programs of a system, and which of them conflict; `repeated` says that each may run more than once."""

    def __init__(self, programs: Sequence[Program], repeated: bool = False) -> None:
        self.programs = programs
        self.repeated = repeated
        self._next: dict[int, list[int]] = {}

    @cached_property
    def _by_item(self) -> dict[str, tuple[list[int], list[int]]]:
        """The programs that touch an item, and those that write it; most systems are judged without."""
        found: dict[str, tuple[list[int], list[int]]] = {}
        for number, program in enumerate(self.programs):
            for item in program.touched:
                found.setdefault(item, ([], []))[0].append(number)
            for item in program.writes:
                found[item][1].append(number)
        return found

    def cycle_at(self, number: int) -> Cycle | None:
        """Return a shortest cycle in which the program of that number is the one that stops, or None."""
        first = self.programs[number]
        found = [c for cut in range(len(first.actions)) if (c := self._cycle_at(number, cut)) is not None]
        return min(found, key=lambda c: len(c.programs), default=None)

    def is_robust(self) -> bool:
        """Return whether every schedule that the levels allow is serializable."""
        return all(self.cycle_at(number) is None for number in range(len(self.programs)))

    def _cycle_at(self, number: int, cut: int) -> Cycle | None:
        first = self.programs[number]
        read = first.actions[cut].reads
        if not read or not _may_be_returned_to(first, cut):
            return None
        starts = {
            n
            for n in self._writing(read)
            if self._may_follow(number, cut, n) and _overtakes(first, read, self.programs[n])
        }
        ends = {
            n
            for n in self._touching(first.touched)
            if self._may_follow(number, cut, n) and _returns(self.programs[n], first, cut)
        }
        for sources, targets in self._pairs(first, sources=sorted(starts), targets=sorted(ends)):
            path = self._path(number, cut, sources, targets)
            if path:
                return self._told(number, cut, path)
        return None

    def _pairs(self, first: Program, sources: list[int], targets: list[int]) -> Iterable[tuple[list[int], set[int]]]:
        """Where the path may begin and end; a serializable pivot is refused between two serializable neighbours."""
        if not first.is_serializable:
            return [(sources, set(targets))] if sources and targets else []
        return [([s], ends) for s in sources if (ends := {t for t in targets if self._is_unseen(first, s, t)})]

    def _is_unseen(self, first: Program, source: int, target: int) -> bool:
        second, last = self.programs[source], self.programs[target]
        if second.is_serializable and (last.is_serializable or second.reads & first.writes):
            return False
        return not (last.is_serializable and first.reads & last.writes)

    def _may_follow(self, number: int, cut: int, other: int) -> bool:
        """Whether the other may run and commit while the first one stands, and the first may then still commit."""
        if other == number and not self.repeated:
            return False
        first = self.programs[number]
        actions = first.actions if first.has_snapshot else first.actions[: cut + 1]
        held = first.certain & self.programs[other].certain & self.programs[other].writes
        return not any(a.writes & held for a in actions)

    def _path(self, number: int, cut: int, sources: list[int], targets: set[int]) -> list[int]:
        """The shortest path of conflicts from a source to a target; a serializable pivot meets nothing in between."""
        before = dict.fromkeys(sources, -1)
        queue = deque(sources)
        apart = self.programs[number].is_serializable
        while queue:
            here = queue.popleft()
            if here in targets:
                return _walked(before, here)
            if apart and before[here] != -1 and _conflicting(self.programs[number], self.programs[here]):
                continue
            for there in self._successors(here):
                if there not in before and self._may_follow(number, cut, there):
                    before[there] = here
                    queue.append(there)
        return []

    def _successors(self, number: int) -> list[int]:
        if number not in self._next:
            program = self.programs[number]
            met = {n for item in program.touched for n in self._by_item[item][0 if item in program.writes else 1]}
            self._next[number] = [n for n in sorted(met) if _conflicting(program, self.programs[n])]
        return self._next[number]

    def _writing(self, items: Items) -> set[int]:
        return {n for item in items for n in self._by_item[item][1]}

    def _touching(self, items: Items) -> set[int]:
        return {n for item in items for n in self._by_item[item][0]}

    def _told(self, number: int, cut: int, path: list[int]) -> Cycle:
        first = self.programs[number]
        programs = (first, *(self.programs[n] for n in path))
        shared = [min(_overtakes(first, first.actions[cut].reads, programs[1]))]
        shared += [min(_conflicting(a, b)) for a, b in pairwise(programs[1:])]
        return Cycle(programs, cut, (*shared, min(_returns(programs[-1], first, cut))))


def _overtakes(reader: Program, read: Items, writer: Program) -> Items:
    """What a writer changes of what the reader has read and does not hold."""
    return (read & writer.writes) - (reader.settled & writer.settled)


def _may_be_returned_to(first: Program, cut: int) -> bool:
    """Whether a conflict can lead back to a program that stands there: it writes, or goes on and sees what is new."""
    return bool(first.writes) or (not first.has_snapshot and cut + 1 < len(first.actions))


def _returns(last: Program, first: Program, cut: int) -> Items:
    """What leads back: the last has not seen what the first writes, or the first goes on after what the last wrote."""
    unseen = (last.reads & first.writes) - (last.settled & first.settled)
    if unseen or first.has_snapshot:
        return unseen
    for action in first.actions[cut + 1 :]:
        touched = last.touched - (last.fresh - last.reads)
        met = (touched & action.writes) | (last.writes & (action.reads | action.guarded))
        if met - (last.settled & first.settled):
            return met - (last.settled & first.settled)
    return NOTHING


def _conflicting(one: Program, other: Program) -> Items:
    both = (one.fresh - one.reads) & (other.fresh - other.reads)
    return ((one.writes & other.touched) | (one.touched & other.writes)) - both


def _walked(before: dict[int, int], end: int) -> list[int]:
    path = [end]
    while before[path[-1]] != -1:
        path.append(before[path[-1]])
    return path[::-1]
