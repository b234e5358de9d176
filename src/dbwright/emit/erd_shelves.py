"""Bands on shelves: on top of one another where they are low, beside one another in even rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dbwright.emit.erd_blocks import Band, Room, Shape

_MOST_SHELVES = 12


@dataclass(frozen=True)
class Option:
    """A group in some number of columns; `length` is what lines inside it take, by the weight of each."""

    number: int
    band: Band
    widths: list[int]
    height: float
    length: float


@dataclass
class Stack:
    """Options on top of one another, with the widths of their columns and their height."""

    options: list[Option]
    widths: list[int]
    height: float

    @property
    def width(self) -> int:
        """The width in pixels."""
        return sum(self.widths)

    def add(self, option: Option, gap: int) -> None:
        """Put an option under the others; it has no more columns than they have."""
        self.options.append(option)
        self.height += gap + option.height
        for column, width in enumerate(option.widths):
            self.widths[column] = max(self.widths[column], width)


Row = list[Stack]
"""What stands on one shelf, from left to right."""


def fitting(options: list[Option], height: float) -> Option:
    """Return the narrowest option of at most that height, or the lowest one."""
    low = [option for option in options if option.height <= height]
    return min(low, key=lambda o: sum(o.widths)) if low else min(options, key=lambda o: o.height)


def stack_up(options: Iterable[Option], height: float, room: Room) -> list[Stack]:
    """Put bands under others that have as many columns or more where that is low enough still."""
    stacks: list[Stack] = []
    for option in options:
        free = height - room.gap - option.height
        columns = len(option.widths)
        home = next((stack for stack in stacks if stack.height <= free and len(stack.widths) >= columns), None)
        if home is None:
            stacks.append(Stack([option], list(option.widths), option.height))
        else:
            home.add(option, room.gap)
    return stacks


def ways_to_shelve(stacks: list[Stack]) -> Iterator[list[Row]]:
    """Yield the stacks in their order on one shelf, on two, and so on, each time with shelves as even as can be."""
    widths = [stack.width for stack in stacks]
    for count in range(1, min(len(stacks), _MOST_SHELVES) + 1):
        limit = _narrowest(widths, count)
        rows: list[Row] = [[]]
        used = 0
        for stack, width in zip(stacks, widths, strict=True):
            if rows[-1] and used + width > limit:
                rows.append([])
                used = 0
            rows[-1].append(stack)
            used += width
        yield rows


def _narrowest(widths: Sequence[int], count: int) -> int:
    """Return the least width of a shelf at which `count` shelves hold everything in order."""
    low, high = max(widths), sum(widths)
    while low < high:
        middle = (low + high) // 2
        if _shelves_needed(widths, middle) <= count:
            high = middle
        else:
            low = middle + 1
    return low


def _shelves_needed(widths: Sequence[int], limit: int) -> int:
    count, used = 1, 0
    for width in widths:
        if used + width > limit:
            count, used = count + 1, 0
        used += width
    return count


def outline(rows: list[Row], room: Room) -> Shape:
    """Return how wide and how high rows on shelves are."""
    width = max(sum(stack.width for stack in row) for row in rows)
    height = sum(max(stack.height for stack in row) + room.corridor for row in rows)
    return width, height


def length_between(rows: list[Row], between: Mapping[tuple[int, int], float], room: Room) -> float:
    """Return what lines between bands take, from the middle of one to the middle of the other."""
    at: dict[int, Shape] = {}
    top = 0.0
    for row in rows:
        x = 0.0
        for stack in row:
            y = top
            for option in stack.options:
                at[option.number] = (x + sum(option.widths) / 2, y + option.height / 2)
                y += option.height + room.gap
            x += stack.width
        top += max(stack.height for stack in row) + room.corridor
    return sum(distance(at[first], at[second]) * weight for (first, second), weight in between.items())


def distance(first: Shape, second: Shape) -> float:
    """Return how long a line with right angles is from one point to another."""
    return abs(first[0] - second[0]) + abs(first[1] - second[1])
