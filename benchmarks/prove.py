"""How long a whole proof takes from a cold start: server, DDL, rows, every claim, and the written case."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from measuring import DBWRIGHT, Promise, report

ROOT = Path(__file__).resolve().parents[1]
FEDIFLOW = ROOT / "examples" / "fediflow" / "fediflow.design.yaml"
SECONDS = 90.0


def main() -> int:
    """Prove FediFlow once, report, and return the exit code; a broken promise of the design is a miss, too."""
    with tempfile.TemporaryDirectory() as folder:
        started = perf_counter()
        done = subprocess.run([*DBWRIGHT, "prove", str(FEDIFLOW), "-o", folder], stdout=subprocess.DEVNULL, check=False)
        seconds = perf_counter() - started
        if done.returncode not in (0, 1):
            return done.returncode
        summary = json.loads((Path(folder) / "case.json").read_text(encoding="utf-8"))["summary"]
    print(f"{summary['held']} held, {summary['broken']} broken, {summary['untested']} untested")
    return report(
        [
            Promise("wall clock to prove FediFlow", seconds, SECONDS, "s"),
            Promise("broken claims", summary["broken"], 0, "claims"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
