"""Runs the documents of this folder: a design in a `yaml` block, then blocks with the exact output it gives.

A `review` block is the record beside the designs that follow. Where the compiler makes no such mistake, the input is a
`ddl` block: it is loaded into a throw-away server and judged; `ddl running` judges the server, too, as one that
serves somebody, and `ddl planned` compares it with the design before. A `toml` block is the policy of the house for all
that follows; an empty one takes it away.

The words after the fence say which output: `sql tables`, `sql access`, `sql functions`, `sql views`, `diagnostics`,
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from dbwright.api import Check, check
from dbwright.diagnostics import DesignError, in_order, render_text
from dbwright.emit.ddl_access import access_sections
from dbwright.emit.ddl_tables import create_table, indexes, partitions, settings
from dbwright.emit.postgresql import in_reference_order
from dbwright.frontends.dump import read_dump
from dbwright.model.blueprint import Blueprint
from dbwright.passes import claims
from dbwright.passes.volume import sizes_today
from dbwright.records import replace
from dbwright.rules.policy import read_policy
from dbwright.rules.registry import all_rules, judge, manual
from dbwright.server import Server, open_server
from dbwright.theory.amounts import Bound
from dbwright.theory.growth import growths

FOLDER = Path(__file__).parent
BLOCK = re.compile(
    r"^```(yaml|toml|review|ddl|sql|diagnostics|decisions|claims|growth)( [^\n]*)?\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
LONGEST = 150
FIRST_DAY = date(2026, 1, 1)
"""The day on which servers are compared with designs."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, the words after it, its text and where the text stands in the file."""

    kind: str
    words: tuple[str, ...]
    text: str
    start: int
    end: int


def read_blocks(document: str) -> list[Block]:
    """Return the blocks of a document in order."""
    return [Block(m[1], tuple((m[2] or "").split()), m[3], m.start(3), m.end(3)) for m in BLOCK.finditer(document)]


def check_text(text: str, folder: Path) -> Check:
    """Check a design that stands in a block; a missing name or target does not matter there."""
    if not re.search(r"^design:", text, re.MULTILINE):
        text += "design: spec\n"
    path = folder / "spec.design.yaml"
    path.write_text(text, encoding="utf-8")
    return check(path)


def check_ddl(text: str, folder: Path, server: Server, running: bool = False, plan: Blueprint | None = None) -> Check:
    """Check what stands in a block as DDL, as `dbwright check spec.sql` does; but all documents share a server."""
    path = folder / "spec.sql"
    path.write_text(text, encoding="utf-8")
    policy = read_policy(folder / "dbwright.toml") if (folder / "dbwright.toml").exists() else None
    try:
        blueprint, notes = read_dump(path, server, policy.house if policy else None, running)
    except DesignError as error:
        return Check(error.diagnostics, None, {})
    if plan is not None:
        blueprint = replace(blueprint, planned=sizes_today(plan, FIRST_DAY))
    found = [*notes, *judge(blueprint, policy=policy, asked=blueprint.diagnostics)]
    return Check(tuple(in_order(found)), blueprint, {})


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server for all `ddl` blocks; it observes its statements, as production does."""
    with open_server(settings={"shared_preload_libraries": "pg_stat_statements"}) as opened:
        yield opened


def output_of(block: Block, result: Check, folder: Path) -> str:
    """Return what stands in a block after a run."""
    if block.kind == "diagnostics":
        text = render_text(result.diagnostics, result.sources).replace(f"{folder.as_posix()}/", "")
        return text.rstrip("\n") + "\n" if text.strip() else ""
    assert result.blueprint is not None, render_text(result.diagnostics, result.sources)
    if block.kind == "decisions":
        return "".join(_decisions(result.blueprint, block.words))
    if block.kind == "claims":
        promised = claims.run(result.blueprint.design, result.blueprint).claims
        found = [c for c in promised if c.id.startswith(block.words)]
        return "".join(f"{c.id}: {c.promise}{f' ({c.untested})' if c.untested else ''}\n" for c in found)
    if block.kind == "growth":
        return "".join(f"{name}: {g.bound.growth}\n{_steps(g.bound)}" for name, g in growths(result.blueprint).items())
    return _sql(result.blueprint, block.words)


def _steps(bound: Bound) -> str:
    return "".join(f"  {step}\n" for step in bound.steps)


def _decisions(blueprint: Blueprint, prefixes: tuple[str, ...]) -> list[str]:
    found = [d for d in blueprint.decisions if d.code.startswith(prefixes)]
    return [
        f"{d.code}: {d.what}\n  why: {d.why}\n" + "".join(f"  not: {a.what}: {a.cost}\n" for a in d.alternatives)
        for d in found
    ]


def _sql(blueprint: Blueprint, words: tuple[str, ...]) -> str:
    what, names = words[0], words[1:]
    if what == "tables":
        parts: list[str] = []
        done: set[str] = set()
        for table in in_reference_order(blueprint.tables):
            done.add(table.name)
            if not names or table.name in names:
                parts += [
                    create_table(blueprint, table, done),
                    *partitions(blueprint, table),
                    *indexes(blueprint, table),
                    *settings(blueprint, table),
                ]
        return "\n".join(parts) + "\n"
    if what == "functions":
        return "\n".join(f"{f.statement};" for f in blueprint.functions if not names or f.name in names) + "\n"
    if what == "views":
        return "\n".join(f"{v.statement};" for v in blueprint.views if not names or v.name in names) + "\n"
    return "\n".join(line for _, parts in access_sections(blueprint) for line in parts) + "\n"


def run_document(document: str, folder: Path, server: Server) -> str:
    """Return the document with every output block as it is now; blocks are replaced by position."""
    result: Check | None = None
    pieces: list[str] = []
    done = 0
    for block in read_blocks(document):
        if block.kind == "review":
            (folder / "spec.review.json").write_text(block.text, encoding="utf-8")
            continue
        if block.kind == "toml":
            (folder / "dbwright.toml").write_text(block.text, encoding="utf-8")
            continue
        if block.kind == "yaml":
            result = check_text(block.text, folder)
            continue
        if block.kind == "ddl":
            plan = result.blueprint if result is not None and "planned" in block.words else None
            result = check_ddl(block.text, folder, server, "running" in block.words, plan)
            continue
        assert result is not None, "an output block stands before the first design"
        pieces += [document[done : block.start], output_of(block, result, folder)]
        done = block.end
    return "".join([*pieces, document[done:]])


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.md")), ids=lambda p: p.stem)
def test_document_says_what_happens(path: Path, tmp_path: Path, server: Server) -> None:
    document = path.read_text(encoding="utf-8")
    actual = run_document(document, tmp_path, server)
    if os.environ.get("DBWRIGHT_REFRESH"):
        path.write_text(actual, encoding="utf-8")
        return
    assert actual == document


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.md")), ids=lambda p: p.stem)
def test_document_is_short_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_every_rule_has_a_document_and_every_document_a_rule() -> None:
    documents = {p.stem for p in (FOLDER / "rules").glob("*.md")} - {"accept"}
    assert documents == set(all_rules())


@pytest.mark.parametrize("code", sorted(all_rules()))
def test_the_document_of_a_rule_shows_the_finding_and_then_none(code: str) -> None:
    outputs = [b.text for b in read_blocks((FOLDER / "rules" / f"{code}.md").read_text()) if b.kind == "diagnostics"]
    assert f"[{code}]" in outputs[0]
    assert f"[{code}]" not in outputs[1]


@pytest.mark.parametrize("code", sorted(all_rules()))
def test_the_manual_page_of_a_rule_has_its_parts(code: str) -> None:
    page = manual(code)
    assert [part for part in ("What it does:", "Why it matters:", "Instead of:", "Write:") if part not in page] == []
