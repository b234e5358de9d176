-- shop: migration 0001_initial for PostgreSQL 18, compiled by dbwright.
-- Load into an empty database: psql -v ON_ERROR_STOP=1 -d DATABASE -f 0001_initial.sql

begin;

do $$
declare
  earlier record;
begin
  if to_regclass('dbwright.schema_migrations') is not null then
    execute 'select applied_at, applied_by from dbwright.schema_migrations where version = 1' into earlier;
    if earlier.applied_at is not null then
      raise exception 'migration 0001_initial was applied on % by %; nothing was changed', earlier.applied_at, earlier.applied_by
        using hint = 'apply only migrations with a higher number';
    end if;
  end if;
  if to_regnamespace('shop') is not null then
    raise exception 'the schema % is there, but no migration made it; nothing was changed', 'shop'
      using hint = 'load this migration into an empty database';
  end if;
end
$$;

-- The body starts below this line; its checksum is recorded.
-- Roles -----------------------------------------------------------------------------------------------------------

do $$ begin
  if not exists (select from pg_roles where rolname = 'shop_owner') then
    execute 'create role shop_owner nologin';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'gateway') then
    execute 'create role gateway login connection limit 10';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'web') then
    execute 'create role web login connection limit 60';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'merchant') then
    execute 'create role merchant login connection limit 20';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'fulfilment') then
    execute 'create role fulfilment login connection limit 10';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'support') then
    execute 'create role support login connection limit 5';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'operator') then
    execute 'create role operator login connection limit 2';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'shop_masker') then
    execute 'create role shop_masker nologin';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'shop_searcher') then
    execute 'create role shop_searcher nologin';
  end if;
end $$;

alter default privileges for role shop_owner revoke execute on functions from public;

-- Schema ----------------------------------------------------------------------------------------------------------

do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('alter database %I set search_path = %s', current_database(), 'shop, extensions, pg_temp');
end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'gateway'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'web'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'merchant'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'fulfilment'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'support'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'operator'); end $$;

revoke create on schema public from public;

create schema shop authorization shop_owner;

create schema if not exists extensions;

create extension if not exists btree_gin schema extensions;

grant usage on schema extensions to shop_owner, gateway, web, merchant, fulfilment, support, operator, shop_masker, shop_searcher;

set local search_path = shop, extensions, pg_temp;

set local role shop_owner;

-- Functions and types that tables need ----------------------------------------------------------------------------

create function shop.tenant_id() returns uuid stable parallel safe language sql
as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;

create function shop.actor() returns text stable parallel safe language sql
as $$ select coalesce(nullif(current_setting('app.actor', true), ''), session_user) $$;

create function shop.touch() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create function shop.touch_with_actor() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  new.updated_by := shop.actor();
  return new;
end
$$;

-- Tables: people --------------------------------------------------------------------------------------------------

create table shop.tenants (
  tenant_id  uuid not null default uuidv7(),
  slug       text not null,
  name       text not null,
  currency   text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tenants_pkey primary key (tenant_id),
  constraint tenants_slug_key unique (slug),
  constraint tenants_slug_check check (slug ~ '^[a-z0-9-]{2,40}$'),
  constraint tenants_currency_check check (currency ~ '^[A-Z]{3}$')
);

create index tenants_slug_covering_idx on shop.tenants (slug) include (tenant_id, name, currency);

create table shop.users (
  user_id    uuid not null default uuidv7(),
  tenant_id  uuid not null default shop.tenant_id(),
  name       text not null,
  email      text not null,
  profile    jsonb not null default '{}',
  status     text not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by text not null default shop.actor(),
  updated_by text not null default shop.actor(),
  constraint users_pkey primary key (tenant_id, user_id),
  constraint users_tenant_id_email_key unique (tenant_id, email),
  constraint users_status_check check (status in ('active', 'closed')),
  constraint users_tenant_id_fkey foreign key (tenant_id)
    references shop.tenants (tenant_id) on delete cascade
);

create index users_tenant_id_created_at_covering_idx on shop.users (tenant_id, created_at) include (user_id, name);

alter table shop.users set (autovacuum_vacuum_scale_factor = 0.002, autovacuum_vacuum_insert_scale_factor = 0.002, autovacuum_analyze_scale_factor = 0.002);

-- Tables: catalogue -----------------------------------------------------------------------------------------------

create table shop.products (
  product_id  uuid not null default uuidv7(),
  tenant_id   uuid not null default shop.tenant_id(),
  sku         text not null,
  name        text not null,
  description text not null default '',
  language    regconfig not null default 'simple',
  price       numeric(12,2) not null,
  stock       integer not null default 0,
  active      boolean not null default true,
  search      tsvector generated always as (setweight(to_tsvector(language, name), 'A') || setweight(to_tsvector(language, description), 'B')) stored,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  created_by  text not null default shop.actor(),
  updated_by  text not null default shop.actor(),
  constraint products_pkey primary key (tenant_id, product_id),
  constraint products_tenant_id_sku_key unique (tenant_id, sku),
  constraint products_price_check check (price >= 0),
  constraint products_stock_check check (stock >= 0),
  constraint products_tenant_id_fkey foreign key (tenant_id)
    references shop.tenants (tenant_id) on delete cascade
);

create index products_search_idx on shop.products using gin (tenant_id, search);
create index products_stock_partial_idx on shop.products (tenant_id, stock) where active;

alter table shop.products set (autovacuum_vacuum_insert_scale_factor = 0.01);

-- Tables: orders --------------------------------------------------------------------------------------------------

create table shop.orders (
  order_id   uuid not null default uuidv7(),
  tenant_id  uuid not null default shop.tenant_id(),
  user_id    uuid not null,
  status     text not null default 'new',
  currency   text not null,
  total      numeric(12,2) not null,
  ship_to    jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by text not null default shop.actor(),
  updated_by text not null default shop.actor(),
  constraint orders_pkey primary key (tenant_id, order_id),
  constraint orders_tenant_id_order_id_currency_key unique (tenant_id, order_id, currency),
  constraint orders_total_check check (total >= 0),
  constraint orders_status_check check (status in ('new', 'paid', 'shipped', 'cancelled')),
  constraint orders_tenant_id_fkey foreign key (tenant_id)
    references shop.tenants (tenant_id) on delete restrict,
  constraint orders_user_id_fkey foreign key (tenant_id, user_id)
    references shop.users (tenant_id, user_id) on delete restrict
);

create index orders_created_at_idx on shop.orders (created_at);
create index orders_created_at_partial_idx on shop.orders (tenant_id, created_at) where status = 'paid';
create index orders_tenant_id_user_id_created_at_covering_idx on shop.orders (tenant_id, user_id, created_at desc) include (order_id, status, total, currency);

alter table shop.orders alter column user_id set (n_distinct = -0.129);
alter table shop.orders set (autovacuum_vacuum_insert_scale_factor = 0.001);

create table shop.order_items (
  tenant_id    uuid not null default shop.tenant_id(),
  order_id     uuid not null,
  product_id   uuid not null,
  quantity     integer not null,
  product_name text not null,
  unit_price   numeric(12,2) not null,
  amount       numeric(12,2) generated always as (quantity * unit_price) stored,
  constraint order_items_pkey primary key (tenant_id, order_id, product_id),
  constraint order_items_quantity_check check (quantity > 0),
  constraint order_items_unit_price_check check (unit_price >= 0),
  constraint order_items_order_id_fkey foreign key (tenant_id, order_id)
    references shop.orders (tenant_id, order_id) on delete cascade,
  constraint order_items_product_id_fkey foreign key (tenant_id, product_id)
    references shop.products (tenant_id, product_id) on delete restrict
);

create index order_items_product_id_idx on shop.order_items (tenant_id, product_id);

alter table shop.order_items alter column order_id set (n_distinct = -0.343);
alter table shop.order_items alter column product_id set (n_distinct = 2407875);
alter table shop.order_items set (autovacuum_vacuum_insert_scale_factor = 0.0005, autovacuum_analyze_scale_factor = 0.0005);

create table shop.payments (
  tenant_id  uuid not null default shop.tenant_id(),
  payment_id uuid not null default uuidv7(),
  order_id   uuid not null,
  currency   text not null,
  amount     numeric(12,2) not null,
  provider   text not null,
  reference  text not null,
  status     text not null default 'pending',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by text not null default shop.actor(),
  updated_by text not null default shop.actor(),
  constraint payments_pkey primary key (tenant_id, payment_id),
  constraint payments_tenant_id_provider_reference_key unique (tenant_id, provider, reference),
  constraint payments_amount_check check (amount <> 0),
  constraint payments_provider_check check (provider in ('card', 'transfer', 'wallet')),
  constraint payments_status_check check (status in ('pending', 'done', 'failed')),
  constraint payments_order_id_fkey foreign key (tenant_id, order_id, currency)
    references shop.orders (tenant_id, order_id, currency) on delete restrict on update cascade
);

create index payments_tenant_id_order_id_idx on shop.payments (tenant_id, order_id);

alter table shop.payments set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.001);

-- Views -----------------------------------------------------------------------------------------------------------

create view shop.users_masked with (security_barrier = true, security_invoker = false) as
select
  user_id as user_id,
  tenant_id as tenant_id,
  left(name::text, 1) || '***' as name,
  left(email::text, 1) || '***' as email,
  null::jsonb as profile,
  status as status,
  created_at as created_at,
  updated_at as updated_at,
  created_by as created_by,
  updated_by as updated_by
from shop.users
where tenant_id = (select shop.tenant_id());

create view shop.orders_masked with (security_barrier = true, security_invoker = false) as
select
  order_id as order_id,
  tenant_id as tenant_id,
  user_id as user_id,
  status as status,
  currency as currency,
  total as total,
  null::jsonb as ship_to,
  created_at as created_at,
  updated_at as updated_at,
  created_by as created_by,
  updated_by as updated_by
from shop.orders
where tenant_id = (select shop.tenant_id());

-- Functions -------------------------------------------------------------------------------------------------------

create function shop.search_products(language regconfig, words text)
returns table (product_id uuid, name text, price numeric(12,2), rank real) language sql stable security definer parallel safe
set search_path = pg_catalog, shop, extensions, pg_temp
as $$ SELECT product_id, name, price, ts_rank(search, websearch_to_tsquery($1, $2)) AS rank FROM products WHERE products.tenant_id = (SELECT shop.tenant_id()) AND (search @@ websearch_to_tsquery($1, $2) AND active) ORDER BY rank DESC LIMIT 24 $$;

-- Triggers --------------------------------------------------------------------------------------------------------

create trigger tenants_touch before update on shop.tenants
  for each row execute function shop.touch();

create trigger users_touch before update on shop.users
  for each row execute function shop.touch_with_actor();

create trigger products_touch before update on shop.products
  for each row execute function shop.touch_with_actor();

create trigger orders_touch before update on shop.orders
  for each row execute function shop.touch_with_actor();

create trigger payments_touch before update on shop.payments
  for each row execute function shop.touch_with_actor();

-- Row-level security ----------------------------------------------------------------------------------------------

alter table shop.tenants enable row level security, force row level security;
create policy select_rows on shop.tenants as permissive for select to gateway, operator
  using (true);
create policy insert_rows on shop.tenants as permissive for insert to operator
  with check (true);

alter table shop.users enable row level security, force row level security;
create policy tenant_floor on shop.users as restrictive for all to web, merchant, shop_masker
  using (tenant_id = (select shop.tenant_id()))
  with check (tenant_id = (select shop.tenant_id()));
create policy select_rows on shop.users as permissive for select to web, merchant, operator, shop_masker
  using (true);
create policy insert_rows on shop.users as permissive for insert to web
  with check (true);
create policy update_rows on shop.users as permissive for update to operator
  using (true)
  with check (true);

alter table shop.products enable row level security, force row level security;
create policy tenant_floor on shop.products as restrictive for all to web, merchant
  using (tenant_id = (select shop.tenant_id()))
  with check (tenant_id = (select shop.tenant_id()));
create policy select_rows on shop.products as permissive for select to web, merchant, shop_searcher
  using (true);
create policy insert_rows on shop.products as permissive for insert to merchant
  with check (true);
create policy update_rows on shop.products as permissive for update to web, merchant
  using (true)
  with check (true);

alter table shop.orders enable row level security, force row level security;
create policy tenant_floor on shop.orders as restrictive for all to web, merchant, fulfilment, shop_masker
  using (tenant_id = (select shop.tenant_id()))
  with check (tenant_id = (select shop.tenant_id()));
create policy select_rows on shop.orders as permissive for select to web, merchant, fulfilment, operator, shop_masker
  using (true);
create policy insert_rows on shop.orders as permissive for insert to web
  with check (true);
create policy update_rows on shop.orders as permissive for update to web, fulfilment
  using (true)
  with check (true);
create policy delete_rows on shop.orders as permissive for delete to operator
  using (true);

alter table shop.order_items enable row level security, force row level security;
create policy tenant_floor on shop.order_items as restrictive for all to web, merchant, fulfilment
  using (tenant_id = (select shop.tenant_id()))
  with check (tenant_id = (select shop.tenant_id()));
create policy select_rows on shop.order_items as permissive for select to web, merchant, fulfilment
  using (true);
create policy insert_rows on shop.order_items as permissive for insert to web
  with check (true);

alter table shop.payments enable row level security, force row level security;
create policy tenant_floor on shop.payments as restrictive for all to web, merchant
  using (tenant_id = (select shop.tenant_id()))
  with check (tenant_id = (select shop.tenant_id()));
create policy select_rows on shop.payments as permissive for select to web, merchant, operator
  using (true);
create policy insert_rows on shop.payments as permissive for insert to web
  with check (true);
create policy update_rows on shop.payments as permissive for update to web
  using (true)
  with check (true);
create policy delete_rows on shop.payments as permissive for delete to operator
  using (true);

-- Privileges ------------------------------------------------------------------------------------------------------

reset role;

alter view shop.users_masked owner to shop_masker;

alter view shop.orders_masked owner to shop_masker;

alter function shop.search_products(regconfig, text) owner to shop_searcher;

grant usage on schema shop to fulfilment;
grant execute on function shop.actor() to fulfilment;
grant execute on function shop.tenant_id() to fulfilment;
grant select (amount, order_id, product_id, product_name, quantity, unit_price) on shop.order_items to fulfilment;
grant select (created_at, order_id, ship_to, status) on shop.orders to fulfilment;
grant update (status, updated_at) on shop.orders to fulfilment;

grant usage on schema shop to gateway;
grant execute on function shop.actor() to gateway;
grant execute on function shop.tenant_id() to gateway;
grant select (currency, name, slug, tenant_id) on shop.tenants to gateway;

grant usage on schema shop to merchant;
grant execute on function shop.actor() to merchant;
grant execute on function shop.tenant_id() to merchant;
grant insert (description, language, name, price, sku, stock) on shop.products to merchant;
grant select (amount, order_id, product_id, product_name, quantity, unit_price) on shop.order_items to merchant;
grant select (created_at, currency, order_id, status, total, user_id) on shop.orders to merchant;
grant select (order_id, status) on shop.payments to merchant;
grant select (active, name, product_id, sku, stock, updated_at) on shop.products to merchant;
grant select (created_at, name, user_id) on shop.users to merchant;
grant update (active, description, name, price) on shop.products to merchant;

grant usage on schema shop to operator;
grant delete on shop.orders to operator;
grant delete on shop.payments to operator;
grant execute on function shop.actor() to operator;
grant execute on function shop.tenant_id() to operator;
grant insert (currency, name, slug) on shop.tenants to operator;
grant select (created_at, order_id, tenant_id) on shop.orders to operator;
grant select (order_id, tenant_id) on shop.payments to operator;
grant select (tenant_id) on shop.tenants to operator;
grant select (status, tenant_id, user_id) on shop.users to operator;
grant update (email, name, profile) on shop.users to operator;

grant usage on schema shop to shop_masker;
grant execute on function shop.actor() to shop_masker;
grant execute on function shop.tenant_id() to shop_masker;
grant select (created_at, created_by, currency, order_id, status, tenant_id, total, updated_at, updated_by, user_id) on shop.orders to shop_masker;
grant select (created_at, created_by, email, name, status, tenant_id, updated_at, updated_by, user_id) on shop.users to shop_masker;

grant usage on schema shop to shop_searcher;
grant execute on function shop.actor() to shop_searcher;
grant execute on function shop.tenant_id() to shop_searcher;
grant select (active, name, price, product_id, search, tenant_id) on shop.products to shop_searcher;

grant usage on schema shop to support;
grant execute on function shop.actor() to support;
grant execute on function shop.tenant_id() to support;
grant select (created_at, currency, order_id, status, total, user_id) on shop.orders_masked to support;
grant select (email, name, status, user_id) on shop.users_masked to support;

grant usage on schema shop to web;
grant execute on function shop.actor() to web;
grant execute on function shop.search_products(regconfig, text) to web;
grant execute on function shop.tenant_id() to web;
grant insert (order_id, product_id, product_name, quantity, unit_price) on shop.order_items to web;
grant insert (currency, order_id, ship_to, total, user_id) on shop.orders to web;
grant insert (amount, currency, order_id, provider, reference) on shop.payments to web;
grant insert (email, name) on shop.users to web;
grant select (amount, order_id, product_id, product_name, quantity, unit_price) on shop.order_items to web;
grant select (created_at, currency, order_id, status, total, user_id) on shop.orders to web;
grant select (provider, reference, status, tenant_id) on shop.payments to web;
grant select (active, description, name, price, product_id, sku, stock) on shop.products to web;
grant select (email, name, status, user_id) on shop.users to web;
grant update (status) on shop.orders to web;
grant update (status) on shop.payments to web;
grant update (stock) on shop.products to web;

-- Comments --------------------------------------------------------------------------------------------------------

comment on table shop.tenants is 'A merchant with a shop on this platform.';
comment on column shop.tenants.slug is 'Name in the web address';
comment on column shop.tenants.currency is 'ISO 4217 code of its prices';
comment on column shop.tenants.created_at is 'When the row was written.';
comment on column shop.tenants.updated_at is 'When the row was last changed.';
comment on index shop.tenants_slug_covering_idx is 'Serves entities.tenants.indexes, access.shop-of-address.';

comment on table shop.users is 'A customer of one merchant.';
comment on column shop.users.profile is 'Picture, words about oneself';
comment on column shop.users.created_at is 'When the row was written.';
comment on column shop.users.updated_at is 'When the row was last changed.';
comment on column shop.users.created_by is 'Who wrote the row.';
comment on column shop.users.updated_by is 'Who changed the row last.';
comment on index shop.users_tenant_id_created_at_covering_idx is 'Serves entities.users.indexes, access.top-customers.';

comment on table shop.products is 'Something a merchant sells, with what is left of it.';
comment on column shop.products.sku is 'The merchant''s own number';
comment on column shop.products.language is 'Text search configuration of name and description';
comment on column shop.products.active is 'Shown in the shop';
comment on column shop.products.search is 'What full-text search matches.';
comment on column shop.products.created_at is 'When the row was written.';
comment on column shop.products.updated_at is 'When the row was last changed.';
comment on column shop.products.created_by is 'Who wrote the row.';
comment on column shop.products.updated_by is 'Who changed the row last.';
comment on index shop.products_search_idx is 'Serves entities.products.indexes, access.search-products.';
comment on index shop.products_stock_partial_idx is 'Serves entities.products.indexes, access.low-stock.';

comment on table shop.orders is 'One checkout.';
comment on column shop.orders.currency is 'ISO 4217 code';
comment on column shop.orders.ship_to is 'Never edited later';
comment on column shop.orders.created_at is 'When the row was written.';
comment on column shop.orders.updated_at is 'When the row was last changed.';
comment on column shop.orders.created_by is 'Who wrote the row.';
comment on column shop.orders.updated_by is 'Who changed the row last.';
comment on index shop.orders_created_at_idx is 'Serves entities.orders.indexes, access.archived-payments, access.archived-orders.';
comment on index shop.orders_created_at_partial_idx is 'Serves entities.orders.indexes, access.orders-to-ship, access.paid-without-payment.';
comment on index shop.orders_tenant_id_user_id_created_at_covering_idx is 'Serves entities.orders.indexes, access.order-history, access.top-customers, access.orders-of-customer.';

comment on table shop.order_items is 'One product in an order.';
comment on column shop.order_items.tenant_id is 'The tenant that owns the row.';
comment on index shop.order_items_product_id_idx is 'Serves references.order_items_product_id_fkey.';

comment on table shop.payments is 'Money that a payment provider moved for an order.';
comment on column shop.payments.tenant_id is 'The tenant that owns the row.';
comment on column shop.payments.currency is 'Repeated for the provider''s statement';
comment on column shop.payments.amount is 'Negative for a refund';
comment on column shop.payments.reference is 'The provider''s number of the payment';
comment on column shop.payments.created_at is 'When the row was written.';
comment on column shop.payments.updated_at is 'When the row was last changed.';
comment on column shop.payments.created_by is 'Who wrote the row.';
comment on column shop.payments.updated_by is 'Who changed the row last.';
comment on index shop.payments_tenant_id_order_id_idx is 'Serves entities.payments.indexes, access.paid-without-payment, access.archived-payments, access.archived-orders.';

comment on view shop.users_masked is '`users` without personal data in clear.';

comment on view shop.orders_masked is '`orders` without personal data in clear.';

comment on function shop.tenant_id() is 'The tenant of this transaction.';

comment on function shop.actor() is 'Who acts in this session: what the data layer set, else the role that signed in.';

comment on function shop.touch() is 'Keeps the audit columns of a changed row true.';

comment on function shop.touch_with_actor() is 'Keeps the audit columns of a changed row true.';

comment on function shop.search_products(regconfig, text) is 'Most visits start with a search; best match first.';
-- The body ends above this line: sha256 244a5900004afb3319f340c61236e5a11aed9e26d0cecbb4cfb9519a0c74dccb

reset role;

create schema if not exists dbwright authorization shop_owner;

create table if not exists dbwright.schema_migrations (
  version    integer not null,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default now(),
  applied_by text not null default session_user,
  constraint schema_migrations_pkey primary key (version),
  constraint schema_migrations_checksum_check check (checksum ~ '^[0-9a-f]{64}$')
);

alter table dbwright.schema_migrations owner to shop_owner;

insert into dbwright.schema_migrations (version, name, checksum) values (1, '0001_initial', '244a5900004afb3319f340c61236e5a11aed9e26d0cecbb4cfb9519a0c74dccb');

commit;
