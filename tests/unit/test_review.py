"""The review of a design: comments, answers, signatures, and what a later change does to them."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from dbwright.api import build, check
from dbwright.cli import main
from dbwright.frontends.review_record import read_record
from dbwright.reviewing.changes import changes

ROOT = Path(__file__).parents[2]
HEAD = "adflow.design.yaml"
QUESTION = """\
    who-reads-the-trail:
      on: entities.audit_events
      by: security
      asks: Who may read the trail?
"""
ANSWER = "      answer: Auditors alone, through their role.\n"


@pytest.fixture
def adflow(tmp_path: Path) -> Path:
    """A copy of the example with two reviewers."""
    folder = tmp_path / "adflow"
    copytree(ROOT / "examples/adflow", folder, ignore=lambda *_: ["built"])
    edit(folder / HEAD, "reviewers: [security, platform, finance]", "reviewers: [security, platform]")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def findings(design: Path) -> list[tuple[str, str]]:
    """Return code and message of what a check finds."""
    return [(d.code, d.message) for d in check(design).diagnostics]


def step(design: Path, *words: str) -> int:
    """Take a step of the review."""
    return main(["review", words[0], str(design), *words[1:]])


def test_a_review_goes_from_a_question_to_approved_and_goes_stale(
    adflow: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(adflow / HEAD, "  comments:\n", f"  comments:\n{QUESTION}")
    assert step(adflow, "approve", "--as", "security") == 2
    assert "`who-reads-the-trail` has no answer" in capsys.readouterr().err
    assert step(adflow, "request-changes", "--as", "security", "--note", "see the comment") == 0
    assert step(adflow, "approve", "--as", "platform") == 2
    edit(adflow / HEAD, QUESTION, QUESTION + ANSWER)
    assert step(adflow, "submit") == 0
    assert step(adflow, "approve", "--as", "security") == 0
    assert "state: review-needed" in (adflow / HEAD).read_text(encoding="utf-8")
    assert step(adflow, "approve", "--as", "platform") == 0
    assert "state: approved" in (adflow / HEAD).read_text(encoding="utf-8")
    assert findings(adflow) == []
    edit(adflow / "audit.design.yaml", "keep: 84 months", "keep: 24 months")
    stale = [message for code, message in findings(adflow) if code == "stale-approval"]
    (security,) = [m for m in stale if m.startswith("what `security` signed")]
    assert "retention of `audit_events` shortened from 84 months to 24 months" in security
    build(adflow, tmp_path / "built")
    document = (tmp_path / "built/design.md").read_text(encoding="utf-8")
    for piece in ("Adflow: Database Design - Approved", "| stale |", "shortened from 84 months", "changes-requested"):
        assert piece.lower() in document.lower()
    assert "Auditors alone" in document


def test_the_status_tells_changes_in_words(adflow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert step(adflow, "approve", "--as", "platform") == 0
    path = adflow / "campaigns.design.yaml"
    edit(
        path,
        "access:\n",
        "access:\n  newest-campaign:\n    by: web\n    sql: select name from campaigns order by starts_on limit 1\n",
    )
    capsys.readouterr()
    assert main(["review", str(adflow), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert any(s.startswith("access pattern `newest-campaign` added for web") for s in told["changed"])
    assert [r["signature"] for r in told["reviewers"]] == ["missing", "stale"]
    assert main(["review", str(adflow)]) == 1
    assert "platform  STALE" in capsys.readouterr().out


def test_what_a_reviewer_does_not_look_at_leaves_the_signature(adflow: Path) -> None:
    assert step(adflow, "approve", "--as", "security") == 0
    edit(adflow / "campaigns.design.yaml", "p95: ", "p99: ")
    assert findings(adflow) == []


def test_an_area_of_the_design_narrows_a_signature(adflow: Path) -> None:
    edit(
        adflow / HEAD,
        "reviewers: [security, platform]",
        "reviewers: [security, platform]\n  areas: {platform: [access.sign-in]}",
    )
    assert step(adflow, "approve", "--as", "platform") == 0
    edit(adflow / "audit.design.yaml", "keep: 84 months", "keep: 24 months")
    assert findings(adflow) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("approve",), "is a step of a reviewer"),
        (("approve", "--as", "nobody"), "`nobody` is no reviewer"),
        (("implement",), "from which nobody can implement"),
        (("request-changes", "--as", "security"), "nothing says which changes"),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(
    adflow: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], reason: str
) -> None:
    assert step(adflow, *words) == 2
    assert reason in capsys.readouterr().err
    assert not (adflow / "review.json").exists()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"events": [{"event": "sung"}], "facts": {}}', '{"events": 1, "facts": {}}']
)
def test_a_broken_record_is_one_diagnostic(adflow: Path, text: str) -> None:
    (adflow / "review.json").write_text(text, encoding="utf-8")
    assert [code for code, _ in findings(adflow)] == ["bad-review-record"]
    assert read_record(adflow)[0] is None


def test_changes_are_told_in_words() -> None:
    old = {"entities.users#": "", "entities.users#retention.keep": "36 months", "entities.users#rows.now": "2M"}
    new = {"entities.users#": "", "entities.users#retention.keep": "24 months", "entities.users#rows.now": "5M"}
    assert changes(old, new) == [
        "retention of `users` shortened from 36 months to 24 months",
        "rows of `users` raised from 2M to 5M",
    ]
    gone = {"indexes.users.by_name#": "", "indexes.users.by_name#definition": "on users (name)"}
    assert changes(gone, {}) == ["index `by_name` removed"]
    assert changes({}, gone) == ["index `by_name` added: on users (name)"]


def test_a_folder_with_one_file_has_the_record_of_the_file(tmp_path: Path) -> None:
    text = "design: q\nreview: {state: draft, reviewers: [security]}\nentities:\n  a:\n    columns: {a_id: uuid}\n"
    design = tmp_path / "q.design.yaml"
    design.write_text(text, encoding="utf-8")
    assert step(tmp_path, "submit") == 0
    assert step(design, "approve", "--as", "security") == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["q.design.yaml", "q.review.json"]
