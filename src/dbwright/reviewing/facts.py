"""Everything that a design and its decisions say, as flat facts that can be compared, hashed and told apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.model.record import Facts
from dbwright.model.table import Index
from dbwright.model.written import written

SAID_FOR_READERS = {"about", "why", "name", "example", "columns", "indexes", "accept", "because", "groups"}
"""Keys that explain and decide nothing, or whose content stands as elements of its own."""


def facts_of(blueprint: Blueprint) -> Facts:
    """Return the facts of a blueprint in order; `element#key` is what is said, `element#` says that it is there."""
    return dict(sorted(_flat(blueprint)))


def hash_of(facts: Facts) -> str:
    """Return the SHA-256 of facts, whatever their order."""
    text = json.dumps(dict(sorted(facts.items())), ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _flat(blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    for element, said in _elements(blueprint):
        yield f"{element}#", ""
        for key, value in _spread(said):
            yield f"{element}#{key}", value


def _spread(said: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested mappings as `retention.keep`, lists in one line."""
    for key, value in said.items():
        if key in SAID_FOR_READERS:
            continue
        if isinstance(value, Mapping):
            yield from _spread(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            yield f"{prefix}{key}", ", ".join(_line(item) for item in value)
        else:
            yield f"{prefix}{key}", " ".join(str(value).split())


def _line(item: object) -> str:
    if isinstance(item, Mapping):
        return " ".join(f"{key}: {_line(value)}" for key, value in item.items() if key not in ("about", "why"))
    return "(" + ", ".join(map(str, item)) + ")" if isinstance(item, list) else " ".join(str(item).split())


def _elements(blueprint: Blueprint) -> Iterator[tuple[str, Mapping[str, object]]]:
    yield from _design(blueprint)
    yield from _entities(blueprint)
    yield from _decided(blueprint)


def _design(blueprint: Blueprint) -> Iterator[tuple[str, Mapping[str, object]]]:
    design = blueprint.design
    yield "design", {"target": f"PostgreSQL {design.target.version}", "horizon": str(design.horizon)}
    for name in ("tenancy", "availability", "backup", "encryption", "scaling"):
        part = getattr(design, name)
        if part is not None:
            yield name, written(part)
    for kind in ("roles", "access", "transactions", "summaries", "stores", "sharing", "alerts", "decisions"):
        for item in getattr(design, kind):
            yield f"{kind}.{item.name}", written(item)


def _entities(blueprint: Blueprint) -> Iterator[tuple[str, Mapping[str, object]]]:
    for entity in blueprint.design.entities:
        yield f"entities.{entity.name}", written(entity)
        for column in entity.columns:
            yield f"entities.{entity.name}.{column.name}", written(column)


def _decided(blueprint: Blueprint) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What was decided and no line of the design says by itself."""
    for table in blueprint.tables:
        for index in table.indexes:
            yield f"indexes.{table.name}.{index.name}", {"definition": _index(index)}
        if table.partitioning is not None:
            cut = table.partitioning
            said = {"by": f"{cut.strategy} ({', '.join(cut.columns)})", "every": str(cut.every or "")}
            yield f"partitions.{table.name}", said
    for policy in blueprint.policies:
        said = {"roles": ", ".join(policy.roles), "for": policy.command, "using": policy.using, "check": policy.check}
        yield f"policies.{policy.table}.{policy.name}", said
    for role, grants in grouped((g.role, g) for g in blueprint.grants).items():
        lines = [f"{g.privilege} on {g.object}{_columns(g.columns)}" for g in grants]
        yield f"grants.{role}", {"privileges": "; ".join(sorted(lines))}


def _index(index: Index) -> str:
    if index.definition:
        return f"on {index.table} {index.definition}"
    keys = ", ".join(f"{k.expression}{' desc' * k.descending}" for k in index.keys)
    method = f" using {index.method}" if index.method != "btree" else ""
    include = f" include ({', '.join(index.include)})" if index.include else ""
    return f"on {index.table}{method} ({keys}){include}" + (f" where {index.where}" if index.where else "")


def _columns(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if names else ""
