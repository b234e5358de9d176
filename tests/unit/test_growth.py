"""Growth on paper: amounts and their classes, what a plan touches without being run, declared words."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from dbwright.model.growth import CLASSES, GrowthClass, Meaning, worse
from dbwright.model.relationship import parse_relationship
from dbwright.planner.growth import slope
from dbwright.planner.work import Relations, shape_of, sorts_all, touched
from dbwright.theory.amounts import Amount, Bound, Factor, Kind, Step, least


def rows_of(kind: Kind, rows: float = 0.0) -> Amount:
    return Amount(1.0, (Factor(kind, "orders", (), rows, f"{kind} rows"),))


@pytest.mark.parametrize(
    ("amount", "growth"),
    [
        (Amount(), "constant"),
        (Amount(20), "constant"),
        (rows_of("declared", 500), "constant"),
        (rows_of("answer"), "linear in the answer"),
        (rows_of("answer").times(rows_of("answer")), "linear in the answer"),
        (rows_of("tenant").times(Amount(3)), "linear in a tenant"),
        (rows_of("table").times(rows_of("declared", 9)), "linear in the table"),
        (rows_of("table").times(rows_of("answer")), "worse than linear"),
        (rows_of("tenant").times(rows_of("tenant")), "worse than linear"),
    ],
)
def test_the_class_of_an_amount_is_that_of_what_grows_fastest(amount: Amount, growth: GrowthClass) -> None:
    assert amount.growth == growth


def test_a_slower_class_is_less_whatever_the_numbers() -> None:
    assert least(Amount(1e9), rows_of("answer", 2), rows_of("table", 3)) == Amount(1e9)
    assert rows_of("table", 1000).times(Amount(3)).rows == 3000


def test_look_ups_one_by_one_are_logarithmic_and_sorting_a_table_is_worse_than_linear() -> None:
    assert Step("users", Amount(20), "by key", repeated=True).growth == "logarithmic"
    assert Step("users", rows_of("table"), "all of them", sorted=True).growth == "worse than linear"
    bound = Bound((Step("a", Amount(), "by key"), Step("b", rows_of("answer", 7), "by index")))
    assert (bound.growth, bound.rows) == ("linear in the answer", 8)


def test_classes_are_in_order() -> None:
    assert all(worse(late, early) for early, late in pairwise(CLASSES))


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        ("key", "key", 0),
        ("at most 2k rows", "rows", 2000),
        ("newest 20", "newest", 20),
        ("window of 7 days", "window", 7 * 86_400),
        ("0.5% of the rows", "share", 0.005),
        ("common value", "common", 0),
    ],
)
def test_the_meaning_of_a_parameter_is_read(text: str, kind: str, amount: float) -> None:
    meaning = Meaning.parse(text)
    assert (str(meaning), meaning.kind, meaning.amount) == (text, kind, amount)


def test_a_relationship_says_how_many_there_are_at_most() -> None:
    assert parse_relationship("users 1-n orders at most 5k on delete cascade").most == 5000
    assert parse_relationship("courses n-m users at most 500 through enrollments").through == "enrollments"
    with pytest.raises(ValueError, match="at most already"):
        parse_relationship("users 1-1 profiles at most 5")


RELATIONS = Relations(
    rows={"orders": 1e6, "users": 1e4},
    pages={"orders": 1e4, "users": 100.0, "orders_idx": 3000.0, "users_pkey": 40.0},
    visible={"orders": 1.0, "users": 1.0},
    heights={"orders_idx": 2, "users_pkey": 1},
    unique={"users_pkey": ("user_id",)},
    hashed={f"events_p{n}": ("tenant_id", 4) for n in range(4)},
)


def node(kind: str, rows: float, *plans: dict[str, Any], **said: Any) -> dict[str, Any]:
    names = {name.replace("_", " ").title(): value for name, value in said.items()}
    return {"Node Type": kind, "Plan Rows": rows, "Plans": list(plans), **names}


def found(plan: dict[str, Any]) -> dict[str, float]:
    return {f"{t.node} {t.relation}": t.rows for t in touched(plan, RELATIONS, lambda _: 5000.0)}


def test_a_limit_stops_a_scan_and_a_sort_does_not_let_it() -> None:
    scan = node("Index Scan", 1000, relation_name="orders", index_name="orders_idx")
    assert found(node("Limit", 10, scan)) == {"Index Scan orders": 10}
    assert found(node("Limit", 10, node("Sort", 1000, scan))) == {"Index Scan orders": 1000}


def test_a_filter_hides_rows_that_are_touched_all_the_same() -> None:
    plan = node("Index Scan", 10, relation_name="orders", index_name="orders_idx", filter="(total > 5)")
    assert found(plan) == {"Index Scan orders": 5000}


def test_a_nested_loop_looks_up_each_outer_row_and_a_key_finds_one() -> None:
    outer = node("Seq Scan", 50, relation_name="orders")
    inner = node(
        "Index Scan",
        3,
        relation_name="users",
        index_name="users_pkey",
        index_cond="(user_id = orders.user_id)",
        filter="active",
    )
    assert found(node("Nested Loop", 150, outer, inner)) == {"Seq Scan orders": 1e6, "Index Scan users": 50}


def test_of_partitions_by_hash_one_is_read_where_the_run_knows_the_value() -> None:
    parts = [node("Index Scan", 100, relation_name=f"events_p{n}") for n in range(4)]
    for part in parts:
        part["Index Cond"] = "(tenant_id = (InitPlan 1).col1)"
    assert sum(found(node("Append", 400, *parts)).values()) == 100
    for part in parts:
        part["Index Cond"] = "(day = $1)"
    assert sum(found(node("Append", 400, *parts)).values()) == 400


def test_a_plan_is_told_in_words_and_a_sort_under_a_limit_is_no_full_sort() -> None:
    sort = node("Sort", 9, node("Seq Scan", 9, relation_name="events_2026_01"))
    assert shape_of(sort) == "Sort → Seq Scan events"
    assert sorts_all(sort)
    assert not sorts_all(node("Limit", 1, sort))


def test_the_slope_is_that_of_logarithms() -> None:
    assert slope([10, 100, 1000], [10**4, 10**5, 10**6]) == pytest.approx(1.0)
    assert slope([7, 7, 7], [10**4, 10**5, 10**6]) == 0.0
