"""Small random designs: types, keys, references in chains and circles, checks, periods, partitions, what follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

Columns = dict[str, Any]

TYPES = (
    "text",
    "varchar(12)",
    "char(3)",
    "integer",
    "smallint",
    "bigint",
    "numeric(8,2)",
    "double precision",
    "boolean",
    "date",
    "timestamptz",
    "timestamp",
    "time",
    "interval",
    "uuid",
    "jsonb",
    "bytea",
    "inet",
    "int4range",
    "tstzrange",
    "daterange",
    "text[]",
    "integer[]",
    "point",
    "regconfig",
    "mood",
    "positive",
    "code",
    "share",
    "moment",
    "numeric(20,0)",
    "numeric",
    "real",
    "mood[]",
    "date[]",
    "macaddr",
    "int8range",
    "numrange",
)
SQL = {
    "mood": "create type mood as enum ('sad', 'calm', 'glad')",
    "positive": "create domain positive as integer check (value > 0 and value < 100000)",
    "code": "create domain code as text not null check (value ~ '^[A-Z]{3}[0-9]{2,6}$')",
    "share": "create domain share as numeric(5,4) check (value between 0 and 1)",
    "moment": "create domain moment as timestamptz check (value >= '2020-01-01')",
}
"""Types that designs may use: an enum, and domains over numbers, texts and times."""
CHECKS = {
    "text": (
        "{c} ~ '^[a-z0-9_]{{2,20}}$'",
        "length({c}) between 3 and 30",
        "{c} <> ''",
        "{c} = lower({c})",
        "{c} like 'a%'",
    ),
    "varchar(12)": ("char_length({c}) >= 2", "{c} ~ '^[A-Z]{{2}}-[0-9]+$'"),
    "integer": (
        "{c} > 0",
        "{c} between 1 and 50",
        "{c} in (1, 2, 3)",
        "{c} <> 5",
        "{c} >= -10 and {c} < 1000",
        "{c} = 7 or {c} > 90",
    ),
    "smallint": ("{c} > 0", "not ({c} < 3 or {c} > 200)"),
    "bigint": ("{c} >= 0", "{c} % 1 = 0"),
    "numeric(8,2)": ("{c} >= 0.5", "{c} > 0 and {c} <= 99.99"),
    "double precision": ("{c} between -1 and 1", "{c} <> 0"),
    "boolean": ("{c}", "{c} is not false"),
    "date": ("{c} >= date '2020-01-01'", "{c} < '2030-01-01'"),
    "timestamptz": ("{c} >= '2024-01-01'", "isfinite({c})"),
    "interval": ("{c} > interval '0'", "{c} between interval '1 hour' and interval '2 hours'"),
    "time": ("{c} < '20:00'",),
    "jsonb": ("jsonb_typeof({c}) = 'object'", "jsonb_typeof({c}) = 'array'"),
    "bytea": ("octet_length({c}) = 8", "length({c}) <= 4"),
    "text[]": ("cardinality({c}) between 1 and 3", "{c} <@ array['a', 'b', 'c']"),
    "int4range": ("not isempty({c})",),
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
)
MAY_BE_UNIQUE = ("text", "varchar(12)", "integer", "numeric(8,2)", "uuid", "timestamptz", "bytea", "positive", "code")
NO_KEY = ("point", "json", "interval", "[]", "range")
FEW = (
    ("mood not null", "smallint not null check ({c} between 1 and 3)"),
    ("boolean not null", "integer not null check ({c} in (1, 2, 3, 5, 8, 13))"),
    ("mood not null", "mood not null"),
    ("date not null check ({c} between '2026-01-01' and '2026-01-07')", "mood not null"),
)
"""Pairs of types of a unique set with room for few rows."""
KEYS = ("uuid", "bigint", "identity", "by default", "text", "none")


class _Maker:
    """Draws one design piece by piece."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw
        self.tenants = bool(draw(st.booleans()))
        self.entities: dict[str, Any] = {}
        self.extra: list[tuple[str, dict[str, Any]]] = []

    def chance(self, times: int = 3) -> bool:
        """True once in `times` draws."""
        return bool(self.draw(st.integers(1, times)) == 1)

    def design(self) -> dict[str, Any]:
        """The whole design."""
        if self.tenants:
            self.entities["tenants"] = {"columns": {"tenant_id": "uuid primary key default gen_random_uuid()"}}
        for number in range(self.draw(st.integers(2, 5))):
            self.entities[f"t{number}"] = self.entity(f"t{number}", list(self.entities))
        self.close_circles()
        self.follow()
        made: dict[str, Any] = {
            "design": "random",
            "target": {"version": 18},
            "roles": {"web": {}},
            "entities": self.entities,
            "sql": SQL,
        }
        if self.tenants:
            made["tenancy"] = {"by": "tenants.tenant_id"}
        return made

    def entity(self, name: str, before: list[str]) -> dict[str, Any]:
        """One entity with a key, references back, plain columns, unique sets and checks."""
        columns: Columns = {}
        entity: dict[str, Any] = {"columns": columns, "audit": "none"}
        kind = self.draw(st.sampled_from(KEYS))
        key = f"{name}_id"
        lines = {
            "uuid": "uuid primary key default uuidv7()",
            "bigint": "bigint primary key",
            "identity": "bigint primary key generated always as identity",
            "by default": "integer primary key generated by default as identity",
            "text": f"text primary key check (length({key}) < 40)",
            "none": "integer not null",
        }
        columns[key] = lines[kind]
        if self.tenants and self.chance(2):
            columns["tenant_id"] = "uuid not null references tenants"
        references = [self.reference(columns, t, entity) for t in before if t != "tenants" and self.chance(2)]
        if kind != "none" and self.chance(4):
            columns["parent_id"] = f"{self.key_type(columns[key])} references {name}"
        for number in range(self.draw(st.integers(0, 4))):
            self.plain(columns, f"c{number}")
        checks = [self.pair(columns, f"p{n}") for n in range(self.draw(st.integers(0, 2)))]
        if kind == "none":
            entity["key"] = [r for r in references if r] + ([key] if self.chance(2) or not any(references) else [])
            if key not in entity["key"]:
                del columns[key]
            for name in entity["key"]:
                # PostgreSQL keeps one constraint where a key is declared unique once more.
                columns[name] = str(columns[name]).replace(" unique", "")
        self.uniques(entity, columns, [r for r in references if r])
        if checks:
            entity["check"] = checks
        self.crowded(entity, columns)
        self.period(entity, columns)
        self.partition(entity, columns)
        self.computed(columns)
        return entity

    @staticmethod
    def key_type(line: str) -> str:
        return str(line).split()[0]

    def reference(self, columns: Columns, target: str, child: dict[str, Any]) -> str:
        """A reference to an earlier entity; returns the column where it is required and the only one."""
        entity = self.entities[target]
        if "partition" in entity:
            return ""
        if "key" in entity:
            return self.composite(columns, target, child)
        key = next(iter(entity["columns"]))
        required = self.chance(2)
        unique = " unique" if self.chance(6) else ""
        name = f"{target}_ref"
        line = f"{self.key_type(entity['columns'][key])}{' not null' if required else ''}{unique} references {target}"
        if name in columns:
            return ""
        columns[name] = line
        return name if required else ""

    def composite(self, columns: Columns, target: str, child: dict[str, Any]) -> str:
        """A reference over several columns, which it may share with another reference."""
        entity = self.entities[target]
        required = " not null" if self.chance(2) else ""
        for name in entity["key"]:
            columns.setdefault(name, self.key_type(entity["columns"][name]) + required)
        child.setdefault("references", {})[f"{target}_all"] = {"columns": list(entity["key"]), "to": target}
        return ""

    def plain(self, columns: Columns, name: str) -> None:
        """A column of any type, sometimes unique, checked or limited to a list."""
        kind = self.draw(st.sampled_from(TYPES))
        line = kind + (" not null" if self.chance(2) else "")
        if kind in MAY_BE_UNIQUE and self.chance(4):
            line += " unique"
        elif kind in CHECKS and self.chance(2):
            line += " check (" + self.draw(st.sampled_from(CHECKS[kind])).format(c=name) + ")"
        elif kind == "text" and self.chance(2):
            columns[name] = {"sql": line, "one of": ["new", "it's", "done", "a\\b"]}
            return
        columns[name] = line

    def pair(self, columns: Columns, name: str) -> str:
        """Two columns and a check over both."""
        kind, form = self.draw(st.sampled_from(PAIRS))
        required = " not null" if "null" not in form and self.chance(2) else ""
        columns[f"{name}a"], columns[f"{name}b"] = kind + required, kind + required
        return str(form.format(a=f"{name}a", b=f"{name}b"))

    def uniques(self, entity: dict[str, Any], columns: Columns, references: list[str]) -> None:
        """Unique sets over references, lists and other columns."""
        lines = {n: str(line) for n, line in columns.items() if n[0] == "c"}
        plain = [n for n, line in lines.items() if "unique" not in line and "not null" in line]
        plain = [n for n in plain if not any(t in lines[n] for t in NO_KEY)]
        if references and self.chance(2):
            columns["place"] = "smallint not null check (place between 1 and 40)"
            entity["unique"] = [[references[0], "place"]]
        elif references and plain and self.chance(2):
            entity["unique"] = [[references[0], plain[0]]]
        elif len(plain) > 1 and self.chance(2):
            entity["unique"] = [plain[:2]]

    def crowded(self, entity: dict[str, Any], columns: Columns) -> None:
        """A unique set that has room for fewer rows than are asked for."""
        if not self.chance(5):
            return
        for name, line in zip(("fewa", "fewb"), self.draw(st.sampled_from(FEW)), strict=True):
            columns[name] = line.format(c=name)
        entity["unique"] = [*entity.get("unique", []), ["fewa", "fewb"]]

    def computed(self, columns: Columns) -> None:
        """A column that the server computes."""
        numbers = [
            n for n, line in columns.items() if n[0] in "cp" and str(line).split()[0] in ("integer", "numeric(8,2)")
        ]
        if numbers and self.chance(3):
            columns["twice"] = f"numeric generated always as ({numbers[0]} * 2.0) stored"

    def follow(self) -> None:
        """Numbers and copies that follow from rows of another entity."""
        for name, entity in self.entities.items():
            leading = [(n, str(line)) for n, line in entity["columns"].items() if " references t" in str(line)]
            for column, line in leading:
                target = line.partition(" references ")[2].split()[0]
                lonely = sum(f"references {target}" in text for _, text in leading) == 1
                plain = target in self.entities and target != name and "references" not in entity
                if not (lonely and plain and self.chance(3)) or "tenant_id" in self.entities[target]["columns"]:
                    continue
                self.entities[target]["columns"][f"{name}_count"] = {
                    "sql": "bigint not null default 0",
                    "counts": name,
                }
                if "tenant_id" not in entity["columns"] and "partition" not in self.entities[target] and self.chance(2):
                    self.entities[target]["columns"]["label"] = "text"
                    entity["columns"][f"{column}_label"] = {"sql": "text", "copy of": f"{target}.label"}

    def period(self, entity: dict[str, Any], columns: Columns) -> None:
        """An exclusion of overlapping periods."""
        if not self.chance(4):
            return
        columns["room"] = self.draw(
            st.sampled_from(["text not null", "integer not null", "uuid not null", "mood not null"])
        )
        if self.chance(4):
            columns["span"] = "int4range not null"
            entity["exclude"] = {"apart": "span with &&"}
        elif self.chance(2):
            columns["during"] = "tstzrange not null check (not isempty(during))"
            entity["exclude"] = {"apart": "room with =, during with &&"}
        else:
            columns["from_day"], columns["to_day"] = "date not null", "date not null"
            entity["exclude"] = {"apart": "room with =, daterange(from_day, to_day, '[]') with &&"}
            entity["check"] = [*entity.get("check", []), "to_day >= from_day"]

    def partition(self, entity: dict[str, Any], columns: Columns) -> None:
        """Partitions by range, list or hash, where no exclusion and no unique set stands against them."""
        referenced = "parent_id" in columns
        if referenced or {"exclude", "unique"} & entity.keys() or any(" unique" in str(c) for c in columns.values()):
            return
        choice = self.draw(st.sampled_from(["", "", "", "range", "days", "list", "hash"]))
        if choice == "range":
            columns["happened_at"] = "timestamptz not null"
            entity["partition"] = {"by": "range(happened_at)", "every": "month"}
        elif choice == "days":
            columns["day"] = "date not null"
            entity["partition"] = {"by": "range(day)", "every": "month"}
        elif choice == "list":
            columns["region"] = {"sql": "text not null", "one of": ["eu", "us"]}
            entity["partition"] = {"by": "list(region)", "values": {"eu": ["eu"], "us": ["us"]}}
        elif choice == "hash":
            entity["partition"] = {"by": f"hash({next(iter(columns))})", "count": 3}

    def close_circles(self) -> None:
        """References forward, so that tables wait for each other."""
        names = [n for n in self.entities if n != "tenants"]
        for first, second in pairwise(names):
            key = next(iter(self.entities[second]["columns"]))
            line = str(self.entities[second]["columns"][key])
            if "primary key" in line and "partition" not in self.entities[second] and self.chance(3):
                required = " not null" if self.chance(3) else ""
                column = f"{self.key_type(line)}{required} references {second}"
                self.entities[first]["columns"][f"next_{second}"] = column


@st.composite
def design_texts(draw: Callable[[Any], Any]) -> str:
    """The text of a random design file (JSON, which is YAML)."""
    return json.dumps(_Maker(draw).design(), indent=1)
