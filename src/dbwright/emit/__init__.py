"""Ways out: one file a target, each `emit(blueprint) -> {path: text}`, pure and the same bytes each time.

`TARGETS` lists them in the order in which `dbwright build` writes them; a module is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Finding
from dbwright.model.kept_advice import KeptAdvice

TARGETS = (
    "postgresql",
    "migration",
    "mermaid",
    "dbml",
    "erd",
    "dictionary",
    "sqlalchemy",
    "pydantic",
    "json_schema",
    "configuration",
    "document",
    "site",
)
"""Every target; the name is that of its module."""
JUDGED = ("document", "site")
"""The targets that show what a proof found, and what was advised."""


def emit(
    blueprint: Blueprint,
    target: str,
    findings: Sequence[Finding] = (),
    server: Mapping[str, object] | None = None,
    advice: KeptAdvice | None = None,
) -> dict[str, str]:
    """Return the files of one target as {path: text}; raise KeyError for a name that is no target.

    The targets in JUDGED show the verdicts of `findings`; `server` says in any keys what they were found on.
    They show the `advice` that is kept beside the design, too.
    """
    if target not in TARGETS:
        raise KeyError(target)
    module = import_module(f"dbwright.emit.{target}")
    judged = (findings, server, advice) if target in JUDGED else ()
    files: dict[str, str] = module.emit(blueprint, *judged)
    return files


def emit_all(blueprint: Blueprint) -> dict[str, str]:
    """Return the files of every target."""
    files: dict[str, str] = {}
    for target in TARGETS:
        files |= emit(blueprint, target)
    return files
