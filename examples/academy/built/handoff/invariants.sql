-- Rows that break a rule of the design. A healthy database returns no row.
-- Run: psql -X -v ON_ERROR_STOP=1 -d DATABASE -f invariants.sql
begin transaction isolation level repeatable read read only;
set local search_path = academy, extensions, pg_temp;
do $$ begin
  if not (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then
    raise exception 'row-level security hides rows from %', current_user using hint = 'run it as a superuser or as a role with bypassrls';
  end if;
end $$;

-- integrity/users.users_pkey: (user_id) occurs once
select 'integrity/users.users_pkey' as claim, broken.* from (
  select user_id, count(*) as times from academy.users where user_id is not null
  group by user_id having count(*) > 1
) as broken limit 10;

-- integrity/users.users_email_key: (email) occurs once
select 'integrity/users.users_email_key' as claim, broken.* from (
  select email, count(*) as times from academy.users where email is not null
  group by email having count(*) > 1
) as broken limit 10;

-- integrity/users.users_email_check: every row fulfils email = lower(email)
select 'integrity/users.users_email_check' as claim, broken.* from (
  select * from academy.users where not (email = lower(email))
) as broken limit 10;

-- integrity/users.users_password_hash_check: every row fulfils password_hash ~ '^[$]argon2id[$]'
select 'integrity/users.users_password_hash_check' as claim, broken.* from (
  select * from academy.users where not (password_hash ~ '^[$]argon2id[$]')
) as broken limit 10;

-- integrity/users.users_role_check: every row fulfils role in ('student', 'teacher', 'admin')
select 'integrity/users.users_role_check' as claim, broken.* from (
  select * from academy.users where not (role in ('student', 'teacher', 'admin'))
) as broken limit 10;

-- integrity/users.user_id.not_null: user_id is never empty
select 'integrity/users.user_id.not_null' as claim, broken.* from (
  select * from academy.users where user_id is null
) as broken limit 10;

-- integrity/users.name.not_null: name is never empty
select 'integrity/users.name.not_null' as claim, broken.* from (
  select * from academy.users where name is null
) as broken limit 10;

-- integrity/users.email.not_null: email is never empty
select 'integrity/users.email.not_null' as claim, broken.* from (
  select * from academy.users where email is null
) as broken limit 10;

-- integrity/users.password_hash.not_null: password_hash is never empty
select 'integrity/users.password_hash.not_null' as claim, broken.* from (
  select * from academy.users where password_hash is null
) as broken limit 10;

-- integrity/users.role.not_null: role is never empty
select 'integrity/users.role.not_null' as claim, broken.* from (
  select * from academy.users where role is null
) as broken limit 10;

-- integrity/users.created_at.not_null: created_at is never empty
select 'integrity/users.created_at.not_null' as claim, broken.* from (
  select * from academy.users where created_at is null
) as broken limit 10;

-- integrity/users.updated_at.not_null: updated_at is never empty
select 'integrity/users.updated_at.not_null' as claim, broken.* from (
  select * from academy.users where updated_at is null
) as broken limit 10;

-- integrity/users.created_by.not_null: created_by is never empty
select 'integrity/users.created_by.not_null' as claim, broken.* from (
  select * from academy.users where created_by is null
) as broken limit 10;

-- integrity/users.updated_by.not_null: updated_by is never empty
select 'integrity/users.updated_by.not_null' as claim, broken.* from (
  select * from academy.users where updated_by is null
) as broken limit 10;

-- integrity/profiles.profiles_pkey: (user_id) occurs once
select 'integrity/profiles.profiles_pkey' as claim, broken.* from (
  select user_id, count(*) as times from academy.profiles where user_id is not null
  group by user_id having count(*) > 1
) as broken limit 10;

-- integrity/profiles.profiles_user_id_fkey: (user_id) leads to a row of users
select 'integrity/profiles.profiles_user_id_fkey' as claim, broken.* from (
  select here.user_id from academy.profiles as here
  where here.user_id is not null and not exists (
    select from academy.users as there where there.user_id = here.user_id)
) as broken limit 10;

-- integrity/profiles.user_id.not_null: user_id is never empty
select 'integrity/profiles.user_id.not_null' as claim, broken.* from (
  select * from academy.profiles where user_id is null
) as broken limit 10;

-- integrity/profiles.content.not_null: content is never empty
select 'integrity/profiles.content.not_null' as claim, broken.* from (
  select * from academy.profiles where content is null
) as broken limit 10;

-- integrity/profiles.created_at.not_null: created_at is never empty
select 'integrity/profiles.created_at.not_null' as claim, broken.* from (
  select * from academy.profiles where created_at is null
) as broken limit 10;

-- integrity/profiles.updated_at.not_null: updated_at is never empty
select 'integrity/profiles.updated_at.not_null' as claim, broken.* from (
  select * from academy.profiles where updated_at is null
) as broken limit 10;

-- integrity/catalog_items.catalog_items_pkey: (catalog_item_id) occurs once
select 'integrity/catalog_items.catalog_items_pkey' as claim, broken.* from (
  select catalog_item_id, count(*) as times from academy.catalog_items where catalog_item_id is not null
  group by catalog_item_id having count(*) > 1
) as broken limit 10;

-- integrity/catalog_items.catalog_items_price_check: every row fulfils price >= 0
select 'integrity/catalog_items.catalog_items_price_check' as claim, broken.* from (
  select * from academy.catalog_items where not (price >= 0)
) as broken limit 10;

-- integrity/catalog_items.catalog_item_id.not_null: catalog_item_id is never empty
select 'integrity/catalog_items.catalog_item_id.not_null' as claim, broken.* from (
  select * from academy.catalog_items where catalog_item_id is null
) as broken limit 10;

-- integrity/catalog_items.title.not_null: title is never empty
select 'integrity/catalog_items.title.not_null' as claim, broken.* from (
  select * from academy.catalog_items where title is null
) as broken limit 10;

-- integrity/catalog_items.description.not_null: description is never empty
select 'integrity/catalog_items.description.not_null' as claim, broken.* from (
  select * from academy.catalog_items where description is null
) as broken limit 10;

-- integrity/catalog_items.price.not_null: price is never empty
select 'integrity/catalog_items.price.not_null' as claim, broken.* from (
  select * from academy.catalog_items where price is null
) as broken limit 10;

-- integrity/catalog_items.published.not_null: published is never empty
select 'integrity/catalog_items.published.not_null' as claim, broken.* from (
  select * from academy.catalog_items where published is null
) as broken limit 10;

-- integrity/catalog_items.created_at.not_null: created_at is never empty
select 'integrity/catalog_items.created_at.not_null' as claim, broken.* from (
  select * from academy.catalog_items where created_at is null
) as broken limit 10;

-- integrity/catalog_items.updated_at.not_null: updated_at is never empty
select 'integrity/catalog_items.updated_at.not_null' as claim, broken.* from (
  select * from academy.catalog_items where updated_at is null
) as broken limit 10;

-- integrity/catalog_items.created_by.not_null: created_by is never empty
select 'integrity/catalog_items.created_by.not_null' as claim, broken.* from (
  select * from academy.catalog_items where created_by is null
) as broken limit 10;

-- integrity/catalog_items.updated_by.not_null: updated_by is never empty
select 'integrity/catalog_items.updated_by.not_null' as claim, broken.* from (
  select * from academy.catalog_items where updated_by is null
) as broken limit 10;

-- integrity/lessons.lessons_pkey: (lesson_id) occurs once
select 'integrity/lessons.lessons_pkey' as claim, broken.* from (
  select lesson_id, count(*) as times from academy.lessons where lesson_id is not null
  group by lesson_id having count(*) > 1
) as broken limit 10;

-- integrity/lessons.lessons_catalog_item_id_number_key: (catalog_item_id, number) occurs once
select 'integrity/lessons.lessons_catalog_item_id_number_key' as claim, broken.* from (
  select catalog_item_id, number, count(*) as times from academy.lessons where catalog_item_id is not null and number is not null
  group by catalog_item_id, number having count(*) > 1
) as broken limit 10;

-- integrity/lessons.lessons_catalog_item_id_lesson_id_key: (catalog_item_id, lesson_id) occurs once
select 'integrity/lessons.lessons_catalog_item_id_lesson_id_key' as claim, broken.* from (
  select catalog_item_id, lesson_id, count(*) as times from academy.lessons where catalog_item_id is not null and lesson_id is not null
  group by catalog_item_id, lesson_id having count(*) > 1
) as broken limit 10;

-- integrity/lessons.lessons_catalog_item_id_fkey: (catalog_item_id) leads to a row of catalog_items
select 'integrity/lessons.lessons_catalog_item_id_fkey' as claim, broken.* from (
  select here.catalog_item_id from academy.lessons as here
  where here.catalog_item_id is not null and not exists (
    select from academy.catalog_items as there where there.catalog_item_id = here.catalog_item_id)
) as broken limit 10;

-- integrity/lessons.lessons_number_check: every row fulfils number > 0
select 'integrity/lessons.lessons_number_check' as claim, broken.* from (
  select * from academy.lessons where not (number > 0)
) as broken limit 10;

-- integrity/lessons.lesson_id.not_null: lesson_id is never empty
select 'integrity/lessons.lesson_id.not_null' as claim, broken.* from (
  select * from academy.lessons where lesson_id is null
) as broken limit 10;

-- integrity/lessons.number.not_null: number is never empty
select 'integrity/lessons.number.not_null' as claim, broken.* from (
  select * from academy.lessons where number is null
) as broken limit 10;

-- integrity/lessons.title.not_null: title is never empty
select 'integrity/lessons.title.not_null' as claim, broken.* from (
  select * from academy.lessons where title is null
) as broken limit 10;

-- integrity/lessons.body.not_null: body is never empty
select 'integrity/lessons.body.not_null' as claim, broken.* from (
  select * from academy.lessons where body is null
) as broken limit 10;

-- integrity/lessons.catalog_item_id.not_null: catalog_item_id is never empty
select 'integrity/lessons.catalog_item_id.not_null' as claim, broken.* from (
  select * from academy.lessons where catalog_item_id is null
) as broken limit 10;

-- integrity/lessons.created_at.not_null: created_at is never empty
select 'integrity/lessons.created_at.not_null' as claim, broken.* from (
  select * from academy.lessons where created_at is null
) as broken limit 10;

-- integrity/lessons.updated_at.not_null: updated_at is never empty
select 'integrity/lessons.updated_at.not_null' as claim, broken.* from (
  select * from academy.lessons where updated_at is null
) as broken limit 10;

-- integrity/enrollments.enrollments_pkey: (user_id, catalog_item_id) occurs once
select 'integrity/enrollments.enrollments_pkey' as claim, broken.* from (
  select user_id, catalog_item_id, count(*) as times from academy.enrollments where user_id is not null and catalog_item_id is not null
  group by user_id, catalog_item_id having count(*) > 1
) as broken limit 10;

-- integrity/enrollments.enrollments_user_id_fkey: (user_id) leads to a row of users
select 'integrity/enrollments.enrollments_user_id_fkey' as claim, broken.* from (
  select here.user_id from academy.enrollments as here
  where here.user_id is not null and not exists (
    select from academy.users as there where there.user_id = here.user_id)
) as broken limit 10;

-- integrity/enrollments.enrollments_catalog_item_id_fkey: (catalog_item_id) leads to a row of catalog_items
select 'integrity/enrollments.enrollments_catalog_item_id_fkey' as claim, broken.* from (
  select here.catalog_item_id from academy.enrollments as here
  where here.catalog_item_id is not null and not exists (
    select from academy.catalog_items as there where there.catalog_item_id = here.catalog_item_id)
) as broken limit 10;

-- integrity/enrollments.enrollments_status_check: every row fulfils status in ('active', 'completed', 'dropped')
select 'integrity/enrollments.enrollments_status_check' as claim, broken.* from (
  select * from academy.enrollments where not (status in ('active', 'completed', 'dropped'))
) as broken limit 10;

-- integrity/enrollments.user_id.not_null: user_id is never empty
select 'integrity/enrollments.user_id.not_null' as claim, broken.* from (
  select * from academy.enrollments where user_id is null
) as broken limit 10;

-- integrity/enrollments.catalog_item_id.not_null: catalog_item_id is never empty
select 'integrity/enrollments.catalog_item_id.not_null' as claim, broken.* from (
  select * from academy.enrollments where catalog_item_id is null
) as broken limit 10;

-- integrity/enrollments.status.not_null: status is never empty
select 'integrity/enrollments.status.not_null' as claim, broken.* from (
  select * from academy.enrollments where status is null
) as broken limit 10;

-- integrity/enrollments.enrolled_at.not_null: enrolled_at is never empty
select 'integrity/enrollments.enrolled_at.not_null' as claim, broken.* from (
  select * from academy.enrollments where enrolled_at is null
) as broken limit 10;

-- integrity/enrollments.created_at.not_null: created_at is never empty
select 'integrity/enrollments.created_at.not_null' as claim, broken.* from (
  select * from academy.enrollments where created_at is null
) as broken limit 10;

-- integrity/enrollments.updated_at.not_null: updated_at is never empty
select 'integrity/enrollments.updated_at.not_null' as claim, broken.* from (
  select * from academy.enrollments where updated_at is null
) as broken limit 10;

-- integrity/enrollments.created_by.not_null: created_by is never empty
select 'integrity/enrollments.created_by.not_null' as claim, broken.* from (
  select * from academy.enrollments where created_by is null
) as broken limit 10;

-- integrity/enrollments.updated_by.not_null: updated_by is never empty
select 'integrity/enrollments.updated_by.not_null' as claim, broken.* from (
  select * from academy.enrollments where updated_by is null
) as broken limit 10;

-- integrity/progress.progress_pkey: (user_id, catalog_item_id, lesson_id) occurs once
select 'integrity/progress.progress_pkey' as claim, broken.* from (
  select user_id, catalog_item_id, lesson_id, count(*) as times from academy.progress where user_id is not null and catalog_item_id is not null and lesson_id is not null
  group by user_id, catalog_item_id, lesson_id having count(*) > 1
) as broken limit 10;

-- integrity/progress.progress_lesson_of_course_fkey: (catalog_item_id, lesson_id) leads to a row of lessons
select 'integrity/progress.progress_lesson_of_course_fkey' as claim, broken.* from (
  select here.catalog_item_id, here.lesson_id from academy.progress as here
  where here.catalog_item_id is not null and here.lesson_id is not null and not exists (
    select from academy.lessons as there where there.catalog_item_id = here.catalog_item_id and there.lesson_id = here.lesson_id)
) as broken limit 10;

-- integrity/progress.progress_user_id_catalog_item_id_fkey: (user_id, catalog_item_id) leads to a row of enrollments
select 'integrity/progress.progress_user_id_catalog_item_id_fkey' as claim, broken.* from (
  select here.user_id, here.catalog_item_id from academy.progress as here
  where here.user_id is not null and here.catalog_item_id is not null and not exists (
    select from academy.enrollments as there where there.user_id = here.user_id and there.catalog_item_id = here.catalog_item_id)
) as broken limit 10;

-- integrity/progress.progress_lesson_id_fkey: (lesson_id) leads to a row of lessons
select 'integrity/progress.progress_lesson_id_fkey' as claim, broken.* from (
  select here.lesson_id from academy.progress as here
  where here.lesson_id is not null and not exists (
    select from academy.lessons as there where there.lesson_id = here.lesson_id)
) as broken limit 10;

-- integrity/progress.user_id.not_null: user_id is never empty
select 'integrity/progress.user_id.not_null' as claim, broken.* from (
  select * from academy.progress where user_id is null
) as broken limit 10;

-- integrity/progress.catalog_item_id.not_null: catalog_item_id is never empty
select 'integrity/progress.catalog_item_id.not_null' as claim, broken.* from (
  select * from academy.progress where catalog_item_id is null
) as broken limit 10;

-- integrity/progress.lesson_id.not_null: lesson_id is never empty
select 'integrity/progress.lesson_id.not_null' as claim, broken.* from (
  select * from academy.progress where lesson_id is null
) as broken limit 10;

-- integrity/progress.completed_at.not_null: completed_at is never empty
select 'integrity/progress.completed_at.not_null' as claim, broken.* from (
  select * from academy.progress where completed_at is null
) as broken limit 10;

-- dependency/progress.lesson_id -> catalog_item_id: equal (lesson_id) have equal (catalog_item_id)
select 'dependency/progress.lesson_id -> catalog_item_id' as claim, broken.* from (
  select lesson_id, count(distinct row(catalog_item_id)) as variants from academy.progress
  where lesson_id is not null group by lesson_id having count(distinct row(catalog_item_id)) > 1
) as broken limit 10;

-- integrity/payments.payments_pkey: (payment_id) occurs once
select 'integrity/payments.payments_pkey' as claim, broken.* from (
  select payment_id, count(*) as times from academy.payments where payment_id is not null
  group by payment_id having count(*) > 1
) as broken limit 10;

-- integrity/payments.payments_reference_key: (reference) occurs once
select 'integrity/payments.payments_reference_key' as claim, broken.* from (
  select reference, count(*) as times from academy.payments where reference is not null
  group by reference having count(*) > 1
) as broken limit 10;

-- integrity/payments.payments_user_id_catalog_item_id_fkey: (user_id, catalog_item_id) leads to a row of enrollments
select 'integrity/payments.payments_user_id_catalog_item_id_fkey' as claim, broken.* from (
  select here.user_id, here.catalog_item_id from academy.payments as here
  where here.user_id is not null and here.catalog_item_id is not null and not exists (
    select from academy.enrollments as there where there.user_id = here.user_id and there.catalog_item_id = here.catalog_item_id)
) as broken limit 10;

-- integrity/payments.payments_amount_check: every row fulfils amount <> 0
select 'integrity/payments.payments_amount_check' as claim, broken.* from (
  select * from academy.payments where not (amount <> 0)
) as broken limit 10;

-- integrity/payments.payment_id.not_null: payment_id is never empty
select 'integrity/payments.payment_id.not_null' as claim, broken.* from (
  select * from academy.payments where payment_id is null
) as broken limit 10;

-- integrity/payments.amount.not_null: amount is never empty
select 'integrity/payments.amount.not_null' as claim, broken.* from (
  select * from academy.payments where amount is null
) as broken limit 10;

-- integrity/payments.reference.not_null: reference is never empty
select 'integrity/payments.reference.not_null' as claim, broken.* from (
  select * from academy.payments where reference is null
) as broken limit 10;

-- integrity/payments.user_id.not_null: user_id is never empty
select 'integrity/payments.user_id.not_null' as claim, broken.* from (
  select * from academy.payments where user_id is null
) as broken limit 10;

-- integrity/payments.catalog_item_id.not_null: catalog_item_id is never empty
select 'integrity/payments.catalog_item_id.not_null' as claim, broken.* from (
  select * from academy.payments where catalog_item_id is null
) as broken limit 10;

-- integrity/payments.created_at.not_null: created_at is never empty
select 'integrity/payments.created_at.not_null' as claim, broken.* from (
  select * from academy.payments where created_at is null
) as broken limit 10;

-- integrity/payments.updated_at.not_null: updated_at is never empty
select 'integrity/payments.updated_at.not_null' as claim, broken.* from (
  select * from academy.payments where updated_at is null
) as broken limit 10;

-- integrity/payments.created_by.not_null: created_by is never empty
select 'integrity/payments.created_by.not_null' as claim, broken.* from (
  select * from academy.payments where created_by is null
) as broken limit 10;

-- integrity/payments.updated_by.not_null: updated_by is never empty
select 'integrity/payments.updated_by.not_null' as claim, broken.* from (
  select * from academy.payments where updated_by is null
) as broken limit 10;

-- integrity/posts.posts_pkey: (post_id) occurs once
select 'integrity/posts.posts_pkey' as claim, broken.* from (
  select post_id, count(*) as times from academy.posts where post_id is not null
  group by post_id having count(*) > 1
) as broken limit 10;

-- integrity/posts.posts_catalog_item_id_fkey: (catalog_item_id) leads to a row of catalog_items
select 'integrity/posts.posts_catalog_item_id_fkey' as claim, broken.* from (
  select here.catalog_item_id from academy.posts as here
  where here.catalog_item_id is not null and not exists (
    select from academy.catalog_items as there where there.catalog_item_id = here.catalog_item_id)
) as broken limit 10;

-- integrity/posts.posts_author_id_fkey: (author_id) leads to a row of users
select 'integrity/posts.posts_author_id_fkey' as claim, broken.* from (
  select here.author_id from academy.posts as here
  where here.author_id is not null and not exists (
    select from academy.users as there where there.user_id = here.author_id)
) as broken limit 10;

-- integrity/posts.posts_parent_id_fkey: (parent_id) leads to a row of posts
select 'integrity/posts.posts_parent_id_fkey' as claim, broken.* from (
  select here.parent_id from academy.posts as here
  where here.parent_id is not null and not exists (
    select from academy.posts as there where there.post_id = here.parent_id)
) as broken limit 10;

-- integrity/posts.post_id.not_null: post_id is never empty
select 'integrity/posts.post_id.not_null' as claim, broken.* from (
  select * from academy.posts where post_id is null
) as broken limit 10;

-- integrity/posts.title.not_null: title is never empty
select 'integrity/posts.title.not_null' as claim, broken.* from (
  select * from academy.posts where title is null
) as broken limit 10;

-- integrity/posts.content.not_null: content is never empty
select 'integrity/posts.content.not_null' as claim, broken.* from (
  select * from academy.posts where content is null
) as broken limit 10;

-- integrity/posts.shape.not_null: shape is never empty
select 'integrity/posts.shape.not_null' as claim, broken.* from (
  select * from academy.posts where shape is null
) as broken limit 10;

-- integrity/posts.catalog_item_id.not_null: catalog_item_id is never empty
select 'integrity/posts.catalog_item_id.not_null' as claim, broken.* from (
  select * from academy.posts where catalog_item_id is null
) as broken limit 10;

-- integrity/posts.created_at.not_null: created_at is never empty
select 'integrity/posts.created_at.not_null' as claim, broken.* from (
  select * from academy.posts where created_at is null
) as broken limit 10;

-- integrity/posts.updated_at.not_null: updated_at is never empty
select 'integrity/posts.updated_at.not_null' as claim, broken.* from (
  select * from academy.posts where updated_at is null
) as broken limit 10;

-- integrity/posts.created_by.not_null: created_by is never empty
select 'integrity/posts.created_by.not_null' as claim, broken.* from (
  select * from academy.posts where created_by is null
) as broken limit 10;

-- integrity/posts.updated_by.not_null: updated_by is never empty
select 'integrity/posts.updated_by.not_null' as claim, broken.* from (
  select * from academy.posts where updated_by is null
) as broken limit 10;

commit;
