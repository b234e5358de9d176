"""Tools outside of this process: where they are, what to type where they are not, and how to ask them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dbwright.prove.bench import Bench

PATIENCE_SECONDS = 300.0
"""How long a tool may take before it counts as one that does not work here; no verdict depends on less."""


class NotBuilt(Exception):  # noqa: N818 - named after what happened, as the errors of the server room are
    """A file that the claim is about is not among the built ones."""


class ToolMissing(Exception):  # noqa: N818 - see above
    """The tool is not on this machine or does not work here; the message says what to type."""


class ToolRefused(Exception):  # noqa: N818 - see above
    """The tool does not take the file; `evidence` is what it said."""

    def __init__(self, reason: str, **evidence: Any) -> None:
        super().__init__(reason)
        self.evidence = evidence


def built(bench: Bench, path: str) -> str:
    """Return the text of a built file; raise NotBuilt."""
    if path not in bench.files:
        raise NotBuilt(f"{path} was not built")
    return bench.files[path]


def built_like(bench: Bench, folder: str, ending: str) -> dict[str, str]:
    """Return the built files of a folder with that ending, by path in order."""
    return {p: t for p, t in sorted(bench.files.items()) if p.startswith(f"{folder}/") and p.endswith(ending)}


@contextmanager
def written(text: str, name: str) -> Iterator[Path]:
    """Write a text to a file of that name in a new directory, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dbwright-document-", ignore_cleanup_errors=True) as directory:
        path = Path(directory) / name
        path.write_text(text, encoding="utf-8", newline="")
        yield path


def need_library(name: str, oldest: tuple[int, int]) -> None:
    """Raise ToolMissing where this Python cannot import a library, or has one older than that version."""
    if find_spec(name) is None:
        raise ToolMissing(f"{name} is not installed: pip install {name}")
    found = version(name)
    if tuple(int(part) for part in re.findall(r"\d+", found)[:2]) < oldest:
        wanted = ".".join(map(str, oldest))
        raise ToolMissing(f"{name} {found} is too old: pip install '{name}>={wanted}'")


def ask_node(script: str, packages: Sequence[str], text: str, name: str) -> dict[str, Any]:
    """Have a script of the repository read the text and return its answer.

    `packages` are what it needs in node_modules. Raise ToolMissing, and ToolRefused with the parser's complaint.
    """
    root = _find_repository(script)
    node = shutil.which("node")
    if node is None:
        raise ToolMissing("Node.js is not installed; in the repository type: sudo scripts/setup-debian")
    for package in packages:
        if not (root / "node_modules" / package).is_dir():
            raise ToolMissing(f"{package} is not installed; in {root} type: scripts/setup-npm")
    with written(text, name) as path:
        said = run_tool([node, str(root / script), str(path)])
    return _answer(said, name)


def _find_repository(script: str) -> Path:
    for folder in Path(__file__).resolve().parents:
        if (folder / script).is_file():
            return folder
    raise ToolMissing(
        f"{script} comes with the repository and not with the package; in a clone of it type: scripts/setup-npm"
    )


def ask_python(probe: str, question: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Have a probe, a script beside this file, answer a question in a Python of its own.

    What models do at import cannot touch this process. Raise ToolRefused with the probe's complaint.
    """
    script = Path(__file__).with_name(f"{probe}.py")
    # -P: the probe's folder holds names such as `access`, which libraries must not find before their own.
    command = [sys.executable, "-P", str(script)]
    return _answer(run_tool(command, json.dumps(question), environment), probe)


def run_tool(
    command: Sequence[str], given: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a tool to its end and return what it said; raise ToolMissing where it cannot start or never ends."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolMissing(f"{command[0]} cannot be run: {error.strerror}") from error
    try:
        output, complaints = process.communicate(given, timeout=PATIENCE_SECONDS)
    except BaseException as error:
        # Its own process group: a browser starts many that would outlive it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise ToolMissing(f"{command[0]} did not end within {PATIENCE_SECONDS:.0f} seconds") from error
        raise
    return subprocess.CompletedProcess(command, process.returncode, output, complaints)


def _answer(said: subprocess.CompletedProcess[str], name: str) -> dict[str, Any]:
    """Return the last line of output as JSON; raise ToolRefused where it says that something is wrong."""
    lines = said.stdout.strip().splitlines()
    try:
        answer: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError) as error:
        complaint = said.stderr.strip().splitlines() or [f"exit code {said.returncode}"]
        raise ToolRefused(f"{name}: no answer: {complaint[-1]}", said=complaint[-20:]) from error
    if not answer.pop("ok", False):
        complaint = str(answer.get("error", "")).strip().splitlines() or ["no reason given"]
        raise ToolRefused(f"{name}: {complaint[0]}", said=complaint[:20])
    return answer


def plain_name(name: str) -> str:
    """Return a name as text on a page may show it: white space, control characters and signs for them are one space."""
    return " ".join("".join(c if c.isprintable() and c not in "\ufffd↵" else " " for c in name).split())
