"""Records: alike where their fields are, shown as they are made, and copied without what was derived from them."""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from dataclasses import field as standard_field
from functools import cached_property

import pytest

from dbwright.records import field, record, replace


@record(frozen=True)
class Point:
    """A point that remembers where it was written, and derives one thing."""

    across: int
    up: int = 0
    line: int = field(default=0, compare=False, repr=False)

    @cached_property
    def total(self) -> int:
        """The sum of both."""
        return self.across + self.up


@record(frozen=True, kw_only=True)
class Named:
    """A record whose fields go by name, with a text of its own."""

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


@record(frozen=True)
class Spot:
    """As a point, but another thing."""

    across: int
    up: int = 0


def test_equal_fields_make_equal_records_that_hash_alike() -> None:
    assert Point(1, 2, line=7) == Point(1, 2, line=9)
    assert len({Point(1, 2, line=7), Point(1, 2, line=9), Point(2, 1)}) == 2


def test_another_class_is_never_equal() -> None:
    spot: object = Spot(1, 2)
    assert Point(1, 2) != spot


def test_a_record_is_shown_as_it_is_made() -> None:
    assert repr(Point(1, 2, line=7)) == "Point(across=1, up=2)"
    assert repr(Named(name="a")) == "<a>"


def test_a_copy_differs_only_in_what_was_named_and_derives_anew() -> None:
    point = Point(1, 2, line=7)
    assert point.total == 3
    moved = replace(point, up=5)
    assert (moved, moved.line, moved.total, point.total) == (Point(1, 5), 7, 6, 3)


def test_a_copy_with_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="Point has no field down"):
        replace(Point(1), down=2)  # type: ignore[call-arg]


def test_what_reads_dataclasses_reads_records() -> None:
    assert [(f.name, f.type, f.default, f.compare) for f in fields(Point)][1:] == [
        ("up", "int", 0, True),
        ("line", "int", 0, False),
    ]
    assert asdict(Point(1, line=7)) == {"across": 1, "up": 0, "line": 7}


def test_a_field_of_the_standard_library_is_refused() -> None:
    @record(frozen=True)
    class Foreign:
        """Its field would be taken for a default."""

        place: int = standard_field(default=0)

    with pytest.raises(TypeError, match=r"Foreign\.place .* write field of dbwright\.records"):
        Foreign()


def test_fields_can_be_read_before_a_record_was_made() -> None:
    @record(frozen=True)
    class Fresh:
        """Nobody has made one."""

        first: int
        second: str = "b"

    @record(frozen=True)
    class Richer(Fresh):
        """Stands on one that nobody has made."""

        third: int = 3

    assert is_dataclass(Richer)
    assert [f.name for f in fields(Richer)] == ["first", "second", "third"]
    assert Richer(1) == Richer(first=1, second="b", third=3)
    assert Fresh(1) == Fresh(first=1, second="b")
