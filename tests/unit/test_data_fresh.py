"""One more row for a table in which a circle of references has left only some of the planned rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.data import NothingFits, generate, plan_rows, valid_row
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design

DESIGN = """
design: random
target: {version: 18}
roles: {web: {}}
entities:
  tenants:
    columns: {tenant_id: uuid primary key default gen_random_uuid()}
  t0:
    columns:
      t0_id: integer not null
      tenant_id: uuid not null references tenants
      c0: char(3) not null
      c1: varchar(12) not null unique
      c2: varchar(12) not null unique
      fewa: mood not null
      fewb: smallint not null check (fewb between 1 and 3)
      next_t1: bigint not null references t1
    audit: none
    key: [t0_id]
    unique: [[fewa, fewb]]
  t1:
    columns:
      t1_id: bigint primary key generated always as identity
      tenant_id: uuid not null references tenants
      t0_id: integer not null
      parent_id: bigint references t1
      c0: varchar(12) not null unique
      c1: char(3)
      fewa: boolean not null
      fewb: integer not null check (fewb in (1, 2, 3, 5, 8, 13))
    audit: none
    references:
      t0_all: {columns: [t0_id], to: t0}
    unique: [[fewa, fewb]]
sql:
  mood: create type mood as enum ('sad', 'calm', 'glad')
tenancy: {by: tenants.tenant_id}
"""


def test_a_new_row_takes_no_value_of_a_row_with_a_higher_number(tmp_path: Path) -> None:
    path = tmp_path / "circle.design.yaml"
    path.write_text(DESIGN)
    blueprint = compile_design(load_design(path))
    dataset = generate(blueprint, plan_rows(blueprint, 180))
    rows = dataset.tables["t1"]
    assert rows.count < dataset.planned["t1"]
    taken = set(zip(map(str, rows.columns["tenant_id"]), rows.columns["c0"], strict=True))
    made = [valid_row(blueprint, dataset, "t1", salt) for salt in range(2)]
    assert not taken & {(str(row["tenant_id"]), row["c0"]) for row in made}


ORPHANS = """
design: orphans
entities:
  parents:
    columns: {parent_id: bigint primary key}
    audit: none
  children:
    columns:
      child_id: bigint primary key
      parent_id: bigint not null references parents
      place: smallint not null check (place between 1 and 40)
    unique: [[parent_id, place]]
    audit: none
"""


def test_a_table_without_any_parent_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orphans.design.yaml"
    path.write_text(ORPHANS)
    blueprint = compile_design(load_design(path))
    with pytest.raises(NothingFits, match="none of 60 rows fits into `children`: there are no more combinations"):
        generate(blueprint, {"parents": 0, "children": 60})
