"""An index that the designer wrote as SQL, read into keys, method, included columns and predicate."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dbwright.model.table import Index, IndexKey
from dbwright.records import replace
from dbwright.sql.grammar import GrammarError, expression_text, kind, parse, strings, tree


def read_index(index: Index) -> Index:
    """Return an index with its definition read into the fields that a decided one has; unread where it is no SQL."""
    if not index.definition:
        return index
    try:
        method, keys, include, where = _read(index.definition)
    except GrammarError:
        return index
    return replace(index, method=method, keys=keys, include=include, where=where)


@lru_cache(maxsize=1024)
def _read(definition: str) -> tuple[str, tuple[IndexKey, ...], tuple[str, ...], str]:
    text = definition if definition.lower().startswith("create ") else f"create index i on t {definition}"
    statement = parse(text)[0].index_stmt
    keys = tuple(_key(item.index_elem) for item in statement.index_params)
    include = tuple(item.index_elem.name for item in statement.index_including_params)
    where = expression_text(statement.where_clause) if statement.HasField("where_clause") else ""
    return statement.access_method or "btree", keys, include, where


def _key(element: Any) -> IndexKey:
    descending = element.ordering == tree.SortByDir.SORTBY_DESC
    operator_class = strings(element.opclass)[-1] if element.opclass else ""
    if element.name:
        return IndexKey(element.name, operator_class, descending)
    return IndexKey(expression_text(element.expr), operator_class, descending, is_expression=True)


def attribute_name(expression: str) -> str:
    """Return what PostgreSQL calls a key of an index that is an expression (src/backend/parser/parse_target.c)."""
    try:
        node = parse(f"select {expression}")[0].select_stmt.target_list[0].res_target.val
    except GrammarError:
        return "expr"
    while kind(node) == "type_cast":
        inner = node.type_cast.arg
        if kind(inner) not in ("func_call", "column_ref", "type_cast"):
            return strings(node.type_cast.type_name.names)[-1]
        node = inner
    match kind(node):
        case "func_call":
            return strings(node.func_call.funcname)[-1]
        case "column_ref":
            return strings(node.column_ref.fields)[-1]
        case "coalesce_expr":
            return "coalesce"
        case "case_expr":
            return "case"
    return "expr"
