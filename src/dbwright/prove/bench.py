"""The work bench that experiments share: the design's database on a real server, loaded and filled.

An experiment changes it only inside a transaction that it rolls back, so that the next one finds it as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from dbwright.data import Dataset, generate, load, plan_rows
from dbwright.model.blueprint import Blueprint, DatabaseRole
from dbwright.model.table import Table
from dbwright.prove.files import Files
from dbwright.prove.refusal import refused
from dbwright.server import Database, ScriptFailed, Server
from dbwright.sql.names import qualify

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

T = TypeVar("T")
SEED = 1
"""Seed of the generated rows; the same seed gives the same rows."""


@dataclass(frozen=True)
class Budget:
    """What measuring at several sizes may take: seconds of wall time and bytes of disk."""

    seconds: float = 20.0
    disk: int = 2**30


@dataclass
class Bench:
    """One design on one server; `files` are what `build` writes, `dataset` the rows that were loaded.

    `files_loaded` tells the pages right after the load, where somebody looked: calls leave dead rows behind.
    """

    blueprint: Blueprint
    files: Mapping[str, str]
    database: Database
    dataset: Dataset
    _connections: dict[str, Connection[TupleRow]] = field(default_factory=dict)
    _copy: Database | None = None
    budget: Budget = field(default_factory=Budget)
    closing: ExitStack = field(default_factory=ExitStack)
    files_loaded: Files = field(default_factory=lambda: Files({}, {}))
    _remembered: dict[str, Any] = field(default_factory=dict)

    @property
    def server(self) -> Server:
        """The server under the database."""
        return self.database.server

    @cached_property
    def tenants(self) -> list[Any]:
        """The keys of the tenants, those with most rows first; empty without tenancy."""
        tenancy = self.blueprint.design.tenancy
        if tenancy is None:
            return []
        column = tenancy.column
        counts: dict[Any, int] = dict.fromkeys(self.dataset.tables[tenancy.entity].columns[column], 0)
        for table in self.blueprint.tables:
            if table.tenant_column and table.name != tenancy.entity:
                for value, count in self.dataset.tables[table.name].columns[column].counted():
                    counts[value] = counts.get(value, 0) + count
        return sorted(counts, key=lambda value: (-counts[value], str(value)))

    @cached_property
    def dump(self) -> str:
        """What pg_dump prints of the database's structure; taken once, because experiments leave it as it was."""
        return self.database.dump()

    def table(self, name: str) -> Table:
        """Return a table of the blueprint; raise KeyError."""
        table = self.blueprint.table(name)
        if table is None:
            raise KeyError(name)
        return table

    def role(self, name: str) -> DatabaseRole:
        """Return a role of the blueprint; raise KeyError."""
        return next(r for r in self.blueprint.roles if r.name == name)

    @contextmanager
    def transaction(self, role: str = "", tenant: Any = None) -> Iterator[Connection[TupleRow]]:
        """Act in one transaction as a role (the superuser by default) and tenant; it is rolled back at the end."""
        connection = self._connection(role)
        connection.execute("rollback")
        connection.execute("begin")
        try:
            if tenant is not None and self.blueprint.design.tenancy is not None:
                setting = self.blueprint.design.tenancy.setting
                connection.execute("select set_config(%s, %s, true)", (setting, str(tenant)))
            yield connection
        finally:
            if not connection.closed:
                connection.execute("rollback")

    def _connection(self, role: str) -> Connection[TupleRow]:
        connection = self._connections.get(role)
        if connection is None or connection.closed:
            connection = self.database.connect(role or None)
            self._connections[role] = connection
        return connection

    def remember(self, name: str, work: Callable[[], T]) -> T:
        """Return what a piece of work gives; it is done once for the bench, which experiments leave as it was."""
        if name not in self._remembered:
            self._remembered[name] = work()
        found: T = self._remembered[name]
        return found

    @property
    def copy(self) -> Database:
        """A copy of the database for experiments whose transactions must commit; it is what the last one left."""
        if self._copy is None:
            self.close()
            self._copy = self.database.clone()
        return self._copy

    def drop_copy(self) -> None:
        """Drop the copy, if one was made; the next experiment that needs one gets a fresh one."""
        if self._copy is not None:
            self._copy.drop()
            self._copy = None

    def close(self) -> None:
        """End all connections."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()


@contextmanager
def open_bench(
    blueprint: Blueprint,
    files: Mapping[str, str],
    server: Server,
    rows: int = 120_000,
    budget: Budget | None = None,
) -> Iterator[Bench]:
    """Load the DDL into a scratch database and fill it; drop both database and roles at the end.

    Raise DesignError where the server refuses the DDL, RoleExists where the server already has one of the roles.
    """
    names = [r.name for r in blueprint.roles]
    refuse_foreign_roles(server, names)
    with server.scratch() as database:
        bench = None
        try:
            _load_ddl(database, blueprint, files["ddl/schema.sql"])
            dataset = generate(blueprint, plan_rows(blueprint, rows), SEED)
            with database.connect() as connection:
                load(dataset, connection)
                for summary in blueprint.summaries:
                    connection.execute(f"select {qualify(blueprint.schema, summary.refresh)}()".encode())
            bench = Bench(blueprint, files, database, dataset, budget=budget or Budget())
            yield bench
        finally:
            if bench is not None:
                bench.close()
                bench.drop_copy()
                bench.closing.close()
            database.drop()
            if not server.gone:
                server.drop_roles(names)


def _load_ddl(database: Database, blueprint: Blueprint, script: str) -> None:
    try:
        database.run_sql(script)
    except ScriptFailed as error:
        raise refused(blueprint, script, error) from error


class RoleExists(Exception):  # noqa: N818 - named after what happened, as the errors of the server room are
    """The server already has a role of the design; roles are shared by all databases of a server."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.help = "prove on the embedded server (leave out --server), or on a server without these roles"
        super().__init__(f"the server already has the role {', '.join(names)}, which the proof would create and drop")


def refuse_foreign_roles(server: Server, names: list[str]) -> None:
    """Raise RoleExists where one of the roles stands on the server."""
    present = sorted(server.roles() & set(names))
    if present:
        raise RoleExists(present)
