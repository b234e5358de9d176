"""Conceptual relationships: `courses n-m users at most 500 through enrollments on delete cascade`."""

from __future__ import annotations

import re
from typing import ClassVar

from dbwright.model.quantities import Count, uncaptured
from dbwright.model.shape import Place, Text, key, named, place
from dbwright.records import record

_NAME = r'(?:"[^"]+"|[A-Za-z_]\w*)'
_END = r"(?:0\.\.1|1\.\.n|1|n|m)"
_COUNT = uncaptured(Count.PATTERN)
_SENTENCE = (
    rf"(?P<left>{_NAME}) (?P<left_end>{_END})-(?P<right_end>{_END}) (?P<right>{_NAME})"
    rf"(?: at most (?P<most>{_COUNT}))?"
    rf"(?: through (?P<through>{_NAME}))?"
    rf"(?: as (?P<role>{_NAME})(?: and (?P<second_role>{_NAME}))?)?"
    r"(?: on delete (?P<on_delete>cascade|restrict|set null|no action))?"
)


@record(frozen=True, kw_only=True)
class Relationship:
    """A relationship between two entities as a person writes it; keys and junctions follow from it."""

    SHORTHAND: ClassVar[str] = "between"

    name: Text = named("name of the relationship")
    between: Text = key("the relationship", example="courses n-m users through enrollments on delete cascade")
    about: Text = key("what it means", Text(""))
    place: Place = place()


@record(frozen=True)
class Ends:
    """A relationship taken apart: each right row has `left_end` left rows, each left row has `right_end` right rows.

    `most` is the largest number of right rows of a left one, 0 where nobody says.
    """

    left: str
    left_end: str
    right: str
    right_end: str
    through: str = ""
    role: str = ""
    second_role: str = ""
    on_delete: str = "no action"
    most: int = 0

    @property
    def many_to_many(self) -> bool:
        """Whether it needs a junction."""
        return self.left_end in _MANY and self.right_end in _MANY

    @property
    def one_to_one(self) -> bool:
        """Whether neither side has many."""
        return self.left_end not in _MANY and self.right_end not in _MANY

    @property
    def at_least_one(self) -> bool:
        """Whether one side promises at least one row, which no constraint of a table can keep."""
        return "1..n" in (self.left_end, self.right_end)

    @property
    def junction(self) -> str:
        """The name of the junction table of a many-to-many relationship."""
        return self.through or f"{self.left}_{self.right}"


_MANY = ("n", "m", "1..n")


def parse_relationship(text: str) -> Ends:
    """Take a relationship apart; raise ValueError with the form that is expected."""
    found = re.fullmatch(_SENTENCE, " ".join(text.split()))
    if found is None:
        raise ValueError(f"`{text}` is not written like `users 1-n orders` or `courses n-m users through enrollments`")
    parts = {name: (value or "").strip('"') for name, value in found.groupdict().items()}
    parts["on_delete"] = parts["on_delete"] or "no action"
    most = parts.pop("most")
    ends = Ends(**parts, most=Count.parse(most).value if most else 0)
    if ends.most and ends.right_end not in _MANY:
        raise ValueError(f"`{text}`: there is one {ends.right} at most already; `at most` limits the many on the right")
    if ends.through and not ends.many_to_many:
        raise ValueError(f"`{text}`: only an n-m relationship goes through a junction")
    if ends.left_end in _MANY and ends.right_end not in _MANY:
        return _turned(ends)
    return ends


def _turned(ends: Ends) -> Ends:
    """The same relationship with the many side on the right."""
    return Ends(
        ends.right, ends.right_end, ends.left, ends.left_end, ends.through, ends.role, ends.second_role, ends.on_delete
    )
