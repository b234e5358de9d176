"""Which account a server runs as. PostgreSQL refuses to run as root, so root lends it an unprivileged account."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from dbwright.server.errors import ServerStartFailed

# `postgres` owns nothing but databases; `nobody` exists everywhere.
ACCOUNT_NAMES = ("postgres", "nobody")


class Identity(TypedDict, total=False):
    """The keyword arguments of subprocess that make a child run as somebody else; empty for ourselves."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An operating-system account other than our own, by name and numbers."""

    name: str
    user_id: int
    group_id: int

    def may_enter(self, directory: Path) -> bool:
        """Tell whether the permission bits let the account pass into the directory and all above it."""
        resolved = directory.resolve()
        return all(self._allows(step, stat.S_IXOTH) for step in (resolved, *resolved.parents))

    def may_create_in(self, directory: Path) -> bool:
        """Tell whether the account can make a directory here that it can reach later."""
        return directory.is_dir() and self.may_enter(directory) and self._allows(directory, stat.S_IWOTH)

    def _allows(self, directory: Path, bit_for_others: int) -> bool:
        status = directory.stat()
        if status.st_uid == self.user_id:
            return bool(status.st_mode & bit_for_others << 6)
        if status.st_gid == self.group_id:
            return bool(status.st_mode & bit_for_others << 3)
        return bool(status.st_mode & bit_for_others)


def choose_account() -> Account | None:
    """Return the account to run a server as; None when we are not root and run it ourselves.

    Raises ServerStartFailed when we are root and the machine has neither `postgres` nor `nobody`.
    """
    if os.geteuid() != 0:
        return None
    for name in ACCOUNT_NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise ServerStartFailed(
        "PostgreSQL refuses to run as root, and this machine has no account `postgres` or `nobody` to run it as",
        help="useradd --system postgres; or run this command as an ordinary user",
    )


def identity_of(account: Account | None) -> Identity:
    """Return the subprocess arguments that start a child as the account."""
    if account is None:
        return Identity()
    return Identity(user=account.user_id, group=account.group_id, extra_groups=[])


def can_run(account: Account | None, program: Path) -> bool:
    """Tell whether the account can start the program, by starting it with --version."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, cwd="/", timeout=30, check=False, **identity_of(account)
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0
