"""What a house asks of all its databases: columns that every table has, other engines, rules of its own in SQL."""

from __future__ import annotations

from fnmatch import fnmatchcase

from dbwright.diagnostics import Severity, Span
from dbwright.records import record

DAY = 86_400.0


@record(frozen=True)
class RequiredColumn:
    """A column that every table has; `not_null` is None where the house leaves it open.

    `exempt` are patterns of table names (`*_log`) that do without.
    """

    name: str
    type: str
    not_null: bool | None = None
    exempt: tuple[str, ...] = ()

    def concerns(self, table: str) -> bool:
        """Return whether a table must have the column."""
        return not any(fnmatchcase(table, pattern) for pattern in self.exempt)


@record(frozen=True)
class HouseRule:
    """A rule in SQL: each row that `sql` returns is a finding; `message` and `help` name its columns in braces.

    `span` is where the rule stands in the policy file, `sql_span` where its SQL begins.
    """

    code: str
    sql: str
    message: str
    help: str
    severity: Severity
    span: Span
    sql_span: Span


@record(frozen=True)
class House:
    """What a house asks; an index must have been watched for `unused_after` seconds to be called unused."""

    required: tuple[RequiredColumn, ...] = ()
    engines: tuple[str, ...] = ()
    unused_after: float = 30 * DAY
    rules: tuple[HouseRule, ...] = ()
