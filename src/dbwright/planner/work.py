"""The rows and pages that a plan would touch, node by node, from EXPLAIN without running it.

A limit stops what stands below it where nothing in between must see all its rows. A scan touches the rows that its
index condition finds, not those that its filter leaves; `found` tells how many these are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import Any

from dbwright.planner.statistics import Statistics
from dbwright.records import record

Found = Callable[[Mapping[str, Any]], float]
"""Given an index scan with a filter, the rows that its index condition finds, each time it runs."""

ENTRIES = 300.0
"""Entries of a leaf page, about; source: shared facts, the tree deepens by one level for each 280."""
_AT_RUN = r"(?:\$\d+|\(InitPlan \d+\)\.col\d+)"
"""A value that is known when the plan runs, and that leaves one partition of those by hash: source, `nodeAppend.c`."""
_BLOCKING = ("Sort", "Hash", "Materialize", "WindowAgg", "SetOp", "Gather", "Gather Merge", "BitmapAnd", "BitmapOr")
_UNTOLD = ("Limit", "Subquery Scan", "Append", "Merge Append", "LockRows", "Result", "Memoize", "ModifyTable")
_NO_RELATION = ("CTE Scan", "Function Scan", "Values Scan", "Named Tuplestore Scan", "WorkTable Scan", "Result")


@record(frozen=True)
class Touched:
    """What one scan of a plan touches: rows, pages in any order, pages in sequence; `loops` how often it runs."""

    node: str
    relation: str
    index: str
    rows: float
    random: float = 0.0
    sequential: float = 0.0
    loops: float = 1.0


@record(frozen=True)
class Relations:
    """Rows and pages of tables, and pages and heights of indexes, by name.

    `hashed` tells by partition the column by whose hash its table is divided, and into how many.
    """

    rows: Mapping[str, float]
    pages: Mapping[str, float]
    visible: Mapping[str, float]
    heights: Mapping[str, int]
    unique: Mapping[str, tuple[str, ...]]
    hashed: Mapping[str, tuple[str, int]]


def relations_of(
    statistics: Statistics, unique: Mapping[str, tuple[str, ...]], hashed: Mapping[str, tuple[str, int]]
) -> Relations:
    """Return the sizes that statistics give to tables and indexes; `unique` are the columns of indexes of keys."""
    tables = [t for t in statistics.tables if t.pages >= 0]
    indexes = [i for t in statistics.tables for i in t.indexes]
    return Relations(
        {t.name: max(t.rows, 0.0) for t in tables},
        {**{t.name: float(t.pages) for t in tables}, **{i.name: float(i.pages) for i in indexes}},
        {t.name: t.visible_pages / t.pages if t.pages else 0.0 for t in tables},
        {i.name: i.height or 0 for i in indexes},
        unique,
        hashed,
    )


def touched(plan: Mapping[str, Any], relations: Relations, found: Found) -> tuple[Touched, ...]:
    """Return what each scan of a plan touches, from the top."""
    return tuple(_visit(plan, relations, found, 1.0, 1.0))


def _visit(
    node: Mapping[str, Any], relations: Relations, found: Found, loops: float, share: float
) -> Iterator[Touched]:
    kind = str(node["Node Type"])
    yield from _scan(kind, node, relations, found, loops, share)
    children = [c for c in node.get("Plans", ()) if c.get("Parent Relationship") not in ("InitPlan", "SubPlan")]
    for child, times, part in _inputs(node, children, relations, loops, share):
        yield from _visit(child, relations, found, times, part)
    for child in node.get("Plans", ()):
        relationship = child.get("Parent Relationship")
        if relationship == "InitPlan":
            yield from _visit(child, relations, found, 1.0, 1.0)
        elif relationship == "SubPlan":
            hashed = f"hashed {child.get('Subplan Name', '')}" in str(node)
            rows = 1.0 if hashed else max(1.0, _input_rows(node, relations) * share)
            yield from _visit(child, relations, found, loops * rows, 1.0)


def _inputs(
    node: Mapping[str, Any], children: list[Mapping[str, Any]], relations: Relations, loops: float, share: float
) -> Iterator[tuple[Mapping[str, Any], float, float]]:
    """Yield each input of a node, how often it runs, and which share of its rows is taken."""
    kind = str(node["Node Type"])
    if kind == "Nested Loop" and len(children) == 2:
        outer, inner = children
        yield outer, loops, share
        again = 1.0 if inner["Node Type"] == "Materialize" else max(1.0, float(outer["Plan Rows"]) * share)
        yield inner, loops * again, 1.0
        return
    if kind == "Limit" and children:
        rows = max(1.0, float(children[0]["Plan Rows"]))
        yield children[0], loops, share * min(1.0, float(node["Plan Rows"]) / rows)
        return
    if kind in ("Append", "Merge Append"):
        yield from ((child, loops * _runs(child, relations), share) for child in children)
        return
    gathers = kind in _BLOCKING or (kind == "Aggregate" and node.get("Strategy") in ("Hashed", "Plain", "Mixed"))
    for child in children:
        yield child, loops, 1.0 if gathers else share


def _runs(node: Mapping[str, Any], relations: Relations) -> float:
    """How often a scan of a partition runs: of those by hash only the one that a value known at the run leaves."""
    column, number = relations.hashed.get(str(node.get("Relation Name", "")), ("", 1))
    conditions = " ".join(str(node.get(f"{kind} Cond", "")) for kind in ("Index", "Recheck"))
    conditions += str(node.get("Filter", ""))
    return 1 / number if column and re.search(rf'\b{re.escape(column)}"? = {_AT_RUN}', conditions) else 1.0


def _input_rows(node: Mapping[str, Any], relations: Relations) -> float:
    name = str(node.get("Relation Name", ""))
    return relations.rows.get(name, float(node["Plan Rows"])) if node["Node Type"] == "Seq Scan" else node["Plan Rows"]


def _scan(
    kind: str, node: Mapping[str, Any], relations: Relations, found: Found, loops: float, share: float
) -> Iterator[Touched]:
    name, index = str(node.get("Relation Name", "")), str(node.get("Index Name", ""))
    if kind in ("Seq Scan", "Sample Scan"):
        rows, pages = relations.rows.get(name, node["Plan Rows"]), relations.pages.get(name, 0.0)
        yield Touched(kind, name, "", rows * share * loops, 0.0, ceil(pages * share) * loops)
    elif kind in ("Index Scan", "Index Only Scan"):
        each = 1.0 if _is_one(node, relations) else found(node) if "Filter" in node else float(node["Plan Rows"])
        rows = max(1.0, each * share)
        heap = min(rows, max(1.0, relations.pages.get(name, rows)))
        if kind == "Index Only Scan":
            heap *= 1 - relations.visible.get(name, 0.0)
        pages = relations.heights.get(index, 0) + ceil(rows / ENTRIES) + heap
        yield Touched(kind, name, index, rows * loops, pages * loops, 0.0, loops)
    elif kind == "Bitmap Index Scan":
        rows = float(node["Plan Rows"])
        pages = relations.heights.get(index, 0) + ceil(rows / ENTRIES)
        yield Touched(kind, "", index, 0.0, pages * loops)
    elif kind == "Bitmap Heap Scan":
        inputs = [1.0 if _is_one(c, relations) else float(c["Plan Rows"]) for c in node.get("Plans", ())]
        rows = min(inputs, default=float(node["Plan Rows"]))
        yield Touched(kind, name, "", rows * loops, min(rows, max(1.0, relations.pages.get(name, rows))) * loops)
    elif kind in _NO_RELATION and not node.get("Plans"):
        yield Touched(kind, name, "", float(node["Plan Rows"]) * share * loops if kind != "Result" else 0.0)


def _is_one(node: Mapping[str, Any], relations: Relations) -> bool:
    """Whether a scan equals every column of a key: then it finds one row, whatever the statistics say."""
    columns, condition = relations.unique.get(str(node.get("Index Name", "")), ()), str(node.get("Index Cond", ""))
    return bool(columns) and all(re.search(rf'\b{re.escape(c)}"?(\)::\w+)? = (?!ANY)', condition) for c in columns)


def sorts_all(node: Mapping[str, Any], above: str = "") -> bool:
    """Whether a plan sorts rows that no limit cuts off."""
    kind = str(node["Node Type"])
    return (kind == "Sort" and above != "Limit") or any(sorts_all(c, kind) for c in node.get("Plans", ()))


def shape_of(plan: Mapping[str, Any], indexes: bool = True) -> str:
    """Return what a plan does, in one line: its joins and scans, partitions told once; with its indexes or without."""
    return " → ".join(dict.fromkeys(_words(plan, indexes)))


def _words(node: Mapping[str, Any], indexes: bool) -> Iterator[str]:
    kind = str(node["Node Type"])
    if "Index Name" in node and (indexes or "Relation Name" not in node):
        yield f"{kind} {_family(str(node['Index Name']))}"
    elif "Relation Name" in node and kind != "ModifyTable":
        yield f"{kind} {_family(str(node['Relation Name']))}"
    elif kind not in _UNTOLD:
        yield kind
    for child in node.get("Plans", ()):
        yield from _words(child, indexes)


def _family(name: str) -> str:
    """A name without the digits that tell a partition."""
    head = name.rstrip("0123456789_")
    return head if head != name and sum(c.isdigit() for c in name[len(head) :]) >= 4 else name
