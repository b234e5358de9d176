"""Indexes: each of FediFlow earns its keep at the horizon, and one that does not is called unjustified."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benches import claim_of
from dbwright.emit import emit
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Finding, Verdict
from dbwright.model.table import Index
from dbwright.prove.bench import Bench
from dbwright.prove.run import test_claims as findings_of
from dbwright.records import replace


def test_every_index_earns_its_keep(bench: Bench) -> None:
    claims = [c for c in bench.blueprint.claims if c.family == "indexes"]
    findings = list(findings_of(bench, claims))
    assert len(findings) > 15
    assert {f.claim.id: f.reason for f in findings if f.verdict is not Verdict.HELD} == {}


@pytest.mark.parametrize(
    ("table", "serves", "served"),
    [
        ("media", "media_content_id_idx", "media-of-content"),
        ("follows", "follows_followee_id_idx", "follows_followee_id_fkey"),
        ("metric_points", "metric_points_tenant_id_metric_measured_at_idx", "metric-window"),
    ],
)
def test_a_second_index_for_the_same_is_unjustified(bench: Bench, table: str, serves: str, served: str) -> None:
    found = next(i for i in bench.table(table).indexes if i.name == serves)
    twin = replace(found, name=f"{serves}_twin", keys=found.keys)
    with with_index(bench, twin) as more:
        finding = judge_index(more, twin.name, serves)
    assert finding.verdict is Verdict.BROKEN
    assert "unjustified" in finding.reason
    assert served in finding.evidence["costs"]


def judge_index(bench: Bench, name: str, like: str) -> Finding:
    """Return the finding on an index that serves what another one does."""
    claim = replace(claim_of(bench, f"indexes/{like}"), subject=name)
    return next(iter(findings_of(bench, [claim])))


@contextmanager
def with_index(bench: Bench, index: Index) -> Iterator[Bench]:
    """The same bench with one index more in its blueprint and DDL; the database stays as it is."""
    table = bench.table(index.table)
    blueprint: Blueprint = bench.blueprint.put(replace(table, indexes=(*table.indexes, index)))
    more = Bench(blueprint, emit(blueprint, "postgresql"), bench.database, bench.dataset)
    try:
        yield more
    finally:
        more.close()
        more.closing.close()
