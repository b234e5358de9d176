"""Steps 4, 7 and 9 of the process: what the designer says about stores, consistency and operation, as decisions."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Record what the design decides by itself, so that every document tells it with its reason.

    Reads: decisions, storage, stores, cache, freshness, availability, backup, scaling, sharing.
    Decides: nothing of its own yet. Writes: decisions. Source: seed 003.
    """
    return blueprint.decide(
        *_choices(design),
        *_storage(design),
        *_stores(design),
        *_caches(design),
        *_consistency(design),
        *_availability(design),
        *_sharing(design),
        *_scaling(design),
    )


def _choices(design: Design) -> Iterator[Decision]:
    for choice in design.decisions:
        alternatives = tuple(_alternative(str(a)) for a in choice.instead_of)
        subjects = tuple(str(on).removeprefix("entities.").removeprefix("access.") for on in choice.on)
        yield Decision(
            f"design/{choice.name}",
            str(choice.about),
            str(choice.why),
            tuple(str(on) for on in choice.on),
            subjects,
            alternatives,
            span=choice.place.span,
        )


def _alternative(text: str) -> Alternative:
    what, _, cost = text.partition(": ")
    return Alternative(what, cost or "turned down")


def _storage(design: Design) -> Iterator[Decision]:
    plain = []
    for entity in design.entities:
        if not entity.storage.because:
            plain.append(str(entity.name))
            continue
        yield Decision(
            f"storage/{entity.name}",
            f"`{entity.name}` ({entity.storage.kind} data) is kept in {entity.storage.system}",
            str(entity.storage.because),
            (f"entities.{entity.name}.storage",),
            (str(entity.name),),
            span=entity.storage.place.span,
        )
    if plain:
        yield Decision(
            "storage/relational",
            f"{len(plain)} entities are kept as tables in PostgreSQL",
            "their rows reference each other, change in transactions and are asked in many ways",
            tuple(f"entities.{name}" for name in plain),
            tuple(plain),
            (Alternative("a document database", "references and constraints would move into every application"),),
        )


def _stores(design: Design) -> Iterator[Decision]:
    for store in design.stores:
        life = f", each entry for {store.ttl}" if store.ttl else ""
        yield Decision(
            f"stores/{store.name}",
            f"{store.about or store.name} ({store.kind}) in {store.system}{life}",
            str(store.because),
            (f"stores.{store.name}",),
            (str(store.name),),
            span=store.place.span,
        )


def _caches(design: Design) -> Iterator[Decision]:
    for pattern in design.access:
        if pattern.cache is None:
            continue
        dropped = f", dropped when {', '.join(pattern.cache.drop_on)} change" if pattern.cache.drop_on else ""
        yield Decision(
            f"cache/{pattern.name}",
            f"answers of `{pattern.name}` are cached for {pattern.cache.ttl} in {pattern.cache.system}{dropped}",
            f"asked {pattern.rate or 'often'}, and may be {pattern.freshness}",
            (f"access.{pattern.name}.cache",),
            (str(pattern.name),),
            (Alternative("no cache", "every call reaches the database"),),
            span=pattern.cache.place.span,
        )


def _consistency(design: Design) -> Iterator[Decision]:
    groups: dict[str, list[AccessPattern]] = {}
    for pattern in design.access:
        groups.setdefault(_level(pattern), []).append(pattern)
    reasons = {
        "strong": "the answer must hold what was committed before; it is read from the primary",
        "own writes": "a person must see what he just did; others may see it a moment later",
        "causal": "what is seen must not run ahead of its cause",
        "eventual": "a stated staleness is allowed, so a replica or a cache may answer",
    }
    for level, patterns in groups.items():
        names = tuple(str(p.name) for p in patterns)
        yield Decision(
            f"consistency/{level.replace(' ', '-')}",
            f"{len(names)} access patterns are {level}ly consistent"
            if level != "own writes"
            else f"{len(names)} access patterns read their own writes",
            reasons[level],
            tuple(f"access.{n}.freshness" for n in names),
            names,
            (Alternative("strong for all", "every read goes to the primary"),)
            if level != "strong"
            else (Alternative("eventual", "a stale answer would be wrong here"),),
        )


def _level(pattern: AccessPattern) -> str:
    text = str(pattern.freshness)
    return text if text in ("strong", "own writes", "causal") else "eventual"


def _availability(design: Design) -> Iterator[Decision]:
    plan = design.availability
    if plan is not None:
        yield Decision(
            "availability/plan",
            f"{plan.replicas} standby servers, {plan.replication} replication, {plan.failover} failover"
            + (f", regions {', '.join(plan.regions)}" if plan.regions else ""),
            str(plan.why) or f"at most {plan.rpo} may be lost, and {plan.rto} away",
            ("availability",),
            ("availability",),
            (
                Alternative("multi-master", "two masters accept conflicting writes; each must be resolved by a rule"),
                Alternative("no standby", "the recovery time is that of a restore"),
            ),
            span=plan.place.span,
        )
    if design.backup is not None:
        plan_text = f"full {design.backup.full}, changes {design.backup.changes or 'not archived'}"
        yield Decision(
            "backup/plan",
            f"backups: {plan_text}, kept {design.backup.keep or 'for ever'}",
            "a standby repeats every mistake; only a backup goes back in time",
            ("backup",),
            ("backup",),
            span=design.backup.place.span,
        )


def _sharing(design: Design) -> Iterator[Decision]:
    for shared in design.sharing:
        yield Decision(
            f"sharing/{shared.name}",
            f"{', '.join(shared.components)} share {', '.join(shared.entities)}: {shared.sync}",
            str(shared.why) or "several components need it",
            (f"sharing.{shared.name}",),
            tuple(str(e) for e in shared.entities),
            (Alternative("a copy for each component", f"conflicts: {shared.conflict}"),) if shared.conflict else (),
            span=shared.place.span,
        )


def _scaling(design: Design) -> Iterator[Decision]:
    if design.scaling is None:
        return
    sharding, pooling = design.scaling.sharding, design.scaling.pooling
    if sharding is not None:
        yield Decision(
            "scaling/sharding",
            f"the unit of growth beyond one server is `{sharding.by}`",
            str(sharding.when) or "one server has an end",
            ("scaling.sharding",),
            ("scaling",),
            (Alternative("sharding now", "joins, references and backups over several servers before they are needed"),),
            span=sharding.place.span,
        )
    if pooling is not None:
        yield Decision(
            "scaling/pooling",
            f"{pooling.system} pools {pooling.connections} connections by {pooling.mode}",
            "a server process a client does not scale; the tenant is set per transaction, so a pool may mix clients",
            ("scaling.pooling",),
            ("scaling",),
            span=pooling.place.span,
        )
