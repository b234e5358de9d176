"""What a person waits for before anything happens: the CPU of `dbwright --help` and of `dbwright check`.

The peer of the first is the interpreter itself (`python -c pass`); the second counts from the first.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from designs import COLUMNS, make_design
from measuring import DBWRIGHT, Promise, best_of, report

ROUNDS = 30
TABLES = 100
HELP_RATIO = 5.0
CHECK_MILLISECONDS = 250.0


def main() -> int:
    """Measure, report, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        design = Path(folder) / "platform.design.yaml"
        design.write_text(make_design(TABLES), encoding="utf-8")
        commands = [[sys.executable, "-c", "pass"], [*DBWRIGHT, "--help"], [*DBWRIGHT, "check", str(design)]]
        nothing, shown, checked = (cost.cpu for cost in best_of(ROUNDS, *commands))
    print(f"python -c pass {nothing * 1000:.1f} ms, --help {shown * 1000:.1f} ms, check {checked * 1000:.1f} ms CPU")
    ratio = Promise("CPU of --help over that of python -c pass", shown / nothing, HELP_RATIO, "times")
    name = f"CPU of check, {TABLES} tables of {COLUMNS} columns, over that of --help"
    return report([ratio, Promise(name, (checked - shown) * 1000, CHECK_MILLISECONDS, "ms")])


if __name__ == "__main__":
    sys.exit(main())
