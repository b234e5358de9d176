"""Written Python means what was meant, and looks as ruff would leave it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.emit.python_source import (
    Piece,
    call,
    docstring,
    flat,
    keyword,
    listing,
    mapping,
    pair,
    render,
    string_literal,
    strings,
    used_names,
    width,
)
from model_designs import ROOT, run_tool

TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("\"'\\\n\t"), max_size=60)


@given(TEXTS)
def test_a_string_literal_means_its_text(text: str) -> None:
    assert ast.literal_eval(string_literal(text)) == text


@given(st.lists(TEXTS.filter(lambda t: bool(t.split())), min_size=1, max_size=3))
def test_a_docstring_holds_the_words_of_its_paragraphs(paragraphs: list[str]) -> None:
    source = "\n".join(docstring(paragraphs))
    assert ast.literal_eval(source).split() == " ".join(paragraphs).split()


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("it's", '"it\'s"'),
        ('say "hi"', "'say \"hi\"'"),
        ("\"'", '"\\"\'"'),
        ("a\\b\n", '"a\\\\b\\n"'),
        ("\u202e\x7f", '"\\u202e\\x7f"'),
        ("größe 表", '"größe 表"'),
    ],
)
def test_quotes_are_chosen_to_need_the_fewest_backslashes(text: str, literal: str) -> None:
    assert string_literal(text) == literal


def test_a_call_breaks_only_where_the_line_is_full() -> None:
    short = call("f", ["1", keyword("b", call("g", []))])
    assert render(short, "    ", lead="x = ") == ["    x = f(1, b=g())"]
    long = call("f", [keyword("b", strings(["x" * 60, "y" * 60])), "2"])
    assert render(long) == [
        "f(",
        "    b=[",
        f'        "{"x" * 60}",',
        f'        "{"y" * 60}",',
        "    ],",
        "    2,",
        ")",
    ]


def test_a_tuple_of_one_keeps_its_comma() -> None:
    assert flat(pair("1")) == "(1,)"
    assert flat(pair("1", "2")) == "(1, 2)"
    assert flat(listing("", ["1"])) == "[1]"


def test_wide_characters_take_two_columns() -> None:
    assert [width("ab"), width("表a"), width("e\u0301")] == [2, 3, 1]


def test_names_in_strings_are_not_used() -> None:
    sources = ['x: Mapped[UUID] = f("Decimal")\n"""Any"""\n', 'y = "pg"\n', "z: pg.JSONB\n"]
    assert used_names(sources, ["x", "Mapped", "UUID", "f", "Decimal", "Any", "pg"]) == {
        "x",
        "Mapped",
        "UUID",
        "f",
        "pg",
    }


def test_ruff_leaves_the_source_alone(tmp_path: Path) -> None:
    texts = ['"', "\\", 'ends in "', 'three """ quotes', "back\\", "it's", "'\"", "x" * 130, "表" * 60, "a b " * 40]
    pieces: list[Piece] = [
        call("f", [string_literal(t), keyword("k", mapping([(t, string_literal(t))]))]) for t in texts
    ]
    lines = ['"""Sample."""', ""]
    for number, piece in enumerate(pieces):
        lines += render(piece, lead=f"v{number} = ")
    for number, text in enumerate(texts):
        lines += ["", "", f"class C{number}:", *docstring([text], "    ")]
    path = tmp_path / "sample.py"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, said = run_tool("-m", "ruff", "format", "--diff", "--no-cache", "--config", ROOT / "pyproject.toml", path)
    assert code == 0, said
