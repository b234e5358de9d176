"""What an index costs when rows are written, in the planner's units, which count no index of a written row.

An insert adds an entry to every index. An update that changes no column of any index leaves them alone (a HOT update);
else it adds an entry to all of them. A delete leaves them to VACUUM. An entry costs a descent, and its share of a page
that must be written: all of one where entries come in no order, its own bytes where they come in order. The row itself
costs its handling and its page; to find it is reading.
Source: PostgreSQL's README.HOT, `btcostestimate`; the prices of pages are the planner's own constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.footprint import PAGE
from dbwright.planner.advisor.options import Option, bits
from dbwright.planner.advisor.tables import Standing, TableFacts
from dbwright.records import record

RANDOM_PAGE, SEQUENTIAL_PAGE, OPERATOR = 4.0, 1.0, 0.0025
DESCENT = 50 * OPERATOR
"""What the planner charges for a level of a descent."""
ROW = 0.01
"""What the planner charges for handling a row (cpu_tuple_cost)."""
IN_ORDER = 0.9
"""Correlation from which new entries are taken to come in order."""
TINY = 1e-3
"""What every index costs at least, so that of two choices as good the smaller one is taken."""


@record(frozen=True)
class Written:
    """A statement of the workload that writes a table: `rows` a second, or a call, times its weight."""

    statement: int
    verb: str
    table: str
    columns: frozenset[str]
    rows: float


@record(frozen=True)
class Update:
    """An update: `touching` are the options it changes a column of, `costs` what an entry in each of them costs.

    `always`: an index that stands anyway is changed, so that every entry is written whatever is chosen.
    """

    touching: int
    costs: Mapping[int, float]
    always: bool


@record(frozen=True)
class Writes:
    """What options cost when rows are written: alone by insert, together by update; `most` is what they may cost."""

    inserts: tuple[float, ...]
    updates: tuple[Update, ...]
    most: float = float("inf")

    def alone(self, option: int) -> float:
        """Return what an option costs by inserts."""
        return self.inserts[option] + TINY

    def certain(self, option: int) -> float:
        """Return what an option costs whatever else is chosen, by inserts and by updates that change it anyway."""
        return self.alone(option) + self.moved(option)

    def moved(self, option: int) -> float:
        """Return what an option costs by updates that change it anyway."""
        return sum(u.costs.get(option, 0.0) for u in self.updates if u.always or u.touching >> option & 1)

    def upkeep(self, chosen: int) -> float:
        """Return what the writes cost with these options."""
        total = sum(self.inserts[i] for i in bits(chosen))
        for update in self.updates:
            if update.always or update.touching & chosen:
                total += sum(update.costs.get(i, 0.0) for i in bits(chosen))
        return total

    def cost(self, chosen: int) -> float:
        """Return the same with what keeps useless options out."""
        return self.upkeep(chosen) + TINY * chosen.bit_count()

    def fits(self, chosen: int) -> bool:
        """Return whether these options cost no more than they may."""
        return self.most == float("inf") or within(self.upkeep(chosen), self.most)


def within(cost: float, most: float) -> bool:
    """Return whether a cost keeps to its limit, to the accuracy of a solver."""
    return cost <= most + 1e-6 * max(1.0, abs(most))


def no_writes(options: Sequence[Option]) -> Writes:
    """Return writes that cost nothing: a workload that only reads."""
    return Writes(tuple(0.0 for _ in options), ())


def price_writes(
    options: Sequence[Option],
    written: Iterable[Written],
    tables: Mapping[str, TableFacts],
    standing: Sequence[Standing],
) -> Writes:
    """Return what each option costs for the statements that write its table."""
    inserts = [0.0] * len(options)
    updates = []
    for write in written:
        own = {i: write.rows * entry_cost(o.definition, tables[write.table]) for i, o in enumerate(options)
               if o.definition.table == write.table}  # fmt: skip
        if write.verb == "insert":
            for option, cost in own.items():
                inserts[option] += cost
        elif write.verb == "update":
            touching = sum(1 << i for i in own if changes(options[i].definition, write.columns))
            optional = {o.name for o in options if o.exists}
            always = any(
                s.table == write.table and s.name not in optional and write.columns & _names(s.keys + s.include)
                for s in standing
            )
            updates.append(Update(touching, own, always))
    return Writes(tuple(inserts), tuple(updates))


def cost_of_today(written: Iterable[Written], tables: Mapping[str, TableFacts], standing: Sequence[Standing]) -> float:
    """Return what the writes cost as things stand: rows, and entries of all indexes, those of keys included."""
    total = 0.0
    for write in written:
        table = tables[write.table]
        own = [s for s in standing if s.table == write.table]
        entries = sum(entry_cost(definition_of_standing(s), table) for s in own)
        changed = any(s.method != "brin" and write.columns & _names(s.keys + s.include) for s in own)
        moves = write.verb == "insert" or (write.verb == "update" and changed)
        total += write.rows * (_row_cost(write.verb, table) + (entries if moves else 0.0))
    return total


def _row_cost(verb: str, table: TableFacts) -> float:
    """What it costs to write a row: a new one goes where the last one went, another one stands on any page."""
    size = 28.0 + sum(c.width() for c in table.columns)
    return ROW + (SEQUENTIAL_PAGE * size / PAGE if verb == "insert" else RANDOM_PAGE / 2)


def definition_of_standing(standing: Standing) -> Definition:
    """Return an index that stands as the advisor thinks of it; the catalog's text of a key holds its direction."""
    keys = tuple(KeyPart(k, is_expression=not k.isidentifier()) for k in standing.keys)
    return Definition(standing.table, keys, standing.method, standing.include, standing.where)


def changes(definition: Definition, columns: frozenset[str]) -> bool:
    """Return whether a change of these columns changes an index; a BRIN index is no obstacle to a HOT update."""
    text = " ".join((*definition.columns, *definition.include, definition.where))
    return definition.method != "brin" and any(c in text for c in columns)


def _names(keys: Sequence[str]) -> frozenset[str]:
    return frozenset(k.split(" ")[0].strip('"') for k in keys)


def entry_cost(definition: Definition, table: TableFacts) -> float:
    """Return what one more entry costs."""
    if definition.method == "brin":
        return OPERATOR
    first = table.column(definition.keys[0].text)
    correlation = abs(float(first.statistics.get("correlation", 0))) if first else 0.0
    size = 16.0 + sum(c.width() for n in (*definition.columns, *definition.include) if (c := table.column(n)))
    page = SEQUENTIAL_PAGE * size / PAGE if correlation >= IN_ORDER else RANDOM_PAGE / 2
    entries = 8.0 if definition.method == "gin" else 1.0
    return entries * (2 * DESCENT + page)
