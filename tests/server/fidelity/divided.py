"""Partitions by range, list and hash, in two levels, with a default partition, and tables that inherit."""

# Statements are as long as they are.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from fidelity.workload import Asked, Workload, expand, filled_by

MONTHS = [f"2024-{month:02d}-01" for month in range(1, 13)]
SCRIPT = "".join(
    (
        """
create table readings (
  device int not null, at timestamptz not null, value real, state text, primary key (device, at)
) partition by range (at);
create index readings_at on readings (at);
create index readings_state on readings (state, at desc) where state <> 'ok';
""",
        *(
            f"create table readings_{m[:7].replace('-', '_')} partition of readings "
            f"for values from ('{m}') to ('{n}');\n"
            for m, n in zip(MONTHS, [*MONTHS[1:], "2025-01-01"], strict=True)
        ),
        """
create table readings_rest partition of readings default;
create table accounts (id bigint not null, region text not null, opened date not null, balance numeric,
  primary key (region, id)) partition by list (region);
create table accounts_eu partition of accounts for values in ('de', 'fr', 'it');
create table accounts_us partition of accounts for values in ('us');
create table accounts_other partition of accounts default;
create index accounts_opened on accounts (opened);
create index accounts_balance on accounts (balance) include (id);
create table visits (visitor bigint not null, at timestamptz not null, page text not null, ms int)
  partition by hash (visitor);
""",
        *(
            f"create table visits_{i} partition of visits for values with (modulus 8, remainder {i});\n"
            for i in range(8)
        ),
        """
create index visits_visitor on visits (visitor, at desc);
create index visits_page on visits (page);
create table sales (shop int not null, day date not null, item int not null, amount numeric(10,2))
  partition by range (day);
""",
        *(
            f"create table sales_{year} partition of sales for values from ('{year}-01-01') to ('{year + 1}-01-01') "
            "partition by list (shop);\n"
            + "".join(
                f"create table sales_{year}_{part} partition of sales_{year} for values in ({shops});\n"
                for part, shops in (("a", "1, 2, 3"), ("b", "4, 5"), ("c", "6, 7, 8, 9, 10"))
            )
            for year in (2022, 2023, 2024)
        ),
        """
create index sales_item on sales (item, day);
create index sales_shop on sales using brin (day);
create table pairs (a int not null, b int not null, note text) partition by range (a, b);
create table pairs_low partition of pairs for values from (0, 0) to (50, 50);
create table pairs_high partition of pairs for values from (50, 50) to (100, 100);
create index pairs_b on pairs (b);
create table documents (id bigint, title text, written date);
create table letters (sender text) inherits (documents);
create table invoices (total numeric) inherits (documents);
create index documents_written on documents (written);
create index letters_written on letters (written);
create index letters_sender on letters (sender);
create index invoices_written on invoices (written);
create index invoices_total on invoices (total);
""",
    )
)
ROWS = """
insert into readings select (random() ^ 2 * 500)::int, '2024-01-01'::timestamptz + i * interval '3.3 min' + random() * interval '1 s',
  random() * 100, (array['ok','ok','ok','ok','warn','bad'])[1 + (random() * 5)::int]
from generate_series(1, 150000) i;
insert into readings select i, '2025-02-01'::timestamptz + i * interval '1 min', 1, 'late' from generate_series(1, 500) i;
insert into accounts select i, (array['de','de','de','fr','it','us','us','jp','br'])[1 + (random() ^ 2 * 8.49)::int],
  '2015-01-01'::date + (random() * 3600)::int, (random() ^ 3 * 100000)::numeric(12,2) from generate_series(1, 60000) i;
insert into visits select (random() ^ 3 * 8000)::int, '2024-01-01'::timestamptz + random() * interval '300 days',
  '/p/' || (random() ^ 2 * 400)::int, (random() ^ 4 * 10000)::int from generate_series(1, 100000) i;
insert into sales select 1 + (random() ^ 2 * 9)::int, '2022-01-01'::date + (random() * 1094)::int, (random() ^ 2 * 2000)::int,
  random() * 500 from generate_series(1, 90000) i;
insert into pairs select case when random() < 0.5 then 50 else (random() * 98)::int end, (random() * 99)::int, md5(i::text)
from generate_series(1, 20000) i;
insert into documents select i, md5(i::text), '2020-01-01'::date + (random() * 1500)::int from generate_series(1, 4000) i;
insert into letters select i, md5(i::text), '2020-01-01'::date + (random() * 1500)::int, 'sender ' || (random() ^ 2 * 300)::int
from generate_series(1, 30000) i;
insert into invoices select i, md5(i::text), '2021-01-01'::date + (random() * 1000)::int, random() ^ 2 * 9000
from generate_series(1, 20000) i;
"""
READINGS = """
select * from readings where device = {device} and at >= '{day}' order by at desc limit 20;
select count(*) from readings where at >= '{day}' and at < '{day}'::timestamptz + interval '{span}';
select device, avg(value) from readings where at >= '{day}' and at < '{day}'::timestamptz + interval '{span}' group by device;
select * from readings where state = 'bad' and at > '{day}' order by at desc limit 10;
update readings set value = 0 where device = {device} and at = '{day}';
delete from readings where at < '{day}' and state = 'warn'
"""
READINGS_ONCE = """
select max(at) from readings;
select min(at), max(at) from readings where device = 7;
select * from readings where device = $1 and at >= $2 and at < $3 order by at desc limit 20;
select count(*) from readings where at > now() - interval '1 year';
select * from readings where at > '2025-02-01 08:00';
select * from readings where at > '2024-12-10 08:00' order by at limit 5;
select * from only readings;
select state, count(*) from readings group by state;
select r.device, count(*) from readings r join visits v on v.visitor = r.device where r.at < '2024-02-01' group by 1;
select * from readings where (device, at) < (100, '2024-05-01') order by device desc, at desc limit 30;
select * from readings order by at desc limit 7;
select distinct device from readings where at between '2024-03-01' and '2024-03-02'
"""
OTHERS = """
select * from accounts where region = '{region}' and id = {id};
select count(*) from accounts where region = '{region}' and balance > {id};
select * from accounts where region in ('{region}', 'us') order by balance desc limit {few};
update accounts set balance = balance + 1 where region = '{region}' and id = {id};
select * from visits where visitor = {id} order by at desc limit {few};
select page, count(*) from visits where visitor = {id} group by page;
delete from visits where visitor = {id} and at < '2024-03-01';
select * from sales where shop = {shop} and day = '{when}';
select item, sum(amount) from sales where shop = {shop} and day >= '{when}' group by item order by 2 desc limit {few};
select * from sales where item = {id} and day > '{when}';
select * from pairs where a = {shop} and b > {few};
select count(*) from pairs where b = {shop};
select * from documents where written = '{when}';
select count(*) from documents where written > '{when}';
select * from only documents where written < '{when}';
select * from letters where sender = 'sender {few}' and written > '{when}';
update documents set title = 'x' where written = '{when}';
select d.id, l.sender from documents d join letters l using (id) where d.written = '{when}'
"""
OTHERS_ONCE = """
select max(balance) from accounts;
select region, count(*) from accounts group by region;
select * from accounts where opened > '2024-10-01';
select * from accounts where region = $1 and id = $2;
select * from visits where visitor = $1 order by at desc limit 10;
select page, count(*) from visits group by page order by 2 desc limit 10;
select * from visits where page like '/p/1%';
select * from sales where day > '2024-12-29';
select * from sales where shop = $1 and day between $2 and $3;
select s.shop, count(*) from sales s join accounts a on a.id = s.item where a.region = 'fr' group by 1;
select a.region, sum(s.amount) from accounts a join sales s on s.item = a.id where s.day > '2024-06-01' group by a.region;
select max(written) from documents;
select min(written) from only letters;
select * from invoices where total > 8999;
select sender, count(*) from letters group by 1 having count(*) > 100
"""


def statements() -> Iterator[Asked]:
    """Yield pruned, joined and grouped reads, and writes."""
    days = ["2024-01-01", "2024-06-15", "2024-12-31", "2025-02-01"]
    yield from expand(READINGS, device=[1, 250, 499], day=days, span=["1 day", "2 months"])
    yield from expand(READINGS_ONCE)
    when = ["2022-01-01", "2023-07-01", "2024-02-03"]
    yield from expand(
        OTHERS, region=["de", "us", "jp", "xx"], id=[1, 700, 59000], few=[5, 50], shop=[1, 5, 10], when=when
    )
    yield from expand(OTHERS_ONCE)


def workloads() -> list[Workload]:
    """Return the workload; its size is fixed."""
    return [Workload("divided", SCRIPT, filled_by(ROWS, statements()))]
