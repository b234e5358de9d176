"""Rules about the SQL of access patterns: what is slower, or means less, than it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.rules.queries import mentioning
from dbwright.rules.registry import note, rule, warning
from dbwright.sql.grammar import find, kind, tree
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Query

MOST_JOINS = 8
"""Tables from which on the planner no longer tries every order (join_collapse_limit)."""
LARGE = 100_000
"""Rows at the horizon from which on reading all of a table is told."""

_LIMIT_ALONE = re.compile(r"^(?!.*order by.*limit.*$).*limit", re.DOTALL)
_ORDER_BY_NUMBER = re.compile(r"order\s+by\s+(?:[\w.]+(?:\s+\w+)*\s*,\s*)*\d")


@rule
def select_star(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A statement names the columns that it needs.

    What it does: finds `select *`.
    Why it matters: a column that is added travels with every answer, the role must be allowed to read all of them, and
    no index can answer alone.
    Instead of: select * from users where user_id = :user
    Write: select name, email from users where user_id = :user
    """
    for pattern, statement in mentioning(blueprint, "*"):
        for select in find(statement, tree.SelectStmt):
            stars = [t for t in select.target_list if _is_star(t.res_target.val)]
            if stars and not _only_counts(select):
                message = f"`{pattern.name}` reads every column that `select *` stands for, also those that come later"
                yield note("select_star", message, pattern.sql.span, "name the columns")
                break


def _is_star(node: Any) -> bool:
    return kind(node) == "column_ref" and kind(node.column_ref.fields[-1]) == "a_star"


def _only_counts(select: Any) -> bool:
    """`select t.*` from a subquery of the statement is no new read; a select without a table has nothing to read."""
    return not select.from_clause or all(kind(f) == "range_subselect" for f in select.from_clause)


@rule
def limit_without_order(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    The first rows are the first of something.

    What it does: finds `limit` in a statement without `order by` that may find more rows.
    Why it matters: which rows come is up to the plan, so a page changes with the next vacuum.
    Instead of: select title from posts limit 20
    Write: select title from posts order by created_at desc limit 20
    """
    for pattern, statement in mentioning(blueprint, _LIMIT_ALONE):
        for select in find(statement, tree.SelectStmt):
            limited = select.HasField("limit_count") and not select.sort_clause
            one = kind(select.limit_count) == "a_const" and select.limit_count.a_const.ival.ival == 1
            if limited and select.from_clause and not one and not select.group_clause:
                message = f"`{pattern.name}` returns some rows or others: nothing says which come first"
                yield warning("limit_without_order", message, pattern.sql.span, "add `order by`")


@rule
def not_in_subquery(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Absence is asked by `not exists`.

    What it does: finds `not in (select …)`.
    Why it matters: one null in the list, and the answer is empty; and the planner can make no anti-join of it.
    Instead of: where user_id not in (select user_id from blocked)
    Write: where not exists (select from blocked b where b.user_id = u.user_id)
    """
    for pattern, statement in mentioning(blueprint, "not in"):
        for expression in find(statement, tree.BoolExpr):
            if expression.boolop != tree.BoolExprType.NOT_EXPR or kind(expression.args[0]) != "sub_link":
                continue
            if expression.args[0].sub_link.sub_link_type == tree.SubLinkType.ANY_SUBLINK:
                message = f"`{pattern.name}` finds nothing as soon as its list holds one null"
                yield warning("not_in_subquery", message, pattern.sql.span, "write `not exists (select from …)`")


@rule
def union_that_sorts(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What cannot repeat is not searched for repetitions.

    What it does: finds `union` without `all`.
    Why it matters: the server sorts or hashes both answers to drop equal rows, which mostly do not exist.
    Instead of: select … union select …
    Write: select … union all select …
    """
    for pattern, statement in mentioning(blueprint, "union"):
        for select in find(statement, tree.SelectStmt):
            if select.op == tree.SetOperation.SETOP_UNION and not select.all:
                message = f"`{pattern.name}` sorts both answers to drop equal rows"
                yield note("union_that_sorts", message, pattern.sql.span, "write `union all` where no row comes twice")


@rule
def distinct_over_join(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Rows that should not multiply are not multiplied.

    What it does: finds `select distinct` over a join.
    Why it matters: the join makes each row many times, and the server sorts them to throw all but one away.
    Instead of: select distinct u.name from users u join orders o on o.user_id = u.user_id
    Write: select u.name from users u where exists (select from orders o where o.user_id = u.user_id)
    """
    for pattern, statement in mentioning(blueprint, "distinct"):
        for select in find(statement, tree.SelectStmt):
            joined = len(select.from_clause) > 1 or any(kind(f) == "join_expr" for f in select.from_clause)
            plain = len(select.distinct_clause) == 1 and not kind(select.distinct_clause[0])
            if joined and plain:
                message = f"`{pattern.name}` multiplies rows by a join and sorts them to drop the copies"
                yield note("distinct_over_join", message, pattern.sql.span, "ask by `exists` for what only filters")


@rule
def having_without_aggregate(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Rows are filtered before they are grouped.

    What it does: finds `having` conditions that use no aggregate.
    Why it matters: rows are read, sorted and grouped, and then thrown away.
    Instead of: group by city having city <> ''
    Write: where city <> '' group by city
    """
    for pattern, statement in mentioning(blueprint, "having"):
        for select in find(statement, tree.SelectStmt):
            if select.HasField("having_clause") and not any(True for _ in find(select.having_clause, tree.FuncCall)):
                message = f"`{pattern.name}` groups rows that its `having` then throws away"
                yield warning("having_without_aggregate", message, pattern.sql.span, "move the condition to `where`")


@rule
def order_by_position(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A sort names what it sorts by.

    What it does: finds `order by 1`.
    Why it matters: a column that is added in front changes the order of every page, without an error.
    Instead of: select name, created_at from users order by 2 desc
    Write: select name, created_at from users order by created_at desc
    """
    for pattern, statement in mentioning(blueprint, _ORDER_BY_NUMBER):
        for sort in find(statement, tree.SortBy):
            if kind(sort.node) == "a_const" and sort.node.a_const.HasField("ival"):
                message = f"`{pattern.name}` sorts by the position of a column, which changes with the next one"
                yield note("order_by_position", message, pattern.sql.span, "write the name of the column")


@rule
def natural_join(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A join says what it joins by.

    What it does: finds `natural join`.
    Why it matters: it joins by every name that both have; `updated_at` is added to both, and the answer is empty.
    Instead of: from orders natural join users
    Write: from orders join users using (user_id)
    """
    for pattern, statement in mentioning(blueprint, "natural"):
        for join in find(statement, tree.JoinExpr):
            if join.is_natural:
                message = f"`{pattern.name}` joins by every name that both tables happen to share"
                yield warning("natural_join", message, pattern.sql.span, "write `using (…)` or `on …`")


@rule
def cartesian_product(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Tables that are read together are joined.

    What it does: finds statements over several tables of which one has neither a join condition nor another one.
    Why it matters: each row of one is combined with each row of the other.
    Instead of: select o.total from orders o, users u where o.order_id = :order
    Write: select o.total from orders o join users u on u.user_id = o.user_id where o.order_id = :order
    """
    for pattern, query in queries(blueprint).values():
        if len(query.uses) < 2 or query.verb != "select":
            continue
        loose = [u for u in query.uses if not u.conditions and not u.target]
        if loose and _is_plain_product(query):
            message = f"`{pattern.name}` combines every row of `{loose[0].table}` with every other row"
            yield warning("cartesian_product", message, pattern.sql.span, "say how they belong together: `on …`")


def _is_plain_product(query: Query) -> bool:
    """Subqueries, set operations and lateral joins are levels of their own, which are not looked into here."""
    words = query.sql.lower()
    return not any(
        w in words for w in ("(select", "union", "natural", "lateral", "cross join", "with ", " on true", "limit 1")
    )


@rule
def too_many_joins(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A statement is small enough to be planned.

    What it does: finds statements that read more than eight tables.
    Why it matters: beyond eight the planner keeps to the order in which they are written, and its estimates have
    multiplied their errors seven times.
    Instead of: one statement for a whole page
    Write: a few, each for one part of the page
    """
    for pattern, query in queries(blueprint).values():
        if len(query.uses) > MOST_JOINS:
            message = f"`{pattern.name}` reads {len(query.uses)} tables at once: the planner tries not every order"
            yield note("too_many_joins", message, pattern.sql.span, "ask in parts, or keep a table ready to read")


@rule
def local_time(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    The time of a statement has a zone.

    What it does: finds `localtimestamp`, `localtime` and `now()::timestamp`.
    Why it matters: what is written depends on the zone of the session, and is wrong for everybody else.
    Instead of: insert into visits (seen_at) values (localtimestamp)
    Write: insert into visits (seen_at) values (now())
    """
    local = {tree.SQLValueFunctionOp.SVFOP_LOCALTIMESTAMP, tree.SQLValueFunctionOp.SVFOP_LOCALTIME}
    for pattern, statement in mentioning(blueprint, "local"):
        if any(value.op in local for value in find(statement, tree.SQLValueFunction)):
            message = f"`{pattern.name}` writes the time of the session's zone, which the next reader does not know"
            yield warning("local_time", message, pattern.sql.span, "write `now()`")


@rule
def unbounded_list(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An answer has an end.

    What it does: finds statements that return rows of a table with 100,000 rows or more at the horizon, and have
    neither a limit nor an aggregate nor any condition.
    Why it matters: the answer grows with the system until the client that waits for it runs out of memory.
    Instead of: select user_id, name from users
    Write: select user_id, name from users where user_id > :last order by user_id limit 1000
    """
    for pattern, query in queries(blueprint).values():
        words = query.sql.lower()
        bounded = any(w in words for w in (" limit ", "count(", "sum(", "group by", "max(", "min(", "avg("))
        if query.verb != "select" or bounded or pattern.rows is not None:
            continue
        for use in query.uses:
            table = blueprint.table(use.table)
            rows = table.size.rows_horizon if table is not None and table.size is not None else 0
            if rows >= LARGE and not use.conditions and len(query.uses) == 1:
                message = f"`{pattern.name}` returns all of `{use.table}`: {rows:,} rows at the horizon"
                yield warning("unbounded_list", message, pattern.sql.span, "add a condition, or `order by … limit …`")


@rule
def function_over_column(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A column is compared as it is stored.

    What it does: finds conditions that wrap a column in a date function or a cast (`date(created_at) = :day`).
    Why it matters: no index on the column serves them, and partitions are not left out.
    Instead of: where date(created_at) = :day
    Write: where created_at >= :day and created_at < :day + interval '1 day'
    """
    for pattern, query in queries(blueprint).values():
        for use in query.uses:
            for condition in use.conditions:
                text = condition.column.lower()
                if condition.is_expression and text.startswith(("date(", "date_trunc(", "to_char(", "extract(")):
                    message = f"`{pattern.name}` compares `{condition.column}`: no index on the column serves that"
                    yield warning("function_over_column", message, pattern.sql.span, "compare the column with a range")


@rule
def rows_without_lock_order(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Who takes from a queue passes over what others have taken.

    What it does: finds `for update` with a limit and without `skip locked` or `nowait`.
    Why it matters: all workers wait for the same first row, so the queue runs as fast as one of them.
    Instead of: select job_id from jobs where state = 'new' order by job_id limit 1 for update
    Write: … limit 1 for update skip locked
    """
    for pattern, statement in mentioning(blueprint, "for update"):
        for select in find(statement, tree.SelectStmt):
            waits = [c for c in select.locking_clause if "LOCKWAITBLOCK" in str(c).upper().replace("_", "")]
            if select.HasField("limit_count") and waits:
                message = f"sessions in `{pattern.name}` wait for each other at the first row"
                yield note("rows_without_lock_order", message, pattern.sql.span, "write `for update skip locked`")
