"""Access patterns: the named queries and writes of the system, with what they must fulfil."""

from __future__ import annotations

from typing import ClassVar, Literal

from dbwright.model.entity import Acceptance
from dbwright.model.growth import GrowthClass, Meaning
from dbwright.model.quantities import Bytes, Count, Duration, Rate
from dbwright.model.shape import Place, Text, key, named, place
from dbwright.records import record

Isolation = Literal["read committed", "repeatable read", "serializable"]


@record(frozen=True, kw_only=True)
class Latency:
    """How long an access pattern may take, as the caller of the database sees it."""

    SHORTHAND: ClassVar[str] = "p95"

    p50: Duration | None = key("half of the calls", None)
    p95: Duration | None = key("95 of 100 calls", None, example="15ms")
    p99: Duration | None = key("99 of 100 calls", None)
    place: Place = place()


@record(frozen=True, kw_only=True)
class Cache:
    """A cached answer: how long, under which key, and what drops it."""

    ttl: Duration = key("time to live", example="60s")
    key_template: Text = key("key of the cached answer", Text(""), name="key", example="course:{tenant}:{course}")
    drop_on: tuple[Text, ...] = key("entities whose change drops it", (), example="[orders]")
    system: Text = key("the cache", Text("redis"))
    strategy: Literal["cache-aside", "write-through"] = key("who fills it", "cache-aside")
    place: Place = place()


@record(frozen=True, kw_only=True)
class Parameter:
    """One parameter of an access pattern: a sample value as an SQL literal, and what it stands for."""

    SHORTHAND: ClassVar[str] = "example"

    name: Text = named("parameter name, without the colon")
    example: Text = key("a sample value, an SQL expression", Text(""), example="'linear algebra'")
    means: Meaning | None = key("how much of a table its value stands for", None, example="window of 7 days")
    about: Text = key("what it is for people", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class AccessPattern:
    """One named query or write, with its reason, rate, latency target and freshness."""

    name: Text = named("name of the pattern")
    why: Text = key("why it is needed", Text(""))
    by: tuple[Text, ...] = key("the roles that run it", example="web")
    sql: Text = key("the statement; parameters are written `:name`")
    parameters: tuple[Parameter, ...] = key("samples and meanings of parameters that no column explains", ())
    rate: Rate | None = key("how often at peak", None, example="900/s")
    latency: Latency | None = key("how long it may take", None, example="{p95: 15ms}")
    rows: Count | None = key("rows it returns, where no limit tells", None)
    growth: GrowthClass | None = key(
        "how its work may grow with the rows; derived from the latency by default", None, example="linear in the table"
    )
    freshness: Text = key("how stale an answer may be", Text("strong"), example="stale up to 5s")
    isolation: Isolation = key("transaction isolation", "read committed")
    conflict: Text = key("how concurrent writes are resolved", Text(""), example="compare-and-set")
    cache: Cache | None = key("cached answer", None)
    component: Text = key("the component that runs it", Text(""))
    size: Bytes | None = key("size of an answer", None)
    accept: tuple[Acceptance, ...] = key("accepted findings", ())
    place: Place = place()


@record(frozen=True, kw_only=True)
class Steps:
    """Access patterns that run one after the other in one transaction: all of them happen, or none.

    A pattern that stands here runs in no transaction of its own; the isolation level is that of the transaction.
    """

    name: Text = named("name of the transaction")
    why: Text = key("why its steps belong together", Text(""))
    by: tuple[Text, ...] = key("the roles that run it, where not those that all steps have in common", ())
    steps: tuple[Text, ...] = key("the access patterns in order", example="[place-order, add-item, take-stock]")
    isolation: Isolation = key("transaction isolation", "read committed")
    rate: Rate | None = key("how often at peak", None, example="60/s")
    conflict: Text = key("what settles two sessions that meet", Text(""), example="a fixed order of locks")
    accept: tuple[Acceptance, ...] = key("accepted findings", ())
    place: Place = place()
