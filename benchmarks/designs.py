"""Designs of any size for benchmarks: a platform of many departments, generated, yet mixed as real designs are.

Every table has twelve columns. All but the first carry their tenant and refer to an earlier table; a quarter each are
documents, journals that are dropped by age, catalogues with full-text search, and assignments. Two access patterns a
table. The same number of tables gives the same text.
"""

from __future__ import annotations

import sys

COLUMNS = 12
"""Columns of each table."""
DEPARTMENTS = (
    "sales billing stock shipping support marketing hiring payroll travel legal security research teaching library "
    "health housing energy repair events press"
).split()
SUBJECTS = (
    "order offer contract ticket visit report plan request review invoice payment parcel meeting lesson article note "
    "task measure permit booking survey course sample device licence audit budget claim complaint delivery draft exam "
    "grant incident job loan message notice option page quote receipt schedule session shift step topic transfer vote "
    "window"
).split()

HEAD = """\
# A generated design of {tables} tables; see benchmarks/designs.py.
design: platform
about: A platform of many departments; every customer is a tenant.
start: 2026-01-01
target: {{engine: postgresql, version: 18}}
horizon: 3y

tenancy: {{by: tenants.tenant_id, isolation: row}}
encryption: {{at rest: volumes, in transit: tls 1.3}}

roles:
  gateway: {{about: "Finds the customer of a web address, before there is a session", tenants: all, connections: 5}}
  web: {{about: The application, connections: 40}}
  support: {{about: Help desk, sees: masked, connections: 5}}
  operator: {{about: Retention jobs, tenants: all, connections: 2, maintains: true}}

entities:
  tenants:
    about: A customer of the platform.
    area: core
    columns:
      tenant_id:  uuid primary key default uuidv7()
      slug:       text not null unique
      title:      text not null
      region:     {{sql: text not null, one of: [eu, us, apac]}}
      currency:   {{sql: text not null default 'EUR', example: EUR}}
      locale:     text not null default 'en'
      plan:       {{sql: text not null default 'free', one of: [free, team, company]}}
      seats:      integer not null default 5 check (seats > 0)
      settings:   jsonb not null default '{{}}'
      opened_on:  date not null default current_date
      closed_on:  date
      created_at: timestamptz not null default now()
    rows: {{now: 500, growth: 10/month}}
  people:
    about: Somebody with an account.
    area: core
    columns:
      person_id:  uuid primary key default uuidv7()
      tenant_id:  uuid not null references tenants on delete cascade
      username:   {{sql: text not null check (username = lower(username)), personal: name, mask: partial}}
      email:      {{sql: text not null check (email = lower(email)), personal: contact, mask: partial}}
      name:       {{sql: text not null, personal: name, mask: full}}
      role:       {{sql: text not null default 'member', one of: [member, lead, owner]}}
      status:     {{sql: text not null default 'active', one of: [active, suspended, closed]}}
      language:   text not null default 'en'
      time_zone:  text not null default 'UTC'
      settings:   jsonb not null default '{{}}'
      joined_on:  date not null default current_date
      created_at: timestamptz not null default now()
    unique: [[tenant_id, username], [tenant_id, email]]
    rows: {{now: 500k, growth: 3%/month, skew: {{tenant_id: zipf(1.1)}}}}
    retention: {{keep: account life + 30 days, then: anonymise, basis: contract}}
"""
HEAD_ACCESS = """
access:
  tenant-of-address:
    why: The first thing each request needs.
    by: gateway
    sql: select tenant_id, title, settings from tenants where slug = :slug
    rate: 200/s
    latency: {p95: 5ms}
  sign-in:
    why: Everyone, every morning.
    by: web
    sql: select person_id, username, name, status from people where email = :email
    rate: 50/s
    latency: {p95: 10ms}
  find-person-for-support:
    why: The help desk answers and must not see clear data.
    by: support
    sql: select person_id, username, status from people_masked where person_id = :person
    rate: 1/s
    latency: {p95: 50ms}
"""
DOCUMENT = """\
  {table}:
    about: One {subject} of the department {department}.
    area: {department}
    columns:
      {key}: uuid primary key default uuidv7()
      tenant_id: uuid not null references tenants on delete cascade
      {parent_key}: uuid not null references {parent} on delete restrict
      author_id: uuid references people on delete set null
      code: {{sql: text not null, example: A-{number}}}
      title: text not null
      status: {{sql: text not null default 'open', one of: [open, waiting, done]}}
      amount: {{sql: "numeric(12,2) not null default 0 check (amount >= 0)", unit: currency of the tenant}}
      details: jsonb not null default '{{}}'
      due_on: date
      created_at: timestamptz not null default now()
      updated_at: timestamptz not null default now()
    unique: [[tenant_id, code]]
    rows: {{now: {rows}k, growth: {growth}k/month}}
    audit: changes
"""
JOURNAL = """\
  {table}:
    about: What happened to a {subject} of the department {department}.
    area: {department}
    columns:
      {key}: uuid primary key default uuidv7()
      tenant_id: uuid not null references tenants on delete cascade
      {parent_key}: uuid not null references {parent} on delete restrict
      actor_id: uuid
      kind: {{sql: text not null, one of: [opened, changed, closed]}}
      channel: {{sql: text not null default 'web', one of: [web, mail, phone]}}
      before: jsonb
      after: jsonb not null default '{{}}'
      duration: {{sql: integer not null default 0 check (duration >= 0), unit: ms}}
      score: double precision
      comment: text not null default ''
      created_at: timestamptz not null default now()
    audit: none
    rows: {{now: {rows}M, growth: {growth}M/month}}
    retention: {{keep: 12 months, then: delete, basis: legitimate interest, by: created_at}}
"""
CATALOGUE = """\
  {table}:
    about: A {subject} that the department {department} offers.
    area: {department}
    columns:
      {key}: uuid primary key default uuidv7()
      tenant_id: uuid not null references tenants on delete cascade
      {parent_key}: uuid not null references {parent} on delete restrict
      code: text not null
      title: text not null
      body: text not null default ''
      language: text not null default 'en'
      price: "numeric(10,2) not null default 0 check (price >= 0)"
      stock: integer not null default 0 check (stock >= 0)
      tags: jsonb not null default '{{}}'
      active: boolean not null default true
      created_at: timestamptz not null default now()
    unique: [[tenant_id, code]]
    search: {{columns: {{title: A, body: B}}, language: english}}
    rows: {{now: {rows}k, growth: {growth}k/month}}
"""
ASSIGNMENT = """\
  {table}:
    about: Who works on a {subject} of the department {department}, and when.
    area: {department}
    columns:
      {key}: uuid primary key default uuidv7()
      tenant_id: uuid not null references tenants on delete cascade
      {parent_key}: uuid not null references {parent} on delete restrict
      person_id: uuid not null references people on delete cascade
      role: {{sql: text not null default 'member', one of: [member, lead, guest]}}
      share: smallint not null default 100 check (share between 1 and 100)
      starts_on: date not null
      ends_on: date
      remark: {{sql: text not null default '', personal: expression}}
      confirmed: boolean not null default false
      created_at: timestamptz not null default now()
      updated_at: timestamptz not null default now()
    check: {{ends_after_start: ends_on >= starts_on}}
    rows: {{now: {rows}k, growth: {growth}k/month}}
"""
READ = """\
  list-{table}:
    why: The page of its {parent}.
    by: web
    sql: select {key}, {shown}, created_at from {table} where {parent_key} = :parent order by created_at desc limit 50
    rate: {rate}/s
    latency: {{p95: 20ms}}
"""
WRITES = {
    DOCUMENT: "update {table} set status = :status, updated_at = now() where {key} = :it and updated_at = :seen",
    JOURNAL: "insert into {table} ({parent_key}, kind, after) values (:parent, 'opened', :after)",
    CATALOGUE: (
        "select {key}, title from {table} where search @@ websearch_to_tsquery('english', :words) "
        "order by title limit 20"
    ),
    ASSIGNMENT: "insert into {table} ({parent_key}, person_id, starts_on) values (:parent, :person, :start)",
}
PARAMETERS = {
    DOCUMENT: "{{status: \"'done'\"}}",
    JOURNAL: "{{after: \"'{{}}'::jsonb\"}}",
    CATALOGUE: "{{words: \"'blue'\"}}",
    ASSIGNMENT: "{{start: \"date '2031-01-01'\"}}",
}
SHOWN = {DOCUMENT: "title", JOURNAL: "kind", CATALOGUE: "title", ASSIGNMENT: "role"}
WRITE = """\
  {verb}-{table}:
    why: Daily work of the department {department}.
    by: web
    sql: {sql}
    parameters: {parameters}
    rate: {rate}/s
    latency: {{p95: 40ms}}
"""
VERBS = {DOCUMENT: "change", JOURNAL: "record", CATALOGUE: "search", ASSIGNMENT: "assign"}


def make_design(tables: int) -> str:
    """Return the text of a design file with that many tables, at least two, of COLUMNS columns each."""
    entities, access = [HEAD.format(tables=tables)], [HEAD_ACCESS]
    for number in range(max(0, tables - 2)):
        kind = list(VERBS)[number % 4]
        facts = _facts(number, kind)
        entities.append(kind.format(**facts))
        access.append(READ.format(**facts))
        sql, parameters = WRITES[kind].format(**facts), PARAMETERS[kind].format(**facts)
        access.append(WRITE.format(verb=VERBS[kind], sql=sql, parameters=parameters, **facts))
    return "".join([*entities, *access])


def _facts(number: int, kind: str) -> dict[str, object]:
    """What the templates need to know of one table; its parent is a table of documents, or a person."""
    department, subject = _words(number)
    parent = number - number % 4 if number % 4 else number - 4 * (1 + number % 3)
    parent_subject = "_".join(_words(parent)) if parent >= 0 else "person"
    return {
        "number": number,
        "department": department,
        "subject": subject,
        "table": f"{department}_{subject}s",
        "key": f"{subject}_id",
        "parent": f"{parent_subject}s" if parent >= 0 else "people",
        "parent_key": f"{parent_subject}_id" if parent >= 0 else "opener_id",
        "shown": SHOWN[kind],
        "rows": 10 + number * 7 % 90,
        "growth": 1 + number % 5,
        "rate": 1 + number * 13 % 40,
    }


def _words(number: int) -> tuple[str, str]:
    """A department and a subject, different for each number; beyond a thousand the departments are numbered."""
    size = len(SUBJECTS)
    floor, place = divmod(number // size, len(DEPARTMENTS))
    return DEPARTMENTS[place] + (str(floor + 1) if floor else ""), SUBJECTS[number % size]


if __name__ == "__main__":
    print(make_design(int(sys.argv[1]) if len(sys.argv) > 1 else 100), end="")
