"""Constraints and indexes of SQLAlchemy models, under the names that the server has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbwright.emit.python_source import Call, Piece, call, keyword, mapping, pair, string_literal, strings
from dbwright.emit.sqlalchemy_text import phrase_literal, sql_literal, sql_text
from dbwright.model.table import Exclusion, ForeignKey, Index, IndexKey, Key, Table
from dbwright.sql import grammar
from dbwright.sql.grammar import expression_text, kind, parse, statement_text, tree
from dbwright.sql.names import listed, quote


def table_arguments(table: Table) -> list[Piece]:
    """Return the items of `__table_args__`: constraints in the order of the DDL, indexes, options."""
    arguments: list[Piece] = []
    if table.primary_key is not None:
        arguments.append(_key("sa.PrimaryKeyConstraint", table.primary_key))
    arguments += [_key("sa.UniqueConstraint", u) for u in table.uniques]
    arguments += [call("sa.CheckConstraint", [sql_literal(c.expression), _name(c.name)]) for c in table.checks]
    arguments += [_exclusion(e) for e in table.exclusions]
    arguments += [foreign_key(k) for k in table.foreign_keys if not is_dotted(k)]
    arguments += [_index(i) for i in table.indexes]
    options = list(_options(table))
    return [*arguments, mapping(options)] if options else arguments


def _options(table: Table) -> Iterator[tuple[str, Piece]]:
    if table.about:
        yield "comment", string_literal(table.about)
    if table.partitioning is not None:
        partitioned = f"{table.partitioning.strategy} ({listed(table.partitioning.columns)})"
        yield "postgresql_partition_by", phrase_literal(partitioned)


def _name(name: str) -> Piece:
    return keyword("name", string_literal(name))


def _key(head: str, key: Key) -> Call:
    distinct = ["postgresql_nulls_not_distinct=True"] if key.nulls_not_distinct else []
    return call(head, [*map(string_literal, key.columns), _name(key.name), *distinct])


def is_dotted(key: ForeignKey) -> bool:
    """Return whether a name in the reference has a dot, at which SQLAlchemy would split it."""
    return any("." in name for name in (key.target, *key.target_columns))


def foreign_key(key: ForeignKey, target: str = "") -> Call:
    """Return the constraint; `target` is Python source of the target's columns where names alone do not do."""
    if target:
        there: list[Piece] = [f"{target}.c[{string_literal(c)}]" for c in key.target_columns]
    else:
        there = [string_literal(f"{key.target}.{c}") for c in key.target_columns]
    arguments: list[Piece] = [strings(key.columns), Call("[", tuple(there), "]"), _name(key.name)]
    if key.on_delete != "no action":
        columns = f" ({listed(key.set_columns)})" if key.set_columns else ""
        arguments.append(keyword("ondelete", phrase_literal(key.on_delete.upper() + columns)))
    if key.on_update != "no action":
        arguments.append(keyword("onupdate", string_literal(key.on_update.upper())))
    if key.deferrable:
        arguments += ["deferrable=True", 'initially="DEFERRED"']
    return call("sa.ForeignKeyConstraint", arguments)


def _exclusion(exclusion: Exclusion) -> Call:
    constraint = parse(f"create table t (exclude using gist ({exclusion.elements}))")[0].create_stmt.table_elts[0]
    elements = [_excluded(*e.list.items) for e in constraint.constraint.exclusions]
    method = string_literal(exclusion.method)
    where = [keyword("where", sql_text(exclusion.where))] if exclusion.where else []
    return call("pg.ExcludeConstraint", [*elements, keyword("using", method), *where, _name(exclusion.name)])


def _excluded(node: Any, operator: Any) -> Call:
    element = node.index_elem
    *schema, symbol = grammar.strings(operator.list.items)
    if schema:
        symbol = f"operator({listed(schema)}.{symbol})"
    plain = bool(element.name) and not element.opclass and not element.collation
    text = string_literal(element.name) if plain else sql_text(_element_text(node))
    return pair(text, string_literal(symbol))


def _element_text(node: Any) -> str:
    """Return an element of an index as SQL: what stands between the parentheses of an index of nothing else."""
    index = tree.IndexStmt(idxname="i", relation=tree.RangeVar(relname="t", inh=True), access_method="gist")
    index.index_params.append(node)
    text = statement_text(tree.Node(index_stmt=index))
    return text[text.index("(") + 1 : text.rindex(")")]


def _index(index: Index) -> Call:
    arguments: list[Piece] = [string_literal(index.name)]
    return call("sa.Index", arguments + (_written_index(index) if index.definition else _decided_index(index)))


def _decided_index(index: Index) -> list[Piece]:
    elements: list[Piece] = [_key_element(k) for k in index.keys]
    classes = [(k.expression, string_literal(k.operator_class)) for k in index.keys if _is_plain(k)]
    where = sql_text(index.where) if index.where else None
    return elements + _index_options(index.method, [c for c in classes if c[1] != '""'], index.include, where)


def _is_plain(key: IndexKey) -> bool:
    return not key.is_expression and not key.descending


def _key_element(key: IndexKey) -> Piece:
    if _is_plain(key):
        return string_literal(key.expression)
    text = f"({key.expression})" if key.is_expression else quote(key.expression)
    return sql_text(" ".join(p for p in (text, key.operator_class, "desc" if key.descending else "") if p))


def _written_index(index: Index) -> list[Piece]:
    """Return the arguments of an index that the design wrote in SQL."""
    statement = parse(f"create index i on t {index.definition}")[0].index_stmt
    elements: list[Piece] = [_written_element(p) for p in statement.index_params]
    include = tuple(p.index_elem.name for p in statement.index_including_params)
    where = sql_text(expression_text(statement.where_clause)) if kind(statement.where_clause) else None
    options = _index_options(statement.access_method, [], include, where)
    if statement.options:
        stored = [(o.def_elem.defname, _option_value(o.def_elem.arg)) for o in statement.options]
        options.append(keyword("postgresql_with", mapping(stored)))
    if statement.nulls_not_distinct:
        options.append("postgresql_nulls_not_distinct=True")
    if statement.table_space:
        options.append(keyword("postgresql_tablespace", string_literal(statement.table_space)))
    return elements + options


def _written_element(node: Any) -> Piece:
    element = node.index_elem
    plain = element.name and not (element.opclass or element.collation)
    if plain and element.ordering == tree.SortByDir.SORTBY_DEFAULT:
        return string_literal(element.name)
    return sql_text(_element_text(node))


def _option_value(node: Any) -> Piece:
    match kind(node):
        case "integer":
            return str(node.integer.ival)
        case "float":
            return string_literal(node.float.fval)
        case "boolean":
            return str(node.boolean.boolval)
        case "type_name":
            return string_literal(grammar.strings(node.type_name.names)[-1])
    return string_literal(node.string.sval)


def _index_options(
    method: str, classes: list[tuple[str, Piece]], include: tuple[str, ...], where: Call | None
) -> list[Piece]:
    options: list[Piece] = []
    if method != "btree":
        options.append(keyword("postgresql_using", string_literal(method)))
    if classes:
        options.append(keyword("postgresql_ops", mapping(classes)))
    if include:
        options.append(keyword("postgresql_include", strings(include)))
    if where is not None:
        options.append(keyword("postgresql_where", where))
    return options
