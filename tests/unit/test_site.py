"""The site as a file: complete, the same each time, safe against what names say, and with nothing to load."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from dbwright.emit.site import PATH, SCRIPTS, emit, render
from dbwright.emit.site_areas import describe_areas
from dbwright.emit.site_json import AS_BEFORE, embed, plain, records
from dbwright.emit.site_links import table_address
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Claim, Finding, Verdict
from dbwright.pipeline import compile_design
from site_samples import BROKEN, ROOT, SERVER, extreme, fediflow, hostile, judged, large

VOID = {"meta", "link", "input", "br", "hr", "img", "path"}  # `path` closes itself in the page's own icons
ADDRESSES = {"src", "href", "srcset", "action", "formaction", "data", "poster", "background", "ping", "xlink:href"}
WAYS_OUT = r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|import)\s*\("
LONGEST_SCRIPT = 300  # lines
MOST_BYTES = 5_000_000


class Page(HTMLParser):
    """A page taken apart: what it would load, the texts of its elements, and tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.mismatches: list[str] = []
        self.loads: list[str] = []
        self.handlers: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.policy = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element loads and remember that it is open."""
        values = {name: value or "" for name, value in attrs}
        self.loads += [value for name, value in values.items() if name in ADDRESSES]
        self.handlers += [name for name in values if name.startswith("on")]
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open."""
        if tag not in VOID and (not self.stack or self.stack.pop() != tag):
            self.mismatches.append(tag)

    def handle_data(self, data: str) -> None:
        """Keep the text with the element that it stands in."""
        self.texts.append((self.stack[-1] if self.stack else "", data))

    def all_of(self, tag: str) -> list[str]:
        """Return the texts of every element of this kind."""
        return [text for kind, text in self.texts if kind == tag]


def data_of(text: str) -> dict[str, Any]:
    """Return the data of a page, records as mappings."""
    found: dict[str, Any] = json.loads(Page(text).all_of("script")[0])
    return found | {name: unpacked(found[name]) for name in ("claims", "decisions")}


def unpacked(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Return records as mappings."""
    found: list[dict[str, Any]] = []
    for row in rows[1:]:
        item = dict(zip(rows[0], row, strict=False))
        found.append({key: found[-1][key] if value == AS_BEFORE else value for key, value in item.items()})
    return found


@pytest.fixture(scope="module")
def large_schema(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    """A schema of 375 tables, compiled once."""
    return large(tmp_path_factory.mktemp("large"))


@pytest.fixture(params=["fediflow", "judged", "hostile", "extreme"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A site: plain, with verdicts, and of two designs that try to break it."""
    if request.param == "judged":
        return render(fediflow(), judged(fediflow()), SERVER)
    makers: dict[str, Callable[[], Blueprint]] = {
        "fediflow": fediflow,
        "hostile": hostile,
        "extreme": lambda: extreme(tmp_path),
    }
    return render(makers[request.param]())


def test_it_is_one_file() -> None:
    assert list(emit(fediflow())) == [PATH]


def test_it_is_the_same_each_time() -> None:
    assert render(fediflow(), judged(fediflow()), SERVER) == render(fediflow(), judged(fediflow()), SERVER)


def test_it_is_the_same_from_any_folder(tmp_path: Path) -> None:
    copy = tmp_path / "deeper" / "fediflow.design.yaml"
    copy.parent.mkdir()
    shutil.copy(ROOT / "examples/fediflow/fediflow.design.yaml", copy)
    assert render(compile_design(load_design(copy))) == render(fediflow())


def test_it_is_well_formed(page: str) -> None:
    parsed = Page(page)
    assert (parsed.mismatches, parsed.stack) == ([], [])
    assert len(parsed.all_of("style")) == 1


def test_it_loads_nothing(page: str) -> None:
    parsed = Page(page)
    assert [address for address in parsed.loads if not address.startswith(("#", "data:"))] == []
    assert parsed.handlers == []
    style, script = parsed.all_of("style")[0], parsed.all_of("script")[1]
    assert re.findall(r"url\(|@import|https?:", style) == []
    assert re.findall(WAYS_OUT, script) == []
    assert set(re.findall(r"https?://[^\"'\s]+", script)) == {"http://www.w3.org/2000/svg"}


def test_its_policy_lets_its_own_script_run_and_nothing_else(page: str) -> None:
    parsed = Page(page)
    script = parsed.all_of("script")[1]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in parsed.policy
    assert f"script-src 'sha256-{digest}';" in parsed.policy
    assert len(parsed.all_of("script")) == 2


def test_the_data_is_complete() -> None:
    blueprint = fediflow()
    data = data_of(render(blueprint))
    assert [t["name"] for t in data["tables"]] == [t.name for t in blueprint.tables]
    columns = [[c["name"] for c in unpacked(t["columns"])] for t in data["tables"]]
    assert columns == [[c.name for c in t.columns] for t in blueprint.tables]
    assert [p["name"] for p in data["patterns"]] == [str(p.name) for p in blueprint.design.access]
    assert [r["name"] for r in data["roles"]] == [r.name for r in blueprint.roles]
    assert [d["code"] for d in data["decisions"]] == [d.code for d in blueprint.decisions]
    assert [c["id"] for c in data["claims"]] == [c.id for c in blueprint.claims]
    assert [v["name"] for v in data["views"]] == [v.name for v in blueprint.views]
    assert set(data["operations"]) == {
        *("availability", "backup", "encryption", "scaling"),
        *("stores", "sharing", "alerts"),
    }


def test_indexes_policies_and_grants_are_all_there() -> None:
    blueprint = fediflow()
    data = data_of(render(blueprint))
    assert sum(len(t.get("indexes", [])) for t in data["tables"]) == sum(len(t.indexes) for t in blueprint.tables)
    assert sum(len(t.get("policies", [])) for t in data["tables"]) == len(blueprint.policies)
    assert sum(len(r.get("grants", [])) for r in data["roles"]) == len(blueprint.grants)
    assert sum(len(t.get("references", [])) for t in data["tables"]) == sum(
        len(t.foreign_keys) for t in blueprint.tables
    )


def test_a_pattern_names_the_tables_it_touches_also_behind_a_view() -> None:
    patterns = {p["name"]: p for p in data_of(render(fediflow()))["patterns"]}
    touched = [(t["verb"], t["name"], t.get("through")) for t in patterns["find-person-for-support"]["touches"]]
    assert touched == [("select", "users_masked", None), ("select", "users", "users_masked")]


def test_a_claim_names_the_objects_it_is_about() -> None:
    claims = {c["id"]: c.get("on") for c in data_of(render(fediflow()))["claims"]}
    assert claims["privacy/users.email"] == ["table users"]
    assert claims["access/sign-in.web"] == ["pattern sign-in", "role web"]
    assert claims["isolation/users_masked.support"] == ["view users_masked", "role support"]
    assert claims["backup/restore"] is None


def test_before_a_proof_no_claim_has_a_verdict() -> None:
    data = data_of(render(fediflow()))
    assert [c["id"] for c in data["claims"] if c.get("verdict")] == []
    assert data["proof"] == {}


def test_verdicts_reasons_and_evidence_are_those_of_the_findings() -> None:
    findings = judged(fediflow())
    data = data_of(render(fediflow(), findings, SERVER))
    assert [c["verdict"] for c in data["claims"]] == [f.verdict.value for f in findings]
    assert {c["id"]: c["reason"] for c in data["claims"] if c["verdict"] == "broken"} == BROKEN
    assert data["claims"][-1].get("reason") == (findings[-1].reason or None)
    assert data["proof"] == {"findings": len(findings), "server": SERVER}


def test_a_finding_on_a_claim_of_another_build_is_not_lost() -> None:
    finding = Finding(Claim("extra/one", "extra", "users", "something else"), Verdict.BROKEN, "it is not")
    claims = data_of(render(fediflow(), [finding]))["claims"]
    assert (claims[-1]["id"], claims[-1]["verdict"]) == ("extra/one", "broken")


@pytest.mark.parametrize("proven", [False, True])
def test_a_schema_of_375_tables_stays_small(large_schema: Blueprint, proven: bool) -> None:
    assert len(large_schema.tables) == 375
    assert len(render(large_schema, judged(large_schema) if proven else (), SERVER).encode()) < MOST_BYTES


def test_a_design_of_one_table_and_nothing_else_has_a_site(tmp_path: Path) -> None:
    path = tmp_path / "small.design.yaml"
    path.write_text("design: small\nentities: {things: {columns: {id: uuid primary key}}}\n", encoding="utf-8")
    data = data_of(render(compile_design(load_design(path))))
    assert [t["name"] for t in data["tables"]] == ["things"]
    assert data["patterns"] == []


def test_hostile_names_arrive_as_they_are(tmp_path: Path) -> None:
    for blueprint in (hostile(), extreme(tmp_path)):
        data = data_of(render(blueprint))
        assert [t["name"] for t in data["tables"]] == [t.name for t in blueprint.tables]
        assert data["system"]["about"] == str(blueprint.design.about)


@pytest.mark.parametrize("text", ["</script>", "<!-- <script>", "\u2028", "a & b > c", 'quote " and \\', "größe 😀"])
def test_embedded_text_cannot_end_its_element_and_stays_itself(text: str) -> None:
    embedded = embed({"a": [{"b": text}]})
    assert "<" not in embedded
    assert json.loads(embedded) == {"a": [{"b": text}]}


def test_half_a_surrogate_pair_becomes_a_character_that_can_be_written() -> None:
    assert json.loads(embed({"a": "x\ud800y"})) == {"a": "x\ufffdy"}


def test_evidence_of_any_kind_becomes_json() -> None:
    value = {1: math.nan, "b": {"z", "a"}, "c": (1, None, True), "d": Path("x")}
    assert plain(value) == {"1": "nan", "b": ["a", "z"], "c": [1, None, True], "d": "x"}


def test_records_hold_the_keys_once() -> None:
    assert records([{"a": 1}, {"b": 2, "a": 3}, {}]) == [["a", "b"], [1], [3, 2], []]


def test_records_hold_what_repeats_from_row_to_row_once() -> None:
    items = [{"a": "x", "b": "y"}, {"a": "x", "b": "y"}, {"b": "y"}, {"a": "x", "b": "z"}, {"a": "x", "b": "z"}]
    rows = records(items, ["a"])
    assert rows == [["a", "b"], ["x", "y"], [AS_BEFORE, "y"], [None, "y"], ["x", "z"], [AS_BEFORE, "z"]]
    assert [{k: v for k, v in item.items() if v} for item in unpacked(rows)] == items


def test_an_address_holds_any_name() -> None:
    assert table_address("a/b?c#d%e f:g") == "#/table/a%2Fb%3Fc%23d%25e%20f:g"


def asset_folder() -> Path:
    """The folder of the assets, as the package finds it."""
    return Path(str(files("dbwright.emit").joinpath("site_assets")))


def test_every_script_is_used_and_short() -> None:
    found = {path.stem: path.read_text(encoding="utf-8").count("\n") for path in asset_folder().glob("scripts/*.js")}
    assert sorted(found) == sorted(SCRIPTS)
    assert [name for name, lines in found.items() if lines >= LONGEST_SCRIPT] == []


def test_no_script_makes_markup_of_text() -> None:
    pattern = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function")
    scripts = asset_folder().glob("scripts/*.js")
    assert [path.name for path in scripts if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_the_script_is_javascript(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is missing; type: sudo scripts/setup-debian nodejs")
    path = tmp_path / "site.js"
    path.write_text(Page(render(fediflow())).all_of("script")[1], encoding="utf-8")
    done = subprocess.run([node, "--check", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_large_areas_show_names_only(large_schema: Blueprint) -> None:
    areas = describe_areas(large_schema)
    assert len(areas) == 12
    drawings = [str(area["drawing"]) for area in areas]
    assert [drawing for drawing in drawings if "value_00" in drawing] == []
    assert sum(drawing.count(">table_") for drawing in drawings) >= len(large_schema.tables)


def test_a_reference_tells_both_its_ends() -> None:
    references = {r["name"]: r for t in data_of(render(fediflow()))["tables"] for r in t.get("references", [])}
    advisor = references["users_advisor_id_fkey"]
    assert (advisor["own"], advisor.get("optional"), advisor.get("single")) == ("advisor_id", True, None)
    assert references["users_tenant_id_fkey"].get("optional") is None
