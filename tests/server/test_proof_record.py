"""The record of a proof: written beside the design, shown by builds, and worth nothing once the design has changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbwright.api import build, prove
from dbwright.diagnostics import DesignError
from dbwright.prove.bench import Budget
from dbwright.prove.record import proof_path

DESIGN = """\
design: notes
roles: {web: {about: The application}}
entities:
  notes:
    about: What somebody wrote down.
    columns: {note_id: bigint generated always as identity primary key, text: text not null}
    rows: {now: 10k, growth: 1k/month}
    audit: none
access:
  read-note:
    by: web
    why: The page of a note.
    sql: select text from notes where note_id = :note
    rate: 10/s
    latency: {p95: 250ms}
"""


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("proven") / "notes.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    prove(path, keep=True, budget=Budget(3.0, 10**8))
    return path


def document(design: Path, output: Path) -> str:
    build(design, output, ["document", "site"])
    return (output / "design.md").read_text(encoding="utf-8")


def test_a_build_shows_the_verdicts_and_what_was_measured(design: Path, tmp_path: Path) -> None:
    text = document(design, tmp_path)
    assert "`latency/read-note` held" in text
    assert "- **Measured:** p95 " in text
    site = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '"proven on":' in site
    assert '"sizes":[' in site


def test_every_claim_that_was_judged_stands_in_the_record(design: Path) -> None:
    said = json.loads(proof_path(design).read_text(encoding="utf-8"))
    kept = said["claims"]
    assert kept["structure/notes"] == {"verdict": "held"}
    assert set(kept["latency/read-note"]["evidence"]) >= {"sizes", "horizon", "targets"}


def test_a_design_that_has_changed_is_not_shown_as_proven(design: Path, tmp_path: Path) -> None:
    changed = tmp_path / design.name
    changed.write_text(DESIGN.replace("p95: 250ms", "p95: 1ms"), encoding="utf-8")
    proof_path(changed).write_bytes(proof_path(design).read_bytes())
    text = document(changed, tmp_path / "built")
    assert "`latency/read-note` untested" in text
    assert "held on " in text
    assert ", and the design has changed since" in text
    assert "- **Measured:**" not in text


def test_a_change_that_decides_nothing_leaves_the_proof_as_it_is(design: Path, tmp_path: Path) -> None:
    same = tmp_path / design.name
    same.write_text("# nothing new\n" + DESIGN.replace("What somebody wrote down.", "Texts."), encoding="utf-8")
    proof_path(same).write_bytes(proof_path(design).read_bytes())
    assert "`latency/read-note` held" in document(same, tmp_path / "built")


@pytest.mark.parametrize("text", ["", "[]", '{"proven": "soon"}', '{"proven": "2026-01-01", "claims": {}}', "\x00"])
def test_a_file_that_is_no_record_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    proof_path(path).write_text(text, encoding="utf-8")
    with pytest.raises(DesignError, match=r"notes\.proof\.json is no record of a proof"):
        build(path, tmp_path / "built", ["document"])
    assert not (tmp_path / "built").exists()


def test_several_files_share_one_record(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.design.yaml").write_text("", encoding="utf-8")
    assert proof_path(tmp_path) == tmp_path / "proof.json"
