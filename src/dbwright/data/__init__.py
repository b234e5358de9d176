"""Rows for every table of a blueprint, valid by construction, and rows that break exactly one rule.

    dataset = generate(blueprint, plan_rows(blueprint))
    load(dataset, connection)                       # row by row against every constraint, as clients write
    fill(connection, dataset, (), tell)             # into empty tables, constraints added after the rows
    part = dataset.tables["orders"].part(0, 10_000)
    choice = choices_of(blueprint, dataset, "order-history")["user"]
    row = valid_row(blueprint, dataset, "orders", salt=1)
    broken = violate(blueprint, dataset, "orders", "orders_total_check", row)

Nothing is retried and nothing repaired: keys are counters and permutations, references are chosen among what exists,
checks are read into domains. That the server accepts the rows is the proof.
"""

from __future__ import annotations

from dbwright.data.dataset import Column, Dataset, GenerationError, Note, Rows, Violation
from dbwright.data.filling import fill
from dbwright.data.fresh import valid_row
from dbwright.data.generation import generate
from dbwright.data.loading import load
from dbwright.data.parameters import Choice, choices_of
from dbwright.data.refusing import NothingFits
from dbwright.data.violations import violate
from dbwright.data.volumes import asked_rows, plan_rows

__all__ = [
    "Choice",
    "Column",
    "Dataset",
    "GenerationError",
    "Note",
    "NothingFits",
    "Rows",
    "Violation",
    "asked_rows",
    "choices_of",
    "fill",
    "generate",
    "load",
    "plan_rows",
    "valid_row",
    "violate",
]
