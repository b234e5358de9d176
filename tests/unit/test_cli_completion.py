"""Completion knows every command and option that the parsers know, in each shell."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from command_line import run_here, write_design
from dbwright.cli.commands import COMMANDS, load_command
from dbwright.cli.parsing import command_parser
from dbwright.cli.shells import options_of
from dbwright.emit import TARGETS

SHELLS = ("bash", "zsh", "fish")
ASK = """\
source "$0"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_dbwright
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(folder: Path, *words: str) -> list[str]:
    """Return what bash offers for the last word, as it calls the function of the script."""
    script = folder / "dbwright.bash"
    script.write_text(run_here("completion", "bash").out)
    done = subprocess.run(
        ["bash", "-c", ASK, str(script), "dbwright", *words], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_is_well_formed(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here, and only it can read its script; type: apt-get install {shell}")
    script = tmp_path / "script"
    script.write_text(run_here("completion", shell).out)
    done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_names_every_command_and_option(shell: str) -> None:
    text = run_here("completion", shell).out
    for name in COMMANDS:
        assert name in text
        for option in options_of(command_parser(name, load_command(name))):
            assert all(word.lstrip("-") in text for word in option.names)
    assert "traceback" not in text


def test_commands_are_completed(tmp_path: Path) -> None:
    assert complete(tmp_path, "") == list(COMMANDS)
    assert complete(tmp_path, "c") == ["check", "completion"]
    assert complete(tmp_path, "--color", "never", "ex") == ["explain"]


def test_options_and_their_values_are_completed(tmp_path: Path) -> None:
    assert complete(tmp_path, "fmt", "--d") == ["--diff"]
    assert complete(tmp_path, "check", "--format", "") == ["text", "json", "sarif", "github"]
    assert complete(tmp_path, "build", "x", "--target", "") == list(TARGETS)
    assert complete(tmp_path, "--color", "a") == ["auto", "always"]
    assert complete(tmp_path, "completion", "") == list(SHELLS)


def test_designs_are_left_to_the_shell_that_knows_files(tmp_path: Path) -> None:
    write_design(tmp_path)
    assert complete(tmp_path, "check", "sh") == []
    assert "complete -o default " in run_here("completion", "bash").out
