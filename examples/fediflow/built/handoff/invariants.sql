-- Rows that break a rule of the design. A healthy database returns no row.
-- Run: psql -X -v ON_ERROR_STOP=1 -d DATABASE -f invariants.sql
begin transaction isolation level repeatable read read only;
set local search_path = fediflow, extensions, pg_temp;
do $$ begin
  if not (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then
    raise exception 'row-level security hides rows from %', current_user using hint = 'run it as a superuser or as a role with bypassrls';
  end if;
end $$;

-- integrity/tenants.tenants_pkey: (tenant_id) occurs once
select 'integrity/tenants.tenants_pkey' as claim, broken.* from (
  select tenant_id, count(*) as times from fediflow.tenants where tenant_id is not null
  group by tenant_id having count(*) > 1
) as broken limit 10;

-- integrity/tenants.tenants_slug_key: (slug) occurs once
select 'integrity/tenants.tenants_slug_key' as claim, broken.* from (
  select slug, count(*) as times from fediflow.tenants where slug is not null
  group by slug having count(*) > 1
) as broken limit 10;

-- integrity/tenants.tenants_region_check: every row fulfils region in ('eu', 'us', 'apac')
select 'integrity/tenants.tenants_region_check' as claim, broken.* from (
  select * from fediflow.tenants where not (region in ('eu', 'us', 'apac'))
) as broken limit 10;

-- integrity/tenants.tenant_id.not_null: tenant_id is never empty
select 'integrity/tenants.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.tenants where tenant_id is null
) as broken limit 10;

-- integrity/tenants.slug.not_null: slug is never empty
select 'integrity/tenants.slug.not_null' as claim, broken.* from (
  select * from fediflow.tenants where slug is null
) as broken limit 10;

-- integrity/tenants.title.not_null: title is never empty
select 'integrity/tenants.title.not_null' as claim, broken.* from (
  select * from fediflow.tenants where title is null
) as broken limit 10;

-- integrity/tenants.region.not_null: region is never empty
select 'integrity/tenants.region.not_null' as claim, broken.* from (
  select * from fediflow.tenants where region is null
) as broken limit 10;

-- integrity/tenants.settings.not_null: settings is never empty
select 'integrity/tenants.settings.not_null' as claim, broken.* from (
  select * from fediflow.tenants where settings is null
) as broken limit 10;

-- integrity/tenants.created_at.not_null: created_at is never empty
select 'integrity/tenants.created_at.not_null' as claim, broken.* from (
  select * from fediflow.tenants where created_at is null
) as broken limit 10;

-- integrity/tenants.updated_at.not_null: updated_at is never empty
select 'integrity/tenants.updated_at.not_null' as claim, broken.* from (
  select * from fediflow.tenants where updated_at is null
) as broken limit 10;

-- integrity/users.users_pkey: (tenant_id, user_id) occurs once
select 'integrity/users.users_pkey' as claim, broken.* from (
  select tenant_id, user_id, count(*) as times from fediflow.users where tenant_id is not null and user_id is not null
  group by tenant_id, user_id having count(*) > 1
) as broken limit 10;

-- integrity/users.users_tenant_id_username_key: (tenant_id, username) occurs once
select 'integrity/users.users_tenant_id_username_key' as claim, broken.* from (
  select tenant_id, username, count(*) as times from fediflow.users where tenant_id is not null and username is not null
  group by tenant_id, username having count(*) > 1
) as broken limit 10;

-- integrity/users.users_tenant_id_email_key: (tenant_id, email) occurs once
select 'integrity/users.users_tenant_id_email_key' as claim, broken.* from (
  select tenant_id, email, count(*) as times from fediflow.users where tenant_id is not null and email is not null
  group by tenant_id, email having count(*) > 1
) as broken limit 10;

-- integrity/users.users_tenant_id_fkey: (tenant_id) leads to a row of tenants
select 'integrity/users.users_tenant_id_fkey' as claim, broken.* from (
  select here.tenant_id from fediflow.users as here
  where here.tenant_id is not null and not exists (
    select from fediflow.tenants as there where there.tenant_id = here.tenant_id)
) as broken limit 10;

-- integrity/users.users_advisor_id_fkey: (tenant_id, advisor_id) leads to a row of users
select 'integrity/users.users_advisor_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.advisor_id from fediflow.users as here
  where here.tenant_id is not null and here.advisor_id is not null and not exists (
    select from fediflow.users as there where there.tenant_id = here.tenant_id and there.user_id = here.advisor_id)
) as broken limit 10;

-- integrity/users.users_username_check: every row fulfils username ~ '^[a-z0-9_]{2,40}$'
select 'integrity/users.users_username_check' as claim, broken.* from (
  select * from fediflow.users where not (username ~ '^[a-z0-9_]{2,40}$')
) as broken limit 10;

-- integrity/users.users_status_check: every row fulfils status in ('active', 'suspended', 'closed')
select 'integrity/users.users_status_check' as claim, broken.* from (
  select * from fediflow.users where not (status in ('active', 'suspended', 'closed'))
) as broken limit 10;

-- integrity/users.user_id.not_null: user_id is never empty
select 'integrity/users.user_id.not_null' as claim, broken.* from (
  select * from fediflow.users where user_id is null
) as broken limit 10;

-- integrity/users.tenant_id.not_null: tenant_id is never empty
select 'integrity/users.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.users where tenant_id is null
) as broken limit 10;

-- integrity/users.username.not_null: username is never empty
select 'integrity/users.username.not_null' as claim, broken.* from (
  select * from fediflow.users where username is null
) as broken limit 10;

-- integrity/users.email.not_null: email is never empty
select 'integrity/users.email.not_null' as claim, broken.* from (
  select * from fediflow.users where email is null
) as broken limit 10;

-- integrity/users.display_name.not_null: display_name is never empty
select 'integrity/users.display_name.not_null' as claim, broken.* from (
  select * from fediflow.users where display_name is null
) as broken limit 10;

-- integrity/users.profile_data.not_null: profile_data is never empty
select 'integrity/users.profile_data.not_null' as claim, broken.* from (
  select * from fediflow.users where profile_data is null
) as broken limit 10;

-- integrity/users.status.not_null: status is never empty
select 'integrity/users.status.not_null' as claim, broken.* from (
  select * from fediflow.users where status is null
) as broken limit 10;

-- integrity/users.restricted.not_null: restricted is never empty
select 'integrity/users.restricted.not_null' as claim, broken.* from (
  select * from fediflow.users where restricted is null
) as broken limit 10;

-- integrity/users.created_at.not_null: created_at is never empty
select 'integrity/users.created_at.not_null' as claim, broken.* from (
  select * from fediflow.users where created_at is null
) as broken limit 10;

-- integrity/users.updated_at.not_null: updated_at is never empty
select 'integrity/users.updated_at.not_null' as claim, broken.* from (
  select * from fediflow.users where updated_at is null
) as broken limit 10;

-- integrity/users.created_by.not_null: created_by is never empty
select 'integrity/users.created_by.not_null' as claim, broken.* from (
  select * from fediflow.users where created_by is null
) as broken limit 10;

-- integrity/users.updated_by.not_null: updated_by is never empty
select 'integrity/users.updated_by.not_null' as claim, broken.* from (
  select * from fediflow.users where updated_by is null
) as broken limit 10;

-- integrity/federation_identities.federation_identities_pkey: (tenant_id, identity_id) occurs once
select 'integrity/federation_identities.federation_identities_pkey' as claim, broken.* from (
  select tenant_id, identity_id, count(*) as times from fediflow.federation_identities where tenant_id is not null and identity_id is not null
  group by tenant_id, identity_id having count(*) > 1
) as broken limit 10;

-- integrity/federation_identities.federation_identities_tenant_id_instance_url_federation_id_key: (tenant_id, instance_url, federation_id) occurs once
select 'integrity/federation_identities.federation_identities_tenant_id_instance_url_federation_id_key' as claim, broken.* from (
  select tenant_id, instance_url, federation_id, count(*) as times from fediflow.federation_identities where tenant_id is not null and instance_url is not null and federation_id is not null
  group by tenant_id, instance_url, federation_id having count(*) > 1
) as broken limit 10;

-- integrity/federation_identities.federation_identities_user_id_fkey: (tenant_id, user_id) leads to a row of users
select 'integrity/federation_identities.federation_identities_user_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.user_id from fediflow.federation_identities as here
  where here.tenant_id is not null and here.user_id is not null and not exists (
    select from fediflow.users as there where there.tenant_id = here.tenant_id and there.user_id = here.user_id)
) as broken limit 10;

-- integrity/federation_identities.federation_identities_instance_url_check: every row fulfils instance_url ~ '^https://'
select 'integrity/federation_identities.federation_identities_instance_url_check' as claim, broken.* from (
  select * from fediflow.federation_identities where not (instance_url ~ '^https://')
) as broken limit 10;

-- integrity/federation_identities.tenant_id.not_null: tenant_id is never empty
select 'integrity/federation_identities.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.federation_identities where tenant_id is null
) as broken limit 10;

-- integrity/federation_identities.identity_id.not_null: identity_id is never empty
select 'integrity/federation_identities.identity_id.not_null' as claim, broken.* from (
  select * from fediflow.federation_identities where identity_id is null
) as broken limit 10;

-- integrity/federation_identities.user_id.not_null: user_id is never empty
select 'integrity/federation_identities.user_id.not_null' as claim, broken.* from (
  select * from fediflow.federation_identities where user_id is null
) as broken limit 10;

-- integrity/federation_identities.federation_id.not_null: federation_id is never empty
select 'integrity/federation_identities.federation_id.not_null' as claim, broken.* from (
  select * from fediflow.federation_identities where federation_id is null
) as broken limit 10;

-- integrity/federation_identities.instance_url.not_null: instance_url is never empty
select 'integrity/federation_identities.instance_url.not_null' as claim, broken.* from (
  select * from fediflow.federation_identities where instance_url is null
) as broken limit 10;

-- integrity/federation_identities.public_key.not_null: public_key is never empty
select 'integrity/federation_identities.public_key.not_null' as claim, broken.* from (
  select * from fediflow.federation_identities where public_key is null
) as broken limit 10;

-- integrity/federation_identities.created_at.not_null: created_at is never empty
select 'integrity/federation_identities.created_at.not_null' as claim, broken.* from (
  select * from fediflow.federation_identities where created_at is null
) as broken limit 10;

-- integrity/federation_identities.updated_at.not_null: updated_at is never empty
select 'integrity/federation_identities.updated_at.not_null' as claim, broken.* from (
  select * from fediflow.federation_identities where updated_at is null
) as broken limit 10;

-- integrity/activities.activities_pkey: (tenant_id, activity_id) occurs once
select 'integrity/activities.activities_pkey' as claim, broken.* from (
  select tenant_id, activity_id, count(*) as times from fediflow.activities where tenant_id is not null and activity_id is not null
  group by tenant_id, activity_id having count(*) > 1
) as broken limit 10;

-- integrity/activities.activities_tenant_id_fkey: (tenant_id) leads to a row of tenants
select 'integrity/activities.activities_tenant_id_fkey' as claim, broken.* from (
  select here.tenant_id from fediflow.activities as here
  where here.tenant_id is not null and not exists (
    select from fediflow.tenants as there where there.tenant_id = here.tenant_id)
) as broken limit 10;

-- integrity/activities.activities_actor_id_fkey: (tenant_id, actor_id) leads to a row of users
select 'integrity/activities.activities_actor_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.actor_id from fediflow.activities as here
  where here.tenant_id is not null and here.actor_id is not null and not exists (
    select from fediflow.users as there where there.tenant_id = here.tenant_id and there.user_id = here.actor_id)
) as broken limit 10;

-- integrity/activities.activities_type_check: every row fulfils type in ('create', 'update', 'delete', 'follow', 'accept', 'like', 'announce', 'undo')
select 'integrity/activities.activities_type_check' as claim, broken.* from (
  select * from fediflow.activities where not (type in ('create', 'update', 'delete', 'follow', 'accept', 'like', 'announce', 'undo'))
) as broken limit 10;

-- integrity/activities.activity_id.not_null: activity_id is never empty
select 'integrity/activities.activity_id.not_null' as claim, broken.* from (
  select * from fediflow.activities where activity_id is null
) as broken limit 10;

-- integrity/activities.tenant_id.not_null: tenant_id is never empty
select 'integrity/activities.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.activities where tenant_id is null
) as broken limit 10;

-- integrity/activities.type.not_null: type is never empty
select 'integrity/activities.type.not_null' as claim, broken.* from (
  select * from fediflow.activities where type is null
) as broken limit 10;

-- integrity/activities.actor_id.not_null: actor_id is never empty
select 'integrity/activities.actor_id.not_null' as claim, broken.* from (
  select * from fediflow.activities where actor_id is null
) as broken limit 10;

-- integrity/activities.object_data.not_null: object_data is never empty
select 'integrity/activities.object_data.not_null' as claim, broken.* from (
  select * from fediflow.activities where object_data is null
) as broken limit 10;

-- integrity/activities.published_at.not_null: published_at is never empty
select 'integrity/activities.published_at.not_null' as claim, broken.* from (
  select * from fediflow.activities where published_at is null
) as broken limit 10;

-- integrity/content.content_pkey: (tenant_id, content_id) occurs once
select 'integrity/content.content_pkey' as claim, broken.* from (
  select tenant_id, content_id, count(*) as times from fediflow.content where tenant_id is not null and content_id is not null
  group by tenant_id, content_id having count(*) > 1
) as broken limit 10;

-- integrity/content.content_activity_id_fkey: (tenant_id, activity_id) leads to a row of activities
select 'integrity/content.content_activity_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.activity_id from fediflow.content as here
  where here.tenant_id is not null and here.activity_id is not null and not exists (
    select from fediflow.activities as there where there.tenant_id = here.tenant_id and there.activity_id = here.activity_id)
) as broken limit 10;

-- integrity/content.content_author_id_fkey: (tenant_id, author_id) leads to a row of users
select 'integrity/content.content_author_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.author_id from fediflow.content as here
  where here.tenant_id is not null and here.author_id is not null and not exists (
    select from fediflow.users as there where there.tenant_id = here.tenant_id and there.user_id = here.author_id)
) as broken limit 10;

-- integrity/content.content_content_type_check: every row fulfils content_type in ('note', 'article', 'question', 'image', 'video')
select 'integrity/content.content_content_type_check' as claim, broken.* from (
  select * from fediflow.content where not (content_type in ('note', 'article', 'question', 'image', 'video'))
) as broken limit 10;

-- integrity/content.content_visibility_check: every row fulfils visibility in ('public', 'followers', 'course', 'private')
select 'integrity/content.content_visibility_check' as claim, broken.* from (
  select * from fediflow.content where not (visibility in ('public', 'followers', 'course', 'private'))
) as broken limit 10;

-- integrity/content.tenant_id.not_null: tenant_id is never empty
select 'integrity/content.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.content where tenant_id is null
) as broken limit 10;

-- integrity/content.content_id.not_null: content_id is never empty
select 'integrity/content.content_id.not_null' as claim, broken.* from (
  select * from fediflow.content where content_id is null
) as broken limit 10;

-- integrity/content.activity_id.not_null: activity_id is never empty
select 'integrity/content.activity_id.not_null' as claim, broken.* from (
  select * from fediflow.content where activity_id is null
) as broken limit 10;

-- integrity/content.author_id.not_null: author_id is never empty
select 'integrity/content.author_id.not_null' as claim, broken.* from (
  select * from fediflow.content where author_id is null
) as broken limit 10;

-- integrity/content.content_type.not_null: content_type is never empty
select 'integrity/content.content_type.not_null' as claim, broken.* from (
  select * from fediflow.content where content_type is null
) as broken limit 10;

-- integrity/content.language.not_null: language is never empty
select 'integrity/content.language.not_null' as claim, broken.* from (
  select * from fediflow.content where language is null
) as broken limit 10;

-- integrity/content.title.not_null: title is never empty
select 'integrity/content.title.not_null' as claim, broken.* from (
  select * from fediflow.content where title is null
) as broken limit 10;

-- integrity/content.body.not_null: body is never empty
select 'integrity/content.body.not_null' as claim, broken.* from (
  select * from fediflow.content where body is null
) as broken limit 10;

-- integrity/content.content_data.not_null: content_data is never empty
select 'integrity/content.content_data.not_null' as claim, broken.* from (
  select * from fediflow.content where content_data is null
) as broken limit 10;

-- integrity/content.visibility.not_null: visibility is never empty
select 'integrity/content.visibility.not_null' as claim, broken.* from (
  select * from fediflow.content where visibility is null
) as broken limit 10;

-- integrity/content.created_at.not_null: created_at is never empty
select 'integrity/content.created_at.not_null' as claim, broken.* from (
  select * from fediflow.content where created_at is null
) as broken limit 10;

-- integrity/content.updated_at.not_null: updated_at is never empty
select 'integrity/content.updated_at.not_null' as claim, broken.* from (
  select * from fediflow.content where updated_at is null
) as broken limit 10;

-- integrity/content.created_by.not_null: created_by is never empty
select 'integrity/content.created_by.not_null' as claim, broken.* from (
  select * from fediflow.content where created_by is null
) as broken limit 10;

-- integrity/content.updated_by.not_null: updated_by is never empty
select 'integrity/content.updated_by.not_null' as claim, broken.* from (
  select * from fediflow.content where updated_by is null
) as broken limit 10;

-- integrity/content_versions.content_versions_pkey: (tenant_id, content_id, version) occurs once
select 'integrity/content_versions.content_versions_pkey' as claim, broken.* from (
  select tenant_id, content_id, version, count(*) as times from fediflow.content_versions where tenant_id is not null and content_id is not null and version is not null
  group by tenant_id, content_id, version having count(*) > 1
) as broken limit 10;

-- integrity/content_versions.content_versions_content_id_fkey: (tenant_id, content_id) leads to a row of content
select 'integrity/content_versions.content_versions_content_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.content_id from fediflow.content_versions as here
  where here.tenant_id is not null and here.content_id is not null and not exists (
    select from fediflow.content as there where there.tenant_id = here.tenant_id and there.content_id = here.content_id)
) as broken limit 10;

-- integrity/content_versions.content_versions_version_check: every row fulfils version > 0
select 'integrity/content_versions.content_versions_version_check' as claim, broken.* from (
  select * from fediflow.content_versions where not (version > 0)
) as broken limit 10;

-- integrity/content_versions.tenant_id.not_null: tenant_id is never empty
select 'integrity/content_versions.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.content_versions where tenant_id is null
) as broken limit 10;

-- integrity/content_versions.content_id.not_null: content_id is never empty
select 'integrity/content_versions.content_id.not_null' as claim, broken.* from (
  select * from fediflow.content_versions where content_id is null
) as broken limit 10;

-- integrity/content_versions.version.not_null: version is never empty
select 'integrity/content_versions.version.not_null' as claim, broken.* from (
  select * from fediflow.content_versions where version is null
) as broken limit 10;

-- integrity/content_versions.body.not_null: body is never empty
select 'integrity/content_versions.body.not_null' as claim, broken.* from (
  select * from fediflow.content_versions where body is null
) as broken limit 10;

-- integrity/content_versions.edited_at.not_null: edited_at is never empty
select 'integrity/content_versions.edited_at.not_null' as claim, broken.* from (
  select * from fediflow.content_versions where edited_at is null
) as broken limit 10;

-- integrity/media.media_pkey: (tenant_id, media_id) occurs once
select 'integrity/media.media_pkey' as claim, broken.* from (
  select tenant_id, media_id, count(*) as times from fediflow.media where tenant_id is not null and media_id is not null
  group by tenant_id, media_id having count(*) > 1
) as broken limit 10;

-- integrity/media.media_tenant_id_object_key_key: (tenant_id, object_key) occurs once
select 'integrity/media.media_tenant_id_object_key_key' as claim, broken.* from (
  select tenant_id, object_key, count(*) as times from fediflow.media where tenant_id is not null and object_key is not null
  group by tenant_id, object_key having count(*) > 1
) as broken limit 10;

-- integrity/media.media_content_id_fkey: (tenant_id, content_id) leads to a row of content
select 'integrity/media.media_content_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.content_id from fediflow.media as here
  where here.tenant_id is not null and here.content_id is not null and not exists (
    select from fediflow.content as there where there.tenant_id = here.tenant_id and there.content_id = here.content_id)
) as broken limit 10;

-- integrity/media.media_bytes_check: every row fulfils bytes >= 0
select 'integrity/media.media_bytes_check' as claim, broken.* from (
  select * from fediflow.media where not (bytes >= 0)
) as broken limit 10;

-- integrity/media.tenant_id.not_null: tenant_id is never empty
select 'integrity/media.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.media where tenant_id is null
) as broken limit 10;

-- integrity/media.media_id.not_null: media_id is never empty
select 'integrity/media.media_id.not_null' as claim, broken.* from (
  select * from fediflow.media where media_id is null
) as broken limit 10;

-- integrity/media.content_id.not_null: content_id is never empty
select 'integrity/media.content_id.not_null' as claim, broken.* from (
  select * from fediflow.media where content_id is null
) as broken limit 10;

-- integrity/media.object_key.not_null: object_key is never empty
select 'integrity/media.object_key.not_null' as claim, broken.* from (
  select * from fediflow.media where object_key is null
) as broken limit 10;

-- integrity/media.mime_type.not_null: mime_type is never empty
select 'integrity/media.mime_type.not_null' as claim, broken.* from (
  select * from fediflow.media where mime_type is null
) as broken limit 10;

-- integrity/media.bytes.not_null: bytes is never empty
select 'integrity/media.bytes.not_null' as claim, broken.* from (
  select * from fediflow.media where bytes is null
) as broken limit 10;

-- integrity/media.metadata.not_null: metadata is never empty
select 'integrity/media.metadata.not_null' as claim, broken.* from (
  select * from fediflow.media where metadata is null
) as broken limit 10;

-- integrity/media.created_at.not_null: created_at is never empty
select 'integrity/media.created_at.not_null' as claim, broken.* from (
  select * from fediflow.media where created_at is null
) as broken limit 10;

-- integrity/media.updated_at.not_null: updated_at is never empty
select 'integrity/media.updated_at.not_null' as claim, broken.* from (
  select * from fediflow.media where updated_at is null
) as broken limit 10;

-- integrity/deliveries.deliveries_pkey: (tenant_id, delivery_id, attempted_at) occurs once
select 'integrity/deliveries.deliveries_pkey' as claim, broken.* from (
  select tenant_id, delivery_id, attempted_at, count(*) as times from fediflow.deliveries where tenant_id is not null and delivery_id is not null and attempted_at is not null
  group by tenant_id, delivery_id, attempted_at having count(*) > 1
) as broken limit 10;

-- integrity/deliveries.deliveries_tenant_id_fkey: (tenant_id) leads to a row of tenants
select 'integrity/deliveries.deliveries_tenant_id_fkey' as claim, broken.* from (
  select here.tenant_id from fediflow.deliveries as here
  where here.tenant_id is not null and not exists (
    select from fediflow.tenants as there where there.tenant_id = here.tenant_id)
) as broken limit 10;

-- integrity/deliveries.deliveries_attempts_check: every row fulfils attempts between 0 and 20
select 'integrity/deliveries.deliveries_attempts_check' as claim, broken.* from (
  select * from fediflow.deliveries where not (attempts between 0 and 20)
) as broken limit 10;

-- integrity/deliveries.deliveries_status_check: every row fulfils status in ('queued', 'sent', 'failed', 'given up')
select 'integrity/deliveries.deliveries_status_check' as claim, broken.* from (
  select * from fediflow.deliveries where not (status in ('queued', 'sent', 'failed', 'given up'))
) as broken limit 10;

-- integrity/deliveries.delivery_id.not_null: delivery_id is never empty
select 'integrity/deliveries.delivery_id.not_null' as claim, broken.* from (
  select * from fediflow.deliveries where delivery_id is null
) as broken limit 10;

-- integrity/deliveries.tenant_id.not_null: tenant_id is never empty
select 'integrity/deliveries.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.deliveries where tenant_id is null
) as broken limit 10;

-- integrity/deliveries.activity_id.not_null: activity_id is never empty
select 'integrity/deliveries.activity_id.not_null' as claim, broken.* from (
  select * from fediflow.deliveries where activity_id is null
) as broken limit 10;

-- integrity/deliveries.inbox_url.not_null: inbox_url is never empty
select 'integrity/deliveries.inbox_url.not_null' as claim, broken.* from (
  select * from fediflow.deliveries where inbox_url is null
) as broken limit 10;

-- integrity/deliveries.status.not_null: status is never empty
select 'integrity/deliveries.status.not_null' as claim, broken.* from (
  select * from fediflow.deliveries where status is null
) as broken limit 10;

-- integrity/deliveries.attempts.not_null: attempts is never empty
select 'integrity/deliveries.attempts.not_null' as claim, broken.* from (
  select * from fediflow.deliveries where attempts is null
) as broken limit 10;

-- integrity/deliveries.attempted_at.not_null: attempted_at is never empty
select 'integrity/deliveries.attempted_at.not_null' as claim, broken.* from (
  select * from fediflow.deliveries where attempted_at is null
) as broken limit 10;

-- integrity/courses.courses_pkey: (tenant_id, course_id) occurs once
select 'integrity/courses.courses_pkey' as claim, broken.* from (
  select tenant_id, course_id, count(*) as times from fediflow.courses where tenant_id is not null and course_id is not null
  group by tenant_id, course_id having count(*) > 1
) as broken limit 10;

-- integrity/courses.courses_tenant_id_course_code_key: (tenant_id, course_code) occurs once
select 'integrity/courses.courses_tenant_id_course_code_key' as claim, broken.* from (
  select tenant_id, course_code, count(*) as times from fediflow.courses where tenant_id is not null and course_code is not null
  group by tenant_id, course_code having count(*) > 1
) as broken limit 10;

-- integrity/courses.courses_tenant_id_fkey: (tenant_id) leads to a row of tenants
select 'integrity/courses.courses_tenant_id_fkey' as claim, broken.* from (
  select here.tenant_id from fediflow.courses as here
  where here.tenant_id is not null and not exists (
    select from fediflow.tenants as there where there.tenant_id = here.tenant_id)
) as broken limit 10;

-- integrity/courses.courses_capacity_check: every row fulfils capacity > 0
select 'integrity/courses.courses_capacity_check' as claim, broken.* from (
  select * from fediflow.courses where not (capacity > 0)
) as broken limit 10;

-- integrity/courses.courses_ends_after_start: every row fulfils ends_on >= starts_on
select 'integrity/courses.courses_ends_after_start' as claim, broken.* from (
  select * from fediflow.courses where not (ends_on >= starts_on)
) as broken limit 10;

-- integrity/courses.course_id.not_null: course_id is never empty
select 'integrity/courses.course_id.not_null' as claim, broken.* from (
  select * from fediflow.courses where course_id is null
) as broken limit 10;

-- integrity/courses.tenant_id.not_null: tenant_id is never empty
select 'integrity/courses.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.courses where tenant_id is null
) as broken limit 10;

-- integrity/courses.course_code.not_null: course_code is never empty
select 'integrity/courses.course_code.not_null' as claim, broken.* from (
  select * from fediflow.courses where course_code is null
) as broken limit 10;

-- integrity/courses.title.not_null: title is never empty
select 'integrity/courses.title.not_null' as claim, broken.* from (
  select * from fediflow.courses where title is null
) as broken limit 10;

-- integrity/courses.description.not_null: description is never empty
select 'integrity/courses.description.not_null' as claim, broken.* from (
  select * from fediflow.courses where description is null
) as broken limit 10;

-- integrity/courses.language.not_null: language is never empty
select 'integrity/courses.language.not_null' as claim, broken.* from (
  select * from fediflow.courses where language is null
) as broken limit 10;

-- integrity/courses.starts_on.not_null: starts_on is never empty
select 'integrity/courses.starts_on.not_null' as claim, broken.* from (
  select * from fediflow.courses where starts_on is null
) as broken limit 10;

-- integrity/courses.ends_on.not_null: ends_on is never empty
select 'integrity/courses.ends_on.not_null' as claim, broken.* from (
  select * from fediflow.courses where ends_on is null
) as broken limit 10;

-- integrity/courses.capacity.not_null: capacity is never empty
select 'integrity/courses.capacity.not_null' as claim, broken.* from (
  select * from fediflow.courses where capacity is null
) as broken limit 10;

-- integrity/courses.metadata.not_null: metadata is never empty
select 'integrity/courses.metadata.not_null' as claim, broken.* from (
  select * from fediflow.courses where metadata is null
) as broken limit 10;

-- integrity/courses.created_at.not_null: created_at is never empty
select 'integrity/courses.created_at.not_null' as claim, broken.* from (
  select * from fediflow.courses where created_at is null
) as broken limit 10;

-- integrity/courses.updated_at.not_null: updated_at is never empty
select 'integrity/courses.updated_at.not_null' as claim, broken.* from (
  select * from fediflow.courses where updated_at is null
) as broken limit 10;

-- integrity/courses.created_by.not_null: created_by is never empty
select 'integrity/courses.created_by.not_null' as claim, broken.* from (
  select * from fediflow.courses where created_by is null
) as broken limit 10;

-- integrity/courses.updated_by.not_null: updated_by is never empty
select 'integrity/courses.updated_by.not_null' as claim, broken.* from (
  select * from fediflow.courses where updated_by is null
) as broken limit 10;

-- integrity/enrollments.enrollments_pkey: (tenant_id, course_id, user_id) occurs once
select 'integrity/enrollments.enrollments_pkey' as claim, broken.* from (
  select tenant_id, course_id, user_id, count(*) as times from fediflow.enrollments where tenant_id is not null and course_id is not null and user_id is not null
  group by tenant_id, course_id, user_id having count(*) > 1
) as broken limit 10;

-- integrity/enrollments.enrollments_course_id_fkey: (tenant_id, course_id) leads to a row of courses
select 'integrity/enrollments.enrollments_course_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.course_id from fediflow.enrollments as here
  where here.tenant_id is not null and here.course_id is not null and not exists (
    select from fediflow.courses as there where there.tenant_id = here.tenant_id and there.course_id = here.course_id)
) as broken limit 10;

-- integrity/enrollments.enrollments_user_id_fkey: (tenant_id, user_id) leads to a row of users
select 'integrity/enrollments.enrollments_user_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.user_id from fediflow.enrollments as here
  where here.tenant_id is not null and here.user_id is not null and not exists (
    select from fediflow.users as there where there.tenant_id = here.tenant_id and there.user_id = here.user_id)
) as broken limit 10;

-- integrity/enrollments.enrollments_role_check: every row fulfils role in ('student', 'assistant', 'teacher')
select 'integrity/enrollments.enrollments_role_check' as claim, broken.* from (
  select * from fediflow.enrollments where not (role in ('student', 'assistant', 'teacher'))
) as broken limit 10;

-- integrity/enrollments.enrollments_status_check: every row fulfils status in ('invited', 'active', 'completed', 'dropped')
select 'integrity/enrollments.enrollments_status_check' as claim, broken.* from (
  select * from fediflow.enrollments where not (status in ('invited', 'active', 'completed', 'dropped'))
) as broken limit 10;

-- integrity/enrollments.tenant_id.not_null: tenant_id is never empty
select 'integrity/enrollments.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where tenant_id is null
) as broken limit 10;

-- integrity/enrollments.course_id.not_null: course_id is never empty
select 'integrity/enrollments.course_id.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where course_id is null
) as broken limit 10;

-- integrity/enrollments.user_id.not_null: user_id is never empty
select 'integrity/enrollments.user_id.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where user_id is null
) as broken limit 10;

-- integrity/enrollments.role.not_null: role is never empty
select 'integrity/enrollments.role.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where role is null
) as broken limit 10;

-- integrity/enrollments.status.not_null: status is never empty
select 'integrity/enrollments.status.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where status is null
) as broken limit 10;

-- integrity/enrollments.enrolled_at.not_null: enrolled_at is never empty
select 'integrity/enrollments.enrolled_at.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where enrolled_at is null
) as broken limit 10;

-- integrity/enrollments.created_at.not_null: created_at is never empty
select 'integrity/enrollments.created_at.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where created_at is null
) as broken limit 10;

-- integrity/enrollments.updated_at.not_null: updated_at is never empty
select 'integrity/enrollments.updated_at.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where updated_at is null
) as broken limit 10;

-- integrity/enrollments.created_by.not_null: created_by is never empty
select 'integrity/enrollments.created_by.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where created_by is null
) as broken limit 10;

-- integrity/enrollments.updated_by.not_null: updated_by is never empty
select 'integrity/enrollments.updated_by.not_null' as claim, broken.* from (
  select * from fediflow.enrollments where updated_by is null
) as broken limit 10;

-- integrity/room_bookings.room_bookings_pkey: (tenant_id, booking_id) occurs once
select 'integrity/room_bookings.room_bookings_pkey' as claim, broken.* from (
  select tenant_id, booking_id, count(*) as times from fediflow.room_bookings where tenant_id is not null and booking_id is not null
  group by tenant_id, booking_id having count(*) > 1
) as broken limit 10;

-- integrity/room_bookings.room_bookings_course_id_fkey: (tenant_id, course_id) leads to a row of courses
select 'integrity/room_bookings.room_bookings_course_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.course_id from fediflow.room_bookings as here
  where here.tenant_id is not null and here.course_id is not null and not exists (
    select from fediflow.courses as there where there.tenant_id = here.tenant_id and there.course_id = here.course_id)
) as broken limit 10;

-- integrity/room_bookings.room_bookings_during_check: every row fulfils not isempty(during)
select 'integrity/room_bookings.room_bookings_during_check' as claim, broken.* from (
  select * from fediflow.room_bookings where not (not isempty(during))
) as broken limit 10;

-- integrity/room_bookings.room_bookings_one_booking_at_a_time: no two rows conflict in tenant_id with =, room with =, during with &&
select 'integrity/room_bookings.room_bookings_one_booking_at_a_time' as claim, broken.* from (
  with held as (select tableoid, ctid, tenant_id as v0, room as v1, during as v2 from fediflow.room_bookings)
  select a.v0, a.v1, a.v2 from held as a join held as b
    on a.v0 = b.v0 and a.v1 = b.v1 and a.v2 && b.v2 and (a.tableoid, a.ctid) < (b.tableoid, b.ctid)
) as broken limit 10;

-- integrity/room_bookings.tenant_id.not_null: tenant_id is never empty
select 'integrity/room_bookings.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.room_bookings where tenant_id is null
) as broken limit 10;

-- integrity/room_bookings.booking_id.not_null: booking_id is never empty
select 'integrity/room_bookings.booking_id.not_null' as claim, broken.* from (
  select * from fediflow.room_bookings where booking_id is null
) as broken limit 10;

-- integrity/room_bookings.course_id.not_null: course_id is never empty
select 'integrity/room_bookings.course_id.not_null' as claim, broken.* from (
  select * from fediflow.room_bookings where course_id is null
) as broken limit 10;

-- integrity/room_bookings.room.not_null: room is never empty
select 'integrity/room_bookings.room.not_null' as claim, broken.* from (
  select * from fediflow.room_bookings where room is null
) as broken limit 10;

-- integrity/room_bookings.during.not_null: during is never empty
select 'integrity/room_bookings.during.not_null' as claim, broken.* from (
  select * from fediflow.room_bookings where during is null
) as broken limit 10;

-- integrity/room_bookings.created_at.not_null: created_at is never empty
select 'integrity/room_bookings.created_at.not_null' as claim, broken.* from (
  select * from fediflow.room_bookings where created_at is null
) as broken limit 10;

-- integrity/room_bookings.updated_at.not_null: updated_at is never empty
select 'integrity/room_bookings.updated_at.not_null' as claim, broken.* from (
  select * from fediflow.room_bookings where updated_at is null
) as broken limit 10;

-- integrity/events.events_pkey: (tenant_id, event_id, region) occurs once
select 'integrity/events.events_pkey' as claim, broken.* from (
  select tenant_id, event_id, region, count(*) as times from fediflow.events where tenant_id is not null and event_id is not null and region is not null
  group by tenant_id, event_id, region having count(*) > 1
) as broken limit 10;

-- integrity/events.events_tenant_id_fkey: (tenant_id) leads to a row of tenants
select 'integrity/events.events_tenant_id_fkey' as claim, broken.* from (
  select here.tenant_id from fediflow.events as here
  where here.tenant_id is not null and not exists (
    select from fediflow.tenants as there where there.tenant_id = here.tenant_id)
) as broken limit 10;

-- integrity/events.events_course_id_fkey: (tenant_id, course_id) leads to a row of courses
select 'integrity/events.events_course_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.course_id from fediflow.events as here
  where here.tenant_id is not null and here.course_id is not null and not exists (
    select from fediflow.courses as there where there.tenant_id = here.tenant_id and there.course_id = here.course_id)
) as broken limit 10;

-- integrity/events.events_region_check: every row fulfils region in ('eu', 'us', 'apac')
select 'integrity/events.events_region_check' as claim, broken.* from (
  select * from fediflow.events where not (region in ('eu', 'us', 'apac'))
) as broken limit 10;

-- integrity/events.event_id.not_null: event_id is never empty
select 'integrity/events.event_id.not_null' as claim, broken.* from (
  select * from fediflow.events where event_id is null
) as broken limit 10;

-- integrity/events.tenant_id.not_null: tenant_id is never empty
select 'integrity/events.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.events where tenant_id is null
) as broken limit 10;

-- integrity/events.region.not_null: region is never empty
select 'integrity/events.region.not_null' as claim, broken.* from (
  select * from fediflow.events where region is null
) as broken limit 10;

-- integrity/events.title.not_null: title is never empty
select 'integrity/events.title.not_null' as claim, broken.* from (
  select * from fediflow.events where title is null
) as broken limit 10;

-- integrity/events.place.not_null: place is never empty
select 'integrity/events.place.not_null' as claim, broken.* from (
  select * from fediflow.events where place is null
) as broken limit 10;

-- integrity/events.starts_at.not_null: starts_at is never empty
select 'integrity/events.starts_at.not_null' as claim, broken.* from (
  select * from fediflow.events where starts_at is null
) as broken limit 10;

-- integrity/events.created_at.not_null: created_at is never empty
select 'integrity/events.created_at.not_null' as claim, broken.* from (
  select * from fediflow.events where created_at is null
) as broken limit 10;

-- integrity/events.updated_at.not_null: updated_at is never empty
select 'integrity/events.updated_at.not_null' as claim, broken.* from (
  select * from fediflow.events where updated_at is null
) as broken limit 10;

-- integrity/metric_points.metric_points_pkey: (tenant_id, point_id, measured_at) occurs once
select 'integrity/metric_points.metric_points_pkey' as claim, broken.* from (
  select tenant_id, point_id, measured_at, count(*) as times from fediflow.metric_points where tenant_id is not null and point_id is not null and measured_at is not null
  group by tenant_id, point_id, measured_at having count(*) > 1
) as broken limit 10;

-- integrity/metric_points.metric_points_tenant_id_fkey: (tenant_id) leads to a row of tenants
select 'integrity/metric_points.metric_points_tenant_id_fkey' as claim, broken.* from (
  select here.tenant_id from fediflow.metric_points as here
  where here.tenant_id is not null and not exists (
    select from fediflow.tenants as there where there.tenant_id = here.tenant_id)
) as broken limit 10;

-- integrity/metric_points.tenant_id.not_null: tenant_id is never empty
select 'integrity/metric_points.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.metric_points where tenant_id is null
) as broken limit 10;

-- integrity/metric_points.metric.not_null: metric is never empty
select 'integrity/metric_points.metric.not_null' as claim, broken.* from (
  select * from fediflow.metric_points where metric is null
) as broken limit 10;

-- integrity/metric_points.measured_at.not_null: measured_at is never empty
select 'integrity/metric_points.measured_at.not_null' as claim, broken.* from (
  select * from fediflow.metric_points where measured_at is null
) as broken limit 10;

-- integrity/metric_points.dimensions.not_null: dimensions is never empty
select 'integrity/metric_points.dimensions.not_null' as claim, broken.* from (
  select * from fediflow.metric_points where dimensions is null
) as broken limit 10;

-- integrity/metric_points.value.not_null: value is never empty
select 'integrity/metric_points.value.not_null' as claim, broken.* from (
  select * from fediflow.metric_points where value is null
) as broken limit 10;

-- integrity/metric_points.point_id.not_null: point_id is never empty
select 'integrity/metric_points.point_id.not_null' as claim, broken.* from (
  select * from fediflow.metric_points where point_id is null
) as broken limit 10;

-- integrity/follows.follows_pkey: (tenant_id, follower_id, followee_id) occurs once
select 'integrity/follows.follows_pkey' as claim, broken.* from (
  select tenant_id, follower_id, followee_id, count(*) as times from fediflow.follows where tenant_id is not null and follower_id is not null and followee_id is not null
  group by tenant_id, follower_id, followee_id having count(*) > 1
) as broken limit 10;

-- integrity/follows.follows_follower_id_fkey: (tenant_id, follower_id) leads to a row of users
select 'integrity/follows.follows_follower_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.follower_id from fediflow.follows as here
  where here.tenant_id is not null and here.follower_id is not null and not exists (
    select from fediflow.users as there where there.tenant_id = here.tenant_id and there.user_id = here.follower_id)
) as broken limit 10;

-- integrity/follows.follows_followee_id_fkey: (tenant_id, followee_id) leads to a row of users
select 'integrity/follows.follows_followee_id_fkey' as claim, broken.* from (
  select here.tenant_id, here.followee_id from fediflow.follows as here
  where here.tenant_id is not null and here.followee_id is not null and not exists (
    select from fediflow.users as there where there.tenant_id = here.tenant_id and there.user_id = here.followee_id)
) as broken limit 10;

-- integrity/follows.tenant_id.not_null: tenant_id is never empty
select 'integrity/follows.tenant_id.not_null' as claim, broken.* from (
  select * from fediflow.follows where tenant_id is null
) as broken limit 10;

-- integrity/follows.follower_id.not_null: follower_id is never empty
select 'integrity/follows.follower_id.not_null' as claim, broken.* from (
  select * from fediflow.follows where follower_id is null
) as broken limit 10;

-- integrity/follows.followee_id.not_null: followee_id is never empty
select 'integrity/follows.followee_id.not_null' as claim, broken.* from (
  select * from fediflow.follows where followee_id is null
) as broken limit 10;

commit;
