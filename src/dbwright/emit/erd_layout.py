"""From shelves of boxes to a drawing: every box with its place, every reference as a polyline with right angles.

First heights settle, then widths, then the corridors between shelves: each step only needs what the one before fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dbwright.emit.cardinality import Reference
from dbwright.emit.erd_blocks import Room, Shelf
from dbwright.emit.erd_boxes import SIDE_SHIFT, Box, Side
from dbwright.emit.erd_floor import TRACK, BandPlace, Floor, Gap, Gutter
from dbwright.emit.erd_gaps import place_in_gaps
from dbwright.emit.erd_routes import find_routes
from dbwright.emit.erd_runs import Run, Stub, Way, find_runs
from dbwright.emit.erd_tracks import Span, assign_tracks, span

Point = tuple[float, float]

_FAR = 1e6
"""Beyond every shelf: where a line leaves a gutter for a corridor."""


@dataclass(frozen=True)
class PlacedBox:
    """A box and its upper left corner."""

    box: Box
    x: float
    y: float


@dataclass(frozen=True)
class Frame:
    """The outline of an area."""

    label: str
    hue: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Wire:
    """A reference as a polyline from its own table to the target; it leaves and arrives on these sides."""

    reference: Reference
    points: tuple[Point, ...]
    leaves: Side
    arrives: Side


@dataclass(frozen=True)
class Drawing:
    """A diagram with all coordinates, in pixels."""

    width: float
    height: float
    boxes: tuple[PlacedBox, ...]
    frames: tuple[Frame, ...]
    wires: tuple[Wire, ...]


def lay_out(shelves: Sequence[Shelf], references: Iterable[Reference], room: Room, centred: bool = False) -> Drawing:
    """Return the drawing of boxes on shelves and of the references between them."""
    floor = Floor(shelves, room, centred)
    boxes = {box.name: box for shelf in floor.columns for column in shelf for box in column}
    routes = find_routes(floor, boxes, references)
    runs, ways = find_runs(routes)
    return _Draft(floor, boxes, runs, ways).draw()


@dataclass
class _Draft:
    """A drawing in the making; `moved` are stubs that left the middle of their row so that their line runs straight."""

    floor: Floor
    boxes: dict[str, Box]
    runs: list[Run]
    ways: list[Way]
    moved: dict[Stub, float] = field(default_factory=dict)
    lefts: list[list[int]] = field(default_factory=list)
    offsets: list[float] = field(default_factory=list)
    total: float = 0.0

    def draw(self) -> Drawing:
        """Fix all coordinates, from gaps to gutters to corridors."""
        self._settle_gaps()
        self._straighten()
        self._settle_gutters()
        self._align_shelves()
        self._settle_corridors()
        placed = tuple(self._place(box) for box in self.boxes.values())
        frames = tuple(self._frame(band) for band in self.floor.bands if band.band.hue >= 0)
        wires = tuple(self._wire(way) for way in self.ways)
        width = max(max(columns) for columns in self.lefts)
        return Drawing(width, self.total, placed, frames, wires)

    def _of(self, kind: str) -> list[Run]:
        return [run for run in self.runs if run.channel[0] == kind]

    def _stub_y(self, stub: Stub) -> float:
        name, port, side = stub
        return self.moved.get(stub, self.floor.tops[name] + self.boxes[name].port_y(port, side))

    def _settle_gaps(self) -> None:
        """Give each gap room for its runs, then each run its height."""
        inside: dict[Gap, list[Run]] = {}
        for run in self._of("gap"):
            shelf, column, number = run.channel[1]
            inside.setdefault((shelf, column, number), []).append(run)
        self.floor.settle({gap: len(runs) for gap, runs in inside.items()})
        gutters = self._of("gutter")
        heights = {stub: self._stub_y(stub) for run in gutters for stub in run.stubs}
        place_in_gaps(inside, self.floor.spans, gutters, heights)

    def _straighten(self) -> None:
        """Move the start of a line that would jog by the shift between the sides of boxes."""
        for run in self._of("gutter"):
            if len(run.stubs) != 2 or run.meets or run.stubs[0][2] == run.stubs[1][2]:
                continue
            start = next((stub for stub in run.stubs if stub[1][0] == "out"), None)
            end = next((stub for stub in run.stubs if stub[1][0] == "in"), None)
            if start and end and abs(self._stub_y(start) - self._stub_y(end)) <= SIDE_SHIFT:
                self.moved[start] = self._stub_y(end)

    def _settle_gutters(self) -> None:
        inside: dict[Gutter, list[Span]] = {}
        for run in self._of("gutter"):
            shelf, gutter = run.channel[1]
            inside.setdefault((shelf, gutter), []).append(self._gutter_span(run))
        for shelf, widths in enumerate(self.floor.columns):
            # Lines of neighbouring shelves meet in a corridor: they must not stand above one another there.
            x, lefts = shelf % 2 * TRACK // 2, []
            for gutter in range(len(widths) + 1):
                tracks = assign_tracks(inside.get((shelf, gutter), []))
                outer = gutter in (0, len(widths))
                x += self._lay_tracks(tracks, x, outer)
                lefts.append(x)
                x += self.floor.widths(shelf)[gutter] if gutter < len(widths) else 0
            self.lefts.append(lefts)

    def _lay_tracks(self, tracks: list[tuple[Run, int]], x: int, outer: bool) -> int:
        """Give runs their x and return how wide their gutter is."""
        used = max((track for _, track in tracks), default=-1) + 1
        half = _multiple(self.floor.room.gutter / 2)
        for run, track in tracks:
            run.position = x + half + track * TRACK
        if outer and not used:
            return _multiple(self.floor.room.pad + TRACK)
        return 2 * half + max(0, used - 1) * TRACK

    def _gutter_span(self, run: Run) -> Span:
        shelf, gutter = run.channel[1]
        near = [self._stub_y(stub) for stub in run.stubs if stub[2] == "right"]
        far = [self._stub_y(stub) for stub in run.stubs if stub[2] == "left"]
        ends = []
        for other in run.meets:
            if other.channel[0] == "gap":
                (near if other.channel[1][1] < gutter else far).append(other.position)
            else:
                ends.append(_FAR if other.channel[1][0] > shelf else -_FAR)
        return span(run, near, far, ends)

    def _settle_corridors(self) -> None:
        inside: dict[int, list[Span]] = {}
        for run in self._of("corridor"):
            number = run.channel[1][0]
            above = [gutter.position for gutter in run.meets if gutter.channel[1][0] < number]
            below = [gutter.position for gutter in run.meets if gutter.channel[1][0] == number]
            inside.setdefault(number, []).append(span(run, above, below))
        y, last = 0.0, len(self.floor.heights)
        for number in range(last + 1):
            tracks = assign_tracks(inside.get(number, []))
            used = max((track for _, track in tracks), default=-1) + 1
            margin = self.floor.room.corridor / 2
            for run, track in tracks:
                run.position = y + margin + track * TRACK
            outer = number in (0, last)
            y += 0 if outer and not used else 2 * margin + max(0, used - 1) * TRACK
            if number < last:
                self.offsets.append(y)
                y += self.floor.heights[number]
        self.total = y

    def _align_shelves(self) -> None:
        """Move lines that would jog in a corridor by the shift between the tracks of neighbouring shelves.

        A line that goes on to the next corridor stays: there the shift keeps it apart from others.
        """
        for run in self._of("corridor"):
            if len(run.meets) != 2:
                continue
            upper, lower = sorted(run.meets, key=lambda gutter: gutter.channel[1])
            goes_on = sum(other.channel[0] == "corridor" for other in lower.meets) > 1
            if abs(upper.position - lower.position) <= TRACK / 2 and not goes_on:
                lower.position = upper.position

    def _place(self, box: Box) -> PlacedBox:
        place = self.floor.places[box.name]
        return PlacedBox(
            box, self.lefts[place.shelf][place.column], self.offsets[place.shelf] + self.floor.tops[box.name]
        )

    def _frame(self, place: BandPlace) -> Frame:
        pad, lefts = self.floor.room.pad, self.lefts[place.shelf]
        widths = self.floor.widths(place.shelf)
        x = lefts[place.first] - pad
        width = lefts[place.last] + widths[place.last] + pad - x
        y = self.offsets[place.shelf] + place.top
        return Frame(place.band.label, place.band.hue, x, y, width, place.bottom - place.top)

    def _wire(self, way: Way) -> Wire:
        points = [self._stub_point(way.start)]
        points.append((way.runs[0].position, points[0][1]))
        for first, second in zip(way.runs, way.runs[1:], strict=False):
            gutter, across = (first, second) if first.channel[0] == "gutter" else (second, first)
            points.append((gutter.position, self._across_y(gutter, across)))
        end = self._stub_point(way.end)
        points += [(way.runs[-1].position, end[1]), end]
        return Wire(way.route.reference, _tidy(points), way.route.leaves, way.route.arrives)

    def _across_y(self, gutter: Run, across: Run) -> float:
        shelf = gutter.channel[1][0]
        return across.position + (self.offsets[shelf] if across.channel[0] == "gap" else 0.0)

    def _stub_point(self, stub: Stub) -> Point:
        place, box = self.floor.places[stub[0]], self.boxes[stub[0]]
        x = self.lefts[place.shelf][place.column] + (box.width if stub[2] == "right" else 0)
        return x, self.offsets[place.shelf] + self._stub_y(stub)


def _tidy(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points without repetitions and without those in the middle of a straight line."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and (kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]):
            kept.pop()
        kept.append(point)
    return tuple(kept)


def _multiple(value: float) -> int:
    return -int(-value // TRACK) * TRACK
