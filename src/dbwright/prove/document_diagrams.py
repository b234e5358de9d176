"""Diagrams: Mermaid and DBML as their own parsers read them, and the drawing as an XML parser reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any
from xml.etree import ElementTree

from dbwright.prove.bench import Bench
from dbwright.prove.document_tools import ToolRefused, ask_node, built, built_like, plain_name
from dbwright.prove.outcome import Outcome, broken, held

MERMAID = "diagrams/erd.mmd"
DBML = "diagrams/schema.dbml"
ERD = "diagrams/erd.svg"

_SVG = "{http://www.w3.org/2000/svg}"
# Mermaid hides `#34;` from its own parser like this until it draws.
_MERMAID_CHARACTER = re.compile("ﬂ°(°?)(\\w+)¶ß")


def check_mermaid(bench: Bench) -> Outcome:
    """Have Mermaid parse every diagram; the whole one shows all tables, columns and references."""
    whole, areas = _whole_and_areas(bench, MERMAID, ".mmd")
    answer = _ask_mermaid(whole, MERMAID)
    wanted = {plain_name(t.name) for t in bench.blueprint.tables}
    found = {_mermaid_name(name) for name in answer["names"]}
    problem = _difference(wanted, found) or _miscounted(bench, answer, whole)
    if problem:
        return broken(f"{MERMAID}: {problem}", **_counts(answer))
    shown: set[str] = set()
    # Mermaid takes a second to start, so that several start at once.
    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = list(pool.map(_ask_mermaid, areas.values(), areas))
    for path, area in zip(areas, answers, strict=True):
        names = {_mermaid_name(name) for name in area["names"]}
        if not names <= wanted:
            return broken(f"{path}: {_difference(wanted, names | wanted)}")
        shown |= names
    if areas and shown != wanted:
        return broken(f"no diagram of an area shows `{min(wanted - shown)}`")
    return held(files=1 + len(areas), **_counts(answer), judged_by="mermaid")


def check_dbml(bench: Bench) -> Outcome:
    """Have @dbml/core parse the export; it holds all tables and columns, and each reference that DBML can say."""
    answer = ask_node("scripts/parse-dbml.mjs", ("@dbml/core",), built(bench, DBML), "schema.dbml")
    schema = "" if bench.blueprint.schema == "public" else f"{bench.blueprint.schema}."
    wanted = {f"{schema}{t.name}" for t in bench.blueprint.tables}
    problem = _difference(wanted, set(answer["names"])) or _miscounted(bench, answer, "")
    if problem:
        return broken(f"{DBML}: {problem}", **_counts(answer))
    return held(**_counts(answer), judged_by="@dbml/core")


def check_erd(bench: Bench) -> Outcome:
    """Parse every drawing as XML; the whole one shows each table under its name, and none loads or runs anything."""
    whole, areas = _whole_and_areas(bench, ERD, ".svg")
    drawings = {path: _parse_svg(text, path) for path, text in {ERD: whole, **areas}.items()}
    for path, drawing in drawings.items():
        active = next(_active_parts(drawing), "")
        if active:
            return broken(f"{path} holds {active}")
    hidden = [t.name for t in bench.blueprint.tables if not _shows(drawings[ERD], t.name)]
    if hidden:
        return broken(f"{ERD} does not show `{hidden[0]}`", hidden=hidden)
    return held(files=len(drawings), tables=len(bench.blueprint.tables), judged_by="an XML parser")


def _whole_and_areas(bench: Bench, path: str, ending: str) -> tuple[str, dict[str, str]]:
    areas = built_like(bench, "diagrams", ending)
    areas.pop(path, None)
    return built(bench, path), areas


def _ask_mermaid(text: str, path: str) -> dict[str, Any]:
    return ask_node("scripts/parse-mermaid.mjs", ("mermaid", "jsdom"), text, path.split("/")[-1])


def _mermaid_name(name: str) -> str:
    return plain_name(_MERMAID_CHARACTER.sub(lambda m: chr(int(m[2])) if m[1] else unescape(f"&{m[2]};"), name))


def _difference(wanted: set[str], found: set[str]) -> str:
    """Return in words the first table that is missing or too many."""
    if wanted - found:
        return f"table `{min(wanted - found)}` is missing"
    return f"table `{min(found - wanted)}` is not of this design" if found - wanted else ""


def _miscounted(bench: Bench, answer: dict[str, Any], text: str) -> str:
    """Return in words which number is wrong. A remark (`%%`) in the text says that it leaves columns out."""
    tables = bench.blueprint.tables
    columns = sum(len(t.columns) for t in tables)
    if answer["tables"] != len(tables):
        return f"{answer['tables']} tables instead of {len(tables)}"
    if answer["columns"] != columns and not re.search(r"^\s*%%", text, re.MULTILINE):
        return f"{answer['columns']} columns instead of {columns}"
    keys = [(t.name, k) for t in tables for k in t.foreign_keys]
    if "relationships" in answer:
        number, references = answer["relationships"], len(keys)
    else:
        # DBML takes no second reference between the same columns, nor one from columns to themselves.
        ends = {frozenset({(n, frozenset(k.columns)), (k.target, frozenset(k.target_columns))}) for n, k in keys}
        number, references = answer["references"], sum(len(e) == 2 for e in ends)
    return f"{number} references instead of {references}" if number != references else ""


def _counts(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: count for name, count in answer.items() if name != "names"}


def _parse_svg(text: str, path: str) -> ElementTree.Element:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ToolRefused(f"{path} is no well-formed XML: {error}") from error
    if root.tag != f"{_SVG}svg":
        raise ToolRefused(f"{path} is no SVG: its first element is {root.tag}")
    return root


def _active_parts(drawing: ElementTree.Element) -> Iterator[str]:
    """Yield what a drawing must not hold: scripts, and addresses that are loaded."""
    for element in drawing.iter():
        if element.tag in (f"{_SVG}script", f"{_SVG}foreignObject"):
            yield f"a <{element.tag.removeprefix(_SVG)}>"
        for name, value in element.attrib.items():
            local = name.rpartition("}")[2]
            if local.startswith("on"):
                yield f"the attribute {local}"
            if local in ("href", "src") and not value.startswith("#") and element.tag != f"{_SVG}a":
                yield f"a reference to {value}"


def _shows(drawing: ElementTree.Element, table: str) -> bool:
    """Whether a group is titled after the table and shows its name, or as much of its start as fits."""
    name = plain_name(table)
    for group in drawing.iter(f"{_SVG}g"):
        title = plain_name(group.findtext(f"{_SVG}title", ""))
        if title != name and not title.startswith(f"{name}: "):
            continue
        for element in group.iter(f"{_SVG}text"):
            seen = plain_name("".join(element.itertext()))
            if seen == name or (len(seen) > 1 and seen.endswith("…") and name.startswith(seen[:-1].rstrip())):
                return True
    return False
