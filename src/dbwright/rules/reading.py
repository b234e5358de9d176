"""Rules about how access patterns read: trees level by level, inside documents, and one row at a time."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

from dbwright.diagnostics import Diagnostic
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.model.table import Table
from dbwright.rules.queries import mentioning
from dbwright.rules.registry import note, rule, warning
from dbwright.sql.grammar import find, inside, kind, strings, tree
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Query, TableUse
from dbwright.sql.types import bare_type, is_array

SAME_RATE = 0.01
"""How far two rates may lie apart and still be called equal."""
_COMPARED = {"<", "<=", ">", ">=", "<>", "!="}
_KEY_INSIDE = re.compile(r"^\(*\"?(?P<column>\w+)\"?\s*(?:->>?|#>>?|\[)")
_LIMIT = re.compile(r"\blimit\s+(\d+)\s*$", re.IGNORECASE)
_SEARCHING_LISTS = re.compile(r"any\s*\(|jsonb_\w+\s*\(")
_LOOKING_INSIDE = {"jsonb_path_exists", "jsonb_path_match", "jsonb_exists", "jsonb_exists_any", "jsonb_exists_all"}


@rule
def tree_without_depth(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A tree is read to a depth that somebody knows.

    What it does: finds recursive statements that go down a reference of a table to itself and compare no depth.
    Why it matters: each level is a search for every row of the level above, as deep as the tree ever grows, and with
    `union all` a cycle in the rows never ends.
    Instead of: with recursive below as (… union all select … from categories c join below b on c.parent_id = b.id)
    Write: carry the depth and stop, `where b.depth < 20`; or keep a path (ltree), or a table of all pairs
    """
    for pattern, statement in mentioning(blueprint, "recursive"):
        for clause in find(statement, tree.WithClause):
            for node in clause.ctes if clause.recursive else ():
                table = _goes_down(blueprint, node.common_table_expr)
                if table is not None:
                    message = (
                        f"`{pattern.name}` goes down `{table.name}` level by level, as deep as it grows: "
                        "a search for each row on the way, and no end in a cycle"
                    )
                    help_text = "carry the depth and stop at one (`where depth < 20`), or keep a path of each row"
                    yield warning("tree_without_depth", message, pattern.sql.span, help_text)


def _goes_down(blueprint: Blueprint, expression: Any) -> Table | None:
    """The table whose reference to itself a recursive expression follows from parents to children without an end."""
    select = inside(expression.ctequery)
    if not isinstance(select, tree.SelectStmt) or select.op != tree.SetOperation.SETOP_UNION:
        return None
    step = select.rarg
    ranges = list(find(step, tree.RangeVar))
    comparisons = [c for c in find(step, tree.A_Expr) if c.kind == tree.A_Expr_Kind.AEXPR_OP]
    if any(set(strings(c.name)) & _COMPARED and _counts(c) for c in comparisons) or step.HasField("limit_count"):
        return None
    own = {r.alias.aliasname or r.relname for r in ranges if r.relname == expression.ctename}
    for use in ranges if own else ():
        table = blueprint.table(use.relname)
        keys = [k for k in table.foreign_keys if k.target == table.name] if table else []
        down = {column for key in keys for column in key.columns} - set(table.tenant_column.split()) if table else set()
        if any(_joins_down(c, down, own) for c in comparisons):
            return table
    return None


def _counts(comparison: Any) -> bool:
    """Whether a comparison is with a number or a parameter, as one of a depth is."""
    sides = (comparison.lexpr, comparison.rexpr)
    return any(kind(s) in ("a_const", "param_ref") for s in sides) or any(
        kind(s) == "func_call" and "array_length" in strings(s.func_call.funcname) for s in sides
    )


def _joins_down(comparison: Any, down: set[str], own: set[str]) -> bool:
    """Whether a comparison joins the referencing column of a row to something of the level above."""
    if strings(comparison.name) != ["="]:
        return False
    names = [strings(s.column_ref.fields) for s in (comparison.lexpr, comparison.rexpr) if kind(s) == "column_ref"]
    below = [n for n in names if n and n[-1] in down and n[0] not in own]
    return len(names) == 2 and len(below) == 1


@rule
def searched_document(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What is searched by is a column.

    What it does: finds access patterns that compare what stands under a key of a document that no check mentions, or
    that look into arrays and documents in a way that no index serves (`:tag = any(tags)`, `jsonb_path_exists`).
    Why it matters: nothing says that the key is there, how it is spelt or of which type it is: rows are missed without
    an error. Without an index every document is read and taken apart.
    Instead of: select order_id from orders where details->>'city' = :city
    Write: city text not null beside details; or check (jsonb_typeof(details -> 'city') = 'string'); and
    tags @> array[:tag], which an index on tags serves
    """
    for pattern, query in queries(blueprint).values():
        for use in query.uses:
            yield from _keys_searched(blueprint, pattern, use)
    for pattern, statement in mentioning(blueprint, _SEARCHING_LISTS):
        yield from _elements_searched(blueprint, pattern, statement)


def _keys_searched(blueprint: Blueprint, pattern: AccessPattern, use: TableUse) -> Iterator[Diagnostic]:
    table = blueprint.table(use.table)
    searched = [_KEY_INSIDE.match(c.column) for c in use.conditions if c.is_expression]
    for name in dict.fromkeys(found["column"] for found in searched if found) if table else ():
        column = table.column(name) if table else None
        if table is None or column is None or bare_type(column.type) not in ("jsonb", "json"):
            continue
        if not any(re.search(rf"\b{re.escape(name)}\b", check.expression) for check in table.checks):
            message = f"`{pattern.name}` compares a key inside `{table.name}.{name}`, and nothing says that it is there"
            help_text = "make it a column (also a generated one), or add a check on its jsonb_typeof"
            yield note("searched_document", message, pattern.sql.span, help_text)


def _elements_searched(blueprint: Blueprint, pattern: AccessPattern, statement: Any) -> Iterator[Diagnostic]:
    names = queries(blueprint)[str(pattern.name)][1].tables
    tables = [t for name in names if (t := blueprint.table(name)) is not None]
    for expression in find(statement, tree.A_Expr):
        if expression.kind == tree.A_Expr_Kind.AEXPR_OP_ANY and kind(expression.lexpr) in ("param_ref", "a_const"):
            owner = _owner(tables, expression.rexpr, arrays=True)
            if owner:
                message = f"`{pattern.name}` looks into `{owner}` row by row: no index serves `= any`"
                help_text = f"write `{owner.rpartition('.')[2]} @> array[…]`"
                yield warning("searched_document", message, pattern.sql.span, help_text)
    for call in [c for where in _conditions(statement) for c in find(where, tree.FuncCall)]:
        if strings(call.funcname)[-1:] and strings(call.funcname)[-1] in _LOOKING_INSIDE and call.args:
            owner = _owner(tables, call.args[0], arrays=False)
            if owner:
                message = f"`{pattern.name}` takes `{owner}` apart row by row: no index serves a function"
                help_text = "write an operator, which an index serves: `@>`, `@?`, `@@`, `?`"
                yield warning("searched_document", message, pattern.sql.span, help_text)


def _conditions(statement: Any) -> Iterator[Any]:
    for kind_of in (tree.SelectStmt, tree.UpdateStmt, tree.DeleteStmt):
        yield from (s.where_clause for s in find(statement, kind_of) if s.HasField("where_clause"))


def _owner(tables: list[Table], node: Any, arrays: bool) -> str:
    """The array or document column that a node names, with its table; empty for anything else."""
    name = strings(node.column_ref.fields)[-1] if kind(node) == "column_ref" else ""
    for table in tables:
        column = table.column(name)
        if column is not None and (is_array(column.type) if arrays else bare_type(column.type) == "jsonb"):
            return f"{table.name}.{name}"
    return ""


@rule
def query_per_row(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    The rows of a list come with what belongs to them.

    What it does: finds access patterns that look up by a value which another one of the same role returns, and whose
    rate is that one's rate times the rows that it returns.
    Why it matters: a page of 50 rows asks 51 times, and waits for 50 round trips.
    Instead of: list-orders 100/s … limit 50, and customer-of-order 5000/s … where customer_id = :customer
    Write: join the customers in list-orders, or ask once: where customer_id = any(:customers)
    """
    rated = [(p, q, p.rate.per_second) for p, q in queries(blueprint).values() if p.rate is not None]
    lists = [
        (rate * n, number, p, q, n) for number, (p, q, rate) in enumerate(rated) if (n := _rows_returned(p, q)) > 1
    ]
    lists.sort(key=lambda found: found[0])
    expected = [found[0] for found in lists]
    for pattern, query, rate in rated if lists else ():
        if query.verb != "select" or len(query.uses) != 1:
            continue
        # Equal rates are few and quickly found: only they are worth a look at columns.
        near = lists[bisect_left(expected, rate / (1 + SAME_RATE)) : bisect_right(expected, rate / (1 - SAME_RATE))]
        wanted = _looked_up(blueprint, query.uses[0]) if near else set()
        for _, _, above, listing, rows in sorted(near, key=lambda found: found[1]) if wanted else ():
            if above is not pattern and set(above.by) & set(pattern.by) and _returns(listing, wanted):
                message = (
                    f"`{pattern.name}` runs {rows} times for each `{above.name}` by its rate: once a row of the list"
                )
                help_text = f"join it in `{above.name}`, or ask for all rows at once: `= any(:keys)`"
                yield note("query_per_row", message, pattern.sql.span, help_text)
                break


def _rows_returned(pattern: AccessPattern, query: Query) -> int:
    if query.verb != "select":
        return 0
    if pattern.rows is not None:
        return pattern.rows.value
    found = _LIMIT.search(query.sql.rstrip().rstrip(";"))
    return int(found[1]) if found else 0


def _looked_up(blueprint: Blueprint, use: TableUse) -> set[tuple[str, str]]:
    """The columns by which a statement finds one row or the rows of one parent, and those that hold the same values."""
    equal = {c.column for c in use.conditions if c.operator == "=" and len(c.parameters) == 1 and not c.is_expression}
    table = blueprint.table(use.table)
    found = {(use.table, name) for name in equal - {table.tenant_column}} if table else set()
    if table is None or len(found) != 1:
        return set()
    return found | {column for one in found for column in blueprint.once(_referenced).get(one, ())}


def _referenced(blueprint: Blueprint) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """For each column of a reference, those on its other side, which hold the same values."""
    pairs = [
        ((table.name, here), (key.target, there))
        for table in blueprint.tables
        for key in table.foreign_keys
        for here, there in zip(key.columns, key.target_columns, strict=False)
    ]
    return grouped([*pairs, *((there, here) for here, there in pairs)])


def _returns(query: Query, wanted: set[tuple[str, str]]) -> bool:
    return any(column in query.reads.get(table, ()) for table, column in wanted)
