-- adflow: DDL for PostgreSQL 18, compiled by dbwright.
-- Load into an empty database: psql -v ON_ERROR_STOP=1 -d DATABASE -f schema.sql

begin;

-- Roles -----------------------------------------------------------------------------------------------------------

do $$ begin
  if not exists (select from pg_roles where rolname = 'adflow_owner') then
    execute 'create role adflow_owner nologin';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'web') then
    execute 'create role web login connection limit 80';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'adserver') then
    execute 'create role adserver login connection limit 40';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'ingest') then
    execute 'create role ingest login connection limit 20';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'inventory') then
    execute 'create role inventory login connection limit 4';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'rollup') then
    execute 'create role rollup login connection limit 4';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'support') then
    execute 'create role support login connection limit 5';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'analyst') then
    execute 'create role analyst login connection limit 5';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'auditor') then
    execute 'create role auditor login connection limit 2';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'operator') then
    execute 'create role operator login connection limit 2';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'adflow_masker') then
    execute 'create role adflow_masker nologin';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_roles where rolname = 'adflow_searcher') then
    execute 'create role adflow_searcher nologin';
  end if;
end $$;

alter default privileges for role adflow_owner revoke execute on functions from public;

-- Schema ----------------------------------------------------------------------------------------------------------

do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('alter database %I set search_path = %s', current_database(), 'adflow, extensions, pg_temp');
end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'web'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'adserver'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'ingest'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'inventory'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'rollup'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'support'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'analyst'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'auditor'); end $$;

do $$ begin execute format('grant connect on database %I to %s', current_database(), 'operator'); end $$;

revoke create on schema public from public;

create schema adflow authorization adflow_owner;

create schema if not exists extensions;

create extension if not exists btree_gin schema extensions;

grant usage on schema extensions to adflow_owner, web, adserver, ingest, inventory, rollup, support, analyst, auditor, operator, adflow_masker, adflow_searcher;

set local search_path = adflow, extensions, pg_temp;

set local role adflow_owner;

-- Functions and types that tables need ----------------------------------------------------------------------------

create function adflow.advertiser_id() returns uuid stable parallel safe language sql
as $$ select nullif(current_setting('app.advertiser_id', true), '')::uuid $$;

create function adflow.actor() returns text stable parallel safe language sql
as $$ select coalesce(nullif(current_setting('app.actor', true), ''), session_user) $$;

create function adflow.touch() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create function adflow.touch_with_actor() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  new.updated_by := adflow.actor();
  return new;
end
$$;

-- Tables: audit ---------------------------------------------------------------------------------------------------

create table adflow.audit_events (
  event_id      uuid not null default uuidv7(),
  advertiser_id uuid not null default adflow.advertiser_id(),
  happened_at   timestamptz not null default now(),
  actor_id      uuid,
  component     text not null,
  action        text not null,
  subject       text not null,
  subject_id    uuid not null,
  before        jsonb,
  after         jsonb,
  reason        text not null default '',
  address       inet,
  constraint audit_events_pkey primary key (advertiser_id, event_id, happened_at),
  constraint audit_events_action_check check (action in ('sign in', 'create', 'change', 'approve', 'delete', 'export')),
  constraint audit_events_subject_check check (subject in ('advertiser', 'user', 'campaign', 'ad group', 'budget', 'creative'))
)
partition by range (happened_at);

create table adflow.audit_events_2024_q4 partition of adflow.audit_events for values from ('2024-10-01 00:00:00+00') to ('2025-01-01 00:00:00+00');
create table adflow.audit_events_2025_q1 partition of adflow.audit_events for values from ('2025-01-01 00:00:00+00') to ('2025-04-01 00:00:00+00');
create table adflow.audit_events_2025_q2 partition of adflow.audit_events for values from ('2025-04-01 00:00:00+00') to ('2025-07-01 00:00:00+00');
create table adflow.audit_events_2025_q3 partition of adflow.audit_events for values from ('2025-07-01 00:00:00+00') to ('2025-10-01 00:00:00+00');
create table adflow.audit_events_2025_q4 partition of adflow.audit_events for values from ('2025-10-01 00:00:00+00') to ('2026-01-01 00:00:00+00');
create table adflow.audit_events_2026_q1 partition of adflow.audit_events for values from ('2026-01-01 00:00:00+00') to ('2026-04-01 00:00:00+00');
create table adflow.audit_events_2026_q2 partition of adflow.audit_events for values from ('2026-04-01 00:00:00+00') to ('2026-07-01 00:00:00+00');
create table adflow.audit_events_2026_q3 partition of adflow.audit_events for values from ('2026-07-01 00:00:00+00') to ('2026-10-01 00:00:00+00');
create table adflow.audit_events_2026_q4 partition of adflow.audit_events for values from ('2026-10-01 00:00:00+00') to ('2027-01-01 00:00:00+00');

create index audit_events_actor_id_happened_at_idx on adflow.audit_events (actor_id, happened_at desc);
create index audit_events_subject_id_happened_at_idx on adflow.audit_events (advertiser_id, subject_id, happened_at desc);

alter table adflow.audit_events_2024_q4 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.audit_events_2025_q1 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.audit_events_2025_q2 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.audit_events_2025_q3 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.audit_events_2025_q4 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.audit_events_2026_q1 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.audit_events_2026_q2 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.audit_events_2026_q3 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.audit_events_2026_q4 set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);

-- Tables: users ---------------------------------------------------------------------------------------------------

create table adflow.advertisers (
  advertiser_id uuid not null default uuidv7(),
  name          text not null,
  region        text not null,
  currency      text not null,
  status        text not null default 'active',
  settings      jsonb not null default '{}',
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    text not null default adflow.actor(),
  updated_by    text not null default adflow.actor(),
  constraint advertisers_pkey primary key (advertiser_id),
  constraint advertisers_currency_check check (currency ~ '^[A-Z]{3}$'),
  constraint advertisers_region_check check (region in ('eu', 'us')),
  constraint advertisers_status_check check (status in ('active', 'suspended', 'closed'))
);

-- Tables: campaigns -----------------------------------------------------------------------------------------------

create table adflow.campaigns (
  campaign_id   uuid not null default uuidv7(),
  advertiser_id uuid not null default adflow.advertiser_id(),
  name          text not null,
  objective     text not null,
  status        text not null default 'draft',
  starts_on     date not null,
  ends_on       date,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    text not null default adflow.actor(),
  updated_by    text not null default adflow.actor(),
  constraint campaigns_pkey primary key (advertiser_id, campaign_id),
  constraint campaigns_advertiser_id_name_key unique (advertiser_id, name),
  constraint campaigns_ends_after_start check (ends_on >= starts_on),
  constraint campaigns_objective_check check (objective in ('awareness', 'visits', 'sales')),
  constraint campaigns_status_check check (status in ('draft', 'active', 'paused', 'ended')),
  constraint campaigns_advertiser_id_fkey foreign key (advertiser_id)
    references adflow.advertisers (advertiser_id) on delete cascade
);

create index campaigns_advertiser_id_status_updated_at_covering_idx on adflow.campaigns (advertiser_id, status, updated_at desc) include (campaign_id, name, objective, starts_on, ends_on);

alter table adflow.campaigns alter column advertiser_id set (n_distinct = -0.0135);
alter table adflow.campaigns set (autovacuum_vacuum_insert_scale_factor = 0.02);

create table adflow.ad_groups (
  advertiser_id uuid not null default adflow.advertiser_id(),
  ad_group_id   uuid not null default uuidv7(),
  campaign_id   uuid not null,
  name          text not null,
  bid           bigint not null,
  targeting     jsonb not null default '{}',
  status        text not null default 'active',
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    text not null default adflow.actor(),
  updated_by    text not null default adflow.actor(),
  constraint ad_groups_pkey primary key (advertiser_id, ad_group_id),
  constraint ad_groups_advertiser_id_campaign_id_name_key unique (advertiser_id, campaign_id, name),
  constraint ad_groups_advertiser_id_campaign_id_ad_group_id_key unique (advertiser_id, campaign_id, ad_group_id),
  constraint ad_groups_bid_check check (bid > 0),
  constraint ad_groups_status_check check (status in ('active', 'paused', 'ended')),
  constraint ad_groups_campaign_id_fkey foreign key (advertiser_id, campaign_id)
    references adflow.campaigns (advertiser_id, campaign_id) on delete cascade
);

create index ad_groups_targeting_idx on adflow.ad_groups using gin (advertiser_id, targeting jsonb_path_ops);

alter table adflow.ad_groups alter column campaign_id set (n_distinct = -0.133);
alter table adflow.ad_groups set (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);

-- Tables: content -------------------------------------------------------------------------------------------------

create table adflow.creatives (
  creative_id   uuid not null default uuidv7(),
  advertiser_id uuid not null default adflow.advertiser_id(),
  name          text not null,
  format        text not null,
  status        text not null default 'draft',
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    text not null default adflow.actor(),
  updated_by    text not null default adflow.actor(),
  constraint creatives_pkey primary key (advertiser_id, creative_id),
  constraint creatives_advertiser_id_name_key unique (advertiser_id, name),
  constraint creatives_format_check check (format in ('banner', 'native', 'video', 'audio')),
  constraint creatives_status_check check (status in ('draft', 'in review', 'approved', 'rejected', 'retired')),
  constraint creatives_advertiser_id_fkey foreign key (advertiser_id)
    references adflow.advertisers (advertiser_id) on delete cascade
);

create index creatives_creative_id_covering_partial_idx on adflow.creatives (creative_id) include (advertiser_id, format, status) where status = 'approved';

alter table adflow.creatives alter column advertiser_id set (n_distinct = -0.00311);
alter table adflow.creatives set (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);

-- Tables: campaigns -----------------------------------------------------------------------------------------------

create table adflow.ads (
  advertiser_id uuid not null default adflow.advertiser_id(),
  ad_group_id   uuid not null,
  creative_id   uuid not null,
  weight        smallint not null default 100,
  status        text not null default 'active',
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    text not null default adflow.actor(),
  updated_by    text not null default adflow.actor(),
  constraint ads_pkey primary key (advertiser_id, ad_group_id, creative_id),
  constraint ads_weight_check check (weight between 0 and 1000),
  constraint ads_status_check check (status in ('active', 'paused')),
  constraint ads_ad_group_id_fkey foreign key (advertiser_id, ad_group_id)
    references adflow.ad_groups (advertiser_id, ad_group_id) on delete cascade,
  constraint ads_creative_id_fkey foreign key (advertiser_id, creative_id)
    references adflow.creatives (advertiser_id, creative_id) on delete cascade
);

create index ads_advertiser_id_ad_group_id_creative_id_covering_partial_idx on adflow.ads (advertiser_id, ad_group_id, creative_id) include (weight, status) where status = 'active';
create index ads_creative_id_idx on adflow.ads (advertiser_id, creative_id);

alter table adflow.ads alter column ad_group_id set (n_distinct = -0.272);
alter table adflow.ads alter column creative_id set (n_distinct = -0.157);
alter table adflow.ads set (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_insert_scale_factor = 0.001, autovacuum_analyze_scale_factor = 0.01);

create table adflow.budgets (
  advertiser_id uuid not null default adflow.advertiser_id(),
  campaign_id   uuid not null,
  daily_limit   bigint not null,
  total_limit   bigint not null,
  reserved      bigint not null default 0,
  version       bigint not null default 0,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  constraint budgets_pkey primary key (advertiser_id, campaign_id),
  constraint budgets_daily_limit_check check (daily_limit > 0),
  constraint budgets_total_limit_check check (total_limit > 0),
  constraint budgets_reserved_check check (reserved >= 0),
  constraint budgets_daily_within_total check (daily_limit <= total_limit),
  constraint budgets_reserved_within_total check (reserved <= total_limit),
  constraint budgets_campaign_id_fkey foreign key (advertiser_id, campaign_id)
    references adflow.campaigns (advertiser_id, campaign_id) on delete cascade
);

alter table adflow.budgets set (autovacuum_vacuum_insert_scale_factor = 0.02);

-- Tables: content -------------------------------------------------------------------------------------------------

create table adflow.creative_versions (
  advertiser_id uuid not null default adflow.advertiser_id(),
  creative_id   uuid not null,
  version       integer not null,
  language      regconfig not null default 'simple',
  headline      text not null,
  body          text not null default '',
  landing_url   text not null,
  content       jsonb not null default '{}',
  shape         smallint not null default 1,
  approved_at   timestamptz,
  search        tsvector generated always as (setweight(to_tsvector(language, headline), 'A') || setweight(to_tsvector(language, body), 'B')) stored,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    text not null default adflow.actor(),
  updated_by    text not null default adflow.actor(),
  constraint creative_versions_pkey primary key (advertiser_id, creative_id, version),
  constraint creative_versions_version_check check (version > 0),
  constraint creative_versions_landing_url_check check (landing_url ~ '^https://'),
  constraint creative_versions_creative_id_fkey foreign key (advertiser_id, creative_id)
    references adflow.creatives (advertiser_id, creative_id) on delete cascade
);

create index creative_versions_search_idx on adflow.creative_versions using gin (advertiser_id, search);

alter table adflow.creative_versions alter column creative_id set (n_distinct = -0.31);
alter table adflow.creative_versions set (autovacuum_vacuum_scale_factor = 0.002, autovacuum_vacuum_insert_scale_factor = 0.002, autovacuum_analyze_scale_factor = 0.002);

create table adflow.assets (
  asset_id      uuid not null default uuidv7(),
  advertiser_id uuid not null default adflow.advertiser_id(),
  sha256        bytea not null,
  mime_type     text not null,
  bytes         bigint not null,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  constraint assets_pkey primary key (advertiser_id, asset_id),
  constraint assets_advertiser_id_sha256_key unique (advertiser_id, sha256),
  constraint assets_sha256_check check (length(sha256) = 32),
  constraint assets_bytes_check check (bytes > 0),
  constraint assets_advertiser_id_fkey foreign key (advertiser_id)
    references adflow.advertisers (advertiser_id) on delete cascade
);

alter table adflow.assets alter column advertiser_id set (n_distinct = -0.0023);
alter table adflow.assets set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.01);

-- Tables: delivery ------------------------------------------------------------------------------------------------

create table adflow.placements (
  placement_id uuid not null default uuidv7(),
  publisher    text not null,
  name         text not null,
  format       text not null,
  region       text not null,
  floor_price  bigint not null,
  active       boolean not null default true,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint placements_pkey primary key (placement_id),
  constraint placements_publisher_name_key unique (publisher, name),
  constraint placements_floor_price_check check (floor_price >= 0),
  constraint placements_format_check check (format in ('banner', 'native', 'video', 'audio')),
  constraint placements_region_check check (region in ('eu', 'us'))
);

create index placements_format_region_active_covering_idx on adflow.placements (format, region, active) include (placement_id, publisher, name, floor_price);

create table adflow.impressions (
  impression_id uuid not null default uuidv7(),
  advertiser_id uuid not null default adflow.advertiser_id(),
  campaign_id   uuid not null,
  ad_group_id   uuid not null,
  creative_id   uuid not null,
  placement_id  uuid not null,
  viewer        text,
  country       text not null,
  cost          bigint not null default 0,
  shown_at      timestamptz not null default now(),
  constraint impressions_pkey primary key (advertiser_id, impression_id, shown_at),
  constraint impressions_country_check check (country ~ '^[A-Z]{2}$'),
  constraint impressions_cost_check check (cost >= 0)
)
partition by range (shown_at);

create table adflow.impressions_2025_08 partition of adflow.impressions for values from ('2025-08-01 00:00:00+00') to ('2025-09-01 00:00:00+00');
create table adflow.impressions_2025_09 partition of adflow.impressions for values from ('2025-09-01 00:00:00+00') to ('2025-10-01 00:00:00+00');
create table adflow.impressions_2025_10 partition of adflow.impressions for values from ('2025-10-01 00:00:00+00') to ('2025-11-01 00:00:00+00');
create table adflow.impressions_2025_11 partition of adflow.impressions for values from ('2025-11-01 00:00:00+00') to ('2025-12-01 00:00:00+00');
create table adflow.impressions_2025_12 partition of adflow.impressions for values from ('2025-12-01 00:00:00+00') to ('2026-01-01 00:00:00+00');
create table adflow.impressions_2026_01 partition of adflow.impressions for values from ('2026-01-01 00:00:00+00') to ('2026-02-01 00:00:00+00');
create table adflow.impressions_2026_02 partition of adflow.impressions for values from ('2026-02-01 00:00:00+00') to ('2026-03-01 00:00:00+00');
create table adflow.impressions_2026_03 partition of adflow.impressions for values from ('2026-03-01 00:00:00+00') to ('2026-04-01 00:00:00+00');
create table adflow.impressions_2026_04 partition of adflow.impressions for values from ('2026-04-01 00:00:00+00') to ('2026-05-01 00:00:00+00');
create table adflow.impressions_2026_05 partition of adflow.impressions for values from ('2026-05-01 00:00:00+00') to ('2026-06-01 00:00:00+00');
create table adflow.impressions_2026_06 partition of adflow.impressions for values from ('2026-06-01 00:00:00+00') to ('2026-07-01 00:00:00+00');
create table adflow.impressions_2026_07 partition of adflow.impressions for values from ('2026-07-01 00:00:00+00') to ('2026-08-01 00:00:00+00');
create table adflow.impressions_2026_08 partition of adflow.impressions for values from ('2026-08-01 00:00:00+00') to ('2026-09-01 00:00:00+00');
create table adflow.impressions_2026_09 partition of adflow.impressions for values from ('2026-09-01 00:00:00+00') to ('2026-10-01 00:00:00+00');
create table adflow.impressions_2026_10 partition of adflow.impressions for values from ('2026-10-01 00:00:00+00') to ('2026-11-01 00:00:00+00');
create table adflow.impressions_2026_11 partition of adflow.impressions for values from ('2026-11-01 00:00:00+00') to ('2026-12-01 00:00:00+00');
create table adflow.impressions_2026_12 partition of adflow.impressions for values from ('2026-12-01 00:00:00+00') to ('2027-01-01 00:00:00+00');

create index impressions_shown_at_idx on adflow.impressions (shown_at);

alter table adflow.impressions_2025_08 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2025_09 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2025_10 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2025_11 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2025_12 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_01 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_02 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_03 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_04 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_05 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_06 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_07 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_08 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_09 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_10 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_11 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.impressions_2026_12 set (autovacuum_vacuum_insert_scale_factor = 0.05);

create table adflow.clicks (
  impression_id uuid not null,
  advertiser_id uuid not null default adflow.advertiser_id(),
  campaign_id   uuid not null,
  ad_group_id   uuid not null,
  placement_id  uuid not null,
  cost          bigint not null,
  shown_at      timestamptz not null,
  clicked_at    timestamptz not null default now(),
  constraint clicks_pkey primary key (advertiser_id, impression_id, shown_at),
  constraint clicks_cost_check check (cost >= 0),
  constraint clicks_clicked_after_view check (clicked_at >= shown_at)
)
partition by range (shown_at);

create table adflow.clicks_2025_01 partition of adflow.clicks for values from ('2025-01-01 00:00:00+00') to ('2025-02-01 00:00:00+00');
create table adflow.clicks_2025_02 partition of adflow.clicks for values from ('2025-02-01 00:00:00+00') to ('2025-03-01 00:00:00+00');
create table adflow.clicks_2025_03 partition of adflow.clicks for values from ('2025-03-01 00:00:00+00') to ('2025-04-01 00:00:00+00');
create table adflow.clicks_2025_04 partition of adflow.clicks for values from ('2025-04-01 00:00:00+00') to ('2025-05-01 00:00:00+00');
create table adflow.clicks_2025_05 partition of adflow.clicks for values from ('2025-05-01 00:00:00+00') to ('2025-06-01 00:00:00+00');
create table adflow.clicks_2025_06 partition of adflow.clicks for values from ('2025-06-01 00:00:00+00') to ('2025-07-01 00:00:00+00');
create table adflow.clicks_2025_07 partition of adflow.clicks for values from ('2025-07-01 00:00:00+00') to ('2025-08-01 00:00:00+00');
create table adflow.clicks_2025_08 partition of adflow.clicks for values from ('2025-08-01 00:00:00+00') to ('2025-09-01 00:00:00+00');
create table adflow.clicks_2025_09 partition of adflow.clicks for values from ('2025-09-01 00:00:00+00') to ('2025-10-01 00:00:00+00');
create table adflow.clicks_2025_10 partition of adflow.clicks for values from ('2025-10-01 00:00:00+00') to ('2025-11-01 00:00:00+00');
create table adflow.clicks_2025_11 partition of adflow.clicks for values from ('2025-11-01 00:00:00+00') to ('2025-12-01 00:00:00+00');
create table adflow.clicks_2025_12 partition of adflow.clicks for values from ('2025-12-01 00:00:00+00') to ('2026-01-01 00:00:00+00');
create table adflow.clicks_2026_01 partition of adflow.clicks for values from ('2026-01-01 00:00:00+00') to ('2026-02-01 00:00:00+00');
create table adflow.clicks_2026_02 partition of adflow.clicks for values from ('2026-02-01 00:00:00+00') to ('2026-03-01 00:00:00+00');
create table adflow.clicks_2026_03 partition of adflow.clicks for values from ('2026-03-01 00:00:00+00') to ('2026-04-01 00:00:00+00');
create table adflow.clicks_2026_04 partition of adflow.clicks for values from ('2026-04-01 00:00:00+00') to ('2026-05-01 00:00:00+00');
create table adflow.clicks_2026_05 partition of adflow.clicks for values from ('2026-05-01 00:00:00+00') to ('2026-06-01 00:00:00+00');
create table adflow.clicks_2026_06 partition of adflow.clicks for values from ('2026-06-01 00:00:00+00') to ('2026-07-01 00:00:00+00');
create table adflow.clicks_2026_07 partition of adflow.clicks for values from ('2026-07-01 00:00:00+00') to ('2026-08-01 00:00:00+00');
create table adflow.clicks_2026_08 partition of adflow.clicks for values from ('2026-08-01 00:00:00+00') to ('2026-09-01 00:00:00+00');
create table adflow.clicks_2026_09 partition of adflow.clicks for values from ('2026-09-01 00:00:00+00') to ('2026-10-01 00:00:00+00');
create table adflow.clicks_2026_10 partition of adflow.clicks for values from ('2026-10-01 00:00:00+00') to ('2026-11-01 00:00:00+00');
create table adflow.clicks_2026_11 partition of adflow.clicks for values from ('2026-11-01 00:00:00+00') to ('2026-12-01 00:00:00+00');
create table adflow.clicks_2026_12 partition of adflow.clicks for values from ('2026-12-01 00:00:00+00') to ('2027-01-01 00:00:00+00');

create index clicks_clicked_at_idx on adflow.clicks (clicked_at);

alter table adflow.clicks_2025_01 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_02 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_03 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_04 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_05 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_06 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_07 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_08 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_09 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_10 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_11 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2025_12 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_01 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_02 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_03 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_04 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_05 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_06 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_07 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_08 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_09 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_10 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_11 set (autovacuum_vacuum_insert_scale_factor = 0.05);
alter table adflow.clicks_2026_12 set (autovacuum_vacuum_insert_scale_factor = 0.05);

create table adflow.spend_per_day (
  advertiser_id uuid not null default adflow.advertiser_id(),
  ad_group_id   uuid not null,
  campaign_id   uuid not null,
  day           date not null,
  impressions   bigint not null default 0,
  clicks        bigint not null default 0,
  cost          bigint not null default 0,
  constraint spend_per_day_pkey primary key (advertiser_id, ad_group_id, day),
  constraint spend_per_day_impressions_check check (impressions >= 0),
  constraint spend_per_day_clicks_check check (clicks >= 0),
  constraint spend_per_day_cost_check check (cost >= 0),
  constraint spend_per_day_group_of_campaign_fkey foreign key (advertiser_id, campaign_id, ad_group_id)
    references adflow.ad_groups (advertiser_id, campaign_id, ad_group_id) on delete restrict
)
partition by range (day);

create table adflow.spend_per_day_2025_q1 partition of adflow.spend_per_day for values from ('2025-01-01') to ('2025-04-01');
create table adflow.spend_per_day_2025_q2 partition of adflow.spend_per_day for values from ('2025-04-01') to ('2025-07-01');
create table adflow.spend_per_day_2025_q3 partition of adflow.spend_per_day for values from ('2025-07-01') to ('2025-10-01');
create table adflow.spend_per_day_2025_q4 partition of adflow.spend_per_day for values from ('2025-10-01') to ('2026-01-01');
create table adflow.spend_per_day_2026_q1 partition of adflow.spend_per_day for values from ('2026-01-01') to ('2026-04-01');
create table adflow.spend_per_day_2026_q2 partition of adflow.spend_per_day for values from ('2026-04-01') to ('2026-07-01');
create table adflow.spend_per_day_2026_q3 partition of adflow.spend_per_day for values from ('2026-07-01') to ('2026-10-01');
create table adflow.spend_per_day_2026_q4 partition of adflow.spend_per_day for values from ('2026-10-01') to ('2027-01-01');

create index spend_per_day_advertiser_id_campaign_id_day_covering_idx on adflow.spend_per_day (advertiser_id, campaign_id, day) include (impressions, clicks, cost);
create index spend_per_day_advertiser_id_day_covering_idx on adflow.spend_per_day (advertiser_id, day) include (impressions, clicks, cost, campaign_id);

alter table adflow.spend_per_day alter column ad_group_id set (n_distinct_inherited = -0.0192);
alter table adflow.spend_per_day_2025_q1 set (autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.spend_per_day_2025_q2 set (autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.spend_per_day_2025_q3 set (autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.spend_per_day_2025_q4 set (autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.spend_per_day_2026_q1 set (autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.spend_per_day_2026_q2 set (autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.spend_per_day_2026_q3 set (autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);
alter table adflow.spend_per_day_2026_q4 set (autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005);

create table adflow.rolled_windows (
  source     text not null,
  starts_at  timestamptz not null,
  stops_at   timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint rolled_windows_pkey primary key (source, starts_at),
  constraint rolled_windows_stops_after_start check (stops_at > starts_at),
  constraint rolled_windows_source_check check (source in ('impressions', 'clicks'))
);

-- Tables: users ---------------------------------------------------------------------------------------------------

create table adflow.users (
  user_id       uuid not null default uuidv7(),
  advertiser_id uuid not null default adflow.advertiser_id(),
  email         text not null,
  name          text not null,
  role          text not null default 'viewer',
  status        text not null default 'active',
  restricted    boolean not null default false,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    text not null default adflow.actor(),
  updated_by    text not null default adflow.actor(),
  constraint users_pkey primary key (advertiser_id, user_id),
  constraint users_advertiser_id_email_key unique (advertiser_id, email),
  constraint users_role_check check (role in ('owner', 'manager', 'creator', 'viewer')),
  constraint users_status_check check (status in ('invited', 'active', 'suspended', 'closed')),
  constraint users_advertiser_id_fkey foreign key (advertiser_id)
    references adflow.advertisers (advertiser_id) on delete cascade
);

create index users_advertiser_id_name_covering_idx on adflow.users (advertiser_id, name) include (user_id, email, role, status);
create index users_created_at_partial_idx on adflow.users (created_at) where status = 'invited';

-- Tables: content -------------------------------------------------------------------------------------------------

create table adflow.version_assets (
  advertiser_id uuid not null default adflow.advertiser_id(),
  creative_id   uuid not null,
  version       integer not null,
  asset_id      uuid not null,
  constraint version_assets_pkey primary key (advertiser_id, creative_id, version, asset_id),
  constraint version_assets_creative_id_version_fkey foreign key (advertiser_id, creative_id, version)
    references adflow.creative_versions (advertiser_id, creative_id, version) on delete cascade,
  constraint version_assets_asset_id_fkey foreign key (advertiser_id, asset_id)
    references adflow.assets (advertiser_id, asset_id) on delete cascade
);

create index version_assets_asset_id_idx on adflow.version_assets (advertiser_id, asset_id);

-- Views -----------------------------------------------------------------------------------------------------------

create view adflow.users_masked with (security_barrier = true, security_invoker = false) as
select
  user_id as user_id,
  advertiser_id as advertiser_id,
  left(email::text, 1) || '***' as email,
  '***'::text as name,
  role as role,
  status as status,
  restricted as restricted,
  created_at as created_at,
  updated_at as updated_at,
  created_by as created_by,
  updated_by as updated_by
from adflow.users
where advertiser_id = (select adflow.advertiser_id());

-- Functions -------------------------------------------------------------------------------------------------------

create function adflow.maintain_partitions(as_of date default current_date) returns void
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
      ('audit_events', 3, 84, true, 'detach', 'autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005'),
      ('impressions', 1, 6, true, 'detach', 'autovacuum_vacuum_insert_scale_factor = 0.05'),
      ('clicks', 1, 13, true, 'detach', 'autovacuum_vacuum_insert_scale_factor = 0.05'),
      ('spend_per_day', 3, 120, true, 'detach', 'autovacuum_vacuum_scale_factor = 0.0005, autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_analyze_scale_factor = 0.005')
    ) as rules (name, every, keep, secured, leave, settings)
  loop
    low := make_date(extract(year from as_of)::int, 1, 1);
    while low < as_of + interval '12 months' loop
      suffix := case rule.every when 12 then to_char(low, 'YYYY') when 3 then to_char(low, 'YYYY"_q"Q')
        else to_char(low, 'YYYY_MM') end;
      if low + make_interval(months => rule.every) > as_of
        and to_regclass(format('%I.%I', 'adflow', rule.name || '_' || suffix)) is null
      then
        execute format('create table %I.%I partition of %I.%I for values from (%L) to (%L)',
          'adflow', rule.name || '_' || suffix, 'adflow', rule.name, low, low + make_interval(months => rule.every));
        if rule.secured then
          execute format('alter table %I.%I enable row level security, force row level security',
            'adflow', rule.name || '_' || suffix);
        end if;
        if rule.settings <> '' then
          execute format('alter table %I.%I set (%s)', 'adflow', rule.name || '_' || suffix, rule.settings);
        end if;
      end if;
      low := low + make_interval(months => rule.every);
    end loop;
    for old in
      select c.oid::regclass as child,
        (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::date as ends
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = to_regclass(format('%I.%I', 'adflow', rule.name))
    loop
      if rule.keep > 0 and old.ends <= as_of - make_interval(months => rule.keep) then
        if rule.leave = 'drop' then
          execute format('drop table %s', old.child);
        else
          execute format('alter table %I.%I detach partition %s', 'adflow', rule.name, old.child);
        end if;
      end if;
    end loop;
  end loop;
end
$$;

create function adflow.analyze_partitioned() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  analyze only adflow.audit_events;
  analyze only adflow.impressions;
  analyze only adflow.clicks;
  analyze only adflow.spend_per_day;
end
$$;

create function adflow.groups_that_target(shape jsonb)
returns table (ad_group_id uuid, campaign_id uuid, name text) language sql stable security definer parallel safe
set search_path = pg_catalog, adflow, extensions, pg_temp
as $$ SELECT ad_group_id, campaign_id, name FROM ad_groups WHERE ad_groups.advertiser_id = (SELECT adflow.advertiser_id()) AND targeting @> $1 ORDER BY name LIMIT 100 $$;

create function adflow.search_creatives(language regconfig, words text)
returns table (creative_id uuid, version integer, headline text, rank real) language sql stable security definer parallel safe
set search_path = pg_catalog, adflow, extensions, pg_temp
as $$ SELECT creative_id, version, headline, ts_rank(search, websearch_to_tsquery($1, $2)) AS rank FROM creative_versions WHERE creative_versions.advertiser_id = (SELECT adflow.advertiser_id()) AND search @@ websearch_to_tsquery($1, $2) ORDER BY rank DESC LIMIT 20 $$;

-- Triggers --------------------------------------------------------------------------------------------------------

create trigger campaigns_touch before update on adflow.campaigns
  for each row execute function adflow.touch_with_actor();

create trigger ad_groups_touch before update on adflow.ad_groups
  for each row execute function adflow.touch_with_actor();

create trigger ads_touch before update on adflow.ads
  for each row execute function adflow.touch_with_actor();

create trigger budgets_touch before update on adflow.budgets
  for each row execute function adflow.touch();

create trigger creatives_touch before update on adflow.creatives
  for each row execute function adflow.touch_with_actor();

create trigger creative_versions_touch before update on adflow.creative_versions
  for each row execute function adflow.touch_with_actor();

create trigger assets_touch before update on adflow.assets
  for each row execute function adflow.touch();

create trigger placements_touch before update on adflow.placements
  for each row execute function adflow.touch();

create trigger rolled_windows_touch before update on adflow.rolled_windows
  for each row execute function adflow.touch();

create trigger advertisers_touch before update on adflow.advertisers
  for each row execute function adflow.touch_with_actor();

create trigger users_touch before update on adflow.users
  for each row execute function adflow.touch_with_actor();

-- Row-level security ----------------------------------------------------------------------------------------------

alter table adflow.audit_events enable row level security, force row level security;
alter table adflow.audit_events_2024_q4 enable row level security, force row level security;
alter table adflow.audit_events_2025_q1 enable row level security, force row level security;
alter table adflow.audit_events_2025_q2 enable row level security, force row level security;
alter table adflow.audit_events_2025_q3 enable row level security, force row level security;
alter table adflow.audit_events_2025_q4 enable row level security, force row level security;
alter table adflow.audit_events_2026_q1 enable row level security, force row level security;
alter table adflow.audit_events_2026_q2 enable row level security, force row level security;
alter table adflow.audit_events_2026_q3 enable row level security, force row level security;
alter table adflow.audit_events_2026_q4 enable row level security, force row level security;
create policy tenant_floor on adflow.audit_events as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.audit_events as permissive for select to web, auditor
  using (true);
create policy insert_rows on adflow.audit_events as permissive for insert to web
  with check (true);

alter table adflow.campaigns enable row level security, force row level security;
create policy tenant_floor on adflow.campaigns as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.campaigns as permissive for select to web, adserver
  using (true);
create policy insert_rows on adflow.campaigns as permissive for insert to web
  with check (true);
create policy update_rows on adflow.campaigns as permissive for update to web
  using (true)
  with check (true);

alter table adflow.ad_groups enable row level security, force row level security;
create policy tenant_floor on adflow.ad_groups as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.ad_groups as permissive for select to web, adserver, adflow_searcher
  using (true);
create policy insert_rows on adflow.ad_groups as permissive for insert to web
  with check (true);

alter table adflow.ads enable row level security, force row level security;
create policy tenant_floor on adflow.ads as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.ads as permissive for select to web, adserver
  using (true);
create policy insert_rows on adflow.ads as permissive for insert to web
  with check (true);
create policy update_rows on adflow.ads as permissive for update to web
  using (true)
  with check (true);

alter table adflow.budgets enable row level security, force row level security;
create policy tenant_floor on adflow.budgets as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.budgets as permissive for select to web, adserver
  using (true);
create policy insert_rows on adflow.budgets as permissive for insert to web
  with check (true);
create policy update_rows on adflow.budgets as permissive for update to web, adserver
  using (true)
  with check (true);

alter table adflow.creatives enable row level security, force row level security;
create policy tenant_floor on adflow.creatives as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.creatives as permissive for select to web, adserver
  using (true);
create policy insert_rows on adflow.creatives as permissive for insert to web
  with check (true);

alter table adflow.creative_versions enable row level security, force row level security;
create policy tenant_floor on adflow.creative_versions as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.creative_versions as permissive for select to web, adserver, adflow_searcher
  using (true);
create policy insert_rows on adflow.creative_versions as permissive for insert to web
  with check (true);
create policy update_rows on adflow.creative_versions as permissive for update to web
  using (true)
  with check (true);

alter table adflow.assets enable row level security, force row level security;
create policy tenant_floor on adflow.assets as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.assets as permissive for select to web, adserver
  using (true);
create policy insert_rows on adflow.assets as permissive for insert to web
  with check (true);
create policy update_rows on adflow.assets as permissive for update to web
  using (true)
  with check (true);

alter table adflow.impressions enable row level security, force row level security;
alter table adflow.impressions_2025_08 enable row level security, force row level security;
alter table adflow.impressions_2025_09 enable row level security, force row level security;
alter table adflow.impressions_2025_10 enable row level security, force row level security;
alter table adflow.impressions_2025_11 enable row level security, force row level security;
alter table adflow.impressions_2025_12 enable row level security, force row level security;
alter table adflow.impressions_2026_01 enable row level security, force row level security;
alter table adflow.impressions_2026_02 enable row level security, force row level security;
alter table adflow.impressions_2026_03 enable row level security, force row level security;
alter table adflow.impressions_2026_04 enable row level security, force row level security;
alter table adflow.impressions_2026_05 enable row level security, force row level security;
alter table adflow.impressions_2026_06 enable row level security, force row level security;
alter table adflow.impressions_2026_07 enable row level security, force row level security;
alter table adflow.impressions_2026_08 enable row level security, force row level security;
alter table adflow.impressions_2026_09 enable row level security, force row level security;
alter table adflow.impressions_2026_10 enable row level security, force row level security;
alter table adflow.impressions_2026_11 enable row level security, force row level security;
alter table adflow.impressions_2026_12 enable row level security, force row level security;
create policy select_rows on adflow.impressions as permissive for select to rollup
  using (true);
create policy insert_rows on adflow.impressions as permissive for insert to ingest
  with check (true);

alter table adflow.clicks enable row level security, force row level security;
alter table adflow.clicks_2025_01 enable row level security, force row level security;
alter table adflow.clicks_2025_02 enable row level security, force row level security;
alter table adflow.clicks_2025_03 enable row level security, force row level security;
alter table adflow.clicks_2025_04 enable row level security, force row level security;
alter table adflow.clicks_2025_05 enable row level security, force row level security;
alter table adflow.clicks_2025_06 enable row level security, force row level security;
alter table adflow.clicks_2025_07 enable row level security, force row level security;
alter table adflow.clicks_2025_08 enable row level security, force row level security;
alter table adflow.clicks_2025_09 enable row level security, force row level security;
alter table adflow.clicks_2025_10 enable row level security, force row level security;
alter table adflow.clicks_2025_11 enable row level security, force row level security;
alter table adflow.clicks_2025_12 enable row level security, force row level security;
alter table adflow.clicks_2026_01 enable row level security, force row level security;
alter table adflow.clicks_2026_02 enable row level security, force row level security;
alter table adflow.clicks_2026_03 enable row level security, force row level security;
alter table adflow.clicks_2026_04 enable row level security, force row level security;
alter table adflow.clicks_2026_05 enable row level security, force row level security;
alter table adflow.clicks_2026_06 enable row level security, force row level security;
alter table adflow.clicks_2026_07 enable row level security, force row level security;
alter table adflow.clicks_2026_08 enable row level security, force row level security;
alter table adflow.clicks_2026_09 enable row level security, force row level security;
alter table adflow.clicks_2026_10 enable row level security, force row level security;
alter table adflow.clicks_2026_11 enable row level security, force row level security;
alter table adflow.clicks_2026_12 enable row level security, force row level security;
create policy select_rows on adflow.clicks as permissive for select to ingest, rollup, analyst
  using (true);
create policy insert_rows on adflow.clicks as permissive for insert to ingest
  with check (true);

alter table adflow.spend_per_day enable row level security, force row level security;
alter table adflow.spend_per_day_2025_q1 enable row level security, force row level security;
alter table adflow.spend_per_day_2025_q2 enable row level security, force row level security;
alter table adflow.spend_per_day_2025_q3 enable row level security, force row level security;
alter table adflow.spend_per_day_2025_q4 enable row level security, force row level security;
alter table adflow.spend_per_day_2026_q1 enable row level security, force row level security;
alter table adflow.spend_per_day_2026_q2 enable row level security, force row level security;
alter table adflow.spend_per_day_2026_q3 enable row level security, force row level security;
alter table adflow.spend_per_day_2026_q4 enable row level security, force row level security;
create policy tenant_floor on adflow.spend_per_day as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.spend_per_day as permissive for select to web, rollup, analyst
  using (true);
create policy insert_rows on adflow.spend_per_day as permissive for insert to rollup
  with check (true);
create policy update_rows on adflow.spend_per_day as permissive for update to rollup
  using (true)
  with check (true);

alter table adflow.advertisers enable row level security, force row level security;
create policy tenant_floor on adflow.advertisers as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.advertisers as permissive for select to web, analyst, operator
  using (true);
create policy insert_rows on adflow.advertisers as permissive for insert to operator
  with check (true);

alter table adflow.users enable row level security, force row level security;
create policy tenant_floor on adflow.users as restrictive for all to web, adflow_masker
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.users as permissive for select to web, operator, adflow_masker
  using (true);
create policy insert_rows on adflow.users as permissive for insert to web
  with check (true);
create policy delete_rows on adflow.users as permissive for delete to operator
  using (true);

alter table adflow.version_assets enable row level security, force row level security;
create policy tenant_floor on adflow.version_assets as restrictive for all to web
  using (advertiser_id = (select adflow.advertiser_id()))
  with check (advertiser_id = (select adflow.advertiser_id()));
create policy select_rows on adflow.version_assets as permissive for select to web, adserver
  using (true);
create policy insert_rows on adflow.version_assets as permissive for insert to web
  with check (true);

-- Privileges ------------------------------------------------------------------------------------------------------

reset role;

alter view adflow.users_masked owner to adflow_masker;

alter function adflow.groups_that_target(jsonb) owner to adflow_searcher;

alter function adflow.search_creatives(regconfig, text) owner to adflow_searcher;

grant usage on schema adflow to adflow_masker;
grant execute on function adflow.actor() to adflow_masker;
grant execute on function adflow.advertiser_id() to adflow_masker;
grant select (advertiser_id, created_at, created_by, email, restricted, role, status, updated_at, updated_by, user_id) on adflow.users to adflow_masker;

grant usage on schema adflow to adflow_searcher;
grant execute on function adflow.actor() to adflow_searcher;
grant execute on function adflow.advertiser_id() to adflow_searcher;
grant select (ad_group_id, advertiser_id, campaign_id, name, targeting) on adflow.ad_groups to adflow_searcher;
grant select (advertiser_id, creative_id, headline, search, version) on adflow.creative_versions to adflow_searcher;

grant usage on schema adflow to adserver;
grant execute on function adflow.actor() to adserver;
grant execute on function adflow.advertiser_id() to adserver;
grant select (ad_group_id, advertiser_id, bid, campaign_id, status, targeting) on adflow.ad_groups to adserver;
grant select (ad_group_id, advertiser_id, creative_id, status, weight) on adflow.ads to adserver;
grant select (advertiser_id, asset_id, bytes, mime_type, sha256) on adflow.assets to adserver;
grant select (advertiser_id, campaign_id, daily_limit, reserved, total_limit, version) on adflow.budgets to adserver;
grant select (advertiser_id, campaign_id, status) on adflow.campaigns to adserver;
grant select (advertiser_id, approved_at, body, content, creative_id, headline, landing_url, shape, version) on adflow.creative_versions to adserver;
grant select (advertiser_id, creative_id, format, status) on adflow.creatives to adserver;
grant select (advertiser_id, asset_id, creative_id, version) on adflow.version_assets to adserver;
grant update (reserved, version) on adflow.budgets to adserver;

grant usage on schema adflow to analyst;
grant execute on function adflow.actor() to analyst;
grant execute on function adflow.advertiser_id() to analyst;
grant select (advertiser_id, region) on adflow.advertisers to analyst;
grant select (cost, placement_id, shown_at) on adflow.clicks to analyst;
grant select (name, placement_id, publisher) on adflow.placements to analyst;
grant select (advertiser_id, cost, day) on adflow.spend_per_day to analyst;

grant usage on schema adflow to auditor;
grant execute on function adflow.actor() to auditor;
grant execute on function adflow.advertiser_id() to auditor;
grant select (action, actor_id, address, advertiser_id, after, before, component, happened_at, subject, subject_id) on adflow.audit_events to auditor;

grant usage on schema adflow to ingest;
grant execute on function adflow.actor() to ingest;
grant execute on function adflow.advertiser_id() to ingest;
grant insert (ad_group_id, advertiser_id, campaign_id, cost, impression_id, placement_id, shown_at) on adflow.clicks to ingest;
grant insert (ad_group_id, advertiser_id, campaign_id, cost, country, creative_id, impression_id, placement_id, shown_at, viewer) on adflow.impressions to ingest;
grant select (advertiser_id, impression_id, shown_at) on adflow.clicks to ingest;

grant usage on schema adflow to inventory;
grant execute on function adflow.actor() to inventory;
grant execute on function adflow.advertiser_id() to inventory;
grant insert (floor_price, format, name, publisher, region) on adflow.placements to inventory;
grant select (floor_price, name, publisher) on adflow.placements to inventory;
grant update (active, floor_price) on adflow.placements to inventory;

grant usage on schema adflow to operator;
grant delete on adflow.users to operator;
grant execute on function adflow.actor() to operator;
grant execute on function adflow.advertiser_id() to operator;
grant insert (currency, name, region) on adflow.advertisers to operator;
grant select (advertiser_id) on adflow.advertisers to operator;
grant select (created_at, status) on adflow.users to operator;

grant usage on schema adflow to rollup;
grant execute on function adflow.actor() to rollup;
grant execute on function adflow.advertiser_id() to rollup;
grant insert (source, starts_at, stops_at) on adflow.rolled_windows to rollup;
grant insert (ad_group_id, advertiser_id, campaign_id, clicks, cost, day, impressions) on adflow.spend_per_day to rollup;
grant select (ad_group_id, advertiser_id, campaign_id, clicked_at, cost, shown_at) on adflow.clicks to rollup;
grant select (ad_group_id, advertiser_id, campaign_id, cost, shown_at) on adflow.impressions to rollup;
grant select (ad_group_id, advertiser_id, clicks, cost, day, impressions) on adflow.spend_per_day to rollup;
grant update (clicks, cost, impressions) on adflow.spend_per_day to rollup;

grant usage on schema adflow to support;
grant execute on function adflow.actor() to support;
grant execute on function adflow.advertiser_id() to support;
grant select (email, name, role, status, user_id) on adflow.users_masked to support;

grant usage on schema adflow to web;
grant execute on function adflow.actor() to web;
grant execute on function adflow.advertiser_id() to web;
grant execute on function adflow.groups_that_target(jsonb) to web;
grant execute on function adflow.search_creatives(regconfig, text) to web;
grant insert (bid, campaign_id, name, targeting) on adflow.ad_groups to web;
grant insert (ad_group_id, creative_id, weight) on adflow.ads to web;
grant insert (bytes, mime_type, sha256) on adflow.assets to web;
grant insert (action, actor_id, address, after, before, component, reason, subject, subject_id) on adflow.audit_events to web;
grant insert (campaign_id, daily_limit, total_limit) on adflow.budgets to web;
grant insert (ends_on, name, objective, starts_on) on adflow.campaigns to web;
grant insert (body, content, creative_id, headline, landing_url, language, version) on adflow.creative_versions to web;
grant insert (format, name) on adflow.creatives to web;
grant insert (email, name, role, status) on adflow.users to web;
grant insert (asset_id, creative_id, version) on adflow.version_assets to web;
grant select (ad_group_id, bid, campaign_id, name, status, targeting) on adflow.ad_groups to web;
grant select (ad_group_id, advertiser_id, creative_id, weight) on adflow.ads to web;
grant select (advertiser_id, currency, name, region, settings, status) on adflow.advertisers to web;
grant select (advertiser_id, asset_id, bytes, mime_type, sha256) on adflow.assets to web;
grant select (action, actor_id, after, before, happened_at, reason, subject_id) on adflow.audit_events to web;
grant select (advertiser_id, campaign_id, daily_limit, reserved, total_limit, version) on adflow.budgets to web;
grant select (campaign_id, ends_on, name, objective, starts_on, status, updated_at) on adflow.campaigns to web;
grant select (advertiser_id, approved_at, body, content, creative_id, headline, landing_url, shape, version) on adflow.creative_versions to web;
grant select (creative_id) on adflow.creatives to web;
grant select (active, floor_price, format, name, placement_id, publisher, region) on adflow.placements to web;
grant select (campaign_id, clicks, cost, day, impressions) on adflow.spend_per_day to web;
grant select (email, name, role, status, user_id) on adflow.users to web;
grant select (advertiser_id, asset_id, creative_id, version) on adflow.version_assets to web;
grant update (status, weight) on adflow.ads to web;
grant update (mime_type) on adflow.assets to web;
grant update (daily_limit, total_limit, version) on adflow.budgets to web;
grant update (ends_on, name, status) on adflow.campaigns to web;
grant update (approved_at) on adflow.creative_versions to web;

-- Comments --------------------------------------------------------------------------------------------------------

comment on table adflow.audit_events is 'Something a person or a machine did that must be explained later.';
comment on column adflow.audit_events.advertiser_id is 'No foreign key; evidence outlives the account';
comment on column adflow.audit_events.actor_id is 'The user; empty for a machine';
comment on column adflow.audit_events.component is 'What acted';
comment on column adflow.audit_events.subject_id is 'No foreign key; the subject may be gone';
comment on column adflow.audit_events.before is 'The row before; empty for something new';
comment on column adflow.audit_events.after is 'The row after; empty for something deleted';
comment on column adflow.audit_events.reason is 'What the person wrote';
comment on index adflow.audit_events_actor_id_happened_at_idx is 'Serves entities.audit_events.indexes, access.events-of-actor.';
comment on index adflow.audit_events_subject_id_happened_at_idx is 'Serves entities.audit_events.indexes, access.history-of-subject.';

comment on table adflow.campaigns is 'An undertaking of an advertiser with a goal, a period and a budget.';
comment on column adflow.campaigns.ends_on is 'Empty while no end is planned';
comment on column adflow.campaigns.created_at is 'When the row was written.';
comment on column adflow.campaigns.updated_at is 'When the row was last changed.';
comment on column adflow.campaigns.created_by is 'Who wrote the row.';
comment on column adflow.campaigns.updated_by is 'Who changed the row last.';
comment on index adflow.campaigns_advertiser_id_status_updated_at_covering_idx is 'Serves entities.campaigns.indexes, access.campaign-list, access.eligible-ads, access.invoice-lines.';

comment on table adflow.ad_groups is 'A part of a campaign with one audience and one bid.';
comment on column adflow.ad_groups.advertiser_id is 'The tenant that owns the row.';
comment on column adflow.ad_groups.bid is 'Price of a click';
comment on column adflow.ad_groups.targeting is 'Countries, devices, hours; its shape grows with every release';
comment on column adflow.ad_groups.created_at is 'When the row was written.';
comment on column adflow.ad_groups.updated_at is 'When the row was last changed.';
comment on column adflow.ad_groups.created_by is 'Who wrote the row.';
comment on column adflow.ad_groups.updated_by is 'Who changed the row last.';
comment on index adflow.ad_groups_targeting_idx is 'Serves entities.ad_groups.indexes, access.groups-that-target.';

comment on table adflow.ads is 'A creative that an ad group shows.';
comment on column adflow.ads.advertiser_id is 'The tenant that owns the row.';
comment on column adflow.ads.ad_group_id is 'Which creatives an ad group shows';
comment on column adflow.ads.creative_id is 'Which creatives an ad group shows';
comment on column adflow.ads.weight is 'Share among the ads of the group';
comment on column adflow.ads.created_at is 'When the row was written.';
comment on column adflow.ads.updated_at is 'When the row was last changed.';
comment on column adflow.ads.created_by is 'Who wrote the row.';
comment on column adflow.ads.updated_by is 'Who changed the row last.';
comment on index adflow.ads_advertiser_id_ad_group_id_creative_id_covering_partial_idx is 'Serves entities.ads.indexes, access.eligible-ads.';
comment on index adflow.ads_creative_id_idx is 'Serves references.ads_creative_id_fkey.';

comment on table adflow.budgets is 'What a campaign may cost, and how much of it is handed out to the ad servers.';
comment on column adflow.budgets.advertiser_id is 'The tenant that owns the row.';
comment on column adflow.budgets.daily_limit is 'The pace that slices keep';
comment on column adflow.budgets.reserved is 'In all slices so far';
comment on column adflow.budgets.version is 'Counts changes; compare-and-set compares it';
comment on column adflow.budgets.created_at is 'When the row was written.';
comment on column adflow.budgets.updated_at is 'When the row was last changed.';

comment on table adflow.creatives is 'An advertisement as a thing of its own, whatever its current text.';
comment on column adflow.creatives.created_at is 'When the row was written.';
comment on column adflow.creatives.updated_at is 'When the row was last changed.';
comment on column adflow.creatives.created_by is 'Who wrote the row.';
comment on column adflow.creatives.updated_by is 'Who changed the row last.';
comment on index adflow.creatives_creative_id_covering_partial_idx is 'Serves entities.creatives.indexes, access.eligible-ads.';

comment on table adflow.creative_versions is 'What a creative said and looked like at one time; never changed, only followed by the next version.';
comment on column adflow.creative_versions.advertiser_id is 'The tenant that owns the row.';
comment on column adflow.creative_versions.language is 'Text search configuration of this text';
comment on column adflow.creative_versions.content is 'Buttons, colours, captions: whatever the format has';
comment on column adflow.creative_versions.shape is 'Version of the shape of content; readers know all of them';
comment on column adflow.creative_versions.approved_at is 'Empty until a reviewer signs';
comment on column adflow.creative_versions.search is 'What full-text search matches.';
comment on column adflow.creative_versions.created_at is 'When the row was written.';
comment on column adflow.creative_versions.updated_at is 'When the row was last changed.';
comment on column adflow.creative_versions.created_by is 'Who wrote the row.';
comment on column adflow.creative_versions.updated_by is 'Who changed the row last.';
comment on index adflow.creative_versions_search_idx is 'Serves entities.creative_versions.indexes, access.search-creatives.';

comment on table adflow.assets is 'A picture or video that a version uses; the bytes are in the object store.';
comment on column adflow.assets.sha256 is 'Name in the object store; a file is kept once';
comment on column adflow.assets.created_at is 'When the row was written.';
comment on column adflow.assets.updated_at is 'When the row was last changed.';

comment on table adflow.placements is 'A place on a publisher''s page where an ad can stand; every advertiser may bid for it.';
comment on column adflow.placements.created_at is 'When the row was written.';
comment on column adflow.placements.updated_at is 'When the row was last changed.';
comment on index adflow.placements_format_region_active_covering_idx is 'Serves entities.placements.indexes, access.placements-of-format.';

comment on table adflow.impressions is 'One ad shown to one viewer.';
comment on column adflow.impressions.advertiser_id is 'No foreign key, as below: an event outlives what it names';
comment on column adflow.impressions.campaign_id is 'What was advertised';
comment on column adflow.impressions.ad_group_id is 'What won the auction';
comment on column adflow.impressions.creative_id is 'What was seen';
comment on column adflow.impressions.placement_id is 'Where';
comment on column adflow.impressions.viewer is 'Keyed hash, a new key each day; empty without consent';
comment on column adflow.impressions.country is 'ISO 3166 code';
comment on index adflow.impressions_shown_at_idx is 'Serves entities.impressions.indexes, access.roll-up-impressions.';

comment on table adflow.clicks is 'A viewer followed an ad; counted once an impression.';
comment on column adflow.clicks.impression_id is 'The view it follows; its time comes signed with the link';
comment on column adflow.clicks.advertiser_id is 'No foreign key, as in impressions';
comment on column adflow.clicks.campaign_id is 'What was advertised';
comment on column adflow.clicks.ad_group_id is 'What won the auction';
comment on column adflow.clicks.placement_id is 'Where';
comment on column adflow.clicks.shown_at is 'Partitions follow the view, so the key can refuse a second click';
comment on index adflow.clicks_clicked_at_idx is 'Serves entities.clicks.indexes, access.roll-up-clicks.';

comment on table adflow.spend_per_day is 'Views, clicks and cost of an ad group on one day (UTC).';
comment on column adflow.spend_per_day.advertiser_id is 'The tenant that owns the row.';
comment on index adflow.spend_per_day_advertiser_id_campaign_id_day_covering_idx is 'Serves entities.spend_per_day.indexes, access.campaign-dashboard.';
comment on index adflow.spend_per_day_advertiser_id_day_covering_idx is 'Serves entities.spend_per_day.indexes, access.account-overview, access.invoice-lines.';

comment on table adflow.rolled_windows is 'A window of five minutes whose events are in the daily sums.';
comment on column adflow.rolled_windows.created_at is 'When the row was written.';
comment on column adflow.rolled_windows.updated_at is 'When the row was last changed.';

comment on table adflow.advertisers is 'A company that buys advertising.';
comment on column adflow.advertisers.region is 'Home region; its rows are written there and nowhere else';
comment on column adflow.advertisers.currency is 'ISO 4217 code of all its amounts';
comment on column adflow.advertisers.settings is 'Preferences of the application, read and written whole';
comment on column adflow.advertisers.created_at is 'When the row was written.';
comment on column adflow.advertisers.updated_at is 'When the row was last changed.';
comment on column adflow.advertisers.created_by is 'Who wrote the row.';
comment on column adflow.advertisers.updated_by is 'Who changed the row last.';

comment on table adflow.users is 'A person who works for an advertiser.';
comment on column adflow.users.restricted is 'Processing is restricted (GDPR article 18)';
comment on column adflow.users.created_at is 'When the row was written.';
comment on column adflow.users.updated_at is 'When the row was last changed.';
comment on column adflow.users.created_by is 'Who wrote the row.';
comment on column adflow.users.updated_by is 'Who changed the row last.';
comment on index adflow.users_advertiser_id_name_covering_idx is 'Serves entities.users.indexes, access.sign-in, access.colleagues, access.find-user-for-support.';
comment on index adflow.users_created_at_partial_idx is 'Serves entities.users.indexes, access.forget-invited-users.';

comment on table adflow.version_assets is 'Which files a version shows';
comment on column adflow.version_assets.advertiser_id is 'The tenant that owns the row.';
comment on column adflow.version_assets.creative_id is 'Which files a version shows';
comment on column adflow.version_assets.version is 'Which files a version shows';
comment on column adflow.version_assets.asset_id is 'Which files a version shows';
comment on index adflow.version_assets_asset_id_idx is 'Serves references.version_assets_asset_id_fkey.';

comment on view adflow.users_masked is '`users` without personal data in clear.';

comment on function adflow.advertiser_id() is 'The tenant of this transaction.';

comment on function adflow.actor() is 'Who acts in this session: what the data layer set, else the role that signed in.';

comment on function adflow.touch() is 'Keeps the audit columns of a changed row true.';

comment on function adflow.touch_with_actor() is 'Keeps the audit columns of a changed row true.';

comment on function adflow.maintain_partitions(date) is 'Makes and drops partitions by age.';

comment on function adflow.analyze_partitioned() is 'Gathers the statistics of partitioned tables as a whole.';

comment on function adflow.groups_that_target(jsonb) is 'Which groups reach a country, before a rule there changes.';

comment on function adflow.search_creatives(regconfig, text) is 'Find an old text again, best match first.';

commit;
