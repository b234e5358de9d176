"""`:name` becomes `$n` where SQL has a parameter, nowhere else, and every place leads back to the statement."""

from __future__ import annotations

import pytest

from dbwright.sql.grammar import GrammarError
from dbwright.sql.parameters import Numbered, number_parameters, parse_numbered


@pytest.mark.parametrize(
    "statement, sql, names",
    [
        ("select 1", "select 1", ()),
        ("select :a", "select $1", ("a",)),
        ("select :b, :a, :b", "select $1, $2, $1", ("b", "a")),
        ("select :a::int", "select $1::int", ("a",)),
        ("select a::int from t", "select a::int from t", ()),
        ("select ':a', \":a\", $$:a$$ from t", "select ':a', \":a\", $$:a$$ from t", ()),
        ("select 1 -- :a\n, :b", "select 1 -- :a\n, $1", ("b",)),
        ("select /* :a */ :b", "select /* :a */ $1", ("b",)),
        ("select 'é', :größe || :größe", "select 'é', $1 || $1", ("größe",)),
        ("select a[1 : 2], a[1:2] from t", "select a[1 : 2], a[1:2] from t", ()),
        ("select : a", "select : a", ()),
        ("select :A, :a", "select $1, $2", ("A", "a")),
        ("select :user, :order", "select $1, $2", ("user", "order")),
        (
            "select " + ", ".join(f":p{n}" for n in range(12)),
            "select " + ", ".join(f"${n + 1}" for n in range(12)),
            None,
        ),
    ],
)
def test_parameters_are_numbered(statement: str, sql: str, names: tuple[str, ...] | None) -> None:
    numbered = number_parameters(statement)
    assert numbered.sql == sql
    assert names is None or numbered.names == names


@pytest.mark.parametrize(
    "statement",
    [
        "select :a",
        "select 'é', :größe || :größe /* ü */ from t where a = :a",
        "select :a::int + 1, :abcdefghij, :a, 'x'",
    ],
)
def test_every_place_leads_back(statement: str) -> None:
    numbered = number_parameters(statement)
    outside = [i for i, c in enumerate(numbered.sql) if c not in "$0123456789"]
    assert [numbered.sql[i] for i in outside] == [statement[numbered.original(i)] for i in outside]
    for position, name in enumerate(numbered.names, 1):
        assert statement.startswith(f":{name}", numbered.original(numbered.sql.index(f"${position}")))


def test_a_statement_without_parameters_has_its_own_places() -> None:
    assert Numbered("select 1", ()).original(7) == 7


@pytest.mark.parametrize(
    "statement, offset, message",
    [
        ("select :a frm :b x", 14, 'syntax error at or near "$2"'),
        ("select 'é', :long_name from from t", 28, 'syntax error at or near "from"'),
        ("select 1; select 2", 0, "one statement is expected, 2 are here"),
        ("", 0, "one statement is expected, 0 are here"),
        ("select 'open", 7, 'unterminated quoted string at or near "\'open"'),
    ],
)
def test_a_mistake_has_its_place_in_the_statement_as_written(statement: str, offset: int, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_numbered(number_parameters(statement))
    assert (caught.value.offset, caught.value.message) == (offset, message)


@pytest.mark.parametrize(
    "statement", ["select :a", "select :a::int, b::text, a[:x], a[1:n]", "select :a=:b", "select :_x1,:é", "select a:b"]
)
def test_the_short_way_finds_what_the_scanner_finds(statement: str) -> None:
    short, scanned = number_parameters(statement), number_parameters(f"{statement} /* */")
    assert (f"{short.sql} /* */", short.names, short.shifts) == (scanned.sql, scanned.names, scanned.shifts)
