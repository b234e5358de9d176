"""The record of a review: what happened, who signed what, and what the design said then. It is kept in git."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dbwright.records import field, record

Happening = Literal["submitted", "changes-requested", "approved", "implemented", "superseded"]
Facts = Mapping[str, str]
"""What a design says, flat: `entities.users#retention.keep` is `36 months`."""


@record(frozen=True)
class Event:
    """One thing that happened: when (UTC), what, in which role, by whom, and what was said.

    `signs` is the hash of what the reviewer's signature covers, `facts` that of all that the design said then.
    """

    at: str
    what: Happening
    role: str
    by: str
    note: str = ""
    signs: str = ""
    facts: str = ""


@record(frozen=True)
class ReviewRecord:
    """All events, the earliest first, and by their hash the facts that some of them point at."""

    events: tuple[Event, ...] = ()
    facts: Mapping[str, Facts] = field(default_factory=dict)

    def approval_of(self, reviewer: str) -> Event | None:
        """Return the last signature of a reviewer, unless changes were requested by the same reviewer since."""
        own = [e for e in self.events if e.role == reviewer and e.what in ("approved", "changes-requested")]
        return own[-1] if own and own[-1].what == "approved" else None
