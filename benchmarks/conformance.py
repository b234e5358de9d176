"""How often the laboratory plans byte for byte as the loaded database does: at least 99.5 % of over 2,000 statements.

A line a schema, then the totals; every difference is printed with its statement.
`python benchmarks/conformance.py NAME…` runs some modules of tests/server/fidelity alone.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter

sys.path.append(str(Path(__file__).parents[1] / "tests" / "server"))

from dbwright.server import open_server
from fidelity.comparing import Comparison, compare

MODULES = ("shared", "kinds", "divided", "searched", "examples", "tpch", "retail", "movies")
LEAST_STATEMENTS, LEAST_SCHEMAS, LEAST_SHARE = 2_000, 12, 99.5


def main(modules: list[str]) -> int:
    """Compare, report, and return the exit code."""
    comparisons = []
    with open_server() as server:
        for module in modules or MODULES:
            for workload in import_module(f"fidelity.{module}").workloads():
                started = perf_counter()
                comparisons.append(compare(server, workload))
                print_comparison(comparisons[-1], perf_counter() - started)
    asked = sum(c.asked for c in comparisons)
    differing = sum(len(c.differences) for c in comparisons)
    share = 100 * (asked - differing) / asked
    print(f"all         {asked:>5} statements over {len(comparisons)} schemas, {share:.2f} % identical")
    whole = modules or (asked >= LEAST_STATEMENTS and len(comparisons) >= LEAST_SCHEMAS)
    kept = share >= LEAST_SHARE and bool(whole)
    print(f"{'kept' if kept else 'MISSED':<6}  at least {LEAST_SHARE} % of {LEAST_STATEMENTS:,} statements")
    return 0 if kept else 1


def print_comparison(comparison: Comparison, seconds: float) -> None:
    """Print one line, and each difference below it."""
    same = comparison.asked - len(comparison.differences)
    shaped = same + sum(d.same_shape for d in comparison.differences)
    print(
        f"{comparison.name:<11} {comparison.asked:>5} statements, {same:>5} identical, {shaped:>5} of the same shape, "
        f"{seconds:.0f} s",
        flush=True,
    )
    for told in comparison.left_out:
        print(f"            left out: {told}")
    for difference in comparison.differences:
        print(f"            differs: {difference.asked.statement}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
