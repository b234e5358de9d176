"""Rows as binary COPY: the same bytes in any portions, and each type as PostgreSQL's receive functions read it."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from data_designs import compile_entity, fediflow
from dbwright.data import Dataset, generate, plan_rows
from dbwright.data.binary import fixed_bytes
from dbwright.data.fields import Identifiers
from dbwright.data.kinds import Family, Kind, kind_of
from dbwright.data.spelling import Chosen, Digits, Listed, Noise, Overlaid, Plain, Spelling, Styled
from dbwright.data.styles import MARK, Style
from dbwright.data.tuples import HEAD, TAIL, TupleWriter
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATIONS = Identifiers(configurations={"english": 1, "simple": 2, "german": 3, "french": 4})


@cache
def dataset(name: str) -> Dataset:
    """Some thousand rows of a design."""
    path = ROOT / "tests" / "server" / "odd.design.yaml" if name == "odd" else ROOT / "examples" / name
    blueprint = compile_design(load_design(path))
    return generate(blueprint, plan_rows(blueprint, 1_200))


def written(made: Dataset, table: str, size: int) -> bytes:
    """A table as binary COPY, in portions of so many rows."""
    return b"".join(TupleWriter(table, made.tables[table], CONFIGURATIONS).portions(size))


@pytest.mark.parametrize("name", ["odd", "shop", "fediflow", "adflow", "academy"])
def test_portions_of_any_size_are_the_same_bytes(name: str) -> None:
    made = dataset(name)
    for table in made.tables:
        whole = written(made, table, 10**9)
        assert [written(made, table, size) == whole for size in (1, 7, 1000)] == [True] * 3, table


def test_what_nothing_looks_at_is_not_kept() -> None:
    blueprint = fediflow()
    made = generate(blueprint, plan_rows(blueprint, 1_200))
    waiting = {table: set(rows.columns.waiting) for table, rows in made.tables.items()}
    assert {"email", "created_at"} <= waiting["users"]
    for table in made.tables:
        written(made, table, 100)
    assert {table: set(rows.columns.waiting) for table, rows in made.tables.items()} == waiting


def test_columns_that_were_looked_at_are_those_that_are_made_when_written() -> None:
    blueprint = fediflow()
    rows = plan_rows(blueprint, 3_000)
    looked_at, fresh = generate(blueprint, rows), generate(blueprint, rows)
    for table, made in looked_at.tables.items():
        assert all(len(made.columns[n]) == made.count for n in made.columns)
        assert written(looked_at, table, 100) == written(fresh, table, 100)


def test_another_seed_is_other_bytes() -> None:
    blueprint = fediflow()
    rows = plan_rows(blueprint, 3_000)
    first, second = generate(blueprint, rows, 1), generate(blueprint, rows, 2)
    same = [t for t in first.tables if written(first, t, 500) == written(second, t, 500)]
    assert same == []


def test_a_table_without_rows_is_head_and_tail() -> None:
    blueprint = compile_entity("id: bigint primary key")
    made = generate(blueprint, {"things": 0})
    assert written(made, "things", 10) == HEAD + TAIL


def fields_of(copied: bytes) -> list[list[bytes | None]]:
    """Read binary COPY back: the fields of each tuple."""
    assert copied.startswith(HEAD)
    place, found = len(HEAD), []
    while (count := struct.unpack_from("!h", copied, place)[0]) != -1:
        place += 2
        row: list[bytes | None] = []
        for _ in range(count):
            length = struct.unpack_from("!i", copied, place)[0]
            place += 4
            row.append(None if length < 0 else copied[place : place + length])
            place += max(length, 0)
        found.append(row)
    assert copied[place:] == TAIL
    return found


@pytest.mark.parametrize("name", ["odd", "fediflow"])
def test_every_tuple_has_every_field_and_nulls_where_the_column_has_them(name: str) -> None:
    made = dataset(name)
    for table, rows in made.tables.items():
        writer = TupleWriter(table, rows, CONFIGURATIONS)
        tuples = fields_of(b"".join(writer.portions(64)))
        assert len(tuples) == rows.count
        for place, column in enumerate(writer.names):
            nulls = [row[place] is None for row in tuples]
            assert nulls == rows.columns[column].missing().tolist(), (table, column)
            if rows.columns[column].kind.family is Family.TEXT:
                texts = [None if (f := row[place]) is None else f.decode() for row in tuples]
                assert texts == list(rows.columns[column]), (table, column)


NUMBERS = np.asarray([0, 1, 2, 9, 10, 11, 99, 100, 9_999, 10_000, 10_001, 123_456, 99_999_999, 100_000_000])
SPELLINGS: list[Spelling] = [
    Listed(tuple(f"word {k}" for k in range(20))),
    Styled(Style(["a", "bb", f"c{MARK}@x.example"], "-")),
    Styled(Style([f"é{MARK}ü", ""], "")),
    Styled(Style(["A-"], start=7, digits=3)),
    Styled(Style(["A-"], start=0, digits=1)),
    Digits(5),
    Digits(12),
    Plain(lambda k: f"<{k}>"),
    Overlaid(Styled(Style(["a", "b"], "-")), ("asked", "for")),
    Chosen((Digits(5), Plain(str))),
]


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("with_nulls", [False, True])
def test_pieces_are_the_field_of_the_value(spelling: Spelling, with_nulls: bool) -> None:
    numbers = NUMBERS % 20 if isinstance(spelling, Listed) else NUMBERS
    if isinstance(spelling, Overlaid):
        numbers = np.concatenate([numbers, [-1, -2]])
    nulls = np.arange(len(numbers)) % 3 == 1 if with_nulls else None
    pieces = spelling.pieces(numbers, nulls, str.encode)
    fields = [b"".join(parts) for parts in zip(*(p.strings() for p in pieces), strict=True)]
    texts = [spelling.value(int(k)).encode() for k in numbers]
    expected = [len(t).to_bytes(4, "big") + t for t in texts]
    if nulls is not None:
        expected = [b"\xff" * 4 if gone else e for e, gone in zip(expected, nulls, strict=True)]
    assert fields == expected


@pytest.mark.parametrize("spelling", [s for s in SPELLINGS if not isinstance(s, Listed | Overlaid | Chosen)])
def test_different_numbers_spell_different_texts(spelling: Spelling) -> None:
    numbers = [*range(3_000), *(10**k + d for k in range(4, 9) for d in (-1, 0, 1))]
    assert len({spelling.value(k) for k in numbers}) == len(set(numbers))


def test_noise_is_as_long_as_it_says_and_never_the_same() -> None:
    for size in (6, 8, 20, 32):
        values = [Noise(size).value(k) for k in range(2_000)]
        assert {len(v) for v in values} == {size}
        assert len(set(values)) == 2_000


@pytest.mark.parametrize(
    ("type_name", "ticks", "bytes_of"),
    [
        ("int2", -2, struct.pack("!h", -2)),
        ("integer", 7, struct.pack("!i", 7)),
        ("bigint", -(2**40), struct.pack("!q", -(2**40))),
        ("boolean", 1, b"\x01"),
        ("real", 125, struct.pack("!f", 1.25)),
        ("double precision", -1_500, struct.pack("!d", -1.5)),
        ("date", 10_957, struct.pack("!i", 0)),
        ("timestamptz", 10_957 * 86_400_000_000 + 5, struct.pack("!q", 5)),
        ("time", 61_000_000, struct.pack("!q", 61_000_000)),
        ("interval", 1_000_000, struct.pack("!qii", 1_000_000, 0, 0)),
        ("numeric(12,2)", 1_234_567_89, struct.pack("!hhhhhhhh", 4, 2, 0, 2, 0, 123, 4567, 8900)),
        ("numeric(12,2)", -5, struct.pack("!hhhhhhhh", 4, 2, 0x4000, 2, 0, 0, 0, 500)),
        ("numeric(8,0)", 12_345, struct.pack("!hhhhhh", 2, 1, 0, 0, 1, 2345)),
        ("numeric(9,6)", 1_000_001, struct.pack("!hhhhhhh", 3, 0, 0, 6, 1, 0, 100)),
    ],
)
def test_a_value_is_laid_out_as_its_type_receives_it(type_name: str, ticks: int, bytes_of: bytes) -> None:
    kind = kind_of(type_name, {})
    matrix = fixed_bytes(kind, np.asarray([ticks, ticks]))
    assert matrix is not None
    assert [bytes(row) for row in matrix] == [bytes_of] * 2


def test_a_range_holds_both_bounds_and_includes_the_first() -> None:
    kind: Kind = kind_of("int4range", {})
    matrix = fixed_bytes(kind, np.asarray([[3, 9]]))
    assert matrix is not None
    assert bytes(matrix[0]) == b"\x02" + struct.pack("!iiii", 4, 3, 4, 9)
