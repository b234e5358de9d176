"""Where a relation ends: its size is told in pages by a signed number of 32 bits, so plans are true up to 16 TiB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dbwright.planner.pages import MOST_PAGES, PAGE
from dbwright.planner.statistics import Statistics
from dbwright.records import record
from dbwright.server import ServerError

MOST_BYTES = (MOST_PAGES + 1) * PAGE
"""16 TiB."""


@record(frozen=True)
class Outgrown:
    """A table, or an index of it, that would pass the limit: its bytes, and the rows of the table where it does."""

    table: str
    relation: str
    size: int
    rows: float
    most_rows: float

    @property
    def message(self) -> str:
        """What happens, in words."""
        what = f"the table `{self.table}`"
        if self.relation != self.table:
            what = f"the index `{self.relation}` of {what}"
        return (
            f"{what} would have {self.size / 2**40:.1f} TiB at {self.rows:.3g} rows; plans are true up to 16 TiB, "
            f"which it reaches at {self.most_rows:.3g} rows"
        )


class RelationOutgrown(ServerError):  # noqa: N818 - named after what happened, as the errors of the server room are
    """A table has to be partitioned before it has so many rows; `outgrown` lists them all, the worst first."""

    def __init__(self, outgrown: Sequence[Outgrown]) -> None:
        self.outgrown = tuple(outgrown)
        more = f" (and {len(outgrown) - 1} more)" if len(outgrown) > 1 else ""
        super().__init__(outgrown[0].message + more, help=f"partition `{outgrown[0].table}` before it has so many rows")


def list_outgrown(statistics: Iterable[Statistics]) -> list[Outgrown]:
    """Return every table and index that passes the limit, the one that is furthest beyond it first."""
    found = []
    for schema in statistics:
        for table in schema.tables:
            sizes = [(table.name, max(table.pages, table.file_pages or 0))]
            sizes += [(i.name, max(i.pages, i.file_pages or 0)) for i in table.indexes]
            for name, pages in sizes:
                if pages > MOST_PAGES:
                    fits = table.rows * MOST_PAGES / pages
                    found.append(Outgrown(table.name, name, pages * PAGE, table.rows, fits))
    return sorted(found, key=lambda o: (-o.size, o.relation))


def refuse_outgrown(statistics: Iterable[Statistics]) -> None:
    """Raise RelationOutgrown where a relation passes the limit."""
    if outgrown := list_outgrown(statistics):
        raise RelationOutgrown(outgrown)
