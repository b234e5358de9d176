"""Blueprints for the tests of diagrams: the example, a hostile one, and schemas of any size with hubs."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design
from dbwright.model.shape import Text
from dbwright.model.table import ForeignKey, Key, Table, TableColumn
from dbwright.pipeline import compile_design

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = Path(__file__).parent / "designs" / "hostile_diagrams.design.yaml"

_NOUNS = "order invoice user course lesson ticket asset batch claim event ledger note part quote room shift".split()


@cache
def fediflow() -> Blueprint:
    """Return the compiled example."""
    return compile_design(load_design(ROOT / "examples/fediflow/fediflow.design.yaml"))


@cache
def hostile() -> Blueprint:
    """Return a blueprint whose every name and text tries to break out of where it stands."""
    return compile_design(load_design(HOSTILE))


@cache
def synthetic(count: int, areas: int = 0, seed: int = 1) -> Blueprint:
    """Return a schema of `count` tables: one tenant that most tables reference, a user that many do, else a few each.

    `areas` is the number of named areas; 0 leaves all tables without one.
    """
    chance = random.Random(seed)
    names = ["tenants", "users", *(f"{_NOUNS[n % len(_NOUNS)]}_{n:03}" for n in range(2, count))][:count]
    tables = tuple(_table(n, names, areas, count, chance) for n in range(count))
    return make_blueprint(tables)


def make_blueprint(tables: tuple[Table, ...]) -> Blueprint:
    """Return a blueprint of these tables and nothing else."""
    return Blueprint(Design(design=Text("synthetic")), name="synthetic", schema="public", version=18, tables=tables)


def _table(number: int, names: list[str], areas: int, count: int, chance: random.Random) -> Table:
    area_of = [n * areas // count if areas else 0 for n in range(count)]
    targets = [0] if number > 0 and chance.random() < 0.6 else []
    targets += [1] if number > 1 and chance.random() < 0.3 else []
    near = [n for n in range(number) if area_of[n] == area_of[number] and n > number - 14]
    targets += chance.sample(near, min(len(near), chance.choice([0, 1, 1, 2, 3])))
    targets += [chance.randrange(number)] if number and chance.random() < 0.08 else []
    targets += [number] if chance.random() < 0.05 else []
    keys, columns = [], [TableColumn("id", "bigint", not_null=True)]
    for order, target in enumerate(dict.fromkeys(targets)):
        column = f"{names[target]}_id"
        columns.append(TableColumn(column, "bigint", not_null=chance.random() < 0.7))
        keys.append(ForeignKey(f"{names[number]}_fk{order}", (column,), names[target], ("id",)))
    columns += [
        TableColumn(f"value_{n}", chance.choice(["text", "timestamptz"])) for n in range(chance.randrange(2, 14))
    ]
    unique = (Key(f"{names[number]}_key", (columns[1].name,)),) if keys and chance.random() < 0.1 else ()
    return Table(
        name=names[number],
        about=f"Table number {number}",
        area=f"area {area_of[number] + 1}" if areas else "",
        columns=tuple(columns),
        primary_key=Key(f"{names[number]}_pkey", ("id",)),
        uniques=unique,
        foreign_keys=tuple(keys),
    )
