"""An SVG diagram read back as geometry, by nothing but its own text: what the tests of diagrams measure."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import pairwise

SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]


@dataclass(frozen=True)
class DrawnTable:
    """A table's box: its name (empty for the box that counts others), its edges, the texts in it."""

    name: str
    left: float
    top: float
    right: float
    bottom: float
    texts: tuple[str, ...]


@dataclass(frozen=True)
class DrawnReference:
    """A reference's line: both tables and its corners."""

    source: str
    target: str
    points: tuple[Point, ...]
    tooltip: str

    @property
    def segments(self) -> list[tuple[Point, Point]]:
        """The straight pieces."""
        return list(pairwise(self.points))


@dataclass(frozen=True)
class Picture:
    """A diagram as drawn; sizes in pixels."""

    width: float
    height: float
    tables: tuple[DrawnTable, ...]
    references: tuple[DrawnReference, ...]
    root: ET.Element


def read_picture(text: str) -> Picture:
    """Return what an SVG of ours shows; raise ParseError where it is not well-formed XML."""
    root = ET.fromstring(text)
    tables = [_table(group) for group in root.iter(f"{SVG}g") if "erd-table" in group.get("class", "").split()]
    lines = [_reference(group) for group in root.iter(f"{SVG}g") if "erd-reference" in group.get("class", "").split()]
    return Picture(float(root.attrib["width"]), float(root.attrib["height"]), tuple(tables), tuple(lines), root)


def _table(group: ET.Element) -> DrawnTable:
    moved = re.fullmatch(r"translate\((\S+) (\S+)\)", group.attrib["transform"])
    body = group.find(f"{SVG}rect")
    assert moved is not None and body is not None
    left, top = float(moved[1]), float(moved[2])
    texts = tuple(_shown(text) for text in group.iter(f"{SVG}text"))
    return DrawnTable(
        name=group.get("data-table", ""),
        left=left,
        top=top,
        right=left + float(body.attrib["width"]),
        bottom=top + float(body.attrib["height"]),
        texts=texts,
    )


def _shown(text: ET.Element) -> str:
    """Return what a text shows: not the title inside it, which only a pointer brings up."""
    parts = [text.text or ""]
    for inner in text:
        parts += ["" if inner.tag == f"{SVG}title" else inner.text or "", inner.tail or ""]
    return "".join(parts)


def _reference(group: ET.Element) -> DrawnReference:
    line, title = group.find(f"{SVG}path"), group.find(f"{SVG}title")
    assert line is not None and title is not None
    return DrawnReference(
        group.attrib["data-from"], group.attrib["data-to"], _corners(line.attrib["d"]), title.text or ""
    )


def _corners(path: str) -> tuple[Point, ...]:
    """Return the corners of a path of M, L and Q: where it starts, the control point of each bend, where it ends."""
    points: list[Point] = []
    commands = re.findall(r"([MLQ])([^MLQ]*)", path)
    assert "".join(letter + rest for letter, rest in commands) == path
    for letter, rest in commands:
        numbers = [float(number) for number in rest.split()]
        if letter in "MQ":
            points.append((numbers[0], numbers[1]))
    numbers = [float(number) for number in commands[-1][1].split()]
    return (*points, (numbers[-2], numbers[-1]))
