"""Rows of many tenants under row-level security; columns that depend on each other; several schemas; stale statistics."""

# Statements are as long as they are.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from fidelity.workload import Asked, Workload, acting, expand, filled_by, split

TENANTS = """
do $$ begin create role conformance_web; exception when duplicate_object then null; end $$;
do $$ begin create role conformance_owner; exception when duplicate_object then null; end $$;
create table projects (tenant int not null, id int not null, name text not null, open boolean not null, primary key (tenant, id));
create table tasks (
  tenant int not null, id bigint not null, project int not null, title text not null, state text not null, due date, points numeric,
  primary key (tenant, id), foreign key (tenant, project) references projects
);
create table secrets (id int primary key, tenant int not null, what text);
create index tasks_project on tasks (tenant, project, due);
create index tasks_state on tasks (state) where state <> 'done';
create index tasks_title on tasks (title);
create index tasks_due on tasks (due);
create index tasks_points on tasks (points);
create function current_tenant() returns int stable leakproof language sql
  begin atomic select nullif(current_setting('app.tenant', true), '')::int; end;
alter table projects enable row level security;
alter table tasks enable row level security;
alter table secrets enable row level security;
create policy mine on projects using (tenant = current_setting('app.tenant')::int);
create policy mine on tasks using (tenant = current_setting('app.tenant')::int);
create policy not_done on tasks as restrictive for delete using (state <> 'done');
create policy everybody on secrets using (tenant = current_tenant() or id in (select id from projects where open));
grant select, insert, update, delete on projects, tasks, secrets to conformance_web;
alter role conformance_web set work_mem = '1MB';
create view open_tasks with (security_invoker) as select * from tasks where state = 'open';
create view all_open_tasks with (security_barrier) as select * from tasks where state = 'open';
grant select on open_tasks, all_open_tasks to conformance_web;
"""
TENANT_ROWS = """
insert into projects select t, p, md5(p::text), p % 3 = 0 from generate_series(1, 60) t, generate_series(1, 20) p;
insert into tasks select 1 + (random() ^ 3 * 59)::int, i, 1 + (random() ^ 2 * 19)::int, md5((i % 4000)::text),
  (array['done','done','done','done','open','open','late'])[1 + (random() * 6)::int], '2024-01-01'::date + (random() * 700)::int, random() ^ 2 * 100
from generate_series(1, 80000) i;
insert into secrets select i, 1 + i % 60, md5(i::text) from generate_series(1, 5000) i;
"""
TASKS = """
select * from tasks where project = {project} order by due limit 20;
select count(*) from tasks where state = '{state}';
select * from tasks where title = 'c4ca4238a0b923820dcc509a6f75849b' and state = '{state}';
select * from tasks where title like 'c4%' and project = {project};
select * from tasks where due > '{due}' order by due desc limit 10;
select * from tasks where points > 9{project} and state = '{state}';
select p.name, count(*) from projects p join tasks t on t.tenant = p.tenant and t.project = p.id where t.state = '{state}' group by 1;
select * from tasks t where exists (select from projects p where p.tenant = t.tenant and p.id = t.project and p.open) and due < '{due}';
update tasks set state = 'done' where id = {project} * 1000;
update tasks set points = 1 where state = '{state}' and due < '{due}';
delete from tasks where state = '{state}' and project = {project};
select * from open_tasks where project = {project} and due < '{due}';
select * from all_open_tasks where points > 5{project} and due < '{due}';
select * from secrets where id < {project} * 10
"""
TASKS_ONCE = """
select * from tasks where project = $1 order by due limit 20;
select * from tasks where id = $1;
select max(due) from tasks;
select state, count(*) from tasks group by state;
select * from projects where open;
insert into tasks (tenant, id, project, title, state) values (1, 1, 1, 'x', 'open') on conflict (tenant, id) do update set title = 'y';
select * from secrets
"""
CORRELATED = """
create table addresses (
  id int primary key, country text, state text, city text, zip int, street text, floor int, area numeric
);
create statistics places_all (ndistinct, dependencies, mcv) on country, state, city from addresses;
create statistics zip_city (dependencies) on zip, city from addresses;
create statistics only_distinct (ndistinct) on country, zip, floor from addresses;
create statistics computed on (floor % 10), (zip / 100), country from addresses;
create statistics one_expression on (lower(street)) from addresses;
create statistics wide (mcv) on floor, area from addresses;
create index addresses_city on addresses (city, zip);
create index addresses_country on addresses (country, state);
create table measured (at date not null, sensor int, kind text, value int) partition by range (at);
create table measured_old partition of measured for values from ('2020-01-01') to ('2023-01-01');
create table measured_new partition of measured for values from ('2023-01-01') to ('2026-01-01');
create statistics measured_pairs (ndistinct, dependencies, mcv) on sensor, kind from measured;
create statistics measured_old_pairs (mcv) on sensor, kind from measured_old;
create index measured_sensor on measured (sensor);
"""
CORRELATED_ROWS = """
insert into addresses select i, 'country ' || z / 1000, 'state ' || z / 100, 'city ' || z / 10, z, 'Street ' || i % 700, (random() ^ 2 * 40)::int,
  ((random() ^ 2 * 40)::int / 2) from (select i, (random() ^ 2 * 9999)::int z from generate_series(1, 60000) i) x;
insert into measured select '2020-01-01'::date + (random() * 2190)::int, s, 'kind ' || s % 13, (random() ^ 3 * 1000)::int
from (select (random() ^ 2 * 500)::int s from generate_series(1, 60000)) x;
"""
PLACES = """
select * from addresses where country = 'country {n}' and state = 'state {n}0' and city = 'city {n}00';
select count(*) from addresses where zip = {n}111 and city = 'city {n}11';
select count(*) from addresses where country = 'country {n}' and city = 'city 111';
select country, state, city, count(*) from addresses where floor > {n} group by 1, 2, 3;
select country, zip, floor, count(*) from addresses where id > {n} group by 1, 2, 3;
select * from addresses where floor % 10 = {n} and zip / 100 = {n};
select floor % 10, zip / 100, count(*) from addresses where area > {n} group by 1, 2;
select * from addresses where lower(street) = 'street {n}';
select * from addresses where floor = {n} and area = 2;
select * from addresses where country in ('country 0', 'country {n}') and state = 'state 1';
select a.city, b.street from addresses a join addresses b on b.zip = a.zip and b.city = a.city where a.id < {n} * 100;
select * from measured where sensor = {n} and kind = 'kind {n}';
select sensor, kind, count(*) from measured where at > '2020-01-01'::date + {n} * 200 group by 1, 2;
select * from measured_old where sensor = {n} and kind = 'kind 5';
delete from addresses where country = 'country {n}' and state = 'state {n}9'
"""
LEDGER = """
create schema "Ledger"; create schema people;
create table people.customers (id uuid primary key, name text not null collate "C", "Home town" text, vip boolean not null default false);
create table "Ledger".accounts (id bigint primary key, owner uuid not null references people.customers, currency char(3) not null);
create table "Ledger"."Entries" (
  account bigint not null references "Ledger".accounts, seq int not null, at timestamp not null, amount numeric(14,2) not null,
  "memo %" text, primary key (account, seq)
);
create table entries (id int primary key, note text);
create index "Entries at" on "Ledger"."Entries" (at desc nulls last, account) include (amount);
create index entries_big on "Ledger"."Entries" (amount) where amount > 900;
create index entries_memo on "Ledger"."Entries" (lower("memo %"), at);
create index entries_sum on "Ledger"."Entries" ((amount * 2), account);
create index accounts_owner on "Ledger".accounts (owner);
create index customers_name on people.customers (name);
create index customers_town on people.customers ("Home town" collate "C" desc nulls first);
create index customers_vip on people.customers (id) where vip;
"""
LEDGER_ROWS = """
insert into people.customers select md5(i::text)::uuid, 'name ' || md5((i % 3000)::text), case when i % 7 > 0 then 'town ' || (random() ^ 2 * 90)::int end,
  i % 500 = 0 from generate_series(1, 20000) i;
insert into "Ledger".accounts select i, md5((1 + (random() ^ 2 * 19999)::int)::text)::uuid, (array['EUR','EUR','USD','JPY'])[1 + i % 4] from generate_series(1, 25000) i;
insert into "Ledger"."Entries" select a, row_number() over (partition by a), '2023-01-01'::timestamp + i * interval '9 min', random() ^ 3 * 1000, 'Memo ' || i % 2000
from (select i, 1 + (random() ^ 3 * 24999)::int a from generate_series(1, 100000) i) x;
insert into entries select i, md5(i::text) from generate_series(1, 500) i;
"""
ENTRIES = """
select * from "Ledger"."Entries" where account = {n} order by seq desc limit {few};
select sum(amount) from "Ledger"."Entries" where account between {n} and {n} + 50;
select at, amount from "Ledger"."Entries" where at > '{day}' order by at desc nulls last limit {few};
select * from "Ledger"."Entries" where amount > 9{few}0 and at > '{day}';
select * from "Ledger"."Entries" where lower("memo %") = 'memo {n}' and at > '{day}';
select * from "Ledger"."Entries" where amount * 2 > 1990 and account > {n};
select c.name, sum(e.amount) from people.customers c join "Ledger".accounts a on a.owner = c.id join "Ledger"."Entries" e on e.account = a.id
  where c."Home town" = 'town {few}' and e.at > '{day}' group by c.name order by 2 desc limit {few};
select * from people.customers where name > 'name f{few}' order by name limit {few};
select count(*) from people.customers where "Home town" is null and id > md5('{n}')::uuid;
select * from people.customers order by "Home town" collate "C" desc nulls first limit {few};
select * from "Ledger"."Entries" where (at, account) < ('{day}', {n}) order by at desc nulls last, account desc limit {few};
select * from entries e join "Ledger".accounts a on a.id = e.id where e.id < {n};
update "Ledger"."Entries" set amount = 0 where account = {n} and at < '{day}'
"""
STALE = """
create table grown (id int primary key, k int, note text);
create index grown_k on grown (k);
create table unknown (id int primary key, k int, note text);
create index unknown_k on unknown (k) where k > 5;
create table shrunk (id int primary key, k int);
create index shrunk_k on shrunk (k);
create table analyzed (id int primary key, k int, note text);
create index analyzed_k on analyzed (k);
create table half (id int primary key, k int, note text) with (fillfactor = 50);
create index half_k on half (k) with (fillfactor = 60);
"""
STALE_ROWS = """
insert into grown select i, i % 100, md5(i::text) from generate_series(1, 10000) i;
insert into shrunk select i, i % 100 from generate_series(1, 50000) i;
insert into analyzed select i, i % 77, md5(i::text) from generate_series(1, 30000) i;
insert into half select i, (random() ^ 3 * 500)::int, md5(i::text) from generate_series(1, 30000) i;
"""
STALE_AFTER = """
vacuum analyze grown; vacuum analyze shrunk; analyze analyzed; vacuum analyze half;
insert into grown select i, i % 1000, md5(i::text) from generate_series(10001, 70000) i;
insert into unknown select i, i % 100, md5(i::text) from generate_series(1, 20000) i;
delete from shrunk where id > 20; vacuum shrunk; update half set k = k + 1 where id % 3 = 0;
update analyzed set k = 5 where id % 2 = 0;
"""
STALE_ASKED = """
select * from {table} where id = {n};
select * from {table} where k = {n};
select * from {table} where id > {n} order by id limit 10;
select count(*) from {table} where k between 6 and {n};
select max(k) from {table} where id > {n};
select k, count(*) from {table} where id > {n} group by k;
select a.id from {table} a join grown g on g.k = a.k where g.id < {n};
delete from {table} where k > {n}
"""


def tenants() -> Iterator[Asked]:
    """Yield what a large and a small tenant ask, and the owner of the tables."""
    asked = list(expand(TASKS, project=[1, 20], state=["open", "late"], due=["2024-02-01", "2025-11-20"]))
    asked += [Asked(statement, "$1" in statement) for statement in split(TASKS_ONCE)]
    for tenant in ("1", "40", "59"):
        yield from acting("conformance_web", {"app.tenant": tenant}, asked)
    yield from asked


def workloads() -> list[Workload]:
    """Return the four workloads."""
    places = expand(PLACES, n=[0, 1, 2, 5, 9])
    entries = expand(ENTRIES, n=[1, 300, 24999], few=[5, 40], day=["2023-01-02", "2024-11-15"])
    stale = expand(STALE_ASKED, table=["grown", "unknown", "shrunk", "analyzed", "half"], n=[1, 60, 9000])
    return [
        Workload("tenants", TENANTS, filled_by(TENANT_ROWS, tenants())),
        Workload("correlated", CORRELATED, filled_by(CORRELATED_ROWS, places)),
        Workload("ledger", LEDGER, filled_by(LEDGER_ROWS, entries), ("public", "Ledger", "people")),
        Workload("stale", STALE, filled_by(STALE_ROWS, stale, STALE_AFTER)),
    ]
