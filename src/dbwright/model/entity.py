"""Entities: what the system keeps, column by column, with volume, retention and the rules of the business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from dbwright.model.columns import ColumnDefinition
from dbwright.model.quantities import Bytes, Count, Distinct, Growth, Keep, Share
from dbwright.model.shape import Place, Text, key, named, place
from dbwright.records import cached_property, record

Mask = Literal["full", "partial", "year", "empty"]
AuditKind = Literal["none", "columns", "changes", "reads and changes"]
StorageKind = Literal["relational", "document", "key-value", "graph", "time-series", "search", "cache", "file"]


@record(frozen=True, kw_only=True)
class Encryption:
    """How a column is encrypted by the data layer."""

    SHORTHAND: ClassVar[str] = "lookup"

    lookup: Literal["none", "exact"] = key("how it can be found: not at all, or by an exact value", "none")
    place: Place = place()


@record(frozen=True, kw_only=True)
class Values:
    """What is known of a column's values before there are any: sizes, plans and generated rows follow."""

    SHORTHAND: ClassVar[str] = "distinct"

    distinct: Distinct | None = key("different values: a number, or a share of the rows", None, example="40k")
    nulls: Share | None = key("rows without a value", None, example="10%")
    hot: Mapping[str, Share] = key("the most common values", factory=dict, example="{de: 40%, fr: 12%}")
    words: Mapping[str, Share] = key(
        "words, and how many of the texts hold them", factory=dict, example="{invoice: 12%}"
    )
    range: Text = key("the least and the greatest value", Text(""), example="0 to 500")
    width: Bytes | None = key("an average value, as it is stored", None, example="80B")
    items: Count | None = key("elements of an average list, different words of an average text", None, example="12")
    order: Literal["", "rising", "mixed"] = key(
        "whether values grow with time, as the rows come; the default value tells", ""
    )
    place: Place = place()


@record(frozen=True, kw_only=True)
class Combined:
    """What is known of the values of an expression, of several columns together, or of a condition."""

    SHORTHAND: ClassVar[str] = "distinct"

    name: Text = named("an expression, columns separated by commas, or a condition")
    distinct: Distinct | None = key("different values: a number, or a share of the rows", None, example="25%")
    holds: Share | None = key("the rows for which a condition holds", None, example="63%")
    hot: Mapping[str, Share] = key("the most common values", factory=dict, example="{2025: 40%}")
    place: Place = place()


@record(frozen=True, kw_only=True)
class Column:
    """One column: a PostgreSQL column definition, and what the system must know about the value."""

    SHORTHAND: ClassVar[str] = "sql"

    name: Text = named("column name")
    sql: Text = key("the column definition in PostgreSQL's grammar", example="text not null")
    one_of: tuple[Text, ...] = key("the allowed values", (), example="[new, paid, shipped]")
    about: Text = key("what the value means", Text(""))
    personal: Text = key("category of personal data", Text(""), example="contact")
    mask: Mask | None = key("how the value looks to a role that `sees: masked`", None)
    encrypt: Encryption | None = key("encrypted by the data layer", None, example="{lookup: exact}")
    as_of: Text = key("a copy of a value as it was then, not a dependency", Text(""), example="order time")
    copy_of: Text = key("the column that it repeats, through a reference", Text(""), example="customers.city")
    kept_by: Literal["", "reference", "trigger"] = key("what keeps a copy true; the compiler chooses by default", "")
    counts: Text = key("it counts the rows of this entity that lead here", Text(""), example="orders")
    sums: Text = key("it adds up this column of the rows that lead here", Text(""), example="order_lines.amount")
    location: bool = key("a position on earth: distance and nearest neighbour work", False)
    example: Text = key("a sample value for documents and generated rows", Text(""))
    unit: Text = key("the unit of a number", Text(""), example="EUR cents")
    values: Values | None = key("how the values spread", None, example="{distinct: 40k, nulls: 10%}")
    definition: ColumnDefinition = ColumnDefinition()
    place: Place = place()


@record(frozen=True, kw_only=True)
class Rows:
    """How many rows there are, how they grow and how unevenly they spread."""

    SHORTHAND: ClassVar[str] = "now"

    now: Count = key("rows on the first day", example="2M")
    growth: Growth | None = key("how the number grows", None, example="5%/month")
    skew: Mapping[str, Text] = key(
        "how unevenly the values of a column spread", factory=dict, example="{user_id: zipf(1.1)}"
    )
    at_most: Mapping[str, Count] = key(
        "most rows with the same value in a column", factory=dict, example="{user_id: 5k}"
    )
    place: Place = place()


@record(frozen=True, kw_only=True)
class Retention:
    """How long rows stay, what happens then, and on which legal basis."""

    SHORTHAND: ClassVar[str] = "keep"

    keep: Keep = key("how long", example="36 months")
    then: Literal["delete", "archive", "anonymise", "nothing"] = key("what happens then", "nothing")
    basis: Text = key("the law, contract or consent that it rests on", Text(""), example="tax law")
    by: Text = key("the column that tells a row's age", Text(""), example="created_at")
    place: Place = place()


@record(frozen=True, kw_only=True)
class NamedSql:
    """An SQL expression or statement with a name of its own."""

    SHORTHAND: ClassVar[str] = "sql"

    name: Text = named("its name")
    sql: Text = key("SQL")
    about: Text = key("what it is for", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class FixedIndex:
    """An index that the designer fixes, or that was advised: then it names its patterns and says what it is worth."""

    SHORTHAND: ClassVar[str] = "sql"

    name: Text = named("its name")
    sql: Text = key("what follows the table's name in `create index`", example="(tenant_id, created_at desc)")
    about: Text = key("what it is for", Text(""))
    serves: tuple[Text, ...] = key("access patterns that an advice chose it for", (), example="[order-history]")
    evidence: Text = key("what the advice found it to be worth", Text(""), example="order-history 8, without it 19588")
    place: Place = place()


@record(frozen=True, kw_only=True)
class Reference:
    """A foreign key over several columns, or one with a name of its own."""

    name: Text = named("name of the constraint")
    columns: tuple[Text, ...] = key("the columns here", example="[catalog_id, lesson_no]")
    to: Text = key("the entity that is referenced", example="lessons")
    to_columns: tuple[Text, ...] = key("the columns there; its primary key by default", ())
    on_delete: Literal["no action", "restrict", "cascade", "set null", "set default"] = key(
        "what a delete there does here", "no action"
    )
    about: Text = key("what it means", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class Search:
    """Full-text search over an entity."""

    columns: Mapping[str, Text] = key("searched columns and their weight", example="{title: A, body: B}")
    language: Text = key("text search configuration, or the column that names it", Text("simple"))
    place: Place = place()


@record(frozen=True, kw_only=True)
class Storage:
    """Where an entity is kept, and why there."""

    SHORTHAND: ClassVar[str] = "kind"

    kind: StorageKind = key("kind of store", "relational")
    system: Text = key("the system", Text("PostgreSQL"))
    because: Text = key("why this store and no other", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class PartitionChoice:
    """A partition scheme that the designer fixes instead of leaving it to the compiler."""

    SHORTHAND: ClassVar[str] = "by"

    by: Text = key("strategy and column, or none", example="range(created_at)")
    every: Text = key("width of a range", Text(""), example="month")
    values: Mapping[str, tuple[Text, ...]] = key("list partitions", factory=dict, example="{eu: [de, fr], us: [us]}")
    count: int = key("number of hash partitions", 0)
    why: Text = key("why", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class Acceptance:
    """A finding that the designer accepts, why, and until when."""

    rule: Text = key("code of the rule", example="third-normal-form")
    why: Text = key("why it is right here")
    until: Text = key("date on which it must be judged again", Text(""), example="2027-06-30")
    place: Place = place()


@record(frozen=True, kw_only=True)
class Lifecycle:
    """When and how rows are created, changed, archived and deleted."""

    created: Text = key("when and by whom rows come", Text(""))
    changed: Text = key("when and how often rows change", Text(""))
    archived: Text = key("when rows are moved to cold storage", Text(""))
    deleted: Text = key("when rows go for good", Text(""))
    place: Place = place()


@record(frozen=True, kw_only=True)
class Entity:
    """One thing the system keeps."""

    name: Text = named("entity and table name")
    about: Text = key("what one row is", Text(""))
    area: Text = key("the part of the system it belongs to", Text(""), example="identity")
    why: Text = key("why it is stored at all", Text(""))
    columns: tuple[Column, ...] = key("columns in order", ())
    groups: tuple[Text, ...] = key("column groups that are added", (), example="[timestamps]")
    key_columns: tuple[Text, ...] = key("primary key over several columns", (), name="key", example="[a, b]")
    unique: tuple[tuple[Text, ...], ...] = key("unique column sets", (), example="[[tenant_id, email]]")
    check: tuple[NamedSql, ...] = key("rules over a row", (), example="{ends_after_start: ends_at > starts_at}")
    exclude: tuple[NamedSql, ...] = key(
        "rows that must not overlap", (), example='{one_booking: "room_id with =, during with &&"}'
    )
    references: tuple[Reference, ...] = key("foreign keys over several columns", ())
    depends: tuple[Text, ...] = key("functional dependencies", (), example="[zip -> city]")
    indexes: tuple[FixedIndex, ...] = key("indexes the designer fixes", (), example="{by_day: using brin (created_at)}")
    tenant: Literal["own", "shared"] | None = key(
        "rows belong to a tenant, or are shared by all; derived from the foreign keys by default", None
    )
    rows: Rows | None = key("volume", None, example="{now: 2M, growth: 5%/month}")
    values: tuple[Combined, ...] = key(
        "values of expressions and of columns together", (), example='{lower(email): 95%, "zip, city": 40k}'
    )
    row_size: Bytes | None = key("average row size, where the types do not tell", None)
    retention: Retention | None = key("how long rows stay", None)
    audit: AuditKind = key("what is recorded about changes", "columns")
    search: Search | None = key("full-text search", None)
    storage: Storage = key("where it is kept", Storage())
    partition: PartitionChoice | None = key("a fixed partition scheme", None)
    lifecycle: Lifecycle | None = key("creation to deletion", None)
    accept: tuple[Acceptance, ...] = key("accepted findings", ())
    place: Place = place()

    @cached_property
    def written_key(self) -> tuple[str, ...]:
        """The primary key as it is written, on the entity or on a column; empty where it is derived."""
        return self.key_columns or tuple(c.name for c in self.columns if c.definition.primary_key)

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if there is one."""
        return next((c for c in self.columns if c.name == name), None)
