"""How the benchmarks measure, and how they say what they found: one line a promise, and exit code 1 for a miss."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

DBWRIGHT = (str(Path(sys.executable).with_name("dbwright")),)
"""The installed command, as a person types it."""
MEGABYTE = 2**20


@dataclass(frozen=True)
class Cost:
    """What one run of a command took: CPU seconds of it and its children, and its largest resident size in bytes."""

    cpu: float
    memory: int


@dataclass(frozen=True)
class Promise:
    """A number that was promised: `measured` must be at most `target`, both in `unit`."""

    name: str
    measured: float
    target: float
    unit: str

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.measured <= self.target

    def __str__(self) -> str:
        verdict = "kept" if self.kept else "MISSED"
        return f"{verdict:<6}  {self.name}: {self.measured:.3g} {self.unit}, target {self.target:.3g} {self.unit}"


def run_once(command: Sequence[str]) -> Cost:
    """Run a command to its end, its output thrown away; raise RuntimeError with what it said where it fails."""
    # A child of its own, so that its largest size is not that of an earlier command.
    # An installed command finds its modules compiled, whatever this shell says of writing them.
    told = {name: said for name, said in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    watched = [sys.executable, "-c", _WATCH, *command]
    done = subprocess.run(watched, env=told, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    cpu, memory = done.stdout.split()
    return Cost(float(cpu), int(memory))


_WATCH = """\
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
sys.stderr.buffer.write(done.stderr)
sys.exit(done.returncode)
"""


def best_of(rounds: int, *commands: Sequence[str]) -> list[Cost]:
    """Return the cheapest of several runs of each command; they take turns, so that a busy moment hurts all alike."""
    costs = [[run_once(command) for command in commands] for _ in range(rounds)]
    return [min(runs, key=lambda cost: cost.cpu) for runs in zip(*costs, strict=True)]


def cpu_of(rounds: int, work: Callable[[], object]) -> float:
    """Return the CPU seconds of the cheapest of several runs of a function in this process."""
    costs = []
    for _ in range(rounds):
        started = process_time()
        work()
        costs.append(process_time() - started)
    return min(costs)


def report(promises: Sequence[Promise]) -> int:
    """Print each promise with its verdict and return the exit code: 1 where one is missed."""
    for promise in promises:
        print(promise)
    return 0 if all(promise.kept for promise in promises) else 1
