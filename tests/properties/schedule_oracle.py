"""An oracle for robustness: every schedule that the isolation levels allow is run, and judged by its conflicts.

It knows nothing of cycles of programs: it interleaves actions and commits in all ways, keeps versions as the server
does, and looks whether the conflicts of what came out have an order. Levels: read committed (each action reads what
is committed when it runs; a write waits for another writer's commit), repeatable read (reads from the snapshot of the
first action; the first to commit a write wins), serializable (the same, and no transaction between two read-write
conflicts commits when the last one of the three committed first; Cahill and others, SIGMOD 2008).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

Step = tuple[frozenset[str], frozenset[str]]
"""Items read at once, then items written."""
Versions = dict[str, list[tuple[int, int]]]
"""Commit time and writer of each version of an item, in order."""
LEVELS = ("read committed", "repeatable read", "serializable")


@dataclass
class Transaction:
    """One transaction of a case: its level and what it does."""

    level: str
    steps: list[Step]


@dataclass
class Run:
    """One transaction in a schedule: when it began and committed, and which version of each item it read."""

    begun: int = -1
    ended: int = -1
    done: int = 0
    seen: list[tuple[str, int]] = field(default_factory=list)
    wrote: set[str] = field(default_factory=set)


def random_transactions(random: Random) -> list[Transaction]:
    """Return two to four small transactions over few items; all at one level, or mixed."""
    count = random.choice((2, 2, 2, 3, 3, 3, 3, 4))
    items = "xyzuv"[: random.randint(2, 3 if count < 4 else 5)]
    lengths = random.choice(
        {2: ((1, 2), (2, 2), (3, 1), (3, 2)), 3: ((1, 1, 1), (1, 1, 2), (2, 2, 1)), 4: ((1, 1, 1, 1),)}[count]
    )
    level = random.choice((*LEVELS[:2], *LEVELS[:2], "", ""))
    return [
        Transaction(level or random.choice((*LEVELS, LEVELS[2])), [_random_step(random, items) for _ in range(length)])
        for length in lengths
    ]


def _random_step(random: Random, items: str) -> Step:
    reads = frozenset(random.sample(items, random.choice((0, 1, 1, 1, 2))))
    writes = frozenset(random.sample(items, random.choice((0, 0, 1, 1)) if reads else 1))
    return reads, writes


def is_always_serializable(transactions: list[Transaction]) -> bool:
    """Return whether each allowed schedule is equivalent to a serial one."""
    return _all_fine(transactions, [Run() for _ in transactions], 0, {})


def _all_fine(transactions: list[Transaction], runs: list[Run], time: int, versions: Versions) -> bool:
    """Let each transaction take its next step in turn; whether all that follows has a serial order."""
    open_ones = [n for n, run in enumerate(runs) if run.ended < 0]
    if not open_ones:
        edges = list(_edges(runs, versions))
        return _has_order({(a, b) for a, b, _ in edges}) or not _is_let_through(transactions, runs, edges)
    for number in open_ones:
        run, before = runs[number], versions
        runs[number] = Run(run.begun, run.ended, run.done, list(run.seen), set(run.wrote))
        taken = True
        if run.done == len(transactions[number].steps):
            runs[number].ended = time
            versions = versions | {item: [*versions.get(item, ()), (time, number)] for item in run.wrote}
        else:
            taken = _take(transactions[number], runs, number, time, versions)
        if taken and not _all_fine(transactions, runs, time + 1, versions):
            return False
        runs[number], versions = run, before
    return True


def _take(transaction: Transaction, runs: list[Run], number: int, time: int, versions: Versions) -> bool:
    run = runs[number]
    reads, writes = transaction.steps[run.done]
    begun = run.begun if run.begun >= 0 else time
    for item in writes:
        if any(n != number and other.ended < 0 and item in other.wrote for n, other in enumerate(runs)):
            return False
        if transaction.level != "read committed" and any(at > begun for at, _ in versions.get(item, [])):
            return False
    until = time if transaction.level == "read committed" else begun
    run.begun = begun
    for item in reads - run.wrote:
        run.seen.append((item, sum(at <= until for at, _ in versions.get(item, []))))
    run.wrote |= writes
    run.done += 1
    return True


def _edges(runs: list[Run], versions: Versions) -> Iterator[tuple[int, int, str]]:
    for written in versions.values():
        yield from ((a, b, "ww") for n, (_, a) in enumerate(written) for _, b in written[n + 1 :])
    for number, run in enumerate(runs):
        for item, seen in run.seen:
            writers = [writer for _, writer in versions.get(item, [])]
            yield from ((w, number, "wr") for w in writers[:seen] if w != number)
            yield from ((number, w, "rw") for w in writers[seen:] if w != number)


def _is_let_through(transactions: list[Transaction], runs: list[Run], edges: list[tuple[int, int, str]]) -> bool:
    """Whether no serializable transaction is a pivot among serializable ones whose successor committed first."""
    watched = {n for n, t in enumerate(transactions) if t.level == "serializable"}
    if not watched:
        return True
    found = {(a, b) for a, b, kind in edges if kind == "rw" and {a, b} <= watched}
    found = {(a, b) for a, b in found if _at_once(runs[a], runs[b])}
    return not any(
        b == c and runs[d].ended <= runs[a].ended and runs[d].ended < runs[b].ended for a, b in found for c, d in found
    )


def _at_once(one: Run, other: Run) -> bool:
    return one.begun < other.ended and other.begun < one.ended


def _has_order(edges: set[tuple[int, int]]) -> bool:
    left = {n for edge in edges for n in edge}
    while left:
        free = {n for n in left if not any(a in left and b == n for a, b in edges)}
        if not free:
            return False
        left -= free
    return True
