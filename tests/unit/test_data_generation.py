"""Generated rows keep every rule that can be told without a server, and are the same in every run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data_designs import FEDIFLOW, compile_entity, compile_text, fediflow
from dbwright.data import Column, Dataset, GenerationError, generate, plan_rows
from dbwright.data.choosing import zipf
from dbwright.data.kinds import Family, Kind
from dbwright.data.relations import match
from dbwright.model.blueprint import Blueprint

Rule = Callable[[Any, Any], bool]


@cache
def dataset() -> tuple[Blueprint, Dataset]:
    """FediFlow with a few thousand rows."""
    blueprint = fediflow()
    return blueprint, generate(blueprint, plan_rows(blueprint, 6_000))


def things(columns: str, rest: str = "", sql: str = "", rows: int = 400) -> Dataset:
    """The rows of a design with one entity."""
    return generate(compile_entity(columns, rest, sql), {"things": rows})


def values(made: Dataset, column: str, table: str = "things") -> list[Any]:
    """The values of a column as Python objects."""
    return list(made.tables[table].columns[column])


def test_every_table_of_fediflow_is_filled() -> None:
    blueprint, made = dataset()
    rows = plan_rows(blueprint, 6_000)
    assert {name: made.tables[name].count for name in rows} == rows
    assert made.notes == ()


def test_every_unique_set_of_fediflow_is_unique() -> None:
    blueprint, made = dataset()
    for table in blueprint.tables:
        for columns in table.unique_sets():
            keys = list(zip(*(values(made, c, table.name) for c in columns), strict=True))
            assert len(set(keys)) == len(keys), (table.name, columns)


def test_every_reference_of_fediflow_leads_to_a_row() -> None:
    blueprint, made = dataset()
    for table in blueprint.tables:
        for key in table.foreign_keys:
            parents = set(zip(*(values(made, c, key.target) for c in key.target_columns), strict=True))
            children = set(zip(*(values(made, c, table.name) for c in key.columns), strict=True))
            assert {c for c in children if None not in c} <= parents, key.name


def test_every_tenant_has_rows_in_every_table() -> None:
    blueprint, made = dataset()
    owned = [t.name for t in blueprint.tables if t.tenant_column]
    assert {n: len(set(values(made, "tenant_id", n))) for n in owned} == dict.fromkeys(owned, 5)


def test_tenants_differ_in_size() -> None:
    counts = Counter(values(dataset()[1], "tenant_id", "users"))
    assert max(counts.values()) > 3 * min(counts.values())


def test_a_row_is_changed_after_it_is_created() -> None:
    _, made = dataset()
    created, updated = values(made, "created_at", "content"), values(made, "updated_at", "content")
    assert all(a <= b for a, b in zip(created, updated, strict=True))


def test_nobody_is_their_own_adviser_and_no_chain_closes() -> None:
    _, made = dataset()
    place = {key: i for i, key in enumerate(values(made, "user_id", "users"))}
    advisers = values(made, "advisor_id", "users")
    assert any(a is not None for a in advisers)
    assert all(a is None or place[a] < i for i, a in enumerate(advisers))


def test_searches_find_some_rows_and_not_many() -> None:
    bodies = values(dataset()[1], "body", "content")
    found = sum("linear algebra" in b for b in bodies)
    assert 0 < found < len(bodies) / 20


def test_documents_that_patterns_seek_are_there() -> None:
    found = sum(d.get("lms") == "moodle" for d in values(dataset()[1], "metadata", "courses"))
    assert 0 < found < dataset()[1].tables["courses"].count / 10


def test_another_seed_gives_other_rows() -> None:
    blueprint, made = dataset()
    other = generate(blueprint, plan_rows(blueprint, 6_000), seed=2)
    assert values(other, "title", "content") != values(made, "title", "content")


def test_rows_do_not_depend_on_the_order_in_which_python_hashes() -> None:
    script = (
        "import sys; from pathlib import Path; from dbwright import load_design, compile_design\n"
        "from dbwright.data import generate\n"
        "b = compile_design(load_design(Path(sys.argv[1])))\n"
        "d = generate(b, {t.name: 40 for t in b.tables})\n"
        "print([list(c) for r in d.tables.values() for c in r.columns.values()])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script, str(FEDIFLOW)],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 10_000


def test_a_text_key_counts_on_from_its_example_and_keeps_its_check() -> None:
    made = things("code: {sql: \"text primary key check (code ~ '^[A-Z]{2}-[0-9]{3,}$')\", example: AB-007}")
    assert values(made, "code")[:3] == ["AB-007", "AB-008", "AB-009"]
    assert len(set(values(made, "code"))) == 400


def test_a_key_over_small_domains_takes_no_combination_twice_and_leaves_room() -> None:
    made = things(
        "place: smallint check (place between 1 and 12)\nside: {sql: text, one of: [left, right]}", "key: [place, side]"
    )
    pairs = list(zip(values(made, "place"), values(made, "side"), strict=True))
    assert len(set(pairs)) == len(pairs) == 21
    assert "21 rows instead of 400" in str(made.notes[0])


def test_versions_count_within_their_parent() -> None:
    blueprint = compile_text(
        """
        design: versions
        roles: {web: {}}
        entities:
          pages:
            columns: {page_id: uuid primary key default uuidv7()}
          versions:
            columns:
              page_id: uuid not null references pages
              version: integer not null check (version > 0)
            key: [page_id, version]
        """
    )
    made = generate(blueprint, {"pages": 10, "versions": 100})
    per_page = Counter(values(made, "page_id", "versions"))
    assert sorted(values(made, "version", "versions")) == sorted(v for n in per_page.values() for v in range(1, n + 1))


CHECKED: dict[str, tuple[str, str, Callable[[dict[str, Any]], bool]]] = {
    "columns in order": (
        "a: date not null; b: date not null",
        "check: {r: b >= a}",
        lambda r: r["b"] >= r["a"],
    ),
    "a difference": (
        "a: integer not null; b: integer",
        "check: {r: b - a <= 3 and b > a}",
        lambda r: r["b"] is None or 0 < r["b"] - r["a"] <= 3,
    ),
    "both or none": (
        "a: text; b: date",
        "check: {r: (a is null) = (b is null)}",
        lambda r: (r["a"] is None) == (r["b"] is None),
    ),
    "two of three": (
        "a: text; b: text; c: text",
        "check: {r: 'num_nonnulls(a, b, c) = 2'}",
        lambda r: list(r.values()).count(None) == 1,
    ),
    "a sum": (
        "a: 'numeric(8,2) not null check (a > 0)'; b: numeric(8,2) not null; c: numeric(9,2) not null",
        "check: {r: c = a + b}",
        lambda r: r["c"] == r["a"] + r["b"],
    ),
    "a share": (
        "a: 'numeric(8,2) not null check (a > 0)'; b: 'numeric(8,2) not null check (b >= 0)'",
        "check: {r: b <= a * 0.5}",
        lambda r: 2 * r["b"] <= r["a"],
    ),
    "a hole": ("a: integer not null check (a <> 5 and a between 4 and 6)", "", lambda r: r["a"] in (4, 6)),
    "a length": ("a: text not null check (length(a) between 30 and 33)", "", lambda r: 30 <= len(r["a"]) <= 33),
    "a like": ("a: \"text not null check (a like 'x%z')\"", "", lambda r: r["a"][0] == "x" and r["a"][-1] == "z"),
    "upper case": ("a: text not null check (a = upper(a))", "", lambda r: r["a"] == r["a"].upper()),
    "bytes": ("a: bytea not null check (octet_length(a) = 5)", "", lambda r: len(r["a"]) == 5),
    "elements": ("a: 'integer[] not null check (cardinality(a) = 2)'", "", lambda r: len(r["a"]) == 2),
    "listed elements": (
        "a: \"text[] not null check (a <@ array['x', 'y'])\"",
        "",
        lambda r: set(r["a"]) <= {"x", "y"},
    ),
    "a document": (
        "a: \"jsonb not null check (jsonb_typeof(a) = 'array')\"",
        "",
        lambda r: isinstance(r["a"], list),
    ),
}


@pytest.mark.parametrize("case", CHECKED)
def test_rows_keep_their_checks(case: str) -> None:
    columns, rest, holds = CHECKED[case]
    lines = columns.split("; ")
    made = things("\n".join(lines), rest)
    names = [line.split(":")[0] for line in lines]
    rows = [dict(zip(names, r, strict=True)) for r in zip(*(values(made, n) for n in names), strict=True)]
    assert [r for r in rows if not holds(r)] == []
    assert made.notes == ()


def test_enums_and_domains_written_in_sql_are_known() -> None:
    made = things(
        "mood: mood not null\nlevel: percentage",
        sql="mood: create type mood as enum ('sad', 'glad')\n"
        "percentage: create domain percentage as integer check (value between 0 and 100)",
    )
    assert set(values(made, "mood")) == {"sad", "glad"}
    assert all(v is None or 0 <= v <= 100 for v in values(made, "level"))


def test_a_partial_unique_index_written_in_sql_is_kept() -> None:
    blueprint = compile_text(
        """
        design: addresses
        roles: {web: {}}
        entities:
          people:
            columns: {person_id: uuid primary key default uuidv7()}
          addresses:
            columns:
              address_id: uuid primary key default uuidv7()
              person_id: uuid not null references people
              is_default: boolean not null
        sql:
          one: create unique index one_default on addresses (person_id) where is_default
        """
    )
    made = generate(blueprint, {"people": 30, "addresses": 200})
    pairs = zip(values(made, "person_id", "addresses"), values(made, "is_default", "addresses"), strict=True)
    defaults = [person for person, is_default in pairs if is_default]
    assert len(defaults) == len(set(defaults)) > 0


def test_a_check_that_cannot_be_read_is_told() -> None:
    made = things("a: integer not null check (a % 7 = 0)")
    assert ["(a % 7) = 0" in str(note) for note in made.notes] == [True]


def test_a_required_column_of_an_unknown_type_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(GenerationError, match=r"`things\.shape` is required .* give it a default"):
        things("shape: widget not null", sql="widget: create type widget as (width integer, height integer)")


def test_an_optional_column_of_an_unknown_type_is_left_to_the_server() -> None:
    made = things("shape: widget", sql="widget: create type widget as (width integer, height integer)")
    assert "shape" not in made.tables["things"].columns


def test_the_folder_of_examples_is_where_it_is_looked_for() -> None:
    assert Path(FEDIFLOW).is_file()


SKEWED = """
design: skewed
roles: {web: {}}
entities:
  users:
    audit: none
    columns: {user_id: bigint primary key}
  orders:
    audit: none
    columns:
      order_id: bigint primary key
      user_id: bigint not null references users
      helper_id: bigint references users
      city: {sql: text not null, one of: [a, b, c, d, e, f, g, h]}
      score: integer not null check (score between 1 and 50)
    rows: {now: 1M, skew: {user_id: zipf(1.1), helper_id: zipf(0.5), city: zipf(2), score: zipf(1)}}
"""


@pytest.mark.parametrize(("name", "exponent"), [("user_id", 1.1), ("helper_id", 0.5), ("city", 2.0), ("score", 1.0)])
def test_values_are_as_uneven_as_the_design_declares(name: str, exponent: float) -> None:
    made = generate(compile_text(SKEWED), {"users": 200, "orders": 40_000})
    column = made.tables["orders"].columns[name]
    found = Counter(v for v in column if v is not None)
    total, ranks = sum(found.values()), {"city": 8, "score": 50}.get(name, 200)
    expected = zipf(ranks, exponent) * total
    for rank, (_, count) in enumerate(found.most_common(5)):
        assert abs(count - expected[rank]) < 5 * expected[rank] ** 0.5 + 0.02 * expected[rank], (rank, count)


def test_a_skew_that_nobody_knows_is_told() -> None:
    made = generate(compile_text(SKEWED.replace("zipf(2)", "pareto(2)")), {"users": 5, "orders": 10})
    assert [str(n) for n in made.notes] == ["orders: the skew `pareto(2)` of `city` is none that is known: zipf(1.1)"]


FOLLOWING = """
design: following
roles: {web: {}}
entities:
  users:
    audit: none
    columns:
      user_id: bigint primary key
      city: text
      orders: {sql: bigint not null default 0, counts: orders}
      spent: {sql: "numeric(20,2) not null default 0", sums: orders.amount}
  orders:
    audit: none
    columns:
      order_id: bigint primary key
      user_id: bigint references users
      city: {sql: text, copy of: users.city}
      amount: integer
"""


def test_copies_counts_and_sums_follow_the_rows() -> None:
    made = generate(compile_text(FOLLOWING), {"users": 50, "orders": 3_000})
    users, orders = made.tables["users"].columns, made.tables["orders"].columns
    rows = list(zip(orders["user_id"], orders["city"], orders["amount"], strict=True))
    cities = dict(zip(users["user_id"], users["city"], strict=True))
    assert [city for user, city, _ in rows] == [cities.get(user) for user, _, _ in rows]
    counted, spent = Counter(user for user, _, _ in rows), Counter[Any]()
    for user, _, amount in rows:
        spent[user] += amount or 0
    assert list(users["orders"]) == [counted[user] for user in users["user_id"]]
    assert [int(s) for s in users["spent"]] == [spent[user] for user in users["user_id"]]
    assert counted[None] > 0


SHARED = """
design: shared
roles: {web: {}}
entities:
  people:
    audit: none
    columns: {person_id: bigint primary key}
  members:
    audit: none
    columns: {person_id: bigint primary key references people}
  seats:
    audit: none
    columns: {person_id: bigint references people, seat: integer, club: integer}
    key: [seat, club]
    references: {member: {columns: [person_id], to: members}}
  guests:
    audit: none
    columns: {guest_id: bigint primary key, seat: integer, club: integer, person_id: bigint references people}
    references: {place: {columns: [seat, club], to: seats}, member: {columns: [person_id], to: members}}
"""


def test_a_column_of_two_optional_references_leads_to_both() -> None:
    made = generate(compile_text(SHARED), {"people": 100, "members": 30, "seats": 200, "guests": 300})
    members = set(made.tables["members"].columns["person_id"])
    for table in ("seats", "guests"):
        found = [p for p in made.tables[table].columns["person_id"] if p is not None]
        assert len(found) > 100
        assert set(found) <= members


CIRCLE = """
design: circle
roles: {web: {}}
entities:
  chapters:
    audit: none
    columns:
      chapter_id: uuid primary key
      first_page: uuid not null unique references pages
  pages:
    audit: none
    columns:
      page_id: uuid primary key
      chapter_id: uuid not null unique references chapters
"""


def test_rows_of_a_circle_for_which_nothing_is_left_are_dropped_with_those_that_lead_to_them() -> None:
    made = generate(compile_text(CIRCLE), {"chapters": 80, "pages": 50})
    chapters, pages = made.tables["chapters"].columns, made.tables["pages"].columns
    assert 40 < len(chapters["chapter_id"]) == len(pages["page_id"]) <= 50
    assert set(chapters["first_page"]) <= set(pages["page_id"])
    assert len(set(chapters["first_page"])) == len(chapters["first_page"])
    assert sorted(pages["chapter_id"]) == sorted(chapters["chapter_id"])
    assert any("the tables of a circle" in str(note) for note in made.notes)


@pytest.mark.parametrize(
    ("check", "holds"),
    [
        ("a + b <= 500 and a > 0 and b > 0", lambda a, b: a + b <= 500 and a > 0 and b > 0),
        ("a + b < 3 and a >= 0 and b >= 0", lambda a, b: a + b < 3 and a >= 0 and b >= 0),
        ("a + b = 40 and a >= 0 and b between 0 and 30", lambda a, b: a + b == 40 and a >= 0 and 0 <= b <= 30),
        ("a + b > 1500 and a <= 1000 and b <= 1000", lambda a, b: a + b > 1500 and a <= 1000 and b <= 1000),
    ],
)
@pytest.mark.parametrize("kinds", [("integer", "integer"), ("numeric(8,2)", "integer"), ("integer", "numeric(8,2)")])
def test_two_numbers_together_stay_inside_a_limit(check: str, holds: Rule, kinds: tuple[str, str]) -> None:
    made = things(f"a: {kinds[0]} not null\nb: {kinds[1]} not null", f"check: {{both: {check}}}")
    rows = made.tables["things"].columns
    assert made.notes == ()
    assert [pair for pair in zip(rows["a"], rows["b"], strict=True) if not holds(*pair)] == []
    assert len(set(rows["a"])) > 2


def test_many_uuids_are_found_among_few_as_among_many() -> None:
    kind = Kind(Family.UUID, "uuid")
    pool = np.frombuffer(bytes(range(256)) * 4, "S16")
    # Halves that agree with others, and values that nobody offers.
    twins = np.asarray([pool[0].ljust(16, b"\0")[:8] + pool[1][8:], pool[2], pool[3], pool[2]], "S16")
    asked = np.concatenate([pool, twins, twins])
    found = match([Column(kind, asked)], [Column(kind, twins)], len(asked), len(twins))
    assert found.count.tolist() == [int((twins == value).sum()) for value in asked]
    for row in np.flatnonzero(found.count):
        places = found.order[found.start[row] : found.start[row] + found.count[row]]
        assert twins[places].tolist() == [asked[row]] * len(places)
