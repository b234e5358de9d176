"""The kept advice as data of the site."""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.emit.advice_words import (
    budget_words,
    kind_words,
    missed_words,
    saved_words,
    saving_words,
    search_words,
    standing_words,
    targets_words,
    title_words,
    writes_words,
)
from dbwright.emit.document_advice import is_changed
from dbwright.model.kept_advice import ChosenChange, ChosenIndex, KeptAdvice, Worth
from dbwright.model.written import trim


def describe_advice(advice: KeptAdvice) -> dict[str, object]:
    """Return what the site shows of an advice; of one about another design only that it is."""
    standing = {"standing": standing_words(advice), "current": advice.current, "day": advice.day.isoformat()}
    if not advice.current:
        return trim(standing)
    return trim(
        {
            **standing,
            "applied": advice.applied,
            "cost": [round(advice.before, 2), round(advice.after, 2), round(advice.floor, 2)],
            "saved": saved_words(advice),
            "budget": budget_words(advice),
            "writes": writes_words(advice),
            "targets": targets_words(advice),
            "missed": [[t.name, missed_words(t)] for t in advice.targets if t.why],
            "search": search_words(advice),
            "patterns": [[p.name, p.rate, p.before, p.after] for p in advice.patterns if is_changed(p)],
            "same": sum(not is_changed(p) for p in advice.patterns),
            "indexes": [_index(i) for i in advice.indexes],
            "dropped": list(advice.dropped),
            "unused": list(advice.unused),
            "changes": [_change(c) for c in advice.changes],
            "turnedDown": [[t.what, t.why] for t in advice.turned_down],
            "notes": list(advice.notes),
        }
    )


def _index(index: ChosenIndex) -> dict[str, object]:
    return trim(
        {
            "name": index.name,
            "table": index.table,
            "ddl": index.text,
            "isNew": index.new,
            "bytes": index.bytes,
            "upkeep": round(index.upkeep, 2),
            "worth": _worth(index.worth),
        }
    )


def _change(change: ChosenChange) -> dict[str, object]:
    return trim(
        {
            "title": title_words(change),
            "kind": kind_words(change),
            "isNew": change.new,
            "saving": saving_words(change),
            "bytes": max(0, change.bytes),
            "worth": _worth(change.worth),
            "month": list(change.month) if any(change.month) else [],
            "text": change.text,
            "write": [list(pair) for pair in change.write],
            "cautions": list(change.cautions),
        }
    )


def _worth(worth: Sequence[Worth]) -> list[list[object]]:
    """Each pattern with its cost with something and without it, the most missed first."""
    told = sorted(worth, key=lambda w: (w.with_it - w.without_it, w.pattern))
    return [[w.pattern, w.with_it, w.without_it] for w in told]
