"""One more valid row for a filled table: new keys, references to rows that are there, no conflict with any of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from dbwright.data.dataset import Dataset, GenerationError, Rows
from dbwright.data.drafts import Draft
from dbwright.data.generation import Work
from dbwright.data.hints import Hints
from dbwright.data.kinds import Family
from dbwright.data.relations import Relation
from dbwright.model.blueprint import Blueprint


def valid_row(
    blueprint: Blueprint, dataset: Dataset, table: str, salt: int = 0, tenant: object = None
) -> dict[str, Any]:
    """Return a new row that the server accepts next to the dataset: values by column, as psycopg takes them.

    All parents belong to one tenant: the one whose key is `tenant`, else one that the salt chooses. The same salt gives
    the same row; different small salts give rows that do not conflict with each other. Columns that the server fills
    (generated, identity always) are left out, so a row may be empty (`default values`); JSON is wrapped in `Jsonb`.
    Raise GenerationError where no row fits.
    """
    rows = fresh_rows(blueprint, dataset, table, salt, tenant)
    plan = dataset.plans[table]
    written = [n for n in rows.columns if plan.source(n).written]
    return {n: for_driver(rows.columns[n].kind.family, rows.columns[n][0]) for n in written}


def fresh_rows(blueprint: Blueprint, dataset: Dataset, table: str, salt: int, tenant: object = None) -> Rows:
    """Return one new row as columns; raise GenerationError where keys and parents leave no room."""
    work = Work(blueprint, dataset.plans, dataset.seed, dataset.hints or Hints(), dict(dataset.tables))
    plan = dataset.plans[table]
    for relation in _tenants(work, work.tenant_relation(plan), salt, tenant):
        draft = Draft(plan, dataset.seed, dataset.planned[table], 1, dataset.tables[table], salt)
        work.fill(draft, dataset.late, relation)
        if not draft.count:
            continue
        work.link_late(draft, dataset.late)
        if not any(column.missing()[0] and plan.is_required(name) for name, column in draft.columns.items()):
            return draft.finish()
    whose = "" if tenant is None else f" of tenant {tenant}"
    raise GenerationError(f"no more rows{whose} fit into `{table}`: its keys or parents leave no room")


def _tenants(work: Work, relation: Relation | None, salt: int, tenant: object) -> list[Relation | None]:
    """Each tenant alone, the wanted one only or beginning with the one that the salt names."""
    if relation is None:
        return [None]
    name = next(iter(relation.columns))
    column = relation.columns[name]
    order = [(i + salt) % relation.count for i in range(relation.count)]
    chosen = [i for i in order if tenant is None or str(column[i]) == str(tenant)]
    return [Relation({name: column.take(np.asarray([i]))}, 1) for i in chosen]


def for_driver(family: Family, value: Any) -> Any:
    """Return a value as psycopg wants it: documents wrapped, everything else as it is."""
    if family is not Family.JSON or value is None:
        return value
    from psycopg.types.json import Jsonb

    return Jsonb(value)
