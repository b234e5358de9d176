"""The data dictionary (seed 002, output 2): every table, column, constraint and index with its meaning and purpose."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.areas import Area, areas
from dbwright.emit.blocks import Block, Code, Grid, Heading, Inline, Paragraph, anchor, codes, labelled, listing, plain
from dbwright.emit.dictionary_columns import meaning
from dbwright.emit.dictionary_tables import table_blocks
from dbwright.emit.html_page import page
from dbwright.emit.markdown import render
from dbwright.emit.material import Material, Use
from dbwright.emit.stored_answers import dictionary_summaries
from dbwright.emit.wording import NOT_SAID, cardinality, on_delete, plural, table_link, table_links
from dbwright.model.blueprint import Blueprint
from dbwright.model.quantities import show_bytes, show_count
from dbwright.model.relationship import parse_relationship

MARKDOWN = "dictionary/dictionary.md"
HTML = "dictionary/dictionary.html"


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return the dictionary as Markdown and as one HTML page that needs no other file."""
    blocks = dictionary_blocks(Material.of(blueprint))
    return {MARKDOWN: render(blocks), HTML: page(_title(blueprint), blocks)}


def _title(blueprint: Blueprint) -> str:
    return f"{blueprint.design.design}: data dictionary"


def dictionary_blocks(material: Material) -> list[Block]:
    """Return the whole dictionary; tables stand by area, the areas in the order of the design."""
    blueprint = material.blueprint
    blocks: list[Block] = [Heading(1, _title(blueprint), "top")]
    if material.design.about:
        blocks.append(Paragraph(str(material.design.about)))
    blocks += [_facts(material), *_contents(material)]
    for area in areas(blueprint):
        blocks.append(Heading(2, _title_of(area), anchor("area", area.slug)))
        for table in area.tables:
            blocks += table_blocks(material, table)
    blocks += [*_relationships(material), *dictionary_summaries(material), *_views(material)]
    blocks += [*_functions(material), *_patterns(material)]
    return blocks


def _title_of(area: Area) -> str:
    return f"Area: {area.name}" if area.name else "Tables without an area"


def _facts(material: Material) -> Block:
    blueprint = material.blueprint
    sized = [t.size for t in blueprint.tables if t.size is not None]
    mute = sum(not t.about for t in blueprint.tables)
    silent = sum(NOT_SAID in plain(meaning(t, c)) for t in blueprint.tables for c in t.columns)
    columns = [c for t in blueprint.tables for c in t.columns]
    return labelled(
        ("Schema", (Code(blueprint.schema), f" on PostgreSQL {blueprint.version}")),
        ("Holds", f"{plural(len(blueprint.tables), 'table')} with {plural(len(columns), 'column')}, "
                  f"{plural(len(blueprint.views), 'view')}, {plural(len(blueprint.functions), 'function')}"),
        ("Size", f"{show_bytes(sum(s.bytes_now for s in sized))} on the first day, "
                 f"{show_bytes(sum(s.bytes_horizon for s in sized))} after {material.design.horizon}, computed from "
                 f"the layout of rows; {len(sized)} of {len(blueprint.tables)} tables say how many rows they have"),
        ("Without a description", f"{plural(mute, 'table')}, {plural(silent, 'column')}"),
        ("Why each object is as it is", "the decisions in `design.md`"),
    )  # fmt: skip


def _contents(material: Material) -> Iterator[Block]:
    yield Heading(2, "Tables by area", "contents")
    for area in areas(material.blueprint):
        yield Heading(3, _title_of(area))
        rows: list[tuple[Inline, ...]] = []
        for table in area.tables:
            size = table.size
            rows.append(
                (
                    table_link(table.name),
                    table.about or NOT_SAID,
                    show_count(size.rows_horizon) if size else NOT_SAID,
                    show_bytes(size.bytes_horizon) if size else NOT_SAID,
                )
            )
        yield Grid(("Table", "One row is", "Rows at the horizon", "Size at the horizon"), tuple(rows))


def _relationships(material: Material) -> Iterator[Block]:
    found = material.references
    if not found and not material.design.relationships:
        return
    yield Heading(2, "Relationships", "relationships")
    declared: list[tuple[Inline, ...]] = []
    for relationship in material.design.relationships:
        ends = parse_relationship(relationship.between)
        through = table_link(ends.junction) if ends.many_to_many else "a foreign key"
        about = str(relationship.about) or NOT_SAID
        declared.append((Code(str(relationship.between)), about, through))
    if declared:
        yield Grid(("As the design says", "Meaning", "Kept by"), tuple(declared))
    rows: list[tuple[Inline, ...]] = []
    for reference in found:
        key, (here, there) = reference.key, cardinality(reference)
        own, target = table_link(reference.table.name), table_link(key.target)
        rows.append((own, here, target, there, codes(key.columns), on_delete(key)))
    if rows:
        yield Grid(("Rows of", "For 1 there", "Lead to", "For 1 here", "By", "On delete"), tuple(rows))


def _views(material: Material) -> Iterator[Block]:
    summaries = {s.name for s in material.blueprint.summaries}
    views = [v for v in material.blueprint.views if v.name not in summaries]
    if not views:
        return
    yield Heading(2, "Views", "views")
    for view in views:
        yield Heading(3, Code(view.name), anchor("view", view.name))
        yield Paragraph(view.about or f"Meaning: {NOT_SAID}.")
        readers = dict.fromkeys(g.role for g in material.blueprint.grants_on("view", view.name))
        rights = (
            "the rights of its owner; it masks personal data" if view.masked else "the rights that its statement names"
        )
        yield labelled(
            ("Reads", "the clock" if view.stored and not view.reads else table_links(view.reads)),
            ("Columns", codes(view.columns)),
            ("Reads with", ("the rights of ", Code(view.owner)) if view.owner else rights),
            ("May be read by", codes(readers) if readers else "nobody but its owner: no access pattern asks for it"),
        )


def _functions(material: Material) -> Iterator[Block]:
    if not material.blueprint.functions:
        return
    yield Heading(2, "Functions", "functions")
    rows: list[tuple[Inline, ...]] = []
    for function in material.blueprint.functions:
        callers = sorted({g.role for g in material.blueprint.grants_on("function", function.name)})
        owner = function.owner or material.blueprint.owner
        signature = f"{function.name}({function.arguments})"
        rows.append(
            (Code(signature), function.about or NOT_SAID, Code(owner), codes(callers) if callers else "the owner")
        )
    yield Grid(("Function", "What it does", "Belongs to", "May be called by"), tuple(rows))
    if material.blueprint.scripts:
        names = listing(Code(s.name) for s in material.blueprint.scripts)
        yield Paragraph(("Loaded word for word, and not described here: ", names, "."))


def _patterns(material: Material) -> Iterator[Block]:
    if not material.uses:
        return
    yield Heading(2, "Access patterns", "patterns")
    rows = tuple(
        (Code(u.name), str(u.pattern.why) or NOT_SAID, codes(str(r) for r in u.pattern.by), _touched(u), _per_table(u))
        for u in material.uses
    )
    header = ("Pattern", "Why", "Roles", "Reads and writes", "Plan uses one of")
    yield Grid(header, rows, tuple(anchor("pattern", u.name) for u in material.uses))
    yield Paragraph("Statements, rates, targets and consistency stand in `design.md`.")


def _touched(use: Use) -> Inline:
    parts: list[Inline] = [("reads ", table_links(use.reads))] if use.reads else []
    parts += [(f"{verb} ", table_link(table)) for verb, table in use.writes]
    return listing(parts, "; ")


def _per_table(use: Use) -> Inline:
    return listing((codes(names, " or ") for names in use.statement.uses), "; ") if use.statement.uses else "no promise"
