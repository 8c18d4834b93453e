-- Finds the products that have a value, where it is rare: a list that is filtered by it would be walked to its end.
set local lock_timeout = '5s';
set local statement_timeout = '30min';

-- Without a list of pending entries: every search would read it.
-- Migrations run in a transaction: writers of products wait for the second that the index of 100,000 takes.
-- squawk-ignore require-concurrent-index-creation
create index product_attributes on product using gin (attributes jsonb_path_ops) with (fastupdate = off);
