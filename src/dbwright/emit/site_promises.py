"""Decisions, claims and verdicts as data of the site, each tied to the objects it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.emit.site_json import plain
from dbwright.emit.site_places import Places
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Claim, Finding
from dbwright.model.decision import Decision
from dbwright.model.written import trim

_DETAILS = (("table", "table"), ("object", "table"), ("pattern", "pattern"), ("role", "role"))
"""Keys of a claim's details that name an object, and the kind of it."""
_OF_TABLES = ("structure", "integrity", "isolation", "partitions", "sizes", "retention", "audit", "privacy")


def describe_decisions(blueprint: Blueprint, places: Places) -> list[dict[str, object]]:
    """Return every decision with the requirements it serves, the objects it is about and what was turned down.

    Its step is the part of the code before the slash; `serves` says "subjects" where it names the same ones.
    """
    return [
        trim(
            {
                "code": d.code,
                "what": d.what,
                "why": d.why,
                "serves": "subjects" if _same(d) else list(d.serves),
                "subjects": list(d.subjects),
                "alternatives": [[a.what, a.cost] for a in d.alternatives],
                "evidence": d.evidence,
                "at": places.of(d.span),
            }
        )
        for d in blueprint.decisions
    ]


def _same(decision: Decision) -> bool:
    """Whether it serves exactly the entities and columns that it is about, which may be every column there is."""
    return bool(decision.serves) and decision.serves == tuple(f"entities.{name}" for name in decision.subjects)


def describe_claims(blueprint: Blueprint, findings: Sequence[Finding], places: Places) -> list[dict[str, object]]:
    """Return every claim, with verdict, reason, evidence and seconds where it was judged.

    Its family is the part of the id before the slash, unless it is said. `on` is a kind and a name for each object.
    """
    known = _Objects(blueprint)
    judged = {f.claim.id: f for f in findings}
    own = {c.id for c in blueprint.claims}
    extra = [f.claim for f in findings if f.claim.id not in own]
    return [_claim(claim, known, places) | _finding(judged.get(claim.id)) for claim in [*blueprint.claims, *extra]]


def _claim(claim: Claim, known: _Objects, places: Places) -> dict[str, object]:
    return trim(
        {
            "id": claim.id,
            "family": "" if claim.id.startswith(f"{claim.family}/") else claim.family,
            "promise": claim.promise,
            "untested": claim.untested,
            "on": [f"{kind} {name}" for kind, name in known.of(claim)],
            "at": places.of(claim.span),
        }
    )


def _finding(finding: Finding | None) -> dict[str, object]:
    if finding is None:
        return {}
    values = {
        "verdict": finding.verdict.value,
        "reason": finding.reason,
        "evidence": plain(finding.evidence),
        "seconds": round(finding.seconds, 4),
    }
    return trim(values)


class _Objects:
    """The names that a claim may be about, by kind."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.kinds = {
            "table": {t.name for t in blueprint.tables},
            "view": {v.name for v in blueprint.views},
            "pattern": {str(p.name) for p in blueprint.design.access},
            "role": {r.name for r in blueprint.roles},
        }

    def of(self, claim: Claim) -> list[tuple[str, str]]:
        """Return (kind, name) of each object that the claim is about, the subject first, each once."""
        return list(dict.fromkeys([*self._subject(claim), *self._details(claim)]))

    def _subject(self, claim: Claim) -> Iterator[tuple[str, str]]:
        order = ("pattern", "role", "table", "view")
        if claim.family in _OF_TABLES:
            order = ("table", "view", "role", "pattern")
        for kind in order:
            if claim.subject in self.kinds[kind]:
                yield kind, claim.subject
                return
        # `users.email`: a column of a table, or `enroll.isolation`: a side of a pattern.
        head = claim.subject.rpartition(".")[0]
        yield from ((kind, head) for kind in ("table", "pattern") if head in self.kinds[kind])

    def _details(self, claim: Claim) -> Iterator[tuple[str, str]]:
        for key, kind in _DETAILS:
            name = str(claim.details.get(key, ""))
            if name in self.kinds[kind]:
                yield kind, name
            elif kind == "table" and name in self.kinds["view"]:
                yield "view", name
