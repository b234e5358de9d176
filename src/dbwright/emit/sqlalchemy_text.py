"""SQL inside SQLAlchemy models: text whose colons are no parameters, phrases whose percent signs stay what they are."""

from __future__ import annotations

import re

from dbwright.emit.python_source import Call, call, string_literal

# What text() takes for a parameter, and the backslash that it takes away again; 2.0 counts `$` as a letter, 2.1 not.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=[\w$]+(?![:\w$])|\w+(?![:\w]))")
_EATEN = re.compile(r"\\(?=:[\w$]*(?![:\w$])|:\w*(?![:\w]))")


def escape_colons(sql: str) -> str:
    """Return SQL that SQLAlchemy's `text()` gives back as it was."""
    return _PARAMETER.sub(r"\\:", _EATEN.sub(r"\\\\", sql))


def sql_literal(sql: str) -> str:
    """Return SQL as the string literal of an argument that SQLAlchemy reads like `text()`."""
    return string_literal(escape_colons(sql))


def sql_text(sql: str) -> Call:
    """Return `sa.text(...)`."""
    return call("sa.text", [sql_literal(sql)])


def phrase_literal(sql: str) -> str:
    """Return SQL as the literal of an argument that is put into the statement unread, where psycopg halves `%%`."""
    return string_literal(sql.replace("%", "%%"))
