"""Why a throw-away cluster did not start or has ended, in words, and what to type then."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from dbwright.server.errors import ServerStartFailed

FULL_DISK_BYTES = 64 * 1024 * 1024

# What the log of a failed start holds, and what to type then.
START_ADVICE = (
    # Containers often run under a number that no account has.
    ("could not look up effective user", "run as an account that /etc/passwd has: useradd --uid NUMBER NAME"),
    ("unrecognized configuration parameter", "correct the name of the setting"),
    ("invalid value for parameter", "correct the value of the setting"),
    ("could not create shared memory", "free shared memory: ipcs -m lists it, ipcrm -m NUMBER frees it"),
    ("No space left on device", "free space, also in /dev/shm, or: export TMPDIR=/a/directory/with/space"),
    ("Cannot allocate memory", "free memory, or start with a smaller shared_buffers"),
)


def describe_report(report: str) -> str:
    """Put a keeper's report, a program and its exit status as in `postgres 137`, into words."""
    match = re.fullmatch(r"(\S+) (\d+)", report)
    if match is None:
        return report
    program, status = match[1], int(match[2])
    return f"{program} was ended by signal {status - 128}" if status > 128 else f"{program} ended with status {status}"


def describe_start_failure(version: str, failure: str, log: str, parent: Path) -> ServerStartFailed:
    """Return the error for a server that did not start: what failed, the last log lines, what to type.

    `parent` is the directory whose disk holds the cluster.
    """
    parts = [f"PostgreSQL {version} did not start ({failure})", log]
    free = shutil.disk_usage(parent).free
    advice = choose_advice(log)
    if free < FULL_DISK_BYTES:
        parts.append(f"{parent} has {free // 1024} KiB free; a server needs about 64 MiB")
        advice = f"free space in {parent}, or: export TMPDIR=/a/directory/with/space"
    return ServerStartFailed("\n".join(part for part in parts if part), help=advice)


def choose_advice(log: str) -> str:
    """Return what to type after a failed start, by what the log says."""
    general = "the lines above are PostgreSQL's own; run the command again once their cause is gone"
    return next((words for sign, words in START_ADVICE if sign in log), general)
