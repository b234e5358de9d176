"""A file that grows too long, or whose name says nothing, has stopped having one subject."""

from __future__ import annotations

from pathlib import Path

import pytest

from project_tree import ROOT, Source, list_repository_files, read_sources

LONGEST = 450  # lines; a file that gets there splits along the seam its own headings show
NAMES_THAT_SAY_NOTHING = {"util", "helper", "common", "base", "manager", "context", "misc"}


def find_long_files(sources: list[Source]) -> list[str]:
    """Return a line for each file of LONGEST lines or more."""
    counts = [(source.path, source.text.count("\n")) for source in sources]
    return [f"{path}: {lines} lines, of at most {LONGEST - 1}" for path, lines in counts if lines >= LONGEST]


def says_nothing(path: Path) -> bool:
    """Tell whether a file or one of its folders has a name that says nothing of what it holds."""
    words = {part.removesuffix(path.suffix).strip("_").lower() for part in path.parts}
    return any(word in NAMES_THAT_SAY_NOTHING or word.removesuffix("s") in NAMES_THAT_SAY_NOTHING for word in words)


def test_no_python_file_is_too_long() -> None:
    assert find_long_files(read_sources("src", "tests", "benchmarks")) == []


def test_no_script_is_too_long() -> None:
    scripts = [path for path in list_repository_files() if path.parent.name in ("scripts", ".ci")]
    sources = [Source(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in scripts]
    assert find_long_files(sources) == []


def test_every_module_name_says_what_it_holds() -> None:
    paths = [source.path for source in read_sources("src", "tests", "benchmarks")]
    assert [str(path) for path in paths if says_nothing(path)] == []


def test_a_file_at_the_limit_is_found() -> None:
    long = Source(Path("long.py"), "\n" * LONGEST)
    short = Source(Path("short.py"), "\n" * (LONGEST - 1))
    assert find_long_files([long, short]) == [f"long.py: {LONGEST} lines, of at most {LONGEST - 1}"]


@pytest.mark.parametrize("path", ["src/utils.py", "src/base/keys.py", "src/_helper.py", "src/contexts.py"])
def test_a_name_that_says_nothing_is_found(path: str) -> None:
    assert says_nothing(Path(path))


@pytest.mark.parametrize("path", ["src/database.py", "src/commons_license.py", "src/keys.py"])
def test_a_name_that_only_contains_such_a_word_is_fine(path: str) -> None:
    assert not says_nothing(Path(path))
