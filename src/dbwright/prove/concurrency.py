"""Concurrency: two sessions run at once and leave what one after the other leaves, and nobody's change is lost unseen.

The schedule is run on a copy of the database, because its transactions must commit; the same steps in both orders, each
rolled back, say what may come out (serializability; Papadimitriou, "The Serializability of Concurrent Database
Updates", JACM 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any
from zlib import crc32

from dbwright.model.access import AccessPattern
from dbwright.model.claim import Claim
from dbwright.prove import cycles
from dbwright.prove.aging import age
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.prove.samples import pattern_of
from dbwright.prove.schedules import run_in_order
from dbwright.prove.sessions import Answer, Step, meet, sessions, step_of
from dbwright.prove.states import State, state_of, written_tables

TRIES = 6
"""Rows that are tried until one fulfils the conditions of both patterns."""
SPREAD = 5
"""Rows over which claims spread, so that one does not find what another one has left."""


def test(bench: Bench, claim: Claim) -> Outcome:
    """Run the schedule of the claim, with two sessions or with as many as its cycle has."""
    if claim.details["kind"] == "cycle":
        return cycles.test(bench, claim)
    patterns = [pattern_of(bench, name) for name in claim.details["patterns"]]
    if claim.details["kind"] == "overwrite":
        return _overwrite(bench, claim, *patterns)
    return _order(bench, claim, *patterns)


def _order(bench: Bench, claim: Claim, one: AccessPattern, other: AccessPattern) -> Outcome:
    tables = written_tables(bench, one, other)
    aged: dict[str, int] = {}
    salt = crc32(claim.id.encode()) % SPREAD
    for attempt in range(TRIES):
        if attempt == TRIES // 2:
            bench.drop_copy()  # an earlier claim may have used up what this one needs
        aged = age(bench, (one, other), range(salt, salt + TRIES)) if attempt % (TRIES // 2) == 0 else aged
        steps = [step_of(bench, p, salt + attempt) for p in (one, other)]
        forth, after_forth = run_in_order(bench, [[s] for s in steps], lambda c: state_of(c, bench, tables))
        back, after_back = run_in_order(bench, [[s] for s in steps[::-1]], lambda c: state_of(c, bench, tables))
        if _both_act(forth[0].answers[0], back[0].answers[0], aged):
            break
    else:
        return untested("no generated row fulfils the conditions of both, so the two never meet")
    with sessions(bench, steps) as (first, second):
        answers = meet(first, second)
    with closing(bench.copy.connect()) as connection:
        left = state_of(connection, bench, tables)
    evidence: dict[str, Any] = {
        "schedule": _schedule((one, other), steps, answers),
        "rows": {t: count for t, (count, _) in left.items()},
    }
    if aged:
        evidence["rows made old"] = aged
    if left in (after_forth, after_back):
        return held("", **evidence)
    return broken(f"at once they leave what neither order leaves in {_listed(left, after_forth)}", **evidence)


def _both_act(one: Answer, other: Answer, aged: dict[str, int]) -> bool:
    """Whether each changes something when it comes first; an old row may be held by what must go before it."""
    return bool(one.rows and other.rows) or bool(aged and (one.rows or other.rows) and (one.refused or other.refused))


def _listed(left: State, right: State) -> str:
    return ", ".join(f"`{table}`" for table in left if left[table] != right[table])


def _overwrite(bench: Bench, claim: Claim, reader: AccessPattern, writer: AccessPattern) -> Outcome:
    """Both read, one writes and commits, then the other writes: it must be told that what it read is no longer so."""
    salt = crc32(claim.id.encode()) % SPREAD
    reading = step_of(bench, reader, salt)
    steps = [step_of(bench, writer, salt), step_of(bench, writer, salt)]
    with sessions(bench, steps) as (first, second):
        told: list[str] = []
        for session in (first, second):
            session.begin()
            told.append(f"{reader.name}: {session.run(reading)}")
            session.end()
        answers: list[Answer] = []
        for session in (first, second):
            session.begin()
            answers.append(session.run())
            session.end()
    evidence = {"schedule": [*told, *(f"{writer.name}: {a}" for a in answers)]}
    if not answers[0].rows:
        return untested("the first session changes no generated row, so there is nothing to lose", **evidence)
    if answers[1].rows:
        return broken("the second session overwrites what the first one wrote, and neither is told", **evidence)
    return held("", **evidence)


def _schedule(patterns: Sequence[AccessPattern], steps: Sequence[Step], answers: Sequence[Answer]) -> list[str]:
    return [
        *(
            f"session {number}: begin {step.isolation}; {pattern.name}: {answer}"
            for number, (pattern, step, answer) in enumerate(zip(patterns, steps, answers, strict=True), start=1)
        ),
        "session 1 commits while session 2 is running or waiting; then session 2 commits",
    ]
