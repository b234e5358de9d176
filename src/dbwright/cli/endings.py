"""How a command ends: its exit code, one clear message for each thing that can go wrong, and never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from dbwright.cli.parsing import UsageError, main_parser, parse
from dbwright.cli.screen import OutputClosed, Screen, printable

DONE, NOT_KEPT, WRONG, FAILED, DEFECT, INTERRUPTED, UNREAD = 0, 1, 2, 3, 70, 130, 141
"""The exit codes; 70 is EX_SOFTWARE of sysexits.h, 130 and 141 are what shells report for SIGINT and SIGPIPE."""


class Failure(Exception):  # noqa: N818 - named after what happened
    """The server or the machine failed at what was asked; `help` says what to type."""

    def __init__(self, message: str, help_text: str = "") -> None:
        super().__init__(message)
        self.help = help_text


def end_well(words: Sequence[str], *, last: bool = False) -> int:
    """Run the command that the words name and return its exit code, whatever happens.

    `last`: the process ends with it, so a Ctrl-C that comes after the command has ended changes nothing.
    """
    _accept_any_text()
    screen = Screen()
    try:
        code = _run(words, screen, last)
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else DONE
    except KeyboardInterrupt:
        screen.tell("interrupted: what was started is stopped again")
        code = INTERRUPTED
    except OutputClosed:
        code = UNREAD
    except Exception as error:
        if "--traceback" in words:
            raise
        code = explain_error(error, screen)
    return _finish(code, screen)


def _run(words: Sequence[str], screen: Screen, last: bool) -> int:
    if not words:
        screen.tell(main_parser().format_help().rstrip())
        return WRONG
    command, arguments = parse(words)
    screen.choose_colors(getattr(arguments, "color", "auto"))
    from dbwright.cli.interrupts import orderly_interrupts

    with orderly_interrupts(last):
        return command.run(arguments, screen)


def explain_error(error: Exception, screen: Screen) -> int:
    """Tell what went wrong and what to type, and return the exit code that says whose turn it is."""
    from dbwright.cli.painting import paint_diagnostics, read_sources
    from dbwright.diagnostics import DesignError

    if isinstance(error, DesignError):
        sources = read_sources(error.diagnostics)
        screen.tell(paint_diagnostics(error.diagnostics, sources, screen.err).rstrip("\n"))
        return WRONG
    if isinstance(error, UsageError):
        screen.fail(str(error), error.help)
        return WRONG
    if isinstance(error, Failure):
        screen.fail(str(error), error.help)
        return FAILED
    if isinstance(error, OSError):
        screen.fail(describe_system_error(error))
        return FAILED
    if isinstance(error, MemoryError):
        screen.fail("there is not enough memory")
        return FAILED
    screen.fail(*describe_defect(error))
    return DEFECT


def describe_system_error(error: OSError) -> str:
    """Return what the system refused, with the file where it named one."""
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return reason
    return f"{os.fsdecode(error.filename) if isinstance(error.filename, bytes) else error.filename}: {reason}"


def describe_defect(error: Exception) -> tuple[str, str]:
    """Return a message and a help text for an error that nobody foresaw: what, where, and what to send us."""
    import platform
    import traceback

    from dbwright import __version__

    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}dbwright{os.sep}" in frame.filename]
    last = (ours or frames)[-1] if frames else None
    place = f"{_inside_package(last.filename)}:{last.lineno} in {last.name}" if last else "nowhere"
    what = printable(f"{type(error).__name__}: {error}")
    system = f"dbwright {__version__}, Python {platform.python_version()}, {platform.system()}"
    return (
        f"this is a defect of dbwright, not of your design\n{what}\nat {place}\n{system}",
        "please report it with the lines above and the command that you typed",
    )


def _inside_package(filename: str) -> str:
    before, separator, after = filename.rpartition(f"{os.sep}dbwright{os.sep}")
    return f"dbwright/{after}" if separator and before else filename


def _accept_any_text() -> None:
    """Let no name of a design fail on a terminal of another encoding, or on bytes of a path that are no text."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _finish(code: int, screen: Screen) -> int:
    """Write out what is buffered, so that a full disk or a closed pipe is told here and not by the interpreter."""
    if sys.stdout is None:
        return code
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return UNREAD
    except OSError as error:
        screen.fail(f"standard output: {describe_system_error(error)}")
        _discard_output()
        return FAILED
    return code


def _discard_output() -> None:
    """Send what is still buffered nowhere; the interpreter would flush it once more at its end, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
