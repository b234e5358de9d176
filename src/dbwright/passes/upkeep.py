"""Step 7 of the process, for the server's housekeeping: when vacuum and ANALYZE visit each table."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.quantities import show_count
from dbwright.model.table import Table, TableSetting
from dbwright.passes.write_rates import WriteRates, write_rates
from dbwright.records import replace

LARGE = 1_000_000
"""Rows from which a fifth of a table is too much to wait for."""
DEFAULT, DEFAULT_ANALYZE = 0.2, 0.1
"""Shares of a table after which the server visits it by default (autovacuum_vacuum_scale_factor and so on)."""
FEWEST = 50_000.0
"""Changes for which a visit is worth while."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Let vacuum and ANALYZE come about once a day to large tables, however large they get.

    Reads: sizes, partitions, rates of writes. Decides: the scale factors of autovacuum of each table, which say after
    which share of its rows it comes. Writes: settings. Source: PostgreSQL manual, "The Autovacuum Daemon".
    """
    rates = write_rates(blueprint)
    tables: list[Table] = []
    decisions: list[Decision] = []
    for table in blueprint.tables:
        rate, rows = rates.get(table.name), _rows(table)
        settings = tuple(_settings(rate, rows)) if rate is not None and rows >= LARGE else ()
        if rate is not None and settings:
            tables.append(replace(table, settings=(*table.settings, *settings)))
            decisions.append(_decision(table, settings, rate, rows))
    return blueprint.put(*tables).decide(*decisions)


def _rows(table: Table) -> float:
    """Rows at the horizon of a table, or of one of its partitions."""
    if table.size is None:
        return 0.0
    pieces = len(table.partitioning.partitions) if table.partitioning else 1
    return table.size.rows_horizon / max(1, pieces)


def _settings(rate: WriteRates, rows: float) -> Iterator[TableSetting]:
    if rate.dead and (share := _share(rate.dead, rows)) < DEFAULT / 2:
        yield TableSetting("autovacuum_vacuum_scale_factor", f"{share:g}")
    if rate.inserted and (share := _share(rate.inserted, rows)) < DEFAULT / 2:
        yield TableSetting("autovacuum_vacuum_insert_scale_factor", f"{share:g}")
    changed = rate.dead + rate.inserted
    if changed and (share := _share(changed, rows)) < DEFAULT_ANALYZE / 2:
        yield TableSetting("autovacuum_analyze_scale_factor", f"{share:g}")


def _share(changes: float, rows: float) -> float:
    """The share of a table that changes in a day, as a round number."""
    share = max(changes, FEWEST) / rows
    for step in (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001):
        if share >= step:
            return step
    return 0.0005


def _decision(table: Table, settings: tuple[TableSetting, ...], rate: WriteRates, rows: float) -> Decision:
    told = ", ".join(f"{s.name} = {s.value}" for s in settings)
    where = f"each partition of `{table.name}`" if table.partitioning else f"`{table.name}`"
    return Decision(
        code=f"upkeep/{table.name}",
        what=f"vacuum and ANALYZE come to {where} about once a day ({told})",
        why=f"by default they wait for a fifth of {show_count(rows)} rows: dead rows pile up, and statistics are old",
        serves=(f"entities.{table.name}.rows",),
        subjects=(table.name,),
        alternatives=(Alternative("the defaults", "the larger the table gets, the longer they wait and stay"),),
        evidence=f"a day brings {show_count(rate.inserted)} inserts, {show_count(rate.updated)} updates and "
        f"{show_count(rate.deleted)} deletes",
        span=table.span,
    )
