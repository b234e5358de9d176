"""Step 4 of the process: the type of each column, and why that one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbwright.model.blueprint import Blueprint, Function
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.grouping import grouped
from dbwright.model.table import Table, TableColumn
from dbwright.records import record, replace
from dbwright.sql.names import qualify
from dbwright.sql.types import bare_type, is_array


@record(frozen=True)
class Choice:
    """One reason for a type: which columns it is about, what was chosen, why, and what was turned down.

    It is about the columns of its `types` (of every type where it names none) to which it `applies`.
    """

    name: str
    types: tuple[str, ...]
    what: str
    why: str
    alternatives: tuple[Alternative, ...] = ()
    applies: Callable[[TableColumn], bool] = lambda column: True


def _allowed_values(column: TableColumn) -> bool:
    return column.source is not None and bool(column.source.one_of)


CHOICES = (
    Choice(
        "uuid",
        ("uuid",),
        "keys are uuid, version 7",
        "made anywhere without asking the server; ordered by time, so inserts stay on the last index pages",
        (
            Alternative(
                "bigint identity", "8 bytes less a key, but it tells outsiders the volume and needs a sequence"
            ),
            Alternative("uuid version 4", "random inserts touch every page of the index"),
        ),
        lambda c: "uuidv7" in c.default,
    ),
    Choice(
        "allowed-values",
        (),
        "a fixed list of values is text with a check constraint",
        "equality of text is leakproof, so its indexes work under row-level security; a list needs no new type",
        (
            Alternative("an enum type", "its equality is not leakproof: an index on it is lost under a policy"),
            Alternative("a lookup table", "right when the values carry facts of their own or change weekly"),
        ),
        _allowed_values,
    ),
    Choice(
        "text",
        ("text",),
        "strings are text; a limit that the business knows is a check constraint",
        "text and varchar(n) are stored alike, and a check can be changed without rewriting the table",
        (Alternative("varchar(n)", "an invented limit breaks production later and protects nothing"),),
        lambda c: not _allowed_values(c),
    ),
    Choice(
        "instant",
        ("timestamp with time zone",),
        "instants are timestamptz",
        "stored in UTC and shown in any zone; never ambiguous",
        (Alternative("timestamp", "an hour is lost or doubled at each change of clocks"),),
    ),
    Choice(
        "date",
        ("date",),
        "calendar days are date",
        "a day has no zone; 4 bytes",
    ),
    Choice(
        "money",
        ("numeric",),
        "exact amounts are numeric",
        "decimal arithmetic without rounding error",
        (
            Alternative("double precision", "0.1 + 0.2 is not 0.3"),
            Alternative("bigint minor units", "faster, and leakproof in comparisons; right where amounts are searched"),
        ),
    ),
    Choice(
        "integer",
        ("smallint", "integer", "bigint"),
        "whole numbers take the smallest integer type that the horizon cannot fill",
        "2, 4 or 8 bytes, exact, leakproof in every comparison",
    ),
    Choice(
        "measure",
        ("double precision", "real"),
        "measurements are double precision",
        "a measurement has an error anyway; 8 bytes and hardware arithmetic",
    ),
    Choice(
        "document",
        ("jsonb",),
        "documents are jsonb",
        "read and written whole, owned by one row, shape set by clients; indexable by containment",
        (
            Alternative("json", "kept as text and parsed at each read, not indexable"),
            Alternative("columns", "right as soon as a key is searched or constrained"),
        ),
    ),
    Choice("flag", ("boolean",), "yes or no is boolean", "one byte, and no third spelling of yes"),
    Choice(
        "period",
        ("tstzrange", "daterange", "int4range", "int8range", "numrange"),
        "periods are ranges",
        "overlap is one operator, and an exclusion constraint can forbid it",
        (Alternative("two columns", "overlap must be checked by hand, and two sessions can both pass the check"),),
    ),
)


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Say why each column has its type, and compile what the target version lacks.

    Reads: columns. Decides: types for locations, `uuidv7()` before version 18. Writes: columns, functions, decisions.
    Source: seed 002, step 4; shared facts on operators under row-level security (security.md section 4.3).
    """
    if blueprint.version < 18 and any("uuidv7" in c.default for t in blueprint.tables for c in t.columns):
        blueprint = _with_uuidv7(blueprint)
    blueprint = _with_locations(design, blueprint)
    return blueprint.decide(*_reasons(blueprint))


def _reasons(blueprint: Blueprint) -> list[Decision]:
    found = []
    columns = list(_columns(blueprint))
    by_type = grouped((kind, number) for number, (_, kind, _) in enumerate(columns))
    for choice in CHOICES:
        near = (
            sorted(n for kind in choice.types for n in by_type.get(kind, ())) if choice.types else range(len(columns))
        )
        subjects = [columns[n][0] for n in near if choice.applies(columns[n][2])]
        if not subjects:
            continue
        found.append(
            Decision(
                code=f"types/{choice.name}",
                what=choice.what,
                why=choice.why,
                serves=tuple(f"entities.{s}" for s in subjects),
                subjects=tuple(subjects),
                alternatives=choice.alternatives,
            )
        )
    return found


def _columns(blueprint: Blueprint) -> Iterator[tuple[str, str, TableColumn]]:
    """Yield each column with its name and the bare name of its type."""
    for table in blueprint.tables:
        for column in table.columns:
            kind = bare_type(column.type)
            yield f"{table.name}.{column.name}", f"{kind}[]" if is_array(column.type) else kind, column


def _with_uuidv7(blueprint: Blueprint) -> Blueprint:
    """Add `uuidv7()` as RFC 9562 section 5.7 defines it: 48 bits of milliseconds, then random bits."""
    name = qualify(blueprint.schema, "uuidv7")
    statement = (
        f"create function {name}() returns uuid language sql volatile parallel safe\n"
        "as $$\n"
        "  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())\n"
        "    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)\n"
        "    from 1 for 6), 52, 1), 53, 1), 'hex')::uuid\n"
        "$$"
    )
    function = Function("uuidv7", "", statement, early=True, about="uuid version 7, which PostgreSQL has from 18 on.")
    decision = Decision(
        code="types/uuidv7",
        what="a function `uuidv7()` is created",
        why=f"PostgreSQL {blueprint.version} has none; time-ordered keys keep inserts on the last index pages",
        serves=("target",),
        subjects=("uuidv7",),
        alternatives=(Alternative("gen_random_uuid()", "random keys touch every page of the index"),),
    )
    return replace(blueprint, functions=(*blueprint.functions, function)).decide(decision)


def _with_locations(design: Design, blueprint: Blueprint) -> Blueprint:
    found = [(t, c) for t in blueprint.tables for c in t.columns if c.source and c.source.location]
    if not found:
        return blueprint
    postgis = "postgis" in design.target.extensions
    type_name = "geography(point, 4326)" if postgis else "earth"
    for table in {t.name: t for t, _ in found}.values():
        blueprint = blueprint.put(_located(table, type_name))
    functions = _postgis_functions(blueprint.schema) if postgis else _earth_functions(blueprint.schema)
    needed = ("postgis",) if postgis else ("cube", "earthdistance")
    decision = Decision(
        code="types/location",
        what=f"positions are `{type_name}`; `location(longitude, latitude)` makes one, `metres(a, b)` measures",
        why="distance and nearest neighbour follow the sphere, and a GiST index answers both",
        serves=tuple(f"entities.{t.name}.{c.name}" for t, c in found),
        subjects=tuple(f"{t.name}.{c.name}" for t, c in found),
        alternatives=(
            Alternative(
                "PostGIS geography" if not postgis else "cube and earthdistance",
                "an extension that the target does not name" if not postgis else "a sphere, not an ellipsoid",
            ),
            Alternative("two numbers", "no index can answer nearest neighbour over two B-trees"),
        ),
    )
    extensions = tuple(dict.fromkeys([*blueprint.extensions, *needed]))
    return replace(blueprint, functions=blueprint.functions + functions, extensions=extensions).decide(decision)


def _located(table: Table, type_name: str) -> Table:
    columns = tuple(replace(c, type=type_name) if c.source and c.source.location else c for c in table.columns)
    return replace(table, columns=columns)


def _earth_functions(schema: str) -> tuple[Function, ...]:
    """Positions on a sphere as points of a cube (contrib/earthdistance): chord length orders like distance."""
    make = (
        f"create function {qualify(schema, 'location')}(longitude double precision, latitude double precision)\n"
        "returns earth language sql immutable strict parallel safe\n"
        "as $$ select ll_to_earth(latitude, longitude) $$"
    )
    measure = (
        f"create function {qualify(schema, 'metres')}(a earth, b earth)\n"
        "returns double precision language sql immutable strict parallel safe\n"
        "as $$ select earth_distance(a, b) $$"
    )
    return _location_functions(make, measure, "earth")


def _postgis_functions(schema: str) -> tuple[Function, ...]:
    make = (
        f"create function {qualify(schema, 'location')}(longitude double precision, latitude double precision)\n"
        "returns geography language sql immutable strict parallel safe\n"
        "as $$ select ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography $$"
    )
    measure = (
        f"create function {qualify(schema, 'metres')}(a geography, b geography)\n"
        "returns double precision language sql immutable strict parallel safe\n"
        "as $$ select ST_Distance(a, b) $$"
    )
    return _location_functions(make, measure, "geography")


def _location_functions(make: str, measure: str, type_name: str) -> tuple[Function, ...]:
    numbers = "double precision, double precision"
    return (
        Function("location", numbers, make, early=True, about="A position from longitude and latitude in degrees."),
        Function(
            "metres", f"{type_name}, {type_name}", measure, early=True, about="Distance of two positions in metres."
        ),
    )
