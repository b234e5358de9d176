"""`dbwright generate`: rows that keep every constraint of a design, into a database or into files."""

from __future__ import annotations

import errno
import gc
import re
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from dbwright.cli.parsing import UsageError
from dbwright.cli.wording import align, counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from dbwright.api import Generated
    from dbwright.cli.progress import Progress
    from dbwright.cli.screen import Screen
    from dbwright.data.delivery import Tell

DESCRIPTION = """\
Make rows for every table of a design: keys, references, checks, exclusions, partitions and tenants
hold by construction, and values spread as the design declares. A database gets its tables first
where it has none; constraints and indexes are added after the rows, which proves them. All of it is
one transaction: a command that fails or is interrupted leaves nothing behind."""
USAGE = """\
DESIGN --to DSN|csv:DIR|parquet:DIR [--rows N] [--rows TABLE=N]...
                         [--scale SHARE] [--seed N] [--format text|json]"""
EXAMPLES = (
    ("dbwright generate shop.design.yaml --to 'host=localhost dbname=shop'", "Fill a database, 100,000 rows in all."),
    ("dbwright generate shop.design.yaml --to csv:rows --rows 1M", "Write files, a million rows in all."),
    ("dbwright generate shop.design.yaml --to 'dbname=shop' --scale 0.01", "One in a hundred of the declared rows."),
    ("dbwright generate shop.design.yaml --to parquet:rows --rows orders=5M", "Say it for one table."),
)
QUIET = 0.5
"""Seconds between two lines about the same table where somebody watches."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("design", metavar="DESIGN", help="design file, or folder of *.design.yaml files")
    parser.add_argument(
        "--to", required=True, metavar="TARGET", help="libpq connection string or URI, csv:DIR or parquet:DIR"
    )
    parser.add_argument(
        "--rows", action="append", default=[], metavar="N", help="rows in all (100k), or TABLE=N; repeat for more"
    )
    parser.add_argument("--scale", type=float, metavar="SHARE", help="share of the declared rows, such as 0.01")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same rows (1)")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", metavar="FORMAT", help="text (default) or json"
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Make the rows, deliver them, and tell what it took."""
    from dbwright.cli.progress import open_progress

    gc.enable()  # rows live long enough to be worth looking for garbage
    total, tables = _asked(arguments.rows)
    if arguments.scale is not None and (total is not None or arguments.scale <= 0):
        raise UsageError("--scale is a share above 0 of the declared rows, in place of a number of rows in all")
    _refuse_strange_target(arguments.to)
    with open_progress(screen.err) as progress:
        progress.announce("making rows")
        made = _generate(arguments, total, tables, _watch(progress, screen.err.is_live))
    for note in made.dataset.notes:
        screen.fail(str(note), kind="note")
    if arguments.format == "json":
        import json

        screen.out.write(json.dumps(_plain(made, arguments), indent=2, ensure_ascii=False))
    else:
        _show(made, arguments.to, screen)
    return 0


def _asked(texts: Sequence[str]) -> tuple[int | None, dict[str, int]]:
    """The rows in all, and those of single tables."""
    total, tables = None, {}
    for text in texts:
        name, separator, count = text.rpartition("=")
        if separator:
            tables[name] = _count(count)
        else:
            total = _count(text)
    return total, tables


def _count(text: str) -> int:
    from dbwright.model.quantities import Count

    try:
        return Count.parse(text).value
    except ValueError as error:
        raise UsageError(f"--rows: {error}", "write --rows 200k, or --rows orders=1M") from error


def _refuse_strange_target(target: str) -> None:
    kind, separator, folder = target.partition(":")
    if kind in ("csv", "parquet") and separator:
        if not folder:
            raise UsageError(f"--to {kind}: names no folder", f"write --to {kind}:DIR")
        if kind == "parquet":
            from dbwright.cli.endings import Failure
            from dbwright.data.parquet import ParquetMissing, require_pyarrow

            try:
                require_pyarrow()
            except ParquetMissing as error:
                raise Failure(str(error), error.help) from error
    elif "=" not in target and "://" not in target:
        raise UsageError(
            f"--to cannot be `{target}`",
            "write csv:DIR, parquet:DIR, host=… dbname=… or postgresql://user@host/database",
        )


def _watch(progress: Progress, live: bool) -> Tell:
    """Rows so far where somebody watches a live line, else each table and step once."""
    told: list[str] = []
    last = [0.0]

    def tell(name: str, done: int, total: int) -> None:
        if live and total and monotonic() - last[0] > QUIET:
            last[0] = monotonic()
            progress.announce(f"{name}: {done:,} of {counted(total, 'row')}")
        elif name not in told:
            told.append(name)
            progress.announce(f"{name}: {counted(total, 'row')}" if total else name)

    return tell


def _generate(arguments: Namespace, total: int | None, tables: dict[str, int], tell: Tell) -> Generated:
    import psycopg

    from dbwright.api import generate
    from dbwright.cli.endings import Failure
    from dbwright.data import GenerationError, NothingFits
    from dbwright.data.filling import TablesNotReady
    from dbwright.diagnostics import DesignError
    from dbwright.server import ServerError

    design = Path(arguments.design)
    try:
        return generate(
            design, arguments.to, rows=total, scale=arguments.scale, tables=tables, seed=arguments.seed, tell=tell
        )
    except LookupError as error:
        raise UsageError(f"the design has no table `{error.args[0]}`", error.args[1]) from error
    except NothingFits as error:
        raise DesignError([error.diagnostic]) from error
    except GenerationError as error:
        raise UsageError(str(error)) from error
    except MemoryError:
        raise Failure("there is no memory left for so many rows", "ask for fewer; nothing was left behind") from None
    except FileExistsError as error:
        raise Failure(f"{error.args[0]} is there already", "give an empty folder, or remove the file") from error
    except (ServerError, TablesNotReady) as error:
        raise Failure(str(error), error.help) from error
    except OSError as error:
        if errno.ENOSPC not in (error.errno, _number_in(error)):
            raise
        told = f"the disk is full at {arguments.to.partition(':')[2]}"
        raise Failure(told, "make room, or ask for fewer rows; nothing was left behind") from error
    except psycopg.Error as error:
        raise Failure(f"the server refused: {str(error).strip()}\n{NOTHING}", _advice(error)) from error


def _number_in(error: OSError) -> int:
    """The number of an error that pyarrow only tells in words."""
    found = re.search(r"\[errno (\d+)\]", str(error))
    return int(found[1]) if found else 0


NOTHING = "the database is as it was before: everything was one transaction"
_ADVICE = {
    "53100": "make room on the server's disk, or ask for fewer rows",
    "42501": "connect as a superuser, or as the owner of the database who may create roles",
    "0A000": "rows pass row-level security only as a superuser or a role with bypassrls",
    "42710": "the database has such an object already: give an empty one",
    "42P06": "the database has such a schema already: give an empty one",
}


def _advice(error: Exception) -> str:
    return _ADVICE.get(str(getattr(error, "sqlstate", "")), "")


def _show(made: Generated, target: str, screen: Screen) -> None:
    rows = [("table", "rows", "bytes", "s")]
    rows += [(t.table, f"{t.rows:,}", f"{t.bytes:,}", f"{t.seconds:.2f}") for t in made.delivery.tables]
    head, *lines = align(rows)
    screen.out.write(screen.out.paint(head, "strong"))
    for line in lines:
        screen.out.write(line)
    delivery = made.delivery
    kept = f"; constraints and indexes {delivery.constraint_seconds:.1f} s" if delivery.constraint_seconds else ""
    screen.out.write(f"{counted(delivery.rows, 'row')}, {delivery.bytes:,} bytes in {delivery.seconds:.1f} s{kept}")


def _plain(made: Generated, arguments: Namespace) -> dict[str, object]:
    delivery = made.delivery
    return {
        "seed": arguments.seed,
        "rows": delivery.rows,
        "bytes": delivery.bytes,
        "seconds": round(delivery.seconds, 3),
        "constraint_seconds": round(delivery.constraint_seconds, 3),
        "tables": [
            {"table": t.table, "rows": t.rows, "bytes": t.bytes, "seconds": round(t.seconds, 3)}
            for t in delivery.tables
        ],
        "notes": [{"table": n.table, "subject": n.subject, "message": n.message} for n in made.dataset.notes],
    }
