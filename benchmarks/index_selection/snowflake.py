"""A warehouse like that of TPC-DS: sales in three channels with returns, around dates, items, customers and places.

Written for this benchmark: a schema of the same kind and proportions, skewed rows that the server itself
  makes, and 90
queries from 15 shapes. It is not TPC-DS, and its figures are not comparable with published ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CHANNELS = {"store": "ss", "web": "ws", "catalog": "cs"}
SCHEMA = """
create table day (day_key int not null, day date not null, year int not null, month int not null, quarter int
  not null,
  week int not null, weekday int not null, holiday boolean not null);
create table item (item_key int not null, item_code text not null, brand int not null, class int not null,
  category text not null, manufacturer int not null, color text not null, size text not null, price
  numeric(9,2) not null);
create table customer (customer_key int not null, customer_code text not null, address_key int not null,
  household_key int not null, first_name text not null, last_name text not null, birth_year int, country text
  not null);
create table address (address_key int not null, city text not null, county text not null, state text not null,
  zip text not null, gmt_offset int not null);
create table household (household_key int not null, income int not null, potential text not null, dependents
  int not null,
  vehicles int not null);
create table store (place_key int not null, store_name text not null, city text not null, state text not null,
  manager int not null);
create table promotion (promotion_key int not null, email boolean not null, event boolean not null, tv boolean
  not null);
create table reason (reason_key int not null, about text not null);
""" + "".join(
    f"""
create table {name}_sales ({p}_day_key int, {p}_item_key int not null, {p}_customer_key int, {p}_household_key int,
  {p}_place_key int, {p}_promotion_key int, {p}_ticket bigint not null, {p}_quantity int, {p}_cost numeric(9,2),
  {p}_price numeric(9,2), {p}_discount numeric(9,2), {p}_profit numeric(9,2));
create table {name}_returns ({p}r_day_key int, {p}r_item_key int not null, {p}r_customer_key int, {p}r_reason_key int,
  {p}r_ticket bigint not null, {p}r_quantity int, {p}r_amount numeric(9,2), {p}r_loss numeric(9,2));
"""
    for name, p in CHANNELS.items()
)
STATES = ("TN", "GA", "TX", "CA", "NY", "OH", "WA", "FL")
CATEGORIES = ("Books", "Home", "Music", "Sports", "Shoes", "Women", "Men", "Jewelry", "Children", "Electronics")


def load(connection: Any, scale: float) -> None:
    """Make the tables and fill them: at scale 1 three million sales."""
    sales = {"store": int(1_800_000 * scale), "web": int(450_000 * scale), "catalog": int(900_000 * scale)}
    people, items = max(1000, int(60_000 * scale)), max(500, int(12_000 * scale))
    connection.execute(SCHEMA)
    connection.execute("select setseed(0.17)")
    connection.execute(f"""
insert into day select i, d, extract(year from d), extract(month from d), extract(quarter from d), i / 7,
  extract(dow from d), i % 40 = 0 from (select i, '2016-01-01'::date + i as d from generate_series(0, 1825) i) x;
insert into item select i, 'ITEM' || i, i % 700, i % 90, (array{list(CATEGORIES)})[i % 10 + 1], i % 400,
  (array['red','green','blue','plum','navy','misty','snow','khaki'])[i * 7 % 8 + 1],
  (array['small','medium','large','petite'])[i * 3 % 4 + 1], i % 300 + 0.99 from generate_series(1, {items}) i;
insert into address select i, 'city ' || i % 600, 'county ' || i % 150, (array{list(STATES)})[least(8, 1 +
  floor(power(random(), 2) * 8)::int)], (10000 + i % 8000)::text, -5 - i % 4 from generate_series(1, {people // 2}) i;
insert into household select i, i % 20, (array['>10000','5001-10000','1001-5000','unknown'])[i % 4 + 1], i % 10, i % 5
  from generate_series(1, 7200) i;
insert into customer select i, 'CUST' || i, i % {people // 2} + 1, i % 7200 + 1, 'first ' || i % 500, 'last '
  || i % 900,
  nullif(1930 + i % 70, 1930), 'country ' || i % 200 from generate_series(1, {people}) i;
insert into store select i, 'store ' || i % 6, 'city ' || i % 30, (array{list(STATES)})[i % 8 + 1], i
  from generate_series(1, 60) i;
insert into promotion select i, i % 2 = 0, i % 3 = 0, i % 5 = 0 from generate_series(1, 300) i;
insert into reason select i, 'reason ' || i from generate_series(1, 35) i;
""")
    for name, p in CHANNELS.items():
        connection.execute(f"""
insert into {name}_sales select (i::bigint * 1826 / {sales[name]})::int, 1 + floor(power(random(), 2) * {items})::int,
  nullif(1 + floor(power(random(), 1.5) * {people})::int, 7), 1 + floor(random() * 7200)::int,
  1 + floor(random() * 60)::int, 1 + floor(random() * 300)::int, i / 8, 1 + floor(random() * 100)::int,
  round((random() * 100)::numeric, 2), round((random() * 200)::numeric, 2), round((random() * 20)::numeric, 2),
  round((random() * 150 - 50)::numeric, 2) from generate_series(1, {sales[name]}) i;
insert into {name}_returns select {p}_day_key + 20, {p}_item_key, {p}_customer_key, 1 + floor(random() * 35)::int,
  {p}_ticket, {p}_quantity, {p}_price, {p}_cost from {name}_sales where random() < 0.1;
""")
    connection.execute("vacuum (freeze, analyze)")


def queries() -> dict[str, str]:
    """Return 90 queries by name: each of 15 shapes with six choices of channel and constants."""
    found = {}
    for number, (name, p) in enumerate([*CHANNELS.items(), *CHANNELS.items()]):
        for shape, text in enumerate(_shapes(name, p, number)):
            found[f"q{shape + 1:02}_{number + 1}"] = text
    return found


def _shapes(name: str, p: str, n: int) -> Iterator[str]:
    sales, returns, state, category = f"{name}_sales", f"{name}_returns", STATES[n], CATEGORIES[n]
    year, month, other = 2016 + n % 5, 1 + n * 2, "web_sales" if name == "store" else "store_sales"
    o = CHANNELS[other.removesuffix("_sales")]
    yield f"""select year, brand, sum({p}_price) from day, {sales}, item where day_key = {p}_day_key and
{p}_item_key = item_key and manufacturer = {128 + n} and month = {month} group by year, brand order by year, 3 desc"""
    yield f"""select item_code, avg({p}_quantity), avg({p}_price) from {sales}, household, day, item, promotion where
{p}_day_key = day_key and {p}_item_key = item_key and {p}_household_key = household_key and
{p}_promotion_key = promotion_key and income = {n} and dependents = {n + 2} and email and year = {year}
group by item_code order by item_code limit 100"""
    yield f"""select customer_code, sum({p}_profit) as gain from {sales}, customer, day where {p}_customer_key
  = customer_key
and {p}_day_key = day_key and day between date '{year}-0{1 + n}-01' and date '{year}-0{1 + n}-15'
group by customer_code order by gain desc limit 100"""
    yield f"""select state, count(*) from address a, customer c, {sales} s, day d, item i where a.address_key =
c.address_key and c.customer_key = s.{p}_customer_key and s.{p}_day_key = d.day_key and s.{p}_item_key =
  i.item_key and
d.year = {year} and d.month = {month} and i.price > 1.2 * (select avg(j.price) from item j where
j.category = i.category) group by state having count(*) >= 10 order by 2"""
    yield f"""select sum({p}_price) from {sales}, day where {p}_day_key = day_key and holiday and year = {year} and
{p}_quantity between {10 * n} and {10 * n + 20}"""
    yield f"""select i.item_code, sum({p}r_loss) from {returns}, item i, day, reason where {p}r_item_key =
  i.item_key and
{p}r_day_key = day_key and {p}r_reason_key = reason_key and about = 'reason {n + 3}' and year = {year}
group by i.item_code order by 2 desc limit 50"""
    yield f"""select count(*) from {sales} where {p}_customer_key in (select customer_key from customer, address where
customer.address_key = address.address_key and state = '{state}' and birth_year = {1950 + n}) and
not exists (select * from {returns} where {p}r_ticket = {p}_ticket and {p}r_item_key = {p}_item_key)"""
    yield f"""select last_name, first_name, {p}_ticket, count(*) from {sales}, customer, day, household where
{p}_customer_key = customer_key and {p}_day_key = day_key and {p}_household_key = household.household_key and
weekday in ({n}, {n + 1}) and potential = '>10000' and vehicles > {n % 4} and year = {year}
group by last_name, first_name, {p}_ticket having count(*) between 2 and 5 order by last_name limit 100"""
    yield f"""select category, class, sum({p}_price) from {sales}, item, day where {p}_item_key = item_key and
{p}_day_key = day_key and category in ('{category}', '{CATEGORIES[n + 3]}') and
day between date '{year}-0{1 + n}-22' and date '{year}-0{2 + n}-22' group by category, class order by 1, 3"""
    yield f"""select item_code, city from item, {sales}, customer, address, day where {p}_item_key = item_key and
{p}_customer_key = customer_key and customer.address_key = address.address_key and {p}_day_key = day_key and
zip = '{10085 + n * 31}' and quarter = {1 + n % 4} and year = {year}"""
    yield f"""with spent as (select {p}_customer_key as who, sum({p}_price) as total from {sales}, day where
  {p}_day_key =
day_key and year = {year} group by {p}_customer_key) select customer_code, total from spent, customer where
who = customer_key and total > (select 1.5 * avg(total) from spent) and country = 'country {n * 11}'
order by 1 limit 100"""
    yield f"""select color, sum(s.{p}_quantity) from {sales} s join item on s.{p}_item_key = item_key left join
  {returns} r
on r.{p}r_ticket = s.{p}_ticket and r.{p}r_item_key = s.{p}_item_key where color in ('plum', 'navy') and
size = 'petite' and r.{p}r_ticket is null group by color"""
    yield f"""select week, sum({p}_price) from {sales}, day where day_key = {p}_day_key and week in (select
  week from day
where day = date '{year}-0{1 + n}-03') group by week"""
    yield f"""select count(distinct a.{p}_customer_key) from {sales} a where a.{p}_item_key in (select
  {o}_item_key from
{other}, day where {o}_day_key = day_key and month = {month} and year = {year} and {o}_discount > {19 + n / 10})"""
    yield f"""select store_name, sum({p}_profit) from {sales}, store, day where {p}_place_key = place_key and
{p}_day_key = day_key and store.state = '{state}' and quarter = {1 + n % 4} and year = {year}
group by store_name order by store_name"""


BUDGETS = (25, 50, 100, 150, 200, 300, 425, 575, 800, 1000, 1500)
"""Megabytes (10^6 bytes) at scale 1."""
