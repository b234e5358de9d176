"""The assurance case: all claims with their verdicts and evidence, as a value and as `case.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Finding, Verdict


@dataclass(frozen=True)
class Case:
    """What was promised, what was found, and on which server."""

    blueprint: Blueprint
    server: Mapping[str, Any]
    findings: tuple[Finding, ...]
    rows: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def of(self, verdict: Verdict) -> list[Finding]:
        """Return the findings of one verdict."""
        return [f for f in self.findings if f.verdict is verdict]

    @property
    def broken(self) -> list[Finding]:
        """The promises that the server does not keep."""
        return self.of(Verdict.BROKEN)

    def as_dict(self) -> dict[str, Any]:
        """Return the case as JSON-able data; its shape is `docs/case.schema.json`."""
        return {
            "design": {
                "name": str(self.blueprint.design.design),
                "version": self.blueprint.version,
                "tables": len(self.blueprint.tables),
                "access_patterns": len(self.blueprint.design.access),
                "decisions": len(self.blueprint.decisions),
            },
            "server": dict(self.server),
            "rows": dict(self.rows),
            "notes": list(self.notes),
            "claims": [claim_as_dict(f) for f in self.findings],
            "summary": {v.value: len(self.of(v)) for v in Verdict} | {"total": len(self.findings)},
        }

    def as_json(self) -> str:
        """Return `case.json`."""
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False, default=plain) + "\n"


def claim_as_dict(finding: Finding) -> dict[str, Any]:
    """Return one finding as JSON-able data."""
    claim = finding.claim
    span = claim.span
    place = {"file": span.file, "line": span.line, "column": span.column} if span.line else None
    return {
        "id": claim.id,
        "family": claim.family,
        "subject": claim.subject,
        "promise": claim.promise,
        "verdict": finding.verdict.value,
        "reason": finding.reason,
        "evidence": dict(finding.evidence),
        "place": place,
        "seconds": finding.seconds,
    }


def plain(value: Any) -> Any:
    """Return a database value as JSON-able data."""
    if isinstance(value, UUID | Decimal | timedelta):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)


def case_schema() -> dict[str, Any]:
    """Return the JSON Schema of `case.json` (draft 2020-12)."""
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    place = {
        "type": ["object", "null"],
        "required": ["file", "line", "column"],
        "properties": {"file": text, "line": number, "column": number},
    }
    claim = {
        "type": "object",
        "required": ["id", "family", "subject", "promise", "verdict", "reason", "evidence", "place", "seconds"],
        "additionalProperties": False,
        "properties": {
            **dict.fromkeys(("id", "family", "subject", "promise", "reason"), text),
            "verdict": {"enum": [v.value for v in Verdict]},
            "evidence": {"type": "object"},
            "place": place,
            "seconds": {"type": "number", "minimum": 0},
        },
    }
    design = {
        "type": "object",
        "required": ["name", "version", "tables", "access_patterns", "decisions"],
        "properties": {"name": text, **dict.fromkeys(("version", "tables", "access_patterns", "decisions"), number)},
    }
    server = {"type": "object", "required": ["version", "version_text", "extensions"]}
    summary = {"type": "object", "required": [*(v.value for v in Verdict), "total"], "additionalProperties": number}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dbwright assurance case",
        "type": "object",
        "required": ["design", "server", "rows", "notes", "claims", "summary"],
        "additionalProperties": False,
        "properties": {
            "design": design,
            "server": server,
            "rows": {"type": "object", "additionalProperties": number},
            "notes": {"type": "array", "items": text},
            "claims": {"type": "array", "items": claim},
            "summary": summary,
        },
    }
