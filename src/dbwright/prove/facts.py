"""Facts about a database: what stands there, one line a fact, comparable as plain text.

Two readers make them: `dump_facts` from what pg_dump prints, `blueprint_facts` from what was decided. They share only
this spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Subject:
    """What a fact is about: the table (empty for the schema itself), the kind of object and its name."""

    table: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


Facts = Mapping[Subject, str]
AS_WRITTEN = "as written"
"""The fact about an object that the design gives as SQL: it stands there, however the server spells it."""


def differences(wanted: Facts, found: Facts) -> list[str]:
    """Return in words what is missing, what is extra and what is different, in order of name."""
    lines = []
    for subject in sorted(set(wanted) | set(found)):
        if subject not in found:
            lines.append(f"{subject} is missing")
        elif subject not in wanted:
            lines.append(f"{subject} was not decided")
        elif wanted[subject] not in (AS_WRITTEN, found[subject]):
            lines.append(f"{subject}: decided was {wanted[subject]}, the server has {found[subject]}")
    return lines


def listing(parts: list[str]) -> str:
    """Return the parts of a fact as one line, the empty ones left out."""
    return " ".join(p for p in parts if p)
