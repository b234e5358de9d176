"""A connection that only plans, in a laboratory: as any role, with any indexes, under other statistics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dbwright.sql.names import quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from dbwright.planner.stage import Stage
    from dbwright.planner.statistics import Statistics

SWITCH = """
update pg_catalog.pg_index set indisvalid = %s from pg_catalog.pg_class c
where c.oid = indexrelid and c.relnamespace = %s::regnamespace and c.relname = any(%s) and indisvalid <> %s
"""
ROLE_SETTINGS = """
select split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
from pg_catalog.pg_db_role_setting s, unnest(setconfig) setting
where setrole = %s::regrole and setdatabase in (0, (select oid from pg_database where datname = current_database()))
order by setdatabase
"""


class Planned:
    """The schema at one size. `left_out` says in words which statistics could not be given to it."""

    def __init__(
        self, connection: Connection[TupleRow], schema: str, stage: Stage | None = None, left_out: Sequence[str] = ()
    ) -> None:
        self._connection = connection
        self._stage = stage
        self._role = ""
        self.schema = schema
        self.left_out = tuple(left_out)
        self._find_names()
        connection.commit()

    @property
    def process_id(self) -> int:
        """The number of the server's process that plans."""
        return self._connection.info.backend_pid

    def _find_names(self) -> None:
        """Let names lead into the schema, unless the database says where they lead."""
        row = self._connection.execute("select source from pg_settings where name = 'search_path'").fetchone()
        if row is not None and row[0] != "database":
            self._connection.execute(f"set search_path = {quote(self.schema)}, public".encode())

    @property
    def connection(self) -> Connection[TupleRow]:
        """The connection, which only reads unless a transaction says otherwise; such a one is rolled back."""
        return self._connection

    def explain(self, statement: str, generic: bool = False, options: Sequence[str] = ()) -> Any:
        """Return what EXPLAIN (FORMAT JSON) says of a statement; `generic` plans one with `$1` for any value.

        Raise psycopg.Error; ValueError for the option that would run the statement, which here has no rows to meet.
        """
        if any(option.strip().lower().startswith("analy") for option in options):
            raise ValueError("a laboratory only plans: a statement that ran here would meet two rows")
        asked = ", ".join(["format json", *(["generic_plan"] if generic else []), *options])
        row = self._connection.execute(f"explain ({asked}) {statement}".encode(), prepare=False).fetchone()
        assert row is not None
        return row[0]

    def execute(self, statement: str) -> None:
        """Say something in the transaction, such as `set local enable_seqscan = off` or `savepoint one`."""
        self._connection.execute(statement.encode())

    def say(self, statement: str) -> None:
        """Say something inside the transaction of `changed` or `believing`; it ends with that transaction."""
        self._connection.execute(statement.encode())

    @contextmanager
    def acting(self, role: str, settings: Mapping[str, str] | None = None) -> Iterator[None]:
        """Plan as a role: under its policies, with what it may see of the statistics, and with its own settings.

        `settings` are said to the session besides, such as the key of the tenant. Raise psycopg.Error.
        """
        self._connection.rollback()
        own: dict[str, str] = dict(self._connection.execute(ROLE_SETTINGS, [quote(role)]).fetchall()) if role else {}
        for name, value in {**own, **(settings or {})}.items():
            self._connection.execute("select set_config(%s, %s, false)", [name, value])
        self._take(role, "session")
        self._connection.commit()
        self._role = role
        try:
            yield
        finally:
            self._connection.rollback()
            self._connection.execute("reset role")
            for name in {**own, **(settings or {})}:
                self._connection.execute(f"reset {name}".encode())
            self._find_names()
            self._connection.execute("set default_transaction_read_only = on")
            self._connection.commit()
            self._role = ""

    def _take(self, role: str, scope: str) -> None:
        if role:
            self._connection.execute(f"set {scope} role {quote(role)}".encode())

    def take_role(self, role: str, settings: Mapping[str, str]) -> None:
        """Plan as a role with its own settings and these, until the transaction of `changed` or `believing` ends."""
        self._connection.execute("set local role none")
        own: dict[str, str] = dict(self._connection.execute(ROLE_SETTINGS, [quote(role)]).fetchall()) if role else {}
        for name, value in {**own, **settings}.items():
            self._connection.execute("select set_config(%s, %s, true)", [name, value])
        self._take(role, "local")

    @contextmanager
    def without(self, indexes: Iterable[str]) -> Iterator[None]:
        """Plan as if these indexes were not there."""
        with self._changing():
            self._switch(indexes, valid=False)
            self._take(self._role, "local")
            yield

    @contextmanager
    def using(self, indexes: Iterable[str]) -> Iterator[None]:
        """Plan with those of the dismissed indexes that are named."""
        with self._changing():
            self._switch(indexes, valid=True)
            self._take(self._role, "local")
            yield

    def dismiss(self, indexes: Iterable[str]) -> None:
        """Do not plan with these candidates until `using` names them: every valid index makes each question dearer."""
        with self._changing(keep=True):
            self._switch(indexes, valid=False)

    @contextmanager
    def changed(self, statements: Sequence[str]) -> Iterator[None]:
        """Plan after statements that change the catalog, such as those of `beliefs`, in one transaction."""
        with self._changing():
            for statement in statements:
                self._connection.execute(statement.encode())
            self._take(self._role, "local")
            yield

    @contextmanager
    def believing(self, *statistics: Statistics) -> Iterator[None]:
        """Plan under other statistics of the same sizes, such as fewer distinct values; files stay as they are."""
        assert self._stage is not None
        with self._changing():
            self._stage.plant_again(self._connection, statistics)
            self._take(self._role, "local")
            yield

    @contextmanager
    def _changing(self, keep: bool = False) -> Iterator[None]:
        """One transaction that may write to the catalog, as the login; rolled back at the end."""
        self._connection.rollback()
        self._connection.execute("set transaction read write; set local role none")
        try:
            yield
            if keep:
                self._connection.commit()
        finally:
            self._connection.rollback()

    def _switch(self, indexes: Iterable[str], valid: bool) -> None:
        self._connection.execute(SWITCH, [valid, quote(self.schema), list(indexes), valid])
