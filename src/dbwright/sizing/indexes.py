"""The size of an index of a blueprint over a table of which the facts are known."""

from __future__ import annotations

import re

from dbwright.model.table import Index
from dbwright.records import record, replace
from dbwright.sizing.definitions import read_index
from dbwright.sizing.facts import ColumnFacts, Elements, TableFacts, met_in_part
from dbwright.sizing.layout import Value, heap_pages, index_entry, stored
from dbwright.sizing.methods import brin_pages, gin, gist_pages, hash_pages, hnsw_pages, ivfflat_pages
from dbwright.sizing.predicates import share_of
from dbwright.sizing.trees import Filling, tree
from dbwright.sql.normal_forms import normal_expression
from dbwright.sql.types import bare_type, is_array

NEVER_SHARED = frozenset(
    {"numeric", "real", "double precision", "jsonb", "interval", "money", "tsvector", "record", "char"}
)
"""Types whose equal values may differ in their bytes, so that a B-tree keeps no posting lists of them."""
_LISTS = 100
_BOX = Value(32, 8)
"""What GiST keeps of a point."""
_WORD = Elements(20.0, 20_000.0, 8.0)


@record(frozen=True)
class IndexSize:
    """Pages of 8 KiB, entries, the height of a B-tree (None for other methods), different keys."""

    pages: int
    rows: float
    height: int | None = None
    distinct: float = 0.0
    entry_pages: int = 0
    data_pages: int = 0


def index_size(facts: TableFacts, index: Index, unique: bool = False, filling: Filling | None = None) -> IndexSize:
    """Return the size of an index; `filling` says how its entries came, by default as the columns' order tells."""
    index = read_index(index)
    rows = indexed_rows(facts, index)
    keys = [_key(facts, k.expression, k.is_expression) for k in index.keys]
    values = [k.value for k in keys]
    match index.method:
        case "btree":
            return _tree(facts, index, keys, rows, unique, filling)
        case "gin":
            row, _ = facts.row()
            counts, key_bytes = _inverted_keys(facts, index, keys, rows)
            found = gin(rows, counts, key_bytes, heap_pages(facts.rows, row), filling == "built")
            return IndexSize(found.pages, rows, None, found.entries, found.entry_pages, found.data_pages)
        case "gist" | "spgist":
            return IndexSize(gist_pages(rows, index_entry([_BOX if _is_point(k) else k.value for k in keys])), rows)
        case "brin":
            row, _ = facts.row()
            summary = sum(2 * v.bytes + 1 for v in values)
            return IndexSize(brin_pages(heap_pages(facts.rows, row), summary), rows)
        case "hash":
            return IndexSize(hash_pages(rows, filling == "built"), rows)
        case "hnsw":
            return IndexSize(hnsw_pages(rows, _dimensions(keys)), rows)
        case "ivfflat":
            return IndexSize(ivfflat_pages(rows, _dimensions(keys), _LISTS), rows)
    return IndexSize(gist_pages(rows, index_entry(values)), rows)


def indexed_rows(facts: TableFacts, index: Index) -> float:
    """Return how many rows of its table an index holds."""
    return facts.rows * share_of(facts, read_index(index).where)


def _tree(
    facts: TableFacts, index: Index, keys: list[ColumnFacts], rows: float, unique: bool, filling: Filling | None
) -> IndexSize:
    included = [c.value for name in index.include if (c := facts.column(name)) is not None]
    values = [k.value for k in keys]
    share = rows / facts.rows if facts.rows else 0.0
    distinct = min(rows, met_in_part(_distinct(facts, keys), facts.rows, share))
    shares = not unique and not included and all(shared(k.type) for k in keys)
    if filling is None:
        filling = "rising" if keys and keys[0].rising else "random"
    entry = index_entry([*values, *included])
    inner = _telling(facts, keys) if unique and len(keys) > 1 else 0.0
    sized = tree(rows, entry, distinct=distinct if shares else 0.0, filling=filling, inner=inner)
    return IndexSize(sized.pages, rows, sized.height, distinct)


def _telling(facts: TableFacts, keys: list[ColumnFacts]) -> float:
    """Bytes of the first keys that tell entries apart; pages above the leaves do without the others."""
    for count in range(1, len(keys)):
        if _distinct(facts, keys[:count]) >= TELLING * facts.rows:
            return index_entry([k.value for k in keys[:count]]).bytes
    return 0.0


TELLING = 0.9
"""Different values for each row from which two neighbours mostly differ."""


def _distinct(facts: TableFacts, keys: list[ColumnFacts]) -> float:
    """How many different entries there are; expressions are independent of the columns beside them."""
    plain = [k.name for k in keys if facts.column(k.name) is not None]
    found = facts.distinct(plain) if plain else 1.0
    for key in keys:
        if facts.column(key.name) is None:
            found *= max(1.0, key.distinct)
    return min(found, facts.rows)


def shared(type_text: str) -> bool:
    """Return whether a B-tree keeps equal values of a type in one posting list."""
    return bare_type(type_text) not in NEVER_SHARED and not is_array(type_text) and "range" not in bare_type(type_text)


def _key(facts: TableFacts, expression: str, is_expression: bool) -> ColumnFacts:
    """The facts of a key; an expression is as wide as the first column that it mentions."""
    column = facts.column(expression)
    if column is not None:
        return column
    return expression_facts(facts, expression)


def expression_facts(facts: TableFacts, expression: str) -> ColumnFacts:
    """Return the facts of an expression: as many values as declared, else as the first column that it mentions."""
    words = re.findall(r"[a-z_][a-z0-9_]*", expression)
    first = next((c for w in words if (c := facts.column(w)) is not None), None)
    told = facts.groups.get(frozenset({normal_expression(expression)}))
    if first is None:
        return ColumnFacts(expression, "text", stored(16), told or facts.rows)
    plain = replace(first, name=expression, rising=False, correlation=0.0, lowest=None, highest=None, histogram=())
    if told is None:
        return replace(plain, common=())
    hot = facts.hot.get(normal_expression(expression), ())
    number = re.match(r"\s*(pg_catalog\.)?(extract|date_part)\b", expression, re.IGNORECASE)
    kind = "numeric" if number else first.type
    return replace(plain, type=kind, distinct=told, common=hot, value=_narrow(expression, first.value))


def _narrow(expression: str, value: Value) -> Value:
    """A part of a text, or of a date as a number, is short."""
    if re.match(r"\s*(pg_catalog\.)?(extract|date_part|substring|left|right|split_part)\b", expression, re.IGNORECASE):
        return stored(4, 0.0, value.nulls)
    return value


def _inverted_keys(
    facts: TableFacts, index: Index, keys: list[ColumnFacts], rows: float
) -> tuple[list[tuple[float, float]], float]:
    """The keys of all columns of a GIN index with their rows, and their average bytes."""
    counts: list[tuple[float, float]] = []
    total = 0.0
    for key, column in zip(index.keys, keys, strict=True):
        found, size = _keys_of(key.operator_class, column, rows)
        counts += found
        total += size * sum(number for number, _ in found)
    distinct = sum(number for number, _ in counts)
    return counts, (total / distinct if distinct else 8.0) + (2 if len(keys) > 1 else 0)


def _keys_of(operator_class: str, column: ColumnFacts, rows: float) -> tuple[list[tuple[float, float]], float]:
    elements = column.elements
    if "trgm" in operator_class:
        distinct = min(30_000.0, column.distinct * column.value.bytes)
        return [(distinct, rows * column.value.bytes / distinct)], 4.0
    if elements is None and column.type in ("tsvector", "jsonb"):
        elements = _WORD
    if elements is None:
        return [(column.distinct, rows / column.distinct)], column.value.bytes
    size = 4.0 if "path_ops" in operator_class else elements.bytes
    if elements.counts:
        return list(elements.counts), size
    return [(elements.distinct, max(1.0, rows * elements.each / elements.distinct))], size


def _is_point(key: ColumnFacts) -> bool:
    return bare_type(key.type) == "point"


def _dimensions(keys: list[ColumnFacts]) -> int:
    value = keys[0].value if keys else Value(1544)
    return max(1, round((value.bytes - 8) / 4))
