"""Access patterns as transactions: what two of them that run at once can do to each other.

Each pattern is one transaction. A read is guarded where the server looks again before it acts on it: the rows that an
update or delete changes, and rows that were locked. All else may be changed by another session before the transaction
commits. Two transactions that each read unguarded what the other one writes may both act on what is no longer so: write
skew, the dangerous structure of Fekete and others, "Making Snapshot Isolation Serializable" (TODS 2005). For templates
of single statements at read committed the same test applies (Vandevoort and others, "Robustness against Read Committed
for Transaction Templates", VLDB 2021). Tables and columns are compared, not rows, so a hazard may be one of two rows
that never meet. Cycles of two patterns are looked for here; longer ones, anomalies that only a reader sees, and
transactions of several patterns are looked for in `theory/programs.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement

from dbwright.model.access import AccessPattern, Steps
from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.model.table import Table
from dbwright.records import record
from dbwright.sql.assignments import assigned_parameters
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Query, TableUse
from dbwright.theory.strict_keys import strict_keys

LEVELS = ("read committed", "repeatable read", "serializable")
"""Isolation levels, the weakest first."""
WEAK = LEVELS[:2]
"""Isolation levels below serializable, at which PostgreSQL lets write skew happen."""


@record(frozen=True)
class Transaction:
    """One access pattern: columns read unguarded, columns written (None: whole rows), and columns overwritten blindly.

    A blind write sets a column to what the caller sends and does not look at what stands there. `settled` are the
    tables of which a key or an exclusion refuses what two sessions would add at once; `adds` says that it only inserts.
    A pattern may be a step `inside` declared transactions; `isolation` is then theirs, the weakest of several.
    """

    pattern: AccessPattern
    reads: Mapping[str, frozenset[str]]
    writes: Mapping[str, frozenset[str] | None]
    blind: Mapping[str, frozenset[str]]
    finds: Mapping[str, frozenset[str]]
    locks: tuple[str, ...]
    settled: frozenset[str]
    adds: bool
    isolation: str
    inside: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name of the pattern."""
        return str(self.pattern.name)

    @property
    def is_weak(self) -> bool:
        """Whether the server lets it act on what is no longer so."""
        return self.isolation in WEAK


@record(frozen=True)
class Skew:
    """Two transactions (or one twice) that each read what the other writes; the tables on both ways."""

    one: Transaction
    other: Transaction
    there: str
    back: str


@record(frozen=True)
class Overwrite:
    """A transaction that overwrites what a reader has shown, without looking whether it is still so."""

    reader: Transaction
    writer: Transaction
    table: str
    columns: tuple[str, ...]


def transactions(blueprint: Blueprint) -> list[Transaction]:
    """Return every access pattern that can be read as a transaction, in order."""
    return blueprint.once(_transactions)


def _transactions(blueprint: Blueprint) -> list[Transaction]:
    return [_transaction(blueprint, pattern, query) for pattern, query in queries(blueprint).values()]


def _transaction(blueprint: Blueprint, pattern: AccessPattern, query: Query) -> Transaction:
    writes: dict[str, frozenset[str] | None] = {}
    for (verb, table), columns in query.writes.items():
        whole = verb != "update" or (table in writes and writes[table] is None)
        writes[table] = None if whole else frozenset(columns) | (writes.get(table) or frozenset())
    reads: dict[str, frozenset[str]] = {}
    for use in query.uses:
        if not use.target and use.table not in query.locks:
            reads[use.table] = reads.get(use.table, frozenset()) | _columns_read(use)
    return Transaction(
        pattern,
        reads,
        writes,
        _blind(blueprint, query),
        {use.table: _equal_columns(use) for use in query.uses},
        query.locks,
        frozenset(settled_tables(blueprint, [query])),
        all(verb == "insert" for verb, _ in query.writes),
        isolation_of(blueprint, pattern),
        frozenset(str(t.name) for t in blueprint.once(_around).get(str(pattern.name), ())),
    )


def isolation_of(blueprint: Blueprint, pattern: AccessPattern) -> str:
    """Return the level at which a pattern runs: its own, or the weakest of the transactions in which it is a step."""
    around = blueprint.once(_around).get(str(pattern.name))
    return min((str(t.isolation) for t in around), key=LEVELS.index) if around else str(pattern.isolation)


def _around(blueprint: Blueprint) -> dict[str, list[Steps]]:
    return grouped((str(step), t) for t in blueprint.design.transactions for step in t.steps)


def _columns_read(use: TableUse) -> frozenset[str]:
    return frozenset([*use.reads, *(c.column for c in use.conditions), *(o.column for o in use.orders)])


def _equal_columns(use: TableUse) -> frozenset[str]:
    return frozenset(c.column for c in use.conditions if c.operator == "=" and c.other is None)


def _blind(blueprint: Blueprint, query: Query) -> dict[str, frozenset[str]]:
    """Columns that an update sets to a parameter where its condition names the row's key and nothing else of it."""
    if query.verb != "update":
        return {}
    found = {}
    for (_, name), assigned in assigned_parameters(query.sql).items():
        table = blueprint.table(name)
        use = next((u for u in query.uses if u.target and u.table == name), None)
        if table is not None and use is not None and assigned and _names_only_a_key(blueprint, table, use):
            found[name] = frozenset(assigned)
    return found


def _names_only_a_key(blueprint: Blueprint, table: Table, use: TableUse) -> bool:
    columns = {c.column for c in use.conditions} - {table.tenant_column}
    return any(columns == set(key) - {table.tenant_column} for key in strict_keys(blueprint, table))


def settled_tables(blueprint: Blueprint, asked: Sequence[Query]) -> Iterator[str]:
    """Yield tables that statements add to and ask first, where a constraint refuses what the answer should prevent."""
    for name in dict.fromkeys(table for query in asked for verb, table in query.writes if verb == "insert"):
        table = blueprint.table(name)
        uses = [u for query in asked for u in query.uses if u.table == name]
        asked_by = [_equal_columns(u) | {table.tenant_column} for u in uses] if table else []
        if table is None or not asked_by:
            continue
        if table.exclusions or any(
            set(key) <= columns for key in strict_keys(blueprint, table) for columns in asked_by
        ):
            yield name


def skews(found: Sequence[Transaction], even_serializable: bool = False) -> Iterator[Skew]:
    """Yield pairs of which each acts on what the other changes; two serializable ones are kept apart by the server."""
    for one, other in meeting([t for t in found if t.reads and t.writes]):
        there, back = _overtaken(one, other), _overtaken(other, one)
        if there and back and (one.is_weak or other.is_weak or even_serializable):
            yield Skew(one, other, there, back)


def meeting(found: Sequence[Transaction]) -> Iterator[tuple[Transaction, Transaction]]:
    """Yield all pairs, also of one with itself, that touch a common table of which one writes; each once, in order."""
    by_table = grouped((table, n) for n, t in enumerate(found) for table in {*t.reads, *t.writes})
    pairs = {pair for numbers in by_table.values() for pair in combinations_with_replacement(numbers, 2)}
    yield from ((found[one], found[other]) for one, other in sorted(pairs))


def _overtaken(reader: Transaction, writer: Transaction) -> str:
    """The table in which a writer changes what a reader has read and relies on, or nothing."""
    for table, columns in reader.reads.items():
        if table not in writer.writes or (table in reader.settled and table in writer.settled):
            continue
        if _overlap(writer.writes[table], columns):
            return table
    return ""


def overwrites(found: Sequence[Transaction]) -> Iterator[Overwrite]:
    """Yield blind writes of what the same role reads by the same key: the later of two writers undoes the earlier.

    Steps of one transaction are looked at with it (`theory/programs.py`).
    """
    readers = grouped((table, t) for t in found for table in t.reads if not t.writes)
    for writer in found:
        for table, columns in writer.blind.items():
            for reader in readers.get(table, ()):
                shown = columns & reader.reads[table]
                if shown and _is_shown_one_row(reader, writer, table):
                    yield Overwrite(reader, writer, table, tuple(sorted(shown)))
                    break


def _is_shown_one_row(reader: Transaction, writer: Transaction, table: str) -> bool:
    if reader.inside & writer.inside:
        return False
    same = writer.finds.get(table, frozenset()) <= reader.finds.get(table, frozenset())
    return same and bool({str(r) for r in reader.pattern.by} & {str(w) for w in writer.pattern.by})


def conflict(one: Transaction, other: Transaction) -> bool:
    """Return whether two transactions touch the same columns or rows and one writes them, so that order can matter.

    New rows meet those of another pattern in keys alone, and each key is tested by itself.
    """
    shared = one.writes.keys() & other.writes.keys() if one is other or not (one.adds or other.adds) else ()
    written = any(_overlap(one.writes[table], other.writes[table]) for table in shared)
    return written or bool(_overtaken(one, other) or _overtaken(other, one))


def _overlap(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is None or other is None or bool(one & other)
