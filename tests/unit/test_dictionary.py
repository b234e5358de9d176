"""The data dictionary names every table, column, constraint and index, in Markdown and in HTML that stands alone."""

from __future__ import annotations

import re
from functools import cache

import pytest

from dbwright.emit import emit
from dbwright.emit.blocks import anchor
from document_designs import DESIGNS, TAGS, Outline, blueprint_of, files_of, rows_of, to_html, uneven_rows

MARKDOWN, HTML = "dictionary/dictionary.md", "dictionary/dictionary.html"
VOID = {"meta"}


@cache
def html_of(name: str, path: str) -> str:
    """Return one form of the dictionary as HTML."""
    text = files_of("dictionary", name)[path]
    return to_html(text) if path == MARKDOWN else text


@cache
def rows_by_place(html: str) -> dict[str, list[str]]:
    """Return the text of the cells of each row that has a place."""
    found = {}
    for attributes, row in re.findall(r"<tr\b([^>]*)>(.*?)</tr>", html, re.DOTALL):
        place = re.search(r'id="([^"]+)"', attributes + row)
        if place:
            found[place[1]] = [Outline(c).text.strip() for c in re.findall(r"<td\b[^>]*>(.*?)</td>", row, re.DOTALL)]
    return found


@pytest.mark.parametrize("path", [MARKDOWN, HTML])
@pytest.mark.parametrize("name", DESIGNS)
def test_every_column_has_a_row_with_its_type_and_whether_it_may_be_null(name: str, path: str) -> None:
    rows = rows_by_place(html_of(name, path))
    for table in blueprint_of(name).tables:
        for column in table.columns:
            cells = rows[anchor("column", table.name, column.name)]
            assert cells[0] == column.name
            assert cells[1] == column.type
            assert cells[2] == ("no" if column.not_null else "yes")


@pytest.mark.parametrize("path", [MARKDOWN, HTML])
@pytest.mark.parametrize("name", DESIGNS)
def test_every_table_constraint_index_view_and_pattern_has_a_place(name: str, path: str) -> None:
    blueprint = blueprint_of(name)
    wanted = [anchor("table", t.name) for t in blueprint.tables]
    for table in blueprint.tables:
        keys = [k.name for k in [table.primary_key, *table.uniques] if k is not None]
        rules = [
            *(c.name for c in table.checks),
            *(e.name for e in table.exclusions),
            *(f.name for f in table.foreign_keys),
        ]
        wanted += [anchor("constraint", table.name, rule) for rule in [*keys, *rules]]
        wanted += [anchor("index", found) for found in [*keys, *(i.name for i in table.indexes)]]
    wanted += [anchor("view", v.name) for v in blueprint.views]
    wanted += [anchor("pattern", str(p.name)) for p in blueprint.design.access]
    places = Outline(html_of(name, path)).places
    assert [place for place in wanted if place not in places] == []
    assert sorted(places) == sorted(set(places))


@pytest.mark.parametrize("path", [MARKDOWN, HTML])
@pytest.mark.parametrize("name", DESIGNS)
def test_no_name_or_text_becomes_markup(name: str, path: str) -> None:
    html = html_of(name, path)
    outline = Outline(html)
    page = {"html", "head", "meta", "title", "style", "body", "nav", "main", "div"} if path == HTML else set()
    assert set(outline.tags) <= TAGS | page
    allowed = {"href", "id", "class", "lang", "charset", "name", "content", "aria-label", "scope", "tabindex"}
    assert outline.attributes <= allowed
    assert [row for row in rows_of(html) if row[0] != row[1]] == []
    assert path == HTML or uneven_rows(files_of("dictionary", name)[path]) == []


@pytest.mark.parametrize("path", [MARKDOWN, HTML])
@pytest.mark.parametrize("name", DESIGNS)
def test_every_link_leads_to_a_place_in_the_page(name: str, path: str) -> None:
    outline = Outline(html_of(name, path))
    assert [link for link in outline.links if link.removeprefix("#") not in outline.places] == []


@pytest.mark.parametrize("name", DESIGNS)
def test_the_page_asks_for_nothing_from_a_network(name: str) -> None:
    html = files_of("dictionary", name)[HTML]
    assert re.findall(r"<(?:script|link|img|iframe|object)\b|@import|url\(", html) == []


@pytest.mark.parametrize("name", DESIGNS)
def test_every_element_of_the_page_is_closed(name: str) -> None:
    depth: list[str] = []
    html = re.sub(r"<style>.*?</style>", "", files_of("dictionary", name)[HTML], flags=re.DOTALL)
    for closing, tag in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", html):
        if closing:
            assert depth.pop() == tag
        elif tag not in VOID:
            depth.append(tag)
    assert depth == []


@pytest.mark.parametrize("name", DESIGNS)
def test_it_is_the_same_each_time(name: str) -> None:
    assert emit(blueprint_of(name), "dictionary") == files_of("dictionary", name)


def test_personal_data_has_its_category_mask_and_encryption() -> None:
    rows = rows_by_place(html_of("fediflow", MARKDOWN))
    assert rows["column.users.email"][-3:] == ["contact", "partial", "yes, lookup: exact"]


def test_units_are_shown() -> None:
    assert rows_by_place(html_of("fediflow", MARKDOWN))["column.media.bytes"][-1] == "bytes"


def test_references_tell_cardinality_and_what_a_delete_does() -> None:
    rows = rows_by_place(html_of("fediflow", MARKDOWN))
    cells = rows["constraint.users.users_advisor_id_fkey"]
    assert cells[2] == "any number here for 1 there; at most 1 there for 1 here"
    assert cells[3] == "set null: empties the reference here (advisor_id)"
    cells = rows["constraint.media.media_content_id_fkey"]
    assert cells[2] == "any number here for 1 there; exactly 1 there for 1 here"
    assert cells[3] == "cascade: deletes the rows here too"


def test_indexes_tell_which_patterns_use_them() -> None:
    rows = rows_by_place(html_of("fediflow", MARKDOWN))
    assert rows["index.content_author_id_created_at_idx"][2].startswith("home-timeline, profile-timeline")
    assert rows["index.users_tenant_id_email_key"][2] == "sign-in"


def test_encryption_is_not_claimed_where_nothing_encrypts() -> None:
    assert "this version of dbwright writes no encrypting data layer" in files_of("dictionary", "fediflow")[MARKDOWN]
