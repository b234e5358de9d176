"""Several files, one design: top-level mappings are joined by name, everything else may stand in one file only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dbwright.diagnostics import Diagnostic, Span
from dbwright.frontends.nodes import span_of_node
from dbwright.frontends.yaml_library import yaml
from dbwright.records import record


@record(frozen=True)
class Part:
    """One file of a design; the marks of every node of `root` carry `shown`."""

    path: Path
    shown: str
    source: str
    root: yaml.MappingNode

    def includes(self) -> Iterator[tuple[Path, Span]]:
        """Yield the files that this one includes, with the place of each."""
        for key, value in self.root.value:
            if key.value != "include":
                continue
            nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for node in nodes:
                if isinstance(node, yaml.ScalarNode) and node.value:
                    yield self.path.parent / node.value, span_of_node(node)


def merge(parts: list[Part]) -> tuple[yaml.MappingNode, list[Diagnostic]]:
    """Return one root for all parts, and a diagnostic for everything that two files define."""
    joined: dict[str, tuple[yaml.Node, yaml.Node, str]] = {}
    found: list[Diagnostic] = []
    for part in parts:
        for key, value in part.root.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in joined or joined[name][2] == part.shown:
                slot = name if name not in joined else f"{name}\0{key.start_mark.line}"
                joined[slot] = (key, value, part.shown)
            elif name != "include":
                found += _join(joined, name, key, value)
    first = parts[0].root
    pairs = [(key, value) for key, value, _ in joined.values()]
    root = yaml.MappingNode(first.tag, pairs, first.start_mark, first.end_mark)
    return root, found


def _join(
    joined: dict[str, tuple[yaml.Node, yaml.Node, str]], name: str, key: yaml.Node, value: yaml.Node
) -> list[Diagnostic]:
    old_key, old, origin = joined[name]
    if isinstance(old, yaml.MappingNode) and isinstance(value, yaml.MappingNode) and name in _JOINED:
        clashes = _clashes(old, value, name)
        pairs = [*old.value, *value.value]
        joined[name] = (old_key, yaml.MappingNode(old.tag, pairs, old.start_mark, old.end_mark), origin)
        return clashes
    if isinstance(old, yaml.SequenceNode) and isinstance(value, yaml.SequenceNode):
        items = [*old.value, *value.value]
        joined[name] = (old_key, yaml.SequenceNode(old.tag, items, old.start_mark, old.end_mark), origin)
        return []
    return [_twice(name, old_key, key)]


_JOINED = {
    "roles",
    "groups",
    "entities",
    "relationships",
    "access",
    "transactions",
    "sql",
    "stores",
    "sharing",
    "alerts",
    "decisions",
}
"""Top-level keys that hold a mapping of names and may be spread over files."""


def _clashes(old: yaml.MappingNode, new: yaml.MappingNode, name: str) -> list[Diagnostic]:
    first = {k.value: k for k, _ in old.value if isinstance(k, yaml.ScalarNode)}
    return [_twice(f"{name}.{k.value}", first[k.value], k) for k, _ in new.value if k.value in first]


def _twice(name: str, first: yaml.Node, second: yaml.Node) -> Diagnostic:
    one, two = span_of_node(first), span_of_node(second)
    message = f"`{name}` is defined at {one.file}:{one.line} and {two.file}:{two.line}"
    return Diagnostic("defined-twice", message, two, "remove one, or give it another name")
