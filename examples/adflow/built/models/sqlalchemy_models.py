"""adflow: SQLAlchemy models for PostgreSQL 18, compiled by dbwright.

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

    metadata = sa.MetaData(schema="adflow")


class AuditEvent(Base):
    """Something a person or a machine did that must be explained later."""

    __tablename__ = "audit_events"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "event_id", "happened_at", name="audit_events_pkey"),
        sa.CheckConstraint(
            "action in ('sign in', 'create', 'change', 'approve', 'delete', 'export')",
            name="audit_events_action_check",
        ),
        sa.CheckConstraint(
            "subject in ('advertiser', 'user', 'campaign', 'ad group', 'budget', 'creative')",
            name="audit_events_subject_check",
        ),
        sa.Index("audit_events_actor_id_happened_at_idx", "actor_id", sa.text("happened_at desc")),
        sa.Index("audit_events_subject_id_happened_at_idx", "advertiser_id", "subject_id", sa.text("happened_at desc")),
        {
            "comment": "Something a person or a machine did that must be explained later.",
            "postgresql_partition_by": "range (happened_at)",
        },
    )

    event_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    advertiser_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("adflow.advertiser_id()"),
        comment="No foreign key; evidence outlives the account",
    )
    happened_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True), server_default=sa.text("now()"))
    actor_id: Mapped[UUID | None] = mapped_column(pg.UUID, comment="The user; empty for a machine")
    component: Mapped[str] = mapped_column(sa.Text, comment="What acted")
    action: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    subject_id: Mapped[UUID] = mapped_column(pg.UUID, comment="No foreign key; the subject may be gone")
    before: Mapped[Any | None] = mapped_column(
        pg.JSONB(none_as_null=True),
        comment="The row before; empty for something new",
    )
    after: Mapped[Any | None] = mapped_column(
        pg.JSONB(none_as_null=True),
        comment="The row after; empty for something deleted",
    )
    reason: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"), comment="What the person wrote")
    address: Mapped[Any | None] = mapped_column(pg.INET)


class Campaign(Base):
    """An undertaking of an advertiser with a goal, a period and a budget."""

    __tablename__ = "campaigns"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "campaign_id", name="campaigns_pkey"),
        sa.UniqueConstraint("advertiser_id", "name", name="campaigns_advertiser_id_name_key"),
        sa.CheckConstraint("ends_on >= starts_on", name="campaigns_ends_after_start"),
        sa.CheckConstraint("objective in ('awareness', 'visits', 'sales')", name="campaigns_objective_check"),
        sa.CheckConstraint("status in ('draft', 'active', 'paused', 'ended')", name="campaigns_status_check"),
        sa.ForeignKeyConstraint(
            ["advertiser_id"],
            ["advertisers.advertiser_id"],
            name="campaigns_advertiser_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index(
            "campaigns_advertiser_id_status_updated_at_covering_idx",
            "advertiser_id",
            "status",
            sa.text("updated_at desc"),
            postgresql_include=["campaign_id", "name", "objective", "starts_on", "ends_on"],
        ),
        {"comment": "An undertaking of an advertiser with a goal, a period and a budget."},
    )

    campaign_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    advertiser_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("adflow.advertiser_id()"))
    name: Mapped[str] = mapped_column(sa.Text)
    objective: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'draft'"))
    starts_on: Mapped[dt.date] = mapped_column(sa.Date)
    ends_on: Mapped[dt.date | None] = mapped_column(sa.Date, comment="Empty while no end is planned")
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
        server_default=sa.text("adflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("adflow.actor()"),
        comment="Who changed the row last.",
    )

    advertiser: Mapped[Advertiser] = relationship(back_populates="campaigns")
    ad_groups: Mapped[list[AdGroup]] = relationship(
        back_populates="campaign",
        primaryjoin="and_(AdGroup.advertiser_id == Campaign.advertiser_id, foreign(AdGroup.campaign_id) == Campaign.campaign_id)",
        passive_deletes="all",
    )
    budgets: Mapped[Budget | None] = relationship(
        back_populates="campaign",
        primaryjoin="and_(Budget.advertiser_id == Campaign.advertiser_id, foreign(Budget.campaign_id) == Campaign.campaign_id)",
        passive_deletes="all",
    )


class AdGroup(Base):
    """A part of a campaign with one audience and one bid."""

    __tablename__ = "ad_groups"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "ad_group_id", name="ad_groups_pkey"),
        sa.UniqueConstraint(
            "advertiser_id",
            "campaign_id",
            "name",
            name="ad_groups_advertiser_id_campaign_id_name_key",
        ),
        sa.UniqueConstraint(
            "advertiser_id",
            "campaign_id",
            "ad_group_id",
            name="ad_groups_advertiser_id_campaign_id_ad_group_id_key",
        ),
        sa.CheckConstraint("bid > 0", name="ad_groups_bid_check"),
        sa.CheckConstraint("status in ('active', 'paused', 'ended')", name="ad_groups_status_check"),
        sa.ForeignKeyConstraint(
            ["advertiser_id", "campaign_id"],
            ["campaigns.advertiser_id", "campaigns.campaign_id"],
            name="ad_groups_campaign_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index(
            "ad_groups_targeting_idx",
            "advertiser_id",
            "targeting",
            postgresql_using="gin",
            postgresql_ops={"targeting": "jsonb_path_ops"},
        ),
        {"comment": "A part of a campaign with one audience and one bid."},
    )

    advertiser_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("adflow.advertiser_id()"),
        comment="The tenant that owns the row.",
    )
    ad_group_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    campaign_id: Mapped[UUID] = mapped_column(pg.UUID)
    name: Mapped[str] = mapped_column(sa.Text)
    bid: Mapped[int] = mapped_column(sa.BigInteger, comment="Price of a click")
    targeting: Mapped[Any] = mapped_column(
        pg.JSONB(none_as_null=True),
        server_default=sa.text("'{}'"),
        comment="Countries, devices, hours; its shape grows with every release",
    )
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'active'"))
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
        server_default=sa.text("adflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("adflow.actor()"),
        comment="Who changed the row last.",
    )

    campaign: Mapped[Campaign] = relationship(
        back_populates="ad_groups",
        primaryjoin="and_(AdGroup.advertiser_id == Campaign.advertiser_id, foreign(AdGroup.campaign_id) == Campaign.campaign_id)",
    )
    ads: Mapped[list[Ad]] = relationship(
        back_populates="ad_group",
        primaryjoin="and_(Ad.advertiser_id == AdGroup.advertiser_id, foreign(Ad.ad_group_id) == AdGroup.ad_group_id)",
        passive_deletes="all",
    )
    spend_per_day: Mapped[list[SpendPerDay]] = relationship(
        back_populates="ad_group",
        primaryjoin="and_(SpendPerDay.advertiser_id == AdGroup.advertiser_id, foreign(SpendPerDay.campaign_id) == AdGroup.campaign_id, foreign(SpendPerDay.ad_group_id) == AdGroup.ad_group_id)",
        passive_deletes="all",
    )


class Ad(Base):
    """A creative that an ad group shows."""

    __tablename__ = "ads"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "ad_group_id", "creative_id", name="ads_pkey"),
        sa.CheckConstraint("weight between 0 and 1000", name="ads_weight_check"),
        sa.CheckConstraint("status in ('active', 'paused')", name="ads_status_check"),
        sa.ForeignKeyConstraint(
            ["advertiser_id", "ad_group_id"],
            ["ad_groups.advertiser_id", "ad_groups.ad_group_id"],
            name="ads_ad_group_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["advertiser_id", "creative_id"],
            ["creatives.advertiser_id", "creatives.creative_id"],
            name="ads_creative_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index(
            "ads_advertiser_id_ad_group_id_creative_id_covering_partial_idx",
            "advertiser_id",
            "ad_group_id",
            "creative_id",
            postgresql_include=["weight", "status"],
            postgresql_where=sa.text("status = 'active'"),
        ),
        sa.Index("ads_creative_id_idx", "advertiser_id", "creative_id"),
        {"comment": "A creative that an ad group shows."},
    )

    advertiser_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("adflow.advertiser_id()"),
        comment="The tenant that owns the row.",
    )
    ad_group_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Which creatives an ad group shows")
    creative_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Which creatives an ad group shows")
    weight: Mapped[int] = mapped_column(
        sa.SmallInteger,
        server_default=sa.text("100"),
        comment="Share among the ads of the group",
    )
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'active'"))
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
        server_default=sa.text("adflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("adflow.actor()"),
        comment="Who changed the row last.",
    )

    ad_group: Mapped[AdGroup] = relationship(
        back_populates="ads",
        primaryjoin="and_(Ad.advertiser_id == AdGroup.advertiser_id, foreign(Ad.ad_group_id) == AdGroup.ad_group_id)",
    )
    creative: Mapped[Creative] = relationship(
        back_populates="ads",
        primaryjoin="and_(Ad.advertiser_id == Creative.advertiser_id, foreign(Ad.creative_id) == Creative.creative_id)",
    )


class Budget(Base):
    """What a campaign may cost, and how much of it is handed out to the ad servers."""

    __tablename__ = "budgets"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "campaign_id", name="budgets_pkey"),
        sa.CheckConstraint("daily_limit > 0", name="budgets_daily_limit_check"),
        sa.CheckConstraint("total_limit > 0", name="budgets_total_limit_check"),
        sa.CheckConstraint("reserved >= 0", name="budgets_reserved_check"),
        sa.CheckConstraint("daily_limit <= total_limit", name="budgets_daily_within_total"),
        sa.CheckConstraint("reserved <= total_limit", name="budgets_reserved_within_total"),
        sa.ForeignKeyConstraint(
            ["advertiser_id", "campaign_id"],
            ["campaigns.advertiser_id", "campaigns.campaign_id"],
            name="budgets_campaign_id_fkey",
            ondelete="CASCADE",
        ),
        {"comment": "What a campaign may cost, and how much of it is handed out to the ad servers."},
    )

    advertiser_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("adflow.advertiser_id()"),
        comment="The tenant that owns the row.",
    )
    campaign_id: Mapped[UUID] = mapped_column(pg.UUID)
    daily_limit: Mapped[int] = mapped_column(sa.BigInteger, comment="The pace that slices keep")
    total_limit: Mapped[int] = mapped_column(sa.BigInteger)
    reserved: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"), comment="In all slices so far")
    version: Mapped[int] = mapped_column(
        sa.BigInteger,
        server_default=sa.text("0"),
        comment="Counts changes; compare-and-set compares it",
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

    campaign: Mapped[Campaign] = relationship(
        back_populates="budgets",
        primaryjoin="and_(Budget.advertiser_id == Campaign.advertiser_id, foreign(Budget.campaign_id) == Campaign.campaign_id)",
    )


class Creative(Base):
    """An advertisement as a thing of its own, whatever its current text."""

    __tablename__ = "creatives"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "creative_id", name="creatives_pkey"),
        sa.UniqueConstraint("advertiser_id", "name", name="creatives_advertiser_id_name_key"),
        sa.CheckConstraint("format in ('banner', 'native', 'video', 'audio')", name="creatives_format_check"),
        sa.CheckConstraint(
            "status in ('draft', 'in review', 'approved', 'rejected', 'retired')",
            name="creatives_status_check",
        ),
        sa.ForeignKeyConstraint(
            ["advertiser_id"],
            ["advertisers.advertiser_id"],
            name="creatives_advertiser_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index(
            "creatives_creative_id_covering_partial_idx",
            "creative_id",
            postgresql_include=["advertiser_id", "format", "status"],
            postgresql_where=sa.text("status = 'approved'"),
        ),
        {"comment": "An advertisement as a thing of its own, whatever its current text."},
    )

    creative_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    advertiser_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("adflow.advertiser_id()"))
    name: Mapped[str] = mapped_column(sa.Text)
    format: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'draft'"))
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
        server_default=sa.text("adflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("adflow.actor()"),
        comment="Who changed the row last.",
    )

    advertiser: Mapped[Advertiser] = relationship(back_populates="creatives")
    ads: Mapped[list[Ad]] = relationship(
        back_populates="creative",
        primaryjoin="and_(Ad.advertiser_id == Creative.advertiser_id, foreign(Ad.creative_id) == Creative.creative_id)",
        passive_deletes="all",
    )
    creative_versions: Mapped[list[CreativeVersion]] = relationship(
        back_populates="creative",
        primaryjoin="and_(CreativeVersion.advertiser_id == Creative.advertiser_id, foreign(CreativeVersion.creative_id) == Creative.creative_id)",
        passive_deletes="all",
    )


class CreativeVersion(Base):
    """What a creative said and looked like at one time; never changed, only followed by the next version."""

    __tablename__ = "creative_versions"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "creative_id", "version", name="creative_versions_pkey"),
        sa.CheckConstraint("version > 0", name="creative_versions_version_check"),
        sa.CheckConstraint("landing_url ~ '^https://'", name="creative_versions_landing_url_check"),
        sa.ForeignKeyConstraint(
            ["advertiser_id", "creative_id"],
            ["creatives.advertiser_id", "creatives.creative_id"],
            name="creative_versions_creative_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("creative_versions_search_idx", "advertiser_id", "search", postgresql_using="gin"),
        {
            "comment": "What a creative said and looked like at one time; never changed, only followed by the next version.",
        },
    )

    advertiser_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("adflow.advertiser_id()"),
        comment="The tenant that owns the row.",
    )
    creative_id: Mapped[UUID] = mapped_column(pg.UUID)
    version: Mapped[int] = mapped_column(sa.Integer)
    language: Mapped[str] = mapped_column(
        pg.REGCONFIG,
        server_default=sa.text("'simple'"),
        comment="Text search configuration of this text",
    )
    headline: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    landing_url: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[Any] = mapped_column(
        pg.JSONB(none_as_null=True),
        server_default=sa.text("'{}'"),
        comment="Buttons, colours, captions: whatever the format has",
    )
    shape: Mapped[int] = mapped_column(
        sa.SmallInteger,
        server_default=sa.text("1"),
        comment="Version of the shape of content; readers know all of them",
    )
    approved_at: Mapped[dt.datetime | None] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        comment="Empty until a reviewer signs",
    )
    search: Mapped[str | None] = mapped_column(
        pg.TSVECTOR,
        sa.Computed(
            "setweight(to_tsvector(language, headline), 'A') || setweight(to_tsvector(language, body), 'B')",
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
        server_default=sa.text("adflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("adflow.actor()"),
        comment="Who changed the row last.",
    )

    creative: Mapped[Creative] = relationship(
        back_populates="creative_versions",
        primaryjoin="and_(CreativeVersion.advertiser_id == Creative.advertiser_id, foreign(CreativeVersion.creative_id) == Creative.creative_id)",
    )
    version_assets: Mapped[list[VersionAsset]] = relationship(
        back_populates="creative_version",
        primaryjoin="and_(VersionAsset.advertiser_id == CreativeVersion.advertiser_id, foreign(VersionAsset.creative_id) == CreativeVersion.creative_id, foreign(VersionAsset.version) == CreativeVersion.version)",
        passive_deletes="all",
    )


class Asset(Base):
    """A picture or video that a version uses; the bytes are in the object store."""

    __tablename__ = "assets"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "asset_id", name="assets_pkey"),
        sa.UniqueConstraint("advertiser_id", "sha256", name="assets_advertiser_id_sha256_key"),
        sa.CheckConstraint("length(sha256) = 32", name="assets_sha256_check"),
        sa.CheckConstraint("bytes > 0", name="assets_bytes_check"),
        sa.ForeignKeyConstraint(
            ["advertiser_id"],
            ["advertisers.advertiser_id"],
            name="assets_advertiser_id_fkey",
            ondelete="CASCADE",
        ),
        {"comment": "A picture or video that a version uses; the bytes are in the object store."},
    )

    asset_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    advertiser_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("adflow.advertiser_id()"))
    sha256: Mapped[bytes] = mapped_column(pg.BYTEA, comment="Name in the object store; a file is kept once")
    mime_type: Mapped[str] = mapped_column(sa.Text)
    bytes_: Mapped[int] = mapped_column("bytes", sa.BigInteger)
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

    advertiser: Mapped[Advertiser] = relationship(back_populates="assets")
    version_assets: Mapped[list[VersionAsset]] = relationship(
        back_populates="asset",
        primaryjoin="and_(VersionAsset.advertiser_id == Asset.advertiser_id, foreign(VersionAsset.asset_id) == Asset.asset_id)",
        passive_deletes="all",
    )


class Placement(Base):
    """A place on a publisher's page where an ad can stand; every advertiser may bid for it."""

    __tablename__ = "placements"
    __table_args__ = (
        sa.PrimaryKeyConstraint("placement_id", name="placements_pkey"),
        sa.UniqueConstraint("publisher", "name", name="placements_publisher_name_key"),
        sa.CheckConstraint("floor_price >= 0", name="placements_floor_price_check"),
        sa.CheckConstraint("format in ('banner', 'native', 'video', 'audio')", name="placements_format_check"),
        sa.CheckConstraint("region in ('eu', 'us')", name="placements_region_check"),
        sa.Index(
            "placements_format_region_active_covering_idx",
            "format",
            "region",
            "active",
            postgresql_include=["placement_id", "publisher", "name", "floor_price"],
        ),
        {"comment": "A place on a publisher's page where an ad can stand; every advertiser may bid for it."},
    )

    placement_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    publisher: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    format: Mapped[str] = mapped_column(sa.Text)
    region: Mapped[str] = mapped_column(sa.Text)
    floor_price: Mapped[int] = mapped_column(sa.BigInteger)
    active: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.text("true"))
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


class Impression(Base):
    """One ad shown to one viewer."""

    __tablename__ = "impressions"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "impression_id", "shown_at", name="impressions_pkey"),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="impressions_country_check"),
        sa.CheckConstraint("cost >= 0", name="impressions_cost_check"),
        sa.Index("impressions_shown_at_idx", "shown_at"),
        {"comment": "One ad shown to one viewer.", "postgresql_partition_by": "range (shown_at)"},
    )

    impression_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    advertiser_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("adflow.advertiser_id()"),
        comment="No foreign key, as below: an event outlives what it names",
    )
    campaign_id: Mapped[UUID] = mapped_column(pg.UUID, comment="What was advertised")
    ad_group_id: Mapped[UUID] = mapped_column(pg.UUID, comment="What won the auction")
    creative_id: Mapped[UUID] = mapped_column(pg.UUID, comment="What was seen")
    placement_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Where")
    viewer: Mapped[str | None] = mapped_column(sa.Text, comment="Keyed hash, a new key each day; empty without consent")
    country: Mapped[str] = mapped_column(sa.Text, comment="ISO 3166 code")
    cost: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    shown_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True), server_default=sa.text("now()"))


class Click(Base):
    """A viewer followed an ad; counted once an impression."""

    __tablename__ = "clicks"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "impression_id", "shown_at", name="clicks_pkey"),
        sa.CheckConstraint("cost >= 0", name="clicks_cost_check"),
        sa.CheckConstraint("clicked_at >= shown_at", name="clicks_clicked_after_view"),
        sa.Index("clicks_clicked_at_idx", "clicked_at"),
        {
            "comment": "A viewer followed an ad; counted once an impression.",
            "postgresql_partition_by": "range (shown_at)",
        },
    )

    impression_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        comment="The view it follows; its time comes signed with the link",
    )
    advertiser_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("adflow.advertiser_id()"),
        comment="No foreign key, as in impressions",
    )
    campaign_id: Mapped[UUID] = mapped_column(pg.UUID, comment="What was advertised")
    ad_group_id: Mapped[UUID] = mapped_column(pg.UUID, comment="What won the auction")
    placement_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Where")
    cost: Mapped[int] = mapped_column(sa.BigInteger)
    shown_at: Mapped[dt.datetime] = mapped_column(
        pg.TIMESTAMP(timezone=True),
        comment="Partitions follow the view, so the key can refuse a second click",
    )
    clicked_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True), server_default=sa.text("now()"))


class SpendPerDay(Base):
    """Views, clicks and cost of an ad group on one day (UTC)."""

    __tablename__ = "spend_per_day"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "ad_group_id", "day", name="spend_per_day_pkey"),
        sa.CheckConstraint("impressions >= 0", name="spend_per_day_impressions_check"),
        sa.CheckConstraint("clicks >= 0", name="spend_per_day_clicks_check"),
        sa.CheckConstraint("cost >= 0", name="spend_per_day_cost_check"),
        sa.ForeignKeyConstraint(
            ["advertiser_id", "campaign_id", "ad_group_id"],
            ["ad_groups.advertiser_id", "ad_groups.campaign_id", "ad_groups.ad_group_id"],
            name="spend_per_day_group_of_campaign_fkey",
            ondelete="RESTRICT",
        ),
        sa.Index(
            "spend_per_day_advertiser_id_campaign_id_day_covering_idx",
            "advertiser_id",
            "campaign_id",
            "day",
            postgresql_include=["impressions", "clicks", "cost"],
        ),
        sa.Index(
            "spend_per_day_advertiser_id_day_covering_idx",
            "advertiser_id",
            "day",
            postgresql_include=["impressions", "clicks", "cost", "campaign_id"],
        ),
        {
            "comment": "Views, clicks and cost of an ad group on one day (UTC).",
            "postgresql_partition_by": "range (day)",
        },
    )

    advertiser_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("adflow.advertiser_id()"),
        comment="The tenant that owns the row.",
    )
    ad_group_id: Mapped[UUID] = mapped_column(pg.UUID)
    campaign_id: Mapped[UUID] = mapped_column(pg.UUID)
    day: Mapped[dt.date] = mapped_column(sa.Date)
    impressions: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    clicks: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    cost: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))

    ad_group: Mapped[AdGroup] = relationship(
        back_populates="spend_per_day",
        primaryjoin="and_(SpendPerDay.advertiser_id == AdGroup.advertiser_id, foreign(SpendPerDay.campaign_id) == AdGroup.campaign_id, foreign(SpendPerDay.ad_group_id) == AdGroup.ad_group_id)",
    )


class RolledWindow(Base):
    """A window of five minutes whose events are in the daily sums."""

    __tablename__ = "rolled_windows"
    __table_args__ = (
        sa.PrimaryKeyConstraint("source", "starts_at", name="rolled_windows_pkey"),
        sa.CheckConstraint("stops_at > starts_at", name="rolled_windows_stops_after_start"),
        sa.CheckConstraint("source in ('impressions', 'clicks')", name="rolled_windows_source_check"),
        {"comment": "A window of five minutes whose events are in the daily sums."},
    )

    source: Mapped[str] = mapped_column(sa.Text)
    starts_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True))
    stops_at: Mapped[dt.datetime] = mapped_column(pg.TIMESTAMP(timezone=True))
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


class Advertiser(Base):
    """A company that buys advertising."""

    __tablename__ = "advertisers"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", name="advertisers_pkey"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="advertisers_currency_check"),
        sa.CheckConstraint("region in ('eu', 'us')", name="advertisers_region_check"),
        sa.CheckConstraint("status in ('active', 'suspended', 'closed')", name="advertisers_status_check"),
        {"comment": "A company that buys advertising."},
    )

    advertiser_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    name: Mapped[str] = mapped_column(sa.Text)
    region: Mapped[str] = mapped_column(sa.Text, comment="Home region; its rows are written there and nowhere else")
    currency: Mapped[str] = mapped_column(sa.Text, comment="ISO 4217 code of all its amounts")
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'active'"))
    settings: Mapped[Any] = mapped_column(
        pg.JSONB(none_as_null=True),
        server_default=sa.text("'{}'"),
        comment="Preferences of the application, read and written whole",
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
        server_default=sa.text("adflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("adflow.actor()"),
        comment="Who changed the row last.",
    )

    campaigns: Mapped[list[Campaign]] = relationship(back_populates="advertiser", passive_deletes="all")
    creatives: Mapped[list[Creative]] = relationship(back_populates="advertiser", passive_deletes="all")
    assets: Mapped[list[Asset]] = relationship(back_populates="advertiser", passive_deletes="all")
    users: Mapped[list[User]] = relationship(back_populates="advertiser", passive_deletes="all")


class User(Base):
    """A person who works for an advertiser."""

    __tablename__ = "users"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "user_id", name="users_pkey"),
        sa.UniqueConstraint("advertiser_id", "email", name="users_advertiser_id_email_key"),
        sa.CheckConstraint("role in ('owner', 'manager', 'creator', 'viewer')", name="users_role_check"),
        sa.CheckConstraint("status in ('invited', 'active', 'suspended', 'closed')", name="users_status_check"),
        sa.ForeignKeyConstraint(
            ["advertiser_id"],
            ["advertisers.advertiser_id"],
            name="users_advertiser_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index(
            "users_advertiser_id_name_covering_idx",
            "advertiser_id",
            "name",
            postgresql_include=["user_id", "email", "role", "status"],
        ),
        sa.Index("users_created_at_partial_idx", "created_at", postgresql_where=sa.text("status = 'invited'")),
        {"comment": "A person who works for an advertiser."},
    )

    user_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    advertiser_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("adflow.advertiser_id()"))
    email: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    role: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'viewer'"))
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'active'"))
    restricted: Mapped[bool] = mapped_column(
        sa.Boolean,
        server_default=sa.text("false"),
        comment="Processing is restricted (GDPR article 18)",
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
        server_default=sa.text("adflow.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("adflow.actor()"),
        comment="Who changed the row last.",
    )

    advertiser: Mapped[Advertiser] = relationship(back_populates="users")


class VersionAsset(Base):
    """Which files a version shows"""

    __tablename__ = "version_assets"
    __table_args__ = (
        sa.PrimaryKeyConstraint("advertiser_id", "creative_id", "version", "asset_id", name="version_assets_pkey"),
        sa.ForeignKeyConstraint(
            ["advertiser_id", "creative_id", "version"],
            ["creative_versions.advertiser_id", "creative_versions.creative_id", "creative_versions.version"],
            name="version_assets_creative_id_version_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["advertiser_id", "asset_id"],
            ["assets.advertiser_id", "assets.asset_id"],
            name="version_assets_asset_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("version_assets_asset_id_idx", "advertiser_id", "asset_id"),
        {"comment": "Which files a version shows"},
    )

    advertiser_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("adflow.advertiser_id()"),
        comment="The tenant that owns the row.",
    )
    creative_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Which files a version shows")
    version: Mapped[int] = mapped_column(sa.Integer, comment="Which files a version shows")
    asset_id: Mapped[UUID] = mapped_column(pg.UUID, comment="Which files a version shows")

    creative_version: Mapped[CreativeVersion] = relationship(
        back_populates="version_assets",
        primaryjoin="and_(VersionAsset.advertiser_id == CreativeVersion.advertiser_id, foreign(VersionAsset.creative_id) == CreativeVersion.creative_id, foreign(VersionAsset.version) == CreativeVersion.version)",
    )
    asset: Mapped[Asset] = relationship(
        back_populates="version_assets",
        primaryjoin="and_(VersionAsset.advertiser_id == Asset.advertiser_id, foreign(VersionAsset.asset_id) == Asset.asset_id)",
    )
