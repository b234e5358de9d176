"""Summaries: rows that are computed from others ahead of the question, and may be as old as the design says."""

from __future__ import annotations

from dbwright.model.entity import Acceptance
from dbwright.model.shape import Place, Text, key, named, place
from dbwright.records import record


@record(frozen=True, kw_only=True)
class Summary:
    """The stored answer of one query; access patterns read it by its name, and see in `as_of` how old it is."""

    name: Text = named("summary name, which access patterns read")
    about: Text = key("what one row is", Text(""))
    area: Text = key("the part of the system it belongs to", Text(""), example="analytics")
    why: Text = key("why it is computed ahead", Text(""))
    sql: Text = key("the select that computes it; what is computed has a name and a cast")
    key_columns: tuple[Text, ...] = key("the columns that identify a row", name="key", example="[campaign_id, day]")
    freshness: Text = key("how old an answer may be", example="stale up to 5m")
    accept: tuple[Acceptance, ...] = key("accepted findings", ())
    place: Place = place()
