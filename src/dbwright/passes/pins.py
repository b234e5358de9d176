"""Step 7 of the process, for the planner: numbers of different values that sampling is known to get wrong."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.blueprint import Blueprint, Table, TableSetting
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.quantities import show_count
from dbwright.records import record, replace
from dbwright.sizing.facts import ColumnFacts, TableFacts
from dbwright.sizing.sites import declared
from dbwright.sizing.tables import facts_at

SAMPLED = 30_000
"""Rows that ANALYZE looks at: 300 times default_statistics_target (src/backend/commands/analyze.c)."""
LEAST_ROWS = 20 * SAMPLED
"""Rows from which the sample is so small a part that values which repeat look unique, or the other way round."""
LEAST_VALUES = SAMPLED // 3
"""Different values from which a sample no longer meets most of them several times."""


@record(frozen=True)
class Pin:
    """A number of different values to be told to ANALYZE; negative is minus a share of the rows."""

    column: str
    value: str
    distinct: float
    rows: float
    source: str


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Tell ANALYZE how many different values those columns have that repeat too rarely for its sample.

    Reads: volumes, references, declared values, indexes. Decides: `n_distinct` of each such column, as a share of the
    rows where the values grow with them. Writes: settings. Source: Haas and Stokes, "Estimating the Number of Classes
    in a Finite Population" (1998), the estimator of ANALYZE, which takes rows for independent of each other, and those
    of a page are not; PostgreSQL manual, ALTER TABLE, "n_distinct".
    """
    if not any(_is_large(t) for t in blueprint.tables):
        return blueprint
    now, later = facts_at(blueprint, 0.0).tables, blueprint.once(facts_at).tables
    tables: list[Table] = []
    decisions: list[Decision] = []
    for table in blueprint.tables:
        pins = list(_pins(table, now[table.name], later[table.name])) if _is_large(table) else []
        if pins:
            tables.append(replace(table, settings=(*table.settings, *(s for p in pins for s in _settings(table, p)))))
            decisions += [_decision(table, pin) for pin in pins]
    return blueprint.put(*tables).decide(*decisions)


def _is_large(table: Table) -> bool:
    return table.size is not None and table.size.rows_horizon >= LEAST_ROWS


def _pins(table: Table, now: TableFacts, later: TableFacts) -> Iterator[Pin]:
    unique = {u[0] for u in table.unique_sets() if len(u) == 1}
    used = {c for i in (*table.key_indexes, *table.indexes) for c in i.columns}
    used |= {c for k in table.foreign_keys for c in k.columns}
    for column in table.columns:
        facts = later.column(column.name)
        known = declared(column).distinct is not None
        if facts is None or column.name in unique or not (known or column.name in used):
            continue
        reference = next((k for k in table.foreign_keys if column.name in k.columns), None)
        if not known and reference is None:
            continue
        if LEAST_VALUES <= facts.distinct <= 0.5 * later.rows:
            source = "the design says so" if reference is None or known else f"one for each row of `{reference.target}`"
            yield Pin(column.name, _value(now, later, facts), facts.distinct, later.rows, source)


def _value(now: TableFacts, later: TableFacts, facts: ColumnFacts) -> str:
    """A share where it changes less over the years than the number does."""
    before = now.column(facts.name)
    share = facts.distinct / later.rows
    if before is None or not now.rows:
        return f"{-share:.3g}"
    moved = abs(before.distinct / now.rows / share - 1)
    if moved <= abs(before.distinct / facts.distinct - 1):
        return f"{-share:.3g}"
    return f"{facts.distinct:.0f}"


def _settings(table: Table, pin: Pin) -> Iterator[TableSetting]:
    if table.partitioning is None:
        yield TableSetting("n_distinct", pin.value, pin.column)
        return
    yield TableSetting("n_distinct_inherited", pin.value, pin.column, on_parent=True)


def _decision(table: Table, pin: Pin) -> Decision:
    each = pin.rows / pin.distinct
    return Decision(
        code=f"pins/{table.name}.{pin.column}",
        what=f"ANALYZE is told that {each:.3g} rows of `{table.name}` share a value of `{pin.column}` "
        f"({_settings_name(table)} = {pin.value})",
        why=f"a sample of {SAMPLED:,} rows meets few of the {show_count(pin.distinct)} values twice, takes those that "
        "lie together for more of the same, and joins are planned by the number it guesses",
        serves=(f"entities.{table.name}.rows",),
        subjects=(table.name,),
        alternatives=(
            Alternative("leave it to ANALYZE", "measured up to 39 times too few for keys that are written together"),
            Alternative("a larger statistics target", "reads more rows at each ANALYZE, and only narrows the error"),
        ),
        evidence=f"{show_count(pin.distinct)} values in {show_count(pin.rows)} rows at the horizon: {pin.source}",
        span=table.span,
    )


def _settings_name(table: Table) -> str:
    return "n_distinct" if table.partitioning is None else "n_distinct_inherited"
