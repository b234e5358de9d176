"""Statements are cut into lines at their clauses, and nothing in them changes."""

from __future__ import annotations

import pytest

from dbwright.emit.sql_layout import laid_out, settles_conflicts
from dbwright.sql.grammar import scan
from document_designs import DESIGNS, blueprint_of

LONG = (
    "select a.id, ' from x where y ' as t from a left join b on b.id = a.id where a.x in (select x from c where y) "
    "order by a.id limit 3"
)


def tokens_of(sql: str) -> list[str]:
    """Return the text of every token."""
    return [sql[token.start : token.end] for token in scan(sql)]


def test_clauses_begin_lines_outside_parentheses_and_strings() -> None:
    assert laid_out(LONG).splitlines() == [
        "select a.id, ' from x where y ' as t",
        "from a",
        "left join b on b.id = a.id",
        "where a.x in (select x from c where y)",
        "order by a.id",
        "limit 3",
    ]


def test_a_short_statement_stays_on_its_line() -> None:
    assert laid_out("  select 1 from a where b ") == "select 1 from a where b"


@pytest.mark.parametrize("name", DESIGNS)
def test_the_tokens_of_every_statement_stay_the_same(name: str) -> None:
    statements = [sql for s in blueprint_of(name).statements for sql in (s.sql, s.inner) if sql]
    assert [tokens_of(laid_out(sql)) for sql in statements] == [tokens_of(sql) for sql in statements]


@pytest.mark.parametrize(
    ("sql", "settled"),
    [
        ("insert into a values (1) on conflict (id) do nothing", True),
        ("insert into a values (' on conflict ')", False),
        ("insert into a (b) values ($1)", False),
    ],
)
def test_only_a_clause_settles_conflicts(sql: str, settled: bool) -> None:
    assert settles_conflicts(sql) == settled
