-- A category's products, and those of everything below it, in the order of each list: a page is one range of the key, however large the
-- category is.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Of active products. Keys sort as text: milliseconds and minor units in 19 digits, folded titles as they are.
create table category_listing (
  category_id uuid not null,
  -- 'newest', 'price <market>', 'name <locale>'
  list text collate "C" not null,
  key text collate "C" not null,
  product_id uuid not null,
  primary key (category_id, list, key, product_id)
);
create index category_listing_product on category_listing (product_id);

-- Puts these products where they belong now, and nowhere else. While it reads who is above whom, nobody moves a category.
create function list_in_categories(ids uuid[]) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('moves of categories', 0));
  with recursive listed as (
    select p.product_id, p.created_at from product p where p.product_id = any(ids) and p.status = 'active'
  ), branch as (
    select product_id, category_id, parent_id from listed join product_category using (product_id) join category using (category_id)
    union
    select b.product_id, c.category_id, c.parent_id from branch b join category c on c.category_id = b.parent_id
  ), entry as (
    select product_id, 'newest' as list, lpad((extract(epoch from created_at) * 1000)::bigint::text, 19, '0') as key from listed
    union all
    select product_id, 'price ' || market, lpad(lowest_minor::text, 19, '0') from listed join product_price using (product_id)
    union all
    select product_id, 'name ' || locale, sort_title from listed join product_text using (product_id)
  ), wanted as materialized (
    select category_id, list, key, product_id from branch join entry using (product_id)
  ), gone as (
    delete from category_listing l where l.product_id = any(ids) and not exists (
      select from wanted w where w.product_id = l.product_id and w.category_id = l.category_id and w.list = l.list and w.key = l.key)
  )
  insert into category_listing (category_id, list, key, product_id)
  select category_id, list, key, product_id from wanted on conflict do nothing;
end $$;

-- The version whose writer lists it, some hundred products at a time. What anybody else writes, as the release before does, is listed when it
-- is committed: by then its texts, prices and categories are there, too.
alter table product add column listed_version bigint not null default 0;
create function list_written_product() returns trigger language plpgsql as $$
begin
  perform list_in_categories(array[new.product_id]);
  return null;
end $$;
create constraint trigger list_in_categories after insert or update on product
  deferrable initially deferred for each row when (new.listed_version <> new.version) execute function list_written_product();

create function list_moved_branch() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('moves of categories', 0));
  perform list_in_categories(array(
    with recursive below as (
      select new.category_id
      union
      select c.category_id from below b join category c on c.parent_id = b.category_id
    )
    select distinct product_id from below join product_category using (category_id)));
  return null;
end $$;
create trigger list_moved_branch after update of parent_id on category
  for each row when (old.parent_id is distinct from new.parent_id) execute function list_moved_branch();
