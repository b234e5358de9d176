"""What the YAML parser stumbled over, told so that a person finds the place and knows what to type."""

from __future__ import annotations

from typing import Any

from dbwright.diagnostics import Diagnostic, Span
from dbwright.frontends.scalars import QUOTE_SQL
from dbwright.frontends.yaml_library import yaml


def describe_problem(error: yaml.YAMLError, text: str, shown: str) -> Diagnostic:
    """Return the diagnostic for what the YAML parser says about a text."""
    lines = text.splitlines() or [""]
    problem = str(getattr(error, "problem", None) or error).splitlines()[0]
    span = _span(_mark(error, problem), lines, shown)
    message = f"this is not YAML: {problem}"
    return Diagnostic("yaml-syntax", message, span, _help(problem, span, lines[span.line - 1]))


def _mark(error: Any, problem: str) -> Any:
    """The mark to show: where something was opened, if the parser only noticed lines later that it never closed."""
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is None or opened is None:
        return mark or opened
    never_closed = "end of stream" in problem or "expected ':'" in problem
    of_a_word = any(word in str(error.context) for word in ("alias", "anchor", "tag"))
    if never_closed or of_a_word or ("expected ','" in problem and opened.line < mark.line):
        return opened
    return mark


def _span(mark: Any, lines: list[str], shown: str) -> Span:
    """The mark as a span; the parser's end of the text is the end of the last line."""
    if mark is None:
        return Span(shown, 1, 1)
    if mark.line >= len(lines):
        return Span(shown, len(lines), len(lines[-1]) + 1)
    return Span(shown, mark.line + 1, min(mark.column, len(lines[mark.line])) + 1)


def _help(problem: str, span: Span, line: str) -> str:
    rest = line[span.column - 1 :]
    if "another document" in problem:
        return "one file holds one design: remove the `---`"
    if "\t" in line[: span.column]:
        return "indent with spaces, not with tabs"
    if rest and ("cannot start any token" in problem or rest[0] in "*&!"):
        return f'quote a value that begins with `{rest[0]}`: "{rest[0]}…"'
    if "end of stream" in problem and rest[:1] in ("'", '"'):
        return f"close the quote: {rest[0]}…{rest[0]}"
    if "expected ','" in problem:
        return f"close the bracket, or quote what it holds; {QUOTE_SQL}"
    if "mapping values" in problem:
        return 'quote a value that holds `: `, for example about: "why: because"'
    if "expected ':'" in problem:
        return "a key ends in `: `, for example `about: People who can sign in.`"
    return "compare the indentation and the quotes with the lines above"
