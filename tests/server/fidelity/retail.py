"""A retailer's warehouse in the manner of TPC-DS: 24 tables, seven facts around shared dimensions, some in snowflakes.

Rows are skewed: few items sell most, most customers live in few cities, and sales come at the end of the year.
"""

# Statements are as long as they are.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from fidelity.workload import Asked, Workload, expand, filled_by, split

SCRIPT = """
create table date_dim (date_sk int primary key, day date not null, year int not null, moy int not null, dom int not null, dow int not null, quarter text not null, holiday boolean not null);
create table time_dim (time_sk int primary key, hour int not null, minute int not null, shift text not null);
create table region (region_sk int primary key, name text not null);
create table state (state_sk int primary key, region_sk int not null references region, name text not null);
create table city (city_sk int primary key, state_sk int not null references state, name text not null, people int not null);
create table address (address_sk int primary key, city_sk int not null references city, street text not null, zip text not null);
create table income_band (band_sk int primary key, low int not null, high int not null);
create table household (household_sk int primary key, band_sk int not null references income_band, cars int not null, dependents int not null);
create table demographics (demo_sk int primary key, gender char(1) not null, marital char(1) not null, education text not null, credit text not null);
create table customer (customer_sk int primary key, id char(16) not null unique, address_sk int not null references address, demo_sk int references demographics,
  household_sk int references household, first_name text, last_name text, birth_year int, email text);
create table brand (brand_sk int primary key, name text not null, maker text not null);
create table class (class_sk int primary key, category text not null, name text not null);
create table item (item_sk int primary key, id char(16) not null, brand_sk int not null references brand, class_sk int not null references class, price numeric(7,2) not null,
  color text, size text, description text);
create table promotion (promo_sk int primary key, item_sk int references item, channel text not null, cost numeric(15,2));
create table store (store_sk int primary key, address_sk int not null references address, name text not null, floor int);
create table warehouse (warehouse_sk int primary key, address_sk int not null references address, name text not null);
create table ship_mode (mode_sk int primary key, kind text not null, carrier text not null);
create table reason (reason_sk int primary key, what text not null);
create table web_site (site_sk int primary key, name text not null);
create table store_sales (date_sk int references date_dim, time_sk int references time_dim, item_sk int not null references item, customer_sk int references customer, store_sk int references store,
  promo_sk int references promotion, ticket bigint not null, quantity int, list_price numeric(7,2), sales_price numeric(7,2), paid numeric(9,2), profit numeric(9,2), primary key (item_sk, ticket));
create table store_returns (date_sk int references date_dim, item_sk int not null, customer_sk int references customer, reason_sk int references reason, ticket bigint not null, quantity int, refund numeric(9,2),
  primary key (item_sk, ticket), foreign key (item_sk, ticket) references store_sales);
create table web_sales (date_sk int references date_dim, item_sk int not null references item, customer_sk int references customer, site_sk int references web_site, mode_sk int references ship_mode,
  warehouse_sk int references warehouse, promo_sk int references promotion, order_number bigint not null, quantity int, paid numeric(9,2), profit numeric(9,2), shipped_sk int, primary key (item_sk, order_number));
create table web_returns (date_sk int, item_sk int not null, order_number bigint not null, reason_sk int references reason, refund numeric(9,2), primary key (item_sk, order_number));
create table inventory (date_sk int not null references date_dim, item_sk int not null references item, warehouse_sk int not null references warehouse, on_hand int, primary key (date_sk, item_sk, warehouse_sk));
create index on date_dim (year, moy); create unique index on date_dim (day); create index on date_dim (quarter);
create index on state (region_sk); create index on city (state_sk); create index on address (city_sk); create index on address (zip);
create index on customer (address_sk); create index on customer (last_name, first_name); create index on customer (household_sk) where household_sk is not null; create index on customer (birth_year desc nulls last);
create index on item (brand_sk); create index on item (class_sk, price); create index on item (price) include (id); create index on item (lower(color)); create index on class (category);
create index on store_sales (date_sk, store_sk); create index on store_sales (customer_sk); create index on store_sales (ticket); create index on store_sales (promo_sk) where promo_sk is not null;
create index on store_sales (store_sk, date_sk) include (paid, profit); create index on store_sales using brin (date_sk);
create index on store_returns (customer_sk); create index on store_returns (date_sk); create index on web_sales (date_sk); create index on web_sales (customer_sk, date_sk desc); create index on web_sales (order_number);
create index on web_sales ((shipped_sk - date_sk)) where shipped_sk is not null; create index on web_returns (date_sk); create index on inventory (item_sk, warehouse_sk); create index on inventory (on_hand) where on_hand < 10;
"""
ROWS = """
insert into date_dim select i, d, extract(year from d), extract(month from d), extract(day from d), extract(dow from d), extract(year from d) || 'Q' || extract(quarter from d), i % 37 = 0
from (select i, '2019-01-01'::date + i as d from generate_series(0, 2191) i) x;
insert into time_dim select i, i / 60, i % 60, (array['night','morning','day','evening'])[1 + i / 360] from generate_series(0, 1439) i;
insert into region select i, 'region ' || i from generate_series(1, 5) i;
insert into state select i, 1 + (random() ^ 2 * 4)::int, 'state ' || i from generate_series(1, 50) i;
insert into city select i, 1 + (random() ^ 2 * 49)::int, 'city ' || i, (random() ^ 6 * 1e6)::int from generate_series(1, 600) i;
insert into address select i, 1 + (random() ^ 4 * 599)::int, i % 900 || ' Main', lpad(((random() ^ 2 * 9999)::int)::text, 5, '0') from generate_series(1, 12000) i;
insert into income_band select i, i * 10000, i * 10000 + 9999 from generate_series(1, 20) i;
insert into household select i, 1 + i % 20, i % 5, i % 9 from generate_series(1, 1800) i;
insert into demographics select i, (array['M','F'])[1 + i % 2], (array['S','M','D','W','U'])[1 + i % 5], 'education ' || i % 7, 'credit ' || i % 4 from generate_series(1, 5000) i;
insert into customer select i, lpad(i::text, 16, 'A'), 1 + (random() * 11999)::int, case when i % 30 > 0 then 1 + (random() * 4999)::int end, case when i % 25 > 0 then 1 + (random() ^ 2 * 1799)::int end,
  'first ' || (random() ^ 3 * 800)::int, 'last ' || (random() ^ 3 * 3000)::int, case when i % 20 > 0 then 1930 + (random() * 75)::int end, 'c' || i || '@x.org' from generate_series(1, 20000) i;
insert into brand select i, 'brand ' || i, 'maker ' || i % 40 from generate_series(1, 200) i;
insert into class select i, (array['Books','Music','Home','Sports','Shoes','Men','Women','Jewelry','Electronics','Children'])[1 + i % 10], 'class ' || i from generate_series(1, 100) i;
insert into item select i, lpad(i::text, 16, 'B'), 1 + (random() ^ 2 * 199)::int, 1 + (random() ^ 2 * 99)::int, (random() ^ 4 * 990 + 0.5)::numeric(7,2), 'Color' || (random() ^ 2 * 90)::int, (array['S','M','L',null])[1 + i % 4], repeat('word ', i % 30)
from generate_series(1, 4000) i;
insert into promotion select i, case when i % 2 = 0 then i * 7 % 4000 + 1 end, (array['mail','tv','radio','event'])[1 + i % 4], i * 10 from generate_series(1, 300) i;
insert into store select i, 1 + i * 31 % 12000, 'store ' || i, i % 4 from generate_series(1, 30) i;
insert into warehouse select i, 1 + i * 17 % 12000, 'warehouse ' || i from generate_series(1, 6) i;
insert into ship_mode select i, (array['AIR','SEA','ROAD'])[1 + i % 3], 'carrier ' || i from generate_series(1, 20) i;
insert into reason select i, 'reason ' || i from generate_series(1, 35) i;
insert into web_site select i, 'site ' || i from generate_series(1, 12) i;
insert into store_sales select case when i % 100 > 0 then d end, (random() * 1439)::int, 1 + (random() ^ 4 * 3999)::int, case when i % 40 > 0 then 1 + (random() ^ 2 * 19999)::int end, 1 + (random() ^ 2 * 29)::int,
  case when random() < 0.05 then 1 + (random() * 299)::int end, i / 3, 1 + (random() ^ 2 * 99)::int, p, p * 0.9, p * 3, p * (random() - 0.3)
from (select i, (i / 120000.0 * 2000 + random() ^ 3 * 190)::int as d, (random() ^ 3 * 300)::numeric(7,2) as p from generate_series(1, 120000) i) x on conflict do nothing;
insert into store_returns select date_sk + 10, item_sk, customer_sk, 1 + (random() ^ 3 * 34)::int, ticket, quantity, paid * random() from store_sales where ticket % 11 = 0 and date_sk < 2100;
insert into web_sales select d, 1 + (random() ^ 3 * 3999)::int, 1 + (random() ^ 3 * 19999)::int, 1 + (random() ^ 2 * 11)::int, 1 + (random() * 19)::int, 1 + (random() * 5)::int, null, i / 4, 1 + (random() * 99)::int,
  random() * 900, random() * 100 - 30, case when i % 9 > 0 then d + 2 + (random() ^ 4 * 100)::int end from (select i, (random() ^ 0.5 * 2190)::int d from generate_series(1, 50000) i) x on conflict do nothing;
insert into web_returns select date_sk + 20, item_sk, order_number, 1 + (random() * 34)::int, paid * 0.9 from web_sales where order_number % 17 = 0;
insert into inventory select d * 14, i, w, (random() ^ 2 * 900)::int from generate_series(0, 11) d, generate_series(1, 4000, 3) i, generate_series(1, 6) w;
"""
STARS = """
select d.year, b.brand_sk, b.name, sum(s.paid) as total from date_dim d join store_sales s using (date_sk) join item i using (item_sk) join brand b using (brand_sk) where b.maker = 'maker {n}' and d.moy = {moy} group by 1, 2, 3 order by 1, 4 desc, 2 limit 100;
select i.id, avg(s.quantity), avg(s.list_price) from store_sales s join demographics m on m.demo_sk = (select demo_sk from customer c where c.customer_sk = s.customer_sk) join date_dim d using (date_sk) join item i using (item_sk) where m.gender = 'F' and d.year = {year} and d.moy = {moy} group by 1 order by 1 limit 100;
select a.zip, sum(w.paid) from web_sales w join customer c using (customer_sk) join address a using (address_sk) join date_dim d using (date_sk) where (a.zip like '0{n}%' or w.paid > 890) and d.quarter = '{year}Q1' group by a.zip order by a.zip limit 100;
select st.name, sum(s.profit) from store_sales s join store st using (store_sk) join address a on a.address_sk = st.address_sk join city y using (city_sk) join state t using (state_sk) join date_dim d on d.date_sk = s.date_sk where d.year = {year} and t.region_sk = {few} group by st.name order by 2 desc;
with yearly as (select c.customer_sk, d.year, sum(s.paid) as paid from customer c join store_sales s using (customer_sk) join date_dim d using (date_sk) group by 1, 2)
  select a.customer_sk from yearly a join yearly b using (customer_sk) where a.year = {year} and b.year = {year} + 1 and b.paid > {few} * a.paid order by 1 limit 100;
select k.category, k.name, sum(s.paid), rank() over (partition by k.category order by sum(s.paid) desc) from store_sales s join item i using (item_sk) join class k using (class_sk) join date_dim d using (date_sk) where d.year = {year} group by rollup (k.category, k.name) order by 1, 4 limit 100;
select count(*) from store_sales s join household h on h.household_sk = (select household_sk from customer where customer_sk = s.customer_sk) join time_dim t using (time_sk) where t.hour = {moy} and h.dependents = {few};
select c.last_name, c.first_name, count(*) from store_sales s join customer c using (customer_sk) join date_dim d using (date_sk) where d.dom between 1 and {few} and d.year in ({year}, {year} + 1) group by 1, 2 having count(*) > {few} order by 3 desc;
select i.item_sk, sum(s.quantity) - coalesce(sum(r.quantity), 0) from store_sales s left join store_returns r on r.item_sk = s.item_sk and r.ticket = s.ticket join item i on i.item_sk = s.item_sk where i.brand_sk = {n} group by 1 order by 2 desc limit 10;
select c.id, r.refund from store_returns r join customer c using (customer_sk) where r.date_sk between {moy} * 100 and {moy} * 100 + 30 and r.refund > (select avg(refund) * 1.2 from store_returns r2 where r2.reason_sk = r.reason_sk) order by 1 limit 100;
select w.warehouse_sk, avg(v.on_hand) from inventory v join warehouse w using (warehouse_sk) join item i using (item_sk) where i.price between {few} and {few} + 20 and v.date_sk = {n} * 14 group by 1;
select i.id from item i where i.price > {few} and exists (select from inventory v where v.item_sk = i.item_sk and v.on_hand < 10) and not exists (select from web_sales w where w.item_sk = i.item_sk and w.date_sk > {moy} * 150) limit 20;
select d.day, sum(x.paid) from (select date_sk, paid from store_sales where store_sk = {few} union all select date_sk, paid from web_sales where site_sk = {few}) x join date_dim d using (date_sk) where d.year = {year} and d.moy = {moy} group by 1 order by 1;
select customer_sk from (select customer_sk from store_sales where date_sk between {moy} * 30 and {moy} * 60 intersect select customer_sk from web_sales where date_sk between {moy} * 30 and {moy} * 60) x order by 1 limit 100;
select p.channel, count(*) from store_sales s join promotion p using (promo_sk) join date_dim d using (date_sk) where d.year = {year} group by p.channel;
select * from customer where last_name = 'last {n}' order by first_name limit {few};
select * from web_sales where customer_sk = {n} order by date_sk desc limit {few};
select sum(paid) from store_sales where store_sk = {few} and date_sk between {moy} * 50 and {moy} * 50 + 7;
select * from item where lower(color) = 'color{n}' and price < {few} * 10;
select * from web_sales where shipped_sk - date_sk > 9{few} and shipped_sk is not null;
select * from inventory where on_hand < {few} and warehouse_sk = 3;
update inventory set on_hand = on_hand - 1 where date_sk = {moy} * 14 and item_sk = {n} and warehouse_sk = {few};
delete from store_returns where date_sk = {moy} * 100
"""
ONCE = """
select max(date_sk) from store_sales; select min(day), max(day) from date_dim; select * from date_dim where day = $1; select * from store_sales where ticket = $1; select * from store_sales where customer_sk = $1 order by date_sk desc;
select * from customer where id = $1; select sum(paid) from store_sales where store_sk = $1 and date_sk between $2 and $3; select * from item where price > 985; select * from item where price > 900 order by price desc limit 5;
select * from web_sales where date_sk > 2185; select * from customer where birth_year > 2003 order by birth_year desc nulls last limit 10; select count(*) from customer where household_sk is null; select category, count(*) from class join item using (class_sk) group by 1;
select reason_sk, count(*), sum(refund) from store_returns group by 1 order by 2 desc; select count(distinct customer_sk) from store_sales; select date_sk, count(*) from inventory group by date_sk; select grouping(store_sk), store_sk, sum(paid) from store_sales group by cube (store_sk, promo_sk)
"""


def statements() -> Iterator[Asked]:
    """Yield joins along the stars and snowflakes, and short statements, for common and rare values."""
    for year, moy, n, few in (
        (2019, 1, 1, 1),
        (2020, 11, 5, 2),
        (2021, 12, 40, 5),
        (2023, 7, 150, 20),
        (2024, 6, 2999, 3),
    ):
        yield from expand(STARS, year=[year], moy=[moy], n=[n], few=[few])
    yield from expand(STARS, year=[2022], moy=[2, 12], n=[3], few=[4])
    for statement in split(ONCE):
        yield Asked(statement, "$1" in statement)


def workloads() -> list[Workload]:
    """Return the workload."""
    return [Workload("retail", SCRIPT, filled_by(ROWS, statements()))]
