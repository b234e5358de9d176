"""Plan the statements of a workload on loaded rows and in the laboratory, and compare what EXPLAIN prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dbwright.planner.laboratory import Laboratory
from dbwright.planner.planned import Planned
from dbwright.planner.statistics import Statistics
from dbwright.planner.transplant import read_statistics
from dbwright.records import replace
from dbwright.server import Database, Server
from fidelity.workload import Asked, Workload


@dataclass(frozen=True)
class Difference:
    """A statement that is planned in two ways, with both texts."""

    asked: Asked
    loaded: str
    laboratory: str

    @property
    def same_shape(self) -> bool:
        """Whether only numbers differ."""
        return bool(shape(json.loads(self.loaded)) == shape(json.loads(self.laboratory)))


@dataclass(frozen=True)
class Comparison:
    """How many statements of a workload were planned, which differ, and what the laboratory could not be given.

    `loaded` are the plans of the loaded database, of which `unsteady` have another shape after another ANALYZE.
    """

    name: str
    asked: int
    differences: Sequence[Difference]
    left_out: Sequence[str]
    loaded: Sequence[str] = ()
    unsteady: int = 0


Believed = Callable[[Statistics], Statistics]
"""Statistics that are made in place of those that ANALYZE has found, such as from their rows alone."""


def compare(
    server: Server,
    workload: Workload,
    forget_sizes: bool = False,
    from_dump: bool = False,
    believed: Believed | None = None,
    again: bool = False,
) -> Comparison:
    """Load a workload, plan it twice and compare. Raise psycopg.Error for a statement that is not valid.

    `forget_sizes` spoils the statistics on purpose: files are empty. `from_dump` makes the laboratory from what pg_dump
    prints of the loaded database, in place of the script. `believed` makes the statistics for the laboratory in place
    of those that ANALYZE has found. `again` counts the plans that another ANALYZE changes.
    """
    roles = server.roles()
    try:
        return _compare(server, workload, forget_sizes, from_dump, believed, again)
    finally:
        server.drop_roles(server.roles() - roles)


def _compare(
    server: Server, workload: Workload, forget_sizes: bool, from_dump: bool, believed: Believed | None, again: bool
) -> Comparison:
    with server.scratch("empty") as empty:
        empty.run_sql(workload.script)
        with server.scratch("loaded", empty) as loaded:
            statements = sorted(workload.fill(loaded), key=_who)
            loaded.run_sql("create extension if not exists pageinspect")
            with loaded.connect() as connection:
                statistics = [read_statistics(connection, schema) for schema in workload.schemas]
            if believed is not None:
                statistics = [believed(statistics[0])]
            if forget_sizes:
                statistics = [replace(s, tables=tuple(replace(t, file_pages=0) for t in s.tables)) for s in statistics]
            with loaded.connect(autocommit=False) as connection:
                here = Planned(connection, workload.schemas[0])
                real = list(_plans(here, statements, workload.settings))
            unsteady = len(real) - agreeing(real, _plans_anew(loaded, workload, statements)) if again else 0
            script = loaded.dump() if from_dump else ""
        with server.scratch("empty", None if from_dump else empty) as pattern:
            pattern.run_sql(script)
            with Laboratory(server, pattern) as laboratory, laboratory.at(*statistics) as planned:
                ours = list(_plans(planned, statements, workload.settings))
                left_out = planned.left_out
    differences = [
        Difference(asked, one, other) for asked, one, other in zip(statements, real, ours, strict=True) if one != other
    ]
    return Comparison(workload.name, len(real), differences, left_out, real, unsteady)


def _plans_anew(loaded: Database, workload: Workload, statements: Sequence[Asked]) -> list[str]:
    loaded.run_sql("analyze")
    with loaded.connect(autocommit=False) as connection:
        return list(_plans(Planned(connection, workload.schemas[0]), statements, workload.settings))


def plans_of(server: Server, workload: Workload) -> list[str]:
    """Load a workload and return the plans of its statements, in the order of `Comparison.loaded`."""
    roles = server.roles()
    try:
        with server.scratch("loaded") as loaded:
            loaded.run_sql(workload.script)
            statements = sorted(workload.fill(loaded), key=_who)
            with loaded.connect(autocommit=False) as connection:
                return list(_plans(Planned(connection, workload.schemas[0]), statements, workload.settings))
    finally:
        server.drop_roles(server.roles() - roles)


def agreeing(some: Sequence[str], others: Sequence[str]) -> int:
    """Return how many plans have the same shape as those in the same places of another list."""
    return sum(shape(json.loads(a)) == shape(json.loads(b)) for a, b in zip(some, others, strict=True))


def _who(asked: Asked) -> tuple[str, tuple[tuple[str, str], ...]]:
    return asked.role, asked.settings


def _plans(planned: Planned, statements: Sequence[Asked], settings: Mapping[str, str]) -> Iterator[str]:
    for (role, own), group in groupby(statements, _who):
        with planned.acting(role, {**settings, **dict(own)}):
            for asked in group:
                yield json.dumps(planned.explain(asked.statement, asked.generic))


def shape(plan: Any) -> Any:
    """Return the tree of a plan without its numbers."""
    if isinstance(plan, list):
        return [shape(part) for part in plan]
    if not isinstance(plan, dict):
        return None
    kept = ("Node Type", "Strategy", "Partial Mode", "Join Type", "Relation Name", "Index Name", "Parallel Aware")
    below = [shape(plan["Plan"])] if "Plan" in plan else [shape(part) for part in plan.get("Plans", [])]
    return [*(plan.get(name) for name in kept), *below]
