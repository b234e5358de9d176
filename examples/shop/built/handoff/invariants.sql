-- Rows that break a rule of the design. A healthy database returns no row.
-- Run: psql -X -v ON_ERROR_STOP=1 -d DATABASE -f invariants.sql
begin transaction isolation level repeatable read read only;
set local search_path = shop, extensions, pg_temp;
do $$ begin
  if not (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then
    raise exception 'row-level security hides rows from %', current_user using hint = 'run it as a superuser or as a role with bypassrls';
  end if;
end $$;

-- integrity/tenants.tenants_pkey: (tenant_id) occurs once
select 'integrity/tenants.tenants_pkey' as claim, broken.* from (
  select tenant_id, count(*) as times from shop.tenants where tenant_id is not null
  group by tenant_id having count(*) > 1
) as broken limit 10;

-- integrity/tenants.tenants_slug_key: (slug) occurs once
select 'integrity/tenants.tenants_slug_key' as claim, broken.* from (
  select slug, count(*) as times from shop.tenants where slug is not null
  group by slug having count(*) > 1
) as broken limit 10;

-- integrity/tenants.tenants_slug_check: every row fulfils slug ~ '^[a-z0-9-]{2,40}$'
select 'integrity/tenants.tenants_slug_check' as claim, broken.* from (
  select * from shop.tenants where not (slug ~ '^[a-z0-9-]{2,40}$')
) as broken limit 10;

-- integrity/tenants.tenants_currency_check: every row fulfils currency ~ '^[A-Z]{3}$'
select 'integrity/tenants.tenants_currency_check' as claim, broken.* from (
  select * from shop.tenants where not (currency ~ '^[A-Z]{3}$')
) as broken limit 10;

-- integrity/tenants.tenant_id.not_null: tenant_id is never empty
select 'integrity/tenants.tenant_id.not_null' as claim, broken.* from (
  select * from shop.tenants where tenant_id is null
) as broken limit 10;

-- integrity/tenants.slug.not_null: slug is never empty
select 'integrity/tenants.slug.not_null' as claim, broken.* from (
  select * from shop.tenants where slug is null
) as broken limit 10;

-- integrity/tenants.name.not_null: name is never empty
select 'integrity/tenants.name.not_null' as claim, broken.* from (
  select * from shop.tenants where name is null
) as broken limit 10;

-- integrity/tenants.currency.not_null: currency is never empty
select 'integrity/tenants.currency.not_null' as claim, broken.* from (
  select * from shop.tenants where currency is null
) as broken limit 10;

-- integrity/tenants.created_at.not_null: created_at is never empty
select 'integrity/tenants.created_at.not_null' as claim, broken.* from (
  select * from shop.tenants where created_at is null
) as broken limit 10;

-- integrity/tenants.updated_at.not_null: updated_at is never empty
select 'integrity/tenants.updated_at.not_null' as claim, broken.* from (
  select * from shop.tenants where updated_at is null
) as broken limit 10;

-- integrity/users.users_pkey: (tenant_id, user_id) occurs once
select 'integrity/users.users_pkey' as claim, broken.* from (
  select tenant_id, user_id, count(*) as times from shop.users where tenant_id is not null and user_id is not null
  group by tenant_id, user_id having count(*) > 1
) as broken limit 10;

-- integrity/users.users_tenant_id_email_key: (tenant_id, email) occurs once
select 'integrity/users.users_tenant_id_email_key' as claim, broken.* from (
  select tenant_id, email, count(*) as times from shop.users where tenant_id is not null and email is not null
  group by tenant_id, email having count(*) > 1
) as broken limit 10;

-- integrity/users.users_tenant_id_fkey: (tenant_id) leads to a row of tenants
select 'integrity/users.users_tenant_id_fkey' as claim, broken.* from (
  select here.tenant_id from shop.users as here
  where here.tenant_id is not null and not exists (
    select from shop.tenants as there where there.tenant_id = here.tenant_id)
) as broken limit 10;

-- integrity/users.users_status_check: every row fulfils status in ('active', 'closed')
select 'integrity/users.users_status_check' as claim, broken.* from (
  select * from shop.users where not (status in ('active', 'closed'))
) as broken limit 10;

-- integrity/users.user_id.not_null: user_id is never empty
select 'integrity/users.user_id.not_null' as claim, broken.* from (
  select * from shop.users where user_id is null
) as broken limit 10;

-- integrity/users.tenant_id.not_null: tenant_id is never empty
select 'integrity/users.tenant_id.not_null' as claim, broken.* from (
  select * from shop.users where tenant_id is null
) as broken limit 10;

-- integrity/users.name.not_null: name is never empty
select 'integrity/users.name.not_null' as claim, broken.* from (
  select * from shop.users where name is null
) as broken limit 10;

-- integrity/users.email.not_null: email is never empty
select 'integrity/users.email.not_null' as claim, broken.* from (
  select * from shop.users where email is null
) as broken limit 10;

-- integrity/users.profile.not_null: profile is never empty
select 'integrity/users.profile.not_null' as claim, broken.* from (
  select * from shop.users where profile is null
) as broken limit 10;

-- integrity/users.status.not_null: status is never empty
select 'integrity/users.status.not_null' as claim, broken.* from (
  select * from shop.users where status is null
) as broken limit 10;

-- integrity/users.created_at.not_null: created_at is never empty
select 'integrity/users.created_at.not_null' as claim, broken.* from (
  select * from shop.users where created_at is null
) as broken limit 10;

-- integrity/users.updated_at.not_null: updated_at is never empty
select 'integrity/users.updated_at.not_null' as claim, broken.* from (
  select * from shop.users where updated_at is null
) as broken limit 10;

-- integrity/users.created_by.not_null: created_by is never empty
select 'integrity/users.created_by.not_null' as claim, broken.* from (
  select * from shop.users where created_by is null
) as broken limit 10;

-- integrity/users.updated_by.not_null: updated_by is never empty
select 'integrity/users.updated_by.not_null' as claim, broken.* from (
  select * from shop.users where updated_by is null
) as broken limit 10;

-- integrity/products.products_pkey: (tenant_id, product_id) occurs once
select 'integrity/products.products_pkey' as claim, broken.* from (
  select tenant_id, product_id, count(*) as times from shop.products where tenant_id is not null and product_id is not null
  group by tenant_id, product_id having count(*) > 1
) as broken limit 10;

-- integrity/products.products_tenant_id_sku_key: (tenant_id, sku) occurs once
select 'integrity/products.products_tenant_id_sku_key' as claim, broken.* from (
  select tenant_id, sku, count(*) as times from shop.products where tenant_id is not null and sku is not null
  group by tenant_id, sku having count(*) > 1
) as broken limit 10;

-- integrity/products.products_tenant_id_fkey: (tenant_id) leads to a row of tenants
select 'integrity/products.products_tenant_id_fkey' as claim, broken.* from (
  select here.tenant_id from shop.products as here
  where here.tenant_id is not null and not exists (
    select from shop.tenants as there where there.tenant_id = here.tenant_id)
) as broken limit 10;

-- integrity/products.products_price_check: every row fulfils price >= 0
select 'integrity/products.products_price_check' as claim, broken.* from (
  select * from shop.products where not (price >= 0)
) as broken limit 10;

-- integrity/products.products_stock_check: every row fulfils stock >= 0
select 'integrity/products.products_stock_check' as claim, broken.* from (
  select * from shop.products where not (stock >= 0)
) as broken limit 10;

-- integrity/products.product_id.not_null: product_id is never empty
select 'integrity/products.product_id.not_null' as claim, broken.* from (
  select * from shop.products where product_id is null
) as broken limit 10;

-- integrity/products.tenant_id.not_null: tenant_id is never empty
select 'integrity/products.tenant_id.not_null' as claim, broken.* from (
  select * from shop.products where tenant_id is null
) as broken limit 10;

-- integrity/products.sku.not_null: sku is never empty
select 'integrity/products.sku.not_null' as claim, broken.* from (
  select * from shop.products where sku is null
) as broken limit 10;

-- integrity/products.name.not_null: name is never empty
select 'integrity/products.name.not_null' as claim, broken.* from (
  select * from shop.products where name is null
) as broken limit 10;

-- integrity/products.description.not_null: description is never empty
select 'integrity/products.description.not_null' as claim, broken.* from (
  select * from shop.products where description is null
) as broken limit 10;

-- integrity/products.language.not_null: language is never empty
select 'integrity/products.language.not_null' as claim, broken.* from (
  select * from shop.products where language is null
) as broken limit 10;

-- integrity/products.price.not_null: price is never empty
select 'integrity/products.price.not_null' as claim, broken.* from (
  select * from shop.products where price is null
) as broken limit 10;

-- integrity/products.stock.not_null: stock is never empty
select 'integrity/products.stock.not_null' as claim, broken.* from (
  select * from shop.products where stock is null
) as broken limit 10;

-- integrity/products.active.not_null: active is never empty
select 'integrity/products.active.not_null' as claim, broken.* from (
  select * from shop.products where active is null
) as broken limit 10;

-- integrity/products.created_at.not_null: created_at is never empty
select 'integrity/products.created_at.not_null' as claim, broken.* from (
  select * from shop.products where created_at is null
) as broken limit 10;

-- integrity/products.updated_at.not_null: updated_at is never empty
select 'integrity/products.updated_at.not_null' as claim, broken.* from (
  select * from shop.products where updated_at is null
) as broken limit 10;

-- integrity/products.created_by.not_null: created_by is never empty
select 'integrity/products.created_by.not_null' as claim, broken.* from (
  select * from shop.products where created_by is null
) as broken limit 10;

-- integrity/products.updated_by.not_null: updated_by is never empty
select 'integrity/products.updated_by.not_null' as claim, broken.* from (
  select * from shop.products where updated_by is null
) as broken limit 10;

-- integrity/orders.orders_pkey: (tenant_id, order_id) occurs once
select 'integrity/orders.orders_pkey' as claim, broken.* from (
  select tenant_id, order_id, count(*) as times from shop.orders where tenant_id is not null and order_id is not null
  group by tenant_id, order_id having count(*) > 1
) as broken limit 10;

-- integrity/orders.orders_tenant_id_order_id_currency_key: (tenant_id, order_id, currency) occurs once
select 'integrity/orders.orders_tenant_id_order_id_currency_key' as claim, broken.* from (
  select tenant_id, order_id, currency, count(*) as times from shop.orders where tenant_id is not null and order_id is not null and currency is not null
  group by tenant_id, order_id, currency having count(*) > 1
) as broken limit 10;

-- integrity/orders.orders_tenant_id_fkey: (tenant_id) leads to a row of tenants
select 'integrity/orders.orders_tenant_id_fkey' as claim, broken.* from (
  select here.tenant_id from shop.orders as here
  where here.tenant_id is not null and not exists (
    select from shop.tenants as there where there.tenant_id = here.tenant_id)
) as broken limit 10;

-- integrity/orders.orders_user_id_fkey: (tenant_id, user_id) leads to a row of users
select 'integrity/orders.orders_user_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.user_id from shop.orders as here
  where here.tenant_id is not null and here.user_id is not null and not exists (
    select from shop.users as there where there.tenant_id = here.tenant_id and there.user_id = here.user_id)
) as broken limit 10;

-- integrity/orders.orders_total_check: every row fulfils total >= 0
select 'integrity/orders.orders_total_check' as claim, broken.* from (
  select * from shop.orders where not (total >= 0)
) as broken limit 10;

-- integrity/orders.orders_status_check: every row fulfils status in ('new', 'paid', 'shipped', 'cancelled')
select 'integrity/orders.orders_status_check' as claim, broken.* from (
  select * from shop.orders where not (status in ('new', 'paid', 'shipped', 'cancelled'))
) as broken limit 10;

-- integrity/orders.order_id.not_null: order_id is never empty
select 'integrity/orders.order_id.not_null' as claim, broken.* from (
  select * from shop.orders where order_id is null
) as broken limit 10;

-- integrity/orders.tenant_id.not_null: tenant_id is never empty
select 'integrity/orders.tenant_id.not_null' as claim, broken.* from (
  select * from shop.orders where tenant_id is null
) as broken limit 10;

-- integrity/orders.user_id.not_null: user_id is never empty
select 'integrity/orders.user_id.not_null' as claim, broken.* from (
  select * from shop.orders where user_id is null
) as broken limit 10;

-- integrity/orders.status.not_null: status is never empty
select 'integrity/orders.status.not_null' as claim, broken.* from (
  select * from shop.orders where status is null
) as broken limit 10;

-- integrity/orders.currency.not_null: currency is never empty
select 'integrity/orders.currency.not_null' as claim, broken.* from (
  select * from shop.orders where currency is null
) as broken limit 10;

-- integrity/orders.total.not_null: total is never empty
select 'integrity/orders.total.not_null' as claim, broken.* from (
  select * from shop.orders where total is null
) as broken limit 10;

-- integrity/orders.ship_to.not_null: ship_to is never empty
select 'integrity/orders.ship_to.not_null' as claim, broken.* from (
  select * from shop.orders where ship_to is null
) as broken limit 10;

-- integrity/orders.created_at.not_null: created_at is never empty
select 'integrity/orders.created_at.not_null' as claim, broken.* from (
  select * from shop.orders where created_at is null
) as broken limit 10;

-- integrity/orders.updated_at.not_null: updated_at is never empty
select 'integrity/orders.updated_at.not_null' as claim, broken.* from (
  select * from shop.orders where updated_at is null
) as broken limit 10;

-- integrity/orders.created_by.not_null: created_by is never empty
select 'integrity/orders.created_by.not_null' as claim, broken.* from (
  select * from shop.orders where created_by is null
) as broken limit 10;

-- integrity/orders.updated_by.not_null: updated_by is never empty
select 'integrity/orders.updated_by.not_null' as claim, broken.* from (
  select * from shop.orders where updated_by is null
) as broken limit 10;

-- dependency/orders.user_id -> tenant_id: equal (user_id) have equal (tenant_id)
select 'dependency/orders.user_id -> tenant_id' as claim, broken.* from (
  select user_id, count(distinct row(tenant_id)) as variants from shop.orders
  where user_id is not null group by user_id having count(distinct row(tenant_id)) > 1
) as broken limit 10;

-- integrity/order_items.order_items_pkey: (tenant_id, order_id, product_id) occurs once
select 'integrity/order_items.order_items_pkey' as claim, broken.* from (
  select tenant_id, order_id, product_id, count(*) as times from shop.order_items where tenant_id is not null and order_id is not null and product_id is not null
  group by tenant_id, order_id, product_id having count(*) > 1
) as broken limit 10;

-- integrity/order_items.order_items_order_id_fkey: (tenant_id, order_id) leads to a row of orders
select 'integrity/order_items.order_items_order_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.order_id from shop.order_items as here
  where here.tenant_id is not null and here.order_id is not null and not exists (
    select from shop.orders as there where there.tenant_id = here.tenant_id and there.order_id = here.order_id)
) as broken limit 10;

-- integrity/order_items.order_items_product_id_fkey: (tenant_id, product_id) leads to a row of products
select 'integrity/order_items.order_items_product_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.product_id from shop.order_items as here
  where here.tenant_id is not null and here.product_id is not null and not exists (
    select from shop.products as there where there.tenant_id = here.tenant_id and there.product_id = here.product_id)
) as broken limit 10;

-- integrity/order_items.order_items_quantity_check: every row fulfils quantity > 0
select 'integrity/order_items.order_items_quantity_check' as claim, broken.* from (
  select * from shop.order_items where not (quantity > 0)
) as broken limit 10;

-- integrity/order_items.order_items_unit_price_check: every row fulfils unit_price >= 0
select 'integrity/order_items.order_items_unit_price_check' as claim, broken.* from (
  select * from shop.order_items where not (unit_price >= 0)
) as broken limit 10;

-- integrity/order_items.tenant_id.not_null: tenant_id is never empty
select 'integrity/order_items.tenant_id.not_null' as claim, broken.* from (
  select * from shop.order_items where tenant_id is null
) as broken limit 10;

-- integrity/order_items.order_id.not_null: order_id is never empty
select 'integrity/order_items.order_id.not_null' as claim, broken.* from (
  select * from shop.order_items where order_id is null
) as broken limit 10;

-- integrity/order_items.product_id.not_null: product_id is never empty
select 'integrity/order_items.product_id.not_null' as claim, broken.* from (
  select * from shop.order_items where product_id is null
) as broken limit 10;

-- integrity/order_items.quantity.not_null: quantity is never empty
select 'integrity/order_items.quantity.not_null' as claim, broken.* from (
  select * from shop.order_items where quantity is null
) as broken limit 10;

-- integrity/order_items.product_name.not_null: product_name is never empty
select 'integrity/order_items.product_name.not_null' as claim, broken.* from (
  select * from shop.order_items where product_name is null
) as broken limit 10;

-- integrity/order_items.unit_price.not_null: unit_price is never empty
select 'integrity/order_items.unit_price.not_null' as claim, broken.* from (
  select * from shop.order_items where unit_price is null
) as broken limit 10;

-- integrity/payments.payments_pkey: (tenant_id, payment_id) occurs once
select 'integrity/payments.payments_pkey' as claim, broken.* from (
  select tenant_id, payment_id, count(*) as times from shop.payments where tenant_id is not null and payment_id is not null
  group by tenant_id, payment_id having count(*) > 1
) as broken limit 10;

-- integrity/payments.payments_tenant_id_provider_reference_key: (tenant_id, provider, reference) occurs once
select 'integrity/payments.payments_tenant_id_provider_reference_key' as claim, broken.* from (
  select tenant_id, provider, reference, count(*) as times from shop.payments where tenant_id is not null and provider is not null and reference is not null
  group by tenant_id, provider, reference having count(*) > 1
) as broken limit 10;

-- integrity/payments.payments_order_id_fkey: (tenant_id, order_id, currency) leads to a row of orders
select 'integrity/payments.payments_order_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.order_id, here.currency from shop.payments as here
  where here.tenant_id is not null and here.order_id is not null and here.currency is not null and not exists (
    select from shop.orders as there where there.tenant_id = here.tenant_id and there.order_id = here.order_id and there.currency = here.currency)
) as broken limit 10;

-- integrity/payments.payments_amount_check: every row fulfils amount <> 0
select 'integrity/payments.payments_amount_check' as claim, broken.* from (
  select * from shop.payments where not (amount <> 0)
) as broken limit 10;

-- integrity/payments.payments_provider_check: every row fulfils provider in ('card', 'transfer', 'wallet')
select 'integrity/payments.payments_provider_check' as claim, broken.* from (
  select * from shop.payments where not (provider in ('card', 'transfer', 'wallet'))
) as broken limit 10;

-- integrity/payments.payments_status_check: every row fulfils status in ('pending', 'done', 'failed')
select 'integrity/payments.payments_status_check' as claim, broken.* from (
  select * from shop.payments where not (status in ('pending', 'done', 'failed'))
) as broken limit 10;

-- integrity/payments.tenant_id.not_null: tenant_id is never empty
select 'integrity/payments.tenant_id.not_null' as claim, broken.* from (
  select * from shop.payments where tenant_id is null
) as broken limit 10;

-- integrity/payments.payment_id.not_null: payment_id is never empty
select 'integrity/payments.payment_id.not_null' as claim, broken.* from (
  select * from shop.payments where payment_id is null
) as broken limit 10;

-- integrity/payments.order_id.not_null: order_id is never empty
select 'integrity/payments.order_id.not_null' as claim, broken.* from (
  select * from shop.payments where order_id is null
) as broken limit 10;

-- integrity/payments.currency.not_null: currency is never empty
select 'integrity/payments.currency.not_null' as claim, broken.* from (
  select * from shop.payments where currency is null
) as broken limit 10;

-- integrity/payments.amount.not_null: amount is never empty
select 'integrity/payments.amount.not_null' as claim, broken.* from (
  select * from shop.payments where amount is null
) as broken limit 10;

-- integrity/payments.provider.not_null: provider is never empty
select 'integrity/payments.provider.not_null' as claim, broken.* from (
  select * from shop.payments where provider is null
) as broken limit 10;

-- integrity/payments.reference.not_null: reference is never empty
select 'integrity/payments.reference.not_null' as claim, broken.* from (
  select * from shop.payments where reference is null
) as broken limit 10;

-- integrity/payments.status.not_null: status is never empty
select 'integrity/payments.status.not_null' as claim, broken.* from (
  select * from shop.payments where status is null
) as broken limit 10;

-- integrity/payments.created_at.not_null: created_at is never empty
select 'integrity/payments.created_at.not_null' as claim, broken.* from (
  select * from shop.payments where created_at is null
) as broken limit 10;

-- integrity/payments.updated_at.not_null: updated_at is never empty
select 'integrity/payments.updated_at.not_null' as claim, broken.* from (
  select * from shop.payments where updated_at is null
) as broken limit 10;

-- integrity/payments.created_by.not_null: created_by is never empty
select 'integrity/payments.created_by.not_null' as claim, broken.* from (
  select * from shop.payments where created_by is null
) as broken limit 10;

-- integrity/payments.updated_by.not_null: updated_by is never empty
select 'integrity/payments.updated_by.not_null' as claim, broken.* from (
  select * from shop.payments where updated_by is null
) as broken limit 10;

-- dependency/payments.order_id -> currency: equal (order_id) have equal (currency)
select 'dependency/payments.order_id -> currency' as claim, broken.* from (
  select order_id, count(distinct row(currency)) as variants from shop.payments
  where order_id is not null group by order_id having count(distinct row(currency)) > 1
) as broken limit 10;

commit;
