-- Rows that break a rule of the design. A healthy database returns no row.
-- Run: psql -X -v ON_ERROR_STOP=1 -d DATABASE -f invariants.sql
begin transaction isolation level repeatable read read only;
set local search_path = adflow, extensions, pg_temp;
do $$ begin
  if not (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then
    raise exception 'row-level security hides rows from %', current_user using hint = 'run it as a superuser or as a role with bypassrls';
  end if;
end $$;

-- integrity/audit_events.audit_events_pkey: (advertiser_id, event_id, happened_at) occurs once
select 'integrity/audit_events.audit_events_pkey' as claim, broken.* from (
  select advertiser_id, event_id, happened_at, count(*) as times from adflow.audit_events where advertiser_id is not null and event_id is not null and happened_at is not null
  group by advertiser_id, event_id, happened_at having count(*) > 1
) as broken limit 10;

-- integrity/audit_events.audit_events_action_check: every row fulfils action in ('sign in', 'create', 'change', 'approve', 'delete', 'export')
select 'integrity/audit_events.audit_events_action_check' as claim, broken.* from (
  select * from adflow.audit_events where not (action in ('sign in', 'create', 'change', 'approve', 'delete', 'export'))
) as broken limit 10;

-- integrity/audit_events.audit_events_subject_check: every row fulfils subject in ('advertiser', 'user', 'campaign', 'ad group', 'budget', 'creative')
select 'integrity/audit_events.audit_events_subject_check' as claim, broken.* from (
  select * from adflow.audit_events where not (subject in ('advertiser', 'user', 'campaign', 'ad group', 'budget', 'creative'))
) as broken limit 10;

-- integrity/audit_events.event_id.not_null: event_id is never empty
select 'integrity/audit_events.event_id.not_null' as claim, broken.* from (
  select * from adflow.audit_events where event_id is null
) as broken limit 10;

-- integrity/audit_events.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/audit_events.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.audit_events where advertiser_id is null
) as broken limit 10;

-- integrity/audit_events.happened_at.not_null: happened_at is never empty
select 'integrity/audit_events.happened_at.not_null' as claim, broken.* from (
  select * from adflow.audit_events where happened_at is null
) as broken limit 10;

-- integrity/audit_events.component.not_null: component is never empty
select 'integrity/audit_events.component.not_null' as claim, broken.* from (
  select * from adflow.audit_events where component is null
) as broken limit 10;

-- integrity/audit_events.action.not_null: action is never empty
select 'integrity/audit_events.action.not_null' as claim, broken.* from (
  select * from adflow.audit_events where action is null
) as broken limit 10;

-- integrity/audit_events.subject.not_null: subject is never empty
select 'integrity/audit_events.subject.not_null' as claim, broken.* from (
  select * from adflow.audit_events where subject is null
) as broken limit 10;

-- integrity/audit_events.subject_id.not_null: subject_id is never empty
select 'integrity/audit_events.subject_id.not_null' as claim, broken.* from (
  select * from adflow.audit_events where subject_id is null
) as broken limit 10;

-- integrity/audit_events.reason.not_null: reason is never empty
select 'integrity/audit_events.reason.not_null' as claim, broken.* from (
  select * from adflow.audit_events where reason is null
) as broken limit 10;

-- integrity/campaigns.campaigns_pkey: (advertiser_id, campaign_id) occurs once
select 'integrity/campaigns.campaigns_pkey' as claim, broken.* from (
  select advertiser_id, campaign_id, count(*) as times from adflow.campaigns where advertiser_id is not null and campaign_id is not null
  group by advertiser_id, campaign_id having count(*) > 1
) as broken limit 10;

-- integrity/campaigns.campaigns_advertiser_id_name_key: (advertiser_id, name) occurs once
select 'integrity/campaigns.campaigns_advertiser_id_name_key' as claim, broken.* from (
  select advertiser_id, name, count(*) as times from adflow.campaigns where advertiser_id is not null and name is not null
  group by advertiser_id, name having count(*) > 1
) as broken limit 10;

-- integrity/campaigns.campaigns_advertiser_id_fkey: (advertiser_id) leads to a row of advertisers
select 'integrity/campaigns.campaigns_advertiser_id_fkey' as claim, broken.* from (
  select here.advertiser_id from adflow.campaigns as here
  where here.advertiser_id is not null and not exists (
    select from adflow.advertisers as there where there.advertiser_id = here.advertiser_id)
) as broken limit 10;

-- integrity/campaigns.campaigns_ends_after_start: every row fulfils ends_on >= starts_on
select 'integrity/campaigns.campaigns_ends_after_start' as claim, broken.* from (
  select * from adflow.campaigns where not (ends_on >= starts_on)
) as broken limit 10;

-- integrity/campaigns.campaigns_objective_check: every row fulfils objective in ('awareness', 'visits', 'sales')
select 'integrity/campaigns.campaigns_objective_check' as claim, broken.* from (
  select * from adflow.campaigns where not (objective in ('awareness', 'visits', 'sales'))
) as broken limit 10;

-- integrity/campaigns.campaigns_status_check: every row fulfils status in ('draft', 'active', 'paused', 'ended')
select 'integrity/campaigns.campaigns_status_check' as claim, broken.* from (
  select * from adflow.campaigns where not (status in ('draft', 'active', 'paused', 'ended'))
) as broken limit 10;

-- integrity/campaigns.campaign_id.not_null: campaign_id is never empty
select 'integrity/campaigns.campaign_id.not_null' as claim, broken.* from (
  select * from adflow.campaigns where campaign_id is null
) as broken limit 10;

-- integrity/campaigns.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/campaigns.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.campaigns where advertiser_id is null
) as broken limit 10;

-- integrity/campaigns.name.not_null: name is never empty
select 'integrity/campaigns.name.not_null' as claim, broken.* from (
  select * from adflow.campaigns where name is null
) as broken limit 10;

-- integrity/campaigns.objective.not_null: objective is never empty
select 'integrity/campaigns.objective.not_null' as claim, broken.* from (
  select * from adflow.campaigns where objective is null
) as broken limit 10;

-- integrity/campaigns.status.not_null: status is never empty
select 'integrity/campaigns.status.not_null' as claim, broken.* from (
  select * from adflow.campaigns where status is null
) as broken limit 10;

-- integrity/campaigns.starts_on.not_null: starts_on is never empty
select 'integrity/campaigns.starts_on.not_null' as claim, broken.* from (
  select * from adflow.campaigns where starts_on is null
) as broken limit 10;

-- integrity/campaigns.created_at.not_null: created_at is never empty
select 'integrity/campaigns.created_at.not_null' as claim, broken.* from (
  select * from adflow.campaigns where created_at is null
) as broken limit 10;

-- integrity/campaigns.updated_at.not_null: updated_at is never empty
select 'integrity/campaigns.updated_at.not_null' as claim, broken.* from (
  select * from adflow.campaigns where updated_at is null
) as broken limit 10;

-- integrity/campaigns.created_by.not_null: created_by is never empty
select 'integrity/campaigns.created_by.not_null' as claim, broken.* from (
  select * from adflow.campaigns where created_by is null
) as broken limit 10;

-- integrity/campaigns.updated_by.not_null: updated_by is never empty
select 'integrity/campaigns.updated_by.not_null' as claim, broken.* from (
  select * from adflow.campaigns where updated_by is null
) as broken limit 10;

-- integrity/ad_groups.ad_groups_pkey: (advertiser_id, ad_group_id) occurs once
select 'integrity/ad_groups.ad_groups_pkey' as claim, broken.* from (
  select advertiser_id, ad_group_id, count(*) as times from adflow.ad_groups where advertiser_id is not null and ad_group_id is not null
  group by advertiser_id, ad_group_id having count(*) > 1
) as broken limit 10;

-- integrity/ad_groups.ad_groups_advertiser_id_campaign_id_name_key: (advertiser_id, campaign_id, name) occurs once
select 'integrity/ad_groups.ad_groups_advertiser_id_campaign_id_name_key' as claim, broken.* from (
  select advertiser_id, campaign_id, name, count(*) as times from adflow.ad_groups where advertiser_id is not null and campaign_id is not null and name is not null
  group by advertiser_id, campaign_id, name having count(*) > 1
) as broken limit 10;

-- integrity/ad_groups.ad_groups_advertiser_id_campaign_id_ad_group_id_key: (advertiser_id, campaign_id, ad_group_id) occurs once
select 'integrity/ad_groups.ad_groups_advertiser_id_campaign_id_ad_group_id_key' as claim, broken.* from (
  select advertiser_id, campaign_id, ad_group_id, count(*) as times from adflow.ad_groups where advertiser_id is not null and campaign_id is not null and ad_group_id is not null
  group by advertiser_id, campaign_id, ad_group_id having count(*) > 1
) as broken limit 10;

-- integrity/ad_groups.ad_groups_campaign_id_fkey: (advertiser_id, campaign_id) leads to a row of campaigns
select 'integrity/ad_groups.ad_groups_campaign_id_fkey' as claim, broken.* from (
  select here.advertiser_id, here.campaign_id from adflow.ad_groups as here
  where here.advertiser_id is not null and here.campaign_id is not null and not exists (
    select from adflow.campaigns as there where there.advertiser_id = here.advertiser_id and there.campaign_id = here.campaign_id)
) as broken limit 10;

-- integrity/ad_groups.ad_groups_bid_check: every row fulfils bid > 0
select 'integrity/ad_groups.ad_groups_bid_check' as claim, broken.* from (
  select * from adflow.ad_groups where not (bid > 0)
) as broken limit 10;

-- integrity/ad_groups.ad_groups_status_check: every row fulfils status in ('active', 'paused', 'ended')
select 'integrity/ad_groups.ad_groups_status_check' as claim, broken.* from (
  select * from adflow.ad_groups where not (status in ('active', 'paused', 'ended'))
) as broken limit 10;

-- integrity/ad_groups.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/ad_groups.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where advertiser_id is null
) as broken limit 10;

-- integrity/ad_groups.ad_group_id.not_null: ad_group_id is never empty
select 'integrity/ad_groups.ad_group_id.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where ad_group_id is null
) as broken limit 10;

-- integrity/ad_groups.campaign_id.not_null: campaign_id is never empty
select 'integrity/ad_groups.campaign_id.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where campaign_id is null
) as broken limit 10;

-- integrity/ad_groups.name.not_null: name is never empty
select 'integrity/ad_groups.name.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where name is null
) as broken limit 10;

-- integrity/ad_groups.bid.not_null: bid is never empty
select 'integrity/ad_groups.bid.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where bid is null
) as broken limit 10;

-- integrity/ad_groups.targeting.not_null: targeting is never empty
select 'integrity/ad_groups.targeting.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where targeting is null
) as broken limit 10;

-- integrity/ad_groups.status.not_null: status is never empty
select 'integrity/ad_groups.status.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where status is null
) as broken limit 10;

-- integrity/ad_groups.created_at.not_null: created_at is never empty
select 'integrity/ad_groups.created_at.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where created_at is null
) as broken limit 10;

-- integrity/ad_groups.updated_at.not_null: updated_at is never empty
select 'integrity/ad_groups.updated_at.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where updated_at is null
) as broken limit 10;

-- integrity/ad_groups.created_by.not_null: created_by is never empty
select 'integrity/ad_groups.created_by.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where created_by is null
) as broken limit 10;

-- integrity/ad_groups.updated_by.not_null: updated_by is never empty
select 'integrity/ad_groups.updated_by.not_null' as claim, broken.* from (
  select * from adflow.ad_groups where updated_by is null
) as broken limit 10;

-- integrity/ads.ads_pkey: (advertiser_id, ad_group_id, creative_id) occurs once
select 'integrity/ads.ads_pkey' as claim, broken.* from (
  select advertiser_id, ad_group_id, creative_id, count(*) as times from adflow.ads where advertiser_id is not null and ad_group_id is not null and creative_id is not null
  group by advertiser_id, ad_group_id, creative_id having count(*) > 1
) as broken limit 10;

-- integrity/ads.ads_ad_group_id_fkey: (advertiser_id, ad_group_id) leads to a row of ad_groups
select 'integrity/ads.ads_ad_group_id_fkey' as claim, broken.* from (
  select here.advertiser_id, here.ad_group_id from adflow.ads as here
  where here.advertiser_id is not null and here.ad_group_id is not null and not exists (
    select from adflow.ad_groups as there where there.advertiser_id = here.advertiser_id and there.ad_group_id = here.ad_group_id)
) as broken limit 10;

-- integrity/ads.ads_creative_id_fkey: (advertiser_id, creative_id) leads to a row of creatives
select 'integrity/ads.ads_creative_id_fkey' as claim, broken.* from (
  select here.advertiser_id, here.creative_id from adflow.ads as here
  where here.advertiser_id is not null and here.creative_id is not null and not exists (
    select from adflow.creatives as there where there.advertiser_id = here.advertiser_id and there.creative_id = here.creative_id)
) as broken limit 10;

-- integrity/ads.ads_weight_check: every row fulfils weight between 0 and 1000
select 'integrity/ads.ads_weight_check' as claim, broken.* from (
  select * from adflow.ads where not (weight between 0 and 1000)
) as broken limit 10;

-- integrity/ads.ads_status_check: every row fulfils status in ('active', 'paused')
select 'integrity/ads.ads_status_check' as claim, broken.* from (
  select * from adflow.ads where not (status in ('active', 'paused'))
) as broken limit 10;

-- integrity/ads.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/ads.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.ads where advertiser_id is null
) as broken limit 10;

-- integrity/ads.ad_group_id.not_null: ad_group_id is never empty
select 'integrity/ads.ad_group_id.not_null' as claim, broken.* from (
  select * from adflow.ads where ad_group_id is null
) as broken limit 10;

-- integrity/ads.creative_id.not_null: creative_id is never empty
select 'integrity/ads.creative_id.not_null' as claim, broken.* from (
  select * from adflow.ads where creative_id is null
) as broken limit 10;

-- integrity/ads.weight.not_null: weight is never empty
select 'integrity/ads.weight.not_null' as claim, broken.* from (
  select * from adflow.ads where weight is null
) as broken limit 10;

-- integrity/ads.status.not_null: status is never empty
select 'integrity/ads.status.not_null' as claim, broken.* from (
  select * from adflow.ads where status is null
) as broken limit 10;

-- integrity/ads.created_at.not_null: created_at is never empty
select 'integrity/ads.created_at.not_null' as claim, broken.* from (
  select * from adflow.ads where created_at is null
) as broken limit 10;

-- integrity/ads.updated_at.not_null: updated_at is never empty
select 'integrity/ads.updated_at.not_null' as claim, broken.* from (
  select * from adflow.ads where updated_at is null
) as broken limit 10;

-- integrity/ads.created_by.not_null: created_by is never empty
select 'integrity/ads.created_by.not_null' as claim, broken.* from (
  select * from adflow.ads where created_by is null
) as broken limit 10;

-- integrity/ads.updated_by.not_null: updated_by is never empty
select 'integrity/ads.updated_by.not_null' as claim, broken.* from (
  select * from adflow.ads where updated_by is null
) as broken limit 10;

-- integrity/budgets.budgets_pkey: (advertiser_id, campaign_id) occurs once
select 'integrity/budgets.budgets_pkey' as claim, broken.* from (
  select advertiser_id, campaign_id, count(*) as times from adflow.budgets where advertiser_id is not null and campaign_id is not null
  group by advertiser_id, campaign_id having count(*) > 1
) as broken limit 10;

-- integrity/budgets.budgets_campaign_id_fkey: (advertiser_id, campaign_id) leads to a row of campaigns
select 'integrity/budgets.budgets_campaign_id_fkey' as claim, broken.* from (
  select here.advertiser_id, here.campaign_id from adflow.budgets as here
  where here.advertiser_id is not null and here.campaign_id is not null and not exists (
    select from adflow.campaigns as there where there.advertiser_id = here.advertiser_id and there.campaign_id = here.campaign_id)
) as broken limit 10;

-- integrity/budgets.budgets_daily_limit_check: every row fulfils daily_limit > 0
select 'integrity/budgets.budgets_daily_limit_check' as claim, broken.* from (
  select * from adflow.budgets where not (daily_limit > 0)
) as broken limit 10;

-- integrity/budgets.budgets_total_limit_check: every row fulfils total_limit > 0
select 'integrity/budgets.budgets_total_limit_check' as claim, broken.* from (
  select * from adflow.budgets where not (total_limit > 0)
) as broken limit 10;

-- integrity/budgets.budgets_reserved_check: every row fulfils reserved >= 0
select 'integrity/budgets.budgets_reserved_check' as claim, broken.* from (
  select * from adflow.budgets where not (reserved >= 0)
) as broken limit 10;

-- integrity/budgets.budgets_daily_within_total: every row fulfils daily_limit <= total_limit
select 'integrity/budgets.budgets_daily_within_total' as claim, broken.* from (
  select * from adflow.budgets where not (daily_limit <= total_limit)
) as broken limit 10;

-- integrity/budgets.budgets_reserved_within_total: every row fulfils reserved <= total_limit
select 'integrity/budgets.budgets_reserved_within_total' as claim, broken.* from (
  select * from adflow.budgets where not (reserved <= total_limit)
) as broken limit 10;

-- integrity/budgets.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/budgets.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.budgets where advertiser_id is null
) as broken limit 10;

-- integrity/budgets.campaign_id.not_null: campaign_id is never empty
select 'integrity/budgets.campaign_id.not_null' as claim, broken.* from (
  select * from adflow.budgets where campaign_id is null
) as broken limit 10;

-- integrity/budgets.daily_limit.not_null: daily_limit is never empty
select 'integrity/budgets.daily_limit.not_null' as claim, broken.* from (
  select * from adflow.budgets where daily_limit is null
) as broken limit 10;

-- integrity/budgets.total_limit.not_null: total_limit is never empty
select 'integrity/budgets.total_limit.not_null' as claim, broken.* from (
  select * from adflow.budgets where total_limit is null
) as broken limit 10;

-- integrity/budgets.reserved.not_null: reserved is never empty
select 'integrity/budgets.reserved.not_null' as claim, broken.* from (
  select * from adflow.budgets where reserved is null
) as broken limit 10;

-- integrity/budgets.version.not_null: version is never empty
select 'integrity/budgets.version.not_null' as claim, broken.* from (
  select * from adflow.budgets where version is null
) as broken limit 10;

-- integrity/budgets.created_at.not_null: created_at is never empty
select 'integrity/budgets.created_at.not_null' as claim, broken.* from (
  select * from adflow.budgets where created_at is null
) as broken limit 10;

-- integrity/budgets.updated_at.not_null: updated_at is never empty
select 'integrity/budgets.updated_at.not_null' as claim, broken.* from (
  select * from adflow.budgets where updated_at is null
) as broken limit 10;

-- integrity/creatives.creatives_pkey: (advertiser_id, creative_id) occurs once
select 'integrity/creatives.creatives_pkey' as claim, broken.* from (
  select advertiser_id, creative_id, count(*) as times from adflow.creatives where advertiser_id is not null and creative_id is not null
  group by advertiser_id, creative_id having count(*) > 1
) as broken limit 10;

-- integrity/creatives.creatives_advertiser_id_name_key: (advertiser_id, name) occurs once
select 'integrity/creatives.creatives_advertiser_id_name_key' as claim, broken.* from (
  select advertiser_id, name, count(*) as times from adflow.creatives where advertiser_id is not null and name is not null
  group by advertiser_id, name having count(*) > 1
) as broken limit 10;

-- integrity/creatives.creatives_advertiser_id_fkey: (advertiser_id) leads to a row of advertisers
select 'integrity/creatives.creatives_advertiser_id_fkey' as claim, broken.* from (
  select here.advertiser_id from adflow.creatives as here
  where here.advertiser_id is not null and not exists (
    select from adflow.advertisers as there where there.advertiser_id = here.advertiser_id)
) as broken limit 10;

-- integrity/creatives.creatives_format_check: every row fulfils format in ('banner', 'native', 'video', 'audio')
select 'integrity/creatives.creatives_format_check' as claim, broken.* from (
  select * from adflow.creatives where not (format in ('banner', 'native', 'video', 'audio'))
) as broken limit 10;

-- integrity/creatives.creatives_status_check: every row fulfils status in ('draft', 'in review', 'approved', 'rejected', 'retired')
select 'integrity/creatives.creatives_status_check' as claim, broken.* from (
  select * from adflow.creatives where not (status in ('draft', 'in review', 'approved', 'rejected', 'retired'))
) as broken limit 10;

-- integrity/creatives.creative_id.not_null: creative_id is never empty
select 'integrity/creatives.creative_id.not_null' as claim, broken.* from (
  select * from adflow.creatives where creative_id is null
) as broken limit 10;

-- integrity/creatives.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/creatives.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.creatives where advertiser_id is null
) as broken limit 10;

-- integrity/creatives.name.not_null: name is never empty
select 'integrity/creatives.name.not_null' as claim, broken.* from (
  select * from adflow.creatives where name is null
) as broken limit 10;

-- integrity/creatives.format.not_null: format is never empty
select 'integrity/creatives.format.not_null' as claim, broken.* from (
  select * from adflow.creatives where format is null
) as broken limit 10;

-- integrity/creatives.status.not_null: status is never empty
select 'integrity/creatives.status.not_null' as claim, broken.* from (
  select * from adflow.creatives where status is null
) as broken limit 10;

-- integrity/creatives.created_at.not_null: created_at is never empty
select 'integrity/creatives.created_at.not_null' as claim, broken.* from (
  select * from adflow.creatives where created_at is null
) as broken limit 10;

-- integrity/creatives.updated_at.not_null: updated_at is never empty
select 'integrity/creatives.updated_at.not_null' as claim, broken.* from (
  select * from adflow.creatives where updated_at is null
) as broken limit 10;

-- integrity/creatives.created_by.not_null: created_by is never empty
select 'integrity/creatives.created_by.not_null' as claim, broken.* from (
  select * from adflow.creatives where created_by is null
) as broken limit 10;

-- integrity/creatives.updated_by.not_null: updated_by is never empty
select 'integrity/creatives.updated_by.not_null' as claim, broken.* from (
  select * from adflow.creatives where updated_by is null
) as broken limit 10;

-- integrity/creative_versions.creative_versions_pkey: (advertiser_id, creative_id, version) occurs once
select 'integrity/creative_versions.creative_versions_pkey' as claim, broken.* from (
  select advertiser_id, creative_id, version, count(*) as times from adflow.creative_versions where advertiser_id is not null and creative_id is not null and version is not null
  group by advertiser_id, creative_id, version having count(*) > 1
) as broken limit 10;

-- integrity/creative_versions.creative_versions_creative_id_fkey: (advertiser_id, creative_id) leads to a row of creatives
select 'integrity/creative_versions.creative_versions_creative_id_fkey' as claim, broken.* from (
  select here.advertiser_id, here.creative_id from adflow.creative_versions as here
  where here.advertiser_id is not null and here.creative_id is not null and not exists (
    select from adflow.creatives as there where there.advertiser_id = here.advertiser_id and there.creative_id = here.creative_id)
) as broken limit 10;

-- integrity/creative_versions.creative_versions_version_check: every row fulfils version > 0
select 'integrity/creative_versions.creative_versions_version_check' as claim, broken.* from (
  select * from adflow.creative_versions where not (version > 0)
) as broken limit 10;

-- integrity/creative_versions.creative_versions_landing_url_check: every row fulfils landing_url ~ '^https://'
select 'integrity/creative_versions.creative_versions_landing_url_check' as claim, broken.* from (
  select * from adflow.creative_versions where not (landing_url ~ '^https://')
) as broken limit 10;

-- integrity/creative_versions.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/creative_versions.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where advertiser_id is null
) as broken limit 10;

-- integrity/creative_versions.creative_id.not_null: creative_id is never empty
select 'integrity/creative_versions.creative_id.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where creative_id is null
) as broken limit 10;

-- integrity/creative_versions.version.not_null: version is never empty
select 'integrity/creative_versions.version.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where version is null
) as broken limit 10;

-- integrity/creative_versions.language.not_null: language is never empty
select 'integrity/creative_versions.language.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where language is null
) as broken limit 10;

-- integrity/creative_versions.headline.not_null: headline is never empty
select 'integrity/creative_versions.headline.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where headline is null
) as broken limit 10;

-- integrity/creative_versions.body.not_null: body is never empty
select 'integrity/creative_versions.body.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where body is null
) as broken limit 10;

-- integrity/creative_versions.landing_url.not_null: landing_url is never empty
select 'integrity/creative_versions.landing_url.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where landing_url is null
) as broken limit 10;

-- integrity/creative_versions.content.not_null: content is never empty
select 'integrity/creative_versions.content.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where content is null
) as broken limit 10;

-- integrity/creative_versions.shape.not_null: shape is never empty
select 'integrity/creative_versions.shape.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where shape is null
) as broken limit 10;

-- integrity/creative_versions.created_at.not_null: created_at is never empty
select 'integrity/creative_versions.created_at.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where created_at is null
) as broken limit 10;

-- integrity/creative_versions.updated_at.not_null: updated_at is never empty
select 'integrity/creative_versions.updated_at.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where updated_at is null
) as broken limit 10;

-- integrity/creative_versions.created_by.not_null: created_by is never empty
select 'integrity/creative_versions.created_by.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where created_by is null
) as broken limit 10;

-- integrity/creative_versions.updated_by.not_null: updated_by is never empty
select 'integrity/creative_versions.updated_by.not_null' as claim, broken.* from (
  select * from adflow.creative_versions where updated_by is null
) as broken limit 10;

-- integrity/assets.assets_pkey: (advertiser_id, asset_id) occurs once
select 'integrity/assets.assets_pkey' as claim, broken.* from (
  select advertiser_id, asset_id, count(*) as times from adflow.assets where advertiser_id is not null and asset_id is not null
  group by advertiser_id, asset_id having count(*) > 1
) as broken limit 10;

-- integrity/assets.assets_advertiser_id_sha256_key: (advertiser_id, sha256) occurs once
select 'integrity/assets.assets_advertiser_id_sha256_key' as claim, broken.* from (
  select advertiser_id, sha256, count(*) as times from adflow.assets where advertiser_id is not null and sha256 is not null
  group by advertiser_id, sha256 having count(*) > 1
) as broken limit 10;

-- integrity/assets.assets_advertiser_id_fkey: (advertiser_id) leads to a row of advertisers
select 'integrity/assets.assets_advertiser_id_fkey' as claim, broken.* from (
  select here.advertiser_id from adflow.assets as here
  where here.advertiser_id is not null and not exists (
    select from adflow.advertisers as there where there.advertiser_id = here.advertiser_id)
) as broken limit 10;

-- integrity/assets.assets_sha256_check: every row fulfils length(sha256) = 32
select 'integrity/assets.assets_sha256_check' as claim, broken.* from (
  select * from adflow.assets where not (length(sha256) = 32)
) as broken limit 10;

-- integrity/assets.assets_bytes_check: every row fulfils bytes > 0
select 'integrity/assets.assets_bytes_check' as claim, broken.* from (
  select * from adflow.assets where not (bytes > 0)
) as broken limit 10;

-- integrity/assets.asset_id.not_null: asset_id is never empty
select 'integrity/assets.asset_id.not_null' as claim, broken.* from (
  select * from adflow.assets where asset_id is null
) as broken limit 10;

-- integrity/assets.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/assets.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.assets where advertiser_id is null
) as broken limit 10;

-- integrity/assets.sha256.not_null: sha256 is never empty
select 'integrity/assets.sha256.not_null' as claim, broken.* from (
  select * from adflow.assets where sha256 is null
) as broken limit 10;

-- integrity/assets.mime_type.not_null: mime_type is never empty
select 'integrity/assets.mime_type.not_null' as claim, broken.* from (
  select * from adflow.assets where mime_type is null
) as broken limit 10;

-- integrity/assets.bytes.not_null: bytes is never empty
select 'integrity/assets.bytes.not_null' as claim, broken.* from (
  select * from adflow.assets where bytes is null
) as broken limit 10;

-- integrity/assets.created_at.not_null: created_at is never empty
select 'integrity/assets.created_at.not_null' as claim, broken.* from (
  select * from adflow.assets where created_at is null
) as broken limit 10;

-- integrity/assets.updated_at.not_null: updated_at is never empty
select 'integrity/assets.updated_at.not_null' as claim, broken.* from (
  select * from adflow.assets where updated_at is null
) as broken limit 10;

-- integrity/placements.placements_pkey: (placement_id) occurs once
select 'integrity/placements.placements_pkey' as claim, broken.* from (
  select placement_id, count(*) as times from adflow.placements where placement_id is not null
  group by placement_id having count(*) > 1
) as broken limit 10;

-- integrity/placements.placements_publisher_name_key: (publisher, name) occurs once
select 'integrity/placements.placements_publisher_name_key' as claim, broken.* from (
  select publisher, name, count(*) as times from adflow.placements where publisher is not null and name is not null
  group by publisher, name having count(*) > 1
) as broken limit 10;

-- integrity/placements.placements_floor_price_check: every row fulfils floor_price >= 0
select 'integrity/placements.placements_floor_price_check' as claim, broken.* from (
  select * from adflow.placements where not (floor_price >= 0)
) as broken limit 10;

-- integrity/placements.placements_format_check: every row fulfils format in ('banner', 'native', 'video', 'audio')
select 'integrity/placements.placements_format_check' as claim, broken.* from (
  select * from adflow.placements where not (format in ('banner', 'native', 'video', 'audio'))
) as broken limit 10;

-- integrity/placements.placements_region_check: every row fulfils region in ('eu', 'us')
select 'integrity/placements.placements_region_check' as claim, broken.* from (
  select * from adflow.placements where not (region in ('eu', 'us'))
) as broken limit 10;

-- integrity/placements.placement_id.not_null: placement_id is never empty
select 'integrity/placements.placement_id.not_null' as claim, broken.* from (
  select * from adflow.placements where placement_id is null
) as broken limit 10;

-- integrity/placements.publisher.not_null: publisher is never empty
select 'integrity/placements.publisher.not_null' as claim, broken.* from (
  select * from adflow.placements where publisher is null
) as broken limit 10;

-- integrity/placements.name.not_null: name is never empty
select 'integrity/placements.name.not_null' as claim, broken.* from (
  select * from adflow.placements where name is null
) as broken limit 10;

-- integrity/placements.format.not_null: format is never empty
select 'integrity/placements.format.not_null' as claim, broken.* from (
  select * from adflow.placements where format is null
) as broken limit 10;

-- integrity/placements.region.not_null: region is never empty
select 'integrity/placements.region.not_null' as claim, broken.* from (
  select * from adflow.placements where region is null
) as broken limit 10;

-- integrity/placements.floor_price.not_null: floor_price is never empty
select 'integrity/placements.floor_price.not_null' as claim, broken.* from (
  select * from adflow.placements where floor_price is null
) as broken limit 10;

-- integrity/placements.active.not_null: active is never empty
select 'integrity/placements.active.not_null' as claim, broken.* from (
  select * from adflow.placements where active is null
) as broken limit 10;

-- integrity/placements.created_at.not_null: created_at is never empty
select 'integrity/placements.created_at.not_null' as claim, broken.* from (
  select * from adflow.placements where created_at is null
) as broken limit 10;

-- integrity/placements.updated_at.not_null: updated_at is never empty
select 'integrity/placements.updated_at.not_null' as claim, broken.* from (
  select * from adflow.placements where updated_at is null
) as broken limit 10;

-- integrity/impressions.impressions_pkey: (advertiser_id, impression_id, shown_at) occurs once
select 'integrity/impressions.impressions_pkey' as claim, broken.* from (
  select advertiser_id, impression_id, shown_at, count(*) as times from adflow.impressions where advertiser_id is not null and impression_id is not null and shown_at is not null
  group by advertiser_id, impression_id, shown_at having count(*) > 1
) as broken limit 10;

-- integrity/impressions.impressions_country_check: every row fulfils country ~ '^[A-Z]{2}$'
select 'integrity/impressions.impressions_country_check' as claim, broken.* from (
  select * from adflow.impressions where not (country ~ '^[A-Z]{2}$')
) as broken limit 10;

-- integrity/impressions.impressions_cost_check: every row fulfils cost >= 0
select 'integrity/impressions.impressions_cost_check' as claim, broken.* from (
  select * from adflow.impressions where not (cost >= 0)
) as broken limit 10;

-- integrity/impressions.impression_id.not_null: impression_id is never empty
select 'integrity/impressions.impression_id.not_null' as claim, broken.* from (
  select * from adflow.impressions where impression_id is null
) as broken limit 10;

-- integrity/impressions.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/impressions.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.impressions where advertiser_id is null
) as broken limit 10;

-- integrity/impressions.campaign_id.not_null: campaign_id is never empty
select 'integrity/impressions.campaign_id.not_null' as claim, broken.* from (
  select * from adflow.impressions where campaign_id is null
) as broken limit 10;

-- integrity/impressions.ad_group_id.not_null: ad_group_id is never empty
select 'integrity/impressions.ad_group_id.not_null' as claim, broken.* from (
  select * from adflow.impressions where ad_group_id is null
) as broken limit 10;

-- integrity/impressions.creative_id.not_null: creative_id is never empty
select 'integrity/impressions.creative_id.not_null' as claim, broken.* from (
  select * from adflow.impressions where creative_id is null
) as broken limit 10;

-- integrity/impressions.placement_id.not_null: placement_id is never empty
select 'integrity/impressions.placement_id.not_null' as claim, broken.* from (
  select * from adflow.impressions where placement_id is null
) as broken limit 10;

-- integrity/impressions.country.not_null: country is never empty
select 'integrity/impressions.country.not_null' as claim, broken.* from (
  select * from adflow.impressions where country is null
) as broken limit 10;

-- integrity/impressions.cost.not_null: cost is never empty
select 'integrity/impressions.cost.not_null' as claim, broken.* from (
  select * from adflow.impressions where cost is null
) as broken limit 10;

-- integrity/impressions.shown_at.not_null: shown_at is never empty
select 'integrity/impressions.shown_at.not_null' as claim, broken.* from (
  select * from adflow.impressions where shown_at is null
) as broken limit 10;

-- integrity/clicks.clicks_pkey: (advertiser_id, impression_id, shown_at) occurs once
select 'integrity/clicks.clicks_pkey' as claim, broken.* from (
  select advertiser_id, impression_id, shown_at, count(*) as times from adflow.clicks where advertiser_id is not null and impression_id is not null and shown_at is not null
  group by advertiser_id, impression_id, shown_at having count(*) > 1
) as broken limit 10;

-- integrity/clicks.clicks_cost_check: every row fulfils cost >= 0
select 'integrity/clicks.clicks_cost_check' as claim, broken.* from (
  select * from adflow.clicks where not (cost >= 0)
) as broken limit 10;

-- integrity/clicks.clicks_clicked_after_view: every row fulfils clicked_at >= shown_at
select 'integrity/clicks.clicks_clicked_after_view' as claim, broken.* from (
  select * from adflow.clicks where not (clicked_at >= shown_at)
) as broken limit 10;

-- integrity/clicks.impression_id.not_null: impression_id is never empty
select 'integrity/clicks.impression_id.not_null' as claim, broken.* from (
  select * from adflow.clicks where impression_id is null
) as broken limit 10;

-- integrity/clicks.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/clicks.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.clicks where advertiser_id is null
) as broken limit 10;

-- integrity/clicks.campaign_id.not_null: campaign_id is never empty
select 'integrity/clicks.campaign_id.not_null' as claim, broken.* from (
  select * from adflow.clicks where campaign_id is null
) as broken limit 10;

-- integrity/clicks.ad_group_id.not_null: ad_group_id is never empty
select 'integrity/clicks.ad_group_id.not_null' as claim, broken.* from (
  select * from adflow.clicks where ad_group_id is null
) as broken limit 10;

-- integrity/clicks.placement_id.not_null: placement_id is never empty
select 'integrity/clicks.placement_id.not_null' as claim, broken.* from (
  select * from adflow.clicks where placement_id is null
) as broken limit 10;

-- integrity/clicks.cost.not_null: cost is never empty
select 'integrity/clicks.cost.not_null' as claim, broken.* from (
  select * from adflow.clicks where cost is null
) as broken limit 10;

-- integrity/clicks.shown_at.not_null: shown_at is never empty
select 'integrity/clicks.shown_at.not_null' as claim, broken.* from (
  select * from adflow.clicks where shown_at is null
) as broken limit 10;

-- integrity/clicks.clicked_at.not_null: clicked_at is never empty
select 'integrity/clicks.clicked_at.not_null' as claim, broken.* from (
  select * from adflow.clicks where clicked_at is null
) as broken limit 10;

-- integrity/spend_per_day.spend_per_day_pkey: (advertiser_id, ad_group_id, day) occurs once
select 'integrity/spend_per_day.spend_per_day_pkey' as claim, broken.* from (
  select advertiser_id, ad_group_id, day, count(*) as times from adflow.spend_per_day where advertiser_id is not null and ad_group_id is not null and day is not null
  group by advertiser_id, ad_group_id, day having count(*) > 1
) as broken limit 10;

-- integrity/spend_per_day.spend_per_day_group_of_campaign_fkey: (advertiser_id, campaign_id, ad_group_id) leads to a row of ad_groups
select 'integrity/spend_per_day.spend_per_day_group_of_campaign_fkey' as claim, broken.* from (
  select here.advertiser_id, here.campaign_id, here.ad_group_id from adflow.spend_per_day as here
  where here.advertiser_id is not null and here.campaign_id is not null and here.ad_group_id is not null and not exists (
    select from adflow.ad_groups as there where there.advertiser_id = here.advertiser_id and there.campaign_id = here.campaign_id and there.ad_group_id = here.ad_group_id)
) as broken limit 10;

-- integrity/spend_per_day.spend_per_day_impressions_check: every row fulfils impressions >= 0
select 'integrity/spend_per_day.spend_per_day_impressions_check' as claim, broken.* from (
  select * from adflow.spend_per_day where not (impressions >= 0)
) as broken limit 10;

-- integrity/spend_per_day.spend_per_day_clicks_check: every row fulfils clicks >= 0
select 'integrity/spend_per_day.spend_per_day_clicks_check' as claim, broken.* from (
  select * from adflow.spend_per_day where not (clicks >= 0)
) as broken limit 10;

-- integrity/spend_per_day.spend_per_day_cost_check: every row fulfils cost >= 0
select 'integrity/spend_per_day.spend_per_day_cost_check' as claim, broken.* from (
  select * from adflow.spend_per_day where not (cost >= 0)
) as broken limit 10;

-- integrity/spend_per_day.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/spend_per_day.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.spend_per_day where advertiser_id is null
) as broken limit 10;

-- integrity/spend_per_day.ad_group_id.not_null: ad_group_id is never empty
select 'integrity/spend_per_day.ad_group_id.not_null' as claim, broken.* from (
  select * from adflow.spend_per_day where ad_group_id is null
) as broken limit 10;

-- integrity/spend_per_day.campaign_id.not_null: campaign_id is never empty
select 'integrity/spend_per_day.campaign_id.not_null' as claim, broken.* from (
  select * from adflow.spend_per_day where campaign_id is null
) as broken limit 10;

-- integrity/spend_per_day.day.not_null: day is never empty
select 'integrity/spend_per_day.day.not_null' as claim, broken.* from (
  select * from adflow.spend_per_day where day is null
) as broken limit 10;

-- integrity/spend_per_day.impressions.not_null: impressions is never empty
select 'integrity/spend_per_day.impressions.not_null' as claim, broken.* from (
  select * from adflow.spend_per_day where impressions is null
) as broken limit 10;

-- integrity/spend_per_day.clicks.not_null: clicks is never empty
select 'integrity/spend_per_day.clicks.not_null' as claim, broken.* from (
  select * from adflow.spend_per_day where clicks is null
) as broken limit 10;

-- integrity/spend_per_day.cost.not_null: cost is never empty
select 'integrity/spend_per_day.cost.not_null' as claim, broken.* from (
  select * from adflow.spend_per_day where cost is null
) as broken limit 10;

-- dependency/spend_per_day.ad_group_id -> campaign_id: equal (ad_group_id) have equal (campaign_id)
select 'dependency/spend_per_day.ad_group_id -> campaign_id' as claim, broken.* from (
  select ad_group_id, count(distinct row(campaign_id)) as variants from adflow.spend_per_day
  where ad_group_id is not null group by ad_group_id having count(distinct row(campaign_id)) > 1
) as broken limit 10;

-- integrity/rolled_windows.rolled_windows_pkey: (source, starts_at) occurs once
select 'integrity/rolled_windows.rolled_windows_pkey' as claim, broken.* from (
  select source, starts_at, count(*) as times from adflow.rolled_windows where source is not null and starts_at is not null
  group by source, starts_at having count(*) > 1
) as broken limit 10;

-- integrity/rolled_windows.rolled_windows_stops_after_start: every row fulfils stops_at > starts_at
select 'integrity/rolled_windows.rolled_windows_stops_after_start' as claim, broken.* from (
  select * from adflow.rolled_windows where not (stops_at > starts_at)
) as broken limit 10;

-- integrity/rolled_windows.rolled_windows_source_check: every row fulfils source in ('impressions', 'clicks')
select 'integrity/rolled_windows.rolled_windows_source_check' as claim, broken.* from (
  select * from adflow.rolled_windows where not (source in ('impressions', 'clicks'))
) as broken limit 10;

-- integrity/rolled_windows.source.not_null: source is never empty
select 'integrity/rolled_windows.source.not_null' as claim, broken.* from (
  select * from adflow.rolled_windows where source is null
) as broken limit 10;

-- integrity/rolled_windows.starts_at.not_null: starts_at is never empty
select 'integrity/rolled_windows.starts_at.not_null' as claim, broken.* from (
  select * from adflow.rolled_windows where starts_at is null
) as broken limit 10;

-- integrity/rolled_windows.stops_at.not_null: stops_at is never empty
select 'integrity/rolled_windows.stops_at.not_null' as claim, broken.* from (
  select * from adflow.rolled_windows where stops_at is null
) as broken limit 10;

-- integrity/rolled_windows.created_at.not_null: created_at is never empty
select 'integrity/rolled_windows.created_at.not_null' as claim, broken.* from (
  select * from adflow.rolled_windows where created_at is null
) as broken limit 10;

-- integrity/rolled_windows.updated_at.not_null: updated_at is never empty
select 'integrity/rolled_windows.updated_at.not_null' as claim, broken.* from (
  select * from adflow.rolled_windows where updated_at is null
) as broken limit 10;

-- integrity/advertisers.advertisers_pkey: (advertiser_id) occurs once
select 'integrity/advertisers.advertisers_pkey' as claim, broken.* from (
  select advertiser_id, count(*) as times from adflow.advertisers where advertiser_id is not null
  group by advertiser_id having count(*) > 1
) as broken limit 10;

-- integrity/advertisers.advertisers_currency_check: every row fulfils currency ~ '^[A-Z]{3}$'
select 'integrity/advertisers.advertisers_currency_check' as claim, broken.* from (
  select * from adflow.advertisers where not (currency ~ '^[A-Z]{3}$')
) as broken limit 10;

-- integrity/advertisers.advertisers_region_check: every row fulfils region in ('eu', 'us')
select 'integrity/advertisers.advertisers_region_check' as claim, broken.* from (
  select * from adflow.advertisers where not (region in ('eu', 'us'))
) as broken limit 10;

-- integrity/advertisers.advertisers_status_check: every row fulfils status in ('active', 'suspended', 'closed')
select 'integrity/advertisers.advertisers_status_check' as claim, broken.* from (
  select * from adflow.advertisers where not (status in ('active', 'suspended', 'closed'))
) as broken limit 10;

-- integrity/advertisers.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/advertisers.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.advertisers where advertiser_id is null
) as broken limit 10;

-- integrity/advertisers.name.not_null: name is never empty
select 'integrity/advertisers.name.not_null' as claim, broken.* from (
  select * from adflow.advertisers where name is null
) as broken limit 10;

-- integrity/advertisers.region.not_null: region is never empty
select 'integrity/advertisers.region.not_null' as claim, broken.* from (
  select * from adflow.advertisers where region is null
) as broken limit 10;

-- integrity/advertisers.currency.not_null: currency is never empty
select 'integrity/advertisers.currency.not_null' as claim, broken.* from (
  select * from adflow.advertisers where currency is null
) as broken limit 10;

-- integrity/advertisers.status.not_null: status is never empty
select 'integrity/advertisers.status.not_null' as claim, broken.* from (
  select * from adflow.advertisers where status is null
) as broken limit 10;

-- integrity/advertisers.settings.not_null: settings is never empty
select 'integrity/advertisers.settings.not_null' as claim, broken.* from (
  select * from adflow.advertisers where settings is null
) as broken limit 10;

-- integrity/advertisers.created_at.not_null: created_at is never empty
select 'integrity/advertisers.created_at.not_null' as claim, broken.* from (
  select * from adflow.advertisers where created_at is null
) as broken limit 10;

-- integrity/advertisers.updated_at.not_null: updated_at is never empty
select 'integrity/advertisers.updated_at.not_null' as claim, broken.* from (
  select * from adflow.advertisers where updated_at is null
) as broken limit 10;

-- integrity/advertisers.created_by.not_null: created_by is never empty
select 'integrity/advertisers.created_by.not_null' as claim, broken.* from (
  select * from adflow.advertisers where created_by is null
) as broken limit 10;

-- integrity/advertisers.updated_by.not_null: updated_by is never empty
select 'integrity/advertisers.updated_by.not_null' as claim, broken.* from (
  select * from adflow.advertisers where updated_by is null
) as broken limit 10;

-- integrity/users.users_pkey: (advertiser_id, user_id) occurs once
select 'integrity/users.users_pkey' as claim, broken.* from (
  select advertiser_id, user_id, count(*) as times from adflow.users where advertiser_id is not null and user_id is not null
  group by advertiser_id, user_id having count(*) > 1
) as broken limit 10;

-- integrity/users.users_advertiser_id_email_key: (advertiser_id, email) occurs once
select 'integrity/users.users_advertiser_id_email_key' as claim, broken.* from (
  select advertiser_id, email, count(*) as times from adflow.users where advertiser_id is not null and email is not null
  group by advertiser_id, email having count(*) > 1
) as broken limit 10;

-- integrity/users.users_advertiser_id_fkey: (advertiser_id) leads to a row of advertisers
select 'integrity/users.users_advertiser_id_fkey' as claim, broken.* from (
  select here.advertiser_id from adflow.users as here
  where here.advertiser_id is not null and not exists (
    select from adflow.advertisers as there where there.advertiser_id = here.advertiser_id)
) as broken limit 10;

-- integrity/users.users_role_check: every row fulfils role in ('owner', 'manager', 'creator', 'viewer')
select 'integrity/users.users_role_check' as claim, broken.* from (
  select * from adflow.users where not (role in ('owner', 'manager', 'creator', 'viewer'))
) as broken limit 10;

-- integrity/users.users_status_check: every row fulfils status in ('invited', 'active', 'suspended', 'closed')
select 'integrity/users.users_status_check' as claim, broken.* from (
  select * from adflow.users where not (status in ('invited', 'active', 'suspended', 'closed'))
) as broken limit 10;

-- integrity/users.user_id.not_null: user_id is never empty
select 'integrity/users.user_id.not_null' as claim, broken.* from (
  select * from adflow.users where user_id is null
) as broken limit 10;

-- integrity/users.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/users.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.users where advertiser_id is null
) as broken limit 10;

-- integrity/users.email.not_null: email is never empty
select 'integrity/users.email.not_null' as claim, broken.* from (
  select * from adflow.users where email is null
) as broken limit 10;

-- integrity/users.name.not_null: name is never empty
select 'integrity/users.name.not_null' as claim, broken.* from (
  select * from adflow.users where name is null
) as broken limit 10;

-- integrity/users.role.not_null: role is never empty
select 'integrity/users.role.not_null' as claim, broken.* from (
  select * from adflow.users where role is null
) as broken limit 10;

-- integrity/users.status.not_null: status is never empty
select 'integrity/users.status.not_null' as claim, broken.* from (
  select * from adflow.users where status is null
) as broken limit 10;

-- integrity/users.restricted.not_null: restricted is never empty
select 'integrity/users.restricted.not_null' as claim, broken.* from (
  select * from adflow.users where restricted is null
) as broken limit 10;

-- integrity/users.created_at.not_null: created_at is never empty
select 'integrity/users.created_at.not_null' as claim, broken.* from (
  select * from adflow.users where created_at is null
) as broken limit 10;

-- integrity/users.updated_at.not_null: updated_at is never empty
select 'integrity/users.updated_at.not_null' as claim, broken.* from (
  select * from adflow.users where updated_at is null
) as broken limit 10;

-- integrity/users.created_by.not_null: created_by is never empty
select 'integrity/users.created_by.not_null' as claim, broken.* from (
  select * from adflow.users where created_by is null
) as broken limit 10;

-- integrity/users.updated_by.not_null: updated_by is never empty
select 'integrity/users.updated_by.not_null' as claim, broken.* from (
  select * from adflow.users where updated_by is null
) as broken limit 10;

-- integrity/version_assets.version_assets_pkey: (advertiser_id, creative_id, version, asset_id) occurs once
select 'integrity/version_assets.version_assets_pkey' as claim, broken.* from (
  select advertiser_id, creative_id, version, asset_id, count(*) as times from adflow.version_assets where advertiser_id is not null and creative_id is not null and version is not null and asset_id is not null
  group by advertiser_id, creative_id, version, asset_id having count(*) > 1
) as broken limit 10;

-- integrity/version_assets.version_assets_creative_id_version_fkey: (advertiser_id, creative_id, version) leads to a row of creative_versions
select 'integrity/version_assets.version_assets_creative_id_version_fkey' as claim, broken.* from (
  select here.advertiser_id, here.creative_id, here.version from adflow.version_assets as here
  where here.advertiser_id is not null and here.creative_id is not null and here.version is not null and not exists (
    select from adflow.creative_versions as there where there.advertiser_id = here.advertiser_id and there.creative_id = here.creative_id and there.version = here.version)
) as broken limit 10;

-- integrity/version_assets.version_assets_asset_id_fkey: (advertiser_id, asset_id) leads to a row of assets
select 'integrity/version_assets.version_assets_asset_id_fkey' as claim, broken.* from (
  select here.advertiser_id, here.asset_id from adflow.version_assets as here
  where here.advertiser_id is not null and here.asset_id is not null and not exists (
    select from adflow.assets as there where there.advertiser_id = here.advertiser_id and there.asset_id = here.asset_id)
) as broken limit 10;

-- integrity/version_assets.advertiser_id.not_null: advertiser_id is never empty
select 'integrity/version_assets.advertiser_id.not_null' as claim, broken.* from (
  select * from adflow.version_assets where advertiser_id is null
) as broken limit 10;

-- integrity/version_assets.creative_id.not_null: creative_id is never empty
select 'integrity/version_assets.creative_id.not_null' as claim, broken.* from (
  select * from adflow.version_assets where creative_id is null
) as broken limit 10;

-- integrity/version_assets.version.not_null: version is never empty
select 'integrity/version_assets.version.not_null' as claim, broken.* from (
  select * from adflow.version_assets where version is null
) as broken limit 10;

-- integrity/version_assets.asset_id.not_null: asset_id is never empty
select 'integrity/version_assets.asset_id.not_null' as claim, broken.* from (
  select * from adflow.version_assets where asset_id is null
) as broken limit 10;

commit;
