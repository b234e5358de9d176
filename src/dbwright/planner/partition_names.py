"""The names that PostgreSQL gives to the indexes of a partition.

Source: src/backend/commands/indexcmds.c, ChooseIndexName, ChooseIndexColumnNames, and makeObjectName.
"""

from __future__ import annotations

from collections.abc import Iterable

from dbwright.model.table import Index, Table
from dbwright.sql.names import LONGEST_NAME


def index_names(table: Table, partition: str, indexes: Iterable[Index]) -> dict[str, str]:
    """Return the name on a partition of each index of its table, by its name there."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    uniques = {k.name for k in table.uniques}
    for index in indexes:
        if table.primary_key is not None and index.name == table.primary_key.name:
            name = _free(partition, "", "pkey", taken)
        else:
            name = _free(partition, "_".join(_columns(index)), "key" if index.name in uniques else "idx", taken)
        taken.add(name)
        found[index.name] = name
    return found


def names_everywhere(table: Table) -> dict[str, tuple[str, ...]]:
    """Return the names under which each index and key of a table stands: its own, and those on the partitions."""
    indexes = (*table.key_indexes, *table.indexes)
    parts = table.partitioning.partitions if table.partitioning else ()
    there = [index_names(table, part.name, indexes) for part in parts]
    return {i.name: (i.name, *(names[i.name] for names in there)) for i in indexes}


def _columns(index: Index) -> list[str]:
    names: list[str] = []
    for base in [*("expr" if k.is_expression else k.expression for k in index.keys), *index.include]:
        name, number = base, 1
        while name in names:
            name, number = f"{base}{number}", number + 1
        names.append(name)
    return names


def _free(relation: str, columns: str, label: str, taken: set[str]) -> str:
    number = 0
    while True:
        name = object_name(relation, columns, f"{label}{number}" if number else label)
        if name not in taken:
            return name
        number += 1


def object_name(relation: str, columns: str, label: str) -> str:
    """Return the parts joined by `_`; the longer of the first two is cut until all fits into 63 bytes."""
    room = LONGEST_NAME - len(label) - 1 - (1 if columns else 0)
    first, second = relation.encode(), columns.encode()
    while len(first) + len(second) > room:
        if len(first) > len(second):
            first = first[:-1]
        else:
            second = second[:-1]
    parts = [first.decode(errors="ignore"), second.decode(errors="ignore"), label]
    return "_".join(p for p in parts if p)
