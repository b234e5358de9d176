"""SQLAlchemy 2 models: one declarative class a table, under the names and with the rules that the server has.

The text of a model is all that is written here; SQLAlchemy itself is never imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dbwright.emit.identifiers import Names, model_names
from dbwright.emit.python_source import (
    Call,
    call,
    docstring,
    has_long_lines,
    mapping,
    pair,
    render,
    string_literal,
    strings,
    used_names,
)
from dbwright.emit.server_types import OwnType, own_types
from dbwright.emit.sqlalchemy_columns import NATIVE, mapped_column
from dbwright.emit.sqlalchemy_constraints import foreign_key, is_dotted, table_arguments
from dbwright.emit.sqlalchemy_relationships import Links, links, relationships
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table

PATH = "models/sqlalchemy_models.py"

_STANDARD_IMPORTS = (
    ("dt", "import datetime as dt"),
    ("Decimal", "from decimal import Decimal"),
    ("Any", "from typing import Any"),
    ("UUID", "from uuid import UUID"),
)
_ORM_NAMES = ("DeclarativeBase", "Mapped", "mapped_column", "relationship")

_NATIVE_CLASS = f'''

class {NATIVE}(sa.types.UserDefinedType[Any]):
    """A type of the server that SQLAlchemy has no class for; values are what the driver makes of them."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """Return the type as DDL spells it."""
        return self.name
'''


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return `models/sqlalchemy_models.py`."""
    names, own = model_names(blueprint), own_types(blueprint)
    found = links(blueprint, names)
    classes = [
        _class(table, names, _attributes(blueprint.version, table, names, own, found)) for table in blueprint.tables
    ]
    native = [_NATIVE_CLASS] if any(f"{NATIVE}(" in text for text in classes) else []
    parts = [_base(blueprint), *native, *classes, _dotted(blueprint)]
    return {PATH: "".join([_head(blueprint, parts), *parts])}


def _head(blueprint: Blueprint, parts: Sequence[str]) -> str:
    title = f"{blueprint.design.design}: SQLAlchemy models for PostgreSQL {blueprint.version}, compiled by dbwright."
    note = (
        "`Base.metadata.create_all` makes tables, constraints and indexes. Roles, extensions, functions, partitions, "
        "triggers, policies and grants are in ddl/schema.sql, which is the way to set a database up."
    )
    used = used_names(parts, [*(name for name, _ in _STANDARD_IMPORTS), "pg", *_ORM_NAMES])
    standard = [line for name, line in _STANDARD_IMPORTS if name in used]
    dialect = ["from sqlalchemy.dialects import postgresql as pg"] if "pg" in used else []
    orm = f"from sqlalchemy.orm import {', '.join(n for n in _ORM_NAMES if n in used)}"
    long = ["", "# ruff: noqa: E501"] if has_long_lines(parts) else []
    lines = [*docstring([title, note]), *long, "", "from __future__ import annotations", ""]
    lines += [*standard, ""] if standard else []
    return "\n".join([*lines, "import sqlalchemy as sa", *dialect, orm, "", ""])


def _base(blueprint: Blueprint) -> str:
    return (
        "\nclass Base(DeclarativeBase):\n"
        '    """The parent of all models; its metadata lists every table."""\n\n'
        f"    metadata = sa.MetaData(schema={string_literal(blueprint.schema)})\n"
    )


def _class(table: Table, names: Names, attributes: Iterable[str]) -> str:
    about = table.about or f"One row of {table.name}."
    lines = ["", "", f"class {names.classes[table.name]}(Base):", *docstring([about], "    "), ""]
    lines.append(f"    __tablename__ = {string_literal(table.name)}")
    arguments = pair(*table_arguments(table))
    if arguments.items:
        lines += render(arguments, "    ", lead="__table_args__ = ")
    if table.primary_key is None:
        every = strings(names.attributes[table.name].values())
        lines += render(mapping([("primary_key", every)]), "    ", lead="__mapper_args__ = ")
    return "\n".join([*lines, "", *attributes]) + "\n"


def _attributes(version: int, table: Table, names: Names, own: Mapping[str, OwnType], found: Links) -> Iterator[str]:
    attributes = names.attributes[table.name]
    for column in table.columns:
        name = attributes[column.name]
        annotation, mapped = mapped_column(table, column, name, own, version)
        yield from _attribute(name, annotation, mapped)
    ends = relationships(names, table, found)
    if ends:
        yield ""
    for name, annotation, related in ends:
        yield from _attribute(name, annotation, related)


def _attribute(name: str, annotation: str, value: Call) -> list[str]:
    return render(value, "    ", lead=f"{name}: Mapped[{annotation}] = ")


def _dotted(blueprint: Blueprint) -> str:
    """References to names with a dot, which SQLAlchemy's `table.column` cannot tell apart."""
    lines = []
    for table in blueprint.tables:
        for key in [k for k in table.foreign_keys if is_dotted(k)]:
            constraint = foreign_key(key, _table(blueprint, key.target))
            lines += render(call(f"{_table(blueprint, table.name)}.append_constraint", [constraint]))
    return "\n".join(["", "", *lines, ""]) if lines else ""


def _table(blueprint: Blueprint, name: str) -> str:
    return f"Base.metadata.tables[{string_literal(f'{blueprint.schema}.{name}')}]"
