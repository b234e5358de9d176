"""The real Mermaid reads the graphs of the design document, whatever the names in them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from document_designs import ROOT, files_of

needs_mermaid = pytest.mark.skipif(
    not (shutil.which("node") and (ROOT / "node_modules/.setup-stamp").is_file()),
    reason="Mermaid is not installed here; type: sudo scripts/setup-debian && scripts/setup-npm",
)


def graphs_of(name: str) -> list[str]:
    """Return the Mermaid graphs in the design document of a design."""
    return re.findall(r"^```mermaid\n(.*?)\n```$", files_of("document", name)["design.md"], re.MULTILINE | re.DOTALL)


def read_with_mermaid(graph: str, path: Path) -> str:
    """Return what scripts/parse-mermaid.mjs says: it reads any diagram, and names the type of one that is no ERD."""
    path.write_text(graph, encoding="utf-8")
    command = ["node", str(ROOT / "scripts/parse-mermaid.mjs"), str(path)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return str(json.loads(done.stdout)["error"])


@needs_mermaid
@pytest.mark.parametrize("name", ["fediflow", "hostile"])
def test_mermaid_reads_every_graph(name: str, tmp_path: Path) -> None:
    graphs = graphs_of(name)
    answers = [read_with_mermaid(graph, tmp_path / f"{number}.mmd") for number, graph in enumerate(graphs)]
    assert answers == ["this is a diagram of type flowchart-v2, not erDiagram"] * 2


@needs_mermaid
def test_mermaid_refuses_a_graph_that_is_broken(tmp_path: Path) -> None:
    broken = graphs_of("bare")[0] + '\n    n1["a" --> n2'
    assert "flowchart" not in read_with_mermaid(broken, tmp_path / "broken.mmd")
