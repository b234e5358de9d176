"""Whatever stands in a design file: reading it never raises, and every diagnostic points into the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.diagnostics import Diagnostic, render_github, render_json, render_sarif, render_text
from dbwright.frontends.design_file import Reading, read_design

GOOD = """\
# A shop
design: shop
target: {version: 18}
tenancy: {by: tenants.tenant_id, isolation: row}
roles: {web: {login: true}, support: {sees: masked}}
groups: {stamps: {columns: {created_at: timestamptz not null default now()}}}
entities:
  tenants:
    columns: {tenant_id: uuid primary key}
  größen:
    about: "Sizes: \\u00e9 \\"quoted\\""
    columns:
      größe_id: uuid primary key default uuidv7()
      tenant_id: uuid not null references tenants on delete cascade
      total: {sql: "numeric(12,2) not null check (total >= 0)", unit: 'it''s'}
      note: >-
        text
        not null
      state: |
        text default 'new'  -- first
    groups: [stamps]
    rows: {now: 2M, growth: 5%/month, skew: {tenant_id: zipf(1.1)}}
    retention: {keep: account life + 30 days, then: delete}
relationships: [tenants 1-n größen]
access:
  find:
    by: [web, support]
    sql: select count(*) from größen where total > :total
    rate: 900/s
    latency: 15ms
"""
BROKEN = """\
design: shop
horizont: 3y
entities:
  users:
    colums: {}
    columns:
      a: text nul
      b: |
        text not null
        nul
    rows: {now: many, now: 1}
roles: {web: {login: yes}}
access: {find: {by: wbe, sql: select 1}}
"""
PIECES = [
    b"\t",
    b"'",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b": ",
    b"\n",
    b"- ",
    b"# ",
    b"|\n",
    b">",
    b"&a ",
    b"*a",
    b"!t ",
    b"%",
    b"@",
]
PIECES += [
    b"\x00",
    b"\xff",
    "é".encode(),
    "\u2028".encode(),
    "\ufeff".encode(),
    b"\r",
    b"? ",
    b"---\n",
    b"\\",
    b"x",
    b" ",
    b"",
]
JUNK: list[Any] = [
    None,
    True,
    0,
    -1.5,
    "",
    "x",
    "uuid not null",
    "2M",
    "a\nb",
    "\u202e",
    [],
    {},
    ["x"],
    {"x": "y"},
    [[[]]],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for one design file after the other."""
    return tmp_path_factory.mktemp("designs")


def read_bytes(folder: Path, data: bytes) -> Reading:
    """Write a design file of these bytes and read it."""
    path = folder / "shop.design.yaml"
    path.write_bytes(data)
    return read_design(path)


def assert_inside(diagnostic: Diagnostic, data: bytes) -> None:
    """Assert that a diagnostic points at characters of the file, or at the end of a line."""
    lines = data.decode("utf-8-sig", errors="replace").split("\n")
    span = diagnostic.span
    assert 1 <= span.line <= len(lines), diagnostic
    width = len(lines[span.line - 1])
    assert 1 <= span.column <= width + 1, diagnostic
    assert span.column + span.length <= width + 2, diagnostic


def assert_well_read(reading: Reading, data: bytes) -> None:
    """Assert that a reading gave a design or said why not, with places that exist, in every form."""
    assert reading.design is not None or reading.diagnostics
    for diagnostic in reading.diagnostics:
        assert_inside(diagnostic, data)
        assert diagnostic.message and "\n" not in render_github([diagnostic])
        assert len(diagnostic.message) < 1_000
    assert len(json.loads(render_json(reading.diagnostics))) == len(reading.diagnostics)
    assert json.loads(render_sarif(reading.diagnostics))["version"] == "2.1.0"
    assert all(line.isprintable() for line in render_text(reading.diagnostics, reading.sources).splitlines())


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """The good or the broken design with some bytes replaced by pieces that mean something in YAML."""
    data = draw(st.sampled_from([GOOD, BROKEN])).encode()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=3))
        data = data[:at] + piece + data[at + draw(st.integers(0, 12)) :]
    return data


@st.composite
def misshapen(draw: st.DrawFn) -> dict[str, Any]:
    """Data with the keys of a design and values of any shape."""
    keys = st.sampled_from(
        ["design", "entities", "roles", "access", "columns", "sql", "by", "rows", "users", "x-a", "include"]
    )
    values = st.recursive(
        st.sampled_from(JUNK), lambda v: st.dictionaries(keys, v, max_size=4) | st.lists(v, max_size=3)
    )
    return draw(st.dictionaries(keys, values, max_size=6))


def test_the_good_design_is_good(folder: Path) -> None:
    assert read_bytes(folder, GOOD.encode()).diagnostics == ()


@settings(max_examples=300, deadline=None)
@given(data=mutated())
def test_a_changed_design_is_read_or_refused(folder: Path, data: bytes) -> None:
    assert_well_read(read_bytes(folder, data), data)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(folder: Path, data: bytes) -> None:
    assert_well_read(read_bytes(folder, data), data)


@settings(max_examples=100, deadline=None)
@given(value=misshapen())
def test_any_shape_is_read_or_refused(folder: Path, value: dict[str, Any]) -> None:
    data = json.dumps(value, ensure_ascii=False, indent=1).encode()
    assert_well_read(read_bytes(folder, data), data)


@settings(max_examples=50, deadline=None)
@given(data=mutated())
def test_reading_twice_finds_the_same(folder: Path, data: bytes) -> None:
    assert read_bytes(folder, data) == read_bytes(folder, data)


@settings(max_examples=50, deadline=None)
@given(above=st.lists(st.sampled_from(["", "# é", "#", "   ", "# {["]), max_size=9))
def test_lines_above_move_every_place_and_change_nothing_else(folder: Path, above: list[str]) -> None:
    plain = read_bytes(folder, BROKEN.encode()).diagnostics
    moved = read_bytes(folder, "\n".join([*above, BROKEN]).encode()).diagnostics
    assert len(plain) == 8
    assert [(d.code, d.help, d.span.line, d.span.column, d.span.length) for d in moved] == [
        (d.code, d.help, d.span.line + len(above), d.span.column, d.span.length) for d in plain
    ]
