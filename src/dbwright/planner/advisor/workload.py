"""Statements with weights, read from files, one a file: a planner may be asked about each, and none is executed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from dbwright.diagnostics import NOWHERE, DesignError, Diagnostic, Span, nearest
from dbwright.model.quantities import Duration
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.records import record, replace
from dbwright.sql.grammar import GrammarError, kind, parse, scan
from dbwright.sql.parameters import number_parameters

PLANNABLE = ("select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt")
"""The statements that PostgreSQL plans; EXPLAIN takes others too (EXECUTE, CREATE TABLE AS), which are not asked."""
LARGEST = 1_000_000
"""Bytes of a file with one statement."""


@record(frozen=True)
class Asked:
    """A statement of the workload: a name, its SQL with parameters as `$1`, how often it runs, where it stands.

    `weight` is any number above 0 that is in proportion: calls a second, a day's count, 1 for each. `source` is the
    text that `sql` was made from. It is planned as `role`, under the `settings` of a session, where they are given.
    `target` is its latency target in seconds, None where it has none.
    """

    name: str
    sql: str
    weight: float = 1.0
    parameters: tuple[str, ...] = ()
    span: Span = NOWHERE
    source: str = ""
    role: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    target: float | None = None


def read_workload(directory: Path, weights: Path | None = None) -> tuple[Asked, ...]:
    """Read every `*.sql` file of a directory, in order of name; raise DesignError with one message a bad file.

    `weights` is a file with a line `NAME WEIGHT` for each statement that does not weigh 1; the name is that of the file
    with or without `.sql`. A weight of 0 leaves a statement out. A third word is a latency target, such as `15ms`.
    """
    if not directory.is_dir():
        raise DesignError([_problem("workload-unreadable", f"{directory} is no directory", directory, 0, _GIVE)])
    files = sorted((f for f in directory.iterdir() if f.suffix == ".sql"), key=lambda f: os.fsencode(f.name))
    if not files:
        raise DesignError([_problem("workload-empty", f"{directory} holds no file NAME.sql", directory, 0, _GIVE)])
    known = _read_weights(weights, [f.stem for f in files]) if weights else {}
    asked: list[Asked] = []
    problems: list[Diagnostic] = []
    for file in files:
        try:
            weight, target = known.get(file.stem, (1.0, None))
            asked.append(replace(_read_statement(file, weight), target=target))
        except DesignError as error:
            problems += error.diagnostics
    if problems:
        raise DesignError(problems)
    return tuple(a for a in asked if a.weight > 0)


_GIVE = "give a directory with one statement a file, NAME.sql"


def _read_statement(file: Path, weight: float) -> Asked:
    text = _read(file)
    try:
        numbered = number_parameters(text)
        found = parse(numbered.sql)
    except GrammarError as error:
        offset = _shifted(text, error.offset)
        raise DesignError(
            [_problem("workload-syntax", f"PostgreSQL cannot read it: {error}", file, offset, "", text)]
        ) from None
    if len(found) != 1:
        offset = _second_statement(text) if found else 0
        what = f"{len(found)} statements stand here" if found else "no statement stands here"
        raise DesignError([_problem("workload-not-one", what, file, offset, "write exactly one a file", text)])
    if kind(found[0]) not in PLANNABLE or (
        kind(found[0]) == "select_stmt" and found[0].select_stmt.HasField("into_clause")
    ):
        verb = kind(found[0]).removesuffix("_stmt").replace("_", " ")
        message = f"`{verb}` is not a statement that is planned, so no index can help it"
        help_text = "keep select, insert, update, delete and merge"
        raise DesignError([_problem("workload-not-planned", message, file, 0, help_text, text)])
    sql = numbered.sql.strip().rstrip(";").rstrip()
    names = numbered.names or _numbers(numbered.sql)
    return Asked(file.stem, sql, weight, names, Span(file.as_posix(), 1, 1), text)


def _numbers(sql: str) -> tuple[str, ...]:
    """The parameters that are written as numbers."""
    return tuple(dict.fromkeys(sql[t.start : t.end] for t in scan(sql) if t.name == "PARAM"))


def describe_refusals(refused: Sequence[tuple[Asked, PlanningRefused]]) -> list[Diagnostic]:
    """Return a message with its place for each statement that the server cannot plan."""
    found = []
    for asked, reason in refused:
        start = len(asked.source) - len(asked.source.lstrip())
        offset = min(_shifted(asked.source, reason.offset + start), len(asked.source))
        message = f"the server cannot plan it: {reason}"
        found.append(
            _problem("workload-unplannable", message, Path(asked.span.file), offset, reason.hint, asked.source)
        )
    return found


def _read(file: Path) -> str:
    try:
        if not file.is_file():
            raise DesignError([_problem("workload-unreadable", "this is no regular file", file, 0, _GIVE)])
        if file.stat().st_size > LARGEST:
            raise DesignError([_problem("workload-unreadable", f"it has more than {LARGEST:,} bytes", file, 0, _GIVE)])
        raw = file.read_bytes()
    except OSError as error:
        raise DesignError([_problem("workload-unreadable", f"it cannot be read: {error.strerror}", file, 0)]) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        message = f"byte {error.start} is no UTF-8"
        span = Span(file.as_posix(), line, column)
        raise DesignError([Diagnostic("workload-unreadable", message, span, "save the file as UTF-8")]) from None
    if "\0" in text:
        raise DesignError(
            [_problem("workload-unreadable", "it holds a zero byte", file, text.index("\0"), "remove it", text)]
        )
    return text


def _shifted(text: str, offset: int) -> int:
    """Where an offset in the numbered statement stands in the text."""
    try:
        return number_parameters(text).original(offset)
    except GrammarError:
        return offset


def _second_statement(text: str) -> int:
    """The character where the second statement begins."""
    tokens = scan(text)
    ends = [i for i, t in enumerate(tokens) if t.name == "ASCII_59"]
    following = [t for t in tokens[ends[0] :] if t.name != "ASCII_59"] if ends else []
    return following[0].start if following else 0


def _read_weights(file: Path, names: Sequence[str]) -> Mapping[str, tuple[float, float | None]]:
    """Weight and latency target by name."""
    found: dict[str, tuple[float, float | None]] = {}
    problems = []
    offset = 0
    text = _read(file)
    for line in text.splitlines(keepends=True):
        words = line.split("#")[0].split()
        if words:
            try:
                name, weight, target = _weight(words)
                if name not in names:
                    raise ValueError(f"the workload has no statement `{name}`; {nearest(name, names)}")
                found[name] = weight, target
            except ValueError as error:
                help_text = (
                    "write `NAME WEIGHT`, one a line, or `NAME WEIGHT TARGET` with a latency target such as 15ms"
                )
                problems.append(_problem("workload-weight", str(error), file, offset, help_text, text))
        offset += len(line)
    if problems:
        raise DesignError(problems)
    return found


def _weight(words: Sequence[str]) -> tuple[str, float, float | None]:
    if len(words) not in (2, 3):
        raise ValueError(f"a line holds a name and a weight, this one {len(words)} words")
    try:
        weight = float(words[1])
    except ValueError:
        raise ValueError(f"`{words[1]}` is no number") from None
    if not 0 <= weight < float("inf"):
        raise ValueError(f"a weight is 0 or more, not {words[1]}")
    return words[0].removesuffix(".sql"), weight, Duration.parse(words[2]).seconds if len(words) == 3 else None


def _problem(code: str, message: str, file: Path, offset: int, help_text: str = "", text: str = "") -> Diagnostic:
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return Diagnostic(code, message, Span(file.as_posix(), line, column), help_text)
