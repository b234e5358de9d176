-- fediflow: migration 0001_initial for PostgreSQL 18, compiled by dbwright.
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
  if to_regnamespace('fediflow') is not null then
    raise exception 'the schema % is there, but no migration made it; nothing was changed', 'fediflow'
      using hint = 'load this migration into an empty database';
  end if;
end
$$;

-- The body starts below this line; its checksum is recorded.
-- Roles -----------------------------------------------------------------------------------------------------------

do $$ begin
  if not exists (select from pg_roles where rolname = 'fediflow_owner') then
    execute 'create role fediflow_owner nologin';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'gateway') then
    execute 'create role gateway login connection limit 10';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'web') then
    execute 'create role web login connection limit 80';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'federation') then
    execute 'create role federation login connection limit 20';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'support') then
    execute 'create role support login connection limit 5';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'analytics') then
    execute 'create role analytics login connection limit 5';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'operator') then
    execute 'create role operator login connection limit 2';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'fediflow_keeper') then
    execute 'create role fediflow_keeper nologin';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'fediflow_masker') then
    execute 'create role fediflow_masker nologin';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'fediflow_searcher') then
    execute 'create role fediflow_searcher nologin';
  end if;
end $$;

alter default privileges for role fediflow_owner revoke execute on functions from public;

-- Schema ----------------------------------------------------------------------------------------------------------

do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('alter database %I set search_path = %s', current_database(), 'fediflow, extensions, pg_temp');
end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'gateway'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'web'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'federation'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'support'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'analytics'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'operator'); end $$;

do $$ begin execute format('grant temporary on database %I to %s', current_database(), 'fediflow_keeper'); end $$;

revoke create on schema public from public;

create schema fediflow authorization fediflow_owner;

create schema if not exists extensions;

create extension if not exists cube schema extensions;

create extension if not exists earthdistance schema extensions;

create extension if not exists btree_gist schema extensions;

create extension if not exists btree_gin schema extensions;

grant usage on schema extensions to fediflow_owner, gateway, web, federation, support, analytics, operator, fediflow_keeper, fediflow_masker, fediflow_searcher;

set local search_path = fediflow, extensions, pg_temp;

set local role fediflow_owner;

-- Functions and types that tables need ----------------------------------------------------------------------------

create function fediflow.tenant_id() returns uuid stable parallel safe language sql
as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;

create function fediflow.location(longitude double precision, latitude double precision)
returns earth language sql immutable strict parallel safe
as $$ select ll_to_earth(latitude, longitude) $$;

create function fediflow.metres(a earth, b earth)
returns double precision language sql immutable strict parallel safe
as $$ select earth_distance(a, b) $$;

create function fediflow.actor() returns text stable parallel safe language sql
as $$ select coalesce(nullif(current_setting('app.actor', true), ''), session_user) $$;

create function fediflow.touch() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create function fediflow.touch_with_actor() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  new.updated_by := fediflow.actor();
  return new;
end
$$;

-- Tables: identity ------------------------------------------------------------------------------------------------

create table fediflow.tenants (
  tenant_id  uuid not null default uuidv7(),
  slug       text not null,
  title      text not null,
  region     text not null,
  settings   jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tenants_pkey primary key (tenant_id),
  constraint tenants_slug_key unique (slug),
  constraint tenants_region_check check (region in ('eu', 'us', 'apac'))
);

create table fediflow.users (
  user_id      uuid not null default uuidv7(),
  tenant_id    uuid not null default fediflow.tenant_id(),
  username     text not null,
  email        text not null,
  display_name text not null,
  profile_data jsonb not null default '{}',
  status       text not null default 'active',
  restricted   boolean not null default false,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  advisor_id   uuid,
  created_by   text not null default fediflow.actor(),
  updated_by   text not null default fediflow.actor(),
  constraint users_pkey primary key (tenant_id, user_id),
  constraint users_tenant_id_username_key unique (tenant_id, username),
  constraint users_tenant_id_email_key unique (tenant_id, email),
  constraint users_username_check check (username ~ '^[a-z0-9_]{2,40}$'),
  constraint users_status_check check (status in ('active', 'suspended', 'closed')),
  constraint users_tenant_id_fkey foreign key (tenant_id)
    references fediflow.tenants (tenant_id) on delete cascade,
  constraint users_advisor_id_fkey foreign key (tenant_id, advisor_id)
    references fediflow.users (tenant_id, user_id) on delete set null (advisor_id)
);

create index users_advisor_id_idx on fediflow.users (tenant_id, advisor_id) where advisor_id is not null;

alter table fediflow.users set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.01);

create table fediflow.federation_identities (
  tenant_id     uuid not null default fediflow.tenant_id(),
  identity_id   uuid not null default uuidv7(),
  user_id       uuid not null,
  federation_id text not null,
  instance_url  text not null,
  public_key    text not null,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  constraint federation_identities_pkey primary key (tenant_id, identity_id),
  constraint federation_identities_tenant_id_instance_url_federation_id_key unique (tenant_id, instance_url, federation_id),
  constraint federation_identities_instance_url_check check (instance_url ~ '^https://'),
  constraint federation_identities_user_id_fkey foreign key (tenant_id, user_id)
    references fediflow.users (tenant_id, user_id) on delete cascade
);

create index federation_identities_user_id_idx on fediflow.federation_identities (tenant_id, user_id);

alter table fediflow.federation_identities set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);

-- Tables: content -------------------------------------------------------------------------------------------------

create table fediflow.activities (
  activity_id  uuid not null default uuidv7(),
  tenant_id    uuid not null default fediflow.tenant_id(),
  type         text not null,
  actor_id     uuid not null,
  object_data  jsonb not null,
  published_at timestamptz not null default now(),
  constraint activities_pkey primary key (tenant_id, activity_id),
  constraint activities_type_check check (type in ('create', 'update', 'delete', 'follow', 'accept', 'like', 'announce', 'undo')),
  constraint activities_tenant_id_fkey foreign key (tenant_id)
    references fediflow.tenants (tenant_id) on delete cascade,
  constraint activities_actor_id_fkey foreign key (tenant_id, actor_id)
    references fediflow.users (tenant_id, user_id) on delete cascade
)
partition by hash (tenant_id);

create table fediflow.activities_p00 partition of fediflow.activities for values with (modulus 16, remainder 0);
create table fediflow.activities_p01 partition of fediflow.activities for values with (modulus 16, remainder 1);
create table fediflow.activities_p02 partition of fediflow.activities for values with (modulus 16, remainder 2);
create table fediflow.activities_p03 partition of fediflow.activities for values with (modulus 16, remainder 3);
create table fediflow.activities_p04 partition of fediflow.activities for values with (modulus 16, remainder 4);
create table fediflow.activities_p05 partition of fediflow.activities for values with (modulus 16, remainder 5);
create table fediflow.activities_p06 partition of fediflow.activities for values with (modulus 16, remainder 6);
create table fediflow.activities_p07 partition of fediflow.activities for values with (modulus 16, remainder 7);
create table fediflow.activities_p08 partition of fediflow.activities for values with (modulus 16, remainder 8);
create table fediflow.activities_p09 partition of fediflow.activities for values with (modulus 16, remainder 9);
create table fediflow.activities_p10 partition of fediflow.activities for values with (modulus 16, remainder 10);
create table fediflow.activities_p11 partition of fediflow.activities for values with (modulus 16, remainder 11);
create table fediflow.activities_p12 partition of fediflow.activities for values with (modulus 16, remainder 12);
create table fediflow.activities_p13 partition of fediflow.activities for values with (modulus 16, remainder 13);
create table fediflow.activities_p14 partition of fediflow.activities for values with (modulus 16, remainder 14);
create table fediflow.activities_p15 partition of fediflow.activities for values with (modulus 16, remainder 15);

create index activities_actor_id_published_at_idx on fediflow.activities (tenant_id, actor_id, published_at desc);
create index activities_object_data_idx on fediflow.activities using gin (tenant_id, object_data jsonb_path_ops);

alter table fediflow.activities alter column actor_id set (n_distinct_inherited = -0.0116);
alter table fediflow.activities_p00 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p01 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p02 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p03 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p04 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p05 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p06 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p07 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p08 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p09 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p10 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p11 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p12 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p13 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p14 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table fediflow.activities_p15 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);

create table fediflow.content (
  tenant_id    uuid not null default fediflow.tenant_id(),
  content_id   uuid not null default uuidv7(),
  activity_id  uuid not null,
  author_id    uuid not null,
  content_type text not null,
  language     regconfig not null default 'simple',
  title        text not null default '',
  body         text not null,
  content_data jsonb not null default '{}',
  visibility   text not null default 'public',
  deleted_at   timestamptz,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  search       tsvector generated always as (setweight(to_tsvector(language, title), 'A') || setweight(to_tsvector(language, body), 'B')) stored,
  created_by   text not null default fediflow.actor(),
  updated_by   text not null default fediflow.actor(),
  constraint content_pkey primary key (tenant_id, content_id),
  constraint content_content_type_check check (content_type in ('note', 'article', 'question', 'image', 'video')),
  constraint content_visibility_check check (visibility in ('public', 'followers', 'course', 'private')),
  constraint content_activity_id_fkey foreign key (tenant_id, activity_id)
    references fediflow.activities (tenant_id, activity_id) on delete cascade,
  constraint content_author_id_fkey foreign key (tenant_id, author_id)
    references fediflow.users (tenant_id, user_id) on delete cascade
);

create index content_activity_id_idx on fediflow.content (tenant_id, activity_id);
create index content_author_id_created_at_idx on fediflow.content (tenant_id, author_id, created_at desc);
create index content_deleted_at_partial_idx on fediflow.content (deleted_at) where deleted_at is not null;
create index content_search_idx on fediflow.content using gin (tenant_id, search);

alter table fediflow.content alter column author_id set (n_distinct = -0.0271);
alter table fediflow.content set (autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.0005, autovacuum_analyze_scale_factor = 0.001);

create table fediflow.content_versions (
  tenant_id  uuid not null default fediflow.tenant_id(),
  content_id uuid not null,
  version    integer not null,
  body       text not null,
  edited_at  timestamptz not null default now(),
  constraint content_versions_pkey primary key (tenant_id, content_id, version),
  constraint content_versions_version_check check (version > 0),
  constraint content_versions_content_id_fkey foreign key (tenant_id, content_id)
    references fediflow.content (tenant_id, content_id) on delete cascade
);

alter table fediflow.content_versions set (autovacuum_vacuum_insert_scale_factor = 0.0005, autovacuum_analyze_scale_factor = 0.0005);

create table fediflow.media (
  tenant_id  uuid not null default fediflow.tenant_id(),
  media_id   uuid not null default uuidv7(),
  content_id uuid not null,
  object_key text not null,
  mime_type  text not null,
  bytes      bigint not null,
  metadata   jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint media_pkey primary key (tenant_id, media_id),
  constraint media_tenant_id_object_key_key unique (tenant_id, object_key),
  constraint media_bytes_check check (bytes >= 0),
  constraint media_content_id_fkey foreign key (tenant_id, content_id)
    references fediflow.content (tenant_id, content_id) on delete cascade
);

create index media_content_id_idx on fediflow.media (tenant_id, content_id);

alter table fediflow.media set (autovacuum_vacuum_insert_scale_factor = 0.0005, autovacuum_analyze_scale_factor = 0.0005);

create table fediflow.deliveries (
  delivery_id  uuid not null default uuidv7(),
  tenant_id    uuid not null default fediflow.tenant_id(),
  activity_id  uuid not null,
  inbox_url    text not null,
  status       text not null default 'queued',
  attempts     smallint not null default 0,
  next_try_at  timestamptz,
  attempted_at timestamptz not null default now(),
  constraint deliveries_pkey primary key (tenant_id, delivery_id, attempted_at),
  constraint deliveries_attempts_check check (attempts between 0 and 20),
  constraint deliveries_status_check check (status in ('queued', 'sent', 'failed', 'given up')),
  constraint deliveries_tenant_id_fkey foreign key (tenant_id)
    references fediflow.tenants (tenant_id) on delete cascade
)
partition by range (attempted_at);

create table fediflow.deliveries_2025_11 partition of fediflow.deliveries for values from ('2025-11-01 00:00:00+00') to ('2025-12-01 00:00:00+00');
create table fediflow.deliveries_2025_12 partition of fediflow.deliveries for values from ('2025-12-01 00:00:00+00') to ('2026-01-01 00:00:00+00');
create table fediflow.deliveries_2026_01 partition of fediflow.deliveries for values from ('2026-01-01 00:00:00+00') to ('2026-02-01 00:00:00+00');
create table fediflow.deliveries_2026_02 partition of fediflow.deliveries for values from ('2026-02-01 00:00:00+00') to ('2026-03-01 00:00:00+00');
create table fediflow.deliveries_2026_03 partition of fediflow.deliveries for values from ('2026-03-01 00:00:00+00') to ('2026-04-01 00:00:00+00');
create table fediflow.deliveries_2026_04 partition of fediflow.deliveries for values from ('2026-04-01 00:00:00+00') to ('2026-05-01 00:00:00+00');
create table fediflow.deliveries_2026_05 partition of fediflow.deliveries for values from ('2026-05-01 00:00:00+00') to ('2026-06-01 00:00:00+00');
create table fediflow.deliveries_2026_06 partition of fediflow.deliveries for values from ('2026-06-01 00:00:00+00') to ('2026-07-01 00:00:00+00');
create table fediflow.deliveries_2026_07 partition of fediflow.deliveries for values from ('2026-07-01 00:00:00+00') to ('2026-08-01 00:00:00+00');
create table fediflow.deliveries_2026_08 partition of fediflow.deliveries for values from ('2026-08-01 00:00:00+00') to ('2026-09-01 00:00:00+00');
create table fediflow.deliveries_2026_09 partition of fediflow.deliveries for values from ('2026-09-01 00:00:00+00') to ('2026-10-01 00:00:00+00');
create table fediflow.deliveries_2026_10 partition of fediflow.deliveries for values from ('2026-10-01 00:00:00+00') to ('2026-11-01 00:00:00+00');
create table fediflow.deliveries_2026_11 partition of fediflow.deliveries for values from ('2026-11-01 00:00:00+00') to ('2026-12-01 00:00:00+00');
create table fediflow.deliveries_2026_12 partition of fediflow.deliveries for values from ('2026-12-01 00:00:00+00') to ('2027-01-01 00:00:00+00');

create index deliveries_next_try_at_partial_idx on fediflow.deliveries (tenant_id, next_try_at) where status = 'queued';

alter table fediflow.deliveries_2025_11 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2025_12 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_01 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_02 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_03 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_04 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_05 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_06 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_07 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_08 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_09 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_10 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_11 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table fediflow.deliveries_2026_12 set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- Tables: academic ------------------------------------------------------------------------------------------------

create table fediflow.courses (
  course_id   uuid not null default uuidv7(),
  tenant_id   uuid not null default fediflow.tenant_id(),
  course_code text not null,
  title       text not null,
  description text not null default '',
  language    regconfig not null default 'simple',
  starts_on   date not null,
  ends_on     date not null,
  capacity    integer not null default 100,
  metadata    jsonb not null default '{}',
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  search      tsvector generated always as (setweight(to_tsvector(language, course_code), 'A') || setweight(to_tsvector(language, title), 'A') || setweight(to_tsvector(language, description), 'B')) stored,
  created_by  text not null default fediflow.actor(),
  updated_by  text not null default fediflow.actor(),
  constraint courses_pkey primary key (tenant_id, course_id),
  constraint courses_tenant_id_course_code_key unique (tenant_id, course_code),
  constraint courses_capacity_check check (capacity > 0),
  constraint courses_ends_after_start check (ends_on >= starts_on),
  constraint courses_tenant_id_fkey foreign key (tenant_id)
    references fediflow.tenants (tenant_id) on delete cascade
);

create index courses_metadata_idx on fediflow.courses using gin (tenant_id, metadata jsonb_path_ops);
create index courses_search_idx on fediflow.courses using gin (tenant_id, search);

create table fediflow.enrollments (
  tenant_id   uuid not null default fediflow.tenant_id(),
  course_id   uuid not null,
  user_id     uuid not null,
  role        text not null default 'student',
  status      text not null default 'active',
  enrolled_at timestamptz not null default now(),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  created_by  text not null default fediflow.actor(),
  updated_by  text not null default fediflow.actor(),
  constraint enrollments_pkey primary key (tenant_id, course_id, user_id),
  constraint enrollments_role_check check (role in ('student', 'assistant', 'teacher')),
  constraint enrollments_status_check check (status in ('invited', 'active', 'completed', 'dropped')),
  constraint enrollments_course_id_fkey foreign key (tenant_id, course_id)
    references fediflow.courses (tenant_id, course_id) on delete restrict,
  constraint enrollments_user_id_fkey foreign key (tenant_id, user_id)
    references fediflow.users (tenant_id, user_id) on delete restrict
);

create index enrollments_user_id_idx on fediflow.enrollments (tenant_id, user_id);

alter table fediflow.enrollments alter column course_id set (n_distinct = -0.0106);
alter table fediflow.enrollments set (autovacuum_vacuum_insert_scale_factor = 0.002, autovacuum_analyze_scale_factor = 0.002);

create table fediflow.room_bookings (
  tenant_id  uuid not null default fediflow.tenant_id(),
  booking_id uuid not null default uuidv7(),
  course_id  uuid not null,
  room       text not null,
  during     tstzrange not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint room_bookings_pkey primary key (tenant_id, booking_id),
  constraint room_bookings_during_check check (not isempty(during)),
  constraint room_bookings_one_booking_at_a_time exclude using gist (tenant_id with =, room with =, during with &&),
  constraint room_bookings_course_id_fkey foreign key (tenant_id, course_id)
    references fediflow.courses (tenant_id, course_id) on delete cascade
);

create index room_bookings_course_id_idx on fediflow.room_bookings (tenant_id, course_id);

alter table fediflow.room_bookings alter column course_id set (n_distinct = -0.118);
alter table fediflow.room_bookings set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

create table fediflow.events (
  event_id   uuid not null default uuidv7(),
  tenant_id  uuid not null default fediflow.tenant_id(),
  region     text not null,
  course_id  uuid,
  title      text not null,
  place      earth not null,
  starts_at  timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint events_pkey primary key (tenant_id, event_id, region),
  constraint events_region_check check (region in ('eu', 'us', 'apac')),
  constraint events_tenant_id_fkey foreign key (tenant_id)
    references fediflow.tenants (tenant_id) on delete cascade,
  constraint events_course_id_fkey foreign key (tenant_id, course_id)
    references fediflow.courses (tenant_id, course_id) on delete set null (course_id)
)
partition by list (region);

create table fediflow.events_eu partition of fediflow.events for values in ('eu');
create table fediflow.events_us partition of fediflow.events for values in ('us');
create table fediflow.events_apac partition of fediflow.events for values in ('apac');

create index events_course_id_idx on fediflow.events (tenant_id, course_id) where course_id is not null;
create index events_place_idx on fediflow.events using gist (tenant_id, place);

alter table fediflow.events alter column course_id set (n_distinct_inherited = -0.0157);
alter table fediflow.events_eu set (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
alter table fediflow.events_us set (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
alter table fediflow.events_apac set (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);

-- Tables: analytics -----------------------------------------------------------------------------------------------

create table fediflow.metric_points (
  tenant_id   uuid not null default fediflow.tenant_id(),
  metric      text not null,
  measured_at timestamptz not null default now(),
  dimensions  jsonb not null default '{}',
  value       double precision not null,
  point_id    uuid not null default uuidv7(),
  constraint metric_points_pkey primary key (tenant_id, point_id, measured_at),
  constraint metric_points_tenant_id_fkey foreign key (tenant_id)
    references fediflow.tenants (tenant_id) on delete cascade
)
partition by range (measured_at);

create table fediflow.metric_points_2025_12 partition of fediflow.metric_points for values from ('2025-12-01 00:00:00+00') to ('2026-01-01 00:00:00+00');
create table fediflow.metric_points_2026_01 partition of fediflow.metric_points for values from ('2026-01-01 00:00:00+00') to ('2026-02-01 00:00:00+00');
create table fediflow.metric_points_2026_02 partition of fediflow.metric_points for values from ('2026-02-01 00:00:00+00') to ('2026-03-01 00:00:00+00');
create table fediflow.metric_points_2026_03 partition of fediflow.metric_points for values from ('2026-03-01 00:00:00+00') to ('2026-04-01 00:00:00+00');
create table fediflow.metric_points_2026_04 partition of fediflow.metric_points for values from ('2026-04-01 00:00:00+00') to ('2026-05-01 00:00:00+00');
create table fediflow.metric_points_2026_05 partition of fediflow.metric_points for values from ('2026-05-01 00:00:00+00') to ('2026-06-01 00:00:00+00');
create table fediflow.metric_points_2026_06 partition of fediflow.metric_points for values from ('2026-06-01 00:00:00+00') to ('2026-07-01 00:00:00+00');
create table fediflow.metric_points_2026_07 partition of fediflow.metric_points for values from ('2026-07-01 00:00:00+00') to ('2026-08-01 00:00:00+00');
create table fediflow.metric_points_2026_08 partition of fediflow.metric_points for values from ('2026-08-01 00:00:00+00') to ('2026-09-01 00:00:00+00');
create table fediflow.metric_points_2026_09 partition of fediflow.metric_points for values from ('2026-09-01 00:00:00+00') to ('2026-10-01 00:00:00+00');
create table fediflow.metric_points_2026_10 partition of fediflow.metric_points for values from ('2026-10-01 00:00:00+00') to ('2026-11-01 00:00:00+00');
create table fediflow.metric_points_2026_11 partition of fediflow.metric_points for values from ('2026-11-01 00:00:00+00') to ('2026-12-01 00:00:00+00');
create table fediflow.metric_points_2026_12 partition of fediflow.metric_points for values from ('2026-12-01 00:00:00+00') to ('2027-01-01 00:00:00+00');

create index metric_points_tenant_id_metric_measured_at_idx on fediflow.metric_points (tenant_id, metric, measured_at);

alter table fediflow.metric_points_2025_12 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_01 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_02 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_03 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_04 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_05 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_06 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_07 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_08 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_09 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_10 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_11 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table fediflow.metric_points_2026_12 set (autovacuum_vacuum_insert_scale_factor = 0.05);

-- Tables: identity ------------------------------------------------------------------------------------------------

create table fediflow.follows (
  tenant_id   uuid not null default fediflow.tenant_id(),
  follower_id uuid not null,
  followee_id uuid not null,
  constraint follows_pkey primary key (tenant_id, follower_id, followee_id),
  constraint follows_follower_id_fkey foreign key (tenant_id, follower_id)
    references fediflow.users (tenant_id, user_id) on delete cascade,
  constraint follows_followee_id_fkey foreign key (tenant_id, followee_id)
    references fediflow.users (tenant_id, user_id) on delete cascade
);

create index follows_followee_id_idx on fediflow.follows (tenant_id, followee_id);

-- Views -----------------------------------------------------------------------------------------------------------

create view open_courses with (security_invoker = true, security_barrier = true) as
select course_id, tenant_id, course_code, title, starts_on
from courses
where ends_on >= current_date;

create materialized view fediflow.followers_stored as
select tenant_id, followee_id as user_id, count(*) as followers from follows group by tenant_id, followee_id;

create unique index followers_stored_tenant_id_user_id_key on fediflow.followers_stored (tenant_id, user_id);

create materialized view fediflow.followers_as_of as
select now() as as_of;

create unique index followers_as_of_as_of_key on fediflow.followers_as_of (as_of);

create view fediflow.followers with (security_barrier = true, security_invoker = false) as
select tenant_id, user_id, followers, (select as_of from fediflow.followers_as_of) as as_of
from fediflow.followers_stored
where tenant_id = (select fediflow.tenant_id());

create view fediflow.users_masked with (security_barrier = true, security_invoker = false) as
select
  user_id as user_id,
  tenant_id as tenant_id,
  left(username::text, 1) || '***' as username,
  left(email::text, 1) || '***' as email,
  '***'::text as display_name,
  null::jsonb as profile_data,
  status as status,
  restricted as restricted,
  created_at as created_at,
  updated_at as updated_at,
  advisor_id as advisor_id,
  created_by as created_by,
  updated_by as updated_by
from fediflow.users
where tenant_id = (select fediflow.tenant_id());

-- Functions -------------------------------------------------------------------------------------------------------

create function fediflow.refresh_followers() returns timestamptz language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
as $$
begin
  refresh materialized view concurrently fediflow.followers_stored;
  refresh materialized view concurrently fediflow.followers_as_of;
  return now();
end
$$;

create function fediflow.maintain_partitions(as_of date default current_date) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  rule record;
  old record;
  low date;
  suffix text;
begin
  for rule in select * from (values
      ('deliveries', 1, 12, true, 'drop', 'autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02'),
      ('metric_points', 1, 6, true, 'drop', 'autovacuum_vacuum_insert_scale_factor = 0.05')
    ) as rules (name, every, keep, secured, leave, settings)
  loop
    low := make_date(extract(year from as_of)::int, 1, 1);
    while low < as_of + interval '12 months' loop
      suffix := case rule.every when 12 then to_char(low, 'YYYY') when 3 then to_char(low, 'YYYY"_q"Q')
        else to_char(low, 'YYYY_MM') end;
      if low + make_interval(months => rule.every) > as_of
        and to_regclass(format('%I.%I', 'fediflow', rule.name || '_' || suffix)) is null
      then
        execute format('create table %I.%I partition of %I.%I for values from (%L) to (%L)',
          'fediflow', rule.name || '_' || suffix, 'fediflow', rule.name, low, low + make_interval(months => rule.every));
        if rule.secured then
          execute format('alter table %I.%I enable row level security, force row level security',
            'fediflow', rule.name || '_' || suffix);
        end if;
        if rule.settings <> '' then
          execute format('alter table %I.%I set (%s)', 'fediflow', rule.name || '_' || suffix, rule.settings);
        end if;
      end if;
      low := low + make_interval(months => rule.every);
    end loop;
    for old in
      select c.oid::regclass as child,
        (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::date as ends
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = to_regclass(format('%I.%I', 'fediflow', rule.name))
    loop
      if rule.keep > 0 and old.ends <= as_of - make_interval(months => rule.keep) then
        if rule.leave = 'drop' then
          execute format('drop table %s', old.child);
        else
          execute format('alter table %I.%I detach partition %s', 'fediflow', rule.name, old.child);
        end if;
      end if;
    end loop;
  end loop;
end
$$;

create function fediflow.analyze_partitioned() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  analyze only fediflow.activities;
  analyze only fediflow.deliveries;
  analyze only fediflow.events;
  analyze only fediflow.metric_points;
end
$$;

create function fediflow.activities_about(shape jsonb)
returns table (activity_id uuid, type text, actor_id uuid) language sql stable security definer parallel safe
set search_path = pg_catalog, fediflow, extensions, pg_temp
as $$ SELECT activity_id, type, actor_id FROM activities WHERE activities.tenant_id = (SELECT fediflow.tenant_id()) AND object_data @> $1 ORDER BY published_at DESC LIMIT 50 $$;

create function fediflow.search_content(language regconfig, words text)
returns table (content_id uuid, title text, rank real) language sql stable security definer parallel safe
set search_path = pg_catalog, fediflow, extensions, pg_temp
as $$ SELECT content_id, title, ts_rank(search, websearch_to_tsquery($1, $2)) AS rank FROM content WHERE content.tenant_id = (SELECT fediflow.tenant_id()) AND (search @@ websearch_to_tsquery($1, $2) AND deleted_at IS NULL) ORDER BY rank DESC LIMIT 20 $$;

create function fediflow.course_search(language regconfig, words text)
returns table (course_id uuid, course_code text, title text) language sql stable security definer parallel safe
set search_path = pg_catalog, fediflow, extensions, pg_temp
as $$ SELECT course_id, course_code, title FROM courses WHERE courses.tenant_id = (SELECT fediflow.tenant_id()) AND search @@ websearch_to_tsquery($1, $2) ORDER BY starts_on LIMIT 30 $$;

create function fediflow.courses_with_metadata(shape jsonb)
returns table (course_id uuid, title text) language sql stable security definer parallel safe
set search_path = pg_catalog, fediflow, extensions, pg_temp
as $$ SELECT course_id, title FROM courses WHERE courses.tenant_id = (SELECT fediflow.tenant_id()) AND metadata @> $1 $$;

-- Triggers --------------------------------------------------------------------------------------------------------

create trigger tenants_touch before update on fediflow.tenants
  for each row execute function fediflow.touch();

create trigger users_touch before update on fediflow.users
  for each row execute function fediflow.touch_with_actor();

create trigger federation_identities_touch before update on fediflow.federation_identities
  for each row execute function fediflow.touch();

create trigger content_touch before update on fediflow.content
  for each row execute function fediflow.touch_with_actor();

create trigger media_touch before update on fediflow.media
  for each row execute function fediflow.touch();

create trigger courses_touch before update on fediflow.courses
  for each row execute function fediflow.touch_with_actor();

create trigger enrollments_touch before update on fediflow.enrollments
  for each row execute function fediflow.touch_with_actor();

create trigger room_bookings_touch before update on fediflow.room_bookings
  for each row execute function fediflow.touch();

create trigger events_touch before update on fediflow.events
  for each row execute function fediflow.touch();

-- Row-level security ----------------------------------------------------------------------------------------------

alter table fediflow.tenants enable row level security, force row level security;
create policy select_rows on fediflow.tenants as permissive for select to gateway
  using (true);

alter table fediflow.users enable row level security, force row level security;
create policy tenant_floor on fediflow.users as restrictive for all to web, fediflow_masker
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.users as permissive for select to web, fediflow_masker
  using (true);
create policy insert_rows on fediflow.users as permissive for insert to web
  with check (true);
create policy update_rows on fediflow.users as permissive for update to web
  using (true)
  with check (true);

alter table fediflow.federation_identities enable row level security, force row level security;
create policy tenant_floor on fediflow.federation_identities as restrictive for all to federation
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.federation_identities as permissive for select to federation
  using (true);

alter table fediflow.activities enable row level security, force row level security;
alter table fediflow.activities_p00 enable row level security, force row level security;
alter table fediflow.activities_p01 enable row level security, force row level security;
alter table fediflow.activities_p02 enable row level security, force row level security;
alter table fediflow.activities_p03 enable row level security, force row level security;
alter table fediflow.activities_p04 enable row level security, force row level security;
alter table fediflow.activities_p05 enable row level security, force row level security;
alter table fediflow.activities_p06 enable row level security, force row level security;
alter table fediflow.activities_p07 enable row level security, force row level security;
alter table fediflow.activities_p08 enable row level security, force row level security;
alter table fediflow.activities_p09 enable row level security, force row level security;
alter table fediflow.activities_p10 enable row level security, force row level security;
alter table fediflow.activities_p11 enable row level security, force row level security;
alter table fediflow.activities_p12 enable row level security, force row level security;
alter table fediflow.activities_p13 enable row level security, force row level security;
alter table fediflow.activities_p14 enable row level security, force row level security;
alter table fediflow.activities_p15 enable row level security, force row level security;
create policy tenant_floor on fediflow.activities as restrictive for all to federation
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.activities as permissive for select to federation, fediflow_searcher
  using (true);
create policy insert_rows on fediflow.activities as permissive for insert to federation
  with check (true);

alter table fediflow.content enable row level security, force row level security;
create policy tenant_floor on fediflow.content as restrictive for all to web
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.content as permissive for select to web, operator, fediflow_searcher
  using (true);
create policy insert_rows on fediflow.content as permissive for insert to web
  with check (true);
create policy update_rows on fediflow.content as permissive for update to web
  using (true)
  with check (true);
create policy delete_rows on fediflow.content as permissive for delete to operator
  using (true);

alter table fediflow.content_versions enable row level security, force row level security;
create policy tenant_floor on fediflow.content_versions as restrictive for all to web
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.content_versions as permissive for select to web
  using (true);
create policy insert_rows on fediflow.content_versions as permissive for insert to web
  with check (true);

alter table fediflow.media enable row level security, force row level security;
create policy tenant_floor on fediflow.media as restrictive for all to web
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.media as permissive for select to web
  using (true);

alter table fediflow.deliveries enable row level security, force row level security;
alter table fediflow.deliveries_2025_11 enable row level security, force row level security;
alter table fediflow.deliveries_2025_12 enable row level security, force row level security;
alter table fediflow.deliveries_2026_01 enable row level security, force row level security;
alter table fediflow.deliveries_2026_02 enable row level security, force row level security;
alter table fediflow.deliveries_2026_03 enable row level security, force row level security;
alter table fediflow.deliveries_2026_04 enable row level security, force row level security;
alter table fediflow.deliveries_2026_05 enable row level security, force row level security;
alter table fediflow.deliveries_2026_06 enable row level security, force row level security;
alter table fediflow.deliveries_2026_07 enable row level security, force row level security;
alter table fediflow.deliveries_2026_08 enable row level security, force row level security;
alter table fediflow.deliveries_2026_09 enable row level security, force row level security;
alter table fediflow.deliveries_2026_10 enable row level security, force row level security;
alter table fediflow.deliveries_2026_11 enable row level security, force row level security;
alter table fediflow.deliveries_2026_12 enable row level security, force row level security;
create policy tenant_floor on fediflow.deliveries as restrictive for all to federation
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.deliveries as permissive for select to federation
  using (true);
create policy insert_rows on fediflow.deliveries as permissive for insert to federation
  with check (true);
create policy update_rows on fediflow.deliveries as permissive for update to federation
  using (true)
  with check (true);

alter table fediflow.courses enable row level security, force row level security;
create policy tenant_floor on fediflow.courses as restrictive for all to web
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.courses as permissive for select to web, fediflow_searcher
  using (true);

alter table fediflow.enrollments enable row level security, force row level security;
create policy tenant_floor on fediflow.enrollments as restrictive for all to web
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.enrollments as permissive for select to web
  using (true);
create policy insert_rows on fediflow.enrollments as permissive for insert to web
  with check (true);

alter table fediflow.room_bookings enable row level security, force row level security;
create policy tenant_floor on fediflow.room_bookings as restrictive for all to web
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy insert_rows on fediflow.room_bookings as permissive for insert to web
  with check (true);

alter table fediflow.events enable row level security, force row level security;
alter table fediflow.events_eu enable row level security, force row level security;
alter table fediflow.events_us enable row level security, force row level security;
alter table fediflow.events_apac enable row level security, force row level security;
create policy tenant_floor on fediflow.events as restrictive for all to web
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.events as permissive for select to web
  using (true);

alter table fediflow.metric_points enable row level security, force row level security;
alter table fediflow.metric_points_2025_12 enable row level security, force row level security;
alter table fediflow.metric_points_2026_01 enable row level security, force row level security;
alter table fediflow.metric_points_2026_02 enable row level security, force row level security;
alter table fediflow.metric_points_2026_03 enable row level security, force row level security;
alter table fediflow.metric_points_2026_04 enable row level security, force row level security;
alter table fediflow.metric_points_2026_05 enable row level security, force row level security;
alter table fediflow.metric_points_2026_06 enable row level security, force row level security;
alter table fediflow.metric_points_2026_07 enable row level security, force row level security;
alter table fediflow.metric_points_2026_08 enable row level security, force row level security;
alter table fediflow.metric_points_2026_09 enable row level security, force row level security;
alter table fediflow.metric_points_2026_10 enable row level security, force row level security;
alter table fediflow.metric_points_2026_11 enable row level security, force row level security;
alter table fediflow.metric_points_2026_12 enable row level security, force row level security;
create policy tenant_floor on fediflow.metric_points as restrictive for all to web
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.metric_points as permissive for select to analytics
  using (true);
create policy insert_rows on fediflow.metric_points as permissive for insert to web
  with check (true);

alter table fediflow.follows enable row level security, force row level security;
create policy tenant_floor on fediflow.follows as restrictive for all to web
  using (tenant_id = (select fediflow.tenant_id()))
  with check (tenant_id = (select fediflow.tenant_id()));
create policy select_rows on fediflow.follows as permissive for select to web, fediflow_keeper
  using (true);

-- Privileges ------------------------------------------------------------------------------------------------------

reset role;

alter materialized view fediflow.followers_stored owner to fediflow_keeper;

alter materialized view fediflow.followers_as_of owner to fediflow_keeper;

alter view fediflow.followers owner to fediflow_keeper;

alter view fediflow.users_masked owner to fediflow_masker;

alter function fediflow.refresh_followers() owner to fediflow_keeper;

alter function fediflow.activities_about(jsonb) owner to fediflow_searcher;

alter function fediflow.search_content(regconfig, text) owner to fediflow_searcher;

alter function fediflow.course_search(regconfig, text) owner to fediflow_searcher;

alter function fediflow.courses_with_metadata(jsonb) owner to fediflow_searcher;

grant usage on schema fediflow to analytics;
grant execute on function fediflow.actor() to analytics;
grant execute on function fediflow.location(double precision, double precision) to analytics;
grant execute on function fediflow.metres(earth, earth) to analytics;
grant execute on function fediflow.tenant_id() to analytics;
grant select (measured_at, metric, tenant_id, value) on fediflow.metric_points to analytics;

grant usage on schema fediflow to federation;
grant execute on function fediflow.activities_about(jsonb) to federation;
grant execute on function fediflow.actor() to federation;
grant execute on function fediflow.location(double precision, double precision) to federation;
grant execute on function fediflow.metres(earth, earth) to federation;
grant execute on function fediflow.tenant_id() to federation;
grant insert (actor_id, object_data, type) on fediflow.activities to federation;
grant insert (activity_id, attempts, inbox_url, status) on fediflow.deliveries to federation;
grant select (activity_id, actor_id, object_data, published_at, type) on fediflow.activities to federation;
grant select (activity_id, attempted_at, delivery_id, inbox_url, next_try_at, status) on fediflow.deliveries to federation;
grant select (federation_id, instance_url, public_key, user_id) on fediflow.federation_identities to federation;
grant update (delivery_id) on fediflow.deliveries to federation;

grant usage on schema fediflow to fediflow_keeper;
grant execute on function fediflow.actor() to fediflow_keeper;
grant execute on function fediflow.location(double precision, double precision) to fediflow_keeper;
grant execute on function fediflow.metres(earth, earth) to fediflow_keeper;
grant execute on function fediflow.tenant_id() to fediflow_keeper;
grant select (followee_id, tenant_id) on fediflow.follows to fediflow_keeper;

grant usage on schema fediflow to fediflow_masker;
grant execute on function fediflow.actor() to fediflow_masker;
grant execute on function fediflow.location(double precision, double precision) to fediflow_masker;
grant execute on function fediflow.metres(earth, earth) to fediflow_masker;
grant execute on function fediflow.tenant_id() to fediflow_masker;
grant select (advisor_id, created_at, created_by, email, restricted, status, tenant_id, updated_at, updated_by, user_id, username) on fediflow.users to fediflow_masker;

grant usage on schema fediflow to fediflow_searcher;
grant execute on function fediflow.actor() to fediflow_searcher;
grant execute on function fediflow.location(double precision, double precision) to fediflow_searcher;
grant execute on function fediflow.metres(earth, earth) to fediflow_searcher;
grant execute on function fediflow.tenant_id() to fediflow_searcher;
grant select (activity_id, actor_id, object_data, published_at, tenant_id, type) on fediflow.activities to fediflow_searcher;
grant select (content_id, deleted_at, search, tenant_id, title) on fediflow.content to fediflow_searcher;
grant select (course_code, course_id, metadata, search, starts_on, tenant_id, title) on fediflow.courses to fediflow_searcher;

grant usage on schema fediflow to gateway;
grant execute on function fediflow.actor() to gateway;
grant execute on function fediflow.location(double precision, double precision) to gateway;
grant execute on function fediflow.metres(earth, earth) to gateway;
grant execute on function fediflow.tenant_id() to gateway;
grant select (region, settings, slug, tenant_id, title) on fediflow.tenants to gateway;

grant usage on schema fediflow to operator;
grant delete on fediflow.content to operator;
grant execute on function fediflow.actor() to operator;
grant execute on function fediflow.analyze_partitioned() to operator;
grant execute on function fediflow.location(double precision, double precision) to operator;
grant execute on function fediflow.maintain_partitions(date) to operator;
grant execute on function fediflow.metres(earth, earth) to operator;
grant execute on function fediflow.refresh_followers() to operator;
grant execute on function fediflow.tenant_id() to operator;
grant select (deleted_at) on fediflow.content to operator;

grant usage on schema fediflow to support;
grant execute on function fediflow.actor() to support;
grant execute on function fediflow.location(double precision, double precision) to support;
grant execute on function fediflow.metres(earth, earth) to support;
grant execute on function fediflow.tenant_id() to support;
grant select (email, status, user_id, username) on fediflow.users_masked to support;

grant usage on schema fediflow to web;
grant execute on function fediflow.actor() to web;
grant execute on function fediflow.course_search(regconfig, text) to web;
grant execute on function fediflow.courses_with_metadata(jsonb) to web;
grant execute on function fediflow.location(double precision, double precision) to web;
grant execute on function fediflow.metres(earth, earth) to web;
grant execute on function fediflow.search_content(regconfig, text) to web;
grant execute on function fediflow.tenant_id() to web;
grant insert (activity_id, author_id, body, content_type, language, title, visibility) on fediflow.content to web;
grant insert (body, content_id, version) on fediflow.content_versions to web;
grant insert (course_id, user_id) on fediflow.enrollments to web;
grant insert (dimensions, metric, value) on fediflow.metric_points to web;
grant insert (course_id, during, room) on fediflow.room_bookings to web;
grant insert (display_name, email, user_id, username) on fediflow.users to web;
grant select (author_id, body, content_id, created_at, deleted_at, title, updated_at, visibility) on fediflow.content to web;
grant select (body, content_id, edited_at, version) on fediflow.content_versions to web;
grant select (course_id, title) on fediflow.courses to web;
grant select (course_id, enrolled_at, role, status, tenant_id, user_id) on fediflow.enrollments to web;
grant select (event_id, place, region, starts_at, title) on fediflow.events to web;
grant select (followee_id, follower_id) on fediflow.follows to web;
grant select (bytes, content_id, mime_type, object_key) on fediflow.media to web;
grant select (display_name, email, status, updated_at, user_id, username) on fediflow.users to web;
grant select (as_of, followers, user_id) on fediflow.followers to web;
grant update (body, title) on fediflow.content to web;
grant update (display_name, profile_data) on fediflow.users to web;

-- Comments --------------------------------------------------------------------------------------------------------

comment on table fediflow.tenants is 'A university or school that runs on this instance.';
comment on column fediflow.tenants.slug is 'Name in the web address';
comment on column fediflow.tenants.title is 'Name of the university';
comment on column fediflow.tenants.region is 'Where its data must stay';
comment on column fediflow.tenants.settings is 'Configuration that changes shape with every release';
comment on column fediflow.tenants.created_at is 'When the row was written';
comment on column fediflow.tenants.updated_at is 'When the row was last changed';

comment on table fediflow.users is 'A person with an account.';
comment on column fediflow.users.profile_data is 'Shaped by the client';
comment on column fediflow.users.restricted is 'Processing is restricted (GDPR article 18)';
comment on column fediflow.users.created_at is 'When the row was written';
comment on column fediflow.users.updated_at is 'When the row was last changed';
comment on column fediflow.users.advisor_id is 'Study adviser';
comment on column fediflow.users.created_by is 'Who wrote the row.';
comment on column fediflow.users.updated_by is 'Who changed the row last.';
comment on index fediflow.users_advisor_id_idx is 'Serves references.users_advisor_id_fkey.';

comment on table fediflow.federation_identities is 'A user''s address on this or another instance, with the key that signs for it.';
comment on column fediflow.federation_identities.tenant_id is 'The tenant that owns the row.';
comment on column fediflow.federation_identities.federation_id is 'Account address, such as ada@uni.example';
comment on column fediflow.federation_identities.instance_url is 'Home instance';
comment on column fediflow.federation_identities.public_key is 'PEM; the private key lives in the key store, never here';
comment on column fediflow.federation_identities.created_at is 'When the row was written';
comment on column fediflow.federation_identities.updated_at is 'When the row was last changed';
comment on index fediflow.federation_identities_user_id_idx is 'Serves references.federation_identities_user_id_fkey.';

comment on table fediflow.activities is 'One ActivityPub activity, sent or received (create, follow, like, announce …).';
comment on column fediflow.activities.object_data is 'The JSON-LD object as received';
comment on index fediflow.activities_actor_id_published_at_idx is 'Serves access.actor-outbox.';
comment on index fediflow.activities_object_data_idx is 'Serves access.activities-about.';

comment on table fediflow.content is 'What an activity published, ready to be shown.';
comment on column fediflow.content.tenant_id is 'The tenant that owns the row.';
comment on column fediflow.content.language is 'Text search configuration of this text';
comment on column fediflow.content.content_data is 'Media, polls and other parts that differ by type';
comment on column fediflow.content.deleted_at is 'Hidden at once; removed by the operator''s job';
comment on column fediflow.content.created_at is 'When the row was written';
comment on column fediflow.content.updated_at is 'When the row was last changed';
comment on column fediflow.content.search is 'What full-text search matches.';
comment on column fediflow.content.created_by is 'Who wrote the row.';
comment on column fediflow.content.updated_by is 'Who changed the row last.';
comment on index fediflow.content_activity_id_idx is 'Serves references.content_activity_id_fkey.';
comment on index fediflow.content_author_id_created_at_idx is 'Serves access.home-timeline, access.profile-timeline, references.content_author_id_fkey.';
comment on index fediflow.content_deleted_at_partial_idx is 'Serves access.purge-deleted-content.';
comment on index fediflow.content_search_idx is 'Serves access.search-content.';

comment on table fediflow.content_versions is 'An earlier text of a content.';
comment on column fediflow.content_versions.tenant_id is 'The tenant that owns the row.';

comment on table fediflow.media is 'A file that a content shows; the bytes are in the object store.';
comment on column fediflow.media.tenant_id is 'The tenant that owns the row.';
comment on column fediflow.media.object_key is 'Path in the object store';
comment on column fediflow.media.metadata is 'Dimensions, codecs, captions';
comment on column fediflow.media.created_at is 'When the row was written';
comment on column fediflow.media.updated_at is 'When the row was last changed';
comment on index fediflow.media_content_id_idx is 'Serves access.media-of-content.';

comment on table fediflow.deliveries is 'An attempt to deliver an activity to another instance.';
comment on column fediflow.deliveries.activity_id is 'No foreign key; a delivery outlives the activity it carried';
comment on index fediflow.deliveries_next_try_at_partial_idx is 'Serves access.due-deliveries.';

comment on table fediflow.courses is 'A course of a university.';
comment on column fediflow.courses.metadata is 'Syllabus, badges, links to other systems';
comment on column fediflow.courses.created_at is 'When the row was written';
comment on column fediflow.courses.updated_at is 'When the row was last changed';
comment on column fediflow.courses.search is 'What full-text search matches.';
comment on column fediflow.courses.created_by is 'Who wrote the row.';
comment on column fediflow.courses.updated_by is 'Who changed the row last.';
comment on index fediflow.courses_metadata_idx is 'Serves access.courses-with-metadata.';
comment on index fediflow.courses_search_idx is 'Serves access.course-search.';

comment on table fediflow.enrollments is 'A person''s place in a course.';
comment on column fediflow.enrollments.tenant_id is 'The tenant that owns the row.';
comment on column fediflow.enrollments.course_id is 'Who learns or teaches what';
comment on column fediflow.enrollments.user_id is 'Who learns or teaches what';
comment on column fediflow.enrollments.created_at is 'When the row was written.';
comment on column fediflow.enrollments.updated_at is 'When the row was last changed.';
comment on column fediflow.enrollments.created_by is 'Who wrote the row.';
comment on column fediflow.enrollments.updated_by is 'Who changed the row last.';
comment on index fediflow.enrollments_user_id_idx is 'Serves access.my-courses, references.enrollments_user_id_fkey.';

comment on table fediflow.room_bookings is 'A room reserved for a course meeting.';
comment on column fediflow.room_bookings.tenant_id is 'The tenant that owns the row.';
comment on column fediflow.room_bookings.during is 'From (included) to (excluded)';
comment on column fediflow.room_bookings.created_at is 'When the row was written';
comment on column fediflow.room_bookings.updated_at is 'When the row was last changed';
comment on index fediflow.room_bookings_course_id_idx is 'Serves references.room_bookings_course_id_fkey.';

comment on table fediflow.events is 'A meeting, lecture or open day at a place.';
comment on column fediflow.events.place is 'Where it happens';
comment on column fediflow.events.created_at is 'When the row was written';
comment on column fediflow.events.updated_at is 'When the row was last changed';
comment on index fediflow.events_course_id_idx is 'Serves references.events_course_id_fkey.';
comment on index fediflow.events_place_idx is 'Serves access.events-nearby.';

comment on table fediflow.metric_points is 'One measurement of the platform or of how a course is used.';
comment on index fediflow.metric_points_tenant_id_metric_measured_at_idx is 'Serves access.metric-window.';

comment on table fediflow.follows is 'Who reads whom';
comment on column fediflow.follows.tenant_id is 'The tenant that owns the row.';
comment on column fediflow.follows.follower_id is 'Who reads whom';
comment on column fediflow.follows.followee_id is 'Who reads whom';
comment on index fediflow.follows_followee_id_idx is 'Serves references.follows_followee_id_fkey.';

comment on view fediflow.open_courses is 'Courses that still take students.';

comment on materialized view fediflow.followers_stored is 'The rows behind `followers`.';

comment on materialized view fediflow.followers_as_of is 'When `followers` was computed.';

comment on view fediflow.followers is 'How many people read what somebody writes. At most 10 minutes old; `as_of` tells.';

comment on view fediflow.users_masked is '`users` without personal data in clear.';

comment on function fediflow.tenant_id() is 'The tenant of this transaction.';

comment on function fediflow.location(double precision, double precision) is 'A position from longitude and latitude in degrees.';

comment on function fediflow.metres(earth, earth) is 'Distance of two positions in metres.';

comment on function fediflow.actor() is 'Who acts in this session: what the data layer set, else the role that signed in.';

comment on function fediflow.touch() is 'Keeps the audit columns of a changed row true.';

comment on function fediflow.touch_with_actor() is 'Keeps the audit columns of a changed row true.';

comment on function fediflow.refresh_followers() is 'Computes `followers` anew.';

comment on function fediflow.maintain_partitions(date) is 'Makes and drops partitions by age.';

comment on function fediflow.analyze_partitioned() is 'Gathers the statistics of partitioned tables as a whole.';

comment on function fediflow.activities_about(jsonb) is 'Find likes and replies to one object.';

comment on function fediflow.search_content(regconfig, text) is 'Full-text discovery in many languages, best match first.';

comment on function fediflow.course_search(regconfig, text) is 'Choosing courses.';

comment on function fediflow.courses_with_metadata(jsonb) is 'Integrations look courses up by what other systems call them.';
-- The body ends above this line: sha256 b20f0a001713f4eea945e948a2d71fe54038b3044abb3473a081f59d25b2bdc8

reset role;

create schema if not exists dbwright authorization fediflow_owner;

create table if not exists dbwright.schema_migrations (
  version    integer not null,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default now(),
  applied_by text not null default session_user,
  constraint schema_migrations_pkey primary key (version),
  constraint schema_migrations_checksum_check check (checksum ~ '^[0-9a-f]{64}$')
);

alter table dbwright.schema_migrations owner to fediflow_owner;

insert into dbwright.schema_migrations (version, name, checksum) values (1, '0001_initial', 'b20f0a001713f4eea945e948a2d71fe54038b3044abb3473a081f59d25b2bdc8');

commit;
