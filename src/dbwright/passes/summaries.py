"""Step 8 of the process: answers that are computed ahead, how often, and who may read how old a truth."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic, nearest
from dbwright.model.blueprint import Blueprint, Function, StoredSummary, View
from dbwright.model.claim import Claim
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.quantities import allowed_age, show_bytes, show_seconds
from dbwright.model.shape import Text, span_of
from dbwright.model.summary import Summary
from dbwright.model.table import Index, IndexKey, TableColumn
from dbwright.passes.roles import keeper
from dbwright.passes.summary_readers import reader_problems, searched_columns
from dbwright.records import replace
from dbwright.sql.grammar import GrammarError
from dbwright.sql.names import fit, listed, qualify, quote
from dbwright.sql.outputs import Output, outputs_of
from dbwright.sql.patterns import columns_by_name, read_query

AGE = "as_of"
"""The column of every summary that says how old its rows are."""
SHORTEST = 2.0
"""Seconds: the youngest that a schedule by the second can promise."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Store the answer of each summary, and write the function that computes it anew beside its readers.

    Reads: `summaries:`, tables, sizes, access patterns. Decides: how often, the indexes, who reads through what.
    Writes: views, functions, decisions, diagnostics. Source: PostgreSQL manual, REFRESH MATERIALIZED VIEW: policies do
    not bind what is stored, and a refresh beside readers needs a unique index.
    """
    for summary in design.summaries:
        made = _decide(design, blueprint, summary)
        blueprint = blueprint.report(*made) if isinstance(made, list) else _build(design, blueprint, summary, made)
    return blueprint.report(*reader_problems(design, blueprint)) if blueprint.summaries else blueprint


def _decide(design: Design, blueprint: Blueprint, summary: Summary) -> StoredSummary | list[Diagnostic]:
    """What is stored, or why it cannot be."""
    taken = {*(t.name for t in blueprint.tables), *(v.name for v in blueprint.views)}
    if summary.name in taken:
        return [
            _bad(summary.name, f"`{summary.name}` is a summary, and a table or view of that name exists", "rename it")
        ]
    try:
        query = read_query(str(summary.sql), columns_by_name(blueprint))
    except GrammarError as error:
        message = f"summary `{summary.name}`: {error.message}"
        return [Diagnostic("sql-syntax", message, summary.sql.at(error.offset), "one select, without parameters")]
    unknown = list(_unknown(design, blueprint, summary, query.unknown_tables, query.unknown_columns))
    if query.verb != "select" or query.parameters:
        unknown = [_bad(summary.sql, f"`{summary.name}` is no plain select", "one select, without parameters")]
    if unknown:
        return unknown
    types = {t.name: {c.name: c.type for c in t.columns} for t in blueprint.tables}
    outputs = outputs_of(str(summary.sql), types)
    tenant = next((t.tenant_column for n in query.tables if (t := blueprint.table(n)) and t.tenant_column), "")
    problems = [*_of_outputs(design, blueprint, summary, outputs), *_of_tenants(blueprint, summary, outputs, tenant)]
    stale = allowed_age(summary.freshness) if summary.freshness.startswith("stale up to ") else 0.0
    if not stale:
        problems.append(_bad(summary.freshness, f"`{summary.freshness}` is no age", "write `stale up to 5m`"))
    elif stale < SHORTEST:
        message = f"no schedule keeps `{summary.name}` that young: a run would start before the last one ends"
        problems.append(_bad(summary.freshness, message, "read the tables, or let triggers keep the number"))
    if not any(r.maintains for r in design.roles):
        message = f"no role may refresh `{summary.name}`, so it would stay as it was on the first day"
        problems.append(_bad(summary.name, message, "give a role `maintains: true`"))
    if problems:
        return problems
    name = str(summary.name)
    return StoredSummary(
        name=name,
        stored=fit(name, "stored"),
        clock=fit(name, AGE),
        refresh=fit("refresh", name),
        columns=tuple(_column(blueprint, o) for o in outputs),
        key=tuple(str(c) for c in summary.key_columns),
        query=str(summary.sql).strip().rstrip(";"),
        reads=query.tables,
        stale=stale,
        every=max(1, int(stale / 2)),
        tenant_column=tenant,
        about=str(summary.about),
        area=str(summary.area),
        span=span_of(summary.name),
    )


def _bad(at: Text, message: str, help_text: str) -> Diagnostic:
    return Diagnostic("summary-not-kept", message, span_of(at), help_text)


def _unknown(
    design: Design,
    blueprint: Blueprint,
    summary: Summary,
    tables: tuple[tuple[str, int], ...],
    columns: tuple[tuple[str, int], ...],
) -> Iterator[Diagnostic]:
    others = {str(s.name) for s in design.summaries}
    for name, offset in tables:
        span = summary.sql.at(offset)._replace(length=len(name))
        if name in others:
            message = f"`{summary.name}` is computed from the summary `{name}`: their ages would add up"
            yield Diagnostic("summary-not-kept", message, span, "compute both from the tables")
        else:
            message = f"summary `{summary.name}` reads `{name}`, which is no entity or view"
            yield Diagnostic("unknown-entity", message, span, nearest(name, columns_by_name(blueprint)))
    for name, offset in () if tables else columns:
        span = summary.sql.at(offset)._replace(length=len(name))
        message = f"summary `{summary.name}` names the column `{name}`, which none of its tables has"
        yield Diagnostic("unknown-column", message, span, "")


def _of_outputs(design: Design, blueprint: Blueprint, summary: Summary, outputs: list[Output]) -> Iterator[Diagnostic]:
    names = [o.name for o in outputs]
    for output in outputs:
        if not output.name or not output.type or output.name == "*":
            what = f"`{output.name}`" if output.name else "an output"
            message = f"{what} of the summary `{summary.name}` has no name or no type that its text tells"
            yield _bad(summary.sql, message, "write `sum(amount)::numeric(14,2) as total`, and columns instead of `*`")
        table = blueprint.table(output.table)
        column = table.column(output.column) if table else None
        if column is not None and column.source is not None and column.source.mask:
            message = (
                f"`{summary.name}` stores `{output.table}.{output.column}` in clear, beside the view that masks it"
            )
            yield _bad(summary.sql, message, "leave it out; a reader that may see it joins it")
    for name in summary.key_columns:
        if name not in names:
            message = f"the summary `{summary.name}` has no column `{name}`"
            yield Diagnostic("unknown-column", message, span_of(name), nearest(str(name), names))
    if AGE in names:
        yield _bad(summary.sql, f"`{AGE}` is the column that tells the age of `{summary.name}`", "name yours otherwise")


def _of_tenants(blueprint: Blueprint, summary: Summary, outputs: list[Output], tenant: str) -> Iterator[Diagnostic]:
    """What is stored is bound by no policy: each row must say whose it is."""
    if not tenant:
        return
    origin = next((o for o in outputs if o.name == tenant), None)
    table = blueprint.table(origin.table) if origin else None
    if table is None or table.tenant_column != tenant or (origin and origin.column != tenant):
        message = (
            f"`{summary.name}` would show rows of all tenants: policies do not bind what is stored, and no column says "
            "whose a row is"
        )
        yield _bad(summary.sql, message, f"select and group by `{tenant}` of a table that tenants own")
    elif tenant not in summary.key_columns:
        message = f"a row of `{summary.name}` belongs to one tenant, so `{tenant}` is part of what identifies it"
        yield _bad(
            summary.key_columns[0] if summary.key_columns else summary.name, message, f"add `{tenant}` to `key:`"
        )


def _column(blueprint: Blueprint, output: Output) -> TableColumn:
    table = blueprint.table(output.table)
    column = table.column(output.column) if table else None
    if column is None:
        return TableColumn(output.name, output.type, output.counted, about="Computed.")
    return TableColumn(output.name, output.type, column.not_null, about=column.about, source=column.source)


def _build(design: Design, blueprint: Blueprint, summary: Summary, made: StoredSummary) -> Blueprint:
    schema, owner = blueprint.schema, keeper(blueprint)
    stored, clock = qualify(schema, made.stored), qualify(schema, made.clock)
    names = tuple(c.name for c in made.columns)
    where = (
        f"\nwhere {quote(made.tenant_column)} = (select {qualify(schema, made.tenant_column)}())"
        if made.tenant_column
        else ""
    )
    shown = (
        f"create view {qualify(schema, made.name)} with (security_barrier = true, security_invoker = false) as\n"
        f"select {listed(names)}, (select {AGE} from {clock}) as {AGE}\nfrom {stored}{where}"
    )
    kept = f"create materialized view {stored} as\n{_indented(made.query)}"
    time = f"create materialized view {clock} as\nselect now() as {AGE}"
    about = f"{made.about} At most {show_seconds(made.stale)} old; `{AGE}` tells.".strip()
    views = (
        View(made.stored, kept, made.reads, names, about=f"The rows behind `{made.name}`.", owner=owner, stored=True,
             indexes=tuple(_indexes(design, made)), span=made.span),
        View(made.clock, time, (), (AGE,), about=f"When `{made.name}` was computed.", owner=owner, stored=True,
             indexes=(_unique(made.clock, (AGE,)),), span=made.span),
        View(made.name, shown, made.reads, (*names, AGE), about=about, owner=owner, span=made.span),
    )  # fmt: skip
    function = Function(
        made.refresh, "", _refresh(schema, made), owner, about=f"Computes `{made.name}` anew.", span=made.span
    )
    blueprint = replace(
        blueprint,
        views=(*blueprint.views, *views),
        functions=(*blueprint.functions, function),
        summaries=(*blueprint.summaries, made),
    )
    return blueprint.decide(_decision(blueprint, summary, made))


def _indented(query: str) -> str:
    return "\n".join(line.rstrip() for line in query.splitlines())


def _unique(table: str, columns: tuple[str, ...]) -> Index:
    return Index(fit(table, *columns, "key"), table, tuple(map(IndexKey, columns)), unique=True)


def _indexes(design: Design, made: StoredSummary) -> Iterator[Index]:
    """The unique one that a refresh beside readers needs, and one for each search that it does not serve."""
    key = _unique(made.stored, made.key)
    yield key
    seen = [made.key]
    for pattern, columns in searched_columns(design, made):
        if any(set(columns) == set(other[: len(columns)]) for other in seen):
            continue
        seen.append(columns)
        name = fit(made.stored, *columns, "idx")
        yield Index(name, made.stored, tuple(map(IndexKey, columns)), serves=(f"access.{pattern}",))


def _refresh(schema: str, made: StoredSummary) -> str:
    """The clock is that of the transaction, so it never claims to be younger than the rows.

    A refresh that waits for another one gives up after some seconds: the next one is on its way.
    """
    return (
        f"create function {qualify(schema, made.refresh)}() returns timestamptz language plpgsql security definer\n"
        "set search_path = pg_catalog, pg_temp\nset lock_timeout = '5s'\nas $$\nbegin\n"
        f"  refresh materialized view concurrently {qualify(schema, made.stored)};\n"
        f"  refresh materialized view concurrently {qualify(schema, made.clock)};\n"
        "  return now();\nend\n$$"
    )


def _decision(blueprint: Blueprint, summary: Summary, made: StoredSummary) -> Decision:
    sizes = [t.size.bytes_horizon for n in made.reads if (t := blueprint.table(n)) and t.size]
    read = f"each run reads at most {show_bytes(sum(sizes))} at the horizon" if sizes else ""
    through = f"; roles of one tenant read their rows of it through `{made.name}`" if made.tenant_column else ""
    return Decision(
        code=f"summaries/{made.name}",
        what=f"`{made.stored}` stores the answer, and `{made.refresh}()` computes it anew every "
        f"{show_seconds(made.every)} beside its readers{through}",
        why=f"an answer may be {show_seconds(made.stale)} old; it is oldest just before the next run ends, so a run "
        f"starts after half of that. {summary.why}".strip(),
        serves=(f"summaries.{made.name}",),
        subjects=(made.name, made.stored, made.clock, made.refresh),
        alternatives=(
            Alternative("a plain view", "computes the answer anew for each reader"),
            Alternative("numbers that triggers keep", "never old; each write pays, and writers of one number wait"),
            Alternative("a refresh without `concurrently`", "needs no unique index; readers wait until it ends"),
        ),
        evidence=read,
        span=made.span,
    )


def summary_claims(blueprint: Blueprint) -> Iterator[Claim]:
    """Yield the promises about each summary: it is right, it is as old as was said, and it keeps tenants apart."""
    for made in blueprint.summaries:
        details = {"summary": made.name}
        promises = {
            "answer": f"after a refresh `{made.name}` is what its query returns, before it the answer as it was",
            "readers": f"`{made.refresh}` runs while somebody reads `{made.name}`, and nobody waits",
            "age": f"`{made.name}` tells its age, and is at most {show_seconds(made.stale)} old when "
            f"`{made.refresh}` starts every {show_seconds(made.every)}",
        }
        if made.tenant_column:
            promises["tenants"] = (
                f"rows of `{made.name}` are computed from rows of their own tenant, and shown to it alone"
            )
        for kind, promise in promises.items():
            yield Claim(
                f"summaries/{made.name}.{kind}",
                "summaries",
                made.name,
                promise,
                {**details, "kind": kind},
                span=made.span,
            )
