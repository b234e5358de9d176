"""Mermaid graphs of the design document: who uses which store, and where the servers stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dbwright.emit.blocks import Fence
from dbwright.emit.material import Material

# Mermaid reads `#code;` as a character inside quotes; the rest would end the label or become markup.
_UNSAFE = re.compile(r'["#<>&`*_~\\;{}\[\]()|%]|[^ -~\u00a0-\ud7ff\ue000-\uffff]')


@dataclass
class _Graph:
    """A graph under construction; nodes have numbers as names, because any name may be a word of Mermaid."""

    lines: list[str] = field(default_factory=lambda: ["graph TB"])
    numbers: dict[str, int] = field(default_factory=dict)

    def node(self, key: str, text: str, shape: str = "box", indent: str = "    ") -> str:
        """Add a node once; return its name."""
        if key in self.numbers:
            return f"n{self.numbers[key]}"
        self.numbers[key] = len(self.numbers)
        name = f"n{self.numbers[key]}"
        start, end = {"box": ("[", "]"), "store": ("[(", ")]"), "round": ("([", "])")}[shape]
        self.lines.append(f"{indent}{name}{start}{label(text)}{end}")
        return name

    def edge(self, source: str, target: str, text: str = "", dotted: bool = False) -> None:
        """Add an arrow between two nodes."""
        arrow = "-.->" if dotted else "-->"
        middle = f"|{label(text)}|" if text else ""
        self.lines.append(f"    {source} {arrow}{middle} {target}")

    def fence(self) -> Fence:
        """Return the graph as a block."""
        return Fence("mermaid", "\n".join(self.lines))


def label(text: str) -> str:
    """Return text as a quoted label; every character that Mermaid might read is written as its number."""
    line = " ".join(text.split())
    return f'"{_UNSAFE.sub(lambda m: f"#{ord(m[0])};", line)}"'


def component_graph(material: Material) -> Fence:
    """Return who writes and reads what: roles, the database, caches and other stores."""
    graph = _Graph()
    database = graph.node("database", f"PostgreSQL {material.blueprint.version}", "store")
    for role in material.design.roles:
        uses = [u for u in material.uses if role.name in u.pattern.by]
        node = graph.node(f"role {role.name}", str(role.name), "round")
        writes, reads = any(u.writes for u in uses), any(not u.writes for u in uses)
        if writes:
            graph.edge(node, database, "writes")
        if reads:
            graph.edge(node, database, "reads")
        for system in dict.fromkeys(str(u.pattern.cache.system) for u in uses if u.pattern.cache):
            graph.edge(node, graph.node(f"cache {system}", f"{system}: cache", "store"), "reads first")
    filled: set[str] = set()
    for use in material.uses:
        if use.pattern.cache is not None:
            system = str(use.pattern.cache.system)
            cache = graph.node(f"cache {system}", f"{system}: cache", "store")
            if system not in filled:
                filled.add(system)
                graph.edge(database, cache, "answers, dropped on change", dotted=True)
    for store in material.design.stores:
        node = graph.node(f"store {store.name}", f"{store.system}: {store.name}", "store")
        for entity in store.drop_on:
            graph.edge(database, node, f"{entity} changed", dotted=True)
    return graph.fence()


def topology_graph(material: Material) -> Fence:
    """Return the primary, its standbys, caches and backups, by region."""
    graph = _Graph()
    plan, backup = material.design.availability, material.design.backup
    regions = [str(r) for r in plan.regions] if plan and plan.regions else ["primary site"]
    standbys = plan.replicas if plan else 0
    homes = sorted((regions[(n + 1) % len(regions)] for n in range(standbys)), key=regions.index)
    names: dict[str, str] = {}
    for number, region in enumerate(regions):
        graph.lines.append(f"    subgraph r{number}[{label(region)}]")
        if number == 0:
            names["primary"] = graph.node("primary", "primary: reads and writes", "store", "        ")
        for index, home in enumerate(homes):
            if home == region:
                standby = f"standby {index + 1}: reads that may be stale"
                names[f"standby {index}"] = graph.node(f"standby {index}", standby, "store", "        ")
        graph.lines.append("    end")
    waits = "commit waits" if plan is not None and plan.replication == "synchronous" else "follows"
    for index in range(standbys):
        graph.edge(names["primary"], names[f"standby {index}"], waits)
    if backup is not None:
        text = f"backups{f' in {backup.offsite}' if backup.offsite else ''}"
        graph.edge(
            names["primary"], graph.node("backup", text, "store"), str(backup.changes or backup.full), dotted=True
        )
    pooling = material.design.scaling.pooling if material.design.scaling else None
    if pooling is not None:
        graph.edge(
            graph.node("pooler", f"{pooling.system}: {pooling.connections} connections", "round"), names["primary"]
        )
    return graph.fence()
