"""The transactions of a design as programs that the analysis of robustness takes, and the cycles that it finds.

A pattern that is no step of a declared transaction is a transaction by itself. A statement is taken to happen at once:
it reads, and it takes the rows that it changes or locks and looks at them again. Items are columns of tables, and which
rows there are (`orders.+` for new ones, `orders.-` for deleted ones): every read of a table depends on them. A row that
is found by its key was there before, so that new rows do not concern it. A step that reads the row which the
transaction has taken, found by the same key and parameters, holds it; at repeatable read and above it holds it also
before it takes it, since what was changed since the snapshot is refused. Different rows of a table are not told apart,
so a cycle may be one of rows that never meet. A row that is locked counts as written, and rows that could join those
that a statement changes are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from dbwright.diagnostics import Span
from dbwright.model.access import AccessPattern, Steps
from dbwright.model.blueprint import Blueprint
from dbwright.records import record, replace
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Query, TableUse
from dbwright.theory.conflicts import Transaction, settled_tables, transactions
from dbwright.theory.robustness import NOTHING, Action, Conflicts, Cycle, Items, Program
from dbwright.theory.strict_keys import strict_keys

Row = tuple[str, frozenset[tuple[str, tuple[str, ...]]]]
"""One row of a table, told by the parameters that its key is compared with."""


@record(frozen=True)
class Unit:
    """What runs as one transaction: a pattern, or the steps of a declared one, at an isolation level."""

    name: str
    parts: tuple[Transaction, ...]
    declared: Steps | None
    isolation: str

    @property
    def steps(self) -> tuple[AccessPattern, ...]:
        """Its access patterns, in order."""
        return tuple(t.pattern for t in self.parts)

    @property
    def may_stop(self) -> bool:
        """Whether it may stop in the middle of a cycle at all: it goes on, or has read what it does not hold."""
        return len(self.parts) > 1 or bool(self.parts[0].reads and self.parts[0].writes)

    @property
    def path(self) -> str:
        """Its element of the design: `access.pay`, `transactions.checkout`."""
        return f"{'transactions' if self.declared else 'access'}.{self.name}"

    @property
    def conflict(self) -> str:
        """What the design says about sessions that meet in it."""
        return str(self.declared.conflict if self.declared else self.steps[0].conflict)

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.declared.name.span if self.declared else self.steps[0].sql.span

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return any(t.writes for t in self.parts)


@record(frozen=True)
class Hazard:
    """A cycle in units: the first stops after its statement number `cut`, the others run and commit, and it goes on."""

    units: tuple[Unit, ...]
    cut: int
    items: tuple[str, ...]

    @property
    def ends_in_reader(self) -> bool:
        """Whether only a reader sees that the others have no order."""
        return not self.units[-1].writes


def units(blueprint: Blueprint) -> Sequence[Unit]:
    """Return what runs as one transaction: declared ones first, then the patterns that are no step of one."""
    return blueprint.once(_units)


def _units(blueprint: Blueprint) -> list[Unit]:
    read = {t.name: t for t in transactions(blueprint)}
    declared = [t for t in blueprint.design.transactions if all(str(s) in read for s in t.steps)]
    steps = {str(s) for t in declared for s in t.steps}
    found = [Unit(str(t.name), tuple(read[str(s)] for s in t.steps), t, str(t.isolation)) for t in declared]
    return found + [Unit(name, (t,), None, str(t.pattern.isolation)) for name, t in read.items() if name not in steps]


def _programs(blueprint: Blueprint) -> list[Program]:
    """The programs of all units at their own levels."""
    return [_program(blueprint, unit, unit.isolation) for unit in units(blueprint)]


def _at_level(blueprint: Blueprint, unit: Unit, program: Program, level: str) -> Program:
    """The program of a unit as it would be at another level; what several steps hold depends on it."""
    if unit.isolation == level:
        return program
    return replace(program, level=level) if len(unit.parts) == 1 else _program(blueprint, unit, level)


def _program(blueprint: Blueprint, unit: Unit, level: str) -> Program:
    asked = [queries(blueprint)[p.name][1] for p in unit.parts]
    taken = [frozenset(_taken(blueprint, query)) for query in asked]
    actions: list[Action] = []
    for number, query in enumerate(asked):
        held = frozenset(chain(*(taken if level != "read committed" else taken[: number + 1])))
        actions.append(_action(blueprint, query, held))
    settled = NOTHING.union(*(_all_of(blueprint, table) for table in settled_tables(blueprint, asked)))
    fresh = frozenset(item for action in actions for item in action.writes if item.endswith(".+"))
    return Program(unit.name, level, tuple(actions), settled=settled, fresh=fresh)


def _action(blueprint: Blueprint, query: Query, held: frozenset[Row]) -> Action:
    loose: list[Items] = []
    guarded: list[Items] = []
    for use in query.uses:
        kept = use.target or use.table in query.locks or (held and not held.isdisjoint(_rows(blueprint, use)))
        (guarded if kept else loose).append(_read(blueprint, use))
    seen = NOTHING.union(*guarded)
    return Action(
        reads=NOTHING.union(*loose),
        writes=NOTHING.union(*_written(query)),
        guarded=frozenset(item for item in seen if not item.endswith(".+")),
    )


def _read(blueprint: Blueprint, use: TableUse) -> Items:
    columns = {*use.reads, *(c.column for c in use.conditions), *(o.column for o in use.orders)}
    rows = ("-",) if any(_rows(blueprint, use)) else ("-", "+")
    return frozenset(f"{use.table}.{name}" for name in (*columns, *rows))


def _written(query: Query) -> Iterator[Items]:
    for (verb, table), columns in query.writes.items():
        match verb:
            case "insert":
                yield frozenset((f"{table}.+",))
            case "delete":
                yield frozenset((f"{table}.-",))
            case _:
                yield frozenset(f"{table}.{c}" for c in columns)


def _all_of(blueprint: Blueprint, name: str) -> Items:
    table = blueprint.table(name)
    columns = [c.name for c in table.columns] if table else []
    return frozenset(f"{name}.{c}" for c in (*columns, "+", "-"))


def _taken(blueprint: Blueprint, query: Query) -> Iterator[Row]:
    """The rows that a statement changes or locks, where its condition names them by a key."""
    for use in query.uses:
        if use.target or use.table in query.locks:
            yield from _rows(blueprint, use)


def _rows(blueprint: Blueprint, use: TableUse) -> Iterator[Row]:
    table = blueprint.table(use.table)
    if table is None:
        return
    equal = {c.column: c.parameters for c in use.conditions if c.operator == "=" and len(c.parameters) == 1}
    for key in strict_keys(blueprint, table) if equal else ():
        named = [c for c in key if c != table.tenant_column]
        if named and all(c in equal for c in named):
            yield use.table, frozenset((c, equal[c]) for c in named)


def count_stopping(blueprint: Blueprint, level: str = "") -> int:
    """Return how many units can stop in the middle of a cycle, at their own levels or all at one."""
    known = units(blueprint)
    if not level or all(u.isolation == level for u in known):
        return len(blueprint.once(_cycles))
    if not any(u.may_stop for u in known):
        return 0
    own = blueprint.once(_programs)
    programs = [_at_level(blueprint, unit, program, level) for unit, program in zip(known, own, strict=True)]
    return sum(1 for _ in _cycles_in(known, programs))


def _cycles(blueprint: Blueprint) -> list[Cycle]:
    """A shortest cycle for each unit that may stop in the middle, at the levels of the design."""
    known = units(blueprint)
    return list(_cycles_in(known, blueprint.once(_programs))) if any(u.may_stop for u in known) else []


def _cycles_in(known: Sequence[Unit], programs: Sequence[Program]) -> Iterator[Cycle]:
    conflicts = Conflicts(programs, repeated=True)
    found = (conflicts.cycle_at(number) for number, unit in enumerate(known) if unit.may_stop)
    return (cycle for cycle in found if cycle is not None)


def hazards(blueprint: Blueprint) -> Sequence[Hazard]:
    """Return for each unit that may stop in the middle a shortest cycle; pairs of patterns have a rule of their own."""
    return blueprint.once(_hazards)


def _hazards(blueprint: Blueprint) -> list[Hazard]:
    by_name = {u.name: u for u in units(blueprint)}
    found = []
    for cycle in blueprint.once(_cycles):
        members = tuple(by_name[p.name] for p in cycle.programs)
        if len(members) > 2 or any(u.declared for u in members):
            found.append(Hazard(members, cycle.cut, cycle.items))
    return found
