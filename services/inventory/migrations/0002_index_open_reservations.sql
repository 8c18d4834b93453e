-- Audits add up what open reservations hold: those that ended are the most, and are not to be read for it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index reservation_open on reservation (id) where state in ('held', 'pinned');
