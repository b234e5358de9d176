"""The record of a proof, a file beside the design: `shop.proof.json`, `proof.json`. Builds show what stands in it.

It holds the verdicts with their day and the hash of what the design said and what was decided then. Once the design has
changed, what was found says nothing any more, and the documents say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dbwright.frontends.kept_record import RecordKind, read_kept, record_beside, render_kept
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Claim, Finding, Verdict
from dbwright.prove.case import Case, plain
from dbwright.records import record

KIND = RecordKind("proof.json", "proven", "a proof", "prove")
MEASURED = ("growth", "indexes", "latency", "sizes")
"""Families whose evidence is numbers that documents show; of the others the verdict is kept, and its reason."""


@record(frozen=True)
class Proof:
    """What was found of a design's claims, and in any keys on which server and when."""

    findings: tuple[Finding, ...]
    server: Mapping[str, Any]


def proof_path(design: Path) -> Path:
    """Return where the record of a design's proof lies."""
    return record_beside(design, KIND)


def render_proof(case: Case, day: date) -> str:
    """Return the record of a proof of that day."""
    said = {"server": dict(case.server), "claims": {f.claim.id: _kept(f) for f in case.findings}}
    return render_kept(KIND, case.blueprint, day, said, plain)


def _kept(finding: Finding) -> dict[str, Any]:
    said = {"verdict": finding.verdict.value, "reason": finding.reason}
    evidence = dict(finding.evidence) if finding.claim.family in MEASURED else {}
    return {name: value for name, value in {**said, "evidence": evidence}.items() if value}


def read_proof(design: Path, blueprint: Blueprint) -> Proof | None:
    """Return what the record beside a design says of it, None where there is none.

    Of a design that has changed since, every claim that was tested is untested. Raise DesignError for a file that is
    no record.
    """

    def read(said: Mapping[str, Any], day: date, current: bool) -> Proof:
        claims = said["claims"]
        found = [_finding(c, claims[c.id], day, current) for c in blueprint.claims if c.id in claims]
        return Proof(tuple(found), {"proven on": day.isoformat(), **said["server"]})

    return read_kept(KIND, design, blueprint, read)


def _finding(claim: Claim, said: Mapping[str, Any], day: date, current: bool) -> Finding:
    verdict, reason = Verdict(said["verdict"]), str(said.get("reason", ""))
    if current or verdict is Verdict.UNTESTED:
        return Finding(claim, verdict, reason, said.get("evidence", {}))
    return Finding(claim, Verdict.UNTESTED, f"{verdict} on {day}, and the design has changed since")
