"""Two tenants' rows: what a role sees and changes in a table or view, against what the design says it may.

The rows that a role may see are counted by the superuser, whom no policy binds, with the tenant written out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dbwright.model.blueprint import Grant
from dbwright.model.claim import Claim
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.sql.names import listed, qualify, quote

REFUSED = "42501"
"""SQLSTATE of insufficient privilege, also of a row that a policy refuses."""


@dataclass(frozen=True)
class Probe:
    """One statement as one tenant: what it was, what came back, and what should have."""

    what: str
    found: str
    expected: str

    @property
    def ok(self) -> bool:
        """Whether the server did what the design says."""
        return self.found == self.expected


def test(bench: Bench, claim: Claim) -> Outcome:
    """Probe every verb as two tenants and as nobody."""
    if len(bench.tenants) < 2:
        return untested("fewer than two tenants have rows")
    role, name = str(claim.details["role"]), str(claim.details["object"])
    probes = [*_reads(bench, role, name), *_writes(bench, role, name), *_children(bench, role, name)]
    wrong = [p for p in probes if not p.ok]
    evidence = {"probes": {p.what: p.found for p in probes}}
    if wrong:
        first = wrong[0]
        return broken(f"{first.what}: {first.found}, not {first.expected}", **evidence)
    return held(f"{len(probes)} probes", **evidence)


def _grant(bench: Bench, role: str, name: str, verb: str) -> Grant | None:
    found = (g for g in bench.blueprint.grants if (g.role, g.object, g.privilege) == (role, name, verb))
    return next(found, None)


def _reads(bench: Bench, role: str, name: str) -> Iterator[Probe]:
    grant = _grant(bench, role, name, "select")
    target = qualify(bench.blueprint.schema, name)
    if grant is None:
        yield Probe("select", _answer(bench, role, bench.tenants[0], f"select count(*) from {target}"), REFUSED)
        return
    digest = f"select count(*), coalesce(sum(hashtextextended(row({listed(grant.columns)})::text, 0)), 0) from {target}"
    everything = bench.role(role).purpose == "all tenants"
    for label, tenant in (("A", bench.tenants[0]), ("B", bench.tenants[1]), ("nobody", None)):
        found = _answer(bench, role, tenant, digest)
        if everything:
            yield Probe(f"select as {label}", found, _answer(bench, "", None, digest))
        elif tenant is None:
            yield Probe(f"select as {label}", found.partition(" ")[0], "0")
        else:
            yield Probe(f"select as {label}", found, _expected(bench, name, digest, tenant))


def _expected(bench: Bench, name: str, digest: str, tenant: Any) -> str:
    """What the superuser counts with the tenant written out; a masked view carries the tenant's condition itself."""
    made = next((s for s in bench.blueprint.summaries if s.name == name), None)
    if made is not None:
        return (
            _answer(bench, "", tenant, f"{digest} where {quote(made.tenant_column)}::text = '{tenant}'")
            if made.tenant_column
            else _answer(bench, "", None, digest)
        )
    view = next((v for v in bench.blueprint.views if v.name == name), None)
    table = bench.table(view.reads[0] if view and view.reads else name)
    column = table.tenant_column or (bench.blueprint.design.tenancy.column if bench.blueprint.design.tenancy else "")
    if view is not None and column not in view.columns:
        return _answer(bench, "", tenant, digest)
    return _answer(bench, "", tenant, f"{digest} where {quote(column)}::text = '{tenant}'")


def _writes(bench: Bench, role: str, name: str) -> Iterator[Probe]:
    table = bench.blueprint.table(name)
    if table is None or not table.tenant_column:
        return
    tenant, everything = bench.tenants[0], bench.role(role).purpose == "all tenants"
    for verb, statement in _statements(bench, role, name):
        found = _answer(bench, role, tenant, statement)
        if _grant(bench, role, name, verb) is None:
            yield Probe(verb, found, REFUSED)
        elif everything:
            yield Probe(f"{verb} all rows", found, _answer(bench, "", None, statement))
        else:
            own = f"{statement} where {quote(table.tenant_column)} = '{tenant}'"
            yield Probe(f"{verb} own rows", found, _answer(bench, "", None, own))
    if not everything:
        yield from _crossings(bench, role, name, tenant)


def _statements(bench: Bench, role: str, name: str) -> Iterator[tuple[str, str]]:
    """An update and a delete without a condition; the update sets what the role may write to a constant."""
    table, target = bench.table(name), qualify(bench.blueprint.schema, name)
    grant = _grant(bench, role, name, "update")
    writable = [c for c in table.columns if not c.generated and (grant is None or c.name in grant.columns)]
    harmless = next((c for c in writable if c.default or not c.not_null), None)
    if harmless is not None:
        yield "update", f"update {target} set {quote(harmless.name)} = default"
    yield "delete", f"delete from {target}"


def _crossings(bench: Bench, role: str, name: str, tenant: Any) -> Iterator[Probe]:
    """Move every row to another tenant, without a condition that would hide a broken check, and insert for it."""
    table = bench.table(name)
    target, column, other = qualify(bench.blueprint.schema, name), quote(table.tenant_column), bench.tenants[1]
    move = f"update {target} set {column} = '{other}'"
    yield Probe("move rows to B", _answer(bench, role, tenant, move), REFUSED)
    insert = f"insert into {target} ({column}) values ('{other}')"
    yield Probe("insert for B", _answer(bench, role, tenant, insert), REFUSED)
    yield Probe("truncate", _answer(bench, role, tenant, f"truncate {target}"), REFUSED)


def _children(bench: Bench, role: str, name: str) -> Iterator[Probe]:
    """Partitions must not be a way around the table's policies."""
    table = bench.blueprint.table(name)
    if table is None or table.partitioning is None:
        return
    child = table.partitioning.partitions[0].name
    statement = f"select count(*) from {qualify(bench.blueprint.schema, child)}"
    yield Probe(f"select from {child}", _answer(bench, role, bench.tenants[0], statement), REFUSED)


def _answer(bench: Bench, role: str, tenant: Any, statement: str) -> str:
    """Run a statement and return its only row, its row count, or the SQLSTATE that refused it."""
    import psycopg

    try:
        with bench.transaction(role, tenant) as connection:
            cursor = connection.execute(statement.encode())
            if cursor.description is None:
                return f"{cursor.rowcount} rows"
            row = cursor.fetchone()
            return " ".join(str(value) for value in row) if row else ""
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        return error.sqlstate or "error"
