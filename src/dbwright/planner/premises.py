"""The files of a throw-away server of our own, and of no other: whoever edits a file by hand reaches it through here.

The data directory is opened once, its descriptor is held, and every file is opened from there, step by step, never
through a link. That the directory belongs to the server that answers is shown by a challenge: the server makes a new
table, and its file must lie there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dbwright.planner.pages import PAGE, open_segment

if TYPE_CHECKING:
    from dbwright.server import Server

SERVER = """
select current_setting('data_checksums'), current_setting('block_size')::int, current_setting('server_version_num')::int
"""
# A server makes its files where it lives, whatever its path leads to by now.
CHALLENGE = """
select d.oid::int8, pg_catalog.pg_relation_filepath('dbwright_challenge') from pg_catalog.pg_database d
where d.datname = current_database()
"""
OLDEST_VERSION = 180000
"""Statistics can be planted by function since PostgreSQL 18."""
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Premises:
    """The data directory of a server that this process started. A context manager that closes what it holds open."""

    def __init__(self, server: Server) -> None:
        """Open the directory and see that it is the server's. Raise ValueError where files are not ours to edit."""
        if not server.owned or server.data_directory is None:
            raise ValueError("a laboratory writes into the files of its server, and only a throw-away one is its own")
        self._root = _open_directory(server.data_directory)
        try:
            self._verify(server)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the directory."""
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def _verify(self, server: Server) -> None:
        with server.connect(autocommit=False) as connection:
            row = connection.execute(SERVER).fetchone()
            assert row is not None
            checksums, block_size, version = row
            if version < OLDEST_VERSION or block_size != PAGE or checksums != "off":
                raise ValueError(
                    "a laboratory needs PostgreSQL 18 or newer, pages of 8 KiB and no sums of pages; "
                    f"this server has version {version // 10000}, {block_size} bytes, sums {checksums}"
                )
            connection.execute("create table dbwright_challenge ()")
            made = connection.execute(CHALLENGE).fetchone()
            assert made is not None
            found = self._holds(*made)
            connection.rollback()
        if not found:
            raise ValueError(f"{server.data_directory} is not the data directory of the server that answers")

    def _holds(self, database: int, path: str) -> bool:
        """Tell whether a file that the server has made this moment lies in the directory that is held open."""
        try:
            with self.open_database(database) as directory:
                os.stat(name_file(path, database), dir_fd=directory, follow_symlinks=False)
        except (OSError, ValueError):
            return False
        return True

    @contextmanager
    def open_database(self, oid: int) -> Iterator[int]:
        """Yield the descriptor of the directory of one database. Raise OSError, ValueError where it leads elsewhere."""
        above = _step(self._root, "base")
        try:
            directory = _step(above, str(oid))
        finally:
            os.close(above)
        try:
            yield directory
        finally:
            os.close(directory)


def name_file(path: str, database: int) -> str:
    """Return the name of a relation's file in its database's directory, from what `pg_relation_filepath` says.

    Raise ValueError where the file lies elsewhere, such as in a tablespace.
    """
    found = re.fullmatch(r"base/(\d+)/(\d+)", path)
    if found is None or int(found[1]) != database:
        raise ValueError(f"the file {path} does not lie in the directory of its database, so it is not touched")
    return found[2]


@contextmanager
def open_relation(directory: int, name: str) -> Iterator[int]:
    """Yield the first file of a relation, open to be edited. Raise OSError."""
    descriptor = open_segment(directory, name)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open_directory(path: os.PathLike[str]) -> int:
    try:
        return os.open(path, _DIRECTORY)
    except OSError as error:
        raise ValueError(f"{os.fspath(path)} is not a directory of its own: {error.strerror}") from error


def _step(directory: int, name: str) -> int:
    """Go one directory down, not through a link and not onto another file system."""
    try:
        below = os.open(name, _DIRECTORY, dir_fd=directory)
    except OSError as error:
        raise ValueError(f"{name} is not a directory inside the server's own: {error.strerror}") from error
    if os.fstat(below).st_dev != os.fstat(directory).st_dev:
        os.close(below)
        raise ValueError(f"{name} lies on another file system than the server's own directory")
    return below
