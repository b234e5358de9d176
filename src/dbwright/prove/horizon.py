"""What a call of an access pattern will touch at the horizon, by the planner of the database when it is full.

A few thousand rows are planned otherwise than millions, so the curve of what was measured ends nowhere of itself. The
plan of the horizon says where: how many rows and pages it touches by the statistics of the design, and what each row
more than that costs at most.
"""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.planner.asking import Answer
from dbwright.planner.decades import PROPORTION, Size
from dbwright.planner.questions import questions_of
from dbwright.planner.synthesis import statistics_of
from dbwright.planner.work import ENTRIES, Relations
from dbwright.prove.bench import Bench
from dbwright.prove.laboratory import facts_of, horizon_of
from dbwright.records import record, replace

CACHE = 0.75
"""Share of a machine's memory that holds pages, as `effective_cache_size` of the capacity plan says."""


@record(frozen=True)
class Foreseen:
    """Rows and pages that the plan of the horizon touches, pages a further row takes at most, and the plan in short.

    `leaves` is the share of its pages that are leaves of trees or hold rows: the others, one page for 300 leaves, are
    in memory on every machine.
    """

    rows: float
    pages: float
    pages_a_row: float
    leaves: float
    shape: str


def foreseen(bench: Bench) -> Mapping[str, Foreseen]:
    """Return what the plan of the horizon touches by pattern, for those that can be planned. Raise ServerError."""
    return bench.remember("foreseen", lambda: _foreseen(bench))


def _foreseen(bench: Bench) -> Mapping[str, Foreseen]:
    facts = facts_of(bench)
    planned = horizon_of(bench)
    size = Size(planned, bench.blueprint, statistics_of(facts, bench.blueprint), facts.tables, {})
    clocks = {s.clock: 1.0 for s in bench.blueprint.summaries}
    size.relations = replace(size.relations, rows={**size.relations.rows, **clocks})
    questions = questions_of(bench.blueprint)
    with planned.changed(()):
        # Only a plan for known values names the partitions that the others leave to the run.
        found = dict(size.ask(questions, PROPORTION, {q.name: False for q in questions}))
        found |= dict(size.ask([q for q in questions if q.name not in found], PROPORTION, {}))
    return {name: _read(answer, size.relations) for name, answer in found.items()}


def _read(answer: Answer, relations: Relations) -> Foreseen:
    pages = sum(part.random + part.sequential for part in answer.touched)
    heights = [relations.heights.get(part.index, 0) for part in answer.touched]
    inner = sum(height * part.loops for height, part in zip(heights, answer.touched, strict=True))
    steps = [1 + (h + 1 if p.loops > 1 else 1 / ENTRIES) for h, p in zip(heights, answer.touched, strict=True)]
    leaves = 1 - min(inner, pages) / pages if pages else 1.0
    return Foreseen(answer.rows, pages, max(steps, default=1.0), leaves, answer.shape)


def share_missed(bench: Bench) -> float:
    """Return which share of pages memory does not hold at the horizon, were all of them asked for evenly.

    The machine is that of the capacity plan; without one every page is missed. Pages are not asked for evenly: new rows
    and the upper levels of trees are asked for more, so this is the most.
    """
    plan = bench.blueprint.capacity
    total = plan.years[-1].bytes if plan is not None else 0
    return max(0.0, 1 - CACHE * plan.machine.memory / total) if plan is not None and total else 1.0
