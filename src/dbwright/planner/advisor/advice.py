"""What the advisor says: indexes with their reasons, what each statement costs, what was turned down."""

from __future__ import annotations

from typing import Any

from dbwright.planner.advisor.definition import Definition
from dbwright.planner.advisor.targets import Target, plain_targets
from dbwright.planner.advisor.write_budget import Writing
from dbwright.planner.choices.selection import Choices
from dbwright.planner.choices.telling import plain_choices
from dbwright.records import record


@record(frozen=True)
class Effect:
    """What an index is to one statement: its cost with all that was chosen, and without this index."""

    statement: str
    with_it: float
    without_it: float


@record(frozen=True)
class Advised:
    """An index that was chosen: its DDL, its bytes, what it is to each statement, what its upkeep costs."""

    name: str
    table: str
    ddl: str
    size: int
    effects: tuple[Effect, ...]
    upkeep: float
    exists: bool
    definition: Definition


@record(frozen=True)
class Rejected:
    """A candidate that some statement would use and that was not chosen, and why."""

    ddl: str
    size: int
    why: str


@record(frozen=True)
class StatementCost:
    """A statement with its weight and its cost, in the planner's units, before and after."""

    name: str
    weight: float
    before: float
    after: float


@record(frozen=True)
class Advice:
    """What was advised for a workload under a budget of bytes.

    `before` and `after` are sums of weight times cost, with the upkeep of optional indexes. `gap` is the proven
    relative distance of the model's choice to its best, `model` what the model says of it, `floor` the cost with every
    candidate at once and no budget, upkeep left out. `kept` are indexes that stood, might
    have gone, and stay. `questions` counts the plans that were asked for.
    `size` are the bytes of what was chosen, `stood` those of what stood and might have gone; `budget` is what `size`
    may be more than `stood`. `writing` tells what writes cost today and what is added,
    `targets` what became of each latency target.
    `choices` is what was advised beyond indexes; the indexes are those for a design that has it.
    """

    indexes: tuple[Advised, ...]
    dropped: tuple[str, ...]
    unused: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    statements: tuple[StatementCost, ...]
    before: float
    after: float
    model: float
    gap: float
    floor: float
    budget: int
    size: int
    candidates: int
    questions: int
    seconds: float
    notes: tuple[str, ...]
    extensions: tuple[str, ...] = ()
    schema: str = "public"
    kept: tuple[Advised, ...] = ()
    choices: Choices | None = None
    stood: int = 0
    writing: Writing | None = None
    targets: tuple[Target, ...] = ()

    @property
    def added(self) -> int:
        """The bytes that the indexes take more than before, none where they take fewer."""
        return max(0, self.size - self.stood)


def as_plain(advice: Advice) -> dict[str, Any]:
    """Return an advice as values that JSON knows."""
    return {
        "indexes": [_plain_index(a) for a in advice.indexes],
        "kept": [_plain_index(a) for a in advice.kept],
        "extensions": list(advice.extensions),
        "drop": list(advice.dropped),
        "unused": list(advice.unused),
        "cost": {"before": advice.before, "after": advice.after, "floor": advice.floor, "model": advice.model},
        "gap": advice.gap,
        "bytes": {"budget": advice.budget, "used": advice.added, "before": advice.stood, "after": advice.size},
        "writing": advice.writing.plain() if advice.writing is not None else None,
        "targets": plain_targets(advice.targets),
        "statements": [
            {"name": s.name, "weight": s.weight, "before": s.before, "after": s.after} for s in advice.statements
        ],
        "rejected": [{"ddl": r.ddl, "bytes": r.size, "why": r.why} for r in advice.rejected],
        "candidates": advice.candidates,
        "questions": advice.questions,
        "seconds": round(advice.seconds, 3),
        "notes": list(advice.notes),
        **({"choices": plain_choices(advice.choices)} if advice.choices is not None else {}),
    }  # fmt: skip


def _plain_index(advised: Advised) -> dict[str, Any]:
    effects = [{"name": e.statement, "cost": e.with_it, "cost_without": e.without_it} for e in advised.effects]
    return {
        "ddl": advised.ddl,
        "name": advised.name,
        "table": advised.table,
        "bytes": advised.size,
        "upkeep": round(advised.upkeep, 3),
        "statements": effects,
    }
