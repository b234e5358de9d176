"""What was chosen beyond indexes, in words and as values that JSON knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbwright.model.quantities import show_bytes, show_count
from dbwright.planner.choices.selection import Choices, Tried

MOST_DISMISSED = 8
"""So many candidates that were turned down are told to a person."""


def lines_of(choices: Choices) -> Iterator[str]:
    """Yield what a person reads of choices, a line at a time."""
    told = {"partition": "partition", "summary": "summarize", "rollup": "roll up", "counter": "count", "copy": "copy"}
    for tried in choices.chosen:
        added = f", {show_bytes(tried.size)} more" if tried.size > 0 else ""
        yield f"{told[tried.candidate.kind]}: {_title(tried)}, saves {show_rate(tried.saved)} {tried.unit}{added}"
        yield from (f"    {line}" for line in tried.written.splitlines())
        yield from (f"    {line}" for line in worth(tried))
        if tried.candidate.made is not None:
            yield "    the entity and the pattern that keeps it are yours to add: no job runs by itself"
        for pattern, statement in tried.candidate.statements.items():
            yield f"    to use it, `{pattern}` must say:"
            yield f"      {statement}"
    for tried in choices.kept:
        worth_it = f"saves {show_rate(tried.saved)} a second"
        if tried.saved <= 0:
            worth_it = f"costs {show_rate(-tried.saved)} a second, and its rows leave by it"
        yield f"kept in partitions: {tried.candidate.entity}, {worth_it}"
        yield from (f"    {line}" for line in worth(tried))
    if choices.dismissed:
        yield "turned down beyond indexes:"
    for one in choices.dismissed[:MOST_DISMISSED]:
        yield f"  {one.subject} ({one.what}): {one.why}"
    if len(choices.dismissed) > MOST_DISMISSED:
        yield f"  and {len(choices.dismissed) - MOST_DISMISSED} more, which --format json tells"
    passed = f"; {choices.passed} changes not tried, as their patterns are little more than look-ups"
    yield f"{choices.tried} designs priced{passed if choices.passed else ''}"


def _title(tried: Tried) -> str:
    candidate = tried.candidate
    return f"{candidate.subject} by {candidate.what}" if candidate.kind == "partition" else candidate.what


def worth(tried: Tried) -> Iterator[str]:
    """Yield what a change is worth, in lines: each pattern with and without it, what upkeep changes, what to know."""
    for e in sorted(tried.effects, key=lambda e: -abs(e.rate * (e.without_it - e.with_it))):
        yield f"{e.pattern}: {e.with_it:,.0f}, without it {e.without_it:,.0f}"
    without_it, with_it = tried.month
    if abs(without_it - with_it) > 1:
        yield f"to let a month of rows go: {with_it:,.0f}, without it {without_it:,.0f}"
    for name, change in tried.changes[:3]:
        if not name.startswith("retention") and abs(change) >= max(0.1, 0.01 * abs(tried.saved)):
            yield f"{name}: {abs(change):,.1f} a second {'more' if change > 0 else 'less'}"
    if tried.key:
        yield f"the primary key grows by {', '.join(tried.key)}, as every key of a partitioned table must hold it"
    yield from tried.candidate.cautions


def show_rate(cost: float) -> str:
    """Return units of cost for people."""
    return show_count(cost) if cost >= 1000 else format(cost, ".3g")


def plain_choices(choices: Choices) -> dict[str, Any]:
    """Return choices as values that JSON knows."""
    return {
        "chosen": [_plain(t) for t in choices.chosen],
        "standing": [_plain(t) for t in choices.kept],
        "turned_down": [
            {"kind": d.kind, "subject": d.subject, "what": d.what, "why": d.why} for d in choices.dismissed
        ],
        "designs_priced": choices.tried,
        "not_tried": choices.passed,
        "writing": choices.writing.plain(),
    }


def _plain(tried: Tried) -> dict[str, Any]:
    return {
        "kind": tried.candidate.kind,
        "subject": tried.candidate.subject,
        "what": tried.candidate.what,
        "saved": round(tried.saved, 3),
        "reads": round(tried.reads, 3),
        "upkeep": round(tried.upkeep, 3),
        "writing": round(tried.writing, 3),
        "upkeep_by": {name: round(change, 3) for name, change in tried.changes},
        "bytes": tried.size,
        "statements": [
            {"name": e.pattern, "rate": e.rate, "cost": e.with_it, "cost_without": e.without_it} for e in tried.effects
        ],
        **({"month": {"cost": tried.month[1], "cost_without": tried.month[0]}} if any(tried.month) else {}),
        "key_grows_by": list(tried.key),
        "write": dict(tried.candidate.statements),
        **({"ddl": list(tried.candidate.ddl)} if tried.candidate.ddl else {"design": tried.written}),
        "cautions": list(tried.candidate.cautions),
    }
