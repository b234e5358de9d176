"""What it costs to mine a million rows of twenty columns, left sides of at most two columns.

The peer counts every candidate, as exhaustive discovery does; it is given fewer rows, or nobody would wait for it.
"""

from __future__ import annotations

import sys
from itertools import combinations

import numpy as np

from dbwright.mining.columns import Codes, Columns
from dbwright.mining.discovery import discover
from measuring import Promise, cpu_of, report

ROWS, COLUMNS = 1_000_000, 20
PEER_ROWS = 50_000
SECONDS = 4.0


def main() -> int:
    """Measure, report, and return the exit code."""
    values = orders(ROWS)
    whole = cpu_of(2, lambda: discover(Columns(values)))
    few = [v[:PEER_ROWS] for v in values]
    found = {(f.determinant, f.dependent) for f in discover(Columns(few)).holding}
    if not found <= set(exhaustive(Columns(few))):
        raise SystemExit("a dependency was found that does not hold")
    ours = cpu_of(2, lambda: discover(Columns(few)))
    peer = cpu_of(1, lambda: exhaustive(Columns(few)))
    return report(
        [
            Promise(f"mining {ROWS:,} rows of {COLUMNS} columns, two on the left", whole, SECONDS, "CPU s"),
            Promise(f"mining {PEER_ROWS:,} rows over counting every candidate", ours / peer, 0.5, "times"),
        ]
    )


def orders(rows: int) -> list[Codes]:
    """Return a denormalised order table: customers with city and zip, products with price and category, noise."""
    random = np.random.default_rng(0)
    customer = random.integers(0, rows // 10, rows)
    zip_code = customer * 104_729 % 2000
    region = zip_code % 300
    region[random.integers(0, rows, rows // 500)] = 7
    product = random.zipf(1.3, rows) % 5000
    category = product * 31 % 997 % 40
    known = [np.arange(rows), customer, customer * 7919 % 500, zip_code, region, product, product * 31 % 997, category]
    known += [product * 3 + 1, customer % 97 * (category + 1), random.integers(0, 86_400 * 365, rows)]
    noise = [random.integers(0, most, rows) for most in (3, 5, 50, 50, 50, 50, 1000, 50, 1 << 40)]
    return [column.astype(np.int64) for column in (*known, *noise)]


def exhaustive(columns: Columns) -> list[tuple[tuple[int, ...], int]]:
    """Return every dependency with at most two columns on the left, each counted."""
    sides = [s for size in (1, 2) for s in combinations(range(len(columns)), size)]
    return [(s, a) for s in sides for a in range(len(columns)) if a not in s and columns.holds(s, a)]


if __name__ == "__main__":
    sys.exit(main())
