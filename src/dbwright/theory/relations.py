"""A table of the blueprint as a relation: its attributes, what its keys and its designer say, and what that leads to.

Only what is declared, or follows from a reference or a kept copy, can be violated: from keys alone every table is in
Boyce-Codd normal form by definition. A copy of a value as it was then (`as of`) depends on nothing else.
Source: shared facts on normalization, section 1.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbwright.model.blueprint import Blueprint
from dbwright.model.dependency import Dependency, parse_dependency
from dbwright.model.table import ForeignKey, Table
from dbwright.records import record, replace
from dbwright.theory.attributes import Attributes, Fd, Mvd
from dbwright.theory.closure import Closures
from dbwright.theory.derived import derived_dependencies
from dbwright.theory.normal_forms import Judgement, Violation, judge_relation
from dbwright.theory.strict_keys import strict_keys
from dbwright.theory.synthesis import Part, Trade, boyce_codd, synthesise


@record(frozen=True)
class Relation:
    """A table as dependency theory sees it; `keys` is what the server keeps.

    `declared` is what the designer said, and what references and kept copies make certain.
    """

    table: Table
    attributes: Attributes
    keys: tuple[Fd, ...]
    declared: tuple[Dependency, ...]

    @property
    def fds(self) -> list[Fd]:
        """All functional dependencies, as bits."""
        return [*self.keys, *(self._bits(d) for d in self.declared if not d.multivalued)]

    @property
    def mvds(self) -> list[Mvd]:
        """All multivalued dependencies, as bits."""
        return [self._bits(d) for d in self.declared if d.multivalued]

    def _bits(self, dependency: Dependency) -> Fd:
        return self.attributes.set_of(dependency.determinant), self.attributes.set_of(dependency.dependent)

    def judge(self) -> Judgement:
        """Return the normal form it is in and what stops it."""
        return judge_relation(self.attributes.all, self.fds, self.mvds)

    def parts(self) -> list[Part]:
        """Return relations in third normal form that lose neither rows nor dependencies."""
        return synthesise(self.attributes.all, self.fds)

    def trade(self) -> Trade | None:
        """Return what a split into Boyce-Codd normal form gives and loses, where one is needed."""
        return boyce_codd(Part(self.attributes.all, 0), self.fds)

    def names(self, attributes: int) -> tuple[str, ...]:
        """Return the columns of a set of bits."""
        return self.attributes.names_in(attributes)

    def show(self, dependencies: Iterable[Fd]) -> str:
        """Return dependencies in the columns of the table."""
        sides = ((", ".join(self.names(left)), ", ".join(self.names(right))) for left, right in dependencies)
        return " and ".join(f"({left}) -> ({right})" for left, right in sides)


def relation_of(blueprint: Blueprint, table: Table) -> Relation:
    """Return a table as a relation; dependencies that cannot be read or name no column are left out."""
    attributes = Attributes(c.name for c in table.columns)
    keys = tuple((attributes.set_of(k), attributes.all) for k in strict_keys(blueprint, table))
    entity = blueprint.design.entity(table.name)
    texts = [str(text) for text in entity.depends] if entity else []
    copies = {c.name for c in table.columns if c.source is not None and c.source.as_of}
    said = tuple(_readable(texts, attributes, copies))
    derived = (d for d in derived_dependencies(blueprint, table) if d not in said and not copies & set(d.dependent))
    return Relation(table, attributes, keys, (*said, *derived))


def _readable(texts: list[str], attributes: Attributes, copies: set[str]) -> Iterator[Dependency]:
    for text in texts:
        try:
            dependency = parse_dependency(text)
        except ValueError:
            continue
        dependent = tuple(name for name in dependency.dependent if name not in copies)
        if dependent and all(name in attributes for name in (*dependency.determinant, *dependent)):
            yield replace(dependency, dependent=dependent)


def keeper_of(blueprint: Blueprint, relation: Relation, violation: Violation) -> ForeignKey | None:
    """Return the reference that keeps a repeated value equal to its original, if there is one.

    It holds both sides of the dependency, and in the table it leads to the determinant is a key.
    """
    determinant, dependent = relation.names(violation.determinant), relation.names(violation.dependent)
    for reference in relation.table.foreign_keys:
        there = dict(zip(reference.columns, reference.target_columns, strict=True))
        target = blueprint.table(reference.target)
        if target is None or not {*determinant, *dependent} <= there.keys():
            continue
        known = Attributes(c.name for c in target.columns)
        closures = Closures([(known.set_of(k), known.all) for k in strict_keys(blueprint, target)])
        if closures.of(known.set_of(there[n] for n in determinant)) == known.all:
            return reference
    return None
