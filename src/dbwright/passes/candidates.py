"""What one use of a table asks of an index, and the index that would serve it best."""

from __future__ import annotations

from dbwright.model.access import AccessPattern
from dbwright.model.table import Index, IndexKey, Table
from dbwright.records import record
from dbwright.sql.names import fit, quote
from dbwright.sql.queries import Condition, Ordering, TableUse
from dbwright.sql.types import bare_type, is_array, width

HOT = 100.0
"""Calls a second from which an index-only scan is worth a wider index."""
WIDEST_INCLUDE = 48
"""Bytes of included columns at most."""

_RANGES = {"<", "<=", ">", ">=", "between"}
_GIN = {"@@", "@>", "&&", "?", "?|", "?&"}
_LIKE = {"~~", "~~*", "~", "~*"}
_RANGE_TYPES = {"tstzrange", "tsrange", "daterange", "int4range", "int8range", "numrange"}


@record(frozen=True)
class Need:
    """What an index must offer: equal columns in any order, then sort keys or a range, under a constant predicate."""

    table: str
    pattern: str
    equal: tuple[str, ...] = ()
    tail: tuple[IndexKey, ...] = ()
    ranges: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    method: str = "btree"
    tenant: str = ""
    promised: bool = True

    def looks_up(self, columns: tuple[str, ...]) -> bool:
        """Return whether a unique column set finds at most one row for the equal columns."""
        return self.method == "btree" and bool(self.equal) and set(columns) <= {*self.equal, self.tenant}


def strength(table: Table, use: TableUse) -> int:
    """Return how far a use narrows a table by itself: 3 by equal values, 2 by a range, 1 by a few kinds, 0 not at all.

    The strongest use of a statement drives its plan; the others are looked up by what joins them.
    """
    own = [c for c in use.conditions if c.other is None and not c.from_outer_join]
    if any(c.operator in ("=", "in") and not _is_predicate(table, c) for c in own):
        return 3
    if any(c.operator in _RANGES or _special_method(table, c) for c in own) or any(o.operator for o in use.orders):
        return 2
    return 1 if own else 0


def need_of(table: Table, use: TableUse, pattern: AccessPattern, rival: int, updated: frozenset[str]) -> list[Need]:
    """Return what one use of a table asks for: nothing where it reads the whole table.

    `rival` is the greatest strength of the statement's other uses; `updated` are the columns that patterns update: an
    index does not include them, because each update would then write it, too.
    """
    special = [c for c in use.conditions if _special_method(table, c)]
    if special or any(o.operator for o in use.orders):
        return [_special_need(table, use, pattern, special)]
    given = [c for c in use.conditions if c.operator in ("=", "in") and c.other is None]
    where = tuple(dict.fromkeys(_predicate(c) for c in use.conditions if _is_predicate(table, c)))
    equal = [c.column for c in given if not _is_predicate(table, c)]
    joined = [c.column for c in use.conditions if c.operator == "=" and c.other is not None]
    ranges = [c.column for c in use.conditions if c.operator in _RANGES and not c.from_outer_join]
    followed = bool(joined) and (rival > strength(table, use) or (rival > 0 and _is_key(table, joined)))
    if followed:
        equal = joined
    elif joined and not rival and not strength(table, use):
        return []
    tail = _tail(use.orders, ranges, equal)
    if not equal and not tail and not where:
        return []
    equal = list(dict.fromkeys(e for e in equal if e != table.tenant_column))
    rate = pattern.rate.per_second if pattern.rate else 0.0
    keys = {table.tenant_column, *equal, *(k.expression for k in tail)}
    need = Need(
        table=table.name,
        pattern=str(pattern.name),
        equal=tuple(equal),
        include=() if use.target else _includes(table, use, keys, updated, rate),
        tail=tail,
        ranges=tuple(dict.fromkeys(ranges)),
        where=where,
        tenant=table.tenant_column,
        promised=not followed and (bool(equal) or bool(tail)),
    )
    return [need]


def _tail(orders: tuple[Ordering, ...], ranges: list[str], equal: list[str]) -> tuple[IndexKey, ...]:
    """Sort keys follow the equal columns; where there are none, one range column does."""
    if orders:
        return tuple(IndexKey(o.column, "", o.descending, o.is_expression) for o in orders if o.column not in equal)
    return tuple(IndexKey(r) for r in ranges[:1] if r not in equal)


def _is_predicate(table: Table, condition: Condition) -> bool:
    """Whether a condition is the same in every call and splits rows into few kinds: right for a partial index."""
    if condition.is_expression or condition.from_outer_join:
        return False
    if condition.operator in ("is null", "is not null", "is true", "is false"):
        return True
    column = table.column(condition.column)
    listed = column is not None and column.source is not None and bool(column.source.one_of)
    return condition.operator == "=" and condition.is_constant and listed


def _predicate(condition: Condition) -> str:
    column = quote(condition.column)
    match condition.operator:
        case "is true":
            return column
        case "is false":
            return f"not {column}"
        case "=":
            return f"{column} = {condition.value}"
    return f"{column} {condition.operator}"


def _special_method(table: Table, condition: Condition) -> str:
    """The index method for an operator that no B-tree serves, or nothing."""
    column = table.column(condition.column)
    kind = bare_type(column.type) if column else ""
    if condition.operator in _GIN and (kind in ("jsonb", "tsvector") or (column and is_array(column.type))):
        return "gin"
    if condition.operator in ("&&", "@>", "<@", "-|-") and kind in _RANGE_TYPES:
        return "gist"
    if condition.operator in _LIKE and not condition.is_expression:
        return "gin"
    return ""


def _special_need(table: Table, use: TableUse, pattern: AccessPattern, special: list[Condition]) -> Need:
    near = [o for o in use.orders if o.operator]
    if near:
        keys = tuple(IndexKey(o.column, is_expression=o.is_expression) for o in near[:1])
        method = "gist"
    else:
        keys = (IndexKey(special[0].column, _operator_class(table, special[0])),)
        method = _special_method(table, special[0])
    equal = tuple(c.column for c in use.conditions if c.operator == "=" and c.parameters and not c.is_expression)
    return Need(table.name, str(pattern.name), equal, keys, method=method, tenant=table.tenant_column)


def _operator_class(table: Table, condition: Condition) -> str:
    column = table.column(condition.column)
    if condition.operator in _LIKE:
        return "gin_trgm_ops"
    if column and bare_type(column.type) == "jsonb" and condition.operator == "@>":
        return "jsonb_path_ops"
    return ""


def candidate(table: Table, need: Need) -> Index | None:
    """Return the index that serves the need best: tenant, equal columns, then order or range."""
    tenant: tuple[str, ...] = (need.tenant,) if need.tenant else ()
    partition = table.partitioning.columns if table.partitioning and table.partitioning.strategy == "list" else ()
    if need.method != "btree":
        names = tenant
    else:
        names = tenant + tuple(e for e in need.equal if e not in tenant and e not in partition)
    keys = tuple(IndexKey(n, is_expression=table.column(n) is None) for n in names) + need.tail
    if not keys:
        return None
    where = " and ".join(need.where or _not_null(table, names, need)) if need.method == "btree" else ""
    return Index(
        name=fit(
            table.name, *(_word(k) for k in keys if k.expression not in tenant), "partial" if where else "", "idx"
        ),
        table=table.name,
        keys=keys,
        method=need.method,
        include=need.include if need.method == "btree" else (),
        where=where,
        serves=(f"access.{need.pattern}",),
        span=table.span,
    )


def _not_null(table: Table, names: tuple[str, ...], need: Need) -> tuple[str, ...]:
    """A range over a column that is mostly empty needs only the rows that have a value."""
    first = next((r for r in need.ranges if need.tail and need.tail[0].expression == r), "")
    column = table.column(first)
    return (f"{quote(first)} is not null",) if column and not column.not_null and not names else ()


def _word(key: IndexKey) -> str:
    if not key.is_expression:
        return key.expression
    return "_".join("".join(c if c.isalnum() else " " for c in key.expression).split())


def _is_key(table: Table, columns: list[str]) -> bool:
    """Whether the columns (with the tenant) find at most one row."""
    return any(set(unique) <= {*columns, table.tenant_column} for unique in table.unique_sets())


def _includes(table: Table, use: TableUse, keys: set[str], updated: frozenset[str], rate: float) -> tuple[str, ...]:
    """The columns that would make the scan index-only, where the pattern is hot and they are narrow and stable."""
    rest = tuple(c for c in use.reads if c not in keys)
    if updated & set(rest):
        return ()
    widths = [width(c.type)[0] for name in rest if (c := table.column(name))]
    return rest if rate >= HOT and rest and sum(widths) <= WIDEST_INCLUDE else ()
