"""Rules about running the system: promises that contradict each other, or that nothing backs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.rules.registry import note, rule, warning

SHORT_RTO = 15 * 60
"""Seconds within which no person who is called can have acted."""


@rule
def rpo_without_archive(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What may be lost is no less than what a backup keeps.

    What it does: finds a recovery point objective with no continuous archive of changes and no synchronous standby.
    Why it matters: a full backup a week loses up to a week, whatever the objective says.
    Instead of: availability: {rpo: 5m}, backup: {full: weekly}
    Write: backup: {full: weekly, changes: continuous}
    """
    plan, kept = blueprint.design.availability, blueprint.design.backup
    if plan is None or plan.rpo is None:
        return
    synchronous = plan.replicas > 0 and plan.replication == "synchronous"
    if not synchronous and (kept is None or not kept.changes):
        message = f"at most {plan.rpo} may be lost, and no change is kept between two backups"
        yield warning("rpo_without_archive", message, plan.place.of("rpo"), "add `backup: {changes: continuous}`")


@rule
def nothing_lost_asynchronously(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What must not be lost is at two places before it counts.

    What it does: finds `rpo: 0s` with asynchronous replication, or without a standby.
    Why it matters: what was committed and not yet sent is gone when the primary burns.
    Instead of: availability: {rpo: 0s, replicas: 1}
    Write: availability: {rpo: 0s, replicas: 2, replication: synchronous}
    """
    plan = blueprint.design.availability
    if plan is None or plan.rpo is None or plan.rpo.seconds > 0:
        return
    if plan.replicas == 0 or plan.replication != "synchronous":
        message = "nothing may be lost, and a commit waits for no standby"
        help_text = "write `replicas: 2, replication: synchronous`, or an `rpo:` above zero"
        yield warning("nothing_lost_asynchronously", message, plan.place.of("rpo"), help_text)


@rule
def failover_by_hand(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Who must be back in minutes does not wait for a person.

    What it does: finds a recovery time objective under fifteen minutes with a manual failover, or without a standby.
    Why it matters: a person must notice, sign in and decide first.
    Instead of: availability: {rto: 5m, replicas: 2, failover: manual}
    Write: failover: automatic
    """
    plan = blueprint.design.availability
    if plan is None or plan.rto is None or plan.rto.seconds >= SHORT_RTO:
        return
    if plan.replicas == 0 or plan.failover == "manual":
        message = f"the service is to be back within {plan.rto}, and a person has to make it so"
        yield warning("failover_by_hand", message, plan.place.of("rto"), "write `replicas: 2, failover: automatic`")


@rule
def lag_above_rpo(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A standby is no further behind than what may be lost.

    What it does: compares the replication lag that is expected with the recovery point objective.
    Why it matters: a failover loses the lag.
    Instead of: availability: {rpo: 1s, lag: 10s, replicas: 2}
    Write: replication: synchronous, or rpo: 10s
    """
    plan = blueprint.design.availability
    if plan is None or plan.rpo is None or plan.lag is None or plan.replication == "synchronous":
        return
    if plan.lag.seconds > plan.rpo.seconds:
        message = f"a failover loses up to {plan.lag} of lag, and at most {plan.rpo} may be lost"
        yield warning("lag_above_rpo", message, plan.place.of("lag"), "replicate synchronously, or allow more")


@rule
def no_backup(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What is worth standbys is worth a backup.

    What it does: finds designs that say how available they are and nothing about a backup.
    Why it matters: a standby repeats a wrong `delete` within a second.
    Instead of: availability: {replicas: 2}, and no backup
    Write: backup: {full: weekly, changes: continuous, keep: 35 days, restore test: weekly}
    """
    design = blueprint.design
    if design.availability is not None and design.backup is None:
        message = "standbys repeat every mistake, and there is no backup"
        yield warning("no_backup", message, design.place.of("availability"), "add `backup:`")


@rule
def restore_never_tried(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A backup that nobody restored is a hope.

    What it does: finds backups without `restore test:`.
    Why it matters: the day it is needed is the first day on which anybody tries.
    Instead of: backup: {full: weekly}
    Write: backup: {full: weekly, restore test: weekly}
    """
    kept = blueprint.design.backup
    if kept is not None and not kept.restore_test:
        message = "nobody tries whether the backup can be restored"
        yield warning("restore_never_tried", message, kept.place.span, "add `restore test: weekly`")


@rule
def backup_at_home(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A backup is elsewhere.

    What it does: finds backups without `offsite:`, or in the only region of the design.
    Why it matters: the fire, and the thief with the password, take both.
    Instead of: backup: {full: weekly}
    Write: backup: {full: weekly, offsite: us}
    """
    design, kept = blueprint.design, blueprint.design.backup
    if kept is None:
        return
    regions = [str(r) for r in design.availability.regions] if design.availability else []
    if not kept.offsite or regions == [str(kept.offsite)]:
        yield note("backup_at_home", "the backup is where the database is", kept.place.span, "add `offsite:`")


@rule
def backup_in_clear(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A backup is as secret as the database.

    What it does: finds backups that are not encrypted.
    Why it matters: policies, masks and roles end at the file: whoever has it has everything.
    Instead of: backup: {full: weekly}
    Write: backup: {full: weekly, encrypted: true}
    """
    kept = blueprint.design.backup
    if kept is not None and not kept.encrypted:
        message = "whoever gets a backup reads everything: no policy and no mask holds in a file"
        yield warning("backup_in_clear", message, kept.place.span, "add `encrypted: true`")


@rule
def more_connections_than_pooled(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Roles share what the pool has.

    What it does: adds up the connections of the roles and compares them with those of the pool.
    Why it matters: the last ones wait, or are refused, when all are busy, which is when they matter.
    Instead of: scaling: {pooling: {connections: 40}} with roles of 60 and 20
    Write: roles that add up to no more than the pool, or a larger pool
    """
    scaling = blueprint.design.scaling
    pool = scaling.pooling if scaling else None
    wanted = sum(r.connections for r in blueprint.design.roles)
    if pool is not None and wanted > pool.connections:
        message = f"roles may hold {wanted} connections, and the pool has {pool.connections}"
        yield warning("more_connections_than_pooled", message, pool.place.span, "lower the roles, or enlarge the pool")


@rule
def cache_without_key(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A cached answer is found by everything that it depends on.

    What it does: finds caches whose `key:` is made of the statement's parameters and leaves one of them out.
    Why it matters: one reader gets what was made for another.
    Instead of: cache: {ttl: 60s, key: "orders:{user}"} for a statement with :user and :status
    Write: key: "orders:{user}:{status}"
    """
    for pattern in blueprint.design.access:
        if pattern.cache is None or not pattern.cache.key_template:
            continue
        statement = blueprint.statement(str(pattern.name))
        named = set(re.findall(r"{(\w+)}", str(pattern.cache.key_template)))
        missing = [p for p in statement.parameters if p not in named] if statement else []
        own_words = named - {*(statement.parameters if statement else ()), "tenant"}
        if missing and named and not own_words:
            message = f"the cache key of `{pattern.name}` leaves out `:{missing[0]}`: one reader gets another's answer"
            span = pattern.place.of("cache")
            yield warning("cache_without_key", message, span, f"add `{{{missing[0]}}}` to `key:`")


@rule
def newer_than_target(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    The target knows what the design uses.

    What it does: finds virtual generated columns, `not enforced` constraints and functions that are younger than the
    target's version.
    Why it matters: the DDL does not load there, or the statement fails at its first call.
    Instead of: target: {version: 16} and any_value() replaced by json_table()
    Write: target: {version: 17}
    """
    from dbwright.sql.patterns import queries

    version = blueprint.version
    for table in blueprint.tables:
        for column in table.columns:
            if column.generated and not column.stored and version < 18 and column.source is not None:
                message = f"`{table.name}.{column.name}` is generated virtually, which PostgreSQL {version} cannot"
                yield warning("newer_than_target", message, column.source.sql.span, "write `stored`, or target 18")
    for pattern, query in queries(blueprint).values():
        for name in query.functions:
            since = _SINCE.get(name.rpartition(".")[2], 0)
            if since > version:
                message = f"`{pattern.name}` calls `{name}`, which PostgreSQL {version} has not; {since} has"
                yield warning("newer_than_target", message, pattern.sql.span, f"target {since}, or write it otherwise")


_SINCE = {"any_value": 16, "array_sample": 16, "array_shuffle": 16, "json_table": 17, "to_bin": 17, "array_sort": 18}
"""Functions by the major version that brought them (release notes of PostgreSQL 16 to 18)."""
