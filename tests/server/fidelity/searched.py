"""Documents: full text, trigrams, jsonb and arrays under GIN and GiST; and vectors under ivfflat and hnsw."""

# Statements are as long as they are.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from fidelity.workload import Asked, Workload, expand, filled_by

DOCUMENTS = """
create extension pg_trgm; create extension unaccent; create extension btree_gin;
create table authors (id int primary key, name text not null, facts jsonb not null);
create table documents (
  id bigint primary key, author int not null references authors, title text not null, body text not null,
  words tsvector generated always as (to_tsvector('simple', title || ' ' || body)) stored, facts jsonb not null,
  labels int[] not null, at timestamptz not null, views int not null
);
create index documents_words on documents using gin (words);
create index documents_words_gist on documents using gist (words);
create index documents_title on documents using gin (title gin_trgm_ops);
create index documents_title_gist on documents using gist (title gist_trgm_ops);
create index documents_facts on documents using gin (facts);
create index documents_paths on documents using gin (facts jsonb_path_ops);
create index documents_labels on documents using gin (labels);
create index documents_mixed on documents using gin (author, labels);
create index documents_lang on documents ((facts ->> 'lang'), at desc);
create index documents_rank on documents (((facts ->> 'rank')::int)) where facts ? 'rank';
create index documents_author on documents (author, at desc);
create index documents_at on documents using brin (at);
create index documents_prefix on documents (title text_pattern_ops);
create index authors_name on authors using gin (name gin_trgm_ops);
"""
DOCUMENT_ROWS = """
insert into authors select i, 'author ' || md5(i::text), jsonb_build_object('country', (array['de','fr','us','us','us'])[1 + i % 5])
from generate_series(1, 2000) i;
insert into documents (id, author, title, body, facts, labels, at, views)
select i, 1 + (random() ^ 3 * 1999)::int, 'title ' || md5((i % 3000)::text) || ' ' || (random() ^ 2 * 900)::int,
  (select string_agg('w' || (random() ^ 4 * 5000)::int, ' ') from generate_series(1, 20) where i > 0),
  jsonb_build_object('lang', (array['en','en','en','de','fr'])[1 + (random() * 4)::int], 'n', (random() ^ 2 * 100)::int)
    || case when i % 10 = 0 then jsonb_build_object('rank', i % 777) else '{}' end,
  array(select (random() ^ 2 * 200)::int from generate_series(1, i % 6)), '2023-01-01'::timestamptz + i * interval '17 min',
  (random() ^ 5 * 100000)::int
from generate_series(1, 30000) i;
"""
SEARCHES = """
select id from documents where words @@ to_tsquery('simple', '{word}');
select id, ts_rank(words, q) from documents, to_tsquery('simple', '{word} & w1') q where words @@ q order by 2 desc limit {few};
select id from documents where words @@ to_tsquery('simple', '{word} | w4999') and author = {author};
select id from documents where words @@ to_tsquery('simple', '{word}:*');
select id from documents where title ilike '%{part}%';
select id from documents where title % 'title {part}' order by similarity(title, '{part}') desc limit {few};
select id from documents order by title <-> '{part}' limit {few};
select id from documents where title like 'title {part}%';
select count(*) from documents where title ~ '{part}[0-9]';
select id from documents where facts @> '{{"lang": "{lang}"}}' order by at desc limit {few};
select id from documents where facts @> '{{"lang": "{lang}", "n": {few}}}';
select id from documents where facts ->> 'lang' = '{lang}' order by at desc limit {few};
select count(*) from documents where facts @? '$.n ? (@ > {few})';
select id from documents where (facts ->> 'rank')::int = {few} and facts ? 'rank';
select id from documents where labels @> array[{few}, {author}];
select id from documents where labels && array[{few}] and author = {author};
select id from documents where labels <@ array[{few}, 1, 2, 3];
select * from documents where author = {author} order by at desc limit {few};
select a.name, count(*) from documents d join authors a on a.id = d.author where d.words @@ to_tsquery('simple', '{word}') group by 1;
select a.name from authors a where a.name ilike '%{part}%' and exists (select from documents where author = a.id and views > 90000);
update documents set views = views + 1 where author = {author} and facts @> '{{"n": {few}}}';
delete from documents where labels @> array[{few}] and at < '2023-02-01'
"""
SEARCHES_ONCE = """
select id from documents where words @@ $1::tsquery;
select id from documents where title ilike $1;
select id from documents where facts @> $1;
select id from documents where labels @> $1;
select facts ->> 'lang', count(*) from documents group by 1;
select max((facts ->> 'rank')::int) from documents where facts ? 'rank';
select * from documents where at > '2023-12-20';
select * from documents where at > $1 order by at limit 100;
select count(*) from documents where facts ? 'rank' and words @@ 'w0'::tsquery;
select a.facts ->> 'country', sum(d.views) from documents d join authors a on a.id = d.author group by 1;
select * from documents where words @@ phraseto_tsquery('simple', 'w1 w2');
select * from documents where words @@ websearch_to_tsquery('simple', 'w1 -w0 or w77');
select * from documents where not words @@ 'w1'::tsquery and author = 5;
select (select count(*) from documents where author = a.id) from authors a where id < 30
"""
VECTORS = """
create extension vector;
create table items (id bigint primary key, shop int not null, embedding vector(32) not null, small halfvec(16), bits bit(64), note text);
create index items_l2 on items using hnsw (embedding vector_l2_ops);
create index items_cosine on items using hnsw (embedding vector_cosine_ops) with (m = 8, ef_construction = 40);
create index items_ip on items using ivfflat (embedding vector_ip_ops) with (lists = 60);
create index items_small on items using hnsw (small halfvec_l2_ops);
create index items_bits on items using hnsw (bits bit_hamming_ops);
create index items_shop on items (shop);
create table few_items (id int primary key, embedding vector(3));
create index few_items_l2 on few_items using ivfflat (embedding vector_l2_ops) with (lists = 5);
"""
VECTOR_ROWS = """
set maintenance_work_mem = '256MB';
insert into items select i, (random() ^ 3 * 60)::int, array(select random() from generate_series(1, 32) where i > 0)::vector(32),
  array(select random() from generate_series(1, 16) where i > 0)::vector(16)::halfvec(16), (i::bigint * 7919)::bit(64), md5(i::text)
from generate_series(1, 2500) i;
insert into few_items select i, array[random(), random(), random()]::vector(3) from generate_series(1, 900) i;
"""
NEAREST = """
select id from items order by embedding <-> '{v}' limit {few};
select id from items order by embedding <=> '{v}' limit {few};
select id from items order by embedding <#> '{v}' limit {few};
select id from items where shop = {shop} order by embedding <-> '{v}' limit {few};
select id from items where shop = {shop} order by embedding <=> '{v}' limit {few};
select i.id, f.id from few_items f cross join lateral (select id from items where shop = {shop} order by embedding <=> '{v}' limit {few}) i;
select shop, avg(embedding <-> '{v}') from items where shop >= {shop} group by shop;
select id from items order by small <-> '{w}' limit {few};
select id from items order by bits <~> '{b}' limit {few};
select id from items where embedding <-> '{v}' < 0.{few} and shop = {shop};
select id from few_items order by embedding <-> '[0.1,0.2,0.{few}]' limit {few};
select count(*) from items where shop = {shop} and note > 'c'
"""


def _vector(of: int, size: int) -> str:
    return "[" + ",".join(f"{(i * of % 97) / 97:.2f}" for i in range(size)) + "]"


def statements() -> Iterator[Asked]:
    """Yield searches for common and rare words, parts, labels and languages."""
    words, parts = ["w0", "w4", "w300", "w4999", "none"], ["c4", "c4ca4238", "zz zz", "7"]
    for asked in expand(SEARCHES, word=words, part=parts, lang=["en", "fr", "xx"], few=[1, 20], author=[1, 1900]):
        yield Asked(asked.statement.replace("{{", "{").replace("}}", "}"), asked.generic)
    yield from expand(SEARCHES_ONCE)


def nearest() -> Iterator[Asked]:
    """Yield the nearest few of all and of one shop."""
    vectors = {"v": [_vector(7, 32)], "w": [_vector(5, 16)], "b": ["0" * 32 + "1" * 32]}
    yield from expand(NEAREST, **vectors, few=[1, 10, 200], shop=[0, 20, 59])


def workloads() -> list[Workload]:
    """Return the two workloads."""
    return [
        Workload("documents", DOCUMENTS, filled_by(DOCUMENT_ROWS, statements())),
        Workload("vectors", VECTORS, filled_by(VECTOR_ROWS, nearest())),
    ]
