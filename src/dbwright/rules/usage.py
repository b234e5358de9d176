"""Rules about how a running server is used and set: what nobody reads, what is read whole, what takes its time."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import NOWHERE, Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.house import DAY, House
from dbwright.model.live import LiveStatement
from dbwright.rules.indexes import serves_reference
from dbwright.rules.registry import note, rule, warning

FEW_ROWS = 1_000
"""Rows below which an index is not used because it need not be."""
LARGE, MANY, AN_HOUR = 100_000, 50, 3_600.0
"""Rows of a table from which on reading all of it is told, and how often: fifty times, and more than once an hour."""
ABOVE_PLAN, TWICE, ROOM = 1.25, 2, 2**23
"""How many times the planned rows and bytes a row are told, and bytes from which on a table says something of it."""
SLOW, SOME = 500.0, 0.05
"""Milliseconds of a statement, and its share of all time from which on its slowness matters."""
MOST_OF_ALL, OFTEN = 0.5, 100
"""Share of all time that one statement may take, and the calls from which on that says something."""
UNSTEADY, LONG = 3.0, 1_000.0
"""How many times its mean a statement may deviate, and milliseconds of its longest call."""


@rule
def unused_index(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An index is read.

    What it does: finds indexes that no query has used for 30 days of counting (`unused-after` in the policy file) on
    tables with 1,000 rows or more; what keeps rows unique or serves a foreign key is left out.
    Why it matters: each write maintains it, each backup carries it, and nobody is served.
    Instead of: an index that was made for a page that is gone
    Write: drop index concurrently, after a look at the replicas, which count by themselves
    """
    state, house = blueprint.live, blueprint.house or House()
    if state is None or state.watched < house.unused_after:
        return
    for found in state.unread:
        table = blueprint.table(found.table)
        index = next((i for i in table.indexes if i.name == found.name), None) if table else None
        if found.rows < FEW_ROWS or table is None or index is None or serves_reference(blueprint, table, index):
            continue
        message = f"`{found.name}` of `{found.table}` was never read: each write maintains it for nobody"
        counted = f"{found.bytes / 2**20:,.1f} MB, counted for {state.watched / DAY:,.0f} days"
        help_text = f"drop index concurrently {found.name}, if no replica reads it ({counted})"
        yield note("unused_index", message, NOWHERE, help_text)


@rule
def table_read_whole(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A large table is read through an index.

    What it does: finds tables with 100,000 rows or more that were read from the first row to the last 50 times, and
    more than once an hour; scans that stop early do not count.
    Why it matters: each time everything passes through the cache, and what others need is pushed out of it.
    Instead of: a search by a column that leads no index
    Write: an index on what is searched by; `auto_explain` or pg_stat_statements tell the statement
    """
    state = blueprint.live
    for scans in state.scans if state else ():
        whole = scans.rows_read / scans.rows
        often = whole * AN_HOUR > state.watched if state else False
        if scans.rows >= LARGE and whole >= MANY and often and scans.rows_read >= scans.scans * scans.rows / 2:
            message = f"`{scans.table}` is read from its first row to its last again and again: an index is missing"
            counted = f"{whole:,.0f} times {scans.rows:,} rows"
            help_text = f"find the statement in pg_stat_statements, and index what it searches by ({counted})"
            yield warning("table_read_whole", message, NOWHERE, help_text)


@rule
def growth_above_plan(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What runs is what was planned.

    What it does: compares a server with the design of its database (`dbwright check SERVER --design FILE`): tables with
    a quarter more rows than `rows:` has for today, and tables that take twice the bytes a row.
    Why it matters: indexes, partitions, retention and the machine were chosen for the plan. Twice the bytes for the
    same rows is room that vacuum did not give back, or an index that nobody planned.
    Instead of: rows: {now: 2M, growth: 10k/month}, and 9 million on the server
    Write: rows: as they are, and look at what else the compiler then decides
    """
    for size in blueprint.live.sizes if blueprint.live else ():
        plan = blueprint.planned.get(size.table) or blueprint.planned.get(size.table.rpartition(".")[2])
        if plan is None or size.rows < FEW_ROWS:
            continue
        planned = plan.row_bytes + plan.index_bytes
        if size.rows > ABOVE_PLAN * plan.rows_now:
            when = "at the horizon" if size.rows > plan.rows_horizon else "today"
            message = f"`{size.table}` has more rows than the design has for it {when}"
            help_text = f"{size.rows:,} rows, {plan.rows_now:,} planned: mend `rows:`, and look at what then changes"
            yield warning("growth_above_plan", message, NOWHERE, help_text)
        if size.bytes > ROOM and size.bytes > TWICE * size.rows * planned:
            message = f"`{size.table}` takes more than twice the bytes a row that the design has for it"
            help_text = f"{size.bytes // size.rows:,} bytes, {planned:,} planned: vacuum, or drop unplanned indexes"
            yield warning("growth_above_plan", message, NOWHERE, help_text)


@rule
def slow_statement(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    No statement takes the time of all others.

    What it does: reads pg_stat_statements, where it runs, and finds statements that take half a second and a twentieth
    of all time, or half of all time in 100 calls or more, or that deviate from their mean by three times and more.
    Why it matters: the first is what users wait for, the second what the server is bought for, the third a plan that
    changes with its parameters.
    Instead of: hoping
    Write: explain (analyze, buffers) of the statement, with the parameters of a slow call
    """
    state = blueprint.live
    for statement in state.statements if state else ():
        fault = _fault(statement)
        if fault:
            message = f"`{_shortened(statement.text)}` {fault}"
            yield note("slow_statement", message, NOWHERE, "look at its plan: explain (analyze, buffers)")


def _fault(statement: LiveStatement) -> str:
    """What is wrong with a statement, without figures: a baseline must know it again tomorrow."""
    if statement.mean >= SLOW and statement.share >= SOME:
        return "takes more than half a second on average"
    if statement.share >= MOST_OF_ALL and statement.calls >= OFTEN:
        return "takes more than half of all the time that the server spends"
    if statement.calls >= OFTEN and statement.longest >= LONG and statement.deviation >= UNSTEADY * statement.mean:
        return "is quick at most times, and takes more than a second at others"
    return ""


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


@rule
def weak_server_setting(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A server guards what passes through it.

    What it does: asks a running server whether it encrypts connections that come over a network, hashes passwords by
    SCRAM and asks for them, logs who connects and what changes the structure, and writes through to the disk.
    Why it matters: who listens on the way reads passwords and rows; what was never logged cannot be told afterwards.
    Instead of: ssl = off, password_encryption = md5, log_statement = none, fsync = off
    Write: ssl = on, password_encryption = scram-sha-256, log_connections = on, log_statement = ddl, fsync = on
    Source: CIS PostgreSQL Benchmark, sections 3, 5 and 6
    """
    controls = blueprint.live.controls if blueprint.live else {}
    if not controls:
        return
    listens = controls.get("listen_addresses", "") not in ("", "localhost", "127.0.0.1", "::1")
    weak = {
        "connections come over the network in clear: `ssl` is off": (
            listens and controls.get("ssl") == "off",
            "ssl = on, and hostssl in pg_hba.conf",
        ),
        "passwords are hashed by MD5, which is broken": (
            controls.get("password_encryption") == "md5",
            "password_encryption = scram-sha-256, then set each password anew",
        ),
        f"pg_hba.conf lets people in over the network by {controls.get('hba', '')}": (
            listens and controls.get("hba", "") != "",
            "write scram-sha-256 or cert",
        ),
        "nothing tells who connected: `log_connections` is off": (
            controls.get("log_connections") in ("off", ""),
            "log_connections = on",
        ),
        "nothing tells who changed the structure: `log_statement` is none": (
            controls.get("log_statement") == "none" and controls.get("pgaudit.log", "none") == "none",
            "log_statement = ddl",
        ),
        "a crash may lose or spoil what was committed: `fsync` or `full_page_writes` is off": (
            "off" in (controls.get("fsync"), controls.get("full_page_writes")),
            "fsync = on, full_page_writes = on",
        ),
    }
    for message, (found, help_text) in weak.items():
        if found:
            yield warning("weak_server_setting", message, NOWHERE, help_text)
