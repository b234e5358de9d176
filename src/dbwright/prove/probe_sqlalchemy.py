"""Run alone, in a Python of its own: makes the tables of SQLAlchemy models in the database that standard input names.

Given JSON with `path` and `dsn`, prints JSON: how many tables there are, or what went wrong.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import warnings


def answer(path: str, dsn: str) -> dict[str, object]:
    """Import the models, configure all mappers and create all tables; a warning counts as an error."""
    import psycopg
    from sqlalchemy import create_engine
    from sqlalchemy.orm import configure_mappers
    from sqlalchemy.pool import NullPool

    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=NullPool)
    # Only from here on: what libraries warn of when they are imported is not the models' doing.
    warnings.simplefilter("error")
    spec = importlib.util.spec_from_file_location("sqlalchemy_models", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # annotations are looked up in the module of their class
    spec.loader.exec_module(module)
    configure_mappers()
    metadata = module.Base.metadata
    try:
        metadata.create_all(engine)
    finally:
        engine.dispose()
    return {"ok": True, "tables": len(metadata.tables), "mappers": len(list(module.Base.registry.mappers))}


if __name__ == "__main__":
    question = json.load(sys.stdin)
    try:
        found = answer(question["path"], question["dsn"])
    except Exception as error:  # whatever models raise is the answer
        found = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(found))
