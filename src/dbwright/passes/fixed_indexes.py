"""Indexes that stand in the design: kept as they are written, and read as far as the compiler has words for them."""

from __future__ import annotations

from typing import Any

from dbwright.model.entity import FixedIndex
from dbwright.model.table import Index, IndexKey
from dbwright.sql.grammar import GrammarError, expression_text, kind, parse, strings, tree
from dbwright.sql.names import fit


def fixed_index(table: str, item: FixedIndex) -> Index:
    """Return the index of an item; an advised one is read into its parts, so that others are compared with it.

    What a designer wrote by hand stays text, and so does what the parts cannot say.
    """
    serves = (f"entities.{table}.indexes", *(f"access.{name}" for name in item.serves))
    written = Index(fit(table, item.name), table, (), definition=str(item.sql), serves=serves, span=item.place.span)
    return _read(written) if item.evidence else written


def _read(index: Index) -> Index:
    try:
        statement = parse(f"create index i on t {index.definition}")[0].index_stmt
    except (GrammarError, IndexError):
        return index
    keys = [_key(part.index_elem) for part in statement.index_params]
    if statement.options or any(k is None for k in keys):
        return index
    return Index(
        name=index.name,
        table=index.table,
        keys=tuple(k for k in keys if k is not None),
        method=statement.access_method or "btree",
        include=tuple(part.index_elem.name for part in statement.index_including_params),
        where=expression_text(statement.where_clause) if statement.HasField("where_clause") else "",
        serves=index.serves,
        span=index.span,
    )


def _key(element: Any) -> IndexKey | None:
    """A key, None for one with an order of nulls of its own."""
    if element.nulls_ordering != tree.SortByNulls.SORTBY_NULLS_DEFAULT or element.collation:
        return None
    expression = bool(kind(element.expr))
    return IndexKey(
        expression_text(element.expr) if expression else element.name,
        ".".join(strings(element.opclass)),
        element.ordering == tree.SortByDir.SORTBY_DESC,
        expression,
    )
