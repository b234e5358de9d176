"""Every module, public class and public function says in a docstring what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from project_tree import Source, read_sources

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# The docstring of these stands at what they complete: the other overloads, the parent's method, the getter.
EXEMPT_DECORATORS = ("overload", "override", "setter", "deleter")


def public_definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """Yield (dotted name, node) of public classes and functions, and of the public methods of the former."""
    for node in body:
        if isinstance(node, ast.If | ast.Try):
            yield from public_definitions(node.body, prefix)
        if not isinstance(node, Definition) or node.name.startswith("_"):
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from public_definitions(node.body, f"{prefix}{node.name}.")


def is_exempt(node: Definition) -> bool:
    """Tell whether a decorator says that the docstring stands elsewhere."""
    return any(ast.unparse(decorator).split(".")[-1] in EXEMPT_DECORATORS for decorator in node.decorator_list)


def find_missing_docstrings(source: Source) -> list[str]:
    """Return one line, file:line: what has no docstring, for the module and each public definition in it."""
    findings = [] if ast.get_docstring(source.tree) else [f"{source.path}:1: the module"]
    for name, node in public_definitions(source.tree.body):
        if not is_exempt(node) and not ast.get_docstring(node):
            findings.append(f"{source.path}:{node.lineno}: {name}")
    return findings


def test_everything_public_has_a_docstring() -> None:
    findings = [line for source in read_sources("src") for line in find_missing_docstrings(source)]
    assert findings == [], "\n" + "\n".join(findings)


def test_every_test_and_benchmark_module_says_what_it_holds() -> None:
    sources = read_sources("tests", "benchmarks")
    assert [str(source.path) for source in sources if not ast.get_docstring(source.tree)] == []


def test_each_kind_of_missing_docstring_is_found() -> None:
    text = (
        "class Shown:\n    def method(self): ...\n    def _hidden(self): ...\n"
        "    @x.setter\n    def value(self, new): ...\n"
        "async def act(): ...\nclass _Hidden:\n    def method(self): ...\n"
        "def told():\n    'What it does.'\n    def inner(): ...\n"
    )
    findings = find_missing_docstrings(Source(Path("a.py"), text))
    assert findings == ["a.py:1: the module", "a.py:1: Shown", "a.py:2: Shown.method", "a.py:6: act"]
