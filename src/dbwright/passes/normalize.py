"""Step 3 of the process, normalization: the normal form of every table whose dependencies the design declares."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic, nearest
from dbwright.model.blueprint import Blueprint
from dbwright.model.dependency import parse_dependency
from dbwright.model.design import Design
from dbwright.model.shape import Text
from dbwright.model.table import Table
from dbwright.theory.derived import derived_dependencies


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Judge tables by their declared dependencies and by those that are certain, and say what keeps a copy true.

    Reads: `depends:`, `copy of:`, keys, references. Decides: nothing; what violates a form is for the rules to say.
    Writes: decisions, diagnostics. Source: seed 002, step 3; see `theory/` for the algorithms.
    """
    for entity in design.entities:
        table = blueprint.table(entity.name)
        if table is None or not (entity.depends or derived_dependencies(blueprint, table)):
            continue
        found = [d for text in entity.depends for d in _problems(table, text)]
        blueprint = blueprint.report(*found)
        if not found:
            # Most tables have no dependency besides their keys, and then the theory is not even loaded.
            from dbwright.passes.normal_form import decide_form

            blueprint = blueprint.decide(decide_form(blueprint, table))
    return blueprint


def _problems(table: Table, text: Text) -> Iterator[Diagnostic]:
    try:
        dependency = parse_dependency(text)
    except ValueError as error:
        yield Diagnostic("bad-dependency", str(error), text.span, "write `columns -> columns`, or `->>` for lists")
        return
    known = [c.name for c in table.columns]
    for name in (*dependency.determinant, *dependency.dependent):
        if name not in known:
            place = text.at(max(0, text.find(name)))._replace(length=len(name))
            yield Diagnostic("unknown-column", f"`{table.name}` has no column `{name}`", place, nearest(name, known))
