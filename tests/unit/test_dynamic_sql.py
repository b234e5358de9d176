"""Which parts of SQL that a function puts together may hold anything, and which may not."""

from __future__ import annotations

import pytest

from dbwright.sql.dynamic import loose_parts

LOOSE = [
    ("execute 'select 1 from t where a = ''' || wanted || ''''", "wanted text", ["wanted"]),
    ("execute format('select 1 from %s where a = %L', t, v)", "t text, v text", ["t"]),
    ("execute format('select 1 from %2$s where a = %1$L', v, t)", "v text, t text", ["t"]),
    ("q := 'select 1 where a = ' || v; execute q", "v text", ["v"]),
    ("q := 'select '; q := q || v; return query execute q using x", "v text", ["v"]),
    (
        "for r in select tablename from pg_tables loop execute 'drop table ' || r.tablename; end loop",
        "",
        ["r.tablename"],
    ),
    ("execute q", "q text", ["q"]),
    ("execute 'select 1 where a = ' || v::text", "v text", ["v"]),
    ("execute concat('select ', v)", "v text", ["v"]),
]
BOUND = [
    ("execute 'select 1 from t where a = $1' using wanted", "wanted text"),
    ("execute format('select 1 from %I where a = %L', t, v)", "t text, v text"),
    ("execute format('select 1 from %s where a = %L', t, v)", "t regclass, v text"),
    ("execute format('select 1 from %s', t::regclass)", "t text"),
    ("execute 'drop table ' || quote_ident(t)", "t text"),
    ("q := 'select 1 limit ' || n; execute q", "n integer"),
    ("for i in 1..12 loop execute 'create table p_' || i || ' partition of p'; end loop", ""),
    ("execute 'insert into ' || tg_table_name || '_log select ($1).*' using new", ""),
    ("execute 'create table m' || to_char(d, 'YYYYMM') || ' partition of m'", "d date"),
    ("execute 'create trigger x after insert on t for each row execute function f()'", ""),
    ("execute 'select 1 where x in (' || array_to_string(ids, ',') || ')'", "ids integer[]"),
    ("execute 'select ' || (n + 1)", "n numeric"),
    ("grant execute on function f to x", ""),
    ("execute 'unfinished", "wanted text"),
]


@pytest.mark.parametrize(("body", "arguments", "parts"), LOOSE)
def test_what_may_hold_anything_is_named(body: str, arguments: str, parts: list[str]) -> None:
    assert loose_parts(f"declare q text; begin {body}; end", arguments) == parts


@pytest.mark.parametrize(("body", "arguments"), BOUND)
def test_what_is_quoted_or_a_number_is_not(body: str, arguments: str) -> None:
    assert loose_parts(f"declare q text; begin {body}; end", arguments) == []
