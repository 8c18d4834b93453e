-- Every service keeps its own outbox, leases, record of heard events and given answers: no effect depends on a table elsewhere.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Events on their way to the bus: written with the change they tell of, deleted once the bus has them. `seq` orders the
-- events of one subject (its row is locked while they are written); rows of a transaction still open are simply seen later.
create table outbox (
  seq bigint generated always as identity primary key,
  event_id uuid not null,
  type text not null,
  key text not null,
  envelope text not null,
  written_at timestamptz not null default clock_timestamp()
) with (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 20000
);

-- What one replica at a time may do. `epoch` grows with every holder and refuses the word of an earlier one; `is_wanted`
-- tells the holder that somebody asked meanwhile. `due_at` and `failures` are for scheduled jobs.
create table lease (
  name text primary key,
  holder text,
  epoch bigint not null default 0,
  held_until timestamptz not null default '-infinity',
  is_wanted boolean not null default false,
  due_at timestamptz not null default '-infinity',
  failures bigint not null default 0
) with (fillfactor = 50);

-- Events whose effect is in this database already (written in the effect's own transaction).
create table heard_event (
  event_id uuid primary key,
  heard_at timestamptz not null default clock_timestamp()
);

-- Subjects whose next event failed: their later events wait behind it. `claim` grows with every try and refuses the word
-- of an earlier one; `failing_since` is when the event in front failed first, null when it has not been tried.
create table parked_key (
  topic text not null,
  key text not null,
  retry_at timestamptz not null,
  attempts bigint not null,
  claim bigint not null default 0,
  error text,
  failing_since timestamptz,
  primary key (topic, key)
);
create index parked_key_retry_at on parked_key (retry_at);

create table parked_event (
  event_id uuid primary key,
  seq bigint generated always as identity,
  topic text not null,
  key text not null,
  type text not null,
  envelope text not null
);
create index parked_event_key on parked_event (topic, key, seq);

-- Events given up after too many tries, kept until an operator replays or discards them.
create table dead_letter (
  event_id uuid primary key,
  topic text not null,
  key text not null,
  type text not null,
  envelope text not null,
  error text not null,
  died_at timestamptz not null
);

-- Topics whose publisher's present state was taken over by its export before their log was followed.
create table bootstrapped_topic (
  topic text primary key,
  finished_at timestamptz not null
);

-- First answers to requests with an idempotency key.
create table idempotency_keys (
  principal text not null,
  operation text not null,
  key text not null,
  body_hash text not null,
  answer jsonb,
  subject text,
  created_at timestamptz not null default clock_timestamp(),
  primary key (principal, operation, key)
);
create index idempotency_keys_created_at on idempotency_keys (created_at);
