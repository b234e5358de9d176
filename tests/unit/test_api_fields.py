"""Checks are read as limits that are never narrower than the check, and patterns as ones that mean the same outside."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from dbwright.emit.api_fields import ApiField, Kind, api_fields
from dbwright.emit.limits import Limits, read_limits
from dbwright.emit.patterns import portable_pattern
from dbwright.emit.server_types import own_types, read_type
from model_designs import blueprint_of


@pytest.mark.parametrize(
    ("expression", "limits"),
    [
        ("x >= 0", Limits(minimum=Decimal(0))),
        ("x > -1.5", Limits(above=Decimal("-1.5"))),
        ("0 < x and x <= 10", Limits(above=Decimal(0), maximum=Decimal(10))),
        ("x between 0 and 20", Limits(minimum=Decimal(0), maximum=Decimal(20))),
        ("x >= 1 and x >= 5", Limits(minimum=Decimal(5))),
        ("x >= '0'::numeric", Limits(minimum=Decimal(0))),
        ("x = 5", Limits(minimum=Decimal(5), maximum=Decimal(5))),
        ("x in ('a', 'b')", Limits(values=("a", "b"))),
        ("x = any (array['a', 'b'])", Limits(values=("a", "b"))),
        (
            "(x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])",
            Limits(values=("a", "b")),
        ),
        ("x in (1, 2)", Limits(values=(1, 2))),
        ("x = 'a'", Limits(values=("a",))),
        ("x in ('a', 'b') and x in ('b', 'c')", Limits(values=("b",))),
        ("x ~ '^a$'", Limits(patterns=("^a$",))),
        ("x <> ''", Limits(shortest=1)),
        ("length(x) <= 40", Limits(longest=40)),
        ("char_length(x) between 2 and 4", Limits(shortest=2, longest=4)),
        ("length(x) > 0 and length(x) < 3.5", Limits(shortest=1, longest=3)),
        ("x is null or x > 0", Limits(above=Decimal(0))),
        ("t.x > 0", Limits(above=Decimal(0))),
        ("jsonb_typeof(x) = 'object'", Limits(shape="object")),
    ],
)
def test_simple_conditions_are_read(expression: str, limits: Limits) -> None:
    assert read_limits(expression) == {"x": limits}


@pytest.mark.parametrize(
    "expression",
    [
        "x > y",
        "x > 0 or y > 0",
        "x > 0 or y is null",
        "not x > 0",
        "x in ('a', null)",
        "x not in ('a')",
        "x <> all (array['a'])",
        "x not between 1 and 2",
        "x between symmetric 2 and 1",
        "x ~* 'a'",
        "x !~ 'a'",
        "x like 'a%'",
        "x >= 'a'",
        "x > now()",
        "lower(x) = 'a'",
        "length(trim(x)) > 0",
        "octet_length(x) <= 40",
        "x + 1 > 0",
        "x in (select 1)",
        "x in ()",
        "length(x) <= -1",
    ],
)
def test_other_conditions_say_nothing(expression: str) -> None:
    assert read_limits(expression) == {}


def test_each_column_of_a_rule_over_a_row_is_read() -> None:
    found = read_limits("price >= 0 and amount > 0 and price > amount")
    assert found == {"price": Limits(minimum=Decimal(0)), "amount": Limits(above=Decimal(0))}


@pytest.mark.parametrize(
    ("pattern", "portable"),
    [
        ("^[a-z0-9_]{2,40}$", "^[a-z0-9_]{2,40}$"),
        ("^https://", "^https://"),
        ("^(?:a|b):c$", "^(?:a|b):c$"),
        (r"^\d+\.\d*$", r"^\d+\.\d*$"),
        ("a.b", r"a[\s\S]b"),
        ("[]a]", r"[\]a]"),
        ("[^]a]", r"[^\]a]"),
        ("[a-]", r"[a\-]"),
        ("[-a]", r"[\-a]"),
        ("[a[b]", r"[a\[b]"),
        (r"[\w.-]+@", r"[\w.\-]+@"),
        ("a{,2}", r"a\{,2\}"),
        ("a]}", r"a\]\}"),
        (r"\-\/\"", '-/"'),
        ("größe", "größe"),
    ],
)
def test_patterns_are_spelled_as_everybody_reads_them(pattern: str, portable: str) -> None:
    assert portable_pattern(pattern) == portable
    re.compile(portable)


@pytest.mark.parametrize(
    "pattern",
    [
        "***=a",
        "(?i)a",
        "a(?=b)",
        "a(?!b)",
        r"\ya",
        r"\ma",
        r"\Aa",
        r"(a)\1",
        "[[:alpha:]]",
        "[[.a.]]",
        "[[=a=]]",
        "[a&&b]",
        "[a--b]",
        "[a",
        "a\\",
        "a{2",
        r"\u0041",
        "(",
    ],
)
def test_patterns_that_others_read_differently_are_left_out(pattern: str) -> None:
    assert portable_pattern(pattern) is None


@pytest.mark.parametrize(
    ("text", "name", "modifiers", "dimensions"),
    [
        ("integer", "int4", (), 0),
        ("timestamp(3) with time zone", "timestamptz", ("3",), 0),
        ("numeric(12, 2)", "numeric", ("12", "2"), 0),
        ("text[][]", "text", (), 2),
        ('"Odd ""type"""', 'Odd "type"', (), 0),
        ("extensions.citext", "citext", (), 0),
        ("no type at all", "no type at all", (), 0),
    ],
)
def test_types_are_read_by_the_grammar(text: str, name: str, modifiers: tuple[str, ...], dimensions: int) -> None:
    found = read_type(text)
    assert (found.name, found.modifiers, found.dimensions, found.own) == (name, modifiers, dimensions, False)


def test_a_type_of_another_schema_is_none_of_the_servers() -> None:
    assert (read_type("workshop.text").schema, read_type("workshop.text").own) == ("workshop", True)


def fields_of(design: str, table: str) -> dict[str, ApiField]:
    """Return the fields of a table by column."""
    blueprint = blueprint_of(design)
    found = blueprint.table(table)
    assert found is not None
    return {f.name: f for f in api_fields(blueprint, found, own_types(blueprint))}


def test_limits_fit_the_kind_of_the_value() -> None:
    fields = fields_of("every_type", "samples")
    assert fields["small"].limits == Limits(minimum=Decimal(-4), maximum=Decimal(4))
    assert fields["whole"].limits == Limits(minimum=Decimal(-(2**31)), maximum=Decimal(2**31 - 1), values=(1, 2, 3))
    assert fields["large"].limits == Limits(minimum=Decimal(0), maximum=Decimal(2**63 - 1))
    assert fields["price"].limits == Limits(minimum=Decimal("0.01"))
    assert fields["code"].limits == Limits(longest=8, patterns=(r"^[a-z]{2}\d+$",))
    assert fields["note"].limits == Limits(longest=40, patterns=("(?:x|y)?",))
    assert fields["document"].limits == Limits(shape="object")


def test_padded_and_folded_values_are_not_listed() -> None:
    fields = fields_of("every_type", "samples")
    assert (fields["padded"].limits, fields["folded"].limits) == (Limits(longest=4), Limits())


def test_types_of_the_design_say_what_they_allow() -> None:
    fields = fields_of("every_type", "samples")
    assert fields["mood"].limits == Limits(values=("fine", 'so "so"', "it's bad"))
    assert fields["grade"].limits == Limits(values=("A", "B", "C"))
    assert fields["score"].limits == Limits(minimum=Decimal(6), maximum=Decimal(100))
    assert (fields["moods"].dimensions, fields["shape"].kind) == (1, Kind.UNKNOWN)


def test_the_server_keeps_tenant_audit_and_generated_columns() -> None:
    fields = fields_of("fediflow", "content")
    assert [f.name for f in fields.values() if f.from_server] == [
        "tenant_id",
        "created_at",
        "updated_at",
        "search",
        "created_by",
        "updated_by",
    ]
    assert not fields_of("fediflow", "tenants")["tenant_id"].from_server


def test_examples_are_of_the_kind_of_the_value() -> None:
    fields = fields_of("every_type", "samples")
    shown = {n: f.examples for n, f in fields.items() if f.examples}
    expected = {"price": [9.9], "flag": [True], "day": ["2026-02-28"], "items": [[1, 2]]}
    assert shown == expected | {"key": ["018f2a5e-0000-7000-8000-000000000000"]}


def test_the_unit_is_told() -> None:
    assert fields_of("every_type", "samples")["price"].description == "Unit: EUR."
