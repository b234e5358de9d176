"""Mermaid diagrams: what they say, that GitHub's size limit holds, that no name gets out of its quotes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dbwright.emit.cardinality import references
from dbwright.emit.mermaid import LONGEST, emit
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import ForeignKey, Key, Table, TableColumn
from diagram_samples import fediflow, hostile, make_blueprint, synthetic

QUOTED = r'"[^"%\\~<>`*\r\n]+"'
WORD = r"[A-Za-z_\u00c0-\uffff][A-Za-z0-9_()\[\]\u00c0-\uffff]*"
LINES = [
    r"    %% [A-Z].*",
    rf"    {QUOTED}( {{)?",
    rf"        {WORD} {WORD}( (PK|FK|UK)(, (FK|UK))*)?( {QUOTED})?",
    r"    }",
    rf"    {QUOTED} (\|\||\|o)(--|\.\.)(o\||o{{) {QUOTED} : {QUOTED}",
]
SAMPLES = [fediflow, hostile, lambda: synthetic(60, 5), lambda: synthetic(375, 0)]


def relationship(nullable: bool = False, unique: bool = False, primary: tuple[str, ...] = ("id",)) -> str:
    """Return the line for one reference from `orders` to `users`."""
    key = ForeignKey("orders_fkey", ("user_id",), "users", ("id",))
    orders = Table(
        "orders",
        columns=(TableColumn("id", "bigint", not_null=True), TableColumn("user_id", "bigint", not_null=not nullable)),
        primary_key=Key("orders_pkey", primary),
        uniques=(Key("orders_key", ("user_id",)),) if unique else (),
        foreign_keys=(key,),
    )
    users = Table("users", columns=(TableColumn("id", "bigint", not_null=True),), primary_key=Key("p", ("id",)))
    text = emit(make_blueprint((users, orders)))["diagrams/erd.mmd"]
    return text.splitlines()[-1].strip()


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ('"users" ||..o{ "orders" : "user_id"', {}),
        ('"users" |o..o{ "orders" : "user_id"', {"nullable": True}),
        ('"users" ||..o| "orders" : "user_id"', {"unique": True}),
        ('"users" |o..o| "orders" : "user_id"', {"nullable": True, "unique": True}),
        ('"users" ||--o{ "orders" : "user_id"', {"primary": ("user_id", "id")}),
        ('"users" ||--o| "orders" : "user_id"', {"primary": ("user_id",)}),
    ],
)
def test_both_ends_of_a_relationship_are_true(line: str, given: dict[str, bool]) -> None:
    assert relationship(**given) == line  # type: ignore[arg-type]


def test_columns_carry_marks_null_and_what_they_mean() -> None:
    lines = [line.strip() for line in emit(fediflow())["diagrams/erd-identity.mmd"].splitlines()]
    assert "uuid tenant_id PK, FK, UK" in lines
    assert 'uuid advisor_id FK "null; Study adviser"' in lines
    assert 'text slug UK "Name in the web address"' in lines


def test_there_is_one_diagram_for_each_area_and_one_for_the_whole() -> None:
    assert list(emit(fediflow())) == [
        "diagrams/erd.mmd",
        "diagrams/erd-identity.mmd",
        "diagrams/erd-content.mmd",
        "diagrams/erd-academic.mmd",
        "diagrams/erd-analytics.mmd",
    ]
    assert list(emit(synthetic(10, 1))) == ["diagrams/erd.mmd"]


def test_the_diagram_of_an_area_keeps_references_that_leave_it() -> None:
    text = emit(fediflow())["diagrams/erd-analytics.mmd"]
    assert '    "tenants" ||--o{ "metric_points" : "tenant_id"' in text.splitlines()


@pytest.mark.parametrize("sample", SAMPLES, ids=["fediflow", "hostile", "60", "375"])
def test_every_table_and_reference_is_there_in_lines_that_mermaid_knows(sample: Callable[[], Blueprint]) -> None:
    blueprint = sample()
    lines = emit(blueprint)["diagrams/erd.mmd"].splitlines()
    assert [lines[0], lines[1][:7], lines[2], lines[3]] == ["---", "title: ", "---", "erDiagram"]
    assert [line for line in lines[4:] if not any(re.fullmatch(known, line) for known in LINES)] == []
    entities = [line for line in lines[4:] if re.fullmatch(LINES[1], line)]
    relationships = [line for line in lines[4:] if re.fullmatch(LINES[4], line)]
    assert len(entities) == len(blueprint.tables)
    assert len(relationships) == len(references(blueprint))


def test_words_that_mermaid_swallows_inside_quotes_are_broken_up() -> None:
    for text in emit(hostile()).values():
        inside = [quoted for line in text.splitlines()[4:] for quoted in re.findall(QUOTED, line)]
        assert [quoted for quoted in inside if re.search(r"direction\s|style|classdef", quoted, re.I)] == []


def test_a_diagram_too_large_to_render_shows_less_and_says_so() -> None:
    text = emit(synthetic(200, 0))["diagrams/erd.mmd"]
    assert len(text) <= LONGEST
    assert "    %% Only key columns: the whole would not render." in text.splitlines()
    assert "value_0" not in text


def test_the_same_blueprint_gives_the_same_bytes() -> None:
    assert emit(hostile.__wrapped__()) == emit(hostile())
