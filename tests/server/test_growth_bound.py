"""The bound on rows touched is sound: with rows really loaded, at three sizes, the server can keep it.

Small tables are rightly read as a whole, so the server is asked for other plans, too; the least that one of them
touches is compared with the bound, in which each factor is the largest group that there really is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from benches import ROOT
from dbwright import compile_design, load_design
from dbwright.emit import emit
from dbwright.prove.access import raw
from dbwright.prove.bench import Bench, open_bench
from dbwright.prove.samples import parameters_for, pattern_of
from dbwright.server import open_server
from dbwright.sql.names import listed, qualify, quote
from dbwright.theory.amounts import Factor
from dbwright.theory.growth import growths

SENT = 50.0
"""More rows than any sample sends."""
OTHERS = "indexes of other patterns"
PLANS: tuple[tuple[str, ...], ...] = (
    (),
    ("seqscan",),
    ("seqscan", "bitmapscan"),
    ("seqscan", "hashjoin", "mergejoin"),
    ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort"),
    ("seqscan", "indexscan", "indexonlyscan"),
    ("seqscan", "bitmapscan", "sort", OTHERS),
)
"""What is switched off to see other plans."""


@pytest.mark.parametrize("rows", [3_000, 12_000, 48_000])
@pytest.mark.parametrize("example", ["academy", "adflow", "fediflow", "shop"])
def test_no_pattern_needs_more_rows_than_its_bound(example: str, rows: int) -> None:
    blueprint = compile_design(load_design(ROOT / "examples" / example))
    # A server of its own: others may have made roles of the same names.
    with open_server() as server, open_bench(blueprint, emit(blueprint, "postgresql"), server, rows) as bench:
        found = {name: _compare(bench, name) for name in growths(blueprint)}
    over = {name: pair for name, pair in found.items() if pair is not None and pair[0] > pair[1]}
    assert over == {}
    assert sum(pair is not None for pair in found.values()) > len(found) * 0.9


def _compare(bench: Bench, name: str) -> tuple[float, float] | None:
    """Rows touched by the thriftiest plan, and rows of the bound; None where a sample does not run."""
    import psycopg

    growth = growths(bench.blueprint)[name]
    bound = sum(step.amount.evaluate(lambda factor: _largest(bench, factor)) for step in growth.bound.steps)
    touched = []
    for off in PLANS:
        try:
            touched.append(sum(_rows(n) for n in _nodes(_analyze(bench, name, off))))
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            return None
        if touched[-1] <= bound:
            break
    return min(touched), bound


def _analyze(bench: Bench, name: str, off: tuple[str, ...]) -> Mapping[str, Any]:
    statement = bench.blueprint.statement(name)
    assert statement is not None
    pattern = pattern_of(bench, name)
    values = parameters_for(bench, pattern, bench.tenants[0] if bench.tenants else None)
    sql, role = (
        (statement.inner, statement.inner_role) if statement.inner else (statement.sql, str(next(iter(pattern.by))))
    )
    own = bench.tenants[0] if bench.tenants and bench.role(role).purpose != "all tenants" else None
    with bench.transaction("", own) as connection:
        for index in _others(bench, name) if OTHERS in off else ():
            connection.execute(f"drop index {qualify(bench.blueprint.schema, index)}".encode())
        connection.execute(f"set local role {quote(role)}".encode())
        for kind in (k for k in off if k != OTHERS):
            connection.execute(f"set local enable_{kind} = off".encode())
        explained = f"explain (analyze, format json, timing off) {sql}"
        row = raw(connection).execute(explained.encode(), [values[n] for n in statement.parameters]).fetchone()
        plan: Mapping[str, Any] = row[0][0]["Plan"]
        return plan


def _others(bench: Bench, name: str) -> list[str]:
    """The indexes that keep nothing unique and are not there for a pattern."""
    statement = bench.blueprint.statement(name)
    served = {index for names in statement.uses for index in names} if statement is not None else set()
    return [i.name for t in bench.blueprint.tables for i in t.indexes if not i.unique and i.name not in served]


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _rows(node: Mapping[str, Any]) -> float:
    """Rows that a scan of a table touched: those it gave and those that its filter threw away."""
    if "Relation Name" not in node or node["Node Type"] == "ModifyTable":
        return 0.0
    kinds = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return sum(float(node.get(k, 0)) for k in kinds) * float(node.get("Actual Loops", 1))


def _largest(bench: Bench, factor: Factor) -> float:
    """The largest number of rows that share their values in the columns of a factor, in the loaded database."""
    if not factor.table:
        return SENT

    def count() -> float:
        table = qualify(bench.blueprint.schema, factor.table)
        own = [c for c in factor.columns if bench.table(factor.table).column(c) is not None]
        grouped = f" group by {listed(own)}" if own else ""
        with bench.transaction() as connection:
            row = connection.execute(
                f"select max(n) from (select count(*) as n from {table}{grouped}) counted".encode()
            ).fetchone()
        return float(row[0] or 0) if row else 0.0

    return max(1.0, bench.remember(f"largest {factor.table} {factor.columns}", count))
