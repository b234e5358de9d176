"""What random designs draw their columns from: types, checks of one column and of two, and what other columns make.

In a check `{c}` is the column, in one of two columns `{a}` and `{b}` are they.
"""

from __future__ import annotations

BUILT_IN = (
    *("text", "varchar(12)", "char(3)", "char", "name", '"char"', 'text collate "C"'),
    *("integer", "smallint", "bigint", "serial", "bigserial", "oid"),
    *(
        "numeric(8,2)",
        "numeric(20,0)",
        "numeric",
        "numeric(5,-2)",
        "numeric(12,8)",
        "double precision",
        "real",
        "money",
    ),
    *("boolean", "money", "bit(3)", "bit varying(5)", "bit", "bytea", "uuid"),
    *("date", "timestamptz", "timestamp", "time", "timetz", "interval"),
    *("timestamptz(3)", "timestamp(0)", "time(3)", "interval day to second(3)"),
    *("json", "jsonb", "jsonpath", "tsvector", "tsquery", "regconfig", "regclass", "regtype"),
    *("inet", "cidr", "macaddr", "macaddr8", "pg_lsn", "xid8", "pg_snapshot"),
    *("point", "line", "lseg", "box", "path", "polygon", "circle"),
    *("int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange"),
    *("int4multirange", "nummultirange", "datemultirange", "tstzmultirange"),
    *("text[]", "integer[]", "integer[][]", "date[]", "uuid[]", "numeric(8,2)[]", "boolean[]", "varchar(3)[]"),
    *("timestamptz[]", "jsonb[]", "point[]", "int4range[]", "inet[]", "bytea[]"),
)
"""Types that every server has."""
CREATED = {
    "mood": "create type mood as enum ('sad', 'calm', 'it''s \"ok\"')",
    "positive": "create domain positive as integer check (value > 0 and value < 100000)",
    "code": "create domain code as text not null check (value ~ '^[A-Z]{3}[0-9]{2,6}$')",
    "share": "create domain share as numeric(5,4) check (value between 0 and 1)",
    "moment": "create domain moment as timestamptz check (value >= '2020-01-01')",
    "small": "create domain small as positive check (value <= 500)",
    "feeling": "create domain feeling as mood check (value <> 'sad')",
    "tags": "create domain tags as text[] check (cardinality(value) <= 3)",
}
"""Types that designs create: an enum, domains over numbers, texts, times, an array, an enum and another domain."""
ADDED = ("citext", "ltree", "hstore", "cube", "lquery")
"""Types of extensions, which every server that dbwright starts has."""
TYPES = (*BUILT_IN, *CREATED, "mood[]", "positive[]", *ADDED)
CHECKS = {
    "text": (
        "{c} ~ '^[a-z0-9_]{{2,20}}$'",
        "length({c}) between 3 and 30",
        "{c} <> ''",
        "{c} = lower({c})",
        "{c} like 'a%'",
        "{c} is null or length({c}) > 2",
    ),
    "varchar(12)": ("char_length({c}) >= 2", "{c} ~ '^[A-Z]{{2}}-[0-9]+$'"),
    "citext": ("length({c}) between 3 and 30", "{c} in ('one', 'two', 'three')"),
    "integer": (
        "{c} > 0",
        "{c} between 1 and 50",
        "{c} in (1, 2, 3)",
        "{c} <> 5",
        "{c} >= -10 and {c} < 1000",
        "{c} = 7 or {c} > 90",
        "{c} = any (array[4, 5, 6])",
    ),
    "smallint": ("{c} > 0", "not ({c} < 3 or {c} > 200)"),
    "bigint": ("{c} >= 0", "{c} % 1 = 0"),
    "numeric(8,2)": ("{c} >= 0.5", "{c} > 0 and {c} <= 99.99"),
    "double precision": ("{c} between -1 and 1", "{c} <> 0"),
    "boolean": ("{c}", "{c} is not false"),
    "date": ("{c} >= date '2020-01-01'", "{c} < '2030-01-01'"),
    "timestamptz": ("{c} >= '2024-01-01'", "isfinite({c})"),
    "timestamptz(3)": ("{c} >= '2024-01-01'",),
    "interval": ("{c} > interval '0'", "{c} between interval '1 hour' and interval '2 hours'"),
    "time": ("{c} < '20:00'",),
    "jsonb": ("jsonb_typeof({c}) = 'object'", "jsonb_typeof({c}) = 'array'"),
    "bytea": ("octet_length({c}) = 8", "length({c}) <= 4"),
    "text[]": ("cardinality({c}) between 1 and 3", "{c} <@ array['a', 'b', 'c']"),
    "int4range": ("not isempty({c})",),
    "mood": ("{c} <> 'sad'", "{c} in ('sad', 'calm')"),
    "positive": ("{c} < 400",),
    "small": ("{c} > 10",),
}
PAIRS = (
    ("integer", "{a} <= {b}"),
    ("integer", "{a} < {b} + 3"),
    ("integer", "{b} - {a} <= 10"),
    ("integer", "{a} <> {b}"),
    ("numeric(8,2)", "{a} < {b}"),
    ("numeric(8,2)", "{a} <= {b} * 2 and {b} > 0 and {a} >= 0"),
    ("date", "{b} >= {a}"),
    ("timestamptz", "{b} > {a} + interval '1 hour'"),
    ("timestamptz", "{a} is null or {b} is not null"),
    ("text", "num_nonnulls({a}, {b}) = 1"),
    ("date", "({a} is null) = ({b} is null)"),
    ("integer", "case when {a} > 5 then {b} > 5 else {b} < 3 end"),
    ("integer", "coalesce({a}, 0) >= 0 and {b} > coalesce({a}, 0)"),
    ("timestamptz", "{b} between {a} and {a} + interval '2 days'"),
    ("numeric(8,2)", "{a} + {b} <= 500 and {a} > 0 and {b} > 0"),
    ("smallint", "{a} + {b} = 40 and {a} >= 0 and {b} >= 0"),
    ("integer", "{a} + {b} > 1500 and {a} <= 1000 and {b} <= 1000"),
    ("double precision", "{a} > {b}"),
    ("smallint", "{a} > {b} and {a} <= 12 and {b} >= 0"),
    ("date", "{a} < '2026-06-01' and {b} = {a} + 7"),
    ("timestamp(0)", "{a} < {b}"),
    ("positive", "{a} <= {b}"),
    ("uuid", "{a} <> {b}"),
)
MAY_BE_UNIQUE = (
    *("text", "varchar(12)", "integer", "numeric(8,2)", "uuid", "timestamptz", "bytea", "positive", "code"),
    *("citext", "timestamptz(3)", "date", "bigint", "inet", "macaddr8", "small", "mood", "char(3)", "smallint"),
)
GEOMETRY = (
    "point",
    "json",
    "interval",
    "[]",
    "range",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "xid8",
    "bit",
)
UNORDERED = ("snapshot", "tsquery", "tsvector", "tags", "cube", "real", "double", "lquery", "hstore", "numeric(5,-2)")
NO_KEY = (*GEOMETRY, *UNORDERED)
"""Words in types that have no order for an index, or whose values are rounded."""
FEW = (
    ("mood not null", "smallint not null check ({c} between 1 and 3)"),
    ("boolean not null", "integer not null check ({c} in (1, 2, 3, 5, 8, 13))"),
    ("mood not null", "mood not null"),
    ("date not null check ({c} between '2026-01-01' and '2026-01-07')", "mood not null"),
    ("feeling not null", "\"char\" not null check ({c} in ('a', 'b', 'c'))"),
)
"""Pairs of types of a unique set with room for few rows."""
KEYS = {
    "uuid": "uuid primary key default uuidv7()",
    "bigint": "bigint primary key",
    "identity": "bigint primary key generated always as identity",
    "by default": "integer primary key generated by default as identity",
    "text": "text primary key check (length({c}) < 40)",
    "serial": "serial primary key",
    "citext": "citext primary key",
    "code": "code primary key",
    "positive": "positive primary key check ({c} < 3000)",
    "none": "integer not null",
}
COMPUTED = {
    "integer": ("numeric generated always as ({c} * 2.0) stored", "bigint generated always as ({c} + 1) virtual"),
    "numeric(8,2)": ("numeric generated always as (round({c} * 1.19, 2)) stored",),
    "text": (
        "text generated always as (lower({c})) stored",
        "text generated always as (lower({c})) stored unique",
        "integer generated always as (length({c})) stored",
    ),
    "date": ("integer generated always as (extract(year from {c})::integer) stored",),
}
"""Columns that the server computes of a column of a type."""
