"""What only the server can know to be wrong is told at its place in the design, and nothing is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.diagnostics import DesignError
from dbwright.emit import emit
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design
from dbwright.prove.bench import open_bench
from dbwright.server import Server

DESIGN = """\
design: refused
entities:
  things:
    about: A thing.
    columns:
      thing_id: uuid primary key
      shade:    text not null
      size:     integer check (size > 0)
    check: {small: size < 100}
sql:
  count_things: create function count_things() returns bigint language sql as $$ select count(*) from pg_class $$
"""

REFUSALS = [
    ("shade:    text", "shade:    colour", 'type "colour" does not exist', (7, 17)),
    ("check (size > 0)", "check (size > length(size))", r"length\(integer\) does not exist", (8, 17)),
    ("small: size", "small: thing_id", "operator does not exist: uuid < integer", (9, 20)),
    ("from pg_class", "from nowhere", 'relation "nowhere" does not exist', (11, 3)),
]


@pytest.mark.parametrize(("right", "wrong", "reason", "place"), REFUSALS, ids=[r[1] for r in REFUSALS])
def test_a_refusal_stands_where_the_design_is_wrong(
    server: Server, tmp_path: Path, right: str, wrong: str, reason: str, place: tuple[int, int]
) -> None:
    path = tmp_path / "refused.design.yaml"
    path.write_text(DESIGN.replace(right, wrong), encoding="utf-8")
    blueprint = compile_design(load_design(path))
    before = server.roles()
    with (
        pytest.raises(DesignError, match=reason) as caught,
        open_bench(blueprint, emit(blueprint, "postgresql"), server),
    ):
        pytest.fail("the server took it")
    [diagnostic] = caught.value.diagnostics
    assert (diagnostic.code, (diagnostic.span.line, diagnostic.span.column)) == ("refused-by-server", place)
    assert server.roles() == before
