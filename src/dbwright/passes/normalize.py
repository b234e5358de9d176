"""Step 3 of the process, normalization: the normal form of every table whose dependencies the design declares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.diagnostics import Diagnostic, nearest
from dbwright.model.blueprint import Blueprint, Table
from dbwright.model.decision import Alternative, Decision
from dbwright.model.dependency import parse_dependency
from dbwright.model.design import Design
from dbwright.model.shape import Text
from dbwright.theory.normal_forms import NormalForm
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


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Judge tables by their declared dependencies, and say which reference keeps a copy true.

    Reads: `depends:`, keys, references. Decides: nothing; what violates a form is for the rules to say.
    Writes: decisions, diagnostics. Source: seed 002, step 3; see `theory/` for the algorithms.
    """
    for entity in design.entities:
        table = blueprint.table(entity.name)
        if table is None or not entity.depends:
            continue
        found = [d for text in entity.depends for d in _problems(table, text)]
        blueprint = blueprint.report(*found)
        if not found:
            blueprint = blueprint.decide(_decision(blueprint, relation_of(blueprint, table)))
    return blueprint


def _problems(table: Table, text: Text) -> Iterator[Diagnostic]:
    try:
        dependency = parse_dependency(text)
    except ValueError as error:
        yield Diagnostic("bad-dependency", str(error), text.span, "write `columns -> columns`, or `->>` for lists")
        return
    known = [c.name for c in table.columns]
    for name in (*dependency.determinant, *dependency.dependent):
        if name not in known:
            place = text.at(max(0, text.find(name)))._replace(length=len(name))
            yield Diagnostic("unknown-column", f"`{table.name}` has no column `{name}`", place, nearest(name, known))


def _decision(blueprint: Blueprint, relation: Relation) -> Decision:
    judgement, table = relation.judge(), relation.table
    keys = [f"({', '.join(relation.names(k))})" for k in judgement.keys]
    entity = blueprint.design.entity(table.name)
    return Decision(
        code=f"normalize/{table.name}",
        what=f"`{table.name}` is in {FORMS[judgement.form]}; rows are identified by {' or '.join(keys)}",
        why="; ".join(_reasons(blueprint, relation)) or "every declared dependency starts from a key",
        serves=(f"entities.{table.name}.depends",),
        subjects=(table.name,),
        alternatives=tuple(_alternatives(relation)) if judgement.form < NormalForm.BOYCE_CODD else (),
        evidence=f"from the keys and from {', '.join(f'({d})' for d in relation.declared)}",
        span=entity.place.of("depends") if entity else table.span,
    )


def _reasons(blueprint: Blueprint, relation: Relation) -> Iterator[str]:
    for violation in relation.judge().violations:
        left, right = (", ".join(relation.names(side)) for side in (violation.determinant, violation.dependent))
        keeper = keeper_of(blueprint, relation, violation)
        kept = f"the reference `{keeper.name}` keeps the copy true" if keeper else "nothing keeps the copies equal"
        yield f"({right}) follows from ({left}), which is no key: {kept}"


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
