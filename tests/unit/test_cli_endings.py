"""A command ends with the code that says whose turn it is, one clear message, and never a traceback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import BROKEN, plain_environment, run_here, run_process, write_design
from dbwright import __version__
from dbwright.cli.commands import COMMANDS
from dbwright.cli.endings import explain_error
from dbwright.cli.screen import Screen

COMMAND = [sys.executable, "-m", "dbwright"]


@pytest.mark.parametrize(
    "words",
    [
        ["chek"],
        ["check"],
        ["check", "--format", "yaml", "x"],
        ["check", "x", "--frobnicate"],
        ["build", "x", "--version", "14"],
        ["build", "x", "--target", "postgres"],
        ["new", "--example", "shopp"],
        ["completion", "tcsh"],
        ["explain"],
        ["--color", "sometimes", "check", "x"],
    ],
    ids=" ".join,
)
def test_what_was_typed_wrong_ends_with_2_and_says_what_to_type(words: list[str]) -> None:
    ended = run_here(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ")
    assert "\n  = help: " in ended.err
    assert len(ended.err.splitlines()) == 2


@pytest.mark.parametrize(("typed", "meant"), [("chekc", "check"), ("proof", "prove"), ("explian", "explain")])
def test_a_misspelt_command_is_recognized(typed: str, meant: str) -> None:
    assert f"did you mean `{meant}`?" in run_here(typed).err


@pytest.mark.parametrize("command", ["check", "fmt", "explain", "build", "prove"])
def test_a_file_that_is_not_there_ends_with_2(command: str, tmp_path: Path) -> None:
    ended = run_here(command, str(tmp_path / "absent.design.yaml"))
    assert ended.code == 2
    assert "error[file-unreadable]" in ended.out + ended.err


@pytest.mark.parametrize("command", ["check", "fmt", "explain", "build", "prove"])
def test_a_folder_without_designs_ends_with_2(command: str, tmp_path: Path) -> None:
    ended = run_here(command, str(tmp_path))
    assert ended.code == 2
    assert "error[no-design]" in ended.out + ended.err


@pytest.mark.parametrize("command", ["explain", "build", "prove"])
def test_a_design_with_errors_ends_with_2_and_shows_the_line(command: str, tmp_path: Path) -> None:
    design = write_design(tmp_path, BROKEN)
    ended = run_here(command, str(design))
    assert (ended.code, ended.out) == (2, "")
    assert "references tenant on delete cascade" in ended.err
    assert "^^^" in ended.err
    assert list(tmp_path.iterdir()) == [design]


def test_a_file_where_a_folder_must_be_ends_with_3(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    (tmp_path / "built").write_text("")
    ended = run_here("build", str(design), "--target", "postgresql")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith(f"error: {tmp_path}/built")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (PermissionError(13, "Permission denied", "/x/y"), 3, "error: /x/y: Permission denied\n"),
        (OSError(28, "No space left on device"), 3, "error: No space left on device\n"),
        (MemoryError(), 3, "error: there is not enough memory\n"),
    ],
)
def test_what_the_machine_refuses_ends_with_3(
    error: Exception, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain_error(error, Screen()) == code
    assert capsys.readouterr().err == words


def test_a_defect_ends_with_70_and_asks_to_report_it(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise KeyError("an \x1b[31munforeseen\nkey")
    except KeyError as error:
        assert explain_error(error, Screen()) == 70
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert f"dbwright {__version__}, Python " in said
    assert "test_cli_endings.py:" in said
    assert "please report it" in said


def test_developers_get_their_traceback(tmp_path: Path) -> None:
    # A package that shadows one of ours is a defect that nobody foresaw.
    shadow = tmp_path / "yaml.py"
    shadow.write_text("raise ZeroDivisionError('shadow')\n")
    plain = run_process("check", "x", PYTHONPATH=str(tmp_path))
    traced = run_process("check", "x", "--traceback", PYTHONPATH=str(tmp_path))
    assert plain.code == 70
    assert "ZeroDivisionError: shadow" in plain.err
    assert "Traceback" not in plain.err
    assert "Traceback (most recent call last)" in traced.err


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_answers_nonsense_with_a_traceback(name: str, tmp_path: Path) -> None:
    ended = run_process(name, "\udcff\x1b[31m", "--nonsense\x07", folder=tmp_path)
    assert ended.code == 2
    assert "Traceback" not in ended.err
    assert not {"\x1b", "\x07"} & set(ended.err)


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    lines = "".join(f"  e{number}: {{columns: {{id: no_such_type primary key}}}}\n" for number in range(3000))
    design = write_design(tmp_path, f"design: x\nentities:\n{lines}")
    process = subprocess.Popen([*COMMAND, "check", str(design)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_a_full_disk_ends_with_3_and_one_line() -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110 - a device, not a file
        pytest.skip("there is no /dev/full on this system, which stands for a full disk")
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run([*COMMAND, "schema", "--case"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert done.stderr.decode() == "error: standard output: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_are_no_defect(closed: str, tmp_path: Path) -> None:
    design = write_design(tmp_path)
    shell = f'"$0" -m dbwright check "$1" {closed}'
    done = subprocess.run(["sh", "-c", shell, sys.executable, str(design)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_any_name_fits_any_terminal(tmp_path: Path) -> None:
    design = write_design(tmp_path, name="größe→\u202e.design.yaml")
    ended = run_process("check", str(design), PYTHONIOENCODING="latin-1:strict", PYTHONUTF8="0")
    assert ended.code == 0
    assert "größe" not in ended.out
    assert ended.out.endswith(" decisions)\n")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_a_command_in_order(number: signal.Signals, code: int) -> None:
    # fmt waits for standard input, so the signal always finds it at work.
    process = subprocess.Popen(
        [*COMMAND, "fmt", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=plain_environment({}),
    )
    wait_until_it_reads(process.pid)
    process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, out) == (code, b"")
    assert b"Traceback" not in err
    assert len(err.splitlines()) <= 1


def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    shell = "trap '' HUP; exec \"$0\" -m dbwright fmt -"
    process = subprocess.Popen(
        ["sh", "-c", shell, sys.executable], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    wait_until_it_reads(process.pid)
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(b"design: shop\n")
    assert (process.returncode, out.decode(), err) == (0, "design: shop\n", b"")


def wait_until_it_reads(process_id: int) -> None:
    """Wait until the process sleeps in a read of its standard input; Linux shows that in /proc."""
    state = Path(f"/proc/{process_id}/syscall")
    if not state.exists():
        pytest.skip("there is no /proc on this system, which tells that a process waits for its input")
    while not state.read_text().startswith("0 0x0 "):
        pass


def test_the_console_script_is_the_same_command() -> None:
    script = shutil.which("dbwright", path=str(Path(sys.executable).parent))
    assert script is not None, "the console script is not installed; type: make setup"
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=False)
    assert done.stdout == f"dbwright {__version__}\n"
