"""`dbwright rules`: the defects that `check` looks for, by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen

DESCRIPTION = """\
List the rules by which `dbwright check` judges a design: the code of each, and what should hold.
`dbwright explain CODE` prints the manual page of one."""
USAGE = "[--format text|json]"
EXAMPLES = (
    ("dbwright rules", "List all rules."),
    ("dbwright rules --format json >rules.json", "Keep them with their manual pages for another program."),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", metavar="FORMAT", help="text (default) or json"
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Print the rules in order of their codes."""
    from dbwright import rule_manuals

    manuals = rule_manuals()
    if arguments.format == "json":
        import json

        screen.out.write(json.dumps(manuals, indent=2, ensure_ascii=False))
        return 0
    width = max(map(len, manuals))
    for code, manual in manuals.items():
        screen.out.write(f"{screen.out.paint(code.ljust(width), 'strong')}  {_first_sentence(manual)}")
    return 0


def _first_sentence(manual: str) -> str:
    return manual.splitlines()[2]
