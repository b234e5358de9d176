"""Lists of generated rows have as many elements as are declared, and what rows do not follow is told."""

from __future__ import annotations

import json

import pytest

from dbwright.data import Dataset, generate
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design

DESIGN = """
design: shelf
entities:
  books:
    columns:
      book_id: bigint generated always as identity primary key
      tags: {sql: "text[] not null", values: {items: 12}}
      pair: {sql: "int[] not null check (cardinality(pair) <= 3)", values: {items: 12}}
      sizes: {sql: "int[] not null check (cardinality(sizes) >= 5)", values: {items: 8}}
      parts: {sql: "jsonb not null default '[]'", values: {items: 9}}
      plain: "text[] not null"
      facts: {sql: jsonb not null, values: {items: 6}}
      words: {sql: text not null, values: {items: 30}}
    values: {"tags, plain": 40%, "book_id % 2 = 0": {holds: 50%}}
    audit: none
    rows: 4k
"""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Four thousand books."""
    path = tmp_path_factory.mktemp("design") / "shelf.design.yaml"
    path.write_text(DESIGN)
    return generate(compile_design(load_design(path)), {"books": 4_000})


def lengths(rows: Dataset, name: str) -> list[int]:
    """Return how many elements each list of a column has."""
    values = rows.tables["books"].columns[name]
    return [len(json.loads(v) if isinstance(v, str) else v) for v in values]


@pytest.mark.parametrize(("name", "items"), [("tags", 12), ("parts", 9), ("sizes", 8), ("pair", 3)])
def test_lists_have_as_many_elements_as_declared_where_their_rules_allow(rows: Dataset, name: str, items: int) -> None:
    found = lengths(rows, name)
    assert sum(found) / len(found) == pytest.approx(items, rel=0.1)


def test_rules_come_before_declarations(rows: Dataset) -> None:
    assert max(lengths(rows, "pair")) <= 3
    assert min(lengths(rows, "sizes")) >= 5


def test_lists_of_which_nothing_is_declared_are_short(rows: Dataset) -> None:
    assert max(lengths(rows, "plain")) <= 6


def test_what_rows_do_not_follow_is_told(rows: Dataset) -> None:
    assert [n.subject for n in rows.notes] == ["tags, plain", "book_id % 2 = 0", "facts", "words"]
    assert "rows do not follow the `items` of `words`, which is no list" in str(rows.notes[-1])
