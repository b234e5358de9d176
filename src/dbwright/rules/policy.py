"""How severe a finding is, which is for each house to say: a `dbwright.toml` beside the design or above it.

[rules]
missing-description = "error"
too-many-columns = "off"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from dbwright.diagnostics import DesignError, Diagnostic, Severity, Span, nearest
from dbwright.records import record, replace

FILE = "dbwright.toml"
OFF = "off"
WORDS = (*(s.value for s in Severity), OFF)


@record(frozen=True)
class Policy:
    """The severity of each rule that a house has one for, by code; `off` for rules that are not run."""

    severities: Mapping[str, str] = field(default_factory=dict)

    def runs(self, code: str) -> bool:
        """Return whether a rule is run at all."""
        return self.severities.get(code) != OFF

    def apply(self, diagnostic: Diagnostic) -> Diagnostic:
        """Return a finding with the severity that the house gives it."""
        word = self.severities.get(diagnostic.code)
        return replace(diagnostic, severity=Severity(word)) if word and word != OFF else diagnostic


def find_policy(design: Path) -> Path | None:
    """Return the nearest policy file beside a design or above it, up to the folder that holds `.git`."""
    start = design.resolve()
    for folder in (start, *start.parents) if start.is_dir() else start.parents:
        if (folder / FILE).is_file():
            return folder / FILE
        if (folder / ".git").exists():
            return None
    return None


def read_policy(path: Path) -> Policy:
    """Read a policy file; raise DesignError for one that is not TOML or names what is no rule or no severity."""
    import tomllib

    try:
        rules = tomllib.loads(path.read_text(encoding="utf-8")).get("rules", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        help_text = 'write [rules], then lines like: missing-description = "error"'
        raise _refused(path, f"this policy cannot be read: {error}", help_text) from None
    from dbwright.rules.registry import all_rules

    for code, word in rules.items():
        if code not in all_rules():
            raise _refused(path, f"`{code}` is no rule", nearest(code, all_rules()))
        if word not in WORDS:
            raise _refused(path, f"`{word}` is no severity of `{code}`", f"write one of: {', '.join(WORDS)}")
    return Policy(rules)


def _refused(path: Path, message: str, help_text: str) -> DesignError:
    return DesignError([Diagnostic("bad-policy", message, Span(str(path), 1, 1), help_text)])
