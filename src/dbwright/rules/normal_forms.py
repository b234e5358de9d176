"""Rules about what a table says twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dbwright.diagnostics import Diagnostic, Severity, Span
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table
from dbwright.rules.registry import rule
from dbwright.theory.derived import derived_dependencies

if TYPE_CHECKING:
    from dbwright.theory.normal_forms import Violation
    from dbwright.theory.relations import Relation


@rule
def second_normal_form(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A column depends on the whole key, not on a part of it.

    What it does: finds, among the dependencies that an entity declares, those that start from part of a candidate key.
    Why it matters: the value stands again in every row with that part; an update that misses one leaves two truths.
    Instead of: key: [order_id, product_id] and depends: [product_id -> product_name]
    Write: product_name in `products`, or keep it `as of` the order
    """
    yield from _findings(blueprint, "second_normal_form", "SECOND")


@rule
def third_normal_form(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A column depends on the key and on nothing but the key.

    What it does: finds, among the dependencies that an entity declares, those that start from a column that is no key.
    Why it matters: the fact is repeated; when the last row that holds it is deleted, the fact is lost.
    Instead of: customers with depends: [zip -> city]
    Write: an entity with the key `zip`, or a reference over both columns, which keeps the copy true
    """
    yield from _findings(blueprint, "third_normal_form", "THIRD")


@rule
def boyce_codd_normal_form(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Whatever determines something is a key.

    What it does: finds dependencies of a part of a key on something that is no key.
    Why it matters: part of the key is repeated, and only a check over several rows keeps it right.
    Instead of: key: [student, course] and depends: [teacher -> course]
    Write: teachers with their course, and students with their teacher; where that would lose a dependency, accept it
    """
    yield from _findings(blueprint, "boyce_codd_normal_form", "BOYCE_CODD")


@rule
def fourth_normal_form(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Two lists that have nothing to do with each other stand in two tables.

    What it does: finds declared multivalued dependencies (`person_id ->> language`) that do not start from a key.
    Why it matters: every pairing of the two lists must be stored, and a forgotten one reads as a fact.
    Instead of: skills (person_id, language, sport) with depends: [person_id ->> language]
    Write: one entity of languages and one of sports
    """
    yield from _findings(blueprint, "fourth_normal_form", "FOURTH")


def _findings(blueprint: Blueprint, name: str, form: str) -> Iterator[Diagnostic]:
    for entity in blueprint.design.entities:
        table = blueprint.table(entity.name)
        if table is None or not (entity.depends or derived_dependencies(blueprint, table)):
            continue
        # Most tables have no dependency besides their keys, and then the theory is not even loaded.
        from dbwright.theory.relations import relation_of

        relation = relation_of(blueprint, table)
        for violation in relation.judge().violations:
            if violation.of.name == form and not _said_and_kept(table, relation.names(violation.dependent)):
                span = entity.place.of("depends") if entity.depends else entity.name.span
                yield _finding(blueprint, name, relation, violation, span)


def _said_and_kept(table: Table, names: tuple[str, ...]) -> bool:
    """Whether all of these say `copy of:`: then they are repeated on purpose, and something keeps them true."""
    columns = [table.column(name) for name in names]
    return all(c is not None and c.source is not None and bool(c.source.copy_of) for c in columns)


def _finding(blueprint: Blueprint, name: str, relation: Relation, violation: Violation, span: Span) -> Diagnostic:
    left, right = (", ".join(relation.names(side)) for side in (violation.determinant, violation.dependent))
    code, table = name.replace("_", "-"), relation.table.name
    if violation.multivalued:
        message = f"`{table}` must hold every pairing of ({right}) with the other columns of one ({left})"
        return Diagnostic(code, message, span, f"move ({left}, {right}) to an entity of its own", Severity.WARNING)
    from dbwright.theory.relations import keeper_of

    keeper = keeper_of(blueprint, relation, violation)
    if keeper is not None:
        message = f"`{table}` repeats ({right}) in every row of one ({left}); `{keeper.name}` keeps the copies true"
        help_text = f"leave ({right}) to `{keeper.target}`, or say why: `accept: [{{rule: {code}, why: …}}]`"
        return Diagnostic(code, message, span, help_text, Severity.NOTE)
    message = (
        f"`{table}` repeats ({right}) in every row of one ({left}): an update that misses a row leaves two values, "
        f"and when the last row of one ({left}) is deleted, its ({right}) is lost"
    )
    trade = relation.trade() if violation.of.name == "BOYCE_CODD" else None
    if trade is not None and trade.lost:
        help_text = f"a split would keep no {relation.show(trade.lost)}: accept it, with the reason"
        return Diagnostic(code, message, span, help_text, Severity.NOTE)
    help_text = f"move ({right}) to an entity with the key ({left}), or reference both together where they stand"
    return Diagnostic(code, message, span, help_text, Severity.WARNING)
