"""Whatever a design file looks like: formatting keeps what it says, keeps its comments, and twice is once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dbwright.diagnostics import DesignError
from dbwright.frontends.comments import list_comments
from dbwright.frontends.design_file import read_design
from dbwright.frontends.formatting import WIDEST, format_source
from dbwright.frontends.nodes import compose

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/*.design.yaml"))
FOLDERS = sorted({path.parent for path in EXAMPLES})
SOURCES = [path.read_text(encoding="utf-8") for path in EXAMPLES]
WORDS = [
    "",
    "a",
    "no",
    "null",
    "3",
    "1e3",
    "2026-01-01",
    "a: b",
    "a #b",
    "- a",
    "a, b",
    "{a}",
    "it's",
    'a "b"',
    "a\\b",
    "é ✓",
]
WORDS += [
    "trailing ",
    " leading",
    "two\nlines",
    "\nblank\n\nlines\n",
    "tab\tinside",
    "# no comment",
    "a:",
    "?",
    "-",
    "@x",
    "<<",
    "=",
]
NAMES = [
    "design",
    "entities",
    "columns",
    "sql",
    "about",
    "users",
    "access",
    "rows",
    "one of",
    "x-note",
    "a: b",
    "on",
    "#a",
]
COMMENTS = ["#", "# note", "#no space", "# a: b", "# {", "# - x", "#\u00a0ü", "# 'open"]


def is_readable(text: str) -> bool:
    """Tell whether a text is YAML that holds a mapping of names."""
    try:
        root = compose(text, "shop")
    except DesignError:
        return False
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            if not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
                return False
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return isinstance(root, yaml.MappingNode)


def assert_formatted(text: str) -> str:
    """Assert what must hold of every formatted text, and return it."""
    formatted = format_source(text)
    assert format_source(formatted) == formatted
    assert sorted(list_comments(formatted)) == sorted(list_comments(text.removeprefix("\ufeff")))
    assert formatted.endswith("\n") and not formatted.startswith("\n")
    assert not re.search(r"\n\n\n\Z", formatted)
    return formatted


def trees() -> st.SearchStrategy[Any]:
    """Nested data of words and names as a design might hold."""
    words = st.sampled_from(WORDS) | st.text("ab :#-'\"\n{}[],&*!|>%@`\t\\é", max_size=8)
    names = st.sampled_from(NAMES)
    return st.recursive(
        words, lambda below: st.lists(below, max_size=4) | st.dictionaries(names, below, max_size=4), max_leaves=20
    )


@st.composite
def dumped_texts(draw: st.DrawFn) -> str:
    """Random data in a random style of YAML."""
    data = draw(st.dictionaries(st.sampled_from(NAMES), trees(), min_size=1, max_size=5))
    return str(
        yaml.safe_dump(
            data,
            default_style=draw(st.sampled_from([None, None, "'", '"', "|", ">"])),
            default_flow_style=draw(st.sampled_from([False, None, True])),
            indent=draw(st.sampled_from([2, 3, 4, 7])),
            width=draw(st.sampled_from([10, 40, 1000])),
            allow_unicode=True,
            sort_keys=False,
        )
    )


@st.composite
def commented_texts(draw: st.DrawFn) -> str:
    """A text with comments and blank lines thrown into it, anywhere."""
    lines = draw(dumped_texts() | st.sampled_from(SOURCES)).split("\n")
    start = draw(st.integers(0, max(0, len(lines) - 60)))
    lines = ["design: x", *lines[start : start + 60]] if len(lines) > 80 else lines
    for _ in range(draw(st.integers(0, 6))):
        comment, at = draw(st.sampled_from(COMMENTS)), draw(st.integers(0, len(lines) - 1))
        if draw(st.booleans()):
            lines[at] += f"{' ' * draw(st.integers(1, 4))}{comment}"
        else:
            blank = [""] * draw(st.integers(0, 2))
            lines[at:at] = [*blank, " " * draw(st.integers(0, 9)) + comment, *blank]
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))


@settings(max_examples=100, deadline=None)
@given(dumped_texts())
def test_any_data_in_any_style_is_formatted(text: str) -> None:
    assume(is_readable(text))
    assert_formatted(text)


@settings(max_examples=100, deadline=None)
@given(commented_texts())
def test_comments_anywhere_are_kept(text: str) -> None:
    assume(is_readable(text))
    assert_formatted(text)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SOURCES), st.data())
def test_the_order_of_keys_does_not_matter(source: str, data: st.DataObject) -> None:
    blocks = re.split(r"(?m)^(?=[a-z])", source)
    head, keys = blocks[0], blocks[1:]
    shuffled = data.draw(st.permutations(keys))
    first, second = format_source("".join(["design: a\n", *keys])), format_source("".join(["design: a\n", *shuffled]))
    assert head == "" or head.startswith("#")
    without = [[line for line in text.splitlines() if line and "#" not in line] for text in (first, second)]
    assert without[0] == without[1]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_example_can_be_formatted(folder: Path, tmp_path: Path) -> None:
    for path in folder.glob("*.design.yaml"):
        formatted = assert_formatted(path.read_text(encoding="utf-8"))
        in_brackets = [line for line in formatted.splitlines() if re.match(r"^ *[^ #'\"]+: *[{\[].*[}\]]$", line)]
        assert max((len(line) for line in in_brackets), default=0) <= WIDEST
        (tmp_path / path.name).write_text(formatted, encoding="utf-8")
    before, after = read_design(folder), read_design(tmp_path)
    assert before.diagnostics == () and before.design is not None
    assert after.design == before.design
