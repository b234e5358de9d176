"""Where a command writes: standard output for its result, standard error for the rest, both safe for a terminal.

Names and texts of a design may hold terminal sequences; `printable` shows them instead of sending them.
Source: no-color.org for NO_COLOR; ECMA-48 for the colours (select graphic rendition).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "broken": "1;31",
    "untested": "33",
    "held": "32",
    "place": "34",
    "strong": "1",
    "added": "32",
    "removed": "31",
}
"""What a style is called and its parameters of select graphic rendition."""


class OutputClosed(Exception):  # noqa: N818 - named after what happened
    """Nobody reads standard output any more, as in `dbwright check … | head -1`."""


class Stream:
    """One of the two streams; one that is closed swallows everything.

    `is_live` says whether it can redraw lines, `is_colored` whether colours are wanted there.
    """

    def __init__(self, file: TextIO | None, color: str = "auto") -> None:
        self.file = file
        self.is_terminal = _is_terminal(file)
        self.is_live = self.is_terminal and os.environ.get("TERM", "") not in ("", "dumb")
        self.is_colored = color == "always" or (color == "auto" and self.is_live and not os.environ.get("NO_COLOR"))

    def paint(self, text: str, style: str) -> str:
        """Return the text in a style of STYLES, or as it is where there are no colours."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.is_colored else text

    def write(self, text: str = "") -> None:
        """Write one or more lines and their end; raise OutputClosed where nobody reads, OSError for a full disk."""
        if self.file is None:
            return
        try:
            print(text, file=self.file)
        except BrokenPipeError:
            raise OutputClosed from None
        except OSError as error:
            raise OSError(error.errno, error.strerror, "standard output") from None

    def content(self, text: str) -> str:
        """Return the content of a file as it is; a terminal gets its control characters in a visible form."""
        return "\n".join(_visible(line) for line in text.split("\n")) if self.is_terminal else text


class Screen:
    """Both streams, as they are when the command starts."""

    def __init__(self) -> None:
        self.out = Stream(sys.stdout)
        self.err = Stream(sys.stderr)

    def choose_colors(self, color: str) -> None:
        """Use colours auto(matically), always or never, on both streams."""
        self.out = Stream(sys.stdout, color)
        self.err = Stream(sys.stderr, color)

    def tell(self, text: str) -> None:
        """Write to standard error; that it cannot be written is no reason to stop."""
        try:
            self.err.write(text)
        except (OSError, OutputClosed):
            return

    def fail(self, message: str, help_text: str = "", kind: str = "error") -> None:
        """Tell what is wrong and, where it is known, what to type."""
        self.tell(f"{self.err.paint(kind, kind)}: {printable_lines(message)}")
        if help_text:
            self.tell(f"  = help: {printable_lines(help_text)}")


def printable(text: str) -> str:
    """Return the text on one line: what would move the cursor, colour, ring or reverse is shown as its code."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _code(c) for c in text)


def printable_lines(text: str) -> str:
    """Return the text with its line ends, and each line printable; further lines are indented below the first."""
    return "\n    ".join(printable(line) for line in text.splitlines())


def printable_in_lines(text: str) -> str:
    """Return text of which each line is printable; in JSON the escapes are its own, so that the value is the same."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _visible(line: str) -> str:
    return "\t".join(printable(part) for part in line.split("\t"))


def _code(character: str) -> str:
    """The UTF-16 escape of JSON (RFC 8259, section 7), which Python and JavaScript also read."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _is_terminal(file: TextIO | None) -> bool:
    try:
        return file is not None and file.isatty()
    except ValueError:
        return False
