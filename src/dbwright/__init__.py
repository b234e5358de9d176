"""dbwright compiles one design file into a database, its documents and its data layer, and proves every promise in it.

The public Python API, with the verbs of the command line. Everything is imported when it is first used, so that
`import dbwright` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbwright.advising import advise_design, advise_server
    from dbwright.api import (
        Check,
        Generated,
        build,
        check,
        check_dump,
        check_server,
        explain,
        format_design,
        generate,
        mine,
        new,
        prove,
        review,
        rule_manuals,
    )
    from dbwright.diagnostics import DesignError, Diagnostic, Severity, Span
    from dbwright.emit.design_schema import design_schema
    from dbwright.frontends.design_file import load_design
    from dbwright.model.blueprint import Blueprint
    from dbwright.model.design import Design
    from dbwright.pipeline import compile_design
    from dbwright.planning import growth, plan
    from dbwright.prove.case import Case

__version__ = "0.1.0"

_HOMES = {
    "Blueprint": "dbwright.model.blueprint",
    "Case": "dbwright.prove.case",
    "Check": "dbwright.api",
    "Design": "dbwright.model.design",
    "DesignError": "dbwright.diagnostics",
    "Diagnostic": "dbwright.diagnostics",
    "Generated": "dbwright.api",
    "Severity": "dbwright.diagnostics",
    "Span": "dbwright.diagnostics",
    "advise_design": "dbwright.advising",
    "advise_server": "dbwright.advising",
    "build": "dbwright.api",
    "check": "dbwright.api",
    "check_dump": "dbwright.api",
    "check_server": "dbwright.api",
    "compile_design": "dbwright.pipeline",
    "design_schema": "dbwright.emit.design_schema",
    "explain": "dbwright.api",
    "format_design": "dbwright.api",
    "generate": "dbwright.api",
    "growth": "dbwright.planning",
    "load_design": "dbwright.frontends.design_file",
    "mine": "dbwright.api",
    "new": "dbwright.api",
    "plan": "dbwright.planning",
    "prove": "dbwright.api",
    "review": "dbwright.api",
    "rule_manuals": "dbwright.api",
}

__all__ = [
    "Blueprint",
    "Case",
    "Check",
    "Design",
    "DesignError",
    "Diagnostic",
    "Generated",
    "Severity",
    "Span",
    "advise_design",
    "advise_server",
    "build",
    "check",
    "check_dump",
    "check_server",
    "compile_design",
    "design_schema",
    "explain",
    "format_design",
    "generate",
    "growth",
    "load_design",
    "mine",
    "new",
    "plan",
    "prove",
    "review",
    "rule_manuals",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dbwright' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
