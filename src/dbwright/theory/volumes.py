"""What a design says of how rows spread: rows of a table, of a tenant, of one value, and how fast they come."""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.growth import Meaning
from dbwright.model.table import Table
from dbwright.records import record
from dbwright.sql.types import bare_type
from dbwright.theory.amounts import ONE, Amount, Factor, Kind

FanOuts = Mapping[str, tuple[tuple[frozenset[str], int], ...]]


@record(frozen=True)
class Volumes:
    """The volumes of a blueprint: `fan_outs` lists by table the column sets of which few rows share a value."""

    blueprint: Blueprint
    fan_outs: FanOuts
    tenants: float

    def rows(self, table: Table) -> float:
        """Rows at the horizon; 0 where nobody says."""
        return float(table.size.rows_horizon) if table.size else 0.0

    def per_second(self, table: Table) -> float:
        """Rows that come in a second at the horizon; 0 where nobody says."""
        entity = self.blueprint.design.entity(table.name)
        if entity is None or entity.rows is None:
            return 0.0
        growth, retention = entity.rows.growth, entity.retention
        if growth is not None:
            return (growth.rows + self.rows(table) * growth.percent / 100) / growth.seconds
        if retention is not None and retention.keep.by_age and retention.keep.seconds:
            return self.rows(table) / retention.keep.seconds
        return 0.0

    def distinct(self, table: Table, columns: frozenset[str]) -> float:
        """How many values the columns have together at the horizon, as far as keys and lists of values tell."""
        found = 1.0
        for name in columns:
            found *= self.values(table, name)
        return max(1.0, min(found, self.rows(table) or found))

    def values(self, table: Table, name: str, seen: frozenset[str] = frozenset()) -> float:
        """How many values a column has, as the column that it references has; 1 where nothing tells."""
        if name == table.tenant_column:
            return max(1.0, self.tenants)
        for key in table.foreign_keys:
            target = self.blueprint.table(key.target)
            if name not in key.columns or target is None or target.name in {table.name, *seen}:
                continue
            there = key.target_columns[key.columns.index(name)]
            if any(set(u) <= {there, target.tenant_column} for u in target.unique_sets()):
                return max(1.0, self.rows(target))
            return self.values(target, there, seen | {table.name})
        few = self.few(table, name)
        return float(few) if few else 1.0

    def few(self, table: Table, name: str) -> int:
        """How many values a column may take where a constraint lists them; 0 where none does."""
        column = table.column(name)
        if column is None:
            return 0
        if bare_type(column.type) == "boolean":
            return 2
        if column.source is not None and column.source.one_of:
            return len(column.source.one_of)
        return max((len(c.values) for c in table.checks if c.column == name), default=0)

    def whole(self, table: Table, tenant: bool, share: float = 1.0, columns: tuple[str, ...] = ()) -> Amount:
        """All rows of a table, or of one of its tenants; `columns` narrow them to a share that does not shrink."""
        kind: Kind = "tenant" if tenant else "table"
        own = (table.tenant_column,) if tenant else ()
        rows = self.rows(table) * share / (max(1.0, self.tenants) if tenant else 1.0)
        text = f"the rows of `{table.name}` of one tenant" if tenant else f"the rows of `{table.name}`"
        return Amount(1.0, (Factor(kind, table.name, own + columns, rows, text),))

    def group(self, table: Table, columns: frozenset[str]) -> Amount:
        """The rows that share their values in some columns: one by a key, else what is declared, else an answer."""
        if any(set(unique) <= columns for unique in table.unique_sets()):
            return ONE
        declared = [(most, on) for on, most in self.fan_outs.get(table.name, ()) if on <= columns]
        if declared:
            most, on = min(declared, key=lambda d: d[0])
            names = tuple(sorted(on))
            text = f"{most:,} rows of `{table.name}` with one `{', '.join(names)}`"
            return Amount(1.0, (Factor("declared", table.name, names, most, text),))
        tenant = bool(table.tenant_column) and table.tenant_column in columns
        own = columns - {table.tenant_column}
        rest = tuple(sorted(own))
        if not rest:
            return self.whole(table, tenant)
        if all(self.few(table, name) for name in rest):
            return self.whole(table, tenant, 1 / self.distinct(table, own), rest)
        return self.answer(table, columns)

    def answer(self, table: Table, columns: frozenset[str]) -> Amount:
        """The rows that belong to one value of some columns."""
        names = tuple(sorted(columns - {table.tenant_column})) or tuple(sorted(columns))
        rows = self.rows(table) / self.distinct(table, columns - {table.tenant_column})
        text = f"the rows of `{table.name}` with one `{', '.join(names)}`"
        return Amount(1.0, (Factor("answer", table.name, tuple(sorted(columns)), rows, text),))

    def window(self, table: Table, columns: frozenset[str], seconds: float, said: str) -> Amount:
        """The rows of a stretch of time, at the rate at which they come, of one value of some columns."""
        rows = self.per_second(table) * seconds / self.distinct(table, columns)
        text = f"the rows of `{table.name}` of {said}"
        return Amount(1.0, (Factor("answer", table.name, tuple(sorted(columns)), rows, text),))


def volumes_of(blueprint: Blueprint) -> Volumes:
    """Return what the design says of how rows spread; worked out once."""
    return blueprint.once(_volumes)


def _volumes(blueprint: Blueprint) -> Volumes:
    fan_outs = {t.name: tuple(_fan_outs(blueprint, t)) for t in blueprint.tables}
    tenancy = blueprint.design.tenancy
    owner = blueprint.table(tenancy.entity) if tenancy else None
    return Volumes(blueprint, fan_outs, float(owner.size.rows_horizon) if owner and owner.size else 1.0)


def _fan_outs(blueprint: Blueprint, table: Table) -> list[tuple[frozenset[str], int]]:
    found = [(frozenset(k.columns) - {table.tenant_column}, k.most) for k in table.foreign_keys if k.most]
    entity = blueprint.design.entity(table.name)
    if entity is not None and entity.rows is not None:
        for names, most in entity.rows.at_most.items():
            found.append((frozenset(n.strip() for n in names.split(",")), most.value))
    return found


def meanings_of(pattern: AccessPattern) -> dict[str, Meaning]:
    """Return what the parameters of a pattern stand for, by name, where the design says."""
    return {str(p.name): p.means for p in pattern.parameters if p.means is not None}
