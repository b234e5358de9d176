"""Step 1 of the process, concurrent access: the isolation level that each write needs, and what settles a meeting."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.theory.conflicts import LEVELS, Transaction, skews, transactions
from dbwright.theory.programs import Hazard, Unit, count_stopping, hazards, units


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Say for each access pattern that writes which isolation level it needs and how two sessions in it are settled.

    Reads: statements, keys, exclusions. Decides: nothing that the design says otherwise. Writes: decisions. Source:
    seed 003, concurrent access; `theory/conflicts.py` and
    `theory/programs.py` for the analysis.
    """
    found = transactions(blueprint)
    skewed = {t.name: skew.there for skew in skews(found, even_serializable=True) for t in (skew.one, skew.other)}
    around = {str(s): str(t.name) for t in design.transactions for s in t.steps}
    cycles = {h.units[0].name: h for h in hazards(blueprint)}
    return blueprint.decide(
        *(_decide(t, skewed.get(t.name, ""), around.get(t.name, "")) for t in found if t.writes),
        *(_decide_steps(u, cycles.get(u.name)) for u in units(blueprint) if u.declared),
        *_robustness(blueprint),
    )


def _decide_steps(unit: Unit, cycle: Hazard | None) -> Decision:
    """The level of a transaction of several steps: what it reads in one step may have changed at the next."""
    needed = "serializable" if cycle else "read committed"
    why = "what it reads and relies on is held until it commits, or no other transaction leads back to it"
    if cycle:
        table = cycle.items[0].rpartition(".")[0]
        why = f"`{cycle.units[1].name}` may change `{table}` after `{cycle.units[0].steps[cycle.cut].name}` has read it"
    steps = ", ".join(f"`{p.name}`" for p in unit.steps)
    rule = f"; when two meet: {unit.conflict}" if unit.conflict else ""
    return Decision(
        code=f"concurrency/{unit.path}",
        what=f"{steps} are one transaction, `{unit.name}`; it runs {unit.isolation}; {needed} is what it needs",
        why=f"{(unit.declared and unit.declared.why) or 'all of it happens, or nothing'} ({why}{rule})",
        serves=(unit.path, *(f"access.{p.name}" for p in unit.steps)),
        alternatives=(_alternative(needed),),
        span=unit.span,
    )


def _robustness(blueprint: Blueprint) -> list[Decision]:
    """Whether every outcome is one that some order leaves, at the levels of the design and at one level for all."""
    known = units(blueprint)
    if not any(u.writes for u in known):
        return []
    stopping = count_stopping(blueprint)
    chosen = f"{stopping} of {len(known)} can" if stopping else f"none of {len(known)} can"
    return [
        Decision(
            code="concurrency/robustness",
            what=f"of the transactions, {chosen} stop in the middle of a cycle that leaves what no order leaves",
            why="each is judged with all others, in cycles of any length, at the isolation level that it runs at",
            serves=("access",),
            alternatives=tuple(_at_one_level(blueprint, level, len(known)) for level in LEVELS),
        )
    ]


def _at_one_level(blueprint: Blueprint, level: str, count: int) -> Alternative:
    stopping = count_stopping(blueprint, level)
    cost = "" if level == "read committed" else "; every client must repeat what is refused"
    return Alternative(f"all at {level}", f"{stopping or 'none'} of {count} could{cost}")


def _decide(transaction: Transaction, skewed: str, around: str) -> Decision:
    name, chosen = transaction.name, transaction.isolation
    needed = "serializable" if skewed else "read committed"
    return Decision(
        code=f"concurrency/{name}",
        what=f"`{name}` runs {f'in `{around}`, ' if around else ''}{chosen}; {needed} is what it needs",
        why=f"it acts on `{skewed}`, which another session may be changing" if skewed else _why(transaction),
        serves=(f"access.{name}",),
        alternatives=(_alternative(needed),),
        span=transaction.pattern.place.span,
    )


def _why(transaction: Transaction) -> str:
    if transaction.adds:
        return "it only adds rows, and these meet in keys: the second of two equal ones is settled there"
    if transaction.blind and not transaction.pattern.conflict:
        return "it names one row by its key; the later of two writers wins"
    rule = f": {transaction.pattern.conflict}" if transaction.pattern.conflict else ""
    return f"the second of two sessions waits for the first and looks at its condition again{rule}"


def _alternative(level: str) -> Alternative:
    if level == "serializable":
        return Alternative("read committed with a constraint", "right where a key, check or exclusion can say the rule")
    return Alternative("serializable", "refuses sessions that would do no harm, and every client must repeat")
