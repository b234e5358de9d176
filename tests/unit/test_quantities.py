"""Quantities as people write them: their value in one unit, the text as written, and what is no quantity."""

from __future__ import annotations

import pytest

from dbwright.model.growth import Meaning
from dbwright.model.quantities import (
    DAY,
    MONTH,
    YEAR,
    Bytes,
    Count,
    Duration,
    Growth,
    Keep,
    Quantity,
    Rate,
    show_bytes,
    show_count,
)

KINDS: list[type[Quantity]] = [Bytes, Count, Duration, Growth, Keep, Meaning, Rate]


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_is_read_and_shown_as_it_was_written(kind: type[Quantity]) -> None:
    assert [str(kind.parse(f" {example} ")) for example in kind.EXAMPLES] == list(kind.EXAMPLES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text", ["", "much", "-1", "1e3", "12:30", "1_000", "1,5", "٣", "3 3", "1.", ".5", "NaN", "5\n5"]
)
def test_what_is_no_quantity_is_refused_with_examples(kind: type[Quantity], text: str) -> None:
    with pytest.raises(ValueError, match="is not written like `") as caught:
        kind.parse(text)
    assert all(f"`{example}`" in str(caught.value) for example in kind.EXAMPLES)


@pytest.mark.parametrize(
    "text, value", [("0", 0), ("300", 300), ("1.5k", 1500), ("2M", 2 * 10**6), ("3G", 3 * 10**9), ("3B", 3 * 10**9)]
)
def test_a_count_is_a_whole_number(text: str, value: int) -> None:
    assert Count.parse(text).value == value


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("15ms", 0.015),
        ("250us", 0.00025),
        ("0s", 0),
        ("1 second", 1),
        ("5m", 300),
        ("5min", 300),
        ("2 minutes", 120),
        ("1.5h", 5400),
        ("30 days", 30 * DAY),
        ("2w", 14 * DAY),
        ("1 month", MONTH),
        ("36 months", 36 * MONTH),
        ("3y", 3 * YEAR),
        ("1 year", YEAR),
    ],
)
def test_a_duration_is_in_seconds(text: str, seconds: float) -> None:
    assert Duration.parse(text).seconds == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["5M", "3 Y", "1 fortnight", "months", "3 d ays", "5  days"])
def test_a_unit_is_a_known_word(text: str) -> None:
    with pytest.raises(ValueError, match="is not written like"):
        Duration.parse(text)


def test_months_of_a_duration_are_twelfths_of_a_year() -> None:
    assert Duration.parse("2y").months == pytest.approx(24)


@pytest.mark.parametrize(
    "text, rate", [("900/s", 900), ("6/min", 0.1), ("1/day", 1 / DAY), ("2k/s", 2000), ("1.5M/s", 1.5e6)]
)
def test_a_rate_is_per_second(text: str, rate: float) -> None:
    assert Rate.parse(text).per_second == pytest.approx(rate)


def test_linear_growth_adds_the_same_each_period() -> None:
    growth = Growth.parse("2M/month")
    assert (growth.after(10**6, 0), growth.after(10**6, 12 * MONTH)) == (10**6, 25 * 10**6)
    assert growth.within(10**6, 12 * MONTH, 3 * MONTH) == 6 * 10**6


def test_compound_growth_multiplies() -> None:
    growth = Growth.parse("10%/year")
    assert growth.after(1000, 2 * YEAR) == 1210
    assert growth.within(1000, 2 * YEAR, YEAR) == 110


def test_a_window_longer_than_the_past_holds_all_that_was_added() -> None:
    assert Growth.parse("100/day").within(50, 2 * DAY, 10 * DAY) == 200


@pytest.mark.parametrize(
    "text, value", [("300B", 300), ("2kB", 2048), ("1.5 MB", 1572864), ("20GB", 20 * 2**30), ("1TB", 2**40)]
)
def test_bytes_count_in_powers_of_1024(text: str, value: int) -> None:
    assert Bytes.parse(text).value == value


@pytest.mark.parametrize(
    "text, event, seconds, by_age",
    [
        ("forever", "", None, False),
        ("36 months", "", 36 * MONTH, True),
        ("account life", "account life", 0.0, False),
        ("account life + 30 days", "account life", 30 * DAY, False),
    ],
)
def test_keeping_counts_from_a_rows_age_or_an_event(text: str, event: str, seconds: float | None, by_age: bool) -> None:
    keep = Keep.parse(text)
    assert (keep.event, keep.by_age) == (event, by_age)
    assert keep.seconds == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    "value, shown", [(0, "0"), (999, "999"), (1200, "1.2 k"), (4e7, "40 M"), (3e9, "3 G"), (2e12, "2 T")]
)
def test_a_count_is_shown_for_people(value: float, shown: str) -> None:
    assert show_count(value) == shown


@pytest.mark.parametrize(
    "value, shown", [(512, "512 B"), (2048, "2 kB"), (3.2 * 2**20, "3.2 MB"), (2**30, "1 GB"), (1.1 * 2**40, "1.1 TB")]
)
def test_a_size_is_shown_for_people(value: float, shown: str) -> None:
    assert show_bytes(value) == shown
