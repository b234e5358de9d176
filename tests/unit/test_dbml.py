"""DBML: every part of a table in its place, what DBML cannot say in a note, no text outside its quotes."""

from __future__ import annotations

import re

from dbwright.emit.dbml import emit
from dbwright.model.table import Check, Exclusion, ForeignKey, Index, IndexKey, Key, Partitioning, Table, TableColumn
from diagram_samples import fediflow, hostile, make_blueprint

STRING = r"'(?:[^'\\\n]|\\.)*'"
NAME = r'"(?:[^"\\\n]|\\.)*"'
EXPRESSION = r"`[^`]*`"


def written(*tables: Table) -> list[str]:
    """Return the lines of the DBML of these tables, without indentation."""
    return [line.strip() for line in emit(make_blueprint(tables))["diagrams/schema.dbml"].splitlines()]


def column(name: str, **given: object) -> TableColumn:
    """Return a column of type text."""
    return TableColumn(name, "text", **given)  # type: ignore[arg-type]


def test_a_key_of_one_column_stands_at_the_column() -> None:
    table = Table(
        "t",
        columns=(column("a", not_null=True), column("b")),
        primary_key=Key("p", ("a",)),
        uniques=(Key("u", ("b",)),),
    )
    assert {'"a" text [pk, not null]', '"b" text [unique, null]'} <= set(written(table))


def test_keys_of_several_columns_and_indexes_stand_together() -> None:
    index = Index(
        "by_b",
        "t",
        (IndexKey("b", descending=True), IndexKey("lower(a)", is_expression=True)),
        method="gin",
        include=("c",),
        where="b is not null",
        serves=("access.find",),
    )
    table = Table(
        "t",
        columns=(column("a"), column("b"), column("c")),
        primary_key=Key("p", ("a", "b")),
        uniques=(Key("u", ("b", "c"), nulls_not_distinct=True),),
        indexes=(index,),
    )
    lines = written(table)
    start = lines.index("indexes {")
    assert lines[start + 1 : start + 5] == [
        """("a", "b") [pk, name: 'p']""",
        """("b", "c") [unique, name: 'u', note: 'Nulls are not distinct.']""",
        """("b", `lower(a)`) [name: 'by_b', type: gin, """
        """note: 'Serves access.find. Order: b desc. Includes c. Only where b is not null.']""",
        "}",
    ]


def test_an_index_written_by_hand_keeps_its_definition() -> None:
    table = Table("t", columns=(column("a"),), indexes=(Index("i", "t", (), definition="using brin (a)"),))
    assert "(`using brin (a)`) [name: 'i', type: btree]" in written(table)


def test_defaults_are_numbers_strings_truth_values_or_expressions() -> None:
    defaults = ["0", "-1.5", "'x'", "true", "null", "now()", "'it''s'", "'a' || 'b'"]
    table = Table("t", columns=tuple(column(f"c{n}", default=text) for n, text in enumerate(defaults)))
    found = [match[1] for line in written(table) if (match := re.search(r"default: (.*)\]", line))]
    assert found == ["0", "-1.5", "'x'", "true", "null", "`now()`", "`'it''s'`", "`'a' || 'b'`"]


def test_checks_keep_their_names_and_one_with_a_backtick_becomes_a_note() -> None:
    table = Table("t", columns=(column("a"),), checks=(Check("short", "length(a) < 9"), Check("odd", "a <> '`'")))
    lines = written(table)
    assert "`length(a) < 9` [name: 'short']" in lines
    assert r"Note: 'Check odd: a <> \'`\''" in lines


def test_what_dbml_has_no_word_for_stands_in_notes() -> None:
    table = Table(
        "t",
        about="A thing",
        columns=(column("a", generated="lower(b)", about="Small"), column("b", default="'`'")),
        exclusions=(Exclusion("once", "a with =", where="b is null"),),
        partitioning=Partitioning("list", ("a",), ()),
    )
    assert {
        r"Note: 'A thing\nPartitioned by list (a).\nExclusion once: using gist (a with =) where (b is null)'",
        r""""a" text [null, note: 'Small\nGenerated as lower(b)']""",
        r""""b" text [null, note: 'Default: \'`\'']""",
    } <= set(written(table))


def reference_lines(*keys: ForeignKey) -> list[str]:
    """Return what is written for references of `orders`, whose `user_id` is unique."""
    names = ("tenant_id", "user_id", "other_id")
    users = Table("users", columns=tuple(column(name) for name in names))
    orders = Table(
        "orders", columns=tuple(column(name) for name in names), uniques=(Key("u", ("user_id",)),), foreign_keys=keys
    )
    return [line for line in written(users, orders) if "Ref " in line]


def test_a_reference_tells_its_columns_and_what_a_delete_does() -> None:
    both = ("tenant_id", "other_id")
    assert reference_lines(ForeignKey("fk", both, "users", both, on_delete="set null", on_update="cascade")) == [
        'Ref "fk": "public"."orders".("tenant_id", "other_id") > "public"."users".("tenant_id", "other_id") '
        "[delete: set null, update: cascade]"
    ]


def test_a_reference_to_at_most_one_row_ends_at_the_table_that_holds_it() -> None:
    assert reference_lines(ForeignKey("fk", ("user_id",), "users", ("user_id",))) == [
        'Ref "fk": "public"."users"."user_id" - "public"."orders"."user_id" [delete: no action, update: no action]'
    ]


def test_a_second_reference_between_the_same_columns_is_a_comment() -> None:
    first, second = (ForeignKey(name, ("other_id",), "users", ("user_id",)) for name in ("one", "two"))
    assert [line[:9] for line in reference_lines(first, second)] == ['Ref "one"', "// DBML t"]


def test_areas_are_groups_of_tables() -> None:
    text = emit(fediflow())["diagrams/schema.dbml"]
    assert 'TableGroup "analytics" {\n  "fediflow"."metric_points"\n}\n' in text


def test_nothing_of_a_hostile_design_stands_outside_quotes() -> None:
    text = emit(hostile())["diagrams/schema.dbml"]
    bare = re.sub(f"{STRING}|{NAME}|{EXPRESSION}", "_", text)
    assert set(re.findall(r"[A-Za-z_]+", bare)) <= set(
        "_ Project database_type Note Table pk null not unique increment default note indexes name type btree "
        "checks Ref delete update cascade no action set restrict TableGroup text bigint integer uuid numeric "
        "timestamptz".split()
    )
    assert not set(bare) & set("'\"`\\<>%#|$") - {">"}


def test_the_same_blueprint_gives_the_same_bytes() -> None:
    assert emit(hostile.__wrapped__()) == emit(hostile())
