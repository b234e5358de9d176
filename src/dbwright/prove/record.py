"""The record of a proof, a file beside the design: `shop.proof.json`, `proof.json`. Builds show what stands in it.

It holds the verdicts with their day and the hash of what the design said and what was decided then. Once the design has
changed, what was found says nothing any more, and the documents say so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dbwright.diagnostics import DesignError, Diagnostic, Span
from dbwright.frontends.review_record import path_beside
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Claim, Finding, Verdict
from dbwright.prove.case import Case, plain
from dbwright.records import record
from dbwright.reviewing.facts import facts_of, hash_of

MEASURED = ("growth", "indexes", "latency", "sizes")
"""Families whose evidence is numbers that documents show; of the others the verdict is kept, and its reason."""


@record(frozen=True)
class Proof:
    """What was found of a design's claims, and in any keys on which server and when."""

    findings: tuple[Finding, ...]
    server: Mapping[str, Any]


def proof_path(design: Path) -> Path:
    """Return where the record of a design's proof lies."""
    return path_beside(design, "proof.json")


def render_proof(case: Case, day: date) -> str:
    """Return the record of a proof of that day."""
    said = {
        "proven": day.isoformat(),
        "design": hash_of(facts_of(case.blueprint)),
        "server": dict(case.server),
        "claims": {f.claim.id: _kept(f) for f in case.findings},
    }
    return json.dumps(said, indent=1, ensure_ascii=False, default=plain) + "\n"


def _kept(finding: Finding) -> dict[str, Any]:
    said = {"verdict": finding.verdict.value, "reason": finding.reason}
    evidence = dict(finding.evidence) if finding.claim.family in MEASURED else {}
    return {name: value for name, value in {**said, "evidence": evidence}.items() if value}


def read_proof(design: Path, blueprint: Blueprint) -> Proof | None:
    """Return what the record beside a design says of it, None where there is none.

    Of a design that has changed since, every claim that was tested is untested. Raise DesignError for a file that is
    no record.
    """
    path = proof_path(design)
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        day, claims = date.fromisoformat(said["proven"]), said["claims"]
        current = said["design"] == hash_of(facts_of(blueprint))
        found = [_finding(c, claims[c.id], day, current) for c in blueprint.claims if c.id in claims]
        return Proof(tuple(found), {"proven on": day.isoformat(), **said["server"]})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        text = f"{path.name} is no record of a proof: {error}"
        help_text = f"delete it, or write it anew: dbwright prove {design} --record"
        raise DesignError([Diagnostic("proof-record", text, Span(path.as_posix(), 1, 1), help_text)]) from None


def _finding(claim: Claim, said: Mapping[str, Any], day: date, current: bool) -> Finding:
    verdict, reason = Verdict(said["verdict"]), str(said.get("reason", ""))
    if current or verdict is Verdict.UNTESTED:
        return Finding(claim, verdict, reason, said.get("evidence", {}))
    return Finding(claim, Verdict.UNTESTED, f"{verdict} on {day}, and the design has changed since")
