"""A bounded part of the conformance suite: the laboratory plans as the loaded database does, byte for byte.

benchmarks/conformance.py runs all of it.
"""

from __future__ import annotations

import pytest

from dbwright.server import Server
from fidelity import divided, examples, kinds, shared
from fidelity.comparing import Comparison, compare
from fidelity.workload import Workload

WORKLOADS = [*shared.workloads(), *kinds.workloads(), *divided.workloads(), *examples.workloads(8_000)]


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: str(workload.name))
def test_every_plan_is_that_of_the_loaded_database(server: Server, workload: Workload) -> None:
    comparison = compare(server, workload)
    assert comparison.asked > 50
    assert not comparison.left_out
    assert [f"{d.asked.statement}\n{d.loaded}\n{d.laboratory}" for d in comparison.differences] == []


def test_rows_that_nobody_reads_make_the_comparison_differ(server: Server) -> None:
    """What is compared can differ: with statistics taken before the rows came, nearly every plan does."""
    stale = next(w for w in shared.workloads() if w.name == "stale")
    comparison: Comparison = compare(server, stale, forget_sizes=True)
    assert len(comparison.differences) > comparison.asked / 2
