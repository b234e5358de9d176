"""`dbwright check` tells everything that is wrong, in the four forms that people and programs read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from command_line import BROKEN, DESIGN, run_here, run_process, write_design
from dbwright.api import check
from dbwright.diagnostics import render_text

HOSTILE = Path(__file__).resolve().parents[1] / "designs" / "hostile.design.yaml"
SEQUENCE = re.compile(r"\x1b\[[0-9;]*m")
WARNED = DESIGN.replace("access:", "  visits:\n    columns:\n      visit_id: uuid primary key\naccess:")
"""A design with findings that stop nothing: an entity that nobody uses."""


def test_a_good_design_gets_one_line_with_counts(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    ended = run_here("check", str(design))
    assert (ended.code, ended.err) == (0, "")
    assert re.fullmatch(r"\S+: no findings \(2 tables, 2 access patterns, \d+ decisions\)\n", ended.out)


def test_the_same_design_is_answered_with_the_same_bytes(tmp_path: Path) -> None:
    design = write_design(tmp_path, WARNED)
    for form in ("text", "json", "sarif", "github"):
        answers = {run_process("check", "--format", form, str(design), PYTHONHASHSEED=seed).out for seed in ("1", "2")}
        assert len(answers) == 1


def test_errors_end_with_2_and_stand_where_a_compiler_shows_them(tmp_path: Path) -> None:
    design = write_design(tmp_path, BROKEN)
    ended = run_here("check", str(design))
    found = check(design)
    assert ended.code == 2
    assert ended.out.startswith(render_text(found.diagnostics, found.sources) + f"\n{design}: 1 error")
    assert len(ended.out.splitlines()) == len(render_text(found.diagnostics, found.sources).splitlines()) + 2


def test_warnings_and_notes_stop_nothing(tmp_path: Path) -> None:
    design = write_design(tmp_path, WARNED)
    ended = run_here("check", str(design))
    assert ended.code == 0
    assert "unused-entity" in ended.out
    assert re.search(r": \d (warning|note)s?.* \(3 tables, ", ended.out)


def test_several_designs_are_checked_in_one_run(tmp_path: Path) -> None:
    good, bad = write_design(tmp_path), write_design(tmp_path, BROKEN, "broken.design.yaml")
    ended = run_here("check", str(good), str(bad))
    assert ended.code == 2
    assert f"{good}: no findings" in ended.out
    assert f"\n{bad}: 1 error" in ended.out


def test_a_folder_is_one_design(tmp_path: Path) -> None:
    head, access = DESIGN.split("access:\n")
    write_design(tmp_path, head)
    write_design(tmp_path, "access:\n" + access, "access.design.yaml")
    ended = run_here("check", str(tmp_path))
    assert (ended.code, ended.err) == (0, "")
    assert ": no findings (2 tables, 2 access patterns" in ended.out


def test_json_holds_every_diagnostic_and_nothing_else(tmp_path: Path) -> None:
    design = write_design(tmp_path, BROKEN)
    ended = run_here("check", "--format", "json", str(design))
    assert (ended.code, ended.err) == (2, "")
    assert json.loads(ended.out) == [d.as_dict() for d in check(design).diagnostics]
    assert json.loads(run_here("check", "--format", "json", str(write_design(tmp_path))).out) == []


def test_a_design_that_is_named_twice_is_told_once(tmp_path: Path) -> None:
    design = str(write_design(tmp_path, BROKEN))
    once, twice = (run_here("check", "--format", "json", *designs).out for designs in ([design], [design] * 2))
    assert once == twice


@pytest.mark.parametrize("text", [DESIGN, BROKEN, WARNED], ids=["good", "broken", "warned"])
def test_sarif_has_the_shape_that_code_hosts_ask_for(text: str, tmp_path: Path) -> None:
    design = write_design(tmp_path, text)
    log = json.loads(run_here("check", "--format", "sarif", str(design)).out)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    [run] = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert (run["tool"]["driver"]["name"], len(set(rules))) == ("dbwright", len(rules))
    assert len(run["results"]) == len(check(design).diagnostics)
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        [location] = result["locations"]
        region = location["physicalLocation"]["region"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == design.as_uri()
        assert 1 <= region["startLine"] <= len(text.splitlines())
        assert 1 <= region["startColumn"] < region["endColumn"]


def test_github_gets_one_command_a_diagnostic(tmp_path: Path) -> None:
    design = write_design(tmp_path, BROKEN)
    lines = run_here("check", "--format", "github", str(design)).out.splitlines()
    assert len(lines) == len(check(design).diagnostics)
    pattern = rf"::error file={re.escape(str(design))},line=16,col=\d+,title=[a-z-]+::.+"
    assert len([line for line in lines if re.fullmatch(pattern, line)]) == 1
    assert run_here("check", "--format", "github", str(write_design(tmp_path))).out == ""


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_no_name_of_a_design_acts_on_a_terminal(form: str, tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b[31m\x9b31m\u202eb"
    folder.mkdir()
    text = BROKEN.replace("order-history", "'order\u202ehistory'").replace("tenants.t", '"tenants.\\u202Et"')
    design = write_design(folder, text, "x\x07.design.yaml")
    ended = run_here("check", "--format", form, str(design))
    assert ended.code == 2
    assert [c for c in ended.out + ended.err if not c.isprintable() and c != "\n"] == []
    if form == "json":
        assert json.loads(ended.out) == [d.as_dict() for d in check(design).diagnostics]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_hostile_names_pass(form: str) -> None:
    ended = run_here("check", "--format", form, str(HOSTILE))
    assert ended.code in (0, 2)
    assert [c for c in ended.out if not c.isprintable() and c != "\n"] == []


def test_colours_come_only_where_they_are_wanted(tmp_path: Path) -> None:
    design = str(write_design(tmp_path, BROKEN))
    plain = run_process("check", design, TERM="xterm-256color").out
    always = run_process("check", design, "--color", "always", NO_COLOR="1").out
    assert "\x1b" not in plain
    assert "\x1b[1;31merror" in always
    assert SEQUENCE.sub("", always) == plain


OLD = """\
design: old
entities:
  visits:
    about: A page view.
    columns: {visit_id: uuid primary key, seen_at: timestamp}
"""


def test_a_baseline_keeps_silent_about_the_old_and_fails_for_the_new(tmp_path: Path) -> None:
    design, baseline = tmp_path / "old.design.yaml", tmp_path / "known.json"
    design.write_text(OLD, encoding="utf-8")
    assert run_here("check", str(design), "--write-baseline", str(baseline)).code == 0
    kept = run_here("check", str(design), "--baseline", str(baseline))
    assert (kept.code, "timestamp-without-zone" in kept.out) == (0, False)
    design.write_text("# moved by a line\n" + OLD.replace("seen_at: timestamp", "seen_at: timestamp, data: json"))
    grown = run_here("check", str(design), "--baseline", str(baseline))
    assert (grown.code, "timestamp-without-zone" in grown.out, "json-as-text" in grown.out) == (1, False, True)


def test_a_baseline_that_is_missing_or_half_is_told(tmp_path: Path) -> None:
    design, baseline = tmp_path / "old.design.yaml", tmp_path / "known.json"
    design.write_text(OLD, encoding="utf-8")
    missing = run_here("check", str(design), "--baseline", str(baseline))
    assert (missing.code, "--write-baseline" in missing.err) == (2, True)
    baseline.write_text('{"findings": [{"code"', encoding="utf-8")
    half = run_here("check", str(design), "--baseline", str(baseline))
    assert (half.code, "is no baseline" in half.err) == (2, True)


def test_a_baseline_is_written_before_the_known_is_left_out(tmp_path: Path) -> None:
    design = write_design(tmp_path, WARNED)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    run_here("check", str(design), "--write-baseline", str(first))
    ended = run_here("check", str(design), "--baseline", str(first), "--write-baseline", str(second))
    assert (ended.code, second.read_bytes()) == (0, first.read_bytes())
    assert "no findings" in ended.out
