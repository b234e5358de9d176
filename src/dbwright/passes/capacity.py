"""Step 7 of the process: pages of every file year by year, the machine that holds them, and the limits ahead."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Count the pages of every table and index, on the first day, year by year, and at the horizon.

    Reads: everything about tables, patterns and operation. Decides: what a server must have, its settings. Writes:
    sizes, capacity. Source: PostgreSQL manual, "Database Page Layout", "B-Tree Structure", "Resource Consumption".
    """
    # A check counts no pages, and loading what does takes a tenth of its time.
    from dbwright.passes.capacity_plan import plan_capacity

    return plan_capacity(design, blueprint) if any(t.size is not None for t in blueprint.tables) else blueprint
