"""The last step: every promise of the design and of the decisions, as a claim that an experiment tests or cannot."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.blueprint import Blueprint, Statement
from dbwright.model.claim import Claim
from dbwright.model.design import Design
from dbwright.model.table import Table
from dbwright.passes import parent_statistics
from dbwright.passes.copies import copy_claims
from dbwright.passes.meetings import meeting_claims
from dbwright.passes.promises import operation_claims
from dbwright.passes.rollups import rollup_claims
from dbwright.passes.summaries import summary_claims
from dbwright.sql.names import fit
from dbwright.theory.growth import growths

DOCUMENTS = (
    ("ddl", "psql loads the DDL from an empty database"),
    ("migration", "psql applies the first migration"),
    ("mermaid", "a Mermaid parser reads the diagram"),
    ("dbml", "a DBML parser reads the export"),
    ("sqlalchemy", "the SQLAlchemy models create the same tables, columns and keys"),
    ("pydantic", "the Pydantic models take a row of every table"),
    ("json-schema", "a JSON Schema validator accepts the schemas, and they accept a row of every table"),
    ("erd", "the diagram is well-formed SVG and shows every table"),
    ("dictionary", "the data dictionary names every table and column"),
    ("document", "the design document answers every heading"),
    ("site", "the site is well-formed HTML that asks for nothing from the network"),
)
LARGE = 0.02
"""Share of all rows from which the size of a table is tested: a sample of 80,000 rows then has 1,600 of it."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Write down what is to be proven, table by table, constraint by constraint, pattern by pattern.

    Reads: everything. Decides: nothing. Writes: claims. Source: Kelly, "Arguing Safety", 1998 (assurance cases).
    """
    claims = [
        *_structure(blueprint),
        *_integrity(blueprint),
        *_access(design, blueprint),
        *_indexes(blueprint),
        *_isolation(design, blueprint),
        *_partitions(blueprint),
        *copy_claims(blueprint),
        *rollup_claims(blueprint),
        *summary_claims(blueprint),
        *meeting_claims(blueprint),
        *_growth(blueprint),
        *_sizes(blueprint),
        *(Claim(f"documents/{name}", "documents", name, promise) for name, promise in DOCUMENTS),
        *operation_claims(design),
    ]
    return blueprint.promise(claims)


def _structure(blueprint: Blueprint) -> Iterator[Claim]:
    for table in blueprint.tables:
        promise = "the server holds exactly the columns, constraints, indexes and policies that were decided"
        yield Claim(f"structure/{table.name}", "structure", table.name, promise, span=table.span)
    yield Claim("structure/schema", "structure", blueprint.schema, "the server holds no object that was not decided")


def _integrity(blueprint: Blueprint) -> Iterator[Claim]:
    written = {t.name for t in blueprint.triggers}
    for table in blueprint.tables:
        for kind, name, columns, promise in _rules(table, written):
            details = {"table": table.name, "kind": kind, "constraint": name, "columns": columns}
            yield Claim(f"integrity/{table.name}.{name}", "integrity", table.name, promise, details, span=table.span)
    for trigger in [t for t in blueprint.triggers if t.purpose == "touch"]:
        details = {"table": trigger.table, "kind": "touch", "constraint": trigger.name, "columns": ("updated_at",)}
        promise = "a changed row gets a new `updated_at`, whatever the client writes"
        yield Claim(f"integrity/{trigger.table}.{trigger.name}", "integrity", trigger.table, promise, details)


def _rules(table: Table, written: set[str]) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    if table.primary_key is not None:
        columns = table.primary_key.columns
        yield "primary key", table.primary_key.name, columns, f"({', '.join(columns)}) identifies a row"
    for unique in table.uniques:
        yield "unique", unique.name, unique.columns, f"({', '.join(unique.columns)}) occurs once"
    for key in table.foreign_keys:
        yield "foreign key", key.name, key.columns, f"({', '.join(key.columns)}) leads to a row of `{key.target}`"
    for check in table.checks:
        yield "check", check.name, (check.column,) if check.column else (), f"every row fulfils {check.expression}"
    for exclusion in table.exclusions:
        yield "exclusion", exclusion.name, (), f"no two rows conflict in {exclusion.elements}"
    for column in table.columns:
        corrected = {fit("take", table.name, column.name), fit("guard", table.name, column.name)} & written
        if column.not_null and not column.generated and not corrected:
            yield "not null", f"{column.name}.not_null", (column.name,), f"`{column.name}` is never empty"


def _access(design: Design, blueprint: Blueprint) -> Iterator[Claim]:
    for pattern in design.access:
        statement = blueprint.statement(str(pattern.name))
        if statement is None:
            continue
        for role in pattern.by:
            details = {"pattern": statement.pattern, "role": str(role)}
            promise = f"`{role}` can run it with real parameters{_plan_promise(statement)}"
            yield Claim(
                f"access/{pattern.name}.{role}", "access", statement.pattern, promise, details, span=pattern.place.span
            )


def _plan_promise(statement: Statement) -> str:
    if not statement.uses:
        return ""
    return ", and its plan uses " + " and ".join(" or ".join(names) for names in statement.uses)


def _indexes(blueprint: Blueprint) -> Iterator[Claim]:
    for table in blueprint.tables:
        for index in table.indexes:
            served = [s.partition(".")[2] for s in index.serves]
            if not served:
                continue
            promise = f"without it {' and '.join(f'`{name}`' for name in served)} would cost more at the horizon"
            details = {"table": table.name, "serves": index.serves}
            yield Claim(f"indexes/{index.name}", "indexes", index.name, promise, details, span=table.span)


def _growth(blueprint: Blueprint) -> Iterator[Claim]:
    for name, growth in growths(blueprint).items():
        promise = f"its work is {growth.allowed} at most, however many rows there are"
        details = {"pattern": name, "allowed": growth.allowed}
        yield Claim(f"growth/{name}", "growth", name, promise, details, span=growth.pattern.place.span)


def _sizes(blueprint: Blueprint) -> Iterator[Claim]:
    """For tables that are large enough among the others to have pages in a sample that keeps the proportions."""
    total = sum(t.size.rows_horizon for t in blueprint.tables if t.size is not None)
    for table in blueprint.tables:
        if table.size is not None and table.size.rows_horizon >= LARGE * total:
            promise = "its rows and indexes take the pages that the capacity plan predicts of as many rows"
            yield Claim(f"sizes/{table.name}", "sizes", table.name, promise, {"table": table.name}, span=table.span)


def _isolation(design: Design, blueprint: Blueprint) -> Iterator[Claim]:
    for role in blueprint.roles:
        promise = f"`{role.name}` holds exactly the privileges that were decided, on every object"
        yield Claim(f"isolation/privileges.{role.name}", "isolation", role.name, promise, {"kind": "privileges"})
    if design.tenancy is None:
        return
    for role in blueprint.roles:
        if role.purpose not in ("client", "all tenants"):
            continue
        for name in [*(t.name for t in blueprint.tables if t.tenant_column), *(v.name for v in blueprint.views)]:
            seen = "rows of its own tenant only" if role.purpose == "client" else "rows of all tenants"
            details = {"kind": "rows", "role": role.name, "object": name}
            promise = f"`{role.name}` reads and writes {seen} in `{name}`, or nothing where it has no privilege"
            yield Claim(f"isolation/{name}.{role.name}", "isolation", name, promise, details)


def _partitions(blueprint: Blueprint) -> Iterator[Claim]:
    for table in blueprint.tables:
        if table.partitioning is None:
            continue
        if table.partitioning.strategy == "range":
            promise = "the oldest partition goes without touching the rest, and the next one is made"
            yield Claim(f"partitions/{table.name}.drop", "partitions", table.name, promise, {"kind": "drop"})
        promise = f"`{parent_statistics.NAME}` gathers its statistics over all partitions, as it was told"
        yield Claim(f"partitions/{table.name}.statistics", "partitions", table.name, promise, {"kind": "statistics"})
        promise = "every row lands in the partition of its key"
        yield Claim(f"partitions/{table.name}.route", "partitions", table.name, promise, {"kind": "route"})
    for statement in blueprint.statements:
        for name in statement.prunes:
            details = {"kind": "prune", "pattern": statement.pattern}
            promise = f"`{statement.pattern}` touches only the partitions of `{name}` that it must"
            yield Claim(f"partitions/{name}.{statement.pattern}", "partitions", name, promise, details)
