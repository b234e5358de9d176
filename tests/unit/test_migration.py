"""The first migration holds the statements of the DDL and no others, and its checksum is that of its body."""

from __future__ import annotations

import hashlib
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from dbwright.emit import migration, postgresql
from model_designs import DESIGNS, blueprint_of, emitted

PATH = "migrations/0001_initial.sql"


@pytest.mark.parametrize("design", DESIGNS)
def test_migrations_are_the_same_each_time(design: str) -> None:
    assert migration.emit(blueprint_of(design)) == emitted("migration", design)
    assert list(emitted("migration", design)) == [PATH, "migrations/README.md"]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_body_is_the_ddl(design: str) -> None:
    ddl = postgresql.script(blueprint_of(design))
    body = migration.body(blueprint_of(design))
    assert ddl[ddl.index("begin;\n\n") + 8 : ddl.rindex("\ncommit;")] == body
    assert emitted("migration", design)[PATH].count(body) == 1


@pytest.mark.parametrize("design", DESIGNS)
def test_the_checksum_is_that_of_the_body(design: str) -> None:
    text = emitted("migration", design)[PATH]
    body = migration.body(blueprint_of(design))
    assert set(re.findall(r"\b[0-9a-f]{64}\b", text)) == {hashlib.sha256(body.encode()).hexdigest()}


@pytest.mark.parametrize("design", DESIGNS)
def test_the_command_of_the_manual_finds_the_checksum(design: str, tmp_path: Path) -> None:
    files = emitted("migration", design)
    (tmp_path / "0001_initial.sql").write_text(files[PATH], encoding="utf-8")
    command = re.findall(r"^sed .*$", files["migrations/README.md"], re.MULTILINE)[0]
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == migration.checksum(migration.body(blueprint_of(design)))


@pytest.mark.parametrize("design", DESIGNS)
def test_it_is_one_transaction(design: str) -> None:
    lines = emitted("migration", design)[PATH].splitlines()
    assert [line for line in lines if line in ("begin;", "commit;")] == ["begin;", "commit;"]
    assert lines[-1] == "commit;"


def test_the_record_stays_out_of_the_schema_of_the_design() -> None:
    blueprint = blueprint_of("fediflow")
    assert migration.bookkeeping_schema(blueprint) == "dbwright"
    assert migration.bookkeeping_schema(replace(blueprint, schema="dbwright")) == "dbwright_migrations"


def test_the_manual_names_the_table_and_its_owner() -> None:
    readme = emitted("migration", "fediflow")["migrations/README.md"]
    assert "`dbwright.schema_migrations`" in readme
    assert "`fediflow_owner`" in readme
