"""The design: everything a person writes, as one value."""

from __future__ import annotations

from typing import ClassVar, Literal

from dbwright.model.access import AccessPattern, Steps
from dbwright.model.advice import IndexAdvice
from dbwright.model.entity import Acceptance, Column, Entity, NamedSql
from dbwright.model.operations import (
    Alert,
    Availability,
    Backup,
    Choice,
    EncryptionPolicy,
    Review,
    Scaling,
    Sharing,
    Store,
)
from dbwright.model.quantities import Bytes, Duration
from dbwright.model.record import ReviewRecord
from dbwright.model.relationship import Relationship
from dbwright.model.shape import Place, Text, key, named, place
from dbwright.model.summary import Summary
from dbwright.records import cached_property, field, record


@record(frozen=True, kw_only=True)
class TargetMachine:
    """The machine that the database will run on, where it is known."""

    memory: Bytes | None = key("its memory", None, example="64GB")
    cores: int = key("its cores", 0)
    disk: Literal["ssd", "network", "spinning"] = key("what its disks are", "ssd")
    place: Place = place()


@record(frozen=True, kw_only=True)
class Target:
    """The server the design is compiled for."""

    engine: Literal["postgresql"] = key("the engine", "postgresql")
    version: int = key("major version, 15 to 18", 18)
    extensions: tuple[Text, ...] = key("extensions beyond PostgreSQL's own contrib", (), example="[postgis]")
    machine: TargetMachine | None = key("the machine; sized from the design by default", None, example="{memory: 64GB}")
    place: Place = place()


@record(frozen=True, kw_only=True)
class Tenancy:
    """Who owns rows, and how tenants are kept apart."""

    SHORTHAND: ClassVar[str] = "by"

    by: Text = key("entity and key column of the tenant", example="tenants.tenant_id")
    isolation: Literal["row"] = key("row-level security", "row")
    place: Place = place()

    @property
    def entity(self) -> str:
        """The entity that lists the tenants."""
        return self.by.partition(".")[0]

    @property
    def column(self) -> str:
        """The column that names a row's tenant, there and in every entity that tenants own."""
        return self.by.partition(".")[2]

    @property
    def setting(self) -> str:
        """The setting of a session that names its tenant: after the column, in letters that a setting may have."""
        return "app." + "".join(c if c.isalnum() or not c.isascii() else "_" for c in self.column)


@record(frozen=True, kw_only=True)
class Role:
    """Who connects; what a role may do follows from the access patterns that name it."""

    name: Text = named("role name on the server")
    about: Text = key("who this is", Text(""))
    login: bool = key("whether it connects by itself", True)
    sees: Literal["clear", "masked"] = key("personal data in clear, or masked", "clear")
    tenants: Literal["own", "all"] = key("rows of its own tenant, or of all", "own")
    maintains: bool = key("runs the jobs that make partitions, drop old ones and refresh summaries", False)
    connections: int = key("connections at most; 0 is no limit", 0)
    place: Place = place()


@record(frozen=True, kw_only=True)
class Group:
    """Columns that several entities share."""

    name: Text = named("group name")
    columns: tuple[Column, ...] = key("columns in order")
    place: Place = place()


@record(frozen=True, kw_only=True)
class Design:
    """One system: its entities, access patterns and promises."""

    design: Text = key("name of the system", example="shop")
    about: Text = key("what the system is", Text(""))
    start: Text = key("first day in production", Text("2026-01-01"), example="2026-01-01")
    target: Target = key("the server", Target())
    horizon: Duration = key("age at which sizes and plans are judged", Duration.parse("3y"), example="3y")
    include: tuple[Text, ...] = key("other files of this design", (), example="[identity.design.yaml]")
    review: Review | None = key("where the review stands", None)
    tenancy: Tenancy | None = key("who owns rows", None)
    roles: tuple[Role, ...] = key("who connects", ())
    groups: tuple[Group, ...] = key("columns that entities share", ())
    entities: tuple[Entity, ...] = key("what the system keeps", ())
    relationships: tuple[Relationship, ...] = key("how entities relate", ())
    summaries: tuple[Summary, ...] = key("answers that are computed ahead and may be old", ())
    access: tuple[AccessPattern, ...] = key("what is asked and written", ())
    advice: IndexAdvice | None = key("what was advised about indexes", None)
    transactions: tuple[Steps, ...] = key("patterns that run in one transaction", ())
    sql: tuple[NamedSql, ...] = key("views, functions, triggers and the like, verbatim", ())
    stores: tuple[Store, ...] = key("data kept outside the primary database", ())
    sharing: tuple[Sharing, ...] = key("data that several components use", ())
    scaling: Scaling | None = key("growth beyond one server", None)
    availability: Availability | None = key("what may fail and for how long", None)
    backup: Backup | None = key("backups and restores", None)
    encryption: EncryptionPolicy | None = key("encryption of the whole system", None)
    alerts: tuple[Alert, ...] = key("what is watched", ())
    decisions: tuple[Choice, ...] = key("what the designer decided", ())
    accept: tuple[Acceptance, ...] = key("accepted findings about what stands outside entities and access patterns", ())
    review_record: ReviewRecord | None = field(default=None, compare=False, repr=False)
    sources: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    place: Place = place()

    @cached_property
    def _entities(self) -> dict[str, Entity]:
        return {str(e.name): e for e in self.entities}

    def entity(self, name: str) -> Entity | None:
        """Return the entity of that name, if there is one."""
        return self._entities.get(name)

    def summary(self, name: str) -> Summary | None:
        """Return the summary of that name, if there is one."""
        return next((s for s in self.summaries if s.name == name), None)

    def role(self, name: str) -> Role | None:
        """Return the role of that name, if there is one."""
        return next((r for r in self.roles if r.name == name), None)

    def pattern(self, name: str) -> AccessPattern | None:
        """Return the access pattern of that name, if there is one."""
        return self._patterns.get(name)

    @cached_property
    def _patterns(self) -> dict[str, AccessPattern]:
        return {str(p.name): p for p in self.access}

    def roles_of(self, transaction: Steps) -> tuple[Text, ...]:
        """Return who runs a transaction: the roles it names, or those that all of its steps have in common."""
        runs = [p.by for step in transaction.steps if (p := self.pattern(step)) is not None]
        return transaction.by or tuple(role for role in (runs[0] if runs else ()) if all(role in by for by in runs))
