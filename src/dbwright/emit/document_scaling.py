"""Growth and running: scalability and monitoring (seed 002, steps 7 and output 5)."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Code, Grid, Heading, Inline, Paragraph, Unsaid, labelled
from dbwright.emit.document_sharing import level_of
from dbwright.emit.material import Material
from dbwright.emit.stored_answers import answers_ahead
from dbwright.emit.wording import (
    NOT_SAID,
    decision_link,
    pattern_links,
    plural,
    rate_text,
)


def scalability(material: Material) -> Iterator[Block]:
    """Yield how the system grows: partitions, sharding, replicas, pooling, caching."""
    scaling = material.design.scaling
    yield Heading(2, "Scalability", "scalability")
    cut = [t.name for t in material.blueprint.tables if t.partitioning]
    stale = [u for u in material.uses if level_of(u) == "eventual" and not u.writes]
    share = sum(u.per_second for u in stale)
    facts: list[tuple[str, Inline]] = [
        ("Partitions", f"{plural(len(cut), 'table')}, see “Partitioning Strategy Rationale”" if cut else "none"),
        ("Read replicas", f"{scaling.read_replicas if scaling and scaling.read_replicas else NOT_SAID}; "
                          f"{plural(len(stale), 'pattern')} with {rate_text(share)} could leave the primary"),
    ]  # fmt: skip
    sharding = scaling.sharding if scaling else None
    pooling = scaling.pooling if scaling else None
    if sharding is not None:
        facts += [
            ("Sharding", (f"by {sharding.by}, {sharding.when or NOT_SAID} (", decision_link("scaling/sharding"), ")")),
            ("Regions", str(sharding.regions) or NOT_SAID),
            ("Queries over several shards", str(sharding.cross_shard) or NOT_SAID),
        ]
    if pooling is not None:
        pool = f"{pooling.system}, {pooling.mode} mode, {pooling.connections} server connections at most"
        idle = f", idle ones closed after {pooling.idle}" if pooling.idle else ""
        facts.append(("Connection pooling", (pool, idle, " (", decision_link("scaling/pooling"), ")")))
    yield labelled(*facts, ("Load balancing", _balancing(material)))
    if sharding is None:
        yield Unsaid("how data would be spread over several servers", "scaling: {sharding: {by: …, when: …}}")
    if pooling is None:
        yield Unsaid("how connections are pooled", "scaling: {pooling: {connections: …}}")
    yield Heading(3, "Caching", "caching")
    yield from _caches(material)
    yield from answers_ahead(material)


def _balancing(material: Material) -> str:
    plan = material.design.availability
    if plan is None or not plan.replicas:
        return "none: there is one server"
    return "the data layer or the pooler sends patterns that may be stale to a standby; dbwright configures neither yet"


def _caches(material: Material) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    for use in material.uses:
        cache = use.pattern.cache
        if cache is not None:
            key: Inline = Code(str(cache.key_template)) if cache.key_template else NOT_SAID
            dropped = ", ".join(str(d) for d in cache.drop_on) or "only its time to live"
            rows.append((pattern_links([use.name]), str(cache.system), key, str(cache.ttl), cache.strategy, dropped))
    for store in material.design.stores:
        if store.kind in ("cache", "key-value"):
            keys = ", ".join(str(k) for k in store.keys) or NOT_SAID
            life = str(store.ttl) if store.ttl else "without end"
            dropped = ", ".join(str(d) for d in store.drop_on) or "only its time to live"
            rows.append(
                (Code(str(store.name)), str(store.system), Code(keys), life, "written by the application", dropped)
            )
    if not rows:
        yield Paragraph("Nothing is cached.")
        return
    yield Grid(("What", "System", "Key", "Time to live", "Strategy", "Dropped when these change"), tuple(rows))
    yield Paragraph("This version of dbwright writes no cache code: nothing fills or drops these entries yet.")
    nameless = [u.name for u in material.uses if u.pattern.cache and not u.pattern.cache.key_template]
    if nameless:
        yield Unsaid(("under which key these answers are cached: ", pattern_links(nameless)), "cache: {key: …}")


def monitoring(material: Material) -> Iterator[Block]:
    """Yield what is watched, and which measures the design itself asks for."""
    yield Heading(2, "Monitoring and Alerting", "monitoring")
    alerts = material.design.alerts
    if alerts:
        rows = tuple((Code(str(a.name)), str(a.when), str(a.then)) for a in alerts)
        yield Grid(("Alert", "When", "Then"), rows)
    else:
        yield Unsaid("what is watched and who is called", "alerts: {name: {when: …, then: …}}")
    targets = [u.name for u in material.uses if u.pattern.latency is not None]
    yield Paragraph("What this design asks to be measured:")
    yield Grid(("Measure", "Why", "From"), tuple(_measures(material, targets)))
    yield Paragraph("This version of dbwright installs no alert and no dashboard.")


def _measures(material: Material, targets: list[str]) -> Iterator[tuple[Inline, ...]]:
    if targets:
        why = plural(len(targets), "latency target")
        yield "p95 of each access pattern, as the caller sees it", why, "the data layer"
        yield "calls, mean and worst time of each statement", "which pattern takes the time", Code("pg_stat_statements")
    yield "use of each index", "an index that nothing uses is dropped", Code("pg_stat_user_indexes.idx_scan")
    yield "rows and bytes of each table", "against the capacity plan", Code("pg_total_relation_size")
    yield "dead rows and the last vacuum", "bloat grows where rows change often", Code("pg_stat_user_tables")
    if material.design.availability and material.design.availability.replicas:
        yield "replay lag of each standby", "stale reads and lost writes", Code("pg_stat_replication.replay_lag")
    if any(u.pattern.cache for u in material.uses):
        yield "cache hits and misses", "a cache that misses costs twice", "the cache itself"
    if any(t.partitioning and t.partitioning.strategy == "range" for t in material.blueprint.tables):
        yield "months of partitions ahead", "a missing partition refuses inserts", Code("pg_partition_tree")
    if any(u.pattern.isolation != "read committed" for u in material.uses):
        yield "serialization failures", "the application repeats them", Code("SQLSTATE 40001")
