"""Films and people with many joins and skew, like the Join Order Benchmark: written for this benchmark.

A schema of the kind of the Internet Movie Database and 113 queries of 3 to 9 tables. It is not JOB: neither its rows
nor its queries are used, and figures are not comparable with published ones.
"""

from __future__ import annotations

from typing import Any

SCHEMA = """
create table title (id int not null, title text not null, kind_id int not null, production_year int, season int);
create table kind_type (id int not null, kind text not null);
create table name (id int not null, name text not null, gender text);
create table company_name (id int not null, name text not null, country_code text);
create table company_type (id int not null, kind text not null);
create table keyword (id int not null, keyword text not null);
create table info_type (id int not null, info text not null);
create table role_type (id int not null, role text not null);
create table cast_info (id int not null, person_id int not null, movie_id int not null, role_id int not null,
  note text);
create table movie_companies (id int not null, movie_id int not null, company_id int not null,
  company_type_id int not null, note text);
create table movie_keyword (id int not null, movie_id int not null, keyword_id int not null);
create table movie_info (id int not null, movie_id int not null, info_type_id int not null, info text not null);
create table movie_rating (id int not null, movie_id int not null, info_type_id int not null, info text not null);
create table aka_name (id int not null, person_id int not null, name text not null);
"""
COUNTRIES = ("[us]", "[gb]", "[de]", "[fr]", "[jp]", "[in]", "[se]", "[pl]")
GENRES = ("Drama", "Comedy", "Horror", "Action", "Thriller", "Romance", "Sci-Fi", "War")


def load(connection: Any, scale: float) -> None:
    """Make the tables and fill them: at scale 1 a quarter of a million films."""
    films, people = int(250_000 * scale), int(400_000 * scale)
    connection.execute(SCHEMA)
    connection.execute("select setseed(0.17)")
    skewed = "1 + floor(power(random(), {}) * {})::int"
    film, person = skewed.format(2, films), skewed.format(2, people)
    connection.execute(f"""
insert into kind_type select i, (array['movie','tv series','video','episode','game'])[i] from generate_series(1, 5) i;
insert into company_type select i, (array['production','distribution','effects','other'])[i] from
  generate_series(1, 4) i;
insert into info_type select i, case i when 3 then 'genres' when 8 then 'countries' when 99 then 'votes'
  when 101 then 'rating' else 'info ' || i end from generate_series(1, 113) i;
insert into role_type select i, (array['actor','actress','producer','writer','director','editor'])[i]
  from generate_series(1, 6) i;
insert into title select i, 'title ' || md5(i::text), {skewed.format(2, 5)}, nullif(1900 + floor(125 *
  sqrt(random()))::int,
  1900), nullif(i % 30, 0) from generate_series(1, {films}) i;
insert into name select i, 'name ' || md5(i::text), (array['m','f',null])[1 + i % 3] from generate_series(1,
  {people}) i;
insert into aka_name select i, {person}, 'aka ' || md5(i::text) from generate_series(1, {people // 4}) i;
insert into company_name select i, 'company ' || i, (array{list(COUNTRIES)})[{skewed.format(2, 8)}]
  from generate_series(1, {films // 10}) i;
insert into keyword select i, 'keyword ' || i from generate_series(1, {films // 20}) i;
insert into cast_info select i, {person}, {film}, {skewed.format(1.5, 6)},
  (array['(voice)','(producer)','(uncredited)',null,null])[1 + i % 5] from generate_series(1, {films * 12}) i;
insert into movie_companies select i, {film}, {skewed.format(3, films // 10)}, {skewed.format(1.5, 4)},
  (array['(co-production)','(presents)','(2008)',null])[1 + i % 4] from generate_series(1, {films}) i;
insert into movie_keyword select i, {film}, {skewed.format(3, films // 20)} from generate_series(1, {films * 2}) i;
insert into movie_info select i, {film}, {skewed.format(1.2, 110)}, (array{list(GENRES)})[1 + i % 8]
  from generate_series(1, {films * 5}) i;
insert into movie_rating select i, {film}, 99 + 2 * (i % 2), round((random() * 10)::numeric, 1)::text
  from generate_series(1, {films // 2}) i;
""")
    connection.execute("vacuum (freeze, analyze)")


PARTS = {
    "k": ("movie_keyword mk, keyword k", "mk.movie_id = t.id and mk.keyword_id = k.id"),
    "c": ("movie_companies mc, company_name cn", "mc.movie_id = t.id and mc.company_id = cn.id"),
    "y": ("company_type ct", "mc.company_type_id = ct.id"),
    "i": ("movie_info mi, info_type it", "mi.movie_id = t.id and mi.info_type_id = it.id"),
    "r": ("movie_rating mr, info_type ir", "mr.movie_id = t.id and mr.info_type_id = ir.id"),
    "p": ("cast_info ci, name n", "ci.movie_id = t.id and ci.person_id = n.id"),
    "o": ("role_type rt", "ci.role_id = rt.id"),
    "a": ("aka_name an", "an.person_id = n.id"),
    "t": ("kind_type kt", "t.kind_id = kt.id"),
}
SHAPES = (
    "k",
    "c",
    "r",
    "kc",
    "cr",
    "ir",
    "kp",
    "cy",
    "cyi",
    "cyr",
    "kir",
    "kpo",
    "ip",
    "po",
    "poa",
    "kcp",
    "cit",
    "kcir",
    "kpoi",
)
"""Which parts stand together in a query; each of them with six choices of constants, the last one with five."""


def queries() -> dict[str, str]:
    """Return 113 queries by name."""
    found = {}
    for number, shape in enumerate(SHAPES):
        for variant in range(6):
            if len(found) < 113:
                found[f"j{number + 1:02}{'abcdef'[variant]}"] = _query(shape, variant, number)
    return found


def _query(shape: str, variant: int, number: int) -> str:
    tables = ", ".join(["title t", *(PARTS[p][0] for p in shape)])
    conditions = [PARTS[p][1] for p in shape]
    seed = variant * 7 + number
    year = 1950 + seed % 70
    own = {
        "k": f"k.keyword = 'keyword {1 + seed * 13 % 400}'",
        "c": f"cn.country_code = '{COUNTRIES[seed % 8]}'",
        "y": f"ct.kind = '{('production', 'distribution', 'effects')[seed % 3]}'",
        "i": f"it.info = 'genres' and mi.info in ('{GENRES[seed % 8]}', '{GENRES[(seed + 3) % 8]}')",
        "r": f"ir.info = 'rating' and mr.info > '{5 + seed % 4}.0'",
        "p": f"n.gender = '{'mf'[seed % 2]}' and n.name like 'name {'0123456789abcdef'[seed % 16]}{seed % 10}%'",
        "o": f"rt.role = '{('actor', 'actress', 'producer', 'writer')[seed % 4]}'",
        "a": f"an.name like '%{seed % 10}a%'",
        "t": f"kt.kind = '{('movie', 'tv series', 'video')[seed % 3]}'",
    }
    conditions += [own[p] for p in shape]
    conditions.append(
        f"t.production_year between {year} and {year + 3 + seed % 9}" if variant % 2 else f"t.production_year > {year}"
    )
    return f"select min(t.title), count(*) from {tables} where " + " and ".join(conditions)


BUDGETS = (25, 50, 100, 175, 250, 350, 500, 750, 1000)
"""Megabytes (10^6 bytes) at scale 1."""
