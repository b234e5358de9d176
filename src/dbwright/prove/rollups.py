"""Rollups: rows are added, changed, moved and removed, the number is overwritten, and it is right each time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from threading import Thread
from typing import TYPE_CHECKING, Any

from dbwright.data import valid_row
from dbwright.prove.attempts import attempt
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.prove.samples import adapt
from dbwright.prove.sessions import PATIENCE
from dbwright.sql.names import listed, qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


def test(bench: Bench, details: Mapping[str, Any]) -> Outcome:
    """Try to make the number lie, and count the rows in which it does."""
    attack = _Attack(bench, details)
    with bench.transaction() as connection:
        before = attack.lies(connection)
        results: dict[str, tuple[str, int]] = {}
        for what, sql, values in attack.attempts(connection):
            connection.execute("savepoint attempt")
            answer = attempt(connection, sql, values)
            lies = 0 if answer.startswith("refused") else attack.lies(connection)
            connection.execute("rollback to attempt")
            results[what] = (answer, lies)
    if not results:
        return untested(f"no generated row of `{details['rollup']}` leads to one of `{details['table']}`")
    results["two sessions remove rows of one at once"] = attack.meet()
    evidence: dict[str, Any] = {"attempts": {what: answer for what, (answer, _) in results.items()}}
    lying = [what for what, (_, lies) in results.items() if lies]
    if before or lying:
        return broken(f"the number is wrong after: {'; '.join(lying) or 'the load'}", **evidence)
    return held(**evidence)


class _Attack:
    """One number, the rows that it follows, and how they lead to it."""

    def __init__(self, bench: Bench, details: Mapping[str, Any]) -> None:
        self.bench = bench
        self.table, self.source = bench.table(details["table"]), bench.table(details["rollup"])
        self.column, self.added = quote(details["column"]), quote(details["added"]) if details["added"] else ""
        key = next(k for k in self.source.foreign_keys if k.name == details["key"])
        self.pairs = [(quote(h), quote(t)) for h, t in zip(key.columns, key.target_columns, strict=True)]
        schema = bench.blueprint.schema
        self.here, self.rows = qualify(schema, self.table.name), qualify(schema, self.source.name)

    def lies(self, connection: Connection[TupleRow]) -> int:
        """Rows whose number is not what the rows that lead to it give."""
        what = f"coalesce(sum({self.added}), 0)" if self.added else "count(*)"
        on = " and ".join(f"r.{here} = p.{there}" for here, there in self.pairs)
        right = f"(select {what} from {self.rows} r where {on})"
        statement = f"select count(*) from {self.here} p where p.{self.column} is distinct from {right}"
        return int(connection.execute(statement.encode()).fetchall()[0][0])

    def attempts(self, connection: Connection[TupleRow]) -> list[tuple[str, str, list[Any]]]:
        """What a client can do in one statement: a sentence, the statement, its parameters."""
        present = " and ".join(f"{here} is not null" for here, _ in self.pairs)
        found = connection.execute(f"select ctid::text from {self.rows} where {present} limit 1".encode()).fetchall()
        if not found:
            return []
        one = f"ctid = '{found[0][0]}'"
        row = dict(valid_row(self.bench.blueprint, self.bench.dataset, self.source.name, 1))
        owner = dict(valid_row(self.bench.blueprint, self.bench.dataset, self.table.name, 1))
        there = ", ".join(there for _, there in self.pairs)
        moved = ", ".join(here for here, _ in self.pairs)
        more = f"update {self.rows} set {self.added} = {self.added} + 1 where {one}"
        changed: list[tuple[str, str, list[Any]]] = [("an amount changes", more, [])] if self.added else []
        return [
            ("a row is added", *_insert(self.rows, row)),
            ("a row is removed", f"delete from {self.rows} where {one}", []),
            (
                "a row moves to another",
                f"update {self.rows} set ({moved}) = (select {there} from {self.here} order by ctid desc limit 1)"
                f" where {one}",
                [],
            ),
            *changed,
            ("all rows go at once", f"truncate {self.rows} cascade", []),
            ("the number is overwritten", f"update {self.here} set {self.column} = {self.column} + 7", []),
            ("a new row brings a number", *_insert(self.here, owner | {self.column.strip('"'): 99})),
        ]

    def meet(self) -> tuple[str, int]:
        """Two sessions remove two rows that lead to the same one; both commit."""
        keys = ", ".join(here for here, _ in self.pairs)
        twice = (
            f"select (array_agg(ctid::text order by ctid))[1:2] from {self.rows} group by {keys} having count(*) > 1"
            " order by 1 limit 1"
        )
        answers: list[str] = []
        with closing(self.bench.copy.connect()) as one, closing(self.bench.copy.connect()) as two:
            found = one.execute(twice.encode()).fetchall()
            if not found:
                return "no two rows lead to the same", 0
            places = found[0][0]
            for session in (one, two):
                session.execute("begin")
                session.execute("set local statement_timeout = '10s'")
            first = attempt(one, f"delete from {self.rows} where ctid = '{places[0]}'", [])
            second = f"delete from {self.rows} where ctid = '{places[1]}'"
            thread = Thread(target=lambda: answers.append(attempt(two, second, [])), daemon=True)
            thread.start()
            thread.join(PATIENCE)
            waited = "waits, then " if thread.is_alive() else ""
            one.execute("commit")
            thread.join()
            two.execute("rollback" if answers[0].startswith("refused") else "commit")
            lies = self.lies(one)
        self.bench.drop_copy()
        return f"{first}; {waited}{answers[0]}", lies


def _insert(target: str, row: Mapping[str, Any]) -> tuple[str, list[Any]]:
    places = ", ".join(f"${n + 1}" for n in range(len(row)))
    statement = f"insert into {target} ({listed(row)}) overriding system value values ({places})"
    return statement, [adapt(value) for value in row.values()]
