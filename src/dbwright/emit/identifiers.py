"""Names of the design as names of Python and of files: valid, unique, and the same in every file that models use."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table
from dbwright.passes.tables import singular

LONGEST_IDENTIFIER = 40
"""Characters of a class or attribute name, so that the head of a definition always fits one line."""

LONGEST_FILE_NAME = 80
"""Characters of a file name without its ending; four bytes each would still be less than a file system's 255."""

# Names that the written modules import or call inside class bodies: an attribute of that name would hide them there.
_CALLED = """
    AfterValidator AliasChoices Annotated Any AwareDatetime BaseModel Base BeforeValidator BigInt ConfigDict
    DeclarativeBase Decimal Field IPvAnyInterface IPvAnyNetwork Integer Literal Mapped NaiveDatetime Native ReadModel
    ServerText SmallInt UNCHANGED UUID WriteModel bool bytes dict dt float int list mapped_column matching pg
    relationship sa str
""".split()

# What SQLAlchemy's declarative classes and Pydantic's BaseModel keep for themselves.
_INHERITED = """
    metadata registry
    construct copy dict from_orm json parse_file parse_obj parse_raw schema schema_json update_forward_refs validate
    model_computed_fields model_config model_construct model_copy model_dump model_dump_json model_extra model_fields
    model_fields_set model_json_schema model_parametrized_name model_post_init model_rebuild model_validate
    model_validate_json model_validate_strings
""".split()

RESERVED = frozenset([*keyword.kwlist, *_CALLED, *_INHERITED])
"""Names that no class and no attribute of a written model takes."""

_ALREADY_SINGULAR = ("us", "is", "ss", "news", "series", "species")
_IRREGULAR = {"children": "child", "people": "person", "indices": "index"}


def identifier(name: str, fallback: str) -> str:
    """Return a name as a Python identifier without underscores at its ends; `fallback` stands in for what is none."""
    folded = unicodedata.normalize("NFKC", name)
    text = "".join(c if f"_{c}".isidentifier() else "_" for c in folded).strip("_")
    text = text[:LONGEST_IDENTIFIER].strip("_")
    if not text:
        return fallback
    return text if text.isidentifier() else f"{fallback}_{text}"[:LONGEST_IDENTIFIER].strip("_")


def free_name(wanted: str, taken: Container[str]) -> str:
    """Return the name, with an underscore where Python or the models keep it, with a number where it is taken."""
    first = f"{wanted}_" if wanted in RESERVED else wanted
    name, number = first, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


@dataclass(frozen=True)
class Names:
    """What tables and columns are called in Python: the class of each table, the attribute of each of its columns."""

    classes: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, str]]


def model_names(blueprint: Blueprint) -> Names:
    """Return the names of a design, each class and each attribute of a class once; the same in every kind of model."""
    taken: set[str] = set()
    classes: dict[str, str] = {}
    for table in blueprint.tables:
        wanted = _class_name(table.name)
        classes[table.name] = free_class_name(f"{wanted}Row" if wanted in RESERVED else wanted, taken)
        taken.add(classes[table.name])
    return Names(classes, {t.name: _attributes(t, frozenset(taken)) for t in blueprint.tables})


def free_class_name(wanted: str, taken: Container[str]) -> str:
    """Return the name, with a number behind it where it is taken."""
    numbered = (f"{wanted}{number}" for number in count(2))
    return next(n for n in chain([wanted], numbered) if n not in taken)


def _class_name(table: str) -> str:
    words = [w for w in re.split(r"[\W_]+", unicodedata.normalize("NFKC", table)) if w]
    last = words[-1].lower() if words else ""
    if last in _IRREGULAR:
        words[-1] = _IRREGULAR[last]
    elif words and not last.endswith(_ALREADY_SINGULAR):
        words[-1] = singular(words[-1])
    return identifier("".join(w[:1].upper() + w[1:] for w in words), "Table")


def _attributes(table: Table, classes: frozenset[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    taken = set(classes)
    # A column whose name needs no change keeps it, whatever an earlier column would turn into.
    plain = [c.name for c in table.columns if identifier(c.name, "column") == c.name and c.name not in RESERVED]
    for name in [*plain, *(c.name for c in table.columns if c.name not in plain)]:
        names[name] = free_name(identifier(name, "column"), taken)
        taken.add(names[name])
    return {c.name: names[c.name] for c in table.columns}


def snake_name(class_name: str) -> str:
    """Return a class name in small letters and underscores: `RoomBooking` is `room_booking`."""
    return re.sub(r"(?<=[^\W_])(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


def file_names(names: Iterable[str], taken: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield (name, file name without ending): safe in any folder, unique where capitals do not count."""
    seen = {t.casefold() for t in taken}
    for name in names:
        text = re.sub(r"[^\w-]", "_", unicodedata.normalize("NFC", name))[:LONGEST_FILE_NAME] or "_"
        chosen, number = text, 2
        while chosen.casefold() in seen:
            chosen, number = f"{text}_{number}", number + 1
        seen.add(chosen.casefold())
        yield name, chosen
