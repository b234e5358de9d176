"""A design of which some table can have no rows is refused: where it stands, why, and what to type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dbwright.data.constants import columns_in, expression
from dbwright.data.dataset import GenerationError, Note, Rows
from dbwright.diagnostics import NOWHERE, Diagnostic, Span
from dbwright.model.table import Check, Table
from dbwright.sql.grammar import GrammarError

if TYPE_CHECKING:
    from dbwright.data.plans import TablePlan


class NothingFits(GenerationError):  # noqa: N818 - named after what was found
    """A table that no row fits into; `diagnostic` says where, why, and what to type."""

    def __init__(self, message: str, span: Span, help_text: str) -> None:
        self.diagnostic = Diagnostic("no-rows", message, span, help_text)
        super().__init__(f"{span}: {message}" if span != NOWHERE else message)


def refuse_contradiction(table: Table, columns: Sequence[str]) -> NothingFits:
    """Return why no row fulfils the checks of a table; `columns` are those for which no value is left."""
    checks = [c for c in table.checks if set(columns) & set(_named(c))] or list(table.checks)
    span = next((c.span for c in checks if c.span != NOWHERE), table.span)
    names = " and ".join(f"`{c}`" for c in columns)
    left = f"nothing is left that {names} may be" if columns else "each excludes what the others ask for"
    listed = " or ".join(f"`{c.name}`" for c in checks) or "the rules of its types"
    message = f"no row can fulfil all checks of `{table.name}`: {left}"
    return NothingFits(message, span, f"drop or loosen {listed}, so that some value fulfils them all")


def _named(check: Check) -> list[str]:
    if check.column:
        return [check.column]
    try:
        return columns_in(expression(check.expression))
    except GrammarError:
        return []


def refuse_empty(
    groups: Sequence[Sequence[str]],
    plans: Mapping[str, TablePlan],
    tables: Mapping[str, Rows],
    planned: Mapping[str, int],
    notes: Sequence[Note],
) -> None:
    """Raise NothingFits for the first table, parents before children, that was to have rows and has none."""
    for group in groups:
        empty = [n for n in plans if n in group and planned.get(n, 0) > 0 and not tables[n].count]
        if empty:
            raise _empty(plans[empty[0]], group, planned[empty[0]], notes)


def _empty(plan: TablePlan, group: Sequence[str], planned: int, notes: Sequence[Note]) -> NothingFits:
    name = plan.table.name
    told = [n.message.partition(": ")[2] for n in notes if n.table in group and n.message.startswith("0 rows")]
    message = f"none of {planned} rows fits into `{name}`: {told[-1] if told else 'nothing is left for its keys'}"
    keys = {k.name: k for k in plan.table.foreign_keys}
    inside = [keys[r.name] for r in plan.references if r.required and r.target in group and r.name in keys]
    if inside:
        listed = " or ".join(f"`{k.name}`" for k in inside)
        text = f"let {listed} be null for the first row, or loosen the checks and unique sets of its columns"
        return NothingFits(message, inside[0].span, text)
    text = "widen the types, lists and checks of the columns in its keys and references, or let a reference be null"
    return NothingFits(message, plan.table.span, text)
