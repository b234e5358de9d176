"""Growth: no pattern's work grows faster than it may, by its bound and by the plans of the database as it stands.

The laboratory is made from what pg_dump prints of the database under test, so an index that is missing there is missing
in every plan.
"""

from __future__ import annotations

from dbwright.model.claim import Claim
from dbwright.planner.growth import Grown, GrowthReport, measure_growth
from dbwright.planner.growth_facts import pattern_facts
from dbwright.prove.bench import Bench
from dbwright.prove.laboratory import laboratory_of
from dbwright.prove.outcome import Outcome, broken, held, untested

SIZES = tuple(10**n for n in range(4, 11))
"""Rows of the largest table at which the plans are asked for."""


def test(bench: Bench, claim: Claim) -> Outcome:
    """Compare the class of a pattern, on both legs, with the one that it may have."""
    report = bench.remember("growth", lambda: measure(bench))
    pattern = next(p for p in report.patterns if p.name == claim.details["pattern"])
    evidence = {
        **pattern_facts(pattern),
        "largest": report.largest,
        "horizon": report.horizon,
        "storage": report.storage.text,
    }
    if pattern.fails:
        return broken(f"it is {pattern.found}: {_why(pattern)}", **evidence)
    if pattern.measured is None:
        return untested(pattern.agreement)
    return held("" if pattern.agreement == "both agree" else pattern.agreement, **evidence)


def _why(pattern: Grown) -> str:
    if pattern.found == pattern.growth.bound.growth:
        return f"it touches {pattern.growth.bound.worst[0]}"
    return pattern.agreement


def measure(bench: Bench) -> GrowthReport:
    """Return the growth of every claimed pattern, planned on a server that has the structure of the one under test."""
    claimed = [str(c.details["pattern"]) for c in bench.blueprint.claims if c.family == "growth"]
    return measure_growth(laboratory_of(bench), bench.blueprint, claimed, SIZES)
