"""`dbwright completion`: the script by which a shell completes commands, options and design files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen

DESCRIPTION = """\
Print the script by which a shell completes commands, their options, and names of files."""
USAGE = "bash|zsh|fish"
EXAMPLES = (
    ("dbwright completion bash >~/.local/share/bash-completion/completions/dbwright", "For every new bash."),
    ("dbwright completion zsh >~/.zfunc/_dbwright", "For zsh, where fpath holds ~/.zfunc before compinit runs."),
    ("dbwright completion fish >~/.config/fish/completions/dbwright.fish", "For every new fish."),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish")


def run(arguments: Namespace, screen: Screen) -> int:
    """Print the script."""
    from dbwright.cli.shells import write_completion

    screen.out.write(write_completion(arguments.shell).rstrip("\n"))
    return 0
