"""Asks the laboratory for the plans of access patterns at one size, and counts what each plan touches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dbwright.model.blueprint import Blueprint
from dbwright.planner.questions import Moment, Question
from dbwright.planner.ways import Way, for_any_values, for_typical_values
from dbwright.planner.work import Relations, Touched, shape_of, touched
from dbwright.records import record
from dbwright.sql.names import quote

if TYPE_CHECKING:
    from dbwright.planner.planned import Planned

PLANNING = 5.0
"""How much cheaper than a plan for known values one for any values must be: about what planning again costs."""
_INIT_PLAN = re.compile(r"\(InitPlan \d+\)\.col\d+")
_COLUMN = re.compile(r"""(?<![\w."'])("[^"]+"|[a-z_]\w*)\.("[^"]+"|[a-z_]\w*)(?![\w(.])""")


@record(frozen=True)
class Answer:
    """The plan that the server would keep for a pattern at one size; `generic` says that it is for any values."""

    cost: float
    touched: tuple[Touched, ...]
    shape: str
    generic: bool
    plan: Mapping[str, Any]

    @property
    def rows(self) -> float:
        """Rows that its scans touch together."""
        return sum(t.rows for t in self.touched)


class Asker:
    """Asks one laboratory at one size; questions that the server refuses are left out and named in `refused`."""

    def __init__(
        self,
        planned: Planned,
        blueprint: Blueprint,
        relations: Relations,
        moment: Moment,
        predicates: Mapping[str, str],
    ) -> None:
        self.planned = planned
        self.blueprint = blueprint
        self.relations = relations
        self.moment = moment
        self.predicates = predicates
        self.refused: dict[str, str] = {}
        self._rows: dict[tuple[str, str], float] = {}

    def ask(self, questions: Sequence[Question], role: str, kept: Mapping[str, bool]) -> dict[str, Answer]:
        """Return the plan of each question of one role, which the connection must have taken in a transaction.

        `kept` says by name which kind of plan is wanted: for any values, or for known ones; both are asked for where
        it is silent.
        """
        import psycopg

        plans: dict[str, list[tuple[bool, Mapping[str, Any]]]] = {}
        for question in questions:
            self.planned.say("savepoint question")
            try:
                plans[question.name] = list(self._plans(question, kept.get(question.name)))
            except psycopg.Error as error:
                self.planned.say("rollback to savepoint question")
                self.refused[question.name] = str(error).splitlines()[0]
        ranged = {q.name for q in questions if q.ranged}
        self.planned.say("set local role none")
        found = {name: self._answer(chosen) for name, plan in plans.items() if (chosen := _kept(plan, name in ranged))}
        if role:
            self.planned.say(f"set local role {quote(role)}")
        return found

    def _plans(self, question: Question, kept: bool | None) -> Iterator[tuple[bool, Mapping[str, Any]]]:
        """The plan for any values, and the one for typical ones where they can be told."""
        ways: list[Way | None] = []
        if kept is not False or not question.query.parameters:
            ways.append(for_any_values(question, self.moment))
        if kept is not True and question.query.parameters:
            ways.append(for_typical_values(question, self.moment))
        for way in ways:
            if way is not None:
                yield way.generic, self.planned.explain(way.sql, generic=way.generic)[0]["Plan"]

    def _answer(self, chosen: tuple[bool, Mapping[str, Any]]) -> Answer:
        generic, plan = chosen
        found = touched(plan, self.relations, self._found)
        return Answer(float(plan["Total Cost"]), found, shape_of(plan), generic, plan)

    def _found(self, node: Mapping[str, Any]) -> float:
        """The rows that an index condition finds before the filter: a question of its own, without the policies."""
        import psycopg

        relation = str(node["Relation Name"])
        asked = rows_question(quote(self.blueprint.schema), node, self.predicates.get(str(node["Index Name"]), ""))
        if not asked:
            return self.relations.rows.get(relation, float(node["Plan Rows"]))
        key = (relation, asked)
        if key not in self._rows:
            self.planned.say("savepoint condition")
            try:
                self._rows[key] = float(self.planned.explain(asked, generic=True)[0]["Plan"]["Plan Rows"])
            except psycopg.Error:
                self.planned.say("rollback to savepoint condition")
                self._rows[key] = float(node["Plan Rows"])
        return max(self._rows[key], float(node["Plan Rows"]))


def rows_question(schema: str, node: Mapping[str, Any], predicate: str = "") -> str:
    """Return the statement whose plan tells the rows that an index scan finds before its filter, none where it is all.

    `schema` is quoted where it must be, `predicate` that of a partial index. What the condition takes from elsewhere is
    any value.
    """
    condition = " and ".join(f"({part})" for part in (str(node.get("Index Cond", "")), predicate) if part)
    if not condition:
        return ""
    relation = str(node["Relation Name"])
    alias = str(node.get("Alias", relation))
    own = _INIT_PLAN.sub("$90", condition)
    own = _COLUMN.sub(lambda m: m[0] if m[1].strip('"') == alias else "$91", own)
    return f"select from {schema}.{quote(relation)} as {quote(alias)} where {own}"


def _kept(plans: list[tuple[bool, Mapping[str, Any]]], ranged: bool) -> tuple[bool, Mapping[str, Any]] | None:
    """The plan that the server keeps: the one for any values where it is not dearer than that for known ones.

    Where a parameter ends a range, its rows for any values are a guess of the server: known values say more.
    """
    any_value = next((p for p in plans if p[0]), None)
    known = next((p for p in plans if not p[0]), None)
    if any_value is None or known is None:
        return any_value or known
    if ranged:
        return known
    return any_value if any_value[1]["Total Cost"] <= known[1]["Total Cost"] + PLANNING else known
