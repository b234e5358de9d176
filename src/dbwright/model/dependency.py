"""Dependencies between columns as a person writes them: `zip -> city`, `person_id ->> language`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dbwright.records import record

if TYPE_CHECKING:
    from dbwright.model.design import Design

_PART = re.compile(r'\s*"(?:[^"]|"")*"|[^,]+')


@record(frozen=True)
class Dependency:
    """Equal values on the left go with equal values on the right; `multivalued`: with the same list of values."""

    determinant: tuple[str, ...]
    dependent: tuple[str, ...]
    multivalued: bool = False

    def __str__(self) -> str:
        arrow = "->>" if self.multivalued else "->"
        return f"{_listed(self.determinant)} {arrow} {_listed(self.dependent)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(n if re.fullmatch(r"[\w ]+", n) else '"' + n.replace('"', '""') + '"' for n in names)


def parse_dependency(text: str) -> Dependency:
    """Take a dependency apart; raise ValueError with the form that is expected."""
    multivalued = "->>" in text
    left, arrow, right = text.partition("->>" if multivalued else "->")
    determinant, dependent = _names(left), _names(right)
    if not arrow or not all((*determinant, *dependent)):
        raise ValueError(f"`{text}` is not written like `zip -> city` or `order_id, line -> product_id`")
    return Dependency(determinant, dependent, multivalued)


def declared_dependencies(design: Design) -> dict[str, tuple[Dependency, ...]]:
    """Return what each entity says under `depends:`; what cannot be read is left out, and `check` tells it."""
    return {str(e.name): tuple(_readable(e.depends)) for e in design.entities if e.depends}


def _readable(texts: Iterable[str]) -> Iterator[Dependency]:
    for text in texts:
        try:
            yield parse_dependency(str(text))
        except ValueError:
            continue


def _names(side: str) -> tuple[str, ...]:
    parts = [part.strip() for part in _PART.findall(side)]
    return tuple(p[1:-1].replace('""', '"') if p.startswith('"') else p for p in parts) or ("",)
