"""Values to ask an access pattern for: frequent ones, usual ones, rare ones, counted in the generated rows."""

from __future__ import annotations

from collections import Counter

import pytest

from data_designs import compile_text, fediflow
from dbwright.data import Dataset, choices_of, generate, plan_rows
from dbwright.data.parameters import choices_by_pattern
from dbwright.model.blueprint import Blueprint

DESIGN = """
design: asked
roles: {web: {}}
entities:
  users:
    audit: none
    columns: {user_id: bigint primary key}
  orders:
    audit: none
    columns:
      order_id: bigint primary key
      user_id: bigint not null references users
      status: {sql: text not null, one of: [new, paid]}
      created_at: timestamptz not null
    rows: {now: 1M, skew: {user_id: zipf(1.2)}}
access:
  of-user: {why: w, by: web, sql: "select * from orders where user_id = :user and created_at > :since"}
  window: {why: w, by: web, sql: "select * from orders where created_at between :first and :last and status = :status"}
  page: {why: w, by: web, sql: "select * from orders order by created_at limit :most"}
"""


@pytest.fixture(scope="module")
def made() -> tuple[Blueprint, Dataset]:
    """A design of two tables, filled."""
    blueprint = compile_text(DESIGN)
    return blueprint, generate(blueprint, {"users": 100, "orders": 5_000})


def test_a_hot_value_has_the_most_rows_and_a_rare_one_the_fewest(made: tuple[Blueprint, Dataset]) -> None:
    choice = choices_of(*made, "of-user")["user"]
    found = Counter(made[1].tables["orders"].columns["user_id"])
    assert (choice.table, choice.column) == ("orders", "user_id")
    assert choice.hot.rows == max(found.values()) == found[choice.hot.value]
    assert choice.rare.rows == min(found.values()) == found[choice.rare.value]
    assert choice.rare.rows < choice.common.rows < choice.hot.rows
    assert found[choice.common.value] == choice.common.rows


@pytest.mark.parametrize(
    ("pattern", "name", "keeps"),
    [
        ("of-user", "since", lambda moment, bound: moment > bound),
        ("window", "first", lambda moment, bound: moment >= bound),
        ("window", "last", lambda moment, bound: moment <= bound),
    ],
)
def test_bounds_leave_the_rows_that_they_say(
    made: tuple[Blueprint, Dataset], pattern: str, name: str, keeps: object
) -> None:
    choice = choices_of(*made, pattern)[name]
    moments = list(made[1].tables["orders"].columns["created_at"])
    assert callable(keeps)
    for value in (choice.hot, choice.common, choice.rare):
        assert value.rows == sum(bool(keeps(m, value.value)) for m in moments)
    assert choice.hot.rows > 4_000
    assert 2_000 < choice.common.rows < 3_000
    assert choice.rare.rows < 100


def test_what_no_column_explains_is_left_out(made: tuple[Blueprint, Dataset]) -> None:
    assert choices_of(*made, "page") == {}


def test_an_unknown_pattern_is_refused(made: tuple[Blueprint, Dataset]) -> None:
    with pytest.raises(KeyError, match="nothing"):
        choices_of(*made, "nothing")


def test_the_rows_of_one_tenant_are_counted_alone() -> None:
    blueprint = fediflow()
    dataset = generate(blueprint, plan_rows(blueprint, 3_000))
    counted = 0
    for pattern, choices in choices_by_pattern(blueprint, dataset).items():
        for name, choice in choices.items():
            table = blueprint.table(choice.table)
            assert table is not None
            own = choices_of(blueprint, dataset, pattern, dataset.tenants[0]).get(name)
            if table.tenant_column and own is not None:
                counted += 1
                assert 0 < own.hot.rows <= choice.hot.rows
    assert counted > 5
