"""Which indexes a choice may not do without: those that keep an access pattern from growing faster than it may.

The weights of a workload know what a call costs at the horizon. They do not know that a list for one tenant must
not read all of that tenant's rows, however seldom it is asked for; `dbwright check` does, and so does this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from dbwright.diagnostics import Diagnostic, Span
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Index, IndexKey
from dbwright.planner.advisor.definition import Definition
from dbwright.records import replace
from dbwright.sizing.definitions import read_index
from dbwright.theory.growth import growths

Obligations = Callable[[Iterable[str], Sequence[Definition]], Mapping[str, str]]
"""From the names of the indexes that stay, and those that come, to the names of others that must stay as well: why."""


def obligations_of(blueprint: Blueprint) -> Obligations:
    """Return what finds the obligations of choices for a blueprint whose own indexes meet as many as they can."""
    met = frozenset(name for name, growth in growths(blueprint).items() if not growth.fails)

    def missing(kept: Iterable[str], made: Sequence[Definition]) -> Mapping[str, str]:
        chosen = _with_indexes(blueprint, frozenset(kept), made)
        needed: dict[str, str] = {}
        while lost := sorted(_failing(chosen) & met):
            more = _smallest_help(blueprint, chosen, lost[0])
            if not more:
                break
            growth = growths(chosen)[lost[0]].bound.growth
            needed |= dict.fromkeys((i.name for i in more), f"without it `{lost[0]}` is {growth}, which it may not be")
            chosen = _with_more(chosen, more)
        return needed

    return missing


def blameless(
    blueprint: Blueprint, rules: Iterable[Callable[[Blueprint], Iterable[Diagnostic]]]
) -> Callable[[Sequence[Definition]], list[Definition]]:
    """Return what leaves out of candidates those that one of these rules would find fault with, each by itself."""

    def sift(candidates: Sequence[Definition]) -> list[Definition]:
        places = {Span("candidate", number, 1): d for number, d in enumerate(candidates, start=1)}
        tables = []
        for table in blueprint.tables:
            own = (replace(_index(d), span=span) for span, d in places.items() if d.table == table.name)
            tables.append(replace(table, indexes=tuple(own)))
        tried = blueprint.put(*tables)
        found = {diagnostic.span for rule in rules for diagnostic in rule(tried)}
        return [d for span, d in places.items() if span not in found]

    return sift


def _failing(blueprint: Blueprint) -> frozenset[str]:
    return frozenset(name for name, growth in growths(blueprint).items() if growth.fails)


def _smallest_help(whole: Blueprint, chosen: Blueprint, pattern: str) -> list[Index]:
    """The indexes of the blueprint that let a pattern keep its class again: one if one does, else all that serve it."""
    there = {i.name for t in chosen.tables for i in t.indexes}
    gone = [i for t in whole.tables for i in t.indexes if i.name not in there]
    gone.sort(key=lambda i: (f"access.{pattern}" not in i.serves, len(i.keys) + len(i.include), i.name))
    for index in gone:
        if not growths(_with_more(chosen, [index]))[pattern].fails:
            return [index]
    return gone


def _with_more(blueprint: Blueprint, more: Sequence[Index]) -> Blueprint:
    tables = (t for t in blueprint.tables if any(i.table == t.name for i in more))
    return blueprint.put(*(replace(t, indexes=(*t.indexes, *(i for i in more if i.table == t.name))) for t in tables))


def _with_indexes(blueprint: Blueprint, kept: frozenset[str], made: Sequence[Definition]) -> Blueprint:
    """The blueprint with those of its indexes that are kept, and with those that come."""
    tables = []
    for table in blueprint.tables:
        stays = [read_index(i) for i in table.indexes if i.name in kept]
        comes = [_index(d) for d in made if d.table == table.name]
        tables.append(replace(table, indexes=(*stays, *comes)))
    return blueprint.put(*tables)


def _index(definition: Definition) -> Index:
    keys = tuple(IndexKey(k.text, k.operator_class, k.descending, k.is_expression) for k in definition.keys)
    return Index(definition.name(), definition.table, keys, definition.method, definition.include, definition.where)
