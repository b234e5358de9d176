"""Patterns that are seen at a glance to read an answer are those of which the whole bound says so, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.frontends.design_file import load_design
from dbwright.model.growth import CLASSES
from dbwright.pipeline import compile_design
from dbwright.theory.growth import failing, growths

ROOT = Path(__file__).parents[2]
DESIGN = """\
design: glance
tenancy: {by: teams.team_id}
roles: {web: {about: The application}, report: {about: All teams, tenants: all}}
entities:
  teams: {columns: {team_id: uuid primary key}, rows: 100, audit: none}
  notes:
    columns:
      note_id: uuid primary key
      team_id: uuid not null references teams
      author: uuid not null
      state: {sql: text not null, one of: [open, done]}
      price: numeric not null
      made_at: timestamptz not null
    indexes: [state, author, price]
    rows: {now: 1M, growth: 1M/month}
    audit: none
access:
"""
STATEMENTS = {
    "of-author": "where author = :author",
    "of-state": "where state = :state",
    "of-price": "where price = :price",
    "of-team": "where team_id = :team",
    "since": "where made_at > :start",
    "or-else": "where author = :author or state = 'open'",
    "of-meaning": "where author = :common",
}


def spelled(name: str, where: str, role: str) -> str:
    means = "    parameters: {common: {means: common value}}\n" if ":common" in where else ""
    sql = f"select * from notes {where}"
    return f'  {role}-{name}:\n    by: {role}\n    sql: "{sql}"\n{means}    latency: {{p95: 50ms}}\n'


@pytest.fixture(scope="module")
def glance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("glance") / "glance.design.yaml"
    patterns = (spelled(name, where, role) for role in ("web", "report") for name, where in STATEMENTS.items())
    path.write_text(DESIGN + "".join(patterns), encoding="utf-8")
    return path


@pytest.mark.parametrize("example", ["shop", "fediflow", "adflow", "academy", "glance"])
def test_what_is_passed_over_would_not_have_failed(example: str, glance: Path) -> None:
    blueprint = compile_design(load_design(glance if example == "glance" else ROOT / "examples" / example))
    found = [growth.pattern.name for growth in failing(blueprint)]
    assert found == [growth.pattern.name for growth in growths(blueprint).values() if growth.fails]
    if example == "glance":
        worst = {g.pattern.name for g in growths(blueprint).values() if CLASSES.index(g.bound.growth) > 2}
        assert {"web-of-state", "report-of-team", "web-of-meaning", "web-since"} <= worst & set(found)
        assert "web-of-author" not in found
