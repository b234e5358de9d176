"""Fills ordered columns row by row inside what bounds, comparisons with other columns and computed bounds leave."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dbwright.data.choosing import Flags, Floats, Integers, floor_times, ranked
from dbwright.data.constants import UnreadableError, columns_in, exact_ticks
from dbwright.data.dataset import Column, empty_data
from dbwright.data.domains import Domain
from dbwright.data.drafts import Draft
from dbwright.data.encoding import python_value
from dbwright.data.evaluation import evaluate
from dbwright.data.following import Alternatives
from dbwright.data.kinds import Kind
from dbwright.data.orders import Network, Order, Total, comparable, components
from dbwright.data.scenarios import Bound
from dbwright.data.windows import window_of
from dbwright.data.wishes import drawn_ticks, wish_of
from dbwright.sizing.sites import is_rising

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

    low: Integers | int
    high: Integers | int
    compared: bool


@dataclass
class Nets:
    """The network of the rules over a group of columns, and the one of what is also plausible, if it can be met."""

    names: list[str]
    rules: Network
    wishes: Network | None


def compared_columns(draft: Draft) -> set[str]:
    """Return the columns that the checks compare with others, and those that everybody expects in an order."""
    found: set[str] = set()
    for scenario in draft.plan.scenarios:
        found |= {c for order in scenario.orders for c in (order.left, order.right)}
        found |= {c for total in scenario.totals for c in (total.left, total.right)}
        found |= {c for bound in scenario.bounds for c in (bound.column, *columns_in(bound.node))}
    ordered = [n for n, kind in draft.plan.kinds.items() if kind.family.is_ordered]
    return found | {c for order in successions(ordered, draft.plan.kinds) for c in (order.left, order.right)}


def connected(draft: Draft, names: Sequence[str]) -> list[list[str]]:
    """Return open ordered columns in groups of which none has to know another one."""
    needs = [
        Order(bound.column, "<=", other)
        for scenario in draft.plan.scenarios
        for bound in scenario.bounds
        for other in columns_in(bound.node)
        if other in names
    ]
    orders = [o for s in draft.plan.scenarios for o in s.orders if o.left in names and o.right in names]
    orders += [Order(t.left, "<=", t.right) for s in draft.plan.scenarios for t in s.totals]
    return components(names, [*needs, *orders, *successions(names, draft.plan.kinds)])


def successions(names: Sequence[str], kinds: Mapping[str, Kind]) -> Iterator[Order]:
    """Yield the comparisons that no check asks for and everybody expects."""
    for name in names:
        tokens = name.split("_")
        for first, last in _SUCCESSIONS:
            later = "_".join(last if t == first else t for t in tokens)
            if first in tokens and later in names and comparable(kinds[name], kinds[later]):
                yield Order(name, "<=", later)


class Compared:
    """Makes a group of open ordered columns together, for any rows by themselves.

    `shares` are for each alternative the share of nulls in each of them.
    """

    def __init__(
        self, draft: Draft, alternatives: Alternatives, names: Sequence[str], shares: Sequence[Mapping[str, float]]
    ) -> None:
        self.draft, self.names, self.shares = draft, list(names), shares
        self.kinds = draft.plan.kinds
        self.given = dict(draft.columns)
        self.alternatives = alternatives
        self.nets = {which: list(self._networks(which)) for which in self.alternatives.present}

    def _networks(self, which: int) -> Iterator[Nets]:
        scenario = self.draft.plan.scenarios[which]
        fixed = [n for n, c in self.given.items() if c.kind.family.is_ordered and n in self.kinds]
        known = list(dict.fromkeys([*fixed, *self.names]))
        orders = [o for o in scenario.orders if o.operator != "<>" and o.left in known and o.right in known]
        plausible = [*orders, *successions(known, self.kinds)]
        for group in components(known, plausible):
            if not set(group) & set(self.names):
                continue
            rules, wishes = Network(group, self.kinds), Network(group, self.kinds)
            for name in set(group) & set(self.names):
                domain = scenario.domains[name]
                window = window_of(self.draft.plan, name, domain)
                rules.bound(name, domain.low, domain.high)
                wishes.bound(name, window.low, window.high)
            for order in plausible:
                if order.left in group:
                    wishes.order(order)
                    if order in orders:
                        rules.order(order)
            rules.close()
            yield Nets(group, rules, wishes if wishes.close() else None)

    def part(self, start: int, stop: int) -> Mapping[str, Column]:
        """Return the columns for some rows."""
        count = stop - start
        data: dict[str, Integers] = {n: empty_data(self.kinds[n], count) for n in self.names}
        nulls = {n: np.zeros(count, np.bool_) for n in self.names if self._nullable(n)}
        for which in self.alternatives.present:
            rows = self.alternatives.rows(which, start, stop)
            for name, (ticks, gone) in Filling(self, which, start, stop).fill().items():
                if self.alternatives.only is None:
                    data[name][rows] = ticks
                else:
                    data[name] = ticks
                if name in nulls:
                    nulls[name][rows] = gone
        return {n: Column(self.kinds[n], data[n], nulls[n] if n in nulls and nulls[n].any() else None) for n in data}

    def _nullable(self, name: str) -> bool:
        return any(self.shares[which][name] for which in self.alternatives.present)

    def outline(self, name: str) -> Column:
        """Return a column without rows."""
        nulls = np.zeros(0, np.bool_) if self._nullable(name) else None
        return Column(self.kinds[name], empty_data(self.kinds[name], 0), nulls)


class Filling:
    """The rows of one part that follow one alternative, while their ordered columns are filled."""

    def __init__(self, compared: Compared, which: int, start: int, stop: int) -> None:
        self.draft, self.which, self.kinds = compared.draft, which, compared.kinds
        self.scenario = compared.draft.plan.scenarios[which]
        self.shares, self.nets = compared.shares[which], compared.nets[which]
        self.start, self.size = start, stop - start
        self.rows = compared.alternatives.rows(which, start, stop)
        self.count = self.size if isinstance(self.rows, slice) else len(self.rows)
        self.given = {n: compared.given[n].part(start, stop).take(self.rows) for n in self._looked_at(compared)}
        ordered = [n for n, c in self.given.items() if c.kind.family.is_ordered and n in self.kinds]
        self.fixed = {n: (self.given[n].data.astype(np.int64), self.given[n].missing()) for n in ordered}
        self.made: dict[str, Ticks] = {}

    def _looked_at(self, compared: Compared) -> list[str]:
        """The given columns that the rules of this alternative name."""
        names = {name for nets in self.nets for name in nets.names}
        names |= {c for bound in self.scenario.bounds for c in columns_in(bound.node)}
        names |= {c for total in self.scenario.totals for c in (total.left, total.right)}
        names |= {c for order in self.scenario.orders for c in (order.left, order.right)}
        return [n for n in compared.given if n in names]

    def fill(self) -> dict[str, Ticks]:
        """Fill every open column; those with computed bounds after the columns that their bounds are computed from."""
        for name in self._sequence():
            nets = next(n for n in self.nets if name in n.names)
            limits = self._stepped(name, self._limits(name, nets.rules, nets.wishes))
            ticks = self._sample(name, limits)
            ticks -= ticks % self.kinds[name].step
            if self.shares[name]:
                gone = self._chance(name, "null") < self.shares[name]
            else:
                gone = np.zeros(self.count, np.bool_)
            self.made[name] = ticks, gone
        return self.made

    def _stepped(self, name: str, limits: Limits) -> Limits:
        """The limits drawn in to whole steps of a type that rounds."""
        step = self.kinds[name].step
        return Limits(-(-limits.low // step) * step, limits.high // step * step, limits.compared)

    def _chance(self, *names: object) -> Floats:
        """A number from 0 to 1 for each row; it is drawn for the whole part, so that parts agree."""
        return self.draft.stream(*names, self.which).at(self.start).floats(self.size)[self.rows]

    @property
    def _numbers(self) -> Integers:
        """The number of each row in its table."""
        first = self.draft.first + self.start
        return np.arange(first, first + self.size)[self.rows]

    def _sequence(self) -> list[str]:
        needs = {b.column: set[str]() for b in self.scenario.bounds}
        for bound in self.scenario.bounds:
            needs[bound.column] |= set(columns_in(bound.node))
        # Of two numbers whose sum is fixed the coarser one comes first: the finer one can fill up to it.
        fixed = {c for t in self.scenario.totals if t.operator == "=" for c in (t.left, t.right)}
        # What rises with the rows is not held up by what is compared with it.
        plan = self.draft.plan
        names = sorted(
            self.shares,
            key=lambda n: (not is_rising(plan.table, plan.source(n)), self.kinds[n].decimals * (n in fixed)),
        )
        sequence = [n for n in names if n not in needs]
        waiting = [n for n in self.shares if n in needs]
        while waiting:
            ready = [n for n in waiting if not needs[n] & set(waiting) - {n}] or waiting[:1]
            sequence += ready
            waiting = [n for n in waiting if n not in ready]
        return sequence

    def _limits(self, name: str, rules: Network, wishes: Network | None) -> Limits:
        given = {n: t for n, t in {**self.fixed, **self.made}.items() if n in rules.place}
        bounds = [b for b in self.scenario.bounds if b.column == name]
        totals = [t for t in self.scenario.totals if name in (t.left, t.right)]
        if not given and not bounds and not totals:
            return self._free(name, rules, wishes)
        low, high = rules.limits(name, given, self.count)
        for total in totals:
            low, high = self._beside(total, name, low, high)
        for bound in bounds:
            low, high = self._computed(bound, low, high)
        window = window_of(self.draft.plan, name, self.scenario.domains[name])
        top = np.minimum(high, low + (window.high - window.low))
        if wishes is None:
            return Limits(low, np.maximum(low, top), bool(given))
        wished_low, wished_high = wishes.limits(name, given, self.count)
        wished_low, wished_high = np.maximum(low, wished_low), np.minimum(high, wished_high)
        usable = wished_low <= wished_high
        chosen = np.where(usable, wished_low, low), np.where(usable, wished_high, np.maximum(low, top))
        return Limits(*chosen, bool(given))

    def _beside(self, total: Total, name: str, low: Integers, high: Integers) -> tuple[Integers, Integers]:
        """Narrow the limits by what the other part of a sum has taken, or must at least be left."""
        other = total.right if name == total.left else total.left
        if known := self.made.get(other) or self.fixed.get(other):
            lowest, highest = total.rest(name, known[0], self.kinds)
            gone = known[1]
        else:
            domain = self.scenario.domains[other]
            least, most = (np.full(self.count, v if v is not None else 0, np.int64) for v in (domain.low, domain.high))
            highest = total.rest(name, least, self.kinds)[1] if domain.low is not None else None
            lowest = total.rest(name, most, self.kinds)[0] if domain.high is not None else None
            gone = np.zeros(self.count, np.bool_)
        low = low if lowest is None else np.where(gone, low, np.maximum(low, lowest))
        high = high if highest is None else np.where(gone, high, np.minimum(high, highest))
        return low, high

    def _free(self, name: str, rules: Network, wishes: Network | None) -> Limits:
        """The limits of a column that no column made so far has a say in: the same for all rows."""
        low, high = rules.span(name)
        window = window_of(self.draft.plan, name, self.scenario.domains[name])
        if wishes is not None:
            wished = wishes.span(name)
            if max(low, wished[0]) <= min(high, wished[1]):
                return Limits(max(low, wished[0]), min(high, wished[1]), False)
        return Limits(low, max(low, min(high, low + window.high - window.low)), False)

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
        for place in range(self.count):
            yield {
                n: self._python(n, place) if n in self.made else self.given[n][place]
                for n in names
                if n in self.made or n in self.given
            }

    def _python(self, name: str, place: int) -> object:
        ticks, nulls = self.made[name]
        return None if nulls[place] else python_value(self.kinds[name], ticks[place])

    def _sample(self, name: str, limits: Limits) -> Integers:
        domain = self.scenario.domains[name]
        chance = self._chance(name)
        wish = wish_of(self.draft.plan.table, self.draft.plan.source(name), self.draft.total, self.shares[name])
        exponent = self.draft.plan.skew([name])
        alone = exponent is None and not self._different(name) and not domain.excluded
        if wish.says and alone and isinstance(limits.low, int) and isinstance(limits.high, int):
            return drawn_ticks(wish, domain, limits.low, limits.high, chance, self._numbers)
        if domain.allowed is not None:
            return _from_list(domain, limits, chance)
        window = window_of(self.draft.plan, name, domain)
        power = max(window.power, NEAR) if limits.compared and self._is_compared(name) else window.power
        forbidden = [np.full(self.count, e, np.int64) for e in sorted(set(domain.excluded)) if isinstance(e, int)]
        forbidden += self._different(name)
        if power != 1 and exponent is None:
            chance = chance**power
        if isinstance(limits.low, int) and isinstance(limits.high, int):
            if not forbidden and exponent is not None:
                return limits.low + ranked(chance, limits.high - limits.low + 1, exponent)
            if not forbidden:
                return limits.low + floor_times(chance, limits.high - limits.low + 1)
            low, high = np.full(self.count, limits.low, np.int64), np.full(self.count, limits.high, np.int64)
            return pick(low, high, chance, forbidden)
        return pick(np.asarray(limits.low), np.asarray(limits.high), chance, forbidden)

    def _is_compared(self, name: str) -> bool:
        return any(name in (o.left, o.right) and o.operator != "<>" for o in self.scenario.orders)

    def _different(self, name: str) -> list[Integers]:
        """The values of columns that this one must not equal."""
        found = []
        for order in self.scenario.orders:
            other = {order.left: order.right, order.right: order.left}.get(name, "")
            if order.operator == "<>" and (given := self.made.get(other) or self.fixed.get(other)):
                found.append(given[0])
        return found


def _from_list(domain: Domain, limits: Limits, chance: Floats) -> Integers:
    """Choose among listed values, or those inside the limits where columns are compared."""
    listed = np.asarray(domain.listed(), np.int64)
    if not limits.compared:
        return listed[floor_times(chance, len(listed))]
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
