"""fediflow: Pydantic models of its API, compiled by dbwright.

Of each table there is a model of a row as it is read, one (`…Create`) of what a client may send for a new row,
and one (`…Update`) of what it may change. The tenant, audit columns and generated values are the server's.
Numbers are finite, as in JSON.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AliasChoices, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

UNCHANGED: Any = None
"""Stands where a client sent nothing: the server's default, or the value that is there."""

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


TenantRegion = Literal["eu", "us", "apac"]


class Tenant(ReadModel):
    """A university or school that runs on this instance."""

    tenant_id: UUID
    slug: str = Field(description="Name in the web address.", examples=["open-university"])
    title: str = Field(description="Name of the university.")
    region: TenantRegion = Field(description="Where its data must stay.")
    settings: Any = Field(description="Configuration that changes shape with every release.")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class TenantCreate(WriteModel):
    """What a client may send for a new row of tenants."""

    tenant_id: UUID = UNCHANGED
    slug: str = Field(description="Name in the web address.", examples=["open-university"])
    title: str = Field(description="Name of the university.")
    region: TenantRegion = Field(description="Where its data must stay.")
    settings: Any = Field(default=UNCHANGED, description="Configuration that changes shape with every release.")


class TenantUpdate(WriteModel):
    """What a client may change in a row of tenants."""

    slug: str = Field(default=UNCHANGED, description="Name in the web address.", examples=["open-university"])
    title: str = Field(default=UNCHANGED, description="Name of the university.")
    region: TenantRegion = Field(default=UNCHANGED, description="Where its data must stay.")
    settings: Any = Field(default=UNCHANGED, description="Configuration that changes shape with every release.")


UserStatus = Literal["active", "suspended", "closed"]


class User(ReadModel):
    """A person with an account."""

    user_id: UUID
    tenant_id: UUID
    username: str = Field(pattern="^[a-z0-9_]{2,40}$", json_schema_extra={"personal": "name"})
    email: str = Field(json_schema_extra={"personal": "contact", "encrypted": True})
    display_name: str = Field(json_schema_extra={"personal": "name"})
    profile_data: Any = Field(description="Shaped by the client.", json_schema_extra={"personal": "profile"})
    status: UserStatus
    restricted: bool = Field(description="Processing is restricted (GDPR article 18).")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    advisor_id: UUID | None = Field(description="Study adviser.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class UserCreate(WriteModel):
    """What a client may send for a new row of users."""

    user_id: UUID = UNCHANGED
    username: str = Field(pattern="^[a-z0-9_]{2,40}$", json_schema_extra={"personal": "name"})
    email: str = Field(json_schema_extra={"personal": "contact", "encrypted": True})
    display_name: str = Field(json_schema_extra={"personal": "name"})
    profile_data: Any = Field(
        default=UNCHANGED,
        description="Shaped by the client.",
        json_schema_extra={"personal": "profile"},
    )
    status: UserStatus = UNCHANGED
    restricted: bool = Field(default=UNCHANGED, description="Processing is restricted (GDPR article 18).")
    advisor_id: UUID | None = Field(default=None, description="Study adviser.")


class UserUpdate(WriteModel):
    """What a client may change in a row of users."""

    username: str = Field(default=UNCHANGED, pattern="^[a-z0-9_]{2,40}$", json_schema_extra={"personal": "name"})
    email: str = Field(default=UNCHANGED, json_schema_extra={"personal": "contact", "encrypted": True})
    display_name: str = Field(default=UNCHANGED, json_schema_extra={"personal": "name"})
    profile_data: Any = Field(
        default=UNCHANGED,
        description="Shaped by the client.",
        json_schema_extra={"personal": "profile"},
    )
    status: UserStatus = UNCHANGED
    restricted: bool = Field(default=UNCHANGED, description="Processing is restricted (GDPR article 18).")
    advisor_id: UUID | None = Field(default=None, description="Study adviser.")


class FederationIdentity(ReadModel):
    """A user's address on this or another instance, with the key that signs for it."""

    tenant_id: UUID = Field(description="The tenant that owns the row.")
    identity_id: UUID
    user_id: UUID
    federation_id: str = Field(
        description="Account address, such as ada@uni.example.",
        json_schema_extra={"personal": "identifier"},
    )
    instance_url: str = Field(pattern="^https://", description="Home instance.")
    public_key: str = Field(description="PEM; the private key lives in the key store, never here.")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class FederationIdentityCreate(WriteModel):
    """What a client may send for a new row of federation_identities."""

    identity_id: UUID = UNCHANGED
    user_id: UUID
    federation_id: str = Field(
        description="Account address, such as ada@uni.example.",
        json_schema_extra={"personal": "identifier"},
    )
    instance_url: str = Field(pattern="^https://", description="Home instance.")
    public_key: str = Field(description="PEM; the private key lives in the key store, never here.")


class FederationIdentityUpdate(WriteModel):
    """What a client may change in a row of federation_identities."""

    user_id: UUID = UNCHANGED
    federation_id: str = Field(
        default=UNCHANGED,
        description="Account address, such as ada@uni.example.",
        json_schema_extra={"personal": "identifier"},
    )
    instance_url: str = Field(default=UNCHANGED, pattern="^https://", description="Home instance.")
    public_key: str = Field(default=UNCHANGED, description="PEM; the private key lives in the key store, never here.")


ActivityType = Literal["create", "update", "delete", "follow", "accept", "like", "announce", "undo"]


class Activity(ReadModel):
    """One ActivityPub activity, sent or received (create, follow, like, announce …)."""

    activity_id: UUID
    tenant_id: UUID
    type: ActivityType
    actor_id: UUID
    object_data: Any = Field(description="The JSON-LD object as received.")
    published_at: AwareDatetime


class ActivityCreate(WriteModel):
    """What a client may send for a new row of activities."""

    activity_id: UUID = UNCHANGED
    type: ActivityType
    actor_id: UUID
    object_data: Any = Field(description="The JSON-LD object as received.")
    published_at: AwareDatetime = UNCHANGED


class ActivityUpdate(WriteModel):
    """What a client may change in a row of activities."""

    type: ActivityType = UNCHANGED
    actor_id: UUID = UNCHANGED
    object_data: Any = Field(default=UNCHANGED, description="The JSON-LD object as received.")
    published_at: AwareDatetime = UNCHANGED


ContentContentType = Literal["note", "article", "question", "image", "video"]


ContentVisibility = Literal["public", "followers", "course", "private"]


class Content(ReadModel):
    """What an activity published, ready to be shown."""

    tenant_id: UUID = Field(description="The tenant that owns the row.")
    content_id: UUID
    activity_id: UUID
    author_id: UUID
    content_type: ContentContentType
    language: ServerText = Field(description="Text search configuration of this text.")
    title: str
    body: str = Field(json_schema_extra={"personal": "expression"})
    content_data: Any = Field(description="Media, polls and other parts that differ by type.")
    visibility: ContentVisibility
    deleted_at: AwareDatetime | None = Field(description="Hidden at once; removed by the operator's job.")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    search: ServerText | None = Field(
        default=None,
        exclude=True,
        repr=False,
        description="What full-text search matches.",
    )
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class ContentCreate(WriteModel):
    """What a client may send for a new row of content."""

    content_id: UUID = UNCHANGED
    activity_id: UUID
    author_id: UUID
    content_type: ContentContentType
    language: ServerText = Field(default=UNCHANGED, description="Text search configuration of this text.")
    title: str = UNCHANGED
    body: str = Field(json_schema_extra={"personal": "expression"})
    content_data: Any = Field(default=UNCHANGED, description="Media, polls and other parts that differ by type.")
    visibility: ContentVisibility = UNCHANGED
    deleted_at: AwareDatetime | None = Field(default=None, description="Hidden at once; removed by the operator's job.")


class ContentUpdate(WriteModel):
    """What a client may change in a row of content."""

    activity_id: UUID = UNCHANGED
    author_id: UUID = UNCHANGED
    content_type: ContentContentType = UNCHANGED
    language: ServerText = Field(default=UNCHANGED, description="Text search configuration of this text.")
    title: str = UNCHANGED
    body: str = Field(default=UNCHANGED, json_schema_extra={"personal": "expression"})
    content_data: Any = Field(default=UNCHANGED, description="Media, polls and other parts that differ by type.")
    visibility: ContentVisibility = UNCHANGED
    deleted_at: AwareDatetime | None = Field(default=None, description="Hidden at once; removed by the operator's job.")


class ContentVersion(ReadModel):
    """An earlier text of a content."""

    tenant_id: UUID = Field(description="The tenant that owns the row.")
    content_id: UUID
    version: int = Field(ge=1, le=2147483647)
    body: str = Field(json_schema_extra={"personal": "expression"})
    edited_at: AwareDatetime


class ContentVersionCreate(WriteModel):
    """What a client may send for a new row of content_versions."""

    content_id: UUID
    version: int = Field(ge=1, le=2147483647)
    body: str = Field(json_schema_extra={"personal": "expression"})
    edited_at: AwareDatetime = UNCHANGED


class ContentVersionUpdate(WriteModel):
    """What a client may change in a row of content_versions."""

    body: str = Field(default=UNCHANGED, json_schema_extra={"personal": "expression"})
    edited_at: AwareDatetime = UNCHANGED


class Media(ReadModel):
    """A file that a content shows; the bytes are in the object store."""

    tenant_id: UUID = Field(description="The tenant that owns the row.")
    media_id: UUID
    content_id: UUID
    object_key: str = Field(description="Path in the object store.")
    mime_type: str
    bytes_: int = Field(
        validation_alias=AliasChoices("bytes_", "bytes"),
        serialization_alias="bytes",
        ge=0,
        le=9223372036854775807,
        description="Unit: bytes.",
    )
    metadata_: Any = Field(
        validation_alias=AliasChoices("metadata_", "metadata"),
        serialization_alias="metadata",
        description="Dimensions, codecs, captions.",
    )
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class MediaCreate(WriteModel):
    """What a client may send for a new row of media."""

    media_id: UUID = UNCHANGED
    content_id: UUID
    object_key: str = Field(description="Path in the object store.")
    mime_type: str
    bytes_: int = Field(
        validation_alias=AliasChoices("bytes_", "bytes"),
        serialization_alias="bytes",
        ge=0,
        le=9223372036854775807,
        description="Unit: bytes.",
    )
    metadata_: Any = Field(
        default=UNCHANGED,
        validation_alias=AliasChoices("metadata_", "metadata"),
        serialization_alias="metadata",
        description="Dimensions, codecs, captions.",
    )


class MediaUpdate(WriteModel):
    """What a client may change in a row of media."""

    content_id: UUID = UNCHANGED
    object_key: str = Field(default=UNCHANGED, description="Path in the object store.")
    mime_type: str = UNCHANGED
    bytes_: int = Field(
        default=UNCHANGED,
        validation_alias=AliasChoices("bytes_", "bytes"),
        serialization_alias="bytes",
        ge=0,
        le=9223372036854775807,
        description="Unit: bytes.",
    )
    metadata_: Any = Field(
        default=UNCHANGED,
        validation_alias=AliasChoices("metadata_", "metadata"),
        serialization_alias="metadata",
        description="Dimensions, codecs, captions.",
    )


DeliveryStatus = Literal["queued", "sent", "failed", "given up"]


class Delivery(ReadModel):
    """An attempt to deliver an activity to another instance."""

    delivery_id: UUID
    tenant_id: UUID
    activity_id: UUID = Field(description="No foreign key; a delivery outlives the activity it carried.")
    inbox_url: str
    status: DeliveryStatus
    attempts: int = Field(ge=0, le=20)
    next_try_at: AwareDatetime | None
    attempted_at: AwareDatetime


class DeliveryCreate(WriteModel):
    """What a client may send for a new row of deliveries."""

    delivery_id: UUID = UNCHANGED
    activity_id: UUID = Field(description="No foreign key; a delivery outlives the activity it carried.")
    inbox_url: str
    status: DeliveryStatus = UNCHANGED
    attempts: int = Field(default=UNCHANGED, ge=0, le=20)
    next_try_at: AwareDatetime | None = None
    attempted_at: AwareDatetime = UNCHANGED


class DeliveryUpdate(WriteModel):
    """What a client may change in a row of deliveries."""

    activity_id: UUID = Field(
        default=UNCHANGED,
        description="No foreign key; a delivery outlives the activity it carried.",
    )
    inbox_url: str = UNCHANGED
    status: DeliveryStatus = UNCHANGED
    attempts: int = Field(default=UNCHANGED, ge=0, le=20)
    next_try_at: AwareDatetime | None = None


class Course(ReadModel):
    """A course of a university."""

    course_id: UUID
    tenant_id: UUID
    course_code: str = Field(examples=["MATH-101"])
    title: str
    description: str
    language: ServerText
    starts_on: dt.date
    ends_on: dt.date
    capacity: int = Field(ge=1, le=2147483647)
    metadata_: Any = Field(
        validation_alias=AliasChoices("metadata_", "metadata"),
        serialization_alias="metadata",
        description="Syllabus, badges, links to other systems.",
    )
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    search: ServerText | None = Field(
        default=None,
        exclude=True,
        repr=False,
        description="What full-text search matches.",
    )
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class CourseCreate(WriteModel):
    """What a client may send for a new row of courses."""

    course_id: UUID = UNCHANGED
    course_code: str = Field(examples=["MATH-101"])
    title: str
    description: str = UNCHANGED
    language: ServerText = UNCHANGED
    starts_on: dt.date
    ends_on: dt.date
    capacity: int = Field(default=UNCHANGED, ge=1, le=2147483647)
    metadata_: Any = Field(
        default=UNCHANGED,
        validation_alias=AliasChoices("metadata_", "metadata"),
        serialization_alias="metadata",
        description="Syllabus, badges, links to other systems.",
    )


class CourseUpdate(WriteModel):
    """What a client may change in a row of courses."""

    course_code: str = Field(default=UNCHANGED, examples=["MATH-101"])
    title: str = UNCHANGED
    description: str = UNCHANGED
    language: ServerText = UNCHANGED
    starts_on: dt.date = UNCHANGED
    ends_on: dt.date = UNCHANGED
    capacity: int = Field(default=UNCHANGED, ge=1, le=2147483647)
    metadata_: Any = Field(
        default=UNCHANGED,
        validation_alias=AliasChoices("metadata_", "metadata"),
        serialization_alias="metadata",
        description="Syllabus, badges, links to other systems.",
    )


EnrollmentRole = Literal["student", "assistant", "teacher"]


EnrollmentStatus = Literal["invited", "active", "completed", "dropped"]


class Enrollment(ReadModel):
    """A person's place in a course."""

    tenant_id: UUID = Field(description="The tenant that owns the row.")
    course_id: UUID = Field(description="Who learns or teaches what.")
    user_id: UUID = Field(description="Who learns or teaches what.")
    role: EnrollmentRole
    status: EnrollmentStatus
    enrolled_at: AwareDatetime
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class EnrollmentCreate(WriteModel):
    """What a client may send for a new row of enrollments."""

    course_id: UUID = Field(description="Who learns or teaches what.")
    user_id: UUID = Field(description="Who learns or teaches what.")
    role: EnrollmentRole = UNCHANGED
    status: EnrollmentStatus = UNCHANGED
    enrolled_at: AwareDatetime = UNCHANGED


class EnrollmentUpdate(WriteModel):
    """What a client may change in a row of enrollments."""

    role: EnrollmentRole = UNCHANGED
    status: EnrollmentStatus = UNCHANGED
    enrolled_at: AwareDatetime = UNCHANGED


class RoomBooking(ReadModel):
    """A room reserved for a course meeting."""

    tenant_id: UUID = Field(description="The tenant that owns the row.")
    booking_id: UUID
    course_id: UUID
    room: str
    during: ServerText = Field(description="From (included) to (excluded).")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class RoomBookingCreate(WriteModel):
    """What a client may send for a new row of room_bookings."""

    booking_id: UUID = UNCHANGED
    course_id: UUID
    room: str
    during: ServerText = Field(description="From (included) to (excluded).")


class RoomBookingUpdate(WriteModel):
    """What a client may change in a row of room_bookings."""

    course_id: UUID = UNCHANGED
    room: str = UNCHANGED
    during: ServerText = Field(default=UNCHANGED, description="From (included) to (excluded).")


EventRegion = Literal["eu", "us", "apac"]


class Event(ReadModel):
    """A meeting, lecture or open day at a place."""

    event_id: UUID
    tenant_id: UUID
    region: EventRegion
    course_id: UUID | None
    title: str
    place: ServerText = Field(description="Where it happens.")
    starts_at: AwareDatetime
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class EventCreate(WriteModel):
    """What a client may send for a new row of events."""

    event_id: UUID = UNCHANGED
    region: EventRegion
    course_id: UUID | None = None
    title: str
    place: ServerText = Field(description="Where it happens.")
    starts_at: AwareDatetime


class EventUpdate(WriteModel):
    """What a client may change in a row of events."""

    course_id: UUID | None = None
    title: str = UNCHANGED
    place: ServerText = Field(default=UNCHANGED, description="Where it happens.")
    starts_at: AwareDatetime = UNCHANGED


class MetricPoint(ReadModel):
    """One measurement of the platform or of how a course is used."""

    tenant_id: UUID
    metric: str = Field(examples=["course.page_views"])
    measured_at: AwareDatetime
    dimensions: Any
    value: float
    point_id: UUID


class MetricPointCreate(WriteModel):
    """What a client may send for a new row of metric_points."""

    metric: str = Field(examples=["course.page_views"])
    measured_at: AwareDatetime = UNCHANGED
    dimensions: Any = UNCHANGED
    value: float
    point_id: UUID = UNCHANGED


class MetricPointUpdate(WriteModel):
    """What a client may change in a row of metric_points."""

    metric: str = Field(default=UNCHANGED, examples=["course.page_views"])
    dimensions: Any = UNCHANGED
    value: float = UNCHANGED


class Follow(ReadModel):
    """Who reads whom"""

    tenant_id: UUID = Field(description="The tenant that owns the row.")
    follower_id: UUID = Field(description="Who reads whom.")
    followee_id: UUID = Field(description="Who reads whom.")


class FollowCreate(WriteModel):
    """What a client may send for a new row of follows."""

    follower_id: UUID = Field(description="Who reads whom.")
    followee_id: UUID = Field(description="Who reads whom.")
