"""The size of an index of a blueprint over a table of which the facts are known."""

from __future__ import annotations

import re

from dbwright.model.table import Index
from dbwright.records import record, replace
from dbwright.sizing.facts import ColumnFacts, Elements, TableFacts
from dbwright.sizing.layout import Value, heap_pages, index_entry, stored
from dbwright.sizing.methods import brin_pages, gin, gist_pages, hash_pages, hnsw_pages, ivfflat_pages
from dbwright.sizing.predicates import share_of
from dbwright.sizing.trees import Filling, tree
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
    """Return the size of an index; `filling` says how its entries came, by default as the columns' order tells.

    An index that is written verbatim must have been read into keys before.
    """
    rows = facts.rows * share_of(facts, index.where)
    keys = [_key(facts, k.expression, k.is_expression) for k in index.keys]
    values = [k.value for k in keys]
    match index.method:
        case "btree":
            return _tree(facts, index, keys, rows, unique, filling)
        case "gin":
            found = gin(rows, *_elements(index, keys))
            return IndexSize(found.pages, rows, None, found.entries, found.entry_pages, found.data_pages)
        case "gist" | "spgist":
            return IndexSize(gist_pages(rows, index_entry([_BOX if _is_point(k) else k.value for k in keys])), rows)
        case "brin":
            row, _ = facts.row()
            summary = sum(2 * v.bytes + 1 for v in values)
            return IndexSize(brin_pages(heap_pages(facts.rows, row), summary), rows)
        case "hash":
            return IndexSize(hash_pages(rows), rows)
        case "hnsw":
            return IndexSize(hnsw_pages(rows, _dimensions(keys)), rows)
        case "ivfflat":
            return IndexSize(ivfflat_pages(rows, _dimensions(keys), _LISTS), rows)
    return IndexSize(gist_pages(rows, index_entry(values)), rows)


def _tree(
    facts: TableFacts, index: Index, keys: list[ColumnFacts], rows: float, unique: bool, filling: Filling | None
) -> IndexSize:
    included = [c.value for name in index.include if (c := facts.column(name)) is not None]
    values = [k.value for k in keys]
    distinct = min(rows, facts.distinct([k.name for k in keys]))
    shares = not unique and not included and all(shared(k.type) for k in keys)
    if filling is None:
        filling = "rising" if keys and keys[0].rising else "random"
    sized = tree(rows, index_entry([*values, *included]), distinct=distinct if shares else 0.0, filling=filling)
    return IndexSize(sized.pages, rows, sized.height, distinct)


def shared(type_text: str) -> bool:
    """Return whether a B-tree keeps equal values of a type in one posting list."""
    return bare_type(type_text) not in NEVER_SHARED and not is_array(type_text) and "range" not in bare_type(type_text)


def _key(facts: TableFacts, expression: str, is_expression: bool) -> ColumnFacts:
    """The facts of a key; an expression is taken for the first column that it mentions."""
    column = facts.column(expression)
    if column is not None:
        return column
    words = re.findall(r"[a-z_][a-z0-9_]*", expression) if is_expression else []
    first = next((c for w in words if (c := facts.column(w)) is not None), None)
    if first is not None:
        return replace(first, rising=False)
    return ColumnFacts(expression, "text", stored(16), facts.rows)


def _elements(index: Index, keys: list[ColumnFacts]) -> tuple[float, float, float]:
    first = keys[-1] if keys else None
    found = first.elements if first is not None and first.elements else _WORD
    classes = {k.operator_class for k in index.keys}
    if "gin_trgm_ops" in classes and first is not None:
        return max(1.0, first.value.bytes), min(30_000.0, first.distinct * first.value.bytes), 4.0
    if "jsonb_path_ops" in classes:
        return found.each, found.distinct, 4.0
    return found.each, found.distinct, found.bytes


def _is_point(key: ColumnFacts) -> bool:
    return bare_type(key.type) == "point"


def _dimensions(keys: list[ColumnFacts]) -> int:
    value = keys[0].value if keys else Value(1544)
    return max(1, round((value.bytes - 8) / 4))
