"""A design of which some table can have no rows is refused with its place, the reason and what to type."""

from __future__ import annotations

import pytest

from data_designs import compile_entity, compile_text
from dbwright.data import NothingFits, generate
from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint

CIRCLE = """\
    design: circle
    roles: {web: {}}
    entities:
      chicken:
        audit: none
        columns:
          chicken_id: integer primary key
          egg_id:     "integer not null references eggs check (egg_id < 0)"
      eggs:
        audit: none
        columns:
          egg_id:     "integer primary key check (egg_id > 0)"
          chicken_id: integer not null references chicken
    """


def refusal(blueprint: Blueprint) -> Diagnostic:
    """What is said of a design that has no rows."""
    with pytest.raises(NothingFits) as caught:
        generate(blueprint, {t.name: 20 for t in blueprint.tables})
    return caught.value.diagnostic


def test_checks_that_exclude_each_other_are_told_at_the_check() -> None:
    told = refusal(compile_entity("id: integer primary key\nc: integer not null check (c > 5 and c < 3)"))
    assert told.message == "no row can fulfil all checks of `things`: nothing is left that `c` may be"
    assert told.help == "drop or loosen `things_c_check`, so that some value fulfils them all"
    assert (told.span.line, told.span.column) == (8, 10)


def test_columns_that_cannot_be_in_order_are_told() -> None:
    columns = "a: integer not null check (a > 9)\nb: integer not null check (b < 5)"
    told = refusal(compile_entity(columns, "check: {order: a < b}"))
    assert told.message.endswith("each excludes what the others ask for")
    assert "`things_order`" in told.help


def test_a_column_that_may_be_null_is_null_where_no_value_is_left() -> None:
    made = generate(compile_entity("id: integer primary key\nc: integer check (c > 5 and c < 3)"), {"things": 20})
    assert list(made.tables["things"].columns["c"]) == [None] * 20


def test_a_circle_that_nothing_fits_into_is_told_at_one_of_its_references() -> None:
    told = refusal(compile_text(CIRCLE))
    assert told.message.startswith("none of 20 rows fits into `chicken`: ")
    assert "`chicken_egg_id_fkey` be null" in told.help
    assert told.span.line == 8


def test_of_rows_that_each_lead_to_a_lesser_one_there_are_none() -> None:
    told = refusal(compile_entity("id: bigint primary key\nup: bigint not null references things check (up < id)"))
    assert "a required reference to the table itself finds no row" in told.message
    assert "let `things_up_fkey` be null" in told.help


def test_nothing_is_refused_where_no_rows_are_asked_for() -> None:
    assert generate(compile_text(CIRCLE), {"chicken": 0, "eggs": 0}).tables["eggs"].count == 0
