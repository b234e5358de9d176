"""The order in which tables are filled: parents first; tables that reference each other in a circle as one group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dbwright.data.plans import Reference, TablePlan


@dataclass(frozen=True)
class Group:
    """Tables that are filled together, in order; `late` are the names of references filled when all have their keys."""

    tables: tuple[str, ...]
    late: frozenset[str]


def schedule(plans: Mapping[str, TablePlan], tenants: str = "") -> list[Group]:
    """Return all tables in groups, each after the groups that it references and after the table of `tenants`."""
    edges = {name: _targets(plan, plans, soft=False) for name, plan in plans.items()}
    groups = _components(edges)
    home = {name: place for place, group in enumerate(groups) for name in group}
    above = {place: {home[t] for n in group for t in edges[n]} - {place} for place, group in enumerate(groups)}
    for name, plan in plans.items():
        wishes = _targets(plan, plans, soft=True)
        if tenants in plans and plan.table.tenant_column:
            wishes.append(tenants)
        for target in wishes:
            # A soft reference is a wish: it only counts where it closes no circle.
            if not _reaches(above, home[target], home[name]):
                above[home[name]].add(home[target])
    return [_group(groups[place], plans) for place in _in_order(above)]


def _targets(plan: TablePlan, plans: Mapping[str, TablePlan], soft: bool) -> list[str]:
    found = [r.target for r in plan.references if r.soft == soft and r.target in plans]
    return list(dict.fromkeys(t for t in found if t != plan.table.name))


def _components(edges: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Strongly connected components (Tarjan, "Depth-first search and linear graph algorithms", 1972)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        path.append(name)
        for target in edges[name]:
            if target not in number:
                visit(target)
                lowest[name] = min(lowest[name], lowest[target])
            elif target in path:
                lowest[name] = min(lowest[name], number[target])
        if lowest[name] == number[name]:
            cut = path.index(name)
            found.append(path[cut:])
            del path[cut:]

    for name in edges:
        if name not in number:
            visit(name)
    return found


def _reaches(above: Mapping[int, set[int]], start: int, end: int) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        place = waiting.pop()
        if place == end:
            return True
        waiting += sorted(above[place] - seen)
        seen |= above[place]
    return False


def _in_order(above: Mapping[int, set[int]]) -> list[int]:
    placed: dict[int, None] = {}

    def place(group: int) -> None:
        for parent in sorted(above[group]):
            if parent not in placed:
                place(parent)
        placed.setdefault(group)

    for group in above:
        place(group)
    return list(placed)


def _group(names: Sequence[str], plans: Mapping[str, TablePlan]) -> Group:
    """Order the tables of a circle so that required references lead back as far as possible; the rest is late."""
    placed: dict[str, None] = {}

    def place(name: str, path: tuple[str, ...]) -> None:
        for reference in plans[name].references:
            target = reference.target
            if reference.required and target in names and target not in placed and target not in (*path, name):
                place(target, (*path, name))
        placed.setdefault(name)

    for name in plans:
        if name in names and name not in placed:
            place(name, ())
    ordered = tuple(placed)
    late = [r.name for n in ordered for r in plans[n].references if _is_late(r, n, ordered)]
    return Group(ordered, frozenset(late))


def _is_late(reference: Reference, name: str, ordered: tuple[str, ...]) -> bool:
    if reference.soft or reference.target not in ordered:
        return False
    return not reference.required or ordered.index(reference.target) >= ordered.index(name)
