"""What answers at once must not pay for a database driver, a numeric library or a terminal renderer."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from project_tree import PACKAGE, ROOT, design_of, list_examples

HEAVY = {"psycopg", "numpy", "ruamel", "rich", "sqlalchemy", "postgast"}
TOO_HEAVY_TO_CHECK = HEAVY - {"postgast"}  # to check SQL is to parse it


def run_and_list_imports(*arguments: str) -> tuple[int, str, set[str]]:
    """Run Python with these arguments; return its exit code, what it said, and the top-level modules it imported."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    timings = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("import time:"))
    modules = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in timings}
    return done.returncode, done.stdout + said, modules


def test_the_list_of_imports_is_real() -> None:
    code, said, modules = run_and_list_imports("-c", "import numpy")
    assert (code, said, "numpy" in modules) == (0, "", True)


def test_importing_dbwright_imports_nothing_heavy() -> None:
    code, said, modules = run_and_list_imports("-c", "import dbwright")
    assert (code, said, modules & HEAVY) == (0, "", set())


def test_help_is_shown_without_importing_anything_heavy() -> None:
    assert (PACKAGE / "__main__.py").is_file(), "src/dbwright/__main__.py is missing"
    code, said, modules = run_and_list_imports("-m", "dbwright", "--help")
    assert code == 0, said
    assert "dbwright" in said
    assert modules & HEAVY == set()


def test_the_command_that_pip_installs_has_its_entry() -> None:
    assert callable(getattr(import_module("dbwright.cli"), "main", None)), "dbwright.cli.main is missing"


@pytest.mark.parametrize("folder", list_examples(), ids=lambda folder: folder.name)
def test_a_design_is_checked_without_importing_anything_heavy(folder: Path) -> None:
    code, said, modules = run_and_list_imports("-m", "dbwright", "check", str(design_of(folder)))
    assert code == 0, said
    assert modules & TOO_HEAVY_TO_CHECK == set()
