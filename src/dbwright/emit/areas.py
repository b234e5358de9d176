"""The areas of a design, each with a name for a file that stays the same as long as the area keeps its name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table


@dataclass(frozen=True)
class Area:
    """One area: its name as written (empty for tables that name none), its part of a file name, its tables."""

    name: str
    slug: str
    tables: tuple[Table, ...]


def areas(blueprint: Blueprint) -> list[Area]:
    """Return the areas in the order in which tables first name them; tables without an area come last."""
    grouped: dict[str, list[Table]] = {}
    for table in blueprint.tables:
        grouped.setdefault(table.area, []).append(table)
    names = sorted(grouped, key=lambda name: name == "")
    found: list[Area] = []
    for name in names:
        slug = _unused(_slug(name), {area.slug for area in found})
        found.append(Area(name, slug, tuple(grouped[name])))
    return found


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return "-".join(words)[:60] or "other"


def _unused(slug: str, taken: set[str]) -> str:
    number, candidate = 1, slug
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate
