"""Rules about access patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dbwright.diagnostics import Diagnostic
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.rules.registry import rule, warning
from dbwright.sql.grammar import find, kind, parse, strings, tree
from dbwright.sql.patterns import queries


@rule
def write_without_condition(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An update or delete says which rows it means.

    What it does: finds `update` and `delete` statements that have no condition on the table they write.
    Why it matters: the statement changes every row of the table, or of the tenant.
    Instead of: delete from sessions
    Write: delete from sessions where expires_at < now()
    """
    for pattern, query in queries(blueprint).values():
        if query.verb not in ("update", "delete"):
            continue
        if all(not use.conditions for use in query.uses if use.target):
            message = f"`{pattern.name}` changes every row of the table"
            yield warning("write_without_condition", message, pattern.sql.span, "add `where …`")


@rule
def insert_without_columns(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An insert names its columns.

    What it does: finds `insert into t values (…)`.
    Why it matters: the statement breaks, or fills the wrong column, as soon as a column is added.
    Instead of: insert into users values (:id, :name)
    Write: insert into users (user_id, name) values (:id, :name)
    """
    for pattern, query in queries(blueprint).values():
        for name in [name for verb, name in query.writes if verb == "insert"]:
            node = parse(query.sql)[0]
            if kind(node) == "insert_stmt" and not node.insert_stmt.cols:
                message = f"`{pattern.name}` breaks as soon as `{name}` gets another column"
                help_text = f"write `insert into {name} (column, …) values (…)`"
                yield warning("insert_without_columns", message, pattern.sql.span, help_text)


@rule
def random_order(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A sample is not sorted into being.

    What it does: finds `order by random()`.
    Why it matters: every row is read and sorted to return a few, each time.
    Instead of: select * from quotes order by random() limit 1
    Write: select * from quotes where quote_no >= :drawn order by quote_no limit 1, or `tablesample`
    """
    for pattern, statement in mentioning(blueprint, "random"):
        for sort in find(statement, tree.SortBy):
            if kind(sort.node) == "func_call" and strings(sort.node.func_call.funcname)[-1:] == ["random"]:
                message = f"`{pattern.name}` reads and sorts every row to return a few"
                yield warning(
                    "random_order", message, pattern.sql.span, "draw a key and look it up, or use `tablesample`"
                )


@rule
def comparison_with_null(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Nothing equals null.

    What it does: finds `= null` and `<> null`.
    Why it matters: the comparison is never true, so the statement finds no row and reports no error.
    Instead of: where ended_at = null
    Write: where ended_at is null
    """
    for pattern, statement in mentioning(blueprint, "null"):
        for comparison in find(statement, tree.A_Expr):
            operator = strings(comparison.name)[-1:]
            if operator and operator[0] in _COMPARISONS and (_is_null(comparison.lexpr) or _is_null(comparison.rexpr)):
                message = f"`{pattern.name}` compares with null by `{operator[0]}`, which is never true"
                yield warning("comparison_with_null", message, pattern.sql.span, "write `is null` or `is not null`")


_COMPARISONS = ("=", "<>", "!=", "<", ">", "<=", ">=")


def _is_null(node: Any) -> bool:
    return kind(node) == "a_const" and bool(node.a_const.isnull)


@rule
def page_by_offset(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A page starts after the last row that was seen.

    What it does: finds `offset` with a parameter.
    Why it matters: the server reads and throws away all rows before the page, and rows move between pages meanwhile.
    Instead of: order by created_at desc limit 20 offset :skip
    Write: where created_at < :last_seen order by created_at desc limit 20
    """
    for pattern, statement in mentioning(blueprint, "offset"):
        for select in find(statement, tree.SelectStmt):
            if kind(select.limit_offset) == "param_ref":
                message = f"`{pattern.name}` reads and throws away every row before the page that it returns"
                help_text = "remember the last key of a page: `where key > :last order by key limit …`"
                yield warning("page_by_offset", message, pattern.sql.span, help_text)


def mentioning(blueprint: Blueprint, words: str | re.Pattern[str]) -> Iterator[tuple[AccessPattern, Any]]:
    """Yield the access patterns whose text, in small letters, holds some words or an expression, with their statement.

    Most do not, and need not be walked.
    """
    for pattern, text in blueprint.once(_texts):
        if words in text if isinstance(words, str) else words.search(text):
            yield pattern, parse(queries(blueprint)[str(pattern.name)][1].sql)[0]


def _texts(blueprint: Blueprint) -> list[tuple[AccessPattern, str]]:
    return [(pattern, query.sql.lower()) for pattern, query in queries(blueprint).values()]
