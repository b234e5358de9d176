"""`dbwright mine`: what the rows of a database say of its dependencies, keys and lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.parsing import UsageError
from dbwright.cli.wording import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from dbwright.cli.progress import Progress
    from dbwright.cli.screen import Screen
    from dbwright.mining.report import Mined, Suggestion

DESCRIPTION = """\
Look at the rows of a running database and tell which columns determine others, ranked by the bytes
that repeat; which column sets never repeat; dependencies that a few rows break; lists hidden in
values. What a design declares (--design) is asked of all rows, and one that is wrong is shown by
two rows (exit code 1). The database is only read."""
USAGE = "ADDRESS [TABLE...] [--design DESIGN] [--left N] [--rows N] [--format FORMAT]"
EXAMPLES = (
    ("dbwright mine 'host=localhost dbname=shop'", "Look at every table."),
    ("dbwright mine 'host=localhost dbname=shop' orders order_lines --left 3", "Two tables, up to three columns left."),
    ("dbwright mine 'host=localhost dbname=shop' --design shop.design.yaml", "Ask for what the design declares."),
)
MOST_SHOWN = 12


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("address", metavar="ADDRESS", help="libpq connection string or URI of a running server")
    parser.add_argument("tables", nargs="*", metavar="TABLE", help="tables to look at; all by default")
    parser.add_argument("--design", metavar="DESIGN", help="also ask for the dependencies that this design declares")
    parser.add_argument(
        "--left", type=int, choices=(1, 2, 3), default=2, metavar="N", help="columns on the left, 1 to 3 (2)"
    )
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N", help="rows to read of a table (1000000)")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", metavar="FORMAT", help="text (default) or json"
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Look at the tables; return 1 where rows refute what was declared."""
    from dbwright.cli.progress import open_progress

    if arguments.rows < 1:
        raise UsageError("--rows is the number of rows to read of a table", "give a number above 0")
    with open_progress(screen.err) as progress:
        found = list(_mine(arguments, _watch(progress, screen.err.is_live)))
    if arguments.format == "json":
        import json

        screen.out.write(json.dumps([_plain(m) for m in found], indent=2, ensure_ascii=False))
    else:
        for mined in found:
            _show(mined, screen)
        if not found:
            screen.out.write("the database has no tables")
    return 1 if any(m.refuted for m in found) else 0


def _watch(progress: Progress, live: bool) -> Callable[[str, str], None]:
    """Each step where somebody watches a live line, else only the tables."""
    told: list[str] = []

    def tell(table: str, doing: str) -> None:
        if live or table not in told:
            told.append(table)
            progress.announce(f"{table}: {doing}" if live else f"looking at {table}")

    return tell


def _mine(arguments: Namespace, announce: Callable[[str, str], None]) -> Iterator[Mined]:
    import psycopg

    from dbwright.api import mine
    from dbwright.cli.endings import Failure
    from dbwright.server import ServerError

    try:
        yield from mine(
            arguments.address,
            arguments.tables,
            design=Path(arguments.design) if arguments.design else None,
            most_left=arguments.left,
            most_rows=arguments.rows,
            announce=announce,
        )
    except LookupError as error:
        raise UsageError(f"the database has no table `{error.args[0]}`", error.args[1]) from error
    except ServerError as error:
        raise Failure(str(error), error.help) from error
    except psycopg.Error as error:
        raise Failure(
            f"the server refused to be read: {error}", "name tables that this user may select from"
        ) from error


def _show(mined: Mined, screen: Screen) -> None:
    read = counted(mined.total, "row") if mined.read >= mined.total else f"{mined.read:,} of {mined.total:,} rows read"
    screen.out.write(f"{screen.out.paint(mined.table, 'strong')}  {read}")
    lines = list(_lines(mined))
    for label, text in lines:
        style = "error" if label == "refuted" else "strong"
        screen.out.write(f"  {screen.out.paint(label.ljust(11), style)} {text}")
    if not lines:
        screen.out.write("  nothing to tell")


def _lines(mined: Mined) -> Iterator[tuple[str, str]]:
    """What was found, one line each: a label and a sentence."""
    for refutation in mined.refuted:
        yield "refuted", f"{refutation.dependency}: {refutation}"
    for dependency in mined.held:
        yield "holds", f"{dependency}, as declared, in all rows"
    for columns in mined.unique[:MOST_SHOWN]:
        yield "never twice", ", ".join(columns)
    for suggestion in mined.suggested[:MOST_SHOWN]:
        yield "determines", _sentence(suggestion)
    if len(mined.suggested) > MOST_SHOWN:
        yield "", f"and {len(mined.suggested) - MOST_SHOWN} more that save less; `--format json` lists all"
    for suggestion in mined.nearly[:MOST_SHOWN]:
        against = f"{counted(suggestion.broken, 'row')} against it"
        yield "nearly", f"{_sentence(suggestion)}; {against}, such as {suggestion.counterexample}"
    for dependency in mined.independent:
        yield "independent", f"{dependency}: every combination is there; two tables say the same (fourth normal form)"
    for hidden in mined.hidden:
        yield "list", f"{hidden.column}: {hidden.what}"
    if mined.empty:
        yield "empty", ", ".join(mined.empty)


def _sentence(suggestion: Suggestion) -> str:
    return f"{suggestion.dependency}: {_bytes(suggestion.saved)} repeat in {counted(suggestion.repeated, 'row')}"


def _bytes(number: int) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            return f"{number} {unit}"
        number //= 1000
    raise AssertionError


def _plain(mined: Mined) -> dict[str, object]:
    """What was found as plain values."""
    return {
        "table": mined.table,
        "rows": {"read": mined.read, "total": mined.total},
        "refuted": [{"dependency": str(r.dependency), "columns": r.columns, "rows": r.rows} for r in mined.refuted],
        "held": [str(d) for d in mined.held],
        "unique": mined.unique,
        "suggested": [_plain_suggestion(s) for s in mined.suggested],
        "nearly": [_plain_suggestion(s) for s in mined.nearly],
        "independent": [str(d) for d in mined.independent],
        "lists": [{"column": h.column, "what": h.what} for h in mined.hidden],
        "empty": mined.empty,
    }


def _plain_suggestion(suggestion: Suggestion) -> dict[str, object]:
    shown = suggestion.counterexample
    return {
        "dependency": str(suggestion.dependency),
        "repeated": suggestion.repeated,
        "bytes": suggestion.saved,
        "broken": suggestion.broken,
        "rows": [dict(zip(shown.columns, row, strict=True)) for row in shown.rows] if shown else [],
    }
