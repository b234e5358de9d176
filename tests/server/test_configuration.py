"""A server starts with the settings that are built, and takes every one of them as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.emit.configuration import PATH, emit
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.records import replace
from dbwright.server import open_server

EXAMPLES = Path(__file__).parents[2] / "examples"
SMALL = 2 * 2**30
"""Memory of the machine of the design below: a quarter of it is shared_buffers, and that much is had anywhere."""


@pytest.fixture(scope="module")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    """A design that says on which machine it runs."""
    path = tmp_path_factory.mktemp("design") / "notes.design.yaml"
    path.write_text(
        "design: notes\n"
        "target: {machine: {memory: 2GB, cores: 2, disk: network}}\n"
        "roles: {web: {about: the application, connections: 30}}\n"
        "entities:\n"
        "  notes:\n"
        "    columns: {note_id: uuid primary key default uuidv7(), body: text not null}\n"
        "    rows: {now: 5M, growth: 1M/month}\n"
        "access:\n"
        "  write: {by: web, sql: 'insert into notes (body) values (:body)', rate: 100/s, latency: {p95: 10ms}}\n"
    )
    return compile_design(load_design(path))


def test_a_server_starts_with_them(blueprint: Blueprint) -> None:
    settings = written(emit(blueprint)[PATH])
    assert settings["shared_buffers"] == f"{SMALL // 4 // 2**20}MB"
    with open_server(settings=settings) as server, server.scratch() as database, database.connect() as connection:
        for name, value in settings.items():
            row = connection.execute("select setting, unit, source from pg_settings where name = %s", [name]).fetchone()
            assert row is not None, name
            assert row[2] != "default", f"{name} was not read"
            same = connection.execute(
                "select current_setting(%s) = %s or pg_size_bytes(current_setting(%s)) = pg_size_bytes(%s)"
                if value.endswith("MB")
                else "select current_setting(%s) = %s",
                [name, value, name, value] if value.endswith("MB") else [name, value],
            ).fetchone()
            assert same == (True,), f"{name}: {value} was written, {row} is what the server has"


@pytest.mark.parametrize("name", ["academy", "adflow", "fediflow", "shop"])
def test_the_server_takes_every_value(name: str) -> None:
    blueprint = compile_design(load_design(EXAMPLES / name))
    assert blueprint.capacity is not None
    with open_server() as server, server.scratch() as database, database.connect() as connection:
        # The embedded server is built without TLS.
        for setting in (s for s in blueprint.capacity.settings if not s.name.startswith("ssl")):
            value = setting.value.strip("'")
            connection.execute(f"alter system set {setting.name} = '{value}'".encode())
        refused = replace(blueprint.capacity.settings[0], value="many")
        with pytest.raises(Exception, match="invalid value"):
            connection.execute(f"alter system set {refused.name} = '{refused.value}'".encode())


def written(text: str) -> dict[str, str]:
    """Return the lines of a configuration file that are no comments."""
    pairs = [line.split(" = ", 1) for line in text.splitlines() if " = " in line and not line.startswith("#")]
    return {name: value.strip("'") for name, value in pairs}
