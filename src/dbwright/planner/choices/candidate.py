"""A change of a design that might pay for itself, and the design that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from dbwright.model.access import AccessPattern
from dbwright.model.advice import IndexAdvice, WrittenChange, WrittenIndex
from dbwright.model.design import Design
from dbwright.model.entity import Column, Entity, FixedIndex, PartitionChoice
from dbwright.model.shape import Text
from dbwright.model.summary import Summary
from dbwright.records import field, record, replace

Kind = Literal["partition", "summary", "rollup", "counter", "copy"]


@record(frozen=True)
class Candidate:
    """One change: `subject` is the table, the column with its table, or the summary; `what` says it in words.

    `statements` are what some access patterns would have to say to use it, `cautions` what must be known before they
    do. `stands` tells a change that would undo what the compiler decided by rule: it is tried to learn what that is
    worth. `tables` are those that it touches, `ddl` what makes it in a database without a design.
    `made` is an entity of sums and `job` the pattern that keeps it: both are told, and their owner adds them.
    `obstacle` is why it cannot be had, although it might pay.
    """

    kind: Kind
    subject: str
    what: str
    tables: tuple[str, ...]
    partition: PartitionChoice | None = None
    summary: Summary | None = None
    columns: tuple[Column, ...] = ()
    statements: Mapping[str, str] = field(default_factory=dict)
    cautions: tuple[str, ...] = ()
    stands: bool = False
    ddl: tuple[str, ...] = ()
    made: Entity | None = None
    job: AccessPattern | None = None
    obstacle: str = ""

    @property
    def entity(self) -> str:
        """The entity that it changes; a summary or a table of sums changes none."""
        return "" if self.kind in ("summary", "rollup") else self.subject.partition(".")[0]

    @property
    def change(self) -> WrittenChange:
        """The change as it is written into a design."""
        return WrittenChange(self.entity, self.partition, self.columns, self.summary, self.made, self.job)

    def excludes(self, other: Candidate) -> bool:
        """Whether not both can be chosen: a table is cut in one way, a pattern says one thing."""
        if self.kind == other.kind == "partition" and self.entity == other.entity:
            return True
        return self.subject == other.subject or bool(set(self.statements) & set(other.statements))


KINDS: tuple[Kind, ...] = ("partition", "summary", "rollup", "counter", "copy")
"""All kinds of changes, in the order in which they are told."""


@record(frozen=True)
class Dismissed:
    """What was not even tried, or could not be had, and why."""

    kind: Kind
    subject: str
    what: str
    why: str


def with_candidate(design: Design, candidate: Candidate, rewritten: bool = True) -> Design:
    """Return the design with a change; `rewritten` lets the access patterns use it, which only their owner may do."""
    entities = tuple(_changed(e, candidate) if e.name == candidate.entity else e for e in design.entities)
    summaries = (*design.summaries, *([candidate.summary] if candidate.summary else []))
    access, advice = design.access, design.advice
    if rewritten and advice is not None:
        # What they say now was not weighed, so the rules find their indexes.
        weighed = tuple(p for p in advice.patterns if p not in candidate.statements)
        advice = replace(advice, patterns=weighed)
    if rewritten:
        access = tuple(
            replace(p, sql=Text(candidate.statements[p.name])) if p.name in candidate.statements else p for p in access
        )
    if rewritten and candidate.made is not None and candidate.job is not None:
        entities, access = (*entities, candidate.made), (*access, candidate.job)
    return replace(design, entities=entities, summaries=summaries, access=access, advice=advice)


def with_indexes(design: Design, indexes: Sequence[WrittenIndex], patterns: Sequence[str]) -> Design:
    """Return the design with indexes that were advised for some patterns, as if they were written into it."""
    made: dict[str, list[FixedIndex]] = {}
    for index in indexes:
        serves = tuple(map(Text, index.serves))
        said = FixedIndex(name=Text(index.name), sql=Text(index.sql), serves=serves, evidence=Text(index.evidence))
        made.setdefault(index.entity, []).append(said)
    entities = tuple(
        replace(e, indexes=(*(i for i in e.indexes if not i.evidence), *made.get(str(e.name), ())))
        for e in design.entities
    )
    return replace(design, entities=entities, advice=IndexAdvice(patterns=tuple(map(Text, patterns))))


def _changed(entity: Entity, candidate: Candidate) -> Entity:
    partition = candidate.partition or entity.partition
    return replace(entity, partition=partition, columns=(*entity.columns, *candidate.columns))
