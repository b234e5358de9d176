"""A column that looks at no other column of its row, made for any rows by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dbwright.data.choosing import Array, Integers
from dbwright.data.dataset import Column, Note, empty_data
from dbwright.data.drafts import Draft
from dbwright.data.following import Alternatives
from dbwright.data.hints import Hints
from dbwright.data.singles import Single, distinct_ticks
from dbwright.data.spelling import Chosen, Spelling
from dbwright.data.wishes import wish_of


class Alone:
    """Makes one column, alternative by alternative; with `numbers` rows of different numbers have different values."""

    def __init__(
        self,
        draft: Draft,
        alternatives: Alternatives,
        hints: Hints,
        name: str,
        shares: Sequence[Mapping[str, float]],
        numbers: Integers | None,
    ) -> None:
        self.draft, self.name, self.numbers = draft, name, numbers
        self.kind = draft.plan.kinds[name]
        self.shares = [s[name] for s in shares]
        self.alternatives = alternatives
        self.singles: dict[int, Single] = {}
        if not self.kind.family.is_ordered:
            for which in self.alternatives.present:
                self.singles[which] = self._single(hints, which)
        self.spelling = _together([s.spelling for s in self.singles.values()])
        self.nullable = any(self.shares[which] for which in self.alternatives.present)

    def _single(self, hints: Hints, which: int) -> Single:
        draft = self.draft
        domain = draft.plan.scenarios[which].domains[self.name]
        own = None if self.numbers is None else self.numbers[self.alternatives.rows(which, 0, draft.count)]
        wish = wish_of(draft.plan.table, draft.plan.source(self.name), draft.total, self.shares[which])
        single = Single(draft.plan, self.name, domain, hints, draft.total, own, wish, draft.first)
        if not single.accepted:
            message = f"no way to make `{self.name}` passes all its rules; values are tried as they are"
            note = Note(draft.plan.table.name, self.name, message)
            draft.notes += [note] if note not in draft.notes else []
        return single

    def part(self, start: int, stop: int) -> Mapping[str, Column]:
        """Return the column for some rows."""
        count = stop - start
        data = empty_data(self.kind, 0 if self.alternatives.only is not None else count)
        nulls = np.zeros(count, np.bool_) if self.nullable else None
        for which in self.alternatives.present:
            rows = self.alternatives.rows(which, start, stop)
            made = self._values(which, start, stop)
            if self.alternatives.only is not None:
                data = made
            else:
                data[rows] = made[rows]
            if nulls is not None and self.shares[which]:
                chance = self.draft.stream(self.name, "null", which).at(start).floats(count)
                nulls[rows] = (chance < self.shares[which])[rows]
        return {self.name: Column(self.kind, data, nulls if nulls is not None and nulls.any() else None, self.spelling)}

    def _values(self, which: int, start: int, stop: int) -> Array:
        """What an alternative gives every row of the part; each alternative draws for all, so that parts agree."""
        stream = self.draft.stream(self.name, which).at(start)
        numbers = None if self.numbers is None else self.numbers[start:stop]
        if which not in self.singles:
            domain = self.draft.plan.scenarios[which].domains[self.name]
            return distinct_ticks(self.draft, self.name, domain, numbers, stream, stop - start)
        made = self.singles[which].draw(stream, stop - start, numbers)
        if isinstance(self.spelling, Chosen):
            made = made * len(self.singles) + list(self.singles).index(which)
        return made

    def outline(self, name: str) -> Column:
        """Return the column without rows."""
        nulls = np.zeros(0, np.bool_) if self.nullable else None
        return Column(self.kind, empty_data(self.kind, 0), nulls, self.spelling)


def _together(spellings: Sequence[Spelling | None]) -> Spelling | None:
    """The spelling of a column whose alternatives may each have their own."""
    known = tuple(s for s in spellings if s is not None)
    if not known or all(s == known[0] for s in known):
        return known[0] if known else None
    return Chosen(known)
