"""DDL that keeps a copied column true on a running database: it is filled, then triggers follow each write."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.blueprint import Blueprint
from dbwright.planner.choices.candidate import Candidate
from dbwright.planner.choices.upkeep import reference_between
from dbwright.sql.names import fit, listed, qualify, quote


def copy_ddl(blueprint: Blueprint, candidate: Candidate) -> Iterator[str]:
    """Yield the statements, in order, that fill the copies of a candidate and keep them true.

    The row that is copied from is locked until the end of the transaction, so that a change of it waits or is waited
    for. Source: the triggers that the compiler makes for `copy of:`.
    """
    child = next(t for t in blueprint.tables if t.name == candidate.tables[0])
    parent = next(t for t in blueprint.tables if t.name == candidate.tables[1])
    key = reference_between(child, parent.name)
    assert key is not None
    here, there = qualify(blueprint.schema, child.name), qualify(blueprint.schema, parent.name)
    pairs = list(zip(key.columns, key.target_columns, strict=True))
    copies = [(str(c.name), str(c.copy_of).partition(".")[2]) for c in candidate.columns]
    names = [n for n, _ in copies]
    originals = ", ".join(f"p.{quote(o)}" for _, o in copies)
    joined = " and ".join(f"p.{quote(b)} = c.{quote(a)}" for a, b in pairs)
    led = " and ".join(f"p.{quote(b)} = new.{quote(a)}" for a, b in pairs)
    follow = " and ".join(f"c.{quote(a)} = new.{quote(b)}" for a, b in pairs)
    take = qualify(blueprint.schema, fit("take", child.name, *names))
    spread = qualify(blueprint.schema, fit("spread", child.name, *names))
    into = ", ".join(f"new.{quote(n)}" for n in names)
    changes = ", ".join(f"{quote(n)} = new.{quote(o)}" for n, o in copies)
    differ = " or ".join(f"c.{quote(n)} is distinct from new.{quote(o)}" for n, o in copies)
    yield (
        f"create function {take}() returns trigger language plpgsql as $$ begin\n"
        f"  select {originals} into {into} from {there} p where {led} for share;\n  return new;\nend $$"
    )
    yield (
        f"create trigger {quote(fit('take', child.name, *names))} before insert or update of "
        f"{listed([*key.columns, *names])} on {here} for each row execute function {take}()"
    )
    yield (
        f"create function {spread}() returns trigger language plpgsql as $$ begin\n"
        f"  update {here} c set {changes} where {follow} and ({differ});\n  return null;\nend $$"
    )
    yield (
        f"create trigger {quote(fit('spread', child.name, *names))} after update of "
        f"{listed(o for _, o in copies)} on {there} for each row execute function {spread}()"
    )
    filled = ", ".join(f"{quote(n)} = p.{quote(o)}" for n, o in copies)
    yield f"update {here} c set {filled} from {there} p where {joined}"
