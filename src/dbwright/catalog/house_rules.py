"""The rules of a house in SQL: each is asked on the catalogs, and each row that it returns is a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from dbwright.diagnostics import NOWHERE, DesignError, Diagnostic, Span
from dbwright.model.house import HouseRule

if TYPE_CHECKING:
    from psycopg import Connection, Error
    from psycopg.rows import TupleRow

LONGEST = "30s"
"""Time after which a rule is given up."""
MOST = 10_000
"""Findings of one rule after which no more are read."""


def _nowhere(table: str, column: str) -> Span:
    return NOWHERE


def ask_rules(
    connection: Connection[TupleRow], rules: Iterable[HouseRule], place: Callable[[str, str], Span] = _nowhere
) -> list[Diagnostic]:
    """Return what the rules of a house find, within the transaction of the caller, which changes nothing.

    `place` tells where a table or a column of it stands, for rules that return `table` and `column`. Raise DesignError
    for a rule that the server refuses or that names a column which its SQL does not return, with the place in the
    policy file.
    """
    connection.execute(f"set local statement_timeout = '{LONGEST}'".encode())
    return [found for rule in rules for found in _ask(connection, rule, place)]


def _ask(connection: Connection[TupleRow], rule: HouseRule, place: Callable[[str, str], Span]) -> Iterator[Diagnostic]:
    import psycopg

    try:
        cursor = connection.execute(rule.sql.encode())
        columns = [c.name for c in cursor.description or ()]
        rows = cursor.fetchmany(MOST) if columns else []
    except psycopg.Error as error:
        raise DesignError([_refusal(rule, error)]) from error
    if not columns:
        message = f"the SQL of `{rule.code}` returns no rows"
        raise DesignError([Diagnostic("bad-policy", message, rule.sql_span, "write one `select`")])
    for row in rows:
        values = {name: "" if value is None else str(value) for name, value in zip(columns, row, strict=True)}
        yield _finding(rule, values, place(values.get("table", ""), values.get("column", "")))
    if not rows:
        _finding(rule, dict.fromkeys(columns, ""), NOWHERE)


def _finding(rule: HouseRule, values: dict[str, str], span: Span) -> Diagnostic:
    """The finding of a row; made once of no row, too, so that a wrong name is told before the first finding."""
    try:
        message, help_text = rule.message.format_map(values), rule.help.format_map(values)
    except (KeyError, ValueError, IndexError) as error:
        listed = ", ".join(f"`{{{name}}}`" for name in values)
        told = f"`{rule.code}` names what its SQL does not return: {error}"
        raise DesignError([Diagnostic("bad-policy", told, rule.span, f"it returns {listed}")]) from None
    return Diagnostic(rule.code, message, span, help_text, rule.severity)


def _refusal(rule: HouseRule, error: Error) -> Diagnostic:
    position = int(error.diag.statement_position or 0)
    hint = error.diag.message_hint or "try the SQL in psql"
    reason = error.diag.message_primary or str(error)
    message = f"the server refuses the SQL of `{rule.code}`: {reason}"
    return Diagnostic("bad-policy", message, _at(rule, position), hint)


def _at(rule: HouseRule, position: int) -> Span:
    """The place of a character (from 1) of a rule's SQL in the policy file; of the SQL where there is none."""
    before = rule.sql[: max(0, position - 1)]
    start = rule.sql_span
    if not position:
        return start
    lines = before.count("\n")
    column = len(before) - before.rfind("\n") if lines else start.column + len(before)
    return Span(start.file, start.line + lines, column)
