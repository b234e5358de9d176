"""Indexes that would be a gamble: they are walked in order until a limit is full, past rows of which nobody knows how
many match.

How many rows contain a value is a fixed guess of the planner where the value is not known (DEFAULT_MATCHING_SEL, one
percent, selfuncs.h). A walk in order looks cheap under it, and reads the whole table when nothing matches. So an index
that gives nothing but the order of such a statement is no candidate: the one that finds the matches is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from dbwright.model.blueprint import Blueprint
from dbwright.planner.advisor.definition import Definition
from dbwright.planner.questions import questions_of
from dbwright.sql.queries import TableUse

GUESSED = frozenset(("@>", "<@", "&&", "?", "?|", "?&", "@@", "@?", "~", "~*", "like", "ilike", "~~", "~~*"))
"""Operators of which the planner knows nothing but a constant where the other side is a parameter."""


def without_gambles(blueprint: Blueprint) -> Callable[[Sequence[Definition]], list[Definition]]:
    """Return what leaves out of candidates those that would be a gamble for one statement and are for no other."""
    tenants = {t.name: t.tenant_column for t in blueprint.tables}
    uses = [use for question in questions_of(blueprint) for use in question.query.uses]
    gambles = {place for use in uses if _is_guess(use) for place in _orders(use)}
    gambles -= {place for use in uses if not _is_guess(use) for place in _found_first(use, tenants.get(use.table, ""))}

    def sift(candidates: Sequence[Definition]) -> list[Definition]:
        first = ((d, _first_key(d, tenants.get(d.table, ""))) for d in candidates)
        return [d for d, key in first if (d.table, key) not in gambles and not _is_fixed(d, key)]

    return sift


def _is_guess(use: TableUse) -> bool:
    guessed = any(c.operator.lower() in GUESSED and c.parameters for c in use.conditions)
    return guessed and use.limited and bool(use.orders)


def _orders(use: TableUse) -> Iterator[tuple[str, str]]:
    yield from ((use.table, o.column) for o in use.orders[:1])


def _found_first(use: TableUse, tenant: str) -> Iterator[tuple[str, str]]:
    """What an honest index of a statement may begin with: what is compared, or the order where nothing is."""
    compared = [c.column for c in use.conditions if c.column != tenant]
    yield from ((use.table, column) for column in compared)
    if not compared:
        yield from _orders(use)


def _is_fixed(definition: Definition, key: str) -> bool:
    """Whether a partial index leads with what its predicate has settled, so that all its entries begin alike."""
    return bool(key) and re.match(rf"\(?{re.escape(key)}\)?( = .*|$)", definition.where) is not None


def _first_key(definition: Definition, tenant: str) -> str:
    """The first key of a B-tree that is not the tenant's; nothing for other methods, which give no order."""
    if definition.method != "btree":
        return ""
    return next((key for key in definition.columns if key != tenant), "")
