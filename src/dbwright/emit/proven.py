"""The documents of a design that was proven: those of a build, with each verdict and what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dbwright.emit import document, site
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Finding


def render(blueprint: Blueprint, findings: Sequence[Finding], server: Mapping[str, object]) -> dict[str, str]:
    """Return site and design document with verdicts; `server` says in any keys what they were found on."""
    return {
        site.PATH: site.render(blueprint, findings, server),
        document.PATH: document.render(blueprint, findings),
    }
