"""What a write does to rows that reference those it changes: cascades that follow, and checks that look for them."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.blueprint import references_by_target
from dbwright.model.table import ForeignKey, Table
from dbwright.theory.amounts import ONE, Amount, Step, least
from dbwright.theory.lookups import Ask, look_up
from dbwright.theory.volumes import Volumes

_FOLLOWING = ("cascade", "set null", "set default")


def cascades(
    volumes: Volumes,
    table: Table,
    verbs: set[str],
    changed: frozenset[str],
    rows: Amount,
    seen: frozenset[str] = frozenset(),
) -> Iterator[Step]:
    """Yield the rows that the server touches by itself when rows of a table are deleted or their key is changed."""
    if table.name in seen:
        return
    for name, key in volumes.blueprint.once(references_by_target).get(table.name, ()):
        action, child = _action(key, verbs, changed, table), volumes.blueprint.table(name)
        if action and child is not None:
            found = look_up(volumes, Ask(child, (), dict.fromkeys(key.columns, ONE), False, {}))
            following = action in _FOLLOWING
            single = found.amount.growth in ("constant", "linear in the answer")
            each = found.amount if following or not single else ONE
            amount = least(rows.times(each), volumes.whole(child, tenant=False)) if rows != ONE else each
            by = f"on delete {action}" if following and "delete" in verbs else f"on update {action}"
            text = f"{by}, {found.by}" if following else f"checked by `{key.name}`, {found.by}"
            yield Step(child.name, amount, text, rows != ONE)
            if following and "delete" in verbs and action == "cascade":
                yield from cascades(volumes, child, verbs, frozenset(), amount, seen | {table.name})


def _action(key: ForeignKey, verbs: set[str], changed: frozenset[str], table: Table) -> str:
    if "delete" in verbs:
        return key.on_delete
    if "update" in verbs and changed & set(key.target_columns or table.logical_key):
        return key.on_update
    return ""
