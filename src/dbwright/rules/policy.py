"""What a house wants, which is for each house to say: a `dbwright.toml` beside the design or above it.

portable-to = ["mysql"]
unused-after = "30 days"

[rules]
missing-description = "error"
too-many-columns = "off"

[required-columns]
created_at = "timestamptz not null"
updated_at = {sql = "timestamptz not null", except = ["*_log"]}

[[rule]]
code = "text-without-limit"
message = "`{table}.{column}` takes a text of any length"
help = "add a check on length()"
sql = "select …"
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dbwright.diagnostics import DesignError, Diagnostic, Severity, Span, nearest
from dbwright.model.house import House
from dbwright.records import field, record, replace

FILE = "dbwright.toml"
OFF = "off"
WORDS = (*(s.value for s in Severity), OFF)


@record(frozen=True)
class Policy:
    """The severity of each rule that a house has one for, by code (`off`: not run), and what else it asks."""

    severities: Mapping[str, str] = field(default_factory=dict)
    house: House = House()

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
    """Read a policy file; raise DesignError for one that is not TOML or asks for what there is not."""
    import tomllib

    from dbwright.rules.house import PolicyError, read_house
    from dbwright.rules.registry import all_rules

    try:
        text = path.read_text(encoding="utf-8")
        said = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        help_text = 'write [rules], then lines like: missing-description = "error"'
        raise _refused(path, 1, f"this policy cannot be read: {error}", help_text) from None
    try:
        house = read_house(said, text, str(path))
        severities = said.get("rules", {})
        _check_severities(severities, {*all_rules(), *(r.code for r in house.rules)}, text)
    except PolicyError as error:
        raise _refused(path, error.line, error.message, error.help) from None
    return Policy(severities, house)


def _check_severities(severities: Any, known: set[str], text: str) -> None:
    from dbwright.rules.house import PolicyError, line_with

    if not isinstance(severities, dict):
        raise PolicyError(line_with(text, "rules"), "`rules` is no table", 'write [rules], then rule = "error"')
    for code, word in severities.items():
        line = line_with(text, code)
        if code not in known:
            raise PolicyError(line, f"`{code}` is no rule", nearest(code, known))
        if word not in WORDS:
            raise PolicyError(line, f"`{word}` is no severity of `{code}`", f"write one of: {', '.join(WORDS)}")


def _refused(path: Path, line: int, message: str, help_text: str) -> DesignError:
    return DesignError([Diagnostic("bad-policy", message, Span(str(path), line, 1), help_text)])
