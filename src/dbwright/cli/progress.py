"""What a person sees while a proof runs: a live display on a terminal, else one plain line a family."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from dbwright.cli.screen import OutputClosed, Stream, printable
from dbwright.cli.wording import counted

if TYPE_CHECKING:
    from dbwright.model.claim import Finding


class Progress(Protocol):
    """What a proof tells on its way."""

    def announce(self, text: str) -> None:
        """Take note of what is done now."""
        ...

    def observe(self, finding: Finding, done: int, total: int) -> None:
        """Take note of a finding."""
        ...


@contextmanager
def open_progress(stream: Stream) -> Iterator[Progress]:
    """Show progress on a stream until the end; the live display leaves nothing behind."""
    if stream.is_live:
        from dbwright.cli.live import live_progress

        with live_progress(stream) as live:
            yield live
        return
    lines = PlainProgress(stream)
    yield lines
    lines.close()


class Tally:
    """Counts findings by family and verdict; what the compiler knew to be untestable counts together at the end."""

    def __init__(self) -> None:
        self.started = monotonic()
        self.families: dict[str, dict[str, int]] = {}
        self.untestable = 0
        self.done = 0
        self.total = 0

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.started

    def count(self, finding: Finding, done: int, total: int) -> None:
        """Count a finding."""
        self.done, self.total = done, total
        if finding.claim.untested:
            self.untestable += 1
            return
        verdicts = self.families.setdefault(finding.claim.family, {"held": 0, "broken": 0, "untested": 0})
        verdicts[finding.verdict.value] += 1

    def describe(self, family: str) -> str:
        """Return `182 held, 1 broken`."""
        return ", ".join(f"{count} {verdict}" for verdict, count in self.families[family].items() if count)


class PlainProgress:
    """One line for each announcement and each family, without control codes: for logs and pipes."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.tally = Tally()
        self.family = ""

    def announce(self, text: str) -> None:
        """Write what is done now."""
        self._write(printable(text))

    def observe(self, finding: Finding, done: int, total: int) -> None:
        """Count a finding, and write the line of the family that it ends."""
        family = finding.claim.family
        if not finding.claim.untested and family != self.family:
            self._end_family()
            self.family = family
        self.tally.count(finding, done, total)

    def close(self) -> None:
        """Write the line of the last family, and how many claims nothing tests."""
        self._end_family()
        if self.tally.untestable:
            self._write(f"no test for {counted(self.tally.untestable, 'claim')}; the reasons follow")

    def _end_family(self) -> None:
        if self.family:
            self._write(f"{printable(self.family)}: {self.tally.describe(self.family)}")

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
        except (OSError, OutputClosed):
            return
