"""Rules that a house writes in SQL, asked of designs, dumps and servers; a wrong one is told with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dbwright.api import Check, check, check_dump, check_server
from dbwright.cli import main
from dbwright.diagnostics import DesignError, Severity
from dbwright.server import Server, open_server

RULE = """\
[[rule]]
code = "text-without-limit"
severity = "error"
message = "`{table}.{column}` takes a text of any length"
help = "add check (length({column}) <= …)"
sql = '''
select c.relname as table, a.attname as column
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)' and a.atttypid = 'text'::regtype
   and not exists (
     select from pg_constraint o where o.conrelid = c.oid and o.contype = 'c' and a.attnum = any(o.conkey))
 order by 1, 2'''
"""
DDL = "create table notes (note_id integer primary key, words text not null);"
DESIGN = """\
design: notes
entities:
  notes:
    about: A note.
    columns:
      note_id: uuid primary key
      words: text not null
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dbwright.toml").write_text(RULE, encoding="utf-8")
    (tmp_path / "notes.sql").write_text(DDL, encoding="utf-8")
    (tmp_path / "notes.design.yaml").write_text(DESIGN, encoding="utf-8")
    return tmp_path


def of_house(found: Check) -> list[tuple[str, Severity, str, int]]:
    """Return the findings of the house's rule."""
    return [(d.message, d.severity, d.help, d.span.line) for d in found.diagnostics if d.code == "text-without-limit"]


FOUND = ("`notes.words` takes a text of any length", Severity.ERROR, "add check (length(words) <= …)")


def test_a_rule_is_asked_of_a_dump(folder: Path) -> None:
    assert of_house(check_dump(folder / "notes.sql")) == [(*FOUND, 0)]


def test_a_rule_is_asked_of_a_server(folder: Path, server: Server) -> None:
    with server.scratch() as database:
        database.run_sql(DDL)
        assert of_house(check_server(database.dsn, folder / "dbwright.toml")) == [(*FOUND, 0)]


def test_a_rule_is_asked_of_what_a_design_makes_and_finds_its_place(folder: Path) -> None:
    assert of_house(check(folder / "notes.design.yaml")) == [(*FOUND, 7)]


def test_a_design_accepts_what_a_rule_of_the_house_finds(folder: Path) -> None:
    path = folder / "notes.design.yaml"
    path.write_text(f"{DESIGN}    accept: [{{rule: text-without-limit, why: They are long.}}]\n", encoding="utf-8")
    assert of_house(check(path)) == []


def test_its_severity_is_for_the_policy_too(folder: Path) -> None:
    (folder / "dbwright.toml").write_text(f'[rules]\ntext-without-limit = "off"\n\n{RULE}', encoding="utf-8")
    assert of_house(check_dump(folder / "notes.sql")) == []


@pytest.mark.parametrize(
    ("old", "new", "told", "line"),
    [
        ("a.attname as column", "a.attnam as column", "column a.attnam does not exist", 7),
        ("select c.relname", "selec c.relname", "cannot be read: syntax error", 7),
        ("select c.relname", "select 1; select c.relname", "is not one `select`", 7),
        ("{table}.{column}", "{tables}.{column}", "names what its SQL does not return: 'tables'", 2),
        ("{table}.{column}", "{table!", "`message` cannot be read", 4),
        ('severity = "error"', 'severity = "fatal"', "`fatal` is no severity", 3),
        ('"text-without-limit"', '"select-star"', "there is a rule `select-star` already", 2),
        ('"text-without-limit"', '"Text limit"', "`Text limit` is no code", 2),
        ("help =", "helps =", "`helps` is no part of a rule", 5),
        ("message =", "code2 =", "`code2` is no part of a rule", 4),
        ('code = "text-without-limit"\n', "", "this rule has no `code`", 1),
    ],
)
def test_what_is_wrong_in_a_rule_is_one_message_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, told: str, line: int
) -> None:
    assert old in RULE
    (folder / "dbwright.toml").write_text(RULE.replace(old, new, 1), encoding="utf-8")
    assert main(["check", str(folder / "notes.sql")]) == 2
    shown = "".join(capsys.readouterr())
    assert told in shown and f"dbwright.toml:{line}:" in shown and "Traceback" not in shown


def test_a_rule_changes_nothing(folder: Path, server: Server) -> None:
    policy = folder / "dbwright.toml"
    policy.write_text(
        "[[rule]]\ncode = 'writes'\nmessage = '{n}'\nsql = \"select nextval('s') as n\"\n", encoding="utf-8"
    )
    with server.scratch() as database:
        database.run_sql("create sequence s")
        with pytest.raises(DesignError, match="cannot execute nextval"):
            check_server(database.dsn, policy)


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server that is set as one in production."""
    settings = {"fsync": "on", "full_page_writes": "on", "log_connections": "on", "log_statement": "ddl"}
    with open_server(settings=settings) as opened:
        yield opened


def test_a_guarded_server_is_not_told_of(guarded: Server) -> None:
    codes = [d.code for d in check_server(guarded.dsn()).diagnostics]
    assert "weak-server-setting" not in codes
