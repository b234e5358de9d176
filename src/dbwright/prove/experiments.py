"""Which module tests which family of claims."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from dbwright.model.claim import Claim
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome

FAMILIES = {
    "structure": "dbwright.prove.structure",
    "integrity": "dbwright.prove.integrity",
    "access": "dbwright.prove.access",
    "isolation": "dbwright.prove.isolation",
    "partitions": "dbwright.prove.partitions",
    "copies": "dbwright.prove.copies",
    "summaries": "dbwright.prove.summaries",
    "concurrency": "dbwright.prove.concurrency",
    "indexes": "dbwright.prove.indexes",
    "sizes": "dbwright.prove.sizes",
    "latency": "dbwright.prove.latency",
    "growth": "dbwright.prove.growth",
    "documents": "dbwright.prove.documents",
}
"""The module of each family; a family without one is untested and says why in its claims."""


class Experiment(Protocol):
    """What a module of a family offers."""

    def test(self, bench: Bench, claim: Claim) -> Outcome:
        """Test one claim; leave the bench as it was."""
        ...


def experiment_for(family: str) -> Experiment | None:
    """Return the experiment of a family, or None where there is none."""
    if family not in FAMILIES:
        return None
    module: Experiment = import_module(FAMILIES[family])
    return module
