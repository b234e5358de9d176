"""What a plan leans on: an access pattern at one size, planned again under every statistic that may turn out otherwise.

A plan that stays the same under all of them is safe; one that changes names the assumption to look after: vacuum,
physical order, numbers of different values, or whether the server plans for known values or for any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dbwright.model.blueprint import Blueprint
from dbwright.planner.asking import Answer
from dbwright.planner.decades import DOUBTS, PROPORTION, Size, data_age
from dbwright.planner.limits import Outgrown, RelationOutgrown, list_outgrown
from dbwright.planner.questions import Question, questions_of
from dbwright.planner.synthesis import statistics_of
from dbwright.records import record
from dbwright.server import ServerError
from dbwright.sizing.facts import Assumption
from dbwright.sizing.tables import Facts, facts_at

if TYPE_CHECKING:
    from dbwright.planner.laboratory import Laboratory
    from dbwright.planner.measured import Measured

KNOWN, ANY = "planned for known values", "planned for any values"
DEARER = 2.0
"""A plan that keeps its shape and costs so many times as much leans on what was doubted, too."""
_PARTITION = re.compile(r"_(\d{2,4}_)*\d{2,4}(?=_|$)")
_DAY = 86_400.0
_STEPS = 40


@record(frozen=True)
class Lean:
    """The plan under one doubt: its cost, the rows it touches, its shape, and whether that is the shape without it."""

    doubt: str
    cost: float
    rows: float
    shape: str
    same: bool

    def matters(self, cost: float) -> bool:
        """Whether the doubt changes the plan, or makes it much dearer than so much."""
        return not self.same or self.cost > cost * DEARER


@record(frozen=True)
class PatternPlan:
    """One access pattern planned: as which role, at which rows of its tables, how, and what the plan leans on.

    `age` is in seconds after the first day. `assumptions` are those about its tables and the columns that it names,
    `measured` says that the statistics are those of a server, `notes` what is not known of it.
    """

    pattern: str
    role: str
    sql: str
    age: float
    rows: Mapping[str, float]
    answer: Answer
    outline: tuple[str, ...]
    leans: tuple[Lean, ...]
    assumptions: tuple[Assumption, ...]
    measured: bool = False
    notes: tuple[str, ...] = ()

    @property
    def hangs_on(self) -> tuple[Lean, ...]:
        """The doubts that matter."""
        return tuple(lean for lean in self.leans if lean.matters(self.answer.cost))


class NotPlanned(ServerError):  # noqa: N818 - named after what happened, as the errors of the server room are
    """The pattern is nothing that the planner can be asked about."""


def facts_for(
    blueprint: Blueprint, age: float | None, rows: float | None, measured: Measured | None = None
) -> tuple[float, Facts]:
    """Return the age in seconds and the facts of all tables at it; `rows` are those of the largest table instead.

    The other tables keep the proportion that they have at that age. Where the design's partitions end before it, the
    rows lie in those that there are. Where rows were `measured`, the age begins today.
    """
    when = blueprint.design.horizon.seconds if age is None else age
    if measured is not None:
        grown = measured.rows_after(blueprint, when)
        factor = 1.0 if rows is None else rows / max(1.0, *grown.values())
        return when, facts_at(blueprint, when, {name: max(1.0, number * factor) for name, number in grown.items()})
    grown = {name: t.rows for name, t in facts_at(blueprint, when).tables.items()}
    factor = 1.0 if rows is None else rows / max(1.0, *grown.values())
    inside = min(when, data_age(blueprint)) if data_age(blueprint) < blueprint.design.horizon.seconds else when
    if rows is None and inside == when:
        return when, facts_at(blueprint, when)
    return when, facts_at(blueprint, inside, {name: max(1.0, number * factor) for name, number in grown.items()})


def plan_pattern(
    laboratory: Laboratory,
    blueprint: Blueprint,
    name: str,
    age: float | None = None,
    rows: float | None = None,
    measured: Measured | None = None,
) -> PatternPlan:
    """Plan one access pattern at an age (the horizon by default) or a number of rows of the largest table.

    What a server was `measured` to hold is grown as the design says, and the laboratory must have its schema.

    Raise LookupError for a pattern that is not there or reads nothing, NotPlanned with what the server says of it,
    RelationOutgrown where a table passes 16 TiB, with the day on which it does, psycopg.Error.
    """
    question = next(q for q in questions_of(blueprint) if q.name == name)
    when, facts = facts_for(blueprint, age, rows, measured)
    facts, base = measured.taken_to(facts) if measured is not None else (facts, statistics_of(facts, blueprint))
    if outgrown := list_outgrown([base]):
        refusal = RelationOutgrown(outgrown)
        if rows is None and measured is None and (day := date_of(blueprint, outgrown[0], when)) is not None:
            refusal.help = f"partition `{outgrown[0].table}` before {day}"
        raise refusal
    with laboratory.at(base) as planned:
        size = Size(planned, blueprint, base, facts.tables, DOUBTS, measured.settings if measured else {})
        with planned.changed(()):
            answer = _ask(size, question, {})
            if answer is None:
                raise NotPlanned(
                    f"`{name}` cannot be planned: {size.refused.get(name, 'its parameters cannot be guessed')}",
                    help="give each parameter an example under `parameters:`",
                )
            kinds = {kind: _ask(size, question, {name: generic}) for kind, generic in ((ANY, True), (KNOWN, False))}
        leans = [lean for kind, other in kinds.items() for lean in _lean(kind, other, answer)]
        for doubt, statement in DOUBTS.items():
            with planned.changed((statement,)):
                leans += _lean(doubt, _ask(size, question, {name: answer.generic}), answer)
    tables = {use.table for use in question.query.uses}
    return PatternPlan(
        name,
        question.role,
        question.sql,
        when,
        {t: facts.tables[t].rows for t in sorted(tables) if t in facts.tables},
        answer,
        tuple(outline(answer.plan)),
        tuple(leans),
        tuple(a for a in facts.assumptions if _concerns(a, tables, question.sql)),
        measured is not None,
        measured.notes if measured is not None else (),
    )


def _concerns(assumption: Assumption, tables: set[str], sql: str) -> bool:
    """Whether something was assumed of a table of the statement, or of a column that it names."""
    table, _, column = assumption.subject.partition(".")
    return table in tables and (not column or re.search(rf"\b{re.escape(column)}\b", sql) is not None)


def _ask(size: Size, question: Question, kept: Mapping[str, bool]) -> Answer | None:
    return next((answer for _, answer in size.ask([question], PROPORTION, kept)), None)


def _lean(doubt: str, other: Answer | None, answer: Answer) -> Iterator[Lean]:
    """Yield the plan under a doubt; nothing where the doubt is no other than what was planned."""
    if other is not None and not (doubt in (ANY, KNOWN) and other.generic == answer.generic):
        shape = told_once(other.shape)
        yield Lean(doubt, other.cost, other.rows, shape, shape == told_once(answer.shape))


def told_once(shape: str) -> str:
    """Return a plan in one line with scans of many partitions told once: `orders_2026_01_idx` is `orders_*_idx`."""
    return " → ".join(dict.fromkeys(_PARTITION.sub("_*", step) for step in shape.split(" → ")))


def outline(plan: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield a plan in short lines, one a node: what it does, by which index, where, rows and cost.

    What only reads a setting or computes a constant is left out.
    """
    if plan.get("Parent Relationship") == "InitPlan" and plan["Node Type"] == "Result" and "Plans" not in plan:
        return
    words = [str(plan["Node Type"])]
    if "Index Name" in plan:
        words.append(f"using {plan['Index Name']}")
    if "Relation Name" in plan:
        words.append(f"on {plan['Relation Name']}")
    words.append(f"({plan['Plan Rows']:,} rows, cost {plan['Total Cost']:,.1f})")
    yield "  " * depth + " ".join(words)
    for child in plan.get("Plans", ()):
        yield from outline(child, depth + 1)


def date_of(blueprint: Blueprint, outgrown: Outgrown, within: float) -> date | None:
    """Return the day on which a table, at the declared growth, passes 16 TiB; None where not within so many seconds."""
    low, high = 0.0, within
    if outgrown.relation not in _passing(blueprint, high):
        return None
    for _ in range(_STEPS):
        if high - low < _DAY:
            break
        middle = (low + high) / 2
        passes = outgrown.relation in _passing(blueprint, middle)
        low, high = (low, middle) if passes else (middle, high)
    return date.fromisoformat(str(blueprint.design.start)) + timedelta(seconds=high)


def _passing(blueprint: Blueprint, age: float) -> set[str]:
    return {o.relation for o in list_outgrown([statistics_of(facts_at(blueprint, age), blueprint)])}
