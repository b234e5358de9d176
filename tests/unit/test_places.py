"""From a character of a value back to its line and column, in every style that YAML has for a scalar."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import yaml

from dbwright.diagnostics import Span
from dbwright.frontends.nodes import compose
from dbwright.frontends.places import locate

STYLES = {
    "plain": "key: some plain text",
    "plain over lines": "key: some\n  plain\n\n  text",
    "single": "key: 'it''s  quoted'",
    "single over lines": "key: 'it''s\n\n   quoted'",
    "double": 'key: "it\\"s \\x41 \\u00e9 \\\\ tab\\tend"',
    "double over lines": 'key: "one \\\n    two\n\n    three\\n four"',
    "literal": "key: |\n  one\n    two\n\n  three\n",
    "literal with a comment": "key: |-  # note one\n  one two\n",
    "literal that starts with spaces": "key: |2\n    one\n  two\n",
    "folded": "key: >-\n  one\n  two\n\n    more\n  three\n",
    "in brackets": "{other: é✓, key: some text, more: x}",
    "after a list": "- x\n- [y, {key: 'a b'}]",
    "below its key": "key:\n    text below",
}


def value_of(text: str) -> tuple[str, list[Span]]:
    """Return the value of `key` and the place of each of its characters."""
    waiting: list[Any] = [compose(text, "shop")]
    while waiting:
        node = waiting.pop()
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        for key, value in pairs:
            if key.value == "key":
                at = partial(locate, value, text.splitlines())
                return value.value, [at(offset) for offset in range(len(value.value))]
        waiting += node.value if isinstance(node, yaml.SequenceNode) else [value for _, value in pairs]
    raise AssertionError("no key")


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_every_visible_character_stands_where_it_was_written(text: str) -> None:
    value, spans = value_of(text)
    lines = text.splitlines()
    escapes = {"\u00e9": "\\u00e9", "A": "\\x41", "\\": "\\\\", '"': '\\"', "'": "''"}
    for character, span in zip(value, spans, strict=True):
        if character.isspace():
            continue
        written = lines[span.line - 1][span.column - 1 :]
        assert written.startswith((character, escapes.get(character, character))), (character, span)


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_places_go_forward(text: str) -> None:
    _, spans = value_of(text)
    assert spans == sorted(spans)
    visible = [s for c, s in zip(value_of(text)[0], spans, strict=True) if not c.isspace()]
    assert len(set(visible)) == len(visible)


def test_white_space_counts_to_the_character_before_it() -> None:
    value, spans = value_of("key: ab  cd")
    assert (value, [s.column for s in spans]) == ("ab  cd", [6, 7, 7, 7, 10, 11])


def test_an_offset_behind_the_end_is_the_end() -> None:
    root = compose("key: abc", "shop")
    assert root is not None
    assert locate(root.value[0][1], ["key: abc"], 99) == Span("shop", 1, 8)


def test_a_value_without_visible_characters_is_where_it_starts() -> None:
    root = compose("key: '  '", "shop")
    assert root is not None
    assert locate(root.value[0][1], ["key: '  '"], 1) == Span("shop", 1, 6)
