"""What can be asked of a size: as a role, with candidates, under other statistics; one size after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dbwright.planner.laboratory import Laboratory, Planned, open_laboratory
from dbwright.planner.statistics import ColumnStatistics, IndexStatistics, Statistics, TableStatistics
from dbwright.records import replace

SCHEMA = """
create role planned_web login;
create table bills (id bigint primary key, tenant int not null, at timestamptz not null, sum numeric not null);
create index bills_tenant on bills (tenant, at);
create index bills_at on bills (at);
create index bills_sum on bills using brin (at);
alter table bills enable row level security;
create policy own on bills using (tenant = current_setting('app.tenant')::int);
grant select on bills to planned_web;
alter role planned_web set work_mem = '64kB';
"""
QUESTION = "select * from bills where tenant = 7 order by at desc limit 5"


def of(rows: int) -> Statistics:
    """Bills of a thousand tenants."""
    pages = rows // 100
    indexes = (
        IndexStatistics("bills_pkey", pages // 3 + 2, rows, 2),
        IndexStatistics("bills_tenant", pages // 3 + 2, rows, 2),
        IndexStatistics("bills_at", pages // 3 + 2, rows, 2),
        IndexStatistics("bills_sum", 4, 1),
    )
    bounds = "{" + ",".join(str(n * 10) for n in range(1, 101)) + "}"
    columns = (
        ColumnStatistics("id", {"null_frac": "0", "avg_width": "8", "n_distinct": "-1", "correlation": "1"}),
        ColumnStatistics(
            "tenant",
            {"null_frac": "0", "avg_width": "4", "n_distinct": "1000", "histogram_bounds": bounds, "correlation": "0"},
        ),
        ColumnStatistics("at", {"null_frac": "0", "avg_width": "8", "n_distinct": "-0.5", "correlation": "1"}),
        ColumnStatistics("sum", {"null_frac": "0", "avg_width": "6", "n_distinct": "5000", "correlation": "0"}),
    )
    low = {"id": "1", "tenant": "10", "at": "2024-01-01", "sum": "1"}
    high = {"id": str(rows), "tenant": "1000", "at": "2026-01-01", "sum": "999"}
    return Statistics("public", (TableStatistics("bills", pages, rows, pages, columns, indexes, low, high),))


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    """Bills without rows."""
    with open_laboratory(SCHEMA) as opened:
        yield opened


@pytest.fixture
def planned(laboratory: Laboratory) -> Iterator[Planned]:
    """A million bills."""
    with laboratory.at(of(1_000_000)) as opened:
        yield opened


def indexes_of(answer: Any) -> set[str]:
    """Return the indexes that a plan uses."""
    found, waiting = set(), [answer[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        found |= {node["Index Name"]} if "Index Name" in node else set()
        waiting += node.get("Plans", [])
    return found


def test_dismissed_candidates_are_planned_with_when_they_are_named(planned: Planned) -> None:
    assert indexes_of(planned.explain(QUESTION)) == {"bills_tenant"}
    planned.dismiss(["bills_tenant", "bills_at"])
    assert indexes_of(planned.explain(QUESTION)) == set()
    with planned.using(["bills_at"]):
        assert indexes_of(planned.explain(QUESTION)) == {"bills_at"}
    with planned.using(["bills_tenant", "bills_at"]):
        assert indexes_of(planned.explain(QUESTION)) == {"bills_tenant"}
    assert indexes_of(planned.explain(QUESTION)) == set()


def test_dismissed_candidates_are_back_at_the_next_size(laboratory: Laboratory) -> None:
    with laboratory.at(of(1_000_000)) as planned:
        planned.dismiss(["bills_tenant"])
    with laboratory.at(of(2_000_000)) as planned:
        assert indexes_of(planned.explain(QUESTION)) == {"bills_tenant"}


def test_a_role_is_planned_for_under_its_policies_and_settings(planned: Planned) -> None:
    whole = planned.explain("select * from bills order by sum")[0]["Plan"]
    with planned.acting("planned_web", {"app.tenant": "30"}):
        own = planned.explain("select * from bills order by sum")[0]["Plan"]
        with planned.without(["bills_tenant"]):
            assert indexes_of(planned.explain("select * from bills")) == set()
        assert "bills_tenant" in indexes_of(planned.explain("select * from bills"))
        assert planned.explain("select current_setting('work_mem') = '64kB'")
        with pytest.raises(Exception, match="permission denied"):
            planned.explain("update bills set sum = 1")
    assert own["Plan Rows"] < whole["Plan Rows"] / 500
    assert planned.explain("select * from bills order by sum")[0]["Plan"] == whole


def test_other_statistics_are_believed_for_a_while(planned: Planned) -> None:
    before = planned.explain(QUESTION)
    table = of(1_000_000).tables[0]
    few = tuple(
        replace(c, values={"null_frac": "0", "avg_width": "4", "n_distinct": "2"}) if c.column == "tenant" else c
        for c in table.columns
    )
    with planned.believing(Statistics("public", (replace(table, columns=few),))):
        rows = planned.explain("select * from bills where tenant = 7")[0]["Plan"]["Plan Rows"]
        assert rows == pytest.approx(500_000, rel=0.01)
    assert planned.explain(QUESTION) == before


def test_a_size_is_planned_the_same_after_others(laboratory: Laboratory) -> None:
    def plans(rows: int) -> list[Any]:
        with laboratory.at(of(rows)) as planned:
            return [
                planned.explain(s)
                for s in (QUESTION, "select max(at) from bills", "select * from bills where at > '2025-12-31'")
            ]

    first = plans(50_000_000_000)
    small = plans(30_000)
    assert small != first
    assert plans(50_000_000_000) == first
    assert plans(30_000) == small


def test_two_sizes_stand_side_by_side(laboratory: Laboratory) -> None:
    with laboratory.at(of(1_000_000)) as one, laboratory.at(of(4_000_000)) as other:
        assert one.explain("select * from bills")[0]["Plan"]["Plan Rows"] == 1_000_000
        assert other.explain("select * from bills")[0]["Plan"]["Plan Rows"] == 4_000_000


def test_candidates_are_added_between_sizes(laboratory: Laboratory) -> None:
    question = "select * from bills where sum = 5"
    with laboratory.at(of(1_000_000)) as planned:
        assert indexes_of(planned.explain(question)) == set()
        with pytest.raises(RuntimeError, match="between sizes"):
            laboratory.add("create index bills_total on bills (sum)")
    laboratory.add("create index bills_total on bills (sum)")
    table = of(1_000_000).tables[0]
    more = replace(table, indexes=(*table.indexes, IndexStatistics("bills_total", 3000, 1_000_000, 2)))
    with laboratory.at(Statistics("public", (more,))) as planned:
        assert indexes_of(planned.explain(question)) == {"bills_total"}


def test_what_cannot_be_given_to_the_schema_is_said(laboratory: Laboratory) -> None:
    table = of(1000).tables[0]
    odd = replace(
        table,
        columns=(ColumnStatistics("gone", {"null_frac": "0"}), ColumnStatistics("id", {"histogram_bounds": "{a,b}"})),
        lowest={**table.lowest, "at": "no time"},
    )
    missing = replace(table, name="nobody", indexes=())
    with laboratory.at(Statistics("public", (odd, missing))) as planned:
        told = "\n".join(planned.left_out)
    assert "no table `nobody`" in told
    assert "`bills` has no column `gone`" in told
    assert "the ends of `bills` could not be written" in told
    assert "did not take all statistics of `bills.id`" in told


def test_a_statement_is_not_run_to_explain_it(planned: Planned) -> None:
    with pytest.raises(ValueError, match="only plans"):
        planned.explain(QUESTION, options=["ANALYZE"])
