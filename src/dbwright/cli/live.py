"""The live display of a proof on a terminal: families with their counts, the claim at hand, the time so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from dbwright.cli.progress import Tally
from dbwright.cli.screen import Stream, printable

if TYPE_CHECKING:
    from dbwright.model.claim import Finding

REFRESHES = 8
"""Redraws a second."""


@contextmanager
def live_progress(stream: Stream) -> Iterator[LiveProgress]:
    """Show the display on a terminal until the end, then remove it; also when an error or Ctrl-C ends the proof."""
    console = Console(
        file=stream.file, color_system="auto" if stream.is_colored else None, highlight=False, markup=False
    )
    display = LiveProgress()
    with Live(display, console=console, refresh_per_second=REFRESHES, transient=True, redirect_stdout=False):
        yield display


class LiveProgress:
    """Renders the state of a proof whenever the display asks for it."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.message = "starting"
        self.spinner = Spinner("dots")

    def announce(self, text: str) -> None:
        """Show what is done now."""
        self.message = printable(text)

    def observe(self, finding: Finding, done: int, total: int) -> None:
        """Count a finding and show its claim."""
        self.tally.count(finding, done, total)
        self.message = printable(finding.claim.id)

    def __rich__(self) -> RenderableType:
        """Return what to draw: the families, then one line with the bar, the time and the claim."""
        line = Table.grid(padding=(0, 1))
        tally = self.tally
        bar = ProgressBar(total=tally.total or None, completed=tally.done, width=24, pulse=not tally.total)
        count = f"{tally.done}/{tally.total}" if tally.total else ""
        line.add_row(self.spinner, bar, Text(count), Text(f"{tally.seconds:.0f} s"), _one_line(self.message))
        return Group(self._families(), line)

    def _families(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        for family, verdicts in list(self.tally.families.items()):
            broken = verdicts["broken"]
            mark = Text("✗" if broken else "✓", style="bold red" if broken else "green")
            grid.add_row(mark, _one_line(printable(family)), Text(self.tally.describe(family)))
        return grid


def _one_line(text: str) -> Text:
    return Text(text, no_wrap=True, overflow="ellipsis")
