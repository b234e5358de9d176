"""Which rows of a part of a table follow which alternative of its checks."""

from __future__ import annotations

import numpy as np

from dbwright.data.choosing import Integers
from dbwright.data.drafts import Draft


class Alternatives:
    """The alternatives that rows of a draft follow; `only` is the one that all of them follow, if there is one."""

    def __init__(self, draft: Draft) -> None:
        self._scenario = draft.scenario
        several = len(draft.plan.scenarios) > 1
        self.present = [int(which) for which in np.flatnonzero(np.bincount(draft.scenario))] if several else [0]
        self.only = self.present[0] if len(self.present) == 1 else None

    def rows(self, which: int, start: int, stop: int) -> Integers | slice:
        """Return the places within the part from `start` up to `stop` that follow an alternative."""
        if self.only is not None:
            return slice(None)
        return np.flatnonzero(self._scenario[start:stop] == which)
