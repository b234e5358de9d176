"""Types of columns as the grammar reads them, and what the design's own types (enums, domains) stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from dbwright.model.blueprint import Blueprint
from dbwright.sql.grammar import GrammarError, expression_text, find, kind, parse, strings, tree

_BUILT_IN_SCHEMAS = ("", "pg_catalog", "extensions")


@dataclass(frozen=True)
class ServerType:
    """A type: PostgreSQL's internal name (`int4`, `timestamptz`), modifiers, array dimensions, and the text written.

    `schema` is the one that was written, if any.
    """

    name: str
    text: str
    modifiers: tuple[str, ...] = ()
    dimensions: int = 0
    schema: str = ""

    @property
    def number(self) -> int | None:
        """The first modifier where it is a number: the length of `varchar(40)`."""
        return int(self.modifiers[0]) if self.modifiers and self.modifiers[0].lstrip("-").isdigit() else None

    @property
    def own(self) -> bool:
        """Whether its schema says that it is none of PostgreSQL's or its extensions'."""
        return self.schema not in _BUILT_IN_SCHEMAS


@dataclass(frozen=True)
class OwnType:
    """A type that the design creates: an enum's values, or a domain's type and checks (over `value`)."""

    values: tuple[str, ...] = ()
    of: ServerType | None = None
    checks: tuple[str, ...] = ()
    not_null: bool = False


@lru_cache(maxsize=4096)
def read_type(text: str) -> ServerType:
    """Return a type taken apart; a text that the grammar does not know is its own name."""
    try:
        cast = next(find(parse(f"select null::{text}")[0], tree.TypeCast))
    except (GrammarError, StopIteration):
        return ServerType(text, text)
    return _from_node(cast.type_name, text)


def _from_node(node: Any, text: str) -> ServerType:
    *schema, name = strings(node.names)
    modifiers = tuple(expression_text(m) for m in node.typmods)
    return ServerType(name, text, modifiers, len(node.array_bounds), schema[-1] if schema else "")


def own_types(blueprint: Blueprint) -> dict[str, OwnType]:
    """Return the enums and domains that the design creates under `sql:`, by name."""
    found: dict[str, OwnType] = {}
    for script in blueprint.scripts:
        if not script.early:
            continue
        statement = parse(script.statement)[0]
        if kind(statement) == "create_enum_stmt":
            enum = statement.create_enum_stmt
            found[strings(enum.type_name)[-1]] = OwnType(tuple(strings(enum.vals)))
        elif kind(statement) == "create_domain_stmt":
            domain = statement.create_domain_stmt
            found[strings(domain.domainname)[-1]] = _domain(domain)
    return found


def _domain(domain: Any) -> OwnType:
    constraints = [c.constraint for c in domain.constraints]
    return OwnType(
        of=_from_node(domain.type_name, ""),
        checks=tuple(expression_text(c.raw_expr) for c in constraints if c.contype == tree.CONSTR_CHECK),
        not_null=any(c.contype == tree.CONSTR_NOTNULL for c in constraints),
    )


def resolve(found: ServerType, own: Mapping[str, OwnType]) -> tuple[ServerType, OwnType]:
    """Return the type behind a domain, and all that the domains on the way to it and the enum at the end say."""
    said = OwnType()
    seen: set[str] = set()
    while (step := own.get(found.name)) is not None and found.name not in seen:
        seen.add(found.name)
        said = OwnType(step.values, None, said.checks + step.checks, said.not_null or step.not_null)
        if step.of is None:
            break
        found = replace(step.of, dimensions=step.of.dimensions + found.dimensions, text=found.text)
    return found, said
