"""Which parameter a statement writes into which column."""

from __future__ import annotations

from typing import Any

from dbwright.sql.grammar import kind, parse


def assigned_parameters(sql: str) -> dict[tuple[str, str], dict[str, int]]:
    """Return {(verb, table): {column: parameter number}} of a numbered insert or update."""
    node = parse(sql)[0]
    match kind(node):
        case "insert_stmt":
            insert = node.insert_stmt
            names = [c.res_target.name for c in insert.cols]
            source = insert.select_stmt.select_stmt
            values = list(source.values_lists[0].list.items) if source.values_lists else []
            values = values or [t.res_target.val for t in source.target_list]
            return {("insert", insert.relation.relname): _numbers(names, values)}
        case "update_stmt":
            targets = node.update_stmt.target_list
            names = [t.res_target.name for t in targets]
            values = [t.res_target.val for t in targets]
            return {("update", node.update_stmt.relation.relname): _numbers(names, values)}
    return {}


def _numbers(names: list[str], values: list[Any]) -> dict[str, int]:
    found = {}
    for name, value in zip(names, values, strict=False):
        bare = value.type_cast.arg if kind(value) == "type_cast" else value
        if kind(bare) == "param_ref":
            found[name] = bare.param_ref.number
    return found
