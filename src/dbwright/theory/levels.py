"""The rows that one statement touches, level by level: joins in the best order, limits, subqueries, cascades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from dbwright.model.blueprint import Blueprint
from dbwright.model.growth import Meaning
from dbwright.model.summary_tables import summary_tables
from dbwright.model.table import Table
from dbwright.records import record, replace
from dbwright.sql.queries import Condition, Level, Query, TableUse
from dbwright.theory.amounts import ONE, Amount, Bound, Factor, Step, least
from dbwright.theory.cascades import cascades
from dbwright.theory.lookups import Ask, Found, indexes_of, look_up, ordered_by, whole
from dbwright.theory.volumes import Volumes

MOST_TABLES = 8
"""Tables of a level up to which every order of joining is looked at."""
SENT = Amount(1.0, (Factor("answer", "", (), 0.0, "the rows that the caller sends"),))
"""As many rows as a parameter holds."""


@record(frozen=True)
class Joined:
    """Some tables of a level, joined: how many rows come out, and the steps that led there."""

    out: Amount
    steps: tuple[Step, ...] = ()


class StatementBound:
    """The bound of one statement, for a role that a policy binds to its tenant (`own`) or for one that sees all.

    `guarded` says that the policy stands before the indexes, which is not so inside a definer function.
    """

    def __init__(self, volumes: Volumes, query: Query, means: Mapping[str, Meaning], own: bool, guarded: bool) -> None:
        self.volumes = volumes
        self.query = query
        self.means = means
        self.own = own
        self.guarded = guarded
        self.levels = dict(enumerate(query.levels))
        self.joined: dict[int, Joined] = {}
        self.outer: dict[int, Amount] = {}

    def bound(self) -> Bound:
        """Return the bound of the whole statement."""
        steps: list[Step] = []
        for number in sorted(self.levels, reverse=True):
            self.joined[number] = self._level(number, self.levels[number])
        for number, level in self.levels.items():
            runs = self._runs(level)
            self.outer[number] = runs.times(self.joined[number].out)
            again = [_repeated(step, runs) for step in self.joined[number].steps]
            steps += self._hashed(number, level, again)
        return Bound((*steps, *self._ages()))

    def _ages(self) -> list[Step]:
        """The one row that says how old a summary is, for each that is read through its view."""
        clocks = {s.name: s.clock for s in self.volumes.blueprint.summaries}
        return [Step(clocks[u.table], ONE, "its one row") for u in self.query.uses if u.table in clocks]

    def _runs(self, level: Level) -> Amount:
        """How often a level runs: once, or for each row of the level around."""
        runs = ONE
        if level.repeated and level.above >= 0:
            fed = [s.amount for s in self.joined[level.above].steps]
            runs = self._runs(self.levels[level.above]).times(max(fed, key=lambda a: a.rank, default=ONE))
        if level.recursive or (level.above >= 0 and self.levels[level.above].recursive):
            runs = runs.times(Amount(1.0, (Factor("table", "", (), 0.0, "each row that the recursion finds"),)))
        return runs

    def _hashed(self, number: int, level: Level, again: list[Step]) -> list[Step]:
        """The steps of a subquery that only asks whether there is an equal row, which the server may read once."""
        if not level.repeated or level.gathers or level.limit or level.unread or level.derived or len(again) != 1:
            return again
        uses = [u for u in self.query.uses if u.level == number]
        if len(uses) != 1:
            return again
        table = self._table(uses[0])
        if table is None:
            return again
        alone = replace(uses[0], conditions=tuple(c for c in uses[0].conditions if c.other is None))
        once = self._once(alone, table)
        return [Step(table.name, once.amount, once.by)] if once.amount.rank < again[0].amount.rank else again

    def _level(self, number: int, level: Level) -> Joined:
        uses = [u for u in self.query.uses if u.level == number]
        inserted = self._insert(number, level)
        if inserted is not None:
            return inserted
        if level.values:
            return Joined(Amount(float(level.values)))
        limited = self._limited(uses, level)
        found = limited or self._sorted(self._join(uses, level), level)
        steps = [*found.steps, *self._written(uses, found)]
        out = least(found.out, self._limit(level)) if level.limit else found.out
        return Joined(out, tuple(steps))

    def _sorted(self, joined: Joined, level: Level) -> Joined:
        """The same rows, sorted as a whole where neither groups nor a limit make them few."""
        if not level.sorts or level.limit or level.gathers:
            return joined
        steps = tuple(Step(s.table, s.amount, s.by, s.repeated, True) for s in joined.steps)
        return Joined(joined.out, steps)

    def _insert(self, number: int, level: Level) -> Joined | None:
        """An insert adds what its source gives; keys and references are looked up once for each row."""
        source = dict(level.derived).get("")
        if source is None:
            return None
        rows = self.joined[source].out
        tables = [u.table for u in self.query.uses if u.level == number and u.target]
        return Joined(rows, tuple(Step(t, rows, "written") for t in tables[:1]))

    def _written(self, uses: list[TableUse], found: Joined) -> Iterator[Step]:
        """What a delete or an update does to the rows that reference those it changes."""
        for use in uses:
            table = self.volumes.blueprint.table(use.table)
            if use.target and table is not None:
                verbs = {verb for verb, name in self.query.writes if name == use.table}
                changed = self.query.writes.get(("update", use.table), ())
                yield from cascades(self.volumes, table, verbs, frozenset(changed), found.out)

    def _limit(self, level: Level) -> Amount:
        """The rows that a limit lets pass, with those that its offset skips."""
        total = 0.0
        for text in (level.limit, level.offset):
            if not text:
                continue
            meaning = self.means.get(text)
            if text.isdigit():
                total += int(text)
            elif meaning is not None and meaning.kind in ("rows", "newest"):
                total += meaning.amount
            else:
                return Amount(1.0, (Factor("answer", "", (), 0.0, f"as many rows as `{text}` says"),))
        return Amount(total)

    def _limited(self, uses: list[TableUse], level: Level) -> Joined | None:
        """The rows of a level that stops after its limit, None where it must see more."""
        if not level.limit or level.gathers or level.unread or any(n >= 0 for _, n in level.derived):
            return None
        rows = self._limit(level)
        for first in uses:
            rest = [u for u in uses if u is not first]
            if self._stops(first, rest, level) and all(self._always_one(u, uses, level) for u in rest):
                others = tuple(Step(self._table_name(u), rows, "each looked up by its key", True) for u in rest)
                return Joined(rows, (Step(self._table_name(first), rows, "in the order of an index"), *others))
        return None

    def _stops(self, use: TableUse, rest: list[TableUse], level: Level) -> bool:
        table = self._table(use)
        if table is None or use.alias in level.optional or (level.sorts and not use.orders):
            return False
        if table.name != use.table and level.sorts:
            return False  # a view with a security barrier is planned by itself and does not know the order asked for
        if any(o.operator or o.nulls not in ("", "first" if o.descending else "last") for o in use.orders):
            return False
        own = tuple(c for c in use.conditions if not (c.operator == "=" and c.other and c.other[0]))
        ask = self._ask(use, table, frozenset(), own)
        orders = tuple((o.column, o.descending) for o in use.orders)
        return any(ordered_by(index, ask, orders) for index in indexes_of(table)) or (
            not level.sorts and not ask.conditions and not ask.given
        )

    def _always_one(self, use: TableUse, uses: list[TableUse], level: Level) -> bool:
        """Whether every row before finds exactly one row here: a reference that is never empty, or a left join."""
        table = self._table(use)
        if table is None:
            return False
        others = frozenset(u.alias for u in uses if u is not use)
        ask = self._ask(use, table, others)
        if self.volumes.group(table, frozenset(ask.given)) != ONE:
            return False
        if use.alias in level.optional:
            return True
        if any(c.other is None for c in use.conditions):
            return False
        pairs = {(c.other[0], c.other[1]): c.column for c in use.conditions if c.other}
        return any(self._references(u, table, pairs) for u in uses if u is not use)

    def _references(self, use: TableUse, target: Table, pairs: Mapping[tuple[str, str], str]) -> bool:
        table = self._table(use)
        own = {column: there for (alias, column), there in pairs.items() if alias == use.alias}
        for key in table.foreign_keys if table is not None else ():
            there = dict(zip(key.columns, key.target_columns or target.logical_key, strict=False))
            named = {c: t for c, t in there.items() if c != (table.tenant_column if table else "")}
            full = all(own.get(c) == t for c, t in named.items()) and set(own) <= set(there)
            filled = all((c := table.column(n)) is not None and c.not_null for n in there) if table else False
            if key.target == target.name and full and filled:
                return True
        return False

    def _join(self, uses: list[TableUse], level: Level) -> Joined:
        """The best order of joining, optional tables last."""
        derived = [(alias, self._derived(n)) for alias, n in level.derived if alias]
        start = ONE
        for _, rows in derived:
            start = start.times(rows)
        first = [u for u in uses if u.alias not in level.optional]
        known = self._orders(Joined(start), frozenset(a for a, _ in derived), first)
        return self._orders(
            known,
            frozenset([*(a for a, _ in derived), *(u.alias for u in first)]),
            [u for u in uses if u.alias in level.optional],
        )

    def _derived(self, number: int) -> Amount:
        return SENT if number < 0 else self.joined[number].out if number in self.joined else ONE

    def _orders(self, start: Joined, bound: frozenset[str], uses: list[TableUse]) -> Joined:
        if len(uses) == 1 or len(uses) > MOST_TABLES:
            for use in uses:
                start, bound = self._add(start, bound, use), bound | {use.alias}
            return start
        best: dict[frozenset[str], Joined] = {frozenset(): start}
        for size in range(1, len(uses) + 1):
            for some in combinations(uses, size):
                names = frozenset(u.alias for u in some)
                ways = [self._add(best[names - {u.alias}], bound | (names - {u.alias}), u) for u in some]
                out = least(*(w.out for w in ways))
                steps = min((w.steps for w in ways), key=_weight)
                best[names] = Joined(out, steps)
        return best[frozenset(u.alias for u in uses)]

    def _add(self, before: Joined, bound: frozenset[str], use: TableUse) -> Joined:
        """Join one more table: looked up for each row before it, or read as a whole once."""
        table = self._table(use)
        if table is None:
            rows = Amount(1.0, (Factor("table", use.table, (), 0.0, f"the rows of `{use.table}`"),))
            return Joined(before.out.times(rows), (*before.steps, Step(use.table, rows, "all of them")))
        ask = self._ask(use, table, bound)
        found = look_up(self.volumes, ask)
        matches = least(found.amount, self.volumes.group(table, frozenset(ask.given)))
        each = before.out.times(found.amount)
        step = Step(table.name, each, found.by, before.out != ONE)
        if before.out == ONE:
            return Joined(matches, (*before.steps, step))
        once = self._once(use, table)
        if (not bound or _meets(use, bound)) and once.amount.rank < each.rank:
            step = Step(table.name, once.amount, once.by)
        return Joined(before.out.times(matches), (*before.steps, step))

    def _once(self, use: TableUse, table: Table) -> Found:
        """The way to read a table that looks at no other table."""
        ask = self._ask(use, table, frozenset())
        return min((look_up(self.volumes, ask), whole(self.volumes, ask)), key=lambda f: f.amount.rank)

    def _ask(
        self, use: TableUse, table: Table, bound: frozenset[str], conditions: tuple[Condition, ...] | None = None
    ) -> Ask:
        """What a use asks of its table once the tables in `bound` are known."""
        own = use.conditions if conditions is None else conditions
        masked = self._masked(use)
        own = tuple(c for c in own if c.column not in masked)
        given: dict[str, Amount] = {}
        if table.tenant_column and (self.own or masked):
            given[table.tenant_column] = ONE
        for condition in own:
            count = self._count(condition)
            other = condition.other
            if count is not None and (other is None or not other[0] or other[0] in bound):
                given[condition.column] = least(count, given.get(condition.column, count))
        for column in self._equated(use) - masked:
            given.setdefault(column, ONE)
        return Ask(table, own, given, self.guarded and bool(table.tenant_column), self.means)

    def _equated(self, use: TableUse) -> set[str]:
        """Columns that equal a column elsewhere in the level which equals a value: what the server concludes, too."""
        same = [u for u in self.query.uses if u.level == use.level]
        if len(same) == 1:
            return set()  # what its own conditions say is known
        values = {
            (u.alias, c.column)
            for u in same
            for c in u.conditions
            if c.operator == "=" and not c.from_outer_join and (c.other is None or not c.other[0])
        }
        for _ in same:
            values |= {
                (u.alias, c.column)
                for u in same
                for c in u.conditions
                if c.operator == "=" and c.other in values and not (c.from_outer_join and u.alias != use.alias)
            }
        return {column for alias, column in values if alias == use.alias}

    def _count(self, condition: Condition) -> Amount | None:
        """How many values a column must equal one of; None where the condition is no equality."""
        if condition.operator in ("=", "is true", "is false"):
            return ONE
        if condition.operator != "in":
            return None
        if condition.value:
            return Amount(float(condition.value.count(",") + 1))
        meaning = next((self.means[p] for p in condition.parameters if p in self.means), None)
        if meaning is not None and meaning.kind == "rows":
            return Amount(meaning.amount)
        return SENT if condition.parameters else None

    def _table(self, use: TableUse) -> Table | None:
        return table_read(self.volumes.blueprint, use.table)

    def _table_name(self, use: TableUse) -> str:
        table = self._table(use)
        return table.name if table is not None else use.table

    def _masked(self, use: TableUse) -> set[str]:
        """The columns that a masked view shows changed, by which nothing can be looked up."""
        table = self._table(use)
        if table is None or table.name == use.table:
            return set()
        return {c.name for c in table.columns if c.source is not None and c.source.mask} | {""}


def table_read(blueprint: Blueprint, name: str) -> Table | None:
    """Return the table of a name, or the one behind a masked view or a summary of that name; None for any other."""
    table = blueprint.table(name)
    if table is not None:
        return table
    view = next((v for v in blueprint.views if v.name == name), None)
    if view is not None and view.masked:
        return blueprint.table(view.reads[0])
    return summary_tables(blueprint).get(name)


def _meets(use: TableUse, bound: frozenset[str]) -> bool:
    """Whether a use equals a column of the tables before it, so that both can be read once and hashed."""
    return any(c.operator == "=" and c.other is not None and c.other[0] in bound for c in use.conditions)


def _repeated(step: Step, runs: Amount) -> Step:
    if runs == ONE:
        return step
    return Step(step.table, runs.times(step.amount), step.by, True, step.sorted)


def _weight(steps: tuple[Step, ...]) -> tuple[int, float]:
    bound = Bound(steps)
    return max((s.amount.rank[0] for s in steps), default=0), bound.rows
