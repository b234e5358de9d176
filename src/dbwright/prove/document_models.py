"""Models: SQLAlchemy makes the tables that the DDL makes, Pydantic takes the rows that the server has.

Both run in a Python of their own, so that nothing of them stays in this one.
"""

from __future__ import annotations

from dbwright.prove.bench import Bench
from dbwright.prove.document_scripts import DDL, loaded
from dbwright.prove.document_tools import ask_python, built, need_library, written
from dbwright.prove.model_facts import compare_facts, read_facts
from dbwright.prove.outcome import Outcome, broken, held
from dbwright.prove.sample_rows import json_rows
from dbwright.server import Database
from dbwright.sql.names import qualify

SQLALCHEMY = "models/sqlalchemy_models.py"
PYDANTIC = "models/pydantic_models.py"


def check_sqlalchemy(bench: Bench) -> Outcome:
    """Let the models make the tables where the DDL's were, and compare what the server says of both."""
    text = built(bench, SQLALCHEMY)
    need_library("sqlalchemy", (2, 0))
    schema = bench.blueprint.schema
    with loaded(bench, DDL) as database:
        before = read_facts(database, schema)
        _drop_tables(bench, database)
        kept = read_facts(database, schema).keys()
        with written(text, "sqlalchemy_models.py") as path:
            question = {"path": str(path), "dsn": database.dsn}
            answer = ask_python("probe_sqlalchemy", question, bench.server.environment(database.name))
        after = read_facts(database, schema)
    by_ddl = {k: v for k, v in before.items() if k not in kept}
    by_models = {k: v for k, v in after.items() if k not in kept}
    lines = compare_facts(by_ddl, by_models)
    if lines:
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        return broken(f"{lines[0]}{more}", differences=lines)
    return held(**answer, facts=len(by_ddl), judged_by="the catalog of the server")


def _drop_tables(bench: Bench, database: Database) -> None:
    """Drop the tables and what hangs on them; roles, schema, extensions, types and early functions stay."""
    names = ", ".join(qualify(bench.blueprint.schema, t.name) for t in bench.blueprint.tables)
    if names:
        database.run_sql(f"set client_min_messages = warning; drop table {names} cascade;")


def check_pydantic(bench: Bench) -> Outcome:
    """Have the read model of each table validate rows as the server writes them in JSON."""
    text = built(bench, PYDANTIC)
    need_library("pydantic", (2, 0))
    rows = json_rows(bench, portable=True)
    with written(text, "pydantic_models.py") as path:
        question = {"path": str(path), "tables": [[t.name, rows[t.name]] for t in bench.blueprint.tables]}
        answer = ask_python("probe_pydantic", question, bench.server.environment())
    return held(**answer, judged_by="pydantic")
