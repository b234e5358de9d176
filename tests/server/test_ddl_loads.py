"""The DDL of every example, and of a design with hostile names, loads on the newest and the oldest server."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.emit.postgresql import script
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design
from dbwright.server import Server

ROOT = Path(__file__).parents[2]
DESIGNS = sorted([*(p for p in (ROOT / "examples").iterdir() if p.is_dir()), *(ROOT / "tests/designs").glob("*.yaml")])


def load_twice(server: Server, path: Path, version: int) -> None:
    """Load the script into two databases of one server: the second finds the roles already there."""
    blueprint = compile_design(load_design(path), version)
    text = script(blueprint)
    try:
        for _ in range(2):
            with server.scratch() as database:
                database.run_sql(text)
    finally:
        server.drop_roles([r.name for r in blueprint.roles])


@pytest.mark.parametrize("path", DESIGNS, ids=lambda p: p.name)
def test_ddl_loads_on_postgresql_18(server: Server, path: Path) -> None:
    load_twice(server, path, 18)


@pytest.mark.parametrize("path", DESIGNS, ids=lambda p: p.name)
def test_ddl_loads_on_postgresql_15(server15: Server, path: Path) -> None:
    load_twice(server15, path, 15)


@pytest.mark.parametrize("path", DESIGNS, ids=lambda p: p.name)
def test_ddl_is_the_same_each_time(path: Path) -> None:
    assert script(compile_design(load_design(path))) == script(compile_design(load_design(path)))
