"""The site in a real Chromium, opened from a file: every page and every link, search, keys, paper, hostile names."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import Tab, find_chromium, open_tab
from dbwright.emit.site import render
from dbwright.model.blueprint import Blueprint

# The samples stand beside the tests that need no browser, which may not have been collected.
sys.path.append(str(Path(__file__).parents[1] / "unit"))
from site_samples import ADVICE, BROKEN, EXPLOIT, SERVER, extreme, fediflow, hostile, judged, large

READY = "document.documentElement?.dataset.ready === 'yes'"

CRAWL = """(async () => {
  const waiting = ["#/"], seen = new Set(waiting), problems = [];
  const main = document.getElementById("site-main");
  for (let page; (page = waiting.shift()) !== undefined; ) {
    await new Promise((done) => { addEventListener("popstate", done, { once: true }); location.hash = page; });
    const heads = main.querySelectorAll("h1");
    if (heads.length !== 1 || !heads[0].textContent.trim()) problems.push(`${page}: ${heads.length} headings`);
    if (document.title.startsWith("Not found")) problems.push(`${page}: leads nowhere`);
    const ids = new Set();
    for (const { id } of document.querySelectorAll("[id]")) {
      if (ids.has(id)) problems.push(`${page}: two of ${id}`);
      ids.add(id);
    }
    for (const link of document.querySelectorAll("a[href], svg a[href]")) {
      const href = link.getAttribute("href");
      if (!href.startsWith("#")) problems.push(`${page}: leads out to ${href}`);
      const line = /^#.source.*.line:/.test(href) && !href.endsWith("0"); // each tenth line is enough
      if (href.startsWith("#/") && !line && !seen.has(href)) { seen.add(href); waiting.push(href); }
    }
    for (const button of document.querySelectorAll("button")) {
      const name = button.textContent + (button.getAttribute("aria-label") || "");
      if (!name.trim()) problems.push(`${page}: a nameless button`);
    }
  }
  return { pages: seen.size, problems };
})()"""


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    """One page of a real browser."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("Chromium is missing; type: sudo scripts/setup-debian chromium")
    with open_tab(executable) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sites stand."""
    return tmp_path_factory.mktemp("sites")


@pytest.fixture(scope="module")
def plain_site(folder: Path) -> Path:
    """FediFlow before anything was proven."""
    return write(folder, "plain", fediflow())


@pytest.fixture(scope="module")
def judged_site(folder: Path) -> Path:
    """FediFlow with made-up verdicts, some of them broken."""
    return write(folder, "judged", fediflow(), judge=True)


@pytest.fixture(scope="module")
def large_site(folder: Path) -> Path:
    """A schema of 375 tables with verdicts."""
    return write(folder, "large", large(folder), judge=True)


def write(folder: Path, name: str, blueprint: Blueprint, judge: bool = False) -> Path:
    """Write a site and return its path."""
    path = folder / f"{name}.html"
    found = (judged(blueprint), SERVER, ADVICE) if judge else ()
    path.write_text(render(blueprint, *found), encoding="utf-8")
    return path


def visit(tab: Tab, path: Path, address: str = "", width: int = 1400, height: int = 900) -> None:
    """Load a site afresh at an address within it."""
    tab.open("about:blank")
    tab.events.clear()
    tab.resize(width, height)
    tab.open(f"file://{path}{address}", READY)


def crawl(tab: Tab) -> Any:
    """Go to every address that some page names; return how many there are and what was wrong."""
    return tab.evaluate(CRAWL)


def text_of(tab: Tab, selector: str) -> str:
    """Return the text of the first element that the selector finds."""
    return str(tab.evaluate(f"document.querySelector({selector!r})?.textContent ?? ''"))


def test_it_opens_from_a_file_and_asks_for_nothing_else(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site)
    assert tab.requests() == [f"file://{plain_site}"]
    assert tab.errors() == []
    assert text_of(tab, "h1") == "fediflow"


def test_every_link_leads_to_a_page(tab: Tab, judged_site: Path) -> None:
    visit(tab, judged_site)
    found = crawl(tab)
    assert found["problems"] == []
    assert found["pages"] > len(fediflow().tables) + len(fediflow().claims)
    assert tab.errors() == []


def test_what_was_measured_is_drawn_with_its_reach_and_its_target(tab: Tab, judged_site: Path) -> None:
    visit(tab, judged_site, "#/pattern/home-timeline/measured")
    chart = "document.querySelector('#measured svg.chart')"
    assert tab.evaluate(f"{chart}.querySelectorAll('circle').length") == 9
    assert tab.evaluate(f"{chart}.querySelectorAll('.chart-target').length") == 2
    shown = tab.evaluate(f"[...{chart}.querySelectorAll('title')].map((title) => title.textContent)")
    assert "p95 at the horizon: 0.2\u00a0ms to 2.5\u00a0ms" in shown
    box = tab.evaluate(f"{chart}.getBBox().width")
    assert 0 < box <= 760


def test_what_was_advised_is_drawn_before_and_after(tab: Tab, judged_site: Path, plain_site: Path) -> None:
    visit(tab, judged_site, "#/advice")
    assert tab.errors() == []
    assert text_of(tab, "#patterns .bar-value") == "1.02\u00a0M → 13"
    widths = (
        "[...document.querySelectorAll('#patterns li:first-child .bar-fill')].map((b) => parseFloat(b.style.width))"
    )
    before, after = tab.evaluate(widths)
    assert before == 100 and 0 < after < 25
    assert tab.evaluate("document.querySelectorAll('#patterns li').length") == 2
    assert "96.2%" in text_of(tab, ".facts")
    visit(tab, judged_site, "#/pattern/due-deliveries")
    assert "costs 17 with it" in text_of(tab, "#advice")
    visit(tab, plain_site, "#/advice")
    assert "was not asked" in text_of(tab, "#site-main")
    assert tab.evaluate("document.querySelector('#site-nav [data-page=advice]')") is None


def test_every_example_name_of_a_place_is_there(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site, "#/table/users")
    for section in ("diagram", "columns", "constraints", "indexes", "used", "security", "claims", "decisions", "ddl"):
        tab.evaluate(f"location.hash = '#/table/users/{section}'")
        tab.wait_for(f"document.querySelector('.found')?.id === '{section}'")


def test_an_address_leads_straight_to_a_column(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site, "#/table/users/column:email")
    assert tab.evaluate("document.querySelector('.found').id") == "column:email"
    top = tab.evaluate("document.querySelector('.found').getBoundingClientRect().top")
    assert 0 < top < 900
    assert tab.evaluate("document.title") == "users · fediflow"


def test_the_back_button_returns_to_the_page_and_to_the_place_on_it(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site, "#/table/content")
    tab.evaluate("window.scrollTo(0, 700)")
    tab.wait_for("history.state?.top === 700")
    tab.evaluate(
        "document.querySelector('#site-main a[href=\"#/table/users\"]').dispatchEvent(new MouseEvent('click'))"
    )
    tab.evaluate("location.hash = '#/pattern/publish'")
    tab.wait_for("document.title.startsWith('publish')")
    assert tab.evaluate("window.scrollY") == 0
    tab.evaluate("history.back()")
    tab.wait_for("document.title.startsWith('content') || document.title.startsWith('users')")
    tab.evaluate("document.title.startsWith('users') && history.back()")
    tab.wait_for("document.title.startsWith('content') && window.scrollY === 700")


def test_search_by_keyboard_alone(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site)
    tab.press("/", "/")
    tab.wait_for("document.activeElement.id === 'site-search-input'")
    tab.type("email")
    tab.wait_for("document.querySelector('#site-search-results [aria-selected=true]')")
    assert text_of(tab, "#site-search-results [aria-selected=true] .result-title") == "users.email"
    tab.press("ArrowDown")
    second = text_of(tab, "#site-search-results [aria-selected=true] .result-title")
    assert second == "users_tenant_id_email_key"
    assert tab.evaluate("document.activeElement.getAttribute('aria-activedescendant')") == "site-result-1"
    tab.press("ArrowUp")
    tab.press("Enter", "\r")
    tab.wait_for("location.hash === '#/table/users/column:email'")
    assert tab.evaluate("document.querySelector('#site-search').open") is False


def test_escape_closes_the_search_and_slash_is_not_typed(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site)
    tab.press("/", "/")
    tab.wait_for("document.querySelector('#site-search').open")
    assert tab.evaluate("document.querySelector('#site-search-input').value") == ""
    tab.press("Escape")
    tab.wait_for("!document.querySelector('#site-search').open")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("users", "users"),
        ("USERS", "users"),
        ("home time", "home-timeline"),
        ("help desk", "find-person-for-support"),
        ("pub/sub redis", "live"),
        ("integrity/users.email", "integrity/users.email.not_null"),
        ("every instant", "design/timestamps-with-zone"),
    ],
)
def test_what_the_search_finds_first(tab: Tab, plain_site: Path, query: str, first: str) -> None:
    visit(tab, plain_site)
    tab.press("/", "/")
    tab.type(query)
    tab.wait_for("document.querySelector('#site-search-results li')")
    titles = tab.evaluate("[...document.querySelectorAll('.result-title')].map((item) => item.textContent)")
    assert titles[0] == first


def test_search_finds_letters_without_their_accents(tab: Tab, folder: Path) -> None:
    visit(tab, write(folder, "hostile_search", hostile()))
    tab.press("/", "/")
    tab.type("grosse")
    tab.wait_for("document.querySelector('.result-title')")
    assert text_of(tab, ".result-title") == "select.größe"


def test_keys_go_to_pages_and_help_is_a_question_mark(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site, "#/table/users")
    tab.press("?", "?")
    tab.wait_for("document.querySelector('#site-help').open")
    tab.press("Escape")
    tab.wait_for("!document.querySelector('#site-help').open")
    tab.press("]", "]")
    tab.wait_for("location.hash === '#/table/federation_identities'")
    tab.press("g", "g")
    tab.press("c", "c")
    tab.wait_for("location.hash === '#/claims' && document.title.startsWith('Claims')")


def test_the_theme_follows_the_system_until_it_is_chosen(tab: Tab, plain_site: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    visit(tab, plain_site)
    light = tab.evaluate(ground)
    tab.resize(1400, 900, dark=True)
    dark = tab.evaluate(ground)
    tab.press("t", "t")
    assert light != dark
    assert tab.evaluate(ground) == light
    tab.press("t", "t")
    assert tab.evaluate(ground) == dark
    tab.evaluate("localStorage.clear()")


def test_it_works_where_storage_is_refused(tab: Tab, plain_site: Path) -> None:
    refuse = (
        "Object.defineProperty(window, 'localStorage', {get() {throw new DOMException('refused', 'SecurityError')}})"
    )
    added = tab.send("Page.addScriptToEvaluateOnNewDocument", source=refuse)
    try:
        visit(tab, plain_site)
        tab.press("t", "t")
        assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
        assert tab.errors() == []
    finally:
        tab.send("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])


def test_broken_promises_stand_first(tab: Tab, judged_site: Path) -> None:
    visit(tab, judged_site)
    assert tab.evaluate("document.title") == f"{len(BROKEN)} broken · fediflow"
    first = tab.evaluate("document.querySelector('#site-main > :nth-child(2)').id")
    assert first == "broken"
    shown = tab.evaluate("[...document.querySelectorAll('#broken .claim-id')].map((item) => item.textContent)")
    assert sorted(shown) == sorted(BROKEN)
    assert text_of(tab, "#site-nav .count-broken") == f"{len(BROKEN)} broken"
    visit(tab, judged_site, "#/table/content")
    assert text_of(tab, ".alarm-line") == "A promise about it is broken"


def test_before_a_proof_claims_say_that_nothing_has_run(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site)
    assert "Nothing has run yet" in text_of(tab, ".proof")
    visit(tab, plain_site, "#/claim/structure/users")
    assert text_of(tab, ".verdict strong") == "not yet run"


def test_claims_are_filtered_by_family_and_verdict(tab: Tab, judged_site: Path) -> None:
    visit(tab, judged_site, "#/claims?verdict=untested&family=retention")
    shown = tab.evaluate("[...document.querySelectorAll('.claims .claim-id')].map((item) => item.textContent)")
    assert shown == [c.id for c in fediflow().claims if c.family == "retention"]
    assert "not implemented yet" in text_of(tab, "#site-main h2")


def test_evidence_is_folded_and_pretty(tab: Tab, judged_site: Path) -> None:
    visit(tab, judged_site, "#/claim/access/events-nearby.web")
    pieces = tab.evaluate("[...document.querySelectorAll('#evidence pre')].map((item) => item.textContent)")
    assert pieces[0].splitlines()[1] == "  Append (20 rows)"
    assert '  "test data": true,' in pieces[1].splitlines()
    visit(tab, judged_site)
    assert tab.evaluate("document.querySelectorAll('#broken .evidence pre').length") == 0
    tab.evaluate("document.querySelector('#broken .evidence summary').click()")
    tab.wait_for("document.querySelector('#broken .evidence pre')")


def test_a_hub_shows_few_neighbours_and_names_them_all(tab: Tab, large_site: Path) -> None:
    visit(tab, large_site, "#/table/table_000")
    boxes = tab.evaluate("document.querySelectorAll('.diagram .box').length")
    assert boxes < 14
    assert "more tables" in text_of(tab, ".diagram .box-more")
    named = tab.evaluate("document.querySelectorAll('#diagram .name-cloud a').length")
    assert named > 100


def test_a_neighbourhood_opens_by_one_step_and_no_further(tab: Tab, large_site: Path) -> None:
    visit(tab, large_site, "#/table/table_040")
    near = tab.evaluate("[...document.querySelectorAll('.diagram a.box title')].map((item) => item.textContent)")
    assert near == ["table_000", "table_002", "table_028", "table_052"]
    tab.evaluate("document.querySelectorAll('.choice button')[1].click()")
    far = tab.evaluate("[...document.querySelectorAll('.diagram a.box title')].map((item) => item.textContent)")
    assert set(near) < set(far)
    assert len(far) < 14


def test_ten_thousand_entries_are_searched(tab: Tab, large_site: Path) -> None:
    visit(tab, large_site)
    tab.press("/", "/")
    tab.wait_for("document.querySelector('#site-search').open")
    count = re.search(r"[0-9][0-9,]+", text_of(tab, "#site-search-status"))
    assert count is not None
    assert int(count[0].replace(",", "")) > 10_000
    tab.type("table_123 value_01")
    tab.wait_for("document.querySelector('.result-title')")
    assert text_of(tab, ".result-title") == "table_123.value_01"


@pytest.mark.parametrize("name", ["hostile", "extreme"])
def test_hostile_names_are_shown_and_never_run(tab: Tab, folder: Path, name: str) -> None:
    blueprint = hostile() if name == "hostile" else extreme(folder)
    visit(tab, write(folder, name, blueprint, judge=True))
    found = crawl(tab)
    assert found["problems"] == []
    assert found["pages"] > len(blueprint.claims)
    assert tab.errors() == []
    assert tab.evaluate("document.querySelectorAll('img, iframe, object, embed').length") == 0
    assert tab.evaluate("document.querySelectorAll('script').length") == 2
    listed = tab.evaluate("[...document.querySelectorAll('#site-nav [data-table]')].map((item) => item.textContent)")
    assert sorted(listed) == sorted(t.name for t in blueprint.tables)


def test_an_exploit_is_a_heading_and_nothing_more(tab: Tab, folder: Path) -> None:
    visit(tab, write(folder, "exploit", extreme(folder)))
    tab.evaluate("document.querySelector('#site-nav [data-page=roles]').click()")
    tab.wait_for("document.title.startsWith('Roles')")
    tab.evaluate(
        f"[...document.querySelectorAll('#site-main td a')].find((a) => a.textContent === {EXPLOIT!r}).click()"
    )
    tab.wait_for(f"document.querySelector('h1').textContent === {EXPLOIT!r}")
    assert not str(tab.evaluate("document.title")).startswith("pwned")


def test_even_markup_that_got_in_could_not_run(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site)
    tab.evaluate(f"document.body.insertAdjacentHTML('beforeend', {EXPLOIT!r})")
    tab.evaluate("new Promise((done) => setTimeout(done, 300))")
    assert tab.evaluate("document.title") == "fediflow"
    assert any("Content Security Policy" in error for error in tab.errors())


@pytest.mark.parametrize(
    "address",
    [
        *("#/", "#/tables", "#/table/users", "#/table/metric_points", "#/patterns", "#/pattern/search-content"),
        *("#/roles", "#/role/web", "#/decisions", "#/claims", "#/claim/access/events-nearby.web"),
        *("#/operations", "#/objects", "#/source/0", "#/advice", "#/pattern/due-deliveries/advice"),
    ],
)
def test_nothing_is_wider_than_a_telephone(tab: Tab, judged_site: Path, address: str) -> None:
    visit(tab, judged_site, address, width=400, height=850)
    assert tab.evaluate("document.documentElement.scrollWidth") == 400
    too_wide = """[...document.querySelectorAll('main *')].filter((item) => item.getBoundingClientRect().right > 401
      && !item.closest('.diagram-frame, .source-frame, pre, .grid-frame, .chart-frame'))
      .map((item) => item.outerHTML.slice(0, 80))"""
    assert tab.evaluate(too_wide) == []


def test_the_menu_opens_and_closes_on_a_telephone(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site, width=400, height=850)
    visible = "getComputedStyle(document.getElementById('site-nav')).display !== 'none'"
    assert tab.evaluate(visible) is False
    tab.evaluate("document.getElementById('site-menu').click()")
    assert tab.evaluate(visible) is True
    tab.evaluate("document.querySelector('#site-nav [data-page=claims]').click()")
    tab.wait_for("document.title.startsWith('Claims')")
    assert tab.evaluate(visible) is False


def test_paper_has_the_overview_and_every_table(tab: Tab, judged_site: Path) -> None:
    visit(tab, judged_site, "#/claims")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    heads = tab.evaluate("[...document.querySelectorAll('#site-print h1')].map((item) => item.textContent)")
    assert sorted(heads) == sorted(["fediflow", *(t.name for t in fediflow().tables)])
    assert tab.evaluate("document.querySelectorAll('#site-print [id]').length") == 0
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.evaluate("document.getElementById('site-print').children.length") == 0
    assert tab.evaluate("document.querySelector('#site-main h1').textContent") == "Claims"
    assert tab.print_pdf().count(b"/Type /Page\n") > len(fediflow().tables)


def test_a_statement_has_a_line_for_each_clause_and_its_words_told_apart(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site, "#/pattern/enroll")
    assert text_of(tab, "#sql pre").splitlines() == [
        "insert into enrollments (course_id, user_id) values (:course, :user)",
        "on conflict (tenant_id, course_id, user_id) do nothing",
    ]
    told = "[...document.querySelectorAll('#sql .sql-parameter')].map((item) => item.textContent)"
    assert tab.evaluate(told) == [":course", ":user"]


def test_landmarks_and_focus_are_there(tab: Tab, plain_site: Path) -> None:
    visit(tab, plain_site)
    landmarks = tab.evaluate(
        "['header', 'nav', 'main'].map((name) => document.querySelectorAll(name + ':not(main *)').length)"
    )
    assert landmarks == [1, 1, 1]
    tab.evaluate("location.hash = '#/table/users'")
    tab.wait_for("document.activeElement.localName === 'h1'")
    tab.press("Tab")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_an_address_that_leads_nowhere_says_so(tab: Tab, plain_site: Path) -> None:
    for address in ("#/table/nothing", "#/constructor", "#/__proto__", "#/claim/no/such", "#/%E0%A4%A"):
        visit(tab, plain_site, address)
        assert str(tab.evaluate("document.title")).startswith("Not found"), address
        assert tab.errors() == []
