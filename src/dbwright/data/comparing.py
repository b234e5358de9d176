"""Fills ordered columns row by row inside what bounds, comparisons with other columns and computed bounds leave."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dbwright.data.choosing import Flags, Floats, Integers
from dbwright.data.constants import UnreadableError, columns_in, exact_ticks
from dbwright.data.dataset import Column
from dbwright.data.domains import Domain
from dbwright.data.drafts import Draft
from dbwright.data.encoding import python_value
from dbwright.data.evaluation import evaluate
from dbwright.data.orders import Network, Order, comparable, components
from dbwright.data.scenarios import Bound, Scenario
from dbwright.data.windows import window_of

NEAR = 3.0
"""Power of the distance to another column: an end is near its start more often than far."""
_SUCCESSIONS = (
    ("start", "end"),
    ("starts", "ends"),
    ("starts", "stops"),
    ("begin", "end"),
    ("begins", "ends"),
    ("from", "to"),
    ("from", "until"),
    ("first", "last"),
    ("min", "max"),
    ("opened", "closed"),
    ("created", "updated"),
    ("created", "modified"),
    ("created", "changed"),
    ("created", "deleted"),
)

Ticks = tuple[Integers, Flags]
"""The values of a column in its own ticks, and which are null."""


@dataclass
class Limits:
    """From and up to which tick each row may go, and whether another column had a say."""

    low: Integers
    high: Integers
    compared: bool


class Filling:
    """One alternative's rows while their ordered columns are filled."""

    def __init__(self, draft: Draft, scenario: Scenario, rows: Integers, shares: Mapping[str, float]) -> None:
        self.draft, self.scenario, self.rows, self.shares = draft, scenario, rows, shares
        self.kinds = draft.plan.kinds
        self.made: dict[str, Ticks] = {}
        ordered = [n for n, c in draft.columns.items() if c.kind.family.is_ordered and n in self.kinds]
        self.fixed = {n: self._fixed(draft.columns[n]) for n in ordered}
        self.orders = [o for o in scenario.orders if o.operator != "<>" and self._is_known(o)]
        self.networks = list(self._networks())

    def _fixed(self, column: Column) -> Ticks:
        return column.data[self.rows].astype(np.int64), column.missing()[self.rows]

    def _is_known(self, order: Order) -> bool:
        known = self.fixed.keys() | self.shares.keys()
        return order.left in known and order.right in known

    def _networks(self) -> Iterator[tuple[list[str], Network, Network | None]]:
        """For each group of compared columns the network of the rules, and the one of what is also plausible."""
        names = [*self.fixed, *self.shares]
        plausible = [*self.orders, *self._successions()]
        for group in components(names, plausible):
            rules, wishes = Network(group, self.kinds), Network(group, self.kinds)
            for name in group:
                if name in self.shares:
                    domain = self.scenario.domains[name]
                    window = window_of(self.draft.plan, name, domain)
                    rules.bound(name, domain.low, domain.high)
                    wishes.bound(name, window.low, window.high)
            for order in plausible:
                if order.left in group:
                    wishes.order(order)
                    if order in self.orders:
                        rules.order(order)
            rules.close()
            yield group, rules, wishes if wishes.close() else None

    def _successions(self) -> Iterator[Order]:
        """Comparisons that no check asks for and everybody expects."""
        known = list(dict.fromkeys([*self.fixed, *self.shares]))
        for name in known:
            tokens = name.split("_")
            for first, last in _SUCCESSIONS:
                later = "_".join(last if t == first else t for t in tokens)
                if first in tokens and later in known and comparable(self.kinds[name], self.kinds[later]):
                    yield Order(name, "<=", later)

    def fill(self) -> dict[str, Ticks]:
        """Fill every open column; those with computed bounds after the columns that their bounds are computed from."""
        for name in self._sequence():
            _, rules, wishes = next(n for n in self.networks if name in n[0])
            ticks = self._sample(name, self._limits(name, rules, wishes))
            chance = self.draft.stream(name, "null", self._number()).floats(len(self.rows))
            self.made[name] = ticks, chance < self.shares[name]
        return self.made

    def _number(self) -> int:
        return self.draft.plan.scenarios.index(self.scenario)

    def _sequence(self) -> list[str]:
        needs = {b.column: set[str]() for b in self.scenario.bounds}
        for bound in self.scenario.bounds:
            needs[bound.column] |= set(columns_in(bound.node))
        sequence = [n for n in self.shares if n not in needs]
        waiting = [n for n in self.shares if n in needs]
        while waiting:
            ready = [n for n in waiting if not needs[n] & set(waiting) - {n}] or waiting[:1]
            sequence += ready
            waiting = [n for n in waiting if n not in ready]
        return sequence

    def _limits(self, name: str, rules: Network, wishes: Network | None) -> Limits:
        given = {n: t for n, t in {**self.fixed, **self.made}.items() if n in rules.place}
        low, high = rules.limits(name, given, len(self.rows))
        for bound in self.scenario.bounds:
            if bound.column == name:
                low, high = self._computed(bound, low, high)
        window = window_of(self.draft.plan, name, self.scenario.domains[name])
        top = np.minimum(high, low + (window.high - window.low))
        if wishes is None:
            return Limits(low, np.maximum(low, top), bool(given))
        wished_low, wished_high = wishes.limits(name, given, len(self.rows))
        wished_low, wished_high = np.maximum(low, wished_low), np.minimum(high, wished_high)
        usable = wished_low <= wished_high
        chosen = np.where(usable, wished_low, low), np.where(usable, wished_high, np.maximum(low, top))
        return Limits(*chosen, bool(given))

    def _computed(self, bound: Bound, low: Integers, high: Integers) -> tuple[Integers, Integers]:
        """Narrow the limits by an expression over other columns, worked out row by row."""
        kind = self.kinds[bound.column]
        low, high = low.copy(), high.copy()
        for place, row in enumerate(self._python_rows(columns_in(bound.node))):
            try:
                value = evaluate(bound.node, row)
                ticks = None if value is None else exact_ticks(kind, value)
            except UnreadableError:
                continue
            if ticks is None:
                continue
            strict = ticks.denominator == 1
            if bound.operator in (">", ">=", "="):
                low[place] = max(int(low[place]), math.ceil(ticks) + (strict and bound.operator == ">"))
            if bound.operator in ("<", "<=", "="):
                high[place] = min(int(high[place]), math.floor(ticks) - (strict and bound.operator == "<"))
        return low, high

    def _python_rows(self, names: Sequence[str]) -> Iterator[dict[str, object]]:
        for place, row in enumerate(self.rows.tolist()):
            yield {
                n: self._python(n, place) if n in self.made else self.draft.columns[n][row]
                for n in names
                if n in self.made or n in self.draft.columns
            }

    def _python(self, name: str, place: int) -> object:
        ticks, nulls = self.made[name]
        return None if nulls[place] else python_value(self.kinds[name], ticks[place])

    def _sample(self, name: str, limits: Limits) -> Integers:
        domain = self.scenario.domains[name]
        stream = self.draft.stream(name, self._number())
        chance = stream.floats(len(self.rows))
        if domain.allowed is not None:
            return _from_list(domain, limits, chance)
        window = window_of(self.draft.plan, name, domain)
        power = max(window.power, NEAR) if limits.compared and self._is_compared(name) else window.power
        forbidden = [np.full(len(self.rows), e, np.int64) for e in sorted(set(domain.excluded)) if isinstance(e, int)]
        forbidden += self._different(name)
        return pick(limits.low, limits.high, chance**power, forbidden)

    def _is_compared(self, name: str) -> bool:
        return any(name in (o.left, o.right) for o in self.orders)

    def _different(self, name: str) -> list[Integers]:
        """The values of columns that this one must not equal."""
        found = []
        for order in self.scenario.orders:
            other = {order.left: order.right, order.right: order.left}.get(name, "")
            if order.operator == "<>" and (given := self.made.get(other) or self.fixed.get(other)):
                found.append(given[0])
        return found


def _from_list(domain: Domain, limits: Limits, chance: Floats) -> Integers:
    """Choose among listed values: the first ones more often, or those inside the limits where columns are compared."""
    listed = np.asarray(domain.listed(), np.int64)
    if not limits.compared:
        return listed[np.floor(chance**1.6 * len(listed)).astype(np.int64)]
    listed = np.sort(listed)
    first = np.searchsorted(listed, limits.low, "left")
    last = np.maximum(np.searchsorted(listed, limits.high, "right"), first + 1)
    return listed[np.clip(first + np.floor(chance * (last - first)).astype(np.int64), 0, len(listed) - 1)]


def pick(low: Integers, high: Integers, chance: Floats, forbidden: Sequence[Integers]) -> Integers:
    """Return a tick between low and high for each row that is none of the forbidden ones, by stepping over them."""
    if len(forbidden) > 1:
        forbidden = list(np.sort(np.stack(forbidden), axis=0))
    inside = [(f >= low) & (f <= high) for f in forbidden]
    room = np.maximum(high - low + 1 - sum((i.astype(np.int64) for i in inside), np.zeros_like(low)), 1)
    ticks: Integers = low + np.minimum(np.floor(chance * room).astype(np.int64), room - 1)
    for value, counts in zip(forbidden, inside, strict=True):
        ticks = ticks + (counts & (ticks >= value)).astype(np.int64)
    return ticks


def fill_ordered(draft: Draft, scenario: Scenario, rows: Integers, shares: Mapping[str, float]) -> dict[str, Ticks]:
    """Return ticks and nulls of the open ordered columns (the keys of `shares`: their share of nulls) for some rows."""
    return Filling(draft, scenario, rows, shares).fill()
