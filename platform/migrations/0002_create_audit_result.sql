-- What each audit found the last time: read by every replica for its metrics, although one of them runs the audit.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- `fingerprint` names the findings that were told of last, so that the same ones are told once; `position` is what the audit
-- wants to know at its next run.
create table audit_result (
  audit text primary key,
  ran_at timestamptz not null,
  took_ms bigint not null,
  checked bigint not null,
  finding_count bigint not null,
  findings jsonb not null,
  fingerprint text not null,
  position text
);
