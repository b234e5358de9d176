"""Facts of a blueprint in words that the dictionary and the design document share."""

from __future__ import annotations

from collections.abc import Iterable

from dbwright.emit.blocks import Code, Inline, Link, anchor, codes, listing
from dbwright.emit.cardinality import Reference
from dbwright.emit.material import Material
from dbwright.model.entity import Retention
from dbwright.model.quantities import show_bytes, show_count
from dbwright.model.table import Check, ForeignKey, Index, Partitioning, Table
from dbwright.sql.names import listed

DICTIONARY = "dictionary/dictionary.md"
"""Where the data dictionary stands in the output."""
DOCUMENT = "design.md"
"""Where the design document stands in the output."""
NOT_SAID = "not said"
"""What a cell shows where the design is silent; the question itself is asked once, below the table."""
NOTHING_YET = "nothing yet: this version of dbwright writes no job for it"

_METHODS = {"btree": "B-tree", "gin": "GIN", "gist": "GiST", "brin": "BRIN", "hash": "hash"}
_ON_DELETE = {
    "no action": "refused while rows here lead to it",
    "restrict": "refused while rows here lead to it",
    "cascade": "deletes the rows here too",
    "set null": "empties the reference here",
    "set default": "sets the reference here to its default",
}


def plural(count: int, thing: str) -> str:
    """Return `1 table`, `2 tables`, `3 entries`."""
    if count == 1:
        return f"1 {thing}"
    if thing.endswith("y") and thing[-2] not in "aeiou":
        return f"{count} {thing[:-1]}ies"
    return f"{count} {thing}{'es' if thing.endswith(('x', 'ch')) else 's'}"


def tally_text(tally: dict[str, int]) -> str:
    """Return `12 held, 3 untested`, or that there is nothing to test."""
    return ", ".join(f"{count} {verdict}" for verdict, count in tally.items()) or "no claim"


def rate_text(per_second: float) -> str:
    """Return a rate for people: calls a second, or a day where they are rare."""
    if not per_second:
        return "0"
    return f"{show_count(per_second)}/s" if per_second >= 1 else f"{per_second * 86_400:.3g}/day"


def table_link(name: str, prefix: str = "") -> Link:
    """Return a link to a table of the dictionary; `prefix` is the path of the dictionary seen from the document."""
    return Link(Code(name), f"{prefix}#{anchor('table', name)}")


def table_links(names: Iterable[str], prefix: str = "") -> Inline:
    """Return links to tables of the dictionary, separated by commas."""
    return listing(table_link(n, prefix) for n in names)


def pattern_link(name: str, prefix: str = "") -> Link:
    """Return a link to an access pattern in the design document."""
    return Link(Code(name), f"{prefix}#{anchor('pattern', name)}")


def pattern_links(names: Iterable[str], prefix: str = "") -> Inline:
    """Return links to access patterns, separated by commas."""
    return listing(pattern_link(n, prefix) for n in names)


def decision_link(code: str, prefix: str = "") -> Link:
    """Return a link to a decision in the design document."""
    return Link(Code(code), f"{prefix}#{decision_anchor(code)}")


def decision_anchor(code: str) -> str:
    """Return the place of a decision in the design document."""
    step, _, subject = code.partition("/")
    return anchor("decision", step, subject)


def serves_text(serves: Iterable[str], prefix: str = "") -> Inline:
    """Return what a thing serves: access patterns as links, anything else as code."""
    return listing(_served(s, prefix) for s in dict.fromkeys(serves))


def _served(serves: str, prefix: str) -> Inline:
    if _is_pattern(serves):
        return pattern_link(serves.removeprefix("access."), prefix)
    if serves.startswith("references."):
        return ("foreign key ", Code(serves.removeprefix("references.")))
    return Code(serves)


def _is_pattern(serves: str) -> bool:
    return serves.startswith("access.") and "." not in serves.removeprefix("access.")


def cardinality(reference: Reference) -> tuple[str, str]:
    """Return (rows here for one row there, rows there for one row here) of a reference."""
    return "at most 1" if reference.single else "any number", "at most 1" if reference.optional else "exactly 1"


def on_delete(key: ForeignKey) -> str:
    """Return what a delete of the referenced row does."""
    text = f"{key.on_delete}: {_ON_DELETE.get(key.on_delete, '')}".rstrip(": ")
    return f"{text} (`{', '.join(key.set_columns)}`)" if key.set_columns else text


def on_update(key: ForeignKey) -> str:
    """Return what a change of the referenced key does."""
    return key.on_update + (", checked at the end of the transaction" if key.deferrable else "")


def index_text(index: Index) -> Inline:
    """Return method, keys, included columns and predicate of an index."""
    if index.definition:
        return Code(index.definition)
    keys = ", ".join(f"{k.expression} desc" if k.descending else k.expression for k in index.keys)
    parts: list[Inline] = [f"{_METHODS.get(index.method, index.method)} ", Code(f"({keys})")]
    if index.include:
        parts += [", holds also ", codes(index.include)]
    if index.where:
        parts += [", only where ", Code(index.where)]
    return tuple(parts)


def check_meaning(material: Material, table: Table, check: Check) -> str:
    """Return what a check is for: what the designer wrote, else what it keeps."""
    entity = material.entity(table)
    rule = next((r for r in entity.check if str(r.sql) == check.expression), None) if entity else None
    if rule is not None and rule.about:
        return str(rule.about)
    if check.values:
        return f"`{check.column}` holds one of {len(check.values)} values"
    return f"keeps `{check.column}` within its domain" if check.column else "a rule over the whole row"


def partition_text(partitioning: Partitioning) -> Inline:
    """Return strategy, columns and number of partitions."""
    width = {1: "one a month", 3: "one a quarter", 12: "one a year"}.get(partitioning.every, "")
    count = plural(len(partitioning.partitions), "partition")
    text = f" into {count}{f', {width}' if width else ''}"
    return (f"by {partitioning.strategy} of ", Code(listed(partitioning.columns)), text)


def retention_text(retention: Retention) -> str:
    """Return how long rows stay and what happens then."""
    if retention.keep.seconds is None and not retention.keep.event:
        return "forever"
    then = {"nothing": "then nothing happens", "delete": "then deleted", "archive": "then archived"}
    return f"{retention.keep}, {then.get(retention.then, 'then anonymised')}"


def retention_work(material: Material, table: Table) -> Inline:
    """Return what makes the retention of a table come true, and what does not yet."""
    entity = material.entity(table)
    retention = entity.retention if entity else None
    if retention is None:
        return NOT_SAID
    if retention.then == "nothing" or (retention.keep.seconds is None and not retention.keep.event):
        return "nothing has to happen"
    if table.partitioning is not None and table.partitioning.strategy == "range" and table.partitioning.keep_months:
        return _dropping(retention)
    deleters = [u.name for u in material.writers(table.name, "delete")]
    if deleters:
        return (codes(deleters), " deletes from it; whether that keeps this promise is not tested")
    return NOTHING_YET


def _dropping(retention: Retention) -> Inline:
    done: tuple[Inline, ...] = (
        "the job ",
        Code("maintain_partitions"),
        " drops a partition when all its rows are past it",
    )
    if retention.then == "delete":
        return done
    missing = "archives" if retention.then == "archive" else "anonymises"
    return (*done, f"; nothing {missing} the rows before that, so do it by hand first")


def encryption_state() -> str:
    """Return what this version makes of `encrypt:`."""
    return "declared; this version of dbwright writes no encrypting data layer, so the value is stored as it is sent"


def audit_text(audit: str) -> str:
    """Return what is recorded about changes of a table, and what this version leaves out."""
    match audit:
        case "none":
            return "none"
        case "columns":
            return "when a row was written and last changed, in columns of the row"
    wanted = "every change" if audit == "changes" else "every read and change"
    return f"when a row was written and last changed, and by whom, in columns of the row; a trail of {wanted} is " + (
        "declared, and this version of dbwright writes none"
    )


def size_text(rows: int, size: int) -> str:
    """Return rows and bytes for people."""
    return f"{show_count(rows)} rows, {show_bytes(size)}"
