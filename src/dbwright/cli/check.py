"""`dbwright check`: everything that is wrong with designs, as text or in a form that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.wording import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.api import Check
    from dbwright.cli.screen import Screen
    from dbwright.diagnostics import Diagnostic

DESCRIPTION = """\
Read and compile designs and tell everything that is wrong: what will happen, where, what to type.
Errors stop a build (exit code 2); warnings and notes do not."""
USAGE = "DESIGN... [--format text|json|sarif|github]"
EXAMPLES = (
    ("dbwright check shop.design.yaml", "Check one design."),
    ("dbwright check designs/shop designs/crm", "Check two designs, each a folder of *.design.yaml files."),
    ("dbwright check --format github shop.design.yaml", "Annotate the changed lines of a pull request."),
    ("dbwright check --format sarif shop.design.yaml >check.sarif", "Keep the findings for a code host or an editor."),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("designs", nargs="+", metavar="DESIGN", help="design file, or folder of *.design.yaml files")
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github"),
        default="text",
        metavar="FORMAT",
        help="text (default), json, sarif (2.1.0) or github (workflow commands)",
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Check each design; return 2 where one has errors."""
    from dbwright.api import check

    checks = [(name, check(Path(name))) for name in arguments.designs]
    if arguments.format == "text":
        for name, found in checks:
            _show(name, found, screen)
    else:
        diagnostics = list(dict.fromkeys(d for _, found in checks for d in found.diagnostics))
        rendered = _render(diagnostics, arguments.format)
        if rendered:
            screen.out.write(rendered)
    return 0 if all(found.ok for _, found in checks) else 2


def _render(diagnostics: list[Diagnostic], kind: str) -> str:
    from dbwright.cli.screen import printable_in_lines
    from dbwright.diagnostics import render_github, render_json, render_sarif

    renderers = {"json": render_json, "sarif": render_sarif, "github": render_github}
    return printable_in_lines(renderers[kind](diagnostics))


def _show(name: str, found: Check, screen: Screen) -> None:
    from dbwright.cli.painting import paint_diagnostics
    from dbwright.cli.screen import printable

    if found.diagnostics:
        screen.out.write(paint_diagnostics(found.diagnostics, found.sources, screen.out))
    style = "held" if not found.diagnostics else "strong" if found.ok else "error"
    screen.out.write(f"{printable(name)}: {screen.out.paint(_count_findings(found), style)}{_count_contents(found)}")


def _count_findings(found: Check) -> str:
    if not found.diagnostics:
        return "no findings"
    kinds = [d.severity.value for d in found.diagnostics]
    return ", ".join(counted(kinds.count(kind), kind) for kind in ("error", "warning", "note") if kind in kinds)


def _count_contents(found: Check) -> str:
    if found.blueprint is None:
        return ""
    counts = {
        "table": len(found.blueprint.tables),
        "access pattern": len(found.blueprint.design.access),
        "decision": len(found.blueprint.decisions),
    }
    return f" ({', '.join(counted(count, thing) for thing, count in counts.items())})"
