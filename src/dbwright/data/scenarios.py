"""The alternatives under which all checks of a table hold: for each a domain of every column, and comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from dbwright.data.constants import UnreadableError, columns_in, exact_ticks, expression, spelt_out
from dbwright.data.dataset import Note
from dbwright.data.domains import Domain, domain_of
from dbwright.data.formulas import Alternatives, Condition, all_of, read_formula
from dbwright.data.kinds import DAY_TICKS, NUMBERS, Family, Kind
from dbwright.data.orders import Network, Order, Total, comparable, components
from dbwright.data.refusing import refuse_contradiction
from dbwright.data.uniqueness import UniqueSet
from dbwright.model.table import Partitioning, Table
from dbwright.sql.grammar import GrammarError, expression_text


@dataclass(frozen=True)
class Bound:
    """A column compared with an expression over other columns of its row, computed row by row."""

    column: str
    operator: str
    node: Any


@dataclass
class Scenario:
    """One way to fulfil all checks of a table: domains, comparisons, computed bounds.

    `active` are the conditional unique sets whose condition may hold in it.
    """

    domains: dict[str, Domain]
    orders: list[Order] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    active: frozenset[int] = frozenset()

    def is_possible(self) -> bool:
        """Return whether every column has a value left, also next to the columns it is compared with."""
        if not all(d.is_possible() for d in self.domains.values()):
            return False
        kinds = {n: d.kind for n, d in self.domains.items()}
        compared = [o for o in self.orders if o.operator != "<>" and kinds[o.left].family.is_ordered]
        return all(
            self._closes(group, compared, kinds) for group in components(list(kinds), compared) if len(group) > 1
        )

    def _closes(self, group: list[str], orders: list[Order], kinds: Mapping[str, Kind]) -> bool:
        network = Network(group, kinds)
        for name in group:
            network.bound(name, self.domains[name].low, self.domains[name].high)
        for order in orders:
            if order.left in group:
                network.order(order)
        return network.close()


def _base_domain(table: Table, name: str, kind: Kind) -> Domain:
    column = table.column(name)
    assert column is not None
    domain = domain_of(kind, not (column.not_null or column.identity or kind.not_null))
    if table.partitioning is not None and name in table.partitioning.columns:
        _inside_partitions(domain, table.partitioning)
    return domain


def _inside_partitions(domain: Domain, partitioning: Partitioning) -> None:
    if partitioning.strategy == "list":
        values = tuple(v for p in partitioning.partitions for v in p.values)
        domain.restrict(Condition("", "in", values))
    bounds = [p for p in partitioning.partitions if p.start and p.end]
    if partitioning.strategy != "range" or not bounds:
        return
    # Bounds of an instant are read in the server's time zone, so a day at either end is left out.
    margin = DAY_TICKS if domain.kind.family is Family.INSTANT else 0
    lows = [int(exact_ticks(domain.kind, p.start)) for p in bounds]
    highs = [int(exact_ticks(domain.kind, p.end)) for p in bounds]
    domain.low, domain.high = min(lows) + margin, max(highs) - margin - 1


def read_scenarios(
    table: Table, kinds: Mapping[str, Kind], keys: Sequence[UniqueSet], notes: list[Note]
) -> list[Scenario]:
    """Return the alternatives of a table, those that nothing can fulfil left out; notes tell what cannot be read.

    Raise NothingFits where none is left.
    """
    base = {name: _base_domain(table, name, kind) for name, kind in kinds.items()}
    tagged = [(frozenset[int](), all_of(_rules(table, kinds, notes)))]
    for number, key in enumerate(keys):
        if key.where is not None:
            met, unmet = read_formula(key.where), read_formula(key.where, True)
            tagged = [(tags | {number}, all_of([found, met])) for tags, found in tagged] + [
                (tags, all_of([found, unmet])) for tags, found in tagged
            ]
    made: list[Scenario] = []
    for tags, found in tagged:
        made += [_scenario(table, kinds, base, conditions, tags, notes) for conditions in found]
    possible = [s for s in made if s.is_possible()]
    if not possible:
        lost = [n for n in kinds if not any(s.domains[n].is_possible() for s in made)]
        raise refuse_contradiction(table, lost)
    return possible


def _rules(table: Table, kinds: Mapping[str, Kind], notes: list[Note]) -> list[Alternatives]:
    """The checks of a table and of the domains of its columns, each as alternatives."""
    lists = [c for c in table.checks if c.values and c.column in kinds]
    found: list[Alternatives] = [[(Condition(c.column, "in", c.values),)] for c in lists]
    computed = {c.name: c.generated for c in table.columns if c.generated}
    plain = [(c.name, spelt_out(c.expression, computed)) for c in table.checks if c not in lists]
    found += [_alternatives(table, text, name, notes) for name, text in plain]
    for name, kind in kinds.items():
        for text in kind.checks:
            rule = _alternatives(table, text, name, notes)
            # A domain's rule is about `value`: here about the column that has the domain's type.
            found.append([tuple(replace(c, column=name) if c.column == "value" else c for c in a) for a in rule])
    return found


def _alternatives(table: Table, text: str, name: str, notes: list[Note]) -> Alternatives:
    try:
        return read_formula(expression(text))
    except GrammarError as error:
        notes.append(Note(table.name, name, f"`{name}` cannot be read: {error}"))
        return [()]


def _scenario(
    table: Table,
    kinds: Mapping[str, Kind],
    base: Mapping[str, Domain],
    conditions: Iterable[Condition],
    active: frozenset[int],
    notes: list[Note],
) -> Scenario:
    scenario = Scenario({n: replace(d, tests=list(d.tests)) for n, d in base.items()}, active=active)
    for condition in conditions:
        try:
            _take(scenario, kinds, condition)
        except UnreadableError:
            note = Note(
                table.name, condition.column, f"{_shown(condition)} cannot be read; values are tried as they are"
            )
            if note not in notes:
                notes.append(note)
    for domain in scenario.domains.values():
        domain.settle()
    return scenario


def _shown(condition: Condition) -> str:
    if condition.operator == "test":
        return f"`{expression_text(condition.value)}`"
    return f"`{condition.column} {condition.operator} {condition.other}` …"


def _take(scenario: Scenario, kinds: Mapping[str, Kind], condition: Condition) -> None:
    """Take one condition into a scenario; raise UnreadableError."""
    name, operator = condition.column, condition.operator
    if operator == "test":
        _take_test(scenario, kinds, condition)
    elif name not in kinds:
        raise UnreadableError(name)
    elif operator.startswith("sum "):
        _take_total(scenario, kinds, condition)
    elif condition.other:
        _take_order(scenario, kinds, condition)
    elif operator.startswith("bound "):
        unknown = [c for c in columns_in(condition.value) if c not in kinds]
        if unknown:
            raise UnreadableError(unknown[0])
        scenario.bounds.append(Bound(name, operator.removeprefix("bound "), condition.value))
    else:
        scenario.domains[name].restrict(condition)


def _take_test(scenario: Scenario, kinds: Mapping[str, Kind], condition: Condition) -> None:
    """A test of one text is what its maker is chosen by; any other cannot be aimed at."""
    kind = kinds.get(condition.column)
    if kind is None or kind.family is not Family.TEXT:
        raise UnreadableError("test")
    scenario.domains[condition.column].tests.append(condition.value)


def _take_order(scenario: Scenario, kinds: Mapping[str, Kind], condition: Condition) -> None:
    left, right = kinds[condition.column], kinds.get(condition.other)
    if right is None:
        raise UnreadableError(condition.other)
    if condition.operator == "<>" or not left.family.is_ordered:
        if condition.operator in ("=",) or (condition.operator != "<>" and left.family is not Family.UUID):
            raise UnreadableError(condition.operator)
        scenario.orders.append(Order(condition.column, condition.operator, condition.other))
        return
    if not comparable(left, right):
        raise UnreadableError(condition.other)
    scenario.orders.append(Order(condition.column, condition.operator, condition.other, _offset(left, condition.value)))


def _take_total(scenario: Scenario, kinds: Mapping[str, Kind], condition: Condition) -> None:
    left, right = kinds[condition.column], kinds.get(condition.other)
    if right is None or left.family not in NUMBERS or right.family not in NUMBERS:
        raise UnreadableError(condition.other)
    limit = exact_ticks(replace(left, decimals=0), condition.value)
    operator = condition.operator.removeprefix("sum ")
    scenario.totals.append(Total(condition.column, operator, condition.other, limit))


def _offset(kind: Kind, value: Any) -> Fraction:
    if kind.family in NUMBERS:
        return exact_ticks(replace(kind, decimals=0), value)
    if kind.family is Family.DAY and isinstance(value, int):
        return Fraction(value)
    span = exact_ticks(Kind(Family.SPAN, "interval"), value)
    return span / DAY_TICKS if kind.family is Family.DAY else span
