"""Structure: what pg_dump prints of the server equals what was decided, both ways."""

from __future__ import annotations

from functools import lru_cache

from dbwright.model.claim import Claim
from dbwright.prove.bench import Bench
from dbwright.prove.blueprint_facts import blueprint_facts
from dbwright.prove.dump_facts import dump_facts
from dbwright.prove.facts import Facts, differences
from dbwright.prove.outcome import Outcome, broken, held


def test(bench: Bench, claim: Claim) -> Outcome:
    """Compare the facts about one table, or about everything that belongs to none."""
    table = "" if claim.id == "structure/schema" else claim.subject
    tables = {t.name for t in bench.blueprint.tables}
    wanted = {s: f for s, f in blueprint_facts(bench.blueprint).items() if s.table == table}
    found = {
        s: f
        for s, f in _found(bench.dump, bench.blueprint.schema).items()
        if s.table == table or (not table and s.table not in tables)
    }
    lines = differences(wanted, found)
    if lines:
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        return broken(f"{lines[0]}{more}", differences=lines)
    return held(facts=len(wanted), judged_by="pg_dump")


@lru_cache(maxsize=8)
def _found(dump: str, schema: str) -> Facts:
    """The facts of a dump; every claim of a bench asks for the same one."""
    return dump_facts(dump, schema)
