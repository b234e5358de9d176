"""A page as Chromium shows it: no window, no network, a profile that is gone afterwards."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from dbwright.prove.document_tools import ToolMissing, run_tool, written

NAMES = ("chromium", "chromium-browser", "google-chrome", "/usr/bin/chromium")
"""Where a Chromium may be, in the order of being asked."""
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--dump-dom",
)
# Chromium writes what a page's console shows as `…INFO:CONSOLE:12] "text", source: …`, older ones `CONSOLE(12)`.
_CONSOLE = re.compile(r":CONSOLE[:(]\d+\)?\] (.*)")


@dataclass(frozen=True)
class ShownPage:
    """The page after its scripts have run, as HTML, and what they and the browser complained about."""

    html: str
    complaints: tuple[str, ...]


def show_page(text: str) -> ShownPage:
    """Open a page from a file and return what became of it; raise ToolMissing where no Chromium works here."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        raise ToolMissing("no Chromium is installed: sudo apt-get install chromium")
    with written(text, "index.html") as path:
        said = _run(executable, path)
    if said.returncode != 0 or not said.stdout.strip():
        reason = (said.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ToolMissing(f"{executable} shows no page (exit code {said.returncode}): {reason}")
    return ShownPage(said.stdout, tuple(_CONSOLE.findall(said.stderr)))


def _run(executable: str, path: Path) -> CompletedProcess[str]:
    with tempfile.TemporaryDirectory(prefix="dbwright-chromium-", ignore_cleanup_errors=True) as profile:
        return run_tool([executable, *_FLAGS, f"--user-data-dir={profile}", path.as_uri()])
