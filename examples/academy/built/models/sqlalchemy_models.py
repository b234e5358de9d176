"""academy: SQLAlchemy models for PostgreSQL 18, compiled by dbwright.

`Base.metadata.create_all` makes tables, constraints and indexes. Roles, extensions, functions, partitions,
triggers, policies and grants are in ddl/schema.sql, which is the way to set a database up.
"""

# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The parent of all models; its metadata lists every table."""

    metadata = sa.MetaData(schema="academy")


class User(Base):
    """A person with an account."""

    __tablename__ = "users"
    __table_args__ = (
        sa.PrimaryKeyConstraint("user_id", name="users_pkey"),
        sa.UniqueConstraint("email", name="users_email_key"),
        sa.CheckConstraint("email = lower(email)", name="users_email_check"),
        sa.CheckConstraint("password_hash ~ '^[$]argon2id[$]'", name="users_password_hash_check"),
        sa.CheckConstraint("role in ('student', 'teacher', 'admin')", name="users_role_check"),
        sa.Index("users_user_id_covering_idx", "user_id", postgresql_include=["name", "role"]),
        {"comment": "A person with an account."},
    )

    user_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"), comment="Identifies the row.")
    name: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str] = mapped_column(sa.Text)
    password_hash: Mapped[str] = mapped_column(sa.Text)
    role: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'student'"))
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
        server_default=sa.text("academy.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("academy.actor()"),
        comment="Who changed the row last.",
    )

    profiles: Mapped[Profile | None] = relationship(back_populates="user", passive_deletes="all")
    enrollments: Mapped[list[Enrollment]] = relationship(back_populates="user", passive_deletes="all")
    posts: Mapped[list[Post]] = relationship(back_populates="author", passive_deletes="all")


class Profile(Base):
    """What a person tells about herself; who tells nothing has none."""

    __tablename__ = "profiles"
    __table_args__ = (
        sa.PrimaryKeyConstraint("user_id", name="profiles_pkey"),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="profiles_user_id_fkey", ondelete="CASCADE"),
        {"comment": "What a person tells about herself; who tells nothing has none."},
    )

    user_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Whose profile it is")
    content: Mapped[Any] = mapped_column(
        pg.JSONB(none_as_null=True),
        comment="Picture, links, words; read and written whole",
    )
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

    user: Mapped[User] = relationship(back_populates="profiles")


class CatalogItem(Base):
    """A course that can be taken."""

    __tablename__ = "catalog_items"
    __table_args__ = (
        sa.PrimaryKeyConstraint("catalog_item_id", name="catalog_items_pkey"),
        sa.CheckConstraint("price >= 0", name="catalog_items_price_check"),
        sa.Index("catalog_items_catalog_item_id_covering_idx", "catalog_item_id", postgresql_include=["title"]),
        sa.Index(
            "catalog_items_created_at_partial_idx",
            sa.text("created_at desc"),
            postgresql_where=sa.text("published"),
        ),
        sa.Index("catalog_items_search_idx", "search", postgresql_using="gin"),
        {"comment": "A course that can be taken."},
    )

    catalog_item_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("uuidv7()"),
        comment="Identifies the row.",
    )
    title: Mapped[str] = mapped_column(sa.Text)
    description: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    price: Mapped[Decimal] = mapped_column(sa.Numeric(10, 2))
    published: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.text("false"))
    search: Mapped[str | None] = mapped_column(
        pg.TSVECTOR,
        sa.Computed(
            "setweight(to_tsvector('english'::regconfig, title), 'A') || setweight(to_tsvector('english'::regconfig, description), 'B')",
            persisted=True,
        ),
        comment="What full-text search matches.",
    )
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
        server_default=sa.text("academy.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("academy.actor()"),
        comment="Who changed the row last.",
    )

    lessons: Mapped[list[Lesson]] = relationship(back_populates="catalog_item", passive_deletes="all")
    enrollments: Mapped[list[Enrollment]] = relationship(back_populates="catalog_item", passive_deletes="all")
    posts: Mapped[list[Post]] = relationship(back_populates="catalog_item", passive_deletes="all")


class Lesson(Base):
    """One part of a course, in order."""

    __tablename__ = "lessons"
    __table_args__ = (
        sa.PrimaryKeyConstraint("lesson_id", name="lessons_pkey"),
        sa.UniqueConstraint("catalog_item_id", "number", name="lessons_catalog_item_id_number_key"),
        sa.UniqueConstraint("catalog_item_id", "lesson_id", name="lessons_catalog_item_id_lesson_id_key"),
        sa.CheckConstraint("number > 0", name="lessons_number_check"),
        sa.ForeignKeyConstraint(
            ["catalog_item_id"],
            ["catalog_items.catalog_item_id"],
            name="lessons_catalog_item_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index(
            "lessons_catalog_item_id_number_covering_idx",
            "catalog_item_id",
            "number",
            postgresql_include=["lesson_id", "title", "video"],
        ),
        sa.Index("lessons_lesson_id_catalog_item_id_idx", "lesson_id", "catalog_item_id"),
        {"comment": "One part of a course, in order."},
    )

    lesson_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"), comment="Identifies the row.")
    number: Mapped[int] = mapped_column(sa.Integer)
    title: Mapped[str] = mapped_column(sa.Text)
    video: Mapped[str | None] = mapped_column(sa.Text, comment="Path in the CDN; empty for a text")
    body: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    catalog_item_id: Mapped[UUID] = mapped_column(pg.UUID, comment="The course of a lesson")
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

    catalog_item: Mapped[CatalogItem] = relationship(back_populates="lessons")
    progress_by_lesson: Mapped[list[Progress]] = relationship(
        back_populates="lesson",
        primaryjoin="and_(foreign(Progress.catalog_item_id) == Lesson.catalog_item_id, Progress.lesson_id == Lesson.lesson_id)",
        passive_deletes="all",
    )
    progress_by_lesson_2: Mapped[list[Progress]] = relationship(
        back_populates="lesson_2",
        primaryjoin="foreign(Progress.lesson_id) == Lesson.lesson_id",
        passive_deletes="all",
    )


class Enrollment(Base):
    """A person's place in a course."""

    __tablename__ = "enrollments"
    __table_args__ = (
        sa.PrimaryKeyConstraint("user_id", "catalog_item_id", name="enrollments_pkey"),
        sa.CheckConstraint("status in ('active', 'completed', 'dropped')", name="enrollments_status_check"),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="enrollments_user_id_fkey"),
        sa.ForeignKeyConstraint(
            ["catalog_item_id"],
            ["catalog_items.catalog_item_id"],
            name="enrollments_catalog_item_id_fkey",
        ),
        sa.Index(
            "enrollments_catalog_item_id_enrolled_at_covering_idx",
            "catalog_item_id",
            "enrolled_at",
            postgresql_include=["user_id", "status"],
        ),
        sa.Index(
            "enrollments_user_id_enrolled_at_covering_idx",
            "user_id",
            sa.text("enrolled_at desc"),
            postgresql_include=["status", "catalog_item_id"],
        ),
        {"comment": "A person's place in a course."},
    )

    user_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Who learns what")
    catalog_item_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Who learns what")
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
        server_default=sa.text("academy.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("academy.actor()"),
        comment="Who changed the row last.",
    )

    user: Mapped[User] = relationship(back_populates="enrollments")
    catalog_item: Mapped[CatalogItem] = relationship(back_populates="enrollments")
    progress: Mapped[list[Progress]] = relationship(
        back_populates="enrollment",
        primaryjoin="and_(foreign(Progress.user_id) == Enrollment.user_id, Progress.catalog_item_id == Enrollment.catalog_item_id)",
        passive_deletes="all",
    )
    payments: Mapped[list[Payment]] = relationship(back_populates="enrollment", passive_deletes="all")


class Progress(Base):
    """A lesson that a person completed."""

    __tablename__ = "progress"
    __table_args__ = (
        sa.PrimaryKeyConstraint("user_id", "catalog_item_id", "lesson_id", name="progress_pkey"),
        sa.ForeignKeyConstraint(
            ["catalog_item_id", "lesson_id"],
            ["lessons.catalog_item_id", "lessons.lesson_id"],
            name="progress_lesson_of_course_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "catalog_item_id"],
            ["enrollments.user_id", "enrollments.catalog_item_id"],
            name="progress_user_id_catalog_item_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"],
            ["lessons.lesson_id"],
            name="progress_lesson_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("progress_catalog_item_id_lesson_id_idx", "catalog_item_id", "lesson_id"),
        sa.Index("progress_lesson_id_idx", "lesson_id"),
        sa.Index(
            "progress_user_id_catalog_item_id_covering_idx",
            "user_id",
            "catalog_item_id",
            postgresql_include=["lesson_id", "completed_at"],
        ),
        {"comment": "A lesson that a person completed."},
    )

    user_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Which lessons are done")
    catalog_item_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Which lessons are done")
    lesson_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Which lessons are done")
    completed_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True), server_default=sa.text("now()"))

    lesson: Mapped[Lesson] = relationship(
        back_populates="progress_by_lesson",
        primaryjoin="and_(foreign(Progress.catalog_item_id) == Lesson.catalog_item_id, Progress.lesson_id == Lesson.lesson_id)",
    )
    enrollment: Mapped[Enrollment] = relationship(
        back_populates="progress",
        primaryjoin="and_(foreign(Progress.user_id) == Enrollment.user_id, Progress.catalog_item_id == Enrollment.catalog_item_id)",
    )
    lesson_2: Mapped[Lesson] = relationship(
        back_populates="progress_by_lesson_2",
        primaryjoin="foreign(Progress.lesson_id) == Lesson.lesson_id",
    )


class Payment(Base):
    """Money paid for an enrolment, or paid back."""

    __tablename__ = "payments"
    __table_args__ = (
        sa.PrimaryKeyConstraint("payment_id", name="payments_pkey"),
        sa.UniqueConstraint("reference", name="payments_reference_key"),
        sa.CheckConstraint("amount <> 0", name="payments_amount_check"),
        sa.ForeignKeyConstraint(
            ["user_id", "catalog_item_id"],
            ["enrollments.user_id", "enrollments.catalog_item_id"],
            name="payments_user_id_catalog_item_id_fkey",
            ondelete="RESTRICT",
        ),
        sa.Index("payments_user_id_catalog_item_id_idx", "user_id", "catalog_item_id"),
        {"comment": "Money paid for an enrolment, or paid back."},
    )

    payment_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"), comment="Identifies the row.")
    amount: Mapped[Decimal] = mapped_column(sa.Numeric(10, 2), comment="Negative for money paid back")
    reference: Mapped[str] = mapped_column(sa.Text, comment="The provider's number of the payment")
    user_id: Mapped[UUID] = mapped_column(pg.UUID, comment="What was paid for it")
    catalog_item_id: Mapped[UUID] = mapped_column(pg.UUID, comment="What was paid for it")
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
        server_default=sa.text("academy.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("academy.actor()"),
        comment="Who changed the row last.",
    )

    enrollment: Mapped[Enrollment] = relationship(back_populates="payments")


class Post(Base):
    """Something said in the forum of a course."""

    __tablename__ = "posts"
    __table_args__ = (
        sa.PrimaryKeyConstraint("post_id", name="posts_pkey"),
        sa.ForeignKeyConstraint(
            ["catalog_item_id"],
            ["catalog_items.catalog_item_id"],
            name="posts_catalog_item_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.user_id"], name="posts_author_id_fkey", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["parent_id"], ["posts.post_id"], name="posts_parent_id_fkey", ondelete="CASCADE"),
        sa.Index("posts_author_id_idx", "author_id", postgresql_where=sa.text("author_id is not null")),
        sa.Index("posts_catalog_item_id_idx", "catalog_item_id"),
        sa.Index("posts_parent_id_created_at_idx", "parent_id", "created_at"),
        sa.Index("posts_search_idx", "search", postgresql_using="gin"),
        sa.Index(
            "posts_threads",
            "catalog_item_id",
            sa.text("created_at DESC"),
            postgresql_where=sa.text("parent_id IS NULL"),
        ),
        {"comment": "Something said in the forum of a course."},
    )

    post_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"), comment="Identifies the row.")
    title: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    content: Mapped[Any] = mapped_column(
        pg.JSONB(none_as_null=True),
        comment="Blocks in order; all words in it are searched",
    )
    shape: Mapped[int] = mapped_column(
        sa.SmallInteger,
        server_default=sa.text("1"),
        comment="Version of the shape of content; readers know all of them",
    )
    catalog_item_id: Mapped[UUID] = mapped_column(pg.UUID, comment="In which forum it stands")
    author_id: Mapped[UUID | None] = mapped_column(pg.UUID, comment="Empty when the author is gone")
    parent_id: Mapped[UUID | None] = mapped_column(pg.UUID, comment="Empty for the first of a thread")
    search: Mapped[str | None] = mapped_column(
        pg.TSVECTOR,
        sa.Computed(
            "setweight(to_tsvector('english'::regconfig, title), 'A') || setweight(to_tsvector('english'::regconfig, content), 'B')",
            persisted=True,
        ),
        comment="What full-text search matches.",
    )
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
        server_default=sa.text("academy.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("academy.actor()"),
        comment="Who changed the row last.",
    )

    catalog_item: Mapped[CatalogItem] = relationship(back_populates="posts")
    author: Mapped[User | None] = relationship(back_populates="posts")
    parent: Mapped[Post | None] = relationship(
        back_populates="posts_by_parent",
        primaryjoin="foreign(Post.parent_id) == remote(Post.post_id)",
    )
    posts_by_parent: Mapped[list[Post]] = relationship(
        back_populates="parent",
        primaryjoin="remote(foreign(Post.parent_id)) == Post.post_id",
        passive_deletes="all",
    )
