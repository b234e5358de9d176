"""The assurance case as JUnit XML, which CI systems show: a family is a suite, a claim a test case."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from dbwright.model.claim import Finding, Verdict
from dbwright.prove.case import Case

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(case: Case) -> str:
    """Return JUnit XML; broken claims are failures, untested ones are skipped with their reason."""
    root = ElementTree.Element("testsuites", name=_clean(str(case.blueprint.design.design)))
    families = dict.fromkeys(f.claim.family for f in case.findings)
    for family in families:
        findings = [f for f in case.findings if f.claim.family == family]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=family,
            tests=str(len(findings)),
            failures=str(sum(f.verdict is Verdict.BROKEN for f in findings)),
            skipped=str(sum(f.verdict is Verdict.UNTESTED for f in findings)),
            time=f"{sum(f.seconds for f in findings):.3f}",
        )
        for finding in findings:
            _test_case(suite, finding)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _test_case(suite: ElementTree.Element, finding: Finding) -> None:
    claim = finding.claim
    attributes = {"classname": claim.family, "name": _clean(claim.id), "time": f"{finding.seconds:.3f}"}
    if claim.span.line:
        attributes |= {"file": _clean(claim.span.file), "line": str(claim.span.line)}
    case = ElementTree.SubElement(suite, "testcase", attributes)
    if finding.verdict is Verdict.BROKEN:
        failure = ElementTree.SubElement(case, "failure", message=_clean(finding.reason))
        failure.text = _clean(claim.promise)
    if finding.verdict is Verdict.UNTESTED:
        ElementTree.SubElement(case, "skipped", message=_clean(finding.reason))


def _clean(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)
