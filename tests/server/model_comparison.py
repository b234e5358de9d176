"""What two databases hold under the same names: the tables that models made, against those that the DDL made.

The server says what it has, see `dbwright.prove.model_facts`, so neither emitter judges itself.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
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
from dbwright.prove.model_facts import compare_facts, read_facts
from dbwright.server import Database


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
    return compare_facts(read_facts(by_ddl, blueprint.schema), read_facts(by_models, blueprint.schema))


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
