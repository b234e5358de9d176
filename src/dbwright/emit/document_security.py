"""Security: who may do what, which rows they see, and what protects personal data (seeds 000 and 002, step 9)."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import (
    Block,
    Code,
    Grid,
    Heading,
    Inline,
    Link,
    Paragraph,
    Unsaid,
    anchor,
    codes,
    labelled,
    listing,
)
from dbwright.emit.material import Material
from dbwright.emit.wording import (
    DICTIONARY,
    NOT_SAID,
    audit_text,
    decision_link,
    encryption_state,
    plural,
    retention_text,
    table_link,
    table_links,
    tally_text,
)
from dbwright.model.blueprint import DatabaseRole
from dbwright.model.entity import AuditKind, Column
from dbwright.model.table import Table, TableColumn

_PURPOSE = {
    "owner": "owns every object, never signs in",
    "client": "sees the rows of its own tenant",
    "all tenants": "sees the rows of all tenants",
    "masker": "owns the masked views",
    "searcher": "owns the search functions",
    "keeper": "owns what keeps copies, numbers and summaries true",
}
_FAMILIES = ("isolation", "encryption", "privacy", "audit")


def security(material: Material) -> Iterator[Block]:
    """Yield everything that keeps data from those who must not see or change it."""
    yield Heading(2, "Security", "security")
    yield Paragraph(f"Claims about security: {tally_text(material.tally(_FAMILIES))}.")
    yield Heading(3, "Roles", "roles")
    yield from _roles(material)
    yield Heading(3, "Privileges", "privileges")
    yield from _privileges(material)
    yield Heading(3, "Row-Level Security", "row-level-security")
    yield from _row_security(material)
    yield Heading(3, "Data Masking", "masking")
    yield from _masking(material)
    yield Heading(3, "Encryption", "encryption")
    yield from _encryption(material)
    yield Heading(3, "Auditing", "auditing")
    yield from _auditing(material)
    yield Heading(3, "Personal Data Inventory (GDPR)", "personal-data")
    yield from _personal(material)


def _roles(material: Material) -> Iterator[Block]:
    if not material.design.roles:
        yield Unsaid("who connects", "roles:")
    tenancy = material.design.tenancy is not None
    rows: list[tuple[Inline, ...]] = []
    for role in material.blueprint.roles:
        limit = (str(role.connections) if role.connections else "no limit") if role.login else ""
        signs_in = "yes" if role.login else "no"
        rows.append((Code(role.name), role.about or NOT_SAID, signs_in, limit, _sees(role, tenancy)))
    yield Grid(("Role", "Who it is", "Signs in", "Connections", "Rows"), tuple(rows))


def _sees(role: DatabaseRole, tenancy: bool) -> str:
    if not tenancy and role.purpose in ("client", "all tenants"):
        return "sees all rows it has a privilege for"
    return _PURPOSE.get(role.purpose, role.purpose)


def _privileges(material: Material) -> Iterator[Block]:
    blueprint = material.blueprint
    named = {g.role for g in blueprint.grants if g.kind == "table"}
    roles = [r for r in blueprint.roles if r.name in named]
    yield Paragraph(
        "Each role may do what its access patterns do, on the columns they use, and nothing else. "
        "`select 5/7` means 5 of 7 columns; which ones stands in the dictionary."
    )
    rows: list[tuple[Inline, ...]] = []
    for table in blueprint.tables:
        cells = [_cell(material, table, role) for role in roles]
        rows.append((table_link(table.name, DICTIONARY), *cells))
    if roles:
        yield Grid(("Table", *(r.name for r in roles)), tuple(rows))
    else:
        yield Paragraph("No role may use a table: no access pattern asks for one.")
    other = [g for g in blueprint.grants if g.kind in ("view", "function") and "session" not in g.serves]
    if other:
        more = tuple((Code(g.role), g.privilege, g.kind, Code(g.object)) for g in other)
        yield Grid(("Role", "May", "Kind", "Object"), more)
    decisions = [d.code for d in material.decisions("privileges", "roles")]
    yield Paragraph(("Decisions: ", listing(decision_link(c) for c in decisions), "."))


def _cell(material: Material, table: Table, role: DatabaseRole) -> str:
    found = []
    for grant in material.blueprint.grants_on("table", table.name):
        if grant.role != role.name:
            continue
        part = f" {len(grant.columns)}/{len(table.columns)}" if grant.columns else ""
        found.append(f"{grant.privilege}{part}")
    return ", ".join(found) or "–"


def _row_security(material: Material) -> Iterator[Block]:
    blueprint = material.blueprint
    secured = [t.name for t in blueprint.tables if t.tenant_column]
    tenancy = material.design.tenancy
    if not secured or tenancy is None:
        yield Paragraph("The design names no tenancy: rows belong to nobody, and privileges are all there is.")
        return
    open_tables = [t.name for t in blueprint.tables if not t.tenant_column]
    yield labelled(
        ("Tenant", (Code(tenancy.column), ", set for each transaction in ", Code(tenancy.setting))),
        ("Bound tables", table_links(secured, DICTIONARY)),
        ("Free tables", table_links(open_tables, DICTIONARY) if open_tables else "none"),
        ("Rule", "row-level security is forced, so it binds the owner too; a restrictive policy is the floor, which no "
                 "later policy can widen; without a tenant there are no rows"),
        ("Decisions", listing([decision_link(d.code) for d in material.decisions("policies", "search_functions")])),
    )  # fmt: skip


def _masking(material: Material) -> Iterator[Block]:
    masked = [str(r.name) for r in material.design.roles if r.sees == "masked"]
    views = [v for v in material.blueprint.views if v.masked]
    if not masked:
        yield Paragraph("Every role sees data in clear: no role has `sees: masked`.")
        return
    names = listing(Link(Code(v.name), f"{DICTIONARY}#{anchor('view', v.name)}") for v in views)
    yield labelled(
        ("Roles that see masked data", codes(masked)),
        ("Views they read instead", names if views else "none: no column has a mask"),
        ("Decisions", listing([decision_link(d.code) for d in material.decisions("masking")])),
    )


def _encryption(material: Material) -> Iterator[Block]:
    policy = material.design.encryption
    if policy is None:
        yield Unsaid("how files and connections are encrypted", "encryption: {at rest: …, in transit: …, keys: …}")
    else:
        yield labelled(
            ("At rest", str(policy.at_rest) or NOT_SAID),
            ("In transit", str(policy.in_transit) or NOT_SAID),
            ("Keys", str(policy.keys) or NOT_SAID),
            ("Rotation", str(policy.rotation) if policy.rotation else NOT_SAID),
        )
        missing = [("at rest", policy.at_rest), ("in transit", policy.in_transit), ("keys", policy.keys)]
        for name, value in missing:
            if not value:
                question = "where keys are kept" if name == "keys" else f"how data are encrypted {name}"
                yield Unsaid(question, f"encryption: {{{name}: …}}")
    columns = material.marked("encrypt")
    if columns:
        yield Paragraph(("Encrypted columns: ", listing(_column_link(t, c) for t, c, _ in columns), f". {_sentence()}"))
    else:
        yield Paragraph("No column is encrypted by itself.")


def _sentence() -> str:
    text = encryption_state()
    return f"{text[0].upper()}{text[1:]}."


def _column_link(table: Table, column: TableColumn) -> Link:
    return Link(Code(f"{table.name}.{column.name}"), f"{DICTIONARY}#{anchor('column', table.name, column.name)}")


def _auditing(material: Material) -> Iterator[Block]:
    kinds: dict[AuditKind, list[str]] = {}
    for entity in material.design.entities:
        kinds.setdefault(entity.audit, []).append(str(entity.name))
    rows = tuple((audit_text(kind), table_links(names, DICTIONARY)) for kind, names in kinds.items())
    yield Grid(("Recorded", "Tables"), rows) if rows else Paragraph("There is no table to audit.")


def _personal(material: Material) -> Iterator[Block]:
    found = material.marked("personal")
    if not found:
        yield Paragraph("No column is declared as personal data.")
        return
    header = ("Column", "Category", "Mask", "Encrypted", "Kept", "Legal basis", "Read in clear by")
    yield Grid(header, tuple(_personal_row(material, t, c, source) for t, c, source in found))
    tables = plural(len({t.name for t, _, _ in found}), "table")
    yield Paragraph(
        f"Personal data: {plural(len(found), 'column')} of {tables}. Rights of the person (access, rectification, "
        "erasure, restriction, portability): this version of dbwright writes no export and no erasure; rectification "
        "is an update that a role may do. The impact assessment is a person's task; this is its list."
    )


def _personal_row(material: Material, table: Table, column: TableColumn, source: Column) -> tuple[Inline, ...]:
    entity = material.entity(table)
    retention = entity.retention if entity else None
    readers = _clear_readers(material, table, column)
    return (
        _column_link(table, column),
        str(source.personal),
        source.mask or "none",
        "declared" if source.encrypt else "no",
        retention_text(retention) if retention else NOT_SAID,
        (str(retention.basis) or NOT_SAID) if retention else NOT_SAID,
        codes(readers) if readers else "nobody",
    )


def _clear_readers(material: Material, table: Table, column: TableColumn) -> list[str]:
    """Roles that sign in and may select the column of the table itself."""
    login = {r.name for r in material.blueprint.roles if r.login}
    found = [
        g.role
        for g in material.blueprint.grants_on("table", table.name)
        if g.privilege == "select"
        if g.role in login and (not g.columns or column.name in g.columns)
    ]
    return list(dict.fromkeys(found))


def protection(material: Material) -> Grid:
    """Return what the security review must look at (seed 000)."""
    personal = material.marked("personal")
    unmasked = [f"{t.name}.{c.name}" for t, c, source in personal if not source.mask]
    plain = [f"{t.name}.{c.name}" for t, c, source in personal if not source.encrypt]
    free = [t.name for t in material.blueprint.tables if not t.tenant_column]
    wide = [r.name for r in material.blueprint.roles if r.purpose == "all tenants" and r.login]
    rows: tuple[tuple[Inline, ...], ...] = (
        ("Personal data without a mask", codes(unmasked) if unmasked else "none"),
        ("Personal data not encrypted by column", codes(plain) if plain else "none"),
        ("Tables outside row-level security", codes(free) if free else "none"),
        ("Roles that see all tenants", codes(wide) if wide and material.design.tenancy else "none"),
        ("Claims about security", tally_text(material.tally(_FAMILIES))),
    )
    return Grid(("Look at", "Found"), rows)
