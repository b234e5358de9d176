"""Decisions: choices as data, each with the requirement it serves and what it was weighed against."""

from __future__ import annotations

from dbwright.diagnostics import NOWHERE, Span
from dbwright.records import field, record


@record(frozen=True)
class Alternative:
    """What was turned down, and what it would have cost."""

    what: str
    cost: str


@record(frozen=True)
class Decision:
    """One choice of a pass: `code` is `<pass>/<subject>`, unique and stable from build to build.

    `serves` names the elements of the design that ask for it (`access.order-history`, `entities.orders.retention`);
    `subjects` the objects it is about (`orders`, `orders_user_id_idx`).
    """

    code: str
    what: str
    why: str
    serves: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    evidence: str = ""
    span: Span = field(default=NOWHERE, compare=False)

    @property
    def step(self) -> str:
        """The pass that took it."""
        return self.code.partition("/")[0]
