"""One scalar to a value: the words of a choice, whole numbers, and quantities with their units."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from dbwright.diagnostics import nearest
from dbwright.model.forms import Form, Written

QUOTE_SQL = 'inside `{…}` quote SQL that holds a comma, colon or bracket: {sql: "numeric(12,2) not null"}'
"""What to type where SQL and YAML's flow mappings get in each other's way."""
LONGEST = 100
"""Characters of a number or a word; more is a mistake, and no message should repeat it."""

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_TOO_LARGE = re.compile(r"[0-9]{16}")
_FLAGS = {"true": True, "false": False}
_YES_AND_NO = {"yes": "true", "on": "true", "y": "true", "1": "true", "no": "false", "off": "false", "n": "false"}


class ScalarError(ValueError):
    """A scalar is not of its type; the message says how, `hint` what to type."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def read_scalar(written: Written, text: str) -> Any:
    """Return the value of a scalar that is no free text; raise ScalarError."""
    if len(text) > LONGEST:
        raise ScalarError(f"{quoted(text)} is too long for {written.form.value}")
    match written.form:
        case Form.FLAG:
            return _read_flag(text)
        case Form.CHOICE:
            return _choose({w: w for w in written.words}, text)
        case Form.WHOLE:
            return _read_whole(text)
    return _read_quantity(written.of, text)


def quoted(text: str) -> str:
    """Return a text of the design as it may stand in a message: in backticks, on one line, cut where it is long."""
    line = " ".join(text.split())
    return f"`{line[:60]}…`" if len(line) > 60 else f"`{line}`"


def _read_flag(text: str) -> bool:
    meant = _YES_AND_NO.get(text.lower(), text.lower())
    if text not in _FLAGS and meant in _FLAGS:
        raise ScalarError(f"{quoted(text)} is not one of `true`, `false`", f"did you mean `{meant}`?")
    return bool(_choose(_FLAGS, text))


def _choose(allowed: dict[str, Any], text: str) -> Any:
    if text in allowed:
        return allowed[text]
    choices = ", ".join(f"`{a}`" for a in allowed)
    raise ScalarError(f"{quoted(text)} is not one of {choices}", nearest(text, allowed))


def _read_whole(text: str) -> int:
    if not _WHOLE.fullmatch(text) or _TOO_LARGE.search(text):
        raise ScalarError(f"{quoted(text)} is not a whole number", "write 3, for example")
    return int(text)


@lru_cache(maxsize=4096)
def _read_quantity(kind: Any, text: str) -> Any:
    if _TOO_LARGE.search(text):
        raise ScalarError(f"{quoted(text)} has more than 15 digits in a row", "write 2M for two million")
    try:
        return kind.parse(text)
    except ValueError as error:
        raise ScalarError(str(error)) from None
