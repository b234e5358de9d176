"""How long it takes to tell the growth of a hundred access patterns, at 10^3 to 10^11 rows of the largest table.

The design is a generated one of 48 tables and about a hundred patterns: nine sizes, three ways to grow and six doubts
of the statistics at each. The time is CPU of dbwright and of its server together, from starting it to its end: they
take turns, so on a quiet machine it is that of the wall, too.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter

from dbwright import compile_design, load_design
from dbwright.emit.postgresql import script
from dbwright.planner.decades import DECADES
from dbwright.planner.growth import measure_growth
from dbwright.planner.laboratory import open_laboratory
from designs import make_design
from measuring import Promise, report

TABLES = 48
PATTERNS = 100
SECONDS = 30.0


def main() -> int:
    """Measure, report, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        design = Path(folder) / "platform.design.yaml"
        design.write_text(make_design(TABLES), encoding="utf-8")
        blueprint = compile_design(load_design(design))
    names = [str(p.name) for p in blueprint.design.access][:PATTERNS]
    started, spent = perf_counter(), _cpu()
    with open_laboratory(script(blueprint)) as laboratory:
        opened = perf_counter()
        found = measure_growth(laboratory, blueprint, names, DECADES)
    done, cpu = perf_counter(), _cpu() - spent
    planned = [p for p in found.patterns if p.measured is not None]
    sizes = max(len(p.points) for p in planned)
    agreed = sum(p.agreement == "both agree" for p in planned)
    print(f"wall {done - started:.1f} s, of which {opened - started:.1f} to start the server")
    print(f"{len(planned)} patterns at {sizes} sizes; both legs agree on {agreed}")
    name = f"growth of {len(planned)} access patterns, {DECADES[0]:,} to {DECADES[sizes - 1]:,} rows, CPU"
    return report([Promise(name, cpu, SECONDS, "s")])


def _cpu() -> float:
    """CPU seconds of this process and of the children that have ended, and theirs."""
    own, children = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
