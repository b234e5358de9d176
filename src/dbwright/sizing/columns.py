"""The facts of one column that no key or reference decides: from its type, what is declared, its rules and its name.

What is declared comes first, then what the database itself will keep (lists of values, checks, defaults), then what a
name tells; the rest is assumed, and said.
"""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Values
from dbwright.model.table import TableColumn
from dbwright.records import record, replace
from dbwright.sizing.axes import axis_of
from dbwright.sizing.facts import Assumption, ColumnFacts, Elements, met
from dbwright.sizing.layout import Value
from dbwright.sizing.presumed import RARE_SHARE, presumed_nulls, presumed_truth
from dbwright.sizing.sites import Site, assumption, declared, is_rising, listed_values
from dbwright.sizing.spans import ends_of
from dbwright.sizing.text_kinds import TEXTS, presumed_text
from dbwright.sizing.widths import stored_value
from dbwright.sql.types import bare_type, is_array

BINS = 100
"""Bins of a histogram, and common values, that ANALYZE keeps by default (default_statistics_target)."""
MODEST = 1_000.0
"""Different values of a type without a measure of which nothing is known, such as an address."""


@record(frozen=True)
class Lasting:
    """What holds of a column at any age; `before` and `after` were assumed, in that order around all else."""

    nulls: float
    common: tuple[tuple[str, float], ...]
    value: Value
    rising: bool
    before: tuple[Assumption, ...]
    after: tuple[Assumption, ...]


def lasting_facts(blueprint: Blueprint) -> Mapping[str, Mapping[str, Lasting]]:
    """Return what holds of every column at any age, by table and column."""
    sites = [Site(blueprint, table, 0.0, 0.0) for table in blueprint.tables]
    return {s.table.name: {c.name: _lasting(s, c) for c in s.table.columns} for s in sites}


def _lasting(site: Site, column: TableColumn) -> Lasting:
    before: list[Assumption] = []
    after: list[Assumption] = []
    nulls = null_share(site, column, before)
    common = common_values(site, column, nulls)
    value = stored_value(site, column, nulls, common, after)
    return Lasting(nulls, common, value, is_rising(site.table, column), tuple(before), tuple(after))


def column_facts(site: Site, column: TableColumn, assumed: list[Assumption]) -> ColumnFacts:
    """Return the facts of a column, and add to `assumed` what nobody declared."""
    known = declared(column)
    lasting = site.blueprint.once(lasting_facts)[site.table.name][column.name]
    nulls, common, rising = lasting.nulls, lasting.common, lasting.rising
    assumed += lasting.before
    present = site.rows * (1 - nulls)
    axis = axis_of(column.type)
    told = known.distinct.among(present) if known.distinct is not None else None
    low, high = ends_of(site, column, axis, told, assumed) if axis is not None else (None, None)
    room = axis.steps(low, high) if axis is not None and low is not None and high is not None else None
    distinct = _distinct(site, column, known, present, common, room, assumed)
    if axis is not None and axis.whole and room is not None:
        distinct = min(distinct, room)
    assumed += lasting.after
    made = ColumnFacts(
        name=column.name,
        type=column.type,
        value=lasting.value,
        distinct=max(1.0, distinct),
        common=common,
        lowest=low,
        highest=high,
        correlation=1.0 if rising else 0.0,
        rising=rising,
        elements=_elements(column, known, distinct),
        histogram=text_bounds(known),
    )
    if not common and distinct < 0.5 * present:
        values = every_value(made)
        share = (1 - nulls) / max(1, len(values))
        made = replace(made, common=tuple([(v, share) for v in values]))
    return made


def every_value(column: ColumnFacts) -> list[str]:
    """Return all values of a column where they are few and lie at equal steps on their axis; none otherwise."""
    axis = axis_of(column.type)
    number = round(column.distinct)
    if axis is None or not 1 <= number <= BINS or column.lowest is None or column.highest is None:
        return []
    low, high = axis.read(column.lowest), axis.read(column.highest)
    if axis.whole and high - low + 1 != number:
        return []
    if number == 1:
        return [axis.show(low)]
    values = [axis.show(low + (high - low) * part / (number - 1)) for part in range(number)]
    return values if len(set(values)) == number else []


def text_bounds(known: Values) -> tuple[str, ...]:
    """Return texts that hold the declared words as often as declared, sorted: bounds of a histogram for patterns."""
    if not known.words:
        return ()
    texts = []
    for number in range(BINS + 1):
        held = [w for k, (w, share) in enumerate(known.words.items()) if _is_held(number, k, share.value)]
        filler = _FILLERS[number % len(_FILLERS)]
        order = number % (len(held) + 1)
        texts.append(" ".join([*held[:order], f"{filler}{number:03}", *held[order:]]))
    return tuple(sorted(texts))


def _is_held(number: int, place: int, share: float) -> bool:
    """Whether the text of that number holds a word: evenly spread, each word shifted against the others."""
    at = number + place * 17
    return int((at + 1) * share) > int(at * share)


_FILLERS = tuple("bdfhjlnprtvxz")


def null_share(site: Site, column: TableColumn, assumed: list[Assumption]) -> float:
    """Return the share of rows without a value in a column."""
    known = declared(column)
    if known.nulls is not None:
        return known.nulls.value
    if column.not_null or column.identity or column.generated:
        return 0.0
    key = site.table.primary_key
    if key is not None and column.name in key.columns:
        return 0.0
    share = presumed_nulls(column.name)
    why = (
        "its name says that few rows get there"
        if share == RARE_SHARE
        else "it may be empty, and nothing says how often"
    )
    assumed.append(assumption(site, column, "nulls", f"{share:.0%}", why, f"nulls: {share:.0%}"))
    return share


def common_values(site: Site, column: TableColumn, nulls: float) -> tuple[tuple[str, float], ...]:
    """Return values with their share of all rows where the values are few: hot ones as declared, the others alike."""
    listed = [str(v) for v in listed_values(site, column)]
    spelt = {"true": "t", "false": "f"} if listed == ["t", "f"] else {}
    hot = {spelt.get(str(value), str(value)): share.value for value, share in declared(column).hot.items()}
    rest = max(0.0, 1 - nulls - sum(hot.values()))
    others = [v for v in listed if v not in hot]
    shares = hot | {v: rest / len(others) for v in others}
    if listed == ["t", "f"] and not hot:
        true = presumed_truth(column.default)
        shares = {"t": true * rest, "f": (1 - true) * rest}
    return tuple(sorted(shares.items(), key=lambda pair: -pair[1]))


def _distinct(
    site: Site,
    column: TableColumn,
    known: Values,
    present: float,
    common: tuple[tuple[str, float], ...],
    room: float | None,
    assumed: list[Assumption],
) -> float:
    if known.distinct is not None:
        return max(known.distinct.among(present), float(len(common)))
    if any(set(u) == {column.name} for u in site.table.unique_sets()):
        return present
    if common and len(common) >= len(listed_values(site, column)) > 0:
        return min(float(len(common)), max(1.0, present))
    if is_rising(site.table, column):
        return present
    name = bare_type(column.type)
    if name != "uuid" and room is not None:
        return max(1.0, met(room, present))
    if name in TEXTS and not is_array(column.type) and (few := presumed_text(site.table, column).different):
        number, why = met(few, present), "its name tells of no more"
    elif name in ("uuid", "jsonb", "json", "bytea", "tsvector", *TEXTS) or is_array(column.type):
        number, why = present, "every row is taken to have its own"
    else:
        number, why = min(present, MODEST), "a modest number of different values"
    assumed.append(assumption(site, column, "distinct values", f"{number:.0f}", why, "distinct: 40k"))
    return number


def _elements(column: TableColumn, known: Values, distinct: float) -> Elements | None:
    name = bare_type(column.type)
    if name not in ("tsvector", "jsonb") and not is_array(column.type):
        return None
    each = float(known.items.value) if known.items is not None else {"tsvector": 20.0, "jsonb": 6.0}.get(name, 4.0)
    different = {"tsvector": 50_000.0}.get(name, 1_000.0)
    return Elements(each, min(different, max(1.0, distinct * each)), 8.0)
