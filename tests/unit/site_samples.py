"""Designs to show on a site, and findings made up for them: the verdicts here are test data, no server said so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Claim, Finding, Verdict
from dbwright.model.kept_advice import ChosenChange, ChosenIndex, KeptAdvice, KeptTarget, PatternCost, TurnedDown, Worth
from dbwright.pipeline import compile_design

ROOT = Path(__file__).parents[2]
LARGE_TABLES = 375
AREAS = 12
SERVER = {
    "version": 180001,
    "version_text": "PostgreSQL 18.1",
    "extensions": ["btree_gin", "cube"],
    "data": "test data",
}
BROKEN = {
    "isolation/content.federation": "`federation` as tenant 2 reads 3 rows of tenant 1, not 0",
    "access/events-nearby.web": "the plan does not use `events_place_idx`",
    "integrity/users.users_username_check": "the violating row is accepted",
}

LATENCY = {
    "grows_with": "posts",
    "sizes": [
        {"rows": n, "touched": 2, "pages": 4, "p50": 0.2, "p95": n / 1000, "p99": n / 500} for n in (50, 200, 800)
    ],
    "horizon": {"rows": 6600, "p50": [0.2, 0.3, 1.2], "p95": [0.2, 0.9, 2.5], "p99": [0.2, 1.7, 4.0]},
    "together": {"sessions": 4, "calls_per_second": 1200, "p50": 0.3, "p95": 1.1, "p99": 2.0},
    "targets": {"p95": 20.0},
}

ADVICE = KeptAdvice(
    day=date(2026, 11, 30),
    current=True,
    applied=True,
    patterns=(
        PatternCost("home-timeline", 900.0, 1_020_000.0, 13.0),
        PatternCost("search-content", 60.0, 12_535.0, 12_535.0),
        PatternCost("due-deliveries", 20.0, 53.0, 17.0),
    ),
    indexes=(
        ChosenIndex(
            "deliveries_next_try_at_partial_idx",
            "deliveries",
            "create index deliveries_next_try_at_partial_idx on fediflow.deliveries (tenant_id, next_try_at)",
            True,
            46_000_000,
            2250.0,
            (Worth("due-deliveries", 17.0, 130_748.0),),
        ),
        ChosenIndex("content_search_idx", "content", "", False, 18_000_000_000, 2880.0, ()),
    ),
    dropped=("an_index_of_before_with_a_very_long_name_that_no_line_of_a_telephone_would_ever_hold",),
    unused=("users_advisor_id_idx",),
    changes=(
        ChosenChange(
            kind="partition",
            subject="metric_points",
            what="range of measured_at, 1 month",
            new=True,
            saved=34_600_000.0,
            bytes=1_000_000,
            upkeep=-12.0,
            worth=(Worth("metric-window", 25_797.0, 3_487_683.0),),
            month=(100.0, 65_017_653.0),
            text="entities:\n  metric_points:\n    partition: {by: measured_at}",
            write=(("metric-window", "select 1"),),
            cautions=("the primary key grows by `measured_at`",),
        ),
    ),
    turned_down=tuple(
        TurnedDown(f"create index content_{n}_idx on fediflow.content (c{n})", "it saves nothing") for n in range(20)
    ),
    before=42_297_990.0,
    after=1_593_339.0,
    floor=1_559_787.0,
    gap=0.0047,
    writes=(3_400_000.0, -1_050_000.0),
    targets=(
        KeptTarget("due-deliveries", 0.02, 0.4, 0.004, ""),
        KeptTarget("metric-window", 0.05, 1.2, 0.3, "no index brings it below 300 ms"),
    ),
    budget=2**35,
    added=1_200_000_000,
    size=31_200_000_000,
    candidates=799,
    questions=693,
    seconds=20.8,
    notes=("85 facts of the data were assumed, as the design leaves them out",),
)
"""An advice made up for the site."""

EXPLOIT = "<img src=x onerror=\"document.title='pwned'\">"
EXTREME = r"""
design: "extreme {{data}} </script><!-- <script>"
about: "]]> </title></style> \u2028 {{script}}"
roles:
  "<img src=x onerror=\"document.title='pwned'\">": {about: "javascript:document.title='pwned'"}
entities:
  __proto__:
    about: "named like what every object has; `constructor` leads there"
    columns: {id: uuid primary key, "toString": text}
  constructor:
    columns: {id: uuid primary key, "parent": uuid references __proto__}
  "a/b?c#d%41 e\\f":
    area: "../<b>&amp;"
    about: "\"\"\" ''' ${1} $& `a/b?c#d%41 e\\f`"
    columns: {"col/1?x": uuid primary key, "<img src=x onerror=\"document.title='pwned'\">": text not null}
  "Straße ＡＢＣ \U0001F600":
    columns: {"naïve": uuid primary key, "rtl \u202e txt": text}
    check: {"c'1": "\"naïve\" is not null"}
access:
  "<img src=x onerror=\"document.title='pwned'\">":
    why: "</code></script><script>document.title='pwned'</script>"
    by: "<img src=x onerror=\"document.title='pwned'\">"
    sql: "select \"toString\" from __proto__ where id = :id and \"toString\" <> '</script><script>alert(1)</script>'"
"""


@cache
def fediflow() -> Blueprint:
    """The example with the most of everything."""
    return compile_design(load_design(ROOT / "examples/fediflow/fediflow.design.yaml"))


@cache
def hostile() -> Blueprint:
    """Names that try to break out of every quoting there is."""
    return compile_design(load_design(ROOT / "tests/designs/hostile.design.yaml"))


def extreme(folder: Path) -> Blueprint:
    """Names that try to break a page in particular: markup, addresses, properties of every JavaScript object."""
    path = folder / "extreme.design.yaml"
    path.write_text(EXTREME, encoding="utf-8")
    return compile_design(load_design(path))


def large(folder: Path) -> Blueprint:
    """A schema of LARGE_TABLES tables in AREAS areas; three of them are hubs that more than 100 others reference."""
    path = folder / "large.design.yaml"
    path.write_text("\n".join(_large_design()), encoding="utf-8")
    return compile_design(load_design(path))


def _large_design() -> Iterator[str]:
    yield "design: large\nabout: A schema as companies have them.\nroles: {app: {}}\nentities:"
    for number in range(LARGE_TABLES):
        yield from _large_table(number)
    yield "access:"
    for number in range(0, LARGE_TABLES, 3):
        sql = f"select * from table_{number:03} where id = :id"
        yield f"  find-{number:03}: {{by: app, rate: {number + 1}/s, sql: {sql}}}"


def _large_table(number: int) -> Iterator[str]:
    yield f"  table_{number:03}:"
    yield f"    about: One row of table {number}, with a sentence that says what it is for."
    yield f"    area: area {number % AREAS:02}"
    yield "    rows: {now: 10k, growth: 1k/month}"
    yield "    columns:"
    yield "      id: uuid primary key default gen_random_uuid()"
    for hub in range(3):
        if number > 2 and number % 3 != hub:
            yield f"      hub_{hub}_id: uuid not null references table_00{hub}"
    if number > AREAS:
        yield f"      previous_id: uuid references table_{number - AREAS:03}"
    for extra in range(number % 11 + 4):
        yield f"      value_{extra:02}: {{sql: text not null default '', about: Value {extra} of table {number}}}"


def judged(blueprint: Blueprint) -> list[Finding]:
    """Return a finding for every claim: test data. Those in BROKEN are broken, the untested ones stay untested."""
    return [_finding(claim, number) for number, claim in enumerate(blueprint.claims)]


def _finding(claim: Claim, number: int) -> Finding:
    seconds = (number % 37) * 0.0013 + 0.002
    if claim.id in BROKEN:
        return Finding(claim, Verdict.BROKEN, BROKEN[claim.id], _evidence(claim), seconds)
    if claim.untested:
        return Finding(claim, Verdict.UNTESTED, claim.untested)
    return Finding(claim, Verdict.HELD, "", _evidence(claim), seconds)


def _evidence(claim: Claim) -> dict[str, object]:
    """Evidence in the shapes that experiments leave, marked as what it is."""
    shown: dict[str, object] = {"test data": True}
    if claim.family == "access":
        plan = ["Limit (20 rows)", "  Append (20 rows)", "    Index Scan using events_eu_pkey on events_eu (20 rows)"]
        return shown | {"rows": 20, "parameters": {"user": "0198c2"}, "plan": plan, "milliseconds": 1.734}
    if claim.family == "integrity":
        row = {"username": "Ada Lovelace!", "status": None}
        return shown | {"violating row": row, "refused with": {"sqlstate": "23514", "constraint": claim.subject}}
    if claim.family == "isolation":
        return shown | {"probes": {"reads of tenant 2": 0, "writes to tenant 2": "42501"}}
    if claim.family == "latency":
        return shown | LATENCY
    return shown
