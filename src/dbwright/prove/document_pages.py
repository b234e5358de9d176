"""Pages for people: the data dictionary, the design document with its headings, the site in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from dbwright.prove.bench import Bench
from dbwright.prove.browser import show_page
from dbwright.prove.document_scripts import check_invariants
from dbwright.prove.document_tools import ToolMissing, ToolRefused, built, plain_name
from dbwright.prove.markdown_reading import MarkdownSection, read_markdown
from dbwright.prove.outcome import Outcome, broken, held
from dbwright.prove.page_reading import Page

DICTIONARY_MARKDOWN = "dictionary/dictionary.md"
DICTIONARY_PAGE = "dictionary/dictionary.html"
DOCUMENT = "design.md"
SITE = "index.html"

HEADINGS = (
    # seed 000, a request for review
    *"Description; Key Points; Review Needed; Next Steps; Important Note; Disclaimer".split("; "),
    # seed 003, the questions that a data design answers
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
"""What a design document must answer; one that ends in a colon goes on with the answer in the heading itself."""


def check_dictionary(bench: Bench) -> Outcome:
    """Look for each table as a heading and for its columns in the grid below it, in Markdown and in HTML."""
    page = Page(built(bench, DICTIONARY_PAGE))
    written: dict[str, Sequence[_Listed]] = {
        DICTIONARY_MARKDOWN: read_markdown(built(bench, DICTIONARY_MARKDOWN)),
        DICTIONARY_PAGE: page.sections,
    }
    for problem in (*page.problems, *(f"loads {address}" for address in page.loads)):
        return broken(f"{DICTIONARY_PAGE}: {problem}")
    for path, sections in written.items():
        missing = list(_missing(bench, sections))
        if missing:
            return broken(f"{path} does not name {missing[0]}", missing=missing)
    columns = sum(len(t.columns) for t in bench.blueprint.tables)
    return held(tables=len(bench.blueprint.tables), columns=columns, judged_by="an HTML parser, headings and grids")


_Part = TypeVar("_Part", bound="_Listed")


class _Listed(Protocol):
    """A heading with its level, the code in it and the first column below it."""

    level: int
    code: str
    cells: list[str]


def _missing(bench: Bench, sections: Sequence[_Listed]) -> Iterator[str]:
    listed: dict[str, set[str]] = {}
    for number, section in enumerate(sections):
        if section.code:
            grid = next((s.cells for s in _with_parts(number, sections) if s.cells), [])
            listed.setdefault(plain_name(section.code), {plain_name(c) for c in grid})
    for table in bench.blueprint.tables:
        name = plain_name(table.name)
        if name not in listed:
            yield f"the table `{table.name}`"
            continue
        for column in table.columns:
            if plain_name(column.name) not in listed[name]:
                yield f"the column `{table.name}.{column.name}`"


def check_document(bench: Bench) -> Outcome:
    """Look for each heading and for words under it; run the invariants that are handed on beside the document."""
    sections = read_markdown(built(bench, DOCUMENT))
    if not sections or "Database Design" not in sections[0].title:
        return broken(f"{DOCUMENT} does not begin with a title that names a database design")
    for heading in HEADINGS:
        problem = _problem_of(heading, sections)
        if problem:
            return broken(f"{DOCUMENT}: {problem}")
    invariants = check_invariants(bench)
    unsaid = sum("**The design does not say**" in line for s in sections for line in s.lines)
    return held(
        headings=len(HEADINGS),
        sections=len(sections),
        open_questions=unsaid,
        **invariants,
        judged_by="the headings of seeds 000 and 003",
    )


def _problem_of(heading: str, sections: list[MarkdownSection]) -> str:
    for number, section in enumerate(sections):
        is_it = section.title.startswith(f"{heading} ") if heading.endswith(":") else section.title == heading
        if not is_it:
            continue
        return (
            "" if any(s.says_something for s in _with_parts(number, sections)) else f"nothing stands under “{heading}”"
        )
    return f"the heading “{heading}” is missing"


def _with_parts(number: int, sections: Sequence[_Part]) -> Iterator[_Part]:
    """Yield a section and those of deeper headings that follow it."""
    yield sections[number]
    for section in sections[number + 1 :]:
        if section.level <= sections[number].level:
            return
        yield section


def check_site(bench: Bench) -> Outcome:
    """Parse the page and its data, see that it loads nothing, and have a browser show it where there is one."""
    text = built(bench, SITE)
    page = Page(text)
    problem = next(_problems(page), "")
    if problem:
        return broken(f"{SITE}: {problem}")
    missing = list(_missing_data(bench, _data(page)))
    if missing:
        return broken(f"the data of {SITE} does not name {missing[0]}", missing=missing)
    evidence: dict[str, Any] = {"tables": len(bench.blueprint.tables), "bytes": len(text.encode())}
    try:
        shown = show_page(text)
    except ToolMissing as error:
        return held("the browser part was not run", browser=f"not run: {error}", **evidence)
    if shown.complaints:
        return broken(f"{SITE}: the browser complains: {shown.complaints[0]}", complaints=list(shown.complaints))
    if plain_name(str(bench.blueprint.design.design)) not in plain_name(Page(shown.html).main):
        return broken(f"{SITE}: the browser does not show the design's name")
    return held(**evidence, browser="Chromium drew the page from its data", judged_by="an HTML parser, Chromium")


def _problems(page: Page) -> Iterator[str]:
    """Yield what is wrong with the page itself: what does not close, what it loads, what it would be let load."""
    yield from page.problems
    yield from (f"it loads {address}" for address in page.loads)
    if "default-src 'none'" not in page.policy:
        yield "no content security policy forbids it the network"
    allowed = re.findall(r"\S*(?://|https?:|wss?:|\*)\S*", page.policy)
    yield from (f"its content security policy allows {a}" for a in allowed if not a.startswith("'sha"))
    kinds = [kind for kind, _ in page.scripts]
    if kinds.count("application/json") != 1:
        yield f"it holds {kinds.count('application/json')} scripts of data instead of 1"


def _data(page: Page) -> Mapping[str, Any]:
    text = next(text for kind, text in page.scripts if kind == "application/json")
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ToolRefused(f"the data of {SITE} is no JSON: {error}") from error
    if not isinstance(data, dict):
        raise ToolRefused(f"the data of {SITE} is no JSON object")
    return data


def _missing_data(bench: Bench, data: Mapping[str, Any]) -> Iterator[str]:
    described = {t.get("name"): set(_texts(t.get("columns"))) for t in data.get("tables", []) if isinstance(t, dict)}
    for table in bench.blueprint.tables:
        if table.name not in described:
            yield f"the table `{table.name}`"
            continue
        for column in table.columns:
            if column.name not in described[table.name]:
                yield f"the column `{table.name}.{column.name}`"


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
