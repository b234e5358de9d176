"""Rules about the shape of tables: what looks like another thing than it is, or like nothing yet."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.shape import span_of
from dbwright.model.table import Table
from dbwright.rules.bystanders import own_tables, without_prefix
from dbwright.rules.places import Line, lines_of_types
from dbwright.rules.registry import note, rule, warning

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BY_VALUE = {*_MONTHS, "q1", "q2", "q3", "q4", "eu", "us", "old", "new", "backup"}
"""Last words of a name that tell a value, beside numbers."""
_ATTRIBUTE = {
    "attribute",
    "attribute_name",
    "property",
    "property_name",
    "field",
    "field_name",
    "key",
    "meta_key",
    "name",
}
_VALUE = {"value", "attribute_value", "property_value", "field_value", "meta_value", "val"}
_BOOKKEEPING = {"created_at", "updated_at", "created_by", "updated_by"}


@rule
def entity_attribute_value(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A fact is a column, not a row that names one.

    What it does: finds tables that hold the name of an attribute and its value beside a reference.
    Why it matters: no type, no `not null` and no reference holds for a value, and each fact costs a join.
    Instead of: product_attributes: {product_id: …, attribute: text, value: text}
    Write: columns of the product; a jsonb column for what each kind of product has of its own
    """
    for table in blueprint.tables:
        names = {c.name for c in table.columns}
        of_row = table.foreign_keys or any(n.endswith("_id") and n not in table.logical_key for n in names)
        if of_row and names & _ATTRIBUTE and names & _VALUE and len(names - _BOOKKEEPING) <= 6:
            message = f"`{table.name}` names attributes in rows: no type, rule or reference holds for their values"
            yield warning("entity_attribute_value", message, table.span, "make columns, or one jsonb column, of them")


@rule
def tables_by_value(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A value is a column, not a table of its own.

    What it does: finds tables with the same columns whose names differ only in a year, a number or a region.
    Why it matters: every query and every constraint is written once for each, and one is forgotten.
    Instead of: sales_2025 and sales_2026
    Write: sales, partitioned by the day of the sale
    """
    groups: dict[tuple[str, tuple[str, ...]], list[Table]] = {}
    for table in own_tables(blueprint):
        stem, line, value = table.name.rpartition(".")[2].rpartition("_")
        if line and (value in _BY_VALUE or value.isdecimal()):
            groups.setdefault((stem, tuple(sorted(c.name for c in table.columns))), []).append(table)
    for (stem, _), tables in groups.items():
        if len(tables) > 1:
            listed = ", ".join(f"`{t.name}`" for t in tables)
            message = f"{listed} are one table in pieces: each query must name them all"
            yield warning(
                "tables_by_value", message, tables[1].span, f"make one table `{stem}`, partitioned where it is large"
            )


@rule
def all_optional(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A row says something.

    What it does: finds tables with four or more columns besides the key of which none is required.
    Why it matters: a row of nothing but a key is accepted; often several kinds of things share the table.
    Instead of: name: text, phone: text, vat_number: text, birthday: date
    Write: what every row has as `not null`, and a table for each kind that has more
    """
    for table in blueprint.tables:
        aside = {*table.logical_key, *_BOOKKEEPING, table.tenant_column}
        if any(c.not_null and c.name not in aside for c in table.columns):
            continue
        own = [c for c in table.columns if c.name not in aside]
        if len(own) >= 4 and not any(c.generated for c in own):
            message = f"`{table.name}` accepts rows that say nothing: no column besides the key is required"
            yield note("all_optional", message, table.span, "write `not null` for what every row has")


@rule
def one_column_table(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A table has something to say of its rows.

    What it does: finds tables with no column, or with one that is no key.
    Why it matters: it is unfinished, or a list of words that a check could hold.
    Instead of: colours: {colour: text primary key}
    Write: colour: {sql: text not null, one of: [red, green]} where it is used, or more columns
    """
    for table in own_tables(blueprint):
        aside = {*_BOOKKEEPING, table.tenant_column} - {*table.logical_key}
        own = [c for c in table.columns if c.name not in aside]
        if not own or (len(own) == 1 and not own[0].name.endswith("_id")):
            message = f"`{table.name}` has {len(own)} column{'s' * (len(own) != 1)}: there is nothing to say of a row"
            yield note("one_column_table", message, table.span, "add what is known of it, or list its values")


@rule
def unrelated_table(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A table has to do with others.

    What it does: finds tables that reference nothing and that nothing references, where most others do.
    Why it matters: a reference is missing, or the table belongs to another system.
    Instead of: a table `imports` with the columns user and file, both text
    Write: user_id: uuid not null references users on delete restrict
    """
    tables = own_tables(blueprint)
    if len(tables) < 3:
        return
    targets = {k.target for t in blueprint.tables for k in t.foreign_keys}
    alone = [t for t in tables if not t.foreign_keys and t.name not in targets]
    if len(alone) * 3 > len(tables):
        return
    for table in alone:
        entity = blueprint.design.entity(table.name)
        if entity is None or not entity.why:
            message = f"`{table.name}` references nothing, and nothing references it"
            yield note(
                "unrelated_table",
                message,
                table.span,
                "add the reference; a design says under `why:` why there is none",
            )


@rule
def junction_without_key(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A pair occurs once.

    What it does: finds tables that hold little more than two references and do not keep the pair unique.
    Why it matters: the same person is in the same course twice, and every count is wrong.
    Instead of: enrollments: {enrollment_id: …, course_id: …, user_id: …}
    Write: unique: [[course_id, user_id]], or key: [course_id, user_id]
    """
    for table in blueprint.tables:
        pair = [
            k for k in table.foreign_keys if k.target != table.name and len(set(k.columns) - {table.tenant_column}) == 1
        ]
        both = {c for k in pair for c in k.columns} - {table.tenant_column}
        rest = {c.name for c in table.columns} - both - {*table.logical_key, *_BOOKKEEPING, table.tenant_column}
        if len(pair) != 2 or len(both) != 2 or rest:
            continue
        if not any(set(u) - {table.tenant_column} <= both for u in table.unique_sets()):
            message = f"`{table.name}` lets the same pair ({', '.join(sorted(both))}) in twice"
            yield warning("junction_without_key", message, table.span, f"add `unique: [[{', '.join(sorted(both))}]]`")


@rule
def deleted_and_unique(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A name is free again when its row is gone.

    What it does: finds tables that mark rows as deleted and keep names unique over deleted rows, too.
    Why it matters: who leaves and comes back cannot have the old name again.
    Instead of: email: text not null unique, deleted_at: timestamptz
    Write: indexes: {live_email: "unique using btree (email) where deleted_at is null"}
    """
    for line in lines_of_types(blueprint, "timestamp with time zone", "timestamp without time zone", "boolean", "date"):
        if line.column.name not in ("deleted_at", "deleted", "is_deleted", "deleted_on", "archived_at"):
            continue
        for unique in line.table.uniques:
            spoken = [n for n in unique.columns if n not in (line.table.tenant_column, *line.table.logical_key)]
            named = spoken and all(
                (c := line.table.column(n)) is not None and c.type.startswith("text") for n in spoken
            )
            if named and line.column.name not in unique.columns:
                message = f"`{', '.join(spoken)}` of a deleted row of `{line.table.name}` stays taken"
                help_text = f"keep it unique by an index `where {line.column.name} is null`"
                yield note(
                    "deleted_and_unique", message, unique.span if unique.span.line else line.table.span, help_text
                )


@rule
def deleted_for_ever(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What is marked as deleted is deleted one day.

    What it does: finds entities with a mark for deleted rows and without a retention.
    Why it matters: everything that was ever deleted is still there, in backups and in reach of a mistake.
    Instead of: deleted_at: timestamptz, and nothing more
    Write: retention: {keep: account life + 30 days, then: delete, basis: contract}
    """
    for line in lines_of_types(blueprint, "timestamp with time zone", "timestamp without time zone", "boolean"):
        entity = blueprint.design.entity(line.table.name)
        if entity is None or line.column.name not in ("deleted_at", "deleted", "is_deleted") or entity.retention:
            continue
        message = f"rows of `{line.table.name}` that are marked as deleted stay for ever"
        yield warning("deleted_for_ever", message, line.title, "add `retention:` with what happens then")


@rule
def unkept_count(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A number that follows from rows is kept by somebody.

    What it does: finds columns such as `comment_count` that the server does not work out and no access pattern changes.
    Why it matters: the count and the rows differ from the first lost message on, and nobody can say which is right.
    Instead of: comment_count: integer not null default 0
    Write: count the rows, or change it in the statement that adds them: set comment_count = comment_count + 1
    """
    from dbwright.sql.patterns import queries

    asked = queries(blueprint)
    changed = {(t, c) for _, q in asked.values() for (_, t), columns in q.writes.items() for c in columns}
    for line in lines_of_types(blueprint, "integer", "bigint", "smallint"):
        counted = line.words[-1] in ("count", "counter") and len(line.words) > 1
        source = line.column.source
        kept = line.column.generated or (source is not None and (source.copy_of or source.counts))
        if counted and not kept and _has_rows(blueprint, line) and (line.table.name, line.column.name) not in changed:
            message = f"nothing keeps `{line.name}` equal to the rows that it counts"
            yield note("unkept_count", message, line.title, "count when asked, or change it with the rows it counts")


def _has_rows(blueprint: Blueprint, line: Line) -> bool:
    """Whether a column counts rows: in a database, some table is named as `comments` is for `comment_count`."""
    if blueprint.design.entities:
        return True
    stem = "_".join(line.words[:-1])
    plurals = {stem, f"{stem}s", f"{stem}es", f"{stem[:-1]}ies"}
    return any(without_prefix(blueprint, t).lower() in plurals for t in own_tables(blueprint))


@rule
def half_described(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A dictionary has no holes.

    What it does: finds entities of which most columns are described and some are not; those that describe few are left
    alone, because the names may be enough.
    Why it matters: the one column that nobody described is the one that is read wrongly.
    Instead of: nine columns with `about:` and one without
    Write: about: for the tenth
    """
    for entity in blueprint.design.entities:
        own = [c for c in entity.columns if not c.definition.reference and not c.definition.primary_key]
        silent = [c for c in own if not c.about]
        if own and silent and len(own) - len(silent) >= 5 and len(silent) * 5 <= len(own):
            listed = ", ".join(f"`{c.name}`" for c in silent)
            message = f"all columns of `{entity.name}` are described but {listed}"
            yield note("half_described", message, span_of(silent[0].name), "add `about:`")


@rule
def entity_without_area(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Every entity belongs somewhere.

    What it does: finds entities without `area:` in a design where most have one.
    Why it matters: it stands on no diagram of an area, and no owner looks at it.
    Instead of: an entity without area beside twenty with one
    Write: area: billing
    """
    entities = blueprint.design.entities
    without = [e for e in entities if not e.area]
    if without and len(without) * 3 <= len(entities):
        for entity in without:
            message = f"`{entity.name}` belongs to no area: it is on no diagram, and nobody owns it"
            yield note("entity_without_area", message, span_of(entity.name), "add `area:`")
