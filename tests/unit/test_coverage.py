"""Every row of docs/coverage.md names what exists, and claims no proof that no experiment gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from dbwright.emit import TARGETS
from dbwright.frontends.design_file import load_design
from dbwright.model.design import Design
from dbwright.model.forms import Form, outline_of, written_as
from dbwright.pipeline import PASSES, compile_design, name_of
from dbwright.prove.experiments import FAMILIES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "coverage.md"
STATES = ("proven", "built, not proven", "not yet")
FEWEST = {"000": 20, "001": 80, "002": 80, "003": 30, "004": 20}
"""Rows of each seed at least: a row that goes missing is a demand that nobody answers."""


@dataclass(frozen=True)
class Row:
    """One demand: its number, what it asks, and where it is said, decided, written and tested."""

    number: str
    demand: str
    keys: tuple[str, ...]
    passes: tuple[str, ...]
    targets: tuple[str, ...]
    families: tuple[str, ...]
    state: str


@cache
def rows() -> tuple[Row, ...]:
    """Return the rows of the page in order."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not re.match(r"\| 00\d\.\d+ \|", line):
            continue
        number, demand, *middle, state = (cell.strip() for cell in line.strip("|").split("|"))
        keys, passes, targets, families = (tuple(re.findall(r"`([^`]+)`", cell)) for cell in middle)
        found.append(Row(number, demand, keys, passes, targets, families, state))
    return tuple(found)


@cache
def all_families() -> frozenset[str]:
    """Return every family of claims that the examples lead to."""
    designs = [path for path in (ROOT / "examples").iterdir() if any(path.glob("*.design.yaml"))]
    return frozenset(claim.family for path in designs for claim in compile_design(load_design(path)).claims)


def exists(key: str) -> bool:
    """Return whether a design can say this: `entities.rows.now` leads through the classes of the model."""
    model: type = Design
    for number, name in enumerate(key.split("."), 1):
        found = outline_of(model).keys.get(name)
        if found is None:
            return False
        written = written_as(found.type)
        if number == len(key.split(".")):
            return True
        kind = found.type if written.form is Form.MODEL else written.of
        model = written.of if isinstance(written.of, type) else kind
        if written.form not in (Form.MODEL, Form.NAMED, Form.ITEMS):
            return False
    return True


@pytest.mark.parametrize("seed", FEWEST)
def test_every_seed_has_its_rows_in_order(seed: str) -> None:
    numbers = [row.number for row in rows() if row.number.startswith(seed)]
    assert numbers == [f"{seed}.{n + 1}" for n in range(len(numbers))]
    assert len(numbers) >= FEWEST[seed]


def test_every_row_says_what_it_demands() -> None:
    assert [row.number for row in rows() if len(row.demand) < 5] == []
    assert len({row.demand for row in rows() if row.number.startswith("002")}) == len(
        [row for row in rows() if row.number.startswith("002")]
    )


def test_every_state_is_legal() -> None:
    assert [row for row in rows() if row.state not in STATES] == []


def test_every_key_exists() -> None:
    assert [(row.number, key) for row in rows() for key in row.keys if not exists(key)] == []


def test_every_pass_exists() -> None:
    known = {name_of(step) for step in PASSES}
    assert [(row.number, name) for row in rows() for name in row.passes if name not in known] == []


def test_every_target_exists() -> None:
    assert [(row.number, name) for row in rows() for name in row.targets if name not in TARGETS] == []


def test_every_family_of_claims_exists() -> None:
    assert [(row.number, name) for row in rows() for name in row.families if name not in all_families()] == []


def test_what_is_proven_has_an_experiment() -> None:
    missing = [row for row in rows() if row.state == "proven" and not set(row.families) & FAMILIES.keys()]
    assert [row.number for row in missing] == []


def test_every_experiment_that_the_page_names_is_a_module() -> None:
    text = PAGE.read_text(encoding="utf-8")
    line = re.search(r"Families with experiments: ([^.]+)\.", text)
    assert line is not None
    assert set(re.findall(r"`([^`]+)`", line[1])) == set(FAMILIES)
    assert [module for module in FAMILIES.values() if find_spec(module) is None] == []


def test_what_is_proven_is_built_first() -> None:
    assert [row.number for row in rows() if row.state == "proven" and not (row.passes or row.targets)] == []


def test_what_is_built_names_who_builds_it() -> None:
    assert [row.number for row in rows() if row.state == "built, not proven" and not (row.passes or row.targets)] == []


def test_a_demand_whose_claims_are_all_untested_is_not_called_proven() -> None:
    untested = all_families() - FAMILIES.keys()
    assert [r.number for r in rows() if r.state == "proven" and r.families and set(r.families) <= untested] == []


def test_the_sum_at_the_top_is_right() -> None:
    counts = [sum(row.state == state for row in rows()) for state in STATES]
    proven, built, missing = counts
    text = f"{proven} of {sum(counts)} demands are proven, {built} are built and not proven, {missing} are not met yet."
    assert text in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["entities.rows.later", "access.latency.p95.x", "tables", "roles.sees.masked"])
def test_a_key_that_does_not_exist_is_found(key: str) -> None:
    assert not exists(key)
