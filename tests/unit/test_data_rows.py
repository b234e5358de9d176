"""One more valid row, and rows that break one rule, as far as they can be judged without a server."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from data_designs import compile_entity, compile_text, fediflow
from dbwright.data import Dataset, GenerationError, generate, plan_rows, valid_row, violate
from dbwright.data.judging import judge_of
from dbwright.model.blueprint import Blueprint

TABLES = [t.name for t in fediflow().tables]


@cache
def dataset() -> tuple[Blueprint, Dataset]:
    """FediFlow with a few thousand rows."""
    blueprint = fediflow()
    return blueprint, generate(blueprint, plan_rows(blueprint, 3_000))


@pytest.mark.parametrize("table", TABLES)
def test_a_new_row_breaks_no_rule(table: str) -> None:
    blueprint, made = dataset()
    assert judge_of(made, table).broken(valid_row(blueprint, made, table, 1)) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_new_row_is_the_same_for_the_same_salt_and_another_for_another(table: str) -> None:
    blueprint, made = dataset()
    rows = [str(valid_row(blueprint, made, table, salt)) for salt in (1, 1, 2)]
    assert rows[0] == rows[1]
    assert rows[0] != rows[2]


def test_a_new_row_names_every_column_that_a_client_writes() -> None:
    blueprint, made = dataset()
    table = blueprint.table("content")
    assert table is not None
    assert set(valid_row(blueprint, made, "content")) == {c.name for c in table.columns if c.written}


def test_a_new_row_belongs_to_the_tenant_that_is_asked_for() -> None:
    blueprint, made = dataset()
    for tenant in made.tenants:
        assert valid_row(blueprint, made, "enrollments", 3, tenant)["tenant_id"] == tenant


def test_no_rule_of_fediflow_is_left_without_a_row_that_breaks_it() -> None:
    blueprint, made = dataset()
    for name in TABLES:
        row = valid_row(blueprint, made, name, 2)
        for rule in judge_of(made, name).rules:
            broken = violate(blueprint, made, name, rule.name, row)
            assert broken.row is not None, (rule.name, broken.reason)


def test_the_row_that_was_given_is_not_changed() -> None:
    blueprint, made = dataset()
    row = valid_row(blueprint, made, "courses", 1)
    before = dict(row)
    violate(blueprint, made, "courses", "courses_ends_after_start", row)
    assert row == before


def test_a_rule_that_is_not_there_is_told() -> None:
    blueprint, made = dataset()
    broken = violate(blueprint, made, "courses", "no_such_rule", {})
    assert broken.row is None
    assert broken.reason == "`courses` has no rule `no_such_rule`"


def test_a_rule_that_another_implies_names_what_stands_in_the_way() -> None:
    blueprint = compile_entity("a: integer not null check (a > 0)\nb: integer not null", "check: {r: a > 0 and b > a}")
    made = generate(blueprint, {"things": 50})
    row = valid_row(blueprint, made, "things", 1)
    broken = violate(blueprint, made, "things", "things_a_check", row)
    assert broken.without == ("things_r",)
    assert violate(blueprint, made, "things", "things_r", row).without == ()


def test_a_row_outside_its_partitions_is_written_to_the_partition_itself() -> None:
    blueprint, made = dataset()
    row = valid_row(blueprint, made, "events", 1)
    broken = violate(blueprint, made, "events", "events_region_check", row)
    assert broken.into == f"events_{row['region']}"


def test_a_check_that_nothing_breaks_is_told() -> None:
    blueprint = compile_entity("a: integer not null check (a % 1 = 0)")
    made = generate(blueprint, {"things": 5})
    broken = violate(blueprint, made, "things", "things_a_check", valid_row(blueprint, made, "things"))
    assert broken.row is None
    assert "no change of a row was found" in broken.reason


def test_a_table_without_room_for_one_more_row_is_told() -> None:
    blueprint = compile_entity("side: {sql: text primary key, one of: [left, right]}")
    made = generate(blueprint, {"things": 2})
    with pytest.raises(GenerationError, match="no more rows fit into `things`"):
        valid_row(blueprint, made, "things")


def test_new_rows_take_what_no_row_of_a_one_to_one_reference_has() -> None:
    blueprint = compile_text(
        """
        design: passports
        roles: {web: {}}
        entities:
          people:
            columns: {person_id: uuid primary key default uuidv7()}
          passports:
            columns: {person_id: uuid primary key references people, number: text not null unique}
        """
    )
    made = generate(blueprint, {"people": 40, "passports": 30})
    taken: set[Any] = set(made.tables["passports"].columns["person_id"])
    fresh = [valid_row(blueprint, made, "passports", salt)["person_id"] for salt in range(5)]
    assert len(set(fresh) - taken) == 5
