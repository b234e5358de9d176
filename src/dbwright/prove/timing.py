"""Calls of an access pattern as an application makes them: prepared, with real parameters, by one session or some."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any

from dbwright.data import GenerationError
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Statement
from dbwright.prove.access import raw
from dbwright.prove.bench import Bench
from dbwright.prove.samples import parameters_for
from dbwright.records import record

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

FEWEST_SETS, MOST_SETS = 4, 24
"""Different sets of parameters that the calls take in turn; sessions never share one."""
CHOOSING = 0.3
"""Seconds after which the sets there are must do."""
WARM_UP = 6
"""Calls before the first that counts: the server plans a prepared statement anew for the first five."""
FEWEST = 20
"""Calls that are made whatever the time; 95 of 100 needs as many."""
MOST = 2_000
LONGEST = "10s"
"""Most that a call may take."""
LOCKED = "200ms"
"""Most that a call may wait for a row of another session; it counts as refused."""
PATIENCE = 5.0
"""Seconds that a session that was ended may need to be gone."""


@record(frozen=True)
class Timing:
    """Milliseconds of a call at three quantiles, how many calls were made and refused, and calls a second.

    `refusal` is what the server said when it refused one last.
    """

    p50: float
    p95: float
    p99: float
    calls: int
    refused: int
    per_second: float
    sessions: int = 1
    refusal: str = ""


@dataclass
class Called:
    """What the calls of one session took in milliseconds, how many were refused, and why the last of these."""

    taken: list[float] = field(default_factory=list)
    refused: int = 0
    refusal: str = ""

    def refuse(self, error: Exception) -> None:
        """Count a call that the server refused."""
        self.refused += 1
        self.refusal = str(error).splitlines()[0]


@record(frozen=True)
class Caller:
    """Who calls what: the statement, as which role, for which tenant, with which sets of parameters in turn."""

    statement: Statement
    role: str
    tenant: Any
    arguments: tuple[tuple[Any, ...], ...]


def caller_of(bench: Bench, pattern: AccessPattern) -> Caller:
    """Return the first role of a pattern with real parameters of its largest tenant. Raise GenerationError for none."""
    statement = bench.blueprint.statement(str(pattern.name))
    assert statement is not None
    role = str(pattern.by[0])
    tenant = bench.tenants[0] if bench.tenants and bench.role(role).purpose == "client" else None
    whose = bench.tenants[0] if bench.tenants else None
    found: list[tuple[Any, ...]] = []
    until = perf_counter() + CHOOSING
    for salt in range(MOST_SETS):
        if len(found) >= FEWEST_SETS and perf_counter() > until:
            break
        try:
            values = parameters_for(bench, pattern, whose, salt)
        except GenerationError:
            break
        found.append(tuple(values[name] for name in statement.parameters))
    if not found:
        raise GenerationError(f"no parameters for `{pattern.name}`: its tables leave no room for one more row")
    return Caller(statement, role, tenant, tuple(found))


def time_calls(bench: Bench, caller: Caller, seconds: float) -> Timing:
    """Call for so many seconds in one session, each call in a transaction that is rolled back."""
    _end_others(bench)
    started = perf_counter()
    called = _call(bench, caller.arguments, caller, seconds)
    return _timing([called], perf_counter() - started)


def time_together(bench: Bench, caller: Caller, seconds: float, sessions: int) -> Timing:
    """Call for so many seconds in several sessions at once."""
    _end_others(bench)
    results: list[Called] = []
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            own = caller.arguments[number % len(caller.arguments) :: sessions]
            results.append(_call(bench, own, caller, seconds))
        except BaseException as error:  # raised again below, in the thread that asked
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(sessions)]
    started = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return _timing(results, perf_counter() - started)


def _end_others(bench: Bench) -> None:
    """End what experiments left open, and wait until the server counts it no longer against a role's limit."""
    bench.close()
    deadline = perf_counter() + PATIENCE
    with closing(bench.database.connect()) as connection:
        while perf_counter() < deadline:
            row = connection.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                " and backend_type = 'client backend'"
            ).fetchone()
            if not row or not row[0]:
                return
            sleep(0.01)


def _call(bench: Bench, sets: Sequence[tuple[Any, ...]], caller: Caller, seconds: float) -> Called:
    """Call in one session and say what it took."""
    import psycopg

    called = Called()
    with closing(bench.database.connect(caller.role)) as connection:
        cursor = _prepare(connection)
        until = perf_counter() + seconds
        for number in range(WARM_UP + MOST):
            arguments = sets[number % len(sets)]
            connection.execute("begin")
            _set_tenant(connection, bench, caller)
            started = perf_counter()
            try:
                cursor.execute(caller.statement.sql.encode(), arguments, prepare=True)
            except psycopg.OperationalError as error:
                if connection.closed or error.sqlstate is None:
                    raise
                called.refuse(error)
            except psycopg.Error as error:
                called.refuse(error)
            else:
                if number >= WARM_UP:
                    called.taken.append((perf_counter() - started) * 1000)
            connection.execute("rollback")
            if number >= WARM_UP + FEWEST and perf_counter() > until:
                break
    return called


def _prepare(connection: Connection[TupleRow]) -> Any:
    connection.execute(f"set statement_timeout = '{LONGEST}'")
    connection.execute(f"set lock_timeout = '{LOCKED}'")
    return raw(connection)


def _set_tenant(connection: Connection[TupleRow], bench: Bench, caller: Caller) -> None:
    if caller.tenant is not None and bench.blueprint.design.tenancy is not None:
        setting = bench.blueprint.design.tenancy.setting
        connection.execute("select set_config(%s, %s, true)", (setting, str(caller.tenant)))


def _timing(sessions: Sequence[Called], seconds: float) -> Timing:
    ordered = sorted(t for called in sessions for t in called.taken)
    p50, p95, p99 = (quantile(ordered, share) for share in (0.5, 0.95, 0.99))
    refused, refusal = sum(c.refused for c in sessions), next((c.refusal for c in sessions if c.refusal), "")
    return Timing(p50, p95, p99, len(ordered), refused, len(ordered) / max(seconds, 1e-9), len(sessions), refusal)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the least value that at least `share` of the ordered values do not exceed; 0 of none."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
