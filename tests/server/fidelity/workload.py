"""What one part of the suite is: a schema, how it gets its rows, and the statements that are planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from dbwright.server import Database

Values = Sequence[object]


@dataclass(frozen=True)
class Asked:
    """A statement, for any value of `$1` where it is generic, as a role with settings of its session."""

    statement: str
    generic: bool = False
    role: str = ""
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Workload:
    """`script` makes schema and indexes; `fill` loads the rows, gathers statistics and returns what is asked then.

    `schemas` are those whose statistics are planted; `settings` are said to both sessions.
    """

    name: str
    script: str
    fill: Callable[[Database], Sequence[Asked]]
    schemas: Sequence[str] = ("public",)
    settings: Mapping[str, str] = field(default_factory=dict)


def filled_by(
    rows: str, statements: Iterable[Asked], after: str = "vacuum analyze"
) -> Callable[[Database], Sequence[Asked]]:
    """Return a `fill` that runs SQL, the same rows each time, and then what gathers statistics."""

    def fill(database: Database) -> Sequence[Asked]:
        database.run_sql("select setseed(0.5);" + rows)
        database.run_sql(after)
        return list(statements)

    return fill


def expand(templates: str, **choices: Values) -> Iterator[Asked]:
    """Yield every statement of the templates (separated by `;`), once for each way to fill its `{names}` in.

    A template that holds `$1` is planned generically; values are written as they are.
    """
    for template in split(templates):
        names = [name for name in choices if "{" + name + "}" in template]
        for values in product(*(choices[name] for name in names)):
            statement = template
            for name, value in zip(names, values, strict=True):
                statement = statement.replace("{" + name + "}", str(value))
            yield Asked(statement, "$1" in statement)


def acting(role: str, settings: Mapping[str, str], asked: Iterable[Asked]) -> Iterator[Asked]:
    """Yield the statements as a role asks them."""
    for one in asked:
        yield Asked(one.statement, one.generic, role, tuple(settings.items()))


def split(templates: str) -> list[str]:
    """Return the statements of a text, which `;` separates."""
    return [template for template in map(str.strip, templates.split(";")) if template]
