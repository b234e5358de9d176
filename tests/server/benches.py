"""Benches for the tests of experiments: a loaded and filled design, and broken copies of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dbwright.emit import emit_all
from dbwright.frontends.design_file import load_design
from dbwright.model.claim import Claim, Finding, Verdict
from dbwright.pipeline import compile_design
from dbwright.prove.bench import Bench, open_bench
from dbwright.prove.run import test_claims as findings_of
from dbwright.server import Server

ROOT = Path(__file__).parents[2]
FEDIFLOW = ROOT / "examples/fediflow/fediflow.design.yaml"


def claim_of(bench: Bench, claim_id: str) -> Claim:
    """Return the claim of that id; raise StopIteration where there is none."""
    return next(c for c in bench.blueprint.claims if c.id == claim_id)


def judge(bench: Bench, claim_id: str) -> Finding:
    """Return the finding on one claim."""
    return next(iter(findings_of(bench, [claim_of(bench, claim_id)])))


@contextmanager
def open_design(path: Path, server: Server, rows: int) -> Iterator[Bench]:
    """A bench of the design in a file."""
    blueprint = compile_design(load_design(path))
    with open_bench(blueprint, emit_all(blueprint), server, rows) as bench:
        yield bench


@contextmanager
def mutated(bench: Bench, *statements: str, undo: str = "") -> Iterator[Bench]:
    """A copy of the bench's database, broken by the statements; `undo` mends what the whole server shares."""
    bench.close()
    with bench.database.clone() as copy:
        broken_bench = Bench(bench.blueprint, bench.files, copy, bench.dataset)
        try:
            copy.run_sql(";\n".join(statements) + ";")
            yield broken_bench
        finally:
            broken_bench.close()
            broken_bench.drop_copy()
            broken_bench.closing.close()
            if undo:
                copy.run_sql(undo)


def assert_breaks(bench: Bench, claim_id: str, *statements: str, undo: str = "") -> None:
    """The claim is held on the bench, and broken on the copy that the statements broke."""
    before = judge(bench, claim_id)
    assert before.verdict is Verdict.HELD, before.reason
    with mutated(bench, *statements, undo=undo) as copy:
        after = judge(copy, claim_id)
    assert after.verdict is Verdict.BROKEN, f"not noticed: {statements}"
