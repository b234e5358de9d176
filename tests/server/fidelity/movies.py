"""Movies in the manner of the Join Order Benchmark: skewed many-to-many joins, and text that is searched by LIKE."""

# Statements are as long as they are.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from fidelity.workload import Asked, Workload, expand, filled_by, split

SCRIPT = """
create table kind_type (id int primary key, kind text not null);
create table info_type (id int primary key, info text not null);
create table role_type (id int primary key, role text not null);
create table company_type (id int primary key, kind text);
create table link_type (id int primary key, link text not null);
create table title (id int primary key, title text not null, kind_id int not null references kind_type, production_year int, episode_of int);
create table name (id int primary key, name text not null, gender char(1), born int);
create table char_name (id int primary key, name text not null);
create table company_name (id int primary key, name text not null, country_code text);
create table keyword (id int primary key, keyword text not null);
create table cast_info (id int primary key, person_id int not null, movie_id int not null, person_role_id int, note text, nr_order int, role_id int not null);
create table movie_companies (id int primary key, movie_id int not null, company_id int not null, company_type_id int not null, note text);
create table movie_info (id int primary key, movie_id int not null, info_type_id int not null, info text not null, note text);
create table movie_info_idx (id int primary key, movie_id int not null, info_type_id int not null, info text not null);
create table movie_keyword (id int primary key, movie_id int not null, keyword_id int not null);
create table movie_link (id int primary key, movie_id int not null, linked_movie_id int not null, link_type_id int not null);
create table aka_name (id int primary key, person_id int not null, name text not null);
create index on title (kind_id); create index on title (production_year); create index on title (title); create index on title (episode_of) where episode_of is not null;
create index on name (name text_pattern_ops); create index on name (gender, born); create index on cast_info (person_id); create index on cast_info (movie_id, role_id); create index on cast_info (person_role_id);
create index on movie_companies (movie_id); create index on movie_companies (company_id, company_type_id); create index on company_name (country_code); create index on movie_info (movie_id); create index on movie_info (info_type_id, info);
create index on movie_info_idx (movie_id); create index on movie_info_idx (info_type_id); create index on movie_keyword (movie_id); create index on movie_keyword (keyword_id); create index on keyword (keyword);
create index on movie_link (movie_id); create index on movie_link (linked_movie_id); create index on aka_name (person_id); create index on aka_name (lower(name));
"""
ROWS = """
insert into kind_type select i, (array['movie','tv series','tv movie','video','episode','game','short'])[i] from generate_series(1, 7) i;
insert into info_type select i, case i when 1 then 'rating' when 2 then 'votes' when 3 then 'genres' when 4 then 'budget' when 5 then 'release dates' else 'info ' || i end from generate_series(1, 110) i;
insert into role_type select i, (array['actor','actress','producer','writer','director','editor','guest'])[i] from generate_series(1, 7) i;
insert into company_type select i, (array['production companies','distributors','effects','other'])[i] from generate_series(1, 4) i;
insert into link_type select i, 'link ' || i from generate_series(1, 18) i;
insert into title select i, 'Title ' || md5((i % 15000)::text), 1 + (random() ^ 3 * 6)::int, case when i % 14 > 0 then 2024 - (random() ^ 3 * 120)::int end, case when i % 3 = 0 then 1 + (random() ^ 3 * 900)::int end from generate_series(1, 20000) i;
insert into name select i, chr(65 + (random() ^ 2 * 25)::int) || md5(i::text), (array['m','m','f',null])[1 + i % 4], case when i % 3 > 0 then 1900 + (random() * 110)::int end from generate_series(1, 25000) i;
insert into char_name select i, 'char ' || md5(i::text) from generate_series(1, 15000) i;
insert into company_name select i, 'Company ' || md5(i::text), (array['[us]','[us]','[us]','[de]','[gb]','[fr]','[jp]',null])[1 + (random() ^ 2 * 7)::int] from generate_series(1, 3000) i;
insert into keyword select i, 'keyword-' || i from generate_series(1, 4000) i;
insert into cast_info select i, 1 + (random() ^ 3 * 24999)::int, 1 + (random() ^ 2 * 19999)::int, case when i % 2 = 0 then 1 + (random() ^ 2 * 14999)::int end, (array[null,null,null,'(voice)','(producer)','(uncredited)'])[1 + (random() * 5)::int], (random() ^ 3 * 60)::int, 1 + (random() ^ 2 * 6)::int
from generate_series(1, 120000) i;
insert into movie_companies select i, 1 + (random() ^ 2 * 19999)::int, 1 + (random() ^ 4 * 2999)::int, 1 + (random() ^ 3 * 3)::int, case when i % 3 = 0 then '(' || 1980 + i % 40 || ') (worldwide)' end from generate_series(1, 40000) i;
insert into movie_info select i, 1 + (random() ^ 2 * 19999)::int, t, case t when 3 then (array['Drama','Comedy','Horror','Action','Documentary'])[1 + (random() ^ 2 * 4)::int] when 5 then 'USA:' || 1980 + i % 44 else 'info ' || (random() ^ 4 * 5000)::int end,
  case when i % 9 = 0 then 'internet' end from (select i, 1 + (random() ^ 4 * 109)::int t from generate_series(1, 100000) i) x;
insert into movie_info_idx select i, 1 + i % 20000, 1 + i % 2, case i % 2 when 0 then ((random() * 90 + 10)::int / 10.0)::text else ((random() ^ 5 * 1e6)::int)::text end from generate_series(1, 30000) i;
insert into movie_keyword select i, 1 + (random() ^ 2 * 19999)::int, 1 + (random() ^ 4 * 3999)::int from generate_series(1, 70000) i;
insert into movie_link select i, 1 + (random() ^ 2 * 19999)::int, 1 + (random() * 19999)::int, 1 + (random() ^ 2 * 17)::int from generate_series(1, 3000) i;
insert into aka_name select i, 1 + (random() ^ 2 * 24999)::int, 'Aka ' || md5(i::text) from generate_series(1, 12000) i;
"""
JOINS = """
select min(mc.note), min(t.title) from company_type ct, info_type it, movie_companies mc, movie_info_idx mi, title t where ct.kind = '{company}' and it.info = '{info}' and mc.note like '%(worldwide)%' and t.production_year > {year} and ct.id = mc.company_type_id and t.id = mc.movie_id and t.id = mi.movie_id and mi.movie_id = mc.movie_id and it.id = mi.info_type_id;
select min(t.title) from company_name cn, keyword k, movie_companies mc, movie_keyword mk, title t where cn.country_code = '{country}' and k.keyword = 'keyword-{n}' and cn.id = mc.company_id and mc.movie_id = t.id and t.id = mk.movie_id and mk.keyword_id = k.id and mc.movie_id = mk.movie_id;
select min(t.title) from keyword k, movie_info mi, movie_keyword mk, title t where k.keyword like '%-{n}%' and mi.info in ('Drama', 'Horror') and t.production_year > {year} and t.id = mi.movie_id and t.id = mk.movie_id and mk.movie_id = mi.movie_id and k.id = mk.keyword_id;
select min(mi.info), min(t.title) from info_type it, keyword k, movie_info_idx mi, movie_keyword mk, title t where it.info = '{info}' and k.keyword like 'keyword-{n}%' and mi.info > '5.0' and t.production_year > {year} and t.id = mi.movie_id and t.id = mk.movie_id and mk.movie_id = mi.movie_id and k.id = mk.keyword_id and it.id = mi.info_type_id;
select min(k.keyword), min(n.name), min(t.title) from cast_info ci, keyword k, movie_keyword mk, name n, title t where k.keyword = 'keyword-{n}' and n.name like '{letter}%' and t.production_year > {year} and k.id = mk.keyword_id and t.id = mk.movie_id and t.id = ci.movie_id and ci.movie_id = mk.movie_id and n.id = ci.person_id;
select min(n.name), min(t.title) from aka_name an, cast_info ci, info_type it, link_type lt, movie_link ml, name n, movie_info pi, title t where it.info = 'genres' and lt.link = 'link {few}' and n.name like '{letter}%' and t.production_year > {year} and n.id = an.person_id and n.id = ci.person_id and ci.movie_id = t.id and ml.linked_movie_id = t.id and lt.id = ml.link_type_id and pi.movie_id = t.id and it.id = pi.info_type_id;
select min(cn.name), min(t.title) from aka_name a, cast_info ci, company_name cn, movie_companies mc, name n, role_type rt, title t where ci.note = '(voice)' and cn.country_code = '{country}' and rt.role = 'actress' and n.gender = 'f' and a.person_id = n.id and n.id = ci.person_id and ci.movie_id = t.id and t.id = mc.movie_id and mc.company_id = cn.id and ci.role_id = rt.id;
select chn.name, count(*) from char_name chn join cast_info ci on ci.person_role_id = chn.id join role_type rt on rt.id = ci.role_id join title t on t.id = ci.movie_id left join movie_companies mc on mc.movie_id = t.id where rt.role = 'actor' and t.production_year = {year} group by 1 order by 2 desc limit {few};
select t.id from title t where exists (select from movie_keyword mk join keyword k on k.id = mk.keyword_id where mk.movie_id = t.id and k.keyword = 'keyword-{n}') and not exists (select from movie_info mi where mi.movie_id = t.id and mi.info = 'Drama') and kind_id = {few} order by t.id limit 20;
select kt.kind, count(*) from title t join kind_type kt on kt.id = t.kind_id join movie_info_idx r on r.movie_id = t.id join info_type i on i.id = r.info_type_id where i.info = '{info}' and t.production_year between {year} and {year} + 5 group by 1;
select e.title, s.title from title e join title s on s.id = e.episode_of where s.production_year > {year} and e.title > 'Title f' order by e.title limit {few};
select * from name where name like '{letter}a%' and gender = 'f';
select * from cast_info where movie_id = {n} and role_id = {few};
select count(*) from movie_info where info_type_id = {few} and info = 'info {n}';
select * from aka_name where lower(name) = lower('Aka {n}');
select person_id, count(*) from cast_info where role_id = {few} group by person_id having count(*) > 30;
update title set production_year = {year} where id = {n};
delete from movie_link where linked_movie_id = {n} or movie_id = {n}
"""
ONCE = """
select max(production_year), min(production_year) from title; select * from title where production_year > 2023; select * from title where title = $1; select * from cast_info where person_id = $1; select * from movie_info where info_type_id = $1 and info = $2;
select * from title where id = $1; select count(*) from title where production_year is null; select country_code, count(*) from company_name group by 1; select max(person_role_id) from cast_info; select * from cast_info where person_id > 24990;
select k.keyword, count(*) from movie_keyword mk join keyword k on k.id = mk.keyword_id group by 1 order by 2 desc limit 10; select * from name where name like $1; select count(*) from cast_info c1 join cast_info c2 using (movie_id) where c1.person_id = 1 and c2.person_id = 2;
select t.title, array_agg(k.keyword) from title t join movie_keyword mk on mk.movie_id = t.id join keyword k on k.id = mk.keyword_id where t.id < 20 group by t.id; select distinct on (movie_id) * from movie_companies where movie_id < 300 order by movie_id, id desc
"""


def statements() -> Iterator[Asked]:
    """Yield joins of five to eight tables and short statements, for common and rare values."""
    chosen = (
        ("production companies", "rating", 2005, "[us]", 1, "B", 1),
        ("distributors", "votes", 1950, "[jp]", 117, "Z", 3),
        ("effects", "genres", 2023, "[de]", 3999, "A", 7),
        ("nobody", "info 99", 2024, "[xx]", 40, "M", 12),
    )
    for company, info, year, country, n, letter, few in chosen:
        values: dict[str, list[object]] = {"company": [company], "info": [info], "year": [year], "country": [country]}
        yield from expand(JOINS, **values, n=[n, n * 2], letter=[letter], few=[few])
    for statement in split(ONCE):
        yield Asked(statement, "$1" in statement)


def workloads() -> list[Workload]:
    """Return the workload."""
    return [Workload("movies", SCRIPT, filled_by(ROWS, statements()))]
