"""The record of an advice: written beside the design, shown by builds, and about another one once it has changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbwright.advising import advise_design
from dbwright.api import build
from dbwright.cli import main
from dbwright.diagnostics import DesignError
from dbwright.frontends.advice_record import advice_path
from dbwright.planner.advisor.advice import Advice

DESIGN = """\
design: notes
roles: {web: {about: The application}}
entities:
  notes:
    about: What somebody wrote down.
    columns:
      note_id: bigint generated always as identity primary key
      code:    text not null unique
      pages:   integer not null
    rows: {now: 20M, growth: 1M/month}
    audit: none
access:
  note-of:
    by: web
    why: The page of a note.
    sql: select pages from notes where code = :code
    rate: 300/s
    latency: {p95: 5ms}
  all-pages:
    by: web
    why: How much there is.
    sql: select sum(pages) from notes
    rate: 1/min
    latency: {p95: 1s}
    growth: linear in the table
  add-note:
    by: web
    why: Somebody writes.
    sql: insert into notes (code, pages) values (:code, :pages)
    rate: 20/s
"""


@pytest.fixture(scope="module")
def advised(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Advice]:
    """A design with the advice written into it, and its record beside it."""
    path = tmp_path_factory.mktemp("advised") / "notes.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    return path, advise_design(path, apply=True, keep=True, only=("indexes",))


def built(design: Path, output: Path) -> tuple[str, str]:
    """The design document and the site."""
    build(design, output, ["document", "site"])
    return (output / "design.md").read_text(encoding="utf-8"), (output / "index.html").read_text(encoding="utf-8")


def test_a_build_shows_each_index_with_its_patterns_its_bytes_and_what_it_saves(
    advised: tuple[Path, Advice], tmp_path: Path
) -> None:
    path, advice = advised
    document, site = built(path, tmp_path)
    (index,) = advice.indexes
    assert f"`{index.name}` (new)" in document
    assert "written into the design" in document
    assert "1 of 2 can be met" in document and "1 of 2 can be met" in site
    assert "`all-pages`" in document.split("stay out of reach")[1].split("###")[0]
    assert "% dearer than before" in document and "% dearer than before" in site
    assert "█" in document.split("### Advice")[1].split("###")[0]
    data = json.loads(site.split('id="site-data">')[1].split("</script>")[0])["advice"]
    assert [i["name"] for i in data["indexes"]] == [index.name]
    assert data["indexes"][0]["bytes"] == index.size > 0
    assert [w[0] for w in data["indexes"][0]["worth"]] == ["note-of"]
    (pattern,) = data["patterns"]
    assert pattern[0] == "note-of" and pattern[2] > pattern[3]


def test_the_same_record_gives_the_same_bytes(advised: tuple[Path, Advice], tmp_path: Path) -> None:
    path, _ = advised
    assert built(path, tmp_path / "a") == built(path, tmp_path / "b")


def test_of_a_design_that_has_changed_only_that_is_told_and_what_to_type(
    advised: tuple[Path, Advice], tmp_path: Path
) -> None:
    path, advice = advised
    changed = tmp_path / path.name
    changed.write_text(path.read_text().replace("rate: 300/s", "rate: 301/s"), encoding="utf-8")
    advice_path(changed).write_bytes(advice_path(path).read_bytes())
    document, site = built(changed, tmp_path / "built")
    part = document.split("### Advice")[1].split("\n## ")[0]
    assert "about another design" in part and "dbwright advise DESIGN --record" in part
    assert advice.indexes[0].name not in part
    assert '"standing":"This advice of' in site


def test_an_advice_that_was_not_taken_says_so(tmp_path: Path) -> None:
    path = tmp_path / "notes.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    advise_design(path, keep=True, only=("indexes",))
    assert path.read_text(encoding="utf-8") == DESIGN
    document, _ = built(path, tmp_path / "built")
    assert "`dbwright advise DESIGN --apply --record`" in document


@pytest.mark.parametrize("text", ["", "[]", '{"advised": "soon"}', '{"advised": "2026-01-01", "design": ""}', "\x00"])
def test_a_file_that_is_no_record_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    advice_path(path).write_text(text, encoding="utf-8")
    with pytest.raises(DesignError, match=r"notes\.advice\.json is no record of an advice"):
        build(path, tmp_path / "built", ["document"])
    assert not (tmp_path / "built").exists()


def test_a_record_is_one_of_a_design(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["advise", "--server", "host=db", "--workload", "queries", "--budget", "1GB", "--record"])
    assert code == 2
    assert "--record writes beside a design, and none is named" in capsys.readouterr().err
