"""How many parents the rows of a table meet and how unevenly: by chance, unless the design declares a skew.

Rows of a tenant refer to rows of the same tenant, so a skew holds within each, and the largest parent of all is that of
the largest tenant. Generated rows choose in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from dbwright.model.table import TableColumn
from dbwright.records import record
from dbwright.sizing.facts import met
from dbwright.sizing.sites import Site, skew_of, tenant_skew
from dbwright.sizing.skew import harmonic, met_unevenly
from dbwright.sizing.trees import rate_without_zero

_LARGEST = 8
"""Tenants that are looked at one by one; of the others one stands for more and more."""


@record(frozen=True)
class Tenants:
    """Tenants by size: how many, and the exponents of Zipf's law for their rows and for the parents to choose from."""

    count: float
    rows: float
    parents: float

    def share(self, rank: float, exponent: float) -> float:
        """Return the share of the tenant of a rank."""
        return float(rank**-exponent / harmonic(self.count, exponent))


def tenants_of(site: Site, column: TableColumn, target: str, rows: Mapping[str, float]) -> Tenants | None:
    """Return the tenants within which a reference chooses: None where it leads to rows of no tenant, or to tenants."""
    parent, tenancy = site.blueprint.table(target), site.blueprint.design.tenancy
    own = site.table.tenant_column
    if tenancy is None or parent is None or not own or own == column.name or parent.tenant_column != own:
        return None
    if tenancy.entity in (parent.name, site.table.name):
        return None
    count = max(1.0, rows.get(str(tenancy.entity), 1.0))
    return Tenants(count, tenant_skew(site.blueprint, site.table), tenant_skew(site.blueprint, parent))


def parents_met(site: Site, column: TableColumn, parents: float, draws: float, tenants: Tenants | None) -> float:
    """Return how many of its parents a column refers to in so many rows."""
    exponent = skew_of(site, column)
    if tenants is None:
        return met_unevenly(parents, draws, exponent)
    return parents_met_by(parents, draws, exponent, tenants)


def largest_shares(exponent: float, possible: float, count: int, tenants: Tenants | None) -> tuple[float, ...]:
    """Return the `count` largest shares of the rows that any of the possible values has, the largest first."""
    if tenants is not None:
        return _largest(possible, exponent, tenants, count)
    total = harmonic(possible, exponent)
    return tuple((k + 1) ** -exponent / total for k in range(count))


@lru_cache(maxsize=4096)
def most_by_chance(average: float, draws: float, number: int) -> tuple[int, ...]:
    """Return how often the values come that come most often, at most `number` of them and each more than once.

    `average` is how often one comes that comes at all, in so many draws by chance.
    """
    rate = rate_without_zero(average)
    values, found = draws / rate, list[int]()
    count = int(average + 12 * math.sqrt(average) + 12)
    # From the rarest count down: as many values come at least so often as the tail of the distribution says.
    chances = [math.exp(k * math.log(rate) - rate - math.lgamma(k + 1)) for k in range(count + 1)]
    tail = 0.0
    for times in range(count, 1, -1):
        tail += chances[times]
        found += [times] * (min(number, round(values * tail)) - len(found))
    return tuple(found)


@lru_cache(maxsize=4096)
def parents_met_by(parents: float, draws: float, exponent: float, tenants: Tenants) -> float:
    """Return how many parents so many draws meet, each of one of its own tenant, as uneven as Zipf's law within it."""
    if not exponent and tenants.rows == tenants.parents:
        return met(parents, draws)  # every tenant has as many rows for each parent
    found, low = 0.0, 1.0
    while low <= tenants.count:
        width = 1.0 if low < _LARGEST else min(low, tenants.count + 1 - low)
        middle = low + (width - 1) / 2
        own = max(1.0, parents * tenants.share(middle, tenants.parents))
        found += width * met_unevenly(own, draws * tenants.share(middle, tenants.rows), exponent)
        low += width
    return min(found, draws, parents)


@lru_cache(maxsize=4096)
def _largest(parents: float, exponent: float, tenants: Tenants, count: int) -> tuple[float, ...]:
    found: list[float] = []
    for rank in range(1, min(count, int(tenants.count)) + 1):
        own = max(1.0, parents * tenants.share(rank, tenants.parents))
        most = tenants.share(rank, tenants.rows) / harmonic(own, exponent)
        found += [most * k**-exponent for k in range(1, min(count, int(own)) + 1)]
    return tuple(sorted(found, reverse=True)[:count])
