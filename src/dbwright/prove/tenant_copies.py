"""Copies and numbers of tenants: a trigger follows a written row within its tenant, for each role that may write.

Keys lead with the tenant, so two tenants may have rows of the same number. The experiment makes such twins of a row and
of the row it leads to, in the tables of another tenant: a trigger that forgets the tenant confuses the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from dbwright.data import valid_row
from dbwright.model.blueprint import DatabaseRole
from dbwright.model.table import Table
from dbwright.prove.attempts import Statement, attempt, insert_of
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.sql.names import listed, literal, qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

Write = tuple[str, str, dict[str, tuple[str, ...]], Statement]
"""A sentence, the table, the columns it takes by verb, the statement."""
REFUSED = "refused (42501)"
"""What a missing privilege or a policy answers."""


def test(bench: Bench, details: Mapping[str, Any]) -> Outcome:
    """Write as the server's administrator and as each role, in two tenants, and look at both after each statement."""
    trial = _Trial(bench, details)
    try:
        with closing(bench.copy.connect()) as connection:
            # The twins are committed: all references of a row of the same transaction would be checked again.
            with connection.transaction():
                prepared = trial.prepare(connection)
            if not prepared:
                return untested("no row of one tenant leads to another, or all originals are the same")
            if trial.lies(connection):
                return broken("the generated rows already differ from what they follow")
            connection.execute("begin")
            wrong = list(trial.writes_of_both(connection))
            wrong += [w for role in bench.blueprint.roles for w in trial.writes_of_role(connection, role)]
            connection.execute("rollback")
    finally:
        bench.drop_copy()
    evidence = {"attempts": trial.answers}
    return broken("; ".join(wrong[:3]), **evidence) if wrong else held(f"{len(trial.answers)} attempts", **evidence)


class _Trial:
    """The rows that lead (`child`) and those they lead to (`parent`), one pair of rows in tenant A, its twin in B."""

    def __init__(self, bench: Bench, details: Mapping[str, Any]) -> None:
        self.bench = bench
        self.adds_up = "rollup" in details
        names = (details["rollup"], details["table"]) if self.adds_up else (details["table"], details["source"])
        self.child, self.parent = bench.table(names[0]), bench.table(names[1])
        self.column = str(details["column"])
        self.other_column = str(details["added"] if self.adds_up else details["original"])
        key = next(k for k in self.child.foreign_keys if k.name == details["key"])
        self.pairs = list(zip(key.columns, key.target_columns, strict=True))
        self.a, self.b = bench.tenants[0], bench.tenants[1] if len(bench.tenants) > 1 else None
        self.rows: dict[Any, tuple[dict[str, Any], dict[str, Any]]] = {}
        self.other: Any = None
        self.another: Any = None
        self.answers: dict[str, str] = {}

    def _path(self, table: Table) -> str:
        return qualify(self.bench.blueprint.schema, table.name)

    def prepare(self, connection: Connection[TupleRow]) -> bool:
        """Find a pair of rows that leads from A to A, and one of B: its twin where there can be one; else False."""
        found = self._pair(connection, self.a) if self.b is not None else None
        if found is None:
            return False
        self.rows[self.a] = child, parent = found
        if not self.adds_up:
            name = quote(self.other_column)
            different = (
                f"select distinct {name} from {self._path(self.parent)} where {name} is distinct from $1 limit 2"
            )
            values = [value for (value,) in _ask(connection, different, [parent[self.other_column]])]
            if not values:
                return False
            self.other, self.another = values[0], values[-1]
        if self.parent.tenant_column and self.parent.logical_key != (self.parent.tenant_column,):
            self.rows[self.b] = self._make_twins(connection, child, parent)
            return True
        other = self._pair(connection, self.b)
        if other is not None:
            self.rows[self.b] = other
        return other is not None

    def _pair(self, connection: Connection[TupleRow], tenant: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """A row of a tenant, and the row that it leads to."""
        on = " and ".join(f"c.{quote(here)} = p.{quote(there)}" for here, there in self.pairs)
        pair = (
            f"select c.ctid::text, p.ctid::text from {self._path(self.child)} c"
            f" join {self._path(self.parent)} p on {on}"
            f" where c.{quote(self.child.tenant_column)}::text = $1 order by c.ctid limit 1"
        )
        found = _ask(connection, pair, [str(tenant)])
        if not found:
            return None
        return self._row(connection, self.child, found[0][0]), self._row(connection, self.parent, found[0][1])

    def _row(self, connection: Connection[TupleRow], table: Table, place: str) -> dict[str, Any]:
        names = [c.name for c in table.columns if not c.generated]
        (values,) = _ask(connection, f"select {listed(names)} from {self._path(table)} where ctid = $1::tid", [place])
        return dict(zip(names, values, strict=True))

    def _make_twins(
        self, connection: Connection[TupleRow], child: dict[str, Any], parent: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The twins hold what is right for them; what other tables they lead to does not matter here."""
        right = ((child[self.other_column] or 0) if self.other_column else 1) if self.adds_up else self.other
        b_parent = parent | {self.parent.tenant_column: self.b}
        b_parent[self.column if self.adds_up else self.other_column] = right
        b_child = child | {self.child.tenant_column: self.b}
        if not self.adds_up:
            b_child[self.column] = right
        connection.execute("set local session_replication_role = replica")
        attempt(connection, *insert_of(self._path(self.parent), b_parent))
        attempt(connection, *insert_of(self._path(self.child), b_child))
        connection.execute("set local session_replication_role = origin")
        return b_child, b_parent

    def lies(self, connection: Connection[TupleRow]) -> int:
        """Rows of all tenants that differ from what they follow."""
        on = " and ".join(f"c.{quote(here)} = p.{quote(there)}" for here, there in self.pairs)
        child, parent, column = self._path(self.child), self._path(self.parent), quote(self.column)
        if self.adds_up:
            what = f"coalesce(sum(c.{quote(self.other_column)}), 0)" if self.other_column else "count(*)"
            right = f"(select {what} from {child} c where {on})"
            statement = f"select count(*) from {parent} p where p.{column} is distinct from {right}"
        else:
            differs = f"c.{column} is distinct from p.{quote(self.other_column)}"
            statement = f"select count(*) from {child} c join {parent} p on {on} where {differs}"
        return int(_ask(connection, statement, [])[0][0])

    def _others(self, connection: Connection[TupleRow], tenant: Any) -> list[Any]:
        """What stands in the rows of all other tenants."""
        tables = [t for t in (self.child, self.parent) if t.tenant_column]
        digest = "select coalesce(sum(hashtextextended(t::text, 0)), 0) from {} t where {}::text <> $1"
        statements = [digest.format(self._path(t), quote(t.tenant_column)) for t in tables]
        return [_ask(connection, s, [str(tenant)])[0][0] for s in statements]

    def _kept(self, table: str, before: list[Any]) -> list[Any]:
        """What no write to a table may change; an original that all tenants share spreads to the rows of each."""
        return before if table == self.child.name or self.parent.tenant_column else []

    def writes_of_both(self, connection: Connection[TupleRow]) -> Iterator[str]:
        """Yield what is wrong after writes that no policy limits, in either tenant."""
        for label, tenant in (("A", self.a), ("B", self.b)):
            before = self._others(connection, tenant)
            for what, table, _, statement in self._writes(tenant):
                yield from self._try(connection, f"{what} in {label}", statement, tenant, self._kept(table, before))

    def writes_of_role(self, connection: Connection[TupleRow], role: DatabaseRole) -> Iterator[str]:
        """Yield what is wrong after writes of one role: of what it may write, and of rows of another tenant."""
        if role.purpose not in ("client", "all tenants"):
            return
        tenant = self.a if role.purpose == "client" else None
        before = self._others(connection, self.a)
        rights = self._rights(role)
        allowed = rights.get((self.child.name, "insert"))
        writes = zip(self._writes(self.a, allowed), self._writes(self.a, allowed, tenant is not None), strict=True)
        for (what, table, _, free), (_, _, needed, statement) in writes:
            if all((table, v) in rights and set(names) <= rights[table, v] for v, names in needed.items()):
                expected = self._answer(connection, free, "", self.a)[0]
                said = f"{what}, written by {role.name}"
                kept = self._kept(table, before)
                yield from self._try(connection, said, statement, tenant, kept, role.name, expected)
        if tenant is not None and rights.get((self.child.name, "insert")):
            yield from self._cross(connection, role.name)

    def _rights(self, role: DatabaseRole) -> dict[tuple[str, str], set[str]]:
        grants = [g for g in self.bench.blueprint.grants if g.role == role.name and g.kind == "table"]
        tables = {t.name: {c.name for c in t.columns} for t in (self.child, self.parent)}
        return {(g.object, g.privilege): set(g.columns) or tables[g.object] for g in grants if g.object in tables}

    def _writes(self, tenant: Any, allowed: set[str] | None = None, bound: bool = False) -> Iterator[Write]:
        """What changes a copy or a number; a new row has the allowed columns, a bound role does not name its tenant."""
        child, parent = self.rows[tenant]
        names, where, key = _where(self.child, child, bound)
        needed: dict[str, tuple[str, ...]] = {"select": names}
        row = self._new_row(tenant)
        row = {n: v for n, v in row.items() if allowed is None or n in allowed}
        yield "a row is added", self.child.name, {"insert": tuple(row)}, insert_of(self._path(self.child), row)
        if self.adds_up:
            gone = f"delete from {self._path(self.child)} where {where}"
            yield "a row is removed", self.child.name, needed | {"delete": ()}, (gone, key)
            if self.other_column:
                more = f"update {self._path(self.child)} set {quote(self.other_column)} = 7 where {where}"
                yield "an amount changes", self.child.name, needed | {"update": (self.other_column,)}, (more, key)
            return
        names, where, key = _where(self.parent, parent, bound)
        value = self.another
        change = f"update {self._path(self.parent)} set {quote(self.other_column)} = ${len(key) + 1} where {where}"
        needed = {"select": names, "update": (self.other_column,)}
        yield "the original changes", self.parent.name, needed, (change, [*key, value])

    def _new_row(self, tenant: Any) -> dict[str, Any]:
        """A row that leads where the row of this tenant leads; a copy that it brings is wrong."""
        row = dict(valid_row(self.bench.blueprint, self.bench.dataset, self.child.name, 1, tenant))
        row |= {here: self.rows[tenant][1][there] for here, there in self.pairs}
        return row if self.adds_up else row | {self.column: self.other}

    def _try(
        self,
        connection: Connection[TupleRow],
        what: str,
        statement: Statement,
        tenant: Any,
        before: list[Any],
        role: str = "",
        expected: str = "",
    ) -> Iterator[str]:
        """Run a statement and take it back; what a role may write must end as it does without policies."""
        answer, lies, others = self._answer(connection, statement, role, tenant, self.a if role else tenant)
        self.answers[what] = answer
        if answer == REFUSED or (expected and answer != expected):
            yield f"{what}: {answer}{f', not {expected}' if expected else ''}"
        elif lies:
            yield f"{what}: {lies} rows lie"
        elif before and others != before:
            yield f"{what}: rows of another tenant changed"

    def _answer(
        self, connection: Connection[TupleRow], statement: Statement, role: str, tenant: Any, writer: Any = None
    ) -> tuple[str, int, list[Any]]:
        """How a statement ends, how many rows lie then, and what stands in the rows that are not the writer's."""
        connection.execute("savepoint trial")
        tenancy = self.bench.blueprint.design.tenancy
        assert tenancy is not None
        said = "" if tenant is None else str(tenant)
        connection.execute("select set_config(%s, %s, true)", (tenancy.setting, said))
        if role:
            connection.execute(f"set local role {literal(role)}".encode())
        answer = attempt(connection, *statement)
        if answer.startswith("refused"):
            connection.execute("rollback to trial")
            return answer, 0, []
        connection.execute("reset role")
        lies = self.lies(connection)
        others = self._others(connection, writer) if writer is not None else []
        connection.execute("rollback to trial")
        return answer, lies, others

    def _cross(self, connection: Connection[TupleRow], role: str) -> Iterator[str]:
        """A row for another tenant is refused, and the refusal does not tell whether what it leads to exists."""
        target = self._path(self.child)
        real = self._new_row(self.b)
        local = next((h for h, t in self.pairs if h != self.child.tenant_column), "")
        missing = real | ({local: self._new_row(self.a)[self.child.logical_key[-1]]} if local else {})
        for what, row in (("to an existing row", real), ("to a missing row", missing)):
            allowed = self._rights(self.bench.role(role))[(self.child.name, "insert")] | {self.child.tenant_column}
            answer, _, _ = self._answer(
                connection, insert_of(target, {n: v for n, v in row.items() if n in allowed}), role, self.a
            )
            self.answers[f"a row for B that leads {what}, written by {role}"] = answer
            if answer != REFUSED:
                yield f"a row of another tenant, written by {role}: {answer}"


def _where(table: Table, row: Mapping[str, Any], bound: bool) -> tuple[tuple[str, ...], str, list[Any]]:
    """The key of a row, the condition and its values; a policy names the tenant for a bound role."""
    key = tuple(n for n in table.logical_key if not bound or n != table.tenant_column)
    condition = " and ".join(f"{quote(n)} = ${i}" for i, n in enumerate(key, 1)) or "true"
    return key, condition, [row[n] for n in key]


def _ask(connection: Connection[TupleRow], statement: str, values: list[Any]) -> list[Any]:
    from psycopg import RawCursor

    return RawCursor(connection).execute(statement.encode(), values).fetchall()
