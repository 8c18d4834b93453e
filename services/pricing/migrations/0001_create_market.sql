-- Markets say in which currency, languages and tax a shop sells; the three of the demo shop come with it.
set local lock_timeout = '2s';
set local statement_timeout = '30s';

create table market (
  store text not null,
  code text not null,
  name text not null,
  country text not null,
  currency text not null,
  locales text[] not null,
  tax_name text not null,
  tax_rate_basis_points bigint not null,
  is_tax_included boolean not null,
  -- null: as the setting PRICING_TAX_ROUNDING says
  tax_rounding text,
  version bigint not null default 1,
  primary key (store, code),
  constraint market_code_form check (code ~ '^[a-z][a-z0-9-]{0,31}$'),
  constraint market_country_form check (country ~ '^[A-Z]{2}$'),
  constraint market_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint market_has_locale check (cardinality(locales) >= 1),
  constraint market_tax_rate_range check (tax_rate_basis_points between 0 and 10000),
  constraint market_tax_rounding_known check (tax_rounding in ('line', 'total'))
);

insert into market (store, code, name, country, currency, locales, tax_name, tax_rate_basis_points, is_tax_included)
values
  ('demo', 'gb', 'United Kingdom', 'GB', 'GBP', '{en-GB}', 'VAT', 2000, true),
  ('demo', 'de', 'Germany', 'DE', 'EUR', '{de-DE,en-GB}', 'MwSt.', 1900, true),
  ('demo', 'us', 'United States', 'US', 'USD', '{en-US}', 'Sales tax', 0, false);
