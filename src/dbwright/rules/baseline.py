"""Findings that an old database has had for years: known, written down, and no reason to fail; new ones are.

A finding is recognised by its code and message, which name the thing; lines move and do not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from dbwright.diagnostics import Diagnostic

Finding = tuple[str, str]


class BaselineError(ValueError):
    """The file is no baseline; the message says what is wrong with it."""


def read_baseline(path: Path) -> set[Finding]:
    """Return the findings of a baseline file; raise OSError, BaselineError."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["findings"]
        return {(str(entry["code"]), str(entry["message"])) for entry in entries}
    except (ValueError, KeyError, TypeError) as error:
        raise BaselineError(f"{path} is no baseline: {error!r}") from None


def render_baseline(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the text of a baseline file with these findings, sorted so that a difference is one line a finding."""
    found = sorted({(d.code, d.message) for d in diagnostics})
    lines = [json.dumps({"code": code, "message": message}, ensure_ascii=False) for code, message in found]
    return '{"findings": [\n' + ",\n".join(lines) + "\n]}\n"


def unknown_to(baseline: set[Finding], diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics that a baseline does not hold."""
    return tuple(d for d in diagnostics if (d.code, d.message) not in baseline)
