"""What random designs have found: each a small design of its own, and the rule that its rows must keep."""

from __future__ import annotations

from typing import Any

import pytest

from data_designs import compile_entity
from dbwright.data import Dataset, generate
from dbwright.data.encoding import texts_of


def made(columns: str, rest: str = "", sql: str = "", rows: int = 60) -> Dataset:
    """The rows of a design with one entity."""
    return generate(compile_entity(columns, rest, sql), {"things": rows})


def values(dataset: Dataset, name: str) -> list[Any]:
    """The values of a column."""
    return list(dataset.tables["things"].columns[name])


def test_a_required_unique_reference_to_the_table_itself_is_a_ring() -> None:
    rows = made("id: bigint primary key\nnext: bigint not null unique references things")
    assert len(set(values(rows, "next"))) == 60
    assert set(values(rows, "next")) == set(values(rows, "id"))


def test_a_row_that_may_not_lead_to_itself_leads_to_another() -> None:
    rows = made("id: bigint primary key\nup: bigint not null references things check (up <> id)")
    assert all(up != own for up, own in zip(values(rows, "up"), values(rows, "id"), strict=True))


@pytest.mark.parametrize("operator", ["<", ">"])
def test_an_optional_reference_to_a_lesser_or_greater_row_is_kept(operator: str) -> None:
    rows = made(f"id: bigint primary key\nup: bigint references things check (up {operator} id)")
    pairs = [(up, own) for up, own in zip(values(rows, "up"), values(rows, "id"), strict=True) if up is not None]
    assert len(pairs) > 20
    assert all(up < own if operator == "<" else up > own for up, own in pairs)


def test_a_reference_whose_domain_is_never_null_is_required() -> None:
    code = "code: create domain code as text not null check (value ~ '^[A-Z]{3}[0-9]{2}$')"
    rows = made("id: code primary key\nup: code references things", sql=code)
    assert None not in values(rows, "up")


def test_a_serial_column_is_never_null() -> None:
    assert None not in values(made("id: bigint primary key\nnumber: serial"), "number")


def test_instants_that_are_rounded_still_stand_in_order() -> None:
    rows = made("id: bigint primary key\na: timestamp(0) not null\nb: timestamp(0) not null", "check: {order: a < b}")
    pairs = list(zip(values(rows, "a"), values(rows, "b"), strict=True))
    assert all(a.microsecond == b.microsecond == 0 and a < b for a, b in pairs)


def test_unique_instants_that_are_rounded_differ() -> None:
    found = values(made("id: bigint primary key\nat: timestamptz(0) not null unique", rows=5_000), "at")
    assert all(moment.microsecond == 0 for moment in found)
    assert len(set(found)) == 5_000


def test_numbers_of_a_negative_scale_are_whole_hundreds() -> None:
    assert all(n % 100 == 0 for n in values(made("id: bigint primary key\nn: numeric(5,-2) not null"), "n"))


def test_elements_of_arrays_keep_lengths_and_domains() -> None:
    positive = "positive: create domain positive as integer check (value > 0 and value < 9)"
    rows = made("a: varchar(3)[] not null\nb: positive[] not null", sql=positive)
    assert all(len(item) <= 3 for items in values(rows, "a") for item in items)
    assert all(0 < item < 9 for items in values(rows, "b") for item in items)


def test_arrays_of_pairs_documents_and_bytes_are_spelt_as_the_server_reads_them() -> None:
    columns = made("a: int4range[] not null\nb: jsonb[] not null\nc: bytea[] not null").tables["things"].columns
    for name, begin in (("a", '{"['), ("b", '{"{\\"'), ("c", '{"\\\\x')):
        column = columns[name]
        texts = texts_of(column.kind, column.spelt)
        assert any(text.startswith(begin) for text in texts), texts[:3]


def test_a_unique_computed_column_is_unique_by_what_it_is_computed_of() -> None:
    rows = made(
        "id: bigint primary key\nname: text not null\nkey: text generated always as (lower(name)) stored unique"
    )
    assert len({name.lower() for name in values(rows, "name")}) == 60


@pytest.mark.parametrize("expression", ["c + 1", "c * 2"])
def test_a_check_of_a_computed_column_is_one_of_what_it_is_computed_of(expression: str) -> None:
    line = f'd: "integer generated always as ({expression}) stored check (d > 700 and d <= 710)"'
    found = values(made(f"id: bigint primary key\nc: integer not null\n{line}"), "c")
    assert all(700 < (c + 1 if "+" in expression else c * 2) <= 710 for c in found)
