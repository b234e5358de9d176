"""Documents: every built file of FediFlow passes its own tool, and each corruption of one is seen."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from benches import judge, mutated
from dbwright.emit import emit_all
from dbwright.model.claim import Finding, Verdict
from dbwright.passes.claims import DOCUMENTS
from dbwright.prove import browser
from dbwright.prove.bench import Bench
from dbwright.prove.document_tools import ToolMissing, ask_node, need_library
from dbwright.prove.documents import CHECKS

SUBJECTS = [name for name, _ in DOCUMENTS]
DDL, MIGRATION = "ddl/schema.sql", "migrations/0001_initial.sql"
MERMAID, DBML, ERD = "diagrams/erd.mmd", "diagrams/schema.dbml", "diagrams/erd.svg"
SQLALCHEMY, PYDANTIC = "models/sqlalchemy_models.py", "models/pydantic_models.py"
USERS, INDEX = "models/json-schema/users.json", "models/json-schema/index.json"
DICTIONARY, DICTIONARY_PAGE = "dictionary/dictionary.md", "dictionary/dictionary.html"
DOCUMENT, INVARIANTS, SITE = "design.md", "handoff/invariants.sql", "index.html"


@pytest.fixture(scope="module")
def files(bench: Bench) -> Mapping[str, str]:
    """All that `build` writes for the design of the bench."""
    return emit_all(bench.blueprint)


def judged(bench: Bench, files: Mapping[str, str], subject: str) -> Finding:
    """Return the finding on one document of these files, over the rows of the bench."""
    with closing(Bench(bench.blueprint, files, bench.database, bench.dataset)) as other:
        return judge(other, f"documents/{subject}")


def state_of(bench: Bench) -> tuple[str, list[str], frozenset[str]]:
    """Return what experiments must leave as it was: structure, databases and roles."""
    with bench.server.connect() as connection:
        names = [str(row[0]) for row in connection.execute("select datname from pg_database order by 1")]
    return bench.database.dump(), names, bench.server.roles()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_document_is_what_its_tool_takes_it_for(bench: Bench, files: Mapping[str, str], subject: str) -> None:
    before = state_of(bench)
    finding = judged(bench, files, subject)
    if finding.verdict is Verdict.UNTESTED:
        pytest.skip(finding.reason)
    assert (finding.verdict, finding.reason) == (Verdict.HELD, "")
    assert state_of(bench) == before


def test_every_document_has_a_check() -> None:
    assert sorted(CHECKS) == sorted(SUBJECTS)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_file_that_was_not_built_breaks_the_promise(bench: Bench, subject: str) -> None:
    finding = judged(bench, {}, subject)
    assert finding.verdict is Verdict.BROKEN
    assert finding.reason.endswith(" was not built")


CORRUPTIONS = [
    ("ddl", DDL, r"  email +text not null,\n", "", "psql refuses ddl/schema.sql: line "),
    ("ddl", DDL, r"commit;\n\Z", "", "there is no table `tenants`"),
    ("ddl", DDL, r"create table", "creat table", "syntax error"),
    ("migration", MIGRATION, r" where advisor_id is not null;", ";", "another schema than the DDL"),
    ("migration", MIGRATION, r"create schema fediflow", "create schem fediflow", "syntax error"),
    ("migration", MIGRATION, r"reset role;", "reset role; select 1/0;", "division by zero"),
    ("mermaid", MERMAID, r'    "follows" \{[^}]*\}\n', "", "columns instead of"),
    ("mermaid", MERMAID, r'    "follows" \{[\s\S]*', "", "table `follows` is missing"),
    ("mermaid", MERMAID, r'"follows"', '"followers"', "table `followers` is not of this design"),
    ("mermaid", MERMAID, r"        text username UK\n", "", "columns instead of"),
    ("mermaid", MERMAID, r'    "users" \|\|--o\{ "follows".*\n', "", "references instead of"),
    ("mermaid", MERMAID, r"    \}\n", "", "erd.mmd: "),
    ("mermaid", "diagrams/erd-content.mmd", r"erDiagram", "erDiagra", "erd-content.mmd: "),
    ("mermaid", "diagrams/erd-analytics.mmd", r'"metric_points"[\s\S]*', '"users"\n', "shows `metric_points`"),
    ("dbml", DBML, r"\n\}\n", "\n", "schema.dbml: "),
    ("dbml", DBML, r'  "display_name" [^\n]*\n', "", "columns instead of"),
    ("dbml", DBML, r'Ref "follows_followee_id_fkey"[^\n]*\n', "", "references instead of"),
    ("sqlalchemy", SQLALCHEMY, r"    display_name:", "    name_shown:", "only in the DDL"),
    ("sqlalchemy", SQLALCHEMY, r"    username:", "    usernam:", "sqlalchemy"),
    ("sqlalchemy", SQLALCHEMY, r"display_name: Mapped\[str\]", "display_name: Mapped[str | None]", "display_name"),
    ("sqlalchemy", SQLALCHEMY, r"'invited', 'active', 'completed', 'dropped'", "'invited'", "enrollments_status_check"),
    ("sqlalchemy", SQLALCHEMY, r"import sqlalchemy as sa", "import sqlalchemy as s", "NameError"),
    ("sqlalchemy", SQLALCHEMY, r"\Z", "\nimport warnings\nwarnings.warn('old', stacklevel=1)\n", "UserWarning: old"),
    (
        "pydantic",
        PYDANTIC,
        r"    username: str = Field\(pattern=",
        "    username: str = Field(max_length=1, pattern=",
        "User",
    ),
    ("pydantic", PYDANTIC, r"    follower_id: UUID = .*\n", "", "Follow refuses a row of `follows`: follower_id"),
    ("pydantic", PYDANTIC, r"class Follow\(ReadModel\)", "class Follow(WriteModel)", "13 read models for 14 tables"),
    ("pydantic", PYDANTIC, r"from pydantic import", "from pydanti import", "ModuleNotFoundError"),
    (
        "json-schema",
        USERS,
        r'"username": \{\n      "type": "string"',
        '"username": {\n      "type": "integer"',
        "refuses",
    ),
    (
        "json-schema",
        USERS,
        r'"username": \{\n      "type": "string"',
        '"username": {\n      "type": "txt"',
        "no JSON Schema",
    ),
    ("json-schema", USERS, r'"username": \{\n      "type": "string",', '"username": {', "accepts 7 in `username`"),
    ("json-schema", USERS, r'    "email",\n', "", "accepts a row without `email`"),
    ("json-schema", USERS, r'"additionalProperties": false', '"additionalProperties": true', "that the table has not"),
    ("json-schema", USERS, r"\}\n\Z", "", "is no JSON"),
    ("json-schema", USERS, r'"\$id": "users.json"', '"$id": "people.json"', "refers to `users.json`"),
    ("json-schema", INDEX, r'"users": \{', '"people": {', "a schema of `users` was not built"),
    ("erd", ERD, r"</g>\s*</svg>\s*\Z", "", "no well-formed XML"),
    ("erd", ERD, r">follows</text>", "></text>", "does not show `follows`"),
    ("erd", ERD, r"<title>follows: [^<]*</title>", "", "does not show `follows`"),
    ("erd", ERD, r"</svg>", '<image href="https://example.org/a.png"/></svg>', "reference to https://example.org"),
    ("erd", "diagrams/erd-content.svg", r"</svg>", "<script>1</script></svg>", "erd-content.svg holds a <script>"),
    (
        "dictionary",
        DICTIONARY,
        r"\| [^|\n]*`username` \|.*\n",
        "",
        "dictionary.md does not name the column `users.username`",
    ),
    ("dictionary", DICTIONARY, r"### `follows`", "### Follows", "dictionary.md does not name the table `follows`"),
    ("dictionary", DICTIONARY_PAGE, r"<td><code>username</code></td>", "<td></td>", "the column `users.username`"),
    ("dictionary", DICTIONARY_PAGE, r"<code>follows</code> <a class", "<a class", "the table `follows`"),
    ("dictionary", DICTIONARY_PAGE, r"</table>", "", "closes what is not open"),
    (
        "dictionary",
        DICTIONARY_PAGE,
        r"</body>",
        '<img src="https://example.org/a.png"></body>',
        "loads https://example.org",
    ),
    ("document", DOCUMENT, r"### Retention Policy", "### Retention", "the heading “Retention Policy” is missing"),
    (
        "document",
        DOCUMENT,
        r"## Disclaimer\n[\s\S]*?(?=\n<a id=)",
        "## Disclaimer\n",
        "nothing stands under “Disclaimer”",
    ),
    ("document", DOCUMENT, r"### Your Choice: .*", "### Your Choice:", "the heading “Your Choice:” is missing"),
    (
        "document",
        DOCUMENT,
        r"## Data Lifecycle",
        "```\n## Data Lifecycle\n```",
        "the heading “Data Lifecycle” is missing",
    ),
    ("document", DOCUMENT, r"# .*Database Design.*", "# fediflow", "does not begin with a title"),
    ("document", INVARIANTS, r"select tenant_id", "select tenant", "psql refuses handoff/invariants.sql"),
    (
        "site",
        SITE,
        r"</body>",
        '<script src="https://example.org/a.js"></script></body>',
        "loads https://example.org/a.js",
    ),
    (
        "site",
        SITE,
        r"</style>",
        "a { background: url(https://example.org/a.png) }</style>",
        "loads https://example.org/a",
    ),
    ("site", SITE, r"default-src 'none'; ", "", "no content security policy"),
    (
        "site",
        SITE,
        r"default-src 'none'; ",
        "default-src 'none'; connect-src https://example.org; ",
        "policy allows https:",
    ),
    ("site", SITE, r"</main>", "", "closes what is not open"),
    ("site", SITE, r'"name":"follows",', '"name":"followers",', "does not name the table `follows`"),
    ("site", SITE, r'\["username",', '["user",', "does not name the column `users.username`"),
    ("site", SITE, r'"tables":\[', '"tables":[[', "is no JSON"),
    ("site", SITE, r'type="application/json"', 'type="text/plain"', "holds 0 scripts of data"),
]


@pytest.mark.parametrize(
    ("subject", "path", "pattern", "replacement", "reason"), CORRUPTIONS, ids=[f"{c[0]}-{c[4]}" for c in CORRUPTIONS]
)
def test_a_corrupt_file_is_seen(
    bench: Bench, files: Mapping[str, str], subject: str, path: str, pattern: str, replacement: str, reason: str
) -> None:
    text, changes = re.subn(pattern, lambda _: replacement, files[path], count=1)
    assert changes == 1, f"{path} does not hold {pattern}"
    finding = judged(bench, {**files, path: text}, subject)
    if finding.verdict is Verdict.UNTESTED:
        pytest.skip(finding.reason)
    assert finding.verdict is Verdict.BROKEN
    assert reason in finding.reason


def test_a_migration_that_runs_twice_is_seen(bench: Bench) -> None:
    text = "create schema if not exists fediflow;"
    finding = judged(bench, {DDL: text, MIGRATION: text}, "migration")
    assert (finding.verdict, finding.reason) == (
        Verdict.BROKEN,
        "the migration runs a second time, and should refuse",
    )


def test_a_row_that_breaks_an_invariant_is_seen(bench: Bench, files: Mapping[str, str]) -> None:
    statements = (
        "alter table fediflow.users drop constraint users_status_check",
        "update fediflow.users set status = 'gone'",
    )
    with mutated(bench, *statements) as copy:
        finding = judged(copy, files, "document")
    assert finding.verdict is Verdict.BROKEN
    assert "finds a row that breaks integrity/users.users_status_check" in finding.reason


@pytest.mark.parametrize("subject", ["pydantic", "json-schema"])
def test_a_table_without_rows_is_untested_and_says_so(bench: Bench, files: Mapping[str, str], subject: str) -> None:
    with mutated(bench, "truncate fediflow.follows") as copy:
        finding = judged(copy, files, subject)
    assert finding.verdict is Verdict.UNTESTED
    assert "there is no row of `follows` to try" in finding.reason


@pytest.mark.parametrize(
    ("pattern", "replacement", "reason"),
    [
        (
            r"\(function \(\) \{",
            "throw new Error('boom'); (function () {",
            'the browser complains: "Uncaught Error: boom',
        ),
        (r"\nstart\(\);\n", "\n", "the browser does not show the design's name"),
    ],
)
def test_a_page_that_a_browser_cannot_draw_is_seen(
    bench: Bench, files: Mapping[str, str], pattern: str, replacement: str, reason: str
) -> None:
    text, changes = re.subn(pattern, lambda _: replacement, files[SITE], count=1)
    assert changes == 1
    text = re.sub(r"script-src '[^']*'", "script-src 'unsafe-inline'", text, count=1)
    finding = judged(bench, {**files, SITE: text}, "site")
    if "browser" in finding.evidence and finding.verdict is Verdict.HELD:
        pytest.skip(str(finding.evidence["browser"]))
    assert finding.verdict is Verdict.BROKEN
    assert reason in finding.reason


def test_a_script_that_the_policy_refuses_is_seen(bench: Bench, files: Mapping[str, str]) -> None:
    text = re.sub(r"\nstart\(\);\n", "\nstart(); \n", files[SITE], count=1)
    finding = judged(bench, {**files, SITE: text}, "site")
    if finding.verdict is Verdict.HELD:
        pytest.skip(str(finding.evidence["browser"]))
    assert "the browser complains" in finding.reason
    assert "Content Security Policy" in finding.reason


def test_a_page_is_judged_without_a_browser_and_says_so(
    bench: Bench, files: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "NAMES", ("no-browser-of-this-name",))
    finding = judged(bench, files, "site")
    assert (finding.verdict, finding.reason) == (Verdict.HELD, "the browser part was not run")
    assert finding.evidence["browser"] == "not run: no Chromium is installed: sudo apt-get install chromium"


@pytest.mark.parametrize("subject", ["mermaid", "dbml"])
def test_without_node_a_diagram_is_untested_and_says_what_to_type(
    bench: Bench, files: Mapping[str, str], subject: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = judged(bench, files, subject)
    assert finding.verdict is Verdict.UNTESTED
    assert "sudo scripts/setup-debian" in finding.reason


def test_without_the_repository_a_parser_is_missing_and_says_what_to_type() -> None:
    with pytest.raises(ToolMissing, match=r"in a clone of it type: scripts/setup-npm"):
        ask_node("scripts/no-such-parser.mjs", (), "", "x.mmd")


def test_without_its_packages_a_parser_is_missing_and_says_what_to_type() -> None:
    with pytest.raises(ToolMissing, match=r"no-such-package is not installed; in .* type: scripts/setup-npm"):
        ask_node("scripts/parse-mermaid.mjs", ("no-such-package",), "", "x.mmd")


@pytest.mark.parametrize(
    ("subject", "library"), [("sqlalchemy", "sqlalchemy"), ("pydantic", "pydantic"), ("json-schema", "jsonschema")]
)
def test_without_its_library_a_model_is_untested_and_says_what_to_type(
    bench: Bench, files: Mapping[str, str], subject: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    finding = judged(bench, files, subject)
    assert finding.verdict is Verdict.UNTESTED
    assert finding.reason == f"{library} is not installed: pip install {library}"


def test_a_library_that_is_too_old_is_missing_and_says_what_to_type() -> None:
    with pytest.raises(ToolMissing, match=r"jsonschema .* is too old: pip install 'jsonschema>=99\.5'"):
        need_library("jsonschema", (99, 5))
