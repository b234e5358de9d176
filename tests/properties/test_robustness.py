"""Robustness against brute force: thousands of small sets of transactions, each run in every way the levels allow.

`DBWRIGHT_CASES` says how many (5,000 by default, of which every second one is run here), `DBWRIGHT_SEED` which.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

from dbwright.theory.robustness import Action, Conflicts, Program
from schedule_oracle import LEVELS, Transaction, is_always_serializable, random_transactions

CASES = int(os.environ.get("DBWRIGHT_CASES", "5000")) // 2
SEED = os.environ.get("DBWRIGHT_SEED", "1")


def programs_of(transactions: list[Transaction]) -> list[Program]:
    """The transactions as the analysis takes them; an item is one row, so two writers of it always meet."""
    return [
        Program(
            str(number),
            t.level,
            tuple(Action(reads, writes) for reads, writes in t.steps),
            certain=frozenset(item for _, writes in t.steps for item in writes),
        )
        for number, t in enumerate(transactions)
    ]


def test_what_is_called_robust_is_and_what_is_not_has_a_schedule() -> None:
    answers: Counter[tuple[str, bool]] = Counter()
    for number in range(CASES):
        transactions = random_transactions(Random(f"{SEED}/{number}"))
        expected = is_always_serializable(transactions)
        assert Conflicts(programs_of(transactions)).is_robust() == expected, (number, expected, transactions)
        levels = {t.level for t in transactions}
        answers[levels.pop() if len(levels) == 1 else "mixed", expected] += 1
    few = [(kind, answer) for kind in (*LEVELS[:2], "mixed") for answer in (True, False) if not answers[kind, answer]]
    assert few == [] or CASES < 500, f"no case of {few}: the comparison says little"
