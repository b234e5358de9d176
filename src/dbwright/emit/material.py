"""What the documents are written from: the blueprint, who uses which table, and the verdicts that are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from dbwright.emit.cardinality import Reference, references
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint, Statement
from dbwright.model.claim import Claim, Finding, Verdict
from dbwright.model.decision import Decision
from dbwright.model.design import Design
from dbwright.model.entity import Column, Entity
from dbwright.model.grouping import grouped
from dbwright.model.kept_advice import KeptAdvice
from dbwright.model.table import Index, Table, TableColumn
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Query

HEAVY = 0.8
"""The share of calls from which a table counts as read-heavy or write-heavy."""
OF_PATTERNS = ("access", "latency", "growth", "freshness", "cache", "concurrency")
"""The families of claims that are about an access pattern."""


@dataclass(frozen=True)
class Use:
    """An access pattern with what its statement asks, and the statement that was decided."""

    pattern: AccessPattern
    query: Query
    statement: Statement
    reads: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the pattern."""
        return str(self.pattern.name)

    @property
    def writes(self) -> tuple[tuple[str, str], ...]:
        """(verb, table) of everything it writes."""
        return tuple(self.query.writes)

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The tables it writes, each once."""
        return tuple(dict.fromkeys(table for _, table in self.query.writes))

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Every table it touches, each once; those behind a view count."""
        return tuple(dict.fromkeys([*self.reads, *self.written]))

    @property
    def kind(self) -> str:
        """`read`, `write`, or `mixed` where a statement reads tables that it does not write."""
        if not self.writes:
            return "read"
        return "mixed" if set(self.reads) - set(self.written) else "write"

    @property
    def per_second(self) -> float:
        """Calls a second at peak; 0 where the design does not say."""
        return self.pattern.rate.per_second if self.pattern.rate else 0.0

    @property
    def indexes(self) -> tuple[str, ...]:
        """Every index of which its plan promises to use one."""
        return tuple(dict.fromkeys(name for names in self.statement.uses for name in names))


@dataclass(frozen=True)
class Material:
    """A blueprint as the writers of documents see it; `findings` are the verdicts by claim, where there are any.

    `advice` is what is kept of the advisor's word on it.
    """

    blueprint: Blueprint
    findings: Mapping[str, Finding] = field(default_factory=dict)
    advice: KeptAdvice | None = None

    @classmethod
    def of(cls, blueprint: Blueprint, findings: Sequence[Finding] = ()) -> Material:
        """Return the material of a blueprint and of what experiments found."""
        return cls(blueprint, {f.claim.id: f for f in findings})

    @property
    def design(self) -> Design:
        """The design behind the blueprint."""
        return self.blueprint.design

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every access pattern that can be read, in the order of the design."""
        views = {v.name: v.reads for v in self.blueprint.views}
        found = []
        for name, (pattern, query) in queries(self.blueprint).items():
            statement = self.blueprint.statement(name)
            assert statement is not None
            named = [read for read, columns in query.reads.items() if columns or query.verb == "select"]
            tables = [t for read in named for t in views.get(read, (read,))]
            found.append(Use(pattern, query, statement, tuple(dict.fromkeys(tables))))
        return tuple(found)

    def use(self, pattern: str) -> Use | None:
        """Return an access pattern by its name."""
        return self._uses.get(pattern)

    @cached_property
    def _uses(self) -> dict[str, Use]:
        return {u.name: u for u in self.uses}

    def users(self, table: str) -> Sequence[Use]:
        """Return the patterns that read or write a table, also through a view."""
        return self._users.get(table, ())

    @cached_property
    def _users(self) -> dict[str, list[Use]]:
        return grouped((table, u) for u in self.uses for table in u.tables)

    def readers(self, table: str) -> list[Use]:
        """Return the patterns that read a table, also through a view."""
        return [u for u in self.users(table) if table in u.reads]

    def writers(self, table: str, *verbs: str) -> list[Use]:
        """Return the patterns that write a table, by one of the verbs where some are named."""
        return [u for u in self.users(table) if any(t == table and (not verbs or v in verbs) for v, t in u.writes)]

    def load(self, table: str) -> tuple[float, float]:
        """Return reads and writes a second at peak."""
        return self._loads.get(table, (0.0, 0.0))

    @cached_property
    def _loads(self) -> dict[str, tuple[float, float]]:
        return {table: _load(table, uses) for table, uses in self._users.items()}

    def balance(self, table: str) -> str:
        """Return `read-heavy`, `write-heavy`, `mixed`, or `unused` where no pattern touches the table."""
        if not self.users(table):
            return "unused"
        reads, writes = self.load(table)
        total = reads + writes
        if not total:
            return "not said"
        if reads >= HEAVY * total:
            return "read-heavy"
        return "write-heavy" if writes >= HEAVY * total else "mixed"

    @cached_property
    def partitioned(self) -> list[str]:
        """The tables that are cut into partitions."""
        return [t.name for t in self.blueprint.tables if t.partitioning]

    def entity(self, table: Table) -> Entity | None:
        """Return the entity behind a table; a derived junction has none."""
        return self.design.entity(table.name)

    def served(self, index: str, *given: str) -> list[str]:
        """Return the patterns that an index or key serves: those it was made for, and those that promise to use it."""
        named = [s.removeprefix("access.") for s in given if s.startswith("access.")]
        return list(dict.fromkeys([*named, *self._served.get(index, ())]))

    @cached_property
    def _served(self) -> dict[str, list[str]]:
        return grouped((index, u.name) for u in self.uses for index in u.indexes)

    def outgoing(self, table: str) -> Sequence[Reference]:
        """Return the references that lead from a table."""
        return self._outgoing.get(table, ())

    def incoming(self, table: str) -> Sequence[Reference]:
        """Return the references that lead to a table."""
        return self._incoming.get(table, ())

    @cached_property
    def references(self) -> list[Reference]:
        """Every foreign key with both its tables."""
        return references(self.blueprint)

    @cached_property
    def _outgoing(self) -> dict[str, list[Reference]]:
        return grouped((r.table.name, r) for r in self.references)

    @cached_property
    def _incoming(self) -> dict[str, list[Reference]]:
        return grouped((r.target.name, r) for r in self.references)

    def decision(self, code: str) -> Decision | None:
        """Return a decision by its code."""
        found = self._decisions.get(code)
        return found[0] if found else None

    @cached_property
    def _decisions(self) -> dict[str, list[Decision]]:
        return grouped((d.code, d) for d in self.blueprint.decisions)

    def decisions(self, *steps: str) -> list[Decision]:
        """Return the decisions of some steps, in order."""
        return [d for d in self.blueprint.decisions if d.step in steps]

    def claims_about(self, pattern: str) -> Sequence[Claim]:
        """Return the claims about an access pattern."""
        return self._claims.get(pattern, ())

    @cached_property
    def _claims(self) -> dict[str, list[Claim]]:
        return grouped((name, c) for c in self.blueprint.claims for name in _patterns_of(c))

    def verdict(self, claim: Claim) -> tuple[str, str]:
        """Return (verdict, reason): of the experiment, else `untested` where nothing tests it, else `not run`."""
        finding = self.findings.get(claim.id)
        if finding is not None:
            return finding.verdict.value, finding.reason
        if claim.untested:
            return Verdict.UNTESTED.value, claim.untested
        return "not run", ""

    def tally(self, families: Iterable[str] = ()) -> dict[str, int]:
        """Return how many claims have which verdict, held first; zeros are left out."""
        wanted = set(families) or self._verdicts.keys()
        verdicts = [v for family, own in self._verdicts.items() if family in wanted for v in own]
        kinds = ("held", "broken", "untested", "not run")
        return {kind: verdicts.count(kind) for kind in kinds if kind in verdicts}

    @cached_property
    def _verdicts(self) -> dict[str, list[str]]:
        return grouped((c.family, self.verdict(c)[0]) for c in self.blueprint.claims)

    def marked(self, mark: Literal["personal", "mask", "encrypt"]) -> list[tuple[Table, TableColumn, Column]]:
        """Return the columns that the design marks so, with their table and with what the design says of them."""
        return [
            (table, column, column.source)
            for table in self.blueprint.tables
            for column in table.columns
            if column.source is not None and getattr(column.source, mark)
        ]


def _load(table: str, uses: Sequence[Use]) -> tuple[float, float]:
    reads = sum(u.per_second for u in uses if table not in u.written)
    return reads, sum(u.per_second for u in uses if table in u.written)


def _patterns_of(claim: Claim) -> set[str]:
    """The names that a pattern may have that a claim is about; the claim of an isolation adds a word to it."""
    named = {str(claim.details["pattern"])} if "pattern" in claim.details else set()
    return named | ({claim.subject, claim.subject.removesuffix(".isolation")} if claim.family in OF_PATTERNS else set())


def keys_and_indexes(table: Table) -> list[Index]:
    """Return what finds rows of a table: the indexes behind its keys, then its own."""
    return [*table.key_indexes, *table.indexes]
