"""The designs that `dbwright new` writes: a commented one to start from, and the examples.

A wheel carries the examples in this folder; a clone of the repository has them in its own folder `examples`.
"""

from __future__ import annotations

from pathlib import Path

STARTER = "starter.design.yaml"
SUFFIX = ".design.yaml"
_HERE = Path(__file__).resolve().parent


def starter_files(example: str) -> dict[str, str]:
    """Return {file name: text} of an example, of the starter for an empty name; raise KeyError for an unknown one."""
    if not example:
        return {STARTER: (_HERE / STARTER).read_text(encoding="utf-8")}
    if example not in example_names():
        raise KeyError(example)
    return {path.name: path.read_text(encoding="utf-8") for path in _designs_in(_examples_folder() / example)}


def example_names() -> list[str]:
    """Return the names of the examples, sorted."""
    return sorted(folder.name for folder in _examples_folder().glob("*/") if _designs_in(folder))


def _designs_in(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


def _examples_folder() -> Path:
    installed = _HERE / "examples"
    return installed if installed.is_dir() else _HERE.parents[2] / "examples"
