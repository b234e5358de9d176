"""What a value of one column may be: type, partition bounds, lists and checks brought together."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from dbwright.data.constants import FAR_AHEAD, LONG_AGO, NOW, UnreadableError, exact_ticks, expression
from dbwright.data.formulas import INVERSE, MIRROR, Condition, read_formula
from dbwright.data.kinds import ORDERED, Family, Kind

ENUMERABLE = 100_000
"""Values of a domain that are listed one by one where a key needs it."""


@dataclass
class Domain:
    """The values that a column may take under one alternative of the checks.

    `low` and `high` are ticks, both allowed; `allowed` are ticks or texts; `null` says whether it must (True) or must
    not (False) be null. `shortest` and `longest` count characters, bytes or elements; `patterns` are (operator, text);
    `tests` are expressions that must not be false.
    """

    kind: Kind
    nullable: bool
    low: int | None = None
    high: int | None = None
    allowed: tuple[Any, ...] | None = None
    excluded: tuple[Any, ...] = ()
    null: bool | None = None
    shortest: int = 0
    longest: int | None = None
    patterns: tuple[tuple[str, str], ...] = ()
    within: tuple[Any, ...] | None = None
    json_type: str = ""
    tests: list[Any] = field(default_factory=list)
    contradicted: bool = False

    def restrict(self, condition: Condition) -> None:
        """Take one condition on this column in; raise UnreadableError where it means nothing to this kind."""
        operator, value = condition.operator, condition.value
        if operator in ("null", "not null"):
            self._restrict_null(operator == "null")
        elif operator in ("in", "not in"):
            self._restrict_list(operator, value)
        elif operator in MIRROR:
            self._compare(operator, value)
        elif operator.startswith("size "):
            self._restrict_size(operator.removeprefix("size "), int(value))
        elif operator in INVERSE and self.kind.family is Family.TEXT and isinstance(value, str):
            self.patterns = (*self.patterns, (operator, value))
        elif operator == "within" and self.kind.family is Family.LIST:
            self.within = tuple(value)
        elif operator == "json" and self.kind.family is Family.JSON:
            self.json_type = str(value)
        elif operator == "not empty" and self.kind.family is Family.RANGE:
            pass  # a made range is never empty
        else:
            raise UnreadableError(operator)

    def _restrict_null(self, must: bool) -> None:
        self.contradicted |= self.null not in (None, must) or (must and not self.nullable)
        self.null = must

    def _restrict_list(self, operator: str, values: Iterable[Any]) -> None:
        known = [self._value(v) for v in values if v is not None]
        if operator == "not in":
            self.excluded = (*self.excluded, *known)
        else:
            self._allow(known)

    def _allow(self, values: list[Any]) -> None:
        kept = values if self.allowed is None else [v for v in self.allowed if v in values]
        self.allowed = tuple(dict.fromkeys(kept))

    def _value(self, value: Any) -> Any:
        if self.kind.family not in ORDERED:
            return str(value)
        ticks = exact_ticks(self.kind, value)
        return int(ticks) if ticks.denominator == 1 else ticks

    def _compare(self, operator: str, value: Any) -> None:
        if value is NOW:
            value = LONG_AGO if operator in ("<", "<=") else FAR_AHEAD
        if operator == "=":
            self._allow([self._value(value)])
        elif operator == "<>":
            self.excluded = (*self.excluded, self._value(value))
            if self.kind.family is Family.TEXT and value == "":
                self.shortest = max(self.shortest, 1)
        elif self.kind.family in ORDERED:
            self._bound(operator, exact_ticks(self.kind, value))
        else:
            raise UnreadableError(operator)

    def _bound(self, operator: str, ticks: Fraction) -> None:
        if operator in (">", ">="):
            low = math.ceil(ticks) + (operator == ">" and ticks.denominator == 1)
            self.low = low if self.low is None else max(self.low, low)
        else:
            high = math.floor(ticks) - (operator == "<" and ticks.denominator == 1)
            self.high = high if self.high is None else min(self.high, high)

    def _restrict_size(self, operator: str, size: int) -> None:
        if operator in (">", ">=", "="):
            self.shortest = max(self.shortest, size + (operator == ">"))
        if operator in ("<", "<=", "="):
            most = size - (operator == "<")
            self.longest = most if self.longest is None else min(self.longest, most)
        if operator == "<>" and size == 0:
            self.shortest = max(self.shortest, 1)
        elif operator == "<>":
            raise UnreadableError(operator)

    def is_possible(self) -> bool:
        """Return whether at least one value is left."""
        if self.contradicted or self.null is True:
            return not self.contradicted
        if self.allowed is not None:
            return bool(self.listed())
        if self.low is not None and self.high is not None and self.low > self.high:
            return False
        return self.longest is None or self.shortest <= self.longest

    def settle(self) -> None:
        """Let a column for which no value is left be null: a comparison with null forbids nothing."""
        if self.null is None and self.nullable and not self.is_possible():
            self.null = True

    def listed(self) -> tuple[Any, ...]:
        """Return the allowed values that the other conditions leave, in the order they were written."""
        assert self.allowed is not None
        return tuple(v for v in self.allowed if self.contains(v))

    def contains(self, value: Any) -> bool:
        """Return whether a value (ticks or text) is inside list, bounds and exclusions; patterns are not looked at."""
        if value in self.excluded or (self.allowed is not None and value not in self.allowed):
            return False
        if self.kind.family not in ORDERED:
            return True
        if isinstance(value, Fraction):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def size(self) -> int | None:
        """How many values there are, None for more than anybody needs."""
        if self.allowed is not None:
            return len(self.listed())
        if self.kind.family not in ORDERED or self.low is None or self.high is None:
            return None
        gone = sum(bool(self.low <= e <= self.high) for e in set(self.excluded))
        return max(0, self.high - self.low + 1 - gone)

    def enumerate(self) -> tuple[Any, ...] | None:
        """Return every value where they can be listed, else None."""
        if self.allowed is not None:
            return self.listed()
        if self.size is None or self.size > ENUMERABLE:
            return None
        assert self.low is not None and self.high is not None
        return tuple(v for v in range(self.low, self.high + 1) if v not in self.excluded)


def domain_of(kind: Kind, nullable: bool) -> Domain:
    """Return what the type alone leaves."""
    made = Domain(kind, nullable, kind.low, kind.high, longest=kind.longest)
    if kind.labels:
        made.allowed = kind.labels
    return made


def element_domain(kind: Kind) -> Domain:
    """Return what an element of an array may be; of the alternatives of a check the first one."""
    made = domain_of(kind, False)
    for text in kind.checks:
        for condition in read_formula(expression(text))[0]:
            if condition.column == "value":
                made.restrict(condition)
    return made


def union_of(domains: list[Domain]) -> Domain:
    """Return a domain that contains every one of these: what is known before an alternative is chosen."""
    first = domains[0]
    made = domain_of(first.kind, first.nullable)
    lists = [d.listed() if d.allowed is not None else None for d in domains]
    if all(found is not None for found in lists):
        made.allowed = tuple(dict.fromkeys(v for found in lists if found is not None for v in found))
    lows, highs = [d.low for d in domains], [d.high for d in domains]
    made.low = None if None in lows else min(v for v in lows if v is not None)
    made.high = None if None in highs else max(v for v in highs if v is not None)
    made.excluded = tuple(v for v in first.excluded if all(v in d.excluded for d in domains))
    if len({(d.patterns, d.shortest, d.longest) for d in domains}) == 1:
        made.patterns, made.shortest, made.longest = first.patterns, first.shortest, first.longest
    return made
