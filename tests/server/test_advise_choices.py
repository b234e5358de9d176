"""Advising beyond indexes: partition keys, summaries, counters and copies, found again where their authors had them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from dbwright.advising import advise_design
from dbwright.api import build, check
from dbwright.cli import main
from dbwright.emit.postgresql import script
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design
from dbwright.planner.advisor.advice import Advice
from dbwright.planner.advisor.write_budget import WriteBudget
from dbwright.planner.choices.selection import Tried
from dbwright.server import Database

EXAMPLES = Path(__file__).parents[2] / "examples"
DESIGN = """\
# What a workshop does all day.
design: workshop
roles:
  web: {about: The application}
  keeper: {about: Keeps what is computed ahead, maintains: true}
entities:
  customers:
    about: Who orders.
    columns:
      customer_id: bigint primary key
      name: text not null
      city: {sql: text not null, values: {distinct: 5k}}   # where it is delivered
    rows: {now: 1M}
  jobs:  # one order
    about: One order.
    columns:
      job_id: bigint primary key
      customer_id: bigint not null references customers on delete restrict
      status: {sql: text not null, one of: [open, done, billed]}
      amount: numeric(12,2) not null
      opened_at: timestamptz not null default now()
    rows: {now: 40M, growth: 400k/month}
  comments:
    about: What was said of an order.
    columns:
      comment_id: bigint primary key
      job_id: bigint not null references jobs on delete cascade
      body: text not null
    rows: {now: 20G, growth: 100k/month}
access:
  in-city:
    why: What a driver sees in the morning.
    by: web
    sql: >-
      select j.job_id, j.amount, j.opened_at from jobs j join customers c on c.customer_id = j.customer_id
      where c.city = :city order by j.opened_at desc limit 20
    rate: 1/s
  per-day:
    why: The dashboard.
    by: web
    sql: >-
      select status, opened_at::date as day, count(*) as jobs, sum(amount) as total from jobs
      where opened_at >= :start and opened_at < :stop group by status, day order by day, status
    parameters: {start: {means: window of 31 days}}
    rate: 2/min
    freshness: stale up to 1 day
  said:
    why: The number beside each order.
    by: web
    sql: select count(*) as comments from comments where job_id = :job
    rate: 900/s
  open-job:
    why: A customer orders.
    by: web
    sql: insert into jobs (job_id, customer_id, status, amount) values (:job, :customer, 'open', :amount)
    rate: 1/s
  finish-job:
    why: The work is done.
    by: web
    sql: update jobs set status = 'done' where job_id = :job
    rate: 1/s
  move:
    why: People move.
    by: web
    sql: update customers set city = :city where customer_id = :customer
    rate: 1/min
"""
ROWS = """
insert into customers (customer_id, name, city) select i, 'c' || i, 'city ' || i % 7 from generate_series(1, 100) i;
insert into jobs (job_id, customer_id, status, amount, opened_at)
select i, i * 17 % 100 + 1, (array['open', 'done', 'billed'])[i % 3 + 1], i * 1.25,
       '2030-01-01'::timestamptz + i * interval '77 min' from generate_series(1, 2000) i;
insert into comments (comment_id, job_id, body) select i, i * i % 1990 + 1, 'said' from generate_series(1, 5000) i;
update customers set city = 'city 3' where customer_id % 9 = 0;
delete from comments where comment_id % 11 = 0;
"""
VALUES = {"city": "'city 3'", "start": "'2030-01-10 00:00+00'", "stop": "'2030-02-20 00:00+00'", "job": "26"}


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Advice]:
    """The design with what was advised written into it, and the advice."""
    path = tmp_path_factory.mktemp("design") / "workshop.design.yaml"
    path.write_text(DESIGN)
    return path, advise_design(path, apply=True)


def chosen(advice: Advice) -> dict[str, Tried]:
    """What was chosen beyond indexes, by kind."""
    assert advice.choices is not None
    return {t.candidate.kind: t for t in advice.choices.chosen}


def why_not(advice: Advice, subject: str) -> str:
    """Why a change was turned down."""
    assert advice.choices is not None
    return " ".join(d.why for d in advice.choices.dismissed if d.subject == subject)


@pytest.mark.parametrize(("kind", "pattern"), [("summary", "per-day"), ("copy", "in-city"), ("counter", "said")])
def test_each_choice_names_its_pattern_and_what_it_costs_without_it(
    applied: tuple[Path, Advice], kind: str, pattern: str
) -> None:
    tried = chosen(applied[1])[kind]
    effect = next(e for e in tried.effects if e.pattern == pattern)
    assert effect.with_it < effect.without_it * 0.8
    assert tried.reads > 0 and tried.upkeep > 0 and tried.saved == pytest.approx(tried.reads - tried.upkeep)


def test_the_file_keeps_its_lines_and_passes_check_and_build(applied: tuple[Path, Advice], tmp_path: Path) -> None:
    text = applied[0].read_text()
    assert [line for line in DESIGN.splitlines() if line not in text.splitlines()] == []
    assert "city: {sql: text not null, about: " in text and "copy of: customers.city, kept by: trigger}" in text
    assert "comments_count: {sql: bigint not null default 0" in text and "counts: comments}" in text
    assert "summaries:\n  jobs_by_status_day:\n" in text
    assert check(applied[0]).ok
    build(applied[0], tmp_path / "out")
    assert (tmp_path / "out" / "ddl" / "schema.sql").is_file()


def test_what_patterns_would_have_to_say_answers_the_same(applied: tuple[Path, Advice], database: Database) -> None:
    path, advice = applied
    design = load_design(path)
    database.run_sql(script(compile_design(design)))
    database.run_sql(f"set search_path = workshop;{ROWS}select refresh_jobs_by_status_day();")
    said = {name: sql for t in chosen(advice).values() for name, sql in t.candidate.statements.items()}
    assert sorted(said) == ["in-city", "per-day", "said"]
    with database.connect() as connection:
        connection.execute("set search_path = workshop; set timezone = 'UTC'")
        for name, statement in said.items():
            pattern = design.pattern(name)
            assert pattern is not None and str(pattern.sql) != statement
            before, after = (connection.execute(filled(sql).encode()) for sql in (str(pattern.sql), statement))
            assert [c.name for c in before.description or ()] == [c.name for c in after.description or ()]
            assert [c.type_code for c in before.description or ()] == [c.type_code for c in after.description or ()]
            rows = before.fetchall()
            assert rows and rows == after.fetchall()
    database.server.drop_roles(["web", "keeper", "workshop_owner", "workshop_keeper"])


def filled(sql: str) -> str:
    """A statement with values in place of its parameters."""
    return re.sub(r"(?<!:):([a-z]+)", lambda m: VALUES[m[1]], sql)


def test_what_was_turned_down_says_why(applied: tuple[Path, Advice]) -> None:
    advice = applied[1]
    assert "references it by (job_id)" in why_not(advice, "jobs")
    assert "must stay unique over all rows" in why_not(advice, "comments")
    assert "its answer is strong" in why_not(advice, "comments_by_job_id")


def test_what_is_over_the_budget_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "workshop.design.yaml"
    path.write_text(DESIGN)
    advice = advise_design(path, budget=1 << 20, only=("copies",))
    assert chosen(advice) == {}
    assert "over the budget" in why_not(advice, "jobs.city")


def test_what_is_kept_true_counts_against_what_writes_may_cost_more(tmp_path: Path) -> None:
    path = tmp_path / "workshop.design.yaml"
    path.write_text(DESIGN)
    free = advise_design(path, only=("copies", "counters"))
    assert free.choices is not None and free.writing is not None
    added = {t.candidate.kind: t.writing for t in free.choices.chosen}
    assert added["counter"] > 0 and added["copy"] > 0
    assert free.writing.added == pytest.approx(sum(added.values())) and free.writing.today > 0
    least, most = sorted(added, key=lambda kind: added[kind])
    limit = WriteBudget("", units=(added[least] + added[most]) / 2)
    bound = advise_design(path, only=("copies", "counters"), write_budget=limit)
    assert bound.choices is not None and bound.writing is not None
    assert [t.candidate.kind for t in bound.choices.chosen] == [least]
    assert bound.writing.added <= limit.units == bound.writing.allowed
    assert [d.kind for d in bound.choices.dismissed if "adds to writes are over their budget" in d.why] == [most]


def test_a_copy_whose_original_changes_all_day_costs_more_than_it_saves(tmp_path: Path) -> None:
    path = tmp_path / "workshop.design.yaml"
    path.write_text(DESIGN.replace("rate: 1/min", "rate: 90k/s"))
    advice = advise_design(path, only=("copies",))
    assert chosen(advice) == {}
    assert "of upkeep, most for the copy jobs.city" in why_not(advice, "jobs.city")


def test_a_summary_must_have_somebody_who_refreshes_it(tmp_path: Path) -> None:
    path = tmp_path / "workshop.design.yaml"
    path.write_text(DESIGN.replace(", maintains: true", ""))
    advice = advise_design(path, only=("summaries",))
    assert "no role may refresh" in why_not(advice, "jobs_by_status_day")


def test_the_partition_keys_of_fediflow_are_found_again(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "fediflow", tmp_path / "fediflow", ignore=shutil.ignore_patterns("built"))
    path = tmp_path / "fediflow"
    (file,) = path.glob("*.design.yaml")
    before = {str(e.name): e.partition for e in load_design(path).entities if e.partition is not None}
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("    partition: ")))
    advice = advise_design(path, only=("partitions",), apply=True)
    after = {str(e.name): e.partition for e in load_design(path).entities if e.partition is not None}
    found = {n: (str(p.by), p.count, p.values) for n, p in after.items()}
    assert {n: found.get(n) for n in before} == {n: (str(p.by), p.count, p.values) for n, p in before.items()}
    assert advice.choices is not None
    kept = {t.candidate.entity: t for t in advice.choices.kept}
    assert kept.keys() == {"deliveries", "metric_points"}
    assert kept["deliveries"].saved > 0
    without_it, with_it = kept["metric_points"].month
    assert with_it > 0 and without_it > 10_000 * with_it
    assert check(path).ok


def test_kinds_are_chosen_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "workshop.design.yaml"
    path.write_text(DESIGN)
    assert main(["advise", str(path), "--only", "summaries"]) == 0
    told = capsys.readouterr().out
    assert "to use it, `per-day` must say:" in told and "create index" not in told
    assert main(["advise", str(path), "--only", "indices"]) == 2
    assert "--only cannot be `indices`" in capsys.readouterr().err
