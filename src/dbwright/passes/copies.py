"""Step 8 of the process: copies of another table's column, and what keeps them true whatever clients write."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic, nearest
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Claim
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.entity import Column
from dbwright.model.shape import span_of
from dbwright.model.table import ForeignKey, Key, Table, TableColumn
from dbwright.passes.triggers import Need, Upkeep, add_triggers, tenant_claims, tenant_obstacle
from dbwright.records import record, replace
from dbwright.sql.names import fit, qualify, quote


@record(frozen=True)
class Copy:
    """A column that repeats another table's, through a reference; `obstacle` is why no reference can keep it true."""

    table: Table
    column: Column
    source: Table
    original: str
    key: ForeignKey
    obstacle: str


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Build for each `copy of:` what keeps it true: the reference carries the column along, or triggers write it.

    Reads: columns, references. Decides: the mechanism. Writes: references, keys, functions, triggers, decisions.
    Source: PostgreSQL manual, foreign keys with `on update cascade`; shared facts on normalization, section 1.5.
    """
    wanted = [(str(e.name), c) for e in design.entities for c in e.columns if c.copy_of]
    found = [(name, column, _resolve(blueprint, name, column)) for name, column in wanted]
    for name, column, copy in sorted(found, key=lambda f: not _needs_triggers(f[1], f[2])):
        blueprint = blueprint.report(copy) if isinstance(copy, Diagnostic) else _keep(blueprint, name, column, copy)
    return blueprint


def _needs_triggers(column: Column, copy: Copy | Diagnostic) -> bool:
    return isinstance(copy, Copy) and (column.kept_by == "trigger" or (not column.kept_by and bool(copy.obstacle)))


def _keep(blueprint: Blueprint, name: str, column: Column, copy: Copy) -> Blueprint:
    by_trigger = _needs_triggers(column, copy)
    if not by_trigger and copy.obstacle:
        return blueprint.report(_bad(column, f"no reference can keep `{name}.{column.name}` true: {copy.obstacle}"))
    if by_trigger and (crossing := _crossing(copy)):
        message = f"triggers that keep `{name}.{column.name}` true would reach into other tenants: {crossing}"
        return blueprint.report(_bad(column, message))
    kept = _by_trigger(blueprint, copy) if by_trigger else _by_reference(blueprint, copy)
    return kept.decide(_decision(copy, by_trigger))


def _crossing(copy: Copy) -> str:
    """An original that all tenants share may spread to the rows of each: it says nothing about any of them."""
    if copy.table.tenant_column and not copy.source.tenant_column:
        return ""
    return tenant_obstacle(copy.table, copy.source, copy.key)


def _bad(column: Column, message: str) -> Diagnostic:
    help_text = "make the original `not null` and the reference a plain one, or drop the copy and join"
    return Diagnostic("copy-not-kept", message, span_of(column.copy_of), help_text)


def _resolve(blueprint: Blueprint, name: str, column: Column) -> Copy | Diagnostic:
    table = blueprint.table(name)
    assert table is not None
    target, _, original = str(column.copy_of).partition(".")
    source = blueprint.table(target)
    if source is None or source.column(original) is None:
        known = [f"{t.name}.{c.name}" for t in blueprint.tables for c in t.columns]
        message = f"`{column.copy_of}` is no column that `{name}.{column.name}` could repeat"
        return Diagnostic("unknown-column", message, span_of(column.copy_of), nearest(str(column.copy_of), known))
    keys = [k for k in table.foreign_keys if k.target == target and column.name not in k.columns]
    if len(keys) != 1:
        count = "no reference leads" if not keys else f"{len(keys)} references lead"
        return _bad(column, f"{count} from `{name}` to `{target}`, so nothing says which row `{column.name}` repeats")
    return Copy(table, column, source, original, keys[0], _obstacle(table, column, source, original, keys[0]))


def _obstacle(table: Table, column: Column, source: Table, original: str, key: ForeignKey) -> str:
    there, here = source.column(original), table.column(str(column.name))
    assert there is not None and here is not None
    if there.type != here.type:
        return f"`{source.name}.{original}` is {there.type} and the copy {here.type}"
    if not there.not_null:
        return f"`{source.name}.{original}` may be null, and a reference does not look at nulls"
    if key.on_delete == "set null" and here.not_null:
        return "a delete there sets the reference to null, and the copy must not be"
    return ""


def _by_reference(blueprint: Blueprint, copy: Copy) -> Blueprint:
    name = str(copy.column.name)
    table, source = blueprint.table(copy.table.name), blueprint.table(copy.source.name)
    assert table is not None and source is not None
    key = next(k for k in table.foreign_keys if k.name == copy.key.name)
    cleared = (*(key.set_columns or key.columns), name) if key.on_delete == "set null" else key.set_columns
    carried = replace(
        key,
        columns=(*key.columns, name),
        target_columns=(*key.target_columns, copy.original),
        on_update="cascade",
        set_columns=cleared,
    )
    table = replace(table, foreign_keys=tuple(carried if k is key else k for k in table.foreign_keys))
    if set(carried.target_columns) not in [set(u) for u in source.unique_sets()]:
        unique = Key(fit(source.name, *carried.target_columns, "key"), carried.target_columns, span=key.span)
        source = replace(source, uniques=(*source.uniques, unique))
    return blueprint.put(table, source)


def _by_trigger(blueprint: Blueprint, copy: Copy) -> Blueprint:
    here, there = trigger_names(copy.table.name, str(copy.column.name))
    columns = ", ".join(quote(n) for n in (*copy.key.columns, str(copy.column.name)))
    taken = Upkeep(
        name=here,
        table=copy.table.name,
        body=_take(blueprint.schema, copy),
        when=f"before insert or update of {columns}",
        about=f"Takes `{copy.column.name}` from `{copy.source.name}`.",
        needs=_to_take(copy),
    )
    spread = Upkeep(
        name=there,
        table=copy.source.name,
        body=_spread(blueprint.schema, copy),
        when=f"after update of {quote(copy.original)}",
        about=f"Writes a changed `{copy.original}` to its copies.",
        needs=_to_spread(copy),
    )
    return add_triggers(blueprint, "copy", taken, spread)


def _to_take(copy: Copy) -> tuple[Need, ...]:
    """Locking a row takes the right to update some column of it: its key, which nothing else would let change."""
    read = (copy.original, *copy.key.target_columns)
    return (("select", copy.source, read), ("update", copy.source, copy.source.logical_key[-1:]))


def _to_spread(copy: Copy) -> tuple[Need, ...]:
    name = str(copy.column.name)
    return (("select", copy.table, (name, *copy.key.columns)), ("update", copy.table, (name,)))


def trigger_names(table: str, column: str) -> tuple[str, str]:
    """Return the names of the two triggers that keep a copy: the one on its table, and the one on the original's."""
    return fit("take", table, column), fit("spread", table, column)


def _take(schema: str, copy: Copy) -> str:
    """The row there is locked until the end, so that a change of the original waits or is waited for."""
    pairs = zip(copy.key.target_columns, copy.key.columns, strict=True)
    where = " and ".join(f"o.{quote(there)} = new.{quote(here)}" for there, here in pairs)
    return (
        f"  select o.{quote(copy.original)} into new.{quote(str(copy.column.name))}\n"
        f"    from {qualify(schema, copy.source.name)} o where {where} for share;\n  return new;\n"
    )


def _spread(schema: str, copy: Copy) -> str:
    pairs = zip(copy.key.columns, copy.key.target_columns, strict=True)
    where = " and ".join(f"c.{quote(here)} = new.{quote(there)}" for here, there in pairs)
    name = quote(str(copy.column.name))
    return (
        f"  update {qualify(schema, copy.table.name)} c set {name} = new.{quote(copy.original)}\n"
        f"    where {where} and c.{name} is distinct from new.{quote(copy.original)};\n  return null;\n"
    )


def copy_claims(blueprint: Blueprint) -> Iterator[Claim]:
    """Yield a claim for each copy that something keeps true, and for each column that follows from its row."""
    for table in blueprint.tables:
        for column in [c for c in table.columns if c.source is not None]:
            if column.generated:
                yield _follows(table, column)
            elif column.source is not None and column.source.copy_of:
                yield from _repeats(blueprint, table, column.source)


def _follows(table: Table, column: TableColumn) -> Claim:
    name = f"{table.name}.{column.name}"
    promise = f"`{name}` always follows from its row, whatever clients write"
    expression = f"({column.generated})::{column.type}"
    details = {"table": table.name, "column": column.name, "expression": expression}
    span = span_of(column.source.sql) if column.source else table.span
    return Claim(f"copies/{name}", "copies", table.name, promise, details, span=span)


def _repeats(blueprint: Blueprint, table: Table, column: Column) -> Iterator[Claim]:
    name, source, original = f"{table.name}.{column.name}", *str(column.copy_of).split(".", 1)
    key = next((k for k in table.foreign_keys if k.target == source), None)
    if key is not None:
        promise = f"`{name}` is always `{column.copy_of}`, whatever clients write"
        details = {"table": table.name, "column": str(column.name), "source": source, "original": original}
        details["key"] = key.name
        claim = Claim(f"copies/{name}", "copies", table.name, promise, details, span=span_of(column.copy_of))
        yield from tenant_claims(blueprint, claim, trigger_names(table.name, str(column.name))[0])


def _decision(copy: Copy, by_trigger: bool) -> Decision:
    name, path = f"{copy.table.name}.{copy.column.name}", f"{copy.source.name}.{copy.original}"
    reference = f"the reference `{copy.key.name}` carries it along and is checked and cascaded by the server"
    trigger = "triggers write it with each row and spread each change of the original"
    other = (
        Alternative("a reference that carries it along", copy.obstacle or "one more unique key on the original")
        if by_trigger
        else Alternative("triggers", "each row reads the original, and a switched-off trigger lets the copy lie")
    )
    return Decision(
        code=f"copies/{name}",
        what=f"`{name}` is always `{path}`: {trigger if by_trigger else reference}",
        why=str(copy.column.about) or "a copy that nobody keeps true is wrong one day, and nobody knows which day",
        serves=(f"entities.{name}.copy of",),
        subjects=(name, copy.key.name, *(trigger_names(copy.table.name, str(copy.column.name)) if by_trigger else ())),
        alternatives=(other, Alternative("a join", f"reads `{copy.source.name}` with each row")),
        span=span_of(copy.column.copy_of),
    )
