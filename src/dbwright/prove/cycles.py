"""Cycles of transactions, executed: one stops in the middle, the others run, and what comes out must have an order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import permutations
from typing import Any
from zlib import crc32

from dbwright.model.access import AccessPattern
from dbwright.model.claim import Claim
from dbwright.prove.aging import age
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.prove.samples import parameters_for
from dbwright.prove.schedules import Course, Turn, run_in_order, run_split
from dbwright.prove.sessions import first_tenant, step_with
from dbwright.prove.states import State, state_of, written_tables
from dbwright.sql.patterns import columns_by_name, read_query
from dbwright.theory.programs import Unit, units

TRIES = 8
"""Choices of parameters that are tried until each transaction has something to do."""
SPREAD = 5
"""Rows over which claims spread, so that one does not find what another one has left."""
MOST = 5
"""Transactions of which all orders are run; more orders than of five take too long."""
Seen = tuple[State, tuple[tuple[object, ...], ...]]
"""What came out: the tables, and what each transaction was told."""


def test(bench: Bench, claim: Claim) -> Outcome:
    """Run the split schedule of the claim, and compare tables and answers with those of every order."""
    named = {u.name: u for u in units(bench.blueprint)}
    parts = [named[name] for name in claim.details["units"]]
    if len(parts) > MOST:
        return untested(f"{len(parts)} transactions have too many orders to compare with")
    salt = crc32(claim.id.encode()) % SPREAD
    turns, aged = _turns_with_work(bench, parts, salt)
    if not turns:
        bench.drop_copy()  # an earlier claim may have used up what this one needs
        turns, aged = _turns_with_work(bench, parts, salt)
    if not turns:
        return untested("no generated row fulfils the conditions of all, so they never meet")
    expected = {order: _seen_in_order(bench, parts, turns, order) for order in permutations(range(len(turns)))}
    met = run_split(bench, turns, int(claim.details["cut"]))
    tables = _tables(bench, parts)
    with closing(bench.copy.connect()) as connection:
        left = state_of(connection, bench, tables)
    evidence: dict[str, Any] = {
        "schedule": [f"{part.name} ({part.isolation}): {course}" for part, course in zip(parts, met, strict=True)],
        "stops after": str(parts[0].steps[int(claim.details["cut"])].name),
        "rows": {t: count for t, (count, _) in left.items()},
    }
    if aged:
        evidence["rows made old"] = aged
    came_out = (left, tuple(course.shown for course in met))
    for order, seen in expected.items():
        if seen == came_out:
            return held("", order=[parts[n].name for n in order], **evidence)
    if any(state == left for state, _ in expected.values()):
        return broken("at once they are told what no order of them tells", **evidence)
    return broken("at once they leave what no order of them leaves", **evidence)


def _seen_in_order(bench: Bench, parts: Sequence[Unit], turns: Sequence[Turn], order: Sequence[int]) -> Seen:
    tables = _tables(bench, parts)
    courses, state = run_in_order(bench, [turns[n] for n in order], lambda c: state_of(c, bench, tables))
    return state, tuple(courses[order.index(n)].shown for n in range(len(turns)))


def _tables(bench: Bench, parts: Sequence[Unit]) -> list[Any]:
    return written_tables(bench, *(pattern for part in parts for pattern in part.steps))


def _turns_with_work(bench: Bench, parts: Sequence[Unit], salt: int) -> tuple[list[Turn], dict[str, int]]:
    """Statements with parameters of which each transaction, were it alone, is not refused and changes something.

    Rows that were made old for it are counted by table.
    """
    patterns = {str(p.name): p for part in parts for p in part.steps}
    aged = age(bench, list(patterns.values()), range(salt, salt + TRIES // 2))
    for attempt in range(TRIES):
        turns = _turns(bench, parts, salt + attempt // 2, alike=attempt % 2 == 0)
        alone = [run_in_order(bench, [turn], lambda _: None)[0][0] for turn in turns]
        if all(_has_work(bench, part, course) for part, course in zip(parts, alone, strict=True)):
            return turns, aged
    return [], aged


def _has_work(bench: Bench, part: Unit, course: Course) -> bool:
    if course.refused:
        return False
    return all(a.rows or _only_reads(bench, p) for p, a in zip(part.steps, course.answers, strict=True))


def _only_reads(bench: Bench, pattern: AccessPattern) -> bool:
    return not read_query(str(pattern.sql), columns_by_name(bench.blueprint)).writes


def _turns(bench: Bench, parts: Sequence[Unit], salt: int, alike: bool) -> list[Turn]:
    """Statements of each transaction; inside one, a parameter has one value.

    `alike` gives a name the same value in all transactions, unless the design has a sample that is new each time.
    """
    design = bench.blueprint.design
    shared: dict[str, Any] = {}
    turns: list[Turn] = []
    for part in parts:
        role = str((design.roles_of(part.declared) if part.declared else part.steps[0].by)[0])
        values: dict[str, Any] = {}
        sampled = {str(p.name) for pattern in part.steps for p in pattern.parameters}
        for pattern in part.steps:
            found = parameters_for(bench, pattern, first_tenant(bench), salt)
            known = {n: v for n, v in shared.items() if alike and n not in sampled}
            values = found | {n: v for n, v in known.items() if n in found} | values
        shared = {n: v for n, v in values.items() if n not in sampled} | shared
        turns.append([step_with(bench, p, values, role, part.isolation) for p in part.steps])
    return turns
