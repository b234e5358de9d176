"""Designs for the tests of generated rows, compiled from text."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design

FEDIFLOW = Path(__file__).resolve().parents[2] / "examples" / "fediflow" / "fediflow.design.yaml"


def compile_text(text: str) -> Blueprint:
    """Return the blueprint of a design given as text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "test.design.yaml"
        path.write_text(dedent(text), encoding="utf-8")
        return compile_design(load_design(path))


def compile_entity(columns: str, rest: str = "", sql: str = "") -> Blueprint:
    """Return the blueprint of a design with the one entity `things`; `columns` and `rest` are lines of YAML."""
    lines = [
        "design: small",
        "roles: {web: {}}",
        "entities:",
        "  things:",
        "    audit: none",
        "    columns:",
        *(f"      {line.strip()}" for line in columns.strip().splitlines()),
        *(f"    {line.strip()}" for line in rest.strip().splitlines()),
        *(["sql:"] if sql else []),
        *(f"  {line.strip()}" for line in sql.strip().splitlines()),
    ]
    return compile_text("\n".join(lines))


def fediflow() -> Blueprint:
    """Return the blueprint of the FediFlow example."""
    return compile_design(load_design(FEDIFLOW))
