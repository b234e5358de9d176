"""The API's view of a column: kind of value, limits, who writes it; one answer for Pydantic and for JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from enum import Enum, auto
from typing import Any

from dbwright.emit.limits import Limits, read_limits
from dbwright.emit.patterns import portable_pattern
from dbwright.emit.server_types import OwnType, ServerType, read_type, resolve
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table, TableColumn
from dbwright.sql.names import quote


class Kind(Enum):
    """What a value is for a client; `SERVER_TEXT` is text in PostgreSQL's own notation, such as a range."""

    TEXT = auto()
    INTEGER = auto()
    DECIMAL = auto()
    FLOAT = auto()
    BOOLEAN = auto()
    UUID = auto()
    INSTANT = auto()
    LOCAL_INSTANT = auto()
    DATE = auto()
    TIME = auto()
    INTERVAL = auto()
    BYTES = auto()
    DOCUMENT = auto()
    TEXT_MAP = auto()
    ADDRESS = auto()
    NETWORK = auto()
    SERVER_TEXT = auto()
    UNKNOWN = auto()


_KINDS = {
    **dict.fromkeys(("text", "varchar", "bpchar", "citext", "name"), Kind.TEXT),
    **dict.fromkeys(("int2", "int4", "int8", "smallserial", "serial", "bigserial"), Kind.INTEGER),
    **dict.fromkeys(("float4", "float8"), Kind.FLOAT),
    **dict.fromkeys(("json", "jsonb"), Kind.DOCUMENT),
    **dict.fromkeys(("time", "timetz"), Kind.TIME),
    "numeric": Kind.DECIMAL,
    "bool": Kind.BOOLEAN,
    "uuid": Kind.UUID,
    "timestamptz": Kind.INSTANT,
    "timestamp": Kind.LOCAL_INSTANT,
    "date": Kind.DATE,
    "interval": Kind.INTERVAL,
    "bytea": Kind.BYTES,
    "hstore": Kind.TEXT_MAP,
    "inet": Kind.ADDRESS,
    "cidr": Kind.NETWORK,
    **dict.fromkeys(
        """
        int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange
        tsmultirange tstzmultirange datemultirange tsvector tsquery regconfig regclass regtype regproc oid money bit
        varbit macaddr macaddr8 point line lseg box path polygon circle xml pg_lsn cube earth ltree lquery jsonpath
        """.split(),
        Kind.SERVER_TEXT,
    ),
}

_INTEGER_BITS = {"int2": 15, "int4": 31, "int8": 63, "smallserial": 15, "serial": 31, "bigserial": 63}
_PREDEFINED_COLLATIONS = ('"C"', '"POSIX"', "ucs_basic", "unicode", "pg_c_utf8", "pg_unicode_fast", '"default"')
_AUDIT = ("created_at", "updated_at", "created_by", "updated_by")


@dataclass(frozen=True)
class ApiField:
    """One column as a client sees it; `limits` are in the notation of the outside: whole bounds, portable patterns.

    `from_server` is what the server sets by itself: generated, the session's tenant, audit columns. `in_key` columns
    are set once. `precision` and `scale` are those of `numeric(precision, scale)`, `bits` those of an integer type
    without its sign. `internal` is of no use outside.
    """

    column: TableColumn
    kind: Kind
    dimensions: int
    limits: Limits
    nullable: bool
    optional: bool
    from_server: bool
    in_key: bool
    precision: int | None = None
    scale: int | None = None
    bits: int = 0
    internal: bool = False

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def description(self) -> str:
        """What the value means, and its unit."""
        source = self.column.source
        parts = [" ".join(self.column.about.split()), f"Unit: {source.unit}." if source and source.unit else ""]
        return " ".join(f"{p}." if p[-1] not in ".!?" else p for p in parts if p)

    @property
    def personal(self) -> str:
        """The category of personal data, empty for none."""
        return str(self.column.source.personal) if self.column.source else ""

    @property
    def encrypted(self) -> bool:
        """Whether the data layer encrypts the value."""
        return self.column.source is not None and self.column.source.encrypt is not None

    @property
    def examples(self) -> list[Any]:
        """The sample value of the design as JSON, where it is one of the field's kind."""
        text = str(self.column.source.example) if self.column.source else ""
        found = _example(self.kind, text) if text and not self.dimensions else None
        return [] if found is None else [found]

    @property
    def unbounded_above(self) -> bool:
        """Whether the number may be NaN or infinity, which PostgreSQL takes for larger than every number."""
        return self.kind in (Kind.DECIMAL, Kind.FLOAT) and self.limits.maximum is None and self.limits.below is None


def api_fields(blueprint: Blueprint, table: Table, own: Mapping[str, OwnType]) -> list[ApiField]:
    """Return the fields of a table in the order of its columns; `own` are the types that the design creates."""
    checks: dict[str, Limits] = {}
    for check in table.checks:
        for column, limits in read_limits(check.expression).items():
            checks[column] = checks.get(column, Limits()).narrowed(limits)
    return [_field(blueprint, table, c, own, checks.get(c.name, Limits())) for c in table.columns]


def _field(
    blueprint: Blueprint, table: Table, column: TableColumn, own: Mapping[str, OwnType], checked: Limits
) -> ApiField:
    found, said = resolve(read_type(column.type), own)
    kind = Kind.TEXT if said.values else Kind.UNKNOWN if found.own else _KINDS.get(found.name, Kind.UNKNOWN)
    if not found.dimensions:
        for check in said.checks:
            checked = checked.narrowed(read_limits(check).get("value", Limits()))
    else:
        checked = Limits()
    decimal = kind is Kind.DECIMAL and found.number is not None and not found.dimensions
    return ApiField(
        column=column,
        kind=kind,
        dimensions=found.dimensions,
        limits=_fitting(kind, found, column, checked, said),
        nullable=not (column.not_null or said.not_null or column.identity),
        optional=bool(column.default or column.identity or found.name.endswith("serial")),
        from_server=not column.written or _set_by_server(blueprint, table, column),
        in_key=table.primary_key is not None and column.name in table.primary_key.columns,
        precision=found.number if decimal else None,
        scale=int(found.modifiers[1]) if decimal and len(found.modifiers) > 1 else 0 if decimal else None,
        bits=_INTEGER_BITS.get(found.name, 0),
        internal=found.name == "tsvector",
    )


def _set_by_server(blueprint: Blueprint, table: Table, column: TableColumn) -> bool:
    """The tenant comes from the session, and a trigger keeps the audit columns."""
    if column.name == table.tenant_column:
        return column.default == f"{quote(blueprint.schema)}.{quote(column.name)}()"
    touched = any(t.purpose == "touch" for t in blueprint.triggers_on(table.name))
    return touched and column.name in _AUDIT and bool(column.default)


def _fitting(kind: Kind, found: ServerType, column: TableColumn, limits: Limits, said: OwnType) -> Limits:
    """Return the limits that mean something for the kind, in the notation of the outside."""
    if kind is Kind.TEXT:
        return _text_limits(found, column, limits, said)
    if kind is Kind.INTEGER:
        return _whole_limits(found, limits)
    if kind in (Kind.DECIMAL, Kind.FLOAT):
        return replace(Limits(), minimum=limits.minimum, above=limits.above, maximum=limits.maximum, below=limits.below)
    return Limits(shape=limits.shape) if kind is Kind.DOCUMENT else Limits()


def _text_limits(found: ServerType, column: TableColumn, limits: Limits, said: OwnType) -> Limits:
    values = tuple(v for v in limits.values if isinstance(v, str)) if limits.values is not None else None
    if limits.values is not None and values is not None and len(values) != len(limits.values):
        values = None
    if said.values:
        return Limits(values=said.values if values is None else tuple(v for v in said.values if v in values))
    if found.name == "bpchar":
        # Its values are padded with blanks that comparisons do not see.
        return Limits(longest=found.number)
    longest = [n for n in (limits.longest, found.number if found.name == "varchar" else None) if n is not None]
    kept = Limits(shortest=limits.shortest or None, longest=min(longest, default=None))
    if found.name == "citext" or not _compares_bytes(column.collation):
        return kept
    portable = [portable_pattern(p) for p in limits.patterns]
    return replace(kept, patterns=tuple(p for p in portable if p is not None), values=values)


def _compares_bytes(collation: str) -> bool:
    """Only a collation that somebody created can take different strings for equal."""
    return not collation or collation.endswith('-x-icu"') or collation.rpartition(".")[2] in _PREDEFINED_COLLATIONS


def _whole_limits(found: ServerType, limits: Limits) -> Limits:
    """Return inclusive whole bounds, at least those of the integer type."""
    limit = 2 ** _INTEGER_BITS[found.name]
    low = [Decimal(-limit)]
    high = [Decimal(limit - 1)]
    if limits.minimum is not None:
        low.append(limits.minimum.to_integral_value(ROUND_CEILING))
    if limits.above is not None:
        low.append(limits.above.to_integral_value(ROUND_FLOOR) + 1)
    if limits.maximum is not None:
        high.append(limits.maximum.to_integral_value(ROUND_FLOOR))
    if limits.below is not None:
        high.append(limits.below.to_integral_value(ROUND_CEILING) - 1)
    values = limits.values
    if values is not None and not all(isinstance(v, int) for v in values):
        values = None
    return Limits(minimum=max(low), maximum=min(high), values=values)


def _example(kind: Kind, text: str) -> Any:
    match kind:
        case Kind.INTEGER:
            return int(text) if text.lstrip("-").isdecimal() else None
        case Kind.DECIMAL | Kind.FLOAT:
            return _number_example(text)
        case Kind.BOOLEAN:
            return {"true": True, "false": False}.get(text.lower())
        case Kind.DOCUMENT:
            return _document_example(text)
        case Kind.TEXT_MAP | Kind.UNKNOWN | Kind.BYTES:
            return None
    return text


def _number_example(text: str) -> int | float | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _document_example(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
