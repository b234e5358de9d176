"""The site: one HTML file that shows the whole design, why it is so, and which promises a real server kept.

It opens from `file://` and asks for nothing from a network: style, script and data stand in the file, and a content
security policy holds it to that. Pages are drawn in the browser from the data, so a large schema stays one small file.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from dbwright.emit.erd_style import STYLE
from dbwright.emit.site_data import site_data
from dbwright.emit.site_json import embed
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Finding
from dbwright.model.kept_advice import KeptAdvice

PATH = "index.html"

SCRIPTS = (
    "elements",  # building the page: every text is a text node
    "figures",  # numbers as people read them
    "data",  # what the file holds, by name
    "links",  # addresses within the page, and what a name in a text leads to
    "sql",  # statements with their words told apart
    "sections",  # parts that every page is made of
    "verdicts",  # claims, their verdicts and their evidence
    "decisions",  # decisions with reasons and alternatives
    "diagram_layout",  # where a table and its neighbours stand
    "diagram",  # the same as a drawing with crow's feet
    "growth",  # how the work of a pattern grows, as a chart
    "measured",  # how long it takes, as a chart
    "privileges",  # who may do what
    "page_overview",
    "page_table",
    "page_table_parts",
    "page_tables",
    "page_pattern",
    "page_role",
    "page_decisions",
    "page_claims",
    "page_advice",
    "page_operations",
    "page_objects",
    "search",  # finding anything
    "search_box",
    "navigation",
    "theme",
    "keyboard",
    "printing",
    "router",  # from an address to a page; starts it all
)
"""The parts of the script in order; they share one scope."""


def emit(
    blueprint: Blueprint,
    findings: Sequence[Finding] = (),
    server: Mapping[str, object] | None = None,
    advice: KeptAdvice | None = None,
) -> dict[str, str]:
    """Return `index.html`, with verdicts where something was proven, and the advice that is kept."""
    return {PATH: render(blueprint, findings, server, advice)}


def render(
    blueprint: Blueprint,
    findings: Sequence[Finding] = (),
    server: Mapping[str, object] | None = None,
    advice: KeptAdvice | None = None,
) -> str:
    """Return the site with the verdicts of `findings`; `server` says in any keys what they were found on."""
    script = _script()
    parts = {
        "title": escape(str(blueprint.design.design)),
        "policy": _policy(script),
        "style": f"{STYLE}{_asset('site.css')}",
        "data": embed(site_data(blueprint, findings, server, advice)),
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _asset("site.html"))


def _policy(script: str) -> str:
    """Only this script runs, whatever a name in the design says; nothing is loaded, sent or framed."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _script() -> str:
    parts = [_asset(f"scripts/{name}.js").strip() for name in SCRIPTS]
    return '(function () {\n"use strict";\n\n' + "\n\n".join(parts) + "\n})();"


@cache
def _asset(name: str) -> str:
    return files("dbwright.emit").joinpath("site_assets", name).read_text(encoding="utf-8")
