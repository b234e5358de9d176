"""The files of this repository as the house tests read them: Python sources as syntax trees, and what git holds."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "dbwright"


@dataclass(frozen=True)
class Source:
    """One Python file: its path relative to the repository and its text."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; a syntax error names the file."""
        return ast.parse(self.text, filename=str(self.path))


def read_sources(*folders: str) -> list[Source]:
    """Return every Python file under the named folders of the repository, sorted by path."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Source(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in paths]


def list_repository_files() -> list[Path]:
    """Return every file that git tracks or would track, absolute and sorted; deleted ones are left out."""
    # The clone may belong to another user than the one who runs the tests; git would refuse to list it.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if listing.returncode != 0:
        return walk_unpacked_archive()
    return sorted(path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file())


def walk_unpacked_archive() -> list[Path]:
    """Return every file of a tree that is no clone, without what make created in it."""
    created = {".venv", ".git", ".mypy_cache", ".ruff_cache", ".hypothesis", "node_modules", "out", "__pycache__"}
    return sorted(path for path in ROOT.rglob("*") if path.is_file() and not created & {*path.relative_to(ROOT).parts})


def list_examples() -> list[Path]:
    """Return the folders under examples/ that hold a design, sorted."""
    return sorted(folder for folder in (ROOT / "examples").glob("*/") if any(folder.glob("*.design.yaml")))


def design_of(folder: Path) -> Path:
    """Return the one design file of an example, or the folder itself where its files are merged."""
    files = sorted(folder.glob("*.design.yaml"))
    return files[0] if len(files) == 1 else folder
