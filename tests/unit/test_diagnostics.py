"""Diagnostics as people and machines read them: text with carets, JSON, SARIF, GitHub commands, and no forged lines."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from dbwright.diagnostics import (
    MANY_NAMES,
    NOWHERE,
    DesignError,
    Diagnostic,
    Severity,
    Span,
    errors,
    in_order,
    nearest,
    render_github,
    render_json,
    render_sarif,
    render_text,
)

SOURCE = "design: shop\nhorizont: 3y\n"
UNKNOWN = Diagnostic("unknown-key", "`horizont` is no key", Span("a.yaml", 2, 1, 8), "did you mean `horizon`?")
WARNING = Diagnostic("wide", "wide row", Span("a.yaml", 1, 1), severity=Severity.WARNING)
NOTE = Diagnostic("note", "derived", NOWHERE, severity=Severity.NOTE)
HOSTILE = [
    '"; drop table x',
    "a\n::error::forged",
    "a\r\nerror[x]: forged",
    "\x1b[31mred",
    "</script>",
    "50%",
    "\u202eabc",
    "a|`b`",
]


def sarif_results(*diagnostics: Diagnostic) -> list[Any]:
    """Return the results of a SARIF document."""
    results = json.loads(render_sarif(diagnostics))["runs"][0]["results"]
    assert isinstance(results, list)
    return results


def test_text_shows_message_place_line_and_help() -> None:
    assert render_text([UNKNOWN], {"a.yaml": SOURCE}) == (
        "error[unknown-key]: `horizont` is no key\n"
        " --> a.yaml:2:1\n"
        "  |\n"
        "2 | horizont: 3y\n"
        "  | ^^^^^^^^\n"
        "  = help: did you mean `horizon`?\n"
    )


def test_text_without_the_source_has_the_place_and_without_a_place_the_message() -> None:
    assert render_text([WARNING]) == "warning[wide]: wide row\n --> a.yaml:1:1\n"
    assert render_text([NOTE], {"": "x"}) == "note[note]: derived\n"


def test_diagnostics_are_separated_by_a_blank_line() -> None:
    assert render_text([NOTE, NOTE]) == "note[note]: derived\n\nnote[note]: derived\n"


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "x" * 500 + "HERE" + "y" * 500
    text = render_text([Diagnostic("a", "b", Span("f", 1, 501, 4))], {"f": line})
    shown, carets = text.splitlines()[3:5]
    assert len(shown) == len("1 | ") + 120
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "HERE"


@pytest.mark.parametrize("span", [Span("f", 1, 5, 99), Span("f", 1, 6, 1), Span("f", 1, 1, 0), Span("f", 9, 1, 1)])
def test_a_place_at_or_behind_the_end_breaks_nothing(span: Span) -> None:
    text = render_text([Diagnostic("a", "b", span)], {"f": "short"})
    assert text.startswith("error[a]: b\n --> f:")
    assert all(len(line) < 20 for line in text.splitlines())


def test_carets_stand_below_what_a_tab_moves() -> None:
    text = render_text([Diagnostic("a", "b", Span("f", 1, 3, 2))], {"f": "\t\tab"})
    assert text.splitlines()[3:5] == ["1 |   ab", "  |   ^^"]


@pytest.mark.parametrize("name", HOSTILE)
def test_text_never_lets_a_name_make_a_line_or_reach_the_terminal(name: str) -> None:
    diagnostic = Diagnostic("code", f"`{name}` is bad", Span(f"{name}.yaml", 1, 1, 3), f"drop `{name}`")
    text = render_text([diagnostic], {f"{name}.yaml": f"key: {name}"})
    lines = text.splitlines()
    assert all(line.isprintable() for line in lines)
    assert [line for line in lines if line.startswith(("error", " -->", "  = help"))] == [lines[0], lines[1], lines[-1]]
    assert len(lines) == 6


@pytest.mark.parametrize("name", HOSTILE)
def test_github_gets_one_command_a_diagnostic(name: str) -> None:
    diagnostic = Diagnostic("code", f"`{name}` is bad", Span(f"{name}.yaml", 3, 7), "line one\nline two")
    command = render_github([diagnostic])
    assert command.startswith("::error file=") and "\n" not in command and "\r" not in command
    properties, _, message = command.removeprefix("::error ").partition("::")
    values = dict(part.split("=", 1) for part in properties.split(","))
    assert (unquote(values["file"]), values["line"], values["col"]) == (f"{name}.yaml", "3", "7")
    assert unquote(message) == f"`{name}` is bad\nhelp: line one\nline two"


def test_github_says_no_place_where_there_is_none() -> None:
    assert render_github([NOTE, WARNING]) == (
        "::notice title=note::derived\n::warning file=a.yaml,line=1,col=1,title=wide::wide row"
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_json_and_sarif_give_back_what_was_said(name: str) -> None:
    diagnostic = Diagnostic("code", f"`{name}` is bad", Span("a b/ü%.yaml", 3, 7, 4), "help")
    assert json.loads(render_json([diagnostic])) == [
        {
            "code": "code",
            "severity": "error",
            "message": f"`{name}` is bad",
            "help": "help",
            "file": "a b/ü%.yaml",
            "line": 3,
            "column": 7,
            "length": 4,
        }
    ]
    assert sarif_results(diagnostic)[0]["message"]["text"] == f"`{name}` is bad. help"


def test_sarif_has_places_in_code_points_and_addresses_that_are_escaped() -> None:
    [result] = sarif_results(Diagnostic("a", "b", Span("a b/ü#%.yaml", 3, 7, 4)))
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "a%20b/%C3%BC%23%25.yaml"}
    assert location["region"] == {"startLine": 3, "startColumn": 7, "endColumn": 11}
    assert json.loads(render_sarif([]))["runs"][0]["columnKind"] == "unicodeCodePoints"


def test_sarif_knows_each_rule_once_and_no_place_for_what_is_derived() -> None:
    document = json.loads(render_sarif([UNKNOWN, UNKNOWN, NOTE]))
    assert document["version"] == "2.1.0"
    assert document["runs"][0]["tool"]["driver"]["rules"] == [{"id": "note"}, {"id": "unknown-key"}]
    assert ["locations" in result for result in document["runs"][0]["results"]] == [True, True, False]
    assert [result["level"] for result in document["runs"][0]["results"]] == ["error", "error", "note"]


def test_an_absolute_file_is_a_file_address() -> None:
    [result] = sarif_results(Diagnostic("a", "b", Span("/tmp/a b.yaml", 1, 1)))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///tmp/a%20b.yaml"}


def test_diagnostics_stand_in_the_order_of_the_file_each_once() -> None:
    late = Diagnostic("a", "m", Span("a.yaml", 10, 1))
    assert in_order([late, UNKNOWN, WARNING, UNKNOWN, NOTE]) == [NOTE, WARNING, UNKNOWN, late]


def test_only_errors_stop_a_build() -> None:
    assert errors([WARNING, UNKNOWN, NOTE]) == [UNKNOWN]


def test_an_error_says_all_it_holds() -> None:
    assert str(DesignError([UNKNOWN, WARNING])) == "a.yaml:2:1: `horizont` is no key; a.yaml:1:1: wide row"


@pytest.mark.parametrize(
    "name, known, hint",
    [
        ("colums", ["columns", "rows"], "did you mean `columns`?"),
        ("xyz", ["columns", "rows"], "known here: `columns`, `rows`"),
        ("xyz", [], "there is none"),
        ("", ["a"], "known here: `a`"),
        ("xyz", [f"n{n:02}" for n in range(13)], "known here: " + ", ".join(f"`n{n:02}`" for n in range(12)) + " …"),
    ],
)
def test_the_nearest_name_is_offered(name: str, known: list[str], hint: str) -> None:
    assert nearest(name, known) == hint


def test_among_very_many_names_one_that_begins_alike_is_offered() -> None:
    known = [f"{letter}{n}" for letter in "ab" for n in range(MANY_NAMES)] + ["customers"]
    assert nearest("customer", known) == "did you mean `customers`?"
