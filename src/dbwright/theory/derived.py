"""Dependencies that nobody has to declare: what a reference or a kept copy makes certain.

Two rows that lead to the same row there hold the same of it. A reference over several columns says so where fewer of
them are already a key there, and none may be null: a reference does not look at rows with one. `copy of:` says so by
itself. The tenant repeats on purpose, and the decisions about tenancy tell it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.model.blueprint import Blueprint
from dbwright.model.dependency import Dependency
from dbwright.model.table import ForeignKey, Table
from dbwright.theory.strict_keys import strict_keys


def derived_dependencies(blueprint: Blueprint, table: Table) -> Sequence[Dependency]:
    """Return each certain dependency of a table of the blueprint once, in the order of the references."""
    return blueprint.once(_by_table).get(table.name, ())


def _by_table(blueprint: Blueprint) -> dict[str, list[Dependency]]:
    return {t.name: found for t in blueprint.tables if (found := list(_derived(blueprint, t)))}


def _derived(blueprint: Blueprint, table: Table) -> Iterator[Dependency]:
    seen: set[Dependency] = set()
    copied = {c.name: str(c.source.copy_of) for c in table.columns if c.source is not None and c.source.copy_of}
    if not copied and all(len(key.columns) == 1 for key in table.foreign_keys):
        return
    for key in table.foreign_keys:
        for dependency in _of_reference(blueprint, table, key, copied):
            if dependency not in seen:
                seen.add(dependency)
                yield dependency


def _of_reference(blueprint: Blueprint, table: Table, key: ForeignKey, copied: dict[str, str]) -> Iterator[Dependency]:
    target = blueprint.table(key.target)
    if target is None:
        return
    here = dict(zip(key.target_columns, key.columns, strict=True))
    for unique in strict_keys(blueprint, target):
        if not set(unique) <= here.keys():
            continue
        determinant = tuple(here[name] for name in unique)
        known = (*determinant, table.tenant_column)
        carried = [c for c in key.columns if c not in known]
        carried = carried if carried and _complete(table, key) else []
        carried += [c for c, path in copied.items() if path.partition(".")[0] == key.target and c not in known]
        for name in dict.fromkeys(carried):
            yield Dependency(determinant, (name,))
        return


def _complete(table: Table, key: ForeignKey) -> bool:
    return all((column := table.column(name)) is not None and column.not_null for name in key.columns)
