"""Access patterns planned at every size from a thousand rows of the largest table up, and under doubted statistics.

The other tables keep the proportion that they have at the horizon. Three ways to grow are planned: in proportion, where
one value and one window keep their rows; with as many tenants as at the horizon, so that each tenant grows; and with
as many values besides in every column that a statement compares, and windows of the same width, so that answers grow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.planner.asking import Answer, Asker
from dbwright.planner.beliefs import believe_correlation, believe_distinct, believe_few, believe_visible
from dbwright.planner.limits import list_outgrown
from dbwright.planner.partition_names import names_everywhere
from dbwright.planner.questions import Moment, Question, end_of, questions_of, tenant_setting
from dbwright.planner.statistics import Statistics
from dbwright.planner.synthesis import statistics_of
from dbwright.planner.work import relations_of
from dbwright.records import record
from dbwright.sizing.axes import axis_of
from dbwright.sizing.facts import TableFacts
from dbwright.sizing.tables import Facts, facts_at
from dbwright.sql.names import quote
from dbwright.theory.volumes import volumes_of

if TYPE_CHECKING:
    from dbwright.planner.laboratory import Laboratory
    from dbwright.planner.measured import Measured
    from dbwright.planner.planned import Planned

DECADES = tuple(10**n for n in range(3, 12))
"""Rows of the largest table."""
FEW_VALUES = 10
"""Different values of a compared column where answers are to grow with the table, and tenants where these are."""
PROPORTION, TENANTS, ANSWERS = "in proportion", "tenants grow", "answers grow"
DOUBTS: Mapping[str, str] = {
    "half of the pages visible": believe_visible(0.5),
    "no page visible": believe_visible(0.0),
    "rows in no order": believe_correlation(0.0),
    "rows in the order of every column": believe_correlation(1.0),
    "a tenth of the different values": believe_distinct(0.1),
    "ten times the different values": believe_distinct(10.0),
}
"""Statistics that may turn out otherwise, one at a time: what is doubted, and the statement that plants it."""


@record(frozen=True)
class Decades:
    """The answers by pattern, way of growing or doubt, and rows of the largest table.

    `largest` is that table; `outgrown` says which relations pass 16 TiB and at how many rows of the largest; `refused`
    why a pattern could not be planned; `bytes` are those of all tables and indexes by rows of the largest.
    """

    largest: str
    answers: Mapping[str, Mapping[str, Mapping[int, Answer]]]
    rows: Mapping[int, Mapping[str, float]]
    bytes: Mapping[int, float]
    outgrown: Mapping[str, int]
    refused: Mapping[str, str]


Progress = Callable[[int, int], None]


def plan_decades(
    laboratory: Laboratory,
    blueprint: Blueprint,
    names: Sequence[str] = (),
    sizes: Sequence[int] = DECADES,
    doubts: Mapping[str, str] = DOUBTS,
    progress: Progress = lambda done, all_of_them: None,
    measured: Measured | None = None,
) -> Decades:
    """Plan some access patterns of a blueprint (all, where none is named) at every size.

    What a server was `measured` to hold keeps its values and proportions. Raise psycopg.Error, OSError.
    """
    questions = [q for q in questions_of(blueprint) if not names or q.name in names]
    horizon = facts_at(blueprint, rows=measured.rows_after(blueprint, 0.0) if measured is not None else None)
    largest = max(horizon.tables.values(), key=lambda t: t.rows)
    answers: dict[str, dict[str, dict[int, Answer]]] = defaultdict(lambda: defaultdict(dict))
    rows: dict[int, Mapping[str, float]] = {}
    sizes_in_bytes: dict[int, float] = {}
    outgrown: dict[str, int] = {}
    refused: dict[str, str] = {}
    for number, size in enumerate(sizes):
        progress(number, len(sizes))
        facts = _facts(blueprint, horizon, largest.name, size)
        facts, base = measured.taken_to(facts) if measured is not None else (facts, statistics_of(facts, blueprint))
        rows[size] = {name: t.rows for name, t in facts.tables.items()}
        sizes_in_bytes[size] = 8192.0 * sum(
            max(0, t.pages) + sum(i.pages for i in t.indexes if t.pages >= 0) for t in base.tables
        )
        for passed in list_outgrown([base]):
            outgrown.setdefault(passed.relation, size)
        if any(list_outgrown([base])):
            break
        with laboratory.at(base) as planned:
            asked = Size(planned, blueprint, base, facts.tables, doubts, measured.settings if measured else {})
            for name, way, answer in asked.answers([q for q in questions if q.name not in refused]):
                answers[name][way][size] = answer
            refused |= asked.refused
    progress(len(sizes), len(sizes))
    return Decades(largest.name, answers, rows, sizes_in_bytes, outgrown, refused)


def _facts(blueprint: Blueprint, horizon: Facts, largest: str, size: int) -> Facts:
    """The facts of all tables where the largest has `size` rows and the others keep their proportion."""
    factor = size / horizon.tables[largest].rows
    rows = {name: max(1.0, t.rows * factor) for name, t in horizon.tables.items()}
    return facts_at(blueprint, data_age(blueprint), rows)


def data_age(blueprint: Blueprint) -> float:
    """Return how old the data are, in seconds: not beyond the last partition, so that rows lie in partitions."""
    axis = axis_of("timestamptz")
    assert axis is not None
    start = float(axis.read(str(blueprint.design.start)))
    schemes = [t.partitioning for t in blueprint.tables if t.partitioning and t.partitioning.strategy == "range"]
    ends = [float(axis.read(s.partitions[-1].end)) - start for s in schemes if s.partitions and s.partitions[-1].end]
    return min([blueprint.design.horizon.seconds, *(e for e in ends if e > 0)])


def _compared(
    questions: Sequence[Question], blueprint: Blueprint, parts: Mapping[str, tuple[str, ...]]
) -> Mapping[str, frozenset[str]]:
    """The columns by table and partition that statements compare by equality, but for keys and the tenant's."""
    found: dict[str, set[str]] = defaultdict(set)
    for use in (u for q in questions for u in q.query.uses):
        table = blueprint.table(use.table)
        if table is not None:
            keys = {c for u in table.unique_sets() for c in u if set(u) <= {c, table.tenant_column}}
            known = {c for on, _ in volumes_of(blueprint).fan_outs.get(table.name, ()) for c in on}
            own = {c.column for c in use.conditions if c.operator in ("=", "in")}
            found[table.name] |= own - keys - known - {table.tenant_column}
    whole = {name: frozenset(columns) for name, columns in found.items() if columns}
    return whole | {part: columns for name, columns in whole.items() for part in parts.get(name, ())}


class Size:
    """One size of the laboratory, asked in every way."""

    def __init__(
        self,
        planned: Planned,
        blueprint: Blueprint,
        base: Statistics,
        facts: Mapping[str, TableFacts],
        doubts: Mapping[str, str],
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Take the size as it is planned; `settings` are those of the planner of a server that was measured."""
        self.settings = settings or {}
        self.planned = planned
        self.blueprint = blueprint
        self.facts = facts
        self.doubts = doubts
        self.relations = relations_of(base, _unique_indexes(blueprint), _hashed(blueprint))
        self.predicates = _predicates(blueprint)
        self.parts = {
            t.name: tuple(p.name for p in t.partitioning.partitions) for t in blueprint.tables if t.partitioning
        }
        self.refused: dict[str, str] = {}

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[str, str, Answer]]:
        """Yield pattern, way and answer."""
        kept: dict[str, bool] = {}
        with self.planned.changed(()):
            for name, answer in self.ask(questions, PROPORTION, kept):
                kept[name] = answer.generic
                yield name, PROPORTION, answer
        rest = [q for q in questions if q.name in kept and _reads(q)]
        for way, statements in self._growing(rest).items():
            with self.planned.changed(statements):
                yield from ((name, way, answer) for name, answer in self.ask(rest, way, {}))
        for doubt, statement in self.doubts.items():
            with self.planned.changed((statement,)):
                yield from ((name, doubt, answer) for name, answer in self.ask(rest, PROPORTION, kept))

    def ask(self, questions: Sequence[Question], way: str, kept: Mapping[str, bool]) -> Iterator[tuple[str, Answer]]:
        """Ask as each role in turn, in the transaction that believes; `kept` names the kind of plan to ask for."""
        asker = self._asker(way)
        for role, asked in grouped((q.role, q) for q in questions).items():
            path = ", ".join((quote(self.blueprint.schema), "extensions", "pg_temp"))
            own = {
                **self.settings,
                "max_parallel_workers_per_gather": "0",
                "search_path": path,
                **tenant_setting(self.blueprint, self.facts),
            }
            self.planned.take_role(role, own)
            yield from asker.ask(asked, role, kept).items()
        self.refused |= asker.refused

    def _growing(self, questions: Sequence[Question]) -> Mapping[str, tuple[str, ...]]:
        """The statements that plant the ways to grow that are not in proportion."""
        tenancy = self.blueprint.design.tenancy
        few = () if tenancy is None else (believe_few({"": frozenset((str(tenancy.column),))}, FEW_VALUES),)
        compared = _compared(questions, self.blueprint, self.parts)
        made = {TENANTS: few} if few else {}
        return made | {ANSWERS: (*few, believe_few(compared, FEW_VALUES))}

    def _asker(self, way: str) -> Asker:
        moment = Moment(self.blueprint, self.facts, end_of(self.facts), wide=way == ANSWERS)
        return Asker(self.planned, self.blueprint, self.relations, moment, self.predicates)


def _unique_indexes(blueprint: Blueprint) -> Mapping[str, tuple[str, ...]]:
    """The columns of the index behind each key by its name, on partitions, too."""
    found: dict[str, tuple[str, ...]] = {}
    for table in blueprint.tables:
        names = names_everywhere(table)
        found |= {name: key.columns for key in table.key_indexes for name in names[key.name]}
    return found


def _hashed(blueprint: Blueprint) -> Mapping[str, tuple[str, int]]:
    """By partition the column by whose hash its table is divided, and into how many."""
    schemes = [t.partitioning for t in blueprint.tables if t.partitioning and t.partitioning.strategy == "hash"]
    return {p.name: (s.columns[0], len(s.partitions)) for s in schemes if len(s.columns) == 1 for p in s.partitions}


def _predicates(blueprint: Blueprint) -> Mapping[str, str]:
    """The predicate of each partial index by its name, on partitions, too."""
    found: dict[str, str] = {}
    for table in blueprint.tables:
        partial = [i for i in table.indexes if i.where]
        names = names_everywhere(table) if partial else {}
        found |= {name: index.where for index in partial for name in names[index.name]}
    return found


def _reads(question: Question) -> bool:
    """Whether a statement reads anything but the rows that it is given."""
    return any(not u.target or question.query.verb != "insert" for u in question.query.uses)
