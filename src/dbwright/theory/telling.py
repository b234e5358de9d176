"""A dangerous cycle in words: the schedule that shows it, in the names of the design."""

from __future__ import annotations

from dbwright.theory.programs import Hazard


def schedule_in_words(found: Hazard) -> str:
    """Return the schedule in one sentence, from the read that is overtaken to what no order explains."""
    first, *others = found.units
    read, *between, back = (f"`{item.rpartition('.')[0]}`" for item in found.items)
    at = f" (in `{first.steps[found.cut].name}`)" if first.declared else ""
    told = [f"`{first.name}` reads {read}{at}", f"{_other(found, 0)} changes it and commits"]
    for number, table in enumerate(between, start=1):
        told.append(f"{_other(found, number)} meets that in {table} and commits")
    last = _other(found, len(others) - 1) if len(others) > 1 else "it"
    end = (
        f"{last} has not seen what `{first.name}` writes to {back}"
        if found.ends_in_reader
        else (f"`{first.name}` goes on in {back}, which {last} has touched")
    )
    return f"{', then '.join(told)}, but {end}: no order of the {_count(found)} explains what comes out"


def steps_in_words(found: Hazard) -> list[str]:
    """Return the same schedule as steps, one session a line."""
    first, *others = found.units
    whole = found.cut == len(first.steps) - 1
    upto = "runs" if whole else f"runs up to `{first.steps[found.cut].name}`"
    lines = [f"session 1: begin {first.isolation}; `{first.name}` {upto} and does not commit"]
    for number, unit in enumerate(others, start=2):
        lines.append(f"session {number}: begin {unit.isolation}; `{unit.name}` runs and commits")
    return [*lines, f"session 1: {'commits' if whole else 'goes on and commits'}"]


def _other(found: Hazard, number: int) -> str:
    unit = found.units[number + 1]
    return f"another `{unit.name}`" if unit.name == found.units[0].name else f"`{unit.name}`"


def _count(found: Hazard) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(len(found.units), str(len(found.units)))
