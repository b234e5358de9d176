"""What a proof shows on its way and at its end, for a person, a log, a program and a pull request."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from command_line import run_here, write_design
from dbwright.api import check
from dbwright.cli.progress import open_progress
from dbwright.cli.screen import Screen, Stream
from dbwright.cli.verdicts import show_case
from dbwright.diagnostics import Span
from dbwright.model.claim import NOT_IMPLEMENTED, Claim, Finding, Verdict
from dbwright.prove.case import Case

HOSTILE = "a\x1b[31m`b`\u202e\n::error::c"


def finding(family: str, number: int, verdict: Verdict, reason: str = "", untested: str = "") -> Finding:
    """Return a finding of a made-up claim."""
    subject = f"thing{number}"
    span = Span("shop.design.yaml", number, 3)
    claim = Claim(f"{family}/{subject}", family, subject, f"`{subject}` keeps its promise", {}, untested, span)
    return Finding(claim, verdict, reason or untested, {}, 0.01)


FINDINGS = (
    finding("access", 1, Verdict.HELD),
    finding("access", 2, Verdict.BROKEN, "it reads the whole table"),
    finding("integrity", 3, Verdict.HELD),
    finding("latency", 4, Verdict.UNTESTED, untested=NOT_IMPLEMENTED),
    finding("integrity", 5, Verdict.HELD),
    finding("latency", 6, Verdict.UNTESTED, untested="needs two servers"),
    finding("latency", 7, Verdict.UNTESTED, untested="needs two servers"),
)


def case_of(folder: Path, findings: Sequence[Finding] = FINDINGS) -> Case:
    """Return an assurance case with these findings."""
    blueprint = check(write_design(folder)).blueprint
    assert blueprint is not None
    server = {"version": 18, "version_text": "18.6", "extensions": {}}
    return Case(blueprint, server, tuple(findings), {"tenants": 10, "orders": 1990}, ("orders: short texts",))


def show(case: Case, form: str, capsys: pytest.CaptureFixture[str], output: Path | None = None) -> str:
    """Return what a case looks like."""
    show_case(case, form, output, 1.25, Screen())
    return capsys.readouterr().out


def test_broken_claims_come_first_with_reason_and_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        show(case_of(tmp_path), "text", capsys, tmp_path / "built")
        == f"""\
broken: access/thing2
  promised: `thing2` keeps its promise
  found: it reads the whole table
  --> shop.design.yaml:2:3

claims     held  broken  untested
access        1       1
integrity     2
latency                         3
all           3       1         3

untested, because
  2  needs two servers
  1  not implemented yet

on PostgreSQL 18.6, with 2,000 rows in 2 tables
note: orders: short texts
site: {tmp_path}/built/index.html
7 claims in 1.2 s
"""
    )


def test_what_is_all_held_needs_few_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = show(case_of(tmp_path, FINDINGS[:1]), "text", capsys)
    assert shown.startswith("claims  held  broken  untested\naccess     1\nall        1\n\non PostgreSQL 18.6")
    assert "add: -o DIR" in shown


def test_json_is_the_case_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = case_of(tmp_path)
    assert json.loads(show(case, "json", capsys)) == json.loads(case.as_json())


def test_github_gets_an_error_for_each_broken_claim(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = show(case_of(tmp_path), "github", capsys).splitlines()
    assert lines[0] == (
        "::error file=shop.design.yaml,line=2,col=3,title=access/thing2::"
        "broken promise: `thing2` keeps its promise%0Afound: it reads the whole table"
    )
    assert [line for line in lines[1:] if line.startswith("::")] == []
    assert lines[-1] == "7 claims in 1.2 s"


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_no_name_or_reason_acts_on_a_terminal(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    span = Span(f"{HOSTILE}.yaml", 1, 1)
    claim = Claim(f"access/{HOSTILE}", "access", HOSTILE, HOSTILE, {}, "", span)
    broken = Finding(claim, Verdict.BROKEN, HOSTILE, {"seen": HOSTILE})
    untested = Finding(claim, Verdict.UNTESTED, HOSTILE)
    shown = show(case_of(tmp_path, [broken, untested]), form, capsys, tmp_path / HOSTILE)
    assert [c for c in shown if not c.isprintable() and c != "\n"] == []
    assert [line for line in shown.splitlines() if line.startswith("::error::")] == []


def test_a_log_gets_one_line_a_family() -> None:
    log = io.StringIO()
    with open_progress(Stream(log)) as progress:
        progress.announce("loading\x1b[2J")
        for number, found in enumerate(FINDINGS, 1):
            progress.observe(found, number, len(FINDINGS))
    assert log.getvalue() == (
        "loading\\u001b[2J\naccess: 1 held, 1 broken\nintegrity: 2 held\nno test for 3 claims; the reasons follow\n"
    )


def test_a_log_that_cannot_be_written_stops_no_proof() -> None:
    with Path("/dev/null").open() as unwritable, open_progress(Stream(unwritable)) as progress:
        progress.announce("loading")
        progress.observe(FINDINGS[0], 1, 1)


def test_a_terminal_shows_counts_claim_and_time_and_gets_its_cursor_back(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, terminal = pty.openpty()
    pieces: list[bytes] = []
    reader = threading.Thread(target=read_all, args=(controller, pieces))
    reader.start()
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(terminal, "w") as file, open_progress(Stream(file, "never")) as progress:
        progress.announce("loading")
        for number, found in enumerate([*FINDINGS, hostile_finding()], 1):
            progress.observe(found, number, len(FINDINGS) + 1)
    reader.join()
    os.close(controller)
    shown = b"".join(pieces).decode()
    assert "2 held, 1 broken" in shown
    assert "\x1b[1m" not in shown
    assert "8/8" in shown
    assert re.search(r"\b0 s", shown)
    assert re.findall("\x1b\\[31m|\u202e", shown) == []
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1


def hostile_finding() -> Finding:
    """Return a finding with a name that would colour and reverse a terminal."""
    return Finding(Claim(f"access/{HOSTILE}", "access", HOSTILE, HOSTILE), Verdict.HELD)


def read_all(controller: int, pieces: list[bytes]) -> None:
    """Collect what a terminal gets until it is closed, which Linux tells as an error."""
    try:
        while piece := os.read(controller, 65536):
            pieces.append(piece)
    except OSError:
        return


@pytest.mark.parametrize(("typed", "meant"), [("acess", "access"), ("isolations", "isolation")])
def test_a_family_that_nobody_promised_is_refused(typed: str, meant: str, tmp_path: Path) -> None:
    ended = run_here("prove", str(write_design(tmp_path)), "--family", typed)
    assert (ended.code, ended.out) == (2, "")
    assert f"did you mean `{meant}`?" in ended.err
