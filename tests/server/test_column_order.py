"""The order of columns that is advised, against the bytes of the same rows written in both orders."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.data import generate, load
from dbwright.emit.postgresql import emit
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.server import Server
from dbwright.sizing.column_order import ColumnOrder, tightest_order
from dbwright.sizing.sites import Site

ROWS = 60_000
LINES = {
    "active": "boolean not null",
    "reading_no": "bigint generated always as identity primary key",
    "level": "smallint not null",
    "taken_at": "timestamptz not null",
    "sensor": "uuid not null",
    "closed_at": "{sql: timestamptz, values: {nulls: 20%}}",
    "kind": "integer not null",
    "label": "character(3) not null",
    "total": "double precision not null",
}


def test_the_advised_order_saves_what_it_says(server: Server, tmp_path: Path) -> None:
    written = _blueprint(tmp_path, tuple(LINES))
    advice = _advice(written)
    assert advice.heap < 0.94 * advice.heap_written
    advised = _blueprint(tmp_path, advice.names)
    again = _advice(advised)
    assert (again.names, again.heap_written, again.heap) == (advice.names, advice.heap, advice.heap)
    before, after = _heap(server, written), _heap(server, advised)
    assert before == pytest.approx(advice.heap_written, rel=0.01)
    assert before - after == pytest.approx(advice.heap_written - advice.heap, rel=0.03)


def _blueprint(folder: Path, order: tuple[str, ...]) -> Blueprint:
    lines = "\n".join(f"      {name}: {LINES[name]}" for name in order)
    path = folder / "meters.design.yaml"
    path.write_text(f"design: meters\nentities:\n  readings:\n    columns:\n{lines}\n    rows: {ROWS}\n")
    return compile_design(load_design(path))


def _advice(blueprint: Blueprint) -> ColumnOrder:
    return tightest_order(Site(blueprint, blueprint.tables[0], float(ROWS), 0.0))


def _heap(server: Server, blueprint: Blueprint) -> int:
    with server.scratch() as database:
        database.run_sql(emit(blueprint)["ddl/schema.sql"])
        with database.connect() as connection:
            load(generate(blueprint, {"readings": ROWS}), connection)
            connection.execute("vacuum full meters.readings")
            row = connection.execute("select pg_relation_size('meters.readings')").fetchone()
    assert row is not None
    return int(row[0])
