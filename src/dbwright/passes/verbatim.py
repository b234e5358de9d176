"""Step 3 of the process: views, functions, triggers and the rest of `sql:`, kept word for word and put in order."""

from __future__ import annotations

from dbwright.diagnostics import Diagnostic, Severity
from dbwright.model.blueprint import Blueprint, Script, View
from dbwright.model.design import Design
from dbwright.model.entity import NamedSql
from dbwright.model.shape import span_of
from dbwright.records import replace
from dbwright.sql.grammar import GrammarError
from dbwright.sql.objects import read_object
from dbwright.sql.patterns import columns_by_name


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Take the verbatim objects in: views by what they read, the rest by whether tables may need it first.

    Reads: `sql:`. Decides: the order of loading. Writes: views, scripts, extensions, diagnostics.
    Source: PostgreSQL manual, CREATE VIEW ("security_invoker"): a plain view reads with its owner's rights.
    """
    for item in design.sql:
        try:
            found = read_object(str(item.sql), columns_by_name(blueprint))
        except GrammarError as error:
            span = item.sql.at(error.offset)
            message = f"`sql.{item.name}`: {error.message}"
            blueprint = blueprint.report(Diagnostic("sql-syntax", message, span, "one statement, as psql takes it"))
            continue
        if found.kind == "extension":
            extensions = tuple(dict.fromkeys([*blueprint.extensions, found.name]))
            blueprint = replace(blueprint, extensions=extensions)
        elif found.kind == "view":
            blueprint = blueprint.report(*_unsafe(design, item, found.options))
            text = str(item.sql).strip().rstrip(";")
            view = View(found.name, text, found.reads, found.columns, about=str(item.about), span=span_of(item.name))
            blueprint = replace(blueprint, views=(*blueprint.views, view))
        else:
            script = Script(str(item.name), str(item.sql).strip().rstrip(";"), found.early, span_of(item.name))
            blueprint = replace(blueprint, scripts=(*blueprint.scripts, script))
    return blueprint


def _unsafe(design: Design, item: NamedSql, options: tuple[str, ...]) -> list[Diagnostic]:
    if design.tenancy is None or "security_invoker" in options:
        return []
    return [
        Diagnostic(
            "view-around-policies",
            f"the view `{item.name}` reads with its owner's rights, so it shows the rows of every tenant",
            span_of(item.name),
            "write `create view … with (security_invoker = true, security_barrier = true) as …`",
            Severity.ERROR,
        )
    ]
