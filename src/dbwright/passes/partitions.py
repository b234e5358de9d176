"""Step 6 of the process: which tables are cut into partitions, by what, and how many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint, references_by_target
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.entity import Entity
from dbwright.model.quantities import show_bytes, show_count
from dbwright.model.shape import span_of
from dbwright.model.table import Partitioning, Table
from dbwright.passes.periods import hash_partitions, list_partitions, period_months, range_partitions
from dbwright.records import replace
from dbwright.theory.partitioning import age_column, lost_key

LARGE_ROWS = 50_000_000
"""Rows from which deleting by age costs more than dropping a partition is worth setting up."""
LARGE_BYTES = 20 * 2**30
"""Bytes from which a vacuum or an index build no longer fits a quiet hour."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Partition what the designer says, and what is large and leaves by age.

    Reads: sizes, retention, `partition:`. Decides: strategy, column, width, and the primary key that must hold the
    column. Writes: partitioning, primary keys. Source: seed 002, step 6; PostgreSQL manual, "Table Partitioning".
    """
    for entity in design.entities:
        table = blueprint.table(entity.name)
        if table is None:
            continue
        if entity.partition is not None and entity.partition.by == "none":
            why = str(entity.partition.why) or "the designer says so"
            blueprint = blueprint.decide(_kept_whole(entity, table, why))
        elif entity.partition is not None:
            blueprint = _chosen(design, blueprint, entity, table)
        elif _large(table) and _leaves_by_age(entity):
            blueprint = _by_age(design, blueprint, entity, table)
    return blueprint


def _large(table: Table) -> bool:
    size = table.size
    return size is not None and (size.rows_horizon >= LARGE_ROWS or size.bytes_horizon >= LARGE_BYTES)


def _leaves_by_age(entity: Entity) -> bool:
    return entity.retention is not None and entity.retention.keep.by_age and entity.retention.then != "nothing"


def _by_age(design: Design, blueprint: Blueprint, entity: Entity, table: Table) -> Blueprint:
    column = age_column(table, entity.retention)
    obstacle = _obstacle(blueprint, table, column)
    if column is None or obstacle:
        return blueprint.decide(_kept_whole(entity, table, obstacle))
    return _ranged(design, blueprint, entity, table, column, period_months(entity), _why_by_age(entity, table))


def _obstacle(blueprint: Blueprint, table: Table, column: str | None) -> str:
    """Why a table cannot be cut by age, or nothing."""
    referrers = sorted({f"`{other}`" for other, _ in blueprint.once(references_by_target).get(table.name, ())})
    if column is None:
        return "no required column tells the age of a row"
    if referrers:
        return f"{', '.join(referrers)} reference it by a key without the age column"
    return lost_key(table, column)


def _ranged(
    design: Design, blueprint: Blueprint, entity: Entity, table: Table, column: str, months: int, why: str
) -> Blueprint:
    partitioning = range_partitions(design, entity, table, column, months)
    width = {1: "month", 3: "quarter", 12: "year"}.get(months, f"{months} months")
    decision = Decision(
        code=f"partitions/{table.name}",
        what=f"`{table.name}` is partitioned by range of `{column}`, one partition a {width}",
        why=why,
        serves=(f"entities.{table.name}.retention", f"entities.{table.name}.rows"),
        subjects=(table.name, *(p.name for p in partitioning.partitions)),
        alternatives=(
            Alternative("delete by age", "each deleted row is written twice to the log and leaves bloat behind"),
            Alternative("hash partitions", "spread writes, but no partition ever becomes old"),
        ),
        evidence=_evidence(table),
        span=entity.place.of("partition" if entity.partition else "retention"),
    )
    return _partitioned(blueprint, table, partitioning).decide(decision)


def _chosen(design: Design, blueprint: Blueprint, entity: Entity, table: Table) -> Blueprint:
    choice = entity.partition
    assert choice is not None
    found = re.fullmatch(r"(range|list|hash) ?\(([^()]+)\)", str(choice.by))
    columns = tuple(c.strip() for c in found[2].split(",")) if found else ()
    if found is None or any(table.column(c) is None for c in columns):
        message = f"`{choice.by}` is no way to partition `{table.name}`"
        help_text = "write range(column), list(column) or hash(column) with a column of the entity"
        return blueprint.report(Diagnostic("bad-partition", message, span_of(choice.by), help_text))
    if found[1] == "range":
        widths = {"": period_months(entity), "month": 1, "quarter": 3, "year": 12}
        if str(choice.every) not in widths:
            message = f"`every: {choice.every}` is no width of a partition"
            return blueprint.report(
                Diagnostic("bad-partition", message, span_of(choice.every), "write month, quarter or year")
            )
        months = widths[str(choice.every)]
        why = str(choice.why) or _why_by_age(entity, table)
        return _ranged(design, blueprint, entity, table, columns[0], months, why)
    if found[1] == "list":
        partitioning = list_partitions(table, columns, choice.values)
    else:
        partitioning = hash_partitions(table, columns, choice.count or 8)
    decision = Decision(
        code=f"partitions/{table.name}",
        what=f"`{table.name}` is partitioned by {found[1]} of `{', '.join(columns)}` "
        f"into {len(partitioning.partitions)} partitions",
        why=str(choice.why) or "the designer says so",
        serves=(f"entities.{table.name}.partition",),
        subjects=(table.name, *(p.name for p in partitioning.partitions)),
        alternatives=(Alternative("one table", "cannot be moved, vacuumed or rebuilt piece by piece"),),
        evidence=_evidence(table),
        span=entity.place.of("partition"),
    )
    return _partitioned(blueprint, table, partitioning).decide(decision)


def _partitioned(blueprint: Blueprint, table: Table, partitioning: Partitioning) -> Blueprint:
    """Put the partitioning in, with the partition columns in every key, as PostgreSQL demands."""
    assert table.primary_key is not None
    key = table.primary_key.columns
    widened = key + tuple(c for c in partitioning.columns if c not in key)
    for unique in table.uniques:
        if not set(partitioning.columns) <= set(unique.columns):
            message = (
                f"`{table.name}` is partitioned by ({', '.join(partitioning.columns)}), so no server can keep "
                f"({', '.join(unique.columns)}) unique over all partitions"
            )
            help_text = "add the partition column to the unique set, or partition by one of its columns"
            blueprint = blueprint.report(Diagnostic("unique-across-partitions", message, unique.span, help_text))
    blueprint = blueprint.report(*_lost_targets(blueprint, table, partitioning))
    columns = tuple(c if c.not_null or c.name not in widened else replace(c, not_null=True) for c in table.columns)
    primary = replace(table.primary_key, columns=widened)
    references = blueprint.once(references_by_target)  # cutting a table changes none of them
    blueprint = blueprint.put(replace(table, columns=columns, primary_key=primary, partitioning=partitioning))
    blueprint = blueprint.knowing(references_by_target, references)
    if widened == key:
        return blueprint
    return blueprint.decide(
        Decision(
            code=f"keys/{table.name}",
            what=f"the primary key of `{table.name}` is ({', '.join(widened)})",
            why=f"a key of a partitioned table must hold the partition column; the logical key is ({', '.join(key)})",
            serves=(f"entities.{table.name}.key",),
            subjects=(table.name, primary.name),
            alternatives=(Alternative("no partitions", "see the decision on its partitions"),),
            span=primary.span,
        )
    )


def _lost_targets(blueprint: Blueprint, table: Table, partitioning: Partitioning) -> Iterator[Diagnostic]:
    """Report references to what is no key any more once the partition column is part of it."""
    for other, reference in blueprint.once(references_by_target).get(table.name, ()):
        if not set(partitioning.columns) <= set(reference.target_columns):
            cut, led = ", ".join(partitioning.columns), ", ".join(reference.target_columns)
            message = (
                f"`{other}` references `{table.name}` by ({led}), which no server keeps unique "
                f"while `{table.name}` is partitioned by ({cut})"
            )
            help_text = f"add ({cut}) to `{other}` and reference both, or leave `{table.name}` in one piece"
            yield Diagnostic("reference-across-partitions", message, reference.span, help_text)


def _kept_whole(entity: Entity, table: Table, why: str) -> Decision:
    return Decision(
        code=f"partitions/{table.name}",
        what=f"`{table.name}` is large and stays one table",
        why=why,
        serves=(f"entities.{table.name}.retention",),
        subjects=(table.name,),
        alternatives=(
            Alternative("range partitions", "references and unique sets would have to go, or carry the age column too"),
            Alternative("hash partitions", "possible: write `partition: {by: hash(column), count: 16}`"),
        ),
        evidence=_evidence(table),
        span=entity.place.of("retention"),
    )


def _why_by_age(entity: Entity, table: Table) -> str:
    if entity.retention is None or not entity.retention.keep.by_age:
        return "a window of time is read and maintained by itself"
    return (
        f"rows leave after {entity.retention.keep}: dropping a partition takes a moment and no vacuum, "
        "and queries over a window touch only its partitions"
    )


def _evidence(table: Table) -> str:
    if table.size is None:
        return ""
    rows, size = show_count(table.size.rows_horizon), show_bytes(table.size.bytes_horizon)
    return f"{rows} rows and {size} of heap at the horizon"
