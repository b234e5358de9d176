"""Step 2 of the process: from conceptual relationships to foreign keys and junction tables."""

from __future__ import annotations

from dbwright.diagnostics import Diagnostic, Severity
from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.relationship import Ends, Relationship, parse_relationship
from dbwright.model.shape import span_of
from dbwright.model.table import ForeignKey, Key, Table, TableColumn
from dbwright.records import replace
from dbwright.sql.names import fit


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Derive a foreign key from each 1-n and 1-1 relationship, and a junction from each n-m.

    Reads: relationships, tables. Decides: where the key stands, whether it may be null, the junction's key.
    Writes: tables. Source: Chen, "The Entity-Relationship Model", TODS 1976, and seed 002, step 2.
    """
    for relationship in design.relationships:
        ends = parse_relationship(relationship.between)
        if ends.many_to_many:
            blueprint = _junction(blueprint, relationship, ends)
        else:
            blueprint = _reference(blueprint, relationship, ends)
        if ends.at_least_one:
            blueprint = blueprint.report(_unenforced(relationship))
    return blueprint


def _reference(blueprint: Blueprint, relationship: Relationship, ends: Ends) -> Blueprint:
    parent, child = blueprint.table(ends.left), blueprint.table(ends.right)
    assert parent is not None and child is not None
    child, key = _link(child, parent, ends.role, ends.left_end == "1", ends, relationship)
    if ends.one_to_one and ends.left_end == "1" and _has_surrogate(blueprint, child):
        child = _keyed_by(_ordered(child, key.columns), key.columns)
    elif ends.one_to_one:
        child = replace(child, uniques=(*child.uniques, Key(fit(child.name, *key.columns, "key"), key.columns)))
    optional = "may be empty" if ends.left_end == "0..1" else "is required"
    decision = Decision(
        code=f"relationships/{key.name}",
        what=f"`{child.name}.{', '.join(key.columns)}` references `{parent.name}` and {optional}",
        why=str(relationship.about) or f"the design says `{relationship.between}`",
        serves=(f"relationships.{relationship.name or relationship.between}",),
        subjects=(child.name, key.name),
        alternatives=(Alternative("a junction table", "one more join, and more than one parent would be possible"),),
        span=span_of(relationship.between),
    )
    return blueprint.put(child).decide(decision)


def _junction(blueprint: Blueprint, relationship: Relationship, ends: Ends) -> Blueprint:
    left, right = blueprint.table(ends.left), blueprint.table(ends.right)
    assert left is not None and right is not None
    table = blueprint.table(ends.junction) or Table(
        ends.junction, str(relationship.about), left.area, span=span_of(relationship.between), derived=True
    )
    roles = (ends.role, ends.second_role) if ends.second_role else ("", "")
    table, first = _link(table, left, roles[0], True, ends, relationship)
    table, second = _link(table, right, roles[1], True, replace(ends, most=0), relationship)
    pair = tuple(dict.fromkeys(first.columns + second.columns))
    table = _ordered(table, pair)
    if table.derived or _has_surrogate(blueprint, table):
        table = _keyed_by(table, pair)
    else:
        table = replace(table, uniques=(*table.uniques, Key(fit(table.name, *pair, "key"), pair)))
    decision = Decision(
        code=f"relationships/{table.name}",
        what=f"`{table.name}` joins `{left.name}` and `{right.name}`; the pair ({', '.join(pair)}) occurs once",
        why=str(relationship.about) or f"the design says `{relationship.between}`",
        serves=(f"relationships.{relationship.name or relationship.between}",),
        subjects=(table.name,),
        alternatives=(
            Alternative("an array of ids in one side", "no foreign key is possible inside an array"),
            Alternative("a surrogate key", "the pair would need a unique index besides"),
        ),
        span=span_of(relationship.between),
    )
    return blueprint.put(table).decide(decision)


def _has_surrogate(blueprint: Blueprint, table: Table) -> bool:
    """Whether the key of a declared junction is only the one that the tables pass added."""
    return any(d.code == f"tables/{table.name}" for d in blueprint.decisions)


def _keyed_by(table: Table, pair: tuple[str, ...]) -> Table:
    columns = tuple(c for c in table.columns if c.name in pair or c.name not in table.logical_key)
    key = Key(fit(table.name, "pkey"), pair, span=table.span)
    return replace(table, columns=columns, primary_key=key, logical_key=pair)


def _ordered(table: Table, pair: tuple[str, ...]) -> Table:
    first = [c for name in pair for c in table.columns if c.name == name]
    rest = [c for c in table.columns if c.name not in pair]
    return replace(table, columns=(*first, *rest))


def _link(
    child: Table, parent: Table, role: str, required: bool, ends: Ends, relationship: Relationship
) -> tuple[Table, ForeignKey]:
    """Add to `child` the columns that reference the key of `parent`, where it does not have them, and the key."""
    columns = []
    for name in parent.logical_key:
        source = parent.column(name)
        assert source is not None
        own = f"{role}_id" if role and len(parent.logical_key) == 1 else "_".join(p for p in (role, name) if p)
        columns.append(TableColumn(own, source.type, not_null=required, about=str(relationship.about)))
    names = tuple(c.name for c in columns)
    added = tuple(c for c in columns if child.column(c.name) is None)
    key = ForeignKey(
        name=fit(child.name, *names, "fkey"),
        columns=names,
        target=parent.name,
        target_columns=(),
        on_delete=ends.on_delete,
        about=str(relationship.about),
        most=ends.most,
        span=span_of(relationship.between),
    )
    if any(f.columns == names and f.target == parent.name for f in child.foreign_keys):
        known = tuple(
            replace(f, most=ends.most) if f.columns == names and f.target == parent.name else f
            for f in child.foreign_keys
        )
        return replace(child, foreign_keys=known), key
    return replace(child, columns=(*child.columns, *added), foreign_keys=(*child.foreign_keys, key)), key


def _unenforced(relationship: Relationship) -> Diagnostic:
    return Diagnostic(
        "minimum-cardinality",
        f"`{relationship.between}`: no table constraint can make sure that there is at least one",
        span_of(relationship.between),
        "write `n` if none is allowed too, or add a deferred constraint trigger under `sql:`",
        Severity.WARNING,
    )
