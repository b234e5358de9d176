"""Safe edits: they are made where the finding is, keep everything else, and leave nothing to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.api import check, fix
from dbwright.cli import main

DESIGN = """\
design: shop   # the shop
entities:
  orders:
    about: An order.
    columns:
      order_no: bigserial primary key
      placed_at:  timestamp(3) not null default now()   # when
      until:      {sql: timestamp without time zone, about: "the end, not: after"}
      extras:     {sql: json not null}
      note:       "text default 'NULL'"
      good_at:    timestamp with time zone
"""
FIXED = """\
design: shop   # the shop
entities:
  orders:
    about: An order.
    columns:
      order_no: bigint generated always as identity primary key
      placed_at:  timestamptz(3) not null default now()   # when
      until:      {sql: timestamptz, about: "the end, not: after"}
      extras:     {sql: jsonb not null}
      note:       "text"
      good_at:    timestamp with time zone
"""


@pytest.fixture
def design(tmp_path: Path) -> Path:
    """A design with one finding of each kind that can be mended."""
    path = tmp_path / "shop.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


def test_each_edit_is_made_in_its_place(design: Path) -> None:
    assert fix(design) == {design: 5}
    assert design.read_text(encoding="utf-8") == FIXED
    assert check(design).diagnostics == ()
    assert fix(design) == {}


def test_the_command_says_what_it_did(design: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--fix", str(design)]) == 0
    shown = capsys.readouterr()
    assert "5 findings fixed" in shown.err
    assert "no findings" in shown.out


def test_what_is_written_over_several_lines_is_left_to_a_person(tmp_path: Path) -> None:
    path = tmp_path / "shop.design.yaml"
    column = "b: >-\n        timestamp\n        without time zone\n"
    text = f"design: shop\nentities:\n  a:\n    about: A.\n    columns:\n      {column}"
    path.write_text(text, encoding="utf-8")
    assert "timestamp-without-zone" in [d.code for d in check(path).diagnostics]
    assert fix(path) == {}


def test_a_policy_beside_the_design_says_how_severe_a_finding_is(
    design: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = design.with_name("dbwright.toml")
    policy.write_text(
        '[rules]\njson-as-text = "error"\nserial-column = "off"\nquoted-null = "note"\n', encoding="utf-8"
    )
    assert main(["check", str(design)]) == 2
    shown = capsys.readouterr().out
    assert "error[json-as-text]" in shown and "note[quoted-null]" in shown and "serial-column" not in shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[rules", "this policy cannot be read"),
        ('[rules]\njson-as-txt = "off"', "did you mean `json-as-text`"),
        ('[rules]\njson-as-text = "fatal"', "`fatal` is no severity"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_an_error(
    design: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    policy = tmp_path / "house.toml"
    policy.write_text(text, encoding="utf-8")
    assert main(["check", str(design), "--policy", str(policy)]) == 2
    assert message in capsys.readouterr().err
