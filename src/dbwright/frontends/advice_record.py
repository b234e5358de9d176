"""Reads and writes the record of an advice, a JSON file beside the design: `shop.advice.json`, `advice.json`.

It holds what `dbwright advise --format json` tells, and whether it was written into the design.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dbwright.frontends.kept_record import RecordKind, read_kept, record_beside, render_kept
from dbwright.model.blueprint import Blueprint
from dbwright.model.kept_advice import ChosenChange, ChosenIndex, KeptAdvice, KeptTarget, PatternCost, TurnedDown, Worth

KIND = RecordKind("advice.json", "advised", "an advice", "advise")
UNLIMITED = 1 << 60
"""A budget of so many bytes is none."""


def advice_path(design: Path) -> Path:
    """Return where the record of the advice for a design lies."""
    return record_beside(design, KIND)


def render_advice(blueprint: Blueprint, day: date, told: Mapping[str, Any], applied: bool) -> str:
    """Return the record of an advice of that day, as told in JSON; the blueprint is that of the design it left."""
    return render_kept(KIND, blueprint, day, {"applied": applied, "advice": told})


def read_advice(design: Path, blueprint: Blueprint) -> KeptAdvice | None:
    """Return the advice that is kept beside a design, None where there is none; raise DesignError."""
    return read_kept(KIND, design, blueprint, _advice)


def _advice(said: Mapping[str, Any], day: date, current: bool) -> KeptAdvice:
    told = said["advice"]
    cost, size = told["cost"], told["bytes"]
    budget = int(size["budget"])
    choices, writing = told.get("choices", {}), told.get("writing")
    return KeptAdvice(
        day=day,
        current=current,
        applied=bool(said["applied"]),
        patterns=tuple(
            PatternCost(str(s["name"]), float(s["weight"]), float(s["before"]), float(s["after"]))
            for s in told["statements"]
        ),
        indexes=(*(_index(i, True) for i in told["indexes"]), *(_index(i, False) for i in told["kept"])),
        dropped=tuple(map(str, told["drop"])),
        unused=tuple(map(str, told["unused"])),
        changes=(
            *(_change(c, True) for c in choices.get("chosen", ())),
            *(_change(c, False) for c in choices.get("standing", ())),
        ),
        turned_down=tuple(_turned_down(told)),
        before=float(cost["before"]),
        after=float(cost["after"]),
        floor=float(cost["floor"]),
        gap=float(told["gap"]),
        budget=0 if budget >= UNLIMITED else budget,
        added=int(size["used"]),
        size=int(size.get("after", size["used"])),
        candidates=int(told["candidates"]),
        questions=int(told["questions"]),
        seconds=float(told["seconds"]),
        notes=tuple(map(str, told["notes"])),
        writes=(float(writing["today"]), float(writing["added"])) if writing else None,
        targets=tuple(_target(t) for t in told.get("targets", ())),
    )


def _target(said: Mapping[str, Any]) -> KeptTarget:
    return KeptTarget(
        str(said["name"]), float(said["target"]), float(said["before"]), float(said["after"]), str(said["why"])
    )


def _index(said: Mapping[str, Any], new: bool) -> ChosenIndex:
    return ChosenIndex(
        str(said["name"]),
        str(said["table"]),
        str(said["ddl"]),
        new,
        int(said["bytes"]),
        float(said["upkeep"]),
        _worth(said["statements"]),
    )


def _change(said: Mapping[str, Any], new: bool) -> ChosenChange:
    month = said.get("month", {"cost": 0, "cost_without": 0})
    return ChosenChange(
        kind=str(said["kind"]),
        subject=str(said["subject"]),
        what=str(said["what"]),
        new=new,
        saved=float(said["saved"]),
        bytes=int(said["bytes"]),
        upkeep=float(said["upkeep"]),
        worth=_worth(said["statements"]),
        month=(float(month["cost"]), float(month["cost_without"])),
        text=str(said.get("design", "")),
        write=tuple((str(name), str(sql)) for name, sql in said["write"].items()),
        cautions=tuple(map(str, said["cautions"])),
    )


def _worth(said: Any) -> tuple[Worth, ...]:
    return tuple(Worth(str(s["name"]), float(s["cost"]), float(s["cost_without"])) for s in said)


def _turned_down(told: Mapping[str, Any]) -> Iterator[TurnedDown]:
    """What was turned down: beyond indexes first, of which there are few."""
    for one in told.get("choices", {}).get("turned_down", ()):
        yield TurnedDown(f"{one['subject']} ({one['what']})", str(one["why"]))
    for one in told["rejected"]:
        yield TurnedDown(str(one["ddl"]), str(one["why"]))
