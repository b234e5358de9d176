"""The design document answers every heading of seeds 000 and 003, for a full design, a hostile one and a bare one."""

from __future__ import annotations

import re
from functools import cache

import pytest

from dbwright.emit import TARGETS, document, emit
from dbwright.emit.document_diagrams import component_graph, label, topology_graph
from dbwright.emit.material import Material
from dbwright.model.claim import Finding, Verdict
from document_designs import DESIGNS, TAGS, Outline, blueprint_of, files_of, to_html, uneven_rows

HEADINGS_OF_003 = (
    "Design - Data and Consistency Issues",
    "Data Persistence",
    "What Data Needs to be Stored?",
    "Where Should Data be Stored?",
    "Why These Storage Choices?",
    "Database Schema Design",
    "Primary Database Schema",
    "Document Structure (if using NoSQL)",
    "Query Operations",
    "Database Queries",
    "Concurrent Access",
    "Data Sharing Between Components",
    "Shared Data Elements",
    "Data Synchronization",
    "Consistency Models",
    "Consistency Level",
    "Your Choice:",
    "Data Replication",
    "Replication Strategy",
    "Your Strategy:",
    "Backup and Recovery",
    "Backup Strategy",
    "Recovery Plan",
    "Data Lifecycle",
    "Data Creation",
    "Data Modification",
    "Data Archival",
    "Data Deletion",
    "Retention Policy",
)
LABELS_OF_003 = (
    *("Concurrent Reads", "Concurrent Writes", "Read-Write Concurrency", "Topology", "Replication Lag"),
    *("Failover Process", "RTO (Recovery Time Objective)", "RPO (Recovery Point Objective)", "Procedure", "Testing"),
    *("Strong Consistency", "Eventual Consistency", "Causal Consistency", "Read-Your-Writes Consistency"),
    *("Master-Slave Replication", "Multi-Master Replication", "Peer-to-Peer Replication"),
    *("Relational Database (SQL)", "Document Database (NoSQL)", "Key-Value Store", "Graph Database"),
    *("Time-Series Database", "Search Index", "Cache", "File Storage"),
    *("Description", "Components Involved", "Frequency", "Conflict Resolution"),
)
HEADINGS_OF_000 = (
    *("Description", "Key Points", "Review Needed", "Next Steps", "Important Note", "Disclaimer"),
    *("Data Access Patterns", "Hybrid Database Approach", "Transactional Consistency", "Security"),
)
KEY_POINTS_OF_000 = (
    "Database Schema and Data Models:",
    "Performance Optimizations:",
    "Database Technology:",
    "Security:",
    "Disaster Recovery:",
    "Transactional Consistency:",
)
STEPS_OF_000 = ("Address Review Comments:", "Conduct Further Analysis:", "Resubmit for Review:")


@cache
def document_of(name: str) -> str:
    """Return the design document of a design."""
    return files_of("document", name)["design.md"]


@cache
def text_of(name: str) -> str:
    """Return the text of the design document of a design, without any markup."""
    return Outline(to_html(document_of(name))).text


@cache
def sections(markdown: str) -> list[tuple[int, str, str]]:
    """Return (level, title, text up to the next heading of the same or a higher level) of every section."""
    outline = re.sub(r"```.*?```", lambda m: m[0].replace("#", " "), markdown, flags=re.DOTALL)
    starts = [(m.start(), m.end(), len(m[1]), m[2]) for m in re.finditer(r"^(#{1,6}) (.+)$", outline, re.MULTILINE)]
    found = []
    for number, (_, end, level, title) in enumerate(starts):
        stop = next((start for start, _, other, _ in starts[number + 1 :] if other <= level), len(markdown))
        found.append((level, title, re.sub(r'<a id="[^"]*"></a>', "", markdown[end:stop]).strip()))
    return found


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("heading", [*HEADINGS_OF_003, *HEADINGS_OF_000])
def test_every_heading_of_the_seeds_has_a_section_with_an_answer(name: str, heading: str) -> None:
    found = [text for _, title, text in sections(document_of(name)) if title.startswith(heading)]
    assert found, f"no section {heading}"
    assert all(text for text in found)


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("text", [*KEY_POINTS_OF_000, *STEPS_OF_000, *LABELS_OF_003])
def test_every_point_of_the_seeds_is_named(name: str, text: str) -> None:
    assert text in text_of(name)


@pytest.mark.parametrize("name", DESIGNS)
def test_no_section_is_empty(name: str) -> None:
    assert [title for _, title, text in sections(document_of(name)) if not text] == []


@pytest.mark.parametrize("name", DESIGNS)
def test_every_access_pattern_table_and_decision_occurs(name: str) -> None:
    blueprint = blueprint_of(name)
    text = flat(text_of(name))
    patterns = [f"Query: {p.name}" for p in blueprint.design.access]
    tables = [t.name for t in blueprint.tables]
    decisions = [d.code.partition("/")[2] for d in blueprint.decisions]
    claims = [c.id for c in blueprint.claims]
    assert [n for n in [*patterns, *tables, *decisions, *claims] if flat(n) not in text] == []


def flat(text: str) -> str:
    """Return text without white space, which a page may break anywhere."""
    return re.sub(r"\s+", "", text.replace("\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}", ""))


@pytest.mark.parametrize("name", DESIGNS)
def test_the_decided_statement_of_every_pattern_is_shown(name: str) -> None:
    text = flat(document_of(name))
    shown = [s for statement in blueprint_of(name).statements for s in (statement.sql, statement.inner)]
    assert [s for s in shown if flat(s) not in text] == []


@pytest.mark.parametrize("name", DESIGNS)
def test_open_questions_are_counted_and_each_has_a_place(name: str) -> None:
    markdown = document_of(name)
    asked = re.findall(r"^> .*\*\*The design does not say\*\*.*Add ", markdown, re.MULTILINE)
    head = markdown.partition("## Contents")[0]
    assert re.findall(r"^- \[(\d+)\]\(#open\.\1\)", head, re.MULTILINE) == [str(n + 1) for n in range(len(asked))]
    plural = "question" if len(asked) == 1 else "questions"
    assert f"- **Open questions:** {len(asked)} {plural} that the design does not answer" in head
    assert f"Conduct Further Analysis: {len(asked)} {plural} the design does not answer" in markdown


def test_a_bare_design_is_told_what_to_add() -> None:
    markdown = document_of("bare")
    for key in ("availability:", "backup:", "alerts:", "access:", "review:", "encryption:", "scaling:", "about:"):
        assert re.search(rf"The design does not say\*\* .*Add `{key}", markdown), key


@pytest.mark.parametrize("name", DESIGNS)
def test_no_name_or_text_becomes_markup(name: str) -> None:
    for path in ("design.md", "handoff.md"):
        markdown = files_of("document", name)[path]
        html = to_html(markdown)
        outline = Outline(html)
        assert set(outline.tags) <= TAGS, path
        assert outline.attributes <= {"href", "id", "class"}
        assert uneven_rows(markdown) == []
        assert [link for link in outline.links if not re.match(r"#|[a-z]+/|[a-z]+\.(md|html)", link)] == []


def test_the_hostile_design_adds_no_heading() -> None:
    levels = {level: [t for n, t, _ in sections(document_of("fediflow")) if n == level] for level in (1, 2)}
    hostile = {level: [t for n, t, _ in sections(document_of("hostile")) if n == level] for level in (1, 2)}
    assert len(hostile[1]) == len(levels[1]) == 1
    assert hostile[2] == levels[2]


@pytest.mark.parametrize("name", DESIGNS)
def test_every_link_leads_somewhere(name: str) -> None:
    files = {path: text for target in TARGETS for path, text in files_of(target, name).items()}
    places = {path: Outline(to_html(text)).places for path, text in files.items() if path.endswith(".md")}
    for path in ("design.md", "handoff.md"):
        for link in Outline(to_html(files[path])).links:
            target, _, anchor = link.partition("#")
            assert (target or path) in files, link
            assert not anchor or anchor in places[target or path], link


@pytest.mark.parametrize("name", DESIGNS)
def test_places_are_unique(name: str) -> None:
    places = Outline(to_html(document_of(name))).places
    assert sorted(places) == sorted(set(places))


@pytest.mark.parametrize("name", DESIGNS)
def test_the_document_is_the_same_each_time(name: str) -> None:
    assert emit(blueprint_of(name), "document") == files_of("document", name)


def test_verdicts_are_told_where_experiments_ran() -> None:
    blueprint = blueprint_of("fediflow")
    first, second, *_ = blueprint.claims
    findings = [Finding(first, Verdict.HELD), Finding(second, Verdict.BROKEN, "a column | is `missing`\n# here")]
    markdown = document.render(blueprint, findings)
    head = markdown.partition("## Contents")[0]
    assert "**Claims:** 1 held, 1 broken, " in head
    broken = next(text for _, title, text in sections(markdown) if title == "Broken")
    assert f"`{second.id}`" in broken
    assert r"| broken | a column \| is `missing` # here |" in broken
    assert "1 broken claim" in markdown


def test_without_findings_no_claim_is_called_held() -> None:
    tally = Material.of(blueprint_of("fediflow")).tally()
    assert set(tally) == {"untested", "not run"}
    assert sum(tally.values()) == len(blueprint_of("fediflow").claims)


def test_what_is_declared_and_not_built_is_said() -> None:
    note = next(text for _, title, text in sections(document_of("fediflow")) if title == "Important Note")
    for words in ("Encryption by column", "A trail of changes", "Retention", "Caches", "`backup:`", "`availability:`"):
        assert words in note


def test_a_label_of_a_graph_holds_only_plain_letters_and_references() -> None:
    assert label('a"b`<c>\n|]') == '"a#34;b#96;#60;c#62; #124;#93;"'


@pytest.mark.parametrize("name", DESIGNS)
def test_graphs_have_no_line_that_a_name_could_write(name: str) -> None:
    material = Material.of(blueprint_of(name))
    text = r'"(?:[^"#]|#\d+;)*"'
    node = rf"n\d+(?:\[{text}\]|\[\({text}\)\]|\(\[{text}\]\))"
    line = rf"graph TB|    end| *{node}|    n\d+ (?:-->|-\.->)(?:\|{text}\|)? n\d+|    subgraph r\d+\[{text}\]"
    for graph in (component_graph(material), topology_graph(material)):
        assert [row for row in graph.text.splitlines() if not re.fullmatch(line, row)] == []
