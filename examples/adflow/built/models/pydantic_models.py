"""adflow: Pydantic models of its API, compiled by dbwright.

Of each table there is a model of a row as it is read, one (`…Create`) of what a client may send for a new row,
and one (`…Update`) of what it may change. The tenant, audit columns and generated values are the server's.
Numbers are finite, as in JSON.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AliasChoices, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, IPvAnyInterface

UNCHANGED: Any = None
"""Stands where a client sent nothing: the server's default, or the value that is there."""

SmallInt = Annotated[int, Field(ge=-(2**15), lt=2**15)]
"""A whole number of 2 bytes."""

Integer = Annotated[int, Field(ge=-(2**31), lt=2**31)]
"""A whole number of 4 bytes."""

BigInt = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""A whole number of 8 bytes."""

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


AuditEventAction = Literal["sign in", "create", "change", "approve", "delete", "export"]


AuditEventSubject = Literal["advertiser", "user", "campaign", "ad group", "budget", "creative"]


class AuditEvent(ReadModel):
    """Something a person or a machine did that must be explained later."""

    event_id: UUID
    advertiser_id: UUID = Field(description="No foreign key; evidence outlives the account.")
    happened_at: AwareDatetime
    actor_id: UUID | None = Field(
        description="The user; empty for a machine.",
        json_schema_extra={"personal": "identifier"},
    )
    component: str = Field(description="What acted.", examples=["web"])
    action: AuditEventAction
    subject: AuditEventSubject
    subject_id: UUID = Field(description="No foreign key; the subject may be gone.")
    before: Any = Field(description="The row before; empty for something new.")
    after: Any = Field(description="The row after; empty for something deleted.")
    reason: str = Field(description="What the person wrote.")
    address: IPvAnyInterface | None = Field(json_schema_extra={"personal": "network address"})


class AuditEventCreate(WriteModel):
    """What a client may send for a new row of audit_events."""

    event_id: UUID = UNCHANGED
    happened_at: AwareDatetime = UNCHANGED
    actor_id: UUID | None = Field(
        default=None,
        description="The user; empty for a machine.",
        json_schema_extra={"personal": "identifier"},
    )
    component: str = Field(description="What acted.", examples=["web"])
    action: AuditEventAction
    subject: AuditEventSubject
    subject_id: UUID = Field(description="No foreign key; the subject may be gone.")
    before: Any = Field(default=None, description="The row before; empty for something new.")
    after: Any = Field(default=None, description="The row after; empty for something deleted.")
    reason: str = Field(default=UNCHANGED, description="What the person wrote.")
    address: IPvAnyInterface | None = Field(default=None, json_schema_extra={"personal": "network address"})


class AuditEventUpdate(WriteModel):
    """What a client may change in a row of audit_events."""

    actor_id: UUID | None = Field(
        default=None,
        description="The user; empty for a machine.",
        json_schema_extra={"personal": "identifier"},
    )
    component: str = Field(default=UNCHANGED, description="What acted.", examples=["web"])
    action: AuditEventAction = UNCHANGED
    subject: AuditEventSubject = UNCHANGED
    subject_id: UUID = Field(default=UNCHANGED, description="No foreign key; the subject may be gone.")
    before: Any = Field(default=None, description="The row before; empty for something new.")
    after: Any = Field(default=None, description="The row after; empty for something deleted.")
    reason: str = Field(default=UNCHANGED, description="What the person wrote.")
    address: IPvAnyInterface | None = Field(default=None, json_schema_extra={"personal": "network address"})


CampaignObjective = Literal["awareness", "visits", "sales"]


CampaignStatus = Literal["draft", "active", "paused", "ended"]


class Campaign(ReadModel):
    """An undertaking of an advertiser with a goal, a period and a budget."""

    campaign_id: UUID
    advertiser_id: UUID
    name: str = Field(examples=["Spring sale"])
    objective: CampaignObjective
    status: CampaignStatus
    starts_on: dt.date
    ends_on: dt.date | None = Field(description="Empty while no end is planned.")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class CampaignCreate(WriteModel):
    """What a client may send for a new row of campaigns."""

    campaign_id: UUID = UNCHANGED
    name: str = Field(examples=["Spring sale"])
    objective: CampaignObjective
    status: CampaignStatus = UNCHANGED
    starts_on: dt.date
    ends_on: dt.date | None = Field(default=None, description="Empty while no end is planned.")


class CampaignUpdate(WriteModel):
    """What a client may change in a row of campaigns."""

    name: str = Field(default=UNCHANGED, examples=["Spring sale"])
    objective: CampaignObjective = UNCHANGED
    status: CampaignStatus = UNCHANGED
    starts_on: dt.date = UNCHANGED
    ends_on: dt.date | None = Field(default=None, description="Empty while no end is planned.")


AdGroupStatus = Literal["active", "paused", "ended"]


class AdGroup(ReadModel):
    """A part of a campaign with one audience and one bid."""

    advertiser_id: UUID = Field(description="The tenant that owns the row.")
    ad_group_id: UUID
    campaign_id: UUID
    name: str
    bid: int = Field(
        ge=1,
        le=9223372036854775807,
        description="Price of a click. Unit: millionths of the advertiser's currency.",
    )
    targeting: Any = Field(description="Countries, devices, hours; its shape grows with every release.")
    status: AdGroupStatus
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class AdGroupCreate(WriteModel):
    """What a client may send for a new row of ad_groups."""

    ad_group_id: UUID = UNCHANGED
    campaign_id: UUID
    name: str
    bid: int = Field(
        ge=1,
        le=9223372036854775807,
        description="Price of a click. Unit: millionths of the advertiser's currency.",
    )
    targeting: Any = Field(
        default=UNCHANGED,
        description="Countries, devices, hours; its shape grows with every release.",
    )
    status: AdGroupStatus = UNCHANGED


class AdGroupUpdate(WriteModel):
    """What a client may change in a row of ad_groups."""

    campaign_id: UUID = UNCHANGED
    name: str = UNCHANGED
    bid: int = Field(
        default=UNCHANGED,
        ge=1,
        le=9223372036854775807,
        description="Price of a click. Unit: millionths of the advertiser's currency.",
    )
    targeting: Any = Field(
        default=UNCHANGED,
        description="Countries, devices, hours; its shape grows with every release.",
    )
    status: AdGroupStatus = UNCHANGED


AdStatus = Literal["active", "paused"]


class Ad(ReadModel):
    """A creative that an ad group shows."""

    advertiser_id: UUID = Field(description="The tenant that owns the row.")
    ad_group_id: UUID = Field(description="Which creatives an ad group shows.")
    creative_id: UUID = Field(description="Which creatives an ad group shows.")
    weight: int = Field(ge=0, le=1000, description="Share among the ads of the group.")
    status: AdStatus
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class AdCreate(WriteModel):
    """What a client may send for a new row of ads."""

    ad_group_id: UUID = Field(description="Which creatives an ad group shows.")
    creative_id: UUID = Field(description="Which creatives an ad group shows.")
    weight: int = Field(default=UNCHANGED, ge=0, le=1000, description="Share among the ads of the group.")
    status: AdStatus = UNCHANGED


class AdUpdate(WriteModel):
    """What a client may change in a row of ads."""

    weight: int = Field(default=UNCHANGED, ge=0, le=1000, description="Share among the ads of the group.")
    status: AdStatus = UNCHANGED


class Budget(ReadModel):
    """What a campaign may cost, and how much of it is handed out to the ad servers."""

    advertiser_id: UUID = Field(description="The tenant that owns the row.")
    campaign_id: UUID
    daily_limit: int = Field(
        ge=1,
        le=9223372036854775807,
        description="The pace that slices keep. Unit: as total_limit.",
    )
    total_limit: int = Field(ge=1, le=9223372036854775807, description="Unit: millionths of the advertiser's currency.")
    reserved: int = Field(ge=0, le=9223372036854775807, description="In all slices so far. Unit: as total_limit.")
    version: BigInt = Field(description="Counts changes; compare-and-set compares it.")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class BudgetCreate(WriteModel):
    """What a client may send for a new row of budgets."""

    campaign_id: UUID
    daily_limit: int = Field(
        ge=1,
        le=9223372036854775807,
        description="The pace that slices keep. Unit: as total_limit.",
    )
    total_limit: int = Field(ge=1, le=9223372036854775807, description="Unit: millionths of the advertiser's currency.")
    reserved: int = Field(
        default=UNCHANGED,
        ge=0,
        le=9223372036854775807,
        description="In all slices so far. Unit: as total_limit.",
    )
    version: BigInt = Field(default=UNCHANGED, description="Counts changes; compare-and-set compares it.")


class BudgetUpdate(WriteModel):
    """What a client may change in a row of budgets."""

    daily_limit: int = Field(
        default=UNCHANGED,
        ge=1,
        le=9223372036854775807,
        description="The pace that slices keep. Unit: as total_limit.",
    )
    total_limit: int = Field(
        default=UNCHANGED,
        ge=1,
        le=9223372036854775807,
        description="Unit: millionths of the advertiser's currency.",
    )
    reserved: int = Field(
        default=UNCHANGED,
        ge=0,
        le=9223372036854775807,
        description="In all slices so far. Unit: as total_limit.",
    )
    version: BigInt = Field(default=UNCHANGED, description="Counts changes; compare-and-set compares it.")


CreativeFormat = Literal["banner", "native", "video", "audio"]


CreativeStatus = Literal["draft", "in review", "approved", "rejected", "retired"]


class Creative(ReadModel):
    """An advertisement as a thing of its own, whatever its current text."""

    creative_id: UUID
    advertiser_id: UUID
    name: str
    format: CreativeFormat
    status: CreativeStatus
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class CreativeCreate(WriteModel):
    """What a client may send for a new row of creatives."""

    creative_id: UUID = UNCHANGED
    name: str
    format: CreativeFormat
    status: CreativeStatus = UNCHANGED


class CreativeUpdate(WriteModel):
    """What a client may change in a row of creatives."""

    name: str = UNCHANGED
    format: CreativeFormat = UNCHANGED
    status: CreativeStatus = UNCHANGED


class CreativeVersion(ReadModel):
    """What a creative said and looked like at one time; never changed, only followed by the next version."""

    advertiser_id: UUID = Field(description="The tenant that owns the row.")
    creative_id: UUID
    version: int = Field(ge=1, le=2147483647)
    language: ServerText = Field(description="Text search configuration of this text.")
    headline: str
    body: str
    landing_url: str = Field(pattern="^https://")
    content: Any = Field(description="Buttons, colours, captions: whatever the format has.")
    shape: SmallInt = Field(description="Version of the shape of content; readers know all of them.")
    approved_at: AwareDatetime | None = Field(description="Empty until a reviewer signs.")
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


class CreativeVersionCreate(WriteModel):
    """What a client may send for a new row of creative_versions."""

    creative_id: UUID
    version: int = Field(ge=1, le=2147483647)
    language: ServerText = Field(default=UNCHANGED, description="Text search configuration of this text.")
    headline: str
    body: str = UNCHANGED
    landing_url: str = Field(pattern="^https://")
    content: Any = Field(default=UNCHANGED, description="Buttons, colours, captions: whatever the format has.")
    shape: SmallInt = Field(default=UNCHANGED, description="Version of the shape of content; readers know all of them.")
    approved_at: AwareDatetime | None = Field(default=None, description="Empty until a reviewer signs.")


class CreativeVersionUpdate(WriteModel):
    """What a client may change in a row of creative_versions."""

    language: ServerText = Field(default=UNCHANGED, description="Text search configuration of this text.")
    headline: str = UNCHANGED
    body: str = UNCHANGED
    landing_url: str = Field(default=UNCHANGED, pattern="^https://")
    content: Any = Field(default=UNCHANGED, description="Buttons, colours, captions: whatever the format has.")
    shape: SmallInt = Field(default=UNCHANGED, description="Version of the shape of content; readers know all of them.")
    approved_at: AwareDatetime | None = Field(default=None, description="Empty until a reviewer signs.")


class Asset(ReadModel):
    """A picture or video that a version uses; the bytes are in the object store."""

    asset_id: UUID
    advertiser_id: UUID
    sha256: bytes = Field(description="Name in the object store; a file is kept once.")
    mime_type: str = Field(examples=["image/avif"])
    bytes_: int = Field(
        validation_alias=AliasChoices("bytes_", "bytes"),
        serialization_alias="bytes",
        ge=1,
        le=9223372036854775807,
        description="Unit: bytes.",
    )
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class AssetCreate(WriteModel):
    """What a client may send for a new row of assets."""

    asset_id: UUID = UNCHANGED
    sha256: bytes = Field(description="Name in the object store; a file is kept once.")
    mime_type: str = Field(examples=["image/avif"])
    bytes_: int = Field(
        validation_alias=AliasChoices("bytes_", "bytes"),
        serialization_alias="bytes",
        ge=1,
        le=9223372036854775807,
        description="Unit: bytes.",
    )


class AssetUpdate(WriteModel):
    """What a client may change in a row of assets."""

    sha256: bytes = Field(default=UNCHANGED, description="Name in the object store; a file is kept once.")
    mime_type: str = Field(default=UNCHANGED, examples=["image/avif"])
    bytes_: int = Field(
        default=UNCHANGED,
        validation_alias=AliasChoices("bytes_", "bytes"),
        serialization_alias="bytes",
        ge=1,
        le=9223372036854775807,
        description="Unit: bytes.",
    )


PlacementFormat = Literal["banner", "native", "video", "audio"]


PlacementRegion = Literal["eu", "us"]


class Placement(ReadModel):
    """A place on a publisher's page where an ad can stand; every advertiser may bid for it."""

    placement_id: UUID
    publisher: str = Field(examples=["daily-post"])
    name: str = Field(examples=["front page top"])
    format: PlacementFormat
    region: PlacementRegion
    floor_price: int = Field(ge=0, le=9223372036854775807, description="Unit: millionths of a euro a view.")
    active: bool
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class PlacementCreate(WriteModel):
    """What a client may send for a new row of placements."""

    placement_id: UUID = UNCHANGED
    publisher: str = Field(examples=["daily-post"])
    name: str = Field(examples=["front page top"])
    format: PlacementFormat
    region: PlacementRegion
    floor_price: int = Field(ge=0, le=9223372036854775807, description="Unit: millionths of a euro a view.")
    active: bool = UNCHANGED


class PlacementUpdate(WriteModel):
    """What a client may change in a row of placements."""

    publisher: str = Field(default=UNCHANGED, examples=["daily-post"])
    name: str = Field(default=UNCHANGED, examples=["front page top"])
    format: PlacementFormat = UNCHANGED
    region: PlacementRegion = UNCHANGED
    floor_price: int = Field(
        default=UNCHANGED,
        ge=0,
        le=9223372036854775807,
        description="Unit: millionths of a euro a view.",
    )
    active: bool = UNCHANGED


class Impression(ReadModel):
    """One ad shown to one viewer."""

    impression_id: UUID
    advertiser_id: UUID = Field(description="No foreign key, as below: an event outlives what it names.")
    campaign_id: UUID = Field(description="What was advertised.")
    ad_group_id: UUID = Field(description="What won the auction.")
    creative_id: UUID = Field(description="What was seen.")
    placement_id: UUID = Field(description="Where.")
    viewer: str | None = Field(
        description="Keyed hash, a new key each day; empty without consent.",
        json_schema_extra={"personal": "identifier"},
    )
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166 code.", examples=["DE"])
    cost: int = Field(ge=0, le=9223372036854775807, description="Unit: millionths of the advertiser's currency.")
    shown_at: AwareDatetime


class ImpressionCreate(WriteModel):
    """What a client may send for a new row of impressions."""

    impression_id: UUID = UNCHANGED
    campaign_id: UUID = Field(description="What was advertised.")
    ad_group_id: UUID = Field(description="What won the auction.")
    creative_id: UUID = Field(description="What was seen.")
    placement_id: UUID = Field(description="Where.")
    viewer: str | None = Field(
        default=None,
        description="Keyed hash, a new key each day; empty without consent.",
        json_schema_extra={"personal": "identifier"},
    )
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166 code.", examples=["DE"])
    cost: int = Field(
        default=UNCHANGED,
        ge=0,
        le=9223372036854775807,
        description="Unit: millionths of the advertiser's currency.",
    )
    shown_at: AwareDatetime = UNCHANGED


class ImpressionUpdate(WriteModel):
    """What a client may change in a row of impressions."""

    campaign_id: UUID = Field(default=UNCHANGED, description="What was advertised.")
    ad_group_id: UUID = Field(default=UNCHANGED, description="What won the auction.")
    creative_id: UUID = Field(default=UNCHANGED, description="What was seen.")
    placement_id: UUID = Field(default=UNCHANGED, description="Where.")
    viewer: str | None = Field(
        default=None,
        description="Keyed hash, a new key each day; empty without consent.",
        json_schema_extra={"personal": "identifier"},
    )
    country: str = Field(default=UNCHANGED, pattern="^[A-Z]{2}$", description="ISO 3166 code.", examples=["DE"])
    cost: int = Field(
        default=UNCHANGED,
        ge=0,
        le=9223372036854775807,
        description="Unit: millionths of the advertiser's currency.",
    )


class Click(ReadModel):
    """A viewer followed an ad; counted once an impression."""

    impression_id: UUID = Field(description="The view it follows; its time comes signed with the link.")
    advertiser_id: UUID = Field(description="No foreign key, as in impressions.")
    campaign_id: UUID = Field(description="What was advertised.")
    ad_group_id: UUID = Field(description="What won the auction.")
    placement_id: UUID = Field(description="Where.")
    cost: int = Field(ge=0, le=9223372036854775807, description="Unit: millionths of the advertiser's currency.")
    shown_at: AwareDatetime = Field(description="Partitions follow the view, so the key can refuse a second click.")
    clicked_at: AwareDatetime


class ClickCreate(WriteModel):
    """What a client may send for a new row of clicks."""

    impression_id: UUID = Field(description="The view it follows; its time comes signed with the link.")
    campaign_id: UUID = Field(description="What was advertised.")
    ad_group_id: UUID = Field(description="What won the auction.")
    placement_id: UUID = Field(description="Where.")
    cost: int = Field(ge=0, le=9223372036854775807, description="Unit: millionths of the advertiser's currency.")
    shown_at: AwareDatetime = Field(description="Partitions follow the view, so the key can refuse a second click.")
    clicked_at: AwareDatetime = UNCHANGED


class ClickUpdate(WriteModel):
    """What a client may change in a row of clicks."""

    campaign_id: UUID = Field(default=UNCHANGED, description="What was advertised.")
    ad_group_id: UUID = Field(default=UNCHANGED, description="What won the auction.")
    placement_id: UUID = Field(default=UNCHANGED, description="Where.")
    cost: int = Field(
        default=UNCHANGED,
        ge=0,
        le=9223372036854775807,
        description="Unit: millionths of the advertiser's currency.",
    )
    clicked_at: AwareDatetime = UNCHANGED


class SpendPerDay(ReadModel):
    """Views, clicks and cost of an ad group on one day (UTC)."""

    advertiser_id: UUID = Field(description="The tenant that owns the row.")
    ad_group_id: UUID
    campaign_id: UUID
    day: dt.date
    impressions: int = Field(ge=0, le=9223372036854775807)
    clicks: int = Field(ge=0, le=9223372036854775807)
    cost: int = Field(ge=0, le=9223372036854775807, description="Unit: millionths of the advertiser's currency.")


class SpendPerDayCreate(WriteModel):
    """What a client may send for a new row of spend_per_day."""

    ad_group_id: UUID
    campaign_id: UUID
    day: dt.date
    impressions: int = Field(default=UNCHANGED, ge=0, le=9223372036854775807)
    clicks: int = Field(default=UNCHANGED, ge=0, le=9223372036854775807)
    cost: int = Field(
        default=UNCHANGED,
        ge=0,
        le=9223372036854775807,
        description="Unit: millionths of the advertiser's currency.",
    )


class SpendPerDayUpdate(WriteModel):
    """What a client may change in a row of spend_per_day."""

    campaign_id: UUID = UNCHANGED
    impressions: int = Field(default=UNCHANGED, ge=0, le=9223372036854775807)
    clicks: int = Field(default=UNCHANGED, ge=0, le=9223372036854775807)
    cost: int = Field(
        default=UNCHANGED,
        ge=0,
        le=9223372036854775807,
        description="Unit: millionths of the advertiser's currency.",
    )


RolledWindowSource = Literal["impressions", "clicks"]


class RolledWindow(ReadModel):
    """A window of five minutes whose events are in the daily sums."""

    source: RolledWindowSource
    starts_at: AwareDatetime
    stops_at: AwareDatetime
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class RolledWindowCreate(WriteModel):
    """What a client may send for a new row of rolled_windows."""

    source: RolledWindowSource
    starts_at: AwareDatetime
    stops_at: AwareDatetime


class RolledWindowUpdate(WriteModel):
    """What a client may change in a row of rolled_windows."""

    stops_at: AwareDatetime = UNCHANGED


AdvertiserRegion = Literal["eu", "us"]


AdvertiserStatus = Literal["active", "suspended", "closed"]


class Advertiser(ReadModel):
    """A company that buys advertising."""

    advertiser_id: UUID
    name: str
    region: AdvertiserRegion = Field(description="Home region; its rows are written there and nowhere else.")
    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217 code of all its amounts.", examples=["EUR"])
    status: AdvertiserStatus
    settings: Any = Field(description="Preferences of the application, read and written whole.")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class AdvertiserCreate(WriteModel):
    """What a client may send for a new row of advertisers."""

    advertiser_id: UUID = UNCHANGED
    name: str
    region: AdvertiserRegion = Field(description="Home region; its rows are written there and nowhere else.")
    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217 code of all its amounts.", examples=["EUR"])
    status: AdvertiserStatus = UNCHANGED
    settings: Any = Field(default=UNCHANGED, description="Preferences of the application, read and written whole.")


class AdvertiserUpdate(WriteModel):
    """What a client may change in a row of advertisers."""

    name: str = UNCHANGED
    region: AdvertiserRegion = Field(
        default=UNCHANGED,
        description="Home region; its rows are written there and nowhere else.",
    )
    currency: str = Field(
        default=UNCHANGED,
        pattern="^[A-Z]{3}$",
        description="ISO 4217 code of all its amounts.",
        examples=["EUR"],
    )
    status: AdvertiserStatus = UNCHANGED
    settings: Any = Field(default=UNCHANGED, description="Preferences of the application, read and written whole.")


UserRole = Literal["owner", "manager", "creator", "viewer"]


UserStatus = Literal["invited", "active", "suspended", "closed"]


class User(ReadModel):
    """A person who works for an advertiser."""

    user_id: UUID
    advertiser_id: UUID
    email: str = Field(json_schema_extra={"personal": "contact", "encrypted": True})
    name: str = Field(json_schema_extra={"personal": "name"})
    role: UserRole
    status: UserStatus
    restricted: bool = Field(description="Processing is restricted (GDPR article 18).")
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class UserCreate(WriteModel):
    """What a client may send for a new row of users."""

    user_id: UUID = UNCHANGED
    email: str = Field(json_schema_extra={"personal": "contact", "encrypted": True})
    name: str = Field(json_schema_extra={"personal": "name"})
    role: UserRole = UNCHANGED
    status: UserStatus = UNCHANGED
    restricted: bool = Field(default=UNCHANGED, description="Processing is restricted (GDPR article 18).")


class UserUpdate(WriteModel):
    """What a client may change in a row of users."""

    email: str = Field(default=UNCHANGED, json_schema_extra={"personal": "contact", "encrypted": True})
    name: str = Field(default=UNCHANGED, json_schema_extra={"personal": "name"})
    role: UserRole = UNCHANGED
    status: UserStatus = UNCHANGED
    restricted: bool = Field(default=UNCHANGED, description="Processing is restricted (GDPR article 18).")


class VersionAsset(ReadModel):
    """Which files a version shows"""

    advertiser_id: UUID = Field(description="The tenant that owns the row.")
    creative_id: UUID = Field(description="Which files a version shows.")
    version: Integer = Field(description="Which files a version shows.")
    asset_id: UUID = Field(description="Which files a version shows.")


class VersionAssetCreate(WriteModel):
    """What a client may send for a new row of version_assets."""

    creative_id: UUID = Field(description="Which files a version shows.")
    version: Integer = Field(description="Which files a version shows.")
    asset_id: UUID = Field(description="Which files a version shows.")
