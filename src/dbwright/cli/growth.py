"""`dbwright growth`: how the work of each access pattern grows, by its bound and by the planner's own plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.laboratory import laboratory_failures
from dbwright.cli.parsing import UsageError
from dbwright.cli.wording import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen
    from dbwright.planner.growth import Grown, GrowthReport

DESCRIPTION = """\
Tell how the work of each access pattern grows with the rows: what keys, fan-outs, indexes and
limits bound, beside the plans that PostgreSQL would take with a thousand to 10^11 rows of the
largest table. No row is needed: a server is started that plans as if its tables were full. Each
pattern gets a class, the sizes at which its plan changes, and the size at which its latency target
becomes impossible. A class that is worse than the pattern allows (`growth:`) ends in exit code 1.

With --server schema, statistics and the planner's settings are those of a database that runs, its
tables in today's proportions. Only its catalogs are read: CONNECT, USAGE, SELECT are enough."""
USAGE = "DESIGN [PATTERN...] [--most ROWS] [--server DSN] [--format FORMAT]"
EXAMPLES = (
    ("dbwright growth shop.design.yaml", "Every access pattern, up to 10^11 rows."),
    ("dbwright growth shop.design.yaml order-history pay", "Two of them, with their plans."),
    ("dbwright growth shop.design.yaml --most 1G --format json", "Up to a thousand million rows, for a program."),
    ("dbwright growth shop.design.yaml --server 'dbname=shop'", "With the statistics of a running database."),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("design", metavar="DESIGN", help="design file, or folder of *.design.yaml files")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help="access patterns to tell about; all by default")
    parser.add_argument("--most", default="100G", metavar="ROWS", help="rows of the largest table to plan for (100G)")
    parser.add_argument("--server", metavar="DSN", help="a running database whose statistics are taken")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", metavar="FORMAT", help="text (default) or json"
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Plan, show what was found, and return 1 where a pattern grows faster than it may."""
    from dbwright.cli.progress import open_progress

    sizes = _sizes(arguments.most)
    with open_progress(screen.err) as progress:
        report = _grow(arguments, sizes, progress.announce)
    if arguments.format == "json":
        import json

        from dbwright.planner.growth_facts import report_facts

        screen.out.write(json.dumps(report_facts(report), indent=2, ensure_ascii=False))
    else:
        _show(report, screen, bool(arguments.patterns))
    return 0 if report.ok else 1


def _sizes(most: str) -> tuple[int, ...]:
    from dbwright.model.quantities import Count

    try:
        limit = Count.parse(most).value
    except ValueError as error:
        raise UsageError(f"--most: {error}", "write a number of rows") from None
    if limit < 1000:
        raise UsageError("--most is the largest number of rows to plan for", "give at least 1000")
    return tuple(10**n for n in range(3, 12) if 10**n <= limit)


def _grow(arguments: Namespace, sizes: tuple[int, ...], announce: object) -> GrowthReport:
    from dbwright.planning import growth

    with laboratory_failures():
        return growth(Path(arguments.design), arguments.patterns, sizes, announce, arguments.server or "")  # type: ignore[arg-type]


def _show(report: GrowthReport, screen: Screen, details: bool) -> None:
    width = max((len(p.name) for p in report.patterns), default=0)
    for pattern in report.patterns:
        style = "error" if pattern.fails else "held"
        name = screen.out.paint(pattern.name.ljust(width), "strong")
        screen.out.write(f"{name}  {screen.out.paint(pattern.found.ljust(20), style)}  {_remark(report, pattern)}")
        if details:
            for line in _details(report, pattern):
                screen.out.write(f"    {line}")
    for note in report.notes:
        screen.out.write(f"note  {note}")
    failing = [p for p in report.patterns if p.fails]
    for relation, size in report.outgrown.items():
        text = f"`{relation}` passes 16 TiB before {size:,} rows of `{report.largest}`: divide it before then"
        screen.out.write(text)
    screen.out.write(
        f"{counted(len(report.patterns), 'access pattern')}, {len(failing)} worse than allowed; "
        f"sizes are rows of `{report.largest}`; {report.storage.text}"
    )


def _remark(report: GrowthReport, pattern: Grown) -> str:
    from dbwright.model.quantities import show_count

    parts = []
    if pattern.fails:
        parts.append(f"allowed: {pattern.growth.allowed}")
    if pattern.agreement != "both agree":
        parts.append(pattern.agreement)
    if pattern.impossible is not None and pattern.target is not None:
        parts.append(f"{_time(pattern.target)} impossible from {show_count(pattern.impossible)} rows on")
    if pattern.robust is not None and pattern.doubt:
        parts.append(f"{pattern.robust} with {pattern.doubt}")
    return "; ".join(parts)


def _time(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"


def _details(report: GrowthReport, pattern: Grown) -> list[str]:
    from dbwright.model.quantities import show_count

    lines = [f"at most  {step}" for step in pattern.growth.bound.steps]
    lines += [
        f"at {show_count(p.size):>5}  {p.rows:,.0f} rows, cost {p.cost:,.1f}, at least {p.seconds * 1000:.3g} ms"
        for p in pattern.points
    ]
    lines += [f"from {show_count(f.rows)} rows on  {f.after}" for f in pattern.flips]
    return [*lines, f"plan  {pattern.shape}"] if pattern.shape else lines
