"""The process as a tuple that one can read from top to bottom, and the function that runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import process_time
from types import ModuleType

from dbwright.diagnostics import DesignError, errors, in_order
from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design
from dbwright.passes import (
    audit_columns,
    capacity,
    claims,
    concurrency,
    constraints,
    copies,
    footprint,
    indexes,
    lifecycle,
    masking,
    normalize,
    operations,
    parent_statistics,
    partitions,
    pins,
    policies,
    privileges,
    references,
    relationships,
    roles,
    rollups,
    search,
    search_functions,
    statements,
    summaries,
    tables,
    tenancy,
    types,
    upkeep,
    verbatim,
    volume,
)
from dbwright.records import replace
from dbwright.sql.names import fit

PASSES: tuple[ModuleType, ...] = (
    tables,  # each entity becomes a table
    relationships,  # relationships become foreign keys and junctions
    tenancy,  # rows of tenants carry their tenant; keys and references lead with it
    references,  # every reference names exactly the key it leads to
    copies,  # what keeps a repeated value true
    rollups,  # what keeps counts and sums true
    types,  # the reason for each type; what the target version lacks
    search,  # full-text search columns
    audit_columns,  # who wrote a row and when
    constraints,  # rules that hold for every row
    normalize,  # what each table says twice, and what keeps it true
    volume,  # rows and bytes at the horizon
    partitions,  # large tables are cut by age, value or hash
    verbatim,  # views, functions and triggers as written
    summaries,  # answers that are computed ahead
    masking,  # what roles see that must not see the person
    statements,  # access patterns, read against the tables
    indexes,  # an index for every pattern and reference, none for nobody
    pins,  # what ANALYZE is told because its sample gets it wrong
    upkeep,  # when vacuum and ANALYZE come
    lifecycle,  # partitions come and go
    parent_statistics,  # what the planner knows of partitioned tables as a whole
    roles,  # who exists on the server
    search_functions,  # searches whose index a policy would switch off
    privileges,  # each role may do what its patterns do
    policies,  # row-level security
    footprint,  # indexes counted in
    concurrency,  # what two sessions can do to each other
    operations,  # stores, availability, backup, review, and what the designer decided
    capacity,  # pages year by year; machine, server settings, limits
    claims,  # every promise, as something to test
)
"""The passes in order; a later one may rely on what an earlier one wrote."""

DECIDING = tuple(step for step in PASSES if step not in (capacity, claims))
"""What there is to judge; what it will need and what must be proven follow from it."""

Observer = Callable[[str, Blueprint, float], None]
"""Called after each pass with its name, the blueprint and the CPU seconds it took."""


def compile_design(
    design: Design,
    version: int | None = None,
    observe: Observer | None = None,
    passes: Sequence[ModuleType] = PASSES,
) -> Blueprint:
    """Run the passes; `version` overrides the target's major version.

    Raise DesignError where the design cannot be compiled; warnings and notes stay in `Blueprint.diagnostics`.
    """
    blueprint = begin(design, version)
    for step in passes:
        started = process_time()
        blueprint = step.run(design, blueprint)
        if observe is not None:
            observe(name_of(step), blueprint, process_time() - started)
        if errors(blueprint.diagnostics):
            raise DesignError(in_order(blueprint.diagnostics))
    return blueprint


def begin(design: Design, version: int | None = None) -> Blueprint:
    """Return the empty blueprint that the first pass starts from."""
    name = "".join(c if c.isalnum() else "_" for c in str(design.design).lower()).strip("_") or "design"
    schema = fit(name)
    return replace(
        Blueprint(design, name=name, schema=schema, version=version or design.target.version),
        owner=fit(name, "owner"),
        extensions=tuple(str(e) for e in design.target.extensions),
    )


def name_of(step: ModuleType) -> str:
    """Return the short name of a pass."""
    return step.__name__.rpartition(".")[2]
