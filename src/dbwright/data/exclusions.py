"""Exclusion constraints read into what keeps rows apart: equal columns and one period, or a plain unique set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dbwright.data.constants import UnreadableError, column_of
from dbwright.data.kinds import Family, Kind
from dbwright.model.table import Exclusion, Table
from dbwright.sql.grammar import GrammarError, kind, parse, strings


@dataclass(frozen=True)
class Separation:
    """Rows with the same values in `equal` must not overlap in `period`: one range column, or two columns of bounds.

    Keeping rows apart in one period is enough for the whole constraint, because a conflict needs all its elements.
    """

    name: str
    equal: tuple[str, ...]
    period: tuple[str, ...]


@dataclass(frozen=True)
class Element:
    """One element of an exclusion: the column or expression, and the operator."""

    node: Any
    column: str
    operator: str


def read_elements(exclusion: Exclusion) -> list[Element]:
    """Return the elements of an exclusion constraint; raise UnreadableError."""
    try:
        statement = parse(f"alter table t add exclude using {exclusion.method} ({exclusion.elements})")[0]
    except GrammarError as error:
        raise UnreadableError(exclusion.name) from error
    found = []
    for item in _constraint(statement).exclusions:
        element, operator = item.list.items
        names = strings(operator.list.items) if kind(operator) == "list" else []
        index = element.index_elem
        found.append(Element(index.expr, index.name or column_of(index.expr), names[-1] if names else ""))
    return found


def _constraint(statement: Any) -> Any:
    command = statement.alter_table_stmt.cmds[0].alter_table_cmd
    return getattr(command, "def").constraint


def read_exclusions(table: Table, kinds: Mapping[str, Kind]) -> tuple[tuple[Separation, ...], list[str]]:
    """Return what keeps the rows of a table apart, and the names of exclusions that cannot be read."""
    found, unread = [], []
    for exclusion in table.exclusions:
        try:
            separation = _separation(exclusion, kinds)
        except UnreadableError:
            unread.append(exclusion.name)
            continue
        if separation is not None:
            found.append(separation)
    return tuple(found), unread


def _separation(exclusion: Exclusion, kinds: Mapping[str, Kind]) -> Separation | None:
    elements = read_elements(exclusion)
    if all(e.operator == "=" and e.column for e in elements):
        return None
    equal = tuple(e.column for e in elements if e.operator == "=" and e.column in kinds)
    for element in elements:
        if element.operator == "&&" and (period := _period(element, kinds)):
            return Separation(exclusion.name, equal, period)
    raise UnreadableError(exclusion.name)


def _period(element: Element, kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    if element.column in kinds and kinds[element.column].family is Family.RANGE:
        return (element.column,)
    if kind(element.node) != "func_call" or not strings(element.node.func_call.funcname)[-1].endswith("range"):
        return ()
    bounds = tuple(column_of(a) for a in element.node.func_call.args[:2])
    return bounds if len(bounds) == 2 and all(b in kinds and kinds[b].family.is_ordered for b in bounds) else ()


def equal_columns(exclusion: Exclusion) -> tuple[str, ...]:
    """Return the columns of an exclusion that is nothing but a unique set, else nothing."""
    try:
        elements = read_elements(exclusion)
    except UnreadableError:
        return ()
    return tuple(e.column for e in elements) if all(e.operator == "=" and e.column for e in elements) else ()
