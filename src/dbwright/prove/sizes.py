"""Sizes: rows that are loaded and their indexes take the pages that were predicted from the layout of a row.

The number of values and the lengths of those that vary are the sample's, counted by the server; widths of fixed types,
order, padding and what an index keeps are the design's. So what is judged is what the capacity plan multiplies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dbwright.model.claim import Claim
from dbwright.model.table import Table
from dbwright.planner.counting import count_facts
from dbwright.prove.bench import Bench
from dbwright.prove.ladder import ladder_of
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.records import replace
from dbwright.sizing.facts import ColumnFacts, TableFacts
from dbwright.sizing.layout import PAGE
from dbwright.sizing.tables import facts_at
from dbwright.sizing.totals import table_bytes

WITHIN, UNEVEN = 0.05, 0.12
"""Shares by which a file may differ: one of rows or of a tree, one of an index whose keys no count tells."""
LEAST = 10
"""Pages a file must have to be judged; of several partitions, whose last pages differ by chance, more by the root."""


def test(bench: Bench, claim: Claim) -> Outcome:
    """Compare the files of one table at the largest size that was loaded with what is predicted of as many rows."""
    rung = ladder_of(bench).rungs[-1]
    table = bench.table(str(claim.details["table"]))
    facts = bench.remember("counted facts", lambda: _facts(rung))
    if table.name not in facts:
        return untested("no rows were loaded into it")
    files = [_file(rung, table, *item) for item in _predicted(table, facts).items()]
    judged = [f for f in files if f["pages"] >= LEAST * math.sqrt(f["pieces"])]
    evidence: dict[str, Any] = {"rows": round(facts[table.name].rows), "files": files}
    if not judged:
        return untested(f"none of its files has {LEAST} pages here; larger sizes (--measure) tell more", **evidence)
    wrong = [f for f in judged if abs(f["predicted"] - f["pages"]) > f["allowed"] * f["pages"] + math.sqrt(f["pieces"])]
    if wrong:
        said = "; ".join(f"`{f['file']}` has {f['pages']:,} pages, {f['predicted']:,} were predicted" for f in wrong)
        return broken(said, **evidence)
    worst = max(abs(f["predicted"] / f["pages"] - 1) for f in judged)
    pages = sum(f["pages"] for f in judged)
    return held(f"{len(judged)} of {len(files)} files, {pages:,} pages, are {worst:.1%} off at most", **evidence)


def _facts(rung: Bench) -> dict[str, TableFacts]:
    """What the server counts of the values at one size, with the widths that the design gives to fixed types."""
    rows = {name: float(table.count) for name, table in rung.dataset.tables.items()}
    designed = facts_at(rung.blueprint, rows=rows).tables
    with rung.database.connect() as connection:
        counted = count_facts(connection, rung.blueprint)
    parts = {p.name: t.name for t in rung.blueprint.tables if t.partitioning for p in t.partitioning.partitions}
    return {name: _as_designed(facts, designed[parts.get(name, name)]) for name, facts in counted.items()}


def _as_designed(counted: TableFacts, designed: TableFacts) -> TableFacts:
    known = {c.name: c for c in counted.columns}
    return replace(counted, columns=tuple(_width(known[c.name], c) for c in designed.columns if c.name in known))


def _width(counted: ColumnFacts, designed: ColumnFacts) -> ColumnFacts:
    if designed.value.variable:
        return counted
    return replace(counted, value=designed.value._replace(nulls=counted.value.nulls))


def _predicted(table: Table, facts: Mapping[str, TableFacts]) -> dict[str, int]:
    """Pages by file, but for what moved out of the rows."""
    pieces = [p.name for p in table.partitioning.partitions] if table.partitioning else []
    parts = {name: facts[name] for name in pieces if name in facts}
    found = table_bytes(table, facts[table.name], "built", parts)
    return {name: size // PAGE for (name, kind), size in found.items() if kind != "toast"}


def _file(rung: Bench, table: Table, name: str, predicted: int) -> dict[str, Any]:
    files = rung.files_loaded
    index = next((i for i in table.indexes if i.name == name), None)
    uneven = index is not None and index.method not in ("btree", "brin", "hash")
    return {
        "file": name,
        "pages": files.pages.get(name, 0),
        "predicted": predicted,
        "allowed": UNEVEN if uneven else WITHIN,
        "pieces": files.pieces.get(name, 1),
    }
