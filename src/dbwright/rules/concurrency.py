"""Rules about sessions that meet: lost updates, decisions on what is no longer so, answers that are too old."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.quantities import allowed_age
from dbwright.rules.registry import rule, warning
from dbwright.sql.patterns import queries
from dbwright.theory.conflicts import WEAK, Skew, overwrites, skews, transactions
from dbwright.theory.programs import Hazard, hazards
from dbwright.theory.telling import schedule_in_words


@rule
def lost_update(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A change is not overwritten by somebody who has not seen it.

    What it does: finds updates that set a column to what the caller sends, by the key alone, where the same role reads
    that column by the same key; `conflict:` or an isolation level above read committed says that it is thought of.
    Why it matters: two people open the row, both save, and the first one's work is gone without a word.
    Instead of: update notes set body = :body where note_id = :note
    Write: update notes set body = :body where note_id = :note and updated_at = :seen, or conflict: last write wins
    """
    for found in overwrites(transactions(blueprint)):
        pattern = found.writer.pattern
        if pattern.conflict or found.writer.isolation != "read committed":
            continue
        listed = ", ".join(f"`{c}`" for c in found.columns)
        message = (
            f"`{pattern.name}` overwrites {listed} of `{found.table}` unseen: of two sessions that ran "
            f"`{found.reader.name}` both write, and the first change is lost"
        )
        help_text = "add a condition on what was read (`and updated_at = :seen`), or say `conflict: last write wins`"
        yield warning("lost_update", message, pattern.sql.span, help_text)


@rule
def write_skew(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Nobody acts on what another session is just changing.

    What it does: finds pairs of access patterns (or one that runs twice) of which each reads what the other one writes,
    below the isolation level serializable, where no key or exclusion refuses the result.
    Why it matters: both look, both find the rule fulfilled, both write, and together they break it (write skew).
    Instead of: update duty set on_call = false where person_id = :me and (select count(*) from duty where on_call) > 1
    Write: the same with isolation: serializable, or a constraint that says the rule
    """
    for found in skews(transactions(blueprint)):
        pattern = found.one.pattern if found.one.is_weak else found.other.pattern
        yield warning("write_skew", _schedule(found), pattern.sql.span, _serialize(found))


def _schedule(found: Skew) -> str:
    one, other = found.one.name, found.other.name
    if one == other:
        return (
            f"`{one}` can break its own rule: two sessions read `{found.there}`, neither sees what the other one "
            "writes there, and both commit"
        )
    return (
        f"`{one}` and `{other}` can break a rule together: one reads `{found.there}`, the other reads `{found.back}`, "
        "each writes what the other has read, and both commit"
    )


def _serialize(found: Skew) -> str:
    weak = dict.fromkeys(t.name for t in (found.one, found.other) if t.is_weak)
    listed = " and ".join(f"`{name}`" for name in weak)
    return f"write `isolation: serializable` at {listed} and repeat what is refused, or add a constraint with the rule"


@rule
def dangerous_cycle(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What runs at once leaves what one after the other leaves, also where more than two meet.

    What it does: finds cycles of conflicts of any length through transactions of several steps and through patterns,
    that their isolation levels allow: one stops after it has read, others change that and commit, and it goes on.
    Why it matters: each looks right by itself; together they leave, or show a reader, what no order of them could.
    Instead of: a transaction of show-stock and set-stock, where set-stock writes what follows from what show-stock read
    Write: the first step with for update, or isolation: serializable, or accept: where the rows never meet
    """
    for found in hazards(blueprint):
        first = found.units[0]
        yield warning("dangerous_cycle", schedule_in_words(found), first.span, _keep_apart(found))


def _keep_apart(found: Hazard) -> str:
    weak = dict.fromkeys(u.name for u in found.units if u.isolation in WEAK)
    listed = " and ".join(f"`{name}`" for name in weak)
    return (
        f"lock what is read (`for update`), or write `isolation: serializable` at {listed}; where these rows never "
        "meet or nobody is hurt, accept it with the reason"
    )


@rule
def stale_answer(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A cached answer is no older than the reader may get.

    What it does: finds cached access patterns whose `freshness:` allows less than the cache's time to live, where some
    access pattern changes a table that the answer is made from and `drop on:` does not name.
    Why it matters: for the rest of the time to live readers act on what is no longer so.
    Instead of: cache: {ttl: 5m, drop on: [orders]} where the answer also shows `users`
    Write: cache: {ttl: 5m, drop on: [orders, users]}, or freshness: stale up to 5m
    """
    asked = queries(blueprint)
    changed = {table: name for name, (_, query) in asked.items() for _, table in query.writes}
    views = {v.name: v.reads for v in blueprint.views}
    for pattern, query in asked.values():
        if pattern.cache is None or pattern.cache.ttl.seconds <= allowed_age(str(pattern.freshness)):
            continue
        shown = dict.fromkeys(t for name in query.reads for t in (name, *views.get(name, ())))
        dropped = {str(name) for name in pattern.cache.drop_on}
        for table in [t for t in shown if t in changed and t not in dropped]:
            message = (
                f"`{pattern.name}` answers for up to {pattern.cache.ttl} with what `{changed[table]}` has changed in "
                f"`{table}`; its freshness is `{pattern.freshness}`"
            )
            help_text = f"add `{table}` to `drop on:`, or write `freshness: stale up to {pattern.cache.ttl}`"
            yield warning("stale_answer", message, pattern.place.of("cache"), help_text)


@rule
def sharing_without_rule(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Data that several components write has a rule for conflicts.

    What it does: finds entities written by access patterns of two or more components that no entry of `sharing:` with
    `conflict:` names.
    Why it matters: each component decides for itself who wins, and they decide differently.
    Instead of: two components that write `products`, and nothing under `sharing:`
    Write: sharing: {catalogue: {entities: [products], components: [shop, office], sync: one primary, conflict: …}}
    """
    writers: dict[str, dict[str, None]] = {}
    for pattern, query in queries(blueprint).values():
        for _, table in query.writes:
            if pattern.component:
                writers.setdefault(table, {})[str(pattern.component)] = None
    ruled = {str(e) for shared in blueprint.design.sharing if shared.conflict for e in shared.entities}
    for table, components in writers.items():
        entity = blueprint.design.entity(table)
        if len(components) > 1 and table not in ruled and entity is not None:
            listed = " and ".join(f"`{c}`" for c in components)
            message = f"{listed} write `{table}`, and nothing says who wins when they meet"
            help_text = f"add an entry under `sharing:` with `entities: [{table}]` and `conflict:`"
            yield warning("sharing_without_rule", message, entity.name.span, help_text)
