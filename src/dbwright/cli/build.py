"""`dbwright build`: the DDL, documents and data layer of a design as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.wording import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen

DESCRIPTION = """\
Compile a design and write what follows from it: DDL, migration, diagrams, data dictionary,
models, documents, site. The same design gives the same bytes. The names of the files go to
standard output."""
USAGE = "DESIGN [-o DIR] [--target NAME]... [--version 15|16|17|18]"
EXAMPLES = (
    ("dbwright build shop.design.yaml", "Write everything to ./built next to the design."),
    ("dbwright build shop.design.yaml -o /tmp/shop", "Write it elsewhere."),
    ("dbwright build shop.design.yaml --target postgresql --target mermaid", "Write only the DDL and the diagram."),
    ("dbwright build shop.design.yaml --version 15 -o built-15", "Compile for PostgreSQL 15 instead of the target."),
)
OUTPUT = "built"
"""The folder next to the design where its output goes."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    from dbwright.emit import TARGETS

    parser.add_argument("design", metavar="DESIGN", help="design file, or folder of *.design.yaml files")
    parser.add_argument("-o", "--output", metavar="DIR", help=f"where to write (default: {OUTPUT} next to the design)")
    parser.add_argument(
        "--target",
        action="append",
        choices=TARGETS,
        default=[],
        metavar="NAME",
        help=f"write only this; repeat it for more. One of {', '.join(TARGETS)}",
    )
    parser.add_argument(
        "--version",
        type=int,
        choices=(15, 16, 17, 18),
        metavar="MAJOR",
        help="major version of PostgreSQL to compile for (default: what the design says)",
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Write the files and name them."""
    from dbwright.api import build
    from dbwright.cli.screen import printable

    design = Path(arguments.design)
    output = Path(arguments.output) if arguments.output else _next_to(design)
    written = build(design, output, tuple(dict.fromkeys(arguments.target)), arguments.version)
    for path in written:
        screen.out.write(printable(str(path)))
    screen.tell(f"built {counted(len(written), 'file')} in {printable(str(output))}")
    return 0


def _next_to(design: Path) -> Path:
    return (design if design.is_dir() else design.parent) / OUTPUT
