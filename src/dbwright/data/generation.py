"""Fills tables: a whole dataset, or one more row of a table that is filled already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from dbwright.data.alternatives import choose_alternatives
from dbwright.data.choosing import Flags
from dbwright.data.dataset import Column, Dataset, GenerationError, Note, Rows
from dbwright.data.derived import derive
from dbwright.data.drafts import Draft
from dbwright.data.hints import Hints, read_hints
from dbwright.data.keys import choose_distinct
from dbwright.data.kinds import read_types
from dbwright.data.linking import leave_empty, link
from dbwright.data.making import fill_values
from dbwright.data.plans import Reference, TablePlan, plan_table
from dbwright.data.refusing import refuse_empty
from dbwright.data.relations import Relation, candidates_for, codes, inside, reduce
from dbwright.data.schedule import Group, schedule
from dbwright.data.skeleton import lay_out
from dbwright.model.blueprint import Blueprint


def generate(blueprint: Blueprint, rows: Mapping[str, int], seed: int = 1) -> Dataset:
    """Return rows for every table of a blueprint, as many as `rows` says or as its keys and parents have room for.

    All constraints hold by construction. The same blueprint, rows and seed give the same dataset. Raise
    GenerationError for a required column whose type nobody knows, NothingFits for a table that can have no rows.
    """
    types = read_types(blueprint)
    plans = {t.name: plan_table(blueprint, t, types) for t in blueprint.tables}
    tenancy = blueprint.design.tenancy
    groups = schedule(plans, tenancy.entity if tenancy is not None else "")
    work = Work(blueprint, plans, seed, read_hints(blueprint))
    for group in groups:
        work.fill_group(group, rows)
    refuse_empty([g.tables for g in groups], plans, work.tables, rows, work.notes)
    derive(blueprint, work.tables)
    return Dataset(
        schema=blueprint.schema,
        tables={t.name: work.tables[t.name] for t in blueprint.tables},
        seed=seed,
        notes=tuple(dict.fromkeys([*(n for p in plans.values() for n in p.notes), *work.notes])),
        groups=tuple(g.tables for g in groups),
        plans=plans,
        planned={name: rows.get(name, 0) for name in plans},
        hints=work.hints,
        late=frozenset().union(*(g.late for g in groups)),
        tenants=work.tenants(),
    )


@dataclass
class Work:
    """What is known while tables are filled one after the other."""

    blueprint: Blueprint
    plans: Mapping[str, TablePlan]
    seed: int
    hints: Hints
    tables: dict[str, Rows] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def fill_group(self, group: Group, rows: Mapping[str, int]) -> None:
        """Fill the tables of a group, then the references between them."""
        drafts: dict[str, Draft] = {}
        for name in group.tables:
            planned = rows.get(name, 0)
            drafts[name] = Draft(self.plans[name], self.seed, planned, planned, at_once=len(group.tables) > 1)
            self.fill(drafts[name], group.late)
            self.tables[name] = drafts[name].finish()
        self.link_group(drafts, group.late)
        for draft in drafts.values():
            self.notes += draft.notes

    def link_group(self, drafts: Mapping[str, Draft], late: frozenset[str]) -> None:
        """Link the tables of a circle; rows for which nothing is left go, and then those that lead to them."""
        before = {name: dict(draft.columns) for name, draft in drafts.items()}
        reason = "the tables of a circle have no more rows for each other"
        if len(drafts) == 1:
            reason = "a required reference to the table itself finds no row"
        while True:
            for name, draft in drafts.items():
                draft.wanted = self._wanted(name, drafts) if len(drafts) > 1 else None
                self.link_late(draft, late)
                self.tables[name] = draft.finish()
            kept = {name: self._led_somewhere(draft, drafts, late) for name, draft in drafts.items()}
            if all(k.all() for k in kept.values()):
                return
            for name, draft in drafts.items():
                draft.columns = before[name]
                draft.scenario = draft.scenario[kept[name]]
                draft.drop(kept[name], reason)
                before[name] = dict(draft.columns)
                self.tables[name] = draft.finish()

    def _wanted(self, name: str, drafts: Mapping[str, Draft]) -> Flags:
        """The rows of a table to which rows of the other tables of its circle lead so far."""
        rows = self.tables[name]
        wanted = np.zeros(rows.count, np.bool_)
        for other, draft in drafts.items():
            for reference in draft.plan.references:
                if reference.target != name or other == name or not set(reference.columns) <= draft.columns.keys():
                    continue
                asked = [draft.columns[c] for c in reference.columns]
                offered, mine = codes([[rows.columns[c] for c in reference.target_columns], asked])
                wanted |= np.isin(offered, mine)
        return wanted

    def _led_somewhere(self, draft: Draft, drafts: Mapping[str, Draft], late: frozenset[str]) -> Flags:
        """Which rows have every required reference, and lead to rows that are still there."""
        kept = np.ones(draft.count, np.bool_)
        for reference in draft.plan.references:
            if reference.soft or reference.target not in drafts:
                continue
            columns = {n: draft.columns[n] for n in reference.columns}
            empty = np.zeros(draft.count, np.bool_)
            for column in columns.values():
                empty |= column.missing()
            there = candidates_for(columns, self.relation(draft.plan, reference), draft.count).count > 0
            kept &= (empty & (not reference.required)) | (there & ~empty)
        return kept

    def fill(self, draft: Draft, late: frozenset[str], tenants: Relation | None = None) -> None:
        """Fill all columns of a table but those of late references."""
        plan = draft.plan
        known = [r for r in plan.references if r.name not in late and r.target in self.tables]
        relations = {r.name: self.relation(plan, r) for r in known}
        early = {r.name: relations[r.name] for r in known if r.required}
        lay_out(draft, early, tenants or self.tenant_relation(plan))
        later = [r for r in known if not r.required and self._is_usable(draft, r, relations[r.name])]
        relations |= self._reduced([r for r in later if not r.soft], relations)
        linked = {c for r in plan.references if r in later or r.name in late for c in r.columns} - draft.columns.keys()
        keys = choose_distinct(draft, linked)
        choose_alternatives(draft, self._reachable(draft, later, relations))
        if draft.existing is not None and not draft.count:
            return
        fill_values(draft, self.hints, keys, linked)
        for reference in later:
            link(draft, reference, relations[reference.name])
        for reference in later:
            leave_empty(draft, reference, relations[reference.name])

    def _reduced(self, references: list[Reference], relations: Mapping[str, Relation]) -> dict[str, Relation]:
        """The candidates of optional references, those left out with which another one that shares a column ends."""
        names = [r.name for r in references]
        return dict(zip(names, reduce([relations[n] for n in names]), strict=True))

    def link_late(self, draft: Draft, late: frozenset[str]) -> None:
        """Fill the references of a table that wait for the keys of its whole group, required ones first."""
        waiting = [r for r in draft.plan.references if r.name in late]
        for reference in sorted(waiting, key=lambda r: not r.required):
            link(draft, reference, self.relation(draft.plan, reference))
        for reference in waiting:
            leave_empty(draft, reference, self.relation(draft.plan, reference))

    def relation(self, plan: TablePlan, reference: Reference) -> Relation:
        """Return the rows that a reference may lead to: no null in the key, and allowed by the column's own rules."""
        parent = self.tables[reference.target]
        pairs = list(zip(reference.columns, reference.target_columns, strict=True))
        kept = np.ones(parent.count, np.bool_)
        columns: dict[str, Column] = {}
        for name, target in pairs:
            if target not in parent.columns:
                place = f"`{reference.target}.{target}`"
                raise GenerationError(
                    f"`{plan.table.name}` references {place}, whose values only the server makes: "
                    "reference a column that clients write"
                )
            columns[name] = parent.columns[target]
            kept &= ~columns[name].missing() & inside(columns[name], plan.union(name))
        relation = Relation({n: replace(c, nulls=None) for n, c in columns.items()}, parent.count)
        return relation.keep(kept)

    def _is_usable(self, draft: Draft, reference: Reference, relation: Relation) -> bool:
        """Whether a soft reference finds a row for every row; where it does not, the column gets values of its own."""
        if not reference.soft:
            return True
        if set(reference.columns) <= draft.columns.keys():
            return False
        return bool(candidates_for(draft.columns, relation, draft.count).count.all())

    def _reachable(self, draft: Draft, later: list[Reference], relations: Mapping[str, Relation]) -> dict[str, Flags]:
        found: dict[str, Flags] = {}
        for reference in later:
            there = candidates_for(draft.columns, relations[reference.name], draft.count, draft.plan.apart).count > 0
            for name in reference.columns:
                found[name] = found.get(name, there) & there
        return found

    def tenant_relation(self, plan: TablePlan) -> Relation | None:
        """Return the tenants that a table's rows are shared out to, None for a table that no tenant owns."""
        tenancy, name = self.blueprint.design.tenancy, plan.table.tenant_column
        if tenancy is None or not name or plan.table.name == tenancy.entity or name not in plan.kinds:
            return None
        if tenancy.entity not in self.tables:
            return None
        rows = self.tables[tenancy.entity]
        return Relation({name: rows.columns[tenancy.column]}, rows.count)

    def tenants(self) -> tuple[object, ...]:
        """Return the keys of all tenants, the largest first."""
        tenancy = self.blueprint.design.tenancy
        if tenancy is None or tenancy.entity not in self.tables:
            return ()
        return tuple(self.tables[tenancy.entity].columns[tenancy.column])
