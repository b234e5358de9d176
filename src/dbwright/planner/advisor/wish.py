"""What the advisor is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dbwright.planner.advisor.candidates import Space
from dbwright.planner.advisor.definition import Definition
from dbwright.planner.advisor.obligations import Obligations
from dbwright.planner.advisor.workshop import Sized
from dbwright.planner.advisor.write_budget import WriteBudget
from dbwright.records import field, record


@record(frozen=True)
class Wish:
    """What is asked of the advisor: bytes, the space of candidates, and whether what stands may go.

    `kept` are indexes that stay even then; `lenient` leaves out statements that cannot be planned, with a note;
    `tenants` are the columns by which policies narrow tables; `skips` that the server knows skip scans, as from 18 on;
    `obligations` finds what a choice may not do without. `shared` are indexes that a reference needs and a plan may
    use: they count as kept where one does. `closed` tables get no index. `sift` leaves
    out candidates that nobody would want to have. `budget` are the bytes by which the indexes may grow together, and
    `writes` what may be added to the cost of writes, None for any: what goes makes room for what comes. `sized` tells
    the sizes of candidates: see Setup.
    """

    budget: int
    space: Space = Space()
    replace: bool = False
    most_questions: int = 10_000
    kept: frozenset[str] = frozenset()
    lenient: bool = False
    skips: bool = True
    tenants: Mapping[str, str] = field(default_factory=dict)
    obligations: Obligations | None = None
    shared: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    writes: WriteBudget | None = None
    sift: Callable[[Sequence[Definition]], list[Definition]] = list
    sized: Sized | None = None
