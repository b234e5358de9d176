"""`dbwright prove`: every promise of a design, tested on a real PostgreSQL while one watches."""

from __future__ import annotations

import gc
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from dbwright.cli.parsing import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.progress import Progress
    from dbwright.cli.screen import Screen
    from dbwright.prove.bench import Budget
    from dbwright.prove.case import Case

DESCRIPTION = """\
Build the database on a real PostgreSQL, fill it with data, and test each promise of the design:
structure, integrity, plans, isolation, documents. Each claim is held, broken (exit code 1) or
untested with its reason. A server is started for it and removed again, unless --server names one."""
USAGE = """\
DESIGN [-o DIR] [--record] [--server ADDRESS] [--family NAME]...
                      [--measure TIME] [--disk SIZE] [--format text|json|github]"""
EXAMPLES = (
    ("dbwright prove shop.design.yaml -o built --record", "Write the built files, and keep the verdicts for builds."),
    ("dbwright prove shop.design.yaml --family isolation", "Prove only some kinds of promises."),
    ("dbwright prove shop.design.yaml --measure 10m --disk 50GB", "Measure latency at larger sizes, ten minutes long."),
    ("dbwright prove shop.design.yaml --server 'host=db.test user=ada dbname=postgres'", "Prove on that server."),
)
ADDRESS = "embedded (default), installed, installed:MAJOR, or a libpq connection string or URI"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("design", metavar="DESIGN", help="design file, or folder of *.design.yaml files")
    parser.add_argument("-o", "--output", metavar="DIR", help="write the built files, site and case.json here")
    parser.add_argument(
        "--record", action="store_true", help="write the verdicts to NAME.proof.json beside the design, for builds"
    )
    parser.add_argument("--server", default="embedded", metavar="ADDRESS", help=ADDRESS)
    parser.add_argument(
        "--family", action="append", default=[], metavar="NAME", help="test only claims of this family; repeat for more"
    )
    parser.add_argument(
        "--measure", default="20s", metavar="TIME", help="what measuring latency at three sizes may take (20s)"
    )
    parser.add_argument("--disk", default="1GB", metavar="SIZE", help="disk that these sizes may fill (1GB)")
    parser.add_argument(
        "--format",
        choices=("text", "json", "github"),
        default="text",
        metavar="FORMAT",
        help="text (default), json (the assurance case) or github (workflow commands)",
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Prove the design and show the verdicts; return 1 where a promise is broken."""
    from dbwright.cli.progress import open_progress
    from dbwright.cli.verdicts import show_case

    gc.enable()  # a proof runs for minutes, unlike the commands for which main() switches it off
    design = Path(arguments.design)
    if arguments.record and arguments.family:
        raise UsageError("a record holds all promises, and --family tests some", "leave out --record or --family")
    _refuse_unknown_families(design, arguments.family)
    output = Path(arguments.output) if arguments.output else None
    started = perf_counter()
    with open_progress(screen.err) as progress:
        case = _prove(design, arguments, output, progress)
    show_case(case, arguments.format, output, perf_counter() - started, screen)
    return 1 if case.broken else 0


def _prove(design: Path, arguments: Namespace, output: Path | None, progress: Progress) -> Case:
    import psycopg

    from dbwright.api import prove
    from dbwright.cli.endings import Failure
    from dbwright.data import GenerationError, NothingFits
    from dbwright.diagnostics import DesignError
    from dbwright.prove.bench import RoleExists
    from dbwright.server import ServerError

    try:
        return prove(
            design,
            server=arguments.server,
            output=output,
            keep=arguments.record,
            families=tuple(dict.fromkeys(arguments.family)),
            observe=progress.observe,
            announce=progress.announce,
            budget=_budget(arguments),
        )
    except NothingFits as error:
        raise DesignError([error.diagnostic]) from error
    except GenerationError as error:
        raise UsageError(str(error)) from error
    except (ServerError, RoleExists) as error:
        raise Failure(str(error), error.help) from error
    except psycopg.OperationalError as error:
        raise Failure(f"the connection to the server failed: {error}") from error


def _budget(arguments: Namespace) -> Budget:
    """Read what measuring may take. Raise UsageError."""
    from dbwright.model.quantities import Bytes, Duration
    from dbwright.prove.bench import Budget

    try:
        return Budget(Duration.parse(arguments.measure).seconds, Bytes.parse(arguments.disk).value)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _refuse_unknown_families(design: Path, families: list[str]) -> None:
    """Raise UsageError for a family that the design makes no claim of; a proof of nothing would look like success."""
    if not families:
        return
    from dbwright import compile_design, load_design
    from dbwright.diagnostics import nearest

    known = {claim.family for claim in compile_design(load_design(design)).claims}
    for family in families:
        if family not in known:
            raise UsageError(f"the design makes no claim of the family `{family}`", nearest(family, known))
