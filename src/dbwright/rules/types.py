"""Rules about types: values that say more than their type, and types that say less than their name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.rules.bystanders import own_tables
from dbwright.rules.places import Line, lines_of, lines_of_types
from dbwright.rules.registry import note, rule, warning
from dbwright.sql.types import canonical_type

TEXTS = ("text", "character varying", "character")
VERSION_OF_UUIDV7 = 18
"""Major version from which on the server makes uuids of version 7."""
LONGEST_UUID = 45
"""Characters of a uuid as it may be written, `urn:uuid:` before it; what may be longer is something else."""
LONGEST_LIST = 12
"""Allowed values from which on a list is data and no rule."""


@rule
def list_in_text(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A list is rows, not a text with separators.

    What it does: finds text columns whose names say that they hold several keys or values (`tag_ids`, `email_list`).
    Why it matters: no reference, no constraint and no index reaches into the text, and a name with a comma breaks it.
    Instead of: tag_ids: text
    Write: an entity `order_tags` with a row a tag
    """
    for line in lines_of_types(blueprint, *TEXTS):
        if line.words[-1] in ("ids", "list", "csv", "keys", "tags", "emails", "urls") and len(line.words) > 1:
            message = f"`{line.name}` holds a list that nothing can constrain, join or index by value"
            yield warning("list_in_text", message, line.title, "make an entity with a row for each value")


@rule
def array_of_keys(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    References are rows, not an array.

    What it does: finds arrays of uuid or whole numbers that are named like keys (`member_ids uuid[]`).
    Why it matters: PostgreSQL keeps no foreign key inside an array, so members stay after their row is gone.
    Instead of: member_ids: uuid[]
    Write: a junction, for example members: teams n-m people
    """
    for line in lines_of_types(blueprint, "uuid[]", "bigint[]", "integer[]"):
        if line.words[-1] in ("ids", "keys"):
            message = f"`{line.name}` holds keys that no foreign key can keep"
            yield warning("array_of_keys", message, line.title, "make a junction with a row for each")


@rule
def uuid_as_text(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A uuid has the type uuid.

    What it does: finds text columns that are named, or sized, like a uuid.
    Why it matters: 37 bytes instead of 16 in the table and in every index, and `A0…` is not `a0…`.
    Instead of: session_uuid: char(36)
    Write: session_uuid: uuid
    """
    for line in lines_of_types(blueprint, *TEXTS):
        sized = canonical_type(line.column.type) in ("character(36)", "character varying(36)")
        longer = re.search(r"\((\d+)\)", line.column.type)
        named = line.words[-1] in ("uuid", "guid") and not (longer and int(longer[1]) > LONGEST_UUID)
        if sized or named:
            message = f"`{line.name}` takes 37 bytes for 16, in each index too, and accepts what is no uuid"
            yield warning("uuid_as_text", message, line.here, "write `uuid`")


@rule
def time_as_text(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A time is no text.

    What it does: finds text and number columns that are named like an instant or a day (`created_at`, `birth_date`).
    Why it matters: `2026-02-30` is accepted, nothing can be added to it, and it sorts by its spelling.
    Instead of: created_at: text
    Write: created_at: timestamptz
    """
    for line in lines_of_types(blueprint, *TEXTS, "integer", "bigint"):
        if len(line.words) > 1 and line.words[-1] in ("at", "date", "timestamp", "datetime"):
            message = f"`{line.name}` is {line.column.type}: it accepts days that do not exist"
            yield warning("time_as_text", message, line.here, "write `timestamptz` for an instant, `date` for a day")


@rule
def flag_as_number(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Yes or no is a boolean.

    What it does: finds numbers and short texts that are named like a flag (`is_active`, `has_children`).
    Why it matters: 2, 'Y', 'y' and 'yes' all get in, and each reader decides what they mean.
    Instead of: is_active: smallint
    Write: is_active: boolean not null
    """
    for line in lines_of_types(blueprint, *TEXTS, "smallint", "integer", "bigint", "bit"):
        if line.words[0] in ("is", "has", "can", "was") and len(line.words) > 1:
            message = f"`{line.name}` is {line.column.type}: more than yes and no get in"
            yield warning("flag_as_number", message, line.here, "write `boolean not null`")


@rule
def flag_that_may_be_null(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A flag is true or false.

    What it does: finds boolean columns that may be null.
    Why it matters: `where not active` leaves out the rows that say nothing, and nobody knows what they mean.
    Instead of: active: boolean
    Write: active: boolean not null default true
    """
    for line in lines_of_types(blueprint, "boolean"):
        if not line.column.not_null and not line.column.generated:
            message = f"`{line.name}` has a third value: neither `where {line.column.name}` nor its opposite finds it"
            yield warning("flag_that_may_be_null", message, line.here, "write `boolean not null`, with a default")


@rule
def random_key(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Keys that the server makes go up.

    What it does: finds primary keys whose default is a random uuid (version 4).
    Why it matters: each insert hits another page of the index; the cache must hold all of it, and the log grows.
    Instead of: order_id: uuid primary key default gen_random_uuid()
    Write: order_id: uuid primary key default uuidv7()
    """
    for line in lines_of_types(blueprint, "uuid"):
        key = line.table.primary_key
        made = line.column.default.lower()
        if key and line.column.name in key.columns and ("gen_random_uuid" in made or "uuid_generate_v4" in made):
            message = f"`{line.name}` is random: each insert reads and writes another page of the index"
            newer = blueprint.version >= VERSION_OF_UUIDV7
            help_text = "write `default uuidv7()`" if newer else "let the application make uuids of version 7"
            yield warning("random_key", message, line.here, f"{help_text}, whose values go up with time")


@rule
def catalog_type(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A table holds no numbers of the catalog.

    What it does: finds columns of the types regproc, regconfig and the like, and oid.
    Why it matters: the numbers are others after an upgrade, so pg_upgrade refuses a database that holds them.
    Instead of: source: regprocedure
    Write: source: text, the name
    """
    for line in lines_of_types(blueprint, *_CATALOG_TYPES):
        message = f"`{line.name}` is {line.kind}: pg_upgrade refuses a database with such a column"
        yield note("catalog_type", message, line.here, "write `text` and store the name, or upgrade by dump or replica")


_CATALOG_TYPES = tuple(
    "regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure oid xid cid".split()
)
"""What pg_upgrade refuses (check_for_reg_data_type_usage), and numbers of the catalog itself."""


@rule
def time_of_day_with_zone(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A time of day has no zone.

    What it does: finds columns of type `time with time zone`.
    Why it matters: without a day nobody knows whether summer time holds, so the offset is wrong half of the year.
    Instead of: opens_at: timetz
    Write: opens_at: time, and the zone's name in a column of its own
    """
    for line in lines_of_types(blueprint, "time with time zone"):
        message = f"`{line.name}` has an offset and no day: it is wrong half of the year"
        yield warning("time_of_day_with_zone", message, line.here, "write `time`, and keep the zone's name beside it")


@rule
def file_in_table(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Files are kept where files are kept, or a decision says why not.

    What it does: finds columns of bytes that are named like files (`photo`, `pdf`, `attachment`).
    Why it matters: each backup, replica and restore carries them, and each update of the row writes them again.
    Instead of: photo: bytea
    Write: photo_key: text, with the file under `stores:`
    """
    named = {"file", "image", "photo", "picture", "avatar", "pdf", "attachment", "video", "audio", "blob", "document"}
    for line in lines_of_types(blueprint, "bytea"):
        if not named.isdisjoint(line.words):
            message = f"`{line.name}` puts files into every backup and replica, and writes them again at each update"
            yield note("file_in_table", message, line.here, "keep the file in an object store and its key here")


@rule
def several_large_values(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A row has at most one large value.

    What it does: finds tables with two or more columns of type bytea.
    Why it matters: who needs one of them reads or moves the others, too.
    Instead of: original: bytea, thumbnail: bytea
    Write: an entity with a row for each
    """
    seen: dict[str, Line] = {}
    told: set[str] = set()
    for line in lines_of_types(blueprint, "bytea"):
        first = seen.setdefault(line.table.name, line)
        if first is not line and line.table.name not in told:
            told.add(line.table.name)
            message = f"`{line.table.name}` has several large values: `{first.column.name}` and `{line.column.name}`"
            yield note("several_large_values", message, line.title, "give each a row of its own")


@rule
def long_list_of_values(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A list that grows is a table.

    What it does: finds `one of:` with more than twelve values.
    Why it matters: each new value is a change of the schema, and nothing else can be said of a value.
    Instead of: country: {sql: text, one of: [at, be, bg, …]}
    Write: an entity `countries`, and country: text not null references countries
    """
    for line in lines_of_types(blueprint, *TEXTS):
        source = line.column.source
        if source is not None and len(source.one_of) > LONGEST_LIST:
            message = f"`{line.name}` has {len(source.one_of)} allowed values: one more is a change of the schema"
            yield note("long_list_of_values", message, source.place.of("one of"), "make an entity of them")


@rule
def state_without_values(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A state is one of a few.

    What it does: finds text columns called status, state or phase that any text may fill.
    Why it matters: `cancelled`, `canceled` and `Cancelled` are three states, and reports count each by itself.
    Instead of: status: text not null
    Write: status: {sql: text not null, one of: [new, paid, cancelled]}
    """
    for line in lines_of_types(blueprint, *TEXTS):
        if line.words[-1] not in ("status", "state", "phase") or (line.column.source and line.column.source.one_of):
            continue
        referencing = any(line.column.name in key.columns for key in line.table.foreign_keys)
        checked = any(line.column.name in check.expression for check in line.table.checks)
        if not referencing and not checked:
            message = f"`{line.name}` takes any text: each spelling is a state of its own"
            yield warning(
                "state_without_values",
                message,
                line.here,
                "list the states: `one of:` in a design, `check (… in (…))` in SQL",
            )


@rule
def case_sensitive_name(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A name that people type is unique in any spelling.

    What it does: finds unique columns called email, username, login or handle whose uniqueness depends on upper case.
    Why it matters: Ada@example.org and ada@example.org are two accounts of one person.
    Instead of: email: text not null unique
    Write: email: text not null unique check (email = lower(email))
    """
    for line in lines_of_types(blueprint, "text", "character varying"):
        if line.words[-1] not in ("email", "username", "login", "handle") or not _alone_unique(line):
            continue
        column = line.column
        checked = any(_is_lowered(c.expression) and column.name in c.expression for c in line.table.checks)
        encrypted = column.source is not None and column.source.encrypt is not None
        if not checked and not encrypted and not column.collation:
            message = f"`{line.name}` is unique letter by letter: one person gets two accounts by typing a capital"
            help_text = f"add `check ({column.name} = lower({column.name}))`, and lower it before it is sent"
            yield note("case_sensitive_name", message, line.here, help_text)


def _is_lowered(check: str) -> bool:
    """Whether a check lets no capital in: it compares with `lower(…)`, or its pattern names small letters only."""
    return "lower" in check or ("a-z" in check and "A-Z" not in check)


def _alone_unique(line: Line) -> bool:
    own = {line.column.name, line.table.tenant_column}
    return any(line.column.name in u.columns and set(u.columns) <= own for u in line.table.uniques)


@rule
def same_name_another_type(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    One name, one type.

    What it does: finds columns that share their name with columns of other tables and have another type than most.
    Why it matters: joins and unions cast one side, and programs that map the name map it wrongly once.
    Instead of: zip: text here, zip: integer there
    Write: zip: text in both
    """
    by_name: dict[str, dict[str, list[Line]]] = {}
    own = {t.name for t in own_tables(blueprint)}
    for line in lines_of(blueprint):
        if line.table.name in own:
            by_name.setdefault(line.column.name, {}).setdefault(canonical_type(line.column.type), []).append(line)
    for name, types in by_name.items():
        if len(types) < 2 or name == "id":  # an `id` is the key of its own table, and means nothing beyond
            continue
        usual = max(types, key=lambda t: len(types[t]))
        for kind, lines in types.items():
            if kind != usual and len(types[usual]) > 1:
                for line in lines:
                    message = f"`{line.name}` is {kind}, and `{name}` is {usual} in {len(types[usual])} other tables"
                    yield note("same_name_another_type", message, line.here, f"write `{usual}`, or name it otherwise")


@rule
def undeclared_extension(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    An extension that a type needs is declared.

    What it does: finds columns of types that come with an extension (citext, hstore, ltree, vector, geometry) where the
    design names it neither under `target:` nor under `sql:`.
    Why it matters: the DDL does not load on a fresh server.
    Instead of: embedding: vector(384), and no word of pgvector
    Write: target: {extensions: [vector]}
    """
    if not blueprint.design.entities:
        return
    declared = {*map(str, blueprint.design.target.extensions), *blueprint.extensions}
    scripts = " ".join(s.statement.lower() for s in blueprint.scripts)
    for line in lines_of_types(blueprint, *_OF_EXTENSION):
        needed = _OF_EXTENSION[line.kind]
        if needed not in declared and needed not in scripts:
            message = f"`{line.name}` needs the extension {needed}: without it the DDL does not load"
            yield warning("undeclared_extension", message, line.here, f"add `target: {{extensions: [{needed}]}}`")


_OF_EXTENSION = {
    "citext": "citext",
    "hstore": "hstore",
    "ltree": "ltree",
    "vector": "vector",
    "halfvec": "vector",
    "geometry": "postgis",
    "geography": "postgis",
    "cube": "cube",
    "earth": "earthdistance",
}
