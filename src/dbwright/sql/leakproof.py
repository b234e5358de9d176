"""Which comparisons keep their index under row-level security.

The planner may evaluate a condition before the policy only when its operator is leakproof (PostgreSQL manual, "Rules
and Privileges"). These facts are `pg_proc.proleakproof` of PostgreSQL 15 to 18; a test compares them with the servers.
"""

from __future__ import annotations

from dbwright.sql.types import bare_type, is_array

COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})

TYPES = frozenset(
    {
        "bigint",
        "boolean",
        "bytea",
        "character",
        "character varying",
        "date",
        "double precision",
        "inet",
        "integer",
        "interval",
        "macaddr",
        "money",
        "name",
        "oid",
        "real",
        "regconfig",
        "smallint",
        "text",
        "time without time zone",
        "timestamp with time zone",
        "timestamp without time zone",
        "uuid",
    }
)
"""Types whose comparison operators are all leakproof."""

_UNARY = frozenset({"is null", "is not null", "is true", "is false"})


def is_leakproof(operator: str, type_name: str) -> bool:
    """Return whether a condition on a column of this type may use its index under a policy."""
    if operator in _UNARY:
        return True
    if is_array(type_name) or bare_type(type_name) not in TYPES:
        return False
    return operator in COMPARISONS or operator in ("in", "between")
