"""What it costs to judge a live database of a thousand tables: CPU of `dbwright check`, and of reading its catalogs.

The peer of the second is SQLAlchemy's `MetaData.reflect` on the same database.
"""

from __future__ import annotations

import sys

import sqlalchemy

from dbwright.catalog import read_catalog
from dbwright.server import open_server
from measuring import DBWRIGHT, Promise, best_of, cpu_of, report

TABLES, COLUMNS = 1_000, 12
CHECK_SECONDS = 3.0
REFLECT_RATIO = 1 / 10
ROUNDS = 3


def main() -> int:
    """Measure, report, and return the exit code."""
    # The longer transaction of a thousand tables needs more locks than the default allows.
    with open_server(settings={"max_locks_per_transaction": "1024"}) as server, server.scratch() as database:
        database.run_sql("\n".join(_table(number) for number in range(TABLES)))
        [checked] = best_of(ROUNDS, [*DBWRIGHT, "check", "--format", "json", database.dsn])
        with database.connect() as connection:
            ours = cpu_of(ROUNDS, lambda: read_catalog(connection))
        engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=database.connect)
        peer = cpu_of(ROUNDS, lambda: sqlalchemy.MetaData().reflect(engine))
        engine.dispose()
    return report(
        [
            Promise(f"CPU to check a database of {TABLES} tables", checked.cpu, CHECK_SECONDS, "s"),
            Promise("CPU to read its catalogs over that of MetaData.reflect", ours / peer, REFLECT_RATIO, "times"),
        ]
    )


def _table(number: int) -> str:
    columns = ", ".join(f"c{n} text not null default 'x'" for n in range(COLUMNS - 2))
    parent = f"references t{number // 2} " if number else ""
    return (
        f"create table t{number} (id bigint primary key, parent bigint {parent}, {columns}, unique (c0, c1), "
        f"check (c2 <> ''));\ncreate index on t{number} (parent);\ncreate index on t{number} (c3, c4);"
    )


if __name__ == "__main__":
    sys.exit(main())
