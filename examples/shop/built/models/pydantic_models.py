"""shop: Pydantic models of its API, compiled by dbwright.

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


class Tenant(ReadModel):
    """A merchant with a shop on this platform."""

    tenant_id: UUID
    slug: str = Field(pattern="^[a-z0-9\\-]{2,40}$", description="Name in the web address.")
    name: str
    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217 code of its prices.", examples=["EUR"])
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")


class TenantCreate(WriteModel):
    """What a client may send for a new row of tenants."""

    tenant_id: UUID = UNCHANGED
    slug: str = Field(pattern="^[a-z0-9\\-]{2,40}$", description="Name in the web address.")
    name: str
    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217 code of its prices.", examples=["EUR"])


class TenantUpdate(WriteModel):
    """What a client may change in a row of tenants."""

    slug: str = Field(default=UNCHANGED, pattern="^[a-z0-9\\-]{2,40}$", description="Name in the web address.")
    name: str = UNCHANGED
    currency: str = Field(
        default=UNCHANGED,
        pattern="^[A-Z]{3}$",
        description="ISO 4217 code of its prices.",
        examples=["EUR"],
    )


UserStatus = Literal["active", "closed"]


class User(ReadModel):
    """A customer of one merchant."""

    user_id: UUID
    tenant_id: UUID
    name: str = Field(json_schema_extra={"personal": "name"})
    email: str = Field(json_schema_extra={"personal": "contact", "encrypted": True})
    profile: Any = Field(description="Picture, words about oneself.", json_schema_extra={"personal": "profile"})
    status: UserStatus
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class UserCreate(WriteModel):
    """What a client may send for a new row of users."""

    user_id: UUID = UNCHANGED
    name: str = Field(json_schema_extra={"personal": "name"})
    email: str = Field(json_schema_extra={"personal": "contact", "encrypted": True})
    profile: Any = Field(
        default=UNCHANGED,
        description="Picture, words about oneself.",
        json_schema_extra={"personal": "profile"},
    )
    status: UserStatus = UNCHANGED


class UserUpdate(WriteModel):
    """What a client may change in a row of users."""

    name: str = Field(default=UNCHANGED, json_schema_extra={"personal": "name"})
    email: str = Field(default=UNCHANGED, json_schema_extra={"personal": "contact", "encrypted": True})
    profile: Any = Field(
        default=UNCHANGED,
        description="Picture, words about oneself.",
        json_schema_extra={"personal": "profile"},
    )
    status: UserStatus = UNCHANGED


class Product(ReadModel):
    """Something a merchant sells, with what is left of it."""

    product_id: UUID
    tenant_id: UUID
    sku: str = Field(description="The merchant's own number.", examples=["TEA-042"])
    name: str
    description: str
    language: ServerText = Field(description="Text search configuration of name and description.")
    price: Decimal = Field(ge=0, max_digits=12, decimal_places=2, description="Unit: currency of the merchant.")
    stock: int = Field(ge=0, le=2147483647, description="Unit: pieces.")
    active: bool = Field(description="Shown in the shop.")
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


class ProductCreate(WriteModel):
    """What a client may send for a new row of products."""

    product_id: UUID = UNCHANGED
    sku: str = Field(description="The merchant's own number.", examples=["TEA-042"])
    name: str
    description: str = UNCHANGED
    language: ServerText = Field(default=UNCHANGED, description="Text search configuration of name and description.")
    price: Decimal = Field(ge=0, max_digits=12, decimal_places=2, description="Unit: currency of the merchant.")
    stock: int = Field(default=UNCHANGED, ge=0, le=2147483647, description="Unit: pieces.")
    active: bool = Field(default=UNCHANGED, description="Shown in the shop.")


class ProductUpdate(WriteModel):
    """What a client may change in a row of products."""

    sku: str = Field(default=UNCHANGED, description="The merchant's own number.", examples=["TEA-042"])
    name: str = UNCHANGED
    description: str = UNCHANGED
    language: ServerText = Field(default=UNCHANGED, description="Text search configuration of name and description.")
    price: Decimal = Field(
        default=UNCHANGED,
        ge=0,
        max_digits=12,
        decimal_places=2,
        description="Unit: currency of the merchant.",
    )
    stock: int = Field(default=UNCHANGED, ge=0, le=2147483647, description="Unit: pieces.")
    active: bool = Field(default=UNCHANGED, description="Shown in the shop.")


OrderStatus = Literal["new", "paid", "shipped", "cancelled"]


class Order(ReadModel):
    """One checkout."""

    order_id: UUID
    tenant_id: UUID
    user_id: UUID
    status: OrderStatus
    currency: str = Field(description="ISO 4217 code.", examples=["EUR"])
    total: Decimal = Field(ge=0, max_digits=12, decimal_places=2, description="Unit: currency of the order.")
    ship_to: Any = Field(description="Never edited later.", json_schema_extra={"personal": "address"})
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class OrderCreate(WriteModel):
    """What a client may send for a new row of orders."""

    order_id: UUID = UNCHANGED
    user_id: UUID
    status: OrderStatus = UNCHANGED
    currency: str = Field(description="ISO 4217 code.", examples=["EUR"])
    total: Decimal = Field(ge=0, max_digits=12, decimal_places=2, description="Unit: currency of the order.")
    ship_to: Any = Field(description="Never edited later.", json_schema_extra={"personal": "address"})


class OrderUpdate(WriteModel):
    """What a client may change in a row of orders."""

    user_id: UUID = UNCHANGED
    status: OrderStatus = UNCHANGED
    currency: str = Field(default=UNCHANGED, description="ISO 4217 code.", examples=["EUR"])
    total: Decimal = Field(
        default=UNCHANGED,
        ge=0,
        max_digits=12,
        decimal_places=2,
        description="Unit: currency of the order.",
    )
    ship_to: Any = Field(
        default=UNCHANGED,
        description="Never edited later.",
        json_schema_extra={"personal": "address"},
    )


class OrderItem(ReadModel):
    """One product in an order."""

    tenant_id: UUID = Field(description="The tenant that owns the row.")
    order_id: UUID
    product_id: UUID
    quantity: int = Field(ge=1, le=2147483647)
    product_name: str
    unit_price: Decimal = Field(ge=0, max_digits=12, decimal_places=2, description="Unit: currency of the order.")
    amount: Decimal | None = Field(max_digits=12, decimal_places=2, description="Unit: currency of the order.")


class OrderItemCreate(WriteModel):
    """What a client may send for a new row of order_items."""

    order_id: UUID
    product_id: UUID
    quantity: int = Field(ge=1, le=2147483647)
    product_name: str
    unit_price: Decimal = Field(ge=0, max_digits=12, decimal_places=2, description="Unit: currency of the order.")


class OrderItemUpdate(WriteModel):
    """What a client may change in a row of order_items."""

    quantity: int = Field(default=UNCHANGED, ge=1, le=2147483647)
    product_name: str = UNCHANGED
    unit_price: Decimal = Field(
        default=UNCHANGED,
        ge=0,
        max_digits=12,
        decimal_places=2,
        description="Unit: currency of the order.",
    )


PaymentProvider = Literal["card", "transfer", "wallet"]


PaymentStatus = Literal["pending", "done", "failed"]


class Payment(ReadModel):
    """Money that a payment provider moved for an order."""

    tenant_id: UUID = Field(description="The tenant that owns the row.")
    payment_id: UUID
    order_id: UUID
    currency: str = Field(description="Repeated for the provider's statement.")
    amount: Decimal = Field(
        max_digits=12,
        decimal_places=2,
        description="Negative for a refund. Unit: currency of the order.",
    )
    provider: PaymentProvider
    reference: str = Field(description="The provider's number of the payment.")
    status: PaymentStatus
    created_at: AwareDatetime = Field(description="When the row was written.")
    updated_at: AwareDatetime = Field(description="When the row was last changed.")
    created_by: str = Field(description="Who wrote the row.")
    updated_by: str = Field(description="Who changed the row last.")


class PaymentCreate(WriteModel):
    """What a client may send for a new row of payments."""

    payment_id: UUID = UNCHANGED
    order_id: UUID
    currency: str = Field(description="Repeated for the provider's statement.")
    amount: Decimal = Field(
        max_digits=12,
        decimal_places=2,
        description="Negative for a refund. Unit: currency of the order.",
    )
    provider: PaymentProvider
    reference: str = Field(description="The provider's number of the payment.")
    status: PaymentStatus = UNCHANGED


class PaymentUpdate(WriteModel):
    """What a client may change in a row of payments."""

    order_id: UUID = UNCHANGED
    currency: str = Field(default=UNCHANGED, description="Repeated for the provider's statement.")
    amount: Decimal = Field(
        default=UNCHANGED,
        max_digits=12,
        decimal_places=2,
        description="Negative for a refund. Unit: currency of the order.",
    )
    provider: PaymentProvider = UNCHANGED
    reference: str = Field(default=UNCHANGED, description="The provider's number of the payment.")
    status: PaymentStatus = UNCHANGED
