"""What the examples show as built is what today's code builds, byte for byte."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from project_tree import ROOT, design_of, list_examples


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return every file under the folder: its relative path and its bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def compare(committed: dict[str, bytes], fresh: dict[str, bytes]) -> list[str]:
    """Return one line for each file that is missing, superfluous or different."""
    verdicts = [(name, committed.get(name), fresh.get(name)) for name in sorted(committed | fresh)]
    return [
        f"{name}: {'not committed' if old is None else 'no longer built' if new is None else 'different'}"
        for name, old, new in verdicts
        if old != new
    ]


@pytest.mark.parametrize("folder", [f for f in list_examples() if (f / "built").is_dir()], ids=lambda f: f.name)
def test_committed_output_equals_a_fresh_build(folder: Path, tmp_path: Path) -> None:
    design = design_of(folder)
    import_module("dbwright").build(design, tmp_path)
    differences = compare(read_tree(folder / "built"), read_tree(tmp_path))
    refresh = f"dbwright build {design.relative_to(ROOT)} -o {(folder / 'built').relative_to(ROOT)}"
    assert differences == [], f"to refresh, type: {refresh}"


def test_every_example_has_its_output_committed() -> None:
    assert [folder.name for folder in list_examples() if not (folder / "built").is_dir()] == []


def test_each_kind_of_difference_is_found() -> None:
    committed = {"a": b"1", "b": b"1", "c": b"1"}
    fresh = {"a": b"1", "b": b"2", "d": b"1"}
    assert compare(committed, fresh) == ["b: different", "c: no longer built", "d: not committed"]
