"""Relationships of SQLAlchemy models: which attributes lead where, and which columns each of them writes.

Foreign keys that lead with the tenant share its column. Two relationships that write one column can contradict each
other, so each column has one writer, the tenant's column only the reference to the tenant itself, and the others say
in `primaryjoin` what is foreign to them. Source: SQLAlchemy manual, "Overlapping Foreign Keys".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dbwright.emit.identifiers import Names, free_name, identifier, snake_name
from dbwright.emit.python_source import Call, Piece, call, keyword, string_literal
from dbwright.emit.sqlalchemy_constraints import is_dotted
from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.model.table import ForeignKey, Table


@dataclass(frozen=True)
class Link:
    """A foreign key as two attributes: `name` on the table that has it, `back` on its target.

    `written` are the columns that setting one of them changes; `alone` is whether no other key joins the two tables.
    """

    table: Table
    target: Table
    key: ForeignKey
    written: tuple[str, ...]
    name: str = ""
    back: str = ""
    alone: bool = False

    @property
    def single(self) -> bool:
        """Whether a row of the target has one row here at most."""
        return any(set(u) <= set(self.key.columns) for u in self.table.unique_sets())

    @property
    def optional(self) -> bool:
        """Whether a row may lead nowhere."""
        columns = [self.table.column(c) for c in self.key.columns]
        return not all(c is not None and c.not_null for c in columns)

    @property
    def circular(self) -> bool:
        """Whether it leads back to its own table."""
        return self.table.name == self.target.name

    @property
    def obvious(self) -> bool:
        """Whether SQLAlchemy finds the join by itself: the only path between two tables, which writes all it has."""
        return self.alone and not self.circular and self.written == self.key.columns and not is_dotted(self.key)


@dataclass(frozen=True)
class Links:
    """The relationships by the name of the table that has the key, and by that of the table that it leads to."""

    leaving: Mapping[str, list[Link]]
    arriving: Mapping[str, list[Link]]


def links(blueprint: Blueprint, names: Names) -> Links:
    """Return the foreign keys as relationships, in the order of tables and keys, with names that nothing else has."""
    found: list[Link] = []
    targets = {t.name: t for t in blueprint.tables}
    for table in blueprint.tables:
        for key, written in zip(table.foreign_keys, _writers(table), strict=True):
            if key.target in targets:
                found.append(Link(table, targets[key.target], key, written))
    paths = Counter(_ends(link) for link in found)
    named = _named([replace(link, alone=paths[_ends(link)] == 1) for link in found], names)
    return Links(grouped((k.table.name, k) for k in named), grouped((k.target.name, k) for k in named))


def _ends(link: Link) -> frozenset[str]:
    return frozenset((link.table.name, link.target.name))


def _writers(table: Table) -> list[tuple[str, ...]]:
    """Return for each foreign key the columns that its relationship writes: each column has one writer."""
    order = sorted(range(len(table.foreign_keys)), key=lambda n: (len(table.foreign_keys[n].columns), n))
    owner: dict[str, int] = {}
    for number in order:
        columns = table.foreign_keys[number].columns
        for column in columns:
            if column != table.tenant_column or columns == (column,):
                owner.setdefault(column, number)
    return [tuple(c for c in key.columns if owner.get(c) == n) for n, key in enumerate(table.foreign_keys)]


def _named(found: list[Link], names: Names) -> list[Link]:
    classes = set(names.classes.values())
    taken = {table: {*attributes.values(), *classes} for table, attributes in names.attributes.items()}
    named = []
    for link in found:
        here = free_name(identifier(_role(link, names), "target"), taken[link.table.name])
        taken[link.table.name].add(here)
        rows = identifier(link.table.name, "rows")
        wanted = rows if link.alone and not link.circular else identifier(f"{rows}_by_{here}", "rows")
        there = free_name(wanted, taken[link.target.name])
        taken[link.target.name].add(there)
        named.append(replace(link, name=here, back=there))
    return named


def _role(link: Link, names: Names) -> str:
    """What the target is to the row: `author` for `author_id`, else what it is called, with the column if need be."""
    own = [c for c in link.key.columns if c != link.table.tenant_column] or list(link.key.columns)
    target = snake_name(names.classes[link.target.name])
    if len(own) == 1 and own[0].endswith("_id"):
        return own[0].removesuffix("_id")
    return target if (link.alone and not link.circular) or len(own) > 1 else f"{own[0]}_{target}"


def relationships(names: Names, table: Table, found: Links) -> list[tuple[str, str, Call]]:
    """Return (attribute, annotation, the `relationship` call) for each end of a link that this table has."""
    lines = []
    for link in found.leaving.get(table.name, ()):
        leads_to = names.classes[link.target.name]
        annotation = f"{leads_to} | None" if link.optional else leads_to
        lines.append((link.name, annotation, _relationship(names, link, forward=True)))
    for link in found.arriving.get(table.name, ()):
        comes_from = names.classes[link.table.name]
        annotation = f"{comes_from} | None" if link.single else f"list[{comes_from}]"
        lines.append((link.back, annotation, _relationship(names, link, forward=False)))
    return lines


def _relationship(names: Names, link: Link, forward: bool) -> Call:
    arguments: list[Piece] = [keyword("back_populates", string_literal(link.back if forward else link.name))]
    if not link.obvious:
        arguments.append(keyword("primaryjoin", string_literal(_join(names, link, forward))))
    if not link.written:
        arguments.append("viewonly=True")
    elif not forward:
        # What a delete does to these rows is the server's business, by ON DELETE.
        arguments.append('passive_deletes="all"')
    return call("relationship", arguments)


def _join(names: Names, link: Link, forward: bool) -> str:
    here, there = names.attributes[link.table.name], names.attributes[link.target.name]
    conditions = []
    for own, other in zip(link.key.columns, link.key.target_columns, strict=True):
        near = f"{names.classes[link.table.name]}.{here[own]}"
        far = f"{names.classes[link.target.name]}.{there[other]}"
        if own in link.written or not link.written:
            near = f"foreign({near})"
        if link.circular:
            near, far = (near, f"remote({far})") if forward else (f"remote({near})", far)
        conditions.append(f"{near} == {far}")
    return conditions[0] if len(conditions) == 1 else f"and_({', '.join(conditions)})"
