"""Step 8 of the process: numbers that count or add up the rows of another table, and what keeps them true."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic, nearest
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Claim
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.entity import Column
from dbwright.model.shape import Text, span_of
from dbwright.model.table import ForeignKey, Table
from dbwright.passes.triggers import Need, Upkeep, add_triggers, tenant_claims, tenant_obstacle
from dbwright.records import record
from dbwright.sql.names import fit, qualify, quote


@record(frozen=True)
class Rollup:
    """A column that counts the rows of another table that lead here, or adds up one of their columns."""

    table: Table
    column: Column
    source: Table
    added: str
    key: ForeignKey

    @property
    def name(self) -> str:
        """The column with its table."""
        return f"{self.table.name}.{self.column.name}"


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Build for each `counts:` and `sums:` the triggers that change it with the rows, and nobody else.

    Reads: columns, references. Decides: how the number follows. Writes: functions, triggers, decisions, diagnostics.
    Source: PostgreSQL manual, chapter "Triggers"; shared facts on normalization, section 1.5.
    """
    for entity in design.entities:
        for column in entity.columns:
            if column.counts or column.sums:
                found = rollup_of(blueprint, str(entity.name), column)
                blueprint = blueprint.report(found) if isinstance(found, Diagnostic) else _keep(blueprint, found)
    return blueprint


def rollup_of(blueprint: Blueprint, name: str, column: Column) -> Rollup | Diagnostic:
    """Return what a column rolls up, or why it cannot."""
    table, wanted = blueprint.table(name), column.counts or column.sums
    assert table is not None
    target, _, added = str(wanted).partition(".")
    source = blueprint.table(target)
    if source is None or (added and source.column(added) is None) or bool(added) != bool(column.sums):
        known = [t.name for t in blueprint.tables] if column.counts else _numbers(blueprint)
        return Diagnostic("unknown-rollup", f"`{wanted}` is nothing to add up", span_of(wanted), nearest(wanted, known))
    keys = [k for k in source.foreign_keys if k.target == name]
    if len(keys) != 1:
        return _bad(
            wanted, f"{len(keys)} references lead from `{target}` to `{name}`; exactly one tells what to add up"
        )
    if crossing := tenant_obstacle(source, table, keys[0]):
        return _bad(wanted, f"`{name}.{column.name}` would tell one tenant about the rows of others: {crossing}")
    return Rollup(table, column, source, added, keys[0])


def _numbers(blueprint: Blueprint) -> list[str]:
    return [f"{t.name}.{c.name}" for t in blueprint.tables for c in t.columns]


def _bad(wanted: Text, message: str) -> Diagnostic:
    return Diagnostic("rollup-not-kept", message, span_of(wanted), "count when asked, or keep a table for the sums")


def _keep(blueprint: Blueprint, rollup: Rollup) -> Blueprint:
    add, clear, guard = trigger_names(rollup)
    schema, here, there = blueprint.schema, rollup.table.name, rollup.source.name
    columns = ", ".join(quote(n) for n in (*rollup.key.columns, *([rollup.added] if rollup.added else [])))
    about = f"Keeps `{rollup.name}` true."
    changed = f"after insert or delete or update of {columns}"
    guarded = f"before insert or update of {quote(str(rollup.column.name))}"
    needs = _needs(rollup)
    made = add_triggers(
        blueprint,
        "rollup",
        Upkeep(add, there, _add(schema, rollup), changed, about, needs=needs),
        Upkeep(clear, there, _clear(schema, rollup), "after truncate", about, "for each statement", needs),
        Upkeep(guard, here, _guard(rollup), guarded, about, _OUTSIDE),
    )
    return made.decide(_decision(rollup))


def _needs(rollup: Rollup) -> tuple[Need, ...]:
    name = str(rollup.column.name)
    return (("select", rollup.table, (name, *rollup.key.target_columns)), ("update", rollup.table, (name,)))


_OUTSIDE = "for each row when (pg_trigger_depth() = 0)"
"""A statement of a client; what the triggers write comes from one level deeper."""


def trigger_names(rollup: Rollup) -> tuple[str, str, str]:
    """Return the names of the triggers: the two on the rows that are added up, and the guard of the number."""
    parts = (rollup.table.name, str(rollup.column.name))
    return fit("add_to", *parts), fit("clear", *parts), fit("guard", *parts)


def _add(schema: str, rollup: Rollup) -> str:
    column, table = quote(str(rollup.column.name)), qualify(schema, rollup.table.name)
    pairs = list(zip(rollup.key.target_columns, rollup.key.columns, strict=True))

    def change(row: str, sign: str) -> str:
        amount = f"coalesce({row}.{quote(rollup.added)}, 0)" if rollup.added else "1"
        where = " and ".join(f"p.{quote(there)} = {row}.{quote(here)}" for there, here in pairs)
        return f"    update {table} p set {column} = p.{column} {sign} {amount} where {where};\n"

    return (
        f"  if tg_op <> 'INSERT' then\n{change('old', '-')}  end if;\n"
        f"  if tg_op <> 'DELETE' then\n{change('new', '+')}  end if;\n  return null;\n"
    )


def _clear(schema: str, rollup: Rollup) -> str:
    column = quote(str(rollup.column.name))
    return f"  update {qualify(schema, rollup.table.name)} set {column} = 0 where {column} <> 0;\n  return null;\n"


def _guard(rollup: Rollup) -> str:
    column = quote(str(rollup.column.name))
    return (
        f"  if tg_op = 'INSERT' then\n    new.{column} := 0;\n  else\n    new.{column} := old.{column};\n  end if;\n"
        "  return new;\n"
    )


def _decision(rollup: Rollup) -> Decision:
    what = (
        f"the sum of `{rollup.source.name}.{rollup.added}`" if rollup.added else f"the number of `{rollup.source.name}`"
    )
    return Decision(
        code=f"rollups/{rollup.name}",
        what=f"`{rollup.name}` is always {what} that lead to the row; triggers change it with them",
        why=str(rollup.column.about) or "it is read far more often than the rows change",
        serves=(f"entities.{rollup.name}.{'sums' if rollup.added else 'counts'}",),
        subjects=(rollup.name, *trigger_names(rollup)),
        alternatives=(
            Alternative("counting when asked", "reads all rows each time; right where they are few"),
            Alternative("a materialized view", "stale until it is refreshed, and refreshed as a whole"),
            Alternative("the application", "one forgotten statement, and the number is a lie"),
        ),
        span=span_of(rollup.column.counts or rollup.column.sums),
    )


def rollup_claims(blueprint: Blueprint) -> Iterator[Claim]:
    """Yield a claim for each number that follows the rows of another table."""
    for entity in blueprint.design.entities:
        for column in [c for c in entity.columns if c.counts or c.sums]:
            found = rollup_of(blueprint, str(entity.name), column)
            if isinstance(found, Diagnostic):
                continue
            details = {"rollup": found.source.name, "table": found.table.name, "column": str(column.name)}
            claim = Claim(
                f"copies/{found.name}",
                "copies",
                found.table.name,
                f"`{found.name}` always follows the rows of `{found.source.name}`, whatever clients write",
                {**details, "added": found.added, "key": found.key.name},
                span=span_of(column.counts or column.sums),
            )
            yield from tenant_claims(blueprint, claim, trigger_names(found)[0])
