"""What a design says about running the system: availability, backup, stores, sharing, monitoring, review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from dbwright.model.quantities import Count, Duration
from dbwright.model.shape import Place, Text, key, named, place
from dbwright.records import record

ReviewState = Literal["draft", "review-needed", "changes-requested", "approved", "implemented", "superseded"]


@record(frozen=True, kw_only=True)
class Availability:
    """How much may be lost, how long it may be away, and what stands by."""

    rpo: Duration | None = key("recovery point objective: how much may be lost", None, example="0s")
    rto: Duration | None = key("recovery time objective: how long it may be away", None, example="5m")
    replicas: int = key("standby servers", 0)
    replication: Literal["synchronous", "asynchronous"] = key("whether a commit waits for a standby", "asynchronous")
    lag: Duration | None = key("replication lag that is expected at most", None)
    failover: Literal["automatic", "manual"] = key("who promotes a standby", "manual")
    regions: tuple[Text, ...] = key("regions, the primary first", ())
    why: Text = key("why these", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class Backup:
    """How often, where, how long, and how a restore is proven."""

    full: Text = key("how often a full backup is taken", example="weekly")
    incremental: Text = key("how often an incremental one is taken", Text(""))
    changes: Text = key("how changes are archived", Text(""), example="continuous")
    keep: Duration | None = key("how long backups are kept", None, example="35 days")
    offsite: Text = key("where a copy is kept", Text(""))
    encrypted: bool = key("whether they are encrypted", False)
    restore_test: Text = key("how often a restore is rehearsed", Text(""), example="weekly")
    place: Place = place()


@record(frozen=True, kw_only=True)
class Store:
    """Data that is kept outside the primary database, or a cache in front of it."""

    name: Text = named("name of the store's content")
    about: Text = key("what it holds", Text(""))
    kind: Literal[
        "relational", "document", "key-value", "graph", "time-series", "search", "cache", "file", "stream"
    ] = key("kind of store")
    system: Text = key("the system", example="redis")
    because: Text = key("why this store")
    keys: tuple[Text, ...] = key("keys or paths", (), example="session:{token}")
    ttl: Duration | None = key("time to live of an entry", None)
    size: Text = key("size estimate", Text(""))
    drop_on: tuple[Text, ...] = key("entities whose change drops an entry", ())
    place: Place = place()


@record(frozen=True, kw_only=True)
class Sharing:
    """Data that several components use, how it is kept in sync and how conflicts are resolved."""

    name: Text = named("what is shared")
    entities: tuple[Text, ...] = key("the entities")
    components: tuple[Text, ...] = key("the components that use it")
    why: Text = key("why it is shared", Text(""))
    sync: Text = key("how it is kept in sync")
    frequency: Text = key("how often", Text("on every change"))
    conflict: Text = key("how conflicts are resolved", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class Sharding:
    """How data would be spread over several databases."""

    SHORTHAND: ClassVar[str] = "by"

    by: Text = key("the key", example="tenant_id")
    when: Text = key("at which size", Text(""))
    regions: Text = key("how regions are separated", Text(""))
    cross_shard: Text = key("how queries over several shards are answered", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class Pooling:
    """How connections are pooled."""

    system: Text = key("the pooler", Text("pgbouncer"))
    mode: Literal["transaction", "session"] = key("pool mode", "transaction")
    connections: int = key("server connections at most", 100)
    idle: Duration | None = key("when an idle connection is closed", None)
    place: Place = place()


@record(frozen=True, kw_only=True)
class EncryptionPolicy:
    """Encryption of the whole system; columns say `encrypt:` themselves."""

    at_rest: Text = key("how files are encrypted", Text(""))
    in_transit: Text = key("how connections are encrypted", Text(""), example="tls 1.3")
    keys: Text = key("where keys are kept", Text(""))
    rotation: Duration | None = key("how often keys change", None)
    place: Place = place()


@record(frozen=True, kw_only=True)
class Alert:
    """A measure that is watched, and the threshold that wakes somebody."""

    SHORTHAND: ClassVar[str] = "when"

    name: Text = named("name of the alert")
    when: Text = key("the threshold", example="replication lag over 10s")
    then: Text = key("what happens", Text("notify"))
    place: Place = place()


@record(frozen=True, kw_only=True)
class Comment:
    """A review comment on an element of the design, and its answer."""

    name: Text = named("name of the comment")
    on: Text = key("the element", example="access.order-history")
    by: Text = key("who asks", Text(""))
    asks: Text = key("the question")
    answer: Text = key("the answer", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class Review:
    """Where the review of the design stands."""

    state: ReviewState = key("state of the review", "draft")
    owners: tuple[Text, ...] = key("who answers for the design", ())
    reviewers: tuple[Text, ...] = key("who must sign", ())
    areas: Mapping[str, tuple[Text, ...]] = key(
        "what a reviewer's signature covers", factory=dict, example="{finance: [entities.budgets, areas.billing]}"
    )
    comments: tuple[Comment, ...] = key("questions and answers", ())
    place: Place = place()


@record(frozen=True, kw_only=True)
class Choice:
    """A decision that the designer took, with the reason and what was turned down."""

    name: Text = named("name of the decision")
    about: Text = key("what was decided")
    why: Text = key("which requirement it serves")
    instead_of: tuple[Text, ...] = key("what was turned down, and why", ())
    on: tuple[Text, ...] = key("the elements it is about", ())
    place: Place = place()


@record(frozen=True, kw_only=True)
class Scaling:
    """How the system grows beyond one server."""

    sharding: Sharding | None = key("how data is spread", None)
    pooling: Pooling | None = key("connections", None)
    read_replicas: Text = key("which reads go to replicas", Text(""))
    clients: Count | None = key("clients at peak", None)
    place: Place = place()
