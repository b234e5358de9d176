"""Help says what a command takes, with examples that the command really understands."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import run_here, run_process
from dbwright import __version__
from dbwright.cli.commands import COMMANDS, load_command
from dbwright.cli.parsing import EXAMPLES, parse

ROOT = Path(__file__).resolve().parents[2]
ALL_EXAMPLES = [
    *(("dbwright", line) for line, _ in EXAMPLES),
    *((name, line) for name in COMMANDS for line, _ in load_command(name).EXAMPLES),
]


def test_help_names_every_command_and_fits_the_screen() -> None:
    ended = run_here("--help")
    assert (ended.code, ended.err) == (0, "")
    for name, summary in COMMANDS.items():
        assert f"{name} " in ended.out
        assert summary in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 100


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_shows_two_to_four_examples_and_fits_the_screen(name: str) -> None:
    ended = run_here(name, "--help")
    examples = load_command(name).EXAMPLES
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"usage: dbwright {name} ")
    assert 2 <= len(examples) <= 4
    for line, about in examples:
        assert line in ended.out
        assert about in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 100


@pytest.mark.parametrize(("name", "line"), ALL_EXAMPLES, ids=[line for _, line in ALL_EXAMPLES])
def test_every_example_is_understood(name: str, line: str) -> None:
    words = [word for word in shlex.split(line) if word[0] not in "<>"]
    assert words[0] == "dbwright"
    assert name in ("dbwright", words[1])
    parse(words[1:])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_of_the_usage_line_is_explained(name: str) -> None:
    usage, _, explained = run_here(name, "--help").out.partition("\n\n")
    for word in usage.replace("[", " ").replace("]", " ").replace("...", " ").split():
        if word.startswith("-"):
            assert f"{word} " in explained or f"{word}," in explained


def test_the_version_is_shown() -> None:
    assert run_here("--version").out == f"dbwright {__version__}\n"


def test_without_a_command_help_goes_to_standard_error() -> None:
    ended = run_here()
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == run_here("--help").out


def test_options_of_all_commands_stand_before_or_after_the_command() -> None:
    for words in (["--color", "never", "schema", "--case"], ["schema", "--case", "--color", "never"]):
        _, arguments = parse(words)
        assert (arguments.color, arguments.case) == ("never", True)


def test_arguments_and_options_may_alternate() -> None:
    _, arguments = parse(["check", "a", "--format", "json", "b"])
    assert (arguments.designs, arguments.format) == (["a", "b"], "json")
    _, arguments = parse(["explain", "a", "--format", "json", "b"])
    assert (arguments.design, arguments.name) == ("a", "b")


def test_help_adapts_to_a_narrow_terminal() -> None:
    wide, narrow = (run_process("build", "--help", COLUMNS=columns) for columns in ("100", "60"))
    assert len(narrow.out.splitlines()) > len(wide.out.splitlines())


def test_the_manual_page_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "write-cli-docs"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
