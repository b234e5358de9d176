"""What an advice leaves in the design: the patterns it weighed, each index it chose, and what else it changed."""

from __future__ import annotations

from dbwright.model.access import AccessPattern
from dbwright.model.entity import Column, Entity, PartitionChoice
from dbwright.model.quantities import Bytes
from dbwright.model.shape import Place, Text, key, place
from dbwright.model.summary import Summary
from dbwright.records import record


@record(frozen=True, kw_only=True)
class IndexAdvice:
    """What `dbwright advise --apply` decided: for these patterns the indexes stand at their entities, and no others."""

    budget: Bytes | None = key("bytes that indexes may take at the horizon", None, example="20GB")
    patterns: tuple[Text, ...] = key("access patterns that were weighed", (), example="[order-history, pay]")
    place: Place = place()


@record(frozen=True)
class WrittenIndex:
    """An advised index as the design says it: its entity, its name there, what follows the table, patterns, worth."""

    entity: str
    name: str
    sql: str
    serves: tuple[str, ...]
    evidence: str


@record(frozen=True)
class WrittenChange:
    """An advised change beyond indexes as the design says it: of an entity its partition key or more columns, a
    summary, or a whole entity of sums with the pattern that keeps it, which is only shown."""

    entity: str = ""
    partition: PartitionChoice | None = None
    columns: tuple[Column, ...] = ()
    summary: Summary | None = None
    made: Entity | None = None
    job: AccessPattern | None = None
