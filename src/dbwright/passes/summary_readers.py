"""Access patterns that read summaries: which rows they may see, how old, and by which columns they look."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint, StoredSummary
from dbwright.model.design import Design
from dbwright.model.shape import span_of
from dbwright.sql.grammar import GrammarError
from dbwright.sql.patterns import Names, columns_by_name, read_query
from dbwright.sql.queries import Query


def reader_problems(design: Design, blueprint: Blueprint) -> Iterator[Diagnostic]:
    """Yield what keeps a pattern from reading a summary as it does; what cannot be read is told elsewhere."""
    columns = columns_by_name(blueprint)
    for pattern, query in _readable(design, columns):
        for made in blueprint.summaries:
            yield from _of_pattern(design, pattern, query, made)


def _of_pattern(design: Design, pattern: AccessPattern, query: Query, made: StoredSummary) -> Iterator[Diagnostic]:
    span = span_of(pattern.sql)
    for verb, name in query.writes:
        if name in (made.name, made.stored, made.clock):
            message = f"`{pattern.name}` writes (`{verb}`) to `{name}`, which only `{made.refresh}` changes"
            yield Diagnostic("summary-not-kept", message, span, f"write to {', '.join(f'`{r}`' for r in made.reads)}")
    if not made.tenant_column:
        return
    for role in [r for name in pattern.by if (r := design.role(str(name))) is not None]:
        if made.stored in query.reads and role.tenants == "own":
            message = f"`{made.stored}` holds the rows of all tenants, and `{role.name}` may see those of one"
            yield Diagnostic("summary-around-tenants", message, span, f"read `{made.name}`")
        if made.name in query.reads and role.tenants == "all":
            message = f"`{made.name}` shows the rows of the session's tenant, and `{role.name}` has none"
            yield Diagnostic(
                "summary-around-tenants", message, span, f"read `{made.stored}`, and `{made.clock}` for its age"
            )


def searched_columns(design: Design, made: StoredSummary) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each pattern that reads a summary, and the columns it looks by: equal ones, then one to order or cut by."""
    names = tuple(c.name for c in made.columns)
    columns = Names({made.name: names, made.stored: names})
    for pattern, query in _readable(design, columns):
        for use in query.uses:
            if use.table not in columns:
                continue
            equal = [made.tenant_column] if made.tenant_column and use.table == made.name else []
            equal += [c.column for c in use.conditions if c.operator in ("=", "in") and c.column in names]
            ranged = [c.column for c in use.conditions if c.operator in ("<", "<=", ">", ">=", "between")]
            ranged += [o.column for o in use.orders]
            last = [c for c in ranged if c in names and c not in equal][:1]
            found = tuple(dict.fromkeys([*equal, *last]))
            if found and found != (made.tenant_column,):
                yield str(pattern.name), found


def _readable(design: Design, columns: Names) -> Iterator[tuple[AccessPattern, Query]]:
    for pattern in design.access:
        try:
            yield pattern, read_query(str(pattern.sql), columns)
        except GrammarError:
            continue
