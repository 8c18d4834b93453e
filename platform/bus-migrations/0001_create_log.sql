-- The embedded bus: a log per topic in numbered partitions, and where each group of listeners stands in it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- `next_offset` is given out under this row's lock, which the writer keeps until its commit: offsets are dense, and whoever
-- sees one sees all before it.
create table topic_partition (
  topic text not null,
  partition bigint not null,
  next_offset bigint not null default 0,
  primary key (topic, partition)
) with (fillfactor = 50);

create table log_entry (
  topic text not null,
  partition bigint not null,
  log_offset bigint not null,
  event_id uuid not null,
  key text not null,
  type text not null,
  envelope text not null,
  appended_at timestamptz not null default clock_timestamp(),
  primary key (topic, partition, log_offset)
) with (autovacuum_vacuum_insert_scale_factor = 0.05);
-- A relay that repeats itself after a crash adds nothing.
create unique index log_entry_event_id on log_entry (event_id);

-- `generation` grows when a group is set back, so that a batch read before does not move it forward again.
create table group_position (
  group_name text not null,
  topic text not null,
  partition bigint not null,
  next_offset bigint not null,
  generation bigint not null default 0,
  primary key (group_name, topic, partition)
) with (fillfactor = 50);

-- Which replica reads partition number `slot` (of all topics of the group).
create table group_slot (
  group_name text not null,
  slot bigint not null,
  holder text,
  held_until timestamptz not null default '-infinity',
  primary key (group_name, slot)
) with (fillfactor = 50);

create table group_member (
  group_name text not null,
  member text not null,
  seen_at timestamptz not null,
  primary key (group_name, member)
) with (fillfactor = 50);
