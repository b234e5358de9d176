"""The designs that the model emitters are tested with, compiled once, and their output as files."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design

ROOT = Path(__file__).resolve().parents[2]
DESIGNS = {
    "fediflow": ROOT / "examples" / "fediflow" / "fediflow.design.yaml",
    "hostile": Path(__file__).parent / "designs" / "hostile_models.design.yaml",
    "every_type": Path(__file__).parent / "designs" / "every_type.design.yaml",
}


@cache
def blueprint_of(name: str, version: int | None = None) -> Blueprint:
    """Return the compiled design of that name."""
    return compile_design(load_design(DESIGNS[name]), version)


@cache
def emitted(target: str, name: str) -> dict[str, str]:
    """Return what a target writes for a design."""
    files: dict[str, str] = import_module(f"dbwright.emit.{target}").emit(blueprint_of(name))
    return files


def import_text(text: str, path: Path) -> ModuleType:
    """Write Python source to a file and import it under the file's name."""
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # annotations are looked up in the module of their class
    spec.loader.exec_module(module)
    return module


def run_tool(*arguments: str | Path) -> tuple[int, str]:
    """Run a module of this Python (`ruff check …`, `mypy …`) or the interpreter itself; return exit code and output."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)
    return done.returncode, done.stdout + done.stderr
