"""How few rows of one table must be read to find those that a statement asks for: through a key, an index, or all.

An index serves the equal columns it starts with, then a range on the next one. Under row-level security only conditions
whose operator is leakproof reach an index (PostgreSQL manual, "Rules and Privileges"); a partial index serves where its
predicate stands among the conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dbwright.model.growth import Meaning
from dbwright.model.quantities import MONTH, Duration
from dbwright.model.table import Index, Table
from dbwright.records import cached_property, record
from dbwright.sql.leakproof import is_leakproof
from dbwright.sql.names import quote
from dbwright.sql.queries import Condition
from dbwright.theory.amounts import ONE, Amount, Factor
from dbwright.theory.volumes import Volumes

RANGES = ("<", "<=", ">", ">=", "between")
_LOWER = (">", ">=", "between")
_ONE_LOOK = ("=", "is null", "is true", "is false")
_AGE = r"""(?:now\(\)|current_timestamp|current_date|\$\d+) - (?:interval )?'([^']+)'"""


@record(frozen=True)
class Ask:
    """What is asked of one mention of a table.

    `conditions` are its own; `given` leads from a column or expression to the number of values it must equal, from
    conditions, joins and the policy of tenants. `guarded` says that row-level security stands before the indexes, and
    `means` what the parameters stand for.
    """

    table: Table
    conditions: tuple[Condition, ...]
    given: Mapping[str, Amount]
    guarded: bool
    means: Mapping[str, Meaning]

    def indexable(self, condition: Condition) -> bool:
        """Return whether an index may serve a condition before the policy is checked."""
        column = self.table.column(condition.column)
        return not self.guarded or column is None or is_leakproof(condition.operator, column.type)

    @cached_property
    def served(self) -> Mapping[str, Amount]:
        """The equal columns that an index may serve."""
        if not self.guarded:
            return self.given
        hidden = {c.column for c in self.conditions if c.operator in ("=", "in") and not self.indexable(c)}
        return {name: count for name, count in self.given.items() if name not in hidden}

    @cached_property
    def empty(self) -> frozenset[str]:
        """The columns that must be null, which an index finds, and of which no key limits the number."""
        return frozenset(c.column for c in self.conditions if c.operator == "is null" and not c.from_outer_join)

    def has_tenant(self) -> bool:
        """Return whether it asks for one tenant."""
        return bool(self.table.tenant_column) and self.table.tenant_column in self.given


@record(frozen=True)
class Found:
    """The rows that are read, and how they are found."""

    amount: Amount
    by: str


def look_up(volumes: Volumes, ask: Ask) -> Found:
    """Return the way that reads fewest rows: the better class first, fewer rows at the horizon second."""
    served = ask.served
    for index in ask.table.key_indexes:
        if all(served.get(name) == ONE for name in index.columns):
            return Found(ONE, f"by `{index.name}`")  # nothing is better than one row
    ways = [whole(volumes, ask), *_through_indexes(volumes, ask), *_through_partitions(volumes, ask)]
    return min(ways, key=lambda f: f.amount.rank)


def whole(volumes: Volumes, ask: Ask) -> Found:
    """Return the way without any condition but the tenant's, where an index leads with the tenant."""
    table = ask.table
    led = [i for i in indexes_of(table) if not i.where and i.columns[:1] == (table.tenant_column,)]
    if ask.has_tenant() and led:
        return Found(volumes.group(table, frozenset((table.tenant_column,))), f"by `{led[0].name}`")
    return Found(volumes.whole(table, tenant=False), "all of them")


def _through_partitions(volumes: Volumes, ask: Ask) -> Iterator[Found]:
    """The partitions that a window of time leaves: the window, and as much again as a partition is wide."""
    parts = ask.table.partitioning
    if parts is None or parts.strategy != "range":
        return
    window = _window(ask, parts.columns[0])
    if window is not None and window[0]:
        seconds, said = window
        amount = volumes.window(ask.table, frozenset(), seconds + parts.every * MONTH, said)
        yield Found(amount, "by its partitions")


def indexes_of(table: Table) -> tuple[Index, ...]:
    """Return the indexes of a table, those of its keys first."""
    return (*table.key_indexes, *table.indexes)


def _through_indexes(volumes: Volumes, ask: Ask) -> Iterator[Found]:
    for index in indexes_of(ask.table):
        if not implied(index, ask.conditions):
            continue
        if index.method in ("btree", "hash"):
            found = _through_tree(volumes, ask, index)
        else:
            found = _through_special(volumes, ask, index)
        if found is not None:
            yield Found(found, f"by `{index.name}`")


def implied(index: Index, conditions: tuple[Condition, ...]) -> bool:
    """Return whether the predicate of an index stands among the conditions, or there is none."""
    if index.definition and not index.keys:
        return False
    if not index.where:
        return True
    return _clauses(index) <= {text for c in conditions for text in _said(c)}


_KEYWORDS = re.compile(r"'[^']*'|\"[^\"]*\"|\b(is|not|null|and)\b", re.IGNORECASE)


def _clauses(index: Index) -> set[str]:
    """What a predicate says, its keywords in small letters: an advised one has them as the server writes them."""
    if not index.where:
        return set()
    text = _KEYWORDS.sub(lambda found: found[0].lower() if found[1] else found[0], index.where)
    return set(text.split(" and "))


def _said(condition: Condition) -> Iterator[str]:
    """Yield what follows from a condition, as predicates are written."""
    exact = predicate_of(condition)
    if exact:
        yield exact
    if condition.operator not in ("is null", "is false"):
        yield f"{_name(condition)} is not null"


def predicate_of(condition: Condition) -> str:
    """Return a condition that is the same in every call as an index predicate is written, else nothing."""
    column = _name(condition)
    match condition.operator:
        case "is true":
            return column
        case "is false":
            return f"not {column}"
        case "=" if condition.is_constant:
            return f"{column} = {condition.value}"
        case "is null" | "is not null":
            return f"{column} {condition.operator}"
    return ""


def _name(condition: Condition) -> str:
    return condition.column if condition.is_expression else quote(condition.column)


def prefix_of(index: Index, ask: Ask) -> tuple[str, ...]:
    """Return the keys at the front of an index that must equal something, or be null."""
    found: list[str] = []
    served, empty = ask.served, ask.empty
    for key in index.columns:
        if key not in served and key not in empty:
            break
        found.append(key)
    return tuple(found) if index.method != "hash" or len(found) == len(index.columns) else ()


def _through_tree(volumes: Volumes, ask: Ask, index: Index) -> Amount | None:
    prefix = prefix_of(index, ask)
    rest = index.columns[len(prefix) :]
    narrowed = _narrowed(volumes, ask, prefix, rest[0]) if rest and index.method == "btree" else None
    if not prefix and narrowed is None and not index.where:
        return None
    times = ONE
    prefix = tuple(name for name in prefix if name in ask.given)
    for name in prefix:
        times = times.times(ask.served[name])
    said = _clauses(index)
    kinds = {c.column for c in ask.conditions if predicate_of(c) in said and volumes.few(ask.table, c.column)}
    group = _meant(volumes, ask, (*prefix, *sorted(kinds - {*prefix})))
    return times.times(min([a for a in (group, narrowed) if a is not None], key=lambda a: a.rank))


def _meant(volumes: Volumes, ask: Ask, prefix: tuple[str, ...]) -> Amount:
    """The rows behind equal columns; what the designer says of a value wins over what lists of values tell."""
    group = volumes.group(ask.table, frozenset(prefix))
    for condition in ask.conditions:
        if condition.column not in prefix or condition.operator not in ("=", "in"):
            continue
        for name in condition.parameters:
            said = of_meaning(volumes, ask, ask.means.get(name), prefix)
            if said is not None and group.growth != "constant":
                group = said
    return group


def of_meaning(volumes: Volumes, ask: Ask, meaning: Meaning | None, columns: tuple[str, ...]) -> Amount | None:
    """Return the rows that a parameter with a declared meaning stands for, None where the meaning says no number."""
    table, tenant = ask.table, ask.has_tenant()
    match meaning.kind if meaning else "":
        case "rows" | "newest":
            text = f"{meaning.amount:,.0f} rows of `{table.name}` at most" if meaning else ""
            return Amount(1.0, (Factor("declared", table.name, columns, meaning.amount if meaning else 0, text),))
        case "rare" | "key":
            return volumes.answer(table, frozenset(columns))
        case "common":
            return volumes.whole(table, tenant, 0.5)
        case "share":
            return volumes.whole(table, tenant, meaning.amount if meaning else 1.0)
        case "tenant":
            return volumes.whole(table, tenant=True)
    return None


def _narrowed(volumes: Volumes, ask: Ask, prefix: tuple[str, ...], key: str) -> Amount | None:
    """The rows of a range on the key after the prefix, None where nothing says how wide the range is."""
    for condition in _ranges_on(ask, key):
        for name in condition.parameters:
            meaning = ask.means.get(name)
            if meaning is not None and meaning.kind != "window":
                return of_meaning(volumes, ask, meaning, prefix)
    window = _window(ask, key)
    return volumes.window(ask.table, frozenset(prefix), *window) if window is not None else None


def _ranges_on(ask: Ask, key: str) -> list[Condition]:
    own = [c for c in ask.conditions if c.column == key and c.operator in RANGES and ask.indexable(c)]
    return [c for c in own if not c.from_outer_join]


def _window(ask: Ask, key: str) -> tuple[float, str] | None:
    """The stretch of time that conditions on a column span, in seconds and in words; None where it has no end."""
    own = _ranges_on(ask, key)
    seconds, said = 0.0, ""
    for condition in own:
        for name in condition.parameters:
            meaning = ask.means.get(name)
            if meaning is not None and meaning.kind == "window":
                seconds, said = max(seconds, meaning.amount), meaning.text.removeprefix("window of ")
    for condition in own:
        age = age_of(condition)
        if age and condition.operator in _LOWER and (seconds or not condition.parameters):
            seconds, said = seconds + age.seconds, f"{said} and {age}" if said else str(age)
    return (seconds, said) if seconds else None


def age_of(condition: Condition) -> Duration | None:
    """Return how far back `now() - interval '7 days'` lies, None for anything else."""
    found = re.match(_AGE, condition.computed, re.IGNORECASE) if condition.computed else None
    try:
        return Duration.parse(found[1]) if found else None
    except ValueError:
        return None


def _through_special(volumes: Volumes, ask: Ask, index: Index) -> Amount | None:
    """The rows that GIN or GiST finds: what the parameter means, else a share of all that the index leads to."""
    prefix = prefix_of(index, ask)
    for condition in ask.conditions:
        if condition.column not in index.columns or not ask.indexable(condition):
            continue
        if condition.operator in (*_ONE_LOOK, "in", "is not null") or (index.method == "brin"):
            continue
        for name in condition.parameters:
            said = of_meaning(volumes, ask, ask.means.get(name), prefix)
            if said is not None:
                return said
        return volumes.whole(ask.table, ask.table.tenant_column in prefix, 0.01)
    return None


def ordered_by(index: Index, ask: Ask, orders: tuple[tuple[str, bool], ...]) -> bool:
    """Return whether an index gives exactly the rows that are asked for, in the order (column, descending) asked for.

    Then a limit stops it after as many rows. Every condition must be one that the index settles: equal columns at its
    front, a range on the key that follows, or its predicate.
    """
    if index.method != "btree" or not (index.where or ask.given.keys() <= set(index.columns)):
        return False  # a predicate can settle a column that is no key
    if not implied(index, ask.conditions):
        return False
    prefix = prefix_of(index, ask)
    if any(ask.served.get(name, ONE) != ONE for name in prefix):
        return False
    rest = [k for k in index.keys if k.expression not in prefix]
    wanted = [(c, d) for c, d in orders if c not in prefix]
    given = [(k.expression, k.descending) for k in rest[: len(wanted)]]
    if wanted and wanted not in (given, [(c, not d) for c, d in given]):
        return False
    following = rest[0].expression if rest else ""
    said = _clauses(index)
    fixed = {c.column for c in ask.conditions if predicate_of(c) in said}
    return all(_settled(c, ask, prefix, following, said) for c in ask.conditions) and set(ask.given) <= {
        *prefix,
        *fixed,
    }


def _settled(condition: Condition, ask: Ask, prefix: tuple[str, ...], following: str, said: set[str]) -> bool:
    if predicate_of(condition) in said:
        return True
    if condition.operator in ("=", "is null") and condition.column in prefix:
        return True
    return condition.operator in RANGES and condition.column == following and ask.indexable(condition)
