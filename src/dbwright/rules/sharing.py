"""Rules about data that several components share: who uses it, and whether each keeps to the rule for conflicts."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.rules.registry import rule, warning
from dbwright.theory.sharing import parties, unsettled


@rule
def component_not_named(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Shared data names every component that changes it.

    What it does: finds entries of `sharing:` whose entities are written by access patterns of a component that they do
    not name.
    Why it matters: the rule for conflicts was agreed without the one who breaks it.
    Instead of: sharing: {orders: {components: [checkout], …}}, and a pattern of `returns` that writes `orders`
    Write: components: [checkout, returns]
    """
    for shared in blueprint.design.sharing:
        named = {str(c) for c in shared.components}
        for party in parties(blueprint, shared):
            if party.writers and party.component not in named:
                message = (
                    f"`{party.component}` writes `{shared.name}` by `{party.writers[0].name}` and is not named there"
                )
                help_text = f"add `{party.component}` to `components:`"
                yield warning("component_not_named", message, shared.place.of("components"), help_text)


@rule
def component_without_use(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A component that shares data has an access pattern that uses it.

    What it does: finds components in an entry of `sharing:` of which no access pattern reads or writes the entities, in
    designs where patterns say their `component:`.
    Why it matters: either a query is missing, with its index and its grant, or the component has no business there.
    Instead of: sharing: {orders: {components: [checkout, reporting], …}}, and no pattern of `reporting`
    Write: an access pattern with component: reporting, or components: [checkout]
    """
    known = {str(p.component) for p in blueprint.design.access}
    for shared in blueprint.design.sharing if known - {""} else ():
        for party in parties(blueprint, shared):
            if not party.writers and not party.readers:
                message = f"`{party.component}` shares `{shared.name}`, and none of its access patterns uses it"
                help_text = f"write the pattern with `component: {party.component}`, or remove it from `components:`"
                yield warning("component_without_use", message, shared.place.of("components"), help_text)


@rule
def sharing_rule_not_kept(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Every writer of shared data keeps to its rule for conflicts.

    What it does: finds updates of shared entities that set columns by the key alone, at read committed and without
    `conflict:`, where several components write and the entry of `sharing:` promises more than that the last write wins.
    Why it matters: the rule holds only if all keep it; this writer undoes what the others did, unseen.
    Instead of: update products set price = :price where product_id = :product, and conflict: compare-and-set
    Write: update products set price = :price where product_id = :product and updated_at = :seen
    """
    for shared in blueprint.design.sharing:
        for found in unsettled(blueprint, shared):
            message = f"`{found.name}` overwrites `{shared.name}` unseen, where the rule is `{shared.conflict}`"
            help_text = "add a condition on what was read, or say `conflict:` at the pattern"
            yield warning("sharing_rule_not_kept", message, found.pattern.sql.span, help_text)
