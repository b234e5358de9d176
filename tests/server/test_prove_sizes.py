"""Sizes: loaded rows of FediFlow take the pages that were predicted, and a database that wastes some is noticed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benches import judge, mutated
from dbwright.model.claim import Verdict
from dbwright.planner.counting import count_facts
from dbwright.prove.bench import Bench
from dbwright.prove.files import read_files
from dbwright.prove.ladder import ladder_of


@pytest.fixture(scope="module")
def wasteful(bench: Bench) -> Iterator[Bench]:
    """The database with a column more, pages that are left half empty, and a tree whose leaves are."""
    with mutated(
        bench,
        "alter table fediflow.metric_points add column filler char(48) not null default ''",
        "alter table fediflow.content set (fillfactor = 80)",
        "alter index fediflow.media_pkey set (fillfactor = 60)",
    ) as copy:
        yield copy


@pytest.mark.parametrize("table", ["activities", "content", "content_versions", "media", "deliveries", "metric_points"])
def test_every_large_table_takes_the_pages_that_were_predicted(bench: Bench, table: str) -> None:
    found = judge(bench, f"sizes/{table}")
    assert found.verdict is Verdict.HELD, found.reason
    assert found.evidence["files"][0]["pages"] > 0


@pytest.mark.parametrize(
    ("table", "file"), [("metric_points", "metric_points"), ("content", "content"), ("media", "media_pkey")]
)
def test_what_takes_more_than_was_decided_is_noticed(wasteful: Bench, table: str, file: str) -> None:
    found = judge(wasteful, f"sizes/{table}")
    assert found.verdict is Verdict.BROKEN, found.evidence
    assert f"`{file}` has " in found.reason


def test_calls_that_leave_dead_rows_do_not_count(bench: Bench) -> None:
    rung = ladder_of(bench).rungs[-1]
    with rung.database.connect() as connection:
        before = read_files(connection, "fediflow").pages["users"]
        connection.execute("update fediflow.users set created_at = created_at")
        after = read_files(connection, "fediflow").pages["users"]
    assert after >= before
    assert rung.files_loaded.pages["users"] == before


def test_keys_inside_values_are_counted_where_an_index_is_over_them(bench: Bench) -> None:
    with bench.database.connect() as connection:
        facts = count_facts(connection, bench.blueprint)["content"]
    search, visibility = facts.column("search"), facts.column("visibility")
    assert search is not None
    assert search.elements is not None
    assert visibility is not None
    assert visibility.elements is None
