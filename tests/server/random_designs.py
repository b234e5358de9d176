"""Small random designs of everything that rows must obey.

Types, keys, references in chains and circles, checks, periods, partitions, tenants, what follows, hostile names.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from random_columns import ADDED, CHECKS, COMPUTED, CREATED, FEW, KEYS, MAY_BE_UNIQUE, NO_KEY, PAIRS, TYPES
from random_names import COLUMNS, TABLES, renamed

Columns = dict[str, Any]


class _Maker:
    """Draws one design piece by piece."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw
        self.tenants = bool(draw(st.booleans()))
        self.entities: dict[str, Any] = {}
        self.indexes: dict[str, str] = {}

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
            "target": {"version": 18, "extensions": ["btree_gist", *ADDED[:4]]},
            "roles": {"web": {}},
            "entities": self.entities,
            "sql": {**CREATED, **self.indexes},
        }
        if self.tenants:
            made["tenancy"] = {"by": "tenants.tenant_id"}
        return renamed(made, self.hostile()) if self.chance(3) else made

    def hostile(self) -> dict[str, str]:
        """Hostile names for some tables and columns; what others name in words of their own keeps its name."""
        tables = [n for n in self.entities if n != "tenants"]
        columns = list(dict.fromkeys(n for e in self.entities.values() for n in e["columns"]))
        plain = [n for n in columns if n not in ("tenant_id", "label", *tables)]
        copied = any("copy of" in line for e in self.entities.values() for line in e["columns"].values())
        usable = [n for n in TABLES if not (copied and "." in n)]
        found = dict(zip(tables, self.draw(st.permutations(usable)), strict=False))
        return found | dict(zip(plain, self.draw(st.permutations(COLUMNS)), strict=False))

    def entity(self, name: str, before: list[str]) -> dict[str, Any]:
        """One entity with a key, references back, plain columns, unique sets and checks."""
        columns: Columns = {}
        entity: dict[str, Any] = {"columns": columns, "audit": "none"}
        kind = self.draw(st.sampled_from(list(KEYS)))
        key = f"{name}_id"
        columns[key] = KEYS[kind].format(c=key)
        if self.tenants and self.chance(2):
            columns["tenant_id"] = "uuid not null references tenants"
        references = [self.reference(columns, t, entity) for t in before if t != "tenants" and self.chance(2)]
        if kind != "none" and self.chance(4):
            required = self.draw(st.sampled_from(["", "", " not null", " unique"]))
            columns["parent_id"] = f"{self.key_type(columns[key])}{required} references {name}{self.deferred()}"
            if self.chance(3):
                entity["check"] = [f"parent_id <> {key}"]
        for number in range(self.draw(st.integers(0, 4))):
            self.plain(columns, f"c{number}")
        checks = [self.pair(columns, f"p{n}") for n in range(self.draw(st.integers(0, 2)))]
        if kind == "none":
            entity["key"] = [r for r in references if r] + ([key] if self.chance(2) or not any(references) else [])
            if key not in entity["key"]:
                del columns[key]
            for part in entity["key"]:
                # PostgreSQL keeps one constraint where a key is declared unique once more.
                columns[part] = str(columns[part]).replace(" unique", "")
        self.uniques(entity, columns, [r for r in references if r])
        if checks:
            entity["check"] = [*entity.get("check", []), *checks]
        self.crowded(entity, columns)
        self.period(entity, columns)
        self.partition(entity, columns)
        if "partition" not in entity:
            self.index(name, columns)
        self.computed(entity, columns)
        return entity

    @staticmethod
    def key_type(line: str) -> str:
        """The type of a column that references a key."""
        kind = str(line).split()[0]
        return {"serial": "integer"}.get(kind, kind)

    def deferred(self) -> str:
        """A reference is sometimes looked at when the transaction ends."""
        return " deferrable initially deferred" if self.chance(6) else ""

    def reference(self, columns: Columns, target: str, child: dict[str, Any]) -> str:
        """A reference to an earlier entity; returns the column where it is required and the only one."""
        entity = self.entities[target]
        if "partition" in entity or ("tenant_id" in entity["columns"] and "tenant_id" not in columns):
            return ""
        if "key" in entity:
            return self.composite(columns, target, child)
        key = next(iter(entity["columns"]))
        required = self.chance(2)
        unique = " unique" if self.chance(6) else ""
        name = f"{target}_ref"
        kind = self.key_type(entity["columns"][key]) + (" not null" if required else "") + unique
        line = f"{kind} references {target}{self.deferred()}"
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
            line += self.draw(st.sampled_from([" unique", " unique", " unique nulls not distinct"]))
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

    def index(self, name: str, columns: Columns) -> None:
        """A unique index over an expression, or over some rows only."""
        texts = [n for n, line in columns.items() if n[0] == "c" and str(line) in ("text", "text not null")]
        if texts and self.chance(2):
            self.indexes[f"{name}_lower"] = f"create unique index {name}_lower on {name} (lower({texts[0]}))"
        elif self.chance(6):
            columns["chosen"] = "boolean not null default false"
            columns["slot"] = self.draw(st.sampled_from(["integer not null", "smallint", "text not null"]))
            self.indexes[f"{name}_chosen"] = f"create unique index {name}_chosen on {name} (slot) where chosen"

    def crowded(self, entity: dict[str, Any], columns: Columns) -> None:
        """A unique set that has room for fewer rows than are asked for."""
        if not self.chance(5):
            return
        for name, line in zip(("fewa", "fewb"), self.draw(st.sampled_from(FEW)), strict=True):
            columns[name] = line.format(c=name)
        entity["unique"] = [*entity.get("unique", []), ["fewa", "fewb"]]

    def computed(self, entity: dict[str, Any], columns: Columns) -> None:
        """A column that the server computes."""
        kinds = {n: str(line).removesuffix(" not null") for n, line in columns.items() if n[0] in "cp"}
        sources = [n for n, kind in kinds.items() if kind in COMPUTED]
        if sources and self.chance(2):
            line = self.draw(st.sampled_from(COMPUTED[kinds[sources[0]]]))
            columns["made"] = line.format(c=sources[0])
            if "partition" in entity:
                columns["made"] = columns["made"].removesuffix(" unique")
            elif kinds[sources[0]] == "integer" and sources[0][0] == "c" and self.chance(2):
                entity["check"] = [*entity.get("check", []), "made > 5 and made < 4000"]

    def follow(self) -> None:
        """Numbers and copies that follow from rows of another entity."""
        for name, entity in self.entities.items():
            leading = [(n, str(line)) for n, line in entity["columns"].items() if " references t" in str(line)]
            for column, line in leading:
                target = line.partition(" references ")[2].split()[0]
                lonely = sum(f"references {target}" in text for _, text in leading) == 1
                plain = target in self.entities and target != name and "references" not in entity
                if not (lonely and plain and self.chance(3)) or self.belongs(target) or self.belongs(name):
                    continue
                self.entities[target]["columns"][f"{name}_count"] = {
                    "sql": "bigint not null default 0",
                    "counts": name,
                }
                if "partition" not in self.entities[target] and self.chance(2):
                    self.entities[target]["columns"]["label"] = "text"
                    entity["columns"][f"{column}_label"] = {"sql": "text", "copy of": f"{target}.label"}

    def period(self, entity: dict[str, Any], columns: Columns) -> None:
        """An exclusion of overlapping periods."""
        if not self.chance(4):
            return
        columns["room"] = self.draw(
            st.sampled_from(["text not null", "integer not null", "uuid not null", "mood not null", "text"])
        )
        if self.chance(4):
            columns["span"] = self.draw(st.sampled_from(["int4range not null", "daterange", "numrange not null"]))
            entity["exclude"] = {"apart": "span with &&"}
        elif self.chance(4):
            columns["seat"] = "smallint not null check (seat between 1 and 90)"
            entity["exclude"] = {"apart": "room with =, seat with ="}
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
        choice = self.draw(st.sampled_from(["", "", "", "range", "days", "list", "moods", "hash"]))
        if choice == "range":
            columns["happened_at"] = "timestamptz not null"
            entity["partition"] = {"by": "range(happened_at)", "every": "month"}
        elif choice == "days":
            columns["day"] = "date not null"
            entity["partition"] = {"by": "range(day)", "every": "month"}
        elif choice == "list":
            columns["region"] = {"sql": "text not null", "one of": ["eu", "us"]}
            entity["partition"] = {"by": "list(region)", "values": {"eu": ["eu"], "us": ["us"]}}
        elif choice == "moods":
            columns["state"] = "mood not null"
            entity["partition"] = {"by": "list(state)", "values": {"low": ["sad"], "high": ["calm"]}}
        elif choice == "hash":
            entity["partition"] = {"by": f"hash({next(iter(columns))})", "count": 3}

    def belongs(self, name: str) -> bool:
        """Whether the rows of an entity belong to tenants."""
        return "tenant_id" in self.entities[name]["columns"]

    def close_circles(self) -> None:
        """References forward, so that tables wait for each other."""
        names = [n for n in self.entities if n != "tenants"]
        for first, second in pairwise(names):
            key = next(iter(self.entities[second]["columns"]))
            line = str(self.entities[second]["columns"][key])
            reachable = self.belongs(first) or not self.belongs(second)
            if "primary key" in line and "partition" not in self.entities[second] and reachable and self.chance(3):
                required = " not null" if self.chance(3) else ""
                column = f"{self.key_type(line)}{required} references {second}{self.deferred()}"
                self.entities[first]["columns"][f"next_{second}"] = column


@st.composite
def design_texts(draw: Callable[[Any], Any]) -> str:
    """The text of a random design file (JSON, which is YAML)."""
    return json.dumps(_Maker(draw).design(), indent=1)
