"""Latency: each pattern is called at three sizes, and what it will take at the horizon is worked out with its error."""

from __future__ import annotations

import math
from typing import Any

from dbwright.model.access import AccessPattern
from dbwright.model.claim import Claim
from dbwright.model.table import Table
from dbwright.prove.access import promised_plan
from dbwright.prove.bench import Bench
from dbwright.prove.extrapolation import Limits, Reach, Sample, milliseconds_at, pages_at, slopes, touched_at
from dbwright.prove.horizon import Foreseen, foreseen, share_missed
from dbwright.prove.ladder import ladder_of
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.prove.plans import Plan
from dbwright.prove.samples import pattern_of, rows_of
from dbwright.prove.timing import Caller, Timing, caller_of, time_calls, time_together
from dbwright.sql.patterns import queries
from dbwright.theory.growth import growths

QUANTILES = ("p50", "p95", "p99")
SESSIONS = 4
"""Sessions that call at once at the largest size."""
PLANS = 3
"""Sets of parameters of which the plan is read at each size."""


def test(bench: Bench, claim: Claim) -> Outcome:
    """Call the pattern at three sizes, then compare what it will take with its targets."""
    pattern = pattern_of(bench, str(claim.details["pattern"]))
    ladder = ladder_of(bench)
    seconds = ladder.seconds_left / max(1, len(bench.blueprint.design.access)) / 4
    callers = [caller_of(rung, pattern) for rung in ladder.rungs]
    timings = [time_calls(rung, c, seconds) for rung, c in zip(ladder.rungs, callers, strict=True)]
    refused = next((t for t in timings if not t.calls), None)
    if refused is not None:
        return untested(f"the server refused each of {refused.refused} calls: {refused.refusal}")
    table = _grows(bench, pattern)
    samples = [
        Sample(_rows(rung, table, c), *_work(rung, c), t.p50, t.p95, t.p99)
        for rung, c, t in zip(ladder.rungs, callers, timings, strict=True)
    ]
    together = time_together(ladder.rungs[-1], callers[-1], seconds, _sessions(bench, callers[-1].role))
    horizon = max(_horizon_rows(bench, table, callers[-1]), samples[-1].rows)
    limits, growth = _limits(bench, pattern)
    rows, pages = touched_at(samples, horizon, limits), pages_at(samples, horizon, limits)
    missed = share_missed(bench) * (limits.plan.reading if limits.plan is not None else 1.0)
    reaches = {q: milliseconds_at(samples, rows, pages, q, missed) for q in QUANTILES}
    evidence: dict[str, Any] = {
        "grows_with": table.name if table is not None else "nothing",
        "growth": growth,
        "sizes": [_size(s, t) for s, t in zip(samples, timings, strict=True)],
        "slopes": [round(s, 2) for s in slopes(samples)],
        "horizon": {
            "rows": round(horizon),
            "touched_at_most": round(limits.most),
            "touched": _rounded(rows),
            "pages": _rounded(pages),
            "missed": round(missed, 3),
            "plan": _planned(limits.plan),
        }
        | {q: _rounded(r) for q, r in reaches.items()},
        "together": {"sessions": together.sessions, "calls_per_second": round(together.per_second)}
        | {q: round(float(getattr(together, q)), 3) for q in QUANTILES},
    }
    if pattern.rate is not None:
        evidence["sessions_at_peak"] = round(pattern.rate.per_second * reaches["p50"].expected / 1000, 2)
    return _judge(pattern, reaches, evidence)


def _sessions(bench: Bench, role: str) -> int:
    """As many sessions as the role may have beside one of the bench, no more than a machine like ours can serve."""
    return max(1, min(SESSIONS, (bench.role(role).connections or SESSIONS + 1) - 1))


def _grows(bench: Bench, pattern: AccessPattern) -> Table | None:
    """The table of the pattern that will be the largest."""
    _, query = queries(bench.blueprint)[str(pattern.name)]
    tables = [t for name in query.tables if (t := bench.blueprint.table(name)) is not None and t.size is not None]
    return max(tables, key=lambda t: t.size.rows_horizon if t.size else 0, default=None)


def _rows(rung: Bench, table: Table | None, caller: Caller) -> float:
    """Rows within reach of a call: of its tenant, where it has one."""
    if table is None:
        return 1.0
    own = caller.tenant is not None and table.tenant_column
    return float(len(rows_of(rung, table.name, str(caller.tenant) if own else "")))


def _horizon_rows(bench: Bench, table: Table | None, caller: Caller) -> float:
    if table is None or table.size is None:
        return 1.0
    root = bench.blueprint.design.tenancy.entity if bench.blueprint.design.tenancy is not None else ""
    tenants = bench.blueprint.table(root)
    if caller.tenant is None or not table.tenant_column or tenants is None or tenants.size is None:
        return float(table.size.rows_horizon)
    return table.size.rows_horizon / max(1, tenants.size.rows_horizon)


def _work(rung: Bench, caller: Caller) -> tuple[float, float]:
    """Rows and pages that a call touches by the promised plan, the means over some sets of parameters.

    A set that the server refuses, such as a name that is taken, touches nothing that tells; some set was accepted.
    """
    import psycopg

    plans: list[Plan] = []
    for arguments in caller.arguments:
        try:
            plans.append(promised_plan(rung, caller.statement, caller.role, caller.tenant, list(arguments))[0])
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            continue
        if len(plans) == PLANS:
            break
    rung.close()  # its session would count against the role's limit
    return sum(p.examined for p in plans) / len(plans), sum(p.pages for p in plans) / len(plans)


def _limits(bench: Bench, pattern: AccessPattern) -> tuple[Limits, str]:
    """What bounds a call at the horizon, by keys and limits and by the planner, and the class of its growth."""
    plan = foreseen(bench).get(str(pattern.name))
    growth = growths(bench.blueprint).get(str(pattern.name))
    if growth is None:
        return Limits(plan=plan), ""
    most = growth.bound.rows
    most = min(most, pattern.rows.value) if pattern.rows is not None else most
    steepest = math.inf if growth.bound.growth == "worse than linear" else 1.0
    return Limits(most, steepest, plan), growth.bound.growth


def _planned(plan: Foreseen | None) -> dict[str, Any]:
    return {"touched": round(plan.rows), "pages": round(plan.pages), "shape": plan.shape} if plan is not None else {}


def _judge(pattern: AccessPattern, reaches: dict[str, Reach], evidence: dict[str, Any]) -> Outcome:
    assert pattern.latency is not None
    targets = {q: d.seconds * 1000 for q in QUANTILES if (d := getattr(pattern.latency, q)) is not None}
    evidence["targets"] = targets
    for name, target in targets.items():
        if reaches[name].low > target:
            return broken(f"{name} is at least {reaches[name].low:.3g} ms at the horizon", **evidence)
    for name, target in targets.items():
        if reaches[name].high > target:
            return untested(_UNDECIDED[reaches[name].expected > target].format(name), **evidence)
    worst = ", ".join(f"{name} at most {reaches[name].high:.2g} ms" for name in targets)
    return held(f"{worst} at the horizon, {evidence['horizon']['missed']:.0%} of the pages read from disk", **evidence)


_UNDECIDED = {
    False: "{} is expected to keep its target and may miss it; larger sizes (--measure) tell more",
    True: "{} is expected to miss its target and may keep it; larger sizes (--measure) tell more",
}


def _size(sample: Sample, timing: Timing) -> dict[str, Any]:
    work = {"rows": round(sample.rows), "touched": round(sample.touched, 1), "pages": round(sample.pages, 1)}
    times = {q: round(float(getattr(sample, q)), 3) for q in QUANTILES}
    return work | times | {"calls": timing.calls, "refused": timing.refused}


def _rounded(reach: Reach) -> list[float]:
    return [round(value, 3) for value in (reach.low, reach.expected, reach.high)]
