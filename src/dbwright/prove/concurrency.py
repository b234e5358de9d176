"""Concurrency: two sessions run at once and leave what one after the other leaves, and nobody's change is lost unseen.

The schedule is run on a copy of the database, because its transactions must commit; the same steps in both orders, each
rolled back, say what may come out (serializability; Papadimitriou, "The Serializability of Concurrent Database
Updates", JACM 1979).
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any
from zlib import crc32

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Table, TableColumn
from dbwright.model.claim import Claim
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.prove.samples import parameters_for, pattern_of
from dbwright.prove.sessions import Answer, Step, meet, one_after_the_other, sessions
from dbwright.sql.names import qualify, quote
from dbwright.sql.patterns import columns_by_name, read_query
from dbwright.sql.types import bare_type

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

TRIES = 6
"""Rows that are tried until one fulfils the conditions of both patterns."""
SPREAD = 5
"""Rows over which claims spread, so that one does not find what another one has left."""
State = dict[str, tuple[int, str]]


def test(bench: Bench, claim: Claim) -> Outcome:
    """Run the schedule of the claim with two sessions."""
    patterns = [pattern_of(bench, name) for name in claim.details["patterns"]]
    if claim.details["kind"] == "overwrite":
        return _overwrite(bench, claim, *patterns)
    return _order(bench, claim, *patterns)


def _order(bench: Bench, claim: Claim, one: AccessPattern, other: AccessPattern) -> Outcome:
    tables = _written(bench, one, other)
    for attempt in range(TRIES):
        steps = [_step(bench, p, crc32(claim.id.encode()) % SPREAD + attempt) for p in (one, other)]
        forth, after_forth = one_after_the_other(bench, steps, lambda c: _state(c, bench, tables))
        back, after_back = one_after_the_other(bench, steps[::-1], lambda c: _state(c, bench, tables))
        if forth[0].rows and back[0].rows:
            break
    else:
        return untested("no generated row fulfils the conditions of both, so the two never meet")
    with sessions(bench, steps) as (first, second):
        answers = meet(first, second)
    with closing(bench.copy.connect()) as connection:
        left = _state(connection, bench, tables)
    evidence = {"schedule": _schedule((one, other), answers), "rows": {t: count for t, (count, _) in left.items()}}
    if left in (after_forth, after_back):
        return held("", **evidence)
    return broken(f"at once they leave what neither order leaves in {_listed(left, after_forth)}", **evidence)


def _listed(left: State, right: State) -> str:
    return ", ".join(f"`{table}`" for table in left if left[table] != right[table])


def _overwrite(bench: Bench, claim: Claim, reader: AccessPattern, writer: AccessPattern) -> Outcome:
    """Both read, one writes and commits, then the other writes: it must be told that what it read is no longer so."""
    salt = crc32(claim.id.encode()) % SPREAD
    reading = _step(bench, reader, salt)
    steps = [_step(bench, writer, salt), _step(bench, writer, salt)]
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


def _step(bench: Bench, pattern: AccessPattern, salt: int) -> Step:
    """A pattern as its first role sends it, with parameters of one row; the same number means the same row."""
    statement = bench.blueprint.statement(str(pattern.name))
    assert statement is not None
    role = str(pattern.by[0])
    tenant = bench.tenants[0] if bench.tenants else None
    values = parameters_for(bench, pattern, tenant, salt)
    own = tenant if bench.role(role).purpose == "client" else None
    return Step(statement, tuple(values[name] for name in statement.parameters), role, own, pattern.isolation)


def _written(bench: Bench, *patterns: AccessPattern) -> list[Table]:
    columns = columns_by_name(bench.blueprint)
    names = {table: None for p in patterns for _, table in read_query(str(p.sql), columns).writes}
    return [table for name in names if (table := bench.blueprint.table(name)) is not None]


def _state(connection: Connection[TupleRow], bench: Bench, tables: list[Table]) -> State:
    """Rows and a digest of each table, in any order, without what differs in each run (times, generated keys)."""
    found: State = {}
    for table in tables:
        kept = ", ".join(quote(c.name) for c in table.columns if _is_steady(c))
        statement = (
            f"select count(*), coalesce(sum(hashtextextended(row({kept})::text, 0)::numeric), 0)::text"
            f" from {qualify(bench.blueprint.schema, table.name)}"
        )
        count, digest = connection.execute(statement.encode()).fetchall()[0]
        found[table.name] = (count, digest)
    return found


def _is_steady(column: TableColumn) -> bool:
    made = "uuid" in column.default or bool(column.identity) or column.default.startswith("nextval")
    return not made and not bare_type(column.type).startswith(("timestamp", "date", "time"))


def _schedule(patterns: tuple[AccessPattern, AccessPattern], answers: tuple[Answer, Answer]) -> list[Any]:
    return [
        f"session 1: begin {patterns[0].isolation}; {patterns[0].name}: {answers[0]}",
        f"session 2: begin {patterns[1].isolation}; {patterns[1].name}: {answers[1]}",
        "session 1 commits while session 2 is running or waiting; then session 2 commits",
    ]
