"""How many rows stand at either end of a reference, and which of its columns tells it from others."""

from __future__ import annotations

import pytest

from dbwright.emit.areas import areas
from dbwright.emit.cardinality import Reference, key_marks, references
from dbwright.model.table import ForeignKey, Key, Table, TableColumn
from diagram_samples import fediflow, make_blueprint


def reference(
    columns: tuple[str, ...],
    nullable: tuple[str, ...] = (),
    primary: tuple[str, ...] = ("id",),
    uniques: tuple[tuple[str, ...], ...] = (),
) -> Reference:
    """Return a reference of `orders` over these columns to the columns of the same names in `users`."""
    names = dict.fromkeys(("id", *columns))
    orders = Table(
        "orders",
        columns=tuple(TableColumn(name, "bigint", not_null=name not in nullable) for name in names),
        primary_key=Key("orders_pkey", primary),
        uniques=tuple(Key("orders_key", unique) for unique in uniques),
        foreign_keys=(ForeignKey("orders_fkey", columns, "users", columns),),
    )
    users = Table("users", columns=tuple(TableColumn(name, "bigint", not_null=True) for name in columns))
    (found,) = references(make_blueprint((orders, users)))
    return found


def test_a_column_that_may_be_null_need_not_refer_to_any_row() -> None:
    assert reference(("user_id",), nullable=("user_id",)).optional
    assert not reference(("user_id",)).optional


def test_one_null_of_several_columns_is_enough_to_refer_to_no_row() -> None:
    assert reference(("tenant_id", "user_id"), nullable=("user_id",)).optional


def test_a_primary_key_is_never_null_even_where_the_column_does_not_say_so() -> None:
    assert not reference(("id",), nullable=("id",)).optional


@pytest.mark.parametrize(
    ("uniques", "single"),
    [
        ((), False),
        ((("user_id",),), True),
        ((("tenant_id", "user_id"),), True),
        ((("user_id", "id"),), False),
        ((("id",), ("tenant_id",)), True),
    ],
)
def test_a_reference_is_single_where_its_columns_hold_a_unique_set(
    uniques: tuple[tuple[str, ...], ...], single: bool
) -> None:
    assert reference(("tenant_id", "user_id"), uniques=uniques).single is single


def test_a_reference_is_identifying_only_as_part_of_the_primary_key() -> None:
    assert reference(("user_id",), primary=("user_id", "id")).identifying
    assert not reference(("user_id",)).identifying


def test_the_telling_column_is_the_one_that_other_references_do_not_share() -> None:
    own = {found.key.name: found.own_column for found in references(fediflow()) if found.table.name == "enrollments"}
    assert own == {"enrollments_course_id_fkey": "course_id", "enrollments_user_id_fkey": "user_id"}


def test_marks_come_in_one_order() -> None:
    table = reference(("id",), uniques=(("id",),)).table
    assert key_marks(table, "id") == ("PK", "FK", "UK")


def test_areas_have_different_file_names_and_tables_without_an_area_come_last() -> None:
    names = ["", "a b", "A-b", "größe", "", "!"]
    found = areas(make_blueprint(tuple(Table(f"t{n}", area=name) for n, name in enumerate(names))))
    assert [(area.name, area.slug) for area in found] == [
        ("a b", "a-b"),
        ("A-b", "a-b-2"),
        ("größe", "groe"),
        ("!", "other"),
        ("", "other-2"),
    ]
