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
from dbwright.planner.storage import Storage
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

    `reading` is what one of its pages takes from disk on average, as a share of a page read at random: less where pages
    come in sequence, nothing for the inner pages of trees, one for 300 leaves, which are in memory on every machine.
    """

    rows: float
    pages: float
    pages_a_row: float
    reading: float
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
    parts = [(part, relations.heights.get(part.index, 0)) for part in answer.touched]
    random, sequential = sum(p.random for p, _ in parts), sum(p.sequential for p, _ in parts)
    inner = min(random, sum(height * p.loops for p, height in parts))
    steps = [1 + (height + 1 if p.loops > 1 else 1 / ENTRIES) for p, height in parts]
    pages, speeds = random + sequential, Storage()
    reads = random - inner + sequential * speeds.sequential / speeds.random
    return Foreseen(answer.rows, pages, max(steps, default=1.0), reads / pages if pages else 1.0, answer.shape)


def share_missed(bench: Bench) -> float:
    """Return which share of pages memory does not hold at the horizon, were all of them asked for evenly.

    The machine is that of the capacity plan; without one every page is missed. Pages are not asked for evenly: new rows
    and the upper levels of trees are asked for more, so this is the most.
    """
    plan = bench.blueprint.capacity
    total = plan.years[-1].bytes if plan is not None else 0
    return max(0.0, 1 - CACHE * plan.machine.memory / total) if plan is not None and total else 1.0
