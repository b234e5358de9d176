"""Reads and writes the record of a review, a JSON file beside the design: `shop.review.json`, `review.json`."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from dbwright.diagnostics import DesignError, Diagnostic, Span
from dbwright.model.design import Design
from dbwright.model.record import Event, Happening, ReviewRecord
from dbwright.records import fields

SUFFIX = ".design.yaml"
_KEYS = {"what": "event", "role": "as"}


def record_path(design: Path) -> Path:
    """Return where the record of a design's review lies."""
    return path_beside(design, "review.json")


def path_beside(design: Path, name: str) -> Path:
    """Return where a record of a design lies: beside its only file, or in the folder that holds several."""
    if design.is_dir():
        files = [path for path in design.iterdir() if path.name.endswith(SUFFIX)]
        if len(files) != 1:
            return design / name
        design = files[0]
    return design.with_name(f"{design.name.removesuffix(SUFFIX)}.{name}")


def read_record(design: Path) -> tuple[ReviewRecord | None, list[Diagnostic]]:
    """Return the record of a design, None where there is none, and what is wrong with it."""
    path = record_path(design)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None, []
    except (OSError, UnicodeDecodeError) as error:
        return None, [_refused(path, str(error))]
    import json  # few designs have a record, and a check is short

    try:
        return _parsed(json.loads(text)), []
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return None, [_refused(path, f"{type(error).__name__}: {error}")]


def _refused(path: Path, reason: str) -> Diagnostic:
    help_text = "`dbwright review` writes this file; take the last good one from git"
    return Diagnostic("bad-review-record", f"this is no record of a review: {reason}", Span(str(path), 1, 1), help_text)


def _parsed(data: Any) -> ReviewRecord:
    events = tuple(_event(entry) for entry in data["events"])
    facts = {str(name): {str(k): str(v) for k, v in said.items()} for name, said in data["facts"].items()}
    return ReviewRecord(events, MappingProxyType(facts))


def _event(entry: dict[str, object]) -> Event:
    said = {f.name: str(entry.get(_KEYS.get(f.name, f.name), "")) for f in fields(Event)}
    what = next((known for known in get_args(Happening) if known == said["what"]), None)
    if what is None:
        raise ValueError(f"`{said['what']}` is no event")
    return Event(**{**said, "what": what})


def write_state(design: Design, state: str) -> dict[str, str]:
    """Return the file that says the state of the review, with another state; nothing where it stands there already.

    Raise DesignError where the state is not written as one plain word, which is the form that can be replaced.
    """
    review = design.review
    if review is None or review.state == state:
        return {}
    span = review.place.of("state")
    lines = design.sources[span.file].splitlines(keepends=True)
    line = lines[span.line - 1] if span.line else ""
    head, tail = line[: span.column - 1], line[span.column - 1 :]
    changed, count = re.subn(rf"\A(state:\s*){re.escape(review.state)}(?![\w-])", rf"\g<1>{state}", tail)
    if not count:
        message = f"the state of the review is not written as `state: {review.state}`"
        raise DesignError([Diagnostic("state-not-plain", message, span, f"write `state: {state}` yourself")])
    lines[span.line - 1] = head + changed
    return {span.file: "".join(lines)}


def render_record(kept: ReviewRecord) -> str:
    """Return the text of a record; facts that no event needs any more are left out."""
    import json

    needed = {e.facts for e in kept.events[-1:]} | {
        e.facts for r in {e.role for e in kept.events} if (e := kept.approval_of(r)) is not None
    }
    events = [{_KEYS.get(f.name, f.name): v for f in fields(Event) if (v := getattr(e, f.name))} for e in kept.events]
    facts = {name: dict(said) for name, said in kept.facts.items() if name in needed}
    return json.dumps({"events": events, "facts": facts}, indent=1, ensure_ascii=False) + "\n"
