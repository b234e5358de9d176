"""Columns of SQLAlchemy models: type, annotation, default, generated value, identity, comment."""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.emit.limits import Limits, read_limits
from dbwright.emit.python_source import Call, Piece, call, keyword, string_literal
from dbwright.emit.server_types import OwnType, ServerType, read_type, resolve
from dbwright.emit.sqlalchemy_text import phrase_literal, sql_literal, sql_text
from dbwright.model.table import Table, TableColumn
from dbwright.sql.grammar import find, parse, strings, tree

NATIVE = "Native"
"""The class in the written file for types that SQLAlchemy has no class for."""

_ANNOTATIONS = {
    **dict.fromkeys(("text", "varchar", "bpchar", "citext"), "str"),
    **dict.fromkeys(("int2", "int4", "int8", "oid", "smallserial", "serial", "bigserial"), "int"),
    **dict.fromkeys(("float4", "float8"), "float"),
    **dict.fromkeys(("json", "jsonb"), "Any"),
    **dict.fromkeys(("timestamptz", "timestamp"), "dt.datetime"),
    **dict.fromkeys(("time", "timetz"), "dt.time"),
    **dict.fromkeys(("tsvector", "tsquery", "regconfig", "regclass", "money", "macaddr", "macaddr8"), "str"),
    **dict.fromkeys(("bit", "varbit"), "str"),
    "numeric": "Decimal",
    "bool": "bool",
    "uuid": "UUID",
    "date": "dt.date",
    "interval": "dt.timedelta",
    "bytea": "bytes",
    "hstore": "dict[str, str | None]",
}

_CLASSES = {
    "text": "sa.Text",
    "citext": "pg.CITEXT",
    "int2": "sa.SmallInteger",
    "int4": "sa.Integer",
    "int8": "sa.BigInteger",
    "float4": "sa.REAL",
    "float8": "sa.Double",
    "bool": "sa.Boolean",
    "uuid": "pg.UUID",
    "date": "sa.Date",
    **{
        name: f"pg.{name.upper()}"
        for name in """
            bytea tsvector tsquery regconfig regclass oid money inet cidr macaddr macaddr8 hstore json jsonb interval
            int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange
            tsmultirange tstzmultirange datemultirange
        """.split()
    },
}

_RANGES = {
    "int4": "int",
    "int8": "int",
    "num": "Decimal",
    "ts": "dt.datetime",
    "tstz": "dt.datetime",
    "date": "dt.date",
}
_LENGTHS = {"varchar": "sa.String", "bpchar": "sa.CHAR", "bit": "pg.BIT", "varbit": "pg.BIT"}
_CLOCKS = {"timestamptz": "TIMESTAMP", "timestamp": "TIMESTAMP", "timetz": "TIME", "time": "TIME"}
_COLLATED = ("text", "varchar", "bpchar", "citext")
_SHAPES = {"object": "dict[str, Any]", "array": "list[Any]"}


def mapped_column(
    table: Table, column: TableColumn, attribute: str, own: Mapping[str, OwnType], version: int
) -> tuple[str, Call]:
    """Return (annotation, the `mapped_column` call) of a column; `own` are the design's types, `version` the server."""
    found, said = resolve(read_type(column.type), own)
    arguments: list[Piece] = [string_literal(column.name)] if attribute != column.name else []
    arguments.append(_type(read_type(column.type), column, own))
    if column.identity:
        arguments.append(call("sa.Identity", ["always=True"] if column.identity == "always" else []))
    if column.generated:
        stored = column.stored or version < 18
        arguments.append(call("sa.Computed", [sql_literal(column.generated), f"persisted={stored}"]))
    arguments += _keywords(table, column, found)
    nullable = not (column.not_null or column.identity)
    annotation = _annotation(table, column, found, said) if _is_read(read_type(column.type), own) else "Any"
    return f"{annotation} | None" if nullable else annotation, call("mapped_column", arguments)


def _keywords(table: Table, column: TableColumn, found: ServerType) -> list[Piece]:
    arguments: list[Piece] = []
    if column.default:
        arguments.append(keyword("server_default", sql_text(column.default)))
    elif found.name.endswith("serial"):
        arguments.append(keyword("server_default", call("sa.FetchedValue", [])))
    elif _looks_like_serial(table, column, found):
        arguments.append("autoincrement=False")
    if column.about:
        arguments.append(keyword("comment", string_literal(column.about)))
    return arguments


def _looks_like_serial(table: Table, column: TableColumn, found: ServerType) -> bool:
    """Whether SQLAlchemy would make a sequence for it unasked: the one integer of a key."""
    alone = table.primary_key is not None and table.primary_key.columns == (column.name,)
    return alone and found.name in ("int2", "int4", "int8") and not (column.identity or column.generated)


def _is_read(written: ServerType, own: Mapping[str, OwnType]) -> bool:
    """Whether the driver reads the type: an array of a type that it does not know stays text."""
    if written.name in own:
        return not written.dimensions or bool(own[written.name].values)
    return not written.dimensions or _element_annotation(written) != "Any" or written.name in ("json", "jsonb")


def _type(found: ServerType, column: TableColumn, own: Mapping[str, OwnType]) -> Piece:
    """Return the SQLAlchemy type that is spelled in DDL as the design spells it."""
    collation = _collation_name(column.collation)
    values = own[found.name].values if found.name in own else ()
    inner = _enum(found, values) if values else _element_type(found, collation)
    if inner is None or (column.collation and not (collation and found.name in _COLLATED)):
        suffix = f" collate {column.collation}" if column.collation else ""
        return call(NATIVE, [phrase_literal(f"{column.type}{suffix}")])
    if not found.dimensions:
        return inner
    several = [f"dimensions={found.dimensions}"] if found.dimensions > 1 else []
    return call("pg.ARRAY", [inner, *several])


def _element_type(found: ServerType, collation: str) -> Piece | None:
    extra: list[Piece] = [keyword("collation", string_literal(collation))] if collation else []
    if found.own:
        return None
    if found.name in _CLOCKS:
        zone = ["timezone=True"] if found.name.endswith("tz") else []
        precision = [f"precision={found.number}"] if found.modifiers else []
        return call(f"pg.{_CLOCKS[found.name]}", [*zone, *precision])
    if found.name in _LENGTHS:
        length = [str(found.number)] if found.number is not None else []
        varying = ["varying=True"] if found.name == "varbit" else []
        if found.name == "bpchar" and not length:
            return None
        return _class(_LENGTHS[found.name], [*length, *varying, *extra])
    if found.name == "numeric":
        return _class("sa.Numeric", found.modifiers)
    if found.name in _CLASSES and not found.modifiers:
        none = ["none_as_null=True"] if found.name in ("json", "jsonb") else []
        return _class(_CLASSES[found.name], [*none, *extra])
    return None


def _enum(found: ServerType, values: tuple[str, ...]) -> Piece:
    """An enum by its values, so that the driver's text for an array of them is taken apart; the DDL makes the type."""
    schema = [keyword("schema", string_literal(found.schema))] if found.schema else []
    name = keyword("name", string_literal(found.name))
    return call("pg.ENUM", [*map(string_literal, values), name, *schema, "create_type=False"])


def _class(name: str, arguments: list[Piece] | tuple[str, ...]) -> Piece:
    return call(name, arguments) if arguments else name


def _collation_name(collation: str) -> str:
    """Return the name of a collation that SQLAlchemy can write: one without a schema of its own."""
    if not collation:
        return ""
    clause = next(find(parse(f"select null collate {collation}")[0], tree.CollateClause))
    names = strings(clause.collname)
    return names[-1] if len(names) == 1 or names[0] == "pg_catalog" else ""


def _annotation(table: Table, column: TableColumn, found: ServerType, said: OwnType) -> str:
    inner = "str" if said.values else _element_annotation(found)
    if inner == "Any" and found.name in ("json", "jsonb") and not found.dimensions:
        limits = Limits()
        for check in table.checks:
            limits = limits.narrowed(read_limits(check.expression).get(column.name, Limits()))
        inner = _SHAPES.get(limits.shape, "Any")
    for _ in range(found.dimensions):
        inner = f"list[{inner}]"
    return inner


def _element_annotation(found: ServerType) -> str:
    if found.own:
        return "Any"
    for suffix, python in (("multirange", "list[pg.Range[{}]]"), ("range", "pg.Range[{}]")):
        bound = _RANGES.get(found.name.removesuffix(suffix))
        if found.name.endswith(suffix) and bound:
            return python.format(bound)
    return _ANNOTATIONS.get(found.name, "Any")
