"""Rules about secrets and personal data: what must not be readable, and what must not stay."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Entity
from dbwright.model.shape import span_of
from dbwright.rules.places import lines_of, lines_of_types
from dbwright.rules.registry import note, rule, warning
from dbwright.sql.patterns import queries

_SECRETS = {("api", "key"), ("access", "key"), ("secret", "key"), ("private", "key"), ("client", "secret")}
_PERSONAL = {
    "email": "contact",
    "phone": "contact",
    "birthdate": "birth",
    "ssn": "identity",
    "passport": "identity",
    "iban": "payment",
}


@rule
def readable_token(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A token is stored as its hash.

    What it does: finds text columns called token, secret, api_key or private_key that are neither hashed nor encrypted.
    Why it matters: whoever reads a backup or a log acts as the holder until the token ends.
    Instead of: api_key: text not null unique
    Write: api_key_hash: bytea not null unique, filled with sha256 of the key
    """
    for line in lines_of_types(blueprint, "text", "character varying", "uuid"):
        words = line.words
        named = words[-1] in ("token", "secret") or words[-2:] in _SECRETS
        if named and not (line.column.source and line.column.source.encrypt):
            message = f"`{line.name}` lets everybody who reads a backup act as its holder"
            help_text = f"store a hash (`{line.column.name}_hash`), or add `encrypt: {{lookup: exact}}`"
            yield warning("readable_token", message, line.title, help_text)


@rule
def card_number(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Card numbers are kept by whoever may keep them.

    What it does: finds columns for card numbers and their security codes.
    Why it matters: the whole system falls under PCI DSS, and the security code must not be stored at all.
    Instead of: card_number: text
    Write: payment_token: text, which the payment provider gives
    """
    for line in lines_of(blueprint):
        joined = "_".join(line.words)
        if joined in ("card_number", "credit_card", "credit_card_number", "pan", "cvv", "cvc", "card_code"):
            message = f"`{line.name}` puts the whole system under PCI DSS"
            yield warning("card_number", message, line.title, "keep the token that the payment provider gives")


@rule
def unmarked_personal_data(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Data about persons say that they are.

    What it does: finds columns that are named like contact, identity or payment data and have no `personal:`.
    Why it matters: they are missing from the list of processing, from exports, masks and erasure.
    Instead of: email: text not null
    Write: email: {sql: text not null, personal: contact}
    """
    for line in lines_of_types(blueprint, "text", "character varying", "date", "citext"):
        kind = _PERSONAL.get(line.words[-1]) or (
            "birth" if line.words[-2:] in (("birth", "date"), ("born", "on")) else ""
        )
        if kind and line.column.source is not None and not line.column.source.personal:
            message = f"`{line.name}` is personal, and no export, mask or erasure knows it"
            yield note("unmarked_personal_data", message, line.title, f"add `personal: {kind}`")


@rule
def unmasked_personal_data(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Who sees masked data sees no person.

    What it does: finds columns with `personal:` and without `mask:` that an access pattern of a masked role reads.
    Why it matters: the role reads them in clear, which is what the mask was meant to prevent.
    Instead of: phone: {sql: text, personal: contact}
    Write: phone: {sql: text, personal: contact, mask: partial}
    """
    masked = {str(r.name) for r in blueprint.design.roles if r.sees == "masked"}
    if not masked:
        return
    readers: dict[tuple[str, str], str] = {}
    for pattern, query in queries(blueprint).values():
        for role in [str(r) for r in pattern.by if str(r) in masked]:
            readers |= {(table, column): role for table, columns in query.reads.items() for column in columns}
    for line in lines_of(blueprint):
        source = line.column.source
        reader = readers.get((line.table.name, line.column.name))
        if reader and source is not None and source.personal and source.mask is None and source.encrypt is None:
            message = f"`{reader}` is to see masked data, and sees `{line.name}` in clear"
            yield warning("unmasked_personal_data", message, line.title, "add `mask:` full, partial, year or empty")


@rule
def personal_without_retention(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Personal data leave one day.

    What it does: finds entities with personal data and without a retention, or whose retention does nothing.
    Why it matters: GDPR, article 5 (1) e: no longer than is necessary; and what is not kept cannot be stolen.
    Instead of: people with names and addresses, kept for ever
    Write: retention: {keep: account life + 30 days, then: anonymise, basis: contract}
    """
    for entity in blueprint.design.entities:
        personal = [c for c in entity.columns if c.personal]
        kept = entity.retention
        if personal and (kept is None or kept.then == "nothing") and not _goes_with_another(blueprint, entity):
            message = f"`{entity.name}` keeps `{personal[0].name}` for ever"
            yield warning("personal_without_retention", message, span_of(entity.name), "add `retention:` with `then:`")


def _goes_with_another(blueprint: Blueprint, entity: Entity) -> bool:
    """Whether rows go with the row of another entity that has a retention."""
    table = blueprint.table(str(entity.name))
    for key in table.foreign_keys if table else ():
        owner = blueprint.design.entity(key.target)
        kept = owner.retention if owner else None
        if key.on_delete == "cascade" and kept is not None and kept.then != "nothing":
            return True
    return False


@rule
def retention_without_basis(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A retention rests on something.

    What it does: finds retentions of personal data without `basis:`.
    Why it matters: GDPR, articles 6 and 30: whoever asks why it is kept must be told a law, a contract or a consent.
    Instead of: retention: {keep: 36 months, then: delete}
    Write: retention: {keep: 36 months, then: delete, basis: tax law}
    """
    for entity in blueprint.design.entities:
        kept = entity.retention
        if kept is not None and not kept.basis and any(c.personal for c in entity.columns):
            message = f"nothing says why personal data of `{entity.name}` are kept for {kept.keep}"
            yield warning("retention_without_basis", message, entity.place.of("retention"), "add `basis:`")


@rule
def encrypted_and_searched(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What is encrypted can be found only as far as its lookup goes.

    What it does: finds access patterns that compare, sort or search an encrypted column in a way that its lookup cannot
    serve.
    Why it matters: equal texts are different bytes once encrypted: the statement finds nothing.
    Instead of: where email like :start || '%', on email encrypted with lookup exact
    Write: where email = :email with {lookup: exact}, or leave the column in clear
    """
    encrypted = {
        (line.table.name, line.column.name): line.column.source.encrypt.lookup
        for line in lines_of(blueprint)
        if line.column.source is not None and line.column.source.encrypt is not None
    }
    if not encrypted:
        return
    for pattern, query in queries(blueprint).values():
        for use in query.uses:
            asked = [(c.column, c.operator) for c in use.conditions if c.operator not in ("is null", "is not null")]
            for column, operator in [*asked, *((o.column, "order by") for o in use.orders)]:
                lookup = encrypted.get((use.table, column), "")
                served = lookup == "exact" and operator in ("=", "in")
                if lookup and not served:
                    message = f"`{pattern.name}` asks `{use.table}.{column}` by `{operator}`, and it is encrypted"
                    help_text = "ask by `=` and write `encrypt: {lookup: exact}`, or leave it in clear"
                    yield warning("encrypted_and_searched", message, pattern.sql.span, help_text)


@rule
def personal_in_clear_text(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Personal data travel encrypted.

    What it does: finds designs with personal data that say nothing about `encryption: {in transit: …}`.
    Why it matters: whoever is on the network reads names and addresses; GDPR, article 32.
    Instead of: personal data, and no word of encryption
    Write: encryption: {in transit: tls 1.3, at rest: disk, keys: kms}
    """
    design = blueprint.design
    personal = next((c for e in design.entities for c in e.columns if c.personal), None)
    if personal is not None and (design.encryption is None or not design.encryption.in_transit):
        message = "the design keeps personal data and does not say how connections are encrypted"
        yield note("personal_in_clear_text", message, span_of(personal.name), "add `encryption: {in transit: tls 1.3}`")


@rule
def role_for_nothing(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A role does something.

    What it does: finds roles that no access pattern names and that run no job.
    Why it matters: it can connect and do nothing; or its statements are missing from the design.
    Instead of: a role `batch` that nobody mentions
    Write: the access patterns of `batch`, or remove the role
    """
    used = {str(r) for p in blueprint.design.access for r in p.by}
    if not used:
        return
    for role in blueprint.design.roles:
        if str(role.name) not in used and not role.maintains and role.login:
            message = f"`{role.name}` can connect, and no access pattern says what for"
            yield note("role_for_nothing", message, span_of(role.name), "add its access patterns, or remove it")
