"""The facts about leakproof operators are those of the servers."""

from __future__ import annotations

import pytest

from dbwright.server import Server
from dbwright.sql.leakproof import COMPARISONS, TYPES, is_leakproof

QUERY = """
select format_type(o.oprleft, null), array_agg(distinct o.oprname::text) from pg_operator o
join pg_proc p on p.oid = o.oprcode
where p.proleakproof and o.oprleft = o.oprright and o.oprresult = 'boolean'::regtype group by 1
"""
# These compare through the operators of another type.
BORROWED = {"character varying": "text", "regconfig": "oid", "name": "name"}


def leakproof_operators(server: Server) -> dict[str, set[str]]:
    """Return the leakproof boolean operators of each type, as the server says."""
    with server.connect() as connection:
        return {name: set(operators) for name, operators in connection.execute(QUERY).fetchall()}


@pytest.mark.parametrize("name", sorted(TYPES))
@pytest.mark.parametrize("fixture", ["server", "server15"])
def test_every_comparison_of_a_listed_type_is_leakproof(
    request: pytest.FixtureRequest, fixture: str, name: str
) -> None:
    operators = leakproof_operators(request.getfixturevalue(fixture))
    assert operators[BORROWED.get(name, name)] >= COMPARISONS


@pytest.mark.parametrize(
    ("operator", "type_name"),
    [("@>", "jsonb"), ("=", "numeric"), ("@@", "tsvector"), ("&&", "tstzrange"), ("=", "integer[]"), ("~~", "text")],
)
def test_operators_that_lose_their_index_are_not_leakproof(server: Server, operator: str, type_name: str) -> None:
    query = "select bool_or(p.proleakproof) from pg_operator o join pg_proc p on p.oid = o.oprcode"
    with server.connect() as connection:
        kind = "anyarray" if type_name.endswith("[]") else type_name
        row = connection.execute(
            f"{query} where o.oprname = %s and o.oprleft = %s::regtype", (operator, kind)
        ).fetchone()
    assert row is not None
    assert not row[0]
    assert not is_leakproof(operator, type_name)
