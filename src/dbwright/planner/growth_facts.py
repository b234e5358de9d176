"""The growth of access patterns as plain values, for JSON, claims and charts."""

from __future__ import annotations

from typing import Any

from dbwright.planner.growth import Grown, GrowthReport


def report_facts(report: GrowthReport) -> dict[str, Any]:
    """Return a report as values that JSON can hold; sizes are rows of the largest table, times are in seconds."""
    return {
        "largest": report.largest,
        "horizon": report.horizon,
        "storage": report.storage.text,
        "outgrown": dict(report.outgrown),
        "notes": list(report.notes),
        "patterns": [pattern_facts(p) for p in report.patterns],
    }


def pattern_facts(pattern: Grown) -> dict[str, Any]:
    """Return one pattern as values that JSON can hold."""
    return {
        "pattern": pattern.name,
        "class": pattern.found,
        "allowed": pattern.growth.allowed,
        "declared": pattern.growth.declared,
        "fails": pattern.fails,
        "bound": {
            "class": pattern.growth.bound.growth,
            "rows": pattern.growth.bound.rows,
            "steps": [str(s) for s in pattern.growth.bound.steps],
        },
        "planned": pattern.measured,
        "robust": pattern.robust,
        "doubt": pattern.doubt,
        "agreement": pattern.agreement,
        "target": pattern.target,
        "impossible": pattern.impossible,
        "plan": pattern.shape,
        "flips": [{"rows": f.rows, "before": f.before, "after": f.after} for f in pattern.flips],
        "points": [
            {"size": p.size, "rows": p.rows, "cost": p.cost, "seconds": p.seconds, "generic": p.generic}
            for p in pattern.points
        ],
    }
