"""What dependency theory costs: closures and third normal form of a relation far wider than an entity gets.

The peer is the loop that textbooks print, which goes over all dependencies until none adds anything.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from random import Random

from dbwright.theory.attributes import Fd
from dbwright.theory.closure import Closures
from dbwright.theory.synthesis import synthesise
from measuring import Promise, cpu_of, report

ATTRIBUTES, DEPENDENCIES = 100, 200
CLOSURES = 2_000
CLOSURE_MILLISECONDS = 0.1
SYNTHESIS_SECONDS = 0.25
ROUNDS = 5


def main() -> int:
    """Measure, report, and return the exit code."""
    random = Random(1)
    dependencies = [(_some(random, 3), _some(random, 2)) for _ in range(DEPENDENCIES)]
    starts = [_some(random, 6) for _ in range(CLOSURES)]
    closures = Closures(dependencies)
    if [closures.of(start) for start in starts] != [_textbook(start, dependencies) for start in starts]:
        raise SystemExit("the two ways to a closure disagree")
    ours = cpu_of(ROUNDS, lambda: [closures.of(start) for start in starts]) / CLOSURES
    peer = cpu_of(ROUNDS, lambda: [_textbook(start, dependencies) for start in starts]) / CLOSURES
    third = cpu_of(ROUNDS, lambda: synthesise((1 << ATTRIBUTES) - 1, dependencies))
    size = f"{ATTRIBUTES} attributes, {DEPENDENCIES} dependencies"
    return report(
        [
            Promise(f"closure, {size}", ours * 1000, CLOSURE_MILLISECONDS, "ms"),
            Promise("closure over that of the textbook's loop", ours / peer, 1.0, "times"),
            Promise(f"third normal form, {size}", third, SYNTHESIS_SECONDS, "s"),
        ]
    )


def _some(random: Random, most: int) -> int:
    return sum(1 << position for position in random.sample(range(ATTRIBUTES), random.randint(1, most)))


def _textbook(start: int, dependencies: Sequence[Fd]) -> int:
    closed, before = start, -1
    while closed != before:
        before = closed
        for determinant, dependent in dependencies:
            if not determinant & ~closed:
                closed |= dependent
    return closed


if __name__ == "__main__":
    sys.exit(main())
