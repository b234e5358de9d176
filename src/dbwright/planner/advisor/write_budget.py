"""By how much writes may become dearer: a share of what they cost today, or as many units of cost.

What writes cost is what `writes` says: rows and the entries of all indexes, in the planner's units for the whole
workload. What is chosen may add so much to it; what goes makes room for what comes.
"""

from __future__ import annotations

import re
from typing import Any

from dbwright.records import record

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_UNITS = re.compile(r"\d+(?:\.\d+)?")


@record(frozen=True)
class WriteBudget:
    """What may be added to writes: `share` of what they cost today where it is given, else `units` of cost."""

    text: str
    share: float | None = None
    units: float = 0.0

    @classmethod
    def parse(cls, text: str) -> WriteBudget:
        """Read `20%` or `1500`; raise ValueError with what is expected."""
        said = text.strip()
        if found := _SHARE.fullmatch(said):
            return cls(said, share=float(found[1]) / 100)
        if _UNITS.fullmatch(said):
            return cls(said, units=float(said))
        raise ValueError("give a share of what writes cost today, such as 20%, or units of upkeep, such as 1500")

    def allowed(self, today: float) -> float:
        """Return how much may be added to writes that cost so much today."""
        return self.units if self.share is None else self.share * today


@record(frozen=True)
class Writing:
    """What writes cost today and what is added to that, in the planner's units; `allowed` is None without a limit."""

    today: float
    added: float
    allowed: float | None = None

    def left(self, added: float) -> WriteBudget | None:
        """Return what may still be added where so much was, None where there is no limit."""
        if self.allowed is None:
            return None
        return WriteBudget(f"{self.allowed:g}", units=max(0.0, self.allowed - added))

    def line(self) -> str:
        """Return it in words."""
        if not self.today:
            return "writes: the workload has none" if not self.added else f"writes: upkeep of {self.added:,.1f}"
        way = "more" if self.added >= 0 else "less"
        more = f"{abs(self.added / self.today):.1%} {way} than today's {_units(self.today)}"
        limit = ""
        if self.allowed is not None:
            limit = f"; {_units(max(0.0, self.added))} of {_units(self.allowed)} that may be added"
        return f"writes: {more}{limit}"

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON knows."""
        share = self.added / self.today if self.today else None
        return {"today": self.today, "added": self.added, "allowed": self.allowed, "share": share}


def _units(cost: float) -> str:
    return f"{cost:,.0f}" if cost >= 100 else f"{cost:,.3g}"
