"""`dbwright advise`: what a workload needs under a budget of bytes, indexes first, and what each is good for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.parsing import UsageError
from dbwright.cli.wording import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator, Sequence

    from dbwright.cli.screen import Screen
    from dbwright.planner.advisor.advice import Advice, Advised
    from dbwright.planner.advisor.write_budget import WriteBudget

DESCRIPTION = """\
Choose indexes under a budget of bytes: for the access patterns of a design at its horizon,
weighted by their rates, or for the statements of a directory on a running server, of which only
schema and statistics are read. Everything is tried in a laboratory, a throw-away server without
rows that plans as if its tables were full; no statement is executed. The choice is that of an
integer programme, and its proven distance to the best one is told.

Both budgets are for what may be added: what goes makes room for what comes. A latency target is
a limit, too: a statement that can meet it with some indexes within the budgets gets them,
whatever they cost; one that cannot is told with what it would need.

For a design, what else may stand ready is chosen, too: partition keys, summaries, tables of sums,
counters and copies of a parent's column. Each is compiled, priced at the horizon as a design of its
own, and taken where it saves more than its upkeep; indexes are then chosen for what it makes. A
pattern is never rewritten: what it must say is told."""
USAGE = """\
DESIGN [--budget BYTES] [--write-budget COST] [--only KINDS] [--apply]
                       [--record] [--format FORMAT]
       dbwright advise --server ADDRESS --workload DIRECTORY --budget BYTES [--weights FILE]
                       [--write-budget COST] [--schema NAME] [--replace] [--literals KIND]
                       [--only KINDS] [--format FORMAT]"""
EXAMPLES = (
    ("dbwright advise shop.design.yaml --write-budget 20%", "Writes may become a fifth dearer, and no more."),
    ("dbwright advise shop.design.yaml --apply --record", "Write it into the design, and keep why for the documents."),
    ("dbwright advise --server 'host=db dbname=shop' --workload queries --budget 20GB", "Advise for queries/*.sql."),
    (
        "dbwright advise --server 'host=db dbname=shop' --workload queries --budget 1GB --format json",
        "The same as JSON: DDL, costs before and after, gap, questions, seconds.",
    ),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("design", nargs="?", metavar="DESIGN", help="design file or folder of *.design.yaml files")
    parser.add_argument("--apply", action="store_true", help="write the choice into the design; check and build use it")
    parser.add_argument(
        "--record", action="store_true", help="write the advice to NAME.advice.json beside the design, for builds"
    )
    parser.add_argument("--server", metavar="ADDRESS", help="libpq connection string or URI; it is only read")
    parser.add_argument(
        "--workload", metavar="DIRECTORY", help="one statement a file, NAME.sql; what varies is written :name or $1"
    )
    parser.add_argument(
        "--weights", metavar="FILE", help="lines `NAME WEIGHT [TARGET]`: how often each runs (1), in which time"
    )
    parser.add_argument("--budget", metavar="BYTES", help="bytes that may be added, such as 20GB; what goes makes room")
    parser.add_argument(
        "--write-budget", metavar="COST", help="what may be added to the cost of writes: 20%% of today's, or units"
    )
    parser.add_argument("--schema", default="public", metavar="NAME", help="the schema that gets indexes (public)")
    parser.add_argument("--replace", action="store_true", help="indexes that keep no constraint may go, too")
    parser.add_argument(
        "--literals",
        choices=("sample", "constant"),
        default="sample",
        metavar="KIND",
        help="a literal is a sample of many values (default) or a constant, which may make a partial index",
    )
    parser.add_argument(
        "--only",
        metavar="KINDS",
        help="what to advise, separated by commas: indexes, partitions, summaries, counters, copies; all for a "
        "design, indexes for a server, which may be asked for summaries and copies, too",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", metavar="FORMAT", help="text (default) or json"
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Advise and tell."""
    from dbwright.cli.progress import open_progress

    _check(arguments)
    with open_progress(screen.err) as progress:
        advice = _advise(arguments, progress.announce)
    if arguments.format == "json":
        import json

        from dbwright.planner.advisor.advice import as_plain

        screen.out.write(json.dumps(as_plain(advice), indent=2, ensure_ascii=False))
    else:
        for line in lines(advice, _kinds(arguments)):
            screen.out.write(line)
    return 0


def _check(arguments: Namespace) -> None:
    asked = "type `dbwright advise --help` for what it takes"
    if arguments.design:
        if arguments.server or arguments.workload or arguments.replace or arguments.weights:
            raise UsageError("a design has its own workload; --server and what belongs to it is for a database", asked)
        return
    if not arguments.server or not arguments.workload:
        raise UsageError("it takes a DESIGN, or --server and --workload", asked)
    if arguments.apply:
        raise UsageError("--apply writes into a design, and none is named", asked)
    if arguments.record:
        raise UsageError("--record writes beside a design, and none is named", asked)
    if not arguments.budget:
        raise UsageError("it takes a budget", "give --budget, such as --budget 20GB")


def _bytes_of(text: str) -> int:
    from dbwright.model.quantities import Bytes

    try:
        value = int(text) if text.isdecimal() else Bytes.parse(text).value
    except ValueError:
        raise UsageError(f"--budget cannot be `{text}`", "give bytes, such as 1500000000, 800MB or 20GB") from None
    if value > 1 << 62:
        raise UsageError(f"--budget cannot be `{text}`", "no server has so many bytes")
    return value


def _write_budget(text: str) -> WriteBudget:
    from dbwright.planner.advisor.write_budget import WriteBudget

    try:
        return WriteBudget.parse(text)
    except ValueError as error:
        raise UsageError(f"--write-budget cannot be `{text}`", str(error)) from None


def _advise(arguments: Namespace, announce: Callable[[str], None]) -> Advice:
    import psycopg

    from dbwright.advising import advise_design, advise_server
    from dbwright.cli.endings import Failure
    from dbwright.planner.advisor.live import SchemaMissing
    from dbwright.server import ServerError

    budget = _bytes_of(arguments.budget) if arguments.budget else None
    writes = _write_budget(arguments.write_budget) if arguments.write_budget is not None else None
    try:
        if arguments.design:
            only = _kinds(arguments)
            return advise_design(
                Path(arguments.design),
                budget=budget,
                write_budget=writes,
                apply=arguments.apply,
                only=only,
                keep=arguments.record,
                announce=announce,
            )
        assert budget is not None
        return advise_server(
            arguments.server,
            Path(arguments.workload),
            weights=Path(arguments.weights) if arguments.weights else None,
            budget=budget,
            write_budget=writes,
            schema=arguments.schema,
            replace=arguments.replace,
            literals=arguments.literals,
            only=_kinds(arguments),
            announce=announce,
        )
    except SchemaMissing as error:
        raise UsageError(str(error), error.help) from error
    except ServerError as error:
        raise Failure(str(error), error.help) from error
    except psycopg.Error as error:
        raise Failure(f"a server refused: {error}", "see that the login may read the catalogs") from error


def _kinds(arguments: Namespace) -> tuple[str, ...]:
    from dbwright.advising import KINDS, KINDS_OF_SERVERS

    if not arguments.only:
        return KINDS if arguments.design else KINDS[:1]
    wanted = [word.strip() for word in arguments.only.split(",")]
    known = KINDS if arguments.design else KINDS_OF_SERVERS
    for word in wanted:
        if word not in known:
            whom = "" if arguments.design else " for a running database"
            help_text = f"give some of {', '.join(known)}, separated by commas"
            raise UsageError(f"--only cannot be `{word}`{whom}", help_text)
    return tuple(k for k in KINDS if k in wanted)


def lines(advice: Advice, kinds: Sequence[str] = ("indexes",)) -> Iterator[str]:
    """Yield what a person reads, a line at a time; `kinds` is what was asked for."""
    if advice.choices is not None:
        from dbwright.planner.choices.telling import lines_of

        yield from lines_of(advice.choices)
    if "indexes" in kinds:
        yield from _lines_of_indexes(advice)
    if advice.writing is not None and (advice.writing.today or advice.writing.allowed is not None):
        yield advice.writing.line()
    if advice.targets:
        from dbwright.planner.advisor.targets import target_lines

        yield from target_lines(advice.targets)
    yield from (f"note: {note}" for note in advice.notes)


def _lines_of_indexes(advice: Advice) -> Iterator[str]:
    from dbwright.sql.names import qualify

    saved = 1 - advice.after / advice.before if advice.before else 0.0
    told = counted(len(advice.indexes), "index").replace("indexs", "indexes")
    yield f"{told}, {_bytes_used(advice)}: {saved:.1%} of the workload's cost is saved"
    for name in advice.extensions:
        yield f"create extension if not exists {name};"
    for index in advice.indexes:
        yield f"{index.ddl};"
        yield from (f"    {line}" for line in _reasons(index))
    for index in advice.kept:
        yield f"kept: {index.name}"
        yield from (f"    {line}" for line in _reasons(index))
    for name in advice.dropped:
        yield f"drop index {qualify(advice.schema, name)};"
        yield "    what was chosen does its work"
    for name in advice.unused:
        yield f"unused: {name}: no statement of this workload uses it, and it stays"
    if advice.rejected:
        yield "turned down:"
    for rejected in advice.rejected[:8]:
        yield f"  {rejected.ddl} ({_size(rejected.size)}): {rejected.why}"
    yield (
        f"cost {advice.before:,.0f} before, {advice.after:,.0f} after, {advice.floor:,.0f} with every candidate; "
        f"gap {advice.gap:.2%}"
    )
    yield (
        f"{advice.questions:,} questions to the planner about {counted(advice.candidates, 'candidate')}, "
        f"{advice.seconds:.1f} s"
    )


def _bytes_used(advice: Advice) -> str:
    """The bytes of all that was chosen, or what is more where something stood that might have gone."""
    limit = f" of {_size(advice.budget)}" if advice.budget < 1 << 60 else ""
    if not advice.stood:
        return f"{_size(advice.size)}{limit}"
    added = f", {_size(advice.added)}{limit} that may be added" if limit else ""
    return f"{_size(advice.size)} in place of {_size(advice.stood)}{added}"


def _reasons(index: Advised) -> Iterator[str]:
    yield f"{_size(index.size)}" + (f", upkeep {index.upkeep:,.1f}" if index.upkeep > 0.01 else "")
    for effect in index.effects:
        yield f"{effect.statement}: {effect.with_it:,.0f}, without it {effect.without_it:,.0f}"


def _size(size: int) -> str:
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"
