-- News of a provider and jobs go on with a payment in the trace that it began in.
set lock_timeout = '5s';

-- W3C trace context; null when that trace is not kept.
alter table payment add column traceparent text;
