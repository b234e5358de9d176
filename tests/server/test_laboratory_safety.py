"""A laboratory edits files by hand: those of a throw-away server of its own, and nothing can lead it to others."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dbwright.planner.laboratory import Laboratory, open_laboratory
from dbwright.planner.limits import RelationOutgrown, list_outgrown
from dbwright.planner.pages import open_segment, resize
from dbwright.planner.premises import Premises, name_file
from dbwright.planner.statistics import IndexStatistics, Statistics, TableStatistics
from dbwright.server import Database, Server, ServerError, open_server

SCHEMA = "create table things (id bigint primary key, note text);"


def sized(pages: int) -> Statistics:
    """A table of so many pages."""
    index = IndexStatistics("things_pkey", max(pages // 3, 5), pages * 50.0, 2)
    ends = {"id": "1", "note": "a"}, {"id": str(pages * 50), "note": "z"}
    return Statistics("public", (TableStatistics("things", pages, pages * 50.0, pages, (), (index,), *ends),))


@pytest.fixture
def own() -> Iterator[Server]:
    """A server of the test's own, whose directory it may disturb."""
    with open_server() as opened:
        yield opened


@pytest.fixture
def empty(own: Server) -> Iterator[Database]:
    """The schema without rows."""
    with own.scratch("empty") as created:
        created.run_sql(SCHEMA)
        yield created


def directory_of(server: Server) -> Path:
    """Return the data directory of a server of ours."""
    assert server.data_directory is not None
    return server.data_directory


def file_of(laboratory: Laboratory, server: Server) -> Path:
    """Return the file of the table in the database that the laboratory has planned with."""
    (stage,) = laboratory._free
    with stage.database.connect() as connection:
        row = connection.execute("select pg_relation_filepath('things')").fetchone()
    assert row is not None
    return directory_of(server) / str(row[0])


@pytest.fixture
def moved(own: Server) -> Iterator[tuple[Server, Path]]:
    """A server whose data directory was moved away under it, and the place where it was; it is put back at the end."""
    place = directory_of(own)
    away = place.with_name("elsewhere")
    place.rename(away)
    try:
        yield own, place
    finally:
        if place.is_symlink():
            place.unlink()
        elif place.exists():
            shutil.rmtree(place)
        away.rename(place)


def test_a_link_in_place_of_the_directory_is_not_followed(moved: tuple[Server, Path]) -> None:
    server, place = moved
    place.symlink_to(place.with_name("elsewhere"))
    with pytest.raises(ValueError, match="not a directory of its own"):
        Premises(server)


def test_the_directory_of_another_server_is_not_taken_for_ours(moved: tuple[Server, Path], server: Server) -> None:
    opened, place = moved
    shutil.copytree(directory_of(server) / "base", place / "base")
    with pytest.raises(ValueError, match="not the data directory of the server that answers"):
        Premises(opened)


def test_a_copy_of_our_own_directory_is_not_taken_for_it(moved: tuple[Server, Path]) -> None:
    server, place = moved
    shutil.copytree(place.with_name("elsewhere") / "base", place / "base")
    with pytest.raises(ValueError, match="not the data directory of the server that answers"):
        Premises(server)


def test_a_directory_that_is_exchanged_later_stays_the_one_that_was_opened(own: Server, empty: Database) -> None:
    place = directory_of(own)
    with Laboratory(own, empty) as laboratory:
        with laboratory.at(sized(1000)):
            pass
        victim = place.with_name("victim")
        victim.mkdir()
        away = place.with_name("elsewhere")
        place.rename(away)
        place.symlink_to(victim)
        try:
            with laboratory.at(sized(5000)) as planned:
                assert planned.explain("select * from things")[0]["Plan"]["Plan Rows"] == 250_000
        finally:
            place.unlink()
            away.rename(place)
        assert list(victim.iterdir()) == []


@pytest.mark.parametrize("kind", ["symlink", "hardlink"])
def test_a_link_in_place_of_a_relation_is_not_written_to(
    own: Server, empty: Database, tmp_path: Path, kind: str
) -> None:
    victim = directory_of(own).with_name("victim")
    victim.write_bytes(b"precious")
    with Laboratory(own, empty) as laboratory:
        with laboratory.at(sized(1000)):
            pass
        file = file_of(laboratory, own)
        file.rename(file.with_name("aside"))
        if kind == "symlink":
            file.symlink_to(victim)
        else:
            file.hardlink_to(victim)
        with pytest.raises(ServerError, match="cannot be given their size"), laboratory.at(sized(2000)):
            pass
        assert victim.read_bytes() == b"precious"


def test_a_table_in_a_tablespace_is_refused() -> None:
    script = "set allow_in_place_tablespaces = on; create tablespace other location '';" + SCHEMA
    script += "alter table things set tablespace other;"
    with (
        open_laboratory(script) as laboratory,
        pytest.raises(ValueError, match="does not lie in the directory"),
        laboratory.at(sized(10)),
    ):
        pass


@pytest.mark.parametrize("path", ["pg_tblspc/1/PG_18/5/16384", "base/6/16384", "base/5/../../x", "/etc/passwd", ""])
def test_only_a_file_of_the_database_itself_has_a_name(path: str) -> None:
    with pytest.raises(ValueError, match="does not lie in the directory"):
        name_file(path, 5)


def test_segments_that_are_links_are_not_stretched(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "1").touch()
    (tmp_path / "data" / "1.1").symlink_to(victim)
    directory = os.open(tmp_path / "data", os.O_RDONLY)
    try:
        with pytest.raises(OSError):
            resize(directory, "1", 200_000)
        with pytest.raises(OSError):
            open_segment(directory, "1.1")
    finally:
        os.close(directory)
    assert victim.read_bytes() == b"precious"


def test_a_server_is_not_led_elsewhere_by_its_settings(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="chooses its own places"),
        open_laboratory(SCHEMA, {"data_directory": str(tmp_path)}),
    ):
        pass


def test_a_file_system_that_refuses_is_told_and_leaves_nothing(own: Server, empty: Database) -> None:
    with Laboratory(own, empty) as laboratory:
        before = _databases(own)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, hard))
        try:
            with (
                pytest.raises(ServerError, match="cannot be given their size: File too large") as told,
                laboratory.at(sized(1_000_000)),
            ):
                pass
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "TMPDIR" in told.value.help
        assert _databases(own) == before
        with laboratory.at(sized(1_000_000)) as planned:
            assert planned.explain("select * from things")[0]["Plan"]["Plan Rows"] == 50_000_000


def _databases(server: Server) -> Any:
    with server.connect() as connection:
        return connection.execute("select count(*) from pg_database").fetchone()


INTERRUPTED = """
import sys
from dbwright.planner.laboratory import open_laboratory
from test_laboratory_safety import SCHEMA, sized
with open_laboratory(SCHEMA) as laboratory:
    print(laboratory._server.data_directory.parent, flush=True)
    while True:
        with laboratory.at(sized(100_000_000)):
            pass
        with laboratory.at(sized(1000)):
            pass
"""


def test_an_interrupt_in_the_middle_leaves_nothing(
    start_child: Callable[..., Any], remaining_traces: Callable[[Path], list[str]]
) -> None:
    child = start_child(INTERRUPTED, {"PYTHONPATH": str(Path(__file__).parent)})
    work = Path(child.read_line())
    while not any(work.glob("data/base/*/*.40")):
        assert child.process.poll() is None
    child.kill(signal.SIGINT)
    assert child.end() != 0
    assert remaining_traces(work) == []


def test_a_table_beyond_sixteen_tebibytes_is_named_with_the_rows_that_fit(own: Server, empty: Database) -> None:
    statistics = sized(2**32)
    with (
        Laboratory(own, empty) as laboratory,
        pytest.raises(RelationOutgrown, match=r"`things` would have 32.0 TiB at 2.15e.11 rows") as told,
        laboratory.at(statistics),
    ):
        pass
    assert told.value.help == "partition `things` before it has so many rows"
    (outgrown,) = list_outgrown([statistics])
    assert outgrown.most_rows == pytest.approx(statistics.tables[0].rows / 2)
