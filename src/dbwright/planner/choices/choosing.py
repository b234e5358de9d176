"""Tries candidates one by one, and takes what pays for itself, the best first.

Each candidate is priced as a design of its own. What touches other tables adds up; what touches the same ones is priced
again together with what was taken before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from dbwright.diagnostics import DesignError
from dbwright.model.design import Design
from dbwright.model.quantities import MONTH
from dbwright.planner.advisor.write_budget import WriteBudget, Writing
from dbwright.planner.choices.candidate import Candidate, Dismissed, with_candidate
from dbwright.planner.choices.pricing import Priced, rate_of
from dbwright.planner.choices.selection import GAIN, NOTHING, Choices, Effect, Room, Tried, refuse
from dbwright.planner.choices.upkeep import costs_more, writing_today
from dbwright.records import replace
from dbwright.server import ServerError
from dbwright.sql.patterns import queries

LOOK_UP = 10.0
"""What a look-up by a key costs, about: no change makes a call cheaper than that."""
MOST = 16
"""So many candidates are tried, those first that could save most."""
WORKERS = 2
"""Designs that are priced at the same time: most of it is waiting for a server."""

Price = Callable[[Design], Priced]
"""Prices a design; it is called by several threads."""
Faults = Callable[[Design], Mapping[str, str]]
"""What `check` finds in a design: messages by a word that tells findings apart."""


def choose(
    design: Design,
    candidates: Callable[[Priced], Iterable[Candidate | Dismissed]],
    price: Price,
    faults: Faults,
    budget: int,
    announce: Callable[[str], None] = lambda doing: None,
    writes: WriteBudget | None = None,
) -> Choices:
    """Choose among the candidates for a design; raise what `price` raises of the design as it is.

    `budget` are the bytes that may be added, `writes` what may be added to the cost of writes, None for any.
    """
    base = price(design)
    today = writing_today(base.blueprint, base.facts, base.upkeep)
    allowed = writes.allowed(today) if writes is not None else None
    every = list(candidates(base))
    dismissed = [c for c in every if isinstance(c, Dismissed)]
    worthwhile = _promising(base, [c for c in every if isinstance(c, Candidate)])
    dismissed += [_dismissal(c, c.obstacle) for c in worthwhile if c.obstacle]
    promising = [c for c in worthwhile if not c.obstacle][:MOST]
    if promising:
        announce(f"trying {len(promising)} changes of the design")
    found = _try_all(design, promising, base, price)
    tried = [f for f in found if isinstance(f, Tried)]
    dismissed += [f for f in found if isinstance(f, Dismissed)]
    taken = _Taken(design, base, price, faults, Room(budget, float("inf") if allowed is None else allowed))
    for one in sorted(tried, key=lambda t: (-t.saved, t.candidate.subject)):
        why = "" if one.candidate.stands else taken.refuse(one)
        if why:
            dismissed.append(_dismissal(one.candidate, why))
    kept = [t.reversed() for t in tried if t.candidate.stands]
    return Choices(
        tuple(taken.chosen),
        tuple(kept),
        tuple(dismissed),
        taken.priced + 1 + len(promising),
        len([c for c in every if isinstance(c, Candidate) and c not in worthwhile]),
        Writing(today, sum(t.writing for t in taken.chosen), allowed),
    )


class _Taken:
    """What was taken so far, and the design that it makes."""

    def __init__(self, design: Design, base: Priced, price: Price, faults: Faults, room: Room) -> None:
        self.design = design
        self.rewritten = design
        self.chosen: list[Tried] = []
        self.priced = 0
        self._now: Priced | None = base
        self._price = price
        self._faults = faults
        self._known = faults(design)
        self._room = room

    def refuse(self, tried: Tried) -> str:
        """Take a candidate, or return why not."""
        candidate = tried.candidate
        if why := refuse(tried, self.chosen, self._room):
            return why
        if any(set(t.candidate.tables) & set(candidate.tables) for t in self.chosen):
            if self._now is None:
                self._now = self._price(self.rewritten)
                self.priced += 1
            together = _try(self.rewritten, candidate, self._now, self._price)
            self.priced += 1
            if isinstance(together, Dismissed):
                return f"beside what was chosen: {together.why}"
            if why := refuse(together, self.chosen, self._room):
                return f"beside what was chosen: {why}"
            tried = together
        design = with_candidate(self.design, candidate, rewritten=False)
        found = self._faults(design)
        fault = next((message for word, message in found.items() if word not in self._known), "")
        if fault:
            return f"it would save {tried.rate(tried.saved)}, and check would find: {fault}"
        self.design, self.rewritten = design, with_candidate(self.rewritten, candidate)
        self._now = None
        self.chosen.append(tried)
        return ""


def _promising(base: Priced, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that could save enough at best, the most first: no call gets cheaper than a look-up."""
    found = []
    for candidate in candidates:
        asked = [p for p in _touched(base, candidate) if p in base.costs]
        rates = {str(p.name): rate_of(p) for p in base.blueprint.design.access}
        basis = sum(rates[p] * base.costs[p] for p in asked)
        most = sum(rates[p] * max(0.0, base.costs[p] - LOOK_UP) for p in asked)
        most += base.upkeep.get(f"retention of {candidate.subject}", 0.0) if candidate.kind == "partition" else 0.0
        if candidate.stands or (most > NOTHING and most >= GAIN * basis):
            found.append((candidate.stands, most, candidate))
    ranked = sorted(found, key=lambda f: (not f[0], -f[1], f[2].subject, f[2].what))
    return [candidate for _, _, candidate in ranked]


def _touched(base: Priced, candidate: Candidate) -> list[str]:
    """The patterns that a candidate is for: those that say something else, or that look into a table that is cut."""
    if candidate.statements:
        return list(candidate.statements)
    found = []
    for name, (_, query) in queries(base.blueprint).items():
        if query.verb != "insert" and set(query.tables) & set(candidate.tables):
            found.append(name)
    return found


def _try_all(design: Design, candidates: Sequence[Candidate], base: Priced, price: Price) -> list[Tried | Dismissed]:
    """Try some at a time; an interrupt waits for those alone that are being tried."""
    with ThreadPoolExecutor(WORKERS) as workers:
        try:
            return list(workers.map(lambda candidate: _try(design, candidate, base, price), candidates))
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise


def _try(design: Design, candidate: Candidate, base: Priced, price: Price) -> Tried | Dismissed:
    import psycopg

    try:
        priced = price(with_candidate(design, candidate))
    except DesignError as error:
        return _dismissal(candidate, error.diagnostics[0].message)
    except (ServerError, psycopg.Error) as error:
        return _dismissal(candidate, str(error).splitlines()[0])
    return _compared(candidate, base, priced)


def _compared(candidate: Candidate, base: Priced, priced: Priced) -> Tried:
    effects = []
    cautions = list(candidate.cautions)
    writes = {n for n, (_, q) in queries(base.blueprint).items() if q.verb == "insert"}
    touched = set(_touched(base, candidate)) | {
        n for n, (_, q) in queries(base.blueprint).items() if set(q.tables) & set(candidate.tables)
    }
    for pattern in base.blueprint.design.access:
        name = str(pattern.name)
        if name not in touched or name not in base.costs or name not in priced.costs:
            continue
        cost = priced.costs[name]
        if candidate.partition is not None and _lost(candidate.entity, name, base, priced):
            cautions.append(f"`{name}` asks for times that no partition holds yet, so it is taken to stay as it is")
            cost = base.costs[name]
        if candidate.statements and name not in candidate.statements:
            # What else gets cheaper (a larger table is read by more workers) is no reason.
            cost = max(cost, base.costs[name])
        effects.append(Effect(name, rate_of(pattern), base.costs[name], cost))
    changes = (*_jobs(base, priced), *costs_more(priced.upkeep, base.upkeep))
    reads = sum(e.rate * (e.without_it - e.with_it) for e in effects)
    meant = set(_touched(base, candidate)) - writes
    basis = sum(e.rate * e.without_it for e in effects if e.pattern in meant)
    before, after = base.blueprint.table(candidate.entity), priced.blueprint.table(candidate.entity)
    grown: tuple[str, ...] = ()
    if before is not None and after is not None and before.primary_key and after.primary_key:
        grown = tuple(c for c in after.primary_key.columns if c not in before.primary_key.columns)
    return Tried(
        replace(candidate, cautions=tuple(cautions)),
        tuple(
            e
            for e in effects
            if abs(e.without_it - e.with_it) > 0.005 * e.without_it or e.pattern in candidate.statements
        ),
        changes,
        reads,
        sum(c for _, c in changes),
        priced.size - base.size,
        basis + sum(abs(c) for n, c in changes if n.startswith("retention")),
        sum(rate_of(p) * base.costs.get(str(p.name), 0.0) for p in base.blueprint.design.access),
        grown,
        month=(_month(base, candidate), _month(priced, candidate)),
    )


def _month(priced: Priced, candidate: Candidate) -> float:
    """What it costs to let a month of rows go."""
    return priced.upkeep.get(f"retention of {candidate.entity}", 0.0) * MONTH if candidate.partition else 0.0


def _jobs(base: Priced, priced: Priced) -> Iterator[tuple[str, float]]:
    """What patterns cost that a change brings along."""
    known = {p.name for p in base.blueprint.design.access}
    for pattern in priced.blueprint.design.access:
        if pattern.name not in known:
            yield str(pattern.name), rate_of(pattern) * priced.costs.get(str(pattern.name), float("inf"))


def _lost(table: str, pattern: str, base: Priced, priced: Priced) -> bool:
    """Whether a pattern that reads a table reads none of its partitions any more."""
    return bool(base.read[pattern] & _family(base, table)) and not priced.read[pattern] & _family(priced, table)


def _family(priced: Priced, name: str) -> set[str]:
    table = priced.blueprint.table(name)
    return {name, *(p.name for p in (table.partitioning.partitions if table and table.partitioning else ()))}


def _dismissal(candidate: Candidate, why: str) -> Dismissed:
    return Dismissed(candidate.kind, candidate.subject, candidate.what, why)
