"""Which indexes could serve a statement: equal columns first, then an order or a range; covering, partial, others.

Source: Lightstone, Teorey, Nadeau, "Physical Database Design", chapter 4; PostgreSQL manual, chapter 11, "Indexes";
Bruno, Chaudhuri, "Automatic Physical Database Tuning: A Relaxation-based Approach" (SIGMOD 2005) for the merges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, permutations

from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.statement import Analysed, Constant
from dbwright.planner.advisor.tables import TableFacts
from dbwright.records import record
from dbwright.sql.queries import Condition, Ordering, TableUse

RANGES = frozenset(("<", "<=", ">", ">=", "between"))
_LIKE = frozenset(("~~", "~~*", "~", "~*"))
_CONTAINED = frozenset(("@>", "<@", "&&", "?", "?|", "?&", "@@", "@?"))
_OVERLAPS = frozenset(("&&", "@>", "<@", "-|-", "<<", ">>", "&<", "&>"))


@record(frozen=True)
class Space:
    """How far candidates go: keys in a B-tree, bytes of included columns, candidates of one statement on one table.

    `literals` says what a literal in a statement is: `constant`, the same in every call, or `sample`, one of many; only
    a constant makes a partial index, apart from columns with few values. `plain` allows ascending B-trees on
    columns alone, every order of every column that a statement names: the space of the public benchmark.
    """

    width: int = 4
    included: int = 96
    most: int = 50
    literals: str = "sample"
    plain: bool = False


FEW_VALUES = 50
"""A column with at most so many values has kinds of rows, for which a partial index may be right even for a sample."""


def plain_candidates(text: str, tables: Iterable[TableFacts], width: int) -> Iterator[Definition]:
    """Yield every ascending B-tree over columns whose names stand in the text, in every order, up to a width.

    Source: the benchmark of Kossmann et al., "Magic mirror in my hand, which is the best in the land?" (PVLDB 2020).
    """
    for table in tables:
        named = [c.name for c in table.columns if c.name in text]
        for count in range(1, width + 1):
            for names in permutations(named, count):
                yield Definition(table.name, tuple(KeyPart(n) for n in names))


def candidates(statement: Analysed, tables: Mapping[str, TableFacts], space: Space) -> list[Definition]:
    """Return the indexes that could serve a statement, at most `space.most` a table, best guesses first."""
    found: dict[str, dict[Definition, None]] = {}
    for use in statement.query.uses:
        table = tables.get(use.table)
        if table is None:
            continue
        own = found.setdefault(use.table, {})
        for made in _for_use(use, table, statement, space):
            if not _compares_documents(made, table):
                own.setdefault(made)
    return [d for own in found.values() for d in list(own)[: space.most]]


def _compares_documents(definition: Definition, table: TableFacts) -> bool:
    """Whether a B-tree has a document or a list among its keys: it compares the whole of it, and serves no search."""
    columns = [c for k in definition.keys if (c := table.column(k.text)) is not None]
    return definition.method == "btree" and any(c.category == "A" or c.type in ("jsonb", "tsvector") for c in columns)


def _for_use(use: TableUse, table: TableFacts, statement: Analysed, space: Space) -> Iterator[Definition]:
    read = [c for c in statement.query.reads.get(use.table, ()) if table.column(c)]
    keys = list(_key_orders(use, table, statement.grouped.get(use.table, ()), space))
    predicates = _predicates(statement.constants, table, space)
    yield from _other_methods(use, table)
    for parts in keys:
        yield Definition(table.name, parts)
        yield from _covering(table, parts, read, space)
        for predicate in predicates:
            rest = tuple(p for p in parts if p.text not in predicate.columns) or parts[:1]
            yield Definition(table.name, rest, where=predicate.text)
            yield from _covering(table, rest, read, space, predicate)
    for name in read:
        yield Definition(table.name, (KeyPart(name),))
    yield from (Definition(table.name, tuple(map(KeyPart, pair))) for pair in permutations(read[:6], 2))


def _key_orders(
    use: TableUse, table: TableFacts, grouped: Sequence[tuple[str, ...]], space: Space
) -> Iterator[tuple[KeyPart, ...]]:
    """Yield key lists, those that serve most first."""
    usable = [c for c in use.conditions if c.is_expression or table.column(c.column)]
    equal = _parts(c for c in usable if c.operator in ("=", "in", "is null") and c.other is None)
    equal += _parts(c for c in usable if c.operator in ("is true", "is false"))
    joined = _parts(c for c in usable if c.operator == "=" and c.other is not None)
    ranges = _parts(c for c in usable if c.operator in RANGES)
    ranges += _parts((c for c in usable if c.operator in ("~~", "~") and not c.is_expression), "text_pattern_ops")
    order = _order(use.orders, table)
    # The most selective column first, so that a prefix of the index serves other statements as well as it can.
    equal.sort(key=lambda p: -(c.distinct(table.rows) if (c := table.column(p.text)) else 0))
    seen: dict[tuple[KeyPart, ...], None] = {}
    for parts in _mixed(equal, joined, ranges, order, grouped):
        unique = tuple({p.text: p for p in reversed(parts)}[t] for t in dict.fromkeys(p.text for p in parts))
        for cut in {len(unique), min(len(unique), space.width)}:
            if 0 < cut <= space.width:
                seen.setdefault(unique[:cut])
    yield from seen


def _mixed(
    equal: list[KeyPart],
    joined: list[KeyPart],
    ranges: list[KeyPart],
    order: list[KeyPart],
    grouped: Sequence[tuple[str, ...]],
) -> Iterator[list[KeyPart]]:
    some = [list(s) for size in range(len(equal), 0, -1) for s in combinations(equal, size)][:7]
    if order:
        yield equal + order
    for head in [equal, *some]:
        yield head
        yield from ([*head, r] for r in ranges)
        yield from ([*head, j] for j in joined)
        yield from ([j, *head] for j in joined)
    for j in joined:
        yield [j]
        yield from ([j, r] for r in ranges)
        yield from ([r, j] for r in ranges)
        yield from ([j, *equal, r] for r in ranges)
    yield from ([r] for r in ranges)
    yield from (list(pair) for pair in permutations(joined, 2))
    yield from (list(pair) for pair in permutations(ranges, 2))
    if order:
        yield order
        yield from (j_order for j in joined if (j_order := [j, *order]))
    for names in grouped:
        group = [KeyPart(n) for n in names]
        yield group
        yield equal + group


def _parts(conditions: Iterable[Condition], operator_class: str = "") -> list[KeyPart]:
    return list(dict.fromkeys(KeyPart(c.column, c.is_expression, operator_class) for c in conditions))


def _order(orders: Sequence[Ordering], table: TableFacts) -> list[KeyPart]:
    if any(o.operator for o in orders):
        return []
    known = [o for o in orders if o.is_expression or table.column(o.column)]
    return [KeyPart(o.column, o.is_expression, "", o.descending) for o in known]


def _covering(
    table: TableFacts, parts: tuple[KeyPart, ...], read: Sequence[str], space: Space, given: Constant | None = None
) -> Iterator[Definition]:
    """The index with all else that the statement reads, so that the table need not be looked at."""
    keys = {p.text for p in parts}
    # Columns of the predicate need not be read again where it is implied, and the planner asks for them all the same.
    rest = tuple(c for c in read if c not in keys)
    columns = [table.by_name[c] for c in rest]
    if rest and sum(c.width() for c in columns) <= space.included:
        yield Definition(table.name, parts, include=rest, where=given.text if given else "")


def _predicates(constants: Sequence[Constant], table: TableFacts, space: Space) -> list[Constant]:
    own = [c for c in constants if c.table == table.name and _may_be_partial(c, table, space)]
    if len(own) > 1:
        columns = tuple(dict.fromkeys(n for c in own for n in c.columns))
        every = Constant(table.name, " AND ".join(_bracketed(c.text) for c in own), columns, True)
        return [every, *own[:3]]
    return own


def _bracketed(text: str) -> str:
    return f"({text})" if " OR " in text.upper() else text


def _may_be_partial(constant: Constant, table: TableFacts, space: Space) -> bool:
    if space.literals == "constant" or not constant.has_literal:
        return True
    columns = [table.column(c) for c in constant.columns]
    return all(c is not None and c.distinct(table.rows) <= FEW_VALUES for c in columns)


def _other_methods(use: TableUse, table: TableFacts) -> Iterator[Definition]:
    """Indexes for operators that no B-tree knows, and the small ones for rows that lie in order."""
    scope = tuple(
        KeyPart(c.column)
        for c in use.conditions
        if c.operator == "=" and c.other is None and not c.is_expression and table.column(c.column)
    )
    for condition in use.conditions:
        column = table.column(condition.column)
        kind, category = (column.type, column.category) if column else ("", "")
        if condition.is_expression and condition.operator in ("@@",):
            yield Definition(table.name, (KeyPart(condition.column, True),), "gin")
        if column is None:
            if condition.operator in _LIKE:
                yield Definition(table.name, (KeyPart(condition.column, True, "gin_trgm_ops"),), "gin")
            continue
        for key in _gin_keys(condition, kind, category):
            yield Definition(table.name, (key,), "gin")
            if scope:
                yield Definition(table.name, (*scope[:2], key), "gin")
        if condition.operator in _OVERLAPS and category in "RGI":
            yield Definition(table.name, (KeyPart(condition.column),), "gist")
            if scope:
                yield Definition(table.name, (*scope[:2], KeyPart(condition.column)), "gist")
        if condition.operator == "=" and column.width() > 24:
            yield Definition(table.name, (KeyPart(condition.column),), "hash")
        lies_in_order = abs(float(column.statistics.get("correlation", 0))) >= 0.9
        if condition.operator in {*RANGES, "="} and lies_in_order and table.pages > 1000:
            yield Definition(table.name, (KeyPart(condition.column),), "brin")
    for order in use.orders:
        if order.operator:
            yield Definition(table.name, (KeyPart(order.column, order.is_expression),), "gist")


def _gin_keys(condition: Condition, kind: str, category: str) -> Iterator[KeyPart]:
    if condition.operator in _LIKE and category == "S":
        yield KeyPart(condition.column, operator_class="gin_trgm_ops")
    elif kind == "jsonb" and condition.operator in _CONTAINED:
        if condition.operator in ("@>", "@?", "@@"):
            yield KeyPart(condition.column, operator_class="jsonb_path_ops")
        yield KeyPart(condition.column)
    elif (kind == "tsvector" or category == "A") and condition.operator in _CONTAINED:
        yield KeyPart(condition.column)


def merges(chosen: Sequence[Definition], tables: Mapping[str, TableFacts], space: Space) -> Iterator[Definition]:
    """Yield for pairs of B-trees on one table the index that does what both do: where a budget is won.

    The keys of the first stay in front; what the second adds is included, or comes after where it begins alike.
    """
    trees = [d for d in chosen if d.method == "btree"]
    for first, second in permutations(trees, 2):
        if first.table != second.table or first.where != second.where or first.covers(second):
            continue
        same = len([1 for a, b in zip(first.keys, second.keys, strict=False) if a == b])
        if not same:
            continue
        longer = second.keys[len(first.keys) :] if first.keys == second.keys[: len(first.keys)] else ()
        keys = (first.keys + longer)[: space.width]
        own = {k.text for k in keys}
        others = [k.text for k in second.keys if not k.is_expression]
        rest = tuple(c for c in dict.fromkeys((*first.include, *others, *second.include)) if c not in own)
        columns = [c for n in rest if (c := tables[first.table].column(n))]
        if sum(c.width() for c in columns) <= space.included:
            yield Definition(first.table, keys, include=rest, where=first.where)
