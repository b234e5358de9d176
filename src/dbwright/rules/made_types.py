"""Domains and composite types: which types stand inside those of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dbwright.model.blueprint import Blueprint
from dbwright.rules.places import Line, lines_of
from dbwright.sql.grammar import GrammarError, expression_text, kind, parse, strings, tree
from dbwright.sql.types import bare_type, canonical_type

Parts = Mapping[str, tuple[tuple[str, str], ...]]
"""By type: (name of the part, its type); one part without a name for a domain."""
_MAKING = ("create domain", "create type")


def types_inside(blueprint: Blueprint, wanted: str) -> Iterator[tuple[Line, str]]:
    """Yield the columns of domains and composite types that hold a type, and where in them: `span.started`."""
    parts = blueprint.once(_parts)
    for line in lines_of(blueprint) if parts else ():
        path = _find(parts, _made(parts, line.column.type), wanted, frozenset())
        if path:
            yield line, f"`{path}`"


def _made(parts: Parts, text: str) -> str:
    """The name of a made type without array brackets, as the parts name it; empty for any other."""
    name = text.replace("[]", "").strip()
    return name if name in parts else next((n for n in (name.lower(), bare_type(name)) if n in parts), "")


def _find(parts: Parts, name: str, wanted: str, seen: frozenset[str]) -> str:
    for part, type_name in parts.get(name, ()) if name not in seen else ():
        here = f"{name}.{part}" if part else name
        if bare_type(type_name) == wanted:
            return here
        deeper = _find(parts, _made(parts, type_name), wanted, seen | {name})
        if deeper:
            return here if part else deeper
    return ""


def _parts(blueprint: Blueprint) -> Parts:
    if blueprint.live is not None:
        return blueprint.live.types
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for item in blueprint.design.sql:
        if any(words in " ".join(item.sql.lower().split()) for words in _MAKING):
            found.update(_written(str(item.sql)))
    return found


def _written(sql: str) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    try:
        statements = parse(sql)
    except GrammarError:
        return
    for node in statements:
        if kind(node) == "create_domain_stmt":
            made = node.create_domain_stmt
            yield strings(made.domainname)[-1], (("", spelt_type(made.type_name)),)
        elif kind(node) == "composite_type_stmt":
            columns = [c.column_def for c in node.composite_type_stmt.coldeflist]
            yield node.composite_type_stmt.typevar.relname, tuple((c.colname, spelt_type(c.type_name)) for c in columns)


def spelt_type(type_name: Any) -> str:
    """Return a type of the grammar as SQL; it is cast to for that."""
    cast = tree.TypeCast(arg=tree.Node(a_const=tree.A_Const(isnull=True)), type_name=type_name)
    return canonical_type(expression_text(tree.Node(type_cast=cast)).partition("::")[2])
