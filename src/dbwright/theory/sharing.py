"""Shared data: which components write and read it by their access patterns, against what the design says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.model.blueprint import Blueprint
from dbwright.model.operations import Sharing
from dbwright.records import record
from dbwright.theory.conflicts import Transaction, transactions


@record(frozen=True)
class Party:
    """One component of shared data: its patterns that write it and those that only read it."""

    component: str
    writers: tuple[Transaction, ...]
    readers: tuple[Transaction, ...]


def parties(blueprint: Blueprint, shared: Sharing) -> list[Party]:
    """Return the components that the entry names, in its order, then those that use the data all the same."""
    names = {str(e) for e in shared.entities}
    views = {v.name: set(v.reads) for v in blueprint.views}
    found: dict[str, tuple[list[Transaction], list[Transaction]]] = {str(c): ([], []) for c in shared.components}
    for transaction in transactions(blueprint):
        component = str(transaction.pattern.component)
        shown = {table for name in transaction.finds for table in (name, *views.get(name, ()))}
        if not component or not names & {*transaction.writes, *shown}:
            continue
        writers, readers = found.setdefault(component, ([], []))
        (writers if names & set(transaction.writes) else readers).append(transaction)
    return [Party(component, tuple(w), tuple(r)) for component, (w, r) in found.items()]


def unsettled(blueprint: Blueprint, shared: Sharing) -> Iterator[Transaction]:
    """Yield patterns that overwrite shared data blindly where several components write it and another rule is given."""
    writing = [p for p in parties(blueprint, shared) if p.writers]
    if len(writing) < 2 or not shared.conflict or "last" in str(shared.conflict).lower():
        return
    names = {str(e) for e in shared.entities}
    for transaction in _all_writers(writing):
        if names & set(transaction.blind) and not transaction.pattern.conflict and transaction.is_weak:
            yield transaction


def _all_writers(writing: Sequence[Party]) -> Iterator[Transaction]:
    for party in writing:
        yield from party.writers
