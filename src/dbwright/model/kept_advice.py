"""An advice as it is kept beside a design and shown by its documents: what was chosen, what for, what was not."""

from __future__ import annotations

from datetime import date

from dbwright.records import record


@record(frozen=True)
class PatternCost:
    """An access pattern with its calls a second, and its cost in the planner's units before and after."""

    name: str
    rate: float
    before: float
    after: float


@record(frozen=True)
class Worth:
    """What a pattern costs with something that was chosen, and without it."""

    pattern: str
    with_it: float
    without_it: float


@record(frozen=True)
class ChosenIndex:
    """An index that was chosen, or that stood and stays where it is not `new`: bytes, units of upkeep a second."""

    name: str
    table: str
    text: str
    new: bool
    bytes: int
    upkeep: float
    worth: tuple[Worth, ...]


@record(frozen=True)
class ChosenChange:
    """Something beyond indexes that was chosen, or that stood and stays: what it saves a second, and adds in bytes.

    `text` is what it adds to a design; `write` what patterns must say to use it.
    """

    kind: str
    subject: str
    what: str
    new: bool
    saved: float
    bytes: int
    upkeep: float
    worth: tuple[Worth, ...]
    month: tuple[float, float]
    text: str
    write: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]


@record(frozen=True)
class TurnedDown:
    """Something that was thought of and not chosen, and why."""

    what: str
    why: str


@record(frozen=True)
class KeptTarget:
    """A latency target and the least times of its pattern before and after, in seconds; `why` says why it is missed."""

    name: str
    target: float
    before: float
    after: float
    why: str


@record(frozen=True)
class KeptAdvice:
    """The advice of a day: `current` while the design is the one that it left, `applied` where it was written into it.

    Costs are in the planner's units: `before` and `after` of all patterns a second with the upkeep of indexes, `floor`
    with every candidate at once. `budget` is 0 without one; `size` the bytes of what was chosen and stays, `added`
    those that count against the budget. `gap` is the proven relative distance to the best choice. `writes` are the cost
    of writes before, and what is added to it; None where nobody counted them.
    """

    day: date
    current: bool
    applied: bool
    patterns: tuple[PatternCost, ...]
    indexes: tuple[ChosenIndex, ...]
    dropped: tuple[str, ...]
    unused: tuple[str, ...]
    changes: tuple[ChosenChange, ...]
    turned_down: tuple[TurnedDown, ...]
    before: float
    after: float
    floor: float
    gap: float
    budget: int
    added: int
    size: int
    candidates: int
    questions: int
    seconds: float
    notes: tuple[str, ...]
    writes: tuple[float, float] | None = None
    targets: tuple[KeptTarget, ...] = ()
