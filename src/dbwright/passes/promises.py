"""Promises that the design makes and no experiment tests yet: they are claims all the same, and say so."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Span
from dbwright.model.access import AccessPattern
from dbwright.model.claim import NOT_IMPLEMENTED, Claim
from dbwright.model.design import Design
from dbwright.model.entity import Entity


def operation_claims(design: Design) -> Iterator[Claim]:
    """Yield a claim for every promise about latency, freshness, caches, retention, privacy, backup and operation."""
    for pattern in design.access:
        yield from _pattern(pattern)
    for entity in design.entities:
        yield from _entity(entity)
    yield from _system(design)


def _untested(family: str, subject: str, promise: str, span: Span) -> Claim:
    return Claim(f"{family}/{subject}", family, subject, promise, untested=NOT_IMPLEMENTED, span=span)


def _pattern(pattern: AccessPattern) -> Iterator[Claim]:
    name, place = str(pattern.name), pattern.place
    if pattern.latency is not None:
        targets = [(p, getattr(pattern.latency, p)) for p in ("p50", "p95", "p99")]
        text = ", ".join(f"{p} within {d}" for p, d in targets if d)
        rate = f" at {pattern.rate}" if pattern.rate else ""
        promise = f"`{name}` answers {text}{rate} at the horizon"
        details = {"pattern": name}
        yield Claim(f"latency/{name}", "latency", name, promise, details, span=place.of("latency"))
    if pattern.freshness != "strong":
        promise = f"an answer of `{name}` is {pattern.freshness}"
        yield _untested("freshness", name, promise, place.of("freshness"))
    if pattern.cache is not None:
        promise = f"a cached answer of `{name}` lives {pattern.cache.ttl} and is dropped when its data changes"
        yield _untested("cache", name, promise, place.of("cache"))


def _entity(entity: Entity) -> Iterator[Claim]:
    name, place = str(entity.name), entity.place
    if entity.retention is not None:
        promise = f"rows of `{name}` stay {entity.retention.keep}, then {entity.retention.then}"
        yield _untested("retention", name, promise, place.of("retention"))
    if entity.audit in ("changes", "reads and changes"):
        promise = f"every change of `{name}` leaves a trail that nobody can edit"
        yield _untested("audit", name, promise, place.of("audit"))
    for column in entity.columns:
        subject = f"{name}.{column.name}"
        if column.encrypt is not None:
            promise = f"`{subject}` is never stored readable"
            yield _untested("encryption", subject, promise, column.place.of("encrypt"))
        if column.personal:
            promise = f"`{subject}` ({column.personal}) can be exported and erased for one person"
            yield _untested("privacy", subject, promise, column.place.of("personal"))


def _system(design: Design) -> Iterator[Claim]:
    if design.availability is not None:
        plan, span = design.availability, design.place.of("availability")
        if plan.rpo is not None:
            yield _untested("availability", "rpo", f"at most {plan.rpo} of writes is lost", span)
        if plan.rto is not None:
            yield _untested("availability", "rto", f"the service is back within {plan.rto}", span)
    if design.backup is not None:
        promise = f"a backup (full {design.backup.full}) restores to any moment of the last {design.backup.keep}"
        yield _untested("backup", "restore", promise, design.place.of("backup"))
    if design.encryption is not None:
        span = design.place.of("encryption")
        if design.encryption.in_transit:
            promise = f"a connection without {design.encryption.in_transit} is refused"
            yield _untested("encryption", "in transit", promise, span)
        if design.encryption.at_rest:
            yield _untested("encryption", "at rest", f"files are kept under {design.encryption.at_rest}", span)
    for store in design.stores:
        promise = f"{store.system} holds {store.name} as the design says"
        yield _untested("stores", str(store.name), promise, store.place.span)
    for alert in design.alerts:
        yield _untested("monitoring", str(alert.name), f"{alert.when}: {alert.then}", alert.place.span)
    for shared in design.sharing:
        promise = f"{', '.join(shared.components)} agree on {', '.join(shared.entities)}"
        yield _untested("sharing", str(shared.name), promise, shared.place.span)
    if design.scaling is not None and design.scaling.pooling is not None:
        promise = f"{design.scaling.pooling.connections} pooled connections are enough"
        yield _untested("scaling", "pooling", promise, design.scaling.place.span)
    if design.scaling is not None and design.scaling.sharding is not None:
        promise = f"rows can be moved by {design.scaling.sharding.by} without a query over several servers"
        yield _untested("scaling", "sharding", promise, design.scaling.place.span)
