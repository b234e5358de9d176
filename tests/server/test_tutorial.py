"""The tutorial is true: its commands are run in an empty folder, and what they print is compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial.md"


def read_steps(text: str) -> list[tuple[str, list[str]]]:
    """Return (command, expected lines) of every `console` block in order."""
    steps: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    return steps


def pattern_of(lines: list[str]) -> re.Pattern[str]:
    """Return what the output must match: `…` alone is any lines, at the end of a line any rest of it."""
    parts = []
    for line in lines:
        if line == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(re.escape(line).replace("…", ".*") + r" *\n")
    return re.compile("".join(parts))


def test_every_command_prints_what_the_tutorial_says(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "120"}
    steps = read_steps(TUTORIAL.read_text(encoding="utf-8"))
    assert len(steps) > 8
    for command, expected in steps:
        ended = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert pattern_of(expected).fullmatch(ended.stdout), f"$ {command}\n{ended.stdout}\n{ended.stderr}"
