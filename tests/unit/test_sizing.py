"""What sizes and facts say of values, where it can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.sizing.facts import met
from dbwright.sizing.layout import Packed, Value, heap_row, move_out, rows_per_page, stored
from dbwright.sizing.skew import harmonic, met_unevenly
from dbwright.sizing.tables import Facts, facts_at
from dbwright.sizing.trees import tree

DESIGN = """
design: shop
start: 2026-01-01
entities:
  people:
    columns:
      person_id: bigint primary key generated always as identity
      land: {sql: text not null, values: {hot: {de: 40%, fr: 10%}, distinct: 50}}
      age: int not null check (age between 0 and 120)
      left_at: timestamptz
    rows: 1M
  letters:
    columns:
      letter_id: uuid primary key default uuidv7()
      person_id: bigint not null references people
      size: {sql: int not null, values: {range: 1 to 10}}
    rows: {now: 0, growth: 1M/year, skew: {person_id: zipf(1.1)}}
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts of the design above at its horizon of three years."""
    return facts_at(compiled(tmp_path_factory.mktemp("design"), DESIGN))


def compiled(folder: Path, text: str) -> Blueprint:
    """Return a design as it compiles."""
    path = folder / "shop.design.yaml"
    path.write_text(text)
    return compile_design(load_design(path))


def test_padding_depends_on_the_order_of_columns() -> None:
    small, large = Value(1), Value(8, 8)
    assert heap_row([small, large, small]).bytes == 24 + 8 + 8 + 8
    assert heap_row([large, small, small]).bytes == 24 + 8 + 8


def test_a_bitmap_of_nulls_costs_nothing_up_to_eight_columns() -> None:
    columns = [Value(8, 8, nulls=0.5)] * 8
    assert heap_row(columns).bytes == 24 + 8 * 8 * 0.5
    assert heap_row([*columns, Value(8, 8)]).bytes == pytest.approx(32 + 4 * 8 + 8, abs=0.1)


def test_a_page_holds_whole_rows() -> None:
    assert rows_per_page(heap_row([Value(8, 8)])) == (8192 - 24) // (32 + 4)


def test_long_values_move_out() -> None:
    kept, moved = move_out([Value(8, 8), stored(5_000)])
    assert kept[1].bytes == 18
    assert moved == 5_004


def test_a_tree_of_bigint_has_366_entries_on_a_leaf() -> None:
    built = tree(366 * 285, Packed(16))
    assert (built.leaves, built.height) == (285, 1)
    assert tree(366 * 286, Packed(16)).height == 2


def test_few_draws_meet_few_values() -> None:
    assert met(1e9, 100) == pytest.approx(100)
    assert met(10, 1e6) == pytest.approx(10)
    assert met(1000, 1000) == pytest.approx(632, rel=0.01)
    assert met_unevenly(1000, 1000, 1.1) < met(1000, 1000) / 2
    assert harmonic(1e6, 1.0) == pytest.approx(14.3927, rel=1e-4)


def test_declared_values_are_facts(facts: Facts) -> None:
    land = facts.tables["people"].column("land")
    assert land is not None
    assert land.common == (("de", 0.4), ("fr", 0.1))
    assert land.distinct == 50
    age = facts.tables["people"].column("age")
    assert age is not None
    assert (age.lowest, age.highest, age.distinct) == ("0", "120", 121)


def test_few_values_in_a_range_are_all_known(facts: Facts) -> None:
    size = facts.tables["letters"].column("size")
    assert size is not None
    assert [v for v, _ in size.common] == [str(n) for n in range(1, 11)]


def test_a_skewed_reference_meets_fewer_parents(facts: Facts) -> None:
    person = facts.tables["letters"].column("person_id")
    assert person is not None
    assert person.distinct < met(1e6, facts.tables["letters"].rows)
    assert person.common[0][1] > 2 * person.common[2][1]


def test_what_nobody_said_is_assumed_aloud(facts: Facts) -> None:
    told = {(a.subject, a.what) for a in facts.assumptions}
    assert ("people.left_at", "nulls") in told
    assert ("people.land", "distinct values") not in told
    assert ("letters.size", "range") not in told


def test_a_root_holds_what_fits_on_its_page_until_it_splits() -> None:
    entry = Packed(44.0)
    leaves = 150
    rows = leaves * int(0.69 * 8152 / 48)
    assert tree(rows, entry, filling="random").height == 1
    assert tree(2 * rows, entry, filling="random").height == 2


def test_pages_above_the_leaves_do_without_keys_that_tell_nothing_apart() -> None:
    rows = 150 * int(0.69 * 8152 / 104)
    assert tree(rows, Packed(100.0), filling="random").height == 2
    assert tree(rows, Packed(100.0), filling="random", inner=40.0).height == 1


def test_a_key_counts_its_rows_whatever_its_name_tells(tmp_path: Path) -> None:
    path = tmp_path / "keys.design.yaml"
    path.write_text(
        "design: keys\nentities:\n  parts:\n    rows: 9M\n    columns:\n"
        "      part_number: int primary key\n      price: int\n"
    )
    made = facts_at(compile_design(load_design(path)), 0.0).tables["parts"]
    key, price = made.column("part_number"), made.column("price")
    assert key is not None and price is not None
    assert (key.distinct, key.lowest, key.highest) == (9_000_000, "1", "9000000")
    assert (price.lowest, price.highest) == ("1", "5000")
