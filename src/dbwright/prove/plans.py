"""Execution plans as data: what was scanned, by which index, and which partitions were touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Plan:
    """A plan that ran: index names and scanned relations are those of partitions where a table has some."""

    root: Mapping[str, Any]
    milliseconds: float
    rows: int

    @property
    def indexes(self) -> list[str]:
        """Every index that the plan uses, each once."""
        return list(dict.fromkeys(str(n["Index Name"]) for n in self.nodes() if "Index Name" in n))

    @property
    def touched(self) -> list[str]:
        """Every relation that was really scanned (loops over zero), each once."""
        found = [str(n["Relation Name"]) for n in self.nodes() if "Relation Name" in n and n.get("Actual Loops", 1)]
        return list(dict.fromkeys(found))

    @property
    def pages(self) -> int:
        """Pages that were touched, in memory or not; 0 where buffers were not asked for."""
        return int(self.root.get("Shared Hit Blocks", 0)) + int(self.root.get("Shared Read Blocks", 0))

    @property
    def examined(self) -> float:
        """Rows that were read from tables, those that a filter then refused included."""
        return sum(_examined(node) for node in self.nodes() if "Relation Name" in node)

    def nodes(self) -> Iterator[Mapping[str, Any]]:
        """Every node of the plan from the top."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.get("Plans", ()))

    def outline(self) -> list[str]:
        """The plan in short lines, one a node, for people."""
        return list(_outline(self.root, 0))


def _examined(node: Mapping[str, Any]) -> float:
    refused = sum(float(node.get(f"Rows Removed by {why}", 0)) for why in ("Filter", "Index Recheck"))
    return (float(node.get("Actual Rows", 0)) + refused) * float(node.get("Actual Loops", 1))


def _outline(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    parts = [str(node.get("Node Type", ""))]
    if "Index Name" in node:
        parts.append(f"using {node['Index Name']}")
    if "Relation Name" in node:
        parts.append(f"on {node['Relation Name']}")
    if "Actual Rows" in node:
        parts.append(f"({node['Actual Rows']:g} rows)")
    yield "  " * depth + " ".join(parts)
    for child in node.get("Plans", ()):
        if child.get("Actual Loops", 1):
            yield from _outline(child, depth + 1)


def read_plan(document: Any) -> Plan:
    """Return the plan of one `explain (analyze, format json)` answer."""
    top = document[0] if isinstance(document, list) else document
    root = top["Plan"]
    return Plan(root, float(top.get("Execution Time", 0.0)), int(root.get("Actual Rows", 0)))
