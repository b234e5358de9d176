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
    from dbwright.rules.baseline import Finding

DESCRIPTION = """\
Read and compile designs and tell everything that is wrong: what will happen, where, what to type.
A DESIGN may also be a dump or DDL (FILE.sql), which is loaded into a throw-away PostgreSQL, or the
address of a running server, of which only the catalogs are read.
Errors stop a build (exit code 2); warnings and notes do not."""
USAGE = """\
DESIGN... [--fix] [--policy FILE] [--design FILE] [--baseline FILE]
                      [--write-baseline FILE] [--format FORMAT]"""
EXAMPLES = (
    ("dbwright check shop.design.yaml", "Check one design."),
    ("dbwright check --fix shop.design.yaml", "Mend what can be mended safely, then tell the rest."),
    ("dbwright check --baseline known.json structure.sql 'host=localhost dbname=shop'", "Fail only for what is new."),
    ("dbwright check --format sarif shop.design.yaml >check.sarif", "Keep the findings for a code host or an editor."),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "designs", nargs="+", metavar="DESIGN", help="design file, folder of *.design.yaml files, dump, or address"
    )
    parser.add_argument("--fix", action="store_true", help="first make the edits that are safe, in place")
    parser.add_argument("--policy", metavar="FILE", help="what the house wants; dbwright.toml beside the design")
    parser.add_argument("--design", metavar="FILE", help="design of the servers named: tell what outgrows its plan")
    parser.add_argument("--baseline", metavar="FILE", help="leave out the findings in it; exit code 1 for any other")
    parser.add_argument("--write-baseline", metavar="FILE", help="write what is found to a baseline file")
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github"),
        default="text",
        metavar="FORMAT",
        help="text (default), json, sarif (2.1.0) or github (workflow commands)",
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Check each design; return 2 where one has errors, 1 where one has findings that the baseline does not hold."""
    known = _known(arguments.baseline) if arguments.baseline else set()
    policy = Path(arguments.policy) if arguments.policy else None
    if arguments.fix:
        _fix(arguments.designs, policy, screen)
    plan = Path(arguments.design) if arguments.design else None
    checks = [(name, _check(name, policy, plan)) for name in arguments.designs]
    if arguments.write_baseline:
        _write_baseline(Path(arguments.write_baseline), [d for _, found in checks for d in found.diagnostics])
    if known:
        checks = [(name, _without(known, found)) for name, found in checks]
    if arguments.format == "text":
        for name, found in checks:
            _show(name, found, screen)
    else:
        diagnostics = list(dict.fromkeys(d for _, found in checks for d in found.diagnostics))
        rendered = _render(diagnostics, arguments.format)
        if rendered:
            screen.out.write(rendered)
    if not all(found.ok for _, found in checks):
        return 2
    return 1 if arguments.baseline and any(found.diagnostics for _, found in checks) else 0


def _known(name: str) -> set[Finding]:
    from dbwright.cli.parsing import UsageError
    from dbwright.rules.baseline import BaselineError, read_baseline

    try:
        return read_baseline(Path(name))
    except FileNotFoundError:
        raise UsageError(f"there is no baseline {name}", f"write one: --write-baseline {name}") from None
    except BaselineError as error:
        raise UsageError(str(error), f"write it anew: --write-baseline {name}") from None


def _without(known: set[Finding], found: Check) -> Check:
    from dbwright.records import replace
    from dbwright.rules.baseline import unknown_to

    return replace(found, diagnostics=unknown_to(known, found.diagnostics))


def _write_baseline(path: Path, diagnostics: list[Diagnostic]) -> None:
    from dbwright.api import write_files
    from dbwright.rules.baseline import render_baseline

    write_files(path.parent, {path.name: render_baseline(diagnostics)})


def _fix(names: list[str], policy: Path | None, screen: Screen) -> None:
    """Make the safe edits in each design; a dump or a server has none."""
    from dbwright.api import fix

    for name in names:
        path = Path(name)
        if path.exists() and path.suffix != ".sql":
            for file, count in fix(path, policy).items():
                screen.tell(f"{file}: {counted(count, 'finding')} fixed")


def _check(name: str, policy: Path | None, plan: Path | None = None) -> Check:
    from dbwright.api import check, check_dump, check_server
    from dbwright.cli.endings import Failure

    path = Path(name)
    live = not path.exists() and ("://" in name or "=" in name)
    if not live and path.suffix != ".sql":
        return check(path, policy)
    import psycopg

    from dbwright.server import ServerError

    try:
        return check_server(name, policy, plan) if live else check_dump(path, policy)
    except ServerError as error:
        raise Failure(str(error), error.help) from error
    except psycopg.Error as error:
        message = str(error).splitlines()[0]
        raise Failure(
            f"the catalogs of the server cannot be read: {message}", "try again, or as another user"
        ) from error


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
    said = {thing: count for thing, count in counts.items() if count or thing == "table" or found.sources}
    return f" ({', '.join(counted(count, thing) for thing, count in said.items())})"
