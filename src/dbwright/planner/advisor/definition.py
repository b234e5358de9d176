"""An index as the advisor thinks of it: without a name, so that it can be compared, merged and written as DDL."""

from __future__ import annotations

from dbwright.records import cached_property, record
from dbwright.sql.names import fit, listed, quote


@record(frozen=True)
class KeyPart:
    """One key: a column's name or an expression, its operator class, and its direction for a B-tree."""

    text: str
    is_expression: bool = False
    operator_class: str = ""
    descending: bool = False
    nulls_first: bool | None = None

    def __str__(self) -> str:
        shown = f"({self.text})" if self.is_expression else quote(self.text)
        if self.operator_class:
            shown += f" {self.operator_class}"
        if self.descending:
            shown += " desc"
        if self.nulls_first is not None and self.nulls_first != self.descending:
            shown += " nulls first" if self.nulls_first else " nulls last"
        return shown


@record(frozen=True)
class Definition:
    """An index on a table: access method, keys, included columns, and the predicate of a partial one."""

    table: str
    keys: tuple[KeyPart, ...]
    method: str = "btree"
    include: tuple[str, ...] = ()
    where: str = ""
    storage: str = ""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The keys that are columns or expressions, as text."""
        return tuple(k.text for k in self.keys)

    @property
    def is_plain(self) -> bool:
        """Whether it is a B-tree over columns in ascending order and nothing else."""
        return (
            self.method == "btree" and not (self.include or self.where) and all(k == KeyPart(k.text) for k in self.keys)
        )

    def body(self) -> str:
        """Return what follows the table's name in CREATE INDEX."""
        using = "" if self.method == "btree" else f"using {self.method} "
        text = f"{using}({', '.join(map(str, self.keys))})"
        if self.include:
            text += f" include ({listed(self.include)})"
        if self.storage:
            text += f" with ({self.storage})"
        return text + (f" where {self.where}" if self.where else "")

    def name(self) -> str:
        """Return a name that says what it is on, at most 63 bytes."""
        words = ["_".join("".join(c if c.isalnum() else " " for c in k.text).split()).lower() for k in self.keys]
        words += ["covering"] if self.include else []
        words += ["partial"] if self.where else []
        return fit(self.table, *words, "idx" if self.method == "btree" else self.method)

    def ddl(self, schema: str, name: str = "") -> str:
        """Return the CREATE INDEX statement."""
        return f"create index {quote(name or self.name())} on {quote(schema)}.{quote(self.table)} {self.body()}"

    def covers(self, other: Definition) -> bool:
        """Return whether all that `other` finds is found here too: the same kind, its keys a prefix of ours."""
        if (self.table, self.method, self.where) != (other.table, other.method, other.where):
            return False
        rest = set(other.include) - set(self.columns) - set(self.include)
        return self.keys[: len(other.keys)] == other.keys and not rest
