"""How the planner is asked about an access pattern: for any values of its parameters, or for typical ones.

A server plans a prepared statement for the values of a call, and keeps a plan for any values where that is not dearer.
Of the ends of a range a plan for any values knows nothing: the server takes a guess, half a percent of the rows between
two ends (DEFAULT_RANGE_INEQ_SEL, selfuncs.h), where the design says what the window holds. So whoever prices a pattern
with one question asks for typical values there, and for any values elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.planner.questions import Moment, Question, text_of, values_of
from dbwright.records import record

_PARAMETER = re.compile(r"\$(\d+)")


@record(frozen=True)
class Way:
    """A statement to plan: for any values of its `$1` where it is `generic`, else it holds values or needs none."""

    sql: str
    generic: bool


def for_any_values(question: Question, moment: Moment) -> Way:
    """Return the statement at a moment with its parameters open."""
    return Way(text_of(question, moment), bool(question.query.parameters))


def for_typical_values(question: Question, moment: Moment) -> Way | None:
    """Return the statement at a moment with values that stand for its parameters, None where they cannot be told."""
    values = values_of(question, moment)
    if values is None:
        return None
    return Way(_PARAMETER.sub(lambda m: values[int(m[1]) - 1], text_of(question, moment)), False)


def usual_way(question: Question, moment: Moment) -> Way:
    """Return the one question that tells what a pattern costs."""
    typical = for_typical_values(question, moment) if question.ranged else None
    return typical or for_any_values(question, moment)


def every_way(question: Question, moment: Moment) -> Iterator[Way]:
    """Yield the usual question first, then each other one that is worth asking, none of them twice.

    The last is asked by the clock of the server, before which and after which there are rows.
    """
    told = [usual_way(question, moment), for_typical_values(question, moment)]
    if text_of(question, moment) != question.sql:
        told.append(Way(question.sql, bool(question.query.parameters)))
    yield from dict.fromkeys(way for way in told if way is not None)
