"""Rules about what the server should refuse, and what it does to other rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Entity
from dbwright.model.shape import span_of
from dbwright.model.table import ForeignKey, Table
from dbwright.rules.places import lines_of, lines_of_types
from dbwright.rules.registry import note, rule, warning

DEEPEST_CASCADE = 3
"""References one behind the other through which a delete may run before it surprises."""
_PAIRS = (
    ("starts", "ends"),
    ("start", "end"),
    ("valid_from", "valid_to"),
    ("min", "max"),
    ("from", "to"),
    ("begin", "end"),
)

_BEGINNING = {low.rpartition("_")[2] for low, _ in _PAIRS}


@rule
def unique_that_allows_nulls(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A unique set keeps every row apart.

    What it does: finds unique sets with a column that may be null, without `nulls not distinct`.
    Why it matters: two rows without the value are two different rows for the server, however equal the rest is.
    Instead of: unique: [[team_id, name]] where team_id may be null
    Write: team_id: uuid not null, or unique nulls not distinct
    """
    for table in blueprint.tables:
        for unique in table.uniques:
            loose = [n for n in unique.columns if (c := table.column(n)) is not None and not c.not_null]
            if loose and len(unique.columns) > 1 and not unique.nulls_not_distinct:
                message = (
                    f"`{table.name}` ({', '.join(unique.columns)}) lets equal rows in as long as `{loose[0]}` is null"
                )
                help_text = "make it `not null`, or write `nulls not distinct`"
                yield warning(
                    "unique_that_allows_nulls", message, unique.span if unique.span.line else table.span, help_text
                )


@rule
def unique_repeats_key(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What identifies a row is unique already.

    What it does: finds unique constraints over the columns of the primary key, or of another unique constraint.
    Why it matters: a second index is written with each row and serves nobody.
    Instead of: primary key (user_id), unique (user_id)
    Write: primary key (user_id)
    """
    for table in blueprint.tables:
        seen = {frozenset(table.primary_key.columns)} if table.primary_key else set()
        for unique in table.uniques:
            if frozenset(unique.columns) in seen:
                message = f"`{unique.name}` of `{table.name}` is unique once more: each row writes a second index"
                yield warning(
                    "unique_repeats_key",
                    message,
                    unique.span if unique.span.line else table.span,
                    f"drop `{unique.name}`",
                )
            seen.add(frozenset(unique.columns))


@rule
def key_that_changes(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A key never changes.

    What it does: finds primary keys made of names, addresses and numbers that people change (email, username, phone).
    Why it matters: a change rewrites every row that references it, and old links lead nowhere.
    Instead of: email: text primary key
    Write: user_id: uuid primary key default uuidv7(), email: text not null unique
    """
    changing = {"email", "username", "login", "phone", "name", "title", "address", "handle"}
    for table in blueprint.tables:
        for name in table.logical_key if len(table.logical_key) == 1 else ():
            column = table.column(name)
            if column is not None and name.lower().rpartition("_")[2] in changing:
                span = column.source.name.span if column.source else table.span
                message = f"`{table.name}` is identified by `{name}`, which people change"
                yield warning("key_that_changes", message, span, "add a key without meaning, and make this one unique")


@rule
def range_without_check(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What ends does not end before it starts.

    What it does: finds pairs of columns such as `starts_at` and `ends_at`, `min_age` and `max_age` that no check ties.
    Why it matters: one swapped form field, and every query over the range is wrong.
    Instead of: starts_at: timestamptz, ends_at: timestamptz
    Write: check: {ends_after_start: ends_at > starts_at}
    """
    for table in blueprint.tables:
        names = {c.name for c in table.columns if not c.generated}
        for name in sorted(n for n in names if not _BEGINNING.isdisjoint(n.split("_"))):
            for low, high in _PAIRS:
                other = _counterpart(name, low, high)
                if other in names and not any(name in c.expression and other in c.expression for c in table.checks):
                    column = table.column(other)
                    span = span_of(column.source.name) if column and column.source else table.span
                    message = f"nothing stops a row of `{table.name}` whose `{other}` lies before its `{name}`"
                    yield warning("range_without_check", message, span, f"add a check: {other} >= {name}")
                    break


def _counterpart(name: str, low: str, high: str) -> str:
    if name == low:
        return high
    if name.startswith(f"{low}_"):
        return f"{high}{name[len(low) :]}"
    return f"{name[: -len(low)]}{high}" if name.endswith(f"_{low}") else ""


@rule
def set_null_on_required(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What must be there is not set to null.

    What it does: finds references `on delete set null` whose column is `not null`.
    Why it matters: the delete fails with an error about another table than the one that was touched.
    Instead of: user_id: uuid not null references users on delete set null
    Write: user_id: uuid references users on delete set null, or on delete restrict
    """
    for table in blueprint.tables:
        for key in table.foreign_keys:
            if key.on_delete != "set null":
                continue
            required = [n for n in key.set_columns or key.columns if (c := table.column(n)) is not None and c.not_null]
            if required:
                message = f"no row of `{key.target}` can be deleted while `{table.name}.{required[0]}` must not be null"
                yield warning(
                    "set_null_on_required", message, key.span, "drop `not null`, or write `on delete restrict`"
                )


@rule
def set_default_without_default(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A default that is set is there.

    What it does: finds references `on delete set default` whose column has no default.
    Why it matters: the column becomes null, or the delete fails where it must not be.
    Instead of: owner_id: uuid references users on delete set default
    Write: owner_id: uuid default '…' references users on delete set default
    """
    for table in blueprint.tables:
        for key in table.foreign_keys:
            if key.on_delete != "set default":
                continue
            without = [n for n in key.columns if (c := table.column(n)) is not None and not c.default]
            if without:
                message = f"a delete in `{key.target}` sets `{table.name}.{without[0]}` to a default that it lacks"
                yield warning(
                    "set_default_without_default", message, key.span, "add a default, or write `on delete set null`"
                )


@rule
def delete_not_thought_of(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A reference says what a delete does.

    What it does: finds references of a design that leave `on delete` out.
    Why it matters: the server then refuses the delete, which may be right, and nobody can tell whether it was meant.
    Instead of: user_id: uuid not null references users
    Write: user_id: uuid not null references users on delete restrict
    """
    for line in lines_of(blueprint):
        source = line.column.source
        if source is not None and source.definition.reference is not None and "on delete" not in source.sql.lower():
            message = (
                f"nobody said what happens to `{line.table.name}` when its `{source.definition.reference.table}` goes"
            )
            yield note("delete_not_thought_of", message, line.here, "add `on delete cascade`, `restrict` or `set null`")


@rule
def cascade_into_evidence(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What the law keeps does not go with something else.

    What it does: finds `on delete cascade` into entities whose retention rests on a law, or that are kept forever.
    Why it matters: a delete elsewhere destroys what had to be kept, and no statement names the table.
    Instead of: invoices: {user_id: uuid references users on delete cascade, …, basis: tax law}
    Write: user_id: uuid references users on delete restrict
    """
    for entity in blueprint.design.entities:
        table = blueprint.table(str(entity.name))
        kept = entity.retention
        if table is None or kept is None or not ("law" in str(kept.basis) or str(kept.keep) == "forever"):
            continue
        for key in table.foreign_keys:
            if (
                key.on_delete == "cascade"
                and not _to_tenant(blueprint, key)
                and not _kept_alike(blueprint, key, entity)
            ):
                why = str(kept.basis) or "kept forever"
                message = f"a delete in `{key.target}` takes rows of `{table.name}` with it, which must stay ({why})"
                yield warning("cascade_into_evidence", message, key.span, "write `on delete restrict`")


def _kept_alike(blueprint: Blueprint, key: ForeignKey, entity: Entity) -> bool:
    """Whether what is referenced is kept for the same reason, so that both go together."""
    owner = blueprint.design.entity(key.target)
    both = (owner.retention, entity.retention) if owner else (None, None)
    return both[0] is not None and both[1] is not None and both[0].basis == both[1].basis


def _to_tenant(blueprint: Blueprint, key: ForeignKey) -> bool:
    tenancy = blueprint.design.tenancy
    return tenancy is not None and key.target == tenancy.entity


@rule
def deep_cascade(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A delete does not run through the whole schema.

    What it does: finds chains of more than three `on delete cascade` one behind the other.
    Why it matters: one delete locks and removes rows in tables that nobody had in mind, in one transaction.
    Instead of: tenants → teams → projects → tasks → comments, all cascading
    Write: `on delete restrict` where a person must decide, and a job that deletes step by step
    """
    below: dict[str, list[tuple[str, ForeignKey]]] = {}
    for table in blueprint.tables:
        for key in table.foreign_keys:
            if key.on_delete == "cascade" and key.target != table.name and not _to_tenant(blueprint, key):
                below.setdefault(key.target, []).append((table.name, key))
    chains: dict[str, tuple[str, ...]] = {}
    reached = {name for rest in below.values() for name, _ in rest}
    for start in below.keys() - reached:
        chain = _longest(start, below, chains)
        if len(chain) > DEEPEST_CASCADE + 1:
            key = next(k for name, k in below[start] if name == chain[1])
            message = f"one delete in `{start}` runs through {' → '.join(f'`{n}`' for n in chain[1:])}"
            yield note("deep_cascade", message, key.span, "write `on delete restrict` where a person must decide")


def _longest(
    name: str, below: dict[str, list[tuple[str, ForeignKey]]], chains: dict[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The longest chain from a table; one that leads back into itself ends there."""
    if name not in chains:
        chains[name] = (name,)
        ways = [_longest(child, below, chains) for child, _ in below.get(name, ())]
        chains[name] = (name, *max(ways, key=len, default=()))
    return chains[name]


@rule
def reference_cycle(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    There is a row to begin with.

    What it does: finds cycles of references of which each is `not null` and none is deferrable.
    Why it matters: neither table can get its first row, and no row can be deleted.
    Instead of: teams.lead_id not null references people, people.team_id not null references teams
    Write: one of the two without `not null`, or `deferrable initially deferred`
    """
    required = {t.name: [k for k in t.foreign_keys if _is_rigid(t, k)] for t in blueprint.tables}
    told: set[frozenset[str]] = set()
    targets = {k.target for keys in required.values() for k in keys}
    for table in [t for t in blueprint.tables if t.name in targets and required[t.name]]:
        cycle = _cycle_from(table.name, required)
        if cycle and frozenset(cycle) not in told:
            told.add(frozenset(cycle))
            key = next(k for k in required[cycle[0]] if k.target == cycle[1 % len(cycle)])
            message = (
                f"no first row can be written: {' → '.join(f'`{n}`' for n in (*cycle, cycle[0]))} must all exist before"
            )
            yield warning("reference_cycle", message, key.span, "drop one `not null`, or make one reference deferrable")


def _is_rigid(table: Table, key: ForeignKey) -> bool:
    return not key.deferrable and all((c := table.column(n)) is not None and c.not_null for n in key.columns)


def _cycle_from(start: str, required: dict[str, list[ForeignKey]]) -> tuple[str, ...]:
    waiting: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        for key in required.get(path[-1], ()):
            if key.target == start and len(path) > 1:
                return path
            if key.target not in (*seen, start):
                seen.add(key.target)
                waiting.append((*path, key.target))
    return ()


@rule
def name_not_unique(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What people call a thing by is unique.

    What it does: finds required columns called slug, sku, code, email or username that no unique set holds.
    Why it matters: the second one gets in, and every look-up by the name returns whichever comes first.
    Instead of: slug: text not null
    Write: slug: text not null unique
    """
    for line in lines_of_types(blueprint, "text", "character varying", "citext"):
        if line.words[-1] not in ("slug", "sku", "username", "isbn", "iban", "barcode") or not line.column.not_null:
            continue
        if line.words[-1] in ("sku", "barcode", "isbn") and len(line.table.logical_key) > 1:
            continue  # a line of something bigger: the same thing may be in many
        keys = [
            *line.table.unique_sets(),
            *(re.findall(r"\w+", i.definition) for i in line.table.indexes if i.unique),
        ]
        referencing = any(line.column.name in k.columns for k in line.table.foreign_keys)
        if not referencing and not any(line.column.name in key for key in keys):
            message = f"`{line.name}` may occur twice, and a look-up by it returns whichever comes first"
            yield warning(
                "name_not_unique", message, line.here, "add `unique`, or a unique set with what it is unique in"
            )
