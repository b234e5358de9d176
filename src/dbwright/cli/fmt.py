"""`dbwright fmt`: design files in their canonical form, in place, as a difference, or only judged."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.parsing import UsageError
from dbwright.cli.wording import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen, Stream

DESCRIPTION = """\
Write design files in their canonical form: order of keys, alignment, quotes; comments stay. A
file that has it already is not touched. `-` reads a file from standard input and writes it to
standard output."""
USAGE = "DESIGN... [--check] [--diff]"
EXAMPLES = (
    ("dbwright fmt shop.design.yaml", "Format one file in place, with the files that it includes."),
    ("dbwright fmt --check designs/shop", "Change nothing; exit code 1 where a file is not formatted."),
    ("dbwright fmt --diff shop.design.yaml", "Change nothing; show what would change."),
    ("dbwright fmt - <shop.design.yaml", "Format standard input, as editors do."),
)
STDIN = "<stdin>"

Change = tuple[str, str]
"""The text as it is and as it should be."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "designs", nargs="+", metavar="DESIGN", help="design file, folder of *.design.yaml files, or - for stdin"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where a file is not formatted")
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")


def run(arguments: Namespace, screen: Screen) -> int:
    """Format each design; with --check return 1 where a file is not in its canonical form."""
    files: dict[str, Change] = {}
    for name in arguments.designs:
        files |= _format(name)
    changed = {name: change for name, change in files.items() if change[0] != change[1]}
    if arguments.diff:
        for name, change in changed.items():
            _show_difference(name, change, screen.out)
    elif not arguments.check:
        _write(files, changed, screen)
    if arguments.check:
        return _judge(files, changed, screen)
    return 0


def _format(name: str) -> dict[str, Change]:
    if name == "-":
        from dbwright.frontends.formatting import format_source

        text = _read_stdin()
        return {STDIN: (text, format_source(text, STDIN))}
    from dbwright.api import format_design

    return {str(path): change for path, change in format_design(Path(name)).items()}


def _read_stdin() -> str:
    if sys.stdin is None:
        return ""
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"standard input is no UTF-8 text: byte {error.start + 1} is 0x{error.object[error.start]:02x}"
        raise UsageError(message, "write the design as UTF-8") from None


def _write(files: dict[str, Change], changed: dict[str, Change], screen: Screen) -> None:
    from dbwright.api import write_files
    from dbwright.cli.screen import printable

    if STDIN in files:
        screen.out.write(screen.out.content(files[STDIN][1]).removesuffix("\n"))
    for name, (_, text) in changed.items():
        if name == STDIN:
            continue
        path = Path(name).resolve()
        mode = path.stat().st_mode
        write_files(path.parent, {path.name: text})
        path.chmod(mode)
        screen.tell(f"formatted {printable(name)}")


def _judge(files: dict[str, Change], changed: dict[str, Change], screen: Screen) -> int:
    from dbwright.cli.screen import printable

    for name in changed:
        screen.tell(f"not formatted: {printable(name)}")
    if changed:
        message = f"{counted(len(changed), 'file')} of {len(files)} not formatted"
        screen.fail(message, "the same command without --check formats in place")
        return 1
    return 0


def _show_difference(name: str, change: Change, stream: Stream) -> None:
    from dbwright.cli.screen import printable

    before, after = (text.splitlines(keepends=True) for text in change)
    shown = printable(name)
    styles = {"+": "added", "-": "removed", "@": "place"}
    for line in difflib.unified_diff(before, after, shown, shown):
        body = stream.content(line.removesuffix("\n"))
        style = styles.get(line[0])
        stream.write(stream.paint(body, style) if style else body)
        if not line.endswith("\n"):
            stream.write("\\ No newline at end of file")
