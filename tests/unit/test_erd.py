"""The diagram, measured on what is drawn: nothing missing, nothing on top of another, no line through a box."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest

from dbwright.emit.cardinality import references
from dbwright.emit.erd import MOST_NEIGHBOURS, STYLE, detail_for, draw, emit
from dbwright.emit.erd_boxes import Detail
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import ForeignKey, Key, Table, TableColumn
from diagram_samples import fediflow, hostile, make_blueprint, synthetic
from svg_reading import SVG, DrawnTable, Picture, Point, read_picture

SAMPLES: dict[str, Callable[[], Blueprint]] = {
    "fediflow": fediflow,
    "hostile": hostile,
    "four": lambda: synthetic(4),
    "four in two areas": lambda: synthetic(4, 2),
    "ten": lambda: synthetic(10),
    "thirty in four areas": lambda: synthetic(30, 4),
    "forty in one area": lambda: synthetic(40, 1),
    "sixty in five areas": lambda: synthetic(60, 5),
    "hundred and fifty": lambda: synthetic(150, seed=2),
    "largest": lambda: synthetic(375),
    "largest in one area": lambda: synthetic(375, 1),
    "largest in twelve areas": lambda: synthetic(375, 12),
}
DETAILS: tuple[Detail, ...] = ("names", "keys", "columns")
every_sample = pytest.mark.parametrize("name", SAMPLES)


@cache
def picture(name: str) -> Picture:
    """Return the diagram of a sample, with as much detail as its size allows."""
    blueprint = SAMPLES[name]()
    return read_picture(draw(blueprint, detail=detail_for(len(blueprint.tables))))


def crosses(segment: tuple[Point, Point], table: DrawnTable) -> bool:
    """Return whether a horizontal or vertical piece of a line runs through the inside of a box."""
    (x1, y1), (x2, y2) = segment
    across = min(x1, x2) < table.right and max(x1, x2) > table.left
    return across and min(y1, y2) < table.bottom and max(y1, y2) > table.top


def overlap(first: DrawnTable, second: DrawnTable) -> bool:
    """Return whether two boxes share more than an edge."""
    beside = first.right <= second.left or second.right <= first.left
    return not beside and first.top < second.bottom and second.top < first.bottom


def overlapping(shown: Picture) -> list[tuple[str, str]]:
    """Return the pairs of boxes that share more than an edge."""
    tables = shown.tables
    return [(a.name, b.name) for n, a in enumerate(tables) for b in tables[n + 1 :] if overlap(a, b)]


def crossed(shown: Picture) -> list[tuple[str, str, str]]:
    """Return (table, table it refers to, table whose box the line runs through)."""
    pieces = [(line.source, line.target, piece) for line in shown.references for piece in line.segments]
    return [(source, target, t.name) for source, target, piece in pieces for t in shown.tables if crosses(piece, t)]


def confused(shown: Picture) -> list[tuple[str, str]]:
    """Return lines that lie on one another although they lead to different tables, or one may lead to none."""
    inside: dict[tuple[str, float], list[tuple[float, float, str]]] = {}
    for line in shown.references:
        net = line.tooltip.splitlines()[2]
        net = net[: net.index(" for each")]
        for (x1, y1), (x2, y2) in line.segments:
            if x1 == x2:
                inside.setdefault(("x", x1), []).append((min(y1, y2), max(y1, y2), net))
            else:
                inside.setdefault(("y", y1), []).append((min(x1, x2), max(x1, x2), net))
    found = []
    for pieces in inside.values():
        reached, owner = float("-inf"), ""
        for start, end, net in sorted(pieces):
            found += [(owner, net)] if start < reached and net != owner else []
            reached, owner = max((reached, owner), (end, net))
    return found


@every_sample
def test_every_table_and_reference_is_drawn_once(name: str) -> None:
    blueprint = SAMPLES[name]()
    assert Counter(table.name for table in picture(name).tables) == Counter(table.name for table in blueprint.tables)
    drawn = Counter((line.source, line.target, line.tooltip.splitlines()[0]) for line in picture(name).references)
    assert drawn == Counter((r.table.name, r.target.name, r.label.splitlines()[0]) for r in references(blueprint))


@every_sample
def test_no_two_boxes_overlap(name: str) -> None:
    assert overlapping(picture(name)) == []


@every_sample
def test_lines_have_right_angles_and_run_through_no_box(name: str) -> None:
    pieces = [piece for line in picture(name).references for piece in line.segments]
    assert [piece for piece in pieces if piece[0][0] != piece[1][0] and piece[0][1] != piece[1][1]] == []
    assert crossed(picture(name)) == []


@every_sample
def test_every_line_starts_and_ends_on_the_edges_of_its_tables(name: str) -> None:
    tables = {table.name: table for table in picture(name).tables}
    for line in picture(name).references:
        for (x, y), table in ((line.points[0], tables[line.source]), (line.points[-1], tables[line.target])):
            assert x in (table.left, table.right)
            assert table.top < y < table.bottom


@every_sample
def test_lines_to_different_ends_never_lie_on_one_another(name: str) -> None:
    assert confused(picture(name)) == []


@pytest.mark.parametrize("seed", range(24))
def test_any_schema_is_drawn_cleanly_at_every_detail(seed: int) -> None:
    blueprint = synthetic(1 + seed * 2, seed % 5, seed)
    for detail in DETAILS:
        shown = read_picture(draw(blueprint, detail=detail))
        assert (overlapping(shown), crossed(shown), confused(shown)) == ([], [], [])
        assert 2 / 3 - 0.01 < shown.width / shown.height < 3 / 2 + 0.01


@every_sample
def test_everything_is_inside_the_picture_and_the_picture_is_nearly_square(name: str) -> None:
    shown = picture(name)
    assert 2 / 3 - 0.01 < shown.width / shown.height < 3 / 2 + 0.01
    points = [point for line in shown.references for point in line.points]
    points += [corner for t in shown.tables for corner in ((t.left, t.top), (t.right, t.bottom))]
    # Boxes and lines are drawn inside a group that is moved to the right and down by at least the margin.
    assert min(x for x, _ in points) >= 0 <= min(y for _, y in points)
    assert max(x for x, _ in points) <= shown.width - 16
    assert max(y for _, y in points) <= shown.height - 16


def test_the_same_blueprint_gives_the_same_bytes() -> None:
    assert emit(hostile.__wrapped__()) == emit(hostile())
    assert emit(synthetic.__wrapped__(60, 5)) == emit(synthetic(60, 5))


def test_there_is_one_file_for_each_area_and_one_for_the_whole() -> None:
    files = emit(fediflow())
    names = ["erd", "erd-identity", "erd-content", "erd-academic", "erd-analytics"]
    assert list(files) == [f"diagrams/{name}.svg" for name in names]
    assert all(STYLE in text for text in files.values())
    assert list(emit(synthetic(4))) == ["diagrams/erd.svg"]


def test_the_diagram_of_an_area_names_the_tables_it_references_outside() -> None:
    shown = read_picture(emit(fediflow())["diagrams/erd-analytics.svg"])
    assert {table.name: table.texts for table in shown.tables}["tenants"] == ("tenants",)
    assert [(line.source, line.target) for line in shown.references] == [("metric_points", "tenants")]


def test_an_empty_blueprint_is_an_empty_picture() -> None:
    assert read_picture(emit(make_blueprint(()))["diagrams/erd.svg"]).tables == ()


@pytest.mark.parametrize(
    ("count", "detail"), [(1, "columns"), (40, "columns"), (41, "keys"), (150, "keys"), (151, "names")]
)
def test_the_more_tables_the_less_of_each(count: int, detail: str) -> None:
    assert detail_for(count) == detail


def test_a_box_shows_marks_types_and_what_may_be_null() -> None:
    (users,) = (table for table in read_picture(draw(fediflow())).tables if table.name == "users")
    assert users.texts[:7] == ("users", "PK", "user_id", "uuid", "PK FK", "tenant_id", "uuid")
    assert ("FK", "advisor_id", "uuid null") in zip(users.texts, users.texts[1:], users.texts[2:], strict=False)


def test_only_keys_are_shown_and_the_rest_is_counted() -> None:
    (users,) = (table for table in read_picture(draw(fediflow(), detail="keys")).tables if table.name == "users")
    shown = {"user_id", "tenant_id", "username", "email", "advisor_id"}
    assert shown <= set(users.texts)
    assert "status" not in users.texts
    assert users.texts[-1] == "+ 8 more columns"


def one_reference(nullable: bool, unique: bool) -> tuple[str, str, str]:
    """Return the marks at the table that refers and at its target, as paths, and the tooltip."""
    orders = Table(
        "orders",
        columns=(TableColumn("user_id", "bigint", not_null=not nullable),),
        uniques=(Key("orders_key", ("user_id",)),) if unique else (),
        foreign_keys=(ForeignKey("orders_fkey", ("user_id",), "users", ("id",)),),
    )
    users = Table("users", columns=(TableColumn("id", "bigint", not_null=True),), primary_key=Key("p", ("id",)))
    shown = read_picture(draw(make_blueprint((users, orders))))
    own, there = [path.attrib["d"] for path in shown.root.iter(f"{SVG}path") if "erd-end" in path.attrib["class"]]
    return own, there, shown.references[0].tooltip


def test_crows_feet_tell_how_many_rows_stand_at_either_end() -> None:
    bars_and_rings = {}
    for nullable in (False, True):
        for unique in (False, True):
            own, there, _ = one_reference(nullable, unique)
            # A foot has lines to its toes (L), a bar is upright (V), a ring is two arcs (a).
            bars_and_rings[nullable, unique] = [
                (path.count("L"), path.count("V"), path.count("a")) for path in (own, there)
            ]
    many, one_at_most, exactly_one = (2, 0, 2), (0, 1, 2), (0, 2, 0)
    assert bars_and_rings == {
        (False, False): [many, exactly_one],
        (True, False): [many, one_at_most],
        (False, True): [one_at_most, exactly_one],
        (True, True): [one_at_most, one_at_most],
    }


def test_a_tooltip_says_in_words_what_the_marks_say() -> None:
    assert one_reference(nullable=True, unique=False)[2].splitlines() == [
        "orders.user_id → users.id",
        "orders: any number of rows for each row of users.",
        "users: at most one row for each row of orders.",
    ]


def test_tables_are_links_only_where_an_address_is_given() -> None:
    anchors = read_picture(draw(hostile(), link=lambda name: f'#table/{name}"><x>')).root.iter(f"{SVG}a")
    assert [a.attrib["href"] for a in anchors] == [f'#table/{table.name}"><x>' for table in in_drawn_order(hostile())]
    assert list(read_picture(draw(hostile())).root.iter(f"{SVG}a")) == []


def in_drawn_order(blueprint: Blueprint) -> list[DrawnTable]:
    """Return the tables of a diagram in the order in which they are drawn."""
    return list(read_picture(draw(blueprint)).tables)


def test_hostile_names_are_text_and_nothing_else() -> None:
    for text in emit(hostile()).values():
        root = ET.fromstring(text)
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= set(
            "svg title style rect g path text tspan".split()
        )
        assert "alert(1)" not in text.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")
    assert "größe \\ 表 📦" in {table.name for table in picture("hostile").tables}


def test_control_characters_that_xml_forbids_are_replaced() -> None:
    table = Table("a\x00b\x1b\ufffe", about="\x08", columns=(TableColumn("c\x0b", "text"),))
    assert read_picture(draw(make_blueprint((table,)))).tables[0].name == "a\ufffdb\ufffd\ufffd"


def test_a_neighbourhood_has_what_a_table_references_left_and_what_references_it_right() -> None:
    shown = read_picture(draw(fediflow(), neighbours_of="content"))
    at = {table.name: table for table in shown.tables}
    assert set(at) == {"content", "activities", "users", "content_versions", "media"}
    assert max(at["activities"].right, at["users"].right) < at["content"].left
    assert min(at["content_versions"].left, at["media"].left) > at["content"].right
    assert len(shown.references) == 4


def test_a_neighbour_shows_only_the_columns_that_make_it_one() -> None:
    shown = read_picture(draw(fediflow(), neighbours_of="content"))
    (media,) = (table for table in shown.tables if table.name == "media")
    assert [text for text in media.texts if text.endswith("_id")] == ["tenant_id", "content_id"]


def test_a_reference_to_itself_is_drawn_in_a_neighbourhood() -> None:
    shown = read_picture(draw(fediflow(), neighbours_of="users"))
    assert [line.tooltip.splitlines()[0] for line in shown.references if line.source == line.target] == [
        "users(tenant_id, advisor_id) → users(tenant_id, user_id)"
    ]


def test_a_hub_shows_twelve_neighbours_and_counts_the_rest() -> None:
    blueprint = synthetic(375)
    around = {reference.table.name for reference in references(blueprint) if reference.target.name == "tenants"} - {
        "tenants"
    }
    shown = read_picture(draw(blueprint, neighbours_of="tenants"))
    named = [table for table in shown.tables if table.name]
    (rest,) = (table for table in shown.tables if not table.name)
    assert len(around) > 100
    assert len(named) == MOST_NEIGHBOURS + 1
    assert rest.texts == (f"+ {len(around) - MOST_NEIGHBOURS} more",)


@pytest.mark.parametrize("table", [table.name for table in fediflow().tables])
def test_no_line_of_a_neighbourhood_runs_through_a_box(table: str) -> None:
    shown = read_picture(draw(fediflow(), neighbours_of=table))
    assert [line for line in shown.references for s in line.segments for t in shown.tables if crosses(s, t)] == []


def test_a_diagram_of_some_tables_has_these_and_the_references_between_them() -> None:
    shown = read_picture(draw(fediflow(), ["courses", "enrollments", "tenants"]))
    assert {table.name for table in shown.tables} == {"courses", "enrollments", "tenants"}
    assert {(line.source, line.target) for line in shown.references} == {
        ("courses", "tenants"),
        ("enrollments", "courses"),
    }


@pytest.mark.parametrize("given", [{"tables": ["users", "nobody"]}, {"neighbours_of": "nobody"}])
def test_a_table_that_does_not_exist_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(KeyError, match="nobody"):
        draw(fediflow(), **given)  # type: ignore[arg-type]
