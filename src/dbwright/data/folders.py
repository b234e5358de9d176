"""Writes a dataset as files, one a table: CSV or Parquet. They appear when all are whole, or none of them does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from time import perf_counter

from dbwright.data.csv_files import PORTION, csv_lines
from dbwright.data.dataset import Dataset, Rows
from dbwright.data.delivery import Delivered, Delivery, Portions, Tell, in_load_order
from dbwright.data.parquet import require_pyarrow, write_parquet
from dbwright.sql.names import listed, qualify

LOADER = "load.sql"
"""The file that loads the others with psql."""
MOST_NAME_BYTES = 200
"""Bytes of a file name, its ending not counted."""


def write_csv(folder: Path, dataset: Dataset, tell: Tell) -> Delivery:
    """Write a CSV file a table, and `load.sql`, which loads them with psql into the tables of the design.

    Raise FileExistsError where one of the files is there, OSError where the folder cannot be written.
    """
    started = perf_counter()
    order = in_load_order(dataset)
    files = {name: f"{file_stem(name)}.csv" for name in order}
    with _staged(folder, [*files.values(), LOADER]) as stage:
        delivered = []
        for name in order:
            watched = Portions(name, dataset.tables[name].count, tell)
            with (stage / files[name]).open("wb") as file:
                for lines in watched.of(csv_lines(dataset.tables[name]), PORTION):
                    file.write(lines)
            delivered.append(watched.delivered())
        (stage / LOADER).write_text(_loader(dataset, files), encoding="utf-8")
    return Delivery(tuple(delivered), 0.0, perf_counter() - started)


def write_parquet_files(folder: Path, dataset: Dataset, tell: Tell) -> Delivery:
    """Write a Parquet file a table. Raise ParquetMissing, FileExistsError, OSError."""
    require_pyarrow()
    started = perf_counter()
    order = in_load_order(dataset)
    with _staged(folder, [f"{file_stem(name)}.parquet" for name in order]) as stage:
        delivered = [_parquet(stage / f"{file_stem(n)}.parquet", n, dataset.tables[n], tell) for n in order]
    return Delivery(tuple(delivered), 0.0, perf_counter() - started)


def _parquet(path: Path, name: str, rows: Rows, tell: Tell) -> Delivered:
    started = perf_counter()
    write_parquet(path, rows, lambda done: tell(name, done, rows.count))
    return Delivered(name, rows.count, path.stat().st_size, perf_counter() - started)


def file_stem(table: str) -> str:
    """Return a file name for a table: what a file system or a shell minds becomes its code."""
    kept = "".join(c if c.isalnum() or c in "_-." else f"%{ord(c):x}" for c in table)
    return kept if not kept.startswith(".") and len(kept.encode()) <= MOST_NAME_BYTES else f"%{kept[:60]}"


def _loader(dataset: Dataset, files: dict[str, str]) -> str:
    """A script for psql: the files in the order of the references, in one transaction."""
    lines = [
        "-- Load from this folder into the tables of the design: psql -v ON_ERROR_STOP=1 -d DATABASE -f load.sql",
        "begin;",
    ]
    if any(len(group) > 1 for group in dataset.groups):
        # Rows that reference each other in a circle have no order in which each reference leads somewhere.
        lines += ["-- Tables reference each other in a circle: a superuser loads them before references are looked at."]
        lines += ["set local session_replication_role = replica;"]
    for name, file in files.items():
        columns = listed(dataset.tables[name].columns)
        lines.append(f"\\copy {qualify(dataset.schema, name)} ({columns}) from '{file}' with (format csv, header)")
    return "\n".join([*lines, "commit;", ""])


@contextmanager
def _staged(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """A folder inside the folder, whose files move out when all are written; it is gone whatever happens."""
    for name in names:
        if (folder / name).exists():
            raise FileExistsError(str(folder / name))
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    stage = folder / f".dbwright.{os.getpid()}"
    try:
        stage.mkdir()
        yield stage
        for name in names:
            (stage / name).replace(folder / name)
        made = False
    finally:
        rmtree(stage, ignore_errors=True)
        if made:
            # Only if nothing else is in it.
            try:
                folder.rmdir()
            except OSError:
                pass
