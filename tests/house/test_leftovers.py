"""Nothing is left open: no note to self, no function that says it is missing, no test put aside without a reason."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from project_tree import Source, read_sources

# Spelled in halves, so that this file does not find itself.
NOTE = re.compile(r"\b(TO" + "DO|FIX" + "ME|X" + r"XX)\b")
UNFINISHED = "NotImplemented" + "Error"
# How each way of putting a test aside takes its reason: by position, or only by its keyword.
REASON_BY_POSITION = {"pytest.skip", "pytest.xfail"}
REASON_BY_KEYWORD = {"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.importorskip"}


def find_notes(source: Source) -> Iterator[tuple[int, str]]:
    """Yield (line, finding) for each note to self in a comment or docstring; data in strings may say what it likes."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT and NOTE.search(token.string):
            yield token.start[0], token.string
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found = NOTE.search(ast.get_docstring(node) or "")
            if found:
                yield getattr(node, "lineno", 1), f"docstring with {found[0]}"


def find_unfinished(source: Source) -> Iterator[tuple[int, str]]:
    """Yield (line, finding) where the code names the exception of things that are not there."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id == UNFINISHED:
            yield node.lineno, UNFINISHED


def has_reason(call: ast.Call, name: str) -> bool:
    """Tell whether a call that puts a test aside gives a reason that is not an empty string."""
    given = [keyword.value for keyword in call.keywords if keyword.arg in ("reason", "msg")]
    given += call.args[:1] if name in REASON_BY_POSITION else []
    return any(not (isinstance(value, ast.Constant) and not value.value) for value in given)


def find_silent_skips(source: Source) -> Iterator[tuple[int, str]]:
    """Yield (line, finding) for each skip or xfail that gives no reason, called or used as a bare mark."""
    reasoned = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in REASON_BY_POSITION | REASON_BY_KEYWORD and has_reason(node, name):
                reasoned.add(node.func)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node not in reasoned:
            name = ast.unparse(node)
            if name in REASON_BY_POSITION | REASON_BY_KEYWORD:
                yield node.lineno, f"{name} without a reason"


def find_leftovers(source: Source) -> list[str]:
    """Return one line, file:line: what was left open, for each finding, by line."""
    found = [*find_notes(source), *find_unfinished(source), *find_silent_skips(source)]
    return [f"{source.path}:{line}: {finding}" for line, finding in sorted(found)]


def test_nothing_is_left_open() -> None:
    findings = [line for source in read_sources("src", "tests", "benchmarks") for line in find_leftovers(source)]
    assert findings == [], "\n" + "\n".join(findings)


def test_tests_are_put_aside_only_through_pytest() -> None:
    findings = [
        f"{source.path}:{node.lineno}: unittest"
        for source in read_sources("tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "unittest" in ast.unparse(node)
    ]
    assert findings == [], "\n" + "\n".join(findings)


@pytest.mark.parametrize(
    "text",
    [
        "# " + "TO" + "DO: later",
        "def f():\n    '''" + "FIX" + "ME.'''",
        f"raise {UNFINISHED}",
        "@pytest.mark.skip\ndef test(): ...",
        "@pytest.mark.skipif(True)\ndef test(): ...",
        "@pytest.mark.xfail(reason='')\ndef test(): ...",
        "pytest.skip('')",
        "pytest.importorskip('numpy')",
    ],
)
def test_each_kind_of_leftover_is_found(text: str) -> None:
    assert len(find_leftovers(Source(Path("a.py"), text + "\n"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "mask = '" + "X" + "XX-" + "X" + "XX-1234'",
        "pytest.skip('PostgreSQL 15 is missing; type: sudo scripts/setup-debian')",
        "@pytest.mark.skipif(missing, reason=why)\ndef test(): ...",
    ],
)
def test_data_and_reasons_are_no_leftovers(text: str) -> None:
    assert find_leftovers(Source(Path("a.py"), text + "\n")) == []
