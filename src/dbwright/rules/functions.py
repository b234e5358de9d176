"""Rules about functions in PL/pgSQL: what they run that nobody wrote down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbwright.diagnostics import NOWHERE, Diagnostic, Span
from dbwright.model.blueprint import Blueprint
from dbwright.records import record
from dbwright.rules.made_types import spelt_type
from dbwright.rules.registry import rule, warning
from dbwright.sql.grammar import GrammarError, inside, kind, parse, strings


@record(frozen=True)
class Code:
    """A body in PL/pgSQL: of which function, with which arguments, and where it stands."""

    name: str
    arguments: str
    body: str
    span: Span


@rule
def concatenated_sql(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A value never becomes a part of a statement.

    What it does: finds functions that `execute` a statement put together by `||` or `format` with `%s` from values that
    are neither quoted nor of a type that needs no quotes (numbers, days, regclass).
    Why it matters: a value with a quote in it ends the literal, and what follows runs with the rights of the function.
    Instead of: execute 'select count(*) from orders where status = ''' || wanted || ''''
    Write: execute 'select count(*) from orders where status = $1' using wanted; format('… %I', name) for a name
    """
    for code in blueprint.once(_bodies):
        # Few designs hold such a body, and what reads it is not loaded for the others.
        from dbwright.sql.dynamic import loose_parts

        loose = loose_parts(code.body, code.arguments)
        if loose:
            shown = ", ".join(f"`{part}`" for part in loose[:3])
            message = f"`{code.name}` puts {shown} into a statement as it comes: what stands in it runs, too"
            help_text = "hand over values by `using`, put names in by `format('… %I …', name)`"
            yield warning("concatenated_sql", message, code.span, help_text)


def _bodies(blueprint: Blueprint) -> list[Code]:
    found = [Code(b.name, b.arguments, b.body, NOWHERE) for b in blueprint.live.bodies] if blueprint.live else []
    for item in blueprint.design.sql:
        if "execute" in item.sql.lower():
            found += _written(str(item.name), str(item.sql), item.sql.span)
    return found


def _written(name: str, sql: str, span: Span) -> Iterator[Code]:
    try:
        statements = parse(sql)
    except GrammarError:
        return
    for statement in statements:
        if kind(statement) == "create_function_stmt":
            function = statement.create_function_stmt
            options = {o.def_elem.defname: o.def_elem.arg for o in function.options}
            body = options.get("as")
            if _word(options.get("language")) == "plpgsql" and body is not None:
                called = ".".join(strings(function.funcname))
                yield Code(called, ", ".join(_arguments(function)), strings(inside(body).items)[0], span)
        elif kind(statement) == "do_stmt":
            parts = {o.def_elem.defname: o.def_elem.arg for o in statement.do_stmt.args}
            if _word(parts.get("language")) in ("", "plpgsql"):
                yield Code(name, "", _word(parts["as"]), span)


def _word(node: Any) -> str:
    return inside(node).sval if node is not None and kind(node) == "string" else ""


def _arguments(function: Any) -> Iterator[str]:
    """Each argument as `name type`."""
    for parameter in function.parameters:
        given = parameter.function_parameter
        yield f"{given.name} {spelt_type(given.arg_type)}"
