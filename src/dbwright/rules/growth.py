"""Rules about the size of year three: what will not fit, not end, or not be found in time."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic, Severity
from dbwright.model.blueprint import Blueprint
from dbwright.model.shape import span_of
from dbwright.model.table import Table
from dbwright.records import replace
from dbwright.rules.places import lines_of_types
from dbwright.rules.registry import note, rule, warning
from dbwright.sql.patterns import queries
from dbwright.sql.types import width
from dbwright.theory.growth import PATIENCE, failing

_CAPACITY = {"smallint": 2**15 - 1, "integer": 2**31 - 1}
UNDIVIDED = 200 * 10**9
"""Bytes of one table from which on vacuum, an index build and a restore take hours."""
MOST_PARTITIONS = 1_000
"""Partitions from which on planning and locks cost more than they save."""
HOT_RATE = 200.0
"""Updates a second that one row takes at most: each waits for the one before."""
FEW_ROWS = 10
PADDED_SHARE, PADDED_BYTES = 0.05, 10**9
"""Share of a heap, and bytes of it, from which its padding is worth moving columns in the design."""
END = 7
"""Bytes that alignment can leave empty at the end of a row at most."""


@rule
def key_will_overflow(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A key has room for year three.

    What it does: compares the rows at the horizon with what the type of a numbered key can count; on a database without
    a design it finds keys of type smallint.
    Why it matters: on that day every insert fails, and changing the type rewrites the table and all that reference it.
    Instead of: event_id: integer generated always as identity primary key, on 3 billion rows
    Write: event_id: bigint generated always as identity primary key
    """
    for line in lines_of_types(blueprint, "smallint", "integer"):
        table = line.table
        numbered = bool(line.column.identity) or line.column.default.startswith("nextval")
        if not numbered or line.column.name not in table.logical_key:
            continue
        rows, most = table.size.rows_horizon if table.size else 0, _CAPACITY[line.kind]
        if rows > most or (not table.size and line.kind == "smallint"):
            message = f"`{line.name}` counts to {most:,}, and `{table.name}` will have {rows or 'more':,} rows"
            yield warning("key_will_overflow", message, line.here, "write `bigint`")


@rule
def large_and_undivided(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A large table is kept in pieces.

    What it does: finds tables with 200 GB or more at the horizon that are not partitioned.
    Why it matters: a vacuum, an index build and a restore of it take hours, and none of them can be done in parts.
    Instead of: events with 900 GB and `partition: none`
    Write: retention by age, or partition: {by: range(created_at), every: month}
    """
    for table in blueprint.tables:
        size = table.size
        if size is not None and table.partitioning is None and size.bytes_horizon >= UNDIVIDED:
            message = f"`{table.name}` will have {size.bytes_horizon / 1e9:,.0f} GB in one piece"
            help_text = "partition it by what its access patterns compare, or say why not and accept this"
            yield note("large_and_undivided", message, table.span, help_text)


@rule
def padded_row(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    The columns of a large table stand in an order that leaves no gaps.

    What it does: lays out an average row as the server does, with alignment, nulls and headers, and finds tables in
    which another order of the same columns saves 5 % of the heap and 1 GB or more at the horizon. The tables are built
    in the order that is written.
    Why it matters: each timestamp or bigint after a boolean or an integer starts at the next multiple of 8 bytes. What
    is empty between is read, cached and backed up like the rest, and only a rewrite of the table ever changes it.
    Instead of: active boolean, happened_at timestamptz, level smallint, amount bigint, on 2 billion rows
    Write: happened_at timestamptz, amount bigint, level smallint, active boolean
    """
    for table in blueprint.tables:
        rows = table.size.rows_horizon if table.size is not None else 0
        if rows * _most_gaps(table) < PADDED_BYTES:
            continue
        # Most designs have few tables of this size, and a check of the others need not load what lays rows out.
        from dbwright.sizing.column_order import tightest_order
        from dbwright.sizing.sites import Site

        found = tightest_order(Site(blueprint, table, float(rows), blueprint.design.horizon.seconds))
        saved = found.heap_written - found.heap
        if saved >= PADDED_BYTES and saved >= PADDED_SHARE * found.heap_written:
            message = (
                f"`{table.name}` loses {found.row_written - found.row:.0f} bytes of each row to gaps between columns: "
                f"{saved / 1e9:,.1f} of {found.heap_written / 1e9:,.0f} GB at the horizon"
            )
            yield note("padded_row", message, table.span, f"write the columns in the order {', '.join(found.names)}")


def _most_gaps(table: Table) -> int:
    """At most how many bytes of a row are gaps: one before each aligned value that does not follow its like."""
    gaps, before = 0, 8
    for column in table.columns:
        size, alignment = width(column.type)
        if alignment > 1 and before % alignment:
            gaps += alignment - 1
        before = size if alignment > 1 or column.type == "uuid" else 1
    return gaps + END


@rule
def too_many_partitions(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Partitions are few enough to be planned.

    What it does: finds tables with more than a thousand partitions.
    Why it matters: each statement that names no partition locks and plans all of them.
    Instead of: one partition an hour
    Write: one a month
    """
    for table in blueprint.tables:
        count = len(table.partitioning.partitions) if table.partitioning else 0
        if count > MOST_PARTITIONS:
            message = f"`{table.name}` has {count:,} partitions: a statement that names none plans them all"
            yield warning("too_many_partitions", message, table.span, "make them wider")


@rule
def rows_deleted_one_by_one(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What leaves by age leaves at once.

    What it does: finds access patterns that delete by a time from a table with 100 million rows or more at the horizon
    that is not partitioned.
    Why it matters: each row is written twice to the log and leaves a hole; vacuum never comes to an end.
    Instead of: delete from events where created_at < now() - interval '90 days', on 4 billion rows
    Write: retention: {keep: 90 days, then: delete}, which makes partitions that are dropped
    """
    for pattern, query in queries(blueprint).values():
        for verb, name in query.writes:
            table = blueprint.table(name) if verb == "delete" else None
            rows = table.size.rows_horizon if table is not None and table.size is not None else 0
            timed = any(c.operator in ("<", "<=") for u in query.uses if u.target for c in u.conditions)
            if table is not None and rows >= 10**8 and table.partitioning is None and timed:
                message = f"`{pattern.name}` deletes row by row from `{name}`, which will have {rows:,}"
                yield note("rows_deleted_one_by_one", message, pattern.sql.span, "let partitions go: add `retention:`")


@rule
def hot_row(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    No row is everybody's.

    What it does: finds updates more often than 200 times a second on a table with ten rows or fewer.
    Why it matters: each update waits until the one before has committed: about 200 a second is all that a row takes.
    Instead of: update counters set value = value + 1 where name = 'views', 2,000 times a second
    Write: insert a row for each, and add them up every minute
    """
    for pattern, query in queries(blueprint).values():
        if pattern.rate is None or pattern.rate.per_second < HOT_RATE:
            continue
        for verb, name in query.writes:
            entity = blueprint.design.entity(name)
            rows = entity.rows.now.value if entity is not None and entity.rows is not None else FEW_ROWS + 1
            if verb == "update" and rows <= FEW_ROWS:
                message = (
                    f"`{pattern.name}` writes the few rows of `{name}` {pattern.rate}: each waits for the one before"
                )
                yield warning(
                    "hot_row", message, pattern.place.of("rate"), "insert rows and add them up, or spread the row"
                )


@rule
def size_not_said(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Every entity says how many rows there will be.

    What it does: finds entities without `rows:` in a design where most have it.
    Why it matters: sizes, partitions and plans of year three count it with a guess.
    Instead of: an entity without rows beside twenty with
    Write: rows: {now: 2M, growth: 5%/month}
    """
    entities = blueprint.design.entities
    without = [e for e in entities if e.rows is None]
    if without and len(without) * 3 <= len(entities):
        for entity in without:
            message = f"nobody said how large `{entity.name}` is: the size of year three leaves it out"
            yield note("size_not_said", message, span_of(entity.name), "add `rows: {now: …, growth: …}`")


@rule
def latency_without_rate(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A promise of speed says under which load.

    What it does: finds access patterns with `latency:` and without `rate:`.
    Why it matters: 10 ms once an hour and 10 ms a thousand times a second are different machines.
    Instead of: latency: {p95: 10ms}
    Write: rate: 900/s, latency: {p95: 10ms}
    """
    for pattern in blueprint.design.access:
        if pattern.latency is not None and pattern.rate is None:
            message = f"`{pattern.name}` promises a latency and does not say under which load"
            yield note("latency_without_rate", message, pattern.place.of("latency"), "add `rate:`")


@rule
def grows_faster_than_allowed(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    The work of an access pattern does not grow faster than it may.

    What it does: bounds the rows that each access pattern touches by keys, indexes, limits and what the design says of
    volumes, and compares the class with `growth:`; where that is not said, a caller who waits up to a second may see
    work that grows with his answer, any other work that grows with the table. What breaks a declared class is an error.
    Why it matters: with few rows every statement is fast. One that reads a tenant or a table slows down with each row
    that is added, and nothing changes on the day on which it becomes too slow.
    Instead of: select * from orders where user_id = :user order by created_at desc, 80 times a second
    Write: the same with `limit 20`, or say how much there is: rows: {at most: {user_id: 500}}, a parameter that means
    `window of 7 days`, or growth: linear in a tenant
    """
    for pattern_growth in failing(blueprint):
        pattern, bound = pattern_growth.pattern, pattern_growth.bound
        step = bound.worst[0]
        reads = f"it touches {step.amount} (`{step.table}`, {step.by})"
        message = f"`{pattern.name}` is {bound.growth}: {reads}"
        if pattern_growth.declared:
            message += f"; the design allows {pattern_growth.allowed}"
            found = warning("grows_faster_than_allowed", message, pattern.place.of("growth"), _NARROW)
            yield replace(found, severity=Severity.ERROR)
        else:
            message += f"; its caller waits {PATIENCE:g} s at most"
            yield warning("grows_faster_than_allowed", message, pattern.sql.span, f"{_NARROW}, or allow it: `growth:`")


_NARROW = "add a limit that an index serves, say what a parameter `means:` or how many rows share a value (`at most:`)"
