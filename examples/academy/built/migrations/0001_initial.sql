-- academy: migration 0001_initial for PostgreSQL 18, compiled by dbwright.
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
  if to_regnamespace('academy') is not null then
    raise exception 'the schema % is there, but no migration made it; nothing was changed', 'academy'
      using hint = 'load this migration into an empty database';
  end if;
end
$$;

-- The body starts below this line; its checksum is recorded.
-- Roles -----------------------------------------------------------------------------------------------------------

do $$ begin
  if not exists (select from pg_roles where rolname = 'academy_owner') then
    execute 'create role academy_owner nologin';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'sign_in') then
    execute 'create role sign_in login connection limit 10';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'web') then
    execute 'create role web login connection limit 40';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'teacher') then
    execute 'create role teacher login connection limit 10';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'admin') then
    execute 'create role admin login connection limit 3';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'support') then
    execute 'create role support login connection limit 5';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'academy_masker') then
    execute 'create role academy_masker nologin';
  end if;
end $$;

alter default privileges for role academy_owner revoke execute on functions from public;

-- Schema ----------------------------------------------------------------------------------------------------------

do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('alter database %I set search_path = %s', current_database(), 'academy, extensions, pg_temp');
end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'sign_in'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'web'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'teacher'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'admin'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'support'); end $$;

revoke create on schema public from public;

create schema academy authorization academy_owner;

set local search_path = academy, extensions, pg_temp;

set local role academy_owner;

-- Functions and types that tables need ----------------------------------------------------------------------------

create function academy.actor() returns text stable parallel safe language sql
as $$ select coalesce(nullif(current_setting('app.actor', true), ''), session_user) $$;

create function academy.touch() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create function academy.touch_with_actor() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  new.updated_by := academy.actor();
  return new;
end
$$;

-- Tables ----------------------------------------------------------------------------------------------------------

create table academy.users (
  user_id       uuid not null default uuidv7(),
  name          text not null,
  email         text not null,
  password_hash text not null,
  role          text not null default 'student',
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    text not null default academy.actor(),
  updated_by    text not null default academy.actor(),
  constraint users_pkey primary key (user_id),
  constraint users_email_key unique (email),
  constraint users_email_check check (email = lower(email)),
  constraint users_password_hash_check check (password_hash ~ '^[$]argon2id[$]'),
  constraint users_role_check check (role in ('student', 'teacher', 'admin'))
);

create index users_user_id_covering_idx on academy.users (user_id) include (name, role);

alter table academy.users set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

create table academy.profiles (
  user_id    uuid not null,
  content    jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_pkey primary key (user_id),
  constraint profiles_user_id_fkey foreign key (user_id)
    references academy.users (user_id) on delete cascade
);

create table academy.catalog_items (
  catalog_item_id uuid not null default uuidv7(),
  title           text not null,
  description     text not null default '',
  price           numeric(10,2) not null,
  published       boolean not null default false,
  search          tsvector generated always as (setweight(to_tsvector('english'::regconfig, title), 'A') || setweight(to_tsvector('english'::regconfig, description), 'B')) stored,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  created_by      text not null default academy.actor(),
  updated_by      text not null default academy.actor(),
  constraint catalog_items_pkey primary key (catalog_item_id),
  constraint catalog_items_price_check check (price >= 0)
);

create index catalog_items_catalog_item_id_covering_idx on academy.catalog_items (catalog_item_id) include (title);
create index catalog_items_created_at_partial_idx on academy.catalog_items (created_at desc) where published;
create index catalog_items_search_idx on academy.catalog_items using gin (search);

create table academy.lessons (
  lesson_id       uuid not null default uuidv7(),
  number          integer not null,
  title           text not null,
  video           text,
  body            text not null default '',
  catalog_item_id uuid not null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint lessons_pkey primary key (lesson_id),
  constraint lessons_catalog_item_id_number_key unique (catalog_item_id, number),
  constraint lessons_catalog_item_id_lesson_id_key unique (catalog_item_id, lesson_id),
  constraint lessons_number_check check (number > 0),
  constraint lessons_catalog_item_id_fkey foreign key (catalog_item_id)
    references academy.catalog_items (catalog_item_id) on delete cascade
);

create index lessons_catalog_item_id_number_covering_idx on academy.lessons (catalog_item_id, number) include (lesson_id, title, video);
create index lessons_lesson_id_catalog_item_id_idx on academy.lessons (lesson_id, catalog_item_id);

create table academy.enrollments (
  user_id         uuid not null,
  catalog_item_id uuid not null,
  status          text not null default 'active',
  enrolled_at     timestamptz not null default now(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  created_by      text not null default academy.actor(),
  updated_by      text not null default academy.actor(),
  constraint enrollments_pkey primary key (user_id, catalog_item_id),
  constraint enrollments_status_check check (status in ('active', 'completed', 'dropped')),
  constraint enrollments_user_id_fkey foreign key (user_id)
    references academy.users (user_id),
  constraint enrollments_catalog_item_id_fkey foreign key (catalog_item_id)
    references academy.catalog_items (catalog_item_id)
);

create index enrollments_catalog_item_id_enrolled_at_covering_idx on academy.enrollments (catalog_item_id, enrolled_at) include (user_id, status);
create index enrollments_user_id_enrolled_at_covering_idx on academy.enrollments (user_id, enrolled_at desc) include (status, catalog_item_id);

alter table academy.enrollments alter column user_id set (n_distinct = -0.254);
alter table academy.enrollments set (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);

create table academy.progress (
  user_id         uuid not null,
  catalog_item_id uuid not null,
  lesson_id       uuid not null,
  completed_at    timestamptz not null default now(),
  constraint progress_pkey primary key (user_id, catalog_item_id, lesson_id),
  constraint progress_lesson_of_course_fkey foreign key (catalog_item_id, lesson_id)
    references academy.lessons (catalog_item_id, lesson_id),
  constraint progress_user_id_catalog_item_id_fkey foreign key (user_id, catalog_item_id)
    references academy.enrollments (user_id, catalog_item_id) on delete cascade,
  constraint progress_lesson_id_fkey foreign key (lesson_id)
    references academy.lessons (lesson_id) on delete cascade
);

create index progress_catalog_item_id_lesson_id_idx on academy.progress (catalog_item_id, lesson_id);
create index progress_lesson_id_idx on academy.progress (lesson_id);
create index progress_user_id_catalog_item_id_covering_idx on academy.progress (user_id, catalog_item_id) include (lesson_id, completed_at);

alter table academy.progress alter column lesson_id set (n_distinct = 103200);
alter table academy.progress set (autovacuum_vacuum_insert_scale_factor = 0.0005, autovacuum_analyze_scale_factor = 0.0005);

create table academy.payments (
  payment_id      uuid not null default uuidv7(),
  amount          numeric(10,2) not null,
  reference       text not null,
  user_id         uuid not null,
  catalog_item_id uuid not null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  created_by      text not null default academy.actor(),
  updated_by      text not null default academy.actor(),
  constraint payments_pkey primary key (payment_id),
  constraint payments_reference_key unique (reference),
  constraint payments_amount_check check (amount <> 0),
  constraint payments_user_id_catalog_item_id_fkey foreign key (user_id, catalog_item_id)
    references academy.enrollments (user_id, catalog_item_id) on delete restrict
);

create index payments_user_id_catalog_item_id_idx on academy.payments (user_id, catalog_item_id);

alter table academy.payments set (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);

create table academy.posts (
  post_id         uuid not null default uuidv7(),
  title           text not null default '',
  content         jsonb not null,
  shape           smallint not null default 1,
  catalog_item_id uuid not null,
  author_id       uuid,
  parent_id       uuid,
  search          tsvector generated always as (setweight(to_tsvector('english'::regconfig, title), 'A') || setweight(to_tsvector('english'::regconfig, content), 'B')) stored,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  created_by      text not null default academy.actor(),
  updated_by      text not null default academy.actor(),
  constraint posts_pkey primary key (post_id),
  constraint posts_catalog_item_id_fkey foreign key (catalog_item_id)
    references academy.catalog_items (catalog_item_id) on delete cascade,
  constraint posts_author_id_fkey foreign key (author_id)
    references academy.users (user_id) on delete set null,
  constraint posts_parent_id_fkey foreign key (parent_id)
    references academy.posts (post_id) on delete cascade
);

create index posts_author_id_idx on academy.posts (author_id) where author_id is not null;
create index posts_catalog_item_id_idx on academy.posts (catalog_item_id);
create index posts_parent_id_created_at_idx on academy.posts (parent_id, created_at);
create index posts_search_idx on academy.posts using gin (search);
create index posts_threads on academy.posts (catalog_item_id, created_at desc) where parent_id is null;

alter table academy.posts alter column author_id set (n_distinct = -0.286);
alter table academy.posts set (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);

-- Views -----------------------------------------------------------------------------------------------------------

create view academy.users_masked with (security_barrier = true, security_invoker = false) as
select
  user_id as user_id,
  left(name::text, 1) || '***' as name,
  left(email::text, 1) || '***' as email,
  '***'::text as password_hash,
  role as role,
  created_at as created_at,
  updated_at as updated_at,
  created_by as created_by,
  updated_by as updated_by
from academy.users;

-- Triggers --------------------------------------------------------------------------------------------------------

create trigger users_touch before update on academy.users
  for each row execute function academy.touch_with_actor();

create trigger profiles_touch before update on academy.profiles
  for each row execute function academy.touch();

create trigger catalog_items_touch before update on academy.catalog_items
  for each row execute function academy.touch_with_actor();

create trigger lessons_touch before update on academy.lessons
  for each row execute function academy.touch();

create trigger enrollments_touch before update on academy.enrollments
  for each row execute function academy.touch_with_actor();

create trigger payments_touch before update on academy.payments
  for each row execute function academy.touch_with_actor();

create trigger posts_touch before update on academy.posts
  for each row execute function academy.touch_with_actor();

-- Privileges ------------------------------------------------------------------------------------------------------

reset role;

alter view academy.users_masked owner to academy_masker;

grant usage on schema academy to academy_masker;
grant execute on function academy.actor() to academy_masker;
grant select (created_at, created_by, email, name, role, updated_at, updated_by, user_id) on academy.users to academy_masker;

grant usage on schema academy to admin;
grant execute on function academy.actor() to admin;
grant select (role, user_id) on academy.users to admin;
grant update (role) on academy.users to admin;

grant usage on schema academy to sign_in;
grant execute on function academy.actor() to sign_in;
grant insert (email, name, password_hash) on academy.users to sign_in;
grant select (email, password_hash, role, user_id) on academy.users to sign_in;

grant usage on schema academy to support;
grant execute on function academy.actor() to support;
grant select (email, name, role, user_id) on academy.users_masked to support;

grant usage on schema academy to teacher;
grant execute on function academy.actor() to teacher;
grant insert (description, price, title) on academy.catalog_items to teacher;
grant insert (body, catalog_item_id, number, title, video) on academy.lessons to teacher;
grant select (catalog_item_id, updated_at) on academy.catalog_items to teacher;
grant select (catalog_item_id, enrolled_at, status, user_id) on academy.enrollments to teacher;
grant select (lesson_id) on academy.lessons to teacher;
grant select (name, user_id) on academy.users to teacher;
grant update (description, price, published, title) on academy.catalog_items to teacher;

grant usage on schema academy to web;
grant execute on function academy.actor() to web;
grant insert (catalog_item_id, user_id) on academy.enrollments to web;
grant insert (amount, catalog_item_id, reference, user_id) on academy.payments to web;
grant insert (author_id, catalog_item_id, content, parent_id, title) on academy.posts to web;
grant insert (content, user_id) on academy.profiles to web;
grant insert (catalog_item_id, lesson_id, user_id) on academy.progress to web;
grant select (catalog_item_id, created_at, description, price, published, search, title) on academy.catalog_items to web;
grant select (catalog_item_id, enrolled_at, status, user_id) on academy.enrollments to web;
grant select (catalog_item_id, lesson_id, number, title, video) on academy.lessons to web;
grant select (amount, catalog_item_id, created_at, reference, user_id) on academy.payments to web;
grant select (author_id, catalog_item_id, content, created_at, parent_id, post_id, search, shape, title) on academy.posts to web;
grant select (content, user_id) on academy.profiles to web;
grant select (catalog_item_id, completed_at, lesson_id, user_id) on academy.progress to web;
grant select (name, role, user_id) on academy.users to web;
grant update (content) on academy.profiles to web;

-- Comments --------------------------------------------------------------------------------------------------------

comment on table academy.users is 'A person with an account.';
comment on column academy.users.user_id is 'Identifies the row.';
comment on column academy.users.created_at is 'When the row was written.';
comment on column academy.users.updated_at is 'When the row was last changed.';
comment on column academy.users.created_by is 'Who wrote the row.';
comment on column academy.users.updated_by is 'Who changed the row last.';
comment on index academy.users_user_id_covering_idx is 'Serves entities.users.indexes, access.profile, access.class-list.';

comment on table academy.profiles is 'What a person tells about herself; who tells nothing has none.';
comment on column academy.profiles.user_id is 'Whose profile it is';
comment on column academy.profiles.content is 'Picture, links, words; read and written whole';
comment on column academy.profiles.created_at is 'When the row was written.';
comment on column academy.profiles.updated_at is 'When the row was last changed.';

comment on table academy.catalog_items is 'A course that can be taken.';
comment on column academy.catalog_items.catalog_item_id is 'Identifies the row.';
comment on column academy.catalog_items.search is 'What full-text search matches.';
comment on column academy.catalog_items.created_at is 'When the row was written.';
comment on column academy.catalog_items.updated_at is 'When the row was last changed.';
comment on column academy.catalog_items.created_by is 'Who wrote the row.';
comment on column academy.catalog_items.updated_by is 'Who changed the row last.';
comment on index academy.catalog_items_catalog_item_id_covering_idx is 'Serves entities.catalog_items.indexes, access.my-courses.';
comment on index academy.catalog_items_created_at_partial_idx is 'Serves entities.catalog_items.indexes, access.browse-catalog, access.search-catalog.';
comment on index academy.catalog_items_search_idx is 'Serves entities.catalog_items.indexes, access.search-catalog.';

comment on table academy.lessons is 'One part of a course, in order.';
comment on column academy.lessons.lesson_id is 'Identifies the row.';
comment on column academy.lessons.video is 'Path in the CDN; empty for a text';
comment on column academy.lessons.catalog_item_id is 'The course of a lesson';
comment on column academy.lessons.created_at is 'When the row was written.';
comment on column academy.lessons.updated_at is 'When the row was last changed.';
comment on index academy.lessons_catalog_item_id_number_covering_idx is 'Serves entities.lessons.indexes, access.course-page.';
comment on index academy.lessons_lesson_id_catalog_item_id_idx is 'Serves entities.lessons.indexes, access.complete-lesson.';

comment on table academy.enrollments is 'A person''s place in a course.';
comment on column academy.enrollments.user_id is 'Who learns what';
comment on column academy.enrollments.catalog_item_id is 'Who learns what';
comment on column academy.enrollments.created_at is 'When the row was written.';
comment on column academy.enrollments.updated_at is 'When the row was last changed.';
comment on column academy.enrollments.created_by is 'Who wrote the row.';
comment on column academy.enrollments.updated_by is 'Who changed the row last.';
comment on index academy.enrollments_catalog_item_id_enrolled_at_covering_idx is 'Serves entities.enrollments.indexes, access.class-list, references.enrollments_catalog_item_id_fkey.';
comment on index academy.enrollments_user_id_enrolled_at_covering_idx is 'Serves entities.enrollments.indexes, access.my-courses.';

comment on table academy.progress is 'A lesson that a person completed.';
comment on column academy.progress.user_id is 'Which lessons are done';
comment on column academy.progress.catalog_item_id is 'Which lessons are done';
comment on column academy.progress.lesson_id is 'Which lessons are done';
comment on index academy.progress_catalog_item_id_lesson_id_idx is 'Serves references.progress_lesson_of_course_fkey.';
comment on index academy.progress_lesson_id_idx is 'Serves references.progress_lesson_id_fkey.';
comment on index academy.progress_user_id_catalog_item_id_covering_idx is 'Serves entities.progress.indexes, access.my-progress.';

comment on table academy.payments is 'Money paid for an enrolment, or paid back.';
comment on column academy.payments.payment_id is 'Identifies the row.';
comment on column academy.payments.amount is 'Negative for money paid back';
comment on column academy.payments.reference is 'The provider''s number of the payment';
comment on column academy.payments.user_id is 'What was paid for it';
comment on column academy.payments.catalog_item_id is 'What was paid for it';
comment on column academy.payments.created_at is 'When the row was written.';
comment on column academy.payments.updated_at is 'When the row was last changed.';
comment on column academy.payments.created_by is 'Who wrote the row.';
comment on column academy.payments.updated_by is 'Who changed the row last.';
comment on index academy.payments_user_id_catalog_item_id_idx is 'Serves references.payments_user_id_catalog_item_id_fkey.';

comment on table academy.posts is 'Something said in the forum of a course.';
comment on column academy.posts.post_id is 'Identifies the row.';
comment on column academy.posts.content is 'Blocks in order; all words in it are searched';
comment on column academy.posts.shape is 'Version of the shape of content; readers know all of them';
comment on column academy.posts.catalog_item_id is 'In which forum it stands';
comment on column academy.posts.author_id is 'Empty when the author is gone';
comment on column academy.posts.parent_id is 'Empty for the first of a thread';
comment on column academy.posts.search is 'What full-text search matches.';
comment on column academy.posts.created_at is 'When the row was written.';
comment on column academy.posts.updated_at is 'When the row was last changed.';
comment on column academy.posts.created_by is 'Who wrote the row.';
comment on column academy.posts.updated_by is 'Who changed the row last.';
comment on index academy.posts_author_id_idx is 'Serves references.posts_author_id_fkey.';
comment on index academy.posts_catalog_item_id_idx is 'Serves references.posts_catalog_item_id_fkey.';
comment on index academy.posts_parent_id_created_at_idx is 'Serves entities.posts.indexes, access.thread.';
comment on index academy.posts_search_idx is 'Serves entities.posts.indexes, access.search-forum.';
comment on index academy.posts_threads is 'Serves entities.posts.indexes, access.forum.';

comment on view academy.users_masked is '`users` without personal data in clear.';

comment on function academy.actor() is 'Who acts in this session: what the data layer set, else the role that signed in.';

comment on function academy.touch() is 'Keeps the audit columns of a changed row true.';

comment on function academy.touch_with_actor() is 'Keeps the audit columns of a changed row true.';
-- The body ends above this line: sha256 6cbbad4dde8997e3f17af0eff681bdaf5f596f0116bbd602187c2d2880a3dab5

reset role;

create schema if not exists dbwright authorization academy_owner;

create table if not exists dbwright.schema_migrations (
  version    integer not null,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default now(),
  applied_by text not null default session_user,
  constraint schema_migrations_pkey primary key (version),
  constraint schema_migrations_checksum_check check (checksum ~ '^[0-9a-f]{64}$')
);

alter table dbwright.schema_migrations owner to academy_owner;

insert into dbwright.schema_migrations (version, name, checksum) values (1, '0001_initial', '6cbbad4dde8997e3f17af0eff681bdaf5f596f0116bbd602187c2d2880a3dab5');

commit;
