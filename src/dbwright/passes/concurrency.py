"""Step 1 of the process, concurrent access: the isolation level that each write needs, and what settles a meeting."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.theory.conflicts import Transaction, skews, transactions


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Say for each access pattern that writes which isolation level it needs and how two sessions in it are settled.

    Reads: statements, keys, exclusions. Decides: nothing that the design says otherwise. Writes: decisions. Source:
    seed 003, concurrent access; `theory/conflicts.py` for the analysis.
    """
    found = transactions(blueprint)
    skewed = {t.name: skew.there for skew in skews(found, even_serializable=True) for t in (skew.one, skew.other)}
    return blueprint.decide(*(_decide(t, skewed.get(t.name, "")) for t in found if t.writes))


def _decide(transaction: Transaction, skewed: str) -> Decision:
    name, chosen = transaction.name, transaction.pattern.isolation
    needed = "serializable" if skewed else "read committed"
    return Decision(
        code=f"concurrency/{name}",
        what=f"`{name}` runs {chosen}; {needed} is what it needs",
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
