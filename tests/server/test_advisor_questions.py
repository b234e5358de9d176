"""The questions that a search may ask are shared out: one hungry statement leaves enough for those after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.options import Option, bits
from dbwright.planner.advisor.search import EXPLORED, Search
from dbwright.planner.advisor.trials import Trials
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.writes import no_writes
from dbwright.server import Database

COLUMNS = "abcdefgh"
HUNGRY = Asked("all", "select from things where " + " or ".join(f"{c} = {n}" for n, c in enumerate(COLUMNS, 1)))


@pytest.fixture
def trials(database: Database) -> Iterator[Trials]:
    """A statement that every index could serve, then one for each index."""
    database.run_sql(f"create table things ({', '.join(f'{c} int not null' for c in COLUMNS)})")
    values = ", ".join(f"i * {n} % 5000" for n in range(1, 9))
    database.run_sql(f"insert into things select {values} from generate_series(1, 20000) i")
    database.run_sql("".join(f"create index on_{c} on things ({c});" for c in COLUMNS))
    database.run_sql("vacuum analyze")
    asked = [HUNGRY, *(Asked(c, f"select from things where {c} = 7") for c in COLUMNS)]
    with database.connect(autocommit=False) as connection:
        found: dict[str, int] = dict(
            connection.execute("select relname, oid::bigint from pg_class where relname like 'on__'").fetchall()
        )
        options = [Option(Definition("things", (KeyPart(c),)), 1, (found[f"on_{c}"],)) for c in COLUMNS]
        yield Trials(connection, asked, options, [(1 << len(options)) - 1] * len(asked))


def test_every_statement_is_looked_at_though_the_first_could_ask_for_all_questions(trials: Trials) -> None:
    most = 210
    search = Search(trials, no_writes(trials.options), most_questions=most)
    search.explore()
    own = [[trials.options[i].definition.columns[0] for i in bits(mask)] for mask in search.useful[1:]]
    assert all(column in found for column, found in zip(COLUMNS, own, strict=True))


def test_looking_at_statements_leaves_questions_for_what_comes_after_it(trials: Trials) -> None:
    search = Search(trials, no_writes(trials.options), most_questions=120)
    search.explore()
    assert 0 < trials.questions <= 120 * EXPLORED + len(trials.statements)


def test_with_questions_enough_the_first_finds_what_all_of_it_needs(trials: Trials) -> None:
    search = Search(trials, no_writes(trials.options), most_questions=4000)
    search.explore()
    assert search.useful[0] == (1 << len(COLUMNS)) - 1
