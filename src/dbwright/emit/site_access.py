"""Access patterns and roles as data of the site."""

from __future__ import annotations

from dbwright.emit.site_places import Places
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint, DatabaseRole, Statement
from dbwright.model.written import trim, written
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Query
from dbwright.theory.growth import Growth, growths

_PATTERN_KEYS = (
    "why",
    "by",
    "sql",
    "parameters",
    "rate",
    "latency",
    "rows",
    "freshness",
    "isolation",
    "conflict",
    "cache",
    "component",
    "size",
)


def describe_patterns(blueprint: Blueprint, places: Places) -> list[dict[str, object]]:
    """Return every access pattern with the statement that was decided for it and the tables it touches."""
    read = queries(blueprint)
    return [
        _pattern(blueprint, pattern, read[str(pattern.name)][1] if str(pattern.name) in read else None, places)
        for pattern in blueprint.design.access
    ]


def _pattern(blueprint: Blueprint, pattern: AccessPattern, query: Query | None, places: Places) -> dict[str, object]:
    said = written(pattern)
    statement = blueprint.statement(str(pattern.name))
    return trim(
        {"name": str(pattern.name)}
        | {name: said[name] for name in _PATTERN_KEYS if name in said}
        | {
            "perSecond": pattern.rate.per_second if pattern.rate else 0,
            "statement": _statement(statement) if statement else {},
            "growth": _growth(growths(blueprint)[str(pattern.name)]) if query else {},
            "touches": _touches(blueprint, query) if query else [],
            "at": places.of(pattern.place.span),
        }
    )


def _statement(statement: Statement) -> dict[str, object]:
    return trim(
        {
            "sql": statement.sql,
            "parameters": list(statement.parameters),
            "inner": statement.inner,
            "role": statement.inner_role,
            "uses": [list(names) for names in statement.uses],
            "prunes": list(statement.prunes),
        }
    )


def _growth(growth: Growth) -> dict[str, object]:
    """What bounds the work of a pattern, and how it may grow."""
    bound = growth.bound
    return trim(
        {
            "class": bound.growth,
            "allowed": growth.allowed,
            "declared": growth.declared,
            "rows": bound.rows,
            "steps": [str(step) for step in bound.steps],
        }
    )


def _touches(blueprint: Blueprint, query: Query) -> list[dict[str, object]]:
    """Each (verb, table, columns); a table behind a view is named with the view."""
    found: list[dict[str, object]] = []
    for (verb, table), columns in query.writes.items():
        found.append(trim({"verb": verb, "name": table, "columns": list(columns)}))
    for name, columns in query.reads.items():
        found.append(trim({"verb": "select", "name": name, "columns": list(columns)}))
        view = next((v for v in blueprint.views if v.name == name), None)
        found += [{"verb": "select", "name": behind, "through": name} for behind in (view.reads if view else ())]
    return found


def describe_roles(blueprint: Blueprint, places: Places) -> list[dict[str, object]]:
    """Return every role with its privileges, and what the design says about it."""
    return [_role(blueprint, role, places) for role in blueprint.roles]


def _role(blueprint: Blueprint, role: DatabaseRole, places: Places) -> dict[str, object]:
    said = blueprint.design.role(role.name)
    return trim(
        {
            "name": role.name,
            "about": role.about,
            "login": role.login,
            "connections": role.connections,
            "purpose": role.purpose,
            "sees": said.sees if said else "",
            "tenants": said.tenants if said else "",
            "grants": [
                trim(
                    {
                        "privilege": g.privilege,
                        "kind": g.kind,
                        "object": g.object,
                        "columns": list(g.columns),
                        "serves": list(g.serves),
                    }
                )
                for g in blueprint.grants
                if g.role == role.name
            ],
            "at": places.of(said.place.span) if said else [],
        }
    )
