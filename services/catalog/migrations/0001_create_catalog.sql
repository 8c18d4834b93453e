-- Products, variants, list prices, categories and pictures; every listing order has its index.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table product (
  product_id uuid primary key,
  store text not null,
  status text not null check (status in ('draft', 'active', 'archived')),
  version bigint not null check (version >= 1),
  attributes jsonb not null,
  custom_fields jsonb not null,
  options jsonb not null,
  images jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index product_newest on product (store, status, created_at desc, product_id desc);
create index product_by_id on product (store, product_id);

create table product_text (
  product_id uuid not null references product (product_id) on delete cascade,
  locale text not null,
  store text not null,
  title text not null check (length(title) between 1 and 255),
  -- Made by the service (folded, cut), in byte order, so that no collation's update can reorder it.
  sort_title text collate "C" not null,
  description text not null,
  slug text not null check (length(slug) between 1 and 255),
  primary key (product_id, locale),
  constraint product_text_slug unique (store, slug, locale)
);
create index product_text_by_name on product_text (store, locale, sort_title, product_id);

create table variant (
  variant_id uuid primary key,
  product_id uuid not null references product (product_id) on delete cascade,
  store text not null,
  sku text not null check (length(sku) between 1 and 32),
  position bigint not null,
  options jsonb not null,
  weight_grams bigint not null check (weight_grams >= 0),
  custom_fields jsonb not null,
  constraint variant_sku unique (store, sku)
);
create index variant_product on variant (product_id, position);

-- A market has one currency.
create table price (
  variant_id uuid not null references variant (variant_id) on delete cascade,
  market text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor >= 0),
  primary key (variant_id, market)
);

-- The lowest price over a product's variants, written with them: what lists sort by.
create table product_price (
  product_id uuid not null references product (product_id) on delete cascade,
  store text not null,
  market text not null,
  lowest_minor bigint not null,
  primary key (product_id, market)
);
create index product_price_listing on product_price (store, market, lowest_minor, product_id);

create table category (
  category_id uuid primary key,
  store text not null,
  parent_id uuid references category (category_id),
  -- Slugs from the top down, joined by slashes: the subtree is a prefix.
  path text collate "C" not null check (length(path) between 1 and 255),
  names jsonb not null,
  position bigint not null check (position >= 0),
  constraint category_path unique (store, path)
);
create index category_parent on category (parent_id);

create table product_category (
  product_id uuid not null references product (product_id) on delete cascade,
  category_id uuid not null references category (category_id),
  position bigint not null,
  primary key (product_id, category_id)
);
create index product_category_listing on product_category (category_id, product_id);

create table image (
  store text not null,
  name text not null,
  content_type text not null,
  etag text not null,
  content bytea not null check (octet_length(content) <= 1048576),
  created_at timestamptz not null,
  primary key (store, name)
);

-- Days (UTC) whose midnight flush was announced.
create table cache_flush (
  day date primary key
);
