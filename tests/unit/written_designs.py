"""Designs that a test writes down and reads, and the one diagnostic that it expects."""

from __future__ import annotations

from pathlib import Path

from dbwright.diagnostics import Diagnostic
from dbwright.frontends.design_file import Reading, read_design

NAME = "shop.design.yaml"
USERS = """\
design: shop
entities:
  users:
    columns:
      user_id: uuid primary key
"""


def read_text(folder: Path, text: str | bytes) -> Reading:
    """Write a design file and read it."""
    path = folder / NAME
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_design(path)


def read_files(folder: Path, **texts: str) -> Reading:
    """Write design files by name and read the folder."""
    for name, text in texts.items():
        (folder / f"{name}.design.yaml").write_text(text, encoding="utf-8")
    return read_design(folder)


def found_in(reading: Reading) -> list[tuple[str, int, int]]:
    """Return code, line and column of each diagnostic."""
    return [(d.code, d.span.line, d.span.column) for d in reading.diagnostics]


def only(reading: Reading) -> Diagnostic:
    """Return the one diagnostic of a reading."""
    assert len(reading.diagnostics) == 1, [f"{d.span} {d.message}" for d in reading.diagnostics]
    return reading.diagnostics[0]


def marked(reading: Reading) -> str:
    """Return the text of the file that the one diagnostic points at."""
    span = only(reading).span
    line = reading.sources[span.file].splitlines()[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]
