"""`dbwright plan`: how PostgreSQL will plan an access pattern when its tables are full, and what the plan hangs on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.laboratory import laboratory_failures
from dbwright.cli.parsing import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen
    from dbwright.planner.leaning import Lean, PatternPlan

DESCRIPTION = """\
Show the plan that PostgreSQL will take for an access pattern at the horizon of the design, or at
another age or size, as the role that asks it. No row is needed: a server is started that plans as
if its tables were full. Then the plan is asked for again under every statistic that may turn out
otherwise: pages that vacuum has not seen, the physical order of rows, ten times or a tenth of the
different values, known values or any. What changes it, or makes it twice as dear, is named.

With --server schema, statistics and the planner's settings are those of a database that runs, taken
to the age or size that is asked for. Only its catalogs are read: CONNECT, USAGE, SELECT are enough."""
USAGE = "DESIGN PATTERN [--at AGE | --rows ROWS] [--server DSN] [--format FORMAT]"
EXAMPLES = (
    ("dbwright plan shop.design.yaml order-history", "The plan at the horizon of the design."),
    ("dbwright plan shop.design.yaml order-history --at 10y", "When the design is ten years old."),
    ("dbwright plan shop.design.yaml order-history --rows 5G", "With 5,000 million rows in the largest table."),
    (
        "dbwright plan shop.design.yaml order-history --server 'dbname=shop' --at 1y",
        "A running database, grown for a year as the design says.",
    ),
)

YEAR = 365.25 * 86_400
"""Seconds."""
OLDEST = 100
"""Years."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("design", metavar="DESIGN", help="design file, or folder of *.design.yaml files")
    parser.add_argument("pattern", metavar="PATTERN", help="access pattern to plan")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--at", metavar="AGE", help="age of the data, such as 3y, or time from today; the horizon by default"
    )
    where.add_argument("--rows", metavar="ROWS", help="rows of the largest table; others in proportion")
    parser.add_argument("--server", metavar="DSN", help="a running database whose statistics are taken")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", metavar="FORMAT", help="text (default) or json"
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Plan and show; return 0."""
    from dbwright.cli.progress import open_progress

    age, rows = _age(arguments.at), _rows(arguments.rows)
    with open_progress(screen.err) as progress:
        progress.announce("reading schema and statistics" if arguments.server else "planning on a server without rows")
        planned = _plan(arguments, age, rows)
    if arguments.format == "json":
        import json

        screen.out.write(json.dumps(as_facts(planned), indent=2, ensure_ascii=False))
    else:
        _show(planned, screen)
    return 0


def _age(text: str | None) -> float | None:
    from dbwright.model.quantities import Duration

    try:
        age = Duration.parse(text).seconds if text else None
    except ValueError as error:
        raise UsageError(f"--at: {error}", "write an age such as 18 months or 3y") from None
    if age is not None and age > OLDEST * YEAR:
        raise UsageError(f"--at is an age of at most {OLDEST} years", "growth that goes on for longer means nothing")
    return age


def _rows(text: str | None) -> float | None:
    from dbwright.model.quantities import Count

    try:
        rows = Count.parse(text).value if text else None
    except ValueError as error:
        raise UsageError(f"--rows: {error}", "write a number of rows such as 200M") from None
    if rows is not None and rows < 1:
        raise UsageError("--rows is the number of rows of the largest table", "give at least 1")
    return rows


def _plan(arguments: Namespace, age: float | None, rows: float | None) -> PatternPlan:
    from dbwright.planning import plan

    with laboratory_failures():
        return plan(Path(arguments.design), arguments.pattern, age, rows, arguments.server or "")


def _show(planned: PatternPlan, screen: Screen) -> None:
    from dbwright.cli.screen import printable
    from dbwright.model.quantities import show_count

    out = screen.out
    tables = ", ".join(f"{name} {show_count(rows)}" for name, rows in planned.rows.items())
    name = out.paint(printable(planned.pattern), "strong")
    years = f"{planned.age / YEAR:.3g} years {'from today' if planned.measured else 'old'}"
    out.write(f"{name}  as {printable(planned.role)}, {years}: rows {tables}")
    for line in planned.outline:
        out.write(f"  {printable(line)}")
    kind = "any values" if planned.answer.generic else "known values"
    out.write(f"  the plan for {kind}; its scans touch {planned.answer.rows:,.0f} rows")
    hanging = planned.hangs_on
    if not hanging:
        out.write(out.paint("hangs on none of what was doubted:", "held"))
        out.write("  " + "; ".join(lean.doubt for lean in planned.leans))
    else:
        out.write(out.paint("hangs on", "error"))
        for lean in hanging:
            out.write(f"  {lean.doubt}: {_change(lean, planned)}")
        kept = [lean.doubt for lean in planned.leans if lean not in hanging]
        if kept:
            out.write("and not on " + "; ".join(kept))
    for assumption in planned.assumptions:
        how = f" (declare it: {assumption.declare})" if assumption.declare else ""
        out.write(printable(f"assumed  {assumption.subject}: {assumption.what} {assumption.value}{how}"))
    for note in planned.notes:
        out.write(printable(f"note  {note}"))


def _change(lean: Lean, planned: PatternPlan) -> str:
    costs = f"cost {planned.answer.cost:,.1f} → {lean.cost:,.1f}, rows {planned.answer.rows:,.0f} → {lean.rows:,.0f}"
    return f"the same plan, {costs}" if lean.same else f"{lean.shape}; {costs}"


def as_facts(planned: PatternPlan) -> dict[str, object]:
    """Return a plan as values that JSON can hold."""
    return {
        "pattern": planned.pattern,
        "role": planned.role,
        "sql": planned.sql,
        "age": planned.age,
        "rows": dict(planned.rows),
        "cost": planned.answer.cost,
        "touched": planned.answer.rows,
        "generic": planned.answer.generic,
        "shape": planned.answer.shape,
        "plan": dict(planned.answer.plan),
        "leans": [
            {
                "doubt": lean.doubt,
                "same": lean.same,
                "matters": lean.matters(planned.answer.cost),
                "cost": lean.cost,
                "touched": lean.rows,
                "shape": lean.shape,
            }
            for lean in planned.leans
        ],
        "assumptions": [
            {"subject": a.subject, "what": a.what, "value": a.value, "why": a.why, "declare": a.declare}
            for a in planned.assumptions
        ],
        "measured": planned.measured,
        "notes": list(planned.notes),
    }
