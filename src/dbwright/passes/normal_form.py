"""The normal form of one table, in words: what it says twice, what keeps that true, and what a split would cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.table import Table
from dbwright.theory.normal_forms import Judgement, NormalForm
from dbwright.theory.relations import Relation, keeper_of, relation_of
from dbwright.theory.synthesis import Part

FORMS = {
    NormalForm.FIRST: "first normal form",
    NormalForm.SECOND: "second normal form",
    NormalForm.THIRD: "third normal form",
    NormalForm.BOYCE_CODD: "Boyce-Codd normal form",
    NormalForm.FOURTH: "fourth normal form",
}
"""What the forms are called."""


def decide_form(blueprint: Blueprint, table: Table) -> Decision:
    """Return the decision on which form a table is in, what violates the next one, and what a split would cost."""
    relation = relation_of(blueprint, table)
    judgement = relation.judge()
    keys = [f"({', '.join(relation.names(k))})" for k in judgement.keys]
    entity = blueprint.design.entity(table.name)
    return Decision(
        code=f"normalize/{table.name}",
        what=f"`{table.name}` is in {FORMS[judgement.form]}; rows are identified by {' or '.join(keys)}",
        why="; ".join(_reasons(blueprint, relation, judgement))
        or "every dependency that is declared or certain starts from a key",
        serves=(f"entities.{table.name}.depends" if entity and entity.depends else f"entities.{table.name}",),
        subjects=(table.name,),
        alternatives=tuple(_alternatives(relation)) if judgement.form < NormalForm.BOYCE_CODD else (),
        evidence=f"from the keys{''.join(f', ({d})' for d in relation.declared)}",
        span=entity.place.of("depends") if entity else table.span,
    )


def _reasons(blueprint: Blueprint, relation: Relation, judgement: Judgement) -> Iterator[str]:
    for violation in judgement.violations:
        left, right = (", ".join(relation.names(side)) for side in (violation.determinant, violation.dependent))
        keeper = keeper_of(blueprint, relation, violation)
        kept = f"the reference `{keeper.name}` keeps the copy true" if keeper else "nothing keeps the copies equal"
        if not keeper and all(_is_copy(relation.table, name) for name in relation.names(violation.dependent)):
            kept = "what `copy of:` asked for keeps the copy true"
        yield f"({right}) follows from ({left}), which is no key: {kept}"


def _is_copy(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and column.source is not None and bool(column.source.copy_of)


def _alternatives(relation: Relation) -> Iterator[Alternative]:
    parts = relation.parts()
    if len(parts) > 1:
        cost = f"{len(parts)} tables to join; no row and no dependency is lost"
        yield Alternative(f"third normal form: {_shown(relation, parts)}", cost)
    trade = relation.trade()
    if trade is None or {p.attributes for p in trade.parts} == {p.attributes for p in parts}:
        return
    cost = (
        f"no table could keep {relation.show(trade.lost)}"
        if trade.lost
        else f"{len(trade.parts)} tables to join; no dependency is lost"
    )
    yield Alternative(f"Boyce-Codd normal form: {_shown(relation, trade.parts)}", cost)


def _shown(relation: Relation, parts: Sequence[Part]) -> str:
    return ", ".join(f"({', '.join(relation.names(p.attributes))})" for p in parts)
