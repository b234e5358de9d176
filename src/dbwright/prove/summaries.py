"""Summaries: what is stored is what the query returns, as old as was promised, and computed beside its readers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from dbwright.model.blueprint import StoredSummary
from dbwright.model.claim import Claim
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.prove.sessions import LONGEST
from dbwright.sql.names import listed, literal, qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


def test(bench: Bench, claim: Claim) -> Outcome:
    """Test one promise about one summary."""
    made = next(s for s in bench.blueprint.summaries if s.name == claim.details["summary"])
    trial = _Trial(bench, made)
    kinds: dict[str, Callable[[], Outcome]] = {
        "answer": trial.answer,
        "readers": trial.readers,
        "age": trial.age,
        "tenants": trial.tenants,
    }
    return kinds[claim.details["kind"]]()


class _Trial:
    """One summary; what must be committed happens in a copy of the database, which is dropped."""

    def __init__(self, bench: Bench, made: StoredSummary) -> None:
        self.bench, self.made = bench, made
        schema = bench.blueprint.schema
        self.stored, self.shown = qualify(schema, made.stored), qualify(schema, made.name)
        self.names = listed(c.name for c in made.columns)
        self.refresh = f"select {qualify(schema, made.refresh)}()"
        self.refresher = next(str(r.name) for r in bench.blueprint.design.roles if r.maintains)

    def answer(self) -> Outcome:
        """Compare what is stored with the query, change tables under it, read, refresh and compare again."""
        try:
            with closing(self.bench.copy.connect()) as one, closing(self.bench.copy.connect(self.refresher)) as two:
                if refused := _refused(two, self.refresh):
                    return broken(f"`{self.refresher}` refreshes: {refused}")
                first = self._differences(one)
                rows, age = self._everything(one), self._age(one)
                table = self._change(one)
                if not table:
                    return untested("the query returns the same whatever rows go")
                changed = self._differences(one)
                before = self._everything(one) == rows and self._age(one) == age
                _ask(two, self.refresh)
                last, moved = self._differences(one), self._age(one) > age
        finally:
            self.bench.drop_copy()
        evidence: dict[str, Any] = {
            "rows": len(rows),
            "changed": table,
            "rows that differ": {"at first": first, "after the change": changed, "after the refresh": last},
        }
        if first or last:
            return broken(f"{first or last} rows differ from what the query returns after a refresh", **evidence)
        if not before:
            return broken("the answer changed without a refresh", **evidence)
        return held(**evidence) if moved else broken("after a refresh the answer says that it is as old", **evidence)

    def readers(self) -> Outcome:
        """Refresh while a reader's transaction is open, and read while the refresh is not committed."""
        try:
            with (
                closing(self.bench.copy.connect()) as reader,
                closing(self.bench.copy.connect()) as another,
                closing(self.bench.copy.connect(self.refresher)) as refresher,
            ):
                rows, age = self._everything(another), self._age(another)
                table = self._change(another)
                reader.execute("begin")
                _ask(reader, f"select count(*) from {self.stored}")
                answers = {"refresh beside a reader": _refused(refresher, "begin", self.refresh)}
                answers["reading beside a refresh"] = _refused(another, f"select count(*) from {self.shown}")
                same = self._everything(another) == rows and self._age(another) == age if _well(answers) else False
                refresher.execute("commit" if _well(answers) else "rollback")
                reader.execute("rollback")
        finally:
            self.bench.drop_copy()
        evidence: dict[str, Any] = {"attempts": answers, "changed": table}
        if not _well(answers):
            return broken("; ".join(f"{what}: {said}" for what, said in answers.items() if said), **evidence)
        return held(**evidence) if same else broken("a reader saw what was not committed", **evidence)

    def age(self) -> Outcome:
        """Compare the age that is told with the server's clock, and the time of a refresh with what is left for it."""
        try:
            with closing(self.bench.copy.connect()) as one, closing(self.bench.copy.connect(self.refresher)) as two:
                start = _ask(one, "select clock_timestamp()")[0][0]
                refused = _refused(two, self.refresh)
                end = _ask(one, "select clock_timestamp()")[0][0]
                told = self._age(one)
        finally:
            self.bench.drop_copy()
        if refused:
            return broken(f"`{self.refresher}` refreshes: {refused}")
        took = (end - start).total_seconds()
        evidence = {"seconds": round(took, 3), "every": self.made.every, "promised": self.made.stale}
        if not start <= told <= end:
            return broken("the age that readers see is not that of the refresh", **evidence)
        if self.made.every + took > self.made.stale:
            return broken(
                f"a refresh takes {took:.1f} s; every {self.made.every} s is too late for the promise", **evidence
            )
        return held("with the generated rows", **evidence)

    def tenants(self) -> Outcome:
        """Compute the answer from one tenant's rows alone, and read as that tenant and as nobody."""
        if len(self.bench.tenants) < 2:
            return untested("fewer than two tenants have rows")
        wrong: list[str] = []
        counts: dict[str, int] = {}
        column = quote(self.made.tenant_column)
        for label, tenant in zip("AB", self.bench.tenants, strict=False):
            own = f"select {self.names} from {self.stored} where {column}::text = {literal(str(tenant))}"
            with self.bench.transaction("", tenant) as connection:
                seen = self._both_ways(connection, own, f"select {self.names} from {self.shown}")
                connection.execute("set local session_replication_role = replica")
                for table in [t for n in self.made.reads if (t := self.bench.table(n)).tenant_column]:
                    path = qualify(self.bench.blueprint.schema, table.name)
                    others = f"{quote(table.tenant_column)}::text <> {literal(str(tenant))}"
                    connection.execute(f"delete from {path} where {others}".encode())
                mixed = self._both_ways(connection, own, f"select * from ({self.made.query}) q")
                counts[label] = int(_ask(connection, f"select count(*) from ({own}) o")[0][0])
            wrong += [f"{label} sees other rows than its own"] * bool(seen)
            wrong += [f"{mixed} rows of {label} are computed from rows of others"] * bool(mixed)
        with self.bench.transaction() as connection:
            if int(_ask(connection, f"select count(*) from {self.shown}")[0][0]):
                wrong.append("a session without a tenant sees rows")
        if wrong:
            return broken("; ".join(wrong), rows=counts)
        return held(rows=counts) if any(counts.values()) else untested("no tenant has rows in it")

    def _differences(self, connection: Connection[TupleRow]) -> int:
        stored = f"select {self.names} from {self.stored}"
        return self._both_ways(connection, stored, f"select * from ({self.made.query}) q")

    def _both_ways(self, connection: Connection[TupleRow], one: str, other: str) -> int:
        """Rows that one query returns and the other does not, counted as often as they occur."""
        both = f"(({one}) except all ({other})) union all (({other}) except all ({one}))"
        return int(_ask(connection, f"select count(*) from ({both}) d")[0][0])

    def _everything(self, connection: Connection[TupleRow]) -> list[Any]:
        return _ask(connection, f"select s::text from {self.stored} s order by 1")

    def _age(self, connection: Connection[TupleRow]) -> Any:
        return _ask(connection, f"select * from {qualify(self.bench.blueprint.schema, self.made.clock)}")[0][0]

    def _change(self, connection: Connection[TupleRow]) -> str:
        """Remove every second row of the tables behind the query, one after another, until its answer is another."""
        for name in self.made.reads:
            path = qualify(self.bench.blueprint.schema, name)
            connection.execute("begin")
            connection.execute("set local session_replication_role = replica")
            connection.execute(f"delete from {path} where hashtext(ctid::text) % 2 = 0".encode())
            connection.execute("commit")
            if self._differences(connection):
                return name
        return ""


def _ask(connection: Connection[TupleRow], statement: str) -> list[Any]:
    return connection.execute(statement.encode()).fetchall()


def _refused(connection: Connection[TupleRow], *statements: str) -> str:
    """Run statements while another session holds its locks; return how the server refused one, else nothing."""
    import psycopg

    try:
        for statement in (f"set statement_timeout = '{LONGEST}'", *statements):
            connection.execute(statement.encode())
    except psycopg.Error as error:
        if connection.closed:
            raise
        return f"refused ({error.sqlstate})"
    return ""


def _well(answers: dict[str, str]) -> bool:
    return not any(answers.values())
