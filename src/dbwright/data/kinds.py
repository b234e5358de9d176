"""What a PostgreSQL type means for a generator: its family, its limits, and in which unit values are counted.

Values of ordered families are whole numbers of ticks: the smallest step of the type (a day, a microsecond, 0.01).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from dbwright.data.written import SIZED, WRITTEN
from dbwright.model.blueprint import Blueprint
from dbwright.sizing.axes import FLOAT_DECIMALS
from dbwright.sizing.presumed import CONFIGURATIONS
from dbwright.sql.grammar import GrammarError, expression_text, kind, parse, strings, tree


class Family(Enum):
    """Types that are generated alike."""

    WHOLE = "whole numbers"
    DECIMAL = "decimal numbers"
    FLOAT = "floating point numbers"
    BOOLEAN = "yes or no"
    DAY = "days"
    INSTANT = "instants"
    CLOCK = "times of day"
    SPAN = "intervals"
    UUID = "uuids"
    TEXT = "texts"
    JSON = "documents"
    BYTES = "byte strings"
    RANGE = "ranges"
    LIST = "arrays"
    POSITION = "positions"
    WRITTEN = "values that are only written"
    UNKNOWN = "unknown"

    @property
    def is_ordered(self) -> bool:
        """Whether values are ticks."""
        return self in ORDERED


ORDERED = frozenset(
    {
        Family.WHOLE,
        Family.DECIMAL,
        Family.FLOAT,
        Family.BOOLEAN,
        Family.DAY,
        Family.INSTANT,
        Family.CLOCK,
        Family.SPAN,
    }
)
"""Families whose values are ticks."""
NUMBERS = frozenset({Family.WHOLE, Family.DECIMAL, Family.FLOAT})
DAY_TICKS = 86_400_000_000
"""Microseconds of a day."""


@dataclass(frozen=True)
class Kind:
    """A type: `decimals` of a tick, `low` and `high` in ticks, `longest` in characters, `labels` of an enum.

    A type that rounds can only tell ticks of a `step` apart: seconds of `timestamp(0)`, hundreds of `numeric(5,-2)`.
    `item` is the type of an element or of a range's bounds, `checks` are a domain's rules over `value`; `base` is the
    built-in type under a domain.
    """

    family: Family
    name: str
    decimals: int = 0
    low: int | None = None
    high: int | None = None
    longest: int | None = None
    labels: tuple[str, ...] = ()
    item: Kind | None = None
    checks: tuple[str, ...] = ()
    not_null: bool = False
    base: str = ""
    step: int = 1

    @property
    def storage(self) -> str:
        """The name of the type in which values are stored."""
        return self.base or self.name


_WHOLE = {"int2": 15, "int4": 31, "int8": 63, "smallserial": 15, "serial": 31, "bigserial": 63}
_SIMPLE = {
    "bool": Kind(Family.BOOLEAN, "bool", low=0, high=1),
    "float4": Kind(Family.FLOAT, "float4", decimals=FLOAT_DECIMALS["real"]),
    "float8": Kind(Family.FLOAT, "float8", decimals=FLOAT_DECIMALS["double precision"]),
    "date": Kind(Family.DAY, "date"),
    "timestamp": Kind(Family.INSTANT, "timestamp"),
    "timestamptz": Kind(Family.INSTANT, "timestamptz"),
    "time": Kind(Family.CLOCK, "time", low=0, high=DAY_TICKS - 1),
    "interval": Kind(Family.SPAN, "interval"),
    "uuid": Kind(Family.UUID, "uuid"),
    "json": Kind(Family.JSON, "json"),
    "jsonb": Kind(Family.JSON, "jsonb"),
    "bytea": Kind(Family.BYTES, "bytea"),
    "earth": Kind(Family.POSITION, "earth"),
    "geography": Kind(Family.POSITION, "geography"),
    "geometry": Kind(Family.POSITION, "geometry"),
    "point": Kind(Family.POSITION, "point"),
}
_SERIALS = {"serial2": "smallserial", "serial4": "serial", "serial8": "bigserial"}
_TEXTS = ("text", "varchar", "bpchar", "citext", "name", "char")
_RANGES = {
    "tstzrange": "timestamptz",
    "tsrange": "timestamp",
    "daterange": "date",
    "int4range": "int4",
    "int8range": "int8",
    "numrange": "numeric",
}
_OBJECTS = {"regconfig": CONFIGURATIONS, "regtype": ("integer", "text", "uuid"), "regclass": ("pg_class", "pg_type")}
"""Types that name an object of the database: objects that every database has."""
MOST_DIGITS = 15
"""Digits of a decimal number that are used; ticks must stay well inside 63 bits."""


def read_types(blueprint: Blueprint) -> dict[str, Kind]:
    """Return the enums and domains that the design creates under `sql:`, by name."""
    found: dict[str, Kind] = {}
    for script in blueprint.scripts:
        for node in parse(script.statement):
            if kind(node) == "create_enum_stmt":
                labels = tuple(strings(node.create_enum_stmt.vals))
                name = strings(node.create_enum_stmt.type_name)[-1]
                found[name] = Kind(Family.TEXT, name, labels=labels)
            elif kind(node) == "create_domain_stmt":
                domain = _domain(node.create_domain_stmt, found)
                found[domain.name] = domain
    return found


def _domain(statement: Any, types: Mapping[str, Kind]) -> Kind:
    based = _kind(statement.type_name, types)
    rules = [c.constraint for c in statement.constraints]
    checks = tuple(expression_text(c.raw_expr) for c in rules if c.contype == tree.CONSTR_CHECK)
    required = any(c.contype == tree.CONSTR_NOTNULL for c in rules)
    name = strings(statement.domainname)[-1]
    required = required or based.not_null
    return replace(based, name=name, checks=based.checks + checks, not_null=required, base=based.storage)


def kind_of(type_text: str, types: Mapping[str, Kind]) -> Kind:
    """Return the kind of a type as a column line writes it; its family is UNKNOWN where nobody knows it."""
    try:
        cast = parse(f"select null::{type_text}")[0].select_stmt.target_list[0].res_target.val
    except GrammarError:
        return Kind(Family.UNKNOWN, type_text)
    return _kind(cast.type_cast.type_name, types)


def _kind(type_name: Any, types: Mapping[str, Kind]) -> Kind:
    name = strings(type_name.names)[-1]
    numbers = [m.a_const.ival.ival for m in type_name.typmods if kind(m) == "a_const"]
    single = _single(name, numbers, types)
    if not type_name.array_bounds:
        return single
    return Kind(Family.LIST, f"{single.name}[]", item=single)


def _single(name: str, numbers: list[int], types: Mapping[str, Kind]) -> Kind:
    name = _SERIALS.get(name, name)
    if name in types:
        return types[name]
    if name in _SIMPLE:
        return _rounded(_SIMPLE[name], numbers)
    if name in _WHOLE:
        return Kind(Family.WHOLE, name, low=-(2 ** _WHOLE[name]), high=2 ** _WHOLE[name] - 1, not_null="serial" in name)
    if name == "oid":
        return Kind(Family.WHOLE, name, low=0, high=2**31 - 1)
    if name == "numeric":
        return _decimal(numbers)
    if name in _TEXTS:
        return Kind(Family.TEXT, name, longest=_length(name, numbers))
    if name in _RANGES:
        return Kind(Family.RANGE, name, item=_single(_RANGES[name], [], types))
    if name.endswith("multirange") and (single := name.replace("multi", "")) in _RANGES:
        return Kind(Family.WRITTEN, name, item=_single(single, [], types))
    if name in _OBJECTS:
        return Kind(Family.WRITTEN, name, labels=_OBJECTS[name])
    if name in WRITTEN or name in SIZED:
        return Kind(Family.WRITTEN, name, longest=numbers[0] if numbers else None)
    return Kind(Family.UNKNOWN, name)


def _length(name: str, numbers: list[int]) -> int | None:
    if numbers:
        return numbers[0]
    return {"bpchar": 1, "char": 1, "name": 63}.get(name)


def _rounded(kind: Kind, numbers: list[int]) -> Kind:
    """A time or span with fewer digits of a second; what stands before them in an interval says which fields it has."""
    if kind.family not in (Family.INSTANT, Family.CLOCK, Family.SPAN) or not numbers:
        return kind
    return replace(kind, step=10 ** (6 - min(numbers[-1], 6)))


def _decimal(numbers: list[int]) -> Kind:
    if not numbers:
        return Kind(Family.DECIMAL, "numeric", decimals=2)
    precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
    decimals = max(0, min(scale, 6))
    digits = min(precision - scale + decimals, MOST_DIGITS)
    return Kind(
        Family.DECIMAL,
        "numeric",
        decimals=decimals,
        low=-(10**digits) + 1,
        high=10**digits - 1,
        step=10 ** max(0, -scale),
    )
