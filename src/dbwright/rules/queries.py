"""Rules about access patterns."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.rules.registry import rule, warning
from dbwright.sql.grammar import kind, parse
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
        node = parse(query.sql)[0]
        for verb, name in query.writes:
            if verb == "insert" and kind(node) == "insert_stmt" and not node.insert_stmt.cols:
                message = f"`{pattern.name}` breaks as soon as `{name}` gets another column"
                help_text = f"write `insert into {name} (column, …) values (…)`"
                yield warning("insert_without_columns", message, pattern.sql.span, help_text)
