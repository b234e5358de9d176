"""Rules about running databases: what is switched off, half done, worn out, or open to more than it should be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.diagnostics import NOWHERE, Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.model.live import LiveState
from dbwright.rules.registry import note, rule, warning

WORN = 0.7
"""Share of a sequence's numbers from which on its end is told."""
DEAD_SHARE, DEAD_ROWS = 0.2, 10_000
"""Share and number of dead rows from which on vacuum does not keep up."""


_NOTHING = LiveState()
_ASKED_ONCE = re.compile(r"\( SELECT .*? AS \w+\)", re.DOTALL)
"""A scalar subquery as the server prints it."""


def _state(blueprint: Blueprint) -> LiveState:
    return blueprint.live or _NOTHING


@rule
def policies_switched_off(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A policy that was written holds.

    What it does: finds tables with policies and without row-level security.
    Why it matters: the policies look like protection, and every role reads every row.
    Instead of: create policy … on orders
    Write: alter table orders enable row level security, force row level security
    """
    state = _state(blueprint)
    for table in dict.fromkeys(p.table for p in state.policies if p.table not in state.secured):
        message = f"`{table}` has policies, and row-level security is off: every role reads every row"
        yield warning("policies_switched_off", message, NOWHERE, f"alter table {table} enable row level security")


@rule
def secured_without_policy(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Who switches row-level security on says what is allowed.

    What it does: finds tables with row-level security and without any policy.
    Why it matters: everybody but the owner sees an empty table, without an error.
    Instead of: alter table orders enable row level security, and nothing more
    Write: create policy … on orders using (tenant_id = …)
    """
    state = _state(blueprint)
    ruled = {p.table for p in state.policies}
    for table in sorted(state.secured - ruled):
        message = f"`{table}` looks empty to everybody but its owner: row-level security is on, and nothing is allowed"
        yield warning("secured_without_policy", message, NOWHERE, "add a policy, or switch it off")


@rule
def owner_passes_policies(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Policies hold for the owner, too.

    What it does: finds tables whose row-level security is not forced.
    Why it matters: the owner reads all rows, and applications often connect as the owner.
    Instead of: alter table orders enable row level security
    Write: alter table orders enable row level security, force row level security
    """
    state = _state(blueprint)
    for table in sorted(state.secured - state.forced):
        message = f"the owner of `{table}` reads all rows, whatever its policies say"
        yield note("owner_passes_policies", message, NOWHERE, f"alter table {table} force row level security")


@rule
def table_left_open(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Where tenants are kept apart, they are kept apart everywhere.

    What it does: finds tables without row-level security that have the column by which policies of others tell tenants.
    Why it matters: the one table that was forgotten shows every tenant to every other.
    Instead of: policies on orders by tenant_id, and none on invoices, which has tenant_id as well
    Write: the same policy on invoices
    """
    state = _state(blueprint)
    columns = {c.name for t in blueprint.tables for c in t.columns if c.name.endswith("_id")}
    telling = {c for c in columns for p in state.policies if p.table in state.secured and c in p.using}
    for table in blueprint.tables:
        shared = sorted(telling & {c.name for c in table.columns})
        if shared and table.name not in state.secured and table.logical_key != (shared[0],):
            message = f"`{table.name}` shows all rows of every `{shared[0]}`, which other tables keep apart"
            yield warning("table_left_open", message, NOWHERE, "give it the policy that the others have")


@rule
def policy_for_everything(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A policy asks something.

    What it does: finds permissive policies whose condition is `true`.
    Why it matters: permissive policies add up: one that allows everything makes all others say nothing.
    Instead of: create policy all_rows on orders using (true)
    Write: a condition on the row, or a policy for one role alone
    """
    for policy in _state(blueprint).policies:
        if policy.permissive and "true" in (policy.using.strip("()"), policy.check.strip("()")):
            message = f"the policy `{policy.name}` of `{policy.table}` allows everything, whatever the others say"
            yield warning("policy_for_everything", message, NOWHERE, "write a condition, or drop it")


@rule
def policy_asked_for_each_row(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What is the same for all rows is asked once.

    What it does: finds policies that call current_setting() or a function of yours outside a subquery.
    Why it matters: the call is made for each row; inside `(select …)` it is made once a statement.
    Instead of: using (tenant_id = current_setting('app.tenant')::uuid)
    Write: using (tenant_id = (select current_setting('app.tenant')::uuid))
    """
    for policy in _state(blueprint).policies:
        once = _ASKED_ONCE.sub("", f"{policy.using} {policy.check}")
        if "current_setting(" in once:
            message = f"the policy `{policy.name}` of `{policy.table}` reads a setting for each row"
            yield note("policy_asked_for_each_row", message, NOWHERE, "write `(select current_setting(…))`")


@rule
def policies_that_add_up(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    One policy says what a role may see.

    What it does: finds tables with two or more permissive policies for the same command and role.
    Why it matters: a row is seen where any of them allows it; each is evaluated, and who reads one misses the others.
    Instead of: two permissive policies for select
    Write: one with `or`, or the second as restrictive
    """
    by_place = grouped(
        ((p.table, p.command, role), p.name) for p in _state(blueprint).policies if p.permissive for role in p.roles
    )
    for (table, command, role), names in by_place.items():
        if len(names) > 1:
            listed = " and ".join(f"`{n}`" for n in names)
            what = {"*": "all commands", "r": "select", "a": "insert", "w": "update", "d": "delete"}[command]
            message = f"{listed} of `{table}` add up for {role} and {what}: a row is seen where any of them allows it"
            yield note("policies_that_add_up", message, NOWHERE, "join them by `or`, or make one restrictive")


@rule
def definer_with_open_path(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Who lends rights says whose functions are called.

    What it does: finds `security definer` functions without a search_path of their own.
    Why it matters: the caller's path decides which table and operator it means: the caller acts as its owner.
    Instead of: create function pay() … security definer
    Write: … security definer set search_path = pg_catalog, pg_temp
    """
    for function in _state(blueprint).definers:
        if not function.path:
            message = f"`{function.name}` runs as its owner on whatever the caller puts into its path"
            yield warning("definer_with_open_path", message, NOWHERE, "add `set search_path = pg_catalog, pg_temp`")


@rule
def definer_for_everybody(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Rights are lent to somebody.

    What it does: finds `security definer` functions that every role may execute.
    Why it matters: whoever can connect acts as the owner, as far as the function goes.
    Instead of: a definer function with the privileges that PostgreSQL gives by default
    Write: revoke execute on function pay() from public; grant execute … to web
    """
    for function in _state(blueprint).definers:
        if function.public:
            message = f"every role that can connect may run `{function.name}` with its owner's rights"
            yield warning("definer_for_everybody", message, NOWHERE, "revoke execute from public")


@rule
def view_passes_policies(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A view over secured rows asks as its reader.

    What it does: finds views over tables with row-level security that are not `security_invoker`.
    Why it matters: the view reads with its owner's rights, who may see every row.
    Instead of: create view open_orders as select …
    Write: create view open_orders with (security_invoker) as select …
    """
    for view, table in _state(blueprint).definer_views:
        message = f"`{view}` reads `{table}` as its owner: policies ask about the owner, not about the reader"
        yield warning("view_passes_policies", message, NOWHERE, f"alter view {view} set (security_invoker = true)")


@rule
def constraint_never_validated(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A rule holds for old rows, too.

    What it does: finds constraints that were added `not valid` and never validated.
    Why it matters: old rows break the rule, and the planner does not use it.
    Instead of: alter table orders add constraint paid check (…) not valid
    Write: alter table orders validate constraint paid
    """
    for table, name in _state(blueprint).not_valid:
        message = f"`{name}` of `{table}` was never checked against the rows that were there before it"
        yield warning("constraint_never_validated", message, NOWHERE, f"alter table {table} validate constraint {name}")


@rule
def index_never_finished(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An index is there or not.

    What it does: finds invalid indexes, which an interrupted `create index concurrently` leaves behind.
    Why it matters: each write maintains it, and no query uses it.
    Instead of: an index that was begun and not finished
    Write: drop index concurrently, then create it again
    """
    for table, name in _state(blueprint).invalid_indexes:
        message = f"`{name}` of `{table}` is written and never read: its creation was interrupted"
        yield warning("index_never_finished", message, NOWHERE, f"drop index concurrently {name}, and create it again")


@rule
def unlogged_table(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What is kept survives a crash.

    What it does: finds unlogged tables.
    Why it matters: after a crash they are empty, and they are on no replica and in no physical backup.
    Instead of: create unlogged table sessions
    Write: create table sessions, or a cache
    """
    for table in sorted(_state(blueprint).unlogged):
        message = f"`{table}` is empty after a crash, and on no replica"
        yield warning("unlogged_table", message, NOWHERE, f"alter table {table} set logged")


@rule
def inherited_table(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Tables do not inherit.

    What it does: finds tables made by `inherits` that are no partitions.
    Why it matters: a key of the parent is not unique over its children, and no reference reaches them.
    Instead of: create table cities () inherits (places)
    Write: a table with a reference to places, or partitions
    """
    for table in sorted(_state(blueprint).inheriting):
        message = f"`{table}` inherits: keys and references of its parent do not hold for its rows"
        yield warning("inherited_table", message, NOWHERE, "reference the parent instead, or make partitions")


@rule
def sequence_near_its_end(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Numbers do not run out.

    What it does: finds sequences that have given 70 % of their numbers.
    Why it matters: at the last one every insert fails.
    Instead of: a sequence of integers at 1.9 billion
    Write: alter table … alter column … type bigint, in time
    """
    for sequence in _state(blueprint).sequences:
        if sequence.last >= WORN * sequence.most:
            message = f"`{sequence.name}` has given {sequence.last / sequence.most:.0%} of its numbers"
            yield warning("sequence_near_its_end", message, NOWHERE, "make the column and the sequence bigint")


@rule
def extension_in_public(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Extensions stand where nobody else writes.

    What it does: finds extensions in the schema public.
    Why it matters: whoever may create there can put a function before theirs, which then runs for everybody.
    Instead of: create extension citext
    Write: create extension citext schema extensions
    """
    for name in _state(blueprint).public_extensions:
        message = f"the extension `{name}` stands in `public`, where a function can be put before its own"
        yield note("extension_in_public", message, NOWHERE, f"alter extension {name} set schema extensions")


@rule
def dead_rows(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Vacuum keeps up.

    What it does: finds tables with 10,000 dead rows or more that are a fifth of the table.
    Why it matters: each scan reads them, and the planner counts with them.
    Instead of: a table that is updated faster than autovacuum comes by
    Write: alter table … set (autovacuum_vacuum_scale_factor = 0.02)
    """
    for table, live, dead in _state(blueprint).dead:
        if dead >= DEAD_ROWS and dead >= DEAD_SHARE * (live + dead):
            message = f"`{table}` has {dead:,} dead rows beside {live:,} live ones: vacuum does not keep up"
            yield warning("dead_rows", message, NOWHERE, "lower autovacuum_vacuum_scale_factor of the table")


@rule
def reference_to_platform(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What a platform owns may change, all but its keys.

    What it does: finds foreign keys to tables in schemas that the platform owns (on Supabase auth, storage, …) which
    lead to anything but a primary key.
    Why it matters: an upgrade of the platform drops or changes the constraint, and fails on yours, or takes it along.
    Instead of: email text references auth.users (email)
    Write: user_id uuid references auth.users on delete cascade
    Source: splinter 0021, fkey_to_auth_unique
    """
    for table, name, target in _state(blueprint).foreign:
        message = f"`{name}` of `{table}` rests on a constraint of `{target}`, which the platform may drop"
        yield warning("reference_to_platform", message, NOWHERE, f"reference the primary key of {target}")
