"""What an experiment says of one claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dbwright.model.claim import Verdict


@dataclass(frozen=True)
class Outcome:
    """A verdict, the reason in words, and what was measured (JSON-able)."""

    verdict: Verdict
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


def held(reason: str = "", **evidence: Any) -> Outcome:
    """The promise was tested and kept."""
    return Outcome(Verdict.HELD, reason, evidence)


def broken(reason: str, **evidence: Any) -> Outcome:
    """The promise was tested and not kept."""
    return Outcome(Verdict.BROKEN, reason, evidence)


def untested(reason: str, **evidence: Any) -> Outcome:
    """The promise could not be tested, and why."""
    return Outcome(Verdict.UNTESTED, reason, evidence)
