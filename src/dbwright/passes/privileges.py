"""Step 9 of the process: each role may do what its access patterns do, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.blueprint import Blueprint, Function, Grant, View
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.passes import lifecycle, parent_statistics
from dbwright.passes.roles import keeper, masker, searcher
from dbwright.records import replace
from dbwright.sql.grammar import parse, statement_text
from dbwright.sql.patterns import columns_by_name, queries, read_query
from dbwright.sql.queries import Query


class _Ledger:
    """What each role needs: columns by (role, privilege, kind, object), and the patterns that ask."""

    def __init__(self) -> None:
        self.columns: dict[tuple[str, str, str, str], dict[str, None]] = {}
        self.reasons: dict[tuple[str, str, str, str], dict[str, None]] = {}

    def note(self, key: tuple[str, str, str, str], columns: tuple[str, ...], reason: str) -> None:
        self.columns.setdefault(key, {}).update(dict.fromkeys(columns))
        self.reasons.setdefault(key, {})[reason] = None

    def grants(self) -> Iterator[Grant]:
        for key in sorted(self.columns):
            role, privilege, kind, name = key
            yield Grant(role, privilege, kind, name, tuple(sorted(self.columns[key])), tuple(self.reasons[key]))


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Grant each role the columns and verbs of its access patterns.

    Reads: statements, views, roles, what triggers need. Decides: column privileges by verb. Writes: grants.
    Source: Saltzer and Schroeder, "The Protection of Information in Computer Systems", 1975 (least privilege).
    """
    ledger = _Ledger()
    for needed in blueprint.grants:
        ledger.note((needed.role, needed.privilege, needed.kind, needed.object), needed.columns, needed.serves[0])
    for pattern, query in queries(blueprint).values():
        reason = f"access.{pattern.name}"
        statement = blueprint.statement(str(pattern.name))
        function = _function_of(blueprint, str(pattern.name)) if statement and statement.inner else None
        for role in pattern.by:
            if function is None:
                _note_query(blueprint, ledger, str(role), query, reason)
            else:
                ledger.note((str(role), "execute", "function", function.name), (), reason)
        if function is not None:
            _note_query(blueprint, ledger, searcher(blueprint), query, reason)
            _note_tenant_columns(blueprint, ledger, query, reason)
    for summary in blueprint.summaries:
        query = read_query(summary.query, columns_by_name(blueprint))
        _note_query(blueprint, ledger, keeper(blueprint), query, f"summaries.{summary.name}")
    for view in blueprint.views:
        if view.masked:
            _note_masked(blueprint, ledger, view)
    for user, function_name in _session_functions(blueprint):
        ledger.note((user, "execute", "function", function_name), (), "session")
    grants = tuple(ledger.grants())
    users = sorted({g.role for g in grants} | {str(r.name) for r in design.roles})
    usage = tuple(Grant(role, "usage", "schema", blueprint.schema, serves=("session",)) for role in users)
    blueprint = replace(blueprint, grants=(*usage, *grants))
    return blueprint.decide(*(_decision(blueprint, str(r.name)) for r in design.roles))


def _function_of(blueprint: Blueprint, pattern: str) -> Function | None:
    name = pattern.replace("-", "_")
    return next((f for f in blueprint.functions if f.name == name and f.owner), None)


def _note_query(blueprint: Blueprint, ledger: _Ledger, role: str, query: Query, reason: str) -> None:
    for name, columns in query.reads.items():
        view = next((v for v in blueprint.views if v.name == name), None)
        if view is None:
            _note_read(blueprint, ledger, role, name, columns, reason)
        else:
            ledger.note((role, "select", "view", name), columns or view.columns[:1], reason)
            if not view.masked and not view.owner:
                _note_behind(blueprint, ledger, role, view, reason)
    for name in query.locks:
        _note_lock(blueprint, ledger, role, name, query, reason)
    for (verb, table), columns in query.writes.items():
        if blueprint.table(table) is not None:
            ledger.note((role, verb, "table", table), columns, reason)


def _note_read(
    blueprint: Blueprint, ledger: _Ledger, role: str, name: str, columns: tuple[str, ...], reason: str
) -> None:
    table = blueprint.table(name)
    if table is not None and columns:
        ledger.note((role, "select", "table", name), columns, reason)


def _note_lock(blueprint: Blueprint, ledger: _Ledger, role: str, name: str, query: Query, reason: str) -> None:
    """Locking a row needs the right to update some column: the one that a trigger sets anyway, or a key."""
    table = blueprint.table(name)
    if table is None or ("update", name) in query.writes:
        return
    column = "updated_at" if table.column("updated_at") else table.logical_key[-1]
    ledger.note((role, "update", "table", name), (column,), reason)


def _note_behind(blueprint: Blueprint, ledger: _Ledger, role: str, view: View, reason: str) -> None:
    """A view that reads with its caller's rights needs the caller to have them on what is behind it."""
    query = statement_text(parse(view.statement)[0].view_stmt.query)
    for name, columns in read_query(query, columns_by_name(blueprint)).reads.items():
        _note_read(blueprint, ledger, role, name, columns, reason)


def _note_tenant_columns(blueprint: Blueprint, ledger: _Ledger, query: Query, reason: str) -> None:
    for name in query.tables:
        table = blueprint.table(name)
        if table is not None and table.tenant_column:
            ledger.note((searcher(blueprint), "select", "table", name), (table.tenant_column,), reason)


def _note_masked(blueprint: Blueprint, ledger: _Ledger, view: View) -> None:
    for name in view.reads:
        table = blueprint.table(name)
        if table is None:
            continue
        hidden = {c.name for c in table.columns if c.source and c.source.mask in ("full", "empty")}
        needed = {c for c in view.columns if c not in hidden} | ({table.tenant_column} - {""})
        ledger.note((masker(blueprint), "select", "table", name), tuple(sorted(needed)), f"view.{view.name}")


def _session_functions(blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    """Functions that policies, defaults and statements call in every session of a role."""
    names = {f.name for f in blueprint.functions if not f.owner and "returns trigger" not in f.statement}
    jobs = {lifecycle.NAME, parent_statistics.NAME, *(s.refresh for s in blueprint.summaries)}
    names |= jobs & {f.name for f in blueprint.functions}
    maintainers = {str(r.name) for r in blueprint.design.roles if r.maintains}
    for role in blueprint.roles:
        if role.purpose == "owner":
            continue
        for name in sorted(names):
            if name not in jobs or role.name in maintainers:
                yield role.name, name


def _decision(blueprint: Blueprint, role: str) -> Decision:
    own = [g for g in blueprint.grants if g.role == role and g.kind in ("table", "view", "function") and g.serves]
    verbs = sorted({f"{g.privilege} on {g.object}" for g in own if "session" not in g.serves})
    patterns = sorted({s for g in own for s in g.serves if s.startswith("access.")})
    return Decision(
        code=f"privileges/{role}",
        what=f"`{role}` may {', '.join(verbs) or 'do nothing'}, each on the columns it uses",
        why="least privilege: the access patterns of the role need these and no other",
        serves=tuple(patterns),
        subjects=(role,),
        alternatives=(Alternative("grant all on all tables", "contains truncate, references and trigger, too"),),
    )
