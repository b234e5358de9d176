"""Checks read into conditions, as PostgreSQL would judge them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dbwright.data.constants import UnreadableError, expression, span_ticks
from dbwright.data.formulas import read_formula

READ = {
    "a > 0": "a > 0",
    "0 < a": "a > 0",
    "not (a > 0)": "a <= 0",
    "a between 1 and 5": "a >= 1, a <= 5",
    "a not between 1 and 5": "a < 1 | a > 5",
    "a in ('x', 'y')": "a in ('x', 'y')",
    "a not in (1, 2)": "a not in (1, 2)",
    "a = any (array['x', 'y'])": "a in ('x', 'y')",
    "a <> all (array[1, 2])": "a not in (1, 2)",
    "a > 0 and b": "a > 0, b = True",
    "a or not b": "a = True | b = False",
    "not (a > 0 or b > 0)": "a <= 0, b <= 0",
    "a is null or a > 3": "a null | a > 3",
    "a is true": "a = True, a not null",
    "(a is null) = (b is null)": "a null, b null | a not null, b not null",
    "(a = 'x') = (b is not null)": "a = x, b not null | a <> x, b null",
    "coalesce(a, b) is not null": "a not null, b not null | a null, b not null | a not null, b null",
    "num_nonnulls(a, b) = 1": "a null, b not null | a not null, b null",
    "num_nulls(a, b) < 1": "a not null, b not null",
    "a is distinct from 5": "a <> 5, a not null",
    "ends >= starts": "ends >= 0 starts",
    "ends > starts + interval '1 day'": "ends > 1 day starts",
    "ends - starts <= 8": "ends <= 8 starts",
    "a ~ '^x'": "a ~ ^x",
    "not a ~* 'x'": "a !~* x",
    "a like 'x%'": "a ~~ x%",
    "length(a) <= 5": "a size <= 5",
    "char_length(trim(a)) > 0": "a size > 0",
    "btrim(a) <> ''": "a size >= 1",
    "cardinality(a) between 1 and 3": "a size >= 1, a size <= 3",
    "a <@ array['x', 'y']": "a within ('x', 'y')",
    "jsonb_typeof(a) = 'object'": "a json object",
    "not isempty(a)": "a not empty",
    "isfinite(a)": "",
    "a > -1.5": "a > -1.5",
    "a > 0 and true": "a > 0",
    "case when a > 5 then b = 1 else b = 2 end": "a > 5, a not null, b = 1 | a <= 5, b = 2",
    "coalesce(a, 0) >= 0": "a >= 0, a not null",
}


def shown(text: str) -> str:
    """The alternatives of a check as text: conditions joined by commas, alternatives by bars."""
    return " | ".join(
        ", ".join(
            f"{c.column} {c.operator}" + ("" if c.value is None else f" {c.value}") + (f" {c.other}" if c.other else "")
            for c in alternative
        )
        for alternative in read_formula(expression(text))
    )


@pytest.mark.parametrize("text", READ)
def test_a_check_is_read_into_conditions(text: str) -> None:
    assert shown(text) == READ[text]


def test_numbers_keep_their_exact_value() -> None:
    assert read_formula(expression("a <= 99.99"))[0][0].value == Decimal("99.99")


@pytest.mark.parametrize("text", ["a = lower(b) || 'x'", "a * 2 > b", "f(a)", "exists (select 1)", "lower(a) = a"])
def test_what_is_not_understood_becomes_a_test_or_a_computed_bound(text: str) -> None:
    operators = {c.operator for alternative in read_formula(expression(text)) for c in alternative}
    assert operators <= {"test", "bound =", "bound <", "bound >"}


@pytest.mark.parametrize(
    ("text", "ticks"),
    [("1 day", 86_400_000_000), ("90 minutes", 5_400_000_000), ("01:30", 5_400_000_000), ("-2 hours", -7_200_000_000)],
)
def test_intervals_are_counted_in_microseconds(text: str, ticks: int) -> None:
    assert span_ticks(text) == ticks


def test_a_strange_interval_is_unreadable() -> None:
    with pytest.raises(UnreadableError):
        span_ticks("a while")
