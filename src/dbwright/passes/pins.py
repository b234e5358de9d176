"""Step 7 of the process, for the planner: numbers of different values that sampling is known to get wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.quantities import show_count
from dbwright.model.table import ForeignKey, Table, TableColumn, TableSetting
from dbwright.records import record, replace
from dbwright.sizing.fanout import parents_met, tenants_of
from dbwright.sizing.sites import Site, declared
from dbwright.sizing.volumes import table_rows

SAMPLED = 30_000
"""Rows that ANALYZE looks at: 300 times default_statistics_target (src/backend/commands/analyze.c)."""
LEAST_ROWS = 20 * SAMPLED
"""Rows from which the sample is so small a part that values which repeat look unique, or the other way round."""
LEAST_VALUES = SAMPLED // 3
"""Different values from which a sample no longer meets most of them several times."""

Rows = Mapping[str, float]


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
    now, later = (table_rows(blueprint, age)[0] for age in (0.0, design.horizon.seconds))
    tables: list[Table] = []
    decisions: list[Decision] = []
    for table in blueprint.tables:
        pins = list(_pins(blueprint, table, now, later)) if _is_large(table) else []
        if pins:
            tables.append(replace(table, settings=(*table.settings, *(s for p in pins for s in _settings(table, p)))))
            decisions += [_decision(table, pin) for pin in pins]
    return blueprint.put(*tables).decide(*decisions)


def _is_large(table: Table) -> bool:
    return table.size is not None and table.size.rows_horizon >= LEAST_ROWS


def _pins(blueprint: Blueprint, table: Table, now: Rows, later: Rows) -> Iterator[Pin]:
    unique = {u[0] for u in table.unique_sets() if len(u) == 1}
    for column in table.columns:
        reference = min((k for k in table.foreign_keys if column.name in k.columns), key=_narrowness, default=None)
        known = declared(column).distinct is not None
        if column.name in unique or not (known or (reference and _leads_to_one(blueprint, column, reference))):
            continue
        site = Site(blueprint, table, later[table.name], 0.0)
        distinct = [_distinct(site, column, reference, rows) for rows in (now, later)]
        if LEAST_VALUES <= distinct[1] <= 0.5 * later[table.name]:
            source = "the design says so" if reference is None or known else f"one for each row of `{reference.target}`"
            value = _value(distinct[0], now[table.name], distinct[1], later[table.name])
            yield Pin(column.name, value, distinct[1], later[table.name], source)


def _leads_to_one(blueprint: Blueprint, column: TableColumn, reference: ForeignKey) -> bool:
    """Whether each value of a column is another row there: it is the key, or all of it but the tenant."""
    target = blueprint.table(reference.target)
    there = dict(zip(reference.columns, reference.target_columns, strict=True))[column.name]
    return target is not None and {there} in [
        {c for c in key if c != target.tenant_column or len(key) == 1} for key in target.unique_sets()
    ]


def _narrowness(key: ForeignKey) -> int:
    return len(key.columns)


def _distinct(site: Site, column: TableColumn, reference: ForeignKey | None, rows: Rows) -> float:
    """How many values a column has: as declared, else as many parents as are met."""
    own = rows[site.table.name]
    known = declared(column).distinct
    if known is not None:
        return known.among(own)
    assert reference is not None
    parents = rows.get(reference.target, 1.0)
    return parents_met(site, column, parents, own, tenants_of(site, column, reference.target, rows))


def _value(before: float, rows_before: float, distinct: float, rows: float) -> str:
    """A share where it changes less over the years than the number does."""
    share = distinct / rows
    if not before or not rows_before:
        return f"{-share:.3g}"
    moved = abs(before / rows_before / share - 1)
    return f"{-share:.3g}" if moved <= abs(before / distinct - 1) else f"{distinct:.0f}"


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
        why=f"a sample of {SAMPLED:,} rows meets few of {show_count(pin.distinct)} values twice, and joins are planned "
        "by the number that it guesses",
        serves=(f"entities.{table.name}.rows",),
        subjects=(table.name,),
        alternatives=(Alternative("leave it to ANALYZE", "up to 39 times too few for keys written together"),),
        evidence=f"{show_count(pin.distinct)} values in {show_count(pin.rows)} rows at the horizon: {pin.source}",
        span=table.span,
    )


def _settings_name(table: Table) -> str:
    return "n_distinct" if table.partitioning is None else "n_distinct_inherited"
