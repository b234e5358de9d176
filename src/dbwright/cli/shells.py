"""Completion scripts, written from the parsers: what the parsers know is all that the shells know.

Sources: bash manual, "Programmable Completion"; zshcompsys(1), _arguments; fish manual, `complete`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from dbwright.cli.commands import COMMANDS, load_command
from dbwright.cli.parsing import command_parser, main_parser

PATHS = ("DESIGN", "TARGET", "DIR")
"""The values that are files or folders, by the word that help shows for them."""


@dataclass(frozen=True)
class Option:
    """One option: its names, whether a value follows, the values there are, whether that is a path, its help."""

    names: tuple[str, ...]
    takes_value: bool
    values: tuple[str, ...]
    is_path: bool
    about: str


def write_completion(shell: str) -> str:
    """Return the completion script of bash, zsh or fish."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]()


def options_of(parser: argparse.ArgumentParser) -> list[Option]:
    """Return the options of a parser, without those that help hides."""
    return [_option(a) for a in parser._actions if a.option_strings and a.help != argparse.SUPPRESS]


def _option(action: argparse.Action) -> Option:
    values = tuple(str(value) for value in action.choices or ())
    about = (action.help or "").partition(". ")[0]
    return Option(tuple(action.option_strings), action.nargs != 0, values, action.metavar in PATHS, about)


def words_of(parser: argparse.ArgumentParser) -> tuple[str, ...]:
    """Return the words that may stand in the place of the first argument, where it is no path."""
    first = next((a for a in parser._actions if not a.option_strings), None)
    return tuple(str(choice) for choice in first.choices or ()) if first else ()


def _commands() -> Iterator[tuple[str, str, list[Option], tuple[str, ...]]]:
    """Yield (name, summary, options, words) of each command."""
    for name, summary in COMMANDS.items():
        parser = command_parser(name, load_command(name))
        yield name, summary, options_of(parser), words_of(parser)


_BASH = """\
# bash completion for dbwright; made by `dbwright completion bash`
_dbwright() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command="" i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in
            --color) ((i++)) ;;
            -*) ;;
            *) command=${{COMP_WORDS[i]}}; break ;;
        esac
    done
    local words="" options=""
    case "$command $before" in
{values}
        *)
            case $command in
{commands}
            esac
            [[ $word == -* ]] && words=$options
            ;;
    esac
    COMPREPLY=()
    while IFS= read -r i; do COMPREPLY+=("$i"); done < <(compgen -W "$words" -- "$word")
}}
complete -o default -F _dbwright dbwright
"""


def _bash() -> str:
    values, commands = [], []
    everywhere = options_of(main_parser())
    for command, words, options in [("", tuple(COMMANDS), everywhere), *((n, w, o) for n, _, o, w in _commands())]:
        for option in filter(lambda o: o.takes_value, options):
            listed = " ".join(option.values)
            values += [f'        "{command} {name}") words="{listed}" ;;' for name in option.names]
        names = " ".join(name for option in options for name in option.names)
        pattern = command or "''"
        commands.append(f'                {pattern}) words="{" ".join(words)}" options="{names}" ;;')
    return _BASH.format(values="\n".join(values), commands="\n".join(commands))


_ZSH = """\
#compdef dbwright
# zsh completion for dbwright; made by `dbwright completion zsh`
_dbwright() {{
    local context state state_descr line
    typeset -A opt_args
    local -a commands=(
{names}
    )
    _arguments -C {everywhere} '1:command:->command' '*::argument:->argument'
    case $state in
        command) _describe command commands ;;
        argument)
            case $words[1] in
{commands}
            esac
            ;;
    esac
}}
_dbwright "$@"
"""


def _zsh() -> str:
    names = [f"        {_quote(f'{name}:{summary}')}" for name, summary in COMMANDS.items()]
    everywhere = " ".join(_zsh_option(o) for o in options_of(main_parser()))
    commands = []
    for name, _, options, words in _commands():
        rest = _quote(f"1:word:({' '.join(words)})") if words else _quote("*:file:_files")
        specifications = " ".join([*(_zsh_option(o) for o in options), rest])
        commands.append(f"                {name}) _arguments {specifications} ;;")
    return _ZSH.format(names="\n".join(names), everywhere=everywhere, commands="\n".join(commands))


def _zsh_option(option: Option) -> str:
    about = option.about.translate(str.maketrans("[]:", "();"))
    value = f"({' '.join(option.values)})" if option.values else "_files" if option.is_path else " "
    argument = f":value:{value}" if option.takes_value else ""
    return " ".join(_quote(f"*{name}[{about}]{argument}") for name in option.names)


def _fish() -> str:
    lines = [
        "# fish completion for dbwright; made by `dbwright completion fish`",
        *_fish_options("__fish_use_subcommand", options_of(main_parser())),
    ]
    for name, summary, options, words in _commands():
        lines.append(f"complete -c dbwright -n __fish_use_subcommand -f -a {name} -d {_quote(summary)}")
        seen = f"__fish_seen_subcommand_from {name}"
        lines += [f"complete -c dbwright -n {_quote(seen)} -f -a {word}" for word in words]
        lines += _fish_options(seen, options)
    return "\n".join(lines) + "\n"


def _fish_options(condition: str, options: list[Option]) -> Iterator[str]:
    for option in options:
        names = " ".join(f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names)
        values = f" -a {_quote(' '.join(option.values))}" if option.values else ""
        value = f" -x{values}" if option.values else " -r" if option.takes_value else ""
        yield f"complete -c dbwright -n {_quote(condition)} {names}{value} -d {_quote(option.about)}"


def _quote(text: str) -> str:
    """Quote for sh and zsh; fish reads the same form where no backslash is in the text."""
    return "'" + text.replace("'", "'\\''") + "'"
