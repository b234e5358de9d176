"""A room imports only rooms to its left, so that a reader can learn the house from left to right."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from project_tree import PACKAGE, Source, read_sources

API = "dbwright"  # dbwright/__init__.py, the public Python API
ORDER: tuple[tuple[str, ...], ...] = (
    ("runtime",),  # ships to production: leftmost, so it imports nothing of the compiler
    ("records",),
    ("diagnostics",),
    ("model",),
    ("sql",),
    ("theory", "reviewing", "sizing"),
    ("catalog", "server"),
    ("frontends", "passes", "rules", "planner", "data", "mining"),
    ("pipeline",),
    ("emit", "migrate", "prove", "starter"),
    ("api",),
    ("advising", "planning"),
    (API,),
    ("cli",),
    ("__main__",),
)
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}
# The pipeline only strings passes together; what it may name is less than all that stands to its left.
PIPELINE_MAY_IMPORT = {"records", "diagnostics", "model", "sql", "theory", "frontends", "passes", "rules"}


def room_of(dotted: str) -> str:
    """Return the room that an absolute module name under dbwright lies in: its second part, or the API."""
    return [*dotted.split("."), API][1]


def module_name(path: Path) -> str:
    """Return the dotted name of a file such as src/dbwright/model/design.py."""
    parts = path.with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def resolve_from(source: Source, node: ast.ImportFrom) -> str:
    """Return the absolute module that `from ... import` names, with leading dots counted from the file's package."""
    if node.level == 0:
        return node.module or ""
    package = module_name(source.path).split(".")
    climbs = node.level - (source.path.name == "__init__.py")
    return ".".join([*package[: len(package) - climbs], *filter(None, [node.module])])


def imported_modules(source: Source) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of every import in the file, also inside functions and by import_module."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            module = resolve_from(source, node)
            names = [f"{module}.{alias.name}" for alias in node.names] if module == API else [module]
            yield from ((node.lineno, name) for name in names)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield node.lineno, argument.value


def is_room(name: str) -> bool:
    """Tell whether dbwright has a file or folder of that name."""
    return name in LEVEL or (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


def judge_import(room: str, target: str) -> str | None:
    """Return what is wrong when `room` imports from the room `target`, or None."""
    unplaced = [name for name in (room, target) if name not in LEVEL]
    if unplaced:
        return f"{unplaced[0]} has no place in ORDER of tests/house/test_import_order.py"
    if room == target:
        return None
    if room == "pipeline" and target not in PIPELINE_MAY_IMPORT:
        return f"pipeline imports {target}; it may import {', '.join(sorted(PIPELINE_MAY_IMPORT))}"
    if LEVEL[target] >= LEVEL[room]:
        return f"{room} imports {target}, which does not stand to its left"
    return None


def find_wrong_imports(source: Source) -> list[str]:
    """Return one line, file:line: what is wrong, for each import against the order."""
    room = room_of(module_name(source.path))
    findings = []
    for line, module in imported_modules(source):
        if module.split(".")[0] != API:
            continue
        target = room_of(module)
        problem = judge_import(room, target if is_room(target) else API)
        findings += [f"{source.path}:{line}: {problem}"] if problem else []
    return findings


def test_rooms_import_only_what_stands_to_their_left() -> None:
    findings = [line for source in read_sources("src") for line in find_wrong_imports(source)]
    assert findings == [], "\n" + "\n".join(findings)


def test_every_room_has_its_place() -> None:
    rooms = {room_of(module_name(source.path)) for source in read_sources("src")}
    assert sorted(rooms - LEVEL.keys()) == []


def test_each_way_to_import_the_wrong_room_is_found() -> None:
    text = (
        "import dbwright.cli\nfrom dbwright import cli, build\nfrom ..prove import x\n"
        "from ..model import y\nfrom .other import z\nimport_module('dbwright.planner')\n"
    )
    findings = find_wrong_imports(Source(Path("src/dbwright/rules/naming.py"), text))
    assert findings == [
        "src/dbwright/rules/naming.py:1: rules imports cli, which does not stand to its left",
        "src/dbwright/rules/naming.py:2: rules imports cli, which does not stand to its left",
        "src/dbwright/rules/naming.py:2: rules imports dbwright, which does not stand to its left",
        "src/dbwright/rules/naming.py:3: rules imports prove, which does not stand to its left",
        "src/dbwright/rules/naming.py:6: rules imports planner, which does not stand to its left",
    ]


def test_relative_imports_of_a_package_file_count_from_the_package() -> None:
    text = "from .closure import close\nfrom ..server import start\n"
    findings = find_wrong_imports(Source(Path("src/dbwright/theory/__init__.py"), text))
    assert findings == ["src/dbwright/theory/__init__.py:2: theory imports server, which does not stand to its left"]
