-- Lists what was there before by category. By itself, so that only writers of products wait for it, and nobody who reads.
set local lock_timeout = '5s';
set local statement_timeout = '30min';

lock table product in share mode;
select list_in_categories(array(select product_id from product where status = 'active'));
