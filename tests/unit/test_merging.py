"""Several files, one design: what they add up to, and what they must not say twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.frontends.design_file import load_design, read_design
from written_designs import USERS, only, read_files, read_text

ORDERS = """\
entities:
  orders:
    columns:
      order_id: uuid primary key
      user_id: uuid not null references users
"""


def test_a_folder_is_one_design(tmp_path: Path) -> None:
    reading = read_files(tmp_path, b_orders=ORDERS, a_users=USERS)
    assert reading.diagnostics == () and reading.design is not None
    assert [e.name for e in reading.design.entities] == ["users", "orders"]
    assert sorted(Path(name).name for name in reading.sources) == ["a_users.design.yaml", "b_orders.design.yaml"]


def test_files_of_other_names_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text("entities: [broken")
    assert read_files(tmp_path, shop=USERS).diagnostics == ()


def test_a_folder_without_a_design_says_what_to_type(tmp_path: Path) -> None:
    diagnostic = only(read_design(tmp_path))
    assert diagnostic.code == "no-design"
    assert diagnostic.help == f"name the design `{tmp_path.name}.design.yaml`, or type `dbwright new`"


def test_what_two_files_define_is_named_in_both(tmp_path: Path) -> None:
    reading = read_files(tmp_path, a=USERS, b=ORDERS + "  users:\n    about: again\n")
    folder = tmp_path.as_posix()
    diagnostic = only(reading)
    assert diagnostic.code == "defined-twice"
    assert diagnostic.message == (
        f"`entities.users` is defined at {folder}/a.design.yaml:3 and {folder}/b.design.yaml:6"
    )
    assert (diagnostic.span.file, diagnostic.span.line, diagnostic.span.column) == (f"{folder}/b.design.yaml", 6, 3)


def test_a_third_file_that_repeats_a_joined_name_is_found(tmp_path: Path) -> None:
    reading = read_files(tmp_path, a=USERS, b=ORDERS, c="entities:\n  orders:\n")
    assert "b.design.yaml:2 and" in only(reading).message


def test_a_single_value_may_stand_in_one_file_only(tmp_path: Path) -> None:
    reading = read_files(tmp_path, a=USERS + "horizon: 3y\n", b="# later\nhorizon: 2y\n")
    diagnostic = only(reading)
    assert diagnostic.message.startswith("`horizon` is defined at ")
    assert "a.design.yaml:6 and" in diagnostic.message and diagnostic.message.endswith("b.design.yaml:2")


def test_lists_of_several_files_are_joined(tmp_path: Path) -> None:
    one = USERS + "relationships: [users 1-n carts]\n"
    two = "relationships: [carts 1-n lines]\nentities: {carts: , lines: }\n"
    reading = read_files(tmp_path, a=one, b=two)
    assert reading.design is not None
    assert [r.between for r in reading.design.relationships] == ["users 1-n carts", "carts 1-n lines"]


def test_every_mistake_names_its_own_file(tmp_path: Path) -> None:
    reading = read_files(tmp_path, a=USERS + "      b: text nul\n", b=ORDERS + "    colums: {}\n")
    found = [(Path(d.span.file).name, d.code, d.span.line, d.span.column) for d in reading.diagnostics]
    assert found == [("a.design.yaml", "column-syntax", 6, 15), ("b.design.yaml", "unknown-key", 6, 5)]


def test_a_key_that_stands_twice_in_one_of_the_files_is_found(tmp_path: Path) -> None:
    reading = read_files(tmp_path, a=USERS, b="horizon: 3y\nhorizon: 2y\n")
    diagnostic = only(reading)
    assert (diagnostic.code, diagnostic.span.line) == ("duplicate-key", 2)


def test_an_included_file_is_part_of_the_design(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "orders.yaml").write_text(ORDERS)
    reading = read_text(tmp_path, USERS + "include: [parts/orders.yaml]\n")
    assert reading.diagnostics == () and reading.design is not None
    assert [e.name for e in reading.design.entities] == ["users", "orders"]


def test_an_include_counts_from_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "orders.yaml").write_text(ORDERS + "include: lines.yaml\n")
    (tmp_path / "parts" / "lines.yaml").write_text("entities: {lines: }\n")
    reading = read_text(tmp_path, USERS + "include: parts/orders.yaml\n")
    assert reading.design is not None
    assert [e.name for e in reading.design.entities] == ["users", "orders", "lines"]


@pytest.mark.parametrize("name", ["absent.yaml", ".", "a" * 300, "../absent/x.yaml", "/dev/null/x"])
def test_a_missing_include_is_found_where_it_is_named(tmp_path: Path, name: str) -> None:
    diagnostic = only(read_text(tmp_path, f"{USERS}include:\n  - {name}\n"))
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == ("include-missing", 7, 5)
    assert diagnostic.help == "the path counts from the file that includes it"


def test_files_that_include_each_other_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text(ORDERS + "include: shop.design.yaml\n")
    reading = read_text(tmp_path, USERS + "include: [orders.yaml, ./orders.yaml, shop.design.yaml]\n")
    assert reading.diagnostics == () and reading.design is not None
    assert [e.name for e in reading.design.entities] == ["users", "orders"]


def test_a_link_that_leads_to_itself_is_missing(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert only(read_text(tmp_path, USERS + "include: loop.yaml\n")).code == "include-missing"


def test_a_broken_include_is_told_with_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text("entities: {")
    diagnostic = only(read_text(tmp_path, USERS + "include: orders.yaml\n"))
    assert (diagnostic.code, Path(diagnostic.span.file).name) == ("yaml-syntax", "orders.yaml")


def test_a_name_that_is_no_utf8_can_still_be_shown(tmp_path: Path) -> None:
    path = tmp_path / "shop\udcff.design.yaml"
    path.write_text(USERS + "horizont: 3y\n")
    assert only(read_design(path)).span.file.endswith("/shop\\udcff.design.yaml")


def test_a_group_gives_its_columns_to_the_entity(tmp_path: Path) -> None:
    (tmp_path / "groups.design.yaml").write_text("groups: {stamps: {columns: {created_at: timestamptz not null}}}\n")
    (tmp_path / "users.design.yaml").write_text(USERS + "    groups: [stamps]\n")
    columns = load_design(tmp_path).entities[0].columns
    assert [(c.name, c.definition.type) for c in columns] == [("user_id", "uuid"), ("created_at", "timestamptz")]


def test_a_group_must_exist_and_must_not_repeat_a_column(tmp_path: Path) -> None:
    groups = "groups: {stamps: {columns: {user_id: uuid}}}\n"
    reading = read_text(tmp_path, groups + USERS + "    groups: [stamps, stamp]\n")
    assert [(d.code, d.span.line, d.span.column, d.help) for d in reading.diagnostics] == [
        ("defined-twice", 7, 14, "remove one of them"),
        ("unknown-group", 7, 22, "did you mean `stamps`?"),
    ]
