"""Expressions worked out in Python as the server works them out, or left to the server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dbwright.data.constants import UnreadableError, expression
from dbwright.data.evaluation import evaluate, holds

ROW: dict[str, Any] = {
    "n": 7,
    "d": Decimal("2.50"),
    "t": "Ada",
    "none": None,
    "yes": True,
    "day": date(2026, 3, 1),
    "at": datetime(2026, 3, 1, 12, tzinfo=UTC),
    "span": timedelta(hours=2),
    "key": UUID(int=5),
    "tags": ["a", "b"],
    "doc": {"x": 1},
    "range": "[1,5)",
}
VALUES = {
    "n > 5": True,
    "n between 1 and 6": False,
    "n in (1, 7)": True,
    "n not in (1, 7)": False,
    "n = any (array[1, 2])": False,
    "n % 2 = 1": True,
    "n - 10 = -3": True,
    "d * 2 = 5": True,
    "t ~ '^A'": True,
    "t !~ '^A'": False,
    "t like 'A_a'": True,
    "t ilike 'a%'": True,
    "length(t) = 3": True,
    "lower(t) = 'ada'": True,
    "t || 'x' = 'Adax'": True,
    "position('d' in t) = 2": True,
    "none > 1": None,
    "none > 1 or yes": True,
    "none > 1 and yes": None,
    "none > 1 and not yes": False,
    "none is null": True,
    "yes is not true": False,
    "none is distinct from none": False,
    "n is distinct from none": True,
    "coalesce(none, n) = 7": True,
    "case when n > 9 then false when n > 5 then true end": True,
    "greatest(n, none, 9) = 9": True,
    "num_nonnulls(n, none) = 1": True,
    "day >= '2026-01-01'": True,
    "day < date '2026-01-01'": False,
    "at > day": True,
    "at <= '2026-03-01 12:00+00'": True,
    "span >= interval '90 minutes'": True,
    "key = '00000000-0000-0000-0000-000000000005'": True,
    "cardinality(tags) = 2": True,
    "tags <@ array['a', 'b', 'c']": True,
    "jsonb_typeof(doc) = 'object'": True,
    "isempty(range)": False,
}


@pytest.mark.parametrize("text", VALUES)
def test_an_expression_has_the_value_that_the_server_gives_it(text: str) -> None:
    assert evaluate(expression(text), ROW) is VALUES[text]


@pytest.mark.parametrize("text", ["lower(range) > 0", "now() > at", "strange(n) > 1", "missing > 1", "n / 2 > 1"])
def test_what_only_the_server_knows_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        evaluate(expression(text), ROW)


def test_one_arm_that_is_true_decides_an_or_with_an_unreadable_one() -> None:
    assert evaluate(expression("strange(n) or yes"), ROW) is True


def test_a_check_holds_unless_it_is_false() -> None:
    assert holds(expression("none > 1"), ROW)
    assert not holds(expression("n < 1"), ROW)
