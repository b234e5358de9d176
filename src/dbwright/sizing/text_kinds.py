"""What kind of text a column holds, by its name: how wide such texts are, and how many different ones there are.

Statistics without rows and generated rows read the same table, so that what is presumed of a text is what it gets.
"""

from __future__ import annotations

from functools import cache

from dbwright.model.table import Table, TableColumn
from dbwright.records import record
from dbwright.sizing.presumed import words_of


@record(frozen=True)
class TextKind:
    """A kind of text: average bytes, and how many different ones there are (0 where each row has its own)."""

    bytes: float
    different: int = 0


TEXTS = ("text", "character varying", "citext")
"""Types of text without a fixed length."""
KINDS = {
    "email": TextKind(28),
    "handle": TextKind(12),
    "person": TextKind(13),
    "phone": TextKind(13),
    "url": TextKind(37),
    "host": TextKind(14, 93),
    "hash": TextKind(65),
    "slug": TextKind(15),
    "country": TextKind(2, 20),
    "currency": TextKind(3, 8),
    "language": TextKind(2, 10),
    "zone": TextKind(13, 6),
    "media": TextKind(10, 7),
    "colour": TextKind(5, 10),
    "city": TextKind(8, 11),
    "street": TextKind(17),
    "postcode": TextKind(5, 500),
    "room": TextKind(5, 45),
    "network": TextKind(11, 254),
    "agent": TextKind(21, 4),
    "path": TextKind(15),
    "code": TextKind(7),
    "title": TextKind(15),
    "prose": TextKind(124),
    "": TextKind(6, 22),
}
"""Kinds by name; the last one is a label, which a text is taken for whose name tells nothing."""
_RULES = (
    ("email mail", "email"),
    ("username login handle nickname nick by actor", "handle"),
    ("phone mobile telephone tel fax", "phone"),
    ("url uri link href website homepage inbox outbox endpoint webhook callback instance feed", "url"),
    ("domain host hostname", "host"),
    ("sha256 sha hash digest checksum fingerprint etag token secret signature nonce", "hash"),
    ("slug", "slug"),
    ("country", "country"),
    ("currency", "currency"),
    ("language locale lang", "language"),
    ("timezone zone tz", "zone"),
    ("mime media", "media"),
    ("color colour", "colour"),
    ("city town place", "city"),
    ("street address", "street"),
    ("zip postal postcode postalcode", "postcode"),
    ("room hall", "room"),
    ("ip", "network"),
    ("agent browser", "agent"),
    ("key path file filename object", "path"),
    ("code sku number reference ref isbn ean barcode serial plate", "code"),
    ("title subject headline caption heading", "title"),
    ("body content text description summary abstract bio message comment note notes about details", "prose"),
    ("question answer feedback review reason explanation paragraph", "prose"),
)
_BY_CATEGORY = {"name": "person", "contact": "email", "identifier": "email", "expression": "prose"}


@cache
def kind_by_name(name: str, personal: str, about_people: bool) -> str:
    """Return the kind of a text by its column's name and category of personal data; `about_people` is its table."""
    words = words_of(name)
    for listed, kind in _RULES:
        if words & set(listed.split()):
            return kind
    if "name" in words:
        return "person" if about_people or personal else "title"
    return _BY_CATEGORY.get(personal, "")


def is_about_people(table: Table) -> bool:
    """Return whether the rows of a table are people."""
    return any(c.source is not None and c.source.personal == "name" for c in table.columns)


def presumed_text(table: Table, column: TableColumn) -> TextKind:
    """Return what is presumed of the texts of a column; an example that ends in a number tells how they look."""
    source = column.source
    personal, example = (str(source.personal), str(source.example)) if source is not None else ("", "")
    if example and example[-1].isdigit():
        return TextKind(len(example.encode()) + 1)
    return KINDS[kind_by_name(column.name, personal, is_about_people(table))]
