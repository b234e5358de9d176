"""The first versioned migration: the statements of the DDL, which refuse to run twice and leave a record.

The record is a table in a schema of its own, so that the design's schema is the same whichever way it was made.
"""

from __future__ import annotations

import hashlib

from dbwright.emit import postgresql
from dbwright.model.blueprint import Blueprint
from dbwright.sql.names import literal, qualify, quote

FOLDER = "migrations"
VERSION = 1
NAME = "0001_initial"
PATH = f"{FOLDER}/{NAME}.sql"

_TABLE = "schema_migrations"
_STARTS = "-- The body starts below this line; its checksum is recorded."
_ENDS = "-- The body ends above this line: sha256"

_README = """\
# Migrations

Each file is one version of the database, runs in one transaction, and refuses to run twice.

```sh
psql -v ON_ERROR_STOP=1 -d DATABASE -f {name}.sql
```

`{name}.sql` makes the whole design in an empty database, like `ddl/schema.sql`, and records that in `{table}`:

| column | what it holds |
|---|---|
| `version` | number of the migration, the first is 1 |
| `name` | name of the file without its ending |
| `checksum` | sha256 of the body: all lines between the two marks |
| `applied_at` | when it ran |
| `applied_by` | the login that ran it |

The table belongs to `{owner}`; no client may read or write it. A file that was applied is never changed: what comes
next is a new file with the next number. To see whether a file still is what was applied, compare the recorded checksum
with that of its body:

```sh
sed '1,/^-- The body starts below/d;/^-- The body ends above/,$d' {name}.sql | sha256sum
```
"""


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return `migrations/0001_initial.sql` and `migrations/README.md`."""
    table = f"{bookkeeping_schema(blueprint)}.{_TABLE}"
    readme = _README.format(name=NAME, table=table, owner=blueprint.owner)
    return {PATH: script(blueprint), f"{FOLDER}/README.md": readme}


def bookkeeping_schema(blueprint: Blueprint) -> str:
    """Return the schema that records migrations: `dbwright`, unless the design has that name."""
    return "dbwright" if blueprint.schema != "dbwright" else "dbwright_migrations"


def body(blueprint: Blueprint) -> str:
    """Return the statements of the DDL between its `begin` and `commit`: what the checksum is of."""
    first, *statements, last = postgresql.statements(blueprint)
    assert (first.strip(), last.strip()) == ("begin;", "commit;")
    return "\n".join(statements)


def checksum(text: str) -> str:
    """Return the sha256 of a body, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def script(blueprint: Blueprint) -> str:
    """Return the whole migration, in one transaction."""
    statements = body(blueprint)
    digest = checksum(statements)
    title = " ".join(str(blueprint.design.design).split())
    head = [
        f"-- {title}: migration {NAME} for PostgreSQL {blueprint.version}, compiled by dbwright.",
        f"-- Load into an empty database: psql -v ON_ERROR_STOP=1 -d DATABASE -f {NAME}.sql",
        "",
        "begin;",
        "",
        _refusal(blueprint),
        "",
        _STARTS,
    ]
    return "\n".join(head) + f"\n{statements}{_ENDS} {digest}\n\n{_record(blueprint, digest)}\ncommit;\n"


def _refusal(blueprint: Blueprint) -> str:
    """A block that ends the transaction where the migration ran before, or the schema came another way."""
    record = qualify(bookkeeping_schema(blueprint), _TABLE)
    applied = f"migration {NAME} was applied on % by %; nothing was changed"
    foreign = "the schema % is there, but no migration made it; nothing was changed"
    statement = f"select applied_at, applied_by from {record} where version = {VERSION}"
    return f"""\
do {
        _dollar_quoted(f'''
declare
  earlier record;
begin
  if to_regclass({literal(record)}) is not null then
    execute {literal(statement)} into earlier;
    if earlier.applied_at is not null then
      raise exception {literal(applied)}, earlier.applied_at, earlier.applied_by
        using hint = 'apply only migrations with a higher number';
    end if;
  end if;
  if to_regnamespace({literal(quote(blueprint.schema))}) is not null then
    raise exception {literal(foreign)}, {literal(blueprint.schema)}
      using hint = 'load this migration into an empty database';
  end if;
end
''')
    };"""


def _dollar_quoted(text: str) -> str:
    """Return text between dollar quotes that it does not hold itself."""
    tag = "$$"
    while tag in text:
        tag = f"${'q' * (len(tag) - 1)}$"
    return f"{tag}{text}{tag}"


def _record(blueprint: Blueprint, digest: str) -> str:
    schema, owner = quote(bookkeeping_schema(blueprint)), quote(blueprint.owner)
    table = f"{schema}.{_TABLE}"
    return f"""\
reset role;

create schema if not exists {schema} authorization {owner};

create table if not exists {table} (
  version    integer not null,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default now(),
  applied_by text not null default session_user,
  constraint {_TABLE}_pkey primary key (version),
  constraint {_TABLE}_checksum_check check (checksum ~ '^[0-9a-f]{{64}}$')
);

alter table {table} owner to {owner};

insert into {table} (version, name, checksum) values ({VERSION}, {literal(NAME)}, {literal(digest)});
"""
