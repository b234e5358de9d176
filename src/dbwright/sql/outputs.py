"""What a select returns: the name, type and origin of each output, as far as its text and the tables tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dbwright.records import record
from dbwright.sql.grammar import inside, kind, parse
from dbwright.sql.rewriting import RESULTS, cast_type
from dbwright.sql.types import canonical_type

_SUMS = {"smallint": "bigint", "integer": "bigint", "bigint": "numeric", "real": "real"}
"""The type of a sum where it is not that of what is added up."""


@record(frozen=True)
class Output:
    """One output of a select; `type` is empty where it cannot be told, `table` and `column` where it is computed.

    `counted` says that it is a plain count, which is never null.
    """

    name: str
    type: str
    table: str = ""
    column: str = ""
    counted: bool = False


def outputs_of(sql: str, columns: Mapping[str, Mapping[str, str]]) -> list[Output]:
    """Return the outputs of a select; `columns` are the types of the columns of each table."""
    select = inside(parse(sql)[0])
    while select.HasField("larg"):
        select = select.larg
    sources = {alias: table for item in select.from_clause for alias, table in _sources(item)}
    known = {alias: columns[table] for alias, table in sources.items() if table in columns}
    found = []
    for target in select.target_list:
        item = target.res_target
        name, origin = _origin(item.val, known)
        type_name = known[origin][name] if origin else _type(item.val, known)
        own = (sources[origin], name) if origin else ("", "")
        found.append(Output(item.name or name, canonical_type(type_name) if type_name else "", *own, _count(item.val)))
    return found


def _count(value: Any) -> bool:
    while kind(value) == "type_cast":
        value = value.type_cast.arg
    return kind(value) == "func_call" and value.func_call.funcname[-1].string.sval == "count"


def _sources(item: Any) -> Iterator[tuple[str, str]]:
    if kind(item) == "range_var":
        table = item.range_var
        yield (table.alias.aliasname if table.HasField("alias") else table.relname), table.relname
    elif kind(item) == "join_expr":
        yield from _sources(item.join_expr.larg)
        yield from _sources(item.join_expr.rarg)


def _origin(value: Any, known: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """The name of an output and the source that it is a column of, if it is one."""
    if kind(value) == "func_call":
        return str(value.func_call.funcname[-1].string.sval), ""
    if kind(value) != "column_ref":
        return "", ""
    names = [f.string.sval for f in value.column_ref.fields if kind(f) == "string"]
    if len(names) < len(value.column_ref.fields):
        return "*", ""
    aliases = names[-2:-1] or list(known)
    return names[-1], next((a for a in aliases if names[-1] in known.get(a, ())), "")


def _type(value: Any, known: Mapping[str, Mapping[str, str]]) -> str:
    match kind(value):
        case "type_cast":
            return cast_type(value)
        case "column_ref":
            name, source = _origin(value, known)
            return known[source][name] if source else ""
        case "coalesce_expr":
            return _type(value.coalesce_expr.args[0], known)
        case "func_call":
            return _result(value.func_call, known)
    return ""


def _result(call: Any, known: Mapping[str, Mapping[str, str]]) -> str:
    name = call.funcname[-1].string.sval
    argument = _type(call.args[-1], known) if call.args else ""
    if name in ("min", "max", "date_trunc"):
        return argument
    if name == "sum":
        return _SUMS.get(argument, argument)
    return RESULTS.get(name, "")
