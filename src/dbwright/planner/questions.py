"""What to ask the laboratory for an access pattern: the text, the role, and values for its parameters at a size.

The clock of the laboratory stands at the end of its data, so `now()` becomes that instant. A window of time holds as
many rows as come in it at the horizon, however many rows there are: its bounds move closer together as the table is
taken larger, or keep their width where the question is how the work grows with the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint, Statement
from dbwright.model.growth import Meaning
from dbwright.model.quantities import Duration
from dbwright.model.table import Table
from dbwright.records import record
from dbwright.sizing.axes import EPOCH, axis_of
from dbwright.sizing.facts import ColumnFacts, TableFacts
from dbwright.sql.names import literal
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Condition, Query
from dbwright.sql.rewriting import cast_parameters
from dbwright.sql.types import bare_type, is_array
from dbwright.theory.volumes import meanings_of, volumes_of

_AGE = re.compile(r"(now\(\)|current_timestamp) - (interval )?'([^']+)'(::interval)?", re.IGNORECASE)
_NOW = re.compile(r"\b(now\(\)|current_timestamp\b(?!\())", re.IGNORECASE)
_TODAY = re.compile(r"\bcurrent_date\b", re.IGNORECASE)
_LOWER, _UPPER = (">", ">="), ("<", "<=")
_SAMPLES = {"uuid": "'01890000-0000-7000-8000-000000000000'", "boolean": "true", "jsonb": "'{}'", "json": "'{}'"}


@record(frozen=True)
class Question:
    """One access pattern as the laboratory is asked about it, as `role`, with the conditions of its parameters."""

    pattern: AccessPattern
    query: Query
    statement: Statement
    sql: str
    role: str
    inside: bool
    means: Mapping[str, Meaning]

    @property
    def ranged(self) -> bool:
        """Whether a parameter is the end of a range, of which a plan for any values knows nothing."""
        ends = (*_LOWER, *_UPPER, "between")
        return any(c.parameters and c.operator in ends for u in self.query.uses for c in u.conditions)

    @property
    def name(self) -> str:
        """The name of the pattern."""
        return str(self.pattern.name)


def questions_of(blueprint: Blueprint) -> list[Question]:
    """Return the question for each access pattern that can be read: as its first role, inside its function."""
    found = []
    for name, (pattern, query) in queries(blueprint).items():
        statement = blueprint.statement(name)
        if statement is None:
            continue
        sql = statement.inner or statement.sql
        role = statement.inner_role if statement.inner else str(next(iter(pattern.by), ""))
        found.append(Question(pattern, query, statement, sql, role, bool(statement.inner), meanings_of(pattern)))
    return found


@record(frozen=True)
class Moment:
    """A size at which questions are asked: facts by table, the end of the data in seconds since 2000, and whether
    windows keep their width (`wide`) or their number of rows."""

    blueprint: Blueprint
    facts: Mapping[str, TableFacts]
    end: float
    wide: bool = False

    def share(self, table: Table, seconds: float, column: ColumnFacts | None) -> float:
        """Return which share of a table's rows lies in the last `seconds`."""
        facts = self.facts.get(table.name)
        rows = facts.rows if facts else 0.0
        if not self.wide:
            per_second = volumes_of(self.blueprint).per_second(table)
            if per_second and rows:
                return min(1.0, per_second * seconds / rows)
        span = _span(column)
        return min(1.0, seconds / span) if span else 1.0


def text_of(question: Question, moment: Moment) -> str:
    """Return the statement with the laboratory's clock."""
    instant = axis_of("timestamptz")
    assert instant is not None

    def earlier(found: re.Match[str]) -> str:
        try:
            seconds = Duration.parse(found[3]).seconds
        except ValueError:
            return found[0]
        table, column = _timed(question, moment, found[3])
        if table is not None and column is not None:
            seconds = moment.share(table, seconds, column) * (_span(column) or seconds)
        return f"'{instant.show(moment.end - seconds)}'::timestamptz"

    text = _AGE.sub(earlier, question.sql)
    return at_clock(text, moment.end)


def at_clock(sql: str, end: float) -> str:
    """Return a statement in which it is now the end of the data, in seconds since 2000."""
    instant = axis_of("timestamptz")
    assert instant is not None
    now = instant.show(end)
    return _TODAY.sub(f"'{now[:10]}'::date", _NOW.sub(f"'{now}'::timestamptz", sql))


def tenant_setting(blueprint: Blueprint, facts: Mapping[str, TableFacts]) -> dict[str, str]:
    """Return the session's setting that names a tenant, one that there is; nothing where there are none."""
    tenancy = blueprint.design.tenancy
    if tenancy is None:
        return {}
    key = facts[tenancy.entity].column(tenancy.column)
    return {tenancy.setting: (key.lowest if key is not None else "") or ""}


def _timed(question: Question, moment: Moment, age: str) -> tuple[Table | None, ColumnFacts | None]:
    """The table and column that are compared with an age."""
    for use in question.query.uses:
        for condition in use.conditions:
            if age in condition.computed and condition.operator in _LOWER:
                table = moment.blueprint.table(use.table)
                facts = moment.facts.get(use.table)
                return table, facts.column(condition.column) if facts else None
    return None, None


def _span(column: ColumnFacts | None) -> float:
    """The seconds between the first and the last value of a column of times; 0 where it is none."""
    axis = axis_of(column.type) if column is not None else None
    if column is None or axis is None or column.lowest is None or column.highest is None:
        return 0.0
    span = float(axis.read(column.highest)) - float(axis.read(column.lowest))
    kind = bare_type(column.type)
    return span * 86_400 if kind == "date" else span if kind.startswith("timestamp") else 0.0


def values_of(question: Question, moment: Moment) -> list[str] | None:
    """Return an SQL expression for each parameter, None where one of them cannot be guessed."""
    examples = {str(p.name): f"({p.example})" for p in question.pattern.parameters if p.example}
    found: dict[str, str] = {}
    for use in question.query.uses:
        table, facts = _table_of(moment, use.table)
        if table is None or facts is None:
            continue
        for condition in use.conditions:
            column = facts.column(condition.column)
            for name in condition.parameters:
                value = _value(question, moment, table, column, condition, name) if column is not None else None
                if value is not None:
                    found.setdefault(name, value)
    casts, windowed = cast_parameters(question.query.sql), _windowed(question)
    values = []
    for number, name in enumerate(question.query.parameters, 1):
        value = found[name] if name in windowed and name in found else examples.get(name) or found.get(name)
        if value is None and _is_compared(question, name):
            return None
        values.append(value or f"null{'::' + casts[number] if number in casts else ''}")
    return values


def _windowed(question: Question) -> set[str]:
    """The parameters that bound a range of which the design says how many rows it holds, both ends of it."""
    found: set[str] = set()
    for use in question.query.uses:
        for column in {c.column for c in use.conditions}:
            own = {p for c in use.conditions if c.column == column for p in c.parameters}
            if any((m := question.means.get(p)) and m.kind in ("window", "newest", "share", "rows") for p in own):
                found |= own
    return found


def _table_of(moment: Moment, name: str) -> tuple[Table | None, TableFacts | None]:
    view = next((v for v in moment.blueprint.views if v.name == name), None)
    base = view.reads[0] if view and view.reads else name
    return moment.blueprint.table(base), moment.facts.get(base)


def _is_compared(question: Question, name: str) -> bool:
    return any(name in c.parameters for u in question.query.uses for c in u.conditions)


def _value(
    question: Question, moment: Moment, table: Table, column: ColumnFacts, condition: Condition, name: str
) -> str | None:
    """A value that stands for what its parameter means; a typical one where nobody says."""
    meaning = question.means.get(name)
    kind = meaning.kind if meaning else ""
    if condition.operator in (*_LOWER, *_UPPER, "between"):
        return _bound(question, moment, table, column, condition, name)
    if condition.operator not in ("=", "in"):
        return None
    value = _equal(column, kind)
    if value is None:
        return None
    return f"array[{value}]::{column.type}[]" if condition.operator == "in" else value


def _equal(column: ColumnFacts, kind: str) -> str | None:
    if column.common and kind == "common":
        return _typed(column, column.common[0][0])
    if column.common and (kind == "rare" or not column.lowest):
        return _typed(column, column.common[-1 if kind == "rare" else len(column.common) // 2][0])
    axis = axis_of(column.type)
    if axis is not None and column.lowest is not None and column.highest is not None:
        return _typed(column, axis.between(axis.read(column.lowest), axis.read(column.highest), 501, 1000))
    if is_array(column.type):
        return None
    kind_of = bare_type(column.type)
    return _SAMPLES.get(kind_of, "'some value'" if kind_of in ("text", "character varying") else None)


def _bound(
    question: Question, moment: Moment, table: Table, column: ColumnFacts, condition: Condition, name: str
) -> str | None:
    """The end of a range: the last of the rows for what means a window, the middle of them for what means nothing."""
    axis = axis_of(column.type)
    if axis is None or column.lowest is None or column.highest is None:
        return None
    low, high = axis.read(column.lowest), axis.read(column.highest)
    own = {p for u in question.query.uses for c in u.conditions if c.column == condition.column for p in c.parameters}
    meanings = [m for p in own if (m := question.means.get(p)) is not None]
    share = next((s for m in meanings for s in _shares(moment, table, column, m)), None)
    upper = condition.operator in _UPPER or (condition.operator == "between" and name == condition.parameters[-1])
    if share is None:
        pair = len(own) > 1
        part = (0.6 if pair else 0.5) if upper else 0.5
    else:
        part = 1.0 if upper else 1.0 - share
    point = float(low) + (float(high) - float(low)) * part
    return _typed(column, axis.show(round(point) if axis.whole else point))


def _typed(column: ColumnFacts, value: str) -> str:
    return f"{literal(value)}::{column.type}"


def _shares(moment: Moment, table: Table, column: ColumnFacts, meaning: Meaning) -> Iterator[float]:
    rows = max(1.0, moment.facts[table.name].rows)
    if meaning.kind == "window":
        yield moment.share(table, meaning.amount, column)
    elif meaning.kind in ("rows", "newest"):
        yield min(1.0, meaning.amount / rows)
    elif meaning.kind == "share":
        yield meaning.amount


def end_of(facts: Mapping[str, TableFacts]) -> float:
    """Return the last instant in the data, in seconds since 2000."""
    ends = []
    for table in facts.values():
        for column in table.columns:
            axis = axis_of(column.type)
            if column.rising and axis is not None and column.highest and bare_type(column.type).startswith("timestamp"):
                ends.append(float(axis.read(column.highest)))
    return max(ends, default=(EPOCH.replace(year=2029) - EPOCH).total_seconds())
