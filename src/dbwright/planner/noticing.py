"""From which difference on two costs are two: what the advisor may count as a gain, and what proves an index needed.

Source: PostgreSQL's `add_path` (pathnode.c), which takes plans within one percent of each other for the same.
"""

from __future__ import annotations

NOTICED = 1.01
"""A plan that costs so many times another's is dearer."""
LEAST = 0.01
"""A cost below this, in the planner's units, is taken for it."""


def times_dearer(without: float, with_it: float) -> float:
    """Return how many times as much a plan costs without something as with it."""
    return max(without, LEAST) / max(with_it, LEAST)
