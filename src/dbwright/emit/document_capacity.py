"""The capacity plan: bytes year by year with a chart, each table and its files, machines, settings, limits."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Code, Grid, Heading, Inline, Paragraph, labelled
from dbwright.emit.material import Material
from dbwright.emit.wording import DICTIONARY, NOT_SAID, decision_link, rate_text, table_link
from dbwright.model.capacity import Capacity, Year
from dbwright.model.quantities import show_bytes, show_count
from dbwright.model.table import Size
from dbwright.sizing.tables import facts_at

_BAR = 40


def configuration(material: Material) -> Iterator[Block]:
    """Yield the server settings that follow from the design, each with its reason."""
    yield Heading(2, "Database Configuration", "configuration")
    plan = material.blueprint.capacity
    if plan is None:
        yield Paragraph("Nothing can be computed before the design says how many rows there are.")
        return
    yield Paragraph(
        ("These settings follow from the design and its machine; ", Code("config/postgresql.conf"), " has them all.")
    )
    rows: list[tuple[Inline, ...]] = []
    for setting in plan.settings:
        why = f"{setting.why}; when {setting.waits_for}" if setting.waits_for else setting.why
        rows.append((Code(setting.name), Code(setting.value), why))
    yield Grid(("Setting", "Value", "Because"), tuple(rows))
    own = [(t, s) for t in material.blueprint.tables for s in t.settings]
    if own:
        yield Heading(3, "Settings of tables", "table-settings")
        yield Grid(
            ("Table", "Column", "Setting", "Value"),
            tuple(
                (table_link(t.name, DICTIONARY), Code(s.column) if s.column else "", Code(s.name), Code(s.value))
                for t, s in own
            ),
        )


def capacity(material: Material) -> Iterator[Block]:
    """Yield bytes year by year, rows and bytes of each table and file, the machine, and the limits ahead."""
    yield Heading(2, "Capacity Plan", "capacity")
    total, plan = material.decision("capacity/total"), material.blueprint.capacity
    if total is None or plan is None:
        yield Paragraph("Nothing can be computed before the design says how many rows there are.")
        return
    yield Paragraph((f"{total.what}; {total.why} (", decision_link(total.code), ")."))
    yield from _years(plan)
    yield from _tables(material)
    yield from _needs(material, plan)
    yield from _limits(plan)
    yield from _assumed(material)


def _years(plan: Capacity) -> Iterator[Block]:
    most = max(y.bytes for y in plan.years) or 1
    yield Grid(
        ("Age", "Tables", "TOAST", "Indexes", "All", "Log a day", ""),
        tuple(
            (
                _age(year),
                show_bytes(year.heap),
                show_bytes(year.toast),
                show_bytes(year.index),
                show_bytes(year.bytes),
                show_bytes(year.log_a_day),
                Code("█" * max(1, round(_BAR * year.bytes / most))),
            )
            for year in plan.years
        ),
    )


def _age(year: Year) -> str:
    if not year.age:
        return "first day"
    return f"{year.age:g} year{'s' if year.age != 1 else ''}"


def _tables(material: Material) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    for table in material.blueprint.tables:
        size, entity = table.size, material.entity(table)
        if size is None:
            rows.append((table_link(table.name, DICTIONARY), *([NOT_SAID] * 8)))
            continue
        growth = str(entity.rows.growth) if entity and entity.rows and entity.rows.growth else "none"
        now = (show_count(size.rows_now), show_bytes(size.bytes_now))
        later = (show_count(size.rows_horizon), show_bytes(size.bytes_horizon))
        width = f"{size.row_bytes} + {size.index_bytes}"
        rows.append((table_link(table.name, DICTIONARY), *now, growth, *later, *_kinds(size), width))
    horizon = ("Rows at the horizon", "Size at the horizon", "of it TOAST", "of it indexes", "Bytes a row + indexes")
    yield Grid(("Table", "Rows now", "Size now", "Growth", *horizon), tuple(rows))
    files = [(p, t.name) for t in material.blueprint.tables if t.size for p in t.size.parts if p.kind == "index"]
    largest = sorted(files, key=lambda pair: -pair[0].horizon)[:12]
    if largest:
        yield Heading(3, "Largest indexes", "largest-indexes")
        yield Grid(
            ("Index", "Table", "Now", "At the horizon"),
            tuple(
                (Code(p.relation), table_link(name, DICTIONARY), show_bytes(p.now), show_bytes(p.horizon))
                for p, name in largest
            ),
        )


def _kinds(size: Size) -> tuple[str, str]:
    toast, index = (sum(p.horizon for p in size.parts if p.kind == kind) for kind in ("toast", "index"))
    return show_bytes(toast), show_bytes(index)


def _needs(material: Material, plan: Capacity) -> Iterator[Block]:
    machine = plan.machine
    reads = sum(u.per_second for u in material.uses if not u.writes)
    writes = sum(u.per_second for u in material.uses if u.writes)
    standbys = material.design.availability.replicas if material.design.availability else 0
    servers = f"1 primary and {standbys} standby" + ("s" if standbys > 1 else "") if standbys else "1"
    yield Heading(3, "Machines", "machines")
    yield labelled(
        ("Load at peak", f"{rate_text(reads)} reads and {rate_text(writes)} writes"),
        ("Horizon", f"{material.design.horizon} after {material.design.start}"),
        ("Servers", servers),
        ("Memory of each", (f"{show_bytes(machine.memory)} (", decision_link("capacity/machine"), ")")),
        ("Cores of each", str(machine.cores)),
        ("Disk of each", show_bytes(machine.disk)),
        ("Backups", show_bytes(machine.backup)),
        ("Asked for again and again", show_bytes(machine.hot)),
        ("How it was computed", "pages from the layout of rows and index entries"),
        ("Not counted", "dead rows between two vacuums, temporary files"),
    )  # fmt: skip


def _limits(plan: Capacity) -> Iterator[Block]:
    yield Heading(3, "Limits ahead", "limits")
    if not plan.limits:
        yield Paragraph("No limit of the server is met within a hundred years.")
        return
    yield Grid(
        ("Of", "Limit", "Met on", "What happens then"),
        tuple((Code(limit.subject), limit.what, limit.day, limit.then) for limit in plan.limits[:15]),
    )


def _assumed(material: Material) -> Iterator[Block]:
    """What sizes and plans rest on and nobody has declared, with the key that would declare it."""
    found = material.blueprint.once(facts_at).assumptions
    if not found:
        return
    yield Heading(3, "What was assumed", "assumed")
    yield Paragraph("Sizes and plans of the future rest on these; a design that declares them is believed instead.")
    yield Grid(
        ("Of", "What", "Taken", "Because", "Declare it"),
        tuple((Code(a.subject), a.what, a.value, a.why, Code(a.declare)) for a in found),
    )
