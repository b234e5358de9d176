"""What the real parsers of Mermaid and DBML, and a real browser, make of our diagrams."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dbwright.emit import dbml, erd, mermaid
from dbwright.emit.cardinality import references
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design

ROOT = Path(__file__).resolve().parents[2]
DESIGNS = {
    "fediflow": ROOT / "examples/fediflow/fediflow.design.yaml",
    "hostile": ROOT / "tests/unit/designs/hostile_diagrams.design.yaml",
}
needs_npm_tools = pytest.mark.skipif(
    not (shutil.which("node") and (ROOT / "node_modules/.setup-stamp").is_file()),
    reason="the parsers of npm are not installed here; type: sudo scripts/setup-debian && scripts/setup-npm",
)
needs_browser = pytest.mark.skipif(
    not shutil.which("chromium"), reason="chromium is not installed here; type: sudo scripts/setup-debian"
)
every_design = pytest.mark.parametrize("name", DESIGNS)

# Measures every text against the box it stands in, and against its neighbours on the same line.
MEASURE = """
const found = [];
for (const table of document.querySelectorAll(".erd-table")) {
  const box = table.querySelector("rect").getBBox();
  const texts = [...table.querySelectorAll("text")].map((text) => ({ place: text.getBBox(), text }));
  for (const { place, text } of texts) {
    const right = place.x + place.width;
    if (place.x < box.x + 4 || right > box.x + box.width - 4) found.push(`outside: ${text.textContent}`);
    for (const other of texts) {
      if (other.text === text || other.text.getAttribute("y") !== text.getAttribute("y")) continue;
      if (other.place.x >= place.x && other.place.x < right + 2) found.push(`touches: ${text.textContent}`);
    }
  }
}
const texts = document.querySelectorAll(".erd-table text").length;
document.body.textContent = `RESULT ${JSON.stringify({ texts, found })} END`;
"""


@cache
def compiled(name: str) -> Blueprint:
    """Return a compiled design."""
    return compile_design(load_design(DESIGNS[name]))


def parse(script: str, path: Path, text: str) -> dict[str, Any]:
    """Return what a parser of npm prints about a text."""
    path.write_text(text, encoding="utf-8")
    command = ["node", str(ROOT / "scripts" / script), str(path)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def decoded(name: str) -> str:
    """Return a name as Mermaid shows it: inside, it keeps `#34;` as a number between marks of its own."""
    return re.sub("ﬂ°°([0-9]+)¶ß", lambda found: chr(int(found[1])), name)


@needs_npm_tools
@every_design
def test_mermaid_reads_every_table_column_and_reference(name: str, tmp_path: Path) -> None:
    blueprint = compiled(name)
    outcome = parse("parse-mermaid.mjs", tmp_path / "erd.mmd", mermaid.emit(blueprint)["diagrams/erd.mmd"])
    names = [decoded(name) for name in outcome.pop("names")]
    assert outcome == {
        "ok": True,
        "tables": len(blueprint.tables),
        "columns": sum(len(table.columns) for table in blueprint.tables),
        "relationships": len(references(blueprint)),
    }
    assert names == [table.name for table in blueprint.tables]


@needs_npm_tools
@every_design
def test_mermaid_reads_the_diagram_of_every_area(name: str, tmp_path: Path) -> None:
    files = mermaid.emit(compiled(name))
    outcomes = [parse("parse-mermaid.mjs", tmp_path / Path(path).name, text) for path, text in files.items()]
    assert [outcome for outcome in outcomes if not outcome["ok"]] == []


@needs_npm_tools
@every_design
def test_dbml_reads_every_table_column_reference_and_index(name: str, tmp_path: Path) -> None:
    blueprint = compiled(name)
    outcome = parse("parse-dbml.mjs", tmp_path / "schema.dbml", dbml.emit(blueprint)["diagrams/schema.dbml"])
    keys = [key for table in blueprint.tables for key in (table.primary_key, *table.uniques) if key is not None]
    assert outcome == {
        "ok": True,
        "tables": len(blueprint.tables),
        "columns": sum(len(table.columns) for table in blueprint.tables),
        "references": len(references(blueprint)),
        "enums": 0,
        "indexes": sum(len(table.indexes) for table in blueprint.tables) + sum(len(key.columns) > 1 for key in keys),
        "names": [f"{blueprint.schema}.{table.name}" for table in blueprint.tables],
    }


@needs_browser
@every_design
def test_no_text_leaves_its_box_in_a_browser(name: str, tmp_path: Path) -> None:
    drawn = "".join(erd.emit(compiled(name)).values())
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8>{drawn}<script>{MEASURE}</script>", encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
    done = subprocess.run(
        [*command, "--dump-dom", page.as_uri()], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    result = re.search("RESULT (.*) END", done.stdout)
    assert result is not None, done.stderr
    measured = json.loads(result[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    assert measured["texts"] >= sum(len(table.columns) for table in compiled(name).tables)
    assert measured["found"] == []
