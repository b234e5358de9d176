"""Constraints, indexes and triggers set aside while rows are loaded, and brought back, which proves the rows.

A row-by-row check of a reference costs thirty times what one query over the whole table costs, and an index that is
built at once a third of one that grows with the rows. All of it happens in the caller's transaction: whatever goes
wrong, the tables are as they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbwright.sql.names import literal, qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

CONSTRAINTS = """\
select r.relname, c.conname, c.contype::text, pg_catalog.pg_get_constraintdef(c.oid),
       pg_catalog.obj_description(c.oid, 'pg_constraint'),
       case when c.contype in ('p', 'u', 'x') then pg_catalog.obj_description(c.conindid, 'pg_class') end,
       case when c.contype in ('p', 'u') then
         (select pg_catalog.array_to_string(reloptions, ', ') from pg_catalog.pg_class where oid = c.conindid) end
  from pg_catalog.pg_constraint c join pg_catalog.pg_class r on r.oid = c.conrelid
  left join pg_catalog.pg_index i on i.indexrelid = c.conindid and c.contype in ('p', 'u', 'x')
 where c.connamespace = (select oid from pg_catalog.pg_namespace where nspname = %(schema)s)
   and r.relname = any(%(tables)s) and c.conparentid = 0 and c.contype in ('p', 'u', 'x', 'c', 'f') and c.conislocal
   and not coalesce(i.indisreplident or i.indisclustered, false)
 order by position(c.contype::text in 'fpuxc'), r.relname, c.conname"""
"""References first: they stand on the keys. An index by which replication or clustering knows a table is left."""
INDEXES = """\
select i.relname, pg_catalog.pg_get_indexdef(i.oid), pg_catalog.obj_description(i.oid, 'pg_class')
  from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid
  join pg_catalog.pg_class t on t.oid = x.indrelid
 where t.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %(schema)s)
   and t.relname = any(%(tables)s) and not x.indisreplident and not x.indisclustered
   and not exists (select from pg_catalog.pg_constraint c where c.conindid = x.indexrelid)
 order by t.relname, i.relname"""
TRIGGERS = """\
select t.relname, g.tgname from pg_catalog.pg_trigger g join pg_catalog.pg_class t on t.oid = g.tgrelid
 where t.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %(schema)s)
   and t.relname = any(%(tables)s) and not g.tgisinternal and g.tgenabled = 'O' and g.tgparentid = 0
 order by t.relname, g.tgname"""

_DEFERRABLE = re.compile(r" (?:NOT )?DEFERRABLE\b.*$")


@dataclass(frozen=True)
class Step:
    """One thing set aside: what it is called, the statement that removes it, those that bring it back."""

    name: str
    remove: str
    restore: tuple[str, ...]


@dataclass(frozen=True)
class Aside:
    """What was set aside, in the order of removal."""

    steps: tuple[Step, ...]

    def bring_back(self, connection: Connection[TupleRow], tell: Callable[[str], None]) -> None:
        """Add everything again; raise psycopg.Error with the constraint's name where a row breaks it."""
        for step in reversed(self.steps):
            tell(step.name)
            for statement in step.restore:
                connection.execute(statement.encode())


def set_aside(connection: Connection[TupleRow], schema: str, tables: Sequence[str]) -> Aside:
    """Remove the constraints and indexes of some tables and stop their triggers, inside the caller's transaction.

    What something else stands on (a view that groups by a key, a reference of a table that is not named) stays.
    """
    steps = [*_triggers(connection, schema, tables), *_relations(connection, schema, tables)]
    return Aside(tuple(step for step in steps if _remove(connection, step.remove)))


def _remove(connection: Connection[TupleRow], statement: str) -> bool:
    import psycopg

    try:
        with connection.transaction():
            connection.execute(statement.encode())
    except psycopg.errors.DependentObjectsStillExist:
        return False
    return True


def _relations(connection: Connection[TupleRow], schema: str, tables: Sequence[str]) -> Iterator[Step]:
    """References, then indexes without a constraint, then keys and checks: added again from the last to the first."""
    found = connection.execute(CONSTRAINTS, {"schema": schema, "tables": list(tables)}).fetchall()
    indexes = connection.execute(INDEXES, {"schema": schema, "tables": list(tables)}).fetchall()
    yield from (_constraint(schema, *row) for row in found if row[2] == "f")
    for name, definition, about in indexes:
        where = qualify(schema, name)
        # On a partitioned table the definition says ONLY; without it the partitions get their indexes again.
        restore = [definition.replace(" ON ONLY ", " ON ", 1)]
        restore += [f"comment on index {where} is {literal(about)}"] if about else []
        yield Step(f"index {name}", f"drop index {where}", tuple(restore))
    yield from (_constraint(schema, *row) for row in found if row[2] != "f")


def _constraint(
    schema: str,
    table: str,
    name: str,
    kind: str,
    definition: str,
    about: str | None,
    index_about: str | None,
    options: str | None,
) -> Step:
    where = qualify(schema, table)
    if options:
        # The definition of a key says nothing of how full its pages are to be.
        key, deferrable = _DEFERRABLE.split(definition, maxsplit=1)[0], _DEFERRABLE.search(definition)
        definition = f"{key} with ({options})" + (definition[deferrable.start() :] if deferrable else "")
    restore = [f"alter table {where} add constraint {quote(name)} {definition}"]
    if about:
        restore.append(f"comment on constraint {quote(name)} on {where} is {literal(about)}")
    if index_about:
        restore.append(f"comment on index {qualify(schema, name)} is {literal(index_about)}")
    return Step(f"constraint {name}", f"alter table {where} drop constraint {quote(name)}", tuple(restore))


def _triggers(connection: Connection[TupleRow], schema: str, tables: Sequence[str]) -> Iterator[Step]:
    for table, name in connection.execute(TRIGGERS, {"schema": schema, "tables": list(tables)}).fetchall():
        head = f"alter table {qualify(schema, table)}"
        yield Step(
            f"trigger {name}", f"{head} disable trigger {quote(name)}", (f"{head} enable trigger {quote(name)}",)
        )
