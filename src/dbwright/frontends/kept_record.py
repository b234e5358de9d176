"""Records that stand beside a design and that builds show: JSON with the day, and the hash of what it was about.

What was found of a design says nothing any more once what the design says, or what is decided from it, has changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from dbwright.diagnostics import DesignError, Diagnostic, Span
from dbwright.frontends.review_record import path_beside
from dbwright.model.blueprint import Blueprint
from dbwright.records import record
from dbwright.reviewing.facts import facts_of, hash_of

T = TypeVar("T")


@record(frozen=True)
class RecordKind:
    """A kind of record: how its file is called beside a design, the key of its day, its name, what writes it."""

    file: str
    done: str
    name: str
    command: str


def record_beside(design: Path, kind: RecordKind) -> Path:
    """Return where the record of that kind lies."""
    return path_beside(design, kind.file)


def render_kept(
    kind: RecordKind,
    blueprint: Blueprint,
    day: date,
    said: Mapping[str, Any],
    plain: Callable[[Any], object] | None = None,
) -> str:
    """Return the text of a record of that day; `plain` makes JSON of values that it does not know."""
    kept = {kind.done: day.isoformat(), "design": hash_of(facts_of(blueprint)), **said}
    return json.dumps(kept, indent=1, ensure_ascii=False, default=plain) + "\n"


def read_kept(
    kind: RecordKind, design: Path, blueprint: Blueprint, read: Callable[[Mapping[str, Any], date, bool], T]
) -> T | None:
    """Return what `read` makes of the record beside a design, its day, and whether it is about this design.

    None where there is no record. Raise DesignError for a file that is none.
    """
    path = record_beside(design, kind)
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        day = date.fromisoformat(said[kind.done])
        return read(said, day, said["design"] == hash_of(facts_of(blueprint)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        text = f"{path.name} is no record of {kind.name}: {error}"
        help_text = f"delete it, or write it anew: dbwright {kind.command} {design} --record"
        code = f"{kind.file.removesuffix('.json')}-record"
        raise DesignError([Diagnostic(code, text, Span(path.as_posix(), 1, 1), help_text)]) from None
