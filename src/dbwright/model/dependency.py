"""Dependencies between columns as a person writes them: `zip -> city`, `person_id ->> language`."""

from __future__ import annotations

import re

from dbwright.records import record

_PART = re.compile(r'\s*"(?:[^"]|"")*"|[^,]+')


@record(frozen=True)
class Dependency:
    """Equal values on the left go with equal values on the right; `multivalued`: with the same list of values."""

    determinant: tuple[str, ...]
    dependent: tuple[str, ...]
    multivalued: bool = False

    def __str__(self) -> str:
        arrow = "->>" if self.multivalued else "->"
        return f"{', '.join(self.determinant)} {arrow} {', '.join(self.dependent)}"


def parse_dependency(text: str) -> Dependency:
    """Take a dependency apart; raise ValueError with the form that is expected."""
    multivalued = "->>" in text
    left, arrow, right = text.partition("->>" if multivalued else "->")
    determinant, dependent = _names(left), _names(right)
    if not arrow or not all((*determinant, *dependent)):
        raise ValueError(f"`{text}` is not written like `zip -> city` or `order_id, line -> product_id`")
    return Dependency(determinant, dependent, multivalued)


def _names(side: str) -> tuple[str, ...]:
    parts = [part.strip() for part in _PART.findall(side)]
    return tuple(p[1:-1].replace('""', '"') if p.startswith('"') else p for p in parts) or ("",)
