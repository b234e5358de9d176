"""What is read once about a table before rows are made: kinds, alternatives of its checks, keys, references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dbwright.data.dataset import GenerationError, Note
from dbwright.data.domains import Domain, union_of
from dbwright.data.exclusions import Separation, read_exclusions
from dbwright.data.formulas import MIRROR
from dbwright.data.kinds import DAY_TICKS, Family, Kind, kind_of
from dbwright.data.scenarios import Scenario, read_scenarios
from dbwright.data.uniqueness import UniqueSet, unique_sets
from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Entity
from dbwright.model.table import Table, TableColumn
from dbwright.sizing.layout import SHORT
from dbwright.sizing.presumed import presumed_span
from dbwright.sizing.sites import declared, tenant_skew
from dbwright.sizing.soft_references import soft_references
from dbwright.sizing.tables import Facts, facts_at
from dbwright.sizing.text_kinds import TEXTS
from dbwright.sql.types import bare_type

DAYS_AFTER = 330
"""Days after the design's first day up to which rows are generated."""


@dataclass(frozen=True)
class Reference:
    """A reference to rows of another table; a soft one is no foreign key, only a column named like a key there."""

    name: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    required: bool
    soft: bool = False


@dataclass(frozen=True)
class TablePlan:
    """All that rows of a table must obey, and what makes them plausible; instants lie in `window` (microseconds)."""

    table: Table
    kinds: Mapping[str, Kind]
    scenarios: Sequence[Scenario]
    keys: Sequence[UniqueSet]
    references: Sequence[Reference]
    separations: Sequence[Separation]
    window: tuple[int, int]
    notes: tuple[Note, ...]
    skews: Mapping[str, float] = field(default_factory=dict)
    tenant_skew: float = 0.0
    widths: Mapping[str, int] = field(default_factory=dict)

    def skew(self, columns: Iterable[str]) -> float | None:
        """Return the exponent of Zipf's law that the design declares for one of these columns, None where for none."""
        return next((self.skews[name] for name in columns if name in self.skews), None)

    def union(self, name: str) -> Domain:
        """Return what a column may be under any alternative."""
        return union_of([s.domains[name] for s in self.scenarios])

    @property
    def apart(self) -> tuple[tuple[str, str, str], ...]:
        """Return comparisons of two columns that hold in every alternative, as (given, operator, own), both ways.

        They read `own operator given`: how a candidate must compare with what the row already has.
        """
        always = [o for o in self.scenarios[0].orders if not o.offset and all(o in s.orders for s in self.scenarios)]
        there = [(o.right, o.operator, o.left) for o in always]
        return (*there, *((own, MIRROR[operator], given) for given, operator, own in there))

    def is_required(self, name: str) -> bool:
        """Return whether a column may never be null."""
        column = self.table.column(name)
        return column is not None and (column.not_null or bool(column.identity) or self.kinds[name].not_null)

    def source(self, name: str) -> TableColumn:
        """Return the column as it was decided."""
        column = self.table.column(name)
        assert column is not None
        return column


def plan_table(blueprint: Blueprint, table: Table, types: Mapping[str, Kind]) -> TablePlan:
    """Read a table: raise GenerationError where a required column has a type that nobody knows."""
    kinds = _kinds(table, types)
    notes: list[Note] = []
    keys = unique_sets(blueprint, table)
    scenarios = read_scenarios(table, kinds, keys, notes)
    separations, unread = read_exclusions(table, kinds)
    entity = blueprint.design.entity(table.name)
    notes += [Note(table.name, n, f"the exclusion `{n}` cannot be read; rows are tried as they are") for n in unread]
    return TablePlan(
        table=table,
        kinds=kinds,
        scenarios=scenarios,
        keys=keys,
        references=tuple(_references(blueprint, table, kinds)),
        separations=separations,
        window=_window(blueprint, table),
        skews=_skews(entity, notes),
        tenant_skew=tenant_skew(blueprint, table),
        widths=_widths(blueprint, table, entity),
        notes=(*notes, *_unfollowed(table, kinds, entity)),
    )


def _kinds(table: Table, types: Mapping[str, Kind]) -> dict[str, Kind]:
    """The kinds of the columns that are filled: all that the server does not compute."""
    found = {}
    for column in table.columns:
        if column.generated:
            continue
        kind = kind_of(column.type, types)
        inner = kind.item if kind.item is not None else kind
        if inner.family is not Family.UNKNOWN:
            found[column.name] = kind
        elif column.not_null and not column.default:
            raise GenerationError(
                f"`{table.name}.{column.name}` is required and has the type `{column.type}`, of which no values are "
                "known: give it a default, or let it be null"
            )
    return found


def _references(blueprint: Blueprint, table: Table, kinds: Mapping[str, Kind]) -> Iterable[Reference]:
    for key in table.foreign_keys:
        if not set(key.columns) <= kinds.keys():
            continue
        required = all(kinds[n].not_null or ((c := table.column(n)) and c.not_null) for n in key.columns)
        yield Reference(key.name, key.columns, key.target, key.target_columns, required)
    for key in soft_references(blueprint, table):
        name = key.columns[-1]
        if name in kinds:
            yield Reference(f"{table.name}.{name}", key.columns, key.target, key.target_columns, False, soft=True)


def _skews(entity: Entity | None, notes: list[Note]) -> dict[str, float]:
    """The exponents of `skew: {column: zipf(1.1)}`; anything else is told and not obeyed."""
    found = {}
    for name, text in (entity.rows.skew if entity is not None and entity.rows is not None else {}).items():
        if read := re.fullmatch(r"zipf\(\s*([0-9]+(?:\.[0-9]+)?)\s*\)", str(text).strip()):
            found[name] = float(read[1])
        else:
            assert entity is not None
            notes.append(
                Note(str(entity.name), name, f"the skew `{text}` of `{name}` is none that is known: zipf(1.1)")
            )
    return found


def _unfollowed(table: Table, kinds: Mapping[str, Kind], entity: Entity | None) -> Iterator[Note]:
    """What is declared of values and only sizes and plans follow: told, so that nobody looks for it in the rows."""
    for told in entity.values if entity is not None else ():
        text = f"rows do not follow what is declared of `{told.name}`; sizes and plans do"
        yield Note(table.name, str(told.name), text)
    for column in table.columns:
        if column.name in kinds and declared(column).items is not None and not _has_items(table, column, kinds):
            text = f"rows do not follow the `items` of `{column.name}`, which is no list; sizes and plans do"
            yield Note(table.name, column.name, text)


def _has_items(table: Table, column: TableColumn, kinds: Mapping[str, Kind]) -> bool:
    """Whether the generator makes lists for a column: an array, or a document that is one."""
    family = kinds[column.name].family
    is_array = re.compile(rf"jsonb?_typeof\({re.escape(column.name)}\)\s*=\s*'array'")
    listed = column.default.lstrip("'").startswith("[") or any(is_array.search(c.expression) for c in table.checks)
    return family is Family.LIST or (family is Family.JSON and listed)


def _widths(blueprint: Blueprint, table: Table, entity: Entity | None) -> dict[str, int]:
    """How many bytes the texts and documents have whose width follows from the design: its own, or that of a row."""
    found = {c.name: round(known.value) for c in table.columns if (known := declared(c).width) is not None}
    if entity is None or entity.row_size is None:
        return found
    shared = [
        c
        for c in blueprint.once(_facts).tables[table.name].columns
        if c.value.variable and not c.value.lengths and bare_type(c.type) in ("jsonb", "json", *TEXTS)
    ]
    return {c.name: round(c.value.bytes - (1 if c.value.bytes <= SHORT else 4)) for c in shared} | found


def _facts(blueprint: Blueprint) -> Facts:
    return facts_at(blueprint, DAYS_AFTER * 86_400.0)


def _window(blueprint: Blueprint, table: Table) -> tuple[int, int]:
    first = date.fromisoformat(str(blueprint.design.start)).toordinal() - date(1970, 1, 1).toordinal()
    low, high = presumed_span(blueprint, table.name, first * 86_400.0, (first + DAYS_AFTER) * 86_400.0)
    return int(low // 86_400) * DAY_TICKS, int(high // 86_400) * DAY_TICKS
