"""Which access patterns meet when two sessions run at once, as claims that two sessions test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Claim
from dbwright.theory.conflicts import Transaction, conflict, meeting, overwrites, transactions
from dbwright.theory.programs import Hazard, Unit, hazards, units
from dbwright.theory.telling import steps_in_words


def meeting_claims(blueprint: Blueprint) -> Iterator[Claim]:
    """Yield a claim for each pair of writers that touch the same rows, each overwritten reading, and each cycle."""
    found = transactions(blueprint)
    for one, other in meeting([t for t in found if t.writes]):
        if conflict(one, other) and (_thought_of(one, other) or not _only_adds(one, other)):
            yield _in_order(one, other)
    for overwrite in overwrites(found):
        writer, reader = overwrite.writer, overwrite.reader
        if writer.pattern.conflict or writer.isolation != "read committed":
            continue
        yield Claim(
            f"concurrency/{reader.name}.{writer.name}.overwrite",
            "concurrency",
            writer.name,
            f"what one session writes by `{writer.name}` is not lost to another that had run `{reader.name}` before",
            {"kind": "overwrite", "patterns": (reader.name, writer.name)},
            span=writer.pattern.sql.span,
        )
    cycles = hazards(blueprint)
    cuts = {h.units[0].name: h.cut for h in cycles if _is_of_one(h)}
    yield from (_whole(unit, cuts) for unit in units(blueprint) if unit.declared and unit.writes)
    yield from (_explained(hazard) for hazard in cycles if not _is_of_one(hazard))


def _is_of_one(hazard: Hazard) -> bool:
    return [u.name for u in hazard.units] == [hazard.units[0].name] * 2


def _whole(unit: Unit, cuts: Mapping[str, int]) -> Claim:
    """Two sessions run the same steps; the first stops where it is dangerous, else before its last one."""
    rule = f" ({unit.conflict})" if unit.conflict else ""
    promise = f"two sessions that run the steps of `{unit.name}` leave what one after the other leaves{rule}"
    details = {"kind": "cycle", "units": (unit.name, unit.name), "cut": cuts.get(unit.name, len(unit.steps) - 2)}
    return Claim(f"concurrency/{unit.path}", "concurrency", unit.name, promise, details, span=unit.span)


def _explained(hazard: Hazard) -> Claim:
    names = tuple(u.name for u in hazard.units)
    listed = ", ".join(f"`{name}`" for name in names[:-1]) + f" and `{names[-1]}`"
    return Claim(
        f"concurrency/cycle.{'.'.join(names)}",
        "concurrency",
        names[0],
        f"{listed} at once leave, and show, what one after the other does",
        {"kind": "cycle", "units": names, "cut": hazard.cut, "paper": steps_in_words(hazard)},
        span=hazard.units[0].span,
    )


def _only_adds(one: Transaction, other: Transaction) -> bool:
    """New rows meet only in keys, and each key has a claim of its own; what asks first or updates is another matter."""
    return all(t.adds and not t.reads for t in (one, other))


def _thought_of(one: Transaction, other: Transaction) -> bool:
    """Whether the design says what happens when two sessions run the same pattern."""
    pattern = one.pattern
    return one is other and bool(pattern.conflict or one.isolation != "read committed")


def _in_order(one: Transaction, other: Transaction) -> Claim:
    names = (one.name, other.name)
    twice = one.name == other.name
    at_once = f"two sessions in `{one.name}`" if twice else f"`{one.name}` and `{other.name}` at once"
    rule = f" ({one.pattern.conflict})" if twice and one.pattern.conflict else ""
    return Claim(
        f"concurrency/{one.name}" if twice else f"concurrency/{one.name}.{other.name}",
        "concurrency",
        one.name,
        f"{at_once} leave what one after the other leaves{rule}",
        {"kind": "order", "patterns": names},
        span=one.pattern.place.of("conflict"),
    )
