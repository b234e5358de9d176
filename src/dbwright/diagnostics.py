"""What dbwright says about a design: diagnostics as values, and the four ways to print them.

A diagnostic is never raised as a bare string. It is collected, so that one run tells everything it found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from dbwright.records import record


class Severity(StrEnum):
    """How much a diagnostic matters: an error stops the build, a warning asks, a note tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Span(NamedTuple):
    """A stretch of one line in a file; line and column start at 1, length is in characters."""

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Span("", 0, 0, 0)
"""The span of what was derived and stands in no file."""


@record(frozen=True)
class Fix:
    """A safe edit: replace what stands at `span` by `text`."""

    span: Span
    text: str


@record(frozen=True)
class Diagnostic:
    """One defect: its code, what will happen (message), what to type (help) and where it stands (span)."""

    code: str
    message: str
    span: Span = NOWHERE
    help: str = ""
    severity: Severity = Severity.ERROR
    fix: Fix | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the diagnostic as JSON-able data."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "help": self.help,
            "file": self.span.file,
            "line": self.span.line,
            "column": self.span.column,
            "length": self.span.length,
        }


class DesignError(Exception):
    """The design cannot be compiled; `diagnostics` says why, at least one of them an error."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{d.span}: {d.message}" for d in self.diagnostics))


def errors(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return only the diagnostics that stop a build."""
    return [d for d in diagnostics if d.severity is Severity.ERROR]


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics sorted by place, then code, each once."""
    return sorted(dict.fromkeys(diagnostics), key=lambda d: (d.span, d.code, d.message))


MANY_NAMES = 400
"""From here on only names that begin alike are compared with an unknown one, which takes time for each pair."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint with the known name nearest to `name`, or the known names where none is near."""
    import difflib

    names = sorted(set(known))
    alike = names if len(names) < MANY_NAMES else [n for n in names if n[:2] == name[:2]][:100]
    close = difflib.get_close_matches(name, alike, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    if not names:
        return "there is none"
    shown = ", ".join(f"`{n}`" for n in names[:12])
    return f"known here: {shown}" + (" …" if len(names) > 12 else "")


def render_text(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str] | None = None) -> str:
    """Render like a compiler: message, place, the source line with carets, help."""
    lines = {file: text.splitlines() for file, text in (sources or {}).items()}
    return "\n".join(_render_one(d, lines.get(d.span.file, [])) for d in diagnostics)


def _render_one(diagnostic: Diagnostic, source: Sequence[str]) -> str:
    lines = [f"{diagnostic.severity.value}[{diagnostic.code}]: {_printable(diagnostic.message)}"]
    if diagnostic.span.line:
        lines += [f" --> {_printable(str(diagnostic.span))}", *_excerpt(diagnostic.span, source)]
    if diagnostic.help:
        lines.append(f"  = help: {_printable(diagnostic.help)}")
    return "\n".join(lines) + "\n"


def _excerpt(span: Span, source: Sequence[str]) -> list[str]:
    if not 0 < span.line <= len(source):
        return []
    start = max(0, span.column - 61)
    shown = source[span.line - 1][start : start + 120]
    indent = span.column - 1 - start
    length = max(1, min(span.length, len(shown) - indent))
    margin = " " * len(str(span.line))
    text = shown if shown.isprintable() else "".join(c if c.isprintable() else " " for c in shown)
    return [f"{margin} |", f"{span.line} | {text}".rstrip(), f"{margin} | {' ' * indent}{'^' * length}"]


def _printable(text: str) -> str:
    """The text on one line: a name may hold line ends, terminal sequences or marks that reverse the direction."""
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Render as a JSON array of objects, one a diagnostic."""
    import json

    return json.dumps([d.as_dict() for d in diagnostics], indent=2, ensure_ascii=False)


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Render as GitHub workflow commands, which become annotations on the changed lines."""
    kinds = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
    lines = []
    for d in diagnostics:
        place = f"file={_escape_property(d.span.file)},line={d.span.line},col={d.span.column}," if d.span.line else ""
        title = _escape_property(d.code)
        text = _escape_data(f"{d.message}\nhelp: {d.help}" if d.help else d.message)
        lines.append(f"::{kinds[d.severity]} {place}title={title}::{text}")
    return "\n".join(lines)


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def render_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """Render as SARIF 2.1.0 (OASIS), which code hosts and editors read."""
    import json

    rules = [{"id": code} for code in sorted({d.code for d in diagnostics})]
    run = {
        "tool": {"driver": {"name": "dbwright", "rules": rules}},
        "results": [_sarif_result(d) for d in diagnostics],
        "columnKind": "unicodeCodePoints",
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    document = {"$schema": schema, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _sarif_result(diagnostic: Diagnostic) -> dict[str, object]:
    text = f"{diagnostic.message}. {diagnostic.help}" if diagnostic.help else diagnostic.message
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "level": diagnostic.severity.value,
        "message": {"text": text},
    }
    if not diagnostic.span.line:
        return result
    span = diagnostic.span
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endColumn": span.column + max(1, span.length),
    }
    artifact = {"uri": _uri(span.file)}
    result["locations"] = [{"physicalLocation": {"artifactLocation": artifact, "region": region}}]
    return result


def _uri(file: str) -> str:
    from urllib.parse import quote

    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
