"""YAML that is broken, hostile or no YAML at all ends in one diagnostic at the right place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dbwright.diagnostics import DesignError
from dbwright.frontends.design_file import read_design
from dbwright.frontends.nodes import DEEPEST, LARGEST_FILE, MOST_BRACKETS, compose
from written_designs import NAME, USERS, found_in, only, read_text


@pytest.mark.parametrize(
    "text, code, line, column",
    [
        ("", "empty-design", 1, 1),
        ("# only a comment\n", "empty-design", 1, 1),
        ("- design: shop\n", "wrong-shape", 1, 1),
        ("just words\n", "wrong-shape", 1, 1),
        ("design: a\n---\ndesign: b\n", "yaml-syntax", 2, 1),
        ("design: shop\nentities:\n\tusers:\n", "yaml-syntax", 3, 1),
        ("design: shop\nabout: why: because\n", "yaml-syntax", 2, 11),
        ("design: shop\nabout: 'never closed\nhorizon: 3y\n", "yaml-syntax", 2, 8),
        ("design: shop\ntarget: {version: 18\nhorizon: 3y\n", "yaml-syntax", 2, 9),
        ("design: shop\nentities\nhorizon: 3y\n", "yaml-syntax", 2, 1),
        ("design: @shop\n", "yaml-syntax", 1, 9),
        ("design: é é: b\n", "yaml-syntax", 1, 12),
        ("design: shop\nabout: !secret text\n", "tag", 2, 8),
        ("design: shop\nhorizon: !!int 3\n", "tag", 2, 10),
        ("design: *shop*\n", "yaml-syntax", 1, 9),
        ("design: a\x00b\n", "control-character", 1, 10),
        ("design: shop\nabout: a\x1b[31m\n", "control-character", 2, 9),
        ("design: shop\nabout: a\u2028b\n", "control-character", 2, 9),
        ("design: shop\rabout: b\n", "control-character", 1, 13),
        ('design: shop\nabout: "a\\0b"\n', "control-character", 2, 8),
    ],
)
def test_broken_text_is_found_where_it_breaks(tmp_path: Path, text: str, code: str, line: int, column: int) -> None:
    assert found_in(read_text(tmp_path, text)) == [(code, line, column)]


@pytest.mark.parametrize(
    "text, help_text",
    [
        ("entities:\n\tusers:\n", "indent with spaces, not with tabs"),
        ("about: why: because\n", 'quote a value that holds `: `, for example about: "why: because"'),
        ("about: `code`\n", 'quote a value that begins with ``: "`…"'.replace("``", "```")),
        ("about: 'it\n", "close the quote: '…'"),
        ("a: 1\n---\nb: 2\n", "one file holds one design: remove the `---`"),
        ("about: *bold*\n", 'quote a value that begins with `*`: "*…"'),
    ],
)
def test_the_help_says_what_to_type(tmp_path: Path, text: str, help_text: str) -> None:
    assert only(read_text(tmp_path, text)).help == help_text


def test_sql_that_brackets_cut_has_its_own_help(tmp_path: Path) -> None:
    text = "entities:\n  a:\n    columns:\n      b: {sql: jsonb default '{}', about: x}\n"
    diagnostic = only(read_text(tmp_path, text))
    assert diagnostic.code == "yaml-syntax"
    assert "quote SQL that holds a comma, colon or bracket" in diagnostic.help


def test_bytes_that_are_no_text_are_found(tmp_path: Path) -> None:
    diagnostic = only(read_text(tmp_path, "design: shop\nabout: é".encode() + b"\xff\n"))
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == ("not-utf-8", 2, 9)
    assert diagnostic.message == "byte 0xff is not UTF-8"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read_text(tmp_path, b"\xef\xbb\xbf" + USERS.encode()).diagnostics == ()
    assert found_in(read_text(tmp_path, b"\xef\xbb\xbfdesign: \xff\n")) == [("not-utf-8", 1, 9)]


def test_windows_line_ends_move_no_place(tmp_path: Path) -> None:
    assert found_in(read_text(tmp_path, "design: shop\r\nhorizont: 3y\r\n")) == [("unknown-key", 2, 1)]


def test_a_line_of_100_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with path.open("wb") as file:
        file.write(b"about: ")
        for _ in range(100):
            file.write(b"x" * 2**20)
    diagnostic = only(read_design(path))
    path.unlink()
    assert diagnostic.code == "file-too-large"
    assert f"{LARGEST_FILE:,}" in diagnostic.message


def test_a_file_without_an_end_is_refused() -> None:
    assert only(read_design(Path("/dev/zero"))).code == "file-too-large"


def test_a_line_of_the_largest_size_is_read(tmp_path: Path) -> None:
    head = "design: shop\nabout: "
    assert read_text(tmp_path, head + "x" * (LARGEST_FILE - len(head))).diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 10_000,
        "a: " + "[" * 10_000 + "]" * 10_000,
        "a: " + '["]",' * 200_000,
        "a: " + "{b: " * 10_000,
        "a:\n" + "".join(" " * n + "b:\n" for n in range(1, 2_000)),
        "a:\n  " + "- " * 10_000 + "x\n",
        "a:\n  " + "? " * 10_000 + "x\n",
    ],
    ids=["open", "closed", "brackets in quotes", "mappings", "block", "list items", "keys"],
)
def test_endless_nesting_is_refused(tmp_path: Path, text: str) -> None:
    assert only(read_text(tmp_path, text)).code == "nested-too-deep"


def test_the_deepest_nesting_is_allowed_and_one_more_is_not() -> None:
    levels = DEEPEST - 2
    assert compose("a: " + "[" * levels + "x" + "]" * levels, "shop") is not None
    with pytest.raises(DesignError, match="more than 40 levels"):
        compose("a: " + "[" * (levels + 1) + "x" + "]" * (levels + 1), "shop")


def test_many_brackets_side_by_side_are_fine() -> None:
    assert compose("a: [" + "[x], " * (MOST_BRACKETS + 1) + "]", "shop") is not None


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30))]
    diagnostic = only(read_text(tmp_path, "\n".join(lines)))
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == ("alias", 1, 5)


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: &x [*x]\n", "a: *x\n", "{a: &x 1, b: *x}", '{"a":*x}'])
def test_every_alias_is_refused(text: str) -> None:
    with pytest.raises(DesignError) as caught:
        compose(text, "shop")
    assert caught.value.diagnostics[0].code == "alias"


@pytest.mark.parametrize("sql", ["select count(*) from a", "select a.* from a", "room with &&", "2 *3 &4", "a != b"])
def test_stars_and_ampersands_of_sql_are_no_aliases(sql: str) -> None:
    root = compose(f"a: {sql}", "shop")
    assert root is not None and root.value[0][1].value == sql


@pytest.mark.parametrize("path, reason", [("absent.design.yaml", "No such file"), ("a" * 300, "name too long")])
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, path: str, reason: str) -> None:
    diagnostic = only(read_design(tmp_path / path))
    assert diagnostic.code == "file-unreadable"
    assert re.search(reason, diagnostic.message, re.IGNORECASE)
