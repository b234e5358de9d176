"""The facts of one column that no key or reference decides: from its type, what is declared, its rules and its name.

What is declared comes first, then what the database itself will keep (lists of values, checks, defaults), then what a
name tells; the rest is assumed, and said.
"""

from __future__ import annotations

from dbwright.model.entity import Values
from dbwright.model.table import TableColumn
from dbwright.records import replace
from dbwright.sizing.axes import axis_of
from dbwright.sizing.facts import Assumption, ColumnFacts, Elements
from dbwright.sizing.ranges import checked_range
from dbwright.sizing.sites import Site, assumption, declared, is_rising, listed_values
from dbwright.sizing.spans import ends_of
from dbwright.sizing.widths import stored_value
from dbwright.sql.types import bare_type, is_array

EMPTY_SHARE = 0.2
"""Share of nulls in an optional column."""
RARE_SHARE = 0.9
"""Share of nulls where the name says that most rows never get there: deleted_at, cancelled_by."""
RARE = frozenset(
    "deleted removed cancelled canceled archived revoked closed ended expired suspended blocked banned failed left "
    "withdrawn rejected anonymised".split()
)
"""Words of a column's name for what happens to few rows."""
BINS = 100
"""Bins of a histogram, and common values, that ANALYZE keeps by default (default_statistics_target)."""
MODEST = 1_000.0
"""Different values of a number, day or clock time of which nothing is known."""


def column_facts(site: Site, column: TableColumn, assumed: list[Assumption]) -> ColumnFacts:
    """Return the facts of a column, and add to `assumed` what nobody declared."""
    known = declared(column)
    nulls = null_share(site, column, assumed)
    present = site.rows * (1 - nulls)
    common = common_values(site, column, nulls)
    rising = is_rising(site, column)
    distinct = _distinct(site, column, known, present, common, assumed)
    axis = axis_of(column.type)
    low, high = ends_of(site, column, axis, distinct, assumed) if axis is not None else (None, None)
    if axis is not None and axis.whole and low is not None and high is not None:
        distinct = min(distinct, float(axis.read(high) - axis.read(low) + 1))
    made = ColumnFacts(
        name=column.name,
        type=column.type,
        value=stored_value(site, column, nulls, common, assumed),
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
    share = RARE_SHARE if RARE & set(column.name.split("_")) else EMPTY_SHARE
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
    return tuple(sorted(shares.items(), key=lambda pair: -pair[1]))


def _distinct(
    site: Site,
    column: TableColumn,
    known: Values,
    present: float,
    common: tuple[tuple[str, float], ...],
    assumed: list[Assumption],
) -> float:
    if known.distinct is not None:
        return max(known.distinct.among(present), float(len(common)))
    if any(set(u) == {column.name} for u in site.table.unique_sets()):
        return present
    if common and len(common) >= len(listed_values(site, column)) > 0:
        return min(float(len(common)), max(1.0, present))
    if is_rising(site, column):
        return present
    within = _whole_numbers(site, column, known)
    if within is not None:
        return min(present, within)
    name = bare_type(column.type)
    if name in ("uuid", "jsonb", "json", "bytea", "tsvector", "text", "character varying") or is_array(column.type):
        number, why = present, "every row is taken to have its own"
    else:
        number, why = min(present, MODEST), "a modest number of different values"
    assumed.append(assumption(site, column, "distinct values", f"{number:.0f}", why, "distinct: 40k"))
    return number


def _whole_numbers(site: Site, column: TableColumn, known: Values) -> float | None:
    """How many whole numbers or days lie in the range that is declared or checked."""
    axis = axis_of(column.type)
    if axis is None or not axis.whole or bare_type(column.type) == "uuid":
        return None
    if " to " in known.range:
        low, _, high = known.range.partition(" to ")
        return float(axis.read(high.strip()) - axis.read(low.strip()) + 1)
    least, greatest = checked_range(site.table, column) or (None, None)
    return None if least is None or greatest is None else float(greatest - least + 1)


def _elements(column: TableColumn, known: Values, distinct: float) -> Elements | None:
    name = bare_type(column.type)
    if name not in ("tsvector", "jsonb") and not is_array(column.type):
        return None
    each = float(known.items.value) if known.items is not None else {"tsvector": 20.0, "jsonb": 6.0}.get(name, 4.0)
    different = {"tsvector": 50_000.0}.get(name, 1_000.0)
    return Elements(each, min(different, max(1.0, distinct * each)), 8.0)
