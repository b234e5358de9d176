"""The same database at three sizes: what a pattern costs at one of them says nothing, how the cost grows says a lot."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from dbwright.data import generate
from dbwright.data.filling import fill
from dbwright.data.volumes import LEAST, one_to_one
from dbwright.model.blueprint import Blueprint
from dbwright.prove.bench import SEED, Bench, Budget
from dbwright.prove.files import read_files
from dbwright.sizing.volumes import table_rows
from dbwright.sql.names import qualify

STEP = 4
"""How many times larger the next size is."""
RUNGS = 3
"""Sizes that are measured: two slopes, whose difference is the error."""
SMALLEST = 5_000
"""Rows of the smallest size where the budget does not ask for fewer."""
TENANTS = 5
"""Tenants of each size: more tenants would leave each with too few rows to tell growth from noise."""
LOADING_SHARE = 0.5
"""Share of the time budget that goes into loading; the rest is for calls."""


@dataclass(frozen=True)
class Ladder:
    """Benches of the same design, the smallest first, and the seconds that are left for calls."""

    rungs: tuple[Bench, ...]
    seconds_left: float

    def drop(self) -> None:
        """Drop their databases."""
        for rung in self.rungs:
            _drop(rung)


def ladder_of(bench: Bench) -> Ladder:
    """Return the sizes of a bench, which are filled when they are first asked for and dropped with the bench."""
    return bench.remember("ladder", lambda: _kept(bench, climb(bench, bench.budget)))


def _kept(bench: Bench, ladder: Ladder) -> Ladder:
    bench.closing.callback(ladder.drop)
    return ladder


def climb(bench: Bench, budget: Budget) -> Ladder:
    """Fill three copies of the bench's database, each four times the one before, as large as the budget allows."""
    rungs: list[Bench] = []
    rows, started = SMALLEST, perf_counter()
    try:
        while len(rungs) < RUNGS or _affordable(bench, rows, budget, perf_counter() - started):
            rungs.append(_filled(bench, proportional_rows(bench.blueprint, rows)))
            rows *= STEP
            if len(rungs) > RUNGS:
                _drop(rungs.pop(0))
    except BaseException:
        Ladder(tuple(rungs), 0.0).drop()
        raise
    return Ladder(tuple(rungs), max(budget.seconds * (1 - LOADING_SHARE), 1.0))


def _affordable(bench: Bench, rows: int, budget: Budget, spent: float) -> bool:
    """Whether a further size fits: what was loaded so far is a third of what the next one takes."""
    width = bytes_of(bench.blueprint, proportional_rows(bench.blueprint, rows))
    return spent * STEP < budget.seconds * LOADING_SHARE and width * 2 < budget.disk


def bytes_of(blueprint: Blueprint, rows: dict[str, int]) -> int:
    """Return the bytes of so many rows with their indexes, as the blueprint predicts them."""
    sizes = {t.name: t.size for t in blueprint.tables}
    return sum(n * (s.row_bytes + s.index_bytes if (s := sizes[name]) else 200) for name, n in rows.items())


def proportional_rows(blueprint: Blueprint, budget: int) -> dict[str, int]:
    """Return rows a table in the proportions of the horizon, about `budget` together, so that fan-outs stay true.

    No table gets fewer than a few or more than it will have; the table of tenants gets `TENANTS`.
    """
    future, _ = table_rows(blueprint, blueprint.design.horizon.seconds)
    root = blueprint.design.tenancy.entity if blueprint.design.tenancy is not None else ""
    share = budget / max(1.0, sum(future.values()))
    rows = {
        t.name: round(min(max(future[t.name] * share, LEAST), max(future[t.name], LEAST))) for t in blueprint.tables
    }
    if root in rows:
        rows[root] = TENANTS
    return rows | one_to_one(blueprint, rows)


def _filled(bench: Bench, rows: dict[str, int]) -> Bench:
    blueprint = bench.blueprint
    dataset = generate(blueprint, rows, SEED)
    bench.close()
    database = bench.database.clone()
    try:
        with database.connect() as connection:
            names = ", ".join(qualify(blueprint.schema, t.name) for t in blueprint.tables)
            connection.execute(f"truncate {names}".encode())
            fill(connection, dataset, (), lambda step, done, of: None)
            files = read_files(connection, blueprint.schema)
            for summary in blueprint.summaries:
                connection.execute(f"select {qualify(blueprint.schema, summary.refresh)}()".encode())
    except BaseException:
        database.drop()
        raise
    return Bench(blueprint, bench.files, database, dataset, files_loaded=files)


def _drop(rung: Bench) -> None:
    rung.close()
    rung.database.drop()
