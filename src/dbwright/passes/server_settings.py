"""The lines of postgresql.conf that follow from the design and its machine, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.capacity import Machine, ServerSetting, Year
from dbwright.model.quantities import DAY, show_bytes
from dbwright.passes.log_volume import CHECKPOINT
from dbwright.passes.write_rates import PEAK

RESERVE = 10
"""Connections kept for operators, backups and standbys beside those of clients."""
MEGABYTE = 2**20


def server_settings(blueprint: Blueprint, machine: Machine, last: Year) -> tuple[ServerSetting, ...]:
    """Return the settings, in the order of the manual's chapters."""
    return (
        *_connections(blueprint),
        *_memory(blueprint, machine, last),
        *_log(blueprint, last),
        *_planner(blueprint, machine),
        *_workers(blueprint, machine),
        *_safety(blueprint),
    )


def clients(blueprint: Blueprint) -> tuple[int, str]:
    """Return how many connections clients may have, and what says so; 0 where nothing does."""
    pooling = blueprint.design.scaling.pooling if blueprint.design.scaling else None
    if pooling:
        return pooling.connections, "the pooler's connections"
    return sum(r.connections for r in blueprint.design.roles), "the limits of the roles"


def _connections(blueprint: Blueprint) -> Iterator[ServerSetting]:
    number, source = clients(blueprint)
    if number:
        why = f"{source} ({number}), and {RESERVE} for operators, backups and standbys"
        yield ServerSetting("max_connections", str(number + RESERVE), why)
    calls = sum(p.rate.per_second for p in blueprint.design.access if p.rate is not None)
    if calls:
        busy = sum(p.rate.per_second * _seconds(p) for p in blueprint.design.access if p.rate is not None) / 0.7
        why = f"at peak {busy:.0f} statements are at work at once (rate times latency, Little's law); the rest is idle"
        yield ServerSetting("idle_in_transaction_session_timeout", "1min", why)


def _seconds(pattern: AccessPattern) -> float:
    """How long a statement works on average: a third of its p95, or a few milliseconds."""
    p95 = pattern.latency.p95 if pattern.latency is not None else None
    return p95.seconds / 3 if p95 is not None else 0.005


def _memory(blueprint: Blueprint, machine: Machine, last: Year) -> Iterator[ServerSetting]:
    shared = machine.memory // 4
    fits = "everything fits" if last.bytes <= shared else f"{show_bytes(machine.hot)} are hot"
    yield ServerSetting("shared_buffers", _mb(shared), f"a quarter of {show_bytes(machine.memory)} of memory; {fits}")
    yield ServerSetting(
        "effective_cache_size",
        _mb(machine.memory * 3 // 4),
        "what the server and the system keep in memory together: the planner judges repeated reads by it",
    )
    number = clients(blueprint)[0] or 100
    work = (machine.memory - shared) // (3 * (number + RESERVE))
    work = min(256 * MEGABYTE, max(4 * MEGABYTE, work))
    yield ServerSetting(
        "work_mem", _mb(work), f"what {number} connections can sort in at once, three times each, without swapping"
    )
    upkeep = min(2 * 2**30, max(64 * MEGABYTE, machine.memory // 16))
    yield ServerSetting(
        "maintenance_work_mem", _mb(upkeep), "one pass of vacuum over the dead rows of the largest table; index builds"
    )
    yield ServerSetting("huge_pages", "try", f"{_mb(shared)} of shared memory are fewer entries in page tables")


def _log(blueprint: Blueprint, last: Year) -> Iterator[ServerSetting]:
    between = last.log_a_day / DAY * CHECKPOINT * PEAK
    most = max(1024, 2 ** max(10, int(between * 3 / MEGABYTE).bit_length()))
    most = min(most, 64 * 1024)
    told = f"{show_bytes(last.log_a_day)} of log a day"
    yield ServerSetting(
        "checkpoint_timeout", f"{CHECKPOINT / 60:.0f}min", f"{told}: fewer whole pages than every five minutes"
    )
    yield ServerSetting(
        "max_wal_size", f"{most}MB", f"three times the log between two checkpoints at peak ({show_bytes(between)})"
    )
    yield ServerSetting("min_wal_size", f"{max(80, most // 4)}MB", "files of the log are used again, not made anew")
    yield ServerSetting("wal_compression", "pglz", "whole pages are most of the log of tables with random keys")
    yield ServerSetting("checkpoint_completion_target", "0.9", "writes are spread over the time until the next one")


def _planner(blueprint: Blueprint, machine: Machine) -> Iterator[ServerSetting]:
    kind = blueprint.design.target.machine.disk if blueprint.design.target.machine is not None else "ssd"
    cost = {"ssd": "1.1", "network": "1.3", "spinning": "4"}[kind]
    yield ServerSetting("random_page_cost", cost, f"{kind} disks: what a read costs that does not follow the last one")
    depth = {"ssd": "200", "network": "100", "spinning": "2"}[kind]
    yield ServerSetting("effective_io_concurrency", depth, f"reads that {kind} disks take at once")
    slow = [p for p in blueprint.design.access if _seconds(p) * 3 > 1.0]
    if not slow:
        yield ServerSetting(
            "jit", "off", "no pattern may take longer than a second; compiling costs more than it saves"
        )


def _workers(blueprint: Blueprint, machine: Machine) -> Iterator[ServerSetting]:
    yield ServerSetting("max_worker_processes", str(max(8, machine.cores)), f"{machine.cores} cores")
    yield ServerSetting(
        "max_parallel_workers_per_gather",
        str(min(4, max(1, machine.cores // 4))),
        "a report takes at most a quarter of the cores from the short statements",
    )
    large = sum(1 for t in blueprint.tables if t.size is not None and t.size.rows_horizon >= 10_000_000)
    yield ServerSetting(
        "autovacuum_max_workers", str(min(8, max(3, large))), f"{large} tables above ten million rows, side by side"
    )
    yield ServerSetting(
        "autovacuum_vacuum_cost_limit", "2000", "at the default of 200, a vacuum of the largest tables never ends"
    )


def _safety(blueprint: Blueprint) -> Iterator[ServerSetting]:
    design = blueprint.design
    yield ServerSetting("shared_preload_libraries", "pg_stat_statements", "statements must be measured to be judged")
    plan = design.availability
    if plan is not None and plan.replicas:
        count = f"{plan.replicas} standby server{'s' if plan.replicas > 1 else ''}"
        yield ServerSetting("wal_level", "replica", count)
        if plan.replication == "synchronous":
            why = f"at most {plan.rpo or 'nothing'} may be lost"
            yield ServerSetting("synchronous_standby_names", "'ANY 1 (*)'", why, "a standby is connected")
    if design.backup is not None and design.backup.changes:
        why = f"changes are archived: {design.backup.changes}"
        yield ServerSetting("archive_mode", "on", why, "archive_command is set")
    transit = str(design.encryption.in_transit).lower() if design.encryption else ""
    if transit:
        why = f"connections use {transit}; pg_hba.conf has only `hostssl` lines"
        yield ServerSetting("ssl", "on", why, "ssl_cert_file and ssl_key_file are there")
        if "1.3" in transit:
            yield ServerSetting("ssl_min_protocol_version", "TLSv1.3", f"connections use {transit}")
    if any(p.isolation == "serializable" for p in design.access):
        yield ServerSetting("max_pred_locks_per_transaction", "64", "serializable patterns take predicate locks")


def _mb(size: int) -> str:
    return f"{size // MEGABYTE}MB"
