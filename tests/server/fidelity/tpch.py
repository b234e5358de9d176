"""TPC-H with data of tpchgen-cli: the 22 queries with many parameter sets, and short statements of the OLTP kind.

Indexes are those that a user would add: foreign keys, dates, partial, covering, expression, BRIN, trigrams and hash.
Source: TPC Benchmark H, revision 3, section 2.4.
"""

# Statements are as long as they are.
# ruff: noqa: E501

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from dbwright.server import Database
from fidelity.workload import Asked, Workload, expand, split

TABLES = ("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem")
SCRIPT = """
create extension pg_trgm;
create table region (r_regionkey int primary key, r_name char(25) not null, r_comment varchar(152));
create table nation (n_nationkey int primary key, n_name char(25) not null, n_regionkey int not null references region, n_comment varchar(152));
create table supplier (s_suppkey int primary key, s_name char(25) not null, s_address varchar(40) not null, s_nationkey int not null references nation,
  s_phone char(15) not null, s_acctbal numeric(15,2) not null, s_comment varchar(101) not null);
create table customer (c_custkey int primary key, c_name varchar(25) not null, c_address varchar(40) not null, c_nationkey int not null references nation,
  c_phone char(15) not null, c_acctbal numeric(15,2) not null, c_mktsegment char(10) not null, c_comment varchar(117) not null);
create table part (p_partkey int primary key, p_name varchar(55) not null, p_mfgr char(25) not null, p_brand char(10) not null, p_type varchar(25) not null,
  p_size int not null, p_container char(10) not null, p_retailprice numeric(15,2) not null, p_comment varchar(23) not null);
create table partsupp (ps_partkey int not null references part, ps_suppkey int not null references supplier, ps_availqty int not null,
  ps_supplycost numeric(15,2) not null, ps_comment varchar(199) not null, primary key (ps_partkey, ps_suppkey));
create table orders (o_orderkey bigint primary key, o_custkey int not null references customer, o_orderstatus char(1) not null, o_totalprice numeric(15,2) not null,
  o_orderdate date not null, o_orderpriority char(15) not null, o_clerk char(15) not null, o_shippriority int not null, o_comment varchar(79) not null);
create table lineitem (l_orderkey bigint not null references orders, l_partkey int not null, l_suppkey int not null, l_linenumber int not null,
  l_quantity numeric(15,2) not null, l_extendedprice numeric(15,2) not null, l_discount numeric(15,2) not null, l_tax numeric(15,2) not null,
  l_returnflag char(1) not null, l_linestatus char(1) not null, l_shipdate date not null, l_commitdate date not null, l_receiptdate date not null,
  l_shipinstruct char(25) not null, l_shipmode char(10) not null, l_comment varchar(44) not null, primary key (l_orderkey, l_linenumber),
  foreign key (l_partkey, l_suppkey) references partsupp);
create index on nation (n_regionkey);
create index on supplier (s_nationkey);
create index on customer (c_nationkey);
create index on customer (c_mktsegment, c_custkey);
create index on customer (substring(c_phone from 1 for 2));
create index on customer (c_acctbal) where c_acctbal > 0;
create index on part (p_brand, p_container) include (p_partkey);
create index on part using gin (p_name gin_trgm_ops);
create index on part (p_size, p_type);
create index on part using hash (p_type);
create index on partsupp (ps_suppkey);
create index on orders (o_custkey, o_orderdate desc);
create index on orders (o_orderdate);
create index on orders (o_orderkey) where o_orderstatus = 'P';
create index on orders using hash (o_clerk);
create index on lineitem (l_partkey, l_suppkey);
create index on lineitem (l_suppkey);
create index on lineitem using brin (l_shipdate) with (pages_per_range = 16);
create index on lineitem (l_shipdate) include (l_extendedprice, l_discount, l_quantity);
create index on lineitem (l_receiptdate, l_shipmode);
create index on lineitem (l_orderkey) where l_commitdate < l_receiptdate;
create index on lineitem (extract(year from l_shipdate));
"""
QUERIES = """
select l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), sum(l_extendedprice * (1 - l_discount)), avg(l_quantity), count(*) from lineitem
  where l_shipdate <= date '1998-12-01' - interval '{days} day' group by l_returnflag, l_linestatus order by l_returnflag, l_linestatus;
select s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment from part, supplier, partsupp, nation, region
  where p_partkey = ps_partkey and s_suppkey = ps_suppkey and p_size = {size} and p_type like '%{metal}' and s_nationkey = n_nationkey and n_regionkey = r_regionkey
  and r_name = '{region}' and ps_supplycost = (select min(ps_supplycost) from partsupp, supplier, nation, region where p_partkey = ps_partkey
  and s_suppkey = ps_suppkey and s_nationkey = n_nationkey and n_regionkey = r_regionkey and r_name = '{region}') order by s_acctbal desc, n_name, s_name, p_partkey limit 100;
select l_orderkey, sum(l_extendedprice * (1 - l_discount)) as revenue, o_orderdate, o_shippriority from customer, orders, lineitem where c_mktsegment = '{segment}'
  and c_custkey = o_custkey and l_orderkey = o_orderkey and o_orderdate < date '{day}' and l_shipdate > date '{day}' group by l_orderkey, o_orderdate, o_shippriority
  order by revenue desc, o_orderdate limit 10;
select o_orderpriority, count(*) from orders where o_orderdate >= date '{day}' and o_orderdate < date '{day}' + interval '3 month'
  and exists (select * from lineitem where l_orderkey = o_orderkey and l_commitdate < l_receiptdate) group by o_orderpriority order by o_orderpriority;
select n_name, sum(l_extendedprice * (1 - l_discount)) as revenue from customer, orders, lineitem, supplier, nation, region where c_custkey = o_custkey and l_orderkey = o_orderkey
  and l_suppkey = s_suppkey and c_nationkey = s_nationkey and s_nationkey = n_nationkey and n_regionkey = r_regionkey and r_name = '{region}'
  and o_orderdate >= date '{day}' and o_orderdate < date '{day}' + interval '1 year' group by n_name order by revenue desc;
select sum(l_extendedprice * l_discount) from lineitem where l_shipdate >= date '{day}' and l_shipdate < date '{day}' + interval '1 year' and l_discount between 0.05 and 0.07 and l_quantity < {size};
select supp_nation, cust_nation, l_year, sum(volume) from (select n1.n_name as supp_nation, n2.n_name as cust_nation, extract(year from l_shipdate) as l_year,
  l_extendedprice * (1 - l_discount) as volume from supplier, lineitem, orders, customer, nation n1, nation n2 where s_suppkey = l_suppkey and o_orderkey = l_orderkey
  and c_custkey = o_custkey and s_nationkey = n1.n_nationkey and c_nationkey = n2.n_nationkey and ((n1.n_name = '{nation}' and n2.n_name = 'GERMANY') or (n1.n_name = 'GERMANY' and n2.n_name = '{nation}'))
  and l_shipdate between date '1995-01-01' and date '1996-12-31') as shipping group by supp_nation, cust_nation, l_year order by supp_nation, cust_nation, l_year;
select o_year, sum(case when nation = '{nation}' then volume else 0 end) / sum(volume) from (select extract(year from o_orderdate) as o_year, l_extendedprice * (1 - l_discount) as volume,
  n2.n_name as nation from part, supplier, lineitem, orders, customer, nation n1, nation n2, region where p_partkey = l_partkey and s_suppkey = l_suppkey and l_orderkey = o_orderkey
  and o_custkey = c_custkey and c_nationkey = n1.n_nationkey and n1.n_regionkey = r_regionkey and r_name = '{region}' and s_nationkey = n2.n_nationkey
  and o_orderdate between date '1995-01-01' and date '1996-12-31' and p_type = 'ECONOMY ANODIZED {metal}') as all_nations group by o_year order by o_year;
select nation, o_year, sum(amount) from (select n_name as nation, extract(year from o_orderdate) as o_year, l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity as amount
  from part, supplier, lineitem, partsupp, orders, nation where s_suppkey = l_suppkey and ps_suppkey = l_suppkey and ps_partkey = l_partkey and p_partkey = l_partkey
  and o_orderkey = l_orderkey and s_nationkey = n_nationkey and p_name like '%{color}%') as profit group by nation, o_year order by nation, o_year desc;
select c_custkey, c_name, sum(l_extendedprice * (1 - l_discount)) as revenue, c_acctbal, n_name, c_address, c_phone, c_comment from customer, orders, lineitem, nation
  where c_custkey = o_custkey and l_orderkey = o_orderkey and o_orderdate >= date '{day}' and o_orderdate < date '{day}' + interval '3 month' and l_returnflag = 'R' and c_nationkey = n_nationkey
  group by c_custkey, c_name, c_acctbal, c_phone, n_name, c_address, c_comment order by revenue desc limit 20;
select ps_partkey, sum(ps_supplycost * ps_availqty) as value from partsupp, supplier, nation where ps_suppkey = s_suppkey and s_nationkey = n_nationkey and n_name = '{nation}' group by ps_partkey
  having sum(ps_supplycost * ps_availqty) > (select sum(ps_supplycost * ps_availqty) * 0.0001 from partsupp, supplier, nation where ps_suppkey = s_suppkey and s_nationkey = n_nationkey and n_name = '{nation}') order by value desc;
select l_shipmode, sum(case when o_orderpriority = '1-URGENT' or o_orderpriority = '2-HIGH' then 1 else 0 end) from orders, lineitem where o_orderkey = l_orderkey and l_shipmode in ('{mode}', 'SHIP')
  and l_commitdate < l_receiptdate and l_shipdate < l_commitdate and l_receiptdate >= date '{day}' and l_receiptdate < date '{day}' + interval '1 year' group by l_shipmode order by l_shipmode;
select c_count, count(*) as custdist from (select c_custkey, count(o_orderkey) from customer left outer join orders on c_custkey = o_custkey and o_comment not like '%{word}%requests%' group by c_custkey)
  as c_orders (c_custkey, c_count) group by c_count order by custdist desc, c_count desc;
select 100.00 * sum(case when p_type like 'PROMO%' then l_extendedprice * (1 - l_discount) else 0 end) / sum(l_extendedprice * (1 - l_discount)) from lineitem, part
  where l_partkey = p_partkey and l_shipdate >= date '{day}' and l_shipdate < date '{day}' + interval '1 month';
with revenue (supplier_no, total_revenue) as (select l_suppkey, sum(l_extendedprice * (1 - l_discount)) from lineitem where l_shipdate >= date '{day}' and l_shipdate < date '{day}' + interval '3 month' group by l_suppkey)
  select s_suppkey, s_name, s_address, s_phone, total_revenue from supplier, revenue where s_suppkey = supplier_no and total_revenue = (select max(total_revenue) from revenue) order by s_suppkey;
select p_brand, p_type, p_size, count(distinct ps_suppkey) as supplier_cnt from partsupp, part where p_partkey = ps_partkey and p_brand <> '{brand}' and p_type not like 'MEDIUM POLISHED%'
  and p_size in ({size}, 14, 23, 45, 19, 3, 36, 9) and ps_suppkey not in (select s_suppkey from supplier where s_comment like '%Customer%Complaints%') group by p_brand, p_type, p_size order by supplier_cnt desc, p_brand, p_type, p_size;
select sum(l_extendedprice) / 7.0 from lineitem, part where p_partkey = l_partkey and p_brand = '{brand}' and p_container = 'MED BOX' and l_quantity < (select 0.2 * avg(l_quantity) from lineitem where l_partkey = p_partkey);
select c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity) from customer, orders, lineitem where o_orderkey in (select l_orderkey from lineitem group by l_orderkey having sum(l_quantity) > 3{size})
  and c_custkey = o_custkey and o_orderkey = l_orderkey group by c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice order by o_totalprice desc, o_orderdate limit 100;
select sum(l_extendedprice * (1 - l_discount)) from lineitem, part where (p_partkey = l_partkey and p_brand = '{brand}' and p_container in ('SM CASE', 'SM BOX', 'SM PACK', 'SM PKG') and l_quantity between 1 and 11
  and p_size between 1 and 5 and l_shipmode in ('AIR', 'AIR REG') and l_shipinstruct = 'DELIVER IN PERSON') or (p_partkey = l_partkey and p_brand = 'Brand#23' and p_container in ('MED BAG', 'MED BOX', 'MED PKG', 'MED PACK')
  and l_quantity between 10 and 20 and p_size between 1 and 10 and l_shipmode in ('AIR', 'AIR REG') and l_shipinstruct = 'DELIVER IN PERSON');
select s_name, s_address from supplier, nation where s_suppkey in (select ps_suppkey from partsupp where ps_partkey in (select p_partkey from part where p_name like '{color}%')
  and ps_availqty > (select 0.5 * sum(l_quantity) from lineitem where l_partkey = ps_partkey and l_suppkey = ps_suppkey and l_shipdate >= date '{day}' and l_shipdate < date '{day}' + interval '1 year'))
  and s_nationkey = n_nationkey and n_name = '{nation}' order by s_name;
select s_name, count(*) as numwait from supplier, lineitem l1, orders, nation where s_suppkey = l1.l_suppkey and o_orderkey = l1.l_orderkey and o_orderstatus = 'F' and l1.l_receiptdate > l1.l_commitdate
  and exists (select * from lineitem l2 where l2.l_orderkey = l1.l_orderkey and l2.l_suppkey <> l1.l_suppkey) and not exists (select * from lineitem l3 where l3.l_orderkey = l1.l_orderkey
  and l3.l_suppkey <> l1.l_suppkey and l3.l_receiptdate > l3.l_commitdate) and s_nationkey = n_nationkey and n_name = '{nation}' group by s_name order by numwait desc, s_name limit 100;
select cntrycode, count(*), sum(c_acctbal) from (select substring(c_phone from 1 for 2) as cntrycode, c_acctbal from customer where substring(c_phone from 1 for 2) in ('{code}', '31', '23', '29')
  and c_acctbal > (select avg(c_acctbal) from customer where c_acctbal > 0.00 and substring(c_phone from 1 for 2) in ('{code}', '31', '23', '29')) and not exists (select * from orders where o_custkey = c_custkey))
  as custsale group by cntrycode order by cntrycode
"""
SHORT = """
select * from orders where o_orderkey = {key};
select * from lineitem where l_orderkey = {key};
select * from lineitem where l_orderkey = {key} and l_linenumber = 1;
select * from orders where o_custkey = {key} order by o_orderdate desc limit 10;
select * from orders where o_orderdate > '1998-07-2{digit}' order by o_orderdate desc limit 20;
select * from orders where (o_orderdate, o_orderkey) > ('1998-07-1{digit}', {key}) order by o_orderdate, o_orderkey limit 20;
select * from orders where o_orderkey > 59990{digit} order by o_orderkey limit 5;
select * from part where p_partkey > 1999{digit};
select * from part where p_name like '%{color}%' limit 20;
select * from part where p_name like '{color}%';
select * from customer where c_name like 'Customer#00000{digit}%';
select count(*) from lineitem where l_partkey = {key} and l_suppkey = {digit};
select max(l_shipdate), min(l_receiptdate) from lineitem where l_suppkey = {digit};
select c.*, count(o_orderkey) from customer c left join orders on o_custkey = c_custkey where c_custkey = {key} group by c_custkey;
select o.*, l.* from orders o join lineitem l on l_orderkey = o_orderkey where o_clerk = 'Clerk#00000000{digit}';
select * from lineitem where l_shipdate = '1998-11-20'::date + {digit};
select * from lineitem where extract(year from l_shipdate) = 199{digit} and l_partkey < {key};
update orders set o_comment = 'x' where o_orderkey = {key};
update lineitem set l_tax = 0 where l_orderkey = {key} and l_linenumber = {digit};
delete from lineitem where l_orderkey between {key} and {key} + {digit};
insert into region values ({digit}, 'x') on conflict (r_regionkey) do nothing
"""
SHORT_ONCE = """
select max(o_orderkey) from orders; select min(o_orderdate), max(o_orderdate) from orders; select max(l_shipdate) from lineitem; select max(c_acctbal) from customer where c_acctbal > 0;
select * from orders where o_orderkey = $1; select * from lineitem where l_orderkey = $1 order by l_linenumber; select * from orders where o_custkey = $1 order by o_orderdate desc limit 10;
select * from orders where o_orderdate between $1 and $2; select * from part where p_name like $1; select * from lineitem where l_partkey = $1 and l_suppkey = $2;
select count(*) from orders where o_orderstatus = 'P'; select * from orders where o_orderstatus = 'P' and o_orderkey > $1 order by o_orderkey limit 3;
select * from customer where c_mktsegment = $1 and c_custkey > $2 order by c_custkey limit 10; select * from orders order by o_orderdate desc, o_orderkey desc limit 15;
select * from customer where c_acctbal > 9990 order by c_acctbal desc; select distinct o_custkey from orders; select count(distinct l_suppkey) from lineitem; select o_custkey, count(*) from orders group by 1 order by 2 desc limit 10
"""
SETS: Sequence[dict[str, str]] = tuple(
    {
        "days": str(60 + 6 * i),
        "size": str(1 + i * 7 % 50),
        "metal": ("BRASS", "TIN", "COPPER", "STEEL", "NICKEL")[i % 5],
        "region": ("EUROPE", "ASIA", "AMERICA", "AFRICA", "MIDDLE EAST")[i % 5],
        "segment": ("BUILDING", "MACHINERY", "AUTOMOBILE", "FURNITURE", "HOUSEHOLD")[i % 5],
        "day": f"{1993 + i % 5}-{1 + i:02d}-01",
        "nation": ("FRANCE", "BRAZIL", "JAPAN", "CANADA", "KENYA", "INDIA", "CHINA")[i % 7],
        "color": ("green", "forest", "almond", "navajo", "zzz")[i % 5],
        "mode": ("MAIL", "AIR", "TRUCK", "RAIL")[i % 4],
        "word": ("special", "pending", "express")[i % 3],
        "brand": f"Brand#{1 + i % 5}{1 + i % 4}",
        "code": str(10 + i),
    }
    for i in range(11)
)


def workloads(scale: float = 0.1) -> list[Workload]:
    """Return the workload at a scale factor; 1 is a gigabyte."""

    def fill(database: Database) -> Sequence[Asked]:
        with tempfile.TemporaryDirectory(prefix="dbwright-tpch-") as folder:
            generator = str(Path(sys.executable).with_name("tpchgen-cli"))
            command = [generator, "csv", "-s", str(scale), "--output-dir", folder, "--quiet"]
            subprocess.run(command, check=True, capture_output=True)
            with database.connect() as connection:
                for table in TABLES:
                    copy_rows(connection, table, Path(folder) / f"{table}.csv")
                connection.execute("vacuum analyze")
        return list(statements(scale))

    return [Workload("tpch", SCRIPT, fill)]


def copy_rows(connection: object, table: str, path: Path) -> None:
    """Load a table from a file of comma-separated values with a header."""
    from psycopg import Connection

    assert isinstance(connection, Connection)
    with (
        connection.cursor().copy(f"copy {table} from stdin (format csv, header)".encode()) as copy,
        path.open("rb") as rows,
    ):
        while piece := rows.read(1 << 20):
            copy.write(piece)


def statements(scale: float) -> Iterator[Asked]:
    """Yield the 22 queries with eleven parameter sets, and short statements for rare and common keys."""
    for chosen in SETS:
        yield from expand(QUERIES, **{name: [value] for name, value in chosen.items()})
    keys = [1, 7, int(60_000 * scale), int(1_499_999 * scale), int(5_999_999 * scale)]
    yield from expand(SHORT, key=keys, digit=[1, 5, 9], color=["green", "zzz"])
    for statement in split(SHORT_ONCE):
        yield Asked(statement, "$1" in statement)
