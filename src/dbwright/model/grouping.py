"""Grouping once instead of searching often: what belongs to one name is then found without looking at the rest."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)
Item = TypeVar("Item")


def grouped(pairs: Iterable[tuple[Name, Item]]) -> dict[Name, list[Item]]:
    """Return the items by name, names and items each in the order in which they came."""
    found: dict[Name, list[Item]] = {}
    for name, item in pairs:
        found.setdefault(name, []).append(item)
    return found
