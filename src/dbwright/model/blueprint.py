"""The blueprint: everything that was decided, as values that the emitters write down and the proofs test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from dbwright.diagnostics import NOWHERE, Diagnostic, Span
from dbwright.model.capacity import Capacity
from dbwright.model.claim import Claim
from dbwright.model.decision import Decision
from dbwright.model.design import Design
from dbwright.model.grouping import grouped
from dbwright.model.house import House
from dbwright.model.live import LiveState
from dbwright.model.table import ForeignKey, Index, Size, Table, TableColumn
from dbwright.records import cached_property, field, record, replace

T = TypeVar("T")


@record(frozen=True)
class View:
    """A view; `statement` is the whole `create view`, `reads` the tables behind it.

    `owner` is set where that is not the owner of the tables. A view that is `stored` keeps its rows (a materialized
    view) and may have indexes.
    """

    name: str
    statement: str
    reads: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    masked: bool = False
    about: str = ""
    owner: str = ""
    stored: bool = False
    indexes: tuple[Index, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@record(frozen=True)
class StoredSummary:
    """A summary as it was decided: the view that is read, the stored rows behind it, and how they are kept.

    `stale` is how old an answer may be and `every` how often it is computed anew, both in seconds; `columns` have types
    and meanings, `reads` are the tables that it is computed from, `tenant_column` is empty where rows have no tenant.
    """

    name: str
    stored: str
    clock: str
    refresh: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    query: str
    reads: tuple[str, ...]
    stale: float
    every: int
    tenant_column: str = ""
    about: str = ""
    area: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@record(frozen=True)
class Function:
    """A function; `arguments` are the types that tell it from others of its name."""

    name: str
    arguments: str
    statement: str
    owner: str = ""
    early: bool = False
    about: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@record(frozen=True)
class Trigger:
    """A trigger on a table; `statement` is the whole `create trigger`."""

    name: str
    table: str
    statement: str
    purpose: str = ""


@record(frozen=True)
class Script:
    """A verbatim statement of the design; `early` where tables may need it (types, functions, domains)."""

    name: str
    statement: str
    early: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@record(frozen=True)
class Policy:
    """A row-level security policy."""

    name: str
    table: str
    roles: tuple[str, ...]
    command: str = "all"
    permissive: bool = True
    using: str = ""
    check: str = ""


@record(frozen=True)
class Grant:
    """A privilege: `kind` is schema, table, view or function; `columns` limits it to some."""

    role: str
    privilege: str
    kind: str
    object: str
    columns: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()


@record(frozen=True)
class DatabaseRole:
    """A role on the server."""

    name: str
    login: bool
    about: str = ""
    connections: int = 0
    purpose: str = "client"


@record(frozen=True)
class Statement:
    """The statement a client sends for an access pattern, as it was decided.

    `sql` has numbered parameters (`$1`), `parameters` names them in that order. Where the pattern goes through a
    definer function, `inner` is the statement inside and `inner_role` runs it. `uses` are the indexes its plan
    promises, one set a table of which one must be used; `prunes` the partitioned tables of which it must not touch
    every partition.
    """

    pattern: str
    sql: str
    parameters: tuple[str, ...]
    inner: str = ""
    inner_role: str = ""
    uses: tuple[tuple[str, ...], ...] = ()
    prunes: tuple[str, ...] = ()


@record(frozen=True)
class Blueprint:
    """Everything decided about one design, for one major version of the server.

    For a database that was read, `planned` are the sizes that a design has for its tables today.
    """

    design: Design = field(compare=False, repr=False)
    name: str
    schema: str
    version: int
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    summaries: tuple[StoredSummary, ...] = ()
    functions: tuple[Function, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    scripts: tuple[Script, ...] = ()
    extensions: tuple[str, ...] = ()
    roles: tuple[DatabaseRole, ...] = ()
    owner: str = ""
    grants: tuple[Grant, ...] = ()
    policies: tuple[Policy, ...] = ()
    statements: tuple[Statement, ...] = ()
    decisions: tuple[Decision, ...] = ()
    claims: tuple[Claim, ...] = ()
    capacity: Capacity | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    live: LiveState | None = None
    house: House | None = None
    planned: Mapping[str, Size] = field(default_factory=dict)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {t.name: t for t in self.tables}

    def table(self, name: str) -> Table | None:
        """Return the table of that name, if there is one."""
        return self._tables.get(name)

    def statement(self, pattern: str) -> Statement | None:
        """Return the decided statement of an access pattern, if there is one."""
        return self._statements.get(pattern)

    @cached_property
    def _statements(self) -> dict[str, Statement]:
        return {s.pattern: s for s in self.statements}

    def policies_on(self, table: str) -> Sequence[Policy]:
        """Return the policies of a table."""
        return self._policies.get(table, ())

    @cached_property
    def _policies(self) -> dict[str, list[Policy]]:
        return grouped((p.table, p) for p in self.policies)

    def triggers_on(self, table: str) -> Sequence[Trigger]:
        """Return the triggers of a table."""
        return self._triggers.get(table, ())

    @cached_property
    def _triggers(self) -> dict[str, list[Trigger]]:
        return grouped((t.table, t) for t in self.triggers)

    def grants_on(self, kind: str, name: str) -> Sequence[Grant]:
        """Return the privileges on an object."""
        return self._grants.get((kind, name), ())

    @cached_property
    def _grants(self) -> dict[tuple[str, str], list[Grant]]:
        return grouped(((g.kind, g.object), g) for g in self.grants)

    def once(self, work: Callable[[Blueprint], T]) -> T:
        """Return what a function makes of this blueprint; it is worked out once, and anew for a changed blueprint.

        The function looks at everything but decisions, claims and diagnostics, which change without changing the rest.
        """
        if work not in self._worked_out:
            self._worked_out[work] = work(self)
        found: T = self._worked_out[work]
        return found

    def knowing(self, work: Callable[[Blueprint], T], found: T) -> Blueprint:
        """Return the blueprint with what a function makes of it, which somebody has worked out on the way to it."""
        more = self._with_more()
        more._worked_out[work] = found
        return more

    @cached_property
    def _worked_out(self) -> dict[Callable[[Blueprint], Any], Any]:
        return {}

    def put(self, *tables: Table) -> Blueprint:
        """Return the blueprint with these tables in place of those of the same name, new ones last."""
        fresh = {t.name: t for t in tables}
        kept = tuple(fresh.pop(t.name, t) for t in self.tables)
        return replace(self, tables=kept + tuple(fresh.values()))

    def under(self, house: House) -> Blueprint:
        """Return the blueprint as one that a house asks something of."""
        return self._with_more(house=house)

    def decide(self, *decisions: Decision) -> Blueprint:
        """Return the blueprint with these decisions added."""
        return self._with_more(decisions=self.decisions + decisions) if decisions else self

    def promise(self, claims: Iterable[Claim]) -> Blueprint:
        """Return the blueprint with these claims, of several with one name the last."""
        return self._with_more(claims=tuple({c.id: c for c in claims}.values()))

    def report(self, *diagnostics: Diagnostic) -> Blueprint:
        """Return the blueprint with these diagnostics added."""
        return self._with_more(diagnostics=self.diagnostics + diagnostics) if diagnostics else self

    def _with_more(self, **said: Any) -> Blueprint:
        """The same blueprint with more said about it: what was worked out stays."""
        more = replace(self, **said)
        more.__dict__.update({**self.__dict__, "_worked_out": self._worked_out, **said})
        return more


def references_by_target(blueprint: Blueprint) -> dict[str, list[tuple[str, ForeignKey]]]:
    """Return the references to each table, with the names of the tables that hold them, in order."""
    return grouped((key.target, (table.name, key)) for table in blueprint.tables for key in table.foreign_keys)
