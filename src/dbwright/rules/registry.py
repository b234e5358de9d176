"""All rules by code, and the one function that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

from dbwright.diagnostics import Diagnostic, Fix, Severity, Span
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design
from dbwright.model.entity import Acceptance, Entity
from dbwright.model.summary import Summary
from dbwright.rules.children import without_repetitions

if TYPE_CHECKING:
    from dbwright.rules.policy import Policy

Rule = Callable[[Blueprint], Iterable[Diagnostic]]

MODULES = (
    "keys",
    "constraints",
    "columns",
    "types",
    "naming",
    "indexes",
    "index_use",
    "modelling",
    "shapes",
    "normal_forms",
    "likely_copies",
    "queries",
    "statements",
    "reading",
    "functions",
    "concurrency",
    "sharing",
    "summaries",
    "privacy",
    "growth",
    "operation",
    "documentation",
    "review",
    "live",
    "usage",
)
"""The files of this room that hold rules."""

_RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Register a rule; its code is the function's name with hyphens. Raise ValueError for a code that is taken."""
    code = code_of(function)
    if code in _RULES:
        raise ValueError(f"two rules are called {code}")
    _RULES[code] = function
    return function


def code_of(function: Rule) -> str:
    """Return the code of a rule: `timestamp_without_zone` is `timestamp-without-zone`."""
    return function.__name__.replace("_", "-")


def all_rules() -> dict[str, Rule]:
    """Return every rule by its code, in order of code."""
    for name in MODULES:
        import_module(f"dbwright.rules.{name}")
    return dict(sorted(_RULES.items()))


def manual(code: str) -> str:
    """Return the manual page of a rule; raise KeyError for a code that is none."""
    lines = (all_rules()[code].__doc__ or "").strip().splitlines()
    return "\n".join([code, "", *(line.removeprefix("    ") for line in lines)]) + "\n"


def judge(
    blueprint: Blueprint, today: date | None = None, policy: Policy | None = None, asked: Iterable[Diagnostic] = ()
) -> list[Diagnostic]:
    """Return what the rules find and the design does not accept; an acceptance that has run out counts no more.

    `asked` is what the rules of the house found, which are asked of a server.
    """
    rules = [function for code, function in all_rules().items() if policy is None or policy.runs(code)]
    if policy is not None and blueprint.house is None:
        blueprint = blueprint.under(policy.house)
    of_house = [d for d in asked if policy is None or policy.runs(d.code)]
    found = without_repetitions(blueprint, [*of_house, *(d for function in rules for d in function(blueprint))])
    accepted = _accepted(blueprint, today or date.today())
    left = [d for d in found if (d.code, d.span.file, d.span.line) not in accepted]
    return left if policy is None else [policy.apply(d) for d in left]


def _accepted(blueprint: Blueprint, today: date) -> set[tuple[str, str, int]]:
    """The places of accepted findings: every line of the entity, the access pattern or the design that accepts it."""
    design = blueprint.design
    accepting = [(p.accept, _lines_of_pattern(p)) for p in design.access if p.accept]
    accepting += [(t.accept, [t.name.span, *t.place.keys.values()]) for t in design.transactions if t.accept]
    accepting += [(e.accept, _lines_of_entity(e)) for e in design.entities if e.accept]
    accepting += [(s.accept, _lines_of_pattern(s)) for s in design.summaries if s.accept]
    if design.accept:
        accepting.append((design.accept, [*design.place.keys.values(), *_parts(design)]))
    return {
        (str(a.rule), s.file, s.line) for found, spans in accepting for a in found if _stands(a, today) for s in spans
    }


def _parts(design: Design) -> list[Span]:
    """The lines of what stands beside entities and access patterns: availability, backup, scaling, …"""
    parts = (design.availability, design.backup, design.scaling, design.encryption, design.review)
    found = [span for part in parts if part for span in (part.place.span, *part.place.keys.values())]
    pooling = design.scaling.pooling if design.scaling else None
    return [*found, pooling.place.span] if pooling else found


def _lines_of_entity(entity: Entity) -> list[Span]:
    return [entity.name.span, *entity.place.keys.values(), *(c.name.span for c in entity.columns)]


def _lines_of_pattern(pattern: AccessPattern | Summary) -> list[Span]:
    return [pattern.name.span, pattern.sql.span, *pattern.place.keys.values()]


def _stands(item: Acceptance, today: date) -> bool:
    try:
        return not item.until or date.fromisoformat(str(item.until)) >= today
    except ValueError:
        return False


def warning(function_name: str, message: str, span: Span, help_text: str, fix: Fix | None = None) -> Diagnostic:
    """Return a warning of a rule, with a safe edit where there is one."""
    return Diagnostic(function_name.replace("_", "-"), message, span, help_text, Severity.WARNING, fix)


def note(function_name: str, message: str, span: Span, help_text: str) -> Diagnostic:
    """Return a note of a rule."""
    return Diagnostic(function_name.replace("_", "-"), message, span, help_text, Severity.NOTE)
