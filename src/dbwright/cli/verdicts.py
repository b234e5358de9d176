"""The assurance case for a person at a terminal, for a program, and for the annotations of a pull request."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.screen import Screen, Stream, printable, printable_in_lines
from dbwright.cli.wording import align, counted

if TYPE_CHECKING:
    from dbwright.diagnostics import Diagnostic
    from dbwright.model.claim import Finding
    from dbwright.prove.case import Case

VERDICTS = ("held", "broken", "untested")


def show_case(case: Case, form: str, output: Path | None, seconds: float, screen: Screen) -> None:
    """Print the case as text, json or github; `seconds` is what the whole proof took."""
    if form == "json":
        screen.out.write(printable_in_lines(case.as_json().rstrip("\n")))
        return
    closing = [*_loaded(case), _place_of_site(output), f"{counted(len(case.findings), 'claim')} in {seconds:.1f} s"]
    if form == "github":
        for line in [*_annotations(case), *closing]:
            screen.out.write(line)
        return
    sections = [_broken_claims(case, screen.out), _table(case, screen.out), _untested(case), closing]
    screen.out.write("\n\n".join("\n".join(section) for section in sections if section))


def _broken_claims(case: Case, stream: Stream) -> list[str]:
    """Each broken promise, what was found instead, and where it was made."""
    lines = []
    for finding in case.broken:
        claim = finding.claim
        lines.append(f"{stream.paint('broken', 'broken')}: {stream.paint(printable(claim.id), 'strong')}")
        lines.append(f"  promised: {printable(claim.promise)}")
        lines.append(f"  found: {printable(finding.reason)}")
        if claim.span.line:
            lines.append(stream.paint(f"  --> {printable(str(claim.span))}", "place"))
    return lines


def _table(case: Case, stream: Stream) -> list[str]:
    """Families by verdicts; a count of zero is left blank, so that what matters stands out."""
    families: dict[str, Counter[str]] = {}
    for finding in case.findings:
        families.setdefault(finding.claim.family, Counter())[finding.verdict.value] += 1
    everything = Counter(finding.verdict.value for finding in case.findings)
    rows = [*((printable(name), counts) for name, counts in families.items()), ("all", everything)]
    head, *body = (line.rstrip() for line in align([["claims", *VERDICTS], *(_cells(*row) for row in rows)]))
    painted = [_paint_row(line, counts, stream) for line, (_, counts) in zip(body, rows, strict=True)]
    return [stream.paint(head, "strong"), *painted]


def _cells(name: str, counts: Counter[str]) -> list[str]:
    return [name, *(f"{counts[verdict]:,}" if counts[verdict] else "" for verdict in VERDICTS)]


def _paint_row(line: str, counts: Counter[str], stream: Stream) -> str:
    return stream.paint(line, "broken" if counts["broken"] else "held" if counts["held"] else "untested")


def _untested(case: Case) -> list[str]:
    """Why claims are untested, the most frequent reason first."""
    reasons = Counter(printable(f.reason) for f in case.findings if f.verdict.value == "untested")
    if not reasons:
        return []
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    width = len(str(ordered[0][1]))
    return ["untested, because", *(f"  {count:>{width}}  {reason}" for reason, count in ordered)]


def _loaded(case: Case) -> list[str]:
    rows = sum(case.rows.values())
    server = printable(str(case.server["version_text"]))
    lines = [f"on PostgreSQL {server}, with {counted(rows, 'row')} in {counted(len(case.rows), 'table')}"]
    return lines + [f"note: {printable(note)}" for note in case.notes]


def _place_of_site(output: Path | None) -> str:
    if output is None:
        return "to keep the site and case.json, add: -o DIR"
    return f"site: {printable(str((output / 'index.html').resolve()))}"


def _annotations(case: Case) -> list[str]:
    from dbwright.diagnostics import render_github

    text = render_github([_diagnostic(f) for f in case.broken])
    return printable_in_lines(text).split("\n") if text else []


def _diagnostic(finding: Finding) -> Diagnostic:
    from dbwright.diagnostics import Diagnostic

    claim = finding.claim
    return Diagnostic(claim.id, f"broken promise: {claim.promise}\nfound: {finding.reason}", claim.span)
