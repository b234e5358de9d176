"""Rules about answers that are computed ahead."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.quantities import allowed_age, show_bytes, show_seconds
from dbwright.rules.registry import rule, warning
from dbwright.sql.patterns import queries

READ_PER_SECOND = 200_000_000
"""Bytes that one process reads and adds up in a second, from a disk that others use too."""


@rule
def fresher_than_summary(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An answer from a summary is as old as the summary may be.

    What it does: finds access patterns that read a summary and whose `freshness:` allows less than the summary's.
    Why it matters: until the next refresh the reader acts on what is no longer so, and was promised otherwise.
    Instead of: a pattern without `freshness:` over a summary that is `stale up to 5m`
    Write: freshness: stale up to 5m, or a statement over the tables
    """
    made = {name: s for s in blueprint.summaries for name in (s.name, s.stored)}
    for pattern, query in queries(blueprint).values():
        for summary in dict.fromkeys(made[name] for name in query.reads if name in made):
            if allowed_age(str(pattern.freshness)) < summary.stale:
                message = (
                    f"the freshness of `{pattern.name}` is `{pattern.freshness}`, and it reads "
                    f"`{summary.name}`, which is up to {show_seconds(summary.stale)} old"
                )
                promised = blueprint.design.summary(summary.name)
                help_text = f"write `freshness: {promised.freshness if promised else ''}`, or read the tables"
                yield warning("fresher_than_summary", message, pattern.place.of("freshness"), help_text)


@rule
def summary_cannot_keep_up(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A summary is computed in less time than its schedule leaves.

    What it does: finds summaries whose tables at the horizon take longer to read than half of the promised age.
    Why it matters: each run starts late, answers are older than promised, and the server does nothing else.
    Instead of: freshness: stale up to 1m over a table of a billion events
    Write: a longer age, a condition on the newest partition, or a table that a job adds to
    """
    for summary in blueprint.summaries:
        sizes = [t.size.bytes_horizon for n in summary.reads if (t := blueprint.table(n)) and t.size]
        seconds = sum(sizes) / READ_PER_SECOND
        if seconds > summary.stale - summary.every:
            message = (
                f"each run of `{summary.refresh}` reads up to {show_bytes(sum(sizes))} at the horizon: about "
                f"{seconds:,.0f} seconds, and the promised age leaves {show_seconds(summary.stale - summary.every)}"
            )
            help_text = "allow an older answer, read less, or keep a table that a job adds the newest rows to"
            yield warning("summary_cannot_keep_up", message, summary.span, help_text)
