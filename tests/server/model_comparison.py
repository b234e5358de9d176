"""What two databases hold under the same names: the tables that models made, against those that the DDL made.

The server says what it has (`pg_get_constraintdef`, `pg_get_indexdef`, `format_type`, …), so neither emitter judges
itself. Partitions, policies, grants and triggers are left out: models do not make them.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import psycopg
from sqlalchemy import Engine, MetaData, create_engine
from sqlalchemy.orm import configure_mappers
from sqlalchemy.pool import NullPool

from dbwright.emit import postgresql
from dbwright.model.blueprint import Blueprint
from dbwright.server import Database
from dbwright.sql.names import quote

Facts = Mapping[tuple[str, ...], tuple[object, ...]]
"""What is known of each thing, by its kind and names."""

_TABLES = """
select 'table', c.relname, pg_get_partkeydef(c.oid), obj_description(c.oid, 'pg_class')
from pg_class c where c.relnamespace = %(schema)s::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
"""

_COLUMNS = """
select 'column', c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, a.attidentity::text, a.attcollation::regcollation::text,
  col_description(c.oid, a.attnum)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = %(schema)s::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
"""

_CONSTRAINTS = """
select 'constraint', c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid), k.convalidated
from pg_constraint k join pg_class c on c.oid = k.conrelid
where c.relnamespace = %(schema)s::regnamespace and not c.relispartition and k.conparentid = 0
"""

_INDEXES = """
select 'index', c.relname, i.relname, pg_get_indexdef(x.indexrelid), x.indisunique, x.indisvalid
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
where c.relnamespace = %(schema)s::regnamespace and not c.relispartition
"""

_NAMES = {"table": 2, "column": 3, "constraint": 3, "index": 3}
"""How many values of a row are its kind and names; the others are what is compared."""


def without_tables(blueprint: Blueprint) -> Blueprint:
    """Return what must stand before the tables: roles, schema, extensions, and the functions and types they need."""
    return replace(
        blueprint,
        tables=(),
        views=(),
        functions=tuple(f for f in blueprint.functions if f.early),
        scripts=tuple(s for s in blueprint.scripts if s.early),
        triggers=(),
        policies=(),
        grants=(),
    )


def read_facts(database: Database, schema: str) -> Facts:
    """Return what the server says about every table of the schema, with its columns, constraints and indexes."""
    facts: dict[tuple[str, ...], tuple[object, ...]] = {}
    with database.connect() as connection:
        connection.execute("set search_path = ''")
        for query in (_TABLES, _COLUMNS, _CONSTRAINTS, _INDEXES):
            for row in connection.execute(query, {"schema": quote(schema)}):
                length = _NAMES[row[0]]
                facts[row[:length]] = row[length:]
    return facts


@contextmanager
def open_engine(database: Database) -> Iterator[Engine]:
    """Yield an SQLAlchemy engine for a database; no connection outlives it."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database.dsn), poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def create_by_models(database: Database, blueprint: Blueprint, metadata: MetaData) -> None:
    """Make the tables of the models in an empty database, as `metadata.create_all` does with the psycopg driver."""
    database.run_sql(postgresql.script(without_tables(blueprint)))
    with open_engine(database) as engine:
        metadata.create_all(engine)


def compare_models(by_ddl: Database, by_models: Database, blueprint: Blueprint, metadata: MetaData) -> list[str]:
    """Fill two empty databases, one by the DDL and one by the models; return one line for each difference."""
    by_ddl.run_sql(postgresql.script(blueprint))
    create_by_models(by_models, blueprint, metadata)
    expected, actual = read_facts(by_ddl, blueprint.schema), read_facts(by_models, blueprint.schema)
    lines = [f"{' '.join(key)}: only in the DDL" for key in expected.keys() - actual.keys()]
    lines += [f"{' '.join(key)}: only in the models" for key in actual.keys() - expected.keys()]
    lines += [
        f"{' '.join(key)}: {expected[key]} by the DDL, {actual[key]} by the models"
        for key in expected.keys() & actual.keys()
        if expected[key] != actual[key]
    ]
    return sorted(lines)


def import_text(text: str, path: Path) -> ModuleType:
    """Write Python source to a file and import it under the file's name."""
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # annotations are looked up in the module of their class
    spec.loader.exec_module(module)
    return module


def metadata_of(models: ModuleType) -> MetaData:
    """Return the metadata of imported models, all mappers configured."""
    configure_mappers()
    metadata = models.Base.metadata
    assert isinstance(metadata, MetaData)
    return metadata
