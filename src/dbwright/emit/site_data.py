"""What the site shows, as data: the blueprint with its claims, verdicts and reasons, each thing once.

A value that says nothing is left out. `at` is a place in the design file: the number of the file and the line. Claims
and decisions, of which there are thousands, stand as records: the keys once, then a row of values for each, and once
what repeats from row to row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dbwright.emit.capacity_chart import capacity_chart
from dbwright.emit.site_access import describe_patterns, describe_roles
from dbwright.emit.site_advice import describe_advice
from dbwright.emit.site_areas import describe_areas
from dbwright.emit.site_json import plain, records
from dbwright.emit.site_places import Places
from dbwright.emit.site_promises import describe_claims, describe_decisions
from dbwright.emit.site_tables import describe_functions, describe_tables, describe_views
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Finding
from dbwright.model.kept_advice import KeptAdvice
from dbwright.model.written import trim, written

_OPERATIONS = ("availability", "backup", "encryption", "scaling")
_LISTS = ("stores", "sharing", "alerts")


def site_data(
    blueprint: Blueprint,
    findings: Sequence[Finding] = (),
    server: Mapping[str, object] | None = None,
    advice: KeptAdvice | None = None,
) -> dict[str, object]:
    """Return the data of the site, ready for JSON; keys are those that the scripts read."""
    places = Places(blueprint.design.sources)
    return {
        "system": _system(blueprint),
        "proof": trim({"findings": len(findings), "server": plain(server or {})}),
        "areas": describe_areas(blueprint),
        "tables": describe_tables(blueprint, places),
        "views": describe_views(blueprint, places),
        "functions": describe_functions(blueprint, places),
        "patterns": describe_patterns(blueprint, places),
        "roles": describe_roles(blueprint, places),
        "decisions": records(describe_decisions(blueprint, places), ("why", "alternatives")),
        "claims": records(describe_claims(blueprint, findings, places), ("on", "promise", "verdict")),
        "operations": _operations(blueprint),
        "capacity": _capacity(blueprint),
        "advice": describe_advice(advice) if advice is not None else {},
        "diagnostics": [_diagnostic(d.as_dict(), places.of(d.span)) for d in blueprint.diagnostics],
        "sources": places.files,
    }


def _system(blueprint: Blueprint) -> dict[str, object]:
    design = blueprint.design
    return trim(
        {
            "name": str(design.design),
            "about": str(design.about),
            "schema": blueprint.schema,
            "version": blueprint.version,
            "start": str(design.start),
            "horizon": str(design.horizon),
            "extensions": list(blueprint.extensions),
            "owner": blueprint.owner,
            "tenancy": written(design.tenancy) if design.tenancy else {},
            "review": written(design.review) if design.review else {},
        }
    )


def _capacity(blueprint: Blueprint) -> dict[str, object]:
    plan = blueprint.capacity
    if plan is None:
        return {}
    machine = plan.machine
    needs = {"memory": machine.memory, "cores": machine.cores, "disk": machine.disk, "backup": machine.backup}
    limits = [[limit.subject, limit.what, limit.day, limit.then] for limit in plan.limits[:15]]
    settings = [[s.name, s.value, f"{s.why}; when {s.waits_for}" if s.waits_for else s.why] for s in plan.settings]
    return trim({"chart": capacity_chart(plan), "needs": needs, "limits": limits, "settings": settings})


def _operations(blueprint: Blueprint) -> dict[str, object]:
    design = blueprint.design
    said: dict[str, object] = {name: getattr(design, name) for name in _OPERATIONS}
    found: dict[str, object] = {name: written(value) for name, value in said.items() if value is not None}
    return trim(found | {name: [written(item) for item in getattr(design, name)] for name in _LISTS})


def _diagnostic(values: Mapping[str, object], at: list[int]) -> dict[str, object]:
    return trim({name: values[name] for name in ("code", "severity", "message", "help")} | {"at": at})
