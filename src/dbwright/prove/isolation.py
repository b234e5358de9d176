"""Isolation: what each role can see and change, executed, against what the design says."""

from __future__ import annotations

from dbwright.model.claim import Claim
from dbwright.prove import privilege_matrix, visibility
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome


def test(bench: Bench, claim: Claim) -> Outcome:
    """Test the privileges of a role, or the rows that a role reaches in one table or view."""
    if claim.details["kind"] == "privileges":
        return privilege_matrix.test(bench, claim)
    return visibility.test(bench, claim)
