"""Which index serves which need, which one is redundant, and which reference has none."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.growth import worse
from dbwright.model.table import ForeignKey, Index, IndexKey, Table
from dbwright.passes.candidates import Need
from dbwright.records import replace
from dbwright.sql.names import fit, quote
from dbwright.theory.volumes import volumes_of

FEW = 100
"""Rows that are read and sorted faster than an index of their own is worth at each write."""


def served_by(index: Index, need: Need) -> bool:
    """Return whether an index serves a need: equal columns first in any order, then its tail in its order."""
    if index.definition or index.method != need.method:
        return False
    if index.where and not set(index.where.split(" and ")) <= {*need.where, *_implied(need)}:
        return False
    if need.method != "btree":
        return need.tail[0] in index.keys
    wanted = {*need.equal, need.tenant} - {""}
    head, rest = _split(index.keys, wanted)
    if head != wanted:
        return False
    return _follows(rest, need.tail)


def finds_few(blueprint: Blueprint, table: Table, index: Index, need: Need) -> bool:
    """Return whether an index finds so few rows for the equal columns that ordering them costs nothing."""
    if index.definition or need.method != "btree" or index.method != "btree" or table.size is None:
        return False
    if index.where and not set(index.where.split(" and ")) <= {*need.where, *_implied(need)}:
        return False
    wanted = {*need.equal, need.tenant} - {""}
    head, _ = _split(index.keys, wanted)
    if not wanted or head != wanted:
        return False
    found = volumes_of(blueprint).group(table, frozenset(wanted))
    return found.rows <= FEW and not worse(found.growth, "linear in the answer")


def drop_unneeded(blueprint: Blueprint, table: Table, indexes: list[Index], needs: list[Need]) -> list[Index]:
    """Return the indexes without those that only order or narrow a few rows, which another index or a key finds."""
    kept = list(indexes)
    for index in indexes:
        own = [n for n in needs if f"access.{n.pattern}" in index.serves]
        if len(own) != len(index.serves) or any(n.method != "btree" for n in own):
            continue
        others = [*table.key_indexes, *(i for i in kept if i is not index)]
        if own and all(any(finds_few(blueprint, table, other, n) for other in others) for n in own):
            kept.remove(index)
    return kept


def _split(keys: tuple[IndexKey, ...], wanted: set[str]) -> tuple[set[str], tuple[IndexKey, ...]]:
    """Cut the keys after the last of the wanted columns that stand together at the front."""
    head: set[str] = set()
    for number, key in enumerate(keys):
        if key.expression not in wanted:
            return head, keys[number:]
        head.add(key.expression)
    return head, ()


def _follows(keys: tuple[IndexKey, ...], tail: tuple[IndexKey, ...]) -> bool:
    """Whether the tail is the start of the keys, read forwards or backwards."""
    start = keys[: len(tail)]
    if start == tail or len(start) < len(tail):
        return start == tail
    return start == tuple(replace(k, descending=not k.descending) for k in tail)


def drop_redundant(table: Table, indexes: list[Index]) -> list[Index]:
    """Return the indexes without those that another one, or a key, makes superfluous; what they served moves over."""
    kept: list[Index] = []
    for index in sorted(indexes, key=lambda i: (-len(i.keys), -len(i.include), i.name)):
        wider = next((k for k in kept if _covers(k, index)), None)
        if wider is None:
            kept.append(index)
            continue
        serves = tuple(dict.fromkeys([*wider.serves, *index.serves]))
        kept[kept.index(wider)] = replace(wider, serves=serves)
    keys = table.key_indexes
    kept = [i for i in kept if i.where or not any(_covers(key, i) for key in keys)]
    return sorted(kept, key=lambda i: i.name)


def _covers(wide: Index, narrow: Index) -> bool:
    """Whether `narrow` is a prefix of `wide`: same method, classes, order and predicate, and nothing more included."""
    if wide.definition or narrow.definition or wide.method != narrow.method or wide.where != narrow.where:
        return False
    if wide.keys[: len(narrow.keys)] != narrow.keys:
        return False
    return {*narrow.include} <= {*(k.expression for k in wide.keys), *wide.include}


def unserved_keys(blueprint: Blueprint, table: Table, indexes: list[Index]) -> list[ForeignKey]:
    """Return the foreign keys without an index that finds the referencing rows.

    An index serves when its leading columns are the key's, in any order, and its predicate, if it has one, follows from
    the key being not null. Where the reference holds more than the target's primary key, that part is enough.
    """
    return [k for k in table.foreign_keys if not _has_index(table, indexes, _identifying(blueprint, k))]


def _identifying(blueprint: Blueprint, key: ForeignKey) -> set[str]:
    """The columns of a reference that find the one row it leads to."""
    target = blueprint.table(key.target)
    pairs = dict(zip(key.target_columns, key.columns, strict=False))
    primary = target.logical_key if target else ()
    return {pairs[c] for c in primary} if primary and set(primary) <= set(pairs) else set(key.columns)


def _has_index(table: Table, indexes: list[Index], columns: set[str]) -> bool:
    found = [c[: len(columns)] for c in table.unique_sets()]
    found += [i.columns[: len(columns)] for i in indexes if i.method == "btree" and _always(i, columns)]
    return any(set(c) == columns for c in found)


def _always(index: Index, columns: set[str]) -> bool:
    return not index.where or index.where in {f"{quote(c)} is not null" for c in columns}


def foreign_key_index(table: Table, indexes: list[Index], key: ForeignKey) -> list[Index]:
    """Return the indexes with one that finds the rows of a reference.

    A partial index that starts with the columns loses its predicate, which costs less than a second index. A new one
    leaves out the rows without the reference.
    """
    columns = set(key.columns)
    if _has_index(table, indexes, columns):
        return indexes
    serves = f"references.{key.name}"
    for number, index in enumerate(indexes):
        if index.method == "btree" and set(index.columns[: len(columns)]) == columns:
            return [*indexes[:number], _widened(index, serves), *indexes[number + 1 :]]
    nullable = [c for c in key.columns if (column := table.column(c)) and not column.not_null]
    made = Index(
        name=fit(table.name, *(c for c in key.columns if c != table.tenant_column), "idx"),
        table=table.name,
        keys=tuple(IndexKey(c) for c in key.columns),
        where=" and ".join(f"{quote(c)} is not null" for c in nullable),
        serves=(serves,),
        span=key.span,
    )
    return [*indexes, made]


def _widened(index: Index, serves: str) -> Index:
    name = index.name.replace("_partial_idx", "_idx")
    return replace(index, name=name, where="", serves=(*index.serves, serves))


def _implied(need: Need) -> set[str]:
    """What follows from a comparison: the column is not null."""
    return {f"{quote(c)} is not null" for c in (*need.equal, *need.ranges)}
