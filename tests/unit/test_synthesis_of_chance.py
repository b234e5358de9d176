"""What ANALYZE would find where values come by chance, and what it is told to store."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design
from dbwright.planner.statistics import ColumnStatistics
from dbwright.planner.synthesis import column_statistics, synthesize
from dbwright.sizing.facts import ColumnFacts
from dbwright.sizing.layout import Value

PINNED = """
design: tales
start: 2026-01-01
entities:
  writers:
    columns:
      writer_id: bigint primary key generated always as identity
    rows: 1M
  tales:
    columns:
      tale_id: bigint primary key generated always as identity
      writer_id: bigint not null references writers
    rows: 20M
"""


def correlation_of(values: list[str]) -> float:
    """Correlation as ANALYZE works it out: rows sorted by value, those of the same value as they stand."""
    order = sorted(range(len(values)), key=lambda row: (values[row], row))
    middle = (len(values) - 1) / 2
    products = sum((place - middle) * (row - middle) for place, row in enumerate(order))
    return products / sum((row - middle) ** 2 for row in range(len(values)))


def test_values_in_no_order_are_as_correlated_as_they_repeat() -> None:
    shares = {"a": 0.6, "b": 0.3, "c": 0.1}
    values = random.Random(1).choices(list(shares), list(shares.values()), k=20_000)
    facts = ColumnFacts("state", "text", Value(2, 1), 3.0, common=tuple(shares.items()))
    said = float(column_statistics(facts, 20_000.0).values["correlation"])
    assert said == pytest.approx(0.46)
    assert said == pytest.approx(correlation_of(values), abs=0.02)


def number_of(text: str) -> list[float]:
    """The numbers of an array literal."""
    return [float(part.strip('"')) for part in text.strip("{}").split(",")]


def test_a_table_that_is_read_to_the_end_has_common_values_by_chance() -> None:
    counts = sorted(Counter(random.Random(2).choices(range(5_000), k=9_000)).values(), reverse=True)
    facts = ColumnFacts("parent", "bigint", Value(8, 8), float(len(counts)), lowest="1", highest="5000")
    shares = number_of(column_statistics(facts, 9_000.0).values["most_common_freqs"])
    assert len(shares) == 100
    assert [s * 9_000 for s in shares[::20]] == pytest.approx(counts[:100:20], abs=1.01)
    assert "most_common_freqs" not in column_statistics(facts, 9_000_000.0).values


def test_what_analyze_is_told_is_what_is_planned_with(tmp_path: Path) -> None:
    path = tmp_path / "tales.design.yaml"
    path.write_text(PINNED)
    blueprint = compile_design(load_design(path))
    table = blueprint.table("tales")
    assert table is not None
    pin = next(s.value for s in table.settings if s.column == "writer_id")
    made = synthesize(blueprint, {"tales": 5_000.0, "writers": 4_000.0}).statistics
    found: ColumnStatistics = next(
        c for t in made.tables if t.name == "tales" for c in t.columns if c.column == "writer_id"
    )
    assert found.values["n_distinct"] == pin
