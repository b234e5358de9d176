"""From words to arguments: one parser a command, built when that command was typed.

Usage lines are written by hand and options are laid out here, so that help is the same on every Python.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import NoReturn

from dbwright.cli.commands import COMMANDS, Command, load_command

WIDEST = 100
"""Columns of help; longer lines are hard to read on any screen."""

DESCRIPTION = """\
Compile one design file into a PostgreSQL database, its documents and its data layer,
and prove every promise in it on a real server."""
EXAMPLES = (
    ("dbwright new shop.design.yaml", "Write a commented design to start from."),
    ("dbwright check shop.design.yaml", "Find everything that is wrong with it."),
    ("dbwright build shop.design.yaml", "Write DDL, diagrams, documents and data layer to ./built."),
    ("dbwright prove shop.design.yaml", "Test its promises on a PostgreSQL that is started for it."),
)


class UsageError(Exception):
    """The words that were typed are no command; `help` says what to type."""

    def __init__(self, message: str, help_text: str = "") -> None:
        super().__init__(message)
        self.help = help_text


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Lays out help as every version of Python should: `-o, --output DIR`, at most WIDEST columns."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=_width())

    def _format_action_invocation(self, action: argparse.Action) -> str:
        names = ", ".join(action.option_strings)
        if not names:
            return str(action.metavar or action.dest)
        return names if action.nargs == 0 else f"{names} {action.metavar or action.dest.upper()}"


class Parser(argparse.ArgumentParser):
    """A parser that raises UsageError instead of ending the process."""

    def __init__(self, prog: str, usage: str, description: str, epilog: str) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=epilog,
            formatter_class=HelpFormatter,
            allow_abbrev=False,
            add_help=False,
        )
        # Python 3.14 colours help by rules of its own; ours knows --color.
        self.color = False
        self.add_argument("-h", "--help", action="help", help="show this help")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is None or value in action.choices:
            return
        from dbwright.diagnostics import nearest

        known = [str(choice) for choice in action.choices]
        name = "/".join(action.option_strings) or str(action.metavar)
        raise UsageError(f"{name} cannot be `{value}`", nearest(str(value), known))

    def error(self, message: str) -> NoReturn:
        """Raise UsageError in place of the usage text and the end of the process."""
        raise UsageError(message, f"type `{self.prog} --help` for what it takes")


def parse(words: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """Return the command and its arguments; raise UsageError, or SystemExit where help or the version was shown."""
    arguments = main_parser().parse_args(words)
    name: str = arguments.command
    if name not in COMMANDS:
        raise UsageError(f"`{name}` is not a command", _nearest(name))
    command = load_command(name)
    return command, command_parser(name, command).parse_intermixed_args(arguments.rest, arguments)


def main_parser() -> Parser:
    """Return the parser of what stands before the command's own arguments."""
    width = max(map(len, COMMANDS))
    listed = [f"  {name:<{width}}  {summary}" for name, summary in COMMANDS.items()]
    closing = "`dbwright COMMAND --help` tells what a command takes, with examples."
    epilog = "\n".join(["commands:", *listed, "", _examples(EXAMPLES), "", closing])
    parser = Parser("dbwright", "dbwright [--color WHEN] COMMAND ...", DESCRIPTION, epilog)
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version")
    _add_common(parser)
    parser.add_argument("command", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def command_parser(name: str, command: Command) -> Parser:
    """Return the parser of one command."""
    usage = f"dbwright {name} {command.USAGE}".rstrip()
    parser = Parser(f"dbwright {name}", usage, command.DESCRIPTION, _examples(command.EXAMPLES))
    command.add_arguments(parser)
    _add_common(parser)
    return parser


def _add_common(parser: Parser) -> None:
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default=argparse.SUPPRESS,
        metavar="WHEN",
        help="auto (on a terminal, unless NO_COLOR is set), always or never",
    )
    parser.add_argument("--traceback", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from dbwright import __version__

        print(f"dbwright {__version__}")
        parser.exit()


def _examples(examples: Sequence[tuple[str, str]]) -> str:
    return "\n".join(["examples:", *(f"  {command}\n      {about}" for command, about in examples)])


def _nearest(name: str) -> str:
    from dbwright.diagnostics import nearest

    return nearest(name, COMMANDS)


def _width() -> int:
    """The columns to use: those that COLUMNS says, else those of the terminal, at most WIDEST."""
    told = os.environ.get("COLUMNS", "")
    try:
        columns = int(told) if told.isdecimal() else os.get_terminal_size().columns
    except OSError:
        columns = WIDEST
    return max(40, min(columns - 2, WIDEST))
