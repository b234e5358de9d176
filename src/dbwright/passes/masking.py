"""Step 9 of the process: what roles see that must not see personal data in clear."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint, View
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.table import Table, TableColumn
from dbwright.records import replace
from dbwright.sql.names import fit, qualify, quote
from dbwright.sql.types import canonical_type


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Make a masked view of every table with masked columns, where a role `sees: masked`.

    Reads: roles, masks. Decides: the masked expression of each column. Writes: views.
    Source: shared facts on masking (security.md section 7): the view reads with its owner's rights, because its readers
    have none on the column; so it carries the tenant's condition itself, and a barrier.
    """
    if not any(r.sees == "masked" for r in design.roles):
        return blueprint
    for table in blueprint.tables:
        masked = [c.name for c in table.columns if c.source is not None and c.source.mask]
        if not masked:
            continue
        view = _view(blueprint, table)
        blueprint = replace(blueprint, views=(*blueprint.views, view))
        blueprint = blueprint.decide(_decision(design, table, view, masked))
    return blueprint


def _view(blueprint: Blueprint, table: Table) -> View:
    columns = [c for c in table.columns if c.type != "tsvector"]
    lines = ",\n".join(f"  {_masked(c)} as {quote(c.name)}" for c in columns)
    where = ""
    if table.tenant_column:
        tenant = quote(table.tenant_column)
        where = f"\nwhere {tenant} = (select {qualify(blueprint.schema, table.tenant_column)}())"
    name = fit(table.name, "masked")
    statement = (
        f"create view {qualify(blueprint.schema, name)} with (security_barrier = true, security_invoker = false) as\n"
        f"select\n{lines}\nfrom {qualify(blueprint.schema, table.name)}{where}"
    )
    about = f"`{table.name}` without personal data in clear."
    return View(name, statement, (table.name,), tuple(c.name for c in columns), True, about, span=table.span)


def _masked(column: TableColumn) -> str:
    name, mask = quote(column.name), column.source.mask if column.source else None
    match mask:
        case "partial":
            return f"left({name}::text, 1) || '***'"
        case "full":
            return "'***'::text"
        case "year":
            return f"date_trunc('year', {name})"
        case "empty":
            return f"null::{canonical_type(column.type)}"
    return name


def _decision(design: Design, table: Table, view: View, masked: list[str]) -> Decision:
    readers = [str(r.name) for r in design.roles if r.sees == "masked"]
    return Decision(
        code=f"masking/{view.name}",
        what=f"the view `{view.name}` shows `{table.name}` with {', '.join(masked)} masked",
        why=f"{', '.join(readers)} must work with these rows and not see the person",
        serves=tuple(f"roles.{r}" for r in readers) + tuple(f"entities.{table.name}.{c}" for c in masked),
        subjects=(view.name, table.name),
        alternatives=(
            Alternative("column grants alone", "the value is hidden, but so is that there is one"),
            Alternative("masking in the application", "every export and console shows clear data"),
        ),
        span=table.span,
    )
