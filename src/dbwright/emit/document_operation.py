"""Replication, backup and recovery (seed 003): what stands by, what is kept, and how one gets back."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Bullets, Grid, Heading, Paragraph, Unsaid, labelled
from dbwright.emit.document_diagrams import topology_graph
from dbwright.emit.material import Material
from dbwright.emit.wording import NOT_SAID, decision_link, plural
from dbwright.model.operations import Availability, Backup


def replication(material: Material) -> Iterator[Block]:
    """Yield the replication strategy with its topology, lag and failover."""
    plan = material.design.availability
    yield Heading(2, "Data Replication", "replication")
    yield Heading(3, "Replication Strategy", "replication-strategy")
    replicas = plan.replicas if plan else 0
    yield Grid(
        ("Strategy", "Pro", "Con", "Chosen"),
        (
            ("Master-Slave Replication", "simple; one order of all writes", "the primary is the limit of writes",
             "yes" if replicas else "no: there is no standby"),
            ("Multi-Master Replication", "writes go on in every region", "conflicting writes need a rule each", "no"),
            ("Peer-to-Peer Replication", "no single point of failure", "eventual consistency only", "no"),
        ),
    )  # fmt: skip
    yield Heading(3, f"Your Strategy: {_strategy(plan)}", "replication-choice")
    if plan is None:
        yield Unsaid("what may fail and for how long", "availability: {rpo: …, rto: …, replicas: …}")
    else:
        yield Paragraph((str(plan.why) or f"Why: {NOT_SAID}.", " (", decision_link("availability/plan"), ")"))
        if not plan.why:
            yield Unsaid("why this much availability", "availability: {why: …}")
    yield Heading(4, "Topology")
    yield topology_graph(material)
    yield Heading(4, "Replication Lag")
    yield from _lag(plan)
    yield Heading(4, "Failover Process")
    yield from _failover(plan)


def _strategy(plan: Availability | None) -> str:
    if plan is None:
        return NOT_SAID
    if not plan.replicas:
        return "one server, restored from a backup"
    return f"one primary, {plural(plan.replicas, f'{plan.replication} standby server')}"


def _lag(plan: Availability | None) -> Iterator[Block]:
    if plan is None or not plan.replicas:
        yield Paragraph("There is no standby, so nothing lags.")
        return
    expected = f"{plan.lag} at most" if plan.lag else NOT_SAID
    waits = "a commit waits for a standby, so what was confirmed is on two servers"
    if plan.replication == "asynchronous":
        waits = "a commit does not wait, so a failover loses what has not arrived"
    yield labelled(("Expected", expected), ("At commit", waits))
    if plan.lag is None:
        yield Unsaid("how far a standby may lag", "availability: {lag: …}")


def _failover(plan: Availability | None) -> Iterator[Block]:
    if plan is None or not plan.replicas:
        yield Paragraph("There is no standby: the service is away until a backup is restored, see the recovery plan.")
        return
    who = "A failover tool" if plan.failover == "automatic" else "A person decides, and"
    steps = (
        "The primary is fenced, so that it takes no more writes.",
        f"{who} promotes the standby that has replayed most.",
        "The pooler sends clients to the new primary; open transactions fail and the application repeats them.",
        "The old primary comes back as a standby, or is built anew.",
    )
    yield Bullets(steps, ordered=True)
    yield Paragraph("dbwright installs no failover tool, and this version rehearses no failover.")


def backup(material: Material) -> Iterator[Block]:
    """Yield how backups are taken and how one gets back."""
    plan, availability = material.design.backup, material.design.availability
    yield Heading(2, "Backup and Recovery", "backup")
    yield Heading(3, "Backup Strategy", "backup-strategy")
    if plan is None:
        yield Unsaid("how backups are taken", "backup: {full: …, changes: …, keep: …, restore test: …}")
    else:
        yield from _strategy_of(plan)
    yield Heading(3, "Recovery Plan", "recovery")
    rto = availability.rto if availability else None
    rpo = availability.rpo if availability else None
    yield labelled(
        ("RTO (Recovery Time Objective)", str(rto) if rto else NOT_SAID),
        ("RPO (Recovery Point Objective)", str(rpo) if rpo else NOT_SAID),
        ("Testing", f"a restore is rehearsed {plan.restore_test}" if plan and plan.restore_test else NOT_SAID),
    )
    yield Heading(4, "Procedure")
    yield Bullets(_procedure(plan), ordered=True) if plan else Paragraph("Without a backup there is none.")
    if rto is None:
        yield Unsaid("how long the service may be away", "availability: {rto: …}")
    if rpo is None:
        yield Unsaid("how much may be lost", "availability: {rpo: …}")
    if plan is not None and not plan.restore_test:
        yield Unsaid("how often a restore is rehearsed", "backup: {restore test: …}")
    yield Paragraph("This version of dbwright takes no backup and rehearses no restore; the claims say untested.")


def _strategy_of(plan: Backup) -> Iterator[Block]:
    kinds = [f"full {plan.full}"]
    kinds += [f"incremental {plan.incremental}"] if plan.incremental else []
    kinds += [f"changes archived: {plan.changes}"] if plan.changes else []
    place = f"a copy is kept in {plan.offsite}" if plan.offsite else NOT_SAID
    yield labelled(
        ("Frequency", ", ".join(kinds)),
        ("Location", f"{place}; {'encrypted' if plan.encrypted else 'not encrypted'}"),
        ("Retention", str(plan.keep) if plan.keep else NOT_SAID),
        ("Type", _kind(plan)),
        ("Decision", decision_link("backup/plan")),
    )
    if not plan.offsite:
        yield Unsaid("where a copy of the backups is kept", "backup: {offsite: …}")
    if plan.keep is None:
        yield Unsaid("how long backups are kept", "backup: {keep: …}")


def _kind(plan: Backup) -> str:
    kinds = "full and incremental" if plan.incremental else "full"
    if plan.changes:
        return f"{kinds}, with the log of changes: any moment can be restored"
    return f"{kinds}, without the log of changes: only the moment of a backup can be restored"


def _procedure(plan: Backup) -> tuple[str, ...]:
    replay = ("Let the server replay archived changes up to the wanted moment (`recovery_target_time`).",)
    return (
        "Take the last full backup before the wanted moment.",
        f"Restore it{', with its increments,' if plan.incremental else ''} on an empty server.",
        *(replay if plan.changes else ()),
        "Check it with `handoff/invariants.sql`, then let clients in.",
    )
