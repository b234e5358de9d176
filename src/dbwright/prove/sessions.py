"""Two sessions on a copy of the database, step by step: one runs while the other one's transaction is open."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Statement
from dbwright.prove.access import raw
from dbwright.prove.bench import Bench
from dbwright.prove.samples import parameters_for
from dbwright.records import record
from dbwright.server import Database
from dbwright.sql.names import quote
from dbwright.theory.conflicts import isolation_of

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

PATIENCE = 0.25
"""Seconds after which a statement that has not come back is taken to wait for the other session."""
LONGEST = "10s"
"""Most that a statement may take; a schedule that hangs is an error and no verdict."""
REPEATED = ("40001", "40P01")
"""Serialization failure and deadlock: the client repeats the transaction (PostgreSQL manual, section 13.5)."""


@record(frozen=True)
class Step:
    """What one session runs: the statement, the parameters in order, as whom, and at which isolation level."""

    statement: Statement
    arguments: tuple[Any, ...]
    role: str
    tenant: Any
    isolation: str


@record(frozen=True)
class Answer:
    """What a session got: rows found or changed, or the SQLSTATE of a refusal; `waited` for the other session.

    `told` are the rows that came back.
    """

    rows: int
    refused: str = ""
    waited: bool = False
    told: tuple[tuple[Any, ...], ...] = ()

    def __str__(self) -> str:
        got = f"refused ({self.refused})" if self.refused else f"{self.rows} row{'s' * (self.rows != 1)}"
        return f"waits, then {got}" if self.waited else got


def step_of(bench: Bench, pattern: AccessPattern, salt: int) -> Step:
    """A pattern as its first role sends it, with parameters of one row; the same number means the same row."""
    values = parameters_for(bench, pattern, first_tenant(bench), salt)
    return step_with(bench, pattern, values, str(pattern.by[0]), isolation_of(bench.blueprint, pattern))


def step_with(bench: Bench, pattern: AccessPattern, values: Mapping[str, Any], role: str, isolation: str) -> Step:
    """A pattern as a role sends it with these parameters, in a transaction of that level."""
    statement = bench.blueprint.statement(str(pattern.name))
    assert statement is not None
    own = first_tenant(bench) if bench.role(role).purpose == "client" else None
    return Step(statement, tuple(values[name] for name in statement.parameters), role, own, isolation)


def first_tenant(bench: Bench) -> Any:
    """The tenant for whom sessions act, the one with most rows; None without tenancy."""
    return bench.tenants[0] if bench.tenants else None


class Session:
    """One session in one transaction."""

    def __init__(self, bench: Bench, database: Database, step: Step) -> None:
        self.bench = bench
        self.step = step
        self.connection: Connection[TupleRow] = database.connect(step.role)

    def begin(self) -> None:
        """Open a transaction at the level and for the tenant of the step."""
        self.connection.execute(f"begin isolation level {self.step.isolation}".encode())
        _prepare(self.connection, self.bench, self.step)

    def run(self, step: Step | None = None) -> Answer:
        """Run the statement of the step, or of another one, and wait for it."""
        return answer_to(self.connection, step or self.step)

    def end(self) -> str:
        """Commit; return the SQLSTATE where the server refuses."""
        import psycopg

        try:
            self.connection.execute("commit")
        except psycopg.OperationalError as error:
            if error.sqlstate not in REPEATED:
                raise
            return str(error.sqlstate)
        return ""

    def undo(self) -> None:
        """Roll back."""
        self.connection.execute("rollback")

    @property
    def is_open(self) -> bool:
        """Whether its transaction has begun and has not ended."""
        return self.connection.info.transaction_status.name != "IDLE"


@contextmanager
def sessions(bench: Bench, steps: Sequence[Step]) -> Iterator[list[Session]]:
    """Open a session for each step on the bench's copy; all are ended, and what is open is rolled back."""
    database = bench.copy
    made: list[Session] = []
    try:
        made.extend(Session(bench, database, step) for step in steps)
        yield made
    finally:
        for session in made:
            session.connection.cancel_safe(timeout=2)
            session.connection.close()


def meet(first: Session, second: Session) -> tuple[Answer, Answer]:
    """Let the second run while the first has run and not committed; what is refused is repeated, as clients do."""
    first.begin()
    one = first.run()
    second.begin()
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(second.run()), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    waited = thread.is_alive()
    refused = first.end()
    thread.join()
    other = answers[0] if answers else Answer(0, "no answer")
    late = other.refused or second.end()
    if late:
        second.connection.execute("rollback")
    one = _repeated(first, refused or one.refused, one)
    other = _repeated(second, late, other)
    return one, Answer(other.rows, other.refused, waited)


def _repeated(session: Session, refused: str, answer: Answer) -> Answer:
    """The answer to the second try where the first one must be repeated."""
    if refused not in REPEATED:
        return Answer(answer.rows, refused)
    session.connection.execute("rollback")
    session.begin()
    again = session.run()
    session.end()
    return again


@contextmanager
def act_as(connection: Connection[TupleRow], bench: Bench, step: Step) -> Iterator[None]:
    """Be the role and the tenant of a step inside the superuser's transaction."""
    connection.execute(f"set local session authorization {quote(step.role)}".encode())
    _prepare(connection, bench, step)
    yield
    connection.execute("reset session authorization")


def _prepare(connection: Connection[TupleRow], bench: Bench, step: Step) -> None:
    tenancy = bench.blueprint.design.tenancy
    if tenancy is not None and step.tenant is not None:
        connection.execute("select set_config(%s, %s, true)", (tenancy.setting, str(step.tenant)))
    connection.execute(f"set local statement_timeout = '{LONGEST}'".encode())


def answer_to(connection: Connection[TupleRow], step: Step) -> Answer:
    """Run the statement of a step; what the server refuses is an answer, too."""
    import psycopg

    try:
        cursor = raw(connection).execute(step.statement.sql.encode(), list(step.arguments))
        told = tuple(cursor.fetchall()) if cursor.description else ()
        return Answer(int(cursor.rowcount), told=told)
    except psycopg.errors.QueryCanceled:
        raise
    except psycopg.Error as error:
        if connection.closed:
            raise
        return Answer(0, error.sqlstate or "unknown")
