"""Names and literals as SQL text: quoting, and names that fit PostgreSQL's 63 bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

LONGEST_NAME = 63
"""Bytes of an identifier (NAMEDATALEN - 1)."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


@cache
def quote(name: str) -> str:
    """Return a name as an SQL identifier, in double quotes only where it needs them."""
    if _PLAIN.match(name) and name not in _reserved():
        return name
    return '"' + name.replace('"', '""') + '"'


def qualify(schema: str, name: str) -> str:
    """Return a name with its schema, both quoted where needed."""
    return f"{quote(schema)}.{quote(name)}"


def literal(text: str) -> str:
    """Return a text as an SQL string literal, safe under either setting of standard_conforming_strings."""
    escaped = text.replace("'", "''")
    return "E'" + escaped.replace("\\", "\\\\") + "'" if "\\" in escaped else f"'{escaped}'"


def listed(names: Iterable[str]) -> str:
    """Return names quoted and separated by commas."""
    return ", ".join(quote(n) for n in names)


def fit(*parts: str) -> str:
    """Join parts by `_` into a name of at most 63 bytes; a longer one ends in a hash of the whole name."""
    name = "_".join(filter(None, parts))
    if len(name.encode()) <= LONGEST_NAME:
        return name
    # Loading it takes longer than naming all else, and few names are that long.
    import hashlib

    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    kept = name.encode()[: LONGEST_NAME - 9].decode(errors="ignore")
    return f"{kept}_{digest}"


@cache
def _reserved() -> frozenset[str]:
    from dbwright.sql.keywords import RESERVED

    return RESERVED
