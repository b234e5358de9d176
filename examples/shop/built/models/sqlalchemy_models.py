"""shop: SQLAlchemy models for PostgreSQL 18, compiled by dbwright.

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

    metadata = sa.MetaData(schema="shop")


class Tenant(Base):
    """A merchant with a shop on this platform."""

    __tablename__ = "tenants"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", name="tenants_pkey"),
        sa.UniqueConstraint("slug", name="tenants_slug_key"),
        sa.CheckConstraint("slug ~ '^[a-z0-9-]{2,40}$'", name="tenants_slug_check"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="tenants_currency_check"),
        sa.Index("tenants_slug_covering_idx", "slug", postgresql_include=["tenant_id", "name", "currency"]),
        {"comment": "A merchant with a shop on this platform."},
    )

    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    slug: Mapped[str] = mapped_column(sa.Text, comment="Name in the web address")
    name: Mapped[str] = mapped_column(sa.Text)
    currency: Mapped[str] = mapped_column(sa.Text, comment="ISO 4217 code of its prices")
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

    users: Mapped[list[User]] = relationship(back_populates="tenant", passive_deletes="all")
    products: Mapped[list[Product]] = relationship(back_populates="tenant", passive_deletes="all")
    orders: Mapped[list[Order]] = relationship(back_populates="tenant", passive_deletes="all")


class User(Base):
    """A customer of one merchant."""

    __tablename__ = "users"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "user_id", name="users_pkey"),
        sa.UniqueConstraint("tenant_id", "email", name="users_tenant_id_email_key"),
        sa.CheckConstraint("status in ('active', 'closed')", name="users_status_check"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant_id"], name="users_tenant_id_fkey", ondelete="CASCADE"),
        sa.Index(
            "users_tenant_id_created_at_covering_idx",
            "tenant_id",
            "created_at",
            postgresql_include=["user_id", "name"],
        ),
        {"comment": "A customer of one merchant."},
    )

    user_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("shop.tenant_id()"))
    name: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str] = mapped_column(sa.Text)
    profile: Mapped[Any] = mapped_column(
        pg.JSONB(none_as_null=True),
        server_default=sa.text("'{}'"),
        comment="Picture, words about oneself",
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
        server_default=sa.text("shop.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("shop.actor()"),
        comment="Who changed the row last.",
    )

    tenant: Mapped[Tenant] = relationship(back_populates="users")
    orders: Mapped[list[Order]] = relationship(
        back_populates="user",
        primaryjoin="and_(Order.tenant_id == User.tenant_id, foreign(Order.user_id) == User.user_id)",
        passive_deletes="all",
    )


class Product(Base):
    """Something a merchant sells, with what is left of it."""

    __tablename__ = "products"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "product_id", name="products_pkey"),
        sa.UniqueConstraint("tenant_id", "sku", name="products_tenant_id_sku_key"),
        sa.CheckConstraint("price >= 0", name="products_price_check"),
        sa.CheckConstraint("stock >= 0", name="products_stock_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.tenant_id"],
            name="products_tenant_id_fkey",
            ondelete="CASCADE",
        ),
        sa.Index("products_search_idx", "tenant_id", "search", postgresql_using="gin"),
        sa.Index("products_stock_partial_idx", "tenant_id", "stock", postgresql_where=sa.text("active")),
        {"comment": "Something a merchant sells, with what is left of it."},
    )

    product_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("shop.tenant_id()"))
    sku: Mapped[str] = mapped_column(sa.Text, comment="The merchant's own number")
    name: Mapped[str] = mapped_column(sa.Text)
    description: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("''"))
    language: Mapped[str] = mapped_column(
        pg.REGCONFIG,
        server_default=sa.text("'simple'"),
        comment="Text search configuration of name and description",
    )
    price: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    stock: Mapped[int] = mapped_column(sa.Integer, server_default=sa.text("0"))
    active: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.text("true"), comment="Shown in the shop")
    search: Mapped[str | None] = mapped_column(
        pg.TSVECTOR,
        sa.Computed(
            "setweight(to_tsvector(language, name), 'A') || setweight(to_tsvector(language, description), 'B')",
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
        server_default=sa.text("shop.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("shop.actor()"),
        comment="Who changed the row last.",
    )

    tenant: Mapped[Tenant] = relationship(back_populates="products")
    order_items: Mapped[list[OrderItem]] = relationship(
        back_populates="product",
        primaryjoin="and_(OrderItem.tenant_id == Product.tenant_id, foreign(OrderItem.product_id) == Product.product_id)",
        passive_deletes="all",
    )


class Order(Base):
    """One checkout."""

    __tablename__ = "orders"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "order_id", name="orders_pkey"),
        sa.UniqueConstraint("tenant_id", "order_id", "currency", name="orders_tenant_id_order_id_currency_key"),
        sa.CheckConstraint("total >= 0", name="orders_total_check"),
        sa.CheckConstraint("status in ('new', 'paid', 'shipped', 'cancelled')", name="orders_status_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.tenant_id"],
            name="orders_tenant_id_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.user_id"],
            name="orders_user_id_fkey",
            ondelete="RESTRICT",
        ),
        sa.Index("orders_created_at_idx", "created_at"),
        sa.Index(
            "orders_created_at_partial_idx",
            "tenant_id",
            "created_at",
            postgresql_where=sa.text("status = 'paid'"),
        ),
        sa.Index(
            "orders_tenant_id_user_id_created_at_covering_idx",
            "tenant_id",
            "user_id",
            sa.text("created_at desc"),
            postgresql_include=["order_id", "status", "total", "currency"],
        ),
        {"comment": "One checkout."},
    )

    order_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    tenant_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("shop.tenant_id()"))
    user_id: Mapped[UUID] = mapped_column(pg.UUID)
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'new'"))
    currency: Mapped[str] = mapped_column(sa.Text, comment="ISO 4217 code")
    total: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    ship_to: Mapped[Any] = mapped_column(pg.JSONB(none_as_null=True), comment="Never edited later")
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
        server_default=sa.text("shop.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("shop.actor()"),
        comment="Who changed the row last.",
    )

    tenant: Mapped[Tenant] = relationship(back_populates="orders")
    user: Mapped[User] = relationship(
        back_populates="orders",
        primaryjoin="and_(Order.tenant_id == User.tenant_id, foreign(Order.user_id) == User.user_id)",
    )
    order_items: Mapped[list[OrderItem]] = relationship(
        back_populates="order",
        primaryjoin="and_(OrderItem.tenant_id == Order.tenant_id, foreign(OrderItem.order_id) == Order.order_id)",
        passive_deletes="all",
    )
    payments: Mapped[list[Payment]] = relationship(
        back_populates="order",
        primaryjoin="and_(Payment.tenant_id == Order.tenant_id, foreign(Payment.order_id) == Order.order_id, foreign(Payment.currency) == Order.currency)",
        passive_deletes="all",
    )


class OrderItem(Base):
    """One product in an order."""

    __tablename__ = "order_items"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "order_id", "product_id", name="order_items_pkey"),
        sa.CheckConstraint("quantity > 0", name="order_items_quantity_check"),
        sa.CheckConstraint("unit_price >= 0", name="order_items_unit_price_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.order_id"],
            name="order_items_order_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["products.tenant_id", "products.product_id"],
            name="order_items_product_id_fkey",
            ondelete="RESTRICT",
        ),
        sa.Index("order_items_product_id_idx", "tenant_id", "product_id"),
        {"comment": "One product in an order."},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("shop.tenant_id()"),
        comment="The tenant that owns the row.",
    )
    order_id: Mapped[UUID] = mapped_column(pg.UUID)
    product_id: Mapped[UUID] = mapped_column(pg.UUID)
    quantity: Mapped[int] = mapped_column(sa.Integer)
    product_name: Mapped[str] = mapped_column(sa.Text)
    unit_price: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    amount: Mapped[Decimal | None] = mapped_column(
        sa.Numeric(12, 2),
        sa.Computed("quantity * unit_price", persisted=True),
    )

    order: Mapped[Order] = relationship(
        back_populates="order_items",
        primaryjoin="and_(OrderItem.tenant_id == Order.tenant_id, foreign(OrderItem.order_id) == Order.order_id)",
    )
    product: Mapped[Product] = relationship(
        back_populates="order_items",
        primaryjoin="and_(OrderItem.tenant_id == Product.tenant_id, foreign(OrderItem.product_id) == Product.product_id)",
    )


class Payment(Base):
    """Money that a payment provider moved for an order."""

    __tablename__ = "payments"
    __table_args__ = (
        sa.PrimaryKeyConstraint("tenant_id", "payment_id", name="payments_pkey"),
        sa.UniqueConstraint("tenant_id", "provider", "reference", name="payments_tenant_id_provider_reference_key"),
        sa.CheckConstraint("amount <> 0", name="payments_amount_check"),
        sa.CheckConstraint("provider in ('card', 'transfer', 'wallet')", name="payments_provider_check"),
        sa.CheckConstraint("status in ('pending', 'done', 'failed')", name="payments_status_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id", "currency"],
            ["orders.tenant_id", "orders.order_id", "orders.currency"],
            name="payments_order_id_fkey",
            ondelete="RESTRICT",
            onupdate="CASCADE",
        ),
        sa.Index("payments_tenant_id_order_id_idx", "tenant_id", "order_id"),
        {"comment": "Money that a payment provider moved for an order."},
    )

    tenant_id: Mapped[UUID] = mapped_column(
        pg.UUID,
        server_default=sa.text("shop.tenant_id()"),
        comment="The tenant that owns the row.",
    )
    payment_id: Mapped[UUID] = mapped_column(pg.UUID, server_default=sa.text("uuidv7()"))
    order_id: Mapped[UUID] = mapped_column(pg.UUID)
    currency: Mapped[str] = mapped_column(sa.Text, comment="Repeated for the provider's statement")
    amount: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2), comment="Negative for a refund")
    provider: Mapped[str] = mapped_column(sa.Text)
    reference: Mapped[str] = mapped_column(sa.Text, comment="The provider's number of the payment")
    status: Mapped[str] = mapped_column(sa.Text, server_default=sa.text("'pending'"))
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
        server_default=sa.text("shop.actor()"),
        comment="Who wrote the row.",
    )
    updated_by: Mapped[str] = mapped_column(
        sa.Text,
        server_default=sa.text("shop.actor()"),
        comment="Who changed the row last.",
    )

    order: Mapped[Order] = relationship(
        back_populates="payments",
        primaryjoin="and_(Payment.tenant_id == Order.tenant_id, foreign(Payment.order_id) == Order.order_id, foreign(Payment.currency) == Order.currency)",
    )
