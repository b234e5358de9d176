"""Step 7 of the process, for the planner: statistics of partitioned tables as a whole, which no daemon gathers."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint, Function
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.records import replace
from dbwright.sql.names import qualify

NAME = "analyze_partitioned"
"""The function that an operator's job calls once a day, after partitions were made and dropped."""
WITHOUT_PARTITIONS = 18
"""Version from which ANALYZE can leave the partitions out, which autovacuum visits anyway (`analyze only`)."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Write the function that gathers statistics over all partitions of each partitioned table.

    Reads: partitioning, version. Decides: a function of its own, apart from the one that drops partitions. Writes:
    functions. Source: PostgreSQL manual, "The Autovacuum Daemon" ("Partitioned tables do not directly store tuples and
    consequently are not processed by autovacuum"), ANALYZE.
    """
    parents = [t for t in blueprint.tables if t.partitioning is not None]
    if not parents:
        return blueprint
    about = "Gathers the statistics of partitioned tables as a whole."
    function = Function(NAME, "", _statement(blueprint, [t.name for t in parents]), about=about)
    pinned = [t for t in parents if any(s.name == "n_distinct_inherited" for s in t.settings)]
    decision = Decision(
        code=f"upkeep/{NAME}",
        what=f"`{NAME}()` analyzes {', '.join(f'`{t.name}`' for t in parents)} over all partitions, once a day",
        why="autovacuum never analyzes a partitioned table: joins and groups over several partitions would be planned "
        "with the default of 200 different values"
        + (", and the numbers told to ANALYZE would never act" if pinned else ""),
        serves=tuple(f"entities.{t.name}.partition" for t in parents),
        subjects=(NAME, *(t.name for t in parents)),
        alternatives=(
            Alternative(
                "in the function that drops partitions",
                "its transaction holds the tables exclusively from the first drop to the end: all readers would wait "
                "while samples are read",
            ),
            Alternative("ANALYZE by the job itself", "the job would have to own the tables, or to maintain them"),
        ),
        evidence="" if blueprint.version >= WITHOUT_PARTITIONS else "before PostgreSQL 18 each partition is read, too",
    )
    return replace(blueprint, functions=(*blueprint.functions, function)).decide(decision)


def _statement(blueprint: Blueprint, names: list[str]) -> str:
    only = "only " if blueprint.version >= WITHOUT_PARTITIONS else ""
    lines = "\n".join(f"  analyze {only}{qualify(blueprint.schema, name)};" for name in names)
    return f"""create function {qualify(blueprint.schema, NAME)}() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
{lines}
end
$$"""
