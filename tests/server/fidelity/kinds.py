"""Types and rules of all sorts: domains, enums, arrays, ranges, points, networks, generated and identity columns,
checks between columns, exclusion, expressions, materialized views; GiST, SP-GiST, BRIN and hash."""

# Statements are as long as they are.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from fidelity.workload import Asked, Workload, expand, filled_by

SCRIPT = """
create extension btree_gist; create extension btree_gin; create extension citext; create extension ltree;
create extension hstore; create extension bloom;
create type mood as enum ('sad', 'ok', 'happy', 'ecstatic');
create domain share as numeric(5,4) check (value >= 0 and value <= 1);
create type address as (street text, number int);
create table bookings (
  id bigint generated always as identity primary key, room int not null, during tstzrange not null,
  starts timestamptz not null, ends timestamptz not null, price numeric(10,2) not null, paid numeric(10,2) not null,
  days int generated always as (extract(day from ends - starts)::int) stored, double_price numeric generated always as (price * 2),
  check (starts < ends), check (paid <= price), check (price - paid < 500), exclude using gist (room with =, during with &&)
);
create index bookings_days on bookings (days);
create index bookings_starts on bookings (starts, ends);
create index bookings_during on bookings using spgist (during);
create table people (
  id int primary key, email citext unique, mood mood not null, born date, quota share, home address, tags text[], spots int[],
  at point, ip inet, mac macaddr, code char(8), bits bit(8), doc text, path ltree, props hstore, seen interval, cash money,
  ratio float4, big float8, small smallint, raw bytea, key uuid, flag boolean, clock time, secret json
);
create unique index people_lower on people (lower(email::text));
create unique index people_one_happy on people (born) where mood = 'ecstatic';
create index people_mood on people (mood, born desc nulls last);
create index people_quota on people (quota);
create index people_tags on people using gin (tags);
create index people_spots on people using gin (spots);
create index people_at on people using gist (at);
create index people_at_sp on people using spgist (at);
create index people_ip on people using gist (ip inet_ops);
create index people_ip_btree on people (ip);
create index people_code on people using hash (code);
create index people_code_pattern on people (code bpchar_pattern_ops);
create index people_path on people using gist (path);
create index people_props on people using gin (props);
create index people_seen on people (seen);
create index people_key on people using hash (key);
create index people_born on people using brin (born) with (pages_per_range = 4);
create index people_multi on people using brin (small int2_minmax_multi_ops, big);
create index people_bloom on people using bloom (id, (code::text)) with (length = 80, col1 = 2, col2 = 4);
create index people_flag on people (flag) include (small);
create index people_year on people (extract(year from born));
create index people_negative on people ((-small));
create index people_middle on people ((abs(small - 500)));
create index people_nulls on people (clock nulls first);
create index people_spots_btree on people (spots);
create index people_home on people (home);
create materialized view moods as select mood, extract(year from born)::int as year, count(*) as n, avg(big) as big
  from people group by 1, 2;
create unique index moods_key on moods (mood, year);
create index moods_n on moods (n desc);
create view happy as select * from people where mood in ('happy', 'ecstatic') and flag;
create table single (it int primary key, what text);
create table nothing (id int primary key, what text);
"""
ROWS = """
insert into bookings (room, during, starts, ends, price, paid)
select i % 40, tstzrange(s, s + d), s, s + d, p, p - random() * least(p, 499)
from (select i, '2020-01-01'::timestamptz + i * interval '5 hours' as s, (1 + (random() ^ 3 * 7)::int) * interval '1 day' as d,
             (random() ^ 2 * 900 + 10)::numeric(10,2) as p from generate_series(1, 8000) i) x;
insert into people
select i, 'User' || i || '@Example.com', (array['sad','ok','ok','ok','ok','happy','happy','happy']::mood[])[1 + (random() * 7)::int],
  case when random() < 0.1 then null else '1950-01-01'::date + (random() ^ 2 * 20000)::int end, (random() ^ 3)::numeric(5,4),
  row('street ' || i % 100, i % 200)::address, array(select 'tag' || (random() ^ 3 * 300)::int from generate_series(1, 1 + i % 4)),
  array(select (random() ^ 2 * 50)::int from generate_series(1, i % 5)), point(random() * 100, random() ^ 2 * 100),
  ('10.' || i % 7 || '.' || i % 250 || '.' || (random() * 250)::int)::inet, ('08:00:2b:01:' || to_hex(i % 200 + 16) || ':05')::macaddr,
  substr(md5(i::text), 1, 8), (i % 256)::bit(8), '<a/>', ('top.l' || i % 9 || '.n' || i % 500)::ltree,
  hstore('k' || i % 20, (i % 90)::text), (random() ^ 2 * 1000)::int * interval '1 hour', (i % 1000)::money, random() ^ 2,
  random() ^ 5 * 1e6, (random() ^ 2 * 1000)::int, decode(md5(i::text), 'hex'), md5(i::text)::uuid, random() < 0.97,
  case when random() < 0.3 then null else '00:00'::time + random() * interval '23 hours' end, '{}'
from generate_series(1, 15000) i;
update people set mood = 'ecstatic' where id in (select min(id) from people where born is not null group by born limit 300);
refresh materialized view moods;
insert into single values (7, 'alone');
"""
BOOKINGS = """
select * from bookings where room = {room} and during @> '{when}'::timestamptz;
select * from bookings where during && tstzrange('{when}', '{when}'::timestamptz + interval '3 days');
select count(*) from bookings where starts > '{when}' and ends < '{when}'::timestamptz + interval '40 days';
select * from bookings where days = {few} and room = {room};
select count(*) from bookings where days > {few};
select room, sum(price) from bookings where starts >= '{when}' group by room order by 2 desc limit {few};
update bookings set paid = paid where room = {room} and starts > '{when}';
select b.id, c.id from bookings b join bookings c on c.room = b.room and c.starts > b.ends where b.id = {room}
"""
PEOPLE = """
select * from people where mood = '{mood}' order by born desc nulls last limit {few};
select count(*) from people where mood >= '{mood}' and quota < 0.0{few};
select * from people where tags @> array['tag{few}'];
select * from people where tags && array['tag{few}', 'tag299'] and mood = '{mood}';
select * from people where spots @> array[{few}, 3];
select id from people order by at <-> point({few}, 50) limit {few};
select count(*) from people where at <@ box(point(0, 0), point({few}, {few}));
select * from people where ip << '10.{few}.0.0/16';
select * from people where ip = '10.3.{few}.77';
select * from people where email = 'user{few}@example.com';
select * from people where lower(email::text) = 'user{few}@example.com';
select * from people where path <@ 'top.l{few}';
select * from people where props @> 'k{few}=>5';
select * from people where small = {few} and big > 1000;
select * from people where id = {few} and code::text = 'c4ca4238';
select max(seen) from people where mood = '{mood}';
select * from people where (-small) > -{few};
select * from people where extract(year from born) = 19{few} + 50;
select year, n from moods where mood = '{mood}' order by year;
select * from moods where n > {few} * 40 order by n desc limit 3;
select p.id from people p join moods m on m.mood = p.mood and m.year = extract(year from p.born) where m.n < {few};
select * from happy where born > '19{few}0-01-01'::date - 4000 limit {few};
delete from people where mood = '{mood}' and clock > '22:50'
"""
ONCE = """
select * from people where born > '2004-09-01';
select * from people where born < '1950-01-20';
select min(born), max(born) from people;
select max(quota) from people;
select * from people where quota > 0.99;
select * from people where mood = 'ecstatic' and born = '1970-01-01';
select * from people where mood = $1 order by born desc nulls last limit 10;
select * from people where tags @> $1;
select * from people where at <@ $1::box;
select * from people where key = '0cc175b9-c0f1-b6a8-31c3-99e269772661';
select * from people where code = 'c4ca4238';
select * from people where code like 'c4%';
select * from people where flag = false;
select count(*) from people where flag;
select count(*) from people where clock is null;
select * from people order by clock nulls first limit 20;
select * from people where home = row('street 4', 4)::address;
select * from people where spots = array[3, 4];
select * from people where spots = '{}';
select * from people where seen > interval '995 hours';
select * from people where bits = b'00000111';
select * from people where raw = '\\x00';
select * from people where cash > 900::money;
select * from people where doc = '<a/>';
select distinct mood from people;
select mood, count(*) from people group by mood order by mood;
select path, count(*) from people group by path;
select * from people where abs(small - 500) < 1;
select * from people where abs(small - 500) < 2;
select * from people where abs(small - 500) <= 3;
select max(abs(small - 500)) from people;
select * from single where it = 7;
select * from single s join people p on p.id = s.it;
select * from nothing where id = 7;
select * from nothing n join people p on p.id = n.id;
select max(it) from single;
select max(id) from nothing;
select b.room, count(*) from bookings b join people p on p.small = b.room group by 1;
select * from bookings where double_price > 1700;
select * from bookings where days between 2 and 3 order by days desc limit 5;
select * from bookings where price - paid >= 500;
select * from bookings where starts > ends;
select * from bookings where paid > price and room = 3;
select max(days), min(days) from bookings;
select * from moods;
select * from people where seen = (select max(seen) from people);
select * from people where id = any (array[1, 5, 9]);
select * from people where id in (select it from single);
select * from people where id not in (select it from single) and small = 3;
select * from people where exists (select from bookings where room = people.id);
insert into single values (8, 'x') on conflict (it) do update set what = 'y';
select count(*) filter (where flag), sum(big) over (partition by mood) from people group by mood, big;
with recursive t (n) as (values (1) union all select n + 1 from t where n < 100) select * from t join people on id = n
"""


def statements() -> Iterator[Asked]:
    """Yield reads and writes for each type and rule."""
    yield from expand(BOOKINGS, room=[0, 39], when=["2020-01-01", "2026-02-02", "2031-05-28"], few=[1, 3, 7])
    yield from expand(PEOPLE, mood=["sad", "ok", "ecstatic"], few=[1, 5, 20])
    for statement in filter(None, map(str.strip, ONCE.split(";"))):
        yield Asked(statement, "$1" in statement)


def workloads() -> list[Workload]:
    """Return the workload; exclusion of constraints is tried for all tables."""
    settings = {"constraint_exclusion": "on"}
    return [Workload("kinds", SCRIPT, filled_by(ROWS, statements()), settings=settings)]
