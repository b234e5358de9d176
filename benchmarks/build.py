"""What a build costs: a real design at once, a thousand tables in seconds, and growth no worse than linear."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from designs import make_design
from measuring import DBWRIGHT, MEGABYTE, Cost, Promise, best_of, report

ROOT = Path(__file__).resolve().parents[1]
FEDIFLOW = ROOT / "examples" / "fediflow" / "fediflow.design.yaml"
FEDIFLOW_SECONDS = 3.0
SMALL, LARGE = 250, 1000
LARGE_SECONDS = 20.0
LARGE_MEGABYTES = 500.0


def main() -> int:
    """Measure, report, and return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fediflow = _build(FEDIFLOW, folder, 5)
        small, large = (_build(_written(tables, folder), folder, 2) for tables in (SMALL, LARGE))
    return report(
        [
            Promise("CPU to build FediFlow", fediflow.cpu, FEDIFLOW_SECONDS, "s"),
            Promise(f"CPU to build {LARGE} tables", large.cpu, LARGE_SECONDS, "s"),
            Promise(f"memory to build {LARGE} tables", large.memory / MEGABYTE, LARGE_MEGABYTES, "MB"),
            Promise(f"CPU of {LARGE} tables over that of {SMALL}", large.cpu / small.cpu, LARGE / SMALL, "times"),
        ]
    )


def _written(tables: int, folder: Path) -> Path:
    path = folder / f"platform-{tables}.design.yaml"
    path.write_text(make_design(tables), encoding="utf-8")
    return path


def _build(design: Path, folder: Path, rounds: int) -> Cost:
    [cost] = best_of(rounds, [*DBWRIGHT, "build", str(design), "-o", str(folder / design.name.partition(".")[0])])
    return cost


if __name__ == "__main__":
    sys.exit(main())
