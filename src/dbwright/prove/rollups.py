"""Rollups: rows are added, changed, moved and removed, the number is overwritten, and it is right each time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from dbwright.data import valid_row
from dbwright.prove.attempts import Statement, attempt_at_once, attempt_undone, insert_of
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.sql.names import qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


def test(bench: Bench, details: Mapping[str, Any]) -> Outcome:
    """Try to make the number lie, and count the rows in which it does."""
    attack = _Attack(bench, details)
    with bench.transaction() as connection:
        before = attack.lies(connection)
        attempts = attack.attempts(connection)
        results = {what: attempt_undone(connection, sql, values, attack.lies) for what, sql, values in attempts}
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
            ("a row is added", *insert_of(self.rows, row)),
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
            ("a new row brings a number", *insert_of(self.here, owner | {self.column.strip('"'): 99})),
        ]

    def meet(self) -> tuple[str, int]:
        """Two sessions remove two rows that lead to the same one; both commit."""
        keys = ", ".join(here for here, _ in self.pairs)
        twice = (
            f"select (array_agg(ctid::text order by ctid))[1:2] from {self.rows} group by {keys} having count(*) > 1"
            " order by 1 limit 1"
        )
        with closing(self.bench.copy.connect()) as one, closing(self.bench.copy.connect()) as two:
            found = one.execute(twice.encode()).fetchall()
            if not found:
                return "no two rows lead to the same", 0
            removals: list[Statement] = [
                (f"delete from {self.rows} where ctid = '{place}'", []) for place in found[0][0]
            ]
            answer = attempt_at_once(one, removals[0], two, removals[1])
            lies = self.lies(one)
        self.bench.drop_copy()
        return answer, lies
