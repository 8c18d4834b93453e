-- Whoever goes on with an order (the sweeper, another replica, the shopper's return) goes on in the trace of its checkout.
set lock_timeout = '5s';

-- W3C trace context; null when the checkout's trace is not kept.
alter table orders add column traceparent text;
