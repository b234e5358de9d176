"""The commands in the order in which a person meets them, each with one line of help and a module of its own.

Only the module of the command that was typed is imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen

COMMANDS = {
    "new": "write a design to start from",
    "check": "find everything that is wrong with a design",
    "fmt": "write a design file in its canonical form",
    "explain": "tell why something is as it is",
    "rules": "list the defects that check looks for",
    "build": "write the DDL, documents and data layer of a design",
    "generate": "fill a database or files with rows that keep every constraint",
    "growth": "tell how the work of each access pattern grows with the rows, up to 10^11",
    "plan": "show how an access pattern is planned at the horizon, and what the plan hangs on",
    "mine": "find the dependencies that the rows of a database suggest or refute",
    "advise": "choose indexes, partition keys, summaries and copies that pay",
    "prove": "test every promise of a design on a real PostgreSQL",
    "review": "where the review stands, what has changed, and its steps",
    "schema": "print the JSON Schema of the design file",
    "completion": "print the completion script of a shell",
}
"""Name and one line of each command."""


class Command(Protocol):
    """What the module of a command offers."""

    DESCRIPTION: str
    USAGE: str
    EXAMPLES: tuple[tuple[str, str], ...]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments of the command."""
        ...

    def run(self, arguments: Namespace, screen: Screen) -> int:
        """Do it and return the exit code."""
        ...


def load_command(name: str) -> Command:
    """Import the module of a command; raise KeyError for a name that is none."""
    if name not in COMMANDS:
        raise KeyError(name)
    module: Command = import_module(f"dbwright.cli.{name}")
    return module
