"""Verbatim objects: what kind of thing a statement creates, and what a view reads."""

from __future__ import annotations

from typing import Any

from dbwright.records import record
from dbwright.sql.analysis import analyse
from dbwright.sql.grammar import GrammarError, inside, kind, parse, statement_text, strings, tree
from dbwright.sql.queries import Columns

_EARLY = {
    "create_function_stmt",
    "create_enum_stmt",
    "create_domain_stmt",
    "composite_type_stmt",
    "create_range_stmt",
    "create_seq_stmt",
    "define_stmt",
}


@record(frozen=True)
class SqlObject:
    """One verbatim statement: `kind` is view, extension or other; `early` where tables may need it."""

    kind: str
    name: str
    early: bool = False
    columns: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def read_object(sql: str, columns: Columns) -> SqlObject:
    """Return what a verbatim statement creates; raise GrammarError."""
    statements = parse(sql)
    if len(statements) != 1:
        raise GrammarError(f"one statement is expected, {len(statements)} are here", 0)
    node = statements[0]
    if kind(node) == "view_stmt":
        return _view(node.view_stmt, columns)
    if kind(node) == "create_extension_stmt":
        return SqlObject("extension", node.create_extension_stmt.extname, True)
    return SqlObject("other", kind(node), kind(node) in _EARLY)


def _view(view: Any, columns: Columns) -> SqlObject:
    query = analyse(statement_text(view.query), columns)
    names = tuple(strings(view.aliases)) or tuple(_outputs(inside(view.query), columns))
    options = tuple(o.def_elem.defname for o in view.options)
    return SqlObject("view", view.view.relname, columns=names, reads=query.tables, options=options)


def _outputs(select: Any, columns: Columns) -> list[str]:
    """The names of a select's output columns, as PostgreSQL makes them up."""
    if select.op != tree.SetOperation.SETOP_NONE:
        return _outputs(select.larg, columns)
    names: list[str] = []
    for target in select.target_list:
        names += [target.res_target.name] if target.res_target.name else _output(target.res_target.val, select, columns)
    return names


def _output(value: Any, select: Any, columns: Columns) -> list[str]:
    if kind(value) == "column_ref":
        fields = value.column_ref.fields
        if kind(fields[-1]) == "a_star":
            tables = [f.range_var.relname for f in select.from_clause if kind(f) == "range_var"]
            return [c for t in tables for c in columns.get(t, ())]
        return strings(fields)[-1:]
    if kind(value) == "func_call":
        return strings(value.func_call.funcname)[-1:]
    if kind(value) == "type_cast":
        return _output(value.type_cast.arg, select, columns)
    return ["?column?"]
