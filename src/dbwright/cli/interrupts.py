"""Ctrl-C, SIGTERM and a terminal that is closed end a command the way an error does: with everything cleaned up."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

PATIENCE = b"\ncleaning up; once more to leave at once\n"


class _Interrupts:
    """Counts Ctrl-C: the first ends the command, the second is answered, each further one breaks off the clean-up."""

    def __init__(self) -> None:
        self.count = 0

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Handle SIGINT."""
        self.count += 1
        if self.count == 2:
            os.write(2, PATIENCE)
            return
        raise KeyboardInterrupt


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def orderly_interrupts(last: bool = False) -> Iterator[None]:
    """Handle the signals inside; what the caller of this process chose to ignore (nohup, `&`) stays ignored.

    Afterwards they mean what they meant before, or nothing where what is inside is the `last` that the process does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {signal.SIGINT: _Interrupts().interrupt, signal.SIGTERM: _end, signal.SIGHUP: _end}
    before = {number: signal.getsignal(number) for number in handlers}
    wanted = {number: handler for number, handler in handlers.items() if before[number] is not signal.SIG_IGN}
    try:
        for number, handler in wanted.items():
            signal.signal(number, handler)
        yield
    finally:
        for number in wanted:
            signal.signal(number, signal.SIG_IGN if last else before[number])
