"""Statements that change what a planner believes of all tables at once, to be said in a transaction of a laboratory.

Source: src/include/catalog/pg_statistic.h; a slot of kind 1 holds common values, of kind 3 the correlation.
"""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.sql.names import literal

_SLOTS = range(1, 6)
_OWN = "starelid >= 16384"
_COMMON, _CORRELATION = 1, 3


def believe_visible(share: float) -> str:
    """Return the statement after which this share of each table's pages is visible to all."""
    return (
        f"update pg_catalog.pg_class set relallvisible = (relpages * {share!r})::int4 "
        "where oid >= 16384 and relkind in ('r', 'm') and relpages > 0"
    )


def believe_correlation(value: float) -> str:
    """Return the statement after which the rows lie in the order of every column so much: 0 not at all, 1 exactly."""
    slots = ", ".join(
        f"stanumbers{n} = case when stakind{n} = {_CORRELATION} then array[{value!r}]::real[] else stanumbers{n} end"
        for n in _SLOTS
    )
    return f"update pg_catalog.pg_statistic set {slots} where {_OWN}"


def believe_distinct(factor: float) -> str:
    """Return the statement after which columns have so many times the different values; keys and lists keep theirs."""
    kinds = ", ".join(f"stakind{n}" for n in _SLOTS)
    return (
        f"update pg_catalog.pg_statistic set stadistinct = case when stadistinct < 0 "
        f"then greatest(-1, stadistinct * {factor!r}) else greatest(1, stadistinct * {factor!r}) end "
        f"where {_OWN} and stadistinct not in (0, -1) and {_COMMON} not in ({kinds})"
    )


def believe_few(columns: Mapping[str, frozenset[str]], most: int) -> str:
    """Return the statement after which some columns have at most so many values, none more common than another.

    `columns` are those of each table by name; those of no name are those of every table.
    """
    pairs = ", ".join(f"({literal(t)}, {literal(c)})" for t, names in sorted(columns.items()) for c in sorted(names))
    listed = pairs or "('', '')"
    slots = ", ".join(f"stakind{n} = case when stakind{n} = {_COMMON} then 0 else stakind{n} end" for n in _SLOTS)
    return (
        f"update pg_catalog.pg_statistic set stadistinct = {most}, {slots} "
        "from pg_catalog.pg_class c, pg_catalog.pg_attribute a "
        f"where {_OWN} and c.oid = starelid and a.attrelid = starelid and a.attnum = staattnum "
        f"and (stadistinct < 0 or stadistinct > {most}) "
        f"and ((c.relname, a.attname) in (values {listed}) or ('', a.attname) in (values {listed}))"
    )
