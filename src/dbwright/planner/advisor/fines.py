"""What a statement is worth avoiding beyond its weight: that it gets dearer than it may, or misses its latency target.

A target is a limit, not a wish: while it is aimed at, missing it costs more than all that could be saved by that, and
again as much for each time that the statement takes twice as long. So the integer programme meets as many as it can,
and one that cannot be met makes nothing else impossible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

from dbwright.planner.advisor.options import Answer

LATE = 0.02
"""The share of the whole workload that it is worth to keep a statement from costing twice its limit."""
MOST_DOUBLINGS = 20.0
"""A statement that takes a million times as long is as late as can be."""
NO_LIMIT = float("inf")


class Fines:
    """Prices the answers of a workload; `limits` are costs above which a statement should not come."""

    def __init__(
        self, weights: Sequence[float], limits: Sequence[float] = (), targets: Sequence[float | None] = ()
    ) -> None:
        self.weights = tuple(weights)
        self.targets = tuple(NO_LIMIT if t is None else t for t in targets) or (NO_LIMIT,) * len(self.weights)
        self.aimed: Mapping[int, float] = {}
        self._fine = 0.0
        self._limits = tuple(limits) or (NO_LIMIT,) * len(self.weights)
        whole = sum(w * limit for w, limit in zip(self.weights, self._limits, strict=True))
        self._slow = [LATE * whole / max(limit, 1.0) if limit < NO_LIMIT else 0.0 for limit in self._limits]

    def aim(self, seconds: Mapping[int, float], fine: float) -> None:
        """Let each of these statements that takes longer cost so much more from now on, and no others."""
        self.aimed, self._fine = dict(seconds), fine

    def meets(self, statement: int, answer: Answer) -> bool:
        """Return whether a statement can meet its target with a plan."""
        return answer.seconds <= self.targets[statement]

    def late(self, statement: int, answer: Answer) -> float:
        """Return what it costs that a statement takes longer than is aimed at."""
        most = self.aimed.get(statement, NO_LIMIT)
        if answer.seconds <= most:
            return 0.0
        return self._fine * (1 + min(MOST_DOUBLINGS, log2(answer.seconds / most) if most else MOST_DOUBLINGS))

    def price(self, statement: int, answer: Answer) -> float:
        """Return what a statement with this plan is worth avoiding: its weight, and its fines."""
        over = answer.cost - self._limits[statement]
        slow = self._slow[statement] * over if over > 0 else 0.0
        return self.weights[statement] * answer.cost + slow + self.late(statement, answer)
