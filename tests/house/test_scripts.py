"""The scripts that set a machine up and that judge our output run, and do what their first lines say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from project_tree import ROOT

SHELL_SCRIPTS = [ROOT / ".ci/run", *(ROOT / "scripts" / name for name in ("setup", "setup-debian", "setup-npm"))]
needs_npm_tools = pytest.mark.skipif(
    not (shutil.which("node") and (ROOT / "node_modules/.setup-stamp").is_file()),
    reason="the parsers of npm are not installed here; type: sudo scripts/setup-debian && scripts/setup-npm",
)

GOOD_MERMAID = """---
title: A shop
---
erDiagram
    accTitle: People and what they order
    users ||--o{ orders : "places"
    users {
        uuid user_id PK "who"
    }
    orders {
        uuid order_id PK
        uuid user_id FK
    }
"""
GOOD_DBML = """
Table users {
  user_id uuid [pk]
}
Table sales.orders {
  order_id uuid [pk]
  user_id uuid [ref: > users.user_id]
  indexes { user_id }
}
"""


def run_parser(script: str, path: Path, text: str) -> tuple[int, dict[str, Any]]:
    """Write the text to the path, run the parser on it, and return its exit code and what it printed."""
    path.write_text(text, encoding="utf-8")
    command = ["node", str(ROOT / "scripts" / script), str(path)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("script", SHELL_SCRIPTS, ids=lambda script: script.name)
def test_shell_scripts_are_executable_and_well_formed(script: Path) -> None:
    assert os.access(script, os.X_OK)
    first, second, *_ = script.read_text(encoding="utf-8").splitlines()
    assert first == "#!/usr/bin/env bash"
    assert second.startswith("# ")
    assert subprocess.run(["bash", "-n", str(script)], check=False, capture_output=True, text=True).stderr == ""


@needs_npm_tools
def test_mermaid_counts_what_a_diagram_holds(tmp_path: Path) -> None:
    assert run_parser("parse-mermaid.mjs", tmp_path / "good.mmd", GOOD_MERMAID) == (
        0,
        {"ok": True, "tables": 2, "columns": 3, "relationships": 1, "names": ["users", "orders"]},
    )


@needs_npm_tools
@pytest.mark.parametrize("text", ["erDiagram\n  a {\n    int x PK PK\n  }\n", "graph TD\n  a-->b\n", ""])
def test_mermaid_refuses_what_is_no_diagram_of_entities(text: str, tmp_path: Path) -> None:
    code, outcome = run_parser("parse-mermaid.mjs", tmp_path / "bad.mmd", text)
    assert (code, outcome["ok"], bool(outcome["error"])) == (1, False, True)


@needs_npm_tools
def test_dbml_counts_what_a_file_holds(tmp_path: Path) -> None:
    code, outcome = run_parser("parse-dbml.mjs", tmp_path / "good.dbml", GOOD_DBML)
    assert code == 0
    assert outcome == {
        "ok": True,
        "tables": 2,
        "columns": 3,
        "references": 1,
        "enums": 0,
        "indexes": 1,
        "names": ["users", "sales.orders"],
    }


@needs_npm_tools
def test_dbml_tells_every_error_with_its_place(tmp_path: Path) -> None:
    text = "Table users {\n  id uuid [pk\n}\nTable users {\n  id int\n}\n"
    code, outcome = run_parser("parse-dbml.mjs", tmp_path / "bad.dbml", text)
    assert (code, outcome["ok"]) == (1, False)
    assert [line.split(":")[0] for line in outcome["error"].splitlines()] == ["3", "4"]
