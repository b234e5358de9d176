"""Keys and scalars: what is unknown, doubled, of the wrong type or shape is told with its place and what to type."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.model.design import Design
from written_designs import USERS, found_in, marked, only, read_text

GOOD = """\
design: shop
start: 2026-01-01
target: {version: 17}
roles:
  web: {login: true, connections: 80}
  guest:
entities:
  users:
    about: People
    columns:
      user_id: uuid primary key
      name: {sql: text not null, mask: partial, location: false}
    rows: 2M
access:
  find:
    by: web
    sql: select 1
    latency: 15ms
x-team: {anything: [goes]}
"""


def design_of(folder: Path, text: str) -> Design:
    """Return the design that a text without mistakes gives."""
    reading = read_text(folder, text)
    assert reading.diagnostics == () and reading.design is not None
    return reading.design


def with_line(line: str) -> str:
    """Return a design of one entity with one more line at its end."""
    return f"{USERS}    {line}\n"


def test_every_way_to_write_gives_its_value(tmp_path: Path) -> None:
    design = design_of(tmp_path, GOOD)
    assert (design.design, design.start, design.target.version, design.horizon.text) == ("shop", "2026-01-01", 17, "3y")
    assert [(r.name, r.login, r.connections) for r in design.roles] == [("web", True, 80), ("guest", True, 0)]
    users = design.entities[0]
    assert [(c.name, c.sql, c.mask) for c in users.columns] == [
        ("user_id", "uuid primary key", None),
        ("name", "text not null", "partial"),
    ]
    assert users.rows is not None and users.rows.now.value == 2_000_000
    assert design.access[0].by == ("web",)
    assert design.access[0].latency is not None and design.access[0].latency.p95 is not None


def test_an_element_knows_where_it_and_its_keys_stand(tmp_path: Path) -> None:
    users = design_of(tmp_path, GOOD).entities[0]
    assert (users.name.span.line, users.name.span.column, users.name.span.length) == (8, 3, 5)
    assert (users.place.of("about").line, users.place.of("about").column) == (9, 5)
    assert users.place.of("retention") == users.place.span


@pytest.mark.parametrize(
    "line, column, help_text",
    [
        ("colums: {}", 5, "did you mean `columns`?"),
        ("retension: 3y", 5, "did you mean `retention`?"),
        ("row-size: 3kB", 5, "did you mean `row size`?"),
    ],
)
def test_an_unknown_key_has_the_nearest_name(tmp_path: Path, line: str, column: int, help_text: str) -> None:
    diagnostic = only(read_text(tmp_path, with_line(line)))
    assert diagnostic.code == "unknown-key"
    assert (diagnostic.span.line, diagnostic.span.column) == (6, column)
    assert diagnostic.span.length == line.index(":")
    assert diagnostic.help == help_text
    assert diagnostic.message.endswith("is not a key of an entity")


def test_an_unknown_key_unlike_all_others_has_the_known_ones(tmp_path: Path) -> None:
    diagnostic = only(read_text(tmp_path, "design: shop\ntarget: {zzzzz: 1}\n"))
    assert diagnostic.help == "known here: `engine`, `extensions`, `machine`, `version`"


def test_a_key_in_brackets_has_its_own_place(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "design: shop\ntarget: {version: 18, engin: postgresql}\n")
    assert found_in(reading) == [("unknown-key", 2, 23)]
    assert marked(reading) == "engin"


@pytest.mark.parametrize(
    "text, line, first",
    [
        ("design: shop\nhorizon: 3y\ndesign: shop\n", 3, "1:1"),
        (with_line("columns: {a: text}"), 6, "4:5"),
        (with_line("rows: {now: 1, now: 2}"), 6, "6:12"),
        (with_line("rows: {now: 1, skew: {user_id: a, user_id: b}}"), 6, "6:27"),
        (USERS + "  users:\n", 6, "3:3"),
        (USERS + "      user_id: text\n", 6, "5:7"),
    ],
)
def test_a_key_that_stands_twice_names_both_places(tmp_path: Path, text: str, line: int, first: str) -> None:
    diagnostic = only(read_text(tmp_path, text))
    assert (diagnostic.code, diagnostic.span.line) == ("duplicate-key", line)
    assert diagnostic.message.endswith(f"shop.design.yaml:{first}")


def test_all_mistakes_are_told_in_one_run_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "desing: shop\nroles:\n  web: {logn: true, sees: mask}\nhorizon: long\n"
    assert found_in(read_text(tmp_path, text)) == [
        ("missing-key", 1, 1),
        ("unknown-key", 1, 1),
        ("unknown-key", 3, 9),
        ("bad-value", 3, 27),
        ("bad-value", 4, 10),
    ]


@pytest.mark.parametrize(
    "word", ["no", "on", "yes", "off", "1e3", "0777", "0o17", "12:30", "1_000", "~", "null", "NaN"]
)
def test_text_stays_as_it_is_written(tmp_path: Path, word: str) -> None:
    design = design_of(tmp_path, f"design: {word}\nabout: {word}\n")
    assert (design.design, design.about) == (word, word)


@pytest.mark.parametrize("word", ["no", "on", "yes", "off", "True", "FALSE", "1", "0", "maybe", "12:30"])
def test_only_true_and_false_are_flags(tmp_path: Path, word: str) -> None:
    reading = read_text(tmp_path, f"design: shop\nroles:\n  web: {{login: {word}}}\n")
    assert found_in(reading) == [("bad-value", 3, 16)]
    assert marked(reading) == word


@pytest.mark.parametrize("word, meant", [("yes", "true"), ("on", "true"), ("True", "true"), ("no", "false")])
def test_a_word_for_yes_or_no_is_understood_in_the_help(tmp_path: Path, word: str, meant: str) -> None:
    diagnostic = only(read_text(tmp_path, f"design: shop\nroles:\n  web: {{login: {word}}}\n"))
    assert diagnostic.help == f"did you mean `{meant}`?"


@pytest.mark.parametrize("word", ["1e3", "0777", "0o17", "0x1f", "12:30", "1_000", "+3", "3.0", "٣", "many", "9" * 16])
def test_only_plain_digits_are_a_whole_number(tmp_path: Path, word: str) -> None:
    reading = read_text(tmp_path, f"design: shop\nroles:\n  web: {{connections: {word}}}\n")
    assert only(reading).code == "bad-value"
    assert "is not a whole number" in only(reading).message


@pytest.mark.parametrize("word", ["1e3", "12:30", "1_000", "2m", "-1", "lots", "9" * 400, "1" * 17 + "M"])
def test_only_a_count_is_a_count(tmp_path: Path, word: str) -> None:
    reading = read_text(tmp_path, with_line(f"rows: {word}"))
    assert found_in(reading) == [("bad-value", 6, 11)]
    assert len(only(reading).message) < 200


def test_a_word_that_is_no_choice_has_the_choices(tmp_path: Path) -> None:
    diagnostic = only(read_text(tmp_path, "design: shop\nroles:\n  web: {sees: mask}\n"))
    assert diagnostic.message == "`sees`: `mask` is not one of `clear`, `masked`"
    assert diagnostic.help == "did you mean `masked`?"


@pytest.mark.parametrize(
    "text, line, column, message",
    [
        ("design: shop\nentities: [users]\n", 2, 11, "a mapping of names under `entities:` is expected here"),
        ("design: shop\nentities: users\n", 2, 11, "a mapping of names under `entities:` is expected here"),
        ("design: shop\nhorizon: [3y]\n", 2, 10, "one value for `horizon` is expected here"),
        ("design: shop\nreview: draft\n", 2, 9, "a review is expected here"),
        ("design: shop\nreview: [draft]\n", 2, 9, "a review is expected here"),
        ("design: shop\n? [a, b]\n: c\n", 2, 3, "a name as key is expected here"),
        (with_line("rows: {now: 1, skew: [user_id]}"), 6, 26, "a mapping under `skew:` is expected here"),
        (with_line('check: {"": a > 0}'), 6, 13, "a name under `check:` is expected here"),
        (with_line("unique: {a: b}"), 6, 13, "one value for `unique` is expected here"),
    ],
)
def test_a_value_of_the_wrong_shape_is_found(tmp_path: Path, text: str, line: int, column: int, message: str) -> None:
    diagnostic = only(read_text(tmp_path, text))
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == ("wrong-shape", line, column)
    assert diagnostic.message == message


@pytest.mark.parametrize(
    "text, message",
    [
        ("about: no name\n", "a design needs `design:`"),
        (USERS + "access:\n  find: {by: web}\n", "`find` needs `sql:`"),
        (USERS + "access:\n  find:\n", "`find` needs `by:`, `sql:`"),
        (USERS + "      name:\n", "`name` needs `sql:`"),
        (USERS + "      name: {sql: }\n", "`name` needs `sql:`"),
        (with_line("accept: [{rule: wide}]"), "an acceptance needs `why:`"),
        (with_line("exclude: {once: room with =, during with &&}"), "`during with &&` has no value"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, text: str, message: str) -> None:
    diagnostic = only(read_text(tmp_path, text))
    assert (diagnostic.code, diagnostic.message) == ("missing-key", message)


def test_an_element_is_left_out_when_what_it_needs_is_wrong(tmp_path: Path) -> None:
    reading = read_text(tmp_path, with_line("rows: {growth: 5%/month}"))
    assert found_in(reading) == [("missing-key", 6, 11)]
    assert reading.design is not None and reading.design.entities[0].rows is None


@pytest.mark.parametrize("nothing", ["", " null", " ~", " {}"])
def test_a_name_with_nothing_below_it_is_enough(tmp_path: Path, nothing: str) -> None:
    design = design_of(tmp_path, f"design: shop\nroles:\n  web:{nothing}\nentities:{nothing}\n")
    assert ([r.name for r in design.roles], design.entities) == (["web"], ())


def test_the_sql_word_null_is_a_sample_value(tmp_path: Path) -> None:
    text = (
        USERS + "roles: {web: }\naccess:\n  find: {by: web, sql: select 1, parameters: {a: null, b: {example: null}}}\n"
    )
    assert [p.example for p in design_of(tmp_path, text).access[0].parameters] == ["null", "null"]


def test_rules_without_a_name_stand_in_a_list(tmp_path: Path) -> None:
    users = design_of(tmp_path, with_line("check: [user_id is not null, {sql: 'true', about: always}]")).entities[0]
    assert [(c.name, c.sql) for c in users.check] == [("", "user_id is not null"), ("", "true")]


def test_one_item_stands_for_a_list_of_one(tmp_path: Path) -> None:
    users = design_of(tmp_path, with_line("unique: [[user_id, user_id], user_id]")).entities[0]
    assert users.unique == (("user_id", "user_id"), ("user_id",))


@pytest.mark.parametrize("line", ["x-note: {any: [thing]}", "columns-x: {}"])
def test_only_keys_of_the_user_pass_through(tmp_path: Path, line: str) -> None:
    found = found_in(read_text(tmp_path, with_line(line)))
    assert found == ([] if line.startswith("x-") else [("unknown-key", 6, 5)])


def test_a_comma_of_sql_in_brackets_is_explained_at_both_halves(tmp_path: Path) -> None:
    reading = read_text(tmp_path, USERS + "      total: {sql: numeric(12,2) not null, about: Sum}\n")
    assert found_in(reading) == [("column-syntax", 6, 29), ("unknown-key", 6, 31)]
    for diagnostic in reading.diagnostics:
        assert diagnostic.help.startswith("inside `{…}` quote SQL that holds a comma")


def test_a_message_never_repeats_a_long_text(tmp_path: Path) -> None:
    long = "x" * 100_000
    reading = read_text(tmp_path, f"design: shop\nhorizon: {long}\nroles: {{web: {{sees: {long}}}}}\n? {long}\n: a\n")
    assert [d.code for d in reading.diagnostics] == ["bad-value", "bad-value", "unknown-key"]
    assert max(len(d.message) for d in reading.diagnostics) < 200
