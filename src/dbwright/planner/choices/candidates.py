"""All changes that might pay for a design, of the kinds that are wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dbwright.planner.choices.candidate import KINDS, Candidate, Dismissed
from dbwright.planner.choices.copied_columns import copy_candidates
from dbwright.planner.choices.counters import counter_candidates
from dbwright.planner.choices.partition_keys import partition_candidates
from dbwright.planner.choices.pricing import Priced
from dbwright.planner.choices.rolled_up import rollup_candidates
from dbwright.planner.choices.summaries import summary_candidates


def candidates_of(base: Priced, kinds: Collection[str] = KINDS) -> Iterator[Candidate | Dismissed]:
    """Yield the changes of some kinds that might pay for a design that was priced as it stands."""
    if "partition" in kinds:
        yield from partition_candidates(base.blueprint, base.facts)
    if "summary" in kinds:
        yield from summary_candidates(base.blueprint)
        yield from rollup_candidates(base.blueprint, base.facts)
    if "counter" in kinds:
        yield from counter_candidates(base.blueprint)
    if "copy" in kinds:
        yield from copy_candidates(base.blueprint)
