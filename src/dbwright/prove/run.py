"""Runs every experiment and gathers the findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter

from dbwright.data import GenerationError
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import NOT_IMPLEMENTED, Claim, Finding, Verdict
from dbwright.prove.bench import Bench, Budget, open_bench
from dbwright.prove.case import Case
from dbwright.prove.experiments import experiment_for
from dbwright.prove.outcome import Outcome, broken, untested
from dbwright.server import Server

Observer = Callable[[Finding, int, int], None]
"""Called after each claim with its finding, how many are done and how many there are."""


def prove_blueprint(
    blueprint: Blueprint,
    files: Mapping[str, str],
    server: Server,
    *,
    families: Sequence[str] = (),
    observe: Observer | None = None,
    announce: Callable[[str], None] | None = None,
    rows: int = 120_000,
    budget: Budget | None = None,
) -> Case:
    """Prove the claims of a blueprint on a server; `families` limits them.

    `announce` is told what is being done before the first claim; `budget` is what measuring
    may take. Raise ServerError and RoleExists.
    """
    say = announce or (lambda _: None)
    claims = [c for c in blueprint.claims if not families or c.family in families]
    say(f"loading the DDL and about {rows:,} rows into {server.capabilities.version_text}")
    findings: list[Finding] = []
    with open_bench(blueprint, files, server, rows, budget) as bench:
        say(f"testing {len(claims)} claims")
        for finding in test_claims(bench, claims):
            findings.append(finding)
            if observe is not None:
                observe(finding, len(findings), len(claims))
        notes = tuple(str(n) for n in bench.dataset.notes)
        rows_loaded = {name: rows.count for name, rows in bench.dataset.tables.items()}
    return Case(blueprint, server.capabilities.as_dict(), tuple(findings), rows_loaded, notes)


def test_claims(bench: Bench, claims: Sequence[Claim]) -> Iterator[Finding]:
    """Yield a finding for each claim, in order."""
    for claim in claims:
        started = perf_counter()
        outcome = _outcome(bench, claim)
        seconds = round(perf_counter() - started, 4)
        yield Finding(claim, outcome.verdict, outcome.reason, outcome.evidence, seconds)


def _outcome(bench: Bench, claim: Claim) -> Outcome:
    import psycopg

    if claim.untested:
        return untested(claim.untested)
    experiment = experiment_for(claim.family)
    if experiment is None:
        return untested(NOT_IMPLEMENTED)
    try:
        return experiment.test(bench, claim)
    except GenerationError as error:
        return untested(f"no row for it: {error}")
    except psycopg.OperationalError as error:
        raise bench.server.explain_death() or error from error
    except psycopg.Error as error:
        message = str(error).splitlines()[0]
        return broken(f"the server answered with an error: {message}", sqlstate=error.sqlstate or "")


def count_verdicts(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many findings there are of each verdict."""
    return {verdict.value: sum(f.verdict is verdict for f in findings) for verdict in Verdict}
