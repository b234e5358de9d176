"""SQL scripts, loaded by the real psql into databases of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbwright.prove.bench import Bench
from dbwright.prove.document_tools import ToolRefused, built, run_tool
from dbwright.prove.outcome import Outcome, broken, held
from dbwright.server import Database, ScriptFailed
from dbwright.sql.names import quote

DDL = "ddl/schema.sql"
MIGRATION = "migrations/0001_initial.sql"
INVARIANTS = "handoff/invariants.sql"

_TABLES = """
select c.relname from pg_class c
where c.relnamespace = (select oid from pg_namespace where nspname = %s) and c.relkind in ('r', 'p')
"""


def check_ddl(bench: Bench) -> Outcome:
    """Load the DDL into an empty database and look for every table."""
    with loaded(bench, DDL) as database:
        return _judge_tables(bench, database)


def check_migration(bench: Bench) -> Outcome:
    """Apply the first migration to an empty database, compare it with the DDL's, and apply it once more in vain."""
    with loaded(bench, MIGRATION) as migrated, loaded(bench, DDL) as by_ddl:
        schema = f"--schema={quote(bench.blueprint.schema)}"
        made = migrated.dump(schema)
        if made != by_ddl.dump(schema):
            return broken("the migration makes another schema than the DDL", differs_at=_first(made, by_ddl, schema))
        for database, state in ((migrated, "a second time"), (by_ddl, "on a schema that the DDL made")):
            if _runs(bench, database):
                return broken(f"the migration runs {state}, and should refuse")
        if migrated.dump(schema) != made:
            return broken("the migration that was refused changed the schema")
        return held(tables=len(bench.blueprint.tables), second_run="refused", judged_by="psql, pg_dump")


def check_invariants(bench: Bench) -> dict[str, Any]:
    """Run the invariants over the rows of the bench, where they were built: no row breaks what the server enforces.

    The script is read-only. Return what it found else, as evidence: generated rows need not follow a dependency that
    nothing enforces. Raise ToolRefused with what psql printed.
    """
    if INVARIANTS not in bench.files:
        return {}
    psql = [str(bench.server.bin("psql")), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    said = run_tool(psql, bench.files[INVARIANTS], bench.server.environment(bench.database.name))
    if said.returncode != 0:
        raise ToolRefused(f"psql refuses {INVARIANTS}: {said.stderr.strip().splitlines()[0]}")
    rows = said.stdout.strip().splitlines()
    breaking = [row for row in rows if row.startswith("integrity/")]
    if breaking:
        raise ToolRefused(f"{INVARIANTS} finds a row that breaks {breaking[0].split('|')[0]}", rows=breaking[:20])
    return {"unenforced": sorted({row.split("|")[0] for row in rows if "|" in row})}


@contextmanager
def loaded(bench: Bench, path: str) -> Iterator[Database]:
    """Yield a new database that psql loaded a built file into; raise NotBuilt, and ToolRefused with the place."""
    text = built(bench, path)
    with bench.server.scratch() as database:
        try:
            database.run_sql(text)
        except ScriptFailed as error:
            place = {"line": error.line, "text": error.excerpt, "sqlstate": error.sqlstate}
            raise ToolRefused(f"psql refuses {path}: {_sentence(error)}", **place) from error
        yield database


def _sentence(error: ScriptFailed) -> str:
    place = f"line {error.line}: " if error.line else ""
    return f"{place}{error.reason.splitlines()[0]}"


def _judge_tables(bench: Bench, database: Database) -> Outcome:
    with database.connect() as connection:
        found = {str(row[0]) for row in connection.execute(_TABLES, (bench.blueprint.schema,))}
    missing = [t.name for t in bench.blueprint.tables if t.name not in found]
    if missing:
        return broken(f"psql loads it, but there is no table `{missing[0]}`", missing=missing)
    return held(tables=len(bench.blueprint.tables), judged_by="psql")


def _runs(bench: Bench, database: Database) -> bool:
    try:
        database.run_sql(built(bench, MIGRATION))
    except ScriptFailed:
        return False
    return True


def _first(made: str, by_ddl: Database, schema: str) -> str:
    """Return the first line of the migration's dump that the DDL's has not at that place."""
    wanted = by_ddl.dump(schema).splitlines()
    for number, line in enumerate(made.splitlines()):
        if number >= len(wanted) or line != wanted[number]:
            return line
    return wanted[len(made.splitlines())]
