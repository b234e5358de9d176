"""Step 9 of the process, early: which rows belong to a tenant, and keys that cannot cross tenants."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.table import Exclusion, ForeignKey, Key, Table, TableColumn
from dbwright.records import replace
from dbwright.sql.names import fit, quote


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Give every tenant-owned table its tenant column, and make keys and references lead with it.

    Reads: tenancy, tables. Decides: which tables belong to tenants, derived tenant columns, composite keys.
    Writes: tables. Source: shared facts on tenancy (security.md section 6): a foreign key on the id alone lets one
    tenant link to another's row, a unique constraint without the tenant tells who exists elsewhere.
    """
    if design.tenancy is None:
        return blueprint
    root, column = design.tenancy.entity, design.tenancy.column
    owned = _owned(design, blueprint, root, column)
    ordered = [t.name for t in blueprint.tables if t.name in owned]
    blueprint = _own_all(blueprint, ordered, root, column)
    tables = []
    for name in ordered:
        table = blueprint.table(name)
        assert table is not None
        if name != root:
            table = _lead(table, owned - {root}, column)
        tables.append(replace(table, tenant_column=column))
    return blueprint.put(*tables).decide(_isolation(design, sorted(owned)))


def _owned(design: Design, blueprint: Blueprint, root: str, column: str) -> set[str]:
    """Tables that have the column, and those that a required foreign key leads to one of them."""
    shared = {e.name for e in design.entities if e.tenant == "shared"}
    owned = {t.name for t in blueprint.tables if t.column(column) and t.name not in shared} | {root}
    while True:
        more = {
            t.name
            for t in blueprint.tables
            if t.name not in owned | shared and any(_required(t, f) and f.target in owned for f in t.foreign_keys)
        }
        if not more:
            return owned
        owned |= more


def _required(table: Table, key: ForeignKey) -> bool:
    return all((c := table.column(name)) is not None and c.not_null for name in key.columns)


def _own_all(blueprint: Blueprint, names: list[str], root: str, column: str) -> Blueprint:
    """Add the tenant column where it is missing; new rows take it from the session."""
    tenants = blueprint.table(root)
    assert tenants is not None
    type_name = next(c.type for c in tenants.columns if c.name == column)
    default = f"{quote(blueprint.schema)}.{quote(column)}()"
    owned = [_own(t, column, type_name, default) for n in names if n != root and (t := blueprint.table(n))]
    decisions = [d for _, d in owned if d is not None]
    return blueprint.put(*(t for t, _ in owned)).decide(*decisions)


def _own(table: Table, column: str, type_name: str, default: str) -> tuple[Table, Decision | None]:
    if table.column(column):
        columns = tuple(
            replace(c, default=c.default or default, not_null=True) if c.name == column else c for c in table.columns
        )
        return replace(table, columns=columns), None
    added = TableColumn(column, type_name, True, default, about="The tenant that owns the row.")
    parents = sorted({f.target for f in table.foreign_keys if _required(table, f)})
    decision = Decision(
        code=f"tenancy/{table.name}",
        what=f"`{table.name}` carries `{column}`",
        why=f"its rows belong to rows of {', '.join(f'`{p}`' for p in parents)}, which tenants own; "
        "isolation then needs no join and every index can lead with it",
        serves=("tenancy", f"entities.{table.name}"),
        subjects=(table.name, f"{table.name}.{column}"),
        alternatives=(
            Alternative("a policy that joins the parent", "a subquery for each row: tens of milliseconds a scan"),
        ),
        span=table.span,
    )
    return replace(table, columns=(added, *table.columns)), decision


def _lead(table: Table, owned: set[str], column: str) -> Table:
    """Make primary key, unique sets, exclusions and references of a tenant-owned table lead with its tenant."""
    assert table.primary_key is not None
    key = _led(table.logical_key, column)
    return replace(
        table,
        primary_key=replace(table.primary_key, columns=key),
        logical_key=key,
        uniques=tuple(_led_unique(table.name, u, column) for u in table.uniques),
        exclusions=tuple(_led_exclusion(e, column) for e in table.exclusions),
        foreign_keys=tuple(_led_reference(f, column) if f.target in owned else f for f in table.foreign_keys),
    )


def _led(columns: tuple[str, ...], column: str) -> tuple[str, ...]:
    return (column, *(c for c in columns if c != column))


def _led_unique(table: str, unique: Key, column: str) -> Key:
    columns = _led(unique.columns, column)
    return replace(unique, columns=columns, name=fit(table, *columns, "key"))


def _led_exclusion(exclusion: Exclusion, column: str) -> Exclusion:
    if quote(column) in exclusion.elements:
        return exclusion
    return replace(exclusion, elements=f"{quote(column)} with =, {exclusion.elements}")


def _led_reference(key: ForeignKey, column: str) -> ForeignKey:
    cleared = key.columns if key.on_delete in ("set null", "set default") and not key.set_columns else key.set_columns
    return replace(
        key,
        columns=_led(key.columns, column),
        target_columns=_led(key.target_columns, column) if key.target_columns else (),
        set_columns=tuple(c for c in cleared if c != column),
    )


def _isolation(design: Design, owned: list[str]) -> Decision:
    assert design.tenancy is not None
    return Decision(
        code="tenancy/isolation",
        what=f"rows of {len(owned)} tables belong to a tenant; keys, unique sets and references lead with "
        f"`{design.tenancy.column}`",
        why="a reference or a unique constraint that ignores the tenant lets one tenant see or link another's rows",
        serves=("tenancy",),
        subjects=tuple(owned),
        alternatives=(
            Alternative("a schema for each tenant", "migrations and plans once for each tenant"),
            Alternative("a database for each tenant", "strongest isolation; thousands of databases to run"),
        ),
        span=design.tenancy.place.span,
    )
