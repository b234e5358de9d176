"""Copies: every way to make a copy differ from its original is tried, alone and by two sessions, and none succeeds."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from dbwright.data import valid_row
from dbwright.model.claim import Claim
from dbwright.model.table import ForeignKey, Table
from dbwright.prove import rollups, tenant_copies
from dbwright.prove.attempts import attempt, attempt_at_once, attempt_undone, insert_of
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.sql.names import listed, qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


def test(bench: Bench, claim: Claim) -> Outcome:
    """Try to make the copy lie, and count the rows that do."""
    if "expression" in claim.details:
        return _generated(bench, claim.details)
    if "tenants" in claim.details:
        return tenant_copies.test(bench, claim.details)
    if "rollup" in claim.details:
        return rollups.test(bench, claim.details)
    attack = _Attack(bench, claim.details)
    with bench.transaction() as connection:
        if not attack.find_rows(connection):
            return untested("no two rows of the original hold different values, so there is nothing to confuse")
        before = attack.lies(connection)
        results = {w: attempt_undone(connection, sql, values, attack.lies) for w, sql, values in attack.attempts()}
    results["the original changes while another session copies it"] = attack.meet()
    evidence: dict[str, Any] = {"attempts": {what: answer for what, (answer, _) in results.items()}}
    if before:
        return broken(f"{before} rows of the generated data differ from their original", **evidence)
    lying = [what for what, (_, lies) in results.items() if lies]
    return broken(f"the copy lies after: {'; '.join(lying)}", **evidence) if lying else held(**evidence)


def _generated(bench: Bench, details: Mapping[str, Any]) -> Outcome:
    """A column that follows from its row refuses every value, and still follows when all of the row is written anew."""
    table, column = bench.table(details["table"]), quote(details["column"])
    here = qualify(bench.blueprint.schema, table.name)
    row = valid_row(bench.blueprint, bench.dataset, table.name, 1)
    names = [c.name for c in table.columns if c.written and c.name in row]
    inserted = f"insert into {here} ({listed(names)}, {column}) select {listed(names)}, {column} from {here} limit 1"
    rewritten = ", ".join(f"{quote(n)} = o.{quote(n)}" for n in names if n not in table.logical_key)
    attempts = {
        "a new row brings a value": inserted,
        "the value is overwritten": f"update {here} set {column} = {column}",
        "a row takes all values of another": (
            f"update {here} c set {rewritten} from (select * from {here} order by ctid desc limit 1) o"
            f" where c.ctid = (select min(ctid) from {here})"
        ),
    }
    answers: dict[str, str] = {}
    lies = 0
    with bench.transaction() as connection:
        for what, statement in attempts.items():
            connection.execute("savepoint attempt")
            answers[what] = attempt(connection, statement, [])
            if answers[what].startswith("refused"):
                connection.execute("rollback to attempt")
            wrong = f"select count(*) from {here} where {column} is distinct from {details['expression']}"
            lies += int(connection.execute(wrong.encode()).fetchall()[0][0])
            connection.execute("rollback to attempt")
    evidence: dict[str, Any] = {"attempts": answers}
    accepted = [what for what in list(attempts)[:2] if not answers[what].startswith("refused")]
    if lies or accepted:
        return broken(f"{lies} rows do not follow; accepted: {', '.join(accepted) or 'nothing'}", **evidence)
    return held(**evidence)


class _Attack:
    """One copy, the table it stands in, the original, and two rows of each to play with."""

    def __init__(self, bench: Bench, details: Mapping[str, Any]) -> None:
        self.bench = bench
        self.table: Table = bench.table(details["table"])
        self.column = str(details["column"])
        self.source: Table = bench.table(details["source"])
        self.original = str(details["original"])
        self.key: ForeignKey = next(k for k in self.table.foreign_keys if k.name == details["key"])
        pairs = zip(self.key.columns, self.key.target_columns, strict=True)
        self.pairs = [(here, there) for here, there in pairs if here != self.column]
        self.here = qualify(bench.blueprint.schema, self.table.name)
        self.there = qualify(bench.blueprint.schema, self.source.name)
        self.row: tuple[Any, ...] = ()
        self.other: tuple[Any, ...] = ()
        self.place = ""

    def lies(self, connection: Connection[TupleRow]) -> int:
        """Rows whose copy differs from the original."""
        on = " and ".join(f"c.{quote(here)} = o.{quote(there)}" for here, there in self.pairs)
        statement = (
            f"select count(*) from {self.here} c join {self.there} o on {on}"
            f" where c.{quote(self.column)} is distinct from o.{quote(self.original)}"
        )
        return int(connection.execute(statement.encode()).fetchall()[0][0])

    def find_rows(self, connection: Connection[TupleRow]) -> bool:
        """Find a row with its original, and another original with another value."""
        on = " and ".join(f"c.{quote(here)} = o.{quote(there)}" for here, there in self.pairs)
        keys = ", ".join(f"o.{quote(there)}" for _, there in self.pairs)
        wanted = f"{keys}, o.{quote(self.original)}"
        first = f"select {wanted}, c.ctid::text from {self.here} c join {self.there} o on {on} order by c.ctid limit 1"
        found = connection.execute(first.encode()).fetchall()
        if not found:
            return False
        *row, self.place = found[0]
        self.row = tuple(row)
        second = f"select {wanted} from {self.there} o where o.{quote(self.original)} is distinct from $1 limit 1"
        from psycopg import RawCursor

        others = RawCursor(connection).execute(second.encode(), [self.row[-1]]).fetchall()
        self.other = tuple(others[0]) if others else ()
        return bool(others)

    def attempts(self) -> list[tuple[str, str, list[Any]]]:
        """What a client can do in one statement: a sentence, the statement, its parameters."""
        mine, column, other = f"ctid = '{self.place}'", quote(self.column), self.other[-1]
        key = " and ".join(f"{quote(there)} = ${n + 2}" for n, (_, there) in enumerate(self.pairs))
        moved = ", ".join(f"{quote(here)} = ${n + 1}" for n, (here, _) in enumerate(self.pairs))
        change = f"update {self.there} set {quote(self.original)} = $1 where {key}"
        return [
            ("the original changes", change, [other, *self.row[:-1]]),
            ("the copy is overwritten", f"update {self.here} set {column} = $1 where {mine}", [other]),
            ("the row moves to another original", f"update {self.here} set {moved} where {mine}", [*self.other[:-1]]),
            ("a new row brings a wrong copy", *self.insert(other)),
        ]

    def insert(self, copy: Any) -> tuple[str, list[Any]]:
        """The statement and the values of a valid new row of the first original, with any copy."""
        row = dict(valid_row(self.bench.blueprint, self.bench.dataset, self.table.name, 1))
        row |= {here: value for (here, _), value in zip(self.pairs, self.row[:-1], strict=True)}
        row[self.column] = copy
        return insert_of(self.here, row)

    def meet(self) -> tuple[str, int]:
        """One session changes the original, the other adds a row with the value as it was; both commit."""
        _, change, changed = self.attempts()[0]
        with closing(self.bench.copy.connect()) as one, closing(self.bench.copy.connect()) as two:
            answer = attempt_at_once(one, (change, changed), two, self.insert(self.row[-1]))
            lies = self.lies(one)
        self.bench.drop_copy()
        return answer, lies
