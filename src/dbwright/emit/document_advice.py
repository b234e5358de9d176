"""What the advisor chose (seed 002, output 4): costs with and without it, bytes, upkeep, and what it turned down."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from dbwright.emit.advice_words import (
    budget_words,
    cost_text,
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
from dbwright.emit.blocks import Block, Bullets, Code, Fence, Grid, Heading, Inline, Paragraph, labelled, listing
from dbwright.emit.material import Material
from dbwright.emit.wording import DICTIONARY, pattern_link, table_link
from dbwright.model.kept_advice import ChosenChange, ChosenIndex, KeptAdvice, PatternCost, TurnedDown, Worth
from dbwright.model.quantities import show_bytes

NOTICED = 1.01
"""A pattern whose cost changes by less stays as it is."""
MOST_TURNED_DOWN = 12
_BAR = 24
_FEW = 12


def advice_section(material: Material) -> Iterator[Block]:
    """Yield the advice that is kept beside the design; where none is, how to ask for it."""
    yield Heading(3, "Advice on Indexes, Partitions and Stored Answers", "advice")
    advice = material.advice
    if advice is None:
        yield Paragraph("The advisor was not asked, or its word was not kept: type `dbwright advise DESIGN --record`.")
        return
    yield Paragraph(standing_words(advice))
    if not advice.current:
        return
    told = (
        ("Cost of all patterns", _total(advice)),
        ("Bytes of indexes that were decided", budget_words(advice)),
        ("Writes", writes_words(advice)),
        ("Latency targets", targets_words(advice)),
        ("How it was chosen", search_words(advice)),
    )
    yield labelled(*((label, words) for label, words in told if words))
    yield from _missed(material, advice)
    yield from _patterns(material, advice)
    yield from _indexes(material, advice)
    yield from _changes(material, advice)
    yield from _turned_down(advice)
    if advice.notes:
        yield Bullets(advice.notes)


def _missed(material: Material, advice: KeptAdvice) -> Iterator[Block]:
    missed = [t for t in advice.targets if t.why]
    if missed:
        yield Paragraph("Latency targets that stay out of reach:")
        yield Bullets(tuple((_pattern(material, t.name), f" {missed_words(t)}") for t in missed))


def _total(advice: KeptAdvice) -> str:
    return (
        f"{cost_text(advice.before)} a second before, {cost_text(advice.after)} with what was chosen: "
        f"{saved_words(advice)} is saved; {cost_text(advice.floor)} with every candidate at once and no upkeep"
    )


def _patterns(material: Material, advice: KeptAdvice) -> Iterator[Block]:
    """The patterns whose cost changes, with bars of it; the axis is logarithmic."""
    changed = [p for p in advice.patterns if is_changed(p)]
    same = len(advice.patterns) - len(changed)
    if not changed:
        yield Paragraph("No pattern gets cheaper or dearer.")
        return
    most = max(max(p.before, p.after) for p in changed)
    changed.sort(key=lambda p: (-p.rate * abs(p.before - p.after), p.name))
    rows: list[tuple[Inline, ...]] = []
    for p in changed:
        bars = Code(f"{_bar(p.before, most)} → {_bar(p.after, most)}")
        rows.append((_pattern(material, p.name), f"{p.rate:.3g}/s", cost_text(p.before), cost_text(p.after), bars))
    yield Grid(
        ("Access pattern", "Calls", "Cost before", "Cost after", "Before → after, a logarithmic scale"), tuple(rows)
    )
    if same:
        yield Paragraph(
            f"{same} more cost what they cost before. Costs are in the planner's units: a page in sequence is 1."
        )


def is_changed(pattern: PatternCost) -> bool:
    """Return whether the cost of a pattern changes by a percent or more."""
    low, high = sorted((max(pattern.before, 0.01), max(pattern.after, 0.01)))
    return high / low >= NOTICED


def is_statement(one: TurnedDown) -> bool:
    """Return whether what was turned down is told as DDL."""
    return one.what.startswith("create index")


def _bar(cost: float, most: float) -> str:
    return "█" * max(1, round(_BAR * math.log10(1 + cost) / math.log10(1 + most))) if most > 0 else "█"


def _indexes(material: Material, advice: KeptAdvice) -> Iterator[Block]:
    if advice.indexes:
        yield Grid(
            ("Index", "Table", "Bytes", "Upkeep a second", "What for"),
            tuple(_index(material, i) for i in advice.indexes),
        )
    for title, names in (("Dropped, as others do their work", advice.dropped), ("Used by no pattern", advice.unused)):
        if names:
            yield labelled((title, listing(Code(n) for n in names)))


def _index(material: Material, index: ChosenIndex) -> tuple[Inline, ...]:
    name: Inline = (Code(index.name), " (new)" if index.new else " (stays)")
    worth = _worth(material, index.worth) if index.worth else "keeps its patterns in their class of growth"
    upkeep = cost_text(index.upkeep) if index.upkeep >= 0.05 else "none"
    return (name, table_link(index.table, DICTIONARY), show_bytes(index.bytes), upkeep, worth)


def _worth(material: Material, worth: Sequence[Worth]) -> Inline:
    told = sorted(worth, key=lambda w: (w.with_it - w.without_it, w.pattern))
    return listing(
        (
            (_pattern(material, w.pattern), f" {cost_text(w.with_it)}, without it {cost_text(w.without_it)}")
            for w in told[:_FEW]
        ),
        "; ",
    )


def _pattern(material: Material, name: str) -> Inline:
    return pattern_link(name) if any(u.name == name for u in material.uses) else Code(name)


def _changes(material: Material, advice: KeptAdvice) -> Iterator[Block]:
    if not advice.changes:
        return
    yield Grid(
        ("Beyond indexes", "Kind", "Worth", "Bytes", "What for"),
        tuple(_change(material, c) for c in advice.changes),
    )
    for change in advice.changes:
        if change.new and (change.text or change.write):
            yield Paragraph((f"{title_words(change)}: what it asks for",))
            yield Fence("yaml", change.text)
            for name, sql in change.write:
                yield Paragraph(("To use it, ", _pattern(material, name), " must say:"))
                yield Fence("sql", sql)


def _change(material: Material, change: ChosenChange) -> tuple[Inline, ...]:
    title = f"{title_words(change)} ({'new' if change.new else 'stays'})"
    without, with_it = change.month[1], change.month[0]
    month = f"a month of rows goes for {cost_text(with_it)}, without it for {cost_text(without)}" if without else ""
    worth = listing([w for w in (_worth(material, change.worth), month) if w], "; ")
    return (title, kind_words(change), saving_words(change), show_bytes(max(0, change.bytes)), worth)


def _turned_down(advice: KeptAdvice) -> Iterator[Block]:
    if not advice.turned_down:
        return
    yield Paragraph("Turned down:")
    shown = ((Code(t.what) if is_statement(t) else t.what, t.why) for t in advice.turned_down[:MOST_TURNED_DOWN])
    yield Bullets(tuple((what, f": {why}") for what, why in shown))
    more = len(advice.turned_down) - MOST_TURNED_DOWN
    if more > 0:
        yield Paragraph(f"{more} more stand in the record of the advice.")
