"""academy: Pydantic models of its API, compiled by dbwright.

Of each table there is a model of a row as it is read, one (`…Create`) of what a client may send for a new row,
and one (`…Update`) of what it may change. The tenant, audit columns and generated values are the server's.
Numbers are finite, as in JSON.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

UNCHANGED: Any = None
"""Stands where a client sent nothing: the server's default, or the value that is there."""

SmallInt = Annotated[int, Field(ge=-(2**15), lt=2**15)]
"""A whole number of 2 bytes."""

ServerText = Annotated[str, BeforeValidator(str)]
"""A value in PostgreSQL's own notation, such as a range or a position."""


class ReadModel(BaseModel):
    """The parent of what is read: made from a mapping, JSON or an object of the SQLAlchemy models."""

    model_config = ConfigDict(
        extra="forbid",
        from_attributes=True,
        protected_namespaces=(),
        serialize_by_alias=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class WriteModel(BaseModel):
    """The parent of what a client sends; hand on what is set: `model_dump(exclude_unset=True)`."""

    model_config = ConfigDict(
        extra="forbid",
        protected_namespaces=(),
        serialize_by_alias=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


UserRole = Literal["student", "teacher", "admin"]


class User(ReadModel):
    """A person with an account."""

    user_id: UUID = Field(description="Identifies the row.")
    name: str = Field(json_schema_extra={"personal": "name"})
    email: str = Field(json_schema_extra={"personal": "contact"})
    password_hash: str = Field(pattern="^[$]argon2id[$]", json_schema_extra={"personal": "credential"})
    role: UserRole
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class UserCreate(WriteModel):
    """What a client may send for a new row of users."""

    user_id: UUID = Field(default=UNCHANGED, description="Identifies the row.")
    name: str = Field(json_schema_extra={"personal": "name"})
    email: str = Field(json_schema_extra={"personal": "contact"})
    password_hash: str = Field(pattern="^[$]argon2id[$]", json_schema_extra={"personal": "credential"})
    role: UserRole = UNCHANGED


class UserUpdate(WriteModel):
    """What a client may change in a row of users."""

    name: str = Field(default=UNCHANGED, json_schema_extra={"personal": "name"})
    email: str = Field(default=UNCHANGED, json_schema_extra={"personal": "contact"})
    password_hash: str = Field(
        default=UNCHANGED,
        pattern="^[$]argon2id[$]",
        json_schema_extra={"personal": "credential"},
    )
    role: UserRole = UNCHANGED


class Profile(ReadModel):
    """What a person tells about herself; who tells nothing has none."""

    user_id: UUID = Field(description="Whose profile it is.")
    content: Any = Field(
        description="Picture, links, words; read and written whole.",
        json_schema_extra={"personal": "profile"},
    )
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class ProfileCreate(WriteModel):
    """What a client may send for a new row of profiles."""

    user_id: UUID = Field(description="Whose profile it is.")
    content: Any = Field(
        description="Picture, links, words; read and written whole.",
        json_schema_extra={"personal": "profile"},
    )


class ProfileUpdate(WriteModel):
    """What a client may change in a row of profiles."""

    content: Any = Field(
        default=UNCHANGED,
        description="Picture, links, words; read and written whole.",
        json_schema_extra={"personal": "profile"},
    )


class CatalogItem(ReadModel):
    """A course that can be taken."""

    catalog_item_id: UUID = Field(description="Identifies the row.")
    title: str
    description: str
    price: Decimal = Field(ge=0, max_digits=10, decimal_places=2, description="Unit: EUR.")
    published: bool
    search: ServerText | None = Field(
        default=None,
        exclude=True,
        repr=False,
        description="What full-text search matches.",
    )
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class CatalogItemCreate(WriteModel):
    """What a client may send for a new row of catalog_items."""

    catalog_item_id: UUID = Field(default=UNCHANGED, description="Identifies the row.")
    title: str
    description: str = UNCHANGED
    price: Decimal = Field(ge=0, max_digits=10, decimal_places=2, description="Unit: EUR.")
    published: bool = UNCHANGED


class CatalogItemUpdate(WriteModel):
    """What a client may change in a row of catalog_items."""

    title: str = UNCHANGED
    description: str = UNCHANGED
    price: Decimal = Field(default=UNCHANGED, ge=0, max_digits=10, decimal_places=2, description="Unit: EUR.")
    published: bool = UNCHANGED


class Lesson(ReadModel):
    """One part of a course, in order."""

    lesson_id: UUID = Field(description="Identifies the row.")
    number: int = Field(ge=1, le=2147483647)
    title: str
    video: str | None = Field(description="Path in the CDN; empty for a text.")
    body: str
    catalog_item_id: UUID = Field(description="The course of a lesson.")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class LessonCreate(WriteModel):
    """What a client may send for a new row of lessons."""

    lesson_id: UUID = Field(default=UNCHANGED, description="Identifies the row.")
    number: int = Field(ge=1, le=2147483647)
    title: str
    video: str | None = Field(default=None, description="Path in the CDN; empty for a text.")
    body: str = UNCHANGED
    catalog_item_id: UUID = Field(description="The course of a lesson.")


class LessonUpdate(WriteModel):
    """What a client may change in a row of lessons."""

    number: int = Field(default=UNCHANGED, ge=1, le=2147483647)
    title: str = UNCHANGED
    video: str | None = Field(default=None, description="Path in the CDN; empty for a text.")
    body: str = UNCHANGED
    catalog_item_id: UUID = Field(default=UNCHANGED, description="The course of a lesson.")


EnrollmentStatus = Literal["active", "completed", "dropped"]


class Enrollment(ReadModel):
    """A person's place in a course."""

    user_id: UUID = Field(description="Who learns what.")
    catalog_item_id: UUID = Field(description="Who learns what.")
    status: EnrollmentStatus
    enrolled_at: AwareDatetime
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class EnrollmentCreate(WriteModel):
    """What a client may send for a new row of enrollments."""

    user_id: UUID = Field(description="Who learns what.")
    catalog_item_id: UUID = Field(description="Who learns what.")
    status: EnrollmentStatus = UNCHANGED
    enrolled_at: AwareDatetime = UNCHANGED


class EnrollmentUpdate(WriteModel):
    """What a client may change in a row of enrollments."""

    status: EnrollmentStatus = UNCHANGED
    enrolled_at: AwareDatetime = UNCHANGED


class Progress(ReadModel):
    """A lesson that a person completed."""

    user_id: UUID = Field(description="Which lessons are done.")
    catalog_item_id: UUID = Field(description="Which lessons are done.")
    lesson_id: UUID = Field(description="Which lessons are done.")
    completed_at: AwareDatetime


class ProgressCreate(WriteModel):
    """What a client may send for a new row of progress."""

    user_id: UUID = Field(description="Which lessons are done.")
    catalog_item_id: UUID = Field(description="Which lessons are done.")
    lesson_id: UUID = Field(description="Which lessons are done.")
    completed_at: AwareDatetime = UNCHANGED


class ProgressUpdate(WriteModel):
    """What a client may change in a row of progress."""

    completed_at: AwareDatetime = UNCHANGED


class Payment(ReadModel):
    """Money paid for an enrolment, or paid back."""

    payment_id: UUID = Field(description="Identifies the row.")
    amount: Decimal = Field(max_digits=10, decimal_places=2, description="Negative for money paid back. Unit: EUR.")
    reference: str = Field(description="The provider's number of the payment.")
    user_id: UUID = Field(description="What was paid for it.")
    catalog_item_id: UUID = Field(description="What was paid for it.")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class PaymentCreate(WriteModel):
    """What a client may send for a new row of payments."""

    payment_id: UUID = Field(default=UNCHANGED, description="Identifies the row.")
    amount: Decimal = Field(max_digits=10, decimal_places=2, description="Negative for money paid back. Unit: EUR.")
    reference: str = Field(description="The provider's number of the payment.")
    user_id: UUID = Field(description="What was paid for it.")
    catalog_item_id: UUID = Field(description="What was paid for it.")


class PaymentUpdate(WriteModel):
    """What a client may change in a row of payments."""

    amount: Decimal = Field(
        default=UNCHANGED,
        max_digits=10,
        decimal_places=2,
        description="Negative for money paid back. Unit: EUR.",
    )
    reference: str = Field(default=UNCHANGED, description="The provider's number of the payment.")
    user_id: UUID = Field(default=UNCHANGED, description="What was paid for it.")
    catalog_item_id: UUID = Field(default=UNCHANGED, description="What was paid for it.")


class Post(ReadModel):
    """Something said in the forum of a course."""

    post_id: UUID = Field(description="Identifies the row.")
    title: str
    content: Any = Field(
        description="Blocks in order; all words in it are searched.",
        json_schema_extra={"personal": "expression"},
    )
    shape: SmallInt = Field(description="Version of the shape of content; readers know all of them.")
    catalog_item_id: UUID = Field(description="In which forum it stands.")
    author_id: UUID | None = Field(description="Empty when the author is gone.")
    parent_id: UUID | None = Field(description="Empty for the first of a thread.")
    search: ServerText | None = Field(
        default=None,
        exclude=True,
        repr=False,
        description="What full-text search matches.",
    )
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class PostCreate(WriteModel):
    """What a client may send for a new row of posts."""

    post_id: UUID = Field(default=UNCHANGED, description="Identifies the row.")
    title: str = UNCHANGED
    content: Any = Field(
        description="Blocks in order; all words in it are searched.",
        json_schema_extra={"personal": "expression"},
    )
    shape: SmallInt = Field(default=UNCHANGED, description="Version of the shape of content; readers know all of them.")
    catalog_item_id: UUID = Field(description="In which forum it stands.")
    author_id: UUID | None = Field(default=None, description="Empty when the author is gone.")
    parent_id: UUID | None = Field(default=None, description="Empty for the first of a thread.")


class PostUpdate(WriteModel):
    """What a client may change in a row of posts."""

    title: str = UNCHANGED
    content: Any = Field(
        default=UNCHANGED,
        description="Blocks in order; all words in it are searched.",
        json_schema_extra={"personal": "expression"},
    )
    shape: SmallInt = Field(default=UNCHANGED, description="Version of the shape of content; readers know all of them.")
    catalog_item_id: UUID = Field(default=UNCHANGED, description="In which forum it stands.")
    author_id: UUID | None = Field(default=None, description="Empty when the author is gone.")
    parent_id: UUID | None = Field(default=None, description="Empty for the first of a thread.")
