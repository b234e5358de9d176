"""`dbwright new`: a design to start from, commented or one of the examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.parsing import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen

DESCRIPTION = """\
Write a commented design to start from, or one of the examples. Nothing is ever overwritten."""
USAGE = "[TARGET] [--example NAME]"
EXAMPLES = (
    ("dbwright new", "Write starter.design.yaml to this folder."),
    ("dbwright new shop.design.yaml", "Write it under another name."),
    ("dbwright new --example fediflow", "Write the example to the folder fediflow."),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "target", nargs="?", default="", metavar="TARGET", help="file or folder to write (default: this folder)"
    )
    parser.add_argument(
        "--example",
        default="",
        metavar="NAME",
        help="start from fediflow, adflow, shop or academy, in a folder of that name unless TARGET is given",
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Write the files and tell what to type next."""
    from dbwright.api import new
    from dbwright.cli.screen import printable

    example: str = arguments.example
    _refuse_unknown(example)
    target = Path(arguments.target or example or ".")
    try:
        written = new(target, example)
    except FileExistsError as error:
        raise UsageError(f"{error} exists, and is not overwritten", "give another file or folder") from None
    except ValueError as error:
        raise UsageError(str(error), f"type `dbwright new --example {example}`") from None
    for path in written:
        screen.out.write(printable(str(path)))
    design = written[0] if len(written) == 1 else target
    screen.tell(f"next, type: dbwright check {_quoted(str(design))}")
    return 0


def _refuse_unknown(example: str) -> None:
    from dbwright.diagnostics import nearest
    from dbwright.starter import example_names

    known = example_names()
    if example and example not in known:
        raise UsageError(f"there is no example `{example}`", nearest(example, known))


def _quoted(path: str) -> str:
    from shlex import quote

    from dbwright.cli.screen import printable

    return printable(quote(path))
