"""fediflow: SQLAlchemy models for PostgreSQL 18, compiled by dbwright.

`Base.metadata.create_all` makes tables, constraints and indexes. Roles, extensions, functions, partitions,
triggers, policies and grants are in ddl/schema.sql, which is the way to set a database up.
"""

# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The parent of all models; its metadata lists every table."""

    metadata = sa.MetaData(schema="fediflow")


class Native(sa.types.UserDefinedType[Any]):
    """A type of the server that SQLAlchemy has no class for; values are what the driver makes of them."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """Return the type as DDL spells it."""
        return self.name


class Tenant(Base):
    """A university or school that runs on this instance."""

    __tablename__ = "tenants"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", name="tenants_pkey"),
        sa.UniqueConstraint("slug", name="tenants_slug_key"),
        sa.CheckConstraint("region in ('eu', 'us', 'apac')", name="tenants_region_check"),
        {"comment": "A university or school that runs on this instance."},
    )

    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    slug: Mapped[str] = mapped_column(sa.Text, comment="Name in the web address")
    title: Mapped[str] = mapped_column(sa.Text, comment="Name of the university")
    region: Mapped[str] = mapped_column(sa.Text, comment="Where its data must stay")
    settings: Mapped[Any] = mapped_column(
        pg.JSONB(none_as_null=True),
        server_default=sa.text("'{}'"),
        comment="Configuration that changes shape with every release",
    )
    created_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was written",
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was last changed",
    )

    users: Mapped[list[User]] = relationship(back_populates="tenant", passive_deletes="all")
    activities: Mapped[list[Activity]] = relationship(back_populates="tenant", passive_deletes="all")
    deliveries: Mapped[list[Delivery]] = relationship(back_populates="tenant", passive_deletes="all")
    courses: Mapped[list[Course]] = relationship(back_populates="tenant", passive_deletes="all")
    events: Mapped[list[Event]] = relationship(back_populates="tenant", passive_deletes="all")
    metric_points: Mapped[list[MetricPoint]] = relationship(back_populates="tenant", passive_deletes="all")


class User(Base):
    """A person with an account."""

    __tablename__ = "users"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "user_id", name="users_pkey"),
        sa.UniqueConstraint("tenant_id", "username", name="users_tenant_id_username_key"),
        sa.UniqueConstraint("tenant_id", "email", name="users_tenant_id_email_key"),
        sa.CheckConstraint("username ~ '^[a-z0-9_]{2,40}$'", name="users_username_check"),
        sa.CheckConstraint("status in ('active', 'suspended', 'closed')", name="users_status_check"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="users_tenant_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "advisor_id"],
            ["users.tenant_id", "users.user_id"],
            name="users_advisor_id_fkey",
            ondelete="SET NULL (advisor_id)",
        ),
        sa.Index("users_advisor_id_idx", "tenant_id", "advisor_id", postgresql_where=sa.text("advisor_id is not null")),
        {"comment": "A person with an account."},
    )

    user_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("fediflow.tenant_id()"))
    username: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str] = mapped_column(sa.Text)
    display_name: Mapped[str] = mapped_column(sa.Text)
    profile_data: Mapped[Any] = mapped_column(
        pg.JSONB(none_as_null=True),
        server_default=sa.text("'{}'"),
        comment="Shaped by the client",
    )
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'active'"))
    restricted: Mapped[bool] = mapped_column(
        sa.Boolean,
        server_default=sa.text("false"),
        comment="Processing is restricted (GDPR article 18)",
    )
    created_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was written",
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was last changed",
    )
    advisor_id: Mapped[UUID | None] = mapped_column(pg.UUID, comment="Study adviser")
    created_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("fediflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("fediflow.actor()"),
        comment="Who changed the row last.",
    )

    tenant: Mapped[Tenant] = relationship(back_populates="users")
    advisor: Mapped[User | None] = relationship(
        back_populates="users_by_advisor",
        primaryjoin="and_(User.tenant_id == remote(User.tenant_id), foreign(User.advisor_id) == remote(User.user_id))",
    )
    users_by_advisor: Mapped[list[User]] = relationship(
        back_populates="advisor",
        primaryjoin="and_(remote(User.tenant_id) == User.tenant_id, remote(foreign(User.advisor_id)) == User.user_id)",
        passive_deletes="all",
    )
    federation_identities: Mapped[list[FederationIdentity]] = relationship(
        back_populates="user",
        primaryjoin="and_(FederationIdentity.tenant_id == User.tenant_id, foreign(FederationIdentity.user_id) == User.user_id)",
        passive_deletes="all",
    )
    activities: Mapped[list[Activity]] = relationship(
        back_populates="actor",
        primaryjoin="and_(Activity.tenant_id == User.tenant_id, foreign(Activity.actor_id) == User.user_id)",
        passive_deletes="all",
    )
    content: Mapped[list[Content]] = relationship(
        back_populates="author",
        primaryjoin="and_(Content.tenant_id == User.tenant_id, foreign(Content.author_id) == User.user_id)",
        passive_deletes="all",
    )
    enrollments: Mapped[list[Enrollment]] = relationship(
        back_populates="user",
        primaryjoin="and_(Enrollment.tenant_id == User.tenant_id, foreign(Enrollment.user_id) == User.user_id)",
        passive_deletes="all",
    )
    follows_by_follower: Mapped[list[Follow]] = relationship(
        back_populates="follower",
        primaryjoin="and_(Follow.tenant_id == User.tenant_id, foreign(Follow.follower_id) == User.user_id)",
        passive_deletes="all",
    )
    follows_by_followee: Mapped[list[Follow]] = relationship(
        back_populates="followee",
        primaryjoin="and_(Follow.tenant_id == User.tenant_id, foreign(Follow.followee_id) == User.user_id)",
        passive_deletes="all",
    )


class FederationIdentity(Base):
    """A user's address on this or another instance, with the key that signs for it."""

    __tablename__ = "federation_identities"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "identity_id", name="federation_identities_pkey"),
        sa.UniqueConstraint(
            "tenant_id",
            "instance_url",
            "federation_id",
            name="federation_identities_tenant_id_instance_url_federation_id_key",
        ),
        sa.CheckConstraint("instance_url ~ '^https://'", name="federation_identities_instance_url_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.user_id"],
            name="federation_identities_user_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("federation_identities_user_id_idx", "tenant_id", "user_id"),
        {"comment": "A user's address on this or another instance, with the key that signs for it."},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("fediflow.tenant_id()"),
        comment="The tenant that owns the row.",
    )
    identity_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    user_id: Mapped[UUID] = mapped_column(pg.UUID)
    federation_id: Mapped[str] = mapped_column(sa.Text, comment="Account address, such as ada@uni.example")
    instance_url: Mapped[str] = mapped_column(sa.Text, comment="Home instance")
    public_key: Mapped[str] = mapped_column(sa.Text, comment="PEM; the private key lives in the key store, never here")
    created_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was written",
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was last changed",
    )

    user: Mapped[User] = relationship(
        back_populates="federation_identities",
        primaryjoin="and_(FederationIdentity.tenant_id == User.tenant_id, foreign(FederationIdentity.user_id) == User.user_id)",
    )


class Activity(Base):
    """One ActivityPub activity, sent or received (create, follow, like, announce …)."""

    __tablename__ = "activities"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "activity_id", name="activities_pkey"),
        sa.CheckConstraint(
            "type in ('create', 'update', 'delete', 'follow', 'accept', 'like', 'announce', 'undo')",
            name="activities_type_check",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.tenant_id"],
            name="activities_tenant_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"],
            ["users.tenant_id", "users.user_id"],
            name="activities_actor_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("activities_actor_id_published_at_idx", "tenant_id", "actor_id", sa.text("published_at desc")),
        sa.Index(
            "activities_object_data_idx",
            "tenant_id",
            "object_data",
            postgresql_using="gin",
            postgresql_ops={"object_data": "jsonb_path_ops"},
        ),
        {
            "comment": "One ActivityPub activity, sent or received (create, follow, like, announce …).",
            "postgresql_partition_by": "hash (tenant_id)",
        },
    )

    activity_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("fediflow.tenant_id()"))
    type: Mapped[str] = mapped_column(sa.Text)
    actor_id: Mapped[UUID] = mapped_column(pg.UUID)
    object_data: Mapped[Any] = mapped_column(pg.JSONB(none_as_null=True), comment="The JSON-LD object as received")
    published_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True), server_default=sa.text("now()"))

    tenant: Mapped[Tenant] = relationship(back_populates="activities")
    actor: Mapped[User] = relationship(
        back_populates="activities",
        primaryjoin="and_(Activity.tenant_id == User.tenant_id, foreign(Activity.actor_id) == User.user_id)",
    )
    content: Mapped[list[Content]] = relationship(
        back_populates="activity",
        primaryjoin="and_(Content.tenant_id == Activity.tenant_id, foreign(Content.activity_id) == Activity.activity_id)",
        passive_deletes="all",
    )


class Content(Base):
    """What an activity published, ready to be shown."""

    __tablename__ = "content"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "content_id", name="content_pkey"),
        sa.CheckConstraint(
            "content_type in ('note', 'article', 'question', 'image', 'video')",
            name="content_content_type_check",
        ),
        sa.CheckConstraint(
            "visibility in ('public', 'followers', 'course', 'private')",
            name="content_visibility_check",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "activity_id"],
            ["activities.tenant_id", "activities.activity_id"],
            name="content_activity_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "author_id"],
            ["users.tenant_id", "users.user_id"],
            name="content_author_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("content_activity_id_idx", "tenant_id", "activity_id"),
        sa.Index("content_author_id_created_at_idx", "tenant_id", "author_id", sa.text("created_at desc")),
        sa.Index("content_deleted_at_partial_idx", "deleted_at", postgresql_where=sa.text("deleted_at is not null")),
        sa.Index("content_search_idx", "tenant_id", "search", postgresql_using="gin"),
        {"comment": "What an activity published, ready to be shown."},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("fediflow.tenant_id()"),
        comment="The tenant that owns the row.",
    )
    content_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    activity_id: Mapped[UUID] = mapped_column(pg.UUID)
    author_id: Mapped[UUID] = mapped_column(pg.UUID)
    content_type: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(
        pg.REGCONFIG,
        server_default=sa.text("'simple'"),
        comment="Text search configuration of this text",
    )
    title: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    body: Mapped[str] = mapped_column(sa.Text)
    content_data: Mapped[Any] = mapped_column(
        pg.JSONB(none_as_null=True),
        server_default=sa.text("'{}'"),
        comment="Media, polls and other parts that differ by type",
    )
    visibility: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'public'"))
    deleted_at: Mapped[dt.datetime | None] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        comment="Hidden at once; removed by the operator's job",
    )
    created_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was written",
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was last changed",
    )
    search: Mapped[str | None] = mapped_column(
        pg.TSVECTOR,
        sa.Computed(
            "setweight(to_tsvector(language, title), 'A') || setweight(to_tsvector(language, body), 'B')",
            persisted=True,
        ),
        comment="What full-text search matches.",
    )
    created_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("fediflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("fediflow.actor()"),
        comment="Who changed the row last.",
    )

    activity: Mapped[Activity] = relationship(
        back_populates="content",
        primaryjoin="and_(Content.tenant_id == Activity.tenant_id, foreign(Content.activity_id) == Activity.activity_id)",
    )
    author: Mapped[User] = relationship(
        back_populates="content",
        primaryjoin="and_(Content.tenant_id == User.tenant_id, foreign(Content.author_id) == User.user_id)",
    )
    content_versions: Mapped[list[ContentVersion]] = relationship(
        back_populates="content",
        primaryjoin="and_(ContentVersion.tenant_id == Content.tenant_id, foreign(ContentVersion.content_id) == Content.content_id)",
        passive_deletes="all",
    )
    media: Mapped[list[Media]] = relationship(
        back_populates="content",
        primaryjoin="and_(Media.tenant_id == Content.tenant_id, foreign(Media.content_id) == Content.content_id)",
        passive_deletes="all",
    )


class ContentVersion(Base):
    """An earlier text of a content."""

    __tablename__ = "content_versions"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "content_id", "version", name="content_versions_pkey"),
        sa.CheckConstraint("version > 0", name="content_versions_version_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "content_id"],
            ["content.tenant_id", "content.content_id"],
            name="content_versions_content_id_fkey",
            ondelete="CASCADE",
        ),
        {"comment": "An earlier text of a content."},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("fediflow.tenant_id()"),
        comment="The tenant that owns the row.",
    )
    content_id: Mapped[UUID] = mapped_column(pg.UUID)
    version: Mapped[int] = mapped_column(sa.Integer)
    body: Mapped[str] = mapped_column(sa.Text)
    edited_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True), server_default=sa.text("now()"))

    content: Mapped[Content] = relationship(
        back_populates="content_versions",
        primaryjoin="and_(ContentVersion.tenant_id == Content.tenant_id, foreign(ContentVersion.content_id) == Content.content_id)",
    )


class Media(Base):
    """A file that a content shows; the bytes are in the object store."""

    __tablename__ = "media"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "media_id", name="media_pkey"),
        sa.UniqueConstraint("tenant_id", "object_key", name="media_tenant_id_object_key_key"),
        sa.CheckConstraint("bytes >= 0", name="media_bytes_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "content_id"],
            ["content.tenant_id", "content.content_id"],
            name="media_content_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("media_content_id_idx", "tenant_id", "content_id"),
        {"comment": "A file that a content shows; the bytes are in the object store."},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("fediflow.tenant_id()"),
        comment="The tenant that owns the row.",
    )
    media_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    content_id: Mapped[UUID] = mapped_column(pg.UUID)
    object_key: Mapped[str] = mapped_column(sa.Text, comment="Path in the object store")
    mime_type: Mapped[str] = mapped_column(sa.Text)
    bytes_: Mapped[int] = mapped_column("bytes", sa.BigInteger)
    metadata_: Mapped[Any] = mapped_column(
        "metadata",
        pg.JSONB(none_as_null=True),
        server_default=sa.text("'{}'"),
        comment="Dimensions, codecs, captions",
    )
    created_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was written",
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was last changed",
    )

    content: Mapped[Content] = relationship(
        back_populates="media",
        primaryjoin="and_(Media.tenant_id == Content.tenant_id, foreign(Media.content_id) == Content.content_id)",
    )


class Delivery(Base):
    """An attempt to deliver an activity to another instance."""

    __tablename__ = "deliveries"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "delivery_id", "attempted_at", name="deliveries_pkey"),
        sa.CheckConstraint("attempts between 0 and 20", name="deliveries_attempts_check"),
        sa.CheckConstraint("status in ('queued', 'sent', 'failed', 'given up')", name="deliveries_status_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.tenant_id"],
            name="deliveries_tenant_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index(
            "deliveries_next_try_at_partial_idx",
            "tenant_id",
            "next_try_at",
            postgresql_where=sa.text("status = 'queued'"),
        ),
        {
            "comment": "An attempt to deliver an activity to another instance.",
            "postgresql_partition_by": "range (attempted_at)",
        },
    )

    delivery_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("fediflow.tenant_id()"))
    activity_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        comment="No foreign key; a delivery outlives the activity it carried",
    )
    inbox_url: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'queued'"))
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, server_default=sa.text("0"))
    next_try_at: Mapped[dt.datetime | None] = mapped_column(pg.TIMESTAMP(timezone=True))
    attempted_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True), server_default=sa.text("now()"))

    tenant: Mapped[Tenant] = relationship(back_populates="deliveries")


class Course(Base):
    """A course of a university."""

    __tablename__ = "courses"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "course_id", name="courses_pkey"),
        sa.UniqueConstraint("tenant_id", "course_code", name="courses_tenant_id_course_code_key"),
        sa.CheckConstraint("capacity > 0", name="courses_capacity_check"),
        sa.CheckConstraint("ends_on >= starts_on", name="courses_ends_after_start"),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.tenant_id"],
            name="courses_tenant_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index(
            "courses_metadata_idx",
            "tenant_id",
            "metadata",
            postgresql_using="gin",
            postgresql_ops={"metadata": "jsonb_path_ops"},
        ),
        sa.Index("courses_search_idx", "tenant_id", "search", postgresql_using="gin"),
        {"comment": "A course of a university."},
    )

    course_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("fediflow.tenant_id()"))
    course_code: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text)
    description: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    language: Mapped[str] = mapped_column(pg.REGCONFIG, server_default=sa.text("'simple'"))
    starts_on: Mapped[dt.date] = mapped_column(sa.Date)
    ends_on: Mapped[dt.date] = mapped_column(sa.Date)
    capacity: Mapped[int] = mapped_column(sa.Integer, server_default=sa.text("100"))
    metadata_: Mapped[Any] = mapped_column(
        "metadata",
        pg.JSONB(none_as_null=True),
        server_default=sa.text("'{}'"),
        comment="Syllabus, badges, links to other systems",
    )
    created_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was written",
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was last changed",
    )
    search: Mapped[str | None] = mapped_column(
        pg.TSVECTOR,
        sa.Computed(
            "setweight(to_tsvector(language, course_code), 'A') || setweight(to_tsvector(language, title), 'A') || setweight(to_tsvector(language, description), 'B')",
            persisted=True,
        ),
        comment="What full-text search matches.",
    )
    created_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("fediflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("fediflow.actor()"),
        comment="Who changed the row last.",
    )

    tenant: Mapped[Tenant] = relationship(back_populates="courses")
    enrollments: Mapped[list[Enrollment]] = relationship(
        back_populates="course",
        primaryjoin="and_(Enrollment.tenant_id == Course.tenant_id, foreign(Enrollment.course_id) == Course.course_id)",
        passive_deletes="all",
    )
    room_bookings: Mapped[list[RoomBooking]] = relationship(
        back_populates="course",
        primaryjoin="and_(RoomBooking.tenant_id == Course.tenant_id, foreign(RoomBooking.course_id) == Course.course_id)",
        passive_deletes="all",
    )
    events: Mapped[list[Event]] = relationship(
        back_populates="course",
        primaryjoin="and_(Event.tenant_id == Course.tenant_id, foreign(Event.course_id) == Course.course_id)",
        passive_deletes="all",
    )


class Enrollment(Base):
    """A person's place in a course."""

    __tablename__ = "enrollments"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "course_id", "user_id", name="enrollments_pkey"),
        sa.CheckConstraint("role in ('student', 'assistant', 'teacher')", name="enrollments_role_check"),
        sa.CheckConstraint("status in ('invited', 'active', 'completed', 'dropped')", name="enrollments_status_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "course_id"],
            ["courses.tenant_id", "courses.course_id"],
            name="enrollments_course_id_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.user_id"],
            name="enrollments_user_id_fkey",
            ondelete="RESTRICT",
        ),
        sa.Index("enrollments_user_id_idx", "tenant_id", "user_id"),
        {"comment": "A person's place in a course."},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("fediflow.tenant_id()"),
        comment="The tenant that owns the row.",
    )
    course_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Who learns or teaches what")
    user_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Who learns or teaches what")
    role: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'student'"))
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'active'"))
    enrolled_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True), server_default=sa.text("now()"))
    created_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was written.",
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was last changed.",
    )
    created_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("fediflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("fediflow.actor()"),
        comment="Who changed the row last.",
    )

    course: Mapped[Course] = relationship(
        back_populates="enrollments",
        primaryjoin="and_(Enrollment.tenant_id == Course.tenant_id, foreign(Enrollment.course_id) == Course.course_id)",
    )
    user: Mapped[User] = relationship(
        back_populates="enrollments",
        primaryjoin="and_(Enrollment.tenant_id == User.tenant_id, foreign(Enrollment.user_id) == User.user_id)",
    )


class RoomBooking(Base):
    """A room reserved for a course meeting."""

    __tablename__ = "room_bookings"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "booking_id", name="room_bookings_pkey"),
        sa.CheckConstraint("not isempty(during)", name="room_bookings_during_check"),
        pg.ExcludeConstraint(
            ("tenant_id", "="),
            ("room", "="),
            ("during", "&&"),
            using="gist",
            name="room_bookings_one_booking_at_a_time",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "course_id"],
            ["courses.tenant_id", "courses.course_id"],
            name="room_bookings_course_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("room_bookings_course_id_idx", "tenant_id", "course_id"),
        {"comment": "A room reserved for a course meeting."},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("fediflow.tenant_id()"),
        comment="The tenant that owns the row.",
    )
    booking_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    course_id: Mapped[UUID] = mapped_column(pg.UUID)
    room: Mapped[str] = mapped_column(sa.Text)
    during: Mapped[pg.Range[dt.datetime]] = mapped_column(pg.TSTZRANGE, comment="From (included) to (excluded)")
    created_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was written",
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was last changed",
    )

    course: Mapped[Course] = relationship(
        back_populates="room_bookings",
        primaryjoin="and_(RoomBooking.tenant_id == Course.tenant_id, foreign(RoomBooking.course_id) == Course.course_id)",
    )


class Event(Base):
    """A meeting, lecture or open day at a place."""

    __tablename__ = "events"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "event_id", "region", name="events_pkey"),
        sa.CheckConstraint("region in ('eu', 'us', 'apac')", name="events_region_check"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="events_tenant_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "course_id"],
            ["courses.tenant_id", "courses.course_id"],
            name="events_course_id_fkey",
            ondelete="SET NULL (course_id)",
        ),
        sa.Index("events_course_id_idx", "tenant_id", "course_id", postgresql_where=sa.text("course_id is not null")),
        sa.Index("events_place_idx", "tenant_id", "place", postgresql_using="gist"),
        {"comment": "A meeting, lecture or open day at a place.", "postgresql_partition_by": "list (region)"},
    )

    event_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("fediflow.tenant_id()"))
    region: Mapped[str] = mapped_column(sa.Text)
    course_id: Mapped[UUID | None] = mapped_column(pg.UUID)
    title: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[Any] = mapped_column(Native("earth"), comment="Where it happens")
    starts_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True))
    created_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was written",
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        comment="When the row was last changed",
    )

    tenant: Mapped[Tenant] = relationship(back_populates="events")
    course: Mapped[Course | None] = relationship(
        back_populates="events",
        primaryjoin="and_(Event.tenant_id == Course.tenant_id, foreign(Event.course_id) == Course.course_id)",
    )


class MetricPoint(Base):
    """One measurement of the platform or of how a course is used."""

    __tablename__ = "metric_points"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "point_id", "measured_at", name="metric_points_pkey"),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.tenant_id"],
            name="metric_points_tenant_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("metric_points_tenant_id_metric_measured_at_idx", "tenant_id", "metric", "measured_at"),
        {
            "comment": "One measurement of the platform or of how a course is used.",
            "postgresql_partition_by": "range (measured_at)",
        },
    )

    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("fediflow.tenant_id()"))
    metric: Mapped[str] = mapped_column(sa.Text)
    measured_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True), server_default=sa.text("now()"))
    dimensions: Mapped[Any] = mapped_column(pg.JSONB(none_as_null=True), server_default=sa.text("'{}'"))
    value: Mapped[float] = mapped_column(sa.Double)
    point_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))

    tenant: Mapped[Tenant] = relationship(back_populates="metric_points")


class Follow(Base):
    """Who reads whom"""

    __tablename__ = "follows"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "follower_id", "followee_id", name="follows_pkey"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "follower_id"],
            ["users.tenant_id", "users.user_id"],
            name="follows_follower_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "followee_id"],
            ["users.tenant_id", "users.user_id"],
            name="follows_followee_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("follows_followee_id_idx", "tenant_id", "followee_id"),
        {"comment": "Who reads whom"},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("fediflow.tenant_id()"),
        comment="The tenant that owns the row.",
    )
    follower_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Who reads whom")
    followee_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Who reads whom")

    follower: Mapped[User] = relationship(
        back_populates="follows_by_follower",
        primaryjoin="and_(Follow.tenant_id == User.tenant_id, foreign(Follow.follower_id) == User.user_id)",
    )
    followee: Mapped[User] = relationship(
        back_populates="follows_by_followee",
        primaryjoin="and_(Follow.tenant_id == User.tenant_id, foreign(Follow.followee_id) == User.user_id)",
    )
