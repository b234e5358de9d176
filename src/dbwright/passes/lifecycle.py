"""Step 6 of the process, over time: partitions are made ahead and dropped when they are old."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint, Function
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.table import Partitioning, Table
from dbwright.passes.periods import AHEAD
from dbwright.records import replace
from dbwright.sql.names import literal, qualify

NAME = "maintain_partitions"
"""The function that an operator's job calls once a day."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Write the function that makes the coming partitions and lets go of those past their retention.

    Reads: range partitioning. Decides: one function for all. Writes: functions.
    Source: PostgreSQL manual, "Partition Maintenance".
    """
    ranged = [t for t in blueprint.tables if t.partitioning and t.partitioning.strategy == "range"]
    if not ranged:
        return blueprint
    rows = ",\n".join(_rule(t, t.partitioning) for t in ranged if t.partitioning)
    function = Function(NAME, "date", _statement(blueprint.schema, rows), about="Makes and drops partitions by age.")
    decision = Decision(
        code=f"lifecycle/{NAME}",
        what=f"`{NAME}(as_of)` makes partitions {AHEAD} months ahead, and drops or detaches those past their retention",
        why="a missing partition refuses inserts, and retention is a promise",
        serves=tuple(f"entities.{t.name}.retention" for t in ranged),
        subjects=(NAME, *(t.name for t in ranged)),
        alternatives=(
            Alternative("pg_partman", "an extension that not every server has; right where many schemas share one job"),
            Alternative("a default partition", "rows gather in it, and each new partition must scan it"),
        ),
    )
    return replace(blueprint, functions=(*blueprint.functions, function)).decide(decision)


def _rule(table: Table, partitioning: Partitioning) -> str:
    secured = "true" if table.tenant_column else "false"
    leave = "detach" if partitioning.archive else "drop"
    told = ", ".join(f"{s.name} = {s.value}" for s in table.settings if not s.on_parent and not s.column)
    rule = f"{literal(table.name)}, {partitioning.every}, {partitioning.keep_months}, {secured}, '{leave}'"
    return f"      ({rule}, {literal(told)})"


def _statement(schema: str, rows: str) -> str:
    """The maintenance function; names follow `passes.periods`."""
    parent = literal(schema)
    return f"""create function {qualify(schema, NAME)}(as_of date default current_date) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  rule record;
  old record;
  low date;
  suffix text;
begin
  for rule in select * from (values
{rows}
    ) as rules (name, every, keep, secured, leave, settings)
  loop
    low := make_date(extract(year from as_of)::int, 1, 1);
    while low < as_of + interval '{AHEAD} months' loop
      suffix := case rule.every when 12 then to_char(low, 'YYYY') when 3 then to_char(low, 'YYYY"_q"Q')
        else to_char(low, 'YYYY_MM') end;
      if low + make_interval(months => rule.every) > as_of
        and to_regclass(format('%I.%I', {parent}, rule.name || '_' || suffix)) is null
      then
        execute format('create table %I.%I partition of %I.%I for values from (%L) to (%L)',
          {parent}, rule.name || '_' || suffix, {parent}, rule.name, low, low + make_interval(months => rule.every));
        if rule.secured then
          execute format('alter table %I.%I enable row level security, force row level security',
            {parent}, rule.name || '_' || suffix);
        end if;
        if rule.settings <> '' then
          execute format('alter table %I.%I set (%s)', {parent}, rule.name || '_' || suffix, rule.settings);
        end if;
      end if;
      low := low + make_interval(months => rule.every);
    end loop;
    for old in
      select c.oid::regclass as child,
        (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''([^'']+)''\\)'))[1]::date as ends
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = to_regclass(format('%I.%I', {parent}, rule.name))
    loop
      if rule.keep > 0 and old.ends <= as_of - make_interval(months => rule.keep) then
        if rule.leave = 'drop' then
          execute format('drop table %s', old.child);
        else
          execute format('alter table %I.%I detach partition %s', {parent}, rule.name, old.child);
        end if;
      end if;
    end loop;
  end loop;
end
$$"""
