"""Tables below others: what is said of a parent is not said again of each partition, nor of a column that came down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dbwright.diagnostics import NOWHERE, Diagnostic
from dbwright.model.blueprint import Blueprint

_NAMED = re.compile(r"`([^`]+)`")
OF_EACH = ("likely-reference",)
"""Rules that know partitions themselves."""


def without_repetitions(blueprint: Blueprint, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the findings without those that say of a partition what is said of its parent.

    A table that inherits without being a partition has its own keys and references: only what is said of a column that
    came from above is left out.
    """
    listed = list(found)
    children = blueprint.live.children if blueprint.live else ()
    if not children:
        return listed
    said = {(d.code, d.message) for d in listed}
    partitions = {c.table: c.parent for c in children if c.partition}
    below = {c.table: c.parent for c in children}
    return [d for d in listed if d.span != NOWHERE or d.code in OF_EACH or not _repeats(d, partitions, below, said)]


def _repeats(
    found: Diagnostic, partitions: Mapping[str, str], below: Mapping[str, str], said: set[tuple[str, str]]
) -> bool:
    """Whether the same is said of a parent: of a partition all, of another child only what names one of its columns."""
    for name in dict.fromkeys(_NAMED.findall(found.message)):
        table = name.rpartition(".")[0]
        child, parent = (name, partitions[name]) if name in partitions else (table, below.get(table, ""))
        if parent and (found.code, _renamed(found.message, child, parent)) in said:
            return True
    return False


def _renamed(message: str, child: str, parent: str) -> str:
    return re.sub(rf"`{re.escape(child)}(?=[`.])", lambda _: f"`{parent}", message)
