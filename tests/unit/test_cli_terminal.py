"""On a terminal there are colours and a live display, and nothing that the terminal did not ask for."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import BROKEN, DESIGN, plain_environment, write_design

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def run_on_terminal(*words: str, **variables: str) -> str:
    """Run a command whose streams are a terminal, and return all that the terminal got."""
    controller, terminal = pty.openpty()
    environment = plain_environment({"TERM": "xterm-256color", **variables})
    process = subprocess.Popen(
        [sys.executable, "-m", "dbwright", *words], stdin=terminal, stdout=terminal, stderr=terminal, env=environment
    )
    os.close(terminal)
    pieces = []
    while piece := read_piece(controller):
        pieces.append(piece)
    os.close(controller)
    process.wait()
    return b"".join(pieces).decode().replace("\r\n", "\n")


def read_piece(controller: int) -> bytes:
    """Return what the terminal got next; empty at the end, which Linux tells as an error."""
    try:
        return os.read(controller, 65536)
    except OSError:
        return b""


def test_a_terminal_gets_colours(tmp_path: Path) -> None:
    shown = run_on_terminal("check", str(write_design(tmp_path, BROKEN)))
    assert "\x1b[1;31merror[" in shown
    assert "\x1b[34m --> " in shown
    assert "\x1b[1;31m^^^" in shown


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}], ids=str)
def test_a_terminal_without_colours_gets_none(variables: dict[str, str], tmp_path: Path) -> None:
    assert "\x1b" not in run_on_terminal("check", str(write_design(tmp_path, BROKEN)), **variables)


def test_an_empty_no_color_counts_as_not_set(tmp_path: Path) -> None:
    assert "\x1b[" in run_on_terminal("check", str(write_design(tmp_path, BROKEN)), NO_COLOR="")


def test_color_never_outvotes_the_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in run_on_terminal("--color", "never", "check", str(write_design(tmp_path, BROKEN)))


def test_a_difference_reaches_a_terminal_with_its_control_characters_visible(tmp_path: Path) -> None:
    design = write_design(tmp_path, DESIGN.replace("People order", "People\u202e order"))
    shown = run_on_terminal("fmt", "--diff", str(design))
    assert "\x1b[31m-" in shown
    assert "\u202e" not in shown
    assert set(SEQUENCE.findall(shown)) <= {"\x1b[31m", "\x1b[32m", "\x1b[34m", "\x1b[0m"}
