"""Claims: promises of the design that a machine can test, and the verdicts on them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from dbwright.diagnostics import NOWHERE, Span
from dbwright.records import field, record

NOT_IMPLEMENTED = "not implemented yet"
"""The reason of a claim that dbwright cannot test yet."""


class Verdict(StrEnum):
    """What an experiment found."""

    HELD = "held"
    BROKEN = "broken"
    UNTESTED = "untested"


@record(frozen=True)
class Claim:
    """One promise: `family` chooses the experiment, `subject` is the object, `details` what the experiment needs.

    `untested` is set where the compiler already knows that nothing can test it, and says why.
    """

    id: str
    family: str
    subject: str
    promise: str
    details: Mapping[str, Any] = field(default_factory=dict, compare=False)
    untested: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@record(frozen=True)
class Finding:
    """The verdict on one claim, with its reason, its evidence and the seconds it took."""

    claim: Claim
    verdict: Verdict
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
