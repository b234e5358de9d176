"""`dbwright fmt` changes a file only where it has to, and only when it is asked to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from command_line import DESIGN, run_here, run_process, write_design
from dbwright.frontends.formatting import format_source

CANONICAL = format_source(DESIGN)


def test_the_sample_is_not_canonical() -> None:
    assert CANONICAL != DESIGN


def test_a_file_is_formatted_in_place_once(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    design.chmod(0o640)
    first = run_here("fmt", str(design))
    assert (first.code, first.out, first.err) == (0, "", f"formatted {design}\n")
    assert design.read_text() == CANONICAL
    assert design.stat().st_mode & 0o777 == 0o640
    before = design.stat()
    second = run_here("fmt", str(design))
    assert (second.code, second.out, second.err) == (0, "", "")
    assert (design.stat().st_ino, design.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    design = write_design(tmp_path, name="real.yaml")
    link = tmp_path / "shop.design.yaml"
    link.symlink_to(design)
    assert run_here("fmt", str(link)).code == 0
    assert link.is_symlink()
    assert design.read_text() == CANONICAL


def test_check_writes_nothing_and_ends_with_1(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    ended = run_here("fmt", "--check", str(design))
    assert (ended.code, ended.out) == (1, "")
    assert f"not formatted: {design}\n" in ended.err
    assert design.read_text() == DESIGN
    design.write_text(CANONICAL)
    assert run_here("fmt", "--check", str(design)).code == 0


@pytest.mark.parametrize("more", [[], ["--check"]])
def test_a_difference_is_one_that_patch_applies(more: list[str], tmp_path: Path) -> None:
    design = write_design(tmp_path)
    ended = run_here("fmt", "--diff", *more, str(design))
    assert ended.code == len(more)
    assert design.read_text() == DESIGN
    command = ["git", "apply", "--unsafe-paths", "-p0", "-"]
    difference = ended.out.replace(str(design), design.name)
    subprocess.run(command, input=difference, text=True, cwd=tmp_path, check=True)
    assert design.read_text() == CANONICAL


def test_standard_input_is_formatted_to_standard_output() -> None:
    ended = run_process("fmt", "-", text=DESIGN)
    assert (ended.code, ended.out, ended.err) == (0, CANONICAL, "")
    assert run_process("fmt", "-", "--check", text=DESIGN).code == 1
    assert run_process("fmt", "-", "--check", text=CANONICAL).code == 0


@pytest.mark.parametrize("text", ["design: [", "just words", "", b"design: \xff\xfe"], ids=repr)
def test_what_is_no_design_ends_with_2_and_is_not_written(text: str | bytes, tmp_path: Path) -> None:
    ended = run_process("fmt", "-", text=text)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error")
    design = tmp_path / "shop.design.yaml"
    design.write_bytes(text.encode() if isinstance(text, str) else text)
    assert run_here("fmt", str(design)).code == 2
    assert design.read_bytes() == (text.encode() if isinstance(text, str) else text)


def test_every_file_of_a_folder_is_formatted(tmp_path: Path) -> None:
    head, access = DESIGN.split("access:\n")
    files = [write_design(tmp_path, head), write_design(tmp_path, "access:\n" + access, "access.design.yaml")]
    assert run_here("fmt", str(tmp_path)).code == 0
    assert [path.read_text() for path in files] == [format_source(head), format_source("access:\n" + access)]
    assert run_here("fmt", "--check", str(tmp_path)).code == 0


def test_a_file_in_a_folder_that_cannot_be_written_ends_with_3(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    # A name as long as names may be leaves no room for the temporary one, also for the superuser.
    long = design.rename(tmp_path / ("x" * 243 + ".design.yaml"))
    ended = run_here("fmt", str(long))
    assert ended.code == 3
    assert ended.err.startswith("error: ")
    assert long.read_text() == DESIGN
