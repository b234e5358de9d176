"""Transactions of several statements that meet in several sessions: a split schedule, and all orders to compare with.

The first transaction stops after some of its statements, the others run one after the other and commit, and it goes on:
the form in which every anomaly shows itself (`theory/robustness.py`). What came out, in the tables and in the answers,
must be what some serial order gives.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from dbwright.prove.bench import Bench
from dbwright.prove.sessions import PATIENCE, REPEATED, Answer, Session, Step, act_as, answer_to, sessions
from dbwright.records import record, replace

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

Turn = Sequence[Step]
"""The statements of one transaction, in order."""
Look = TypeVar("Look")
_PASSING = (date, datetime, time, UUID)
"""Values that are new in each run and say nothing of the order: times and generated keys."""


@record(frozen=True)
class Course:
    """How one transaction went: the answers, whether it waited for another one, how often it had to be repeated."""

    answers: tuple[Answer, ...]
    waited: bool = False
    repeated: int = 0

    @property
    def refused(self) -> str:
        """The SQLSTATE of the statement that was refused, if one was; all of it was undone then."""
        return next((a.refused for a in self.answers if a.refused), "")

    @property
    def shown(self) -> tuple[object, ...]:
        """What the client was told, without what differs in each run."""
        return (self.refused,) if self.refused else tuple((a.rows, steady(a.told)) for a in self.answers)

    def __str__(self) -> str:
        told = f"refused ({self.refused})" if self.refused else ", ".join(map(str, self.answers))
        told = f"is refused and repeated, then {told}" if self.repeated else told
        return f"waits, then {told}" if self.waited else told


def steady(rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """Return rows in any order, without times and generated keys."""
    return tuple(sorted(repr([None if isinstance(v, _PASSING) else v for v in row]) for row in rows))


def run_split(bench: Bench, turns: Sequence[Turn], cut: int) -> list[Course]:
    """Run the first turn up to statement number `cut`, then the others one by one, then its rest; all commit.

    Where another one waits for the first, the first goes on at once. What the server refuses for its order is repeated,
    as clients do.
    """
    with sessions(bench, [turn[0] for turn in turns]) as (first, *others):
        first.begin()
        begun = _run(first, turns[0][: cut + 1])
        courses: list[Course] = []
        for session, turn in zip(others, turns[1:], strict=True):
            thread = threading.Thread(target=lambda s=session, t=turn: courses.append(_whole(s, t)), daemon=True)
            thread.start()
            thread.join(PATIENCE)
            waited = thread.is_alive()
            if waited:
                begun = _finish(first, turns[0], cut, begun)
            thread.join()
            if waited and courses:
                courses[-1] = replace(courses[-1], waited=True)
        course = _finish(first, turns[0], cut, begun)
    return [course, *courses]


def _finish(session: Session, turn: Turn, cut: int, begun: Course) -> Course:
    """Run what is left of a turn and commit; what was finished before is finished."""
    if len(begun.answers) == len(turn) and not session.is_open:
        return begun
    left = Course(()) if begun.refused else _run(session, turn[cut + 1 :])
    return _end(session, turn, Course((*begun.answers, *left.answers)))


def _whole(session: Session, turn: Turn) -> Course:
    session.begin()
    return _end(session, turn, _run(session, turn))


def _run(session: Session, turn: Turn) -> Course:
    answers: list[Answer] = []
    for step in turn:
        answers.append(session.run(step))
        if answers[-1].refused:
            break
    return Course(tuple(answers))


def _end(session: Session, turn: Turn, course: Course, tries: int = 3) -> Course:
    """Commit, or undo what was refused; what was refused for its order runs again."""
    refused = course.refused or session.end()
    if course.refused:
        session.undo()
    if refused in REPEATED and tries:
        session.undo()
        session.begin()
        again = _end(session, turn, _run(session, turn), tries - 1)
        return replace(again, repeated=again.repeated + 1)
    return Course((*course.answers, Answer(0, refused))) if refused and not course.refused else course


def run_in_order(bench: Bench, turns: Sequence[Turn], look: Callable[[Any], Look]) -> tuple[list[Course], Look]:
    """Run turns one after the other in a transaction that is rolled back; return courses and what `look` saw."""
    with closing(bench.copy.connect()) as connection:
        connection.execute("begin")
        courses = [_run_nested(connection, bench, turn) for turn in turns]
        seen = look(connection)
        connection.execute("rollback")
    return courses, seen


def _run_nested(connection: Connection[TupleRow], bench: Bench, turn: Turn) -> Course:
    connection.execute("savepoint whole")
    answers: list[Answer] = []
    for step in turn:
        with act_as(connection, bench, step):
            connection.execute("savepoint step")
            answers.append(answer_to(connection, step))
            if answers[-1].refused:
                connection.execute("rollback to step")
        if answers[-1].refused:
            connection.execute("rollback to whole")
            break
    return Course(tuple(answers))
