"""Tables that most rules about the whole pass over: partitions, and what frameworks keep for themselves."""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table

OF_FRAMEWORKS = frozenset(
    """
    schema_migrations ar_internal_metadata flyway_schema_history alembic_version django_migrations _prisma_migrations
    knex_migrations knex_migrations_lock databasechangelog databasechangeloglock goose_db_version sequelizemeta
    typeorm_metadata phinxlog __efmigrationshistory __drizzle_migrations gorp_migrations doctrine_migration_versions
    _sqlx_migrations schema_version
    """.split()
)
"""Where migration tools note what they have done."""


def own_tables(blueprint: Blueprint) -> Sequence[Table]:
    """Return the tables that somebody designed as such: no partitions, and no records of a migration tool."""
    return blueprint.once(_own)


def _own(blueprint: Blueprint) -> Sequence[Table]:
    partitions = {c.table for c in blueprint.live.children if c.partition} if blueprint.live else set()
    return [t for t in blueprint.tables if t.name not in partitions and bare_name(t).lower() not in OF_FRAMEWORKS]


def bare_name(table: Table) -> str:
    """Return the name of a table without its schema."""
    return table.name.rpartition(".")[2]


def without_prefix(blueprint: Blueprint, table: Table) -> str:
    """Return the bare name of a table without the prefix that most tables share: `posts` for `wp_posts`."""
    return bare_name(table).removeprefix(blueprint.once(_prefix))


def _prefix(blueprint: Blueprint) -> str:
    names = [bare_name(t) for t in own_tables(blueprint)]
    first = [f"{n.partition('_')[0]}_" for n in names if "_" in n]
    usual = max(sorted(set(first)), key=first.count, default="")
    return usual if first.count(usual) >= 4 and first.count(usual) * 4 >= len(names) * 3 else ""
