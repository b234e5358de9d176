"""Access patterns planned before their rows are there, as functions: how they grow, and one plan with its doubts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.diagnostics import nearest
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import DECIDING, compile_design

if TYPE_CHECKING:
    from dbwright.planner.growth import GrowthReport
    from dbwright.planner.laboratory import Laboratory
    from dbwright.planner.leaning import PatternPlan
    from dbwright.planner.measured import Measured


def growth(
    path: Path,
    patterns: Sequence[str] = (),
    sizes: Sequence[int] = (),
    announce: Callable[[str], None] = lambda text: None,
    server: str = "",
) -> GrowthReport:
    """Return how the work of some access patterns (all, where none is named) of a design grows, on two legs.

    `sizes` are numbers of rows of the largest table, a thousand to 10^11 by default. The plans come from a server that
    is started for it and has no rows; `server` is the address of one that has some, whose schema and statistics it
    takes over. Raise DesignError, ServerError, psycopg.Error; LookupError for a pattern that is not there.
    """
    from dbwright.planner.decades import DECADES
    from dbwright.planner.growth import measure_growth

    blueprint = compile_design(load_design(path), passes=DECIDING)
    known = [str(p.name) for p in blueprint.design.access]
    for name in patterns:
        if name not in known:
            raise LookupError(name, nearest(name, known))
    announce("reading schema and statistics" if server else "starting a server without rows")

    def watch(done: int, count: int) -> None:
        if done < count:
            announce(f"planning at {(sizes or DECADES)[done]:,} rows of the largest table")

    with _laboratory(blueprint, server) as (laboratory, measured):
        return measure_growth(laboratory, blueprint, patterns, sizes or DECADES, progress=watch, measured=measured)


def plan(
    path: Path, pattern: str, age: float | None = None, rows: float | None = None, server: str = ""
) -> PatternPlan:
    """Return how one access pattern of a design is planned, and on which assumptions the plan hangs.

    At an age in seconds after the first day, by default the horizon, or at a number of rows of the largest table, the
    others in proportion. A server is started for it and has no rows; `server` is the address of one that has some,
    whose schema and statistics it takes over, and whose first day is today. Raise DesignError, ServerError,
    psycopg.Error; LookupError for a pattern that is not there.
    """
    from dbwright.planner.leaning import plan_pattern
    from dbwright.planner.questions import questions_of

    blueprint = compile_design(load_design(path), passes=DECIDING)
    known = [q.name for q in questions_of(blueprint)]
    if pattern not in known:
        raise LookupError(pattern, nearest(pattern, known))
    with _laboratory(blueprint, server) as (laboratory, measured):
        return plan_pattern(laboratory, blueprint, pattern, age, rows, measured)


@contextmanager
def _laboratory(blueprint: Blueprint, server: str) -> Iterator[tuple[Laboratory, Measured | None]]:
    """A laboratory of the design, or of a server with what was read there."""
    from dbwright.emit.postgresql import script
    from dbwright.planner.laboratory import open_laboratory
    from dbwright.planner.measured import open_measured

    if server:
        with open_measured(server, blueprint) as found:
            yield found
        return
    with open_laboratory(script(blueprint)) as laboratory:
        yield laboratory, None
